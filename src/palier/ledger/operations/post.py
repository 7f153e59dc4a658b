"""One entry posted by hand: numbered without gap, balanced, dated where the books are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from palier.foundation.errors import Refusal
from palier.foundation.periods import Month, day_fr
from palier.ledger.models import Account, Entry, Period, Posting


class PeriodIsClosed(Refusal):
    """Les livres {of_month} sont clos : datez l’écriture du {first_open} ou après, ou faites rouvrir par deux personnes
    les mois clos depuis, le plus récent d’abord."""


class PeriodIsLockedForEntries(PeriodIsClosed):
    """Les livres {of_month} sont verrouillés : ils ne rouvrent plus. Datez l’écriture du {first_open} ou après."""


class EntryDoesNotBalance(Refusal):
    """Les débits et les crédits de l’écriture diffèrent de {difference} centimes. Rien n’a été enregistré."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What an entry says of itself. `sides`: signed cents by account, a debit is positive; their sum is zero."""

    journal: str
    label: str
    booked_on: date
    source_kind: str
    source_id: int
    sides: Mapping[int, int]
    means: str = ""


def hold_numbers() -> None:
    """One writer of the journals at a time, until the transaction ends: numbers follow each other without gap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.entry_numbers'))")


def require_open(day: date) -> None:
    """Refuse a day of the closed books: those of the last closed month and of every month before it, whether they have
    a row or not. Raises PeriodIsClosed, PeriodIsLockedForEntries."""
    opens_on = _books_open_on()
    if opens_on is None or day >= opens_on:
        return
    month = Month.of(day)
    # Only the most recent month is ever opened again: under a locked one, nothing is.
    locked = Period.objects.filter(state="LOCKED", month__gte=month.first_day).exists()
    fault = PeriodIsLockedForEntries if locked else PeriodIsClosed
    raise fault(of_month=month.of_fr(), first_open=day_fr(opens_on))


def first_open_day(day: date) -> date:
    """The day itself when the books are open there, otherwise the first day that they are: where a mistake of a closed
    month is corrected, and what a bank says too late is booked."""
    opens_on = _books_open_on()
    return day if opens_on is None else max(day, opens_on)


def _books_open_on() -> date | None:
    """The day after the last closed month; None when none ever was closed. It holds until the transaction ends: a
    closing waits for what is being posted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('palier.periods'))")
    last = Period.objects.exclude(state="OPEN").order_by("-month").values_list("month", flat=True).first()
    return None if last is None else Month.of(last).next().first_day


def post_entry(piece: Piece, *, by: int, at: datetime) -> Entry:
    """Number the entry and write both its sides. Raises EntryDoesNotBalance, PeriodIsClosed."""
    difference = sum(piece.sides.values())
    if difference:
        raise EntryDoesNotBalance(difference=abs(difference))
    require_open(piece.booked_on)
    hold_numbers()
    residences: dict[int, int | None] = dict(
        Account.objects.filter(pk__in=piece.sides).values_list("id", "residence_id")
    )
    last = Entry.objects.filter(journal=piece.journal).order_by("-number").values_list("number", flat=True).first()
    residence_id = next((each for each in residences.values() if each is not None), None)
    entry = Entry.objects.create(
        journal=piece.journal,
        number=1 if last is None else last + 1,
        booked_on=piece.booked_on,
        label=piece.label,
        residence_id=residence_id,
        source_kind=piece.source_kind,
        source_id=piece.source_id,
        means=piece.means,
        posted_at=at,
        posted_by=by,
    )
    Posting.objects.bulk_create(
        [
            Posting(
                entry=entry,
                account_id=account_id,
                # A tenant's side bears its own residence; the landlord's side, that of the piece.
                residence_id=residences.get(account_id) or residence_id,
                booked_on=piece.booked_on,
                amount_cents=cents,
            )
            for account_id, cents in piece.sides.items()
        ]
    )
    return entry
