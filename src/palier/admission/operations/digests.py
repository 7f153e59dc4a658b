"""What is kept of a code: a digest under the house's key, that a copy of the tables alone cannot try codes against."""

import hmac
import secrets

from palier.admission.rules import LETTERS, SECRET, SELECTOR, with_its_check
from palier.foundation.sealing import keyed_digest, sealed, unsealed

# The name of the secret's file.
_UNDER = "access_letters_key"


def new_code() -> str:
    """Sixteen signs, drawn for one letter."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(SELECTOR + SECRET))
    return with_its_check(drawn[:SELECTOR], drawn[SELECTOR:])


def new_number(digits: int) -> str:
    """So many figures, the first zeros included."""
    return "".join(secrets.choice("0123456789") for _ in range(digits))


def digest_of(kind: str, told: str) -> str:
    """What is kept in place of a code, of a number or of a contact."""
    return keyed_digest(f"{kind}\x00{told}".encode(), under=_UNDER)


def is_digest_of(kept: str, kind: str, told: str) -> bool:
    """True when it is this one; as long whatever the answer."""
    return hmac.compare_digest(kept, digest_of(kind, told))


def sealed_code(code: str) -> bytes:
    """The code until it is printed."""
    return sealed(code.encode("ascii"), under=_UNDER)


def unsealed_code(kept: bytes | memoryview) -> str:
    """The code behind it. Raises SealBroken."""
    return unsealed(kept, under=_UNDER).decode("ascii")
