"""A tenant's account as a statement: each line with the balance it leaves. Signed cents: a debit is positive."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One posting on the account, and the balance after it; positive, the tenant owes it."""

    entry_id: int
    journal: str
    number: int
    booked_on: date
    label: str
    source_kind: str
    source_id: int
    means: str
    posted_at: datetime
    amount_cents: int
    balance_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A period of an account, oldest line first; `carried_cents` is the balance before its first line."""

    lines: tuple[StatementLine, ...]
    carried_cents: int
    has_earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What is owed on a day (positive), and what of it is past its due day."""

    balance_cents: int
    late_cents: int


# The window runs over the whole account, which is short, before the page is cut.
_STATEMENT = """
SELECT * FROM (
    SELECT p.entry_id, e.journal, e.number, p.booked_on, e.label, e.source_kind, e.source_id, e.means, e.posted_at,
           p.amount_cents, (sum(p.amount_cents) OVER (ORDER BY p.booked_on, p.entry_id))::bigint AS balance_cents
    FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
    WHERE p.account_id = %(account)s
) AS line
WHERE {before} ORDER BY booked_on DESC, entry_id DESC LIMIT %(limit)s
"""


def account_statement(account_id: int, *, before_entry_id: int | None, limit: int) -> Statement:
    """The last `limit` lines of the account, or the last before an entry of it."""
    before = "true"
    if before_entry_id is not None:
        before = """(booked_on, entry_id) < ((
            SELECT booked_on FROM ledger_posting WHERE account_id = %(account)s AND entry_id = %(entry)s
        ), %(entry)s)"""
    found = fetch(
        StatementLine,
        _STATEMENT.format(before=before),
        {"account": account_id, "entry": before_entry_id, "limit": limit + 1},
    )
    lines = tuple(reversed(found[:limit]))
    carried = lines[0].balance_cents - lines[0].amount_cents if lines else 0
    return Statement(lines=lines, carried_cents=carried, has_earlier=len(found) > limit)


def account_balance(account_id: int, *, on: date) -> Balance:
    """The balance of a day: what is due that day is not late yet."""
    (found,) = fetch(
        Balance,
        """SELECT coalesce(sum(amount_cents), 0)::bigint AS balance_cents,
                  greatest(0, coalesce(
                      sum(amount_cents) FILTER (WHERE amount_cents < 0 OR booked_on < %(on)s), 0
                  ))::bigint AS late_cents
           FROM ledger_posting WHERE account_id = %(account)s AND booked_on <= %(on)s""",
        {"account": account_id, "on": on},
    )
    return found
