"""The facts of the month, read by blocks of leases on one connection while the drafts are written on the other.

Both connections see the same snapshot, under the same role: PostgreSQL works on one core, the rules on the other.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import psycopg
from django.db import connection

from palier.estate.maxima import HIGHEST_RENT, INDEX, index_facts
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents
from palier.foundation.periods import Month
from palier.quittancement.rules.month import Charge, LineKind, suspension_window
from palier.quittancement.rules.review import MonthBefore


class UnknownScope(Refusal):
    """« {code} » n’est pas un périmètre : écrivez ALL, AGENCY:numéro ou RESIDENCE:numéro."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which leases: everyone, one agency or one residence."""

    code: str = "ALL"

    def where(self) -> tuple[str, dict[str, int]]:
        """The SQL condition on the residence `r`, and its values. Raises UnknownScope."""
        kind, _, number = self.code.partition(":")
        if kind == "ALL" and not number:
            return "true", {}
        if kind not in ("AGENCY", "RESIDENCE") or not number.isdecimal():
            raise UnknownScope(code=self.code)
        column = "r.agency_id" if kind == "AGENCY" else "r.id"
        return f"{column} = %(number)s", {"number": int(number)}


class LeaseRow(NamedTuple):
    """A running lease that no bill of the month covers, or only bills that were taken back."""

    lease_id: int
    residence_id: int
    account_id: int
    starts_on: date
    ends_on: date | None
    rent_term: str
    rank: int
    rent_max_cents: Cents | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some leases with all that pricing them needs."""

    leases: list[LeaseRow]
    charges: dict[int, list[Charge]]
    # The fingerprint of the sealed bill of the month before.
    before: dict[int, int]


_LEASES = """
SELECT l.id, l.residence_id, l.account_id, l.starts_on, l.ends_on, r.rent_term, coalesce(billed.times, 0) + 1,
       {highest_rent}
FROM leases_lease AS l
JOIN estate_residence AS r ON r.id = l.residence_id
JOIN estate_dwelling AS d ON d.id = l.dwelling_id
LEFT JOIN estate_convention AS v ON v.id = d.convention_id
{index}LEFT JOIN (
    SELECT b.lease_id, count(*) AS times, count(c.id) AS taken_back
    FROM quittancement_bill AS b LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id
    -- The drafts of this very run are about to be replaced: the snapshot still shows them.
    WHERE b.month = %(first_day)s AND b.run_id <> %(run)s GROUP BY b.lease_id
) AS billed ON billed.lease_id = l.id
WHERE l.starts_on <= %(last_day)s AND (l.ends_on IS NULL OR l.ends_on >= %(first_day)s) AND {scope}
  AND coalesce(billed.times, 0) = coalesce(billed.taken_back, 0)
ORDER BY l.id
"""
_CHARGES = """
SELECT lease_id, kind, label, amount_cents, first_day, last_day, basis FROM leases_term
WHERE lease_id BETWEEN %(from)s AND %(to)s AND first_day <= %(last_day)s
  AND (last_day IS NULL OR last_day >= %(first_day)s)
UNION ALL
SELECT lease_id, kind, '', amount_cents, first_day, last_day, basis FROM quittancement_datedamount
WHERE lease_id BETWEEN %(from)s AND %(to)s AND first_day <= %(last_day)s
  AND (last_day IS NULL OR last_day >= %(first_day)s)
UNION ALL
SELECT lease_id, 'ADJUSTMENT', label, amount_cents, month, month, basis FROM quittancement_oneoffline
WHERE month = %(first_day)s AND lease_id BETWEEN %(from)s AND %(to)s
"""
_ORDERS = "SELECT lease_id, notified_on, lifted_on FROM quittancement_suspensionorder WHERE notified_on < %s ORDER BY 2"
_BEFORE = """
SELECT b.lease_id, b.fingerprint FROM quittancement_bill AS b
LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id
WHERE b.lease_id BETWEEN %(from)s AND %(to)s AND b.month = %(first_day)s AND c.id IS NULL
  AND b.run_id = ANY(%(runs)s)
"""
_BEFORE_LINES = """
SELECT l.lease_id, l.kind, sum(l.amount_cents)::bigint,
       bool_and(b.first_day = b.month AND b.last_day = %(last_day)s)
FROM quittancement_bill AS b
JOIN quittancement_line AS l ON l.run_id = b.run_id AND l.lease_id = b.lease_id
LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id
WHERE b.lease_id = ANY(%(leases)s) AND b.month = %(first_day)s AND c.id IS NULL AND b.run_id = ANY(%(runs)s)
GROUP BY l.lease_id, l.kind
"""
_GONE = """
SELECT b.lease_id, b.total_cents FROM quittancement_bill AS b
LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id
WHERE b.month = %s AND c.id IS NULL AND b.run_id = ANY(%s)
  AND NOT EXISTS (SELECT FROM leases_lease AS l WHERE l.id = b.lease_id AND (l.ends_on IS NULL OR l.ends_on >= %s))
"""


class MonthReader:
    """Reads one month of a landlord. Made by `reading_month`."""

    def __init__(self, apart: psycopg.Connection, month: Month) -> None:
        self._connection = apart
        self._month = month
        before = month.previous()
        self._before_days = {"first_day": before.first_day, "last_day": before.last_day}
        self._before_runs = [
            row[0]
            for row in apart.execute(
                "SELECT id FROM quittancement_run WHERE month = %s AND state = 'SEALED'", (before.first_day,)
            )
        ]

    def leases(self, scope: Scope, *, for_run: int) -> list[LeaseRow]:
        """Every lease to price, in order; those that another run of the month bills are left to it."""
        where, values = scope.where()
        statement = _LEASES.format(scope=where, highest_rent=HIGHEST_RENT, index=INDEX)
        facts = {**self._days(), **values, **index_facts(on=self._month.first_day), "run": for_run}
        rows = self._connection.execute(statement, facts)
        return [LeaseRow._make(row) for row in rows]

    def block(self, leases: list[LeaseRow]) -> Block:
        """All that pricing these consecutive leases needs."""
        span = {"from": leases[0].lease_id, "to": leases[-1].lease_id}
        charges: dict[int, list[Charge]] = defaultdict(list)
        rows = self._connection.execute(_CHARGES, {**span, **self._days()}).fetchall()
        for lease_id, kind, label, amount_cents, first_day, last_day, basis in rows:
            charges[lease_id].append(Charge(_KINDS[kind], label, amount_cents, first_day, last_day, basis))
        before: dict[int, int] = {}
        if self._before_runs:
            facts = {**span, **self._before_days, "runs": self._before_runs}
            before = dict(self._connection.execute(_BEFORE, facts).fetchall())
        return Block(leases=leases, charges=charges, before=before)

    def suspensions(self) -> dict[int, tuple[date, date | None]]:
        """The window of the order that suspends each lease's principal rent this month."""
        rows = self._connection.execute(_ORDERS, (self._month.first_day,))
        windows = ((row[0], suspension_window(notified_on=row[1], lifted_on=row[2])) for row in rows)
        last_day = self._month.last_day
        return {lease_id: window for lease_id, window in windows if window[1] is None or window[1] >= last_day}

    def gone_cents(self) -> dict[int, Cents]:
        """What was billed the month before to leases that have ended since: they are not priced any more."""
        rows = self._connection.execute(
            _GONE, (self._before_days["first_day"], self._before_runs, self._month.first_day)
        )
        return dict(rows.fetchall())

    def _days(self) -> dict[str, date]:
        return {"first_day": self._month.first_day, "last_day": self._month.last_day}

    def months_before(self, leases: list[int]) -> dict[int, MonthBefore]:
        """The sealed bills of the month before of these leases, amount by amount."""
        if not self._before_runs or not leases:
            return {}
        amounts: dict[int, dict[LineKind, Cents]] = defaultdict(dict)
        whole: dict[int, bool] = {}
        facts = {**self._before_days, "leases": leases, "runs": self._before_runs}
        for lease_id, kind, cents, is_whole in self._connection.execute(_BEFORE_LINES, facts).fetchall():
            amounts[lease_id][_KINDS[kind]] = cents
            whole[lease_id] = is_whole
        return {lease_id: MonthBefore(amounts[lease_id], whole[lease_id]) for lease_id in amounts}


_KINDS = {kind.value: kind for kind in LineKind}
_CONTEXT = ("role", "palier.agent_id", "palier.person_id", "palier.purpose", "palier.motive")


@contextmanager
def reading_month(month: Month) -> Iterator[MonthReader]:
    """Open the reading connection: same login, same role and purpose, same snapshot as the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_export_snapshot(), " + ", ".join(["coalesce(current_setting(%s, true), '')"] * len(_CONTEXT)),
            _CONTEXT,
        )
        snapshot, *context = cursor.fetchone()
    parameters = connection.get_connection_params()
    with psycopg.connect(
        **{name: value for name, value in parameters.items() if name not in ("cursor_factory", "context")}
    ) as apart:
        apart.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        apart.execute(psycopg.sql.SQL("SET TRANSACTION SNAPSHOT {}").format(psycopg.sql.Literal(snapshot)))
        for name, value in zip(_CONTEXT, context, strict=True):
            apart.execute("SELECT set_config(%s, %s, true)", (name, value))
        yield MonthReader(apart, month)
