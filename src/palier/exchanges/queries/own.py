"""What a person reads of what they wrote: row security selects their own threads, nobody else's of the household."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnThread:
    """A thread of one's own. `answer_by` is empty when no answer is owed; `is_unread`: something is new in it."""

    id: int
    lease_id: int
    subject: str
    state: str
    opened_at: datetime
    last_at: datetime
    answer_by: date | None
    closed_at: datetime | None
    is_unread: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMessage:
    """What was written, or a dated step."""

    id: int
    kind: str
    author: str
    at: datetime
    body: str
    motive: str
    due_on: date | None


_OWN = """
SELECT t.id, t.lease_id, t.subject, t.state, t.opened_at, t.last_at, t.answer_by, t.closed_at,
       t.answered_at IS NOT NULL AND t.answered_at > coalesce(t.read_at, t.opened_at) AS is_unread
FROM exchanges_thread AS t
"""
_PARTS = ("(t.state = 'CLOSED')", "-extract(epoch FROM t.last_at)", "-t.id")
_RANK = f"({', '.join(_PARTS)})"
_HERE = f"(SELECT {', '.join(_PARTS)} FROM exchanges_thread AS t WHERE t.id = %(cursor)s)"


def own_threads(*, limit: int, cursor: int | None = None, backwards: bool = False) -> list[OwnThread]:
    """`limit` + 1 threads of whoever asks, those still open first, the latest before the others.

    After the thread `cursor` in that order, or before it, in reverse, when `backwards`.
    """
    after = f"WHERE {_RANK} {'<' if backwards else '>'} {_HERE}" if cursor else ""
    order = ", ".join(f"{part} {'DESC' if backwards else 'ASC'}" for part in _PARTS)
    return fetch(OwnThread, f"{_OWN} {after} ORDER BY {order} LIMIT %(limit)s", {"cursor": cursor, "limit": limit + 1})


def threads_to_tell() -> list[OwnThread]:
    """Those that owe an answer to whoever asks, or hold one that they have not read."""
    return fetch(
        OwnThread,
        f"""{_OWN} WHERE t.answer_by IS NOT NULL OR t.answered_at > coalesce(t.read_at, t.opened_at)
            ORDER BY t.last_at DESC, t.id DESC LIMIT 60""",
        {},
    )


def own_thread(thread_id: int) -> OwnThread | None:
    """One thread of one's own; to anyone else it does not exist."""
    return fetch_one(OwnThread, _OWN + "WHERE t.id = %(thread)s", {"thread": thread_id})


def messages_of(thread_id: int) -> list[ThreadMessage]:
    """What is in a thread that one reads, in its order."""
    return fetch(
        ThreadMessage,
        """SELECT id, kind, author, at, body, motive, due_on FROM exchanges_message
           WHERE thread_id = %(thread)s ORDER BY at, id LIMIT 400""",
        {"thread": thread_id},
    )
