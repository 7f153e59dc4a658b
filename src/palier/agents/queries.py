"""What the pages say of agents: their service, the files opened to them, what the data protection officer decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from palier.agents.models import Agent, User
from palier.foundation.reading import fetch
from palier.privacy.declare import Role
from palier.privacy.journal.alarms import THRESHOLDS
from palier.privacy.models import AlarmKind


def service_of(agent_id: int | None) -> str:
    """ "Agence Nord": what the person will see of whoever read their file; empty for no agent."""
    if agent_id is None:
        return ""
    return Agent.objects.filter(pk=agent_id).values_list("service", flat=True).first() or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOpening:
    """A file that the agent opened and whose time is not over."""

    lease_id: int
    kind: str
    motive: str
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRow:
    """A residence handed to a colleague."""

    id: int
    residence: str
    agent: str
    first_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """What the data protection officer is told. The agent is told by number, service and function."""

    id: int
    kind: str
    agent_id: int
    service: str
    function: str
    motive: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One decision on a quota, a motive or a threshold."""

    kind: str
    code: str
    value: int
    decided_by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionRow:
    """A protected person whom the agent holds. The name is read on the file's own page, never in a list."""

    id: int
    ground: str
    first_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionCount:
    running: int
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Threshold:
    code: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quota:
    quota: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _MotiveState:
    code: str
    is_open: bool


def running_openings(agent_id: int) -> list[RunningOpening]:
    """The files opened and not closed yet, the latest first."""
    return fetch(
        RunningOpening,
        """SELECT DISTINCT ON (lease_id, motive) lease_id, kind, motive, until_at FROM agents_opening
           WHERE agent_id = %(agent)s AND lease_id IS NOT NULL AND until_at > now()
           ORDER BY lease_id, motive, id DESC LIMIT 200""",
        {"agent": agent_id},
    )


def running_assignments() -> list[AssignmentRow]:
    """The replacements of one's own residences, running or to come."""
    return fetch(
        AssignmentRow,
        """SELECT o.id, r.name AS residence, a.first_name || ' ' || a.last_name AS agent, o.first_at, o.until_at
           FROM agents_opening AS o JOIN estate_residence AS r ON r.id = o.residence_id
           JOIN agents_agent AS a ON a.id = o.agent_id
           WHERE o.kind = 'ASSIGNMENT' AND o.until_at > now() ORDER BY o.until_at, r.name, o.id LIMIT 500""",
        {},
    )


def waiting_alarms() -> list[AlarmRow]:
    """What nobody has seen yet, the oldest first."""
    return fetch(
        AlarmRow,
        """SELECT w.id, w.kind, w.agent_id, a.service, a.function, coalesce(o.motive, '') AS motive, w.at
           FROM agents_openingalarm AS w JOIN agents_agent AS a ON a.id = w.agent_id
           LEFT JOIN agents_opening AS o ON o.id = w.opening_id
           WHERE w.seen_at IS NULL ORDER BY w.at, w.id LIMIT 200""",
        {},
    )


def setting_history(*kinds: str) -> list[SettingRow]:
    """Every decision on the settings of these kinds, the latest first."""
    return fetch(
        SettingRow,
        """SELECT s.kind, s.code, s.value, a.first_name || ' ' || a.last_name AS decided_by, s.at
           FROM agents_policysetting AS s JOIN agents_agent AS a ON a.id = s.changed_by_id
           WHERE s.kind = ANY (%(kinds)s) ORDER BY s.id DESC LIMIT 200""",
        {"kinds": list(kinds)},
    )


def thresholds_in_force() -> dict[AlarmKind, int]:
    """From which count each alarm of the journal is raised: as last decided, else as it came with the program."""
    decided = fetch(
        _Threshold,
        """SELECT DISTINCT ON (code) code, value FROM agents_policysetting WHERE kind = 'ALARM'
           ORDER BY code, id DESC""",
        {},
    )
    return THRESHOLDS | {AlarmKind(row.code): row.value for row in decided if row.code in AlarmKind.values}


def role_in_post(agent_id: int) -> Role | None:
    """The function of an agent, None once they have left. Read as the login, before anyone acts."""
    role = Agent.objects.filter(pk=agent_id, left_on__isnull=True).values_list("role", flat=True).first()
    return Role(role) if role is not None else None


def auditors_in_post() -> list[tuple[int, str]]:
    """Number and name of those who may be given a mission of audit, by service."""
    rows = Agent.objects.filter(role=Role.AUDITOR, left_on__isnull=True).order_by("service", "pk")
    return [(row.pk, f"{row.name}, {row.service}") for row in rows]


def quota_of(role: str) -> int:
    """How many files outside their portfolio someone in this role opens in a day."""
    (row,) = fetch(_Quota, "SELECT palier.daily_quota(%(role)s) AS quota", {"role": role})
    return row.quota


def open_motives(motives: Sequence[str]) -> list[str]:
    """Those of these motives that the data protection officer leaves open."""
    rows = fetch(
        _MotiveState,
        """SELECT code, palier.is_motive_open(code) AS is_open
           FROM unnest(%(codes)s::text[]) WITH ORDINALITY AS c (code, rank) ORDER BY rank""",
        {"codes": list(motives)},
    )
    return [row.code for row in rows if row.is_open]


def protections_held() -> list[ProtectionRow]:
    """The protections confided to whoever asks; row security narrows them."""
    return fetch(
        ProtectionRow,
        """SELECT id, ground, first_day FROM agents_protectedperson
           WHERE last_day IS NULL ORDER BY first_day DESC, id DESC LIMIT 100""",
        {},
    )


def protection_count(on: date) -> ProtectionCount:
    """How many addresses are protected, for the data protection officer: numbers alone."""
    (row,) = fetch(
        ProtectionCount,
        """SELECT count(*) FILTER (WHERE last_day IS NULL OR last_day >= %(on)s) AS running,
                  count(*) FILTER (WHERE last_day < %(on)s) AS ended FROM agents_protectedperson""",
        {"on": on},
    )
    return row


def account_of_person(person_id: int) -> int | None:
    """The number of the account of a person in sight; none when they have none."""
    return User.objects.filter(person_id=person_id).order_by("id").values_list("id", flat=True).first()
