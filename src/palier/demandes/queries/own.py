"""What a person reads of their own application: its state and its clocks, what happened; never who else asks."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.demandes.rules.lifecycle import (
    erasure_day,
    non_renewal_radiation,
    notice_day,
    reactivable_until,
    started_on,
)
from palier.demandes.rules.passing import radiated_from
from palier.foundation.reading import fetch

_OWN = """
SELECT a.id, a.number, a.path, a.filed_on, a.renewed_on, a.expires_on, a.state, a.radiated_on, a.radiation_motive,
       a.warned_on, a.warned_for, a.version
FROM demandes_application AS a WHERE a.person_id = %(person_id)s
ORDER BY a.state <> 'ACTIVE', a.filed_on DESC, a.id DESC
"""
_EVENTS = """
SELECT e.kind, e.detail, e.on, e.at FROM demandes_event AS e
WHERE e.application_id = %(application_id)s ORDER BY e.id DESC LIMIT 30
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnApplication:
    """One's own application, with the days that its clocks lead to."""

    id: int
    number: str
    path: str
    filed_on: date
    renewed_on: date | None
    expires_on: date
    state: str
    radiated_on: date | None
    radiation_motive: str
    warned_on: date | None
    warned_for: str
    version: int

    @property
    def is_active(self) -> bool:
        return self.state == "ACTIVE"

    @property
    def renewable_from(self) -> date:
        """The day of the notice: one month before the end."""
        return notice_day(self._started_on)

    @property
    def radiated_without_renewal_on(self) -> date:
        return non_renewal_radiation(self._started_on)

    @property
    def radiated_after_warning_on(self) -> date | None:
        """The day from which the warning that runs ends the application."""
        if self.warned_on is None:
            return None
        return radiated_from(self.warned_on, self.warned_for)

    @property
    def reactivable_until(self) -> date | None:
        """The last day to come back after a radiation for want of renewal."""
        return reactivable_until(self._started_on) if self.radiation_motive == "NON_RENOUVELLEMENT" else None

    @property
    def erased_on(self) -> date | None:
        return erasure_day(self.radiated_on) if self.radiated_on else None

    @property
    def _started_on(self) -> date:
        return started_on(filed_on=self.filed_on, renewed_on=self.renewed_on, expires_on=self.expires_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvent:
    kind: str
    detail: str
    on: date
    at: datetime


def own_applications(person_id: int) -> list[OwnApplication]:
    """The active one first, then the newest."""
    return fetch(OwnApplication, _OWN, {"person_id": person_id})


def own_events(application_id: int) -> list[OwnEvent]:
    """Thirty at most, the newest first."""
    return fetch(OwnEvent, _EVENTS, {"application_id": application_id})
