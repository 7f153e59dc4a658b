"""What the pages and commands say of payslips: batches, those set aside, the register, and what one may open."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_count, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCounts:
    """What became of a batch's payslips. `waiting`: set aside, and nobody decided yet."""

    own_space: int
    paper: int
    aside: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch in the list of the payroll office. Amounts in cents."""

    id: int
    month: date
    state: str
    pages: int
    found_count: int
    found_net_cents: int
    waiting: int
    imported_at: datetime
    released_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """A file given on screen and what became of it. `batch_id` is empty while a job reads it, or when it is refused."""

    id: int
    name: str
    month: date
    state: str
    refusal: str
    given_at: datetime
    batch_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideRow:
    """Pages set aside, with the reason and where they stand in the file."""

    id: int
    reason: str
    number: str
    first_page: int
    pages: int
    net_cents: int | None
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipRow:
    """A payslip of a batch, for the office. The name is empty when the person's own is hidden."""

    id: int
    person_id: int
    number: str
    name: str
    first_page: int
    pages: int
    net_cents: int | None
    route: str
    paper_reason: str
    corrects_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLotRow:
    """A print lot of a batch."""

    number: str
    papers: int
    sheets: int | None
    sha256: str
    taken_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSlipRow:
    """A payslip of a print lot. `is_over`: one that was released since corrects it."""

    id: int
    person_id: int
    rank: int
    sha256: str
    work_address: str
    is_over: bool

    @property
    def number(self) -> str:
        """« BP-000123 »: says of nobody who they are, nor their number on the payroll."""
        return f"BP-{self.id:06d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSlip:
    """A payslip as its employee lists it."""

    id: int
    month: date
    issued_on: date
    pages: int
    byte_count: int
    sha256: str
    corrects_id: int | None
    is_corrected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeRow:
    """An employee of the register."""

    id: int
    person_id: int
    number: str
    name: str
    entered_on: date
    left_on: date | None
    notice_given_on: date | None
    notice_means: str
    opposed_on: date | None
    has_account: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStanding:
    """What an employee reads of themself on the register."""

    number: str
    birth_date: date | None
    entered_on: date
    left_on: date | None
    notice_given_on: date | None
    notice_means: str
    opposed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A closing that was announced."""

    announced_on: date
    closes_on: date


_COUNTS = """
SELECT count(*) FILTER (WHERE route = 'OWN_SPACE') AS own_space, count(*) FILTER (WHERE route = 'PAPER') AS paper,
       (SELECT count(*) FROM payroll_quarantined WHERE batch_id = %(batch)s) AS aside,
       (SELECT count(*) FROM payroll_quarantined WHERE batch_id = %(batch)s AND outcome = '') AS waiting
FROM payroll_payslip WHERE batch_id = %(batch)s
"""
_GIVEN = """
SELECT id, name, month, state, refusal, given_at, batch_id FROM payroll_givenpayfile
WHERE %(id)s::bigint IS NULL AND state <> 'TAKEN' OR id = %(id)s ORDER BY id DESC LIMIT 10
"""
_BATCHES = """
SELECT b.id, b.month, b.state, b.pages, b.found_count, b.found_net_cents, b.imported_at, b.released_at,
       (SELECT count(*) FROM payroll_quarantined AS q WHERE q.batch_id = b.id AND q.outcome = '') AS waiting
FROM payroll_paybatch AS b ORDER BY b.id DESC LIMIT %(limit)s
"""
_SLIPS = """
SELECT s.id, s.person_id, e.number, coalesce(p.last_name || ' ' || p.first_name, '') AS name, s.first_page, s.pages,
       s.net_cents, s.route, s.paper_reason, s.corrects_id
FROM payroll_payslip AS s JOIN payroll_employee AS e ON e.id = s.employee_id
LEFT JOIN people_person AS p ON p.id = s.person_id
WHERE s.batch_id = %(batch)s AND (%(after)s = '' OR e.number > %(after)s) ORDER BY e.number LIMIT %(limit)s
"""
_ASIDE = """
SELECT id, reason, number, first_page, pages, net_cents, outcome FROM payroll_quarantined
WHERE batch_id = %(batch)s ORDER BY first_page LIMIT %(limit)s
"""
_PAY_LOTS = """
SELECT l.number, l.paper_count AS papers, l.sheet_count AS sheets, l.sha256, l.taken_at FROM dispatch_printlot AS l
WHERE l.id IN (SELECT print_lot_id FROM payroll_payslip WHERE batch_id = %(batch)s) ORDER BY l.number
"""
_PAPER_SLIPS = """
SELECT p.id, p.person_id, p.print_rank AS rank, p.sha256, e.work_address,
       EXISTS (SELECT FROM payroll_payslip AS c WHERE c.corrects_id = p.id AND c.released_at IS NOT NULL) AS is_over
FROM payroll_payslip AS p JOIN payroll_employee AS e ON e.id = p.employee_id
WHERE p.print_lot_id = %(lot)s ORDER BY p.print_rank
"""
_OWN = """
SELECT s.id, s.month, s.issued_on, s.pages, s.byte_count, s.sha256, s.corrects_id,
       EXISTS (SELECT FROM payroll_payslip AS c WHERE c.corrects_id = s.id) AS is_corrected
FROM payroll_payslip AS s WHERE s.person_id = %(person)s ORDER BY s.month DESC, s.id DESC LIMIT %(limit)s
"""
_REGISTER = """
SELECT e.id, e.person_id, e.number, coalesce(p.last_name || ' ' || p.first_name, '') AS name, e.entered_on, e.left_on,
       e.notice_given_on, e.notice_means, o.said_on AS opposed_on,
       EXISTS (SELECT FROM agents_user AS u WHERE u.person_id = e.person_id) AS has_account
FROM payroll_employee AS e LEFT JOIN people_person AS p ON p.id = e.person_id
LEFT JOIN payroll_opposition AS o ON o.employee_id = e.id AND o.taken_back_on IS NULL
WHERE %(after)s = '' OR e.number > %(after)s ORDER BY e.number LIMIT %(limit)s
"""
_STANDING = """
SELECT e.number, e.birth_date, e.entered_on, e.left_on, e.notice_given_on, e.notice_means, o.said_on AS opposed_on
FROM payroll_employee AS e LEFT JOIN payroll_opposition AS o ON o.employee_id = e.id AND o.taken_back_on IS NULL
WHERE e.person_id = %(person)s
"""


def counts_of(batch_id: int) -> BatchCounts:
    """How a batch's payslips are shared out."""
    found = fetch_one(BatchCounts, _COUNTS, {"batch": batch_id})
    if found is None:
        raise LookupError("a count always answers one row")
    return found


def batches(*, limit: int) -> list[BatchRow]:
    """The latest batches first."""
    return fetch(BatchRow, _BATCHES, {"limit": limit})


def slips_of(batch_id: int, *, limit: int, after: str = "") -> list[SlipRow]:
    """The payslips of a batch by employee number, those after a number."""
    return fetch(SlipRow, _SLIPS, {"batch": batch_id, "limit": limit, "after": after})


def aside_of(batch_id: int, *, limit: int) -> list[AsideRow]:
    """The pages of a batch set aside, in the order of the file."""
    return fetch(AsideRow, _ASIDE, {"batch": batch_id, "limit": limit})


def lots_of_batch(batch_id: int) -> list[PayLotRow]:
    """The print lots of a batch, in their order; none before its release, or when nobody has theirs on paper."""
    return fetch(PayLotRow, _PAY_LOTS, {"batch": batch_id})


def paper_slips(lot_id: int) -> list[PaperSlipRow]:
    """The payslips of a print lot, in their order."""
    return fetch(PaperSlipRow, _PAPER_SLIPS, {"lot": lot_id})


def own_slips(person_id: int, *, limit: int) -> list[OwnSlip]:
    """An employee's own payslips, the latest month first; row security leaves out the others."""
    return fetch(OwnSlip, _OWN, {"person": person_id, "limit": limit})


def register_rows(*, limit: int, after: str = "") -> list[EmployeeRow]:
    """The register by number, those after a number."""
    return fetch(EmployeeRow, _REGISTER, {"limit": limit, "after": after})


def register_count() -> int:
    """How many are on the register."""
    return fetch_count("SELECT count(*) FROM payroll_employee", {})


def own_standing(person_id: int) -> OwnStanding | None:
    """What the register says of an employee, for themself."""
    return fetch_one(OwnStanding, _STANDING, {"person": person_id})


def closing_announced() -> Closing | None:
    """The closing announced and not taken back."""
    return fetch_one(
        Closing,
        "SELECT announced_on, closes_on FROM payroll_serviceclosing WHERE withdrawn_on IS NULL ORDER BY id LIMIT 1",
        {},
    )


def given_pay_files() -> list[GivenRow]:
    """The last files given on screen that made no batch."""
    return fetch(GivenRow, _GIVEN, {"id": None})


def given_pay_file(given_id: int) -> GivenRow | None:
    """One file given on screen, or None."""
    return fetch_one(GivenRow, _GIVEN, {"id": given_id})
