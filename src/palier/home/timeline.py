"""« Qui a consulté mon dossier ? »: each reading told in plain words, never with the name of whoever read.

What one function read on one day for one purpose is told as one; it opens to each reading, so that each can be asked
about.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop, ngettext

from palier.agents.file_readings import FileReading
from palier.privacy.catalogue import CATEGORIES, MOTIVES, PURPOSES
from palier.privacy.declare import ROLE_LABELS, Batch, Role
from palier.web import words
from palier.web.languages import in_french, is_french, is_told, told

# Of those who did not share anything, the caretaker saw the door and nothing else.
_SHARED: Final = gettext_noop("les coordonnées que vous partagez")
# The screens whose bare name would not say the act; the others are told by their name.
_ACTS: Final = {
    "compte": gettext_noop("votre relevé de compte"),
    "bail": gettext_noop("la page de votre bail"),
    "recherche": gettext_noop("une recherche où votre nom est apparu"),
    "logement": gettext_noop("la page de votre logement"),
    "avis": gettext_noop("un avis d’échéance"),
    "avis d’échéance": gettext_noop("un avis d’échéance, en PDF"),
    "avis du mois": gettext_noop("la liste des avis du mois"),
    "quittancement": gettext_noop("le quittancement du mois"),
    "export du compte": gettext_noop("un export de votre compte"),
    "export des baux": gettext_noop("un export de la liste des baux"),
    "export des locataires": gettext_noop("un export de la liste des locataires"),
    "export de la résidence": gettext_noop("un export de la liste de votre résidence"),
    "tournée": gettext_noop("la tournée du gardien"),
    "rights export": gettext_noop("la copie de votre dossier"),
    "copie de dossier": gettext_noop("la copie de votre dossier"),
    "droits": gettext_noop("votre demande sur vos données"),
    "recherche d’un demandeur": gettext_noop("une recherche où votre nom est apparu"),
    "dossier du demandeur": gettext_noop("le dossier de votre demande de logement"),
    "audit, baux d’une résidence": gettext_noop("un audit, sous un pseudonyme"),
    "audit, consignes d’une résidence": gettext_noop("un audit, sous un pseudonyme"),
    "audit, lectures une à une": gettext_noop("un audit, sous un pseudonyme"),
    "comptes de connexion": gettext_noop("votre compte de connexion"),
    "courriel de connexion": gettext_noop("un message à propos de votre compte de connexion"),
    "account list": gettext_noop("la liste des comptes de connexion"),
    "account invite": gettext_noop("un lien pour choisir votre mot de passe"),
    "account reset": gettext_noop("la remise à zéro de votre second facteur"),
    "account close": gettext_noop("la fermeture de votre compte de connexion"),
    "account open": gettext_noop("la réouverture de votre compte de connexion"),
}
_BATCHES: Final = {
    Batch.RENT.value: gettext_noop("Traitement du mois, sans lecture par une personne"),
    Batch.MAIL.value: gettext_noop("Édition du courrier, sans lecture par une personne"),
    Batch.IMPORT.value: gettext_noop("Reprise de fichiers, sans lecture par une personne"),
    Batch.RETENTION.value: gettext_noop("Contrôle des durées, sans lecture par une personne"),
    Batch.ALLOCATION.value: gettext_noop("Traitement des demandes de logement, sans lecture par une personne"),
    Batch.LETTERS.value: gettext_noop("Lettres après une commission, sans lecture par une personne"),
    Batch.JOURNAL.value: gettext_noop("Contrôle du journal des lectures"),
    # A person could read: said as such.
    Batch.OPERATOR.value: gettext_noop("Sauvegarde ou intervention technique, par un administrateur"),
    Batch.VENDOR.value: gettext_noop("Assistance de l’éditeur, par un technicien"),
}
_BATCH: Final = gettext_noop("Traitement de tous les dossiers, sans lecture par une personne")


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
    title: str | SafeString
    count: str
    why: str | SafeString
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
        title = gettext("Ces sept derniers jours") if day > on - timedelta(days=7) else words.capital(words.month(day))
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
        title=gettext(_BATCHES.get(last.role, _BATCH)) if last.is_mass else reader(last),
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
    return gettext("%(day)s, de %(first)s à %(last)s") % {
        "day": _day(localtime(alike[0].at).date(), on=on),
        "first": first,
        "last": last,
    }


def _count(alike: Sequence[FileReading]) -> str:
    if len(alike) == 1:
        return ""
    number = {"n": len(alike)}
    if alike[0].is_mass:
        return ngettext("En %(n)s étape", "En %(n)s étapes", number["n"]) % number
    return ngettext("%(n)s consultation", "%(n)s consultations", number["n"]) % number


def _why(alike: Sequence[FileReading]) -> str | SafeString:
    """The purposes in plain words, the motive given, and for a processing who asked for it."""
    if alike[0].role == Role.HELPER:
        return gettext("Pour vous aider, comme vous l’avez permis.")
    purposes = [_purpose(code) for code, _ in groupby(sorted(reading.purpose for reading in alike))]
    said: list[str | SafeString] = [f"{_capital(gettext(', et ').join(purposes))}."]
    if alike[0].motive:
        motive = told(MOTIVES.get(alike[0].motive, alike[0].motive))
        said.append(gettext("Motif donné\u00a0: «\u00a0%(motive)s\u00a0».") % {"motive": motive})
    askers = _each(reader(reading) for reading in alike if reading.is_mass and reading.service)
    if askers:
        joined = format_html_join(" ; ", "{}", ((asker,) for asker in askers))
        said.append(format_html(gettext("Demandé par\u00a0: {askers}."), askers=joined))
    return format_html_join(" ", "{}", ((each,) for each in said))


def _purpose(code: str) -> str:
    return told(PURPOSES[code].plain_words) if code in PURPOSES else code.lower()


def _each(texts: Iterable[str | SafeString]) -> tuple[str | SafeString, ...]:
    """Each once, in the order in which they come."""
    return tuple(dict.fromkeys(texts))


def act(reading: FileReading) -> str:
    """What the reading was made for or on: « votre relevé de compte », « la page « imports » »."""
    if not reading.screen:
        return gettext("aucun acte enregistré")
    if reading.is_mass:
        return told(MOTIVES.get(reading.motive, reading.screen)).lower()
    known = _ACTS.get(reading.screen)
    return gettext(known) if known else gettext("la page «\u00a0%(screen)s\u00a0»") % {"screen": reading.screen}


def reader(reading: FileReading) -> str | SafeString:
    """« Agence Nord, gestionnaire locative »; the function alone when no agent asked.

    The landlord names its services: a name that no language knows is left in French, and marked so.
    """
    if reading.service and reading.function:
        if is_french():
            return f"{reading.service}, {reading.function[:1].lower()}{reading.function[1:]}"
        return format_html("{}{}{}", _named(reading.function), gettext(", "), _named(reading.service))
    known = {role.value: told(label) for role, label in ROLE_LABELS.items()}
    known[Batch.RIGHTS.value] = gettext("Protection des données")
    known[Role.HELPER.value] = gettext("Votre aidant")
    return known.get(reading.role, gettext("Service informatique"))


def _named(name: str) -> str | SafeString:
    return told(name) if is_told(name) else in_french(name)


def moment(at: datetime, *, on: date) -> str:
    """« Aujourd’hui, 10 h 42 », « Mardi 17 novembre, 14 h 05 »."""
    local = localtime(at)
    return f"{_day(local.date(), on=on)}, {words.hour(local)}"


def _day(day: date, *, on: date) -> str:
    if day == on:
        return gettext("Aujourd’hui")
    if day == on - timedelta(days=1):
        return gettext("Hier")
    return _capital(words.day_long(day, with_year=day.year != on.year))


def _seen(reading: FileReading, category: str) -> str:
    if reading.role == Role.CARETAKER and category == "COORDONNEES":
        return gettext(_SHARED)
    return told(CATEGORIES[category].label) if category in CATEGORIES else category.lower()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
