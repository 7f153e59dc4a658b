"""What is left to live on once the dwelling is paid: no text gives the formula, the landlord's own is printed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from palier.demandes.rules.facts import Composition
from palier.demandes.rules.indicators import consumption_tenths, persons_to_house, policy
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, decimal_fr, euros_fr, half_up, text_from_cents
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

_PER_UNIT: Final = 2
_DAYS: Final = 30
_PLURAL: Final = 2


class PersonsOrUnits(Refusal):
    """Donnez « persons » ou « units », l’un des deux : le reste à vivre se divise par l’un ou par l’autre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Resources, housing cost less its benefit, and other fixed charges of the landlord's policy, in cents a month."""

    resources_cents: Cents
    cost_cents: Cents
    other_cents: Cents = 0

    def left_cents(self) -> Cents:
        """What is left a month; below zero, more goes out than comes in."""
        return self.resources_cents - self.cost_cents - self.other_cents


def living_rest(budget: Budget, divisor: Fraction) -> Cents:
    """Cents a day, per person or per unit of consumption."""
    return int(half_up(Fraction(budget.left_cents()) / divisor / _DAYS, 0))


def divisor_of(composition: Composition, on: date) -> Fraction:
    """What the landlord's policy of that day divides by: units of consumption, or all the persons to house."""
    if int(policy("rest_divisor", on).value) == _PER_UNIT:
        return Fraction(consumption_tenths(composition), 10)
    return Fraction(persons_to_house(composition))


def formula_fr(on: date) -> str:
    """What a page that shows the figure prints beside it: the policy of the landlord on that day."""
    among = "personnes à loger"
    if int(policy("rest_divisor", on).value) == _PER_UNIT:
        among = "unités de consommation (1, puis 0,5 dès 14 ans, 0,3 en dessous)"
    return f"Reste à vivre par jour\u00a0: (ressources du mois − loyer et charges) ÷ 30 jours ÷ {among}."


def _compute(case: Case) -> Result:
    if case.gives("persons") == case.gives("units"):
        raise PersonsOrUnits
    cost = case.cents("rent") + case.cents("charges") - case.cents("housing_benefit")
    budget = Budget(resources_cents=case.cents("resources"), cost_cents=cost, other_cents=case.cents("other_charges"))
    if case.gives("persons"):
        divisor = Decimal(case.count("persons"))
        among = f"personne{plural(divisor)}"
    else:
        divisor = case.number("units")
        among = f"unité{plural(divisor)} de consommation"
    found = living_rest(budget, Fraction(divisor))
    return Result(
        outputs={"per_day": text_from_cents(found)},
        explanation=(
            (
                f"Ressources {euros_fr(budget.resources_cents)}, moins le logement, aide déduite, {euros_fr(cost)}, "
                f"moins les autres charges, {euros_fr(budget.other_cents)}\u00a0: "
                f"il reste {euros_fr(budget.left_cents())} par mois."
            ),
            (
                f"{euros_fr(budget.left_cents())} ÷ {decimal_fr(divisor)} {among} ÷ 30 jours "
                f"= {euros_fr(found)} par jour."
            ),
            "Formule de l’organisme\u00a0: aucun texte n’en fixe.",
        ),
    )


def plural(number: Decimal) -> str:
    """« s » from two on, as French counts: 1,5 unité."""
    return "s" if number >= _PLURAL else ""


def _monthly(name: str, label: str) -> Field:
    return Field(name=name, kind=Kind.AMOUNT, label=label, unit="€ par mois")


LIVING_REST = Rule(
    name="living-rest",
    version=1,
    title="Reste à vivre",
    reference="politique d’attribution de l’organisme\u00a0: aucun texte n’en fixe la formule",
    period=Period(note="formule de l’organisme"),
    inputs=(
        _monthly("resources", "ressources de toutes les personnes du foyer"),
        _monthly("rent", "loyer et annexes"),
        _monthly("charges", "charges récupérables"),
        _monthly("housing_benefit", "aide au logement (APL ou AL)"),
        _monthly("other_charges", "autres charges fixes retenues par l’organisme"),
        Field(name="persons", kind=Kind.COUNT, label="personnes", least=1, most=50, optional=True),
        Field(name="units", kind=Kind.NUMBER, label="unités de consommation", above_zero=True, most=50, optional=True),
    ),
    outputs=(Field(name="per_day", kind=Kind.AMOUNT, label="reste à vivre", unit="€ par jour"),),
    example={
        "resources": "1800.00",
        "rent": "500.00",
        "charges": "100.00",
        "housing_benefit": "0.00",
        "other_charges": "0.00",
        "units": "1.5",
    },
    example_answer={"per_day": "26.67"},
    compute=_compute,
)
