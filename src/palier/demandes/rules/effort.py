"""Effort rate: the part of a household's resources that its housing takes (arrêté du 10 mars 2011)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, decimal_fr, euros_fr, half_up
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule


class NoResources(Refusal):
    """Le taux d’effort ne se calcule pas sans ressources : vérifiez-les, ou notez « sans ressources » au dossier."""


class BenefitAboveExpense(Refusal):
    """L’aide au logement ({benefit}) dépasse la dépense de logement ({expense}) : vérifiez ces montants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Housing:
    """What a dwelling costs and what the household has, in cents a month."""

    rent_cents: Cents
    annexes_cents: Cents
    charges_cents: Cents
    flat_rate_energy_cents: Cents
    housing_benefit_cents: Cents
    resources_cents: Cents

    def expense_cents(self) -> Cents:
        """Before the housing benefit."""
        return self.rent_cents + self.annexes_cents + self.charges_cents + self.flat_rate_energy_cents


def effort_rate(housing: Housing) -> Decimal:
    """In percent, two decimals. Raises NoResources and BenefitAboveExpense."""
    if housing.resources_cents == 0:
        raise NoResources
    expense = housing.expense_cents()
    if housing.housing_benefit_cents > expense:
        raise BenefitAboveExpense(benefit=euros_fr(housing.housing_benefit_cents), expense=euros_fr(expense))
    return half_up(Fraction(100 * (expense - housing.housing_benefit_cents), housing.resources_cents))


def _compute(case: Case) -> Result:
    housing = Housing(
        rent_cents=case.cents("rent"),
        annexes_cents=case.cents("annexes"),
        charges_cents=case.cents("charges"),
        flat_rate_energy_cents=case.cents("flat_rate_energy"),
        housing_benefit_cents=case.cents("housing_benefit"),
        resources_cents=case.cents("resources"),
    )
    percent = effort_rate(housing)
    left = housing.expense_cents() - housing.housing_benefit_cents
    return Result(
        outputs={"percent": str(percent)},
        explanation=(
            (
                f"Dépense de logement par mois\u00a0: loyer {euros_fr(housing.rent_cents)}, "
                f"annexes {euros_fr(housing.annexes_cents)}, charges {euros_fr(housing.charges_cents)}, "
                f"forfait d’énergie {euros_fr(housing.flat_rate_energy_cents)}, "
                f"soit {euros_fr(housing.expense_cents())}."
            ),
            (
                f"Une fois l’aide au logement de {euros_fr(housing.housing_benefit_cents)} déduite, "
                f"il reste {euros_fr(left)} à payer."
            ),
            (
                f"{euros_fr(left)} ÷ {euros_fr(housing.resources_cents)} de ressources du foyer "
                f"= {decimal_fr(percent)}\u00a0%."
            ),
            f"Texte\u00a0: {EFFORT_RATE.reference}.",
        ),
    )


def _monthly(name: str, label: str) -> Field:
    return Field(name=name, kind=Kind.AMOUNT, label=label, unit="€ par mois")


EFFORT_RATE = Rule(
    name="effort-rate",
    version=1,
    title="Taux d’effort",
    reference="arrêté du 10 mars 2011",
    period=Period(note="état du droit au 21/11/2026"),
    inputs=(
        _monthly("rent", "loyer principal"),
        _monthly("annexes", "loyer des annexes"),
        _monthly("charges", "charges récupérables et contribution aux économies d’énergie"),
        _monthly("flat_rate_energy", "forfait quand l’eau ou le chauffage sont individuels"),
        _monthly("housing_benefit", "aide au logement (APL ou AL)"),
        _monthly("resources", "ressources de toutes les personnes du foyer"),
    ),
    outputs=(Field(name="percent", kind=Kind.PERCENT, label="taux d’effort", unit="%"),),
    example={
        "rent": "411.77",
        "annexes": "28.00",
        "charges": "94.50",
        "flat_rate_energy": "0.00",
        "housing_benefit": "187.00",
        "resources": "1274.17",
    },
    example_answer={"percent": "27.25"},
    compute=_compute,
)
