"""What the auditor reads of persons, through the functions that give pseudonyms (privacy/sql/audit.sql).

Those functions write the reading themselves: a line that they cannot write is a reading that does not take place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import DatabaseError

from palier.foundation.reading import fetch
from palier.privacy.actor import JournalClosed
from palier.retention.queries import RuleInForce

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseLine:
    """A person in a lease, under pseudonyms. Years; the balance to the hundred euros."""

    lease: str
    person: str
    quality: str
    first_year: int
    last_year: int | None
    account: str
    balance_euros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """A coded fact on a person, under pseudonym."""

    person: str
    code: str
    source: str
    first_day: date
    last_day: date
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLine:
    """One reading. `persons` holds ten pseudonyms at most, `person_count` says how many there were."""

    id: int
    at: datetime
    agent: str | None
    role: str
    purpose: str
    motive: str
    is_mass: bool
    categories: list[str]
    screen: str
    persons: list[str]
    person_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCount:
    """How many readings, by how many agents."""

    role: str
    purpose: str
    motive: str
    is_outside: bool
    readings: int
    agents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalCount:
    month: str
    field: str
    category: str
    refusals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastLine:
    rule: str
    since: date
    row_count: int
    held_count: int
    measured_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """What is still there beyond its time, by the last measure: rows to end, and rows held back."""

    rule: RuleInForce
    rows: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceLine:
    """A residence, the finest place that an auditor is told."""

    id: int
    code: str
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingsAsked:
    """Which readings: empty = all."""

    role: str = ""
    purpose: str = ""
    motive: str = ""
    only_outside: bool = False


def _traced(row: Callable[..., RowT], statement: str, parameters: Mapping[str, object]) -> list[RowT]:
    try:
        return fetch(row, statement, parameters)
    except DatabaseError as error:
        raise JournalClosed from error


def audited_leases(residence_id: int) -> list[LeaseLine]:
    """The leases of a residence with their persons and accounts. Traced by the database. Raises JournalClosed."""
    return _traced(LeaseLine, "SELECT * FROM palier.audited_leases(%(residence)s)", {"residence": residence_id})


def audited_facts(residence_id: int) -> list[FactLine]:
    """The coded facts on persons of a residence. Traced by the database. Raises JournalClosed."""
    return _traced(FactLine, "SELECT * FROM palier.audited_facts(%(residence)s)", {"residence": residence_id})


def audited_readings(asked: ReadingsAsked, *, before_id: int | None, limit: int) -> list[ReadingLine]:
    """Readings one by one, the latest first; `limit` + 1 at most. Traced by the database. Raises JournalClosed."""
    return _traced(
        ReadingLine,
        """SELECT * FROM palier.audited_readings(
               %(role)s, %(purpose)s, %(motive)s, %(outside)s, %(before)s::bigint, %(most)s::int
           )""",
        {
            "role": asked.role,
            "purpose": asked.purpose,
            "motive": asked.motive,
            "outside": asked.only_outside,
            "before": before_id,
            "most": limit + 1,
        },
    )


def audited_reading_counts() -> list[ReadingCount]:
    """Readings by role, purpose and motive, those outside portfolios first."""
    return fetch(ReadingCount, "SELECT * FROM palier.audited_reading_counts()", {})


def audited_refusals() -> list[RefusalCount]:
    """What the screen refused, by month, field and category."""
    return fetch(RefusalCount, "SELECT * FROM palier.audited_refusals()", {})


def overdue(rules: Mapping[str, RuleInForce], *, on: date) -> tuple[list[Overdue], date | None]:
    """For each duration in force, the rows kept beyond it on that day; and the day of the measure, None without one."""
    lines = fetch(ForecastLine, "SELECT * FROM palier.audited_forecast()", {})
    late: dict[str, list[int]] = {}
    for line in lines:
        if line.rule in rules and rules[line.rule].rule.kept_until(line.since) < on:
            counted = late.setdefault(line.rule, [0, 0])
            counted[0] += line.row_count
            counted[1] += line.held_count
    found = [
        Overdue(rule=rule, rows=late.get(code, [0, 0])[0], held=late.get(code, [0, 0])[1])
        for code, rule in rules.items()
    ]
    return found, max((line.measured_on for line in lines), default=None)


def audited_residences(*, limit: int = 2_000) -> list[ResidenceLine]:
    """The residences, by agency and code."""
    return fetch(
        ResidenceLine,
        """SELECT r.id, r.code, a.name AS agency
           FROM estate_residence AS r JOIN estate_agency AS a ON a.id = r.agency_id
           WHERE (SELECT palier.my_mission()) IS NOT NULL ORDER BY a.name, r.code, r.id LIMIT %(limit)s""",
        {"limit": limit},
    )
