"""The threads of the agency: those to answer, the oldest promise first; one with what is in it; who may take it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from palier.foundation.reading import fetch, fetch_count, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRow:
    """A thread as the agency lists it."""

    id: int
    lease_id: int
    person_id: int
    holder: str
    lease: str
    residence: str
    door: str
    subject: str
    state: str
    opened_at: datetime
    last_at: datetime
    answer_by: date | None
    agent_id: int | None
    agent: str
    closed_at: datetime | None

    def is_late(self, on: date) -> bool:
        """True when the day promised is over."""
        return self.answer_by is not None and self.answer_by < on


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadFilter:
    """What a list keeps. `view`: TO_ANSWER, LATE, MINE, OPEN, CLOSED."""

    view: str = "TO_ANSWER"
    subject: str = ""
    agent_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyMessage:
    """What was written, or a dated step, with the name of the agent who did it."""

    id: int
    kind: str
    author: str
    agent: str
    at: datetime
    body: str
    motive: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAnswer:
    """How many answers are owed, how many are late, and the first day promised."""

    count: int
    late: int
    first_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Colleague:
    id: int
    name: str


VIEWS: Final[dict[str, str]] = {
    "TO_ANSWER": "t.answer_by IS NOT NULL",
    "LATE": "t.answer_by < %(on)s",
    "MINE": "t.state = 'OPEN' AND t.agent_id = %(agent)s",
    "OPEN": "t.state = 'OPEN'",
    "CLOSED": "t.state = 'CLOSED'",
}
_ROWS = """
SELECT t.id, t.lease_id, t.person_id, coalesce(o.display_name, '') AS holder, l.reference AS lease,
       r.name AS residence, w.door, t.subject, t.state, t.opened_at, t.last_at, t.answer_by, t.agent_id,
       coalesce(a.first_name || ' ' || a.last_name, '') AS agent, t.closed_at
FROM exchanges_thread AS t
JOIN leases_lease AS l ON l.id = t.lease_id
JOIN estate_residence AS r ON r.id = t.residence_id
JOIN estate_dwelling AS w ON w.id = l.dwelling_id
LEFT JOIN leases_occupant AS o ON o.lease_id = t.lease_id AND o.person_id = t.person_id
LEFT JOIN agents_agent AS a ON a.id = t.agent_id
"""
# The oldest promise first, then what is owed nothing, the latest word before the others.
_PARTS = ("coalesce(t.answer_by, 'infinity'::date)", "-extract(epoch FROM t.last_at)", "t.id")
_RANK = f"({', '.join(_PARTS)})"
_HERE = f"(SELECT {', '.join(_PARTS)} FROM exchanges_thread AS t WHERE t.id = %(cursor)s)"
_KEPT = "{view} AND (%(subject)s = '' OR t.subject = %(subject)s)"


def threads_of_agency(
    kept: ThreadFilter, *, on: date, limit: int, cursor: int | None = None, backwards: bool = False
) -> list[ThreadRow]:
    """`limit` + 1 of a view and of a subject after the thread `cursor`, or before it, in reverse, when `backwards`."""
    where, down = _KEPT.format(view=VIEWS[kept.view]), "DESC" if backwards else "ASC"
    after = f"{_RANK} {'<' if backwards else '>'} {_HERE}" if cursor else "true"
    order = ", ".join(f"{part} {down}" for part in _PARTS)
    return fetch(
        ThreadRow,
        f"{_ROWS} WHERE {where} AND {after} ORDER BY {order} LIMIT %(limit)s",
        {**_facts(kept, on), "cursor": cursor, "limit": limit + 1},
    )


def count_threads(kept: ThreadFilter, *, on: date) -> int:
    """How many there are."""
    where = _KEPT.format(view=VIEWS[kept.view])
    return fetch_count(f"SELECT count(*) FROM exchanges_thread AS t WHERE {where}", _facts(kept, on))


def _facts(kept: ThreadFilter, on: date) -> dict[str, object]:
    return {"on": on, "agent": kept.agent_id, "subject": kept.subject}


def thread_row(thread_id: int) -> ThreadRow | None:
    """One; None when it does not exist for whoever asks."""
    return fetch_one(ThreadRow, f"{_ROWS} WHERE t.id = %(thread)s", {"thread": thread_id})


def agency_messages(thread_id: int) -> list[AgencyMessage]:
    """What is in a thread, in its order."""
    return fetch(
        AgencyMessage,
        """SELECT m.id, m.kind, m.author, coalesce(a.first_name || ' ' || a.last_name, '') AS agent, m.at, m.body,
                  m.motive, m.due_on
           FROM exchanges_message AS m LEFT JOIN agents_agent AS a ON a.id = m.agent_id
           WHERE m.thread_id = %(thread)s ORDER BY m.at, m.id LIMIT 400""",
        {"thread": thread_id},
    )


def to_answer(*, on: date) -> ToAnswer:
    """What is owed by the agency of whoever asks."""
    return fetch(
        ToAnswer,
        """SELECT count(*) AS count, count(*) FILTER (WHERE answer_by < %(on)s) AS late, min(answer_by) AS first_on
           FROM exchanges_thread WHERE answer_by IS NOT NULL""",
        {"on": on},
    )[0]


def colleagues_of(thread_id: int) -> list[tuple[int, str]]:
    """Those in post at the agency of a thread's residence, by name."""
    found = fetch(
        _Colleague,
        """SELECT a.id, a.first_name || ' ' || a.last_name AS name
           FROM exchanges_thread AS t JOIN estate_residence AS r ON r.id = t.residence_id
           JOIN agents_agent AS a ON a.agency_id = r.agency_id
           WHERE t.id = %(thread)s AND a.left_on IS NULL AND a.role IN ('rent_officer', 'agency_manager')
           ORDER BY a.last_name, a.first_name, a.id""",
        {"thread": thread_id},
    )
    return [(each.id, each.name) for each in found]
