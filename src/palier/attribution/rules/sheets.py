"""The sheet that the commission sees: declared facts and what the rules make of them.

Neither name, nationality, origin, address, photo nor text: regularity of stay is a yes or a no (CCH L441-1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from palier.attribution.rules.deciding import Established
from palier.demandes.rules.effort import Housing, NoResources, effort_rate
from palier.demandes.rules.eligibility import Ground, Target, judge
from palier.demandes.rules.facts import Facts, Proof, Stated, Stay
from palier.demandes.rules.indicators import persons_to_house, rooms_for
from palier.demandes.rules.living_rest import Budget, divisor_of, living_rest
from palier.foundation.money import Cents

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

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
    judged = judge(facts, Target(financing=dwelling.financing, zone=dwelling.zone), on)
    persons, monthly = persons_to_house(composition), facts.resources.monthly_cents
    rooms, effort = rooms_for(persons, on), _effort(dwelling, monthly)
    return {
        "persons": persons,
        "adults": composition.adults,
        "dependants": composition.dependants,
        "under_14": composition.under_14,
        "shared_custody": composition.shared_custody,
        "visiting": composition.visiting,
        "unborn": composition.unborn,
        "verdict": judged.verdict.value,
        "grounds": [ground.value for ground in judged.grounds],
        "category": None if judged.category is None else judged.category.category,
        "income_cents": None if judged.retained is None else judged.retained.cents,
        "income_basis": "" if judged.retained is None else judged.retained.basis.value,
        "ceiling_cents": None if judged.ceiling is None else judged.ceiling.cents,
        "above_every_ceiling": Ground.CEILING in judge(facts, Target(financing="PLS", zone=dwelling.zone), on).grounds,
        "resources_proof": facts.resources.proof.value,
        "monthly_cents": monthly,
        "effort_percent": None if effort is None else str(effort),
        "left_cents_per_day": _left(facts, dwelling, on),
        "rooms_least": rooms.least,
        "rooms_most": rooms.most,
        "rooms_fit": None if dwelling.rooms is None else rooms.holds(dwelling.rooms),
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
    priorities, grounds, stays = content["priorities"], content["grounds"], content["stays_regularly"]
    return Established(
        is_above_ceiling=isinstance(grounds, list) and Ground.CEILING.value in grounds,
        is_above_every_ceiling=content.get("above_every_ceiling") is True,
        stays_regularly=stays if isinstance(stays, bool) else None,
        is_dalo=isinstance(priorities, list) and ["DALO", Proof.PROVED.value] in priorities,
    )


def _left(facts: Facts, dwelling: DwellingFacts, on: date) -> Cents | None:
    """By the landlord's formula, before any housing benefit."""
    if not facts.resources.monthly_cents:
        return None
    budget = Budget(
        resources_cents=facts.resources.monthly_cents, cost_cents=dwelling.rent_cents + dwelling.charges_cents
    )
    return living_rest(budget, divisor_of(facts.composition, on))


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
