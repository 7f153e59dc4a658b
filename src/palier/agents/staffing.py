"""What the pages of the landlord's own set-up read: agencies, agents, their posts and mandates, and what changed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from palier.foundation.reading import fetch, fetch_one

SHOWN_AGENTS: Final = 500
SHOWN_CHANGES: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRow:
    """An agency, and who works for it today."""

    id: int
    code: str
    name: str
    agents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRow:
    """An agent, and whether they ever entered."""

    id: int
    first_name: str
    last_name: str
    service: str
    function: str
    role: str
    agency_id: int | None
    agency: str
    identifier: str
    left_on: date | None
    entered: bool
    is_open: bool

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateRow:
    """A residence under a caretaker's care."""

    id: int
    code: str
    residence: str
    first_day: date
    last_day: date | None

    def is_over(self, on: date) -> bool:
        return self.last_day is not None and self.last_day < on


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One line of history. `by` is empty for a command."""

    id: int
    subject: str
    before: str
    after: str
    state: str
    by: str
    decided_by: str
    at: datetime
    asked_by: int


_AGENTS = """
SELECT a.id, a.first_name, a.last_name, a.service, a.function, a.role, a.agency_id, coalesce(g.name, '') AS agency,
       coalesce(u.identifier, '') AS identifier, a.left_on, coalesce(u.last_login IS NOT NULL, false) AS entered,
       coalesce(u.is_active, false) AS is_open
FROM agents_agent AS a LEFT JOIN estate_agency AS g ON g.id = a.agency_id
LEFT JOIN agents_user AS u ON u.agent_id = a.id
WHERE {where} ORDER BY a.left_on IS NOT NULL, a.last_name, a.first_name, a.id LIMIT %(limit)s
"""


def agencies_with_agents(on: date) -> list[AgencyRow]:
    """Every agency, by name."""
    return fetch(
        AgencyRow,
        """SELECT g.id, g.code, g.name,
                  (SELECT count(*) FROM agents_agent AS a
                   WHERE a.agency_id = g.id AND (a.left_on IS NULL OR a.left_on >= %(on)s)) AS agents
           FROM estate_agency AS g ORDER BY g.name, g.id""",
        {"on": on},
    )


def staff(*, agency_id: int | None, with_left: bool) -> list[AgentRow]:
    """Agents by name, those who left at the end; 500 at most."""
    where = "(%(agency)s::bigint IS NULL OR a.agency_id = %(agency)s) AND (%(left)s OR a.left_on IS NULL)"
    values = {"agency": agency_id, "left": with_left, "limit": SHOWN_AGENTS}
    return fetch(AgentRow, _AGENTS.format(where=where), values)


def agent_row(agent_id: int) -> AgentRow | None:
    """One agent; None when there is none."""
    return fetch_one(AgentRow, _AGENTS.format(where="a.id = %(id)s"), {"id": agent_id, "limit": 1})


def mandates_of(agent_id: int) -> list[MandateRow]:
    """The mandates of a caretaker, those that run first."""
    return fetch(
        MandateRow,
        """SELECT m.id, r.code, r.name AS residence, m.first_day, m.last_day
           FROM agents_mandate AS m JOIN estate_residence AS r ON r.id = m.residence_id
           WHERE m.agent_id = %(agent)s ORDER BY m.last_day DESC NULLS FIRST, m.first_day DESC, m.id LIMIT 300""",
        {"agent": agent_id},
    )


def agent_of_mandate(mandate_id: int) -> int | None:
    """Whose mandate it is; None when it does not exist."""
    found = fetch_one(_Number, "SELECT agent_id AS id FROM agents_mandate WHERE id = %(id)s", {"id": mandate_id})
    return found.id if found is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    id: int


def staff_history(agent_id: int) -> list[ChangeRow]:
    """What changed for an agent, the latest first."""
    return fetch(
        ChangeRow,
        """SELECT c.id, c.subject, c.before, c.after, 'APPLIED' AS state, '' AS decided_by, c.at,
                  c.changed_by AS asked_by, coalesce(a.first_name || ' ' || a.last_name, '') AS by
           FROM agents_staffchange AS c LEFT JOIN agents_agent AS a ON a.id = c.changed_by
           WHERE c.agent_id = %(agent)s ORDER BY c.id DESC LIMIT %(limit)s""",
        {"agent": agent_id, "limit": SHOWN_CHANGES},
    )


def landlord_history(*, subject: str = "") -> list[ChangeRow]:
    """What changed in the landlord's sheet and agencies, the latest first; of one subject when it is named."""
    return fetch(
        ChangeRow,
        """SELECT c.id, c.subject, c.before, c.after, c.state, c.asked_at AS at, c.asked_by,
                  coalesce(a.first_name || ' ' || a.last_name, '') AS by,
                  coalesce(d.first_name || ' ' || d.last_name, '') AS decided_by
           FROM estate_landlordchange AS c LEFT JOIN agents_agent AS a ON a.id = c.asked_by
           LEFT JOIN agents_agent AS d ON d.id = c.decided_by
           WHERE %(subject)s = '' OR c.subject = %(subject)s ORDER BY c.id DESC LIMIT %(limit)s""",
        {"subject": subject, "limit": SHOWN_CHANGES},
    )
