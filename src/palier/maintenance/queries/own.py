"""What a caretaker sees of what is kept of their own activity: the same lines as the landlord, and no one else's."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReadings:
    """The pages opened on a day: how many times each, the last at that instant."""

    day: date
    screen: str
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRound:
    started_at: datetime
    until_at: datetime
    ended_at: datetime | None


def my_readings(*, since: datetime) -> list[OwnReadings]:
    """The readings of whoever asks, by day and page: row security knows whose they are."""
    return fetch(
        OwnReadings,
        """SELECT (e.at AT TIME ZONE 'Europe/Paris')::date AS day, e.screen, count(*) AS times, max(e.at) AS last_at
           FROM privacy_readevent AS e WHERE e.agent_id = palier.my_agent() AND e.at >= %(since)s
           GROUP BY 1, 2 ORDER BY 1 DESC, 4 DESC LIMIT 120""",
        {"since": since},
    )


def my_rounds(*, since: datetime) -> list[OwnRound]:
    """The rounds of whoever asks."""
    return fetch(
        OwnRound,
        """SELECT started_at, until_at, ended_at FROM maintenance_round
           WHERE started_at >= %(since)s ORDER BY started_at DESC LIMIT 60""",
        {"since": since},
    )
