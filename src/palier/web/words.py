"""How amounts, dates and surfaces are written on screen. Nothing here reads the clock.

In French, but on the tenants’ site in the language that the person chose: dates in its words, figures as on the paper.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.utils import translation
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext

from palier.foundation.clock import PARIS, day_of, hour_fr
from palier.foundation.money import decimal_fr, euros_fr, half_up
from palier.foundation.periods import DAYS_FR, Month, day_fr

NOTHING: Final = "–"
NBSP: Final = "\u00a0"
MONTHS_SHORT: Final = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip


def _french() -> bool:
    return translation.get_language() in (None, "fr")


def isolated(text: str) -> str:
    """Figures inside a sentence written from right to left: what `<bdi>` does, in attributes and sentences too."""
    return f"\u2066{text}\u2069" if translation.get_language_bidi() else text


def amount(cents: int | None, *, signed: bool = False) -> str:
    """An amount in cents as "1 234,56", without unit (it stands in the header). "–" for None, "0,00" for zero.

    `signed` writes "+" before a gain, for differences and balances.
    """
    if cents is None:
        return NOTHING
    plus = "+" if signed and cents > 0 else ""
    return plus + euros_fr(cents).removesuffix("€").rstrip()


def euros(cents: int | None, *, signed: bool = False) -> str:
    """An amount in cents as "1 234,56 €". "–" for None."""
    return NOTHING if cents is None else isolated(f"{amount(cents, signed=signed)}{NBSP}€")


def capital(text: str) -> str:
    """A label at the head of a line: its first letter alone changes, « l’ICS », « BIC » and « Palier » stay."""
    return text[:1].upper() + text[1:]


def number(value: int | Decimal | None, *, decimals: int = 0, signed: bool = False) -> str:
    """A quantity with French separators: thousands apart, decimal comma, true minus. "–" for None."""
    if value is None:
        return NOTHING
    plus = "+" if signed and value > 0 else ""
    return plus + decimal_fr(half_up(Decimal(value), decimals))


def percent(value: Decimal | None, *, decimals: int = 1) -> str:
    """A share given as a percentage already (12.5 means 12,5 %)."""
    return NOTHING if value is None else isolated(f"{number(value, decimals=decimals)}{NBSP}%")


def surface(m2: Decimal | int | None) -> str:
    """A surface as "62,4 m²": two decimals at most, no trailing zero beyond the first."""
    if m2 is None:
        return NOTHING
    text = number(Decimal(m2), decimals=2)
    return isolated(f"{text.removesuffix('0')}{NBSP}m²")


def _landlords_day(on: date) -> date:
    """The day itself, or an instant's in the landlord's time: the database answers in universal time."""
    return day_of(on) if isinstance(on, datetime) else on


def day_short(on: date | None) -> str:
    """ "14/03/2019"."""
    return NOTHING if on is None else day_fr(_landlords_day(on))


def ordinal_day(on: date) -> str:
    """ "1er" or "24": only the first of the month has an ordinal in French."""
    return "1er" if on.day == 1 else str(on.day)


def day_long(on: date | None, *, with_year: bool = True) -> str:
    """ "lundi 30 novembre 2026", or without its year."""
    if on is None:
        return NOTHING
    on = _landlords_day(on)
    if not _french():
        return date_format(on, "l j F Y" if with_year else "l j F")
    text = f"{DAYS_FR[on.weekday()]} {ordinal_day(on)}{NBSP}{Month.of(on).label_fr().split()[0]}"
    return f"{text} {on.year}" if with_year else text


def day_brief(on: date | None) -> str:
    """ "21 nov.": inside a line where the year is known."""
    if on is None:
        return NOTHING
    on = _landlords_day(on)
    return f"{ordinal_day(on)}{NBSP}{MONTHS_SHORT[on.month - 1]}" if _french() else date_format(on, "j M")


def hour(at: datetime | None) -> str:
    """ "8 h 02", in the landlord's time, whatever the zone the instant carries."""
    if at is None:
        return NOTHING
    return hour_fr(_local(at)) if _french() else date_format(_local(at), "H:i")


def instant(at: datetime | None) -> str:
    """ "21/11/2026, 8 h 12", in the landlord's time."""
    return NOTHING if at is None else f"{day_short(_local(at).date())}, {hour(at)}"


def _local(at: datetime) -> datetime:
    """The database answers in universal time; an instant without a zone is taken as local."""
    return at.astimezone(PARIS) if at.tzinfo is not None else at


def month(on: date | None) -> str:
    """ "novembre 2026", for the month a day belongs to."""
    if on is None:
        return NOTHING
    return Month.of(on).label_fr() if _french() else date_format(on, "F Y")


def of_month(on: date | None) -> str:
    """ "de novembre 2026", "d’octobre 2026", after a noun; the bare month in another language."""
    if on is None:
        return NOTHING
    return Month.of(on).of_fr() if _french() else month(on)


def seconds(duration: float) -> str:
    """ "9,4 s", "3 min 20 s"."""
    if duration < 60:
        return f"{number(Decimal(str(duration)), decimals=1)}{NBSP}s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes}{NBSP}min{NBSP}{rest}{NBSP}s"


def weight(size: int) -> str:
    """What a file weighs: « 12 Ko », « 1,1 Mo »."""
    if size < 1_000_000:
        return gettext("%(size)s\u00a0Ko") % {"size": number(max(1, round(size / 1000)))}
    return gettext("%(size)s\u00a0Mo") % {"size": number(Decimal(size) / 1_000_000, decimals=1)}


def count(quantity: int, singular: str, plural: str = "") -> str:
    """ "1 bail", "24 618 baux", "0 bail": French keeps the singular below two."""
    word = singular if abs(quantity) < 2 else plural or f"{singular}s"
    return f"{number(quantity)}{NBSP}{word}"
