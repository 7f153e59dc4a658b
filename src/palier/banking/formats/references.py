"""References that carry their own proof: RF (ISO 11649) wherever a payer has put it, and IBAN (ISO 13616)."""

import re

_START = re.compile(r"(?<![A-Z0-9])RF[0-9]{2}")
_TOGETHER = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}(?![A-Z0-9])")
# Printed references go by fours; the last group alone may be shorter.
_BY_FOURS = re.compile(r"RF[0-9]{2}(?: [A-Z0-9]{4}){0,5}(?: [A-Z0-9]{1,4})?(?![A-Z0-9])")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_RF = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")
# ISO 7064: each letter counts for two digits, A is 10, Z is 35.
_DIGITS = {ord(sign): str(int(sign, 36)) for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def iban_is_sound(number: str) -> bool:
    """Whether an IBAN, in capitals and without spaces, has its shape and its check digits."""
    return bool(_IBAN.fullmatch(number)) and _checks(number)


def rf_is_sound(reference: str) -> bool:
    """Whether an RF reference, in capitals and without spaces, has its shape and its check digits."""
    return bool(_RF.fullmatch(reference)) and _checks(reference)


def _checks(number: str) -> bool:
    """ISO 7064 modulo 97-10, the first four signs moved to the end: one rule for IBAN and RF."""
    return int((number[4:] + number[:4]).translate(_DIGITS)) % 97 == 1


def squeezed(text: str) -> str:
    """A text without the spaces around it and with one between its words."""
    return " ".join(text.split())


def structured_reference(text: str) -> str:
    """A reference given as such: without its spaces, or "" when its check digits are wrong or it is of another kind."""
    compact = re.sub(r"\s", "", text).upper()
    return compact if rf_is_sound(compact) else ""


def reference_in(text: str) -> str:
    """The one sound RF reference of a free text, in one piece or printed by fours; "" when there is none or several.

    >>> reference_in("LOYER NOV RF18 5390 0754 7034 MERCI")
    'RF18539007547034'
    """
    said = text.upper()
    if "RF" not in said:
        return ""
    found = {reference for start in _START.finditer(said) for reference in _readings(said, start.start())}
    return found.pop() if len(found) == 1 else ""


def _readings(said: str, start: int) -> set[str]:
    together = _TOGETHER.match(said, start)
    if together:
        return {together.group()} if rf_is_sound(together.group()) else set()
    by_fours = _BY_FOURS.match(said, start)
    if by_fours is None:
        return set()
    groups = by_fours.group().split(" ")
    # A word of four letters may follow the reference: each length is tried, the check digits choose.
    joined = ("".join(groups[:count]) for count in range(2, len(groups) + 1))
    return {reference for reference in joined if rf_is_sound(reference)}
