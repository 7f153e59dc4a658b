"""Database columns of our own."""

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Func
from django.db.models.expressions import RawSQL


class DateRange(Func):
    """Two columns of days as one range, both ends included; an open end is for ever. For EXCLUDE constraints."""

    function = "daterange"
    output_field = DateRangeField()


class FoldedField(models.GeneratedField):
    """Text without accents or capitals, kept by PostgreSQL beside its source: names sort and are found by it.

    `expression` is SQL over the columns of the same row. The cluster has no ICU collation, so this column is the order.
    """

    def __init__(self, expression: str) -> None:
        self.folded = expression
        super().__init__(
            # The expression is written in a model, never by a user.
            expression=RawSQL(f"palier.fold({expression})", []),  # noqa: S611
            output_field=models.TextField(),
            db_persist=True,
        )

    def deconstruct(self) -> tuple[str, str, list[str], dict[str, str]]:
        name, path, _, _ = super().deconstruct()
        return name, path, [self.folded], {}


def check_values(row: models.Model) -> None:
    """Refuse a code out of its list or a text too long before the database does; relations are its own business.

    Raises ValidationError: a form that lets such a value through is wrong.
    """
    row.clean_fields(
        exclude={
            field.name
            for field in row._meta.fields
            if field.is_relation or (field.null and getattr(row, field.attname) is None)
        }
    )
