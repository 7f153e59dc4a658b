"""Réduction de loyer de solidarité (CCH L442-2-1): who has it and how much, by zone, household and date."""

from dataclasses import dataclass
from datetime import date

from palier.foundation.baremes import Status, Value, bareme
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, cents_from_decimal, euros_fr, text_from_cents
from palier.foundation.periods import day_fr
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

_DEPENDANTS_LISTED = 6


class ReductionNotEstablished(Refusal):
    """Le barème de la RLS n’est pas établi au {day} : textes non relus pour cette date, aucun montant n’est donné."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """Whether a household has the reduction, how much a month, and the ceiling that it was held against. In cents."""

    eligible: bool
    amount_cents: Cents
    ceiling_cents: Cents
    full_amount_cents: Cents
    values: tuple[Value, ...]


def solidarity_reduction(
    *, zone: int, couple: bool, dependants: int, monthly_resources_cents: Cents, on: date
) -> Reduction:
    """The reduction in force that day; due when the resources are strictly under the ceiling.

    Raises OutsideBareme, and ReductionNotEstablished where a table exists but was not read in its text: before
    2026-01-01 the movements of the ceilings are not known, and a wrong amount is worse than none.
    """
    ceilings = _values("rls_ceilings", zone, couple, dependants, on)
    amounts = _values("rls_amounts", zone, couple, dependants, on)
    values = tuple(value for value, _ in (*ceilings, *amounts))
    if any(value.status is not Status.OFFICIAL for value in values):
        raise ReductionNotEstablished(day=day_fr(on))
    ceiling, full = _total(ceilings), _total(amounts)
    eligible = monthly_resources_cents < ceiling
    return Reduction(
        eligible=eligible,
        amount_cents=full if eligible else 0,
        ceiling_cents=ceiling,
        full_amount_cents=full,
        values=values,
    )


def reduction_basis(*, zone: int, couple: bool, dependants: int) -> str:
    """« zone 2, 1 personne à charge »: the few words of a notice's line."""
    return f"zone {zone}, {_household_fr(couple, dependants)}"


def _values(name: str, zone: int, couple: bool, dependants: int, on: date) -> list[tuple[Value, int]]:
    """The values that add up, each with how many times: the row of the household, then the supplements."""
    table = bareme(name)
    # The amounts stop at one dependant and go on by supplements; the ceilings list six dependants first.
    listed = min(dependants, 1 if name == "rls_amounts" else _DEPENDANTS_LISTED)
    row = str(listed) if listed else "couple" if couple else "single"
    found = [(table.at(on, str(zone), row), 1)]
    if dependants > listed:
        found.append((table.at(on, str(zone), "extra"), dependants - listed))
    return found


def _total(parts: list[tuple[Value, int]]) -> Cents:
    return sum(cents_from_decimal(value.value) * times for value, times in parts)


def _household_fr(couple: bool, dependants: int) -> str:
    if dependants:
        return f"{dependants} personne{'s' if dependants > 1 else ''} à charge"
    return "couple" if couple else "personne seule"


def _compute(case: Case) -> Result:
    zone, dependants = int(case.word("zone")), case.count("dependants")
    couple, on = case.word("household") == "couple", case.day("on")
    resources = case.cents("monthly_resources")
    found = solidarity_reduction(
        zone=zone, couple=couple, dependants=dependants, monthly_resources_cents=resources, on=on
    )
    position = "sous le" if found.eligible else "et non sous le"
    amounts = next(value for value in found.values if value.bareme == "rls_amounts")
    ceilings = next(value for value in found.values if value.bareme == "rls_ceilings")
    verdict = (
        f"La réduction de loyer de solidarité est de {euros_fr(found.amount_cents)} par mois."
        if found.eligible
        else f"La réduction de loyer de solidarité n’est pas due ({euros_fr(0)})."
    )
    return Result(
        outputs={"eligible": found.eligible, "amount": text_from_cents(found.amount_cents)},
        explanation=(
            (
                f"Au {day_fr(on)}, en zone {zone}, {_household_fr(couple, dependants)}\u00a0: "
                f"le plafond de ressources est de {euros_fr(found.ceiling_cents)} par mois."
            ),
            f"Les ressources sont de {euros_fr(resources)} par mois, {position} plafond. {verdict}",
            f"Montants\u00a0: {amounts.reference}, depuis le {day_fr(amounts.first_day)}.",
            f"Plafonds\u00a0: {ceilings.reference}, depuis le {day_fr(ceilings.first_day)}.",
            "Texte\u00a0: CCH, art. L442-2-1.",
        ),
        values=found.values,
    )


SOLIDARITY_REDUCTION = Rule(
    name="rls",
    version=1,
    title="Réduction de loyer de solidarité",
    reference="CCH, art. L442-2-1\u00a0; arrêté du 27 février 2018 modifié",
    period=Period(first_day=date(2026, 1, 1), last_day=date(2026, 12, 31)),
    inputs=(
        Field(name="zone", kind=Kind.CHOICE, label="zone des aides au logement", choices=(1, 2, 3)),
        Field(name="household", kind=Kind.CHOICE, label="personne seule ou couple", choices=("single", "couple")),
        Field(name="dependants", kind=Kind.COUNT, label="personnes à charge", most=30),
        Field(name="monthly_resources", kind=Kind.AMOUNT, label="ressources mensuelles", unit="€ par mois"),
        Field(name="on", kind=Kind.DAY, label="jour où la réduction est demandée"),
    ),
    outputs=(
        Field(name="eligible", kind=Kind.FLAG, label="la réduction est due"),
        Field(name="amount", kind=Kind.AMOUNT, label="réduction", unit="€ par mois"),
    ),
    example={"zone": 1, "household": "single", "dependants": 0, "monthly_resources": "850.00", "on": "2026-07-01"},
    example_answer={"eligible": True, "amount": "35.99"},
    compute=_compute,
    baremes=("rls_amounts", "rls_ceilings"),
)
