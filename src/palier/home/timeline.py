"""« Qui a consulté mon dossier ? »: each reading told in plain words, never with the name of whoever read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils.timezone import localtime

from palier.agents.file_readings import FileReading
from palier.privacy.catalogue import CATEGORIES, MOTIVES, PURPOSES
from palier.privacy.declare import ROLE_LABELS, Role
from palier.web import words
from palier.web.components import LifeEvent

# Of those who did not share anything, the caretaker saw the door and nothing else.
_SHARED = "les coordonnées que vous partagez"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The readings of a week or of a month, the newest first."""

    title: str
    events: tuple[LifeEvent, ...]


def stretches(readings: Sequence[FileReading], *, on: date) -> list[Stretch]:
    """The readings under « Cette semaine », then under their months."""
    groups: dict[str, list[LifeEvent]] = {}
    for rank, (_, alike) in enumerate(groupby(readings, key=_alike)):
        first, *rest = alike
        day = localtime(first.at).date()
        title = "Ces sept derniers jours" if day > on - timedelta(days=7) else words.month(day).capitalize()
        event = told(first, on=on, times=1 + len(rest), new=rank == 0 and day == on)
        groups.setdefault(title, []).append(event)
    return [Stretch(title=title, events=tuple(events)) for title, events in groups.items()]


def _alike(reading: FileReading) -> tuple[object, ...]:
    """The steps of one processing of everyone, on one day, are told together; readings by a person never are."""
    if not reading.is_mass:
        return (reading.id,)
    return (localtime(reading.at).date(), reading.role, reading.motive, reading.categories, reader(reading))


def told(reading: FileReading, *, on: date, times: int = 1, new: bool = False) -> LifeEvent:
    """One reading: when, which service and function, what for, what was seen; a processing, in how many steps."""
    when = moment(reading.at, on=on)
    purpose = PURPOSES[reading.purpose].plain_words if reading.purpose in PURPOSES else ""
    motive = MOTIVES.get(reading.motive, "")
    seen = tuple(_seen(reading, category) for category in reading.categories)
    if reading.is_mass:
        said = [f"Données utilisées\u00a0: {', '.join(seen)}.", f"But\u00a0: {purpose}."]
        if reading.service:
            said.append(f"Demandé par\u00a0: {reader(reading)}.")
        return LifeEvent(
            when=". ".join(part for part in (when, motive, f"En {times} étapes" if times > 1 else "") if part) + ".",
            title="Traitement de tous les dossiers, sans lecture par une personne",
            text=" ".join(said),
            mass=True,
        )
    why = [f"{_capital(purpose)}."] if purpose else []
    if motive:
        why.append(f"Motif donné\u00a0: «\u00a0{motive}\u00a0».")
    return LifeEvent(
        when=when,
        title=reader(reading),
        text=" ".join(why),
        seen=seen,
        occasion=f"la page «\u00a0{reading.screen}\u00a0»" if reading.screen else "",
        new=new,
    )


def reader(reading: FileReading) -> str:
    """« Agence Nord, gestionnaire locative ». Another holder of the lease is not named either."""
    if reading.role == Role.TENANT:
        return "Une autre personne de votre bail"
    if reading.service and reading.function:
        return f"{reading.service}, {reading.function[0].lower()}{reading.function[1:]}"
    known = {role.value: label for role, label in ROLE_LABELS.items()}
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
