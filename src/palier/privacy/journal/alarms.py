"""What looks like an extraction: counted from the journal by a job, agent by agent, and put before the DPO.

An alarm accuses nobody: it is a count past a threshold, to be explained. Thresholds are well above a full day's work;
the DPO moves them within bounds, each decision kept: whoever counts brings those in force (agents.queries).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch
from palier.privacy.models import AlarmAnswer, AlarmKind

THRESHOLDS: dict[AlarmKind, int] = {
    AlarmKind.READINGS_AN_HOUR: 200,
    AlarmKind.READINGS_A_DAY: 700,
    AlarmKind.PERSONS_A_DAY: 400,
    AlarmKind.EXPORTS_A_DAY: 20,
    AlarmKind.EMPTY_SEARCHES: 40,
    AlarmKind.CONSECUTIVE_FILES: 25,
}
# Below the first, every day raises alarms that nobody reads any more; beyond the second, nothing is ever raised.
BOUNDS: dict[AlarmKind, tuple[int, int]] = {
    AlarmKind.READINGS_AN_HOUR: (20, 1000),
    AlarmKind.READINGS_A_DAY: (50, 5000),
    AlarmKind.PERSONS_A_DAY: (30, 3000),
    AlarmKind.EXPORTS_A_DAY: (2, 200),
    AlarmKind.EMPTY_SEARCHES: (5, 400),
    AlarmKind.CONSECUTIVE_FILES: (5, 250),
}
# How far back a count looks: a job that missed a night still sees it.
LOOKED_BACK = timedelta(days=3)

_OF_AGENTS = "agent_id IS NOT NULL AND NOT is_mass AND role NOT LIKE 'batch\\_%%' AND at >= %(since)s AND at <= %(at)s"
_DAY = "date_trunc('day', at, 'Europe/Paris')"
_HOUR = "date_trunc('hour', at)"


def _counted(what: str, window: str, length: str, condition: str = "true") -> str:
    return f"""
        SELECT agent_id, {window} AS first_at, {window} + interval '{length}' AS until_at, {what} AS count
        FROM privacy_readevent WHERE {_OF_AGENTS} AND {condition} GROUP BY agent_id, {window}"""


_COUNTS: dict[AlarmKind, str] = {
    AlarmKind.READINGS_AN_HOUR: _counted("count(*)", _HOUR, "1 hour"),
    AlarmKind.READINGS_A_DAY: _counted("count(*)", _DAY, "1 day"),
    AlarmKind.PERSONS_A_DAY: f"""
        SELECT agent_id, first_at, first_at + interval '1 day' AS until_at, count(DISTINCT person) AS count
        FROM (SELECT agent_id, {_DAY} AS first_at, unnest(subjects) AS person
              FROM privacy_readevent WHERE {_OF_AGENTS}) AS seen
        GROUP BY agent_id, first_at""",
    AlarmKind.EXPORTS_A_DAY: _counted(
        "count(*)", _DAY, "1 day", "(screen LIKE '%%(export)' OR screen LIKE 'export%%')"
    ),
    AlarmKind.EMPTY_SEARCHES: _counted("count(*)", _DAY, "1 day", "terms <> '' AND subjects = '{}'"),
    # Nobody works through the tenants in the order of their numbers: a program does.
    AlarmKind.CONSECUTIVE_FILES: f"""
        SELECT agent_id, first_at, first_at + interval '1 day' AS until_at, count(*) AS count
        FROM (SELECT agent_id, {_DAY} AS first_at, subjects[1] AS person,
                     lag(subjects[1]) OVER (PARTITION BY agent_id, {_DAY} ORDER BY at, id) AS before
              FROM privacy_readevent WHERE {_OF_AGENTS} AND cardinality(subjects) = 1) AS steps
        WHERE person = before + 1 GROUP BY agent_id, first_at""",
}


class NoSuchAlarm(Refusal):
    """Cette alarme n’existe pas, ou elle a déjà sa réponse."""


class UnknownAnswer(Refusal):
    """Choisissez une réponse dans la liste."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """One alarm, as the DPO reads it: an agent by number, a count and its threshold."""

    id: int
    kind: str
    agent_id: int
    first_at: datetime
    until_at: datetime
    count: int
    threshold: int
    answer: str
    answered_at: datetime | None


def raise_alarms(*, thresholds: Mapping[AlarmKind, int], at: datetime) -> int:
    """Count the last days and raise what passes its threshold, once a kind, an agent and a window; how many are new."""
    raised = 0
    with connection.cursor() as cursor:
        for kind, counts in _COUNTS.items():
            cursor.execute(
                f"""INSERT INTO privacy_journalalarm
                        (kind, agent_id, first_at, until_at, count, threshold, raised_at, answer)
                    SELECT %(kind)s, agent_id, first_at, until_at, count, %(threshold)s, %(at)s, ''
                    FROM ({counts}) AS counted WHERE count >= %(threshold)s
                    ON CONFLICT DO NOTHING""",
                {"kind": kind.value, "threshold": thresholds[kind], "since": at - LOOKED_BACK, "at": at},
            )
            raised += cursor.rowcount
    return raised


def alarms(*, limit: int) -> list[AlarmRow]:
    """Those without an answer first, then the latest."""
    return fetch(
        AlarmRow,
        """SELECT id, kind, agent_id, first_at, until_at, count, threshold, answer, answered_at
           FROM privacy_journalalarm ORDER BY answer <> '', first_at DESC, id DESC LIMIT %(limit)s""",
        {"limit": limit},
    )


def answer_alarm(alarm_id: int, *, answer: str, agent_id: int, at: datetime) -> None:
    """Close an alarm with one answer of the closed list, once. Raises UnknownAnswer, NoSuchAlarm."""
    if answer not in AlarmAnswer.values:
        raise UnknownAnswer
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE privacy_journalalarm SET answer = %s, answered_by = %s, answered_at = %s
               WHERE id = %s AND answer = ''""",
            [answer, agent_id, at, alarm_id],
        )
        if cursor.rowcount != 1:
            raise NoSuchAlarm
