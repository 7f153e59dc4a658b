"""What a scoring grid may ask of an application: a closed list of questions on its facts, each by its name.

No expression is ever read from a grid. A question sees `Facts` alone, so no grid can weigh a name, a nationality
or an origin.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from palier.demandes.rules.facts import Facts, Proof, Stated
from palier.demandes.rules.words import HOUSING, MOTIVES, NEEDS, PRIORITIES

_MONTHS_A_YEAR = 12
_DAYS_A_MONTH = 30
_ALL_OF_IT = 100
_CENTS = 100


class Shape(StrEnum):
    """What a criterion says beside the name of its question."""

    # Codes of a closed list, and one number of points.
    CODES = "CODES"
    # One number of points.
    PLAIN = "PLAIN"
    # Steps « from », rising: the highest that is reached counts.
    RISING = "RISING"
    # Steps « below », rising: the first that is not reached counts.
    FALLING = "FALLING"


class Found(NamedTuple):
    """What a question found: a code or a number, and how far it is established; no proof where none is asked."""

    value: str | int
    proof: Proof | None = None


Codes: TypeAlias = frozenset[str]
Proofs: TypeAlias = frozenset[Proof]
Finder: TypeAlias = Callable[[Facts, Codes, Proofs, date], Found | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: its shape, the codes it knows, whether proofs count, and its words. `told` takes {value}."""

    shape: Shape
    find: Finder
    told: str
    unit: str = ""
    words: Mapping[str, str] | None = None
    has_proof: bool = False

    def why(self, found: Found) -> str:
        """« taux d’effort de 41 % »: what was found, in French."""
        value = self.words[str(found.value)] if self.words is not None else found.value
        return self.told.format(value=value, s="s" if isinstance(value, int) and value > 1 else "")


def persons(facts: Facts) -> int:
    """All those to house, children in shared custody and those to be born included."""
    household = facts.composition
    return household.adults + household.dependants + household.shared_custody + household.unborn


def months_between(first: date, on: date) -> int:
    """Whole months gone by; none before the first day."""
    months = (on.year - first.year) * _MONTHS_A_YEAR + on.month - first.month
    return max(0, months - (1 if on.day < first.day else 0))


def least_area_m2(occupants: int) -> int:
    """The floor area under which housing benefits are not due (CCH R822-25)."""
    return min(70, 9 if occupants <= 1 else 16 + 9 * (occupants - 2))


def _stated(among: tuple[Stated, ...], codes: Codes, proofs: Proofs) -> Found | None:
    """The first statement that counts, else one that would count if it were established."""
    waiting = None
    for stated in among:
        if stated.code in codes:
            if stated.proof in proofs:
                return Found(stated.code, stated.proof)
            if stated.proof is Proof.DECLARED:
                waiting = Found(stated.code, stated.proof)
    return waiting


def _priority(facts: Facts, codes: Codes, proofs: Proofs, _on: date) -> Found | None:
    return _stated(facts.priorities, codes, proofs) if facts.priorities else None


def _motive(facts: Facts, codes: Codes, proofs: Proofs, _on: date) -> Found | None:
    return _stated(facts.motives, codes, proofs) if facts.motives else None


def _need(facts: Facts, codes: Codes, proofs: Proofs, _on: date) -> Found | None:
    return _stated(facts.needs, codes, proofs) if facts.needs else None


def _housing(facts: Facts, codes: Codes, _proofs: Proofs, _on: date) -> Found | None:
    return Found(facts.current.housing) if facts.current.housing in codes else None


def _lone_parent(facts: Facts, _codes: Codes, _proofs: Proofs, _on: date) -> Found | None:
    household = facts.composition
    children = household.dependants + household.shared_custody
    return Found(children) if household.adults == 1 and children else None


def _young_couple(facts: Facts, _codes: Codes, _proofs: Proofs, _on: date) -> Found | None:
    return Found(2) if facts.composition.young_couple else None


def _disabled(facts: Facts, _codes: Codes, _proofs: Proofs, _on: date) -> Found | None:
    return Found(facts.composition.disabled) if facts.composition.disabled else None


def _expecting(facts: Facts, _codes: Codes, _proofs: Proofs, _on: date) -> Found | None:
    return Found(facts.composition.unborn) if facts.composition.unborn else None


def _seniority(facts: Facts, _codes: Codes, _proofs: Proofs, on: date) -> Found | None:
    return Found(months_between(facts.filed_on, on))


def _household_size(facts: Facts, _codes: Codes, _proofs: Proofs, _on: date) -> Found | None:
    return Found(persons(facts))


def _dependants(facts: Facts, _codes: Codes, _proofs: Proofs, _on: date) -> Found | None:
    return Found(facts.composition.dependants + facts.composition.shared_custody)


def _effort(facts: Facts, _codes: Codes, _proofs: Proofs, _on: date) -> Found | None:
    """Whole percents, 100 at most; a rent and no resources at all is 100."""
    cost, resources = facts.current.cost_cents, facts.resources
    if not cost:
        return None
    monthly = resources.monthly_cents
    percent = _ALL_OF_IT if monthly <= cost else cost * _ALL_OF_IT // monthly
    return Found(percent, resources.proof)


def _left_to_live(facts: Facts, _codes: Codes, _proofs: Proofs, _on: date) -> Found | None:
    """Whole euros a day and a person, rounded down; none when the rent takes everything."""
    cost, resources = facts.current.cost_cents, facts.resources
    if cost is None:
        return None
    left = max(0, resources.monthly_cents - cost)
    return Found(left // (_CENTS * _DAYS_A_MONTH * persons(facts)), resources.proof)


def _missing_area(facts: Facts, _codes: Codes, _proofs: Proofs, _on: date) -> Found | None:
    area, occupants = facts.current.floor_area_m2, facts.current.occupants
    if area is None or not occupants:
        return None
    return Found(max(0, least_area_m2(occupants) - area))


def _extra_rooms(facts: Facts, _codes: Codes, _proofs: Proofs, _on: date) -> Found | None:
    rooms, occupants = facts.current.rooms, facts.current.occupants
    if rooms is None or not occupants:
        return None
    return Found(max(0, rooms - occupants))


QUESTIONS: Mapping[str, Question] = {
    "PRIORITY": Question(shape=Shape.CODES, find=_priority, told="{value}", words=PRIORITIES, has_proof=True),
    "MOTIVE": Question(shape=Shape.CODES, find=_motive, told="motif\u00a0: {value}", words=MOTIVES, has_proof=True),
    "NEED": Question(shape=Shape.CODES, find=_need, told="besoin\u00a0: {value}", words=NEEDS, has_proof=True),
    "HOUSING": Question(shape=Shape.CODES, find=_housing, told="{value}", words=HOUSING),
    "LONE_PARENT": Question(shape=Shape.PLAIN, find=_lone_parent, told="un adulte seul avec {value} enfant{s}"),
    "YOUNG_COUPLE": Question(
        shape=Shape.PLAIN, find=_young_couple, told="couple dont la somme des âges est de 55 ans au plus"
    ),
    "DISABLED": Question(
        shape=Shape.PLAIN,
        find=_disabled,
        told="{value} personne{s} ayant la carte mobilité inclusion «\u00a0invalidité\u00a0»",
    ),
    "EXPECTING": Question(shape=Shape.PLAIN, find=_expecting, told="{value} enfant{s} à naître"),
    "SENIORITY": Question(shape=Shape.RISING, find=_seniority, told="demande déposée il y a {value} mois", unit="mois"),
    "HOUSEHOLD_SIZE": Question(
        shape=Shape.RISING, find=_household_size, told="{value} personne{s} à loger", unit="personnes"
    ),
    "DEPENDANTS": Question(
        shape=Shape.RISING, find=_dependants, told="{value} enfant{s} ou personne{s} à charge", unit=""
    ),
    "EFFORT": Question(
        shape=Shape.RISING,
        find=_effort,
        told="le logement actuel prend {value}\u00a0% des ressources",
        unit="%",
        has_proof=True,
    ),
    "MISSING_AREA": Question(
        shape=Shape.RISING, find=_missing_area, told="il manque {value}\u00a0m² au logement actuel", unit="m²"
    ),
    "EXTRA_ROOMS": Question(
        shape=Shape.RISING, find=_extra_rooms, told="{value} pièce{s} de plus que d’occupants", unit="pièces"
    ),
    "LEFT_TO_LIVE": Question(
        shape=Shape.FALLING,
        find=_left_to_live,
        told="il reste {value}\u00a0€ par jour et par personne une fois le logement payé",
        unit="€ par jour et par personne",
        has_proof=True,
    ),
}
