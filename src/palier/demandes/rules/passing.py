"""What a night does to an application that nobody touches: the notice of its end, or its radiation by law."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.demandes.rules.lifecycle import Warned, non_renewal_radiation, notice_day, warned_radiation

NOTICE: Final = "NOTICE"
# The warnings that a commission or a silence started, and what ends them.
WARNINGS: Final = {
    "NON_REPONSE": Warned.NO_ANSWER,
    "IRRECEVABLE_PLAFOND": Warned.INADMISSIBLE,
    "IRRECEVABLE_SEJOUR": Warned.INADMISSIBLE,
}
# An application whose end is further than this is not looked at: longer than any notice.
LOOKED_AT_DAYS: Final = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An active application, as its clocks see it. `start`: its filing or last renewal."""

    start: date
    expires_on: date
    warned_on: date | None
    warned_for: str
    # A notice was given for this end already.
    is_told: bool


def passing(application: Running, *, on: date) -> str:
    """NOTICE, the motive of a radiation, or nothing.

    A radiation comes before a notice, a warning before a want of renewal; whoever answered has no warning that runs.
    """
    if application.warned_on is not None and radiated_from(application.warned_on, application.warned_for) <= on:
        return application.warned_for
    if non_renewal_radiation(application.start) <= on:
        return "NON_RENOUVELLEMENT"
    if not application.is_told and notice_day(application.start) <= on <= application.expires_on:
        return NOTICE
    return ""


def radiated_from(warned_on: date, warned_for: str) -> date:
    """The day from which the warning that runs ends the application."""
    return warned_radiation(warned_on, WARNINGS[warned_for])
