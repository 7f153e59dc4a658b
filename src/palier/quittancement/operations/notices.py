"""From a sealed month to notices: the facts are frozen first, for all; the PDFs are made from them afterwards."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import connection

from palier.estate.models import Landlord
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.foundation.staging import insert_rows
from palier.leases.consents import Family
from palier.leases.queries.consents import agreed_since_sql
from palier.ledger.models import PAYMENT_MEANS
from palier.mail import notice as facts
from palier.quittancement.models import Run
from palier.quittancement.operations.notice_facts import AccountState, BilledLease, KnownFacts, Sender, notice_of
from palier.quittancement.operations.runs import RunNotFound
from palier.quittancement.rules.month import Line, LineKind, inputs_from_text

_BLOCK = 1_000

_BILLED = f"""
SELECT b.lease_id, b.account_id, b.residence_id, b.first_day, b.last_day, b.due_on, b.total_cents,
       %(first_number)s + b.sequence - 1 AS number,
       l.reference, l.kind, l.payment_mode, l.mandate_reference, l.debit_day, coalesce(v.notice_days, 14), l.iban_last4,
       {agreed_since_sql(family="%(family)s", on="%(told_on)s::date")} AS online_since,
       a.reference, r.rent_term, r.name, r.address, r.postcode, r.city,
       g.code, s.code, d.door, d.floor, d.rooms, e.id
FROM quittancement_bill AS b
JOIN leases_lease AS l ON l.id = b.lease_id
JOIN ledger_account AS a ON a.id = b.account_id
JOIN estate_residence AS r ON r.id = b.residence_id
JOIN estate_dwelling AS d ON d.id = l.dwelling_id
JOIN estate_staircase AS s ON s.id = d.staircase_id
JOIN estate_building AS g ON g.id = s.building_id
JOIN ledger_entry AS e ON e.source_kind = 'BILL' AND e.source_id = b.id
LEFT JOIN banking_sepamandate AS v ON v.account_id = b.account_id AND v.ended_on IS NULL
"""
_BILLS = f"""{_BILLED}
LEFT JOIN mail_document AS m ON m.lease_id = b.lease_id AND m.month = b.month
     AND m.number = %(prefix)s || lpad((%(first_number)s + b.sequence - 1)::text, 6, '0')
LEFT JOIN quittancement_setaside AS z ON z.run_id = b.run_id AND z.lease_id = b.lease_id
WHERE b.run_id = %(run)s AND b.sequence > %(after)s AND m.id IS NULL AND z.id IS NULL
ORDER BY b.sequence LIMIT %(limit)s
"""
# Notices are frozen in the order of their numbers: what comes before the last one was looked at, but for those that
# were refused and are tried again.
_LAST_FROZEN = """
SELECT max(number) FROM mail_document
WHERE kind = 'AVIS_ECHEANCE' AND number BETWEEN %(prefix)s || lpad((%(first_number)s)::text, 6, '0')
  AND %(prefix)s || lpad((%(first_number)s + %(count)s - 1)::text, 6, '0')
"""
_LINES = """
SELECT lease_id, kind, label, amount_cents, rule, inputs, basis FROM quittancement_line
WHERE run_id = %s AND lease_id = ANY(%s) ORDER BY lease_id, rank
"""
_TENANTS = """
SELECT o.lease_id, p.title, p.first_name, p.last_name FROM leases_occupant AS o
JOIN people_person AS p ON p.id = o.person_id
WHERE o.lease_id = ANY(%s) AND o.role IN ('HOLDER', 'COHOLDER') AND (o.moved_out_on IS NULL OR o.moved_out_on >= %s)
ORDER BY o.lease_id, o.role DESC, o.id
"""
# The account as the sealing left it: its balance, and where the notice (or the balance taken over) before it stands.
# Account by account: joined at once, the planner reads the whole ledger for each thousand of them.
_BALANCES = """
SELECT this.account_id, found.*
FROM unnest(%(accounts)s::bigint[], %(entries)s::bigint[]) AS this (account_id, entry_id)
CROSS JOIN LATERAL (
    SELECT sum(p.amount_cents),
           max(e.id) FILTER (WHERE e.id < this.entry_id AND e.source_kind IN ('BILL', 'OPENING')),
           max(e.booked_on) FILTER (WHERE e.id < this.entry_id AND e.source_kind = 'OPENING'),
           max(e.posted_at) FILTER (WHERE e.id < this.entry_id AND e.source_kind = 'BILL'),
           -- Late is what fell due before the notice: a month told, and not due yet, is not.
           greatest(0, coalesce(sum(p.amount_cents) FILTER (
               WHERE e.id < this.entry_id AND (p.amount_cents < 0 OR p.booked_on < %(on)s)
           ), 0))
    FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
    WHERE p.account_id = this.account_id AND p.entry_id <= this.entry_id
) AS found
"""
_PAYMENTS = """
SELECT this.account_id, paid.booked_on, paid.means, paid.cents
FROM unnest(%(accounts)s::bigint[], %(entries)s::bigint[], %(since)s::bigint[]) AS this (account_id, entry_id, since_id)
CROSS JOIN LATERAL (
    SELECT e.id, e.booked_on, e.means, -p.amount_cents AS cents
    FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
    WHERE p.account_id = this.account_id AND p.entry_id < this.entry_id AND p.entry_id > this.since_id
      AND e.source_kind = 'PAYMENT'
      -- A debit that came back, a cheque that bounced: it paid nothing.
      AND NOT EXISTS (
          SELECT FROM ledger_entry AS r
          WHERE r.source_kind = 'RETURN' AND r.source_id = e.source_id AND r.id < this.entry_id
      )
    OFFSET 0
) AS paid
ORDER BY this.account_id, paid.booked_on, paid.id
"""

_MEANS = dict(PAYMENT_MEANS)


_FIELDS = tuple(BilledLease.__dataclass_fields__)
_DOCUMENT_COLUMNS = (
    "kind", "number", "lease_id", "account_id", "residence_id", "month", "issued_on", "data", "data_sha256",
    "template_sha256", "pdf_sha256", "frozen_at",
)  # fmt: skip


class LandlordNotDescribed(Refusal):
    """La fiche de l’organisme (nom, adresse, SIRET, compte) n’est pas remplie : elle est imprimée sur
    chaque avis."""


def forget_refused_notices(*, run_id: int) -> None:
    """Give another chance to the notices that could not be made: what refused them may have been mended since."""
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM quittancement_setaside AS z USING quittancement_bill AS b
               WHERE z.run_id = %(run)s AND b.run_id = %(run)s AND b.lease_id = z.lease_id""",
            {"run": run_id},
        )


def freeze_block(*, run_id: int, at: datetime) -> int:
    """Freeze the next thousand notices of a sealed run; how many were looked at. 0: none is left.

    Each block is a transaction of its own for the caller: a kill loses at most one, and it is simply done again. A
    notice that cannot be made (an address too long, a letter the font lacks) is set aside with its reason.
    Raises RunNotFound when there is no such run or it is not sealed.
    """
    run = Run.objects.filter(pk=run_id, state="SEALED").first()
    if run is None or run.first_number is None:
        raise RunNotFound
    month = Month.of(run.month)
    told_on = day_of(at)
    bills = _next_bills(run, month, told_on=told_on)
    if not bills:
        return 0
    known = KnownFacts(
        month=month,
        issued_on=day_of(run.sealed_at or at),
        told_on=told_on,
        landlord=sender(),
        lines=lines_of(run.pk, bills),
        tenants=tenants_of(bills),
        accounts=_accounts_of(bills, day_of(run.sealed_at or at)),
    )
    documents: list[tuple[object, ...]] = []
    refused: list[tuple[object, ...]] = []
    for bill in bills:
        try:
            documents.append(_document(bill, known, at))
        except Refusal as reason:
            refused.append((run.pk, bill.lease_id, bill.residence_id, type(reason).__name__, str(reason)[:300]))
    insert_rows("mail_document", _DOCUMENT_COLUMNS, documents)
    insert_rows("quittancement_setaside", ("run_id", "lease_id", "residence_id", "code", "reason"), refused)
    return len(bills)


def _next_bills(run: Run, month: Month, *, told_on: date) -> list[BilledLease]:
    """The next bills without a notice: after the last frozen one, then those that were left behind."""
    asked: dict[str, int | str | date | None] = {
        "run": run.pk,
        "first_number": run.first_number,
        "prefix": f"AE-{month}-",
        "count": run.lease_count,
        "limit": _BLOCK,
        "family": Family.NOTICES.value,
        "told_on": told_on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LAST_FROZEN, asked)
        (last,) = cursor.fetchone()
        after = int(last.rpartition("-")[2]) - (run.first_number or 0) + 1 if last else 0
        cursor.execute(_BILLS, asked | {"after": after})
        rows = cursor.fetchall()
        if not rows and after:
            cursor.execute(_BILLS, asked | {"after": 0})
            rows = cursor.fetchall()
        return _billed(rows)


def _document(bill: BilledLease, known: KnownFacts, at: datetime) -> tuple[object, ...]:
    notice = notice_of(bill, known)
    raw = notice.canonical()
    return (
        "AVIS_ECHEANCE", notice.number, bill.lease_id, bill.account_id, bill.residence_id, known.month.first_day,
        known.issued_on, raw, sha256(raw).hexdigest(), "", "", at,
    )  # fmt: skip


def billed_leases(
    *, run_id: int, first_number: int, bill_ids: Sequence[int], family: Family, told_on: date
) -> list[BilledLease]:
    """These bills of a sealed run with what a document says of their leases, in the order of their numbers.

    `family`, `told_on`: which agreement sends the document online, and the day it must stand.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_BILLED} WHERE b.run_id = %(run)s AND b.id = ANY (%(bills)s::bigint[]) ORDER BY b.sequence",
            {
                "run": run_id,
                "first_number": first_number,
                "bills": list(bill_ids),
                "family": family.value,
                "told_on": told_on,
            },
        )
        return _billed(cursor.fetchall())


def _billed(rows: Sequence[tuple[Any, ...]]) -> list[BilledLease]:
    return [BilledLease(**dict(zip(_FIELDS, row, strict=True))) for row in rows]


def sender() -> Sender:
    """The landlord as documents say it. Raises LandlordNotDescribed."""
    row = Landlord.objects.select_related("logo").first()
    if row is None:
        raise LandlordNotDescribed
    return Sender(
        who=facts.Landlord(
            name=row.name,
            form=row.legal_form,
            address=tuple(row.address_lines),
            siret=row.siret,
            logo=row.logo.digest if row.logo else "",
        ),
        contact=facts.Contact(telephone=row.phone, hours=row.opening_hours),
        transfer=facts.Transfer(holder=row.name, iban=row.iban, bic=row.bic or None),
        portal=row.tenant_site,
        creditor=row.creditor_id,
    )


def lines_of(run_id: int, bills: list[BilledLease]) -> dict[int, list[Line]]:
    """The lines of these bills of a run, by lease."""
    lines: dict[int, list[Line]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, (run_id, [bill.lease_id for bill in bills]))
        for lease_id, kind, label, amount_cents, rule, inputs, basis in cursor.fetchall():
            lines[lease_id].append(Line(LineKind[kind], label, amount_cents, rule, inputs_from_text(inputs), basis))
    return lines


def tenants_of(bills: list[BilledLease]) -> dict[int, list[tuple[str, str, str]]]:
    """Title, first name and name of each tenant of the month, by lease."""
    tenants: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_TENANTS, ([bill.lease_id for bill in bills], bills[0].first_day.replace(day=1)))
        for lease_id, title, first_name, last_name in cursor.fetchall():
            tenants[lease_id].append((title, first_name, last_name))
    return tenants


def _accounts_of(bills: list[BilledLease], issued_on: date) -> dict[int, AccountState]:
    accounts = [bill.account_id for bill in bills]
    entries = [bill.entry_id for bill in bills]
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"accounts": accounts, "entries": entries, "on": issued_on})
        found = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(
            _PAYMENTS,
            {
                "accounts": accounts,
                "entries": entries,
                "since": [found[account_id][1] or 0 for account_id in accounts],
            },
        )
        payments: dict[int, list[facts.Received]] = defaultdict(list)
        for account_id, booked_on, means, amount_cents in cursor.fetchall():
            payments[account_id].append(
                facts.Received(on=booked_on, means=_MEANS.get(means, "paiement"), amount_cents=amount_cents)
            )
    balances = {}
    for account_id, (due_cents, _, opened_on, billed_at, late_cents) in found.items():
        balances[account_id] = AccountState(
            due_cents=int(due_cents),
            late_cents=int(late_cents),
            before_on=day_of(billed_at) if billed_at else opened_on,
            payments=tuple(payments[account_id]),
        )
    return balances
