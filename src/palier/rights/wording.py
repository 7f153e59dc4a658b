"""Requests told in French, from their codes: to the person in their space and by letter, to the DPO on the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.timezone import localtime

from palier.foundation.clock import hour_fr
from palier.foundation.periods import day_fr
from palier.privacy.catalogue import CATEGORIES, PURPOSES
from palier.rights.models import DECISIONS, KINDS, REASONS
from palier.rights.queries.requests import RequestRow, StepRow
from palier.rights.rules.answers import IDENTITY_SENTENCES, MOTIVES, SENTENCES, WORDS
from palier.rights.rules.clock import days_left

KIND_LABELS: Final = dict(KINDS)
REASON_LABELS: Final = dict(REASONS)
DECISION_LABELS: Final = dict(DECISIONS)
EXTENSION_REASONS: Final = {
    "COMPLEX": "votre demande est complexe",
    "MANY": "vous avez fait plusieurs demandes à la fois",
}
CHANNELS: Final = {"ONLINE": "en ligne", "COUNTER": "au guichet", "LETTER": "par courrier"}
PROOFS: Final = {
    "SESSION": "session ouverte par la personne",
    "PAPER": "pièce d’identité vue",
    "KNOWN": "personne connue de l’agence",
}
_DECIDED: Final = {
    "GRANTED": "Nous acceptons votre demande.",
    "PARTLY": "Nous acceptons une partie de votre demande.",
    "REFUSED": "Nous ne pouvons pas accepter votre demande.",
    "JUSTIFIED": "Cet accès était justifié.",
    "NOT_JUSTIFIED": "Cet accès n’était pas justifié.",
}
REMEDY: Final = (
    "Si cette réponse ne vous convient pas, vous pouvez écrire à la CNIL, 3 place de Fontenoy, TSA 80715, "
    "75334 Paris cedex 07, ou saisir le juge (RGPD, art. 77 et 79)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of the thread: who speaks, when, in which sentences."""

    who: str
    at: datetime
    sentences: tuple[str, ...]
    is_ours: bool


def title(asked: RequestRow) -> str:
    """« Question sur une lecture », « Demande d’accès », « Demande de limitation »."""
    if asked.kind == "READING":
        return WORDS["READING"].label
    label = KIND_LABELS[asked.kind]
    return f"Demande d’{label}" if label[0] in "aeiou" else f"Demande de {label}"


def state(asked: RequestRow, *, on: date) -> str:
    """Where the request stands, for the person: an honest state, late when it is late."""
    if asked.answered_at is not None:
        return f"Réponse donnée le {day_fr(localtime(asked.answered_at).date())}"
    if days_left(asked.due_on, on=on) < 0:
        return f"En retard\u00a0: la réponse était due le {day_fr(asked.due_on)}"
    return f"Réponse due avant le {day_fr(asked.due_on)} inclus"


def request_sentences(asked: RequestRow) -> tuple[str, ...]:
    """What was asked, as the thread opens with it."""
    said = []
    if asked.reading_at is not None:
        purpose = PURPOSES[asked.reading_purpose].plain_words if asked.reading_purpose in PURPOSES else ""
        day = localtime(asked.reading_at).date()
        said.append(f"Lecture du {day_fr(day)} à {hour_fr(asked.reading_at)}, {purpose}.")
    else:
        said.append(f"Je souhaite {_mine(WORDS[asked.kind].plain_words)} ({WORDS[asked.kind].article}).")
    if asked.reason:
        said.append(REASON_LABELS[asked.reason])
    if asked.about:
        said.append(f"Données concernées\u00a0: {', '.join(labels_of(asked.about))}.")
    if asked.channel != "ONLINE":
        said.append(f"Demande reçue {CHANNELS[asked.channel]}, {PROOFS[asked.identity_proof]}.")
    return tuple(said)


def step_sentences(step: StepRow) -> tuple[str, ...]:
    """What a step says to the person."""
    if step.kind == "EXTENDED" and step.due_on is not None:
        return (
            f"Nous avons besoin de plus de temps, car {EXTENSION_REASONS[step.reason]}.",
            f"Nous vous répondrons avant le {day_fr(step.due_on)} inclus (RGPD, art. 12-3).",
        )
    if step.kind == "ANSWERED":
        return (*_answer(step), REMEDY)
    return {
        "PREPARED": ("La copie de votre dossier est prête.",),
        "HANDED_OVER": ("La copie de votre dossier vous a été remise.",),
        "LIFTED": ("Le gel de vos données est levé.",),
    }[step.kind]


def _answer(step: StepRow) -> tuple[str, ...]:
    motive = MOTIVES.get(step.motive)
    because = (f"{motive.sentence} ({motive.article})",) if motive is not None else ()
    identity = IDENTITY_SENTENCES.get(step.identity, "")
    return (
        _DECIDED[step.decision],
        *because,
        *(SENTENCES[code].text for code in step.sentences if code in SENTENCES),
        *((identity,) if identity else ()),
    )


def thread(asked: RequestRow, steps: Sequence[StepRow]) -> list[Said]:
    """The whole exchange, in order."""
    opening = Said(who="Vous", at=localtime(asked.received_at), sentences=request_sentences(asked), is_ours=False)
    received = Said(
        who="Accusé de réception",
        at=localtime(asked.received_at),
        sentences=("Votre demande est bien reçue, et confiée à la personne chargée de la protection des données.",),
        is_ours=True,
    )
    answers = [
        Said(
            who="La personne chargée de la protection des données",
            at=localtime(step.at),
            sentences=step_sentences(step),
            is_ours=True,
        )
        for step in steps
    ]
    return [opening, received, *answers]


def labels_of(codes: Sequence[str]) -> list[str]:
    """The categories in the words said to the person."""
    return [CATEGORIES[code].label if code in CATEGORIES else code.lower() for code in codes]


def _mine(words: str) -> str:
    """The person speaks: « recevoir une copie de tout votre dossier » becomes « … tout mon dossier »."""
    return words.replace("votre ", "mon ").replace("vos ", "mes ")
