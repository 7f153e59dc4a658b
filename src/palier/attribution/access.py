"""The only door to a sitting, an item, a sheet: what row security does not give does not exist."""

from palier.attribution.models import Item, Notification, Sheet, Sitting
from palier.foundation.errors import Refusal


class SittingNotFound(Refusal):
    """Cette séance n’existe pas."""


class ItemNotFound(Refusal):
    """Ce point de l’ordre du jour n’existe pas."""


class SheetNotFound(Refusal):
    """Cette fiche n’existe pas."""


class LetterNotFound(Refusal):
    """Cette lettre n’existe pas."""


def sitting_in_sight(sitting_id: int) -> Sitting:
    """Raises SittingNotFound."""
    found = Sitting.objects.filter(pk=sitting_id).first()
    if found is None:
        raise SittingNotFound
    return found


def letter_in_sight(letter_id: int) -> Notification:
    """A letter with what it belongs to. Raises LetterNotFound."""
    found = Notification.objects.filter(pk=letter_id).select_related("decision__sheet__item").first()
    if found is None:
        raise LetterNotFound
    return found


def sitting_to_change(sitting_id: int) -> Sitting:
    """The sitting, held until the transaction ends. Raises SittingNotFound."""
    try:
        return Sitting.objects.select_for_update().get(pk=sitting_id)
    except Sitting.DoesNotExist as error:
        raise SittingNotFound from error


def item_to_change(item_id: int) -> Item:
    """The item, held until the transaction ends. Raises ItemNotFound."""
    try:
        return Item.objects.select_for_update().get(pk=item_id)
    except Item.DoesNotExist as error:
        raise ItemNotFound from error


def sheet_of_item(sheet_id: int, item_id: int) -> Sheet:
    """One sheet of that item. Raises SheetNotFound."""
    try:
        return Sheet.objects.get(pk=sheet_id, item_id=item_id)
    except Sheet.DoesNotExist as error:
        raise SheetNotFound from error
