"""Yearly revision of the rent by the IRL (CCH L442-1: the index is a ceiling, the landlord votes the rate)."""

from decimal import Decimal
from fractions import Fraction

from palier.foundation.baremes import Value, bareme
from palier.foundation.money import Cents, decimal_fr, euros_fr, half_up, rounded_quotient, text_from_cents
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule


def revised_rent(*, rent_cents: Cents, reference: Decimal, new: Decimal) -> Cents:
    """The highest revised rent in cents: rent × new index ÷ reference index, half-up to the cent.

    The percentage is for display only: a rent is never computed from it.
    """
    # Whole numbers: a campaign asks this of the whole stock.
    above, below = new.as_integer_ratio()
    reference_above, reference_below = reference.as_integer_ratio()
    return rounded_quotient(rent_cents * above * reference_below, below * reference_above)


def revision_percent(*, reference: Decimal, new: Decimal) -> Decimal:
    """The variation of the index in percent, two decimals."""
    return half_up((Fraction(new) / Fraction(reference) - 1) * 100)


def published(index: Decimal) -> Value | None:
    """The latest quarter for which INSEE published that index, when Palier knows it."""
    quarters = [value for value in bareme("irl").all_values() if value.value == index]
    return quarters[-1] if quarters else None


def _told(index: Decimal, quarter: Value | None) -> str:
    if quarter is None:
        return f"L’indice {decimal_fr(index)} n’est pas dans la table des IRL de Palier\u00a0: vérifiez-le à l’INSEE."
    return f"L’indice {decimal_fr(index)} est un IRL publié ({quarter.reference})."


def _compute(case: Case) -> Result:
    rent, reference, new = case.cents("rent"), case.number("irl_reference"), case.number("irl_new")
    revised = revised_rent(rent_cents=rent, reference=reference, new=new)
    percent = revision_percent(reference=reference, new=new)
    known = [published(reference), published(new)]
    sign = "+" if percent > 0 else ""
    return Result(
        outputs={"rent": text_from_cents(revised), "percent": str(percent)},
        explanation=(
            (
                f"{euros_fr(rent)} × {decimal_fr(new)} ÷ {decimal_fr(reference)} = {euros_fr(revised)}, "
                "arrondi au centime le plus proche."
            ),
            (
                f"L’indice de référence des loyers varie de {sign}{decimal_fr(percent)}\u00a0% "
                "entre les deux trimestres. C’est un maximum\u00a0: le bailleur peut voter moins."
            ),
            _told(reference, known[0]),
            _told(new, known[1]),
            f"Texte\u00a0: {RENT_REVISION.reference}.",
        ),
        values=tuple(value for value in known if value),
    )


RENT_REVISION = Rule(
    name="rent-revision",
    version=1,
    title="Révision annuelle du loyer par l’IRL",
    reference="CCH, art. L442-1 (loyers pratiqués) et L353-9-2 (loyers maximaux), au 1er janvier, IRL du 2e trimestre",
    period=Period(note="IRL connus du 1er trimestre 2015 au 2e trimestre 2026"),
    inputs=(
        Field(name="rent", kind=Kind.AMOUNT, label="loyer avant révision", unit="€ par mois"),
        Field(name="irl_reference", kind=Kind.NUMBER, label="IRL de référence", unit="indice", above_zero=True),
        Field(name="irl_new", kind=Kind.NUMBER, label="nouvel IRL", unit="indice", above_zero=True),
    ),
    outputs=(
        Field(name="rent", kind=Kind.AMOUNT, label="loyer révisé au plus", unit="€ par mois"),
        Field(name="percent", kind=Kind.PERCENT, label="variation de l’indice", unit="%"),
    ),
    example={"rent": "411.77", "irl_reference": "145.17", "irl_new": "146.68"},
    example_answer={"rent": "416.05", "percent": "1.04"},
    compute=_compute,
    baremes=("irl",),
)
