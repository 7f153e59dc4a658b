"""Calendar months and days counted both ends included."""

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from palier.foundation.errors import Refusal
from palier.foundation.money import shortened

_MONTHS_FR = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
# Monday first, as date.weekday() counts.
DAYS_FR = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


class MalformedMonth(Refusal):
    """« {text} » n’est pas un mois : écrivez l’année et le mois, par exemple 2026-11."""


class MalformedDay(Refusal):
    """« {text} » n’est pas une date : écrivez l’année, le mois et le jour, par exemple 2026-11-30."""


class DayNotInCalendar(MalformedDay):
    """« {text} » n’existe pas dans le calendrier : vérifiez le jour et le mois."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, from its first to its last day included."""

    year: int
    month: int
    # Kept rather than computed: a run asks for them hundreds of thousands of times.
    first_day: date = field(init=False, repr=False, compare=False)
    last_day: date = field(init=False, repr=False, compare=False)
    days: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not (_FIRST_YEAR <= self.year <= _LAST_YEAR and 1 <= self.month <= 12):
            raise MalformedMonth(text=f"{self.year}-{self.month}")
        days = calendar.monthrange(self.year, self.month)[1]
        object.__setattr__(self, "first_day", date(self.year, self.month, 1))
        object.__setattr__(self, "last_day", date(self.year, self.month, days))
        object.__setattr__(self, "days", days)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """The month written "2026-11". Raises MalformedMonth."""
        written = _MONTH.fullmatch(text)
        if written is None:
            raise MalformedMonth(text=shortened(text))
        return cls(int(written.group(1)), int(written.group(2)))

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month that contains the day."""
        return cls(day.year, day.month)

    def previous(self) -> "Month":
        """The month before."""
        return Month.of(self.first_day - timedelta(days=1))

    def next(self) -> "Month":
        """The month after."""
        return Month.of(self.last_day + timedelta(days=1))

    def label_fr(self) -> str:
        """« novembre 2026 »."""
        return f"{_MONTHS_FR[self.month - 1]} {self.year}"

    def of_fr(self) -> str:
        """« de novembre 2026 », « d’octobre 2026 »: the month after a noun."""
        label = self.label_fr()
        return f"d’{label}" if label[0] in "ao" else f"de {label}"

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def after_months(day: date, months: int) -> date:
    """The same day number so many months later, or the last of a shorter month: as PostgreSQL adds an interval."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def parse_day(text: str) -> date:
    """The day written "2026-11-30". Raises MalformedDay, DayNotInCalendar."""
    if not _DAY.fullmatch(text):
        raise MalformedDay(text=shortened(text))
    try:
        return date.fromisoformat(text)
    except ValueError as impossible:
        raise DayNotInCalendar(text=text) from impossible


def day_fr(day: date) -> str:
    """« 30/11/2026 »."""
    return f"{day:%d/%m}/{day.year:04d}"


def day_with_name_fr(day: date) -> str:
    """« lundi 30 novembre 2026 »: only the first of the month has an ordinal in French."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{DAYS_FR[day.weekday()]} {number}\u00a0{_MONTHS_FR[day.month - 1]} {day.year}"
