"""The sheet that the commission sees: declared facts and what the rules make of them.

Neither name, nationality, origin, address, photo nor text: regularity of stay is a yes or a no (CCH L441-1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from palier.attribution.rules.deciding import Established
from palier.demandes.rules.category import Household, household_category
from palier.demandes.rules.ceiling import income_ceiling
from palier.demandes.rules.effort import Housing, NoResources, effort_rate
from palier.demandes.rules.facts import Facts, Proof, Stated, Stay
from palier.foundation.baremes import OutsideBareme
from palier.foundation.money import Cents

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

# The financings whose ceiling is PLUS's, and the three ceilings.
_CEILINGS: Final[Mapping[str, str]] = {"PLAI": "PLAI", "PLS": "PLS"}
_DAYS_OF_A_MONTH: Final = 30
_KEPT_PERCENT: Final = 90
_STAYS: Final[Mapping[Stay, bool | None]] = {Stay.REGULAR: True, Stay.IRREGULAR: False, Stay.UNCHECKED: None}


@dataclass(frozen=True, slots=True, kw_only=True)
class DwellingFacts:
    """What the rules know of the dwelling on the agenda. Amounts in cents a month."""

    financing: str
    zone: str
    rooms: int | None
    floor_area_m2: str
    floor: int | None
    has_lift: bool
    is_qpv: bool
    rent_cents: Cents
    charges_cents: Cents
    # The commune and the postcode: for whom a mayor sits.
    places: tuple[str, ...] = ()
    contingent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The points of a cotation: whose they are, from when. An aid, never a decision (CCH L441-2-8)."""

    points: str
    scored_on: date
    source: str
    is_official: bool


def sheet_of(facts: Facts, dwelling: DwellingFacts, *, on: date, scores: tuple[Score, ...] = ()) -> dict[str, Json]:
    """The content of a sheet, as its canonical JSON carries it."""
    composition, current = facts.composition, facts.current
    persons = composition.adults + composition.dependants
    income, ceiling = reference_income(facts), ceiling_of(facts, dwelling, on=on)
    monthly = facts.resources.monthly_cents
    expense = dwelling.rent_cents + dwelling.charges_cents
    effort = _effort(dwelling, monthly)
    return {
        "persons": persons,
        "adults": composition.adults,
        "dependants": composition.dependants,
        "under_14": composition.under_14,
        "shared_custody": composition.shared_custody,
        "unborn": composition.unborn,
        "category": category_of(facts),
        "income_cents": income,
        "ceiling_cents": ceiling,
        "is_above_ceiling": None if income is None or ceiling is None else income > ceiling,
        "resources_proof": facts.resources.proof.value,
        "monthly_cents": monthly,
        "effort_percent": None if effort is None else str(effort),
        "left_cents_per_day": None if not monthly else (monthly - expense) // (persons * _DAYS_OF_A_MONTH),
        "stays_regularly": _STAYS[facts.stay],
        "path": facts.path.value,
        "filed_on": facts.filed_on.isoformat(),
        "waited_months": _months_between(facts.filed_on, on),
        "housing": current.housing,
        "housing_rooms": current.rooms,
        "housing_occupants": current.occupants,
        "housing_cost_cents": current.cost_cents,
        "refused_offers": facts.refused_offers,
        "motives": _stated(facts.motives),
        "priorities": _stated(facts.priorities),
        "needs": _stated(facts.needs),
        "scores": [
            {
                "points": each.points,
                "on": each.scored_on.isoformat(),
                "source": each.source,
                "is_official": each.is_official,
            }
            for each in scores
        ],
    }


def established_by(content: Mapping[str, Json]) -> Established:
    """What a sheet establishes, for the decisions that ask it."""
    priorities = content["priorities"]
    above, stays = content["is_above_ceiling"], content["stays_regularly"]
    return Established(
        is_above_ceiling=above if isinstance(above, bool) else None,
        stays_regularly=stays if isinstance(stays, bool) else None,
        is_dalo=isinstance(priorities, list) and ["DALO", Proof.PROVED.value] in priorities,
    )


def category_of(facts: Facts) -> int:
    """The household's category for the ceilings: children to be born count, those in shared custody are housed too."""
    return _category(facts)[0]


def ceiling_of(facts: Facts, dwelling: DwellingFacts, *, on: date) -> Cents | None:
    """The ceiling of the dwelling's own financing; None when its table is not known for that year."""
    category, extra = _category(facts)
    try:
        return income_ceiling(
            financing=_CEILINGS.get(dwelling.financing, "PLUS"),
            zone=dwelling.zone,
            category=category,
            extra_people=extra,
            year=on.year,
        ).cents
    except OutsideBareme:
        return None


def reference_income(facts: Facts) -> Cents | None:
    """N-2, or a later income that is lower by ten per cent at least (CCH R441-1, arrêté du 29 juillet 1987, art. 4)."""
    held = facts.resources
    if held.n2_cents is None:
        return None
    later = [cents for cents in (held.n1_cents, held.last_12_months_cents) if cents is not None]
    fallen = [cents for cents in later if 100 * cents <= _KEPT_PERCENT * held.n2_cents]
    return min([held.n2_cents, *fallen])


def _category(facts: Facts) -> tuple[int, int]:
    composition = facts.composition
    found = household_category(
        Household(
            adults=composition.adults,
            dependants=composition.dependants + composition.unborn,
            disabled=min(composition.disabled, composition.adults + composition.dependants),
            young_couple=composition.young_couple,
            spouses=composition.spouses,
        )
    )
    return found.category, found.extra_people


def _effort(dwelling: DwellingFacts, monthly: Cents) -> Decimal | None:
    """Before any housing benefit: nobody knows it yet."""
    try:
        return effort_rate(
            Housing(
                rent_cents=dwelling.rent_cents,
                annexes_cents=0,
                charges_cents=dwelling.charges_cents,
                flat_rate_energy_cents=0,
                housing_benefit_cents=0,
                resources_cents=monthly,
            )
        )
    except NoResources:
        return None


def _stated(stated: tuple[Stated, ...]) -> list[Json]:
    return [[each.code, each.proof.value] for each in sorted(stated, key=lambda one: one.code)]


def _months_between(first: date, last: date) -> int:
    return max(0, 12 * (last.year - first.year) + last.month - first.month - (last.day < first.day))
