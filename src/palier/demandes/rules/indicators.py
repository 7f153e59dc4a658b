"""What the sheet shows of a household and a dwelling: room for it, its units of consumption, its rank in incomes.

No text fixes the rooms proposed nor the thresholds shown: both follow the landlord's own tables (`policy_typology`,
`policy_indicators`), which it publishes.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from palier.demandes.rules.facts import Composition
from palier.foundation.baremes import OutsideBareme, UnknownBaremeKey, Value, bareme
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, cents_from_decimal, decimal_fr, euros_fr, half_up, text_from_cents
from palier.foundation.periods import day_fr
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

LARGEST_HOUSEHOLD: Final = 8
# Tenths of a unit of consumption: the first adult, each person from fourteen, each child under fourteen.
_FIRST, _FROM_14, _UNDER_14 = 10, 5, 3


class MoreChildrenThanDependants(Refusal):
    """Moins de quatorze ans : {children}, personnes à charge : {dependants} : vérifiez ces deux nombres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """Numbers of rooms, both included."""

    least: int
    most: int

    def holds(self, rooms: int) -> bool:
        """Whether a dwelling of so many rooms is within them."""
        return self.least <= rooms <= self.most


def persons_to_house(composition: Composition) -> int:
    """All for whom room is sought: a child to be born, in shared custody or visiting needs a bed too."""
    return (
        composition.adults
        + composition.dependants
        + composition.shared_custody
        + composition.visiting
        + composition.unborn
    )


@lru_cache(maxsize=4096)
def rooms_for(persons: int, on: date) -> Rooms:
    """The rooms proposed to a household by the landlord's table of that day."""
    table, row = bareme("policy_typology"), str(min(max(persons, 1), LARGEST_HOUSEHOLD))
    day = max(on, table.first_day())
    return Rooms(least=int(table.at(day, row, "least").value), most=int(table.at(day, row, "most").value))


@lru_cache(maxsize=4096)
def policy(parameter: str, on: date) -> Value:
    """A threshold or a choice of the landlord for the indicators, as it stands that day."""
    table = bareme("policy_indicators")
    return table.at(max(on, table.first_day()), parameter)


def consumption_tenths(composition: Composition) -> int:
    """Units of consumption in tenths: 1, then 0.5 from fourteen years, 0.3 below.

    A child in shared custody, whose age the rules do not know, counts 0.3; visiting and unborn children do not count.
    """
    older = composition.adults + composition.dependants - composition.under_14
    return _FIRST + _FROM_14 * max(older - 1, 0) + _UNDER_14 * (composition.under_14 + composition.shared_custody)


def is_too_small(floor_area_m2: Decimal | int, persons: int, on: date) -> bool:
    """Whether a dwelling is under the floor area of CCH R822-25 for so many persons."""
    return floor_area_m2 < least_floor_area(persons, on)


@lru_cache(maxsize=4096)
def least_floor_area(persons: int, on: date) -> Decimal:
    """The floor area in m² under which so many persons are overcrowded."""
    table = bareme("floor_area_minimum")
    return table.at(max(on, table.first_day()), str(min(max(persons, 1), LARGEST_HOUSEHOLD))).value


def is_under_occupied(rooms: int, residents: int) -> bool:
    """Whether a dwelling has more than one habitable room above the number of its residents (CCH L621-2)."""
    return rooms > residents + 1


def first_quartile_threshold(territory: str, on: date) -> Value | None:
    """The yearly resources per unit of the first quarter of applicants; none when the territory's is not known."""
    try:
        return bareme("first_quartile").at(on, territory)
    except (OutsideBareme, UnknownBaremeKey):
        return None


def yearly_per_unit(monthly_cents: Cents, composition: Composition) -> Cents:
    """The monthly resources of the application, a year, by unit of consumption."""
    return int(half_up(Fraction(monthly_cents * 12 * 10, consumption_tenths(composition)), 0))


def is_first_quartile(monthly_cents: Cents, composition: Composition, *, territory: str, on: date) -> bool | None:
    """Whether the household is of the first quartile (CCH L441-1); none when its territory has no value that day."""
    threshold = first_quartile_threshold(territory, on)
    if threshold is None:
        return None
    return yearly_per_unit(monthly_cents, composition) <= cents_from_decimal(threshold.value)


def _compute(case: Case) -> Result:
    composition = Composition(
        adults=case.count("adults"), dependants=case.count("dependants"), under_14=case.count("under_14")
    )
    if composition.under_14 > composition.dependants:
        raise MoreChildrenThanDependants(children=composition.under_14, dependants=composition.dependants)
    monthly, on = case.cents("monthly_resources"), case.day("on")
    threshold = bareme("first_quartile").at(on, case.word("territory"))
    found = yearly_per_unit(monthly, composition)
    is_first = found <= cents_from_decimal(threshold.value)
    units = Decimal(consumption_tenths(composition)) / 10
    return Result(
        outputs={"yearly_per_unit": text_from_cents(found), "units": str(units), "first_quartile": is_first},
        explanation=(
            f"Le foyer compte {decimal_fr(units)} unité de consommation.",
            (
                f"{euros_fr(monthly)} par mois × 12 ÷ {decimal_fr(units)} = {euros_fr(found)} par an et par unité, "
                f"pour un seuil de {euros_fr(cents_from_decimal(threshold.value))} le {day_fr(on)}."
            ),
            "Il est dans le premier quartile." if is_first else "Il est au-dessus du premier quartile.",
            f"Texte\u00a0: {FIRST_QUARTILE.reference}.",
        ),
        values=(threshold,),
    )


FIRST_QUARTILE = Rule(
    name="first-quartile",
    version=1,
    title="Premier quartile des ressources des demandeurs",
    reference="CCH, art. L441-1",
    period=Period(last_day=date(2026, 12, 31), note="seuil fictif de démonstration, à remplacer par l’arrêté"),
    inputs=(
        Field(name="monthly_resources", kind=Kind.AMOUNT, label="ressources du foyer", unit="€ par mois"),
        Field(name="adults", kind=Kind.COUNT, label="adultes", least=1, most=20),
        Field(name="dependants", kind=Kind.COUNT, label="personnes à charge", most=30),
        Field(name="under_14", kind=Kind.COUNT, label="dont moins de quatorze ans", most=30),
        Field(name="territory", kind=Kind.CHOICE, label="territoire du seuil", choices=("IDF",)),
        Field(name="on", kind=Kind.DAY, label="jour de l’attribution"),
    ),
    outputs=(
        Field(name="yearly_per_unit", kind=Kind.AMOUNT, label="ressources par unité de consommation", unit="€ par an"),
        Field(name="units", kind=Kind.NUMBER, label="unités de consommation"),
        Field(name="first_quartile", kind=Kind.FLAG, label="premier quartile"),
    ),
    example={
        "monthly_resources": "1500.00",
        "adults": 2,
        "dependants": 1,
        "under_14": 1,
        "territory": "IDF",
        "on": "2026-11-23",
    },
    example_answer={"yearly_per_unit": "10000.00", "units": "1.8", "first_quartile": True},
    compute=_compute,
    baremes=("first_quartile",),
)
