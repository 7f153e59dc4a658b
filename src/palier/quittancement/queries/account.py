"""What an account page needs of the month: the numbers of its notices, the draft to come, the notified amounts."""

from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch, fetch_one
from palier.quittancement.queries.bills import notice_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The notice behind a bill or a contra-entry of the ledger."""

    bill_id: int
    number: str
    month: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBill:
    """A bill that is not sealed: computed or reviewed, it may still change."""

    bill_id: int
    month: date
    due_on: date
    state: str
    total_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifiedAmount:
    """What a third party notified for the lease, in cents a month."""

    kind: str
    amount_cents: int
    basis: str
    source: str
    notified_on: date
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbered:
    id: int
    month: date
    first_number: int | None
    sequence: int


def pieces_of(bill_ids: list[int]) -> dict[int, Piece]:
    """The notice of each of these bills, by its number in the database."""
    rows = fetch(
        _Numbered,
        """SELECT b.id, b.month, r.first_number, b.sequence FROM quittancement_bill AS b
           JOIN quittancement_run AS r ON r.id = b.run_id WHERE b.id = ANY (%(bills)s)""",
        {"bills": bill_ids},
    )
    return {
        row.id: Piece(bill_id=row.id, number=notice_number(row.month, row.first_number, row.sequence), month=row.month)
        for row in rows
    }


def draft_of_lease(lease_id: int) -> DraftBill | None:
    """The latest bill of the lease that is not sealed yet."""
    return fetch_one(
        DraftBill,
        """SELECT b.id AS bill_id, b.month, b.due_on, r.state, b.total_cents FROM quittancement_bill AS b
           JOIN quittancement_run AS r ON r.id = b.run_id
           WHERE b.lease_id = %(lease)s AND r.state <> 'SEALED' ORDER BY b.month DESC, b.rank DESC LIMIT 1""",
        {"lease": lease_id},
    )


def notified_amounts(lease_id: int) -> list[NotifiedAmount]:
    """APL, RLS and SLS of the lease, the newest first."""
    return fetch(
        NotifiedAmount,
        """SELECT kind, amount_cents, basis, source, notified_on, first_day, last_day FROM quittancement_datedamount
           WHERE lease_id = %(lease)s ORDER BY first_day DESC, kind LIMIT 100""",
        {"lease": lease_id},
    )
