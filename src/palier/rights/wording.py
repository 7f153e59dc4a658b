"""Requests told from their codes: to the person in their space, by letter, to the DPO on the desk.

In French; in their own space, in the person’s language. Articles of law keep their French names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.timezone import localtime
from django.utils.translation import gettext

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
    "Cette réponse ne vous convient pas\u202f? Vous pouvez écrire à la CNIL, 3 place de Fontenoy, TSA 80715, "
    "75334 Paris cedex 07, ou saisir le juge (RGPD, art. 77 et 79)."
)
_ANSWERED: Final = "Réponse donnée le %(day)s"
_LATE: Final = "En retard\u00a0: la réponse était due le %(day)s"
_DUE: Final = "Réponse due avant le %(day)s inclus"
_READING: Final = "Lecture du %(day)s à %(hour)s, %(purpose)s."
_ABOUT: Final = "Données concernées\u00a0: %(data)s."
_RECEIVED: Final = "Demande reçue %(channel)s, %(proof)s."
_MORE_TIME: Final = "Nous avons besoin de plus de temps, car %(reason)s."
_NEW_DAY: Final = "Nous vous répondrons avant le %(day)s inclus (RGPD, art. 12-3)."
_YOU: Final = "Vous"
_RECEIPT: Final = "Accusé de réception"
_WELL_RECEIVED: Final = "Votre demande est bien reçue, et confiée à la personne chargée de la protection des données."
_DPO: Final = "La personne chargée de la protection des données"
_STEPS: Final = {
    "PREPARED": "La copie de votre dossier est prête.",
    "HANDED_OVER": "La copie de votre dossier vous a été remise.",
    "LIFTED": "Le gel de vos données est levé.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of the thread: who speaks, when, in which sentences."""

    who: str
    at: datetime
    sentences: tuple[str, ...]
    is_ours: bool


def title(asked: RequestRow) -> str:
    """« Question sur une lecture », « Demande d’accès », « Demande de limitation »."""
    return gettext(_title(asked.kind))


def _title(kind: str) -> str:
    if kind == "READING":
        return WORDS["READING"].label
    label = KIND_LABELS[kind]
    return f"Demande d’{label}" if label[0] in "aeiou" else f"Demande de {label}"


def words_told() -> Iterator[str]:
    """Every sentence of a request and of its answer: for who translates them."""
    yield from (_ANSWERED, _LATE, _DUE, _READING, _ABOUT, _RECEIVED, _MORE_TIME, _NEW_DAY, REMEDY)
    yield from (_YOU, _RECEIPT, _WELL_RECEIVED, _DPO)
    yield from (_title(kind) for kind in KIND_LABELS)
    yield from (_wish(kind) for kind in KIND_LABELS)
    yield from (motive.sentence for motive in MOTIVES.values())
    yield from (sentence.text for sentence in SENTENCES.values())
    yield from filter(None, IDENTITY_SENTENCES.values())
    for listed in (EXTENSION_REASONS, CHANNELS, PROOFS, _DECIDED, _STEPS):
        yield from listed.values()


def _wish(kind: str) -> str:
    return f"Je souhaite {_mine(WORDS[kind].plain_words)}"


def state(asked: RequestRow, *, on: date) -> str:
    """Where the request stands, for the person: an honest state, late when it is late."""
    if asked.answered_at is not None:
        return gettext(_ANSWERED) % {"day": day_fr(localtime(asked.answered_at).date())}
    if days_left(asked.due_on, on=on) < 0:
        return gettext(_LATE) % {"day": day_fr(asked.due_on)}
    return gettext(_DUE) % {"day": day_fr(asked.due_on)}


def request_sentences(asked: RequestRow) -> tuple[str, ...]:
    """What was asked, as the thread opens with it."""
    said = []
    if asked.reading_at is not None:
        purpose = gettext(PURPOSES[asked.reading_purpose].plain_words) if asked.reading_purpose in PURPOSES else ""
        day = day_fr(localtime(asked.reading_at).date())
        said.append(gettext(_READING) % {"day": day, "hour": hour_fr(asked.reading_at), "purpose": purpose})
    else:
        said.append(f"{gettext(_wish(asked.kind))} ({WORDS[asked.kind].article}).")
    if asked.reason:
        said.append(gettext(REASON_LABELS[asked.reason]))
    if asked.about:
        said.append(gettext(_ABOUT) % {"data": ", ".join(gettext(each) for each in labels_of(asked.about))})
    if asked.channel != "ONLINE":
        channel, proof = gettext(CHANNELS[asked.channel]), gettext(PROOFS[asked.identity_proof])
        said.append(gettext(_RECEIVED) % {"channel": channel, "proof": proof})
    return tuple(said)


def step_sentences(step: StepRow) -> tuple[str, ...]:
    """What a step says to the person."""
    if step.kind == "EXTENDED" and step.due_on is not None:
        return (
            gettext(_MORE_TIME) % {"reason": gettext(EXTENSION_REASONS[step.reason])},
            gettext(_NEW_DAY) % {"day": day_fr(step.due_on)},
        )
    if step.kind == "ANSWERED":
        return (*_answer(step), gettext(REMEDY))
    return (gettext(_STEPS[step.kind]),)


def _answer(step: StepRow) -> tuple[str, ...]:
    motive = MOTIVES.get(step.motive)
    because = (f"{gettext(motive.sentence)} ({motive.article})",) if motive is not None else ()
    identity = IDENTITY_SENTENCES.get(step.identity)
    return (
        gettext(_DECIDED[step.decision]),
        *because,
        *(gettext(SENTENCES[code].text) for code in step.sentences if code in SENTENCES),
        *((gettext(identity),) if identity else ()),
    )


def thread(asked: RequestRow, steps: Sequence[StepRow]) -> list[Said]:
    """The whole exchange, in order."""
    opening = Said(
        who=gettext(_YOU), at=localtime(asked.received_at), sentences=request_sentences(asked), is_ours=False
    )
    received = Said(
        who=gettext(_RECEIPT),
        at=localtime(asked.received_at),
        sentences=(gettext(_WELL_RECEIVED),),
        is_ours=True,
    )
    answers = [
        Said(
            who=gettext(_DPO),
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
