"""Who lives together: composition, ages, income. The marginals are the published ones, whatever the dwellings."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from palier.demo.draws import Curve, curve, paired, pick, spread
from palier.demo.names import family_name, first_name
from palier.demo.targets import POOR_SHARE, POVERTY_LINE, SINGLE_PARENT_SHARE, SINGLE_SHARE


class Kind(StrEnum):
    SINGLE = "SINGLE"
    SINGLE_PARENT = "SINGLE_PARENT"
    COUPLE = "COUPLE"
    FAMILY = "FAMILY"
    # Adults without a couple: a parent and a grown child, two sisters.
    ADULTS = "ADULTS"


_REST = 1 - SINGLE_SHARE - SINGLE_PARENT_SHARE
_KINDS: tuple[tuple[Kind, float], ...] = (
    (Kind.SINGLE, SINGLE_SHARE),
    (Kind.SINGLE_PARENT, SINGLE_PARENT_SHARE),
    (Kind.COUPLE, _REST * 0.3),
    (Kind.FAMILY, _REST * 0.64),
    (Kind.ADULTS, _REST * 0.06),
)
# Numbers of children such that the mean household is the published one.
_CHILDREN_ALONE = ((1, 0.34), (2, 0.36), (3, 0.19), (4, 0.08), (5, 0.03))
_CHILDREN_TOGETHER = ((1, 0.17), (2, 0.33), (3, 0.28), (4, 0.14), (5, 0.06), (6, 0.02))

# Ages of the person of reference: half of them are over 53 once all kinds are put together.
_AGES: dict[Kind, Curve] = {
    Kind.SINGLE: curve((0, 20), (0.1, 31), (0.28, 48), (0.5, 62), (0.75, 73), (0.93, 85), (1, 98)),
    Kind.SINGLE_PARENT: curve((0, 21), (0.15, 33), (0.5, 46), (0.8, 55), (1, 67)),
    Kind.COUPLE: curve((0, 21), (0.1, 31), (0.28, 54), (0.55, 67), (0.85, 79), (1, 94)),
    Kind.FAMILY: curve((0, 23), (0.15, 36), (0.5, 47), (0.8, 57), (1, 72)),
    Kind.ADULTS: curve((0, 40), (0.3, 54), (0.6, 65), (1, 88)),
}
_AGES_OF_RESIDENCES: dict[str, Curve] = {
    "ETUDIANT": curve((0, 18), (0.8, 23), (1, 27)),
    "FJT": curve((0, 18), (0.8, 26), (1, 31)),
    "AGEES": curve((0, 65), (0.5, 78), (1, 97)),
    "EHPAD": curve((0, 70), (0.5, 86), (1, 101)),
}
_AGES_ELSEWHERE = curve((0, 20), (0.5, 46), (1, 78))

# Euros a month for one consumption unit: a third under the poverty line, a thin top.
_STANDARD_OF_LIVING = curve(
    (0, 560), (0.08, 760), (POOR_SHARE, POVERTY_LINE), (0.6, 1560), (0.8, 1960), (0.94, 2500), (1, 3300)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adult:
    """An adult of the household, with a name for the letter and one for the door."""

    title: str
    first_name: str
    last_name: str
    birth_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A household by number, before it has names. Resources in euros a month."""

    kind: Kind
    children: int
    reference_age: int
    standard_of_living: float
    # Its place among all incomes, 0 the poorest: who gets a housing benefit follows from it.
    income_share: float

    @property
    def adults(self) -> int:
        return 1 if self.kind in (Kind.SINGLE, Kind.SINGLE_PARENT) else 2

    @property
    def is_couple(self) -> bool:
        return self.kind in (Kind.COUPLE, Kind.FAMILY)

    @property
    def persons(self) -> int:
        return self.adults + self.children

    @property
    def consumption_units(self) -> float:
        """Insee's scale: 1, then 0.5 for each person of 14 or more and 0.3 for each younger one."""
        return 1 + 0.5 * (self.adults - 1) + 0.36 * self.children

    @property
    def monthly_resources(self) -> int:
        return round(self.standard_of_living * self.consumption_units)


def compositions(rng: Random, rooms: list[int]) -> list[Composition]:
    """One household a dwelling: the larger ones in the larger dwellings, more or less."""
    count = len(rooms)
    drawn = [
        _composition(rng, kind=pick(_KINDS, share), age_share=age, income_share=income)
        for share, age, income in zip(spread(rng, count), spread(rng, count), spread(rng, count), strict=True)
    ]
    match = paired(rng, [float(number) for number in rooms], [float(one.persons) for one in drawn], noise=0.7)
    return [drawn[place] for place in match]


def _composition(rng: Random, *, kind: Kind, age_share: float, income_share: float) -> Composition:
    children = 0
    if kind is Kind.SINGLE_PARENT:
        children = pick(_CHILDREN_ALONE, rng.random())
    elif kind is Kind.FAMILY:
        children = pick(_CHILDREN_TOGETHER, rng.random())
    return Composition(
        kind=kind,
        children=children,
        reference_age=int(_AGES[kind].at(age_share)),
        standard_of_living=_STANDARD_OF_LIVING.at(income_share),
        income_share=income_share,
    )


def lodgers(rng: Random, nature: str, count: int) -> list[Composition]:
    """The people of a residence that is not « logement familial »: alone, as young or old as its name says."""
    ages = _AGES_OF_RESIDENCES.get(nature, _AGES_ELSEWHERE)
    return [
        Composition(
            kind=Kind.SINGLE,
            children=0,
            reference_age=int(ages.at(age)),
            standard_of_living=_STANDARD_OF_LIVING.at(income * 0.7),
            income_share=income * 0.7,
        )
        for age, income in zip(spread(rng, count), spread(rng, count), strict=True)
    ]


def adults_of(rng: Random, composition: Composition, *, on: date) -> list[Adult]:
    """The adults of a household, the person of reference first. A couple often bears one name, not always."""
    woman = rng.random() < (0.85 if composition.kind is Kind.SINGLE_PARENT else 0.5)
    name = family_name(rng)
    reference = _adult(rng, woman=woman, last_name=name, age=composition.reference_age, on=on)
    if composition.adults == 1:
        return [reference]
    if composition.is_couple:
        shared = name if rng.random() < 0.7 else family_name(rng)
        age = max(19, composition.reference_age + round(rng.gauss(0, 4)))
        return [reference, _adult(rng, woman=not woman, last_name=shared, age=age, on=on)]
    grown = max(19, composition.reference_age - rng.randint(20, 34))
    return [reference, _adult(rng, woman=rng.random() < 0.5, last_name=name, age=grown, on=on)]


def _adult(rng: Random, *, woman: bool, last_name: str, age: int, on: date) -> Adult:
    birth_date = on - timedelta(days=age * 365 + age // 4 + rng.randrange(365))
    return Adult(
        title="MME" if woman else "M",
        first_name=first_name(rng, woman=woman, born=birth_date.year),
        last_name=last_name,
        birth_date=birth_date,
    )
