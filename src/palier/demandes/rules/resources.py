"""Which yearly resources are compared with the ceiling (CCH R441-1).

The reference tax income of N-2; that of N-1, or the last twelve months, when lower by ten percent at least. The cost
of a spouse's nursing home comes off. A person who separates counts their own income alone: the facts say it already.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from palier.demandes.rules.facts import Resources
from palier.foundation.baremes import OutsideBareme, Value, bareme
from palier.foundation.money import Cents, cents_from_decimal, euros_fr, text_from_cents
from palier.foundation.periods import day_fr
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

BAREME: Final = "nursing_home"
# « Inférieures d’au moins 10 % ».
_DROP_TENTHS: Final = 9


class Basis(StrEnum):
    """Which income is retained."""

    N2 = "N2"
    N1 = "N1"
    LAST_12_MONTHS = "LAST_12_MONTHS"


BASES_FR: Final = {
    Basis.N2: "revenu fiscal de référence de l’année N-2",
    Basis.N1: "revenu fiscal de référence de l’année N-1",
    Basis.LAST_12_MONTHS: "ressources des douze derniers mois",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """The yearly resources retained, out of which income, and what came off for a nursing home."""

    cents: Cents
    basis: Basis
    deducted_cents: Cents = 0


def retained_resources(resources: Resources, on: date) -> Retained | None:
    """What is compared with the ceiling; none when the income of N-2 is missing: the law begins with it."""
    n2 = resources.n2_cents
    if n2 is None:
        return None
    cents, basis = n2, Basis.N2
    for lower, name in ((resources.n1_cents, Basis.N1), (resources.last_12_months_cents, Basis.LAST_12_MONTHS)):
        if lower is not None and 10 * lower <= _DROP_TENTHS * n2 and lower < cents:
            cents, basis = lower, name
    deducted = min(resources.nursing_home_cents, nursing_home_most(on), cents)
    return Retained(cents=cents - deducted, basis=basis, deducted_cents=deducted)


def nursing_home_most(on: date) -> Cents:
    """The most that comes off in a year; nothing before the first text known."""
    found = _nursing_home(on)
    return cents_from_decimal(found.value) if found else 0


def resources_sentences(resources: Resources, retained: Retained | None) -> tuple[str, ...]:
    """Why these resources, in French."""
    if retained is None or resources.n2_cents is None:
        return (f"Le {BASES_FR[Basis.N2]} manque\u00a0: le plafond ne se juge pas sans lui.",)
    sentences = [f"{BASES_FR[Basis.N2].capitalize()}\u00a0: {euros_fr(resources.n2_cents)}."]
    if retained.basis is not Basis.N2:
        found = euros_fr(retained.cents + retained.deducted_cents)
        sentences.append(
            f"Il a baissé d’au moins 10\u00a0%\u00a0: on retient les {BASES_FR[retained.basis]}, {found}."
            if retained.basis is Basis.LAST_12_MONTHS
            else f"Il a baissé d’au moins 10\u00a0%\u00a0: on retient le {BASES_FR[retained.basis]}, {found}."
        )
    if retained.deducted_cents:
        sentences.append(
            f"L’hébergement du conjoint en établissement se déduit pour {euros_fr(retained.deducted_cents)}."
        )
    sentences.append(f"Ressources retenues\u00a0: {euros_fr(retained.cents)} par an.")
    return tuple(sentences)


@lru_cache(maxsize=4096)
def _nursing_home(on: date) -> Value | None:
    try:
        return bareme(BAREME).at(on, "yearly")
    except OutsideBareme:
        return None


def _compute(case: Case) -> Result:
    def given(name: str) -> Cents | None:
        return case.cents(name) if case.gives(name) else None

    on = case.day("on")
    resources = Resources(
        n2_cents=case.cents("n2"),
        n1_cents=given("n1"),
        last_12_months_cents=given("last_12_months"),
        nursing_home_cents=given("nursing_home") or 0,
    )
    retained = retained_resources(resources, on)
    value = _nursing_home(on)
    if retained is None:
        raise TypeError("n2")
    return Result(
        outputs={"retained": text_from_cents(retained.cents), "basis": retained.basis.value},
        explanation=(
            *resources_sentences(resources, retained),
            f"Texte\u00a0: {RETAINED_RESOURCES.reference}, appliqué au {day_fr(on)}.",
        ),
        values=(value,) if value and retained.deducted_cents else (),
    )


RETAINED_RESOURCES = Rule(
    name="retained-resources",
    version=1,
    title="Ressources annuelles comparées au plafond",
    reference="CCH, art. R441-1\u00a0; arrêté du 29 juillet 1987 modifié",
    period=Period(note="état du droit au 21/11/2026"),
    inputs=(
        Field(name="n2", kind=Kind.AMOUNT, label="revenu fiscal de référence de N-2", unit="€ par an"),
        Field(name="n1", kind=Kind.AMOUNT, label="revenu fiscal de référence de N-1", unit="€ par an", optional=True),
        Field(
            name="last_12_months",
            kind=Kind.AMOUNT,
            label="ressources des douze derniers mois",
            unit="€ par an",
            optional=True,
        ),
        Field(
            name="nursing_home",
            kind=Kind.AMOUNT,
            label="coût de l’hébergement du conjoint en établissement",
            unit="€ par an",
            optional=True,
        ),
        Field(name="on", kind=Kind.DAY, label="jour de l’examen"),
    ),
    outputs=(
        Field(name="retained", kind=Kind.AMOUNT, label="ressources retenues", unit="€ par an"),
        Field(name="basis", kind=Kind.CHOICE, label="revenu retenu", choices=tuple(basis.value for basis in Basis)),
    ),
    example={"n2": "30000.00", "n1": "27000.00", "on": "2026-11-23"},
    example_answer={"retained": "27000.00", "basis": "N1"},
    compute=_compute,
    baremes=(BAREME,),
)
