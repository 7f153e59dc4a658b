"""Who read a person's file, as the person may know it: the service and the function, never a name."""

from dataclasses import dataclass
from datetime import datetime

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """One reading of the file, or of everyone's at once (`is_mass`). Codes are those of the privacy catalogue.

    `service` and `function` are empty when no agent asked: a command, or the other holder of the lease.
    """

    id: int
    at: datetime
    role: str
    purpose: str
    motive: str
    is_mass: bool
    categories: list[str]
    screen: str
    service: str
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCount:
    """How many times someone opened the file, mass readings and the person's own visits left out."""

    recent: int
    all: int


# Row security narrows the journal to this person's rows; gathered first, so that their indexes serve and not the order.
_MINE = """
WITH mine AS MATERIALIZED (
    SELECT id, at, agent_id, person_id, role, purpose, motive, is_mass, categories, screen FROM privacy_readevent
    WHERE at >= %(since)s AND person_id IS DISTINCT FROM %(person)s
)
"""
_PAGE = f"""{_MINE}
SELECT e.id, e.at, e.role, e.purpose, e.motive, e.is_mass, e.categories, e.screen,
       coalesce(a.service, '') AS service, coalesce(a.function, '') AS function
FROM mine AS e LEFT JOIN agents_agent AS a ON a.id = e.agent_id
WHERE (%(mass)s::boolean IS NULL OR e.is_mass = %(mass)s) AND (%(before)s::bigint IS NULL OR e.id < %(before)s)
ORDER BY e.id DESC LIMIT %(limit)s
"""
_COUNT = f"""{_MINE}
SELECT count(*) FILTER (WHERE at >= %(recent)s) AS recent, count(*) AS all FROM mine WHERE NOT is_mass
"""


def readings_of_my_file(
    person_id: int, *, since: datetime, limit: int, before_id: int | None = None, mass: bool | None = None
) -> list[FileReading]:
    """The readings since an instant, the newest first, the person's own visits left out.

    `mass`: only those of everyone at once (True) or only those of this file (False).
    """
    return fetch(
        FileReading,
        _PAGE,
        {"person": person_id, "since": since, "limit": limit, "before": before_id, "mass": mass},
    )


def count_readings_of_my_file(person_id: int, *, since: datetime, recent_since: datetime) -> ReadingCount:
    """How often the file was opened since an instant, and how often lately."""
    found = fetch_one(ReadingCount, _COUNT, {"person": person_id, "since": since, "recent": recent_since})
    if found is None:
        raise LookupError("a count always answers one row")
    return found
