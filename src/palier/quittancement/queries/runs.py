"""The months and their runs: what was computed, by whom, and how far each has climbed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from palier.agents.models import Agent
from palier.foundation.money import Cents
from palier.foundation.reading import fetch, fetch_one
from palier.privacy.declare import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run with the names of those who signed it; a name is empty when a command acted for no agent."""

    id: int
    month: date
    kind: str
    rank: int
    scope: str
    state: str
    rules_digest: str
    lease_count: int
    line_count: int
    set_aside_count: int
    total_cents: Cents
    compute_ms: int
    computed_by: str
    computed_at: datetime
    reviewed_by: str
    reviewed_by_id: int | None
    reviewed_at: datetime | None
    sealed_by: str
    sealed_at: datetime | None
    first_number: int | None

    @property
    def is_sealed(self) -> bool:
        return self.state == "SEALED"

    @property
    def considered(self) -> int:
        """The leases looked at: priced or set aside."""
        return self.lease_count + self.set_aside_count


_RUNS = """
SELECT r.id, r.month, r.kind, r.rank, r.scope, r.state, r.rules_digest, r.lease_count, r.line_count, r.set_aside_count,
       r.total_cents, r.compute_ms, coalesce(c.first_name || ' ' || c.last_name, '') AS computed_by, r.computed_at,
       coalesce(v.first_name || ' ' || v.last_name, '') AS reviewed_by, r.reviewed_by AS reviewed_by_id, r.reviewed_at,
       coalesce(s.first_name || ' ' || s.last_name, '') AS sealed_by, r.sealed_at, r.first_number
FROM quittancement_run AS r
LEFT JOIN agents_agent AS c ON c.id = r.computed_by LEFT JOIN agents_agent AS v ON v.id = r.reviewed_by
LEFT JOIN agents_agent AS s ON s.id = r.sealed_by
WHERE {which}
ORDER BY r.month DESC, r.kind DESC, r.rank, r.id
LIMIT 200
"""


def runs_of_year(year: int) -> list[RunRow]:
    """Every run of a civil year, the latest month first, the monthly run before its complements."""
    return fetch(
        RunRow,
        _RUNS.format(which="r.month >= %(first)s AND r.month < %(next)s"),
        {"first": date(year, 1, 1), "next": date(year + 1, 1, 1)},
    )


def runs_of_month(month: date) -> list[RunRow]:
    """The runs of a month: the monthly one, then the complements."""
    return fetch(RunRow, _RUNS.format(which="r.month = %(month)s"), {"month": month})


def run_row(run_id: int) -> RunRow | None:
    """One run, or None."""
    return fetch_one(RunRow, _RUNS.format(which="r.id = %(run)s"), {"run": run_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    year: int


def years_with_runs() -> list[int]:
    """The civil years that have a run, the latest first."""
    found = fetch(
        _Year, "SELECT DISTINCT extract(year FROM month)::int AS year FROM quittancement_run ORDER BY 1 DESC", {}
    )
    return [row.year for row in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    month: date | None


def latest_month() -> date | None:
    """The latest month that has a run."""
    found = fetch_one(_Month, "SELECT max(month) AS month FROM quittancement_run", {})
    return found.month if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """An agent in post whose function may sign."""

    id: int
    name: str
    service: str


def signatories(roles: Iterable[Role]) -> list[Signatory]:
    """The agents in post who hold one of these functions: who may sign beside oneself."""
    rows = (
        Agent.objects.filter(role__in=list(roles), left_on__isnull=True)
        .order_by("last_name", "first_name", "id")
        .values_list("id", "first_name", "last_name", "service")[:20]
    )
    return [Signatory(id=pk, name=f"{first} {last}", service=service) for pk, first, last, service in rows]
