"""The terms of an account, what is paid of each and by which paper it is proven; its letterings by hand."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """What an entry charged to the account and what is left of it, in cents. `bill_id` when it is a term's."""

    entry_id: int
    label: str
    source_kind: str
    due_on: date
    amount_cents: int
    left_cents: int
    is_taken_back: bool
    bill_id: int | None
    month: date | None
    receipt_kind: str
    receipt_number: str
    document_id: int | None
    has_pdf: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LetteringRow:
    """A payment and a debt that an agent put together."""

    id: int
    payment_id: int
    debt_id: int
    debt_label: str
    amount_cents: int
    reason: str
    by: str
    lettered_at: datetime
    undone_at: datetime | None
    undone_reason: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedPaper:
    """A quittance, a reçu or a withdrawal, as the register keeps it; `ended_why` empty while it holds."""

    document_id: int
    kind: str
    ended_why: str


_DEBTS = """
SELECT p.entry_id, e.label, e.source_kind, p.booked_on AS due_on, p.amount_cents,
       (p.amount_cents - coalesce(s.cents, 0))::bigint AS left_cents, c.id IS NOT NULL AS is_taken_back,
       b.id AS bill_id, b.month, coalesce(r.kind, '') AS receipt_kind, coalesce(d.number, '') AS receipt_number,
       d.id AS document_id, coalesce(d.pdf_sha256 <> '', false) AS has_pdf
FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
LEFT JOIN LATERAL (
    SELECT sum(amount_cents) AS cents FROM banking_settlement WHERE account_id = p.account_id AND debt_id = p.entry_id
) AS s ON true
LEFT JOIN quittancement_bill AS b ON e.source_kind = 'BILL' AND b.id = e.source_id
LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id
LEFT JOIN quittancement_receipt AS r ON r.bill_id = b.id AND r.ended_at IS NULL
LEFT JOIN mail_document AS d ON d.id = r.document_id
WHERE p.account_id = %(account)s AND e.source_kind IN ('BILL', 'OPENING', 'MANUAL', 'AID', 'REFUND')
  AND (p.amount_cents > 0 OR e.source_kind = 'BILL')
ORDER BY p.booked_on DESC, p.entry_id DESC LIMIT %(limit)s
"""
_LETTERINGS = """
SELECT t.id, t.payment_id, t.debt_id, e.label AS debt_label, t.amount_cents, t.reason,
       coalesce(g.first_name || ' ' || g.last_name, '') AS by, t.lettered_at, t.undone_at, t.undone_reason,
       t.undone_at IS NULL AND coalesce((
           SELECT sum(s.amount_cents) FROM banking_settlement AS s
           WHERE s.account_id = t.account_id AND s.payment_id = t.payment_id AND s.debt_id = t.debt_id
       ), 0) > 0 AS holds
FROM quittancement_lettering AS t JOIN ledger_entry AS e ON e.id = t.debt_id
LEFT JOIN agents_agent AS g ON g.id = t.lettered_by
WHERE t.account_id = %(account)s ORDER BY t.id DESC LIMIT 60
"""


def debts_of(account_id: int, *, limit: int) -> list[Debt]:
    """The latest debts of an account, the newest first, with the paper that holds for each term."""
    return fetch(Debt, _DEBTS, {"account": account_id, "limit": limit})


def letterings_of(account_id: int) -> list[LetteringRow]:
    """What agents put together on this account, the latest first, the undone too."""
    return fetch(LetteringRow, _LETTERINGS, {"account": account_id})


def papers_of(document_ids: list[int]) -> dict[int, HandedPaper]:
    """What the register says of these documents, by document; a notice is not in it."""
    rows = fetch(
        HandedPaper,
        """SELECT document_id, kind, ended_why FROM quittancement_receipt
           WHERE document_id = ANY (%(documents)s::bigint[])""",
        {"documents": document_ids},
    )
    return {row.document_id: row for row in rows}


def papers_that_hold(month: date) -> int:
    """Quittances and reçus of a month's terms that hold today, within the scope of whoever asks."""
    return fetch_count(
        """SELECT count(*) FROM quittancement_receipt
           WHERE month = %(month)s AND ended_at IS NULL AND kind <> 'RETRAIT'""",
        {"month": month},
    )
