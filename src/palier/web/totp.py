"""Codes that change every thirty seconds (RFC 6238: HMAC-SHA-1, six digits), with no clock and no database."""

import base64
import hmac
import secrets
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

STEP_SECONDS: Final = 30
DIGITS: Final = 6
# A phone's clock drifts: the code before and the code after are taken too (RFC 6238, 5.2).
TOLERANCE_STEPS: Final = 1
_SECRET_BYTES: Final = 20


def new_secret() -> str:
    """A shared secret as applications take it: base 32, no padding."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def step_of(at: datetime) -> int:
    """The number of the interval of thirty seconds that holds this instant."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """The six digits of an interval (RFC 4226, 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(secret: str, code: str, *, at: datetime, after: int | None) -> int | None:
    """The interval whose code this is, later than the last one accepted; None when the code opens nothing."""
    here = step_of(at)
    found: int | None = None
    for step in range(here - TOLERANCE_STEPS, here + TOLERANCE_STEPS + 1):
        # Every comparison is made, whatever the answer: how long it takes says nothing.
        is_it = hmac.compare_digest(code_at(secret, step), code)
        if is_it and (after is None or step > after):
            found = step
    return found


def address_for_application(secret: str, *, account: str, issuer: str) -> str:
    """What the application reads in the code it scans (`otpauth:`)."""
    told = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{issuer}:{account}')}?{told}"


def spaced(secret: str) -> str:
    """The secret by groups of four, to be typed by hand."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
