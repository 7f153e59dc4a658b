"""Addresses as open data writes them: no number, several streets, a block's name before, a line break inside."""

import re
from dataclasses import dataclass

from palier.foundation.text import fold, postal_line

KINDS = {
    "ALL": "ALLEE",
    "ALLEE": "ALLEE",
    "ALLEES": "ALLEES",
    "AV": "AVENUE",
    "AVE": "AVENUE",
    "AVENUE": "AVENUE",
    "BD": "BOULEVARD",
    "BLD": "BOULEVARD",
    "BOULEVARD": "BOULEVARD",
    "CHEMIN": "CHEMIN",
    "CITE": "CITE",
    "COUR": "COUR",
    "COURS": "COURS",
    "ESPLANADE": "ESPLANADE",
    "HAMEAU": "HAMEAU",
    "IMP": "IMPASSE",
    "IMPASSE": "IMPASSE",
    "MAIL": "MAIL",
    "PASS": "PASSAGE",
    "PASSAGE": "PASSAGE",
    "PL": "PLACE",
    "PLACE": "PLACE",
    "QUAI": "QUAI",
    "ROUTE": "ROUTE",
    "RUE": "RUE",
    "RUELLE": "RUELLE",
    "SENTE": "SENTE",
    "SENTIER": "SENTIER",
    "SQ": "SQUARE",
    "SQUARE": "SQUARE",
    "VILLA": "VILLA",
    "VOIE": "VOIE",
}
SUFFIX = r"(?:,? ?(?:BIS|TER|QUATER)| ?[A-F](?![A-Z']))?"
NUMBER = rf"\d{{1,4}}{SUFFIX}"
JOINT = r" ?(?:[-,/]| ET | A ) ?"
NUMBERS = rf"{NUMBER}(?:{JOINT}{NUMBER})*"
# A street begins at its numbers, or, when it has none, at its kind.
STREET = re.compile(
    rf"(?:(?<!LOT )(?P<numbers>\b{NUMBERS}) ?,? ?)?\b(?P<kind>{'|'.join(sorted(KINDS, key=len, reverse=True))})\b"
)
ACCENTED = {"ALLEE": "allée", "ALLEES": "allées", "CITE": "cité"}
SMALL_WORDS = frozenset(
    {"DE", "DU", "DES", "LA", "LE", "LES", "ET", "À", "AU", "AUX", "SUR", "EN", "BIS", "TER", "QUATER"}
)
KEPT_WORDS = frozenset({"ZAC", "FJT", "RS", "EHPAD", "SNCF", "HLM", "RATP", "CROUS"})
ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """One street of an address: "16-20", "RUE DES MEUNIERS". Numbers are empty when the file has none."""

    numbers: str
    name: str

    @property
    def label(self) -> str:
        spaced = re.sub(r"(\d)(BIS|TER|QUATER)\b", r"\1 \2", self.numbers).replace(" A ", " À ")
        return readable(f"{spaced.replace('-', ' - ') if 'BIS-' in spaced or 'TER-' in spaced else spaced} {self.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What an address field holds. `raw` is the field itself, `complement` what comes before the first street."""

    raw: str
    complement: str
    streets: tuple[Street, ...]

    @property
    def main(self) -> str:
        """The first street that has a number, else the first street, else the field as it is."""
        numbered = next((street for street in self.streets if street.numbers), None)
        street = numbered or next(iter(self.streets), None)
        return street.label if street else readable(flat(self.raw))

    @property
    def name(self) -> str:
        """What people call the place: its main street, after the block's name when it has one."""
        return f"{readable(self.complement)}, {self.main}" if self.complement else self.main


def parse_address(raw: str) -> Address:
    """Cut an address field into its streets. Never fails: a field without any street keeps its text."""
    text = flat(raw)
    matches = [match for match in STREET.finditer(text) if _begins_a_street(text, match)]
    if not matches:
        return Address(raw=raw, complement="", streets=())
    ends = [match.start() for match in matches[1:]] + [len(text)]
    streets = tuple(
        Street(numbers=_numbers(match["numbers"] or ""), name=_name(match["kind"], text[match.end() : end]))
        for match, end in zip(matches, ends, strict=True)
    )
    return Address(raw=raw, complement=_trimmed(text[: matches[0].start()]), streets=streets)


def normalised(raw: str) -> str:
    """The address as a key: capitals, no accent, no punctuation, one spelling for each kind of street.

    Keys are stored: a change here makes known programmes unknown, so it comes with a migration of `import_key`.
    """
    words = postal_line(raw).split()
    return " ".join(KINDS.get(word, "FAUBOURG" if word in {"FG", "FBG"} else word) for word in words)


def flat(raw: str) -> str:
    """Capitals without accents, on one line."""
    return " ".join(fold(raw).upper().split())


def readable(text: str) -> str:
    """Capitals turned into ordinary French spelling: "RUE DE L'OURCQ" is "rue de l’Ourcq"."""
    words = [_readable_word(word) for word in text.split()]
    return " ".join(words)[:1].upper() + " ".join(words)[1:]


def _readable_word(word: str) -> str:
    if word.startswith("("):
        return f"({_readable_word(word[1:])}"
    if word in KINDS:
        return ACCENTED.get(KINDS[word], KINDS[word].lower())
    if word in SMALL_WORDS:
        return word.lower()
    if word in KEPT_WORDS or re.search(r"[\d.]", word) or ROMAN.fullmatch(word):
        return word
    if len(word) > 2 and word[1] == "'" and word[0] in "DL":
        return f"{word[0].lower()}’{_readable_word(word[2:])}"
    return "-".join(part.capitalize() for part in word.split("-"))


def _begins_a_street(text: str, match: re.Match[str]) -> bool:
    """A kind of street inside a name ("PORTE DE LA PLACE") is not a new street unless it carries numbers."""
    if match["numbers"]:
        return True
    before = text[: match.start()].rstrip()
    previous = re.sub(r"[^A-Z']", " ", before).split()
    return not previous or previous[-1] not in SMALL_WORDS | {"L'", "D'"}


def _numbers(written: str) -> str:
    return re.sub(r" ?- ?", "-", written.strip(" ,")).replace(" , ", ", ")


def _name(kind: str, rest: str) -> str:
    return f"{KINDS[kind]} {_trimmed(rest)}".strip()


def _trimmed(text: str) -> str:
    return re.sub(r"(?: ET| ANGLE| -|,|/| )+$", "", text.strip(" ,-/")).strip(" ,-/")
