"""Reads of debit runs, mandates and refunds: frozen rows, bounded. Amounts in cents."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of debits, and where it stands."""

    id: int
    month: date
    rank: int
    message_id: str
    count: int
    total_cents: int
    set_aside_count: int
    unprinted_count: int
    created_by: int
    created_at: datetime
    signed_by: int | None
    signed_at: datetime | None
    written_at: datetime | None
    voided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """What a run asks for on one day."""

    collected_on: date
    sequence: str
    count: int
    total_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideRow:
    """An account left out of a run, and whose lease it is."""

    account_id: int
    lease_id: int
    lease_reference: str
    holder: str
    reason: str
    person_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedRow:
    """A debit that came back, and what may be done with it."""

    id: int
    account_id: int
    lease_id: int
    lease_reference: str
    holder: str
    amount_cents: int
    collected_on: date
    returned_on: date | None
    state: str
    reason: str
    again_at: datetime | None
    person_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateRow:
    """A mandate as a screen shows it: the account by its last four signs."""

    id: int
    reference: str
    holder_name: str
    iban_last4: str
    signed_on: date
    debit_day: int
    notice_days: int
    last_used_on: date | None
    ended_on: date | None
    ended_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    """A refund and where it stands."""

    id: int
    account_id: int
    lease_reference: str
    holder_name: str
    iban_last4: str
    amount_cents: int
    reason: str
    prepared_by: int
    prepared_at: datetime
    signed_at: datetime | None
    dropped_at: datetime | None
    message_id: str
    person_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsignedRow:
    """A refund that waits for a signature, without its account."""

    id: int
    amount_cents: int
    prepared_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFileRow:
    """A file of orders as a list shows it: a count and a sum, nobody."""

    message_id: str
    version: str
    count: int
    total_cents: int
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _People:
    person_ids: list[int]


_RUN = """
SELECT id, month, rank, message_id, count, total_cents, set_aside_count, unprinted_count, created_by, created_at,
       signed_by, signed_at, written_at, voided_at FROM banking_debitrun
"""
_ORDERS = "SELECT message_id, version, count, total_cents, made_at FROM banking_orderfile"
_PEOPLE = """
coalesce((SELECT array_agg(o.person_id) FROM leases_occupant AS o
          WHERE o.lease_id = l.id AND o.role <> 'OCCUPANT'), '{}') AS person_ids
"""
_HOLDER = """
coalesce((SELECT o.display_name FROM leases_occupant AS o
          WHERE o.lease_id = l.id AND o.role = 'HOLDER' ORDER BY o.id LIMIT 1), '') AS holder
"""


def debit_runs(limit: int) -> list[RunRow]:
    """The latest runs."""
    return fetch(RunRow, f"{_RUN} ORDER BY month DESC, rank DESC LIMIT %(limit)s", {"limit": limit})


def debit_run(run_id: int) -> RunRow | None:
    return fetch_one(RunRow, f"{_RUN} WHERE id = %(run)s", {"run": run_id})


def run_days(run_id: int) -> list[DayRow]:
    """What the run asks for, day by day."""
    return fetch(
        DayRow,
        """SELECT collected_on, sequence, count(*) AS count, sum(amount_cents)::bigint AS total_cents
           FROM banking_debit WHERE run_id = %(run)s GROUP BY collected_on, sequence ORDER BY 1, 2""",
        {"run": run_id},
    )


def run_asides(run_id: int, limit: int) -> list[AsideRow]:
    """The accounts that the run leaves out, those that someone can mend first."""
    return fetch(
        AsideRow,
        f"""SELECT a.account_id, l.id AS lease_id, l.reference AS lease_reference, {_HOLDER}, a.reason, {_PEOPLE}
            FROM banking_debitaside AS a JOIN leases_lease AS l ON l.account_id = a.account_id
            WHERE a.run_id = %(run)s ORDER BY a.reason = 'NOTHING_OWED', a.reason, a.account_id LIMIT %(limit)s""",
        {"run": run_id, "limit": limit},
    )


def returned_debits(limit: int) -> list[ReturnedRow]:
    """The latest debits that came back."""
    return fetch(
        ReturnedRow,
        f"""SELECT d.id, d.account_id, l.id AS lease_id, l.reference AS lease_reference, {_HOLDER}, d.amount_cents,
                   d.collected_on, d.returned_on, d.state, d.reason, d.again_at, {_PEOPLE}
            FROM banking_debit AS d JOIN leases_lease AS l ON l.account_id = d.account_id
            WHERE d.state IN ('REFUSED', 'RETURNED', 'REFUNDED')
            ORDER BY d.returned_on DESC, d.id DESC LIMIT %(limit)s""",
        {"limit": limit},
    )


def order_file(message_id: str) -> OrderFileRow | None:
    """The kept file of that name."""
    return fetch_one(OrderFileRow, f"{_ORDERS} WHERE message_id = %(named)s", {"named": message_id})


def refund_files(limit: int) -> list[OrderFileRow]:
    """The latest kept files of refunds, those that pay a protected person too."""
    return fetch(
        OrderFileRow,
        f"{_ORDERS} WHERE kind = 'REFUNDS' ORDER BY made_at DESC, id DESC LIMIT %(limit)s",
        {"limit": limit},
    )


def people_debited(run_id: int) -> list[int]:
    """The persons whose accounts a run debits: whoever takes its file has read them all."""
    return _people("SELECT account_id FROM banking_debit WHERE run_id = %(named)s", run_id)


def people_refunded(message_id: str) -> list[int]:
    """The persons whom a file of refunds pays."""
    return _people("SELECT account_id FROM banking_refund WHERE message_id = %(named)s", message_id)


def people_of_refund(refund_id: int) -> list[int]:
    """The persons whose account a refund gives back to."""
    return _people("SELECT account_id FROM banking_refund WHERE id = %(named)s", refund_id)


def refunds_to_sign(limit: int) -> list[UnsignedRow]:
    """The refunds that wait for a signature, the oldest first: a number and a sum, nobody."""
    return fetch(
        UnsignedRow,
        """SELECT id, amount_cents, prepared_at FROM banking_refund
           WHERE signed_at IS NULL AND dropped_at IS NULL ORDER BY id LIMIT %(limit)s""",
        {"limit": limit},
    )


def _people(accounts: str, named: int | str) -> list[int]:
    # One row of them all: a quarter of a million rows of one number each would double the memory of a run.
    found = fetch_one(
        _People,
        f"""SELECT coalesce(array_agg(DISTINCT o.person_id), '{{}}') AS person_ids
            FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id
            WHERE l.account_id IN ({accounts}) AND o.role <> 'OCCUPANT'""",
        {"named": named},
    )
    return found.person_ids if found else []


def mandates_of(account_id: int) -> list[MandateRow]:
    """The mandates of an account, the running one first."""
    return fetch(
        MandateRow,
        """SELECT id, reference, holder_name, iban_last4, signed_on, debit_day, notice_days, last_used_on, ended_on,
                  ended_why
           FROM banking_sepamandate WHERE account_id = %(account)s
           ORDER BY ended_on IS NOT NULL, ended_on DESC, id DESC LIMIT 20""",
        {"account": account_id},
    )


def refunds(limit: int) -> list[RefundRow]:
    """The refunds, those that wait for a signature first."""
    return fetch(
        RefundRow,
        f"""SELECT r.id, r.account_id, l.reference AS lease_reference, r.holder_name, r.iban_last4, r.amount_cents,
                   r.reason, r.prepared_by, r.prepared_at, r.signed_at, r.dropped_at, r.message_id, {_PEOPLE}
            FROM banking_refund AS r JOIN leases_lease AS l ON l.account_id = r.account_id
            ORDER BY (r.signed_at IS NULL AND r.dropped_at IS NULL) DESC, r.id DESC LIMIT %(limit)s""",
        {"limit": limit},
    )
