"""Postal addresses as NF Z10-011 wants them: six lines, 38 characters, the last three in capitals without punctuation.

Lines: name; flat, floor, staircase; building, residence; number and street; hamlet or post box; postcode and town.
Nothing is ever cut: words are shortened by the standard's list only when the street passes 32 characters (or the line
passes 38), and a line that still does not fit is refused.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from palier.foundation.errors import Refusal
from palier.foundation.text import postal_line

LINES = 6
LINE_WIDTH = 38
STREET_WIDTH = 32

# The kind of way first, then titles: the order in which the standard shortens. The last word of a street never is.
_WAYS = {
    "ALLEE": "ALL", "AVENUE": "AV", "BOULEVARD": "BD", "CENTRE": "CTRE", "CHEMIN": "CHE", "COURS": "CRS",
    "DOMAINE": "DOM", "FAUBOURG": "FG", "HAMEAU": "HAM", "IMPASSE": "IMP", "LOTISSEMENT": "LOT", "MONTEE": "MTE",
    "PASSAGE": "PAS", "PLACE": "PL", "QUARTIER": "QUA", "RESIDENCE": "RES", "ROUTE": "RTE", "SENTIER": "SEN",
    "SQUARE": "SQ", "TERRASSE": "TSSE", "VILLAGE": "VLGE",
}  # fmt: skip
_TITLES = {
    "ADJUDANT": "ADJ", "AMIRAL": "AL", "CAPITAINE": "CAP", "COLONEL": "COL", "COMMANDANT": "CDT", "DOCTEUR": "DR",
    "GENERAL": "GAL", "INGENIEUR": "ING", "LIEUTENANT": "LT", "MADAME": "MME", "MADEMOISELLE": "MLLE",
    "MARECHAL": "MAL", "MONSEIGNEUR": "MGR", "MONSIEUR": "M", "PRESIDENT": "PDT", "PROFESSEUR": "PR", "SAINT": "ST",
    "SAINTE": "STE", "SERGENT": "SGT",
}  # fmt: skip
_PARTS = {
    "APPARTEMENT": "APT", "BATIMENT": "BAT", "ENTREE": "ENT", "ESCALIER": "ESC", "ETAGE": "ETG", "IMMEUBLE": "IMM",
    "RESIDENCE": "RES", "LOGEMENT": "LOGT",
}  # fmt: skip

# Words with which what follows a street's name begins in real stock files.
_COMPLEMENTS = frozenset({"LOT", "LOTS", "GROUPE", "GROUPES", "ILOT", "ZAC", "RECONSTITUTION", "APHP", "POLE"})

_POSTAL = re.compile(r"[A-Z0-9 ]+")
_NAME_SEPARATORS = re.compile(r"[\s’'‘ʼ.,;:/()-]+")


class AddressLineTooLong(Refusal):
    """« {line} » dépasse 38 caractères, la largeur d’une ligne d’adresse : raccourcissez-la à la source."""


class TooManyAddressLines(Refusal):
    """Cette adresse a {count} lignes : la norme postale en permet 6, réunissez l’étage et la résidence."""


class AddressIncomplete(Refusal):
    """Il manque {missing} à cette adresse : complétez-la avant d’envoyer du courrier."""


class AddressLineNotPostal(Refusal):
    """« {line} » ne convient pas aux trois dernières lignes d’une adresse : lettres capitales latines,
    chiffres, espaces."""


class PostcodeMalformed(Refusal):
    """« {postcode} » n’est pas un code postal : cinq chiffres sont attendus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """The parts of an address, as people write them; empty when there is none."""

    name: str
    unit: str = ""
    building: str = ""
    number: str = ""
    street: str
    locality: str = ""
    postcode: str
    town: str


def postal_lines(address: PostalAddress) -> tuple[str, ...]:
    """The lines to print. Raises AddressIncomplete, PostcodeMalformed, AddressLineTooLong or AddressLineNotPostal."""
    postcode = address.postcode.strip()
    if not re.fullmatch(r"[0-9]{5}", postcode):
        raise PostcodeMalformed(postcode=address.postcode)
    town = _required(postal_line(address.town), address.town, "la commune")
    street = _required(_street(address.number, address.street), address.street, "la voie")
    lines = (
        _required(_capitals(address.name), address.name, "le nom"),
        _shortened_to(_capitals(address.unit), LINE_WIDTH, _PARTS),
        _shortened_to(_capitals(address.building), LINE_WIDTH, _PARTS),
        street,
        postal_line(address.locality),
        f"{postcode} {town}",
    )
    kept = tuple(line for line in lines if line)
    refuse_unpostable(kept)
    return kept


def name_line(people: Sequence[tuple[str, str, str]]) -> str:
    """Everyone (title, first name, surname) on the first line of the address; first names, then others, give way.

    The letter itself names them all.
    """
    full = [_joined(title, first, last) for title, first, last in people]
    initials = [_joined(title, first[:1], last) for title, first, last in people]
    surnames = [_joined(title, "", last) for title, _, last in people]
    others = " ET AUTRES" if len(people) > 2 else " ET AUTRE"
    ways = [" ET ".join(names) for names in (full, initials, surnames)]
    if len(people) > 1:
        ways += [names[0] + others for names in (full, initials, surnames)]
    ways.append(people[0][2] if people else "")
    # Measured as it is printed: « Œ » takes two letters.
    return next((line for line in ways if len(postal_line(line)) <= LINE_WIDTH), ways[-1])


def building_line(*, residence: str, building: str, address: str) -> str:
    """« RESIDENCE LES TILLEULS BATIMENT A »; the building alone when the name is the street's, or holds no line.

    The postman finds the door by the street and the building: the residence's name helps and is not needed.
    """
    alone = f"BATIMENT {building}"
    is_street = residence.casefold() in address.casefold()
    return (
        alone if is_street or len(f"RES {residence} BAT {building}") > LINE_WIDTH else f"RESIDENCE {residence} {alone}"
    )


def street_lines(street: str) -> tuple[str, str]:
    """The street's line and, when its complements do not hold in it, what goes on to the line of the hamlet.

    Nothing is cut off: the second line begins at a complement (lot, group, block…) when it can, else at a word.
    A street that two lines do not hold comes back whole, for `postal_lines` to refuse.
    """
    line = _street("", street)
    if len(line) <= LINE_WIDTH:
        return line, ""
    words = line.split()
    at_complement = [rank for rank, word in enumerate(words) if rank and word in _COMPLEMENTS]
    anywhere = range(len(words) - 1, 0, -1)
    for rank in (*at_complement, *anywhere):
        first, second = " ".join(words[:rank]), " ".join(words[rank:])
        if len(first) <= LINE_WIDTH and len(second) <= LINE_WIDTH:
            return first, second
    return line, ""


def home_lines(
    people: Sequence[tuple[str, str, str]],
    *,
    door: str,
    floor: int | None,
    building: str,
    residence: str,
    address: str,
    postcode: str,
    town: str,
) -> tuple[str, ...]:
    """The lines of a home’s envelope, in these people’s names (title, first name, surname), as every letter has them.

    `address` is the street with its number. Raises what `postal_lines` raises.
    """
    street, more = street_lines(address)
    return postal_lines(
        PostalAddress(
            name=name_line(people),
            unit=f"APPARTEMENT {door}" + (f" ETAGE {floor}" if floor else ""),
            building=building_line(residence=residence, building=building, address=address),
            street=street,
            locality=more,
            postcode=postcode,
            town=town,
        )
    )


def over_two_lines(line: str) -> tuple[str, ...]:
    """A line as it was written, over two when one does not hold it, broken between words.

    What two lines do not hold comes back whole, for `refuse_too_wide` to refuse.
    """
    if len(line) <= LINE_WIDTH:
        return (line,)
    words = line.split()
    for rank in range(len(words) - 1, 0, -1):
        first, second = " ".join(words[:rank]), " ".join(words[rank:])
        if len(first) <= LINE_WIDTH and len(second) <= LINE_WIDTH:
            return first, second
    return (line,)


def refuse_too_wide(line: str) -> None:
    """Raises AddressLineTooLong."""
    if len(line) > LINE_WIDTH:
        raise AddressLineTooLong(line=line)


def refuse_unpostable(lines: Sequence[str]) -> None:
    """Raises TooManyAddressLines, AddressIncomplete, AddressLineTooLong or AddressLineNotPostal."""
    if len(lines) > LINES:
        raise TooManyAddressLines(count=len(lines))
    # The shortest address there is: a name, a street, a town.
    if len(lines) < 3 or not all(line.strip() for line in lines):
        raise AddressIncomplete(missing="une ligne")
    for line in lines:
        refuse_too_wide(line)
    for line in lines[-3:] if len(lines) > 3 else lines[-2:]:
        if not _POSTAL.fullmatch(line):
            raise AddressLineNotPostal(line=line)


def _joined(title: str, first_name: str, last_name: str) -> str:
    return " ".join(part for part in (title, first_name, last_name) if part)


def _required(line: str, given: str, missing: str) -> str:
    if line:
        return line
    if given.strip():
        raise AddressLineNotPostal(line=given)
    raise AddressIncomplete(missing=missing)


def _capitals(text: str) -> str:
    """A line above the street: capitals without punctuation; Latin letters lose their accents, others stay as they are.

    A postman reads the street; a name in Greek or Cyrillic stays the name its bearer writes.
    """
    words = _NAME_SEPARATORS.sub(" ", unicodedata.normalize("NFC", text))
    return " ".join(_word(word) for word in words.split())


def _word(word: str) -> str:
    bare = postal_line(word)
    # postal_line keeps nothing but A-Z and digits: a letter it dropped is of another script.
    letters = sum(sign.isalnum() for sign in word)
    return bare if len(bare.replace(" ", "")) >= letters else word.upper()


def _street(number: str, street: str) -> str:
    """Number and street on one line, shortened only when the standard allows it."""
    way = postal_line(street)
    prefix = postal_line(number)
    room = min(STREET_WIDTH, LINE_WIDTH - len(prefix) - 1) if prefix else STREET_WIDTH
    for words in (_WAYS, _TITLES):
        way = _shortened_to(way, room, words)
    return f"{prefix} {way}".strip() if way else ""


def _shortened_to(line: str, width: int, table: dict[str, str]) -> str:
    """`line` with words of the table shortened from the left until it fits; its last word is never touched."""
    words = line.split()
    for rank, word in enumerate(words[:-1]):
        if len(" ".join(words)) <= width:
            break
        words[rank] = table.get(word, word)
    return " ".join(words)
