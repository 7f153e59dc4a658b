"""How long repairs took, told to everyone: counted by the database, fewer than five hidden, nobody's data.

The functions are in privacy/sql/repairs.sql: whoever asks reaches the figures and no ticket.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from palier.foundation.reading import fetch

LEAST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairDelay:
    """Days from the report to the end of the work: half are done within the median, nine in ten within the other."""

    category: str
    counted: int
    median_days: int
    ninth_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _DelayOfResidence:
    residence_id: int
    category: str
    counted: int
    median_days: int
    ninth_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldResidence:
    id: int
    name: str


def repair_delays_of(residence_id: int, *, since: datetime) -> list[RepairDelay]:
    """The delays of a residence, or of the whole landlord when it is 0, the commonest family first."""
    return fetch(
        RepairDelay,
        """SELECT category, counted, median_days, ninth_days FROM palier.repair_delays(%(residence)s, %(since)s)
           ORDER BY counted DESC, category""",
        {"residence": residence_id, "since": since},
    )


def repair_delays_by_residence(*, since: datetime) -> dict[int, list[RepairDelay]]:
    """The same of every residence that has enough repairs to tell, by residence."""
    found = fetch(
        _DelayOfResidence,
        """SELECT residence_id, category, counted, median_days, ninth_days
           FROM palier.repair_delays_by_residence(%(since)s) ORDER BY counted DESC, category""",
        {"since": since},
    )
    delays: defaultdict[int, list[RepairDelay]] = defaultdict(list)
    for row in found:
        delays[row.residence_id].append(
            RepairDelay(
                category=row.category, counted=row.counted, median_days=row.median_days, ninth_days=row.ninth_days
            )
        )
    return delays


def residences_with_delays(since: datetime) -> list[ToldResidence]:
    """The residences that have enough repairs to tell."""
    return fetch(ToldResidence, "SELECT id, name FROM palier.residences_with_delays(%(since)s)", {"since": since})
