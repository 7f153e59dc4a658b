"""The payments and the credits of an account, and what each settled: by which ground, of which debt."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What part of a payment or of a credit went to a debt, in cents, and why. `source_id`: whose part it is."""

    source_id: int
    debt_id: int
    label: str
    due_on: date
    cents: int
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """One payment as it came, in cents."""

    id: int
    received_on: date
    amount_cents: int
    means: str
    proof: str
    earmark: str
    from_bank: bool
    taken_back_on: date | None
    taken_back_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRow:
    """What an entry owes the tenant without any payment, in cents. `is_taken_back`: its notice no longer is."""

    id: int
    label: str
    credited_on: date
    amount_cents: int
    is_taken_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """An account's credits, newest first, with what each settled."""

    rows: tuple[CreditRow, ...]
    settled: dict[int, tuple[Settled, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What an account was charged, and what is left to pay of it, in cents."""

    entry_id: int
    label: str
    due_on: date
    amount_cents: int
    left_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """An account's payments, newest first, with what each settled; and its debts that are not settled yet."""

    rows: tuple[PaymentRow, ...]
    settled: dict[int, tuple[Settled, ...]]
    debts: tuple[Debt, ...]


_PAYMENTS = """
SELECT id, received_on, amount_cents, means, proof, earmark, bank_entry_id IS NOT NULL AS from_bank, taken_back_on,
       taken_back_reason
FROM banking_payment WHERE account_id = %(account)s ORDER BY received_on DESC, id DESC LIMIT %(limit)s
"""
_SETTLED = """
SELECT s.{source} AS source_id, s.debt_id, e.label, e.booked_on AS due_on, sum(s.amount_cents)::bigint AS cents,
       (array_agg(s.ground ORDER BY s.id DESC) FILTER (WHERE s.amount_cents > 0))[1] AS ground
FROM banking_settlement AS s JOIN ledger_entry AS e ON e.id = s.debt_id
WHERE s.account_id = %(account)s AND s.{source} = ANY (%(sources)s::bigint[])
GROUP BY s.{source}, s.debt_id, e.label, e.booked_on HAVING sum(s.amount_cents) <> 0
ORDER BY s.{source}, e.booked_on, s.debt_id
"""
_CREDITS = """
SELECT e.id, e.label, p.booked_on AS credited_on, -p.amount_cents AS amount_cents,
       e.source_kind = 'BILL' AND EXISTS (
           SELECT FROM ledger_entry AS c WHERE c.source_kind = 'CONTRA' AND c.source_id = e.source_id
       ) AS is_taken_back
FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
WHERE p.account_id = %(account)s AND p.amount_cents < 0 AND e.source_kind IN ('BILL', 'OPENING', 'MANUAL', 'AID')
ORDER BY p.booked_on DESC, e.id DESC LIMIT %(limit)s
"""
_DEBTS = """
SELECT p.entry_id, e.label, p.booked_on AS due_on, p.amount_cents,
       (p.amount_cents - coalesce((SELECT sum(amount_cents) FROM banking_settlement
                                   WHERE account_id = p.account_id AND debt_id = p.entry_id), 0))::bigint AS left_cents
FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
WHERE p.account_id = %(account)s AND p.entry_id = ANY (%(entries)s::bigint[]) ORDER BY p.booked_on, p.entry_id
"""


def payments_of(account_id: int, *, open_entries: list[int], limit: int = 60) -> Payments:
    """The last payments of the account; `open_entries` are its debts that are not settled."""
    rows = fetch(PaymentRow, _PAYMENTS, {"account": account_id, "limit": limit})
    settled = _settled(account_id, "payment_id", [row.id for row in rows])
    debts = fetch(Debt, _DEBTS, {"account": account_id, "entries": open_entries})
    return Payments(rows=tuple(rows), settled=settled, debts=tuple(debts))


def credits_of(account_id: int, *, limit: int = 60) -> Credits:
    """The last credits of the account."""
    rows = fetch(CreditRow, _CREDITS, {"account": account_id, "limit": limit})
    return Credits(rows=tuple(rows), settled=_settled(account_id, "credit_id", [row.id for row in rows]))


def _settled(account_id: int, source: str, ids: list[int]) -> dict[int, tuple[Settled, ...]]:
    found: dict[int, list[Settled]] = defaultdict(list)
    for part in fetch(Settled, _SETTLED.format(source=source), {"account": account_id, "sources": ids}):
        found[part.source_id].append(part)
    return {number: tuple(parts) for number, parts in found.items()}
