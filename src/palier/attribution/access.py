"""The only door to a sitting, an item, a sheet: what row security does not give does not exist."""

from dataclasses import dataclass

from palier.agents.models import Agent
from palier.attribution.models import Item, Notification, Sheet, Sitting
from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch

# Empty for a job: palier.my_agent() refuses where nobody acts.
_ACTING = "SELECT nullif(current_setting('palier.agent_id', true), '')::bigint AS agent_id"
_KEPT = "SELECT palier.keeper_of_sitting(%(sitting)s) AS agent_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Acting:
    agent_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    agent_id: int


class SittingNotFound(Refusal):
    """Cette séance n’existe pas."""


class SittingOfAnother(Refusal):
    """Cette séance est tenue par {secretary}. Reprenez-la d’abord, sur sa page : c’est noté, puis vous agissez."""


class NamesOfAnother(Refusal):
    """La liste nominative est à qui tient la séance : {secretary}. Reprenez d’abord la séance, ci-dessous : c’est noté,
    puis vous la lisez."""


class ChangedMeanwhile(Refusal):
    """Quelqu’un d’autre a modifié cette séance pendant que vous la lisiez : rien n’a été enregistré, rechargez la page
    pour voir ce qui a changé."""


class ItemChangedMeanwhile(Refusal):
    """Quelqu’un d’autre a modifié ce logement pendant que vous le lisiez : rien n’a été enregistré, rechargez la page
    pour voir sa décision."""


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
    """The sitting, held until the transaction ends. Raises SittingNotFound, SittingOfAnother.

    A sealed one cannot be held: it is given as it stands, and whoever asked refuses it by its state.
    """
    found = Sitting.objects.select_for_update().filter(pk=sitting_id).first() or sitting_in_sight(sitting_id)
    refuse_of_another(found)
    return found


def refuse_of_another(sitting: Sitting) -> None:
    """Whoever acts keeps the sitting; a job acts for nobody and is not asked. Raises SittingOfAnother."""
    if _is_of_another(sitting):
        raise SittingOfAnother(secretary=_keeper(sitting))


def refuse_names(sitting_id: int) -> None:
    """Who is behind the sheets is for the secretary who keeps the sitting. Raises NamesOfAnother."""
    sitting = sitting_in_sight(sitting_id)
    if _is_of_another(sitting):
        raise NamesOfAnother(secretary=_keeper(sitting))


def keeper_id(sitting: Sitting) -> int:
    """The agent who keeps it: the last who took it over. The row of a sealed one changes no more."""
    (kept,) = fetch(_Kept, _KEPT, {"sitting": sitting.pk})
    return kept.agent_id


def _is_of_another(sitting: Sitting) -> bool:
    (acting,) = fetch(_Acting, _ACTING, {})
    return acting.agent_id not in (None, keeper_id(sitting))


def _keeper(sitting: Sitting) -> str:
    names = Agent.objects.filter(pk=keeper_id(sitting)).values_list("first_name", "last_name").first()
    return " ".join(names or ("un autre secrétaire",))


def item_to_change(item_id: int) -> Item:
    """The item, held until the transaction ends; that of a closed sitting as it stands. Raises ItemNotFound."""
    items = Item.objects.filter(pk=item_id)
    found = items.select_for_update().first() or items.first()
    if found is None:
        raise ItemNotFound
    return found


def item_as_read(item_id: int, version: int | None) -> Item:
    """The same, as whoever asks read it; none for what follows in the same act.

    Raises ItemNotFound, ItemChangedMeanwhile.
    """
    item = item_to_change(item_id)
    if version is not None and item.version != version:
        raise ItemChangedMeanwhile
    return item


def refuse_moved(sitting: Sitting, version: int) -> None:
    """It is as whoever acts read it. Raises ChangedMeanwhile."""
    if sitting.version != version:
        raise ChangedMeanwhile


def sheet_of_item(sheet_id: int, item_id: int) -> Sheet:
    """One sheet of that item. Raises SheetNotFound."""
    try:
        return Sheet.objects.get(pk=sheet_id, item_id=item_id)
    except Sheet.DoesNotExist as error:
        raise SheetNotFound from error
