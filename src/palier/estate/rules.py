"""Areas and convention rents: what a dwelling may be let for under its APL convention. No database, no clock."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from palier.foundation.money import Cents, cents_from_decimal, decimal_fr, euros_fr, half_up, text_from_cents
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

# Conventions signed before are measured in corrected area, which no rule here computes.
_USEFUL_AREA_SINCE = date(1996, 7, 1)


def useful_area(*, floor_area_m2: Decimal, annex_area_m2: Decimal) -> Decimal:
    """Useful area in m²: habitable area plus half of the annex area retained by the convention, to the hundredth."""
    return half_up(floor_area_m2 + annex_area_m2 / 2)


def convention_rent(*, useful_area_m2: Decimal, rent_per_m2_cents: Cents, coefficient: Decimal) -> Cents:
    """Monthly rent in cents under the convention: useful area × rent per m² × coefficient, half-up to the cent."""
    exact = Fraction(useful_area_m2) * Fraction(rent_per_m2_cents, 100) * Fraction(coefficient)
    return cents_from_decimal(exact)


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

RULES: tuple[Rule, ...] = (USEFUL_AREA, CONVENTION_RENT)
