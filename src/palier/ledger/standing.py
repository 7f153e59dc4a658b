"""Where an account stands for its tenant: what is left to pay in all, and what moved since a notice. Signed cents."""

from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`total_cents`: all that is posted, notices not yet due included; negative, the tenant is in advance.

    `late_cents`: what was due before the day. `next_due_on`: when the last notice falls due, None when it has.
    """

    total_cents: int
    late_cents: int
    next_due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One posting of the account: a notice, a payment, a contra-entry."""

    entry_id: int
    source_kind: str
    source_id: int
    label: str
    means: str
    booked_on: date
    amount_cents: int


_STANDING = """
SELECT coalesce(sum(p.amount_cents), 0)::bigint AS total_cents,
       greatest(0, coalesce(sum(p.amount_cents) FILTER (WHERE p.amount_cents < 0 OR p.booked_on < %(on)s), 0))::bigint
           AS late_cents,
       max(p.booked_on) FILTER (WHERE p.amount_cents > 0 AND p.booked_on >= %(on)s) AS next_due_on
FROM ledger_posting AS p WHERE p.account_id = %(account)s
"""
# Entries are numbered as they are posted: what comes after a notice is what moved since.
_SINCE = """
SELECT e.id AS entry_id, e.source_kind, e.source_id, e.label, e.means, p.booked_on, p.amount_cents
FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
WHERE p.account_id = %(account)s AND p.entry_id >= (
    SELECT b.entry_id FROM ledger_posting AS b JOIN ledger_entry AS n ON n.id = b.entry_id
    WHERE b.account_id = %(account)s AND n.source_kind = 'BILL' AND n.source_id = %(bill)s
)
ORDER BY e.id LIMIT 200
"""


def standing_of(account_id: int, *, on: date) -> Standing:
    """The account as its tenant reads it on a day."""
    found = fetch_one(Standing, _STANDING, {"account": account_id, "on": on})
    if found is None:
        raise LookupError("a sum always answers one row")
    return found


def movements_since_bill(account_id: int, *, bill_id: int) -> list[Movement]:
    """The posting of a sealed bill, then what came after it, in order; empty when the bill is not posted there."""
    return fetch(Movement, _SINCE, {"account": account_id, "bill": bill_id})
