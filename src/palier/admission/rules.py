"""The code of a letter, as it is printed and as people type it; what is shown of a telephone or of an address.

Thirty-two signs that nobody takes for one another: neither I nor O, neither 0 nor 1. A code has sixteen of them: five
that find the letter, ten that only the letter holds (fifty bits), one that betrays a slip of the finger.
"""

import re
from datetime import timedelta
from typing import Final

LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
SELECTOR: Final = 5
SECRET: Final = 10
_GROUP: Final = 4
_LENGTH: Final = SELECTOR + SECRET + 1
LETTER_SERVES: Final = timedelta(days=60)
MOST_WRONG: Final = 10
# A code sent to a telephone or to a mailbox.
SENT_DIGITS: Final = 6
SENT_SERVES: Final = timedelta(minutes=15)
# A slip handed over at the agency: the letter may still be on its way.
SLIP_DIGITS: Final = 8
SLIP_SERVES: Final = timedelta(days=15)
# Between the code and the end of the choice.
STAGE_LASTS: Final = timedelta(minutes=30)


def with_its_check(selector: str, secret: str) -> str:
    """The whole code: what finds the letter, what only the letter holds, the sign that checks both."""
    body = selector + secret
    return body + _check(body)


def shown(code: str) -> str:
    """By groups of four: « K7QX-4MPR-W9TD-EF3H »."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def typed_code(typed: str) -> str | None:
    """The sixteen signs of what was typed, whatever its spaces, dashes and small letters; None when it is no code."""
    code = re.sub(r"[\s.\-–—‑_]", "", typed).upper()
    if len(code) != _LENGTH or any(sign not in LETTERS for sign in code):
        return None
    return code if _check(code[:-1]) == code[-1] else None


def typed_number(typed: str, *, digits: int) -> str | None:
    """The figures of what was typed; None when they are not as many as expected."""
    number = re.sub(r"[\s.\-–—‑]", "", typed)
    return number if len(number) == digits and number.isascii() and number.isdecimal() else None


def hint_of(channel: str, value: str) -> str:
    """What is shown of a way to reach someone: enough for them to know it, too little to use it."""
    if channel == "EMAIL":
        name, _, place = value.partition("@")
        return f"{name[:1]}•••@{place[:1]}•••" if place else ""
    digits = re.sub(r"[^0-9]", "", value)
    return f"•• •• •• •• {digits[-2:]}" if len(digits) >= 9 else ""


def same_way(channel: str, value: str) -> str:
    """One spelling of a way to reach someone, to tell whether two people share it."""
    if channel == "EMAIL":
        return value.strip().lower()
    digits = re.sub(r"[^0-9]", "", value)
    # « +33 6 » and « 06 » are one telephone.
    return digits[-9:]


def _check(body: str) -> str:
    """The sign that a wrong sign or two neighbours exchanged would change: weights that are odd, hence invertible."""
    weighed = sum((2 * rank + 1) * LETTERS.index(sign) for rank, sign in enumerate(body))
    return LETTERS[weighed % len(LETTERS)]


def letter_number(letter_id: int) -> str:
    """« LA-000123 »: says of nobody who they are."""
    return f"LA-{letter_id:06d}"
