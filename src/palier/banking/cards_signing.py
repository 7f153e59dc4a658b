"""How Palier and the card gateway sign what they say to each other: HMAC-SHA-256 under a secret that both hold."""

import hashlib
import hmac
from datetime import datetime
from typing import Final

# What was signed longer ago is refused: someone may be saying it again. Two clocks differ by less.
WINDOW_SECONDS: Final = 300
DATE_HEADER: Final = "Palier-Date"
SIGNATURE_HEADER: Final = "Palier-Signature"
# A notification is signed for this, a request for its method and path: one never passes for the other.
NOTICE: Final = "NOTICE"


def signature(key: bytes, *, purpose: str, sent_at: int, body: bytes) -> str:
    """What signs these bytes, sent at that second for that purpose."""
    said = f"{purpose}\n{sent_at}\n{hashlib.sha256(body).hexdigest()}"
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def is_signed(key: bytes, *, purpose: str, sent_at: str, body: bytes, given: str, at: datetime) -> bool:
    """True when `given` signs the bytes, and was made just now. Compared in constant time."""
    if not (sent_at.isascii() and sent_at.isdecimal() and len(sent_at) <= 12):
        return False
    expected = signature(key, purpose=purpose, sent_at=int(sent_at), body=body)
    is_theirs = hmac.compare_digest(expected.encode(), given.encode())
    return is_theirs and abs(at.timestamp() - int(sent_at)) <= WINDOW_SECONDS
