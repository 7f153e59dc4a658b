"""How soon the landlord says that it answers and repairs: its own figures, from a file, told before anything is sent.

`delays.toml` under PALIER_HOME when the landlord wrote one, otherwise the proposal that comes with Palier.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from palier.foundation.errors import Refusal
from palier.maintenance.words import CATEGORIES, URGENCIES

FILE: Final = "delays.toml"
_LONGEST_HOURS: Final = 24 * 31
_LONGEST_DAYS: Final = 366


class DelaysMiswritten(Refusal):
    """Le fichier delays.toml est mal rempli : {reason}. Corrigez-le, puis essayez de nouveau."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is told before sending: an answer before an instant, a repair before the end of a day."""

    answer_by: datetime
    repair_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """The landlord's figures: hours to answer by urgency, days to repair by category and urgency."""

    fixed_by: str
    emergency_phone: str
    reopen_days: int
    answer_hours: dict[str, int]
    repair_days: dict[str, dict[str, int]]

    def may_reopen(self, closed_at: datetime, *, at: datetime) -> bool:
        """True until that many days of 24 hours have passed since the end."""
        return at - closed_at <= timedelta(days=self.reopen_days)

    def days(self, category: str, urgency: str) -> int:
        """Calendar days to repair."""
        return self.repair_days.get(category, self.repair_days["EVERY"])[urgency]

    def promised(self, category: str, urgency: str, *, at: datetime) -> Promise:
        """What this landlord promises for what is reported at that instant."""
        return Promise(
            answer_by=at + timedelta(hours=self.answer_hours[urgency]),
            repair_on=at.date() + timedelta(days=self.days(category, urgency)),
        )


def delays() -> Delays:
    """The landlord's delays. Raises DelaysMiswritten."""
    own = Path(settings.PALIER_HOME) / FILE
    try:
        changed = own.stat().st_mtime_ns
    except OSError:
        own, changed = Path(__file__).with_name(FILE), 0
    return _read(own, changed)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Delays:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DelaysMiswritten(reason=str(error)) from error
    repairs = _table(told, "repair_days")
    return Delays(
        fixed_by=_text(told, "fixed_by"),
        emergency_phone=_text(told, "emergency_phone"),
        reopen_days=_number(told, "reopen_days", _LONGEST_DAYS),
        answer_hours=_by_urgency(_table(told, "answer_hours"), _LONGEST_HOURS),
        repair_days={
            name: _by_urgency(_table(repairs, name), _LONGEST_DAYS)
            for name in ("EVERY", *CATEGORIES)
            if name in repairs or name == "EVERY"
        },
    )


def _table(told: dict[str, object], name: str) -> dict[str, object]:
    found = told.get(name)
    if not isinstance(found, dict):
        raise DelaysMiswritten(reason=f"il manque [{name}]")
    return found


def _text(told: dict[str, object], name: str) -> str:
    found = told.get(name, "")
    if not isinstance(found, str):
        raise DelaysMiswritten(reason=f"{name} n’est pas un texte")
    return found


def _by_urgency(told: dict[str, object], longest: int) -> dict[str, int]:
    return {urgency: _number(told, urgency, longest) for urgency in URGENCIES}


def _number(told: dict[str, object], name: str, longest: int) -> int:
    found = told.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= longest:
        raise DelaysMiswritten(reason=f"{name} doit être un nombre entre 0 et {longest}")
    return found
