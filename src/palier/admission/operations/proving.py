"""From the code of a letter to the account that it opens: the code, a second proof, then the choice of how to sign in.

Run as the login, outside any actor: nobody is known yet. Every attempt is counted before it is looked at, and what is
answered to a wrong code is what is answered to one that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import get_language

from palier.admission.models import AccessEvent, AccessLetter, AccessSlip, KnownContact, SentCode
from palier.admission.operations.asking import QUEUE
from palier.admission.operations.digests import is_digest_of
from palier.admission.operations.letters import end_letters
from palier.admission.rules import (
    MOST_WRONG,
    SELECTOR,
    SENT_DIGITS,
    SLIP_DIGITS,
    STAGE_LASTS,
    typed_code,
    typed_number,
)
from palier.agents.signing_in import TooManyAttempts, TooManyFromOrigin, attempt_succeeded, begin_attempt
from palier.foundation.errors import Refusal
from palier.privacy.deferring import defer
from palier.privacy.ended import Ends, keep_ends

SITE: Final = "home"
SEND_TASK: Final = "palier.admission.tasks.send_code"
# Compared with when there is no letter: as long, and equal to nothing.
_NOBODYS: Final = "0" * 64
_MOST_TOLD: Final = 20


class CodeMistyped(Refusal):
    """Il y a une faute de frappe : un code a seize lettres et chiffres, sans I, ni O, ni 0, ni 1. Relisez-le sur la
    lettre."""


class CodeOpensNothing(Refusal):
    """Ce code n’ouvre rien. Relisez-le sur votre dernière lettre. Une lettre sert une fois, pendant soixante jours,
    et s’arrête après dix essais faux : votre agence vous en envoie une autre."""


class TooManyCodes(Refusal):
    """Trop d’essais n’ont pas abouti. Réessayez après {again_at}, ou demandez une autre lettre à votre agence."""


class ProofRefused(Refusal):
    """Ce n’est pas le bon numéro, ou il ne sert plus. Demandez un autre code, ou un bon à votre agence."""


class LetterOver(Refusal):
    """Cette lettre ne sert plus, ou l’attente a été trop longue. Recommencez avec le code de votre dernière lettre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A telephone or a mailbox that a code may be sent to, as little of it as needed."""

    id: int
    channel: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Someone whose code and second proof are right. `person_id` None: a helper, who has no file here."""

    person_id: int | None
    identifier: str
    by_mail: bool


def try_code(typed: str, *, origin: str, at: datetime, held: int | None = None) -> int:
    """The number of the letter that has this code; `held`, the letter this browser typed already.

    Raises CodeMistyped, CodeOpensNothing, TooManyCodes.
    """
    code = typed_code(typed)
    if code is None:
        raise CodeMistyped
    with transaction.atomic():
        attempt = f"letter\x00{code[:SELECTOR]}"
        _count(attempt, origin=f"letter\x00{origin}" if origin else "", at=at)
        row = (
            AccessLetter.objects.filter(selector=code[:SELECTOR], ended_at__isnull=True, expires_at__gt=at)
            .values_list("id", "person_id", "residence_id", "code_sha256", "accepted_at")
            .first()
        )
        letter_id, person_id, residence_id, kept, accepted_at = row or (0, 0, 0, _NOBODYS, None)
        is_right = is_digest_of(kept, "letter", code)
        # The same statement whether there is a letter or none: neither the words nor the time tell which.
        AccessLetter.objects.filter(pk=letter_id).update(
            wrong_codes=F("wrong_codes") + (0 if is_right else 1), accepted_at=accepted_at or (at if is_right else None)
        )
        if is_right:
            attempt_succeeded(attempt, at=at, origin=f"letter\x00{origin}" if origin else "")
            if letter_id != held and _is_worth_telling(person_id):
                # Another browser, be it the flatmate's: the person reads each of them among their steps.
                _note(person_id, residence_id, "CODE_ACCEPTED", at)
        elif row is not None:
            _end_when_too_many(letter_id, at)
    if not is_right:
        raise CodeOpensNothing
    return int(letter_id)


def ways_of(letter_id: int) -> list[Way]:
    """What the code may be sent to."""
    rows = KnownContact.objects.filter(letter_id=letter_id).order_by("id").values_list("id", "channel", "hint")
    return [Way(id=number, channel=channel, hint=hint) for number, channel, hint in rows]


def person_of_letter(letter_id: int, *, at: datetime) -> int:
    """Whose letter it is, while it serves. Raises LetterOver."""
    live = AccessLetter.objects.filter(pk=letter_id, ended_at__isnull=True, expires_at__gt=at)
    person = live.values_list("person_id", flat=True).first()
    if person is None:
        raise LetterOver
    return person


def ask_for_a_code(letter_id: int, way_id: int, *, at: datetime) -> None:
    """Have a code sent, by a job that may read the number. Raises LetterOver, TooManyCodes, ProofRefused."""
    person_id = person_of_letter(letter_id, at=at)
    if way_id not in {way.id for way in ways_of(letter_id)}:
        raise ProofRefused
    _count(f"letter-sent\x00{letter_id}", origin="", at=at)
    args = {
        "letter_id": letter_id,
        "way_id": way_id,
        "person_id": person_id,
        "asked_by": None,
        "language": get_language() or "fr",
    }
    defer(SEND_TASK, queue=QUEUE, args=args)


def give_proof(letter_id: int, typed: str, *, origin: str, at: datetime) -> datetime:
    """Accept the code that was sent, or the number of a slip, once: the instant, for the browser that gave it to keep.

    Raises LetterOver, TooManyCodes, ProofRefused.
    """
    person_id = person_of_letter(letter_id, at=at)
    attempt, where = f"letter-proof\x00{letter_id}", f"letter\x00{origin}" if origin else ""
    with transaction.atomic():
        _count(attempt, origin=where, at=at)
        is_right = _use_sent(letter_id, typed, at) or _use_slip(person_id, typed, at)
        letter = AccessLetter.objects.filter(pk=letter_id)
        if is_right:
            letter.update(proved_at=at)
            attempt_succeeded(attempt, at=at, origin=where)
        else:
            letter.update(wrong_proofs=F("wrong_proofs") + 1)
            _end_when_too_many(letter_id, at)
    if not is_right:
        raise ProofRefused
    return at


def admitted_by(letter_id: int, *, proved: datetime | None, at: datetime) -> Admitted:
    """Who proved both, in this very browser, less than half an hour ago. Raises LetterOver.

    `proved` is what `give_proof` answered to the browser that asks: whoever typed the code of the letter elsewhere has
    none, and a proof given since in another browser ends this one.
    """
    if proved is None or proved <= at - STAGE_LASTS:
        raise LetterOver
    row = (
        AccessLetter.objects.filter(pk=letter_id, ended_at__isnull=True, expires_at__gt=at, proved_at=proved)
        .values_list("person_id", "identifier")
        .first()
    )
    if row is None:
        raise LetterOver
    by_mail = KnownContact.objects.filter(letter_id=letter_id, channel="EMAIL").exists()
    return Admitted(person_id=row[0], identifier=row[1], by_mail=by_mail)


def open_by_letter(
    letter_id: int, opening: Callable[[Admitted], None], *, proved: datetime | None, at: datetime
) -> None:
    """Use the letter up while `opening` makes the account what was chosen: both or neither. Raises LetterOver."""
    with transaction.atomic():
        # Sent twice at once, the second one waits here and finds the letter used.
        held = AccessLetter.objects.select_for_update().filter(pk=letter_id).values_list("residence_id", flat=True)
        residence_id = held.first()
        who = admitted_by(letter_id, proved=proved, at=at)
        if residence_id is None or who.person_id is None:
            raise LetterOver
        opening(who)
        end_letters([who.person_id], ended_by="USED", at=at)
        SentCode.objects.filter(letter_id=letter_id).delete()
        _note(who.person_id, residence_id, "FIRST_SIGN_IN", at)


def _use_sent(letter_id: int, typed: str, at: datetime) -> bool:
    number = typed_number(typed, digits=SENT_DIGITS) or ""
    kept = SentCode.objects.filter(letter_id=letter_id, expires_at__gt=at).values_list("code_sha256", flat=True).first()
    if not is_digest_of(kept or _NOBODYS, f"sent {letter_id}", number):
        return False
    used, _ = SentCode.objects.filter(letter_id=letter_id).delete()
    return used == 1


def _use_slip(person_id: int, typed: str, at: datetime) -> bool:
    number = typed_number(typed, digits=SLIP_DIGITS) or ""
    live = AccessSlip.objects.filter(person_id=person_id, ended_at__isnull=True, expires_at__gt=at)
    kept = live.values_list("code_sha256", flat=True).first()
    if not is_digest_of(kept or _NOBODYS, f"slip {person_id}", number):
        return False
    keep_ends(Ends.SLIP, live.values_list("id", "given_at"), at=at)
    return live.update(ended_at=at) == 1


def _end_when_too_many(letter_id: int, at: datetime) -> None:
    row = (
        AccessLetter.objects.filter(pk=letter_id, ended_at__isnull=True)
        .values_list("person_id", "residence_id", "wrong_codes", "wrong_proofs")
        .first()
    )
    if row is None or row[2] + row[3] < MOST_WRONG:
        return
    end_letters([row[0]], ended_by="WRONG_CODES", at=at)
    SentCode.objects.filter(letter_id=letter_id).delete()
    _note(row[0], row[1], "WRONG_CODES", at)


def _is_worth_telling(person_id: int) -> bool:
    """A letter left open must not fill the list of who reads it."""
    return AccessEvent.objects.filter(person_id=person_id, kind="CODE_ACCEPTED").count() < _MOST_TOLD


def _count(attempt: str, *, origin: str, at: datetime) -> None:
    try:
        begin_attempt(attempt, site=SITE, at=at, origin=origin)
    except (TooManyAttempts, TooManyFromOrigin) as refusal:
        raise TooManyCodes(again_at=refusal.facts["again_at"]) from refusal


def _note(person_id: int, residence_id: int, kind: str, at: datetime) -> None:
    AccessEvent.objects.create(person_id=person_id, residence_id=residence_id, kind=kind, at=at)
