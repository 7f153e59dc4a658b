"""The French words of the codes kept in the database, from the models that declare them."""

from django.db.models import Field, Model


def labels_of(model: type[Model], name: str) -> dict[str, str]:
    """Code → label of a field with choices, in their order."""
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(name)
    return {str(code): str(label) for code, label in field.flatchoices}
