"""The signs that SEPA messages may carry (EPC217-08), and how other signs are written with them."""

import re

from palier.foundation.errors import Refusal
from palier.foundation.money import shortened
from palier.foundation.text import fold

NAME_LENGTH = 70
IDENTIFIER_LENGTH = 35
REMITTANCE_LENGTH = 140
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
_NEAREST = {"&": "+", "_": "-", "–": "-", "—": "-", "«": "'", "»": "'", '"': "'", "@": "(a)", "€": "EUR", ";": ","}
_SPACES = re.compile(r" {2,}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9?:().,'+/ -]{1,35}")


class NameUnwritable(Refusal):
    """« {name} » ne peut pas s’écrire avec les caractères que les banques acceptent : donnez-le en lettres latines."""


class IdentifierUnwritable(Refusal):
    """« {value} » ne peut pas être un identifiant bancaire : 35 caractères au plus, lettres sans accent, chiffres et
    ponctuation simple, sans barre oblique au début, à la fin ni doublée."""


class _Signs(dict[int, str]):
    """One sign for another, worked out once each."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        written = sign if sign in _ALLOWED else _NEAREST.get(sign) or _plain(sign)
        self[code] = written
        return written


_SIGNS = _Signs()


def sepa_text(text: str, limit: int) -> str:
    """The text with the signs of SEPA, cut at `limit`: « Élodie d’Œuvre & fils » → "Elodie d'OEuvre + fils"."""
    return _SPACES.sub(" ", text.translate(_SIGNS)).strip()[:limit].rstrip()


def sepa_name(name: str) -> str:
    """A name of 70 signs at most. Raises NameUnwritable when no letter or digit is left of it."""
    written = sepa_text(name, NAME_LENGTH)
    if not any(sign.isalnum() for sign in written):
        raise NameUnwritable(name=shortened(name))
    return written


def sepa_identifier(value: str) -> str:
    """A RUM, an ICS, an EndToEndId, a message's name: itself, or a refusal, for it must come back as it went.

    Raises IdentifierUnwritable.
    """
    edged = value.startswith("/") or value.endswith("/") or "//" in value or value != value.strip()
    if edged or not _IDENTIFIER.fullmatch(value):
        raise IdentifierUnwritable(value=shortened(value))
    return value


def _plain(sign: str) -> str:
    folded = fold(sign)
    written = "".join(each for each in folded if each in _ALLOWED)
    if not written:
        return " "
    return written.upper() if sign.isupper() else written
