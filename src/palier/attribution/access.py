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
    """A letter; its content only for whoever may read it and asks for it. Raises LetterNotFound."""
    found = Notification.objects.defer("content").filter(pk=letter_id).first()
    if found is None:
        raise LetterNotFound
    return found


def sitting_to_change(sitting_id: int) -> Sitting:
    """The sitting, held until the transaction ends. Raises SittingNotFound.

    A sealed one cannot be held: it is given as it stands, and whoever asked refuses it by its state.
    """
    return Sitting.objects.select_for_update().filter(pk=sitting_id).first() or sitting_in_sight(sitting_id)


def item_to_change(item_id: int) -> Item:
    """The item, held until the transaction ends; that of a closed sitting as it stands. Raises ItemNotFound."""
    items = Item.objects.filter(pk=item_id)
    found = items.select_for_update().first() or items.first()
    if found is None:
        raise ItemNotFound
    return found


def sheet_of_item(sheet_id: int, item_id: int) -> Sheet:
    """One sheet of that item. Raises SheetNotFound."""
    try:
        return Sheet.objects.get(pk=sheet_id, item_id=item_id)
    except Sheet.DoesNotExist as error:
        raise SheetNotFound from error
