"""The books on paper: trial balance, auxiliary balance, general ledger. Signed cents: a debit is positive."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch, fetch_one
from palier.ledger.chart import BANK_CODE, CHART, TENANTS_CODE, ChartAccount, bank_chart_account
from palier.ledger.models import Account, ChartNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRow:
    """A general account, its number in the chart, and whether the accountant has set it (False: proposed)."""

    code: str
    label: str
    number: str
    is_set: bool
    is_confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What an account carried in, what moved, and what it carries out."""

    code: str
    opening_cents: int
    debit_cents: int
    credit_cents: int

    @property
    def closing_cents(self) -> int:
        return self.opening_cents + self.debit_cents - self.credit_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow(Moved):
    """One general account in the trial balance."""

    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuxiliaryRow(Moved):
    """One tenant's account in the auxiliary balance."""

    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One posting on an account, in the order of the books, and the balance after it."""

    entry_id: int
    journal: str
    number: int
    booked_on: date
    label: str
    amount_cents: int
    balance_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What must be zero: the sum of all postings, entries that do not balance, holes in the numbers of a journal."""

    postings: int
    entries: int
    total_cents: int
    unbalanced: int
    holes: int
    orphans: int

    @property
    def holds(self) -> bool:
        return not (self.total_cents or self.unbalanced or self.holes or self.orphans)


# Sums first, names after: the join is with the accounts, not with five million postings.
_TRIAL = """
WITH sums AS (
    SELECT account_id,
           coalesce(sum(amount_cents) FILTER (WHERE booked_on < %(first)s), 0) AS opening,
           coalesce(sum(amount_cents) FILTER (WHERE booked_on >= %(first)s AND amount_cents > 0), 0) AS debit,
           coalesce(-sum(amount_cents) FILTER (WHERE booked_on >= %(first)s AND amount_cents < 0), 0) AS credit
    FROM ledger_posting WHERE booked_on <= %(last)s GROUP BY account_id
)
SELECT CASE a.kind WHEN 'TENANT' THEN %(tenants)s ELSE a.code END AS code,
       CASE a.kind WHEN 'TENANT' THEN 'Locataires' ELSE a.label END AS label,
       sum(s.opening)::bigint AS opening_cents, sum(s.debit)::bigint AS debit_cents,
       sum(s.credit)::bigint AS credit_cents
FROM sums AS s JOIN ledger_account AS a ON a.id = s.account_id
GROUP BY 1, 2 ORDER BY 1
"""
_AUXILIARY = """
SELECT a.id AS account_id, a.code, s.opening_cents, s.debit_cents, s.credit_cents FROM (
    SELECT account_id,
           coalesce(sum(amount_cents) FILTER (WHERE booked_on < %(first)s), 0)::bigint AS opening_cents,
           coalesce(sum(amount_cents) FILTER (WHERE booked_on >= %(first)s AND amount_cents > 0), 0)::bigint
               AS debit_cents,
           coalesce(-sum(amount_cents) FILTER (WHERE booked_on >= %(first)s AND amount_cents < 0), 0)::bigint
               AS credit_cents
    FROM ledger_posting WHERE booked_on <= %(last)s GROUP BY account_id
) AS s JOIN ledger_account AS a ON a.id = s.account_id
WHERE a.kind = 'TENANT' AND a.code > %(after)s ORDER BY a.code LIMIT %(limit)s
"""
_GENERAL = """
SELECT * FROM (
    SELECT p.entry_id, e.journal, e.number, p.booked_on, e.label, p.amount_cents,
           (%(opening)s + sum(p.amount_cents) OVER (ORDER BY p.booked_on, p.entry_id, p.account_id))::bigint
               AS balance_cents
    FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
    WHERE p.account_id = %(account)s AND p.booked_on BETWEEN %(first)s AND %(last)s
) AS line ORDER BY booked_on, entry_id LIMIT %(limit)s
"""
# The postings are summed once: each scan of twelve months of 120,000 dwellings reads a gigabyte. A full join is never
# made row by row, which a planner that takes a new month for one row would choose.
_CHECK = """
SELECT coalesce(sum(s.postings), 0)::bigint AS postings,
       count(e.id) AS entries,
       coalesce(sum(s.cents), 0)::bigint AS total_cents,
       count(*) FILTER (WHERE s.cents <> 0) AS unbalanced,
       (SELECT coalesce(sum(missing), 0)::bigint FROM (
           SELECT max(number) - count(*) AS missing FROM ledger_entry GROUP BY journal) AS gaps) AS holes,
       count(*) FILTER (WHERE s.entry_id IS NULL OR e.id IS NULL) AS orphans
FROM (SELECT id FROM ledger_entry WHERE booked_on > %(after)s) AS e
FULL JOIN (
    SELECT entry_id, count(*) AS postings, sum(amount_cents) AS cents
    FROM ledger_posting WHERE booked_on > %(after)s GROUP BY entry_id
) AS s ON s.entry_id = e.id
"""


def trial_balance(*, first_day: date, last_day: date) -> list[BalanceRow]:
    """Every general account between two days included; the tenants in one row, the collective account."""
    return fetch(BalanceRow, _TRIAL, {"first": first_day, "last": last_day, "tenants": TENANTS_CODE})


def auxiliary_balance(*, first_day: date, last_day: date, after: str = "", limit: int = 200_000) -> list[AuxiliaryRow]:
    """Each tenant's account, by code, after a given one."""
    return fetch(AuxiliaryRow, _AUXILIARY, {"first": first_day, "last": last_day, "after": after, "limit": limit})


def general_ledger(account_id: int, *, first_day: date, last_day: date, limit: int) -> list[LedgerLine]:
    """The postings of one account between two days included, oldest first, each with the balance after it."""
    return fetch(
        LedgerLine,
        _GENERAL,
        {
            "account": account_id,
            "first": first_day,
            "last": last_day,
            "opening": opening_of(account_id, on=first_day),
            "limit": limit,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    cents: int


def opening_of(account_id: int, *, on: date) -> int:
    """What the account carried in before that day."""
    found = fetch_one(
        _Sum,
        """SELECT coalesce(sum(amount_cents), 0)::bigint AS cents FROM ledger_posting
           WHERE account_id = %(account)s AND booked_on < %(on)s""",
        {"account": account_id, "on": on},
    )
    if found is None:
        raise LookupError("a sum always answers one row")
    return found.cents


def checked_books(*, after: date = date.min) -> Checked:
    """What the ledger must hold, counted over what is booked after a day, the whole of it unless told; the numbers of
    the journals are always counted from the first."""
    found = fetch_one(Checked, _CHECK, {"after": after})
    if found is None:
        raise LookupError("counts always answer one row")
    return found


def chart() -> list[ChartRow]:
    """The chart as it stands: proposed numbers, then those that the accountant gave."""
    given = dict(ChartNumber.objects.order_by("id").values_list("code", "number"))
    return [
        ChartRow(
            code=account.code,
            label=account.label,
            number=given.get(account.code, account.number),
            is_set=account.code in given,
            is_confirmed=account.confirmed or account.code in given,
        )
        for account in _known()
    ]


def numbers_of_accounts() -> Mapping[str, str]:
    """The number of each general account, by its code; an account that no chart knows has none."""
    return {account.code: account.number for account in _known()} | dict(
        ChartNumber.objects.order_by("id").values_list("code", "number")
    )


def _known() -> Iterator[ChartAccount]:
    """The chart, and the bank accounts that came after the first."""
    yield from CHART
    further = Account.objects.filter(kind="GENERAL", code__startswith=f"{BANK_CODE}-").order_by("id")
    for code in further.values_list("code", flat=True):
        yield bank_chart_account(int(code.rpartition("-")[2]))
