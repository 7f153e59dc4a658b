"""Who read a person's file, as the person may know it: the service and the function, never a name.

Only readings in the person's own right: another holder who opens their own file is not a reader of this one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from palier.foundation.reading import fetch, fetch_one
from palier.privacy.catalogue import PURPOSES
from palier.privacy.discreet import told_online

# Readings are kept twelve months (CNIL, recommendation on logs).
READINGS_KEPT: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """One reading of the file, or of everyone's at once (`is_mass`). Codes are those of the privacy catalogue.

    `service` and `function` are empty when no agent asked: a command.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFilter:
    """Which readings: from one instant to another (left out), of everyone or of this file, of one category of data."""

    since: datetime
    until: datetime | None = None
    mass: bool | None = None
    category: str = ""


# Row security narrows the journal to this person's rows; gathered first, so that their indexes serve and not the order.
_GATHERED = """
WITH mine AS MATERIALIZED (
    SELECT id, at, agent_id, role, purpose, motive, is_mass, categories, screen FROM privacy_readevent
    WHERE at >= %(since)s AND (person_id IS DISTINCT FROM %(person)s OR role = 'helper')
      AND role NOT IN ('tenant', 'applicant', 'employee')"""
_MINE = f"{_GATHERED})"
_TOLD = """
SELECT e.id, e.at, e.role, e.purpose, e.motive, e.is_mass, e.categories, e.screen,
       coalesce(a.service, '') AS service, coalesce(a.function, '') AS function
FROM mine AS e LEFT JOIN agents_agent AS a ON a.id = e.agent_id
"""
_PAGE = f"""{_MINE}{_TOLD}
WHERE (%(mass)s::boolean IS NULL OR e.is_mass = %(mass)s) AND (%(before)s::bigint IS NULL OR e.id < %(before)s)
  AND (%(until)s::timestamptz IS NULL OR e.at < %(until)s)
  AND (%(category)s = '' OR e.categories @> ARRAY[%(category)s]::varchar[])
ORDER BY e.id DESC LIMIT %(limit)s
"""
_ONE = f"{_MINE}{_TOLD} WHERE e.id = %(id)s"
_COUNT = f"""{_MINE}
SELECT count(*) FILTER (WHERE at >= %(recent)s) AS recent, count(*) AS all FROM mine WHERE NOT is_mass
"""
# A copy fetched online holds what the screen holds; the one handed over in person, everything.
_COPY = f"""{_GATHERED} AND (%(in_person)s OR ({told_online(PURPOSES.values())}))){_TOLD}
ORDER BY e.id DESC LIMIT %(limit)s
"""


def readings_of_my_file(
    person_id: int, asked: ReadingFilter, *, limit: int, before_id: int | None = None
) -> list[FileReading]:
    """The readings asked for, the newest first, the person's own visits left out."""
    return fetch(
        FileReading,
        _PAGE,
        {
            "person": person_id,
            "since": asked.since,
            "until": asked.until,
            "mass": asked.mass,
            "category": asked.category,
            "limit": limit,
            "before": before_id,
        },
    )


def reading_of_my_file(person_id: int, reading_id: int) -> FileReading | None:
    """One reading that the person is told of; None for any other."""
    epoch = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    return fetch_one(FileReading, _ONE, {"person": person_id, "since": epoch, "id": reading_id})


def readings_to_copy(person_id: int, *, since: datetime, in_person: bool, limit: int) -> list[FileReading]:
    """The readings that go into the copy of a file, read by the job that makes it (privacy.actor.about_one)."""
    return fetch(
        FileReading,
        _COPY,
        {"person": person_id, "since": since, "in_person": in_person, "limit": limit},
    )


def count_readings_of_my_file(person_id: int, *, since: datetime, recent_since: datetime) -> ReadingCount:
    """How often the file was opened since an instant, and how often lately."""
    found = fetch_one(ReadingCount, _COUNT, {"person": person_id, "since": since, "recent": recent_since})
    if found is None:
        raise LookupError("a count always answers one row")
    return found
