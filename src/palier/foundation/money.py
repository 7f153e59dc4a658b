"""Money in integer cents, and the one rounding Palier knows: to the nearest, ties away from zero."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from palier.foundation.errors import Refusal

Cents: TypeAlias = int

_PLAIN = re.compile(r"(-?)([0-9]+)(?:\.([0-9]{1,30}))?")
# A larger number is a slip of the keyboard, and would make every later sentence unreadable.
MOST_DIGITS = 12
_NARROW_SPACE = "\u202f"
_NO_BREAK_SPACE = "\u00a0"
_TRUE_MINUS = "\u2212"


class MalformedAmount(Refusal):
    """« {text} » n’est pas un montant : écrivez des chiffres et un point, par exemple 453.20."""


class AmountTooLarge(MalformedAmount):
    """« {text} » est un montant trop grand : il peut aller jusqu’à 999999999999.99."""


class TooManyDecimals(Refusal):
    """« {text} » a plus de deux décimales : un montant s’arrête au centime."""


def cents_from_text(text: str) -> Cents:
    """The amount in cents of a plain decimal writing ("453.20", "453", "-12.5").

    Raises MalformedAmount (words, NaN, exponent, comma), AmountTooLarge (more than twelve digits), TooManyDecimals.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is None:
        raise MalformedAmount(text=shortened(text))
    sign, whole, decimals = plain.group(1), plain.group(2), plain.group(3) or ""
    if len(whole) > MOST_DIGITS:
        raise AmountTooLarge(text=shortened(text))
    if len(decimals) > 2:
        raise TooManyDecimals(text=shortened(text))
    cents = int(whole) * 100 + int(decimals.ljust(2, "0"))
    return -cents if sign else cents


def text_from_cents(cents: Cents) -> str:
    """ "453.20": what files and the command line carry."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def euros_fr(cents: Cents) -> str:
    """« 1 234,56 € » as French typography writes it: no-break spaces, true minus."""
    whole, rest = divmod(abs(cents), 100)
    return f"{_TRUE_MINUS if cents < 0 else ''}{grouped(whole)},{rest:02d}{_NO_BREAK_SPACE}€"


def grouped(number: int) -> str:
    """« 1 234 567 »: thousands apart by narrow no-break spaces."""
    return f"{number:,}".replace(",", _NARROW_SPACE)


def decimal_fr(value: Decimal) -> str:
    """A quantity as French writes it: decimal comma, thousands by narrow spaces, true minus."""
    return f"{value:,f}".replace(",", _NARROW_SPACE).replace(".", ",").replace("-", _TRUE_MINUS)


def half_up(value: Decimal | Fraction, decimals: int = 2) -> Decimal:
    """`value` rounded to that many decimals, exactly, ties away from zero."""
    exact = Fraction(value) * 10**decimals
    scaled = rounded_quotient(exact.numerator, exact.denominator)
    return Decimal(f"{scaled}E-{decimals}")


def rounded_quotient(numerator: int, denominator: int) -> int:
    """The nearest integer to numerator ÷ denominator (positive), ties away from zero."""
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def cents_from_decimal(euros: Decimal | Fraction) -> Cents:
    """An exact result in euros, rounded half-up to the cent."""
    return int(half_up(euros, 2) * 100)


def prorata(cents: Cents, *, days: int, of: int) -> Cents:
    """The part of a monthly amount due for `days` out of `of` days, half-up to the cent."""
    return rounded_quotient(cents * days, of)


def shortened(text: str, limit: int = 40) -> str:
    """What someone typed, fit to be quoted in a sentence: printable and short."""
    printable = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[: limit + 1])
    return printable if len(text) <= limit else printable[:limit] + "…"
