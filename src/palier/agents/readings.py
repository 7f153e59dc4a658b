"""The journal of readings with the service and the function of whoever read: for the data protection officer."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRow:
    """One reading. An agent is told by number, service and function; persons by how many they are."""

    id: int
    at: datetime
    agent_id: int | None
    person_id: int | None
    service: str
    function: str
    operator: str
    role: str
    purpose: str
    motive: str
    is_mass: bool
    subject_count: int
    categories: list[str]
    screen: str
    terms: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFilter:
    """What the journal is asked for; empty or None = not filtered. `subject` is the number of a person."""

    first_day: date | None = None
    last_day: date | None = None
    role: str = ""
    screen: str = ""
    agent_id: int | None = None
    subject: int | None = None


def readings(
    asked: ReadingFilter, *, cursor: int | None = None, backwards: bool = False, limit: int
) -> list[ReadingRow]:
    """The latest readings first; `limit` + 1 at most, after the cursor (a reading's number) or before it."""
    sign, down = (">", "") if backwards else ("<", "DESC")
    return fetch(
        ReadingRow,
        f"""SELECT e.id, e.at, e.agent_id, e.person_id, coalesce(a.service, '') AS service,
                   coalesce(a.function, '') AS function, e.operator, e.role, e.purpose, e.motive, e.is_mass,
                   cardinality(e.subjects) AS subject_count, e.categories, e.screen, e.terms
            FROM privacy_readevent AS e LEFT JOIN agents_agent AS a ON a.id = e.agent_id
            WHERE (%(first_day)s::date IS NULL OR e.at >= %(first_day)s::timestamp AT TIME ZONE 'Europe/Paris')
              AND (%(last_day)s::date IS NULL OR e.at < (%(last_day)s::date + 1)::timestamp AT TIME ZONE 'Europe/Paris')
              AND (%(role)s = '' OR e.role = %(role)s) AND (%(screen)s = '' OR e.screen = %(screen)s)
              AND (%(agent)s::bigint IS NULL OR e.agent_id = %(agent)s)
              AND (%(subject)s::bigint IS NULL OR e.subjects @> ARRAY[%(subject)s::bigint])
              AND (%(cursor)s::bigint IS NULL OR e.id {sign} %(cursor)s)
            ORDER BY e.id {down} LIMIT %(limit)s""",
        {
            "first_day": asked.first_day,
            "last_day": asked.last_day,
            "role": asked.role,
            "screen": asked.screen,
            "agent": asked.agent_id,
            "subject": asked.subject,
            "cursor": cursor,
            "limit": limit + 1,
        },
    )
