"""The residences where no supplement is due, by name."""

from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch

MOST_EXCLUSIONS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionRow:
    """A residence left out of the surveys, and the act that says so."""

    id: int
    residence: str
    city: str
    reason: str
    act_reference: str
    first_day: date
    last_day: date | None


_EXCLUSIONS = """
SELECT a.id, r.name AS residence, r.city, a.reason, a.act_reference, a.first_day, a.last_day
FROM campaigns_excludedarea AS a JOIN estate_residence AS r ON r.id = a.residence_id
ORDER BY a.last_day IS NOT NULL, r.name, a.first_day DESC LIMIT %(limit)s
"""


def exclusions() -> list[ExclusionRow]:
    """Those that run first."""
    return fetch(ExclusionRow, _EXCLUSIONS, {"limit": MOST_EXCLUSIONS})
