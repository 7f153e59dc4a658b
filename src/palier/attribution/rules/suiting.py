"""Why a dwelling suits a household or does not: its size, its commune, its cost, its needs, its eligibility.

What is against leaves the household out of the list; what is to check is told beside it, and decides nothing. The rent
is compared with all the resources before any housing benefit, which nobody knows yet: it is never against.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from palier.demandes.rules.effort import Housing, effort_rate
from palier.demandes.rules.eligibility import GROUNDS_FR, REFUSING, Ground, Judgement, Target, Verdict, judge
from palier.demandes.rules.facts import Facts, Proof
from palier.demandes.rules.indicators import is_too_small, persons_to_house, policy, rooms_for
from palier.foundation.money import Cents

# A wish for Paris is a wish for each of its arrondissements.
_PARIS: Final = "75056"
_ARRONDISSEMENTS: Final = "751"
_GROUND_FLOOR_OR_LIFT: Final = "PLAIN_PIED_OU_ASCENSEUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A dwelling as the rules see it. `cost_cents`: rent and charges a month; `floor` is none when not written."""

    commune: str
    rooms: int
    floor_area_m2: Decimal | None
    cost_cents: Cents
    financing: str
    zone: str
    floor: int | None = None
    has_lift: bool = False

    def target(self) -> Target:
        """What the law asks of it."""
        return Target(financing=self.financing, zone=self.zone)


class Against(StrEnum):
    """Why the dwelling does not suit."""

    CEILING = Ground.CEILING.value
    STAY_IRREGULAR = Ground.STAY_IRREGULAR.value
    COMMUNE = "COMMUNE"
    TOO_SMALL = "TOO_SMALL"
    TOO_LARGE = "TOO_LARGE"
    WISHED_ROOMS = "WISHED_ROOMS"
    WISHED_COST = "WISHED_COST"
    UNDER_FLOOR_AREA = "UNDER_FLOOR_AREA"
    NO_LIFT = "NO_LIFT"
    REFUSED_HERE = "REFUSED_HERE"


class Check(StrEnum):
    """What somebody has to look at before the commission."""

    STAY_UNCHECKED = Ground.STAY_UNCHECKED.value
    RESOURCES_MISSING = Ground.RESOURCES_MISSING.value
    RESOURCES_REJECTED = Ground.RESOURCES_REJECTED.value
    CEILING_UNKNOWN = Ground.CEILING_UNKNOWN.value
    FINANCING_UNKNOWN = Ground.FINANCING_UNKNOWN.value
    HOUSEHOLD_WRONG = Ground.HOUSEHOLD_WRONG.value
    HOUSEHOLD_TO_CONFIRM = Ground.HOUSEHOLD_TO_CONFIRM.value
    OWNER = Ground.OWNER.value
    EFFORT = "EFFORT"
    NO_INCOME = "NO_INCOME"
    NEEDS = "NEEDS"
    AREA_UNKNOWN = "AREA_UNKNOWN"


AGAINST_FR: Final[dict[str, str]] = {
    **{ground.value: GROUNDS_FR[ground] for ground in REFUSING},
    Against.COMMUNE: "La commune du logement n’est pas demandée.",
    Against.TOO_SMALL: "Trop peu de pièces pour ce foyer, d’après la table de l’organisme.",
    Against.TOO_LARGE: "Trop de pièces pour ce foyer, d’après la table de l’organisme.",
    Against.WISHED_ROOMS: "Le nombre de pièces n’est pas celui demandé.",
    Against.WISHED_COST: "Le loyer et les charges dépassent le montant que le demandeur s’est fixé.",
    Against.UNDER_FLOOR_AREA: "Surface trop petite pour ce foyer (CCH, art. R822-25).",
    Against.NO_LIFT: "Le foyer demande un rez-de-chaussée ou un ascenseur\u00a0: le logement n’a ni l’un ni l’autre.",
    Against.REFUSED_HERE: "Ce logement lui a déjà été proposé et il l’a refusé.",
}
CHECKS_FR: Final[dict[str, str]] = {
    **{ground.value: GROUNDS_FR[ground] for ground in Ground if ground not in REFUSING},
    Check.EFFORT: "Taux d’effort au-dessus du seuil de l’organisme, avant aide au logement.",
    Check.NO_INCOME: "Aucune ressource mensuelle déclarée\u00a0: le taux d’effort ne se calcule pas.",
    Check.NEEDS: "Des besoins d’adaptation sont à vérifier dans le logement.",
    Check.AREA_UNKNOWN: "La surface du logement n’est pas renseignée\u00a0: la suroccupation n’est pas vérifiée.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suiting:
    """Whether a dwelling suits a household, and why; the judgement is none when resources were not to be read."""

    against: tuple[Against, ...]
    to_check: tuple[Check, ...]
    judgement: Judgement | None
    persons: int

    @property
    def suits(self) -> bool:
        """Nothing is against."""
        return not self.against

    @property
    def verdict(self) -> Verdict | None:
        """What the rules of eligibility answer."""
        return self.judgement.verdict if self.judgement else None


def suit(
    facts: Facts, offered: Offered, *, on: date, refused_here: bool = False, without_resources: bool = False
) -> Suiting:
    """Why this dwelling suits this household or not, on that day.

    `without_resources`: whoever asks may not read them: neither eligibility nor cost over income is then told.
    """
    persons = persons_to_house(facts.composition)
    against = [*_against_wishes(facts, offered), *_against_size(offered, persons, on)]
    if refused_here:
        against.append(Against.REFUSED_HERE)
    needs = {need.code for need in facts.needs if need.proof is not Proof.REJECTED}
    to_check = [] if offered.floor_area_m2 is not None else [Check.AREA_UNKNOWN]
    if _GROUND_FLOOR_OR_LIFT in needs and offered.floor is not None:
        needs.discard(_GROUND_FLOOR_OR_LIFT)
        if offered.floor > 0 and not offered.has_lift:
            against.append(Against.NO_LIFT)
    if needs:
        to_check.append(Check.NEEDS)
    judgement = None
    if not without_resources:
        judgement = judge(facts, offered.target(), on)
        against += [Against(ground.value) for ground in judgement.grounds if ground in REFUSING]
        to_check += [Check(ground.value) for ground in judgement.grounds if ground not in REFUSING]
        to_check += _about_income(facts, offered, on)
    return Suiting(against=tuple(against), to_check=tuple(to_check), judgement=judgement, persons=persons)


def wished_as(commune: str) -> tuple[str, ...]:
    """The codes under which a commune may be wished for: Paris as a whole stands for its arrondissements."""
    return (commune, _PARIS) if commune.startswith(_ARRONDISSEMENTS) else (commune,)


def effort_percent(facts: Facts, cost_cents: Cents) -> Decimal | None:
    """The effort rate before any housing benefit; none without resources."""
    if facts.resources.monthly_cents <= 0:
        return None
    return effort_rate(
        Housing(
            rent_cents=cost_cents,
            annexes_cents=0,
            charges_cents=0,
            flat_rate_energy_cents=0,
            housing_benefit_cents=0,
            resources_cents=facts.resources.monthly_cents,
        )
    )


def _against_wishes(facts: Facts, offered: Offered) -> list[Against]:
    wish, found = facts.wish, []
    if not set(wished_as(offered.commune)) & set(wish.communes):
        found.append(Against.COMMUNE)
    least, most = wish.rooms_min or 0, wish.rooms_max or offered.rooms
    if not least <= offered.rooms <= most:
        found.append(Against.WISHED_ROOMS)
    if wish.highest_cost_cents is not None and offered.cost_cents > wish.highest_cost_cents:
        found.append(Against.WISHED_COST)
    return found


def _against_size(offered: Offered, persons: int, on: date) -> list[Against]:
    rooms, found = rooms_for(persons, on), []
    if offered.rooms < rooms.least:
        found.append(Against.TOO_SMALL)
    elif offered.rooms > rooms.most:
        found.append(Against.TOO_LARGE)
    if offered.floor_area_m2 is not None and is_too_small(offered.floor_area_m2, persons, on):
        found.append(Against.UNDER_FLOOR_AREA)
    return found


def _about_income(facts: Facts, offered: Offered, on: date) -> list[Check]:
    percent = effort_percent(facts, offered.cost_cents)
    if percent is None:
        return [Check.NO_INCOME]
    return [Check.EFFORT] if percent > policy("effort_most", on).value else []
