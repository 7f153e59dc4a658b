"""The round: what opens and closes the offline pages, and the routines ticked on the way."""

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from palier.agents.access import agent_of
from palier.estate.models import Residence
from palier.foundation.errors import Refusal
from palier.maintenance.models import Round, Routine, RoutineDone
from palier.maintenance.operations.sendings import is_first_time
from palier.maintenance.words import ROUTINES
from palier.privacy.actor import Actor

# A round is a morning or an afternoon; a phone forgotten on a bench forgets by itself.
LONGEST_ROUND: Final = timedelta(hours=5)
# A tick made without network arrives the same day, or the next ones at most.
_LATE_DAYS: Final = 3


class ResidenceNotYours(Refusal):
    """Cette résidence n’est pas dans un de vos mandats en cours."""


class RoutineUnknown(Refusal):
    """Cette tâche n’est pas dans la liste : choisissez-en une autre."""


class RoutineNotPlanned(Refusal):
    """Cette tâche n’est pas prévue ce jour-là dans cette résidence : rechargez la tournée."""


def start_round(*, actor: Actor, at: datetime, session_ends_at: datetime | None) -> Round:
    """Begin a round, or go on with the one that runs. It ends by itself, with the session and the day at the latest.

    Mandates end with a day: no page of a residence is kept past midnight.
    """
    agent_id = agent_of(actor)
    with transaction.atomic():
        Round.objects.filter(agent_id=agent_id, ended_at=None, until_at__lte=at).update(ended_at=at)
        running = Round.objects.filter(agent_id=agent_id, ended_at=None).first()
        if running is not None:
            return running
        midnight = datetime.combine(at.date() + timedelta(days=1), time(), tzinfo=at.tzinfo)
        ends = [at + LONGEST_ROUND, midnight, *([session_ends_at] if session_ends_at else [])]
        return Round.objects.create(agent_id=agent_id, started_at=at, until_at=min(ends))


def end_round(*, actor: Actor, at: datetime) -> None:
    """End the round that runs; ending twice changes nothing."""
    Round.objects.filter(agent_id=agent_of(actor), ended_at=None).update(ended_at=at)


def tick_routine(*, residence_id: int, code: str, day: date, done: bool, key: UUID, actor: Actor, at: datetime) -> None:
    """Tick a routine of a day, or untick it. Raises RoutineNotPlanned, elsewhere than in one's residences too."""
    with transaction.atomic():
        planned = (
            Routine.objects.filter(residence_id=residence_id, code=code).values_list("weekdays", flat=True).first()
        )
        is_late = not at.date() - timedelta(days=_LATE_DAYS) <= day <= at.date()
        if planned is None or is_late or not planned >> day.weekday() & 1:
            raise RoutineNotPlanned
        if not is_first_time(key, actor=actor, at=at):
            return
        if done:
            RoutineDone.objects.bulk_create(
                [RoutineDone(residence_id=residence_id, code=code, day=day, agent_id=agent_of(actor), at=at)],
                ignore_conflicts=True,
            )
        else:
            RoutineDone.objects.filter(residence_id=residence_id, code=code, day=day).delete()


def plan_routine(*, residence_id: int, code: str, weekdays: int) -> None:
    """What the agency asks for in a residence, on these days; none takes it away.

    Raises RoutineUnknown, ResidenceNotYours.
    """
    if code not in ROUTINES:
        raise RoutineUnknown
    if not Residence.objects.filter(pk=residence_id).exists():
        raise ResidenceNotYours
    with transaction.atomic():
        held = Routine.objects.select_for_update().filter(residence_id=residence_id, code=code)
        if not weekdays:
            held.delete()
        elif not held.update(weekdays=weekdays):
            Routine.objects.create(residence_id=residence_id, code=code, weekdays=weekdays)
