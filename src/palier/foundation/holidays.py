"""French public holidays, Easter computed, and the next working day of a deadline."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_FIXED: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
# Easter Monday, Ascension, Whit Monday.
_AFTER_EASTER: Final = (1, 39, 50)
_GOOD_FRIDAY: Final = -2


def next_working_day(on: date, *, alsace_moselle: bool = False) -> date:
    """That day, or the first one after it that is neither a week-end nor a public holiday."""
    while on.weekday() >= 5 or on in public_holidays(on.year, alsace_moselle=alsace_moselle):
        on += timedelta(days=1)
    return on


def working_days_after(on: date, days: int, *, alsace_moselle: bool = False) -> date:
    """The n-th working day after that day, which does not count itself."""
    for _ in range(days):
        on = next_working_day(on + timedelta(days=1), alsace_moselle=alsace_moselle)
    return on


@lru_cache(maxsize=256)
def public_holidays(year: int, *, alsace_moselle: bool = False) -> frozenset[date]:
    """The eleven legal holidays of a year (code du travail, art. L3133-1); two more in Alsace-Moselle (L3134-13)."""
    easter = easter_sunday(year)
    days = {date(year, month, day) for month, day in _FIXED}
    days |= {easter + timedelta(days=shift) for shift in _AFTER_EASTER}
    if alsace_moselle:
        days |= {easter + timedelta(days=_GOOD_FRIDAY), date(year, 12, 26)}
    return frozenset(days)


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
