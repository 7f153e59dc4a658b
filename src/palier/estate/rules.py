"""Areas and convention rents: what a dwelling may be let for under its APL convention. No database, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from palier.foundation.baremes import OutsideBareme, Value, bareme
from palier.foundation.money import Cents, cents_from_decimal, decimal_fr, euros_fr, half_up, text_from_cents
from palier.foundation.periods import day_fr
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

# Conventions signed before are measured in corrected area, which no rule here computes.
_USEFUL_AREA_SINCE = date(1996, 7, 1)
# L353-9-2 holds since 2010; the IRL of the second quarter of 2015, the first known here, gives the maximum of 2016.
_INDEXED_SINCE = date(2016, 1, 1)


def useful_area(*, floor_area_m2: Decimal, annex_area_m2: Decimal) -> Decimal:
    """Useful area in m²: habitable area plus half of the annex area retained by the convention, to the hundredth."""
    return half_up(floor_area_m2 + annex_area_m2 / 2)


def convention_rent(*, useful_area_m2: Decimal, rent_per_m2_cents: Cents, coefficient: Decimal) -> Cents:
    """Monthly rent in cents under the convention: useful area × rent per m² × coefficient, half-up to the cent."""
    exact = Fraction(useful_area_m2) * Fraction(rent_per_m2_cents, 100) * Fraction(coefficient)
    return cents_from_decimal(exact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexing:
    """The two IRL between which a maximum goes from the day it is stated to another."""

    reference: Value
    new: Value


def indexing(valued_on: date, *, on: date) -> Indexing | None:
    """The IRL of the second quarter before each of the two years; None when one is not known.

    A maximum is revised on 1 January by the IRL of the second quarter of the year before (CCH L353-9-2, since
    1 January 2010, conventions already running included): from year to year the quotients reduce to these two.
    """
    irl = bareme("irl")
    try:
        reference, new = (irl.at(date(day.year - 1, 4, 1), "france") for day in (valued_on, on))
    except OutsideBareme:
        return None
    return Indexing(reference=reference, new=new)


def highest_rent_on(
    *,
    useful_area_m2: Decimal,
    rent_per_m2_cents: Cents,
    coefficient: Decimal,
    valued_on: date | None,
    on: date,
) -> Cents:
    """The convention's maximum in force that day, in cents a month: indexed, then rounded once, half-up to the cent.

    A maximum without its day, or of a year whose index is not known, is taken as it stands: the tenant's side.
    """
    index = indexing(valued_on, on=on) if valued_on is not None else None
    exact = Fraction(useful_area_m2) * Fraction(rent_per_m2_cents, 100) * Fraction(coefficient)
    if index is not None:
        exact = exact * Fraction(index.new.value) / Fraction(index.reference.value)
    return cents_from_decimal(exact)


def known_indexings(*, on: date) -> Mapping[int, tuple[Decimal, Decimal]]:
    """For the year of each maximum that can be brought to that day: the new IRL and its reference."""
    years = {value.first_day.year + 1 for value in bareme("irl").all_values() if value.first_day.month == 4}
    found = {year: indexing(date(year, 1, 1), on=on) for year in sorted(years)}
    return {year: (index.new.value, index.reference.value) for year, index in found.items() if index is not None}


def _useful_area(case: Case) -> Result:
    floor, annex = case.number("floor_area_m2"), case.number("annex_area_m2")
    area = useful_area(floor_area_m2=floor, annex_area_m2=annex)
    return Result(
        outputs={"useful_area_m2": str(area)},
        explanation=(
            (
                f"La surface utile compte la surface habitable, {decimal_fr(floor)}\u00a0m², "
                f"et la moitié des annexes retenues par la convention, {decimal_fr(annex)}\u00a0m²."
            ),
            (
                f"{decimal_fr(floor)} + {decimal_fr(annex)} ÷ 2 = {decimal_fr(area)}\u00a0m², "
                "arrondi au centième le plus proche."
            ),
            f"Texte\u00a0: {USEFUL_AREA.reference}.",
        ),
    )


def _convention_rent(case: Case) -> Result:
    area, rate, coefficient = case.number("useful_area_m2"), case.cents("rent_per_m2"), case.number("coefficient")
    rent = convention_rent(useful_area_m2=area, rent_per_m2_cents=rate, coefficient=coefficient)
    return Result(
        outputs={"rent": text_from_cents(rent)},
        explanation=(
            (
                "Le loyer mensuel de la convention est la surface utile multipliée par le loyer au mètre carré "
                "et par le coefficient du logement."
            ),
            (
                f"{decimal_fr(area)}\u00a0m² × {euros_fr(rate)} × {decimal_fr(coefficient)} "
                f"= {euros_fr(rent)} par mois, arrondi au centime le plus proche."
            ),
            f"Texte\u00a0: {CONVENTION_RENT.reference}.",
        ),
    )


def _maximum(case: Case) -> Result:
    area, rate, coefficient = case.number("useful_area_m2"), case.cents("rent_per_m2"), case.number("coefficient")
    valued_on, on = case.day("valued_on"), case.day("on")
    rent = highest_rent_on(
        useful_area_m2=area, rent_per_m2_cents=rate, coefficient=coefficient, valued_on=valued_on, on=on
    )
    index = indexing(valued_on, on=on)
    worked = f"{decimal_fr(area)}\u00a0m² × {euros_fr(rate)} × {decimal_fr(coefficient)}"
    stated = f"Le maximum de la convention est donné au {day_fr(valued_on)}"
    if index is None:
        why = f"{stated}\u00a0; un des deux IRL manque à la table de Palier\u00a0: il est pris tel quel."
    else:
        why = (
            f"{stated} et révisé chaque 1er janvier par l’IRL du 2e trimestre de l’année d’avant, "
            f"de {decimal_fr(index.reference.value)} à {decimal_fr(index.new.value)} au {day_fr(on)}."
        )
        worked += f" × {decimal_fr(index.new.value)} ÷ {decimal_fr(index.reference.value)}"
    return Result(
        outputs={"rent": text_from_cents(rent)},
        explanation=(
            why,
            f"{worked} = {euros_fr(rent)} par mois, arrondi une fois, au centime le plus proche.",
            f"Texte\u00a0: {CONVENTION_MAXIMUM.reference}.",
        ),
        values=(index.reference, index.new) if index is not None else (),
    )


USEFUL_AREA = Rule(
    name="useful-area",
    version=1,
    title="Surface utile d’un logement conventionné",
    reference="convention APL (CCH, art. L353-1 et suivants), surface utile depuis le 01/07/1996",
    period=Period(first_day=_USEFUL_AREA_SINCE, note="conventions signées depuis cette date"),
    inputs=(
        Field(name="floor_area_m2", kind=Kind.AREA, label="surface habitable", unit="m²", above_zero=True),
        Field(name="annex_area_m2", kind=Kind.AREA, label="surface des annexes retenue par la convention", unit="m²"),
    ),
    outputs=(Field(name="useful_area_m2", kind=Kind.AREA, label="surface utile", unit="m²"),),
    example={"floor_area_m2": "60.00", "annex_area_m2": "8.00"},
    example_answer={"useful_area_m2": "64.00"},
    compute=_useful_area,
)

CONVENTION_RENT = Rule(
    name="convention-rent",
    version=1,
    title="Loyer d’un logement conventionné",
    reference="convention APL (CCH, art. L353-1 et suivants)\u00a0: surface utile × loyer au m² × coefficient",
    period=Period(first_day=_USEFUL_AREA_SINCE, note="conventions signées depuis cette date"),
    inputs=(
        Field(name="useful_area_m2", kind=Kind.AREA, label="surface utile", unit="m²", above_zero=True),
        Field(name="rent_per_m2", kind=Kind.AMOUNT, label="loyer au mètre carré", unit="€ par m² et par mois"),
        Field(name="coefficient", kind=Kind.NUMBER, label="coefficient propre au logement", above_zero=True),
    ),
    outputs=(Field(name="rent", kind=Kind.AMOUNT, label="loyer mensuel", unit="€ par mois"),),
    example={"useful_area_m2": "68.40", "rent_per_m2": "6.02", "coefficient": "1.0000"},
    example_answer={"rent": "411.77"},
    compute=_convention_rent,
)

CONVENTION_MAXIMUM = Rule(
    name="convention-maximum",
    version=1,
    title="Loyer maximum de la convention, en vigueur un jour donné",
    reference="CCH, art. L353-9-2\u00a0: révisé chaque 1er janvier, IRL du 2e trimestre de l’année précédente",
    period=Period(first_day=_INDEXED_SINCE, note="maximums donnés depuis 2016, IRL connus jusqu’au T2 2026"),
    inputs=(
        *CONVENTION_RENT.inputs,
        Field(name="valued_on", kind=Kind.DAY, label="jour auquel le loyer au mètre carré est donné"),
        Field(name="on", kind=Kind.DAY, label="jour du loyer"),
    ),
    outputs=(Field(name="rent", kind=Kind.AMOUNT, label="loyer maximum", unit="€ par mois"),),
    example={
        "useful_area_m2": "68.40",
        "rent_per_m2": "6.02",
        "coefficient": "1.0000",
        "valued_on": "2025-01-01",
        "on": "2026-01-01",
    },
    example_answer={"rent": "416.05"},
    compute=_maximum,
    baremes=("irl",),
)

RULES: tuple[Rule, ...] = (USEFUL_AREA, CONVENTION_RENT, CONVENTION_MAXIMUM)
