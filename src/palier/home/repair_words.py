"""A repair in plain words: where it stands, what was promised, whom to call when there is danger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.timezone import localtime
from django.utils.translation import gettext

from palier.estate.landlord import landlord_facts
from palier.maintenance.delays import Delays
from palier.maintenance.guide import Problem
from palier.maintenance.queries.tenant import OwnPromise, OwnRepair, OwnStep
from palier.maintenance.words import (
    CLOSINGS,
    COMPLAINTS,
    EQUIPMENT,
    GAS_NUMBER,
    MOVES,
    PLACES,
    RATINGS,
    RESCUE_NUMBER,
    STEPS,
    SYMPTOMS,
    TRADES,
    WISHES,
)
from palier.web import words
from palier.web.components import LifeEvent, Step, StepState

# Which dangers go with which family of troubles: those come first.
_LIKELY: Final[dict[str, tuple[str, ...]]] = {
    "WATER": ("WATER",),
    "HEAT": ("GAS",),
    "POWER": ("SPARKS",),
    "LIFT": ("STUCK",),
    "DOORS": ("FALL",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """What to do first, and the number to dial."""

    danger: str
    said: str
    number: str

    @property
    def link(self) -> str:
        return "tel:" + "".join(sign for sign in self.number if sign.isdigit() or sign == "+")


def emergencies(figures: Delays, *, category: str = "", danger: str = "") -> list[Emergency]:
    """What to do in each danger, those of the category alone when it has any, or the one that was told."""
    landlord = figures.emergency_phone or landlord_facts().phone
    gas = gettext("Ça sent le gaz\u00a0: ouvrez, sortez, n’allumez rien. Appelez du dehors.")
    sparks = gettext("Fumée ou étincelles\u00a0: coupez le disjoncteur, éloignez-vous, appelez.")
    stuck = gettext("Quelqu’un est bloqué dans l’ascenseur\u00a0: appuyez sur la cloche, puis appelez.")
    water = gettext("L’eau coule\u00a0: fermez le robinet d’arrêt, puis appelez.")
    fall = gettext("Quelque chose peut tomber\u00a0: éloignez les passants, puis appelez.")
    every = [
        Emergency(danger="GAS", said=gas, number=GAS_NUMBER),
        Emergency(danger="SPARKS", said=sparks, number=RESCUE_NUMBER),
        Emergency(danger="STUCK", said=stuck, number=landlord),
        Emergency(danger="WATER", said=water, number=landlord),
        Emergency(danger="FALL", said=fall, number=landlord),
    ]
    wanted = (danger,) if danger else _LIKELY.get(category, tuple(each.danger for each in every))
    return [each for each in every if each.danger in wanted]


def title(equipment: str, symptom: str) -> str:
    """« Robinet, mitigeur : fuit »."""
    said = lowered(SYMPTOMS[symptom])
    return gettext("%(what)s\u00a0: %(trouble)s") % {"what": gettext(EQUIPMENT[equipment]), "trouble": said}


def place(code: str) -> str:
    return gettext("Chez vous") if code == "DWELLING" else gettext(PLACES[code])


def lowered(label: str) -> str:
    """A label in the middle of a sentence."""
    said = gettext(label)
    return said[:1].lower() + said[1:]


def who_comes(problem: Problem) -> str:
    """Who answers, told before anything is sent."""
    if problem.trade == "LODGE":
        return gettext("Votre gardien s’en occupe.")
    return gettext("Votre agence vous répond et choisit qui vient\u00a0: %(trade)s.") % {
        "trade": lowered(TRADES[problem.trade])
    }


def moment(at: datetime) -> str:
    """« mardi 24 novembre à 10 h »."""
    return gettext("%(day)s à %(hour)s") % {"day": words.day_long(localtime(at).date()), "hour": words.hour(at)}


def between(starts_at: datetime, ends_at: datetime) -> str:
    """« mardi 24 novembre, de 8 h à 12 h »."""
    return gettext("%(day)s, de %(start)s à %(end)s") % {
        "day": words.day_long(localtime(starts_at).date()),
        "start": words.hour(starts_at),
        "end": words.hour(ends_at),
    }


def will_answer(due_on: date) -> str:
    """One promise, in the same words wherever it is read."""
    return gettext("Nous répondons avant la fin du %(day)s.") % {"day": words.day_long(due_on)}


def late(due_on: date) -> str:
    """An answer that did not come on its day."""
    return gettext(
        "Notre réponse était promise pour le %(day)s. Elle est en retard, et nous vous en demandons pardon."
    ) % {"day": words.day_long(due_on)}


def standing(repair: OwnRepair, *, on: date) -> str:
    """Where it stands, in one sentence."""
    if repair.state == "CLOSED":
        if repair.closing == "DUPLICATE":
            return gettext("Déjà signalé\u00a0: suivi avec une autre de vos demandes.")
        return gettext("Terminé\u00a0: %(how)s.") % {"how": lowered(CLOSINGS[repair.closing])}
    if repair.visit_starts_at and repair.visit_ends_at:
        return gettext("Rendez-vous le %(when)s.") % {"when": between(repair.visit_starts_at, repair.visit_ends_at)}
    if repair.proposed:
        return gettext("Choisissez un rendez-vous.")
    if repair.state == "ASSIGNED" and repair.repair_on:
        return gettext("Réparation promise avant la fin du %(day)s.") % {"day": words.day_long(repair.repair_on)}
    if repair.answer_by and localtime(repair.answer_by).date() < on:
        return late(localtime(repair.answer_by).date())
    if repair.answer_by:
        return f"{gettext('Reçu.')} {will_answer(localtime(repair.answer_by).date())}"
    return gettext("Reçu.")


def promised(promise: OwnPromise, *, on: date) -> str:
    """What is owed, in one sentence: who comes when, an answer or a repair by a day."""
    if promise.kind == "VISIT" and promise.starts_at and promise.ends_at:
        return gettext("Rendez-vous le %(when)s.") % {"when": between(promise.starts_at, promise.ends_at)}
    if promise.kind == "ANSWER" and promise.due_on < on:
        return late(promise.due_on)
    if promise.kind == "REPAIR":
        return gettext("Réparation promise avant la fin du %(day)s.") % {"day": words.day_long(promise.due_on)}
    return will_answer(promise.due_on)


def stairs(repair: OwnRepair) -> list[Step]:
    """The four landings of a request."""
    reached = 4 if repair.state == "CLOSED" else 2 if repair.state == "ASSIGNED" else 1
    if repair.state != "CLOSED" and repair.visit_starts_at:
        reached = 3
    labels = (gettext("Reçue"), gettext("Confiée"), gettext("Rendez-vous"), gettext("Terminée"))
    return [
        Step(
            label=label,
            state=StepState.DONE if rank < reached else StepState.NOW if rank == reached else StepState.TODO,
        )
        for rank, label in enumerate(labels, start=1)
    ]


_DETAILS: Final = {**TRADES, **CLOSINGS, **WISHES, **MOVES, **RATINGS, **COMPLAINTS}


def events(steps: Sequence[OwnStep]) -> list[LifeEvent]:
    """What happened, each step with its day, the latest first."""
    return [
        LifeEvent(
            when=words.capital(moment(step.at)),
            title=gettext(STEPS[step.kind]),
            text=gettext(_DETAILS[step.detail]) if step.detail else "",
            new=rank == 0,
        )
        for rank, step in enumerate(steps)
    ]
