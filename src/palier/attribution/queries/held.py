"""What allocation has for persons whose address is protected, for the few who hold it; to anyone else, no row.

The functions of privacy/sql/applications.sql answer under the purpose of protection alone.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldApplication:
    """An application behind a protection that one holds. `person_id`: who asks, for the journal."""

    protection_id: int
    application_id: int
    person_id: int
    state: str
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLetter:
    """A letter to hand over; an offer's clock starts the day it is received."""

    protection_id: int
    application_id: int
    id: int
    kind: str
    number: str
    made_at: datetime
    notified_on: date | None
    is_erased: bool
    expires_on: date | None
    offer_state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterToHand:
    """One letter, whole. `content` is what its PDF is made from; nothing once it was erased."""

    content: bytes | None
    number: str
    kind: str
    person_id: int
    made_at: datetime
    notified_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMatch:
    """A vacant dwelling that would suit, by its residence's code. Amounts in cents a month."""

    protection_id: int
    application_id: int
    vacancy_id: int
    residence_code: str
    rent_cents: int
    charges_cents: int
    examined_on: date
    is_candidate: bool
    # Still to be proposed before its commission.
    takes: bool


def held_applications() -> list[HeldApplication]:
    """Those behind the protections of whoever asks."""
    return fetch(HeldApplication, "SELECT * FROM palier.applications_i_hold()", {})


def held_letters() -> list[HeldLetter]:
    """Those to hand over first."""
    return fetch(HeldLetter, "SELECT * FROM palier.letters_i_hold()", {})


def held_letter(letter_id: int) -> LetterToHand | None:
    """One of them."""
    return fetch_one(LetterToHand, "SELECT * FROM palier.letter_i_hold(%(letter)s)", {"letter": letter_id})


def held_matches() -> list[HeldMatch]:
    """The dwellings that would suit them, as they were last examined."""
    return fetch(HeldMatch, "SELECT * FROM palier.matches_i_hold()", {})


def holds_letter(letter_id: int) -> bool:
    """Whether whoever acts may hand that letter over today."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT palier.i_hold_letter(%s)", [letter_id])
        return bool(cursor.fetchone()[0])


def holds_application(application_id: int) -> bool:
    """Whether whoever acts may propose that application today."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT palier.i_hold_application(%s)", [application_id])
        return bool(cursor.fetchone()[0])
