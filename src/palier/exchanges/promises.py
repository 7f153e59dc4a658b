"""By when the agency says that it answers: the landlord's own working days, from a file, told before anything is sent.

`answers.toml` under PALIER_HOME when the landlord wrote one, otherwise the proposal that comes with Palier.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from palier.exchanges.words import SUBJECTS
from palier.foundation.errors import Refusal
from palier.foundation.holidays import working_days_after

FILE: Final = "answers.toml"
_LONGEST_DAYS: Final = 60
_LONGEST_REOPENING: Final = 366


class AnswersMiswritten(Refusal):
    """Le fichier answers.toml est mal rempli : {reason}. Corrigez-le, puis essayez de nouveau."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """The landlord's figures: working days to answer by subject, days to open again."""

    fixed_by: str
    reopen_days: int
    alsace_moselle: bool
    working_days: dict[str, int]

    def may_reopen(self, closed_at: datetime, *, at: datetime) -> bool:
        """True until that many days of 24 hours have passed since the end."""
        return at - closed_at <= timedelta(days=self.reopen_days)

    def answer_by(self, subject: str, *, on: date) -> date:
        """The day before whose end what is written that day is answered."""
        return working_days_after(on, self.working_days[subject], alsace_moselle=self.alsace_moselle)


def engagement() -> Engagement:
    """What the landlord promises. Raises AnswersMiswritten."""
    own = Path(settings.PALIER_HOME) / FILE
    try:
        changed = own.stat().st_mtime_ns
    except OSError:
        own, changed = Path(__file__).with_name(FILE), 0
    return _read(own, changed)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Engagement:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AnswersMiswritten(reason=str(error)) from error
    days = told.get("working_days")
    if not isinstance(days, dict):
        raise AnswersMiswritten(reason="il manque [working_days]")
    return Engagement(
        fixed_by=str(told.get("fixed_by", "")),
        reopen_days=_number(told, "reopen_days", _LONGEST_REOPENING),
        alsace_moselle=told.get("alsace_moselle") is True,
        working_days={subject: _number(days, subject, _LONGEST_DAYS) for subject in SUBJECTS},
    )


def _number(told: dict[str, object], name: str, longest: int) -> int:
    found = told.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= longest:
        raise AnswersMiswritten(reason=f"{name} doit être un nombre entre 1 et {longest}")
    return found
