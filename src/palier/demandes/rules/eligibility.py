"""Whether a household may have a dwelling: resource ceiling, regular stay, what is missing (CCH R441-1 and L441-2-2).

A verdict is told with each of its grounds. What the texts leave unsure is said « à compléter », never decided: only the
commission pronounces an inadmissibility.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from palier.demandes.rules.category import Category, Household, MoreDisabledThanPersons, household_category
from palier.demandes.rules.ceiling import Ceiling, TwoTablesInYear, income_ceiling
from palier.demandes.rules.facts import Composition, Facts, Proof, Stay
from palier.demandes.rules.resources import Retained, retained_resources
from palier.foundation.baremes import OutsideBareme

# The ceilings that a financing follows. A financing that is not here has no ceiling that Palier knows.
CEILINGS: Final = {"PLUS": "PLUS", "PLUS_CD": "PLUS", "PLAI": "PLAI", "PLS": "PLS", "HLMO": "PLUS", "PLA": "PLUS"}
# They follow the PLUS by a rule that was not read again in its text: told wherever a ceiling of theirs is used.
_TO_CONFIRM: Final = frozenset({"PLUS_CD", "HLMO", "PLA"})
_ZONES: Final = {"PARIS": "paris", "IDF": "idf", "OTHER": "other"}


def ceiling_note(financing: str) -> str:
    """What is to be confirmed of the ceilings that this financing follows, in French; empty when nothing is."""
    if financing not in _TO_CONFIRM:
        return ""
    return "Plafonds du PLUS appliqués à ce financement\u00a0: à confirmer dans la convention."


class Verdict(StrEnum):
    """What the rules answer; the commission decides."""

    ELIGIBLE = "ELIGIBLE"
    TO_COMPLETE = "TO_COMPLETE"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"


VERDICTS_FR: Final = {
    Verdict.ELIGIBLE: "recevable",
    Verdict.TO_COMPLETE: "à compléter",
    Verdict.NOT_ELIGIBLE: "non recevable",
}


class Ground(StrEnum):
    """Why. The first two refuse, the last one is only told, the others ask for something."""

    CEILING = "CEILING"
    STAY_IRREGULAR = "STAY_IRREGULAR"
    STAY_UNCHECKED = "STAY_UNCHECKED"
    RESOURCES_MISSING = "RESOURCES_MISSING"
    RESOURCES_REJECTED = "RESOURCES_REJECTED"
    CEILING_UNKNOWN = "CEILING_UNKNOWN"
    FINANCING_UNKNOWN = "FINANCING_UNKNOWN"
    HOUSEHOLD_WRONG = "HOUSEHOLD_WRONG"
    HOUSEHOLD_TO_CONFIRM = "HOUSEHOLD_TO_CONFIRM"
    OWNER = "OWNER"


REFUSING: Final = frozenset({Ground.CEILING, Ground.STAY_IRREGULAR})
_TOLD_ONLY: Final = frozenset({Ground.OWNER})
GROUNDS_FR: Final = {
    Ground.CEILING: "Ressources au-dessus du plafond.",
    Ground.STAY_IRREGULAR: "Un adulte du foyer n’a pas de titre de séjour en cours de validité.",
    Ground.STAY_UNCHECKED: "La régularité du séjour de chaque adulte reste à vérifier.",
    Ground.RESOURCES_MISSING: "Les ressources de l’année N-2 manquent.",
    Ground.RESOURCES_REJECTED: "Le justificatif des ressources n’a pas été retenu\u00a0: un autre est à fournir.",
    Ground.CEILING_UNKNOWN: "Le plafond de cette année n’est pas encore dans Palier\u00a0: à confirmer avec l’arrêté.",
    Ground.FINANCING_UNKNOWN: "Les plafonds de ce financement ancien sont à confirmer dans la convention.",
    Ground.HOUSEHOLD_WRONG: "La composition du foyer se contredit\u00a0: à vérifier avec le demandeur.",
    Ground.HOUSEHOLD_TO_CONFIRM: (
        "Le plafond n’est respecté qu’en comptant un enfant à naître ou accueilli\u00a0: à confirmer."
    ),
    Ground.OWNER: (
        "Propriétaire de son logement\u00a0: un motif de refus possible s’il est adapté à ses besoins, "
        "jamais automatique."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the law asks of a dwelling: its financing, and its ceiling zone (PARIS, IDF or OTHER)."""

    financing: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict, its grounds, and what was compared."""

    verdict: Verdict
    grounds: tuple[Ground, ...]
    category: Category | None = None
    ceiling: Ceiling | None = None
    retained: Retained | None = None


def refused_fr(verdict: str, grounds: Iterable[str]) -> str:
    """« non recevable : ressources au-dessus du plafond »; empty when nothing refuses the application."""
    if verdict != Verdict.NOT_ELIGIBLE:
        return ""
    why = [GROUNDS_FR[ground].rstrip(".") for ground in Ground if ground in REFUSING.intersection(grounds)]
    told = ", ".join(f"{each[0].lower()}{each[1:]}" for each in why)
    return f"{VERDICTS_FR[Verdict.NOT_ELIGIBLE]}\u00a0: {told}"


def household_of(composition: Composition, *, with_unsure: bool = True) -> Household:
    """The household of the ceilings. A child in alternating custody lives in both homes (arrêté du 29 juillet 1987,
    art. 1); unborn and visiting children count as dependants: to confirm.
    """
    unsure = composition.unborn + composition.visiting if with_unsure else 0
    return Household(
        adults=composition.adults,
        dependants=composition.dependants + composition.shared_custody + unsure,
        disabled=composition.disabled,
        young_couple=composition.young_couple,
        spouses=composition.spouses,
    )


def judge(facts: Facts, target: Target, on: date) -> Judgement:
    """What the rules say of this household for this dwelling on that day. Never raises for a fact or a year."""
    grounds = [*_stay_grounds(facts)]
    if facts.current.housing == "PROPRIETAIRE":
        grounds.append(Ground.OWNER)
    retained = retained_resources(facts.resources, on)
    if retained is None:
        grounds.append(Ground.RESOURCES_MISSING)
    elif facts.resources.proof is Proof.REJECTED:
        grounds.append(Ground.RESOURCES_REJECTED)
    category = _category(household_of(facts.composition))
    ceiling = _ceiling(target, category, on.year) if category else None
    if category is None:
        grounds.append(Ground.HOUSEHOLD_WRONG)
    elif target.financing not in CEILINGS:
        grounds.append(Ground.FINANCING_UNKNOWN)
    elif ceiling is None:
        grounds.append(Ground.CEILING_UNKNOWN)
    elif retained is not None:
        grounds += _ceiling_grounds(facts, target, on.year, retained, ceiling)
    return Judgement(
        verdict=_verdict(grounds), grounds=tuple(grounds), category=category, ceiling=ceiling, retained=retained
    )


def _stay_grounds(facts: Facts) -> tuple[Ground, ...]:
    if facts.stay is Stay.IRREGULAR:
        return (Ground.STAY_IRREGULAR,)
    return (Ground.STAY_UNCHECKED,) if facts.stay is Stay.UNCHECKED else ()


def _ceiling_grounds(facts: Facts, target: Target, year: int, retained: Retained, ceiling: Ceiling) -> list[Ground]:
    if retained.cents > ceiling.cents:
        return [Ground.CEILING]
    sure = household_of(facts.composition, with_unsure=False)
    if sure == household_of(facts.composition):
        return []
    category = _category(sure)
    lower = _ceiling(target, category, year) if category else None
    return [Ground.HOUSEHOLD_TO_CONFIRM] if lower is not None and retained.cents > lower.cents else []


def _verdict(grounds: list[Ground]) -> Verdict:
    if any(ground in REFUSING for ground in grounds):
        return Verdict.NOT_ELIGIBLE
    asked = any(ground not in _TOLD_ONLY for ground in grounds)
    return Verdict.TO_COMPLETE if asked else Verdict.ELIGIBLE


@lru_cache(maxsize=4096)
def _category(household: Household) -> Category | None:
    if household.adults < 1:
        return None
    try:
        return household_category(household)
    except MoreDisabledThanPersons:
        return None


@lru_cache(maxsize=4096)
def _ceiling(target: Target, category: Category, year: int) -> Ceiling | None:
    financing, zone = CEILINGS.get(target.financing), _ZONES.get(target.zone)
    if financing is None or zone is None:
        return None
    try:
        return income_ceiling(
            financing=financing, zone=zone, category=category.category, extra_people=category.extra_people, year=year
        )
    except (OutsideBareme, TwoTablesInYear):
        return None
