"""The numbers under which the CAF pays: kept as digests, recognised and never read."""

from palier.foundation.sealing import keyed_digest

_KEPT_UNDER = "aid_number_key"
_SHOWN = 3


def number_digest(landlord_code: str, number: str) -> str:
    """A beneficiary's number as it is kept: recognised, never read."""
    return keyed_digest(f"{landlord_code}|{number}".encode(), under=_KEPT_UNDER)


def number_end(number: str) -> str:
    """The last characters, for a person to recognise it."""
    return number[-_SHOWN:]
