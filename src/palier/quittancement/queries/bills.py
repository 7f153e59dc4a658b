"""One bill told again: its lines in sentences, each amount recomputed from the inputs that were kept with it."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.errors import Refusal
from palier.foundation.money import Cents
from palier.foundation.reading import fetch, fetch_one
from palier.quittancement.rules import DIGEST
from palier.quittancement.rules.month import (
    RULE,
    Line,
    LineInputsUnreadable,
    LineKind,
    UnknownLineRule,
    amount_due,
    inputs_from_text,
)
from palier.quittancement.rules.wording import explain, hint


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedLine:
    """One amount of a bill. `recomputed_cents` is None when this version of Palier cannot tell it: see `fault`."""

    rank: int
    kind: str
    label: str
    amount_cents: Cents
    hint: str
    sentences: tuple[str, ...]
    rule: str
    recomputed_cents: Cents | None
    fault: str = ""

    @property
    def agrees(self) -> bool:
        """True when the kept inputs give the kept amount again."""
        return self.recomputed_cents == self.amount_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedBill:
    """A bill and its lines. `number` is empty until the month is sealed; `document_id` None until it is a document."""

    id: int
    run_id: int
    state: str
    lease_id: int
    account_id: int
    residence_id: int
    month: date
    rank: int
    number: str
    first_day: date
    last_day: date
    due_on: date
    total_cents: Cents
    rules_digest: str
    document_id: int | None
    has_pdf: bool
    lines: tuple[ExplainedLine, ...]

    @property
    def is_sealed(self) -> bool:
        return self.state == "SEALED"

    @property
    def agrees(self) -> bool:
        """True when every line, and their sum, are found again."""
        return all(line.agrees for line in self.lines) and self.total_cents == sum(
            line.amount_cents for line in self.lines
        )

    @property
    def is_of_these_rules(self) -> bool:
        """True when the rules that priced the bill are, byte for byte, those of this version."""
        return self.rules_digest == DIGEST


def notice_number(month: date, first_number: int | None, sequence: int) -> str:
    """ "AE-2026-11-000123", empty while the month is not sealed."""
    return "" if first_number is None else f"AE-{month:%Y-%m}-{first_number + sequence - 1:06d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bill:
    id: int
    run_id: int
    state: str
    lease_id: int
    account_id: int
    residence_id: int
    month: date
    rank: int
    sequence: int
    first_number: int | None
    first_day: date
    last_day: date
    due_on: date
    total_cents: int
    rules_digest: str


# Columns that a tenant may read too: their own space tells the same bill (quittancement/privacy.py).
_BILL = """
SELECT b.id, b.run_id, r.state, b.lease_id, b.account_id, b.residence_id, b.month, b.rank, b.sequence, r.first_number,
       b.first_day, b.last_day, b.due_on, b.total_cents, r.rules_digest
FROM quittancement_bill AS b JOIN quittancement_run AS r ON r.id = b.run_id
WHERE {which}
"""
_LINES = """
SELECT rank, kind, label, amount_cents, rule, inputs, basis FROM quittancement_line
WHERE run_id = %(run)s AND lease_id = %(lease)s ORDER BY rank
"""
_DOCUMENT = "SELECT id, pdf_sha256 <> '' AS has_pdf FROM mail_document WHERE number = %(number)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    rank: int
    kind: str
    label: str
    amount_cents: int
    rule: str
    inputs: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    id: int
    has_pdf: bool


def bill_explanation(bill_id: int) -> ExplainedBill | None:
    """The bill with this number, its lines explained; None when it does not exist for whoever asks."""
    return _explained(fetch_one(_Bill, _BILL.format(which="b.id = %(bill)s"), {"bill": bill_id}))


def _explained(bill: _Bill | None) -> ExplainedBill | None:
    if bill is None:
        return None
    number = notice_number(bill.month, bill.first_number, bill.sequence)
    document = fetch_one(_Document, _DOCUMENT, {"number": number}) if number else None
    lines = fetch(_Line, _LINES, {"run": bill.run_id, "lease": bill.lease_id})
    return ExplainedBill(
        id=bill.id,
        run_id=bill.run_id,
        state=bill.state,
        lease_id=bill.lease_id,
        account_id=bill.account_id,
        residence_id=bill.residence_id,
        month=bill.month,
        rank=bill.rank,
        number=number,
        first_day=bill.first_day,
        last_day=bill.last_day,
        due_on=bill.due_on,
        total_cents=bill.total_cents,
        rules_digest=bill.rules_digest,
        document_id=document.id if document else None,
        has_pdf=document is not None and document.has_pdf,
        lines=tuple(_told(line) for line in lines),
    )


def _told(kept: _Line) -> ExplainedLine:
    """The line in sentences; what cannot be told again says why, and never shows an invented amount."""
    try:
        line = _line_of(kept)
    except Refusal as fault:
        return ExplainedLine(
            rank=kept.rank,
            kind=kept.kind,
            label=kept.label,
            amount_cents=kept.amount_cents,
            hint=kept.basis,
            sentences=(),
            rule=kept.rule,
            recomputed_cents=None,
            fault=str(fault),
        )
    return ExplainedLine(
        rank=kept.rank,
        kind=kept.kind,
        label=kept.label,
        amount_cents=kept.amount_cents,
        hint=hint(line),
        sentences=tuple(explain(line)),
        rule=kept.rule,
        recomputed_cents=amount_due(line.inputs),
    )


def _line_of(kept: _Line) -> Line:
    """Raises UnknownLineRule, LineInputsUnreadable."""
    if kept.rule != RULE:
        raise UnknownLineRule(rule=kept.rule)
    try:
        kind = LineKind[kept.kind]
    except KeyError as error:
        raise LineInputsUnreadable(reason=f"nature « {kept.kind} »") from error
    return Line(kind, kept.label, kept.amount_cents, kept.rule, inputs_from_text(kept.inputs), kept.basis)


# --- Around a bill, for the desk -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BillSubject:
    """Whose bill it is, for the head of the page and for the journal."""

    lease_reference: str
    account_reference: str
    holder: str
    residence: str
    door: str
    person_ids: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """The contra-entry of a bill."""

    motive: str
    by: str
    at: datetime
    entry_number: int


_SUBJECT = """
SELECT l.reference AS lease_reference, coalesce(a.reference, '') AS account_reference, r.name AS residence, d.door,
       coalesce(o.holder, '') AS holder, coalesce(o.person_ids, ARRAY[]::bigint[]) AS person_ids
FROM leases_lease AS l
JOIN estate_residence AS r ON r.id = l.residence_id JOIN estate_dwelling AS d ON d.id = l.dwelling_id
JOIN ledger_account AS a ON a.id = l.account_id
LEFT JOIN LATERAL (
    SELECT string_agg(display_name, ', ' ORDER BY role DESC, id) AS holder, array_agg(person_id) AS person_ids
    FROM leases_occupant WHERE lease_id = l.id AND role IN ('HOLDER', 'COHOLDER')
) AS o ON true
WHERE l.id = %(lease)s
"""
_TAKEN_BACK = """
SELECT c.motive, coalesce(g.first_name || ' ' || g.last_name, '') AS by, c.created_at AS at, e.number AS entry_number
FROM quittancement_contra AS c JOIN ledger_entry AS e ON e.id = c.entry_id
LEFT JOIN agents_agent AS g ON g.id = c.created_by
WHERE c.bill_id = %(bill)s
"""


def bill_subject(lease_id: int) -> BillSubject | None:
    """The tenants and the place of a lease; None when it is out of scope."""
    return fetch_one(BillSubject, _SUBJECT, {"lease": lease_id})


def taken_back(bill_id: int) -> TakenBack | None:
    """The contra-entry of a bill, or None."""
    return fetch_one(TakenBack, _TAKEN_BACK, {"bill": bill_id})
