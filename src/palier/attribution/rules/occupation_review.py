"""The three-year review of an occupation as a rule that one asks: what it is given, what it answers, its example."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from palier.attribution.rules.occupation import (
    OTHER_FINANCING,
    Answer,
    Occupation,
    examine,
    review_due,
    review_value,
)
from palier.demandes.rules.category import Household
from palier.demandes.rules.ceiling import ZONES_FR
from palier.demandes.rules.eligibility import CEILINGS
from palier.foundation.periods import day_fr
from palier.foundation.rulebook import Case, Field, Kind, Period, Result, Rule

_T = TypeVar("_T")


def _compute(case: Case) -> Result:
    on = case.day("on")
    due_on = review_due(case.day("signed_on"), on)
    occupation = Occupation(
        zone=case.word("zone"),
        financing=case.word("financing"),
        is_qpv=case.flag("qpv"),
        residents=_given(case, "residents", case.count),
        rooms=_given(case, "rooms", case.count),
        floor_area_m2=_given(case, "area", case.number),
        household=Household(
            adults=case.count("adults"),
            dependants=case.count("dependants"),
            spouses=case.flag("couple"),
        )
        if case.gives("adults") and case.gives("dependants")
        else None,
        income_cents=_given(case, "income", case.cents),
        has_senior=_given(case, "over_65", case.flag),
        is_adapted=_given(case, "adapted", case.flag),
        adapted_for_gone=_given(case, "adapted_for_gone", case.flag),
        needs_adapted=_given(case, "needs_adapted", case.flag),
        is_young_couple=_young_couple(case),
    )
    found = examine(occupation, on=on)
    answers = {each.code.lower(): each.answer.value for each in found.findings}
    sentences = [
        f"Examen dû le {day_fr(due_on)}, tous les trois ans depuis la signature du bail.",
        found.scope.sentence,
        *(each.sentence for each in found.findings),
    ]
    if found.protections:
        sentences.append(
            "Le locataire est protégé\u00a0: la sous-occupation ne met pas fin à son droit (CCH, art. L442-3-1)."
        )
    sentences.append(f"Texte\u00a0: {OCCUPATION_REVIEW.reference}.")
    return Result(
        outputs={
            "due_on": due_on.isoformat(),
            "in_scope": found.scope.answer.value,
            **answers,
            "protected": bool(found.protections),
        },
        explanation=tuple(sentences),
        values=(review_value("every_years", on), review_value(f"zone_{occupation.zone}", on)),
    )


def _given(case: Case, name: str, read: Callable[[str], _T]) -> _T | None:
    return read(name) if case.gives(name) else None


def _young_couple(case: Case) -> bool | None:
    if case.gives("young_couple"):
        return case.flag("young_couple")
    return False if case.gives("couple") and not case.flag("couple") else None


_ANSWERS = tuple(each.value for each in Answer)
OCCUPATION_REVIEW = Rule(
    name="occupation-review",
    version=2,
    title="Examen triennal de l’occupation d’un logement",
    reference="CCH, art. L442-5-2, L442-3-1, L621-2, L822-10 et R822-25",
    period=Period(first_day=date(2018, 11, 25), note="texte en vigueur et liste des zones à confirmer"),
    inputs=(
        Field(name="signed_on", kind=Kind.DAY, label="signature du bail"),
        Field(name="on", kind=Kind.DAY, label="jour de l’examen"),
        Field(name="zone", kind=Kind.CHOICE, label="zone du logement", choices=tuple(ZONES_FR)),
        Field(
            name="financing",
            kind=Kind.CHOICE,
            label="financement du logement",
            choices=(*CEILINGS, OTHER_FINANCING),
        ),
        Field(name="qpv", kind=Kind.FLAG, label="quartier prioritaire"),
        Field(name="residents", kind=Kind.COUNT, label="occupants", least=1, most=50, optional=True),
        Field(
            name="rooms", kind=Kind.COUNT, label="pièces habitables, sans la cuisine", least=1, most=30, optional=True
        ),
        Field(name="area", kind=Kind.AREA, label="surface habitable", unit="m²", optional=True),
        Field(name="adults", kind=Kind.COUNT, label="adultes", least=1, most=20, optional=True),
        Field(name="dependants", kind=Kind.COUNT, label="personnes à charge", most=30, optional=True),
        Field(name="couple", kind=Kind.FLAG, label="couple", optional=True),
        Field(name="young_couple", kind=Kind.FLAG, label="somme des âges du couple de 55 ans au plus", optional=True),
        Field(name="income", kind=Kind.AMOUNT, label="revenu fiscal de référence N-2", unit="€ par an", optional=True),
        Field(name="over_65", kind=Kind.FLAG, label="un titulaire a 65 ans ou plus", optional=True),
        Field(name="adapted", kind=Kind.FLAG, label="logement adapté", optional=True),
        Field(name="adapted_for_gone", kind=Kind.FLAG, label="la personne concernée est partie", optional=True),
        Field(name="needs_adapted", kind=Kind.FLAG, label="besoin d’un logement adapté", optional=True),
    ),
    outputs=(
        Field(name="due_on", kind=Kind.DAY, label="examen dû le"),
        Field(name="in_scope", kind=Kind.CHOICE, label="examen dû dans cette zone", choices=_ANSWERS),
        Field(name="overcrowded", kind=Kind.CHOICE, label="suroccupation", choices=_ANSWERS),
        Field(name="under_occupied", kind=Kind.CHOICE, label="sous-occupation", choices=_ANSWERS),
        Field(name="adaptation_left", kind=Kind.CHOICE, label="logement adapté libéré", choices=_ANSWERS),
        Field(name="needs_adaptation", kind=Kind.CHOICE, label="besoin d’un logement adapté", choices=_ANSWERS),
        Field(name="above_ceiling", kind=Kind.CHOICE, label="ressources au-dessus du plafond", choices=_ANSWERS),
        Field(name="protected", kind=Kind.FLAG, label="locataire protégé"),
    ),
    example={
        "signed_on": "2023-11-10",
        "on": "2026-11-10",
        "zone": "paris",
        "financing": "PLUS",
        "qpv": False,
        "residents": 1,
        "rooms": 3,
        "area": "61.00",
        "adults": 1,
        "dependants": 0,
        "income": "15000.00",
        "adapted": False,
        "needs_adapted": False,
    },
    example_answer={
        "due_on": "2026-11-10",
        "in_scope": "FOUND",
        "overcrowded": "NONE",
        "under_occupied": "FOUND",
        "adaptation_left": "NONE",
        "needs_adaptation": "NONE",
        "above_ceiling": "NONE",
        "protected": False,
    },
    compute=_compute,
    modules=(examine.__module__,),
    baremes=("occupation_review", "floor_area_minimum", "ceilings_plus", "ceilings_plai", "ceilings_pls"),
)
