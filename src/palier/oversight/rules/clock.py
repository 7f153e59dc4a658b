"""The clock of a breach: the authority is told 72 hours at most after the controller became aware (GDPR art. 33-1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

HOURS_TO_NOTIFY = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Where the clock stands. `hours_left` is negative once the time is over."""

    due_at: datetime
    hours_left: int

    @property
    def is_over(self) -> bool:
        return self.hours_left < 0


def notify_by(aware_at: datetime) -> datetime:
    """The last instant to notify: 72 hours to the minute, nights and holidays included.

    Regulation 1182/71 (art. 3) would leave the first hour out and keep two working days in; the earlier end is kept.
    """
    return aware_at + timedelta(hours=HOURS_TO_NOTIFY)


def clock_at(aware_at: datetime, at: datetime) -> Clock:
    """The clock seen at an instant; hours left are whole hours, rounded down."""
    due = notify_by(aware_at)
    return Clock(due_at=due, hours_left=(due - at) // timedelta(hours=1))
