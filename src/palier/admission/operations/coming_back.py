"""A letter of access that the post brought back: its code serves no more, somebody may have opened the envelope.

Nothing is printed again by itself: the agency looks at the address, then prepares another letter.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from palier.admission.models import AccessEvent, AccessLetter, KnownContact, SentCode
from palier.admission.operations.asking import QUEUE
from palier.admission.operations.printing import FAMILY
from palier.admission.rules import letter_number
from palier.agents.access import agent_of
from palier.dispatch.access import MAY_RETURN, require_function
from palier.dispatch.channels import RETURN_LABELS
from palier.dispatch.operations.returns import AlreadyReturned, NothingToCheck, ReasonNotListed, SheetNotSent
from palier.dispatch.queries.lots import print_lot
from palier.foundation.clock import day_of
from palier.foundation.periods import day_fr
from palier.mail.print_lot import SheetMark
from palier.privacy.actor import Actor
from palier.privacy.declare import Role
from palier.privacy.deferring import defer
from palier.privacy.ended import Ends, keep_ends

_CLOSES: Final = "palier.admission.tasks.close_returned"
_STEP: Final = "LETTER_BACK"
_STEP_SERVED: Final = "BACK_SERVED"
_SERVED: Final = "USED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterBack:
    """The letter that came back: its number, whose it was; `had_served`, its code had opened an account before."""

    number: str
    person_id: int
    lease_id: int
    had_served: bool


def is_of_a_letter(mark: SheetMark) -> bool:
    """True when the sheet is of a lot of letters of access that whoever asks may know."""
    lot = print_lot(mark.lot)
    return lot is not None and lot.family == FAMILY


def note_letter_return(mark: SheetMark, *, reason: str, actor: Actor, at: datetime) -> LetterBack:
    """Write down that a letter of access came back, and why; its code opens nothing from now on.

    Raises NotOfYourFunction, ReasonNotListed, SheetNotSent, AlreadyReturned.
    """
    require_function(Role(actor.role.value), MAY_RETURN)
    if reason not in RETURN_LABELS:
        raise ReasonNotListed
    by = agent_of(actor)
    with transaction.atomic():
        letter = (
            # Whoever opens an account by it at this instant is waited for: their code served, and it is said.
            AccessLetter.objects.select_for_update(of=("self",))
            .filter(print_lot__number=mark.lot, print_rank=mark.rank)
            .only("id", "person_id", "lease_id", "made_at", "ended_at", "ended_by", "returned_at")
            .first()
        )
        if letter is None:
            raise SheetNotSent
        noted = AccessLetter.objects.filter(pk=letter.pk, returned_at=None)
        is_live = letter.ended_at is None
        ends = {"ended_at": at, "ended_by": "RETURNED"} if is_live else {}
        # An end that was waited for may be later than the instant this was asked.
        back_at = max(at, letter.ended_at or at)
        if not noted.update(return_reason=reason, returned_at=back_at, returned_by=by, **ends):
            raise AlreadyReturned(on=day_fr(day_of(letter.returned_at or at)))
        if is_live:
            keep_ends(Ends.LETTER, [(letter.pk, letter.made_at)], at=at, by="RETURNED")
        # What could carry a second proof goes too, which no agent may touch; and the person is told the step.
        defer(_CLOSES, queue=QUEUE, args={"letter_id": letter.pk, "asked_by": by})
    return LetterBack(
        number=letter_number(letter.pk),
        person_id=letter.person_id,
        lease_id=letter.lease_id,
        had_served=letter.ended_by == _SERVED,
    )


def note_letter_checked(letter_id: int, *, actor: Actor, at: datetime) -> int:
    """The agency looked at the address; gives whose letter it was. Raises NotOfYourFunction, NothingToCheck."""
    require_function(Role(actor.role.value), MAY_RETURN)
    with transaction.atomic():
        waiting = AccessLetter.objects.filter(pk=letter_id, returned_at__isnull=False, checked_at=None)
        person_id = waiting.values_list("person_id", flat=True).first()
        if person_id is None or not waiting.update(checked_at=at, checked_by=agent_of(actor)):
            raise NothingToCheck
    return person_id


def close_returned_letter(letter_id: int) -> None:
    """Forget what was kept to send the codes of a letter that came back, and write its step once. May run twice."""
    letter = AccessLetter.objects.filter(pk=letter_id, returned_at__isnull=False).first()
    if letter is None or letter.returned_at is None:
        return
    SentCode.objects.filter(letter_id=letter_id).delete()
    KnownContact.objects.filter(letter_id=letter_id).delete()
    returned = AccessLetter.objects.filter(person_id=letter.person_id, returned_at__isnull=False)
    served = returned.filter(ended_by=_SERVED).count()
    kind, back = (_STEP_SERVED, served) if letter.ended_by == _SERVED else (_STEP, returned.count() - served)
    if AccessEvent.objects.filter(person_id=letter.person_id, kind=kind).count() < back:
        step = AccessEvent(person_id=letter.person_id, residence_id=letter.residence_id, kind=kind)
        step.at, step.by_agent = letter.returned_at, letter.returned_by
        AccessEvent.objects.bulk_create([step])
