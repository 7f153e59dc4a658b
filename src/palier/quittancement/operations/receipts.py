"""From what payments settled to quittances and reçus: frozen in blocks, numbered without gap, one a term that holds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from django.db import connection

from palier.dispatch.operations.routing import void
from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.foundation.reading import fetch
from palier.foundation.staging import insert_rows, next_ids
from palier.leases.consents import Family
from palier.ledger.models import PAYMENT_MEANS
from palier.mail.glyphs import refuse_undrawable_json
from palier.mail.notice import Received
from palier.quittancement.operations.notices import billed_leases, lines_of, sender, tenants_of
from palier.quittancement.operations.receipt_facts import KINDS, NATURES, PaidTerm, receipt_number, receipt_of
from palier.quittancement.rules.receipts import Holding, Paper, Term, paper_for

BLOCK: Final = 1_000
_MEANS: Final = dict(PAYMENT_MEANS)
_RESERVED: Final = {"APL": "aide de la CAF", "FSL": "fonds de solidarité"}
# What the landlord owed, by the entry that says so.
_CREDITS: Final = {
    "BILL": "avis en votre faveur",
    "AID": "rappel d’APL",
    "MANUAL": "somme accordée",
    "OPENING": "avance reprise",
}

_PAID = """
WITH term AS (
    SELECT b.id AS bill_id, b.lease_id, b.account_id, b.residence_id, b.total_cents, b.due_on, e.id AS entry_id,
           EXISTS (SELECT FROM quittancement_contra AS c WHERE c.bill_id = b.id) AS is_taken_back
    FROM quittancement_bill AS b JOIN ledger_entry AS e ON e.source_kind = 'BILL' AND e.source_id = b.id
    WHERE b.run_id = %(run)s AND (%(bills)s::bigint[] IS NULL OR b.id = ANY (%(bills)s::bigint[]))
), part AS (
    SELECT t.bill_id, s.payment_id, s.credit_id, sum(s.amount_cents)::bigint AS cents
    FROM term AS t JOIN banking_settlement AS s ON s.account_id = t.account_id AND s.debt_id = t.entry_id
    GROUP BY t.bill_id, s.payment_id, s.credit_id HAVING sum(s.amount_cents) <> 0
), paid AS (
    SELECT bill_id, sum(cents)::bigint AS cents, coalesce(sum(cents) FILTER (WHERE payment_id IS NOT NULL), 0)::bigint
           AS paid_cents,
           md5(string_agg(coalesce(payment_id::text, 'c' || credit_id) || ':' || cents, ','
                          ORDER BY payment_id, credit_id)) AS basis
    FROM part GROUP BY bill_id
)
"""
# A term whose paper does not say what is paid of it now; the rule then says which paper it calls for.
_CHANGED = f"""{_PAID}
SELECT t.bill_id FROM term AS t
LEFT JOIN paid AS p ON p.bill_id = t.bill_id
LEFT JOIN quittancement_receipt AS r ON r.bill_id = t.bill_id AND r.ended_at IS NULL
WHERE CASE WHEN r.id IS NULL
           THEN NOT t.is_taken_back AND (p.paid_cents > 0 OR p.cents >= t.total_cents
                                         OR (t.total_cents <= 0 AND t.due_on <= %(on)s))
           ELSE (t.is_taken_back AND r.kind <> 'RETRAIT') OR r.basis <> coalesce(p.basis, '') END
ORDER BY t.bill_id
"""
_TERMS = f"""{_PAID}
SELECT t.bill_id, t.lease_id, t.account_id, t.residence_id, t.entry_id, t.total_cents, t.due_on, t.is_taken_back,
       coalesce(p.cents, 0)::bigint AS settled_cents, coalesce(p.paid_cents, 0)::bigint AS paid_cents,
       coalesce(p.basis, '') AS basis, r.id AS receipt_id,
       coalesce(r.kind, '') AS held_kind, r.paid_cents AS held_cents, coalesce(r.basis, '') AS held_basis,
       r.document_id, coalesce(d.number, '') AS held_number
FROM term AS t
LEFT JOIN paid AS p ON p.bill_id = t.bill_id
LEFT JOIN quittancement_receipt AS r ON r.bill_id = t.bill_id AND r.ended_at IS NULL
LEFT JOIN mail_document AS d ON d.id = r.document_id
ORDER BY t.bill_id
"""
_PAYMENTS = """
SELECT s.debt_id, p.received_on, p.means, p.earmark, sum(s.amount_cents)::bigint
FROM unnest(%(accounts)s::bigint[], %(entries)s::bigint[]) AS t (account_id, entry_id)
JOIN banking_settlement AS s ON s.account_id = t.account_id AND s.debt_id = t.entry_id
JOIN banking_payment AS p ON p.id = s.payment_id
GROUP BY s.debt_id, p.id, p.received_on, p.means, p.earmark HAVING sum(s.amount_cents) > 0
ORDER BY s.debt_id, p.received_on, p.id
"""
_CREDITED = """
SELECT s.debt_id, e.booked_on, e.source_kind, sum(s.amount_cents)::bigint
FROM unnest(%(accounts)s::bigint[], %(entries)s::bigint[]) AS t (account_id, entry_id)
JOIN banking_settlement AS s ON s.account_id = t.account_id AND s.debt_id = t.entry_id
JOIN ledger_entry AS e ON e.id = s.credit_id
GROUP BY s.debt_id, e.id, e.booked_on, e.source_kind HAVING sum(s.amount_cents) > 0
ORDER BY s.debt_id, e.booked_on, e.id
"""
_END = """
UPDATE quittancement_receipt AS r SET ended_at = %(at)s, ended_why = e.why
FROM unnest(%(ids)s::bigint[], %(whys)s::text[]) AS e (id, why) WHERE r.id = e.id
"""
_DOCUMENT_COLUMNS = (
    "id", "kind", "number", "lease_id", "account_id", "residence_id", "month", "issued_on", "data", "data_sha256",
    "template_sha256", "pdf_sha256", "frozen_at",
)  # fmt: skip
_RECEIPT_COLUMNS = (
    "document_id", "bill_id", "lease_id", "residence_id", "kind", "month", "sequence", "paid_cents", "basis",
    "issued_at", "ended_why",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What one block made, by kind, and the terms whose paper could not be made, each with its reason."""

    kinds: dict[str, int]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    bill_id: int
    lease_id: int
    account_id: int
    residence_id: int
    entry_id: int
    total_cents: int
    due_on: date
    is_taken_back: bool
    settled_cents: int
    paid_cents: int
    basis: str
    receipt_id: int | None
    held_kind: str
    held_cents: int | None
    held_basis: str
    document_id: int | None
    held_number: str

    @property
    def term(self) -> Term:
        return Term(
            total_cents=self.total_cents,
            settled_cents=self.settled_cents,
            paid_cents=self.paid_cents,
            due_on=self.due_on,
            basis=self.basis,
            is_taken_back=self.is_taken_back,
        )

    @property
    def holding(self) -> Holding | None:
        if self.held_cents is None:
            return None
        return Holding(nature=NATURES[self.held_kind], settled_cents=self.held_cents, basis=self.held_basis)


def terms_that_changed(*, run_id: int, on: date) -> list[int]:
    """The bills of a sealed run whose paper, or absence of paper, no longer says what is paid of them."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"run": run_id, "bills": None, "on": on})
        return [number for (number,) in cursor.fetchall()]


def freeze_receipts(*, run_id: int, first_number: int, month: Month, bill_ids: Sequence[int], at: datetime) -> Made:
    """Freeze the papers that these terms call for; what no longer holds is ended, never deleted.

    Two at once wait for each other: the second finds nothing left to say. A paper that cannot be made (an address too
    long, a letter the font lacks) takes no number and stops no other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.receipt_numbers'))")
    on = at.astimezone(PARIS).date()
    due = fetch(_Due, _TERMS, {"run": run_id, "bills": list(bill_ids)})
    papers = {each.bill_id: paper for each in due if (paper := paper_for(each.term, each.holding, on=on))}
    wanted = [each for each in due if each.bill_id in papers]
    if not wanted:
        return Made(kinds={}, refused=())
    return _freeze(wanted, papers, run_id=run_id, first_number=first_number, month=month, at=at)


def _freeze(
    wanted: list[_Due], papers: dict[int, Paper], *, run_id: int, first_number: int, month: Month, at: datetime
) -> Made:
    on = at.astimezone(PARIS).date()
    bills = billed_leases(
        run_id=run_id,
        first_number=first_number,
        bill_ids=[each.bill_id for each in wanted],
        family=Family.RECEIPTS,
        told_on=on,
    )
    leases = {bill.lease_id: bill for bill in bills}
    lines, tenants, landlord = lines_of(run_id, bills), tenants_of(bills), sender()
    payments, credited, numbers = _payments_of(wanted), _credits_of(wanted), _last_numbers(month)
    ids = iter(next_ids("mail_document", len(wanted)))
    documents: list[tuple[object, ...]] = []
    receipts: list[tuple[object, ...]] = []
    ended: list[_Due] = []
    kinds: dict[str, int] = defaultdict(int)
    refused: list[str] = []
    for each in wanted:
        bill, paper = leases[each.lease_id], papers[each.bill_id]
        kind = KINDS[paper.nature]
        number = receipt_number(kind, month, numbers[kind] + 1)
        paid = PaidTerm(
            bill=bill,
            lines=lines[each.lease_id],
            tenants=tenants[each.lease_id],
            payments=payments[each.entry_id],
            credits=credited[each.entry_id],
            paper=paper,
            replaced=each.held_number,
        )
        try:
            receipt = receipt_of(paid, number=number, month=month, landlord=landlord, on=on)
            raw = receipt.canonical()
            refuse_undrawable_json(raw.decode("utf-8"))
        except Refusal as reason:
            refused.append(f"Bail {bill.lease} : {reason}")
            continue
        numbers[kind] += 1
        kinds[kind] += 1
        document_id = next(ids)
        documents.append((
            document_id, kind, number, each.lease_id, each.account_id, each.residence_id, month.first_day, on, raw,
            sha256(raw).hexdigest(), "", "", at,
        ))  # fmt: skip
        receipts.append((
            document_id, each.bill_id, each.lease_id, each.residence_id, kind, month.first_day, numbers[kind],
            receipt.paid_cents + receipt.credited_cents, each.basis, at, "",
        ))  # fmt: skip
        if each.receipt_id is not None:
            ended.append(each)
    _end(ended, papers, at)
    insert_rows("mail_document", _DOCUMENT_COLUMNS, documents)
    insert_rows("quittancement_receipt", _RECEIPT_COLUMNS, receipts)
    return Made(kinds=dict(kinds), refused=tuple(refused))


def _end(ended: list[_Due], papers: dict[int, Paper], at: datetime) -> None:
    """The papers before these no longer hold. A reçu that a later payment completes stays true; the others do not."""
    whys = [papers[each.bill_id].ended_why for each in ended]
    untrue = [each.document_id for each, why in zip(ended, whys, strict=True) if why != "REPLACED"]
    with connection.cursor() as cursor:
        cursor.execute(_END, {"ids": [each.receipt_id for each in ended], "whys": whys, "at": at})
        cursor.execute(
            "UPDATE mail_document SET withdrawn_on = %(on)s WHERE id = ANY (%(ids)s::bigint[])",
            {"on": at.astimezone(PARIS).date(), "ids": untrue},
        )
    void(document_ids=[each.document_id for each in ended if each.document_id is not None], at=at)


def _last_numbers(month: Month) -> dict[str, int]:
    numbers: dict[str, int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, max(sequence) FROM quittancement_receipt WHERE month = %s GROUP BY kind", [month.first_day]
        )
        numbers.update(dict(cursor.fetchall()))
    return numbers


def _payments_of(terms: list[_Due]) -> dict[int, tuple[Received, ...]]:
    """What each payment settled of each term, by the entry of the term."""
    found: dict[int, list[Received]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _PAYMENTS,
            {"accounts": [each.account_id for each in terms], "entries": [each.entry_id for each in terms]},
        )
        for debt_id, received_on, means, earmark, cents in cursor.fetchall():
            said = _RESERVED.get(earmark) or _MEANS[means]
            found[debt_id].append(Received(on=received_on, means=said, amount_cents=cents))
    return {each.entry_id: tuple(found[each.entry_id]) for each in terms}


def _credits_of(terms: list[_Due]) -> dict[int, tuple[Received, ...]]:
    """What each credit of the account settled of each term, by the entry of the term."""
    found: dict[int, list[Received]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _CREDITED,
            {"accounts": [each.account_id for each in terms], "entries": [each.entry_id for each in terms]},
        )
        for debt_id, booked_on, source_kind, cents in cursor.fetchall():
            found[debt_id].append(Received(on=booked_on, means=_CREDITS[source_kind], amount_cents=cents))
    return {each.entry_id: tuple(found[each.entry_id]) for each in terms}
