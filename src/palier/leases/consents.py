"""What a tenant may agree to for a lease, family by family, and the texts of it, kept word for word.

Paper is the default: nothing is presumed, each family is agreed to by itself (loi du 6 juillet 1989, art. 21).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from palier.foundation.errors import Refusal

_TEXTS: Final = Path(__file__).parent / "consent_texts"


class NoTextInForce(Refusal):
    """Aucun texte n’était proposé pour cet accord à cette date : choisissez une date plus récente."""


class TextChanged(Exception):
    """The bytes of a text are no longer those that people agreed to."""


class Family(StrEnum):
    """What one agreement covers, and nothing beyond it."""

    # Documents of the lease: online once every holder agreed.
    NOTICES = "NOTICES"
    RECEIPTS = "RECEIPTS"
    LETTERS = "LETTERS"
    # One's own: a copy elsewhere, being told. They never replace paper.
    VAULT = "VAULT"
    EMAIL = "EMAIL"
    DEVICE = "DEVICE"


DOCUMENTS: Final = (Family.NOTICES, Family.RECEIPTS, Family.LETTERS)
ONES_OWN: Final = (Family.VAULT, Family.EMAIL, Family.DEVICE)
FAMILIES_FR: Final[Mapping[Family, str]] = {
    Family.NOTICES: "Avis d’échéance",
    Family.RECEIPTS: "Quittances et reçus",
    Family.LETTERS: "Courriers du bailleur",
    Family.VAULT: "Copie vers un coffre externe",
    Family.EMAIL: "Prévenir par courriel",
    Family.DEVICE: "Prévenir sur l’appareil",
}


class Word(StrEnum):
    GIVEN = "GIVEN"
    WITHDRAWN = "WITHDRAWN"


WORDS_FR: Final[Mapping[Word, str]] = {Word.GIVEN: "donné", Word.WITHDRAWN: "retiré"}


class Means(StrEnum):
    """How the word reached the landlord."""

    SPACE = "SPACE"
    PAPER = "PAPER"
    COUNTER = "COUNTER"
    # Said by a file of the former system, whose text was not kept.
    TAKEOVER = "TAKEOVER"


MEANS_FR: Final[Mapping[Means, str]] = {
    Means.SPACE: "dans l’espace du locataire",
    Means.PAPER: "par un papier signé",
    Means.COUNTER: "au guichet",
    Means.TAKEOVER: "repris de l’ancien système",
}
# What an agent may write down: someone else's click is never theirs.
BY_AN_AGENT: Final = (Means.PAPER, Means.COUNTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """One version of one text, with the digest of its bytes."""

    family: Family
    version: int
    first_day: date
    sha256: str
    body: str

    @property
    def paragraphs(self) -> list[str]:
        return [each for each in self.body.split("\n\n") if each.strip()]


@cache
def texts() -> tuple[ConsentText, ...]:
    """Every version of every text, oldest first. Raises TextChanged when a file is not the one that was agreed to."""
    declared = tomllib.loads((_TEXTS / "texts.toml").read_text(encoding="utf-8"))["text"]
    return tuple(_read(each) for each in declared)


def _read(declared: Mapping[str, object]) -> ConsentText:
    family, version = Family(str(declared["family"])), int(str(declared["version"]))
    raw = (_TEXTS / f"{family.lower()}-{version}.txt").read_bytes()
    digest = sha256(raw).hexdigest()
    if digest != declared["sha256"]:
        raise TextChanged(f"{family} version {version}")
    return ConsentText(
        family=family,
        version=version,
        first_day=date.fromisoformat(str(declared["first_day"])),
        sha256=digest,
        body=raw.decode("utf-8").rstrip("\n"),
    )


def text_in_force(family: Family, *, on: date) -> ConsentText:
    """The newest text of the family that was proposed that day. Raises NoTextInForce."""
    proposed = [each for each in texts() if each.family is family and each.first_day <= on]
    if not proposed:
        raise NoTextInForce
    return proposed[-1]


def text_kept(family: Family, version: int) -> ConsentText | None:
    """The text that a word was said on; None for a word taken over without its text."""
    return next((each for each in texts() if each.family is family and each.version == version), None)
