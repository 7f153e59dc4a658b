"""« Qui a consulté mon dossier ? »: each reading told in plain words, never with the name of whoever read.

What one function read on one day for one purpose is told as one; it opens to each reading, so that each can be asked
about.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from django.utils.timezone import localtime

from palier.agents.file_readings import FileReading
from palier.privacy.catalogue import CATEGORIES, MOTIVES, PURPOSES
from palier.privacy.declare import ROLE_LABELS, Batch, Role
from palier.web import words

# Of those who did not share anything, the caretaker saw the door and nothing else.
_SHARED: Final = "les coordonnées que vous partagez"
# The screens whose bare name would not say the act; the others are told by their name.
_ACTS: Final = {
    "compte": "votre relevé de compte",
    "bail": "la page de votre bail",
    "recherche": "une recherche où votre nom est apparu",
    "logement": "la page de votre logement",
    "avis": "un avis d’échéance",
    "avis d’échéance": "un avis d’échéance, en PDF",
    "avis du mois": "la liste des avis du mois",
    "quittancement": "le quittancement du mois",
    "export du compte": "un export de votre compte",
    "export des baux": "un export de la liste des baux",
    "export des locataires": "un export de la liste des locataires",
    "export de la résidence": "un export de la liste de votre résidence",
    "tournée": "la tournée du gardien",
    "rights export": "la copie de votre dossier",
    "copie de dossier": "la copie de votre dossier",
    "droits": "votre demande sur vos données",
    "recherche d’un demandeur": "une recherche où votre nom est apparu",
    "dossier du demandeur": "le dossier de votre demande de logement",
    "audit, baux d’une résidence": "un audit, sous un pseudonyme",
    "audit, consignes d’une résidence": "un audit, sous un pseudonyme",
    "audit, lectures une à une": "un audit, sous un pseudonyme",
    "comptes de connexion": "votre compte de connexion",
    "courriel de connexion": "un message à propos de votre compte de connexion",
    "account list": "la liste des comptes de connexion",
    "account invite": "un lien pour choisir votre mot de passe",
    "account reset": "la remise à zéro de votre second facteur",
    "account close": "la fermeture de votre compte de connexion",
    "account open": "la réouverture de votre compte de connexion",
}
_BATCHES: Final = {
    Batch.RENT.value: "Traitement du mois, sans lecture par une personne",
    Batch.MAIL.value: "Édition du courrier, sans lecture par une personne",
    Batch.IMPORT.value: "Reprise de fichiers, sans lecture par une personne",
    Batch.RETENTION.value: "Contrôle des durées, sans lecture par une personne",
    Batch.ALLOCATION.value: "Traitement des demandes de logement, sans lecture par une personne",
    Batch.LETTERS.value: "Lettres après une commission, sans lecture par une personne",
    Batch.JOURNAL.value: "Contrôle du journal des lectures",
    # A person could read: said as such.
    Batch.OPERATOR.value: "Sauvegarde ou intervention technique, par un administrateur",
    Batch.VENDOR.value: "Assistance de l’éditeur, par un technicien",
}
_BATCH: Final = "Traitement de tous les dossiers, sans lecture par une personne"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question already asked about a reading: where its thread is, what it waits for."""

    request_id: int
    said: str
    is_answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingStep:
    """One reading of a group."""

    id: int
    hour: str
    act: str
    seen: tuple[str, ...]
    question: Question | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingGroup:
    """What one function read on one day for one purpose, or a processing of everyone (`is_mass`)."""

    when: str
    title: str
    count: str
    why: str
    seen: tuple[str, ...]
    acts: tuple[str, ...]
    steps: tuple[ReadingStep, ...]
    is_new: bool
    is_mass: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The readings of a week or of a month, the newest first."""

    title: str
    groups: tuple[ReadingGroup, ...]


def whole_days(readings: Sequence[FileReading], *, limit: int) -> tuple[list[FileReading], bool]:
    """The readings of a page without a day cut in two, and whether more are left. `readings` holds one too many."""
    if len(readings) <= limit:
        return list(readings), False
    cut = localtime(readings[limit].at).date()
    whole = [reading for reading in readings[:limit] if localtime(reading.at).date() != cut]
    # A day longer than a page is cut all the same: it would never be shown.
    return (whole or list(readings[:limit])), True


def stretches(readings: Sequence[FileReading], questions: Mapping[int, Question], *, on: date) -> list[Stretch]:
    """The readings under « Ces sept derniers jours », then under their months."""
    together: dict[tuple[object, ...], list[FileReading]] = {}
    for reading in readings:
        together.setdefault(_key(reading), []).append(reading)
    titled: dict[str, list[ReadingGroup]] = {}
    for alike in together.values():
        day = localtime(alike[0].at).date()
        title = "Ces sept derniers jours" if day > on - timedelta(days=7) else words.month(day).capitalize()
        group = _group(alike, questions, on=on, is_new=not titled)
        titled.setdefault(title, []).append(group)
    return [Stretch(title=title, groups=tuple(groups)) for title, groups in titled.items()]


def _key(reading: FileReading) -> tuple[object, ...]:
    day = localtime(reading.at).date()
    if reading.is_mass:
        return day, reading.role, reading.motive
    return day, reading.role, reading.service, reading.function, reading.purpose, reading.motive


def _group(alike: Sequence[FileReading], questions: Mapping[int, Question], *, on: date, is_new: bool) -> ReadingGroup:
    last = alike[0]
    return ReadingGroup(
        when=_when(alike, on=on),
        title=_BATCHES.get(last.role, _BATCH) if last.is_mass else reader(last),
        count=_count(alike),
        why=_why(alike),
        seen=_each(_seen(reading, category) for reading in alike for category in reading.categories),
        acts=_each(act(reading) for reading in alike),
        steps=tuple(_step(reading, questions) for reading in alike),
        is_new=is_new,
        is_mass=last.is_mass,
    )


def _step(reading: FileReading, questions: Mapping[int, Question]) -> ReadingStep:
    return ReadingStep(
        id=reading.id,
        hour=words.hour(localtime(reading.at)),
        act=act(reading),
        seen=tuple(_seen(reading, category) for category in reading.categories),
        question=questions.get(reading.id),
    )


def _when(alike: Sequence[FileReading], *, on: date) -> str:
    """« Aujourd’hui, 10 h 42 », or « Aujourd’hui, de 9 h 02 à 10 h 42 » for several."""
    first, last = words.hour(localtime(alike[-1].at)), words.hour(localtime(alike[0].at))
    if first == last:
        return moment(alike[0].at, on=on)
    return f"{moment(alike[0].at, on=on).rpartition(', ')[0]}, de {first} à {last}"


def _count(alike: Sequence[FileReading]) -> str:
    if len(alike) == 1:
        return ""
    return f"En {len(alike)} étapes" if alike[0].is_mass else f"{len(alike)} consultations"


def _why(alike: Sequence[FileReading]) -> str:
    """The purposes in plain words, the motive given, and for a processing who asked for it."""
    purposes = [_purpose(code) for code, _ in groupby(sorted(reading.purpose for reading in alike))]
    said = [f"{_capital(', et '.join(purposes))}."]
    if alike[0].motive:
        said.append(f"Motif donné\u00a0: «\u00a0{MOTIVES.get(alike[0].motive, alike[0].motive)}\u00a0».")
    askers = _each(reader(reading) for reading in alike if reading.is_mass and reading.service)
    if askers:
        said.append(f"Demandé par\u00a0: {' ; '.join(askers)}.")
    return " ".join(said)


def _purpose(code: str) -> str:
    return PURPOSES[code].plain_words if code in PURPOSES else code.lower()


def _each(texts: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order in which they come."""
    return tuple(dict.fromkeys(texts))


def act(reading: FileReading) -> str:
    """What the reading was made for or on: « votre relevé de compte », « la page « imports » »."""
    if not reading.screen:
        return "aucun acte enregistré"
    if reading.is_mass:
        return MOTIVES.get(reading.motive, reading.screen).lower()
    return _ACTS.get(reading.screen, f"la page «\u00a0{reading.screen}\u00a0»")


def reader(reading: FileReading) -> str:
    """« Agence Nord, gestionnaire locative »; the function alone when no agent asked."""
    if reading.service and reading.function:
        return f"{reading.service}, {reading.function[0].lower()}{reading.function[1:]}"
    known = {role.value: label for role, label in ROLE_LABELS.items()} | {Batch.RIGHTS.value: "Protection des données"}
    return known.get(reading.role, "Service informatique")


def moment(at: datetime, *, on: date) -> str:
    """« Aujourd’hui, 10 h 42 », « Mardi 17 novembre, 14 h 05 »."""
    local = localtime(at)
    day = local.date()
    if day == on:
        said = "Aujourd’hui"
    elif day == on - timedelta(days=1):
        said = "Hier"
    else:
        said = _capital(words.day_long(day, with_year=day.year != on.year))
    return f"{said}, {words.hour(local)}"


def _seen(reading: FileReading, category: str) -> str:
    if reading.role == Role.CARETAKER and category == "COORDONNEES":
        return _SHARED
    return CATEGORIES[category].label if category in CATEGORIES else category.lower()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
