"""Until when the landlord answers a person (RGPD, art. 12-3), counted as règlement 1182/71 counts, art. 3.

A month ends on the day that bears the number of the day of receipt, or on the last day of a shorter month; a deadline
that falls on a Saturday, a Sunday or a public holiday goes to the next working day.
"""

from datetime import date, timedelta
from typing import Final

from palier.foundation.periods import after_months

MONTHS_TO_ANSWER: Final = 1
# Two further months, counted from the receipt and not from the extension (art. 12-3).
MONTHS_WHEN_EXTENDED: Final = 3
_FIXED: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))


def due_on(received_on: date, *, extended: bool = False) -> date:
    """The last day on which the answer is in time."""
    months = MONTHS_WHEN_EXTENDED if extended else MONTHS_TO_ANSWER
    return next_working_day(after_months(received_on, months))


def next_working_day(on: date) -> date:
    """That day, or the first one after it that is neither a week-end nor a public holiday."""
    while on.weekday() >= 5 or on in public_holidays(on.year):
        on += timedelta(days=1)
    return on


def public_holidays(year: int) -> frozenset[date]:
    """The eleven legal holidays of a year (code du travail, art. L3133-1)."""
    easter = easter_sunday(year)
    moving = (easter + timedelta(days=days) for days in (1, 39, 50))
    return frozenset((*moving, *(date(year, month, day) for month, day in _FIXED)))


def easter_sunday(year: int) -> date:
    """Easter in the Gregorian calendar (Meeus, Astronomical Algorithms, ch. 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    shift = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * shift) // 433
    n = (h + shift - 7 * m + 90) // 25
    return date(year, n, (h + shift - 7 * m + 33 * n + 19) % 32)


def days_left(due: date, *, on: date) -> int:
    """How many days are left; negative once the deadline has passed."""
    return (due - on).days
