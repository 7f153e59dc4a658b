"""A sheet of the commission in words: the same lines for every candidate of a dwelling, side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

from palier.attribution.queries.commission import ItemRow, SheetRow, SittingRow
from palier.attribution.rules.meeting import meeting_fr
from palier.demandes.rules.eligibility import GROUNDS_FR, VERDICTS_FR, Ground, Verdict
from palier.demandes.rules.resources import BASES_FR, Basis
from palier.demandes.rules.words import HOUSING, MOTIVES, NEEDS, PRIORITIES
from palier.desk.tables_estate import FINANCINGS
from palier.foundation.money import decimal_fr, euros_fr
from palier.foundation.periods import day_fr

MODES: Final = {"ROOM": "en salle", "REMOTE": "à distance", "MIXED": "en salle et à distance"}
STATES: Final = {
    "DRAFT": "en préparation", "CONVENED": "convoquée", "OPEN": "ouverte", "CLOSED": "levée",
    "SEALED": "procès-verbal scellé", "CANCELLED": "annulée",
}  # fmt: skip
QUALITIES: Final = {
    "ADMINISTRATOR": "membre désigné par le conseil d’administration",
    "TENANTS": "représentant des locataires",
    "PREFET": "préfet ou son représentant",
    "EPCI": "président de l’EPCI ou de l’EPT, ou son représentant",
    "MAYOR": "maire de la commune du logement, ou son représentant",
    "MANDATING": "organisme mandant",
    "INSERTION": "association d’insertion",
    "HOLDER": "réservataire",
    "CCAS": "CCAS ou service social",
}
PRESENCES: Final = {
    "CONVENED": "convoqué", "PRESENT": "présent", "REMOTE": "à distance", "REPRESENTED": "représenté",
    "ABSENT": "absent",
}  # fmt: skip
VOICES: Final = {"FOR": "pour", "AGAINST": "contre", "ABSTAIN": "abstention"}
CASTING: Final = {"MAYOR": "le maire de la commune du logement", "PRESIDENT": "le président"}
_PROOFS: Final = {"DECLARED": "déclaré", "PROVED": "justifié", "REJECTED": "non retenu"}
_UNKNOWN: Final = "non dit"
Told: TypeAlias = Callable[[Mapping[str, Any]], object]


def meeting_of(row: SittingRow) -> str:
    """« à 14 h 30, en salle : 3 rue des Arbres », after the day."""
    return meeting_fr(mode=row.mode, hour=row.hour, place=row.place)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One line of the table: what it is, then what each sheet says of it, in the order of the pseudonyms."""

    label: str
    values: tuple[str, ...]
    is_decision: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCard:
    """One sheet read alone: each line, and what it says of that sheet."""

    name: str
    lines: tuple[tuple[SheetLine, str], ...]


def presences_in(mode: str) -> dict[str, str]:
    """What may be noted of a member: remotely only when the sitting is not held in a room alone."""
    never = {"CONVENED", "REMOTE"} if mode == "ROOM" else {"CONVENED"}
    return {code: label for code, label in PRESENCES.items() if code not in never}


def cards_of(names: Sequence[str], lines: Sequence[SheetLine]) -> list[SheetCard]:
    """The same lines read sheet by sheet, where a screen has no room for columns."""
    return [
        SheetCard(name=name, lines=tuple((line, line.values[place]) for line in lines))
        for place, name in enumerate(names)
    ]


def sheet_lines(sheets: Sequence[SheetRow]) -> list[SheetLine]:
    """The sheets of one dwelling, compared."""
    return fact_lines([sheet.facts for sheet in sheets])


def fact_lines(facts: Sequence[Mapping[str, Any]]) -> list[SheetLine]:
    """The contents of sheets, compared: as they stand, or as a sitting froze them."""
    return [SheetLine(label=label, values=tuple(_said(told, each) for each in facts)) for label, told in _LINES.items()]


def dwelling_line(item: ItemRow) -> str:
    """« T3, 60 m², PLUS, 420,00 € + 90,00 € »."""
    area = f"{decimal_fr(Decimal(item.floor_area_m2).normalize())}\u00a0m²" if item.floor_area_m2 else ""
    parts = [f"T{item.rooms}" if item.rooms else "", area, FINANCINGS.get(item.financing, item.financing)]
    parts.append(f"{euros_fr(item.rent_cents)} + {euros_fr(item.charges_cents)} de charges")
    return ", ".join(filter(None, parts))


def _said(told: Told, facts: Mapping[str, Any]) -> str:
    # An erased sheet keeps its pseudonym and says nothing more.
    return str(told(facts)) if facts else "effacé"


def _persons(facts: Mapping[str, Any]) -> str:
    parts = [f"{facts['adults']} adulte{'s' if facts['adults'] > 1 else ''}"]
    if facts["dependants"]:
        parts.append(f"{facts['dependants']} à charge, dont {facts['under_14']} de moins de 14 ans")
    for key, label in (("shared_custody", "en garde alternée"), ("visiting", "en visite"), ("unborn", "à naître")):
        if facts[key]:
            parts.append(f"{facts[key]} {label}")
    return ", ".join(parts)


def _income(facts: Mapping[str, Any]) -> str:
    if facts["income_cents"] is None:
        return _UNKNOWN
    basis = BASES_FR[Basis(facts["income_basis"])]
    return f"{euros_fr(facts['income_cents'])} ({basis}, {_PROOFS[facts['resources_proof']]})"


def _ceiling(facts: Mapping[str, Any]) -> str:
    if facts["ceiling_cents"] is None:
        return "à confirmer"
    return f"{euros_fr(facts['ceiling_cents'])} (catégorie {facts['category']})"


def _grounds(facts: Mapping[str, Any]) -> str:
    told = VERDICTS_FR[Verdict(facts["verdict"])].capitalize()
    return " ".join([f"{told}.", *(GROUNDS_FR[Ground(each)] for each in facts["grounds"])])


def _stay(facts: Mapping[str, Any]) -> str:
    return {True: "recevable", False: "non recevable", None: "à vérifier"}[facts["stays_regularly"]]


def _effort(facts: Mapping[str, Any]) -> str:
    percent = facts["effort_percent"]
    return _UNKNOWN if percent is None else f"{decimal_fr(Decimal(percent))}\u00a0%"


def _left(facts: Mapping[str, Any]) -> str:
    cents = facts["left_cents_per_day"]
    return _UNKNOWN if cents is None else euros_fr(cents)


def _rooms(facts: Mapping[str, Any]) -> str:
    asked = f"{facts['rooms_least']} à {facts['rooms_most']} pièces"
    return {True: f"adapté ({asked})", False: f"hors de la table ({asked})", None: asked}[facts["rooms_fit"]]


def _today(facts: Mapping[str, Any]) -> str:
    told = str(HOUSING.get(facts["housing"], facts["housing"]))
    if facts["housing_rooms"]:
        told += f", {facts['housing_rooms']} p."
    if facts["housing_occupants"]:
        told += f" pour {facts['housing_occupants']}"
    if facts["housing_cost_cents"] is not None:
        told += f", {euros_fr(facts['housing_cost_cents'])} par mois"
    return told


def _coded(key: str, labels: Mapping[str, str]) -> Told:
    def told(facts: Mapping[str, Any]) -> str:
        said = [f"{labels.get(code, code)} ({_PROOFS[proof]})" for code, proof in facts[key]]
        return "\u00a0; ".join(said) or "–"

    return told


def _scores(facts: Mapping[str, Any]) -> str:
    said = [
        f"{each['points']} ({'officiel' if each['is_official'] else 'contrôle'}, {each['source']}, "
        f"{day_fr(date.fromisoformat(each['on']))})"
        for each in facts["scores"]
    ]
    return "\u00a0; ".join(said) or "aucun"


_LINES: Final[Mapping[str, Told]] = {
    "Foyer": _persons,
    "Recevabilité": _grounds,
    "Séjour des adultes": _stay,
    "Revenu retenu, par an": _income,
    "Plafond": _ceiling,
    "Ressources par mois": lambda facts: euros_fr(facts["monthly_cents"]),
    "Taux d’effort, avant aide au logement": _effort,
    "Reste à vivre par jour, avant aide au logement": _left,
    "Taille du logement": _rooms,
    "Logé aujourd’hui": _today,
    "Ancienneté": lambda facts: f"{facts['waited_months']} mois ({day_fr(date.fromisoformat(facts['filed_on']))})",
    "Parcours": lambda facts: {"FIRST": "premier accès", "TRANSFER": "mutation"}[facts["path"]],
    "Motifs": _coded("motives", MOTIVES),
    "Priorités de la loi": _coded("priorities", PRIORITIES),
    "Besoins du logement": _coded("needs", NEEDS),
    "Refus d’offres adaptées": lambda facts: facts["refused_offers"],
    "Points (une aide)": _scores,
}
