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
    for rank, (_, alike) in enumerate(groupby(readings, key=_together)):
        steps = list(alike)
        day = localtime(steps[0].at).date()
        title = "Ces sept derniers jours" if day > on - timedelta(days=7) else words.month(day).capitalize()
        event = _processing(steps, on=on) if steps[0].is_mass else _opening(steps[0], on=on, new=rank == 0)
        groups.setdefault(title, []).append(event)
    return [Stretch(title=title, events=tuple(events)) for title, events in groups.items()]


def _together(reading: FileReading) -> tuple[object, ...]:
    """The steps of a processing of everyone, on one day, are told as one; readings by a person never are."""
    if not reading.is_mass:
        return (reading.id,)
    return (localtime(reading.at).date(), reading.motive)


def _opening(reading: FileReading, *, on: date, new: bool) -> LifeEvent:
    """Someone opened the file: when, which service and function, what for, what was seen."""
    why = [f"{_capital(_purpose(reading))}."]
    if reading.motive:
        why.append(f"Motif donné\u00a0: «\u00a0{MOTIVES.get(reading.motive, reading.motive)}\u00a0».")
    return LifeEvent(
        when=moment(reading.at, on=on),
        title=reader(reading),
        text=" ".join(why),
        seen=tuple(_seen(reading, category) for category in reading.categories),
        occasion=f"la page «\u00a0{reading.screen}\u00a0»" if reading.screen else "",
        new=new,
    )


def _processing(steps: Sequence[FileReading], *, on: date) -> LifeEvent:
    """A command or a job read everyone: nobody opened this file."""
    last = steps[0]
    when = [moment(last.at, on=on), MOTIVES.get(last.motive, ""), f"En {len(steps)} étapes" if len(steps) > 1 else ""]
    # Each once, in the order in which they come.
    used = dict.fromkeys(_seen(step, category) for step in steps for category in step.categories)
    purposes = dict.fromkeys(_purpose(step) for step in steps)
    askers = dict.fromkeys(reader(step) for step in steps if step.service)
    said = [f"Données utilisées\u00a0: {', '.join(used)}.", f"But\u00a0: {', et '.join(purposes)}."]
    if askers:
        said.append(f"Demandé par\u00a0: {' ; '.join(askers)}.")
    return LifeEvent(
        when=". ".join(part for part in when if part) + ".",
        title="Traitement de tous les dossiers, sans lecture par une personne",
        text=" ".join(said),
        mass=True,
    )


def _purpose(reading: FileReading) -> str:
    return PURPOSES[reading.purpose].plain_words if reading.purpose in PURPOSES else reading.purpose.lower()


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
