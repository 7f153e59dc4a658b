"""Palier's own headings beside the format's: where, why, with which proofs. In a namespace of their own.

The public example shows no place, no motive and no priority. Until the State's specification says how they travel,
Palier writes them so in the files it makes to try itself; a file without them is read all the same.
"""

from datetime import date

from lxml import etree

from palier.demandes.imports.codes import COMPLEMENT
from palier.demandes.imports.reading import Reader
from palier.demandes.imports.record import Asked, Dwelling
from palier.demandes.rules.identity import NotACommune, written_commune
from palier.demandes.rules.words import HOUSING, MOTIVES, NEEDS, PRIORITIES

_PREFIX = f"{{{COMPLEMENT}}}"
_PROOFS = frozenset({"DECLARED", "PROVED", "REJECTED"})
_STAYS = frozenset({"UNCHECKED", "REGULAR", "IRREGULAR"})
_MOST_COMMUNES, _MOST_ROOMS = 30, 30
_LAST_DAY = date(2100, 12, 31)


def asked_of(demande: etree._Element, reader: Reader) -> Asked:
    """What is asked for, why, and what is proved of it."""
    holder = demande.find(f"{_PREFIX}complement")
    if holder is None:
        return Asked()
    children = reader.children(holder, "complement", prefix=_PREFIX)
    rooms = children.get("pieces")
    disabled = reader.count(children, "invalidites", most=20)
    return Asked(
        is_told=True,
        communes=tuple(dict.fromkeys(_communes(holder, reader))),
        motives=_stated(holder, reader, "motif", MOTIVES),
        priorities=_stated(holder, reader, "priorite", PRIORITIES),
        needs=_stated(holder, reader, "besoin", NEEDS),
        rooms_min=_rooms(rooms, reader, "min"),
        rooms_max=_rooms(rooms, reader, "max"),
        highest_cost_cents=reader.cents(children, "loyerMaximal"),
        disabled=disabled or 0,
        is_transfer="mutation" in children,
    )


def housing_of(demande: etree._Element, reader: Reader, dwelling: Dwelling) -> Dwelling:
    """The dwelling, with the situation that the format's public codes cannot tell."""
    holder = demande.find(f"{_PREFIX}complement")
    element = holder.find(f"{_PREFIX}logement") if holder is not None else None
    if element is None:
        return dwelling
    code = (element.get("code") or "").strip()
    if code not in HOUSING:
        reader.keep_unknown(element, "logement", code)
        return dwelling
    return dwelling._replace(housing=code)


def stays_of(demande: etree._Element, reader: Reader, on: date) -> dict[int, tuple[str, date | None]]:
    """By rank of the adult: what was checked of their stay, and until when it is valid."""
    found: dict[int, tuple[str, date | None]] = {}
    if (holder := demande.find(f"{_PREFIX}complement")) is None:
        return found
    for element in holder.iterchildren(f"{_PREFIX}sejour"):
        rank, state = (element.get("rang") or "").strip(), (element.get("etat") or "").strip()
        if not rank.isdecimal() or len(rank) > 2 or state not in _STAYS:
            reader.refuse(element, "sejour", f"{rank} {state}", "ce séjour ne dit pas de qui, ou pas son état.")
            continue
        until = None
        if said := element.get("jusquau"):
            told = etree.Element("jusquau")
            told.text = said
            until = reader.day({"jusquau": told}, "jusquau", last=_LAST_DAY, first=date(1980, 1, 1))
        found[int(rank)] = (state, until)
    return found


def _communes(holder: etree._Element, reader: Reader) -> list[str]:
    told = []
    for element in holder.iterchildren(f"{_PREFIX}commune"):
        code = (element.get("code") or "").strip()
        try:
            told.append(written_commune(code))
        except NotACommune as refusal:
            reader.refuse(element, "commune", code, str(refusal))
    if len(told) > _MOST_COMMUNES:
        reader.refuse(holder, "commune", str(len(told)), f"{_MOST_COMMUNES} communes au plus.")
    return told


def _stated(holder: etree._Element, reader: Reader, name: str, known: dict[str, str]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for element in holder.iterchildren(_PREFIX + name):
        code = (element.get("code") or "").strip()
        proof = (element.get("etat") or "DECLARED").strip()
        if code not in known:
            reader.keep_unknown(element, name, code)
        elif proof not in _PROOFS:
            reader.refuse(element, name, proof, "cet état de preuve n’existe pas.")
        else:
            found[code] = proof
    return tuple(found.items())


def _rooms(element: etree._Element | None, reader: Reader, end: str) -> int | None:
    if element is None or not (told := (element.get(end) or "").strip()):
        return None
    if not told.isdecimal() or not told.isascii() or len(told) > 2 or int(told) > _MOST_ROOMS:
        reader.refuse(element, "pieces", told, "ce n’est pas un nombre de pièces.")
        return None
    return int(told)
