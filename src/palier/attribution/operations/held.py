"""Persons whose address is protected: whoever holds it proposes them, hands their letters; a job notes it, unnamed.

No progress is shown: the row of one would say which letter is theirs.
"""

from datetime import date, datetime

from django.db.models import F

from palier.attribution.models import Offer
from palier.attribution.operations.matching import add_held_candidate
from palier.attribution.operations.offers import ReceivedBeforeMade, ReceivedInTheFuture, answer_offer, note_receipt
from palier.attribution.queries.held import (
    LetterToHand,
    held_letter,
    held_matches,
    holds_application,
    holds_letter,
)
from palier.demandes.models import Application
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.mail.report import logo_named_in, render_frozen_report
from palier.mail.sender import logo_drawing
from palier.privacy.actor import Actor
from palier.privacy.deferring import defer

QUEUE = "attribution"
NOTES_RECEIPT = "palier.attribution.tasks.note_held_receipt"
NOTES_ANSWER = "palier.attribution.tasks.note_held_answer"
PROPOSES = "palier.attribution.tasks.propose_held"


class LetterNotHeld(Refusal):
    """Cette lettre n’existe pas, ou ne vous est pas confiée."""


class NotToPropose(Refusal):
    """Ce logement n’est plus à proposer à cette personne : il est déjà proposé, ou passé en commission."""


class AlreadyHanded(Refusal):
    """La remise de cette lettre est déjà notée, le {notified_on}."""


def held_letter_pdf(letter: LetterToHand) -> bytes:
    """The letter as it was made, byte for byte. Raises LetterNotHeld once it was erased."""
    if letter.content is None:
        raise LetterNotHeld
    raw = bytes(letter.content)
    return render_frozen_report(raw, logo=logo_drawing(logo_named_in(raw)))


def ask_receipt(*, letter_id: int, on: date, actor: Actor, at: datetime) -> int:
    """Say that the letter was handed over, against a signature; the job's number.

    Raises LetterNotHeld, AlreadyHanded, ReceivedBeforeMade, ReceivedInTheFuture, AlreadyAsked.
    """
    letter = held_letter(letter_id)
    if letter is None:
        raise LetterNotHeld
    if letter.notified_on is not None:
        raise AlreadyHanded(notified_on=day_fr(letter.notified_on))
    if on < day_of(letter.made_at):
        raise ReceivedBeforeMade(made_on=day_fr(day_of(letter.made_at)))
    if on > day_of(at):
        raise ReceivedInTheFuture(notified_on=day_fr(on))
    return defer(
        NOTES_RECEIPT,
        queue=QUEUE,
        lock=f"held-letter:{letter_id}",
        queueing_lock=f"held-letter:{letter_id}",
        args={"letter_id": letter_id, "on": on.isoformat(), "asked_by": actor.agent_id},
    )


def ask_answer(*, letter_id: int, accepts: bool, refusal: str, actor: Actor) -> int:
    """Say what the person answered to an offer; the job's number. Raises LetterNotHeld, AlreadyAsked."""
    letter = held_letter(letter_id)
    if letter is None or letter.kind != "OFFER" or letter.notified_on is None:
        raise LetterNotHeld
    return defer(
        NOTES_ANSWER,
        queue=QUEUE,
        lock=f"held-letter:{letter_id}",
        queueing_lock=f"held-answer:{letter_id}",
        args={
            "letter_id": letter_id,
            "accepts": accepts,
            # An argument is never an empty text.
            "refusal": refusal or None,
            "asked_by": actor.agent_id,
        },
    )


def ask_proposal(*, vacancy_id: int, application_id: int, actor: Actor) -> int:
    """Propose a dwelling that suits a person whose protection one holds; the job's number.

    Raises NotToPropose, AlreadyAsked.
    """
    held = (row for row in held_matches() if (row.vacancy_id, row.application_id) == (vacancy_id, application_id))
    found = next(held, None)
    if found is None or found.is_candidate or not found.takes:
        raise NotToPropose
    return defer(
        PROPOSES,
        queue=QUEUE,
        lock=f"match:{vacancy_id}",
        queueing_lock=f"held-proposal:{vacancy_id}/{application_id}",
        args={"vacancy_id": vacancy_id, "application_id": application_id, "asked_by": actor.agent_id},
    )


def propose_held(*, vacancy_id: int, application_id: int, on: date, actor: Actor) -> None:
    """Propose it, for an agent who holds the protection still. Raises NotToPropose, and as `add_held_candidate`."""
    number = Application.objects.filter(pk=application_id).values_list("number", flat=True).first()
    if number is None or not holds_application(application_id):
        raise NotToPropose
    add_held_candidate(vacancy_id=vacancy_id, number=number, actor=actor, on=on)


def note_held_receipt(*, letter_id: int, on: date, actor: Actor, at: datetime) -> None:
    """Note it, for an agent who holds the protection still. Raises LetterNotHeld, and as `note_receipt`."""
    _refuse_stranger(letter_id)
    note_receipt(notification_id=letter_id, notified_on=on, means="HAND", actor=actor, at=at)


def note_held_answer(*, letter_id: int, accepts: bool, refusal: str, on: date, actor: Actor, at: datetime) -> Offer:
    """Note it, for an agent who holds the protection still. Raises LetterNotHeld, and as `answer_offer`."""
    _refuse_stranger(letter_id)
    offer = Offer.objects.filter(
        decision__notification__pk=letter_id, notified_on=F("decision__notification__notified_on")
    ).first()
    if offer is None:
        raise LetterNotHeld
    return answer_offer(offer_id=offer.pk, accepts=accepts, refusal=refusal, answered_on=on, actor=actor, at=at)


def _refuse_stranger(letter_id: int) -> None:
    if not holds_letter(letter_id):
        raise LetterNotHeld
