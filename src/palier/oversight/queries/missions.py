"""Missions of audit: all of them for those who decide, one's own for the auditor, and only while it runs."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionRow:
    """One mission. Agents are told by their numbers."""

    id: int
    number: str
    purpose: str
    auditor_id: int
    first_day: date
    last_day: date
    declared_by_id: int
    declared_at: datetime
    confirmed_by_id: int | None
    confirmed_at: datetime | None
    ended_at: datetime | None
    pack_sha256: str
    # None: none is made, or it was kept before packs were sealed, and is gone.
    pack_key: bytes | None
    pack_made_at: datetime | None

    def state(self, on: date) -> str:
        """WAITING, TO_COME, RUNNING or OVER on that day."""
        if self.ended_at is not None or self.last_day < on:
            return "OVER"
        if self.confirmed_at is None:
            return "WAITING"
        return "TO_COME" if self.first_day > on else "RUNNING"


_COLUMNS = """id, number, purpose, auditor_id, first_day, last_day, declared_by_id, declared_at, confirmed_by_id,
    confirmed_at, ended_at, pack_sha256, pack_key, pack_made_at"""


def missions(*, limit: int = 100) -> list[MissionRow]:
    """Every mission in sight, the latest first."""
    return fetch(
        MissionRow,
        f"SELECT {_COLUMNS} FROM oversight_auditmission ORDER BY id DESC LIMIT %(limit)s",
        {"limit": limit},
    )


def my_running_mission() -> MissionRow | None:
    """The auditor's mission while it runs, as the database judges it; None before, after, and for anyone else."""
    return fetch_one(
        MissionRow, f"SELECT {_COLUMNS} FROM oversight_auditmission WHERE id = (SELECT palier.my_mission())", {}
    )
