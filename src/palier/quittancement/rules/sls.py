"""Supplément de loyer de solidarité (CCH L441-3 s., R441-19 s.): what a household over the ceilings owes a month."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from palier.demandes.rules.category import LAST_CATEGORY
from palier.demandes.rules.ceiling import BAREMES, ZONES_FR, Ceiling, income_ceiling
from palier.foundation.baremes import Value, bareme
from palier.foundation.money import Cents, cents_from_decimal, decimal_fr, euros_fr, text_from_cents
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

ZONES = ("1bis", "1", "2", "3")
# The financings that owe a supplement, with the ceiling that each is held against.
FINANCINGS = {"PLUS": "PLUS", "PLUS_CD": "PLUS", "PLAI": "PLAI", "PLS": "PLS", "HLMO": "PLUS", "PLA": "PLUS"}
_NONE = Decimal("0.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement:
    """The supplement of a month, in cents, with the overrun and the coefficient that gave it.

    `full_cents` is what the coefficient gives before the cap of 30 % of resources.
    """

    overrun_percent: int
    coefficient: Decimal
    cents: Cents
    full_cents: Cents
    capped: bool


def overrun_percent(*, income_cents: Cents, ceiling_cents: Cents) -> int:
    """By how many whole percents resources exceed the ceiling; 0 under it (R441-21)."""
    return max(0, income_cents * 100 // ceiling_cents - 100)


def overrun_coefficient(percent: int, *, year: int) -> Decimal:
    """The CDPR of R441-21: none under 20 %, then 0.06 a point to 59 %, 0.08 to 149 %, 0.10 beyond.

    The figures are the bareme's (`sls_scale`). Raises OutsideBareme.
    """
    first, second, third = (int(scale(name, year=year)) for name in ("seuil", "seuil_2", "seuil_3"))
    if percent < first:
        return _NONE
    coefficient = scale("premier", year=year) + scale("point", year=year) * (min(percent, second - 1) - first)
    coefficient += scale("point_2", year=year) * max(0, min(percent, third - 1) - (second - 1))
    return coefficient + scale("point_3", year=year) * max(0, percent - (third - 1))


def scale(name: str, *, year: int) -> Decimal:
    """A figure of the scale that year: a threshold, a coefficient, the share of resources. Raises OutsideBareme."""
    return bareme("sls_scale").at(date(year, 1, 1), name).value


def supplement_due(
    *,
    income_cents: Cents,
    ceiling_cents: Cents,
    floor_area_m2: Decimal,
    rate_per_m2: Decimal,
    base_rent_cents: Cents,
    year: int,
) -> Supplement:
    """The supplement of a month: rate × floor area × coefficient, half-up to the cent.

    `income_cents` a year, `base_rent_cents` a month. Rent and supplement together stop at 30 % of a twelfth of the
    resources (L441-4); the cap is cut to the cent below, for the sum must not pass it.
    """
    percent = overrun_percent(income_cents=income_cents, ceiling_cents=ceiling_cents)
    coefficient = overrun_coefficient(percent, year=year)
    full = full_supplement(floor_area_m2=floor_area_m2, rate_per_m2=rate_per_m2, coefficient=coefficient)
    share = int(scale("part_des_ressources", year=year))
    room = max(0, income_cents * share // 1200 - base_rent_cents)
    return Supplement(
        overrun_percent=percent,
        coefficient=coefficient,
        cents=min(full, room),
        full_cents=full,
        capped=full > room,
    )


def full_supplement(*, floor_area_m2: Decimal, rate_per_m2: Decimal, coefficient: Decimal) -> Cents:
    """Rate × floor area × coefficient in cents a month, rounded once, before any cap."""
    return cents_from_decimal(Fraction(rate_per_m2) * Fraction(floor_area_m2) * Fraction(coefficient))


def reference_rate(*, zone: str, year: int) -> Value:
    """The reference supplement per m² of the zone that year. Raises OutsideBareme."""
    return bareme("sls_reference").at(date(year, 1, 1), zone)


def provisional_coefficient(*, year: int) -> Value:
    """R441-26: the coefficient of those who do not answer after the formal notice. Raises OutsideBareme."""
    return bareme("sls_silence").at(date(year, 1, 1), "coefficient")


def largest_fee_cents(*, year: int) -> Cents:
    """The most that a file may cost those who do not answer (L441-9), in cents. Raises OutsideBareme."""
    return cents_from_decimal(bareme("sls_silence").at(date(year, 1, 1), "frais").value)


def _compute(case: Case) -> Result:
    year, zone = case.count("year"), case.word("zone_sls")
    ceiling = income_ceiling(
        financing=case.word("financing"),
        zone=case.word("ceiling_zone"),
        category=case.count("category"),
        extra_people=case.count("extra_people"),
        year=year,
    )
    given = case.gives("rate_per_m2")
    table = None if given else reference_rate(zone=zone, year=year)
    rate = case.number("rate_per_m2") if table is None else table.value
    income, area, rent = case.cents("income"), case.number("floor_area_m2"), case.cents("base_rent")
    found = supplement_due(
        income_cents=income,
        ceiling_cents=ceiling.cents,
        floor_area_m2=area,
        rate_per_m2=rate,
        base_rent_cents=rent,
        year=year,
    )
    return Result(
        outputs={
            "overrun_percent": found.overrun_percent,
            "coefficient": str(found.coefficient),
            "supplement": text_from_cents(found.cents),
            "capped": found.capped,
        },
        explanation=_told(found, income=income, ceiling=ceiling, area=area, rate=rate, rent=rent),
        values=(*ceiling.values, *((table,) if table else ())),
    )


def _told(
    found: Supplement, *, income: Cents, ceiling: Ceiling, area: Decimal, rate: Decimal, rent: Cents
) -> tuple[str, ...]:
    text = f"Texte\u00a0: {SLS.reference}."
    passed = (
        f"Les ressources du foyer sont de {euros_fr(income)} par an, le plafond de {euros_fr(ceiling.cents)}\u00a0: "
        f"elles le dépassent de {found.overrun_percent}\u00a0%."
    )
    if not found.coefficient:
        return (passed, "Sous 20\u00a0% de dépassement, aucun supplément n’est dû.", text)
    worked = (
        f"{decimal_fr(rate)}\u00a0€ le m² × {decimal_fr(area)}\u00a0m² × {decimal_fr(found.coefficient)} "
        f"= {euros_fr(found.full_cents)} par mois."
    )
    if not found.capped:
        return (passed, worked, text)
    cap = (
        f"Loyer ({euros_fr(rent)}) et supplément ne peuvent pas dépasser 30\u00a0% des ressources\u00a0: le supplément "
        f"s’arrête à {euros_fr(found.cents)}."
    )
    return (passed, worked, cap, text)


SLS = Rule(
    name="sls",
    version=1,
    title="Supplément de loyer de solidarité",
    reference="CCH, art. L441-3, L441-4 et R441-21",
    period=Period(
        first_day=date(2009, 1, 1),
        last_day=date(2026, 12, 31),
        note="supplément de référence connu en 2009 et 2026, à donner pour les autres années",
    ),
    inputs=(
        Field(name="financing", kind=Kind.CHOICE, label="financement du logement", choices=tuple(BAREMES)),
        Field(name="zone_sls", kind=Kind.CHOICE, label="zone du supplément de loyer", choices=ZONES),
        Field(name="ceiling_zone", kind=Kind.CHOICE, label="zone du plafond", choices=tuple(ZONES_FR)),
        Field(name="category", kind=Kind.COUNT, label="catégorie de ménage", least=1, most=LAST_CATEGORY),
        Field(name="extra_people", kind=Kind.COUNT, label="personnes au-delà de la catégorie 6", most=50),
        Field(name="income", kind=Kind.AMOUNT, label="revenu fiscal de référence N-2 du foyer", unit="€ par an"),
        Field(name="floor_area_m2", kind=Kind.AREA, label="surface habitable", unit="m²", above_zero=True),
        Field(name="base_rent", kind=Kind.AMOUNT, label="loyer principal", unit="€ par mois"),
        Field(name="year", kind=Kind.YEAR, label="année", least=1900, most=2999),
        Field(
            name="rate_per_m2",
            kind=Kind.NUMBER,
            label="supplément de référence, s’il remplace le barème",
            unit="€ par m²",
            above_zero=True,
            optional=True,
        ),
    ),
    outputs=(
        Field(name="overrun_percent", kind=Kind.COUNT, label="dépassement du plafond", unit="%"),
        Field(name="coefficient", kind=Kind.NUMBER, label="coefficient de dépassement du plafond"),
        Field(name="supplement", kind=Kind.AMOUNT, label="supplément", unit="€ par mois"),
        Field(name="capped", kind=Kind.FLAG, label="arrêté à 30\u00a0% des ressources"),
    ),
    example={
        "financing": "PLUS",
        "zone_sls": "1",
        "ceiling_zone": "idf",
        "category": 2,
        "extra_people": 0,
        "income": "64775.13",
        "floor_area_m2": "70.0",
        "base_rent": "500.00",
        "year": 2026,
        "rate_per_m2": "2.00",
    },
    example_answer={"overrun_percent": 61, "coefficient": "2.77", "supplement": "387.80", "capped": False},
    compute=_compute,
    baremes=("sls_reference", "sls_scale", "ceilings_plus", "ceilings_plai", "ceilings_pls"),
)
