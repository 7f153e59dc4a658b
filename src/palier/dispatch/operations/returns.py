"""Mail that came back: its mark is read again, the reason is one of a list, the agency looks at the address.

Nothing is sent again by itself: an address that is wrong would lose a second letter.
"""

from datetime import datetime
from typing import Final

import zxingcpp
from django.db import transaction
from django.db.models import QuerySet

from palier.dispatch.access import MAY_RETURN, require_function
from palier.dispatch.channels import RETURN_LABELS
from palier.dispatch.models import Sending
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.foundation.pictures import pixels_of
from palier.mail.print_lot import SheetMark, read_mark
from palier.privacy.actor import Actor
from palier.privacy.declare import Role

# A mark of 8 mm on a sheet photographed whole keeps more than four points a module.
_KEPT_SIDE: Final = 3_000


class MarkUnreadable(Refusal):
    """Ce code n’est pas celui d’une feuille d’un lot : il commence par LOT, comme LOT-2026-000003;12;1;2."""


class NoMarkInPicture(Refusal):
    """Aucun code ne se lit sur cette photo : rapprochez-vous du petit carré de la marge gauche, ou tapez son code."""


class SheetNotSent(Refusal):
    """Cette feuille n’est dans aucun pli que votre fonction voit, ou son lot n’est pas encore sorti."""


class ReasonNotListed(Refusal):
    """Choisissez la raison du retour dans la liste."""


class AlreadyReturned(Refusal):
    """Ce pli est déjà noté revenu, le {on}."""


class NothingToCheck(Refusal):
    """Ce pli n’est plus à vérifier."""


def mark_of_picture(content: bytes) -> SheetMark:
    """The mark on a photo of a sheet or of an envelope. Raises PictureTooLarge, NotAPicture, NoMarkInPicture."""
    picture = pixels_of(content, formats=("JPEG", "PNG"), kept_side=_KEPT_SIDE)
    for code in zxingcpp.read_barcodes(picture):
        mark = read_mark(code.text)
        if mark is not None:
            return mark
    raise NoMarkInPicture


def mark_of_text(code: str) -> SheetMark:
    """The mark that a scanner typed. Raises MarkUnreadable."""
    mark = read_mark(code)
    if mark is None:
        raise MarkUnreadable
    return mark


def note_return(mark: SheetMark, *, reason: str, actor: Actor, at: datetime) -> Sending:
    """Write down that the envelope of this sheet came back, with all that was in it, and why; its first paper.

    Raises NotOfYourFunction, ReasonNotListed, SheetNotSent, AlreadyReturned.
    """
    require_function(Role(actor.role.value), MAY_RETURN)
    return write_return(mark, reason=reason, by=actor.agent_id or 0, at=at)


def write_return(mark: SheetMark, *, reason: str, by: int, at: datetime) -> Sending:
    """The same by a command, in the name of an agent. Raises ReasonNotListed, SheetNotSent, AlreadyReturned."""
    if reason not in RETURN_LABELS:
        raise ReasonNotListed
    with transaction.atomic():
        sending = (
            Sending.objects.select_for_update(of=("self",))
            .select_related("document", "lease")
            .filter(print_lot__number=mark.lot, print_rank=mark.rank, print_place=0)
            .first()
        )
        if sending is None or sending.state not in ("ACCEPTED", "RETURNED"):
            raise SheetNotSent
        if sending.returned_at is not None:
            raise AlreadyReturned(on=day_fr(day_of(sending.returned_at)))
        sending.state, sending.return_reason = "RETURNED", reason
        sending.returned_at, sending.returned_by, sending.told_at = at, by, at
        sending.save(update_fields=["state", "return_reason", "returned_at", "returned_by", "told_at"])
        _inside(sending).filter(state="ACCEPTED").update(
            state="RETURNED", return_reason=reason, returned_at=at, returned_by=by, told_at=at
        )
    return sending


def note_checked(sending_id: int, *, actor: Actor, at: datetime) -> int:
    """The agency looked at the address of an envelope; gives its lease. Raises NotOfYourFunction, NothingToCheck."""
    require_function(Role(actor.role.value), MAY_RETURN)
    with transaction.atomic():
        held = Sending.objects.select_for_update(of=("self",)).filter(
            pk=sending_id, state="RETURNED", checked_at__isnull=True
        )
        sending = held.first()
        if sending is None:
            raise NothingToCheck
        checked = Sending.objects.filter(pk=sending_id) | _inside(sending).filter(state="RETURNED")
        checked.update(checked_at=at, checked_by=actor.agent_id or 0)
    return sending.lease_id


def _inside(first: Sending) -> QuerySet[Sending]:
    """The papers behind the first one of an envelope."""
    return Sending.objects.filter(print_lot_id=first.print_lot_id, print_rank=first.print_rank, print_place__gt=0)
