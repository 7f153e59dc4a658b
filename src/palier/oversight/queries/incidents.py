"""Breaches as the data protection officer reads them: the list, one with its figures, the persons by number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """One breach: what it is, its last step, how many persons, the level last found."""

    id: int
    number: str
    is_exercise: bool
    kind: str
    cause: str
    agent_id: int | None
    reading_id: int | None
    from_at: datetime | None
    until_at: datetime | None
    aware_at: datetime
    state: str
    persons: int
    level: str
    is_notified: bool
    are_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step, as it was taken."""

    kind: str
    at: datetime
    by_agent_id: int
    persons: int | None
    ease: str
    exposure: str
    is_malicious: bool | None
    level: str
    measures: list[str]
    receipt: str
    package_sha256: str
    package_key: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCount:
    """How many persons had data of that category seen."""

    category: str
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenCount:
    """How often a screen was read in the window, and of how many persons."""

    screen: str
    readings: int
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernedRow:
    """A person concerned, by number: their name is not needed to know what was seen."""

    person_id: int
    readings: int
    categories: list[str]
    first_at: datetime
    last_at: datetime


_INCIDENT = """
SELECT i.id, i.number, i.is_exercise, i.kind, i.cause, i.agent_id, i.reading_id, i.from_at, i.until_at, i.aware_at,
       (SELECT s.kind FROM oversight_incidentstep AS s WHERE s.incident_id = i.id ORDER BY s.id DESC LIMIT 1) AS state,
       (SELECT count(*) FROM oversight_incidentperson AS p WHERE p.incident_id = i.id) AS persons,
       coalesce((SELECT s.level FROM oversight_incidentstep AS s WHERE s.incident_id = i.id AND s.kind = 'ASSESSED'
                 ORDER BY s.id DESC LIMIT 1), '') AS level,
       EXISTS (SELECT FROM oversight_incidentstep AS s WHERE s.incident_id = i.id AND s.kind = 'NOTIFIED')
           AS is_notified,
       EXISTS (SELECT FROM oversight_incidentstep AS s WHERE s.incident_id = i.id AND s.kind = 'PERSONS_TOLD')
           AS are_told
FROM oversight_incident AS i
"""


# The readings concerned: one by its number, or those of an agent between two instants.
OF_THE_INCIDENT = """(event.id = %(reading)s OR (%(reading)s::bigint IS NULL AND event.agent_id = %(agent)s
                      AND event.at >= %(first)s AND event.at <= %(last)s))"""


class Trail(Protocol):
    """What leads to the readings of an incident, stored or read."""

    @property
    def reading_id(self) -> int | None: ...
    @property
    def agent_id(self) -> int | None: ...
    @property
    def from_at(self) -> datetime | None: ...
    @property
    def until_at(self) -> datetime | None: ...


def trail_of(incident: Trail) -> dict[str, int | datetime | None]:
    """The parameters of OF_THE_INCIDENT."""
    return {
        "reading": incident.reading_id,
        "agent": incident.agent_id,
        "first": incident.from_at,
        "last": incident.until_at,
    }


def incidents(*, with_exercises: bool) -> list[IncidentRow]:
    """Every breach, the last first; the register itself leaves exercises out."""
    return fetch(
        IncidentRow, f"{_INCIDENT} WHERE %(all)s OR NOT i.is_exercise ORDER BY i.id DESC", {"all": with_exercises}
    )


def incident_of(number: str) -> IncidentRow | None:
    """One breach, or None."""
    return fetch_one(IncidentRow, f"{_INCIDENT} WHERE i.number = %(number)s", {"number": number})


def steps_of(incident_id: int) -> list[StepRow]:
    """Its steps, in order."""
    return fetch(
        StepRow,
        """SELECT kind, at, by_agent_id, persons, ease, exposure, is_malicious, level, measures, receipt,
                  package_sha256, package_key
           FROM oversight_incidentstep WHERE incident_id = %(incident)s ORDER BY id""",
        {"incident": incident_id},
    )


def categories_of(incident_id: int) -> list[CategoryCount]:
    """The categories seen, by number of persons."""
    return fetch(
        CategoryCount,
        """SELECT category, count(*) AS persons
           FROM oversight_incidentperson, unnest(categories) AS category
           WHERE incident_id = %(incident)s GROUP BY category ORDER BY count(*) DESC, category""",
        {"incident": incident_id},
    )


def screens_of(row: IncidentRow) -> list[ScreenCount]:
    """The screens read, by number of readings."""
    return fetch(
        ScreenCount,
        f"""SELECT event.screen, count(DISTINCT event.id) AS readings, count(DISTINCT person) AS persons
           FROM privacy_readevent AS event LEFT JOIN unnest(event.subjects) AS person ON true
           WHERE {OF_THE_INCIDENT}
           GROUP BY event.screen ORDER BY 2 DESC, 1""",
        trail_of(row),
    )


def concerned(incident_id: int, *, limit: int) -> list[ConcernedRow]:
    """Those concerned, the most read first."""
    return fetch(
        ConcernedRow,
        """SELECT person_id, readings, categories, first_at, last_at FROM oversight_incidentperson
           WHERE incident_id = %(incident)s ORDER BY readings DESC, person_id LIMIT %(limit)s""",
        {"incident": incident_id, "limit": limit},
    )
