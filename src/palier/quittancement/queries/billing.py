"""Which months are sealed, and what they billed to a lease: what a correction starts from."""

from dataclasses import dataclass
from datetime import date

from palier.foundation.money import Cents
from palier.foundation.periods import Month
from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledKind:
    """What the sealed bill of a month asks a lease for one kind of line; no contra-entry took it back."""

    month: date
    due_on: date
    cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    month: date


_SEALED = "SELECT month FROM quittancement_run WHERE state = 'SEALED' AND kind = 'MONTHLY' ORDER BY month DESC LIMIT 1"
_BILLED = """
SELECT b.month, min(b.due_on) AS due_on,
       coalesce(sum(l.amount_cents) FILTER (WHERE l.kind = %(kind)s), 0)::bigint AS cents
FROM quittancement_bill AS b
JOIN quittancement_run AS r ON r.id = b.run_id AND r.state = 'SEALED'
JOIN quittancement_line AS l ON l.run_id = b.run_id AND l.lease_id = b.lease_id
LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id
WHERE b.lease_id = %(lease)s AND b.month >= %(from)s AND c.id IS NULL
GROUP BY b.month ORDER BY b.month
"""


def next_open_month(on: date) -> Month:
    """The first month that may still take a line: after the last sealed one, and never before the day's own."""
    sealed = fetch(_Sealed, _SEALED, {})
    today = Month.of(on)
    following = Month.of(sealed[0].month).next() if sealed else today
    return following if following.first_day > today.first_day else today


def billed_months(lease_id: int, *, kind: str, since: date) -> list[BilledKind]:
    """The sealed months of a lease from `since` on, each with what it asks for that kind: 0 when it asks nothing."""
    return fetch(BilledKind, _BILLED, {"lease": lease_id, "kind": kind, "from": Month.of(since).first_day})
