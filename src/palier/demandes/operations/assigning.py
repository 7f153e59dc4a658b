"""Files given to agents between two instants: who asks is read in them alone, and they end by themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from palier.agents.access import agent_of
from palier.agents.models import Agent
from palier.demandes.models import Application, Assignment, Event
from palier.demandes.operations.filing import end_of_day
from palier.demandes.operations.holding import ApplicationNotFound, note
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import after_months, day_fr
from palier.foundation.reading import fetch_count
from palier.privacy.actor import Actor
from palier.privacy.declare import Role

_INSTRUCT: Final = (Role.ALLOCATION_OFFICER.value, Role.COMMISSION_SECRETARY.value)
# Nobody holds a file longer than a year without its being given again.
_LONGEST_MONTHS: Final = 12
_MOST_AT_ONCE: Final = 2_000


class NotAnInstructor(Refusal):
    """Un dossier se confie à un chargé d’attribution ou au secrétariat de la commission, en fonction."""


class AssignedTooLong(Refusal):
    """Un dossier se confie pour un an au plus, jusqu’à un jour à venir : le {last_day} ne convient pas."""


class TooManyAtOnce(Refusal):
    """On confie au plus {most} dossiers à la fois : il y en a {asked}."""


class TakenEnoughToday(Refusal):
    """Vous avez pris tous les dossiers qu’un agent peut prendre de lui-même en un jour : demandez à la secrétaire de la
    commission de vous confier celui-ci."""


class OnlyTheSecretary(Refusal):
    """Seul le secrétariat de la commission confie les dossiers des autres : donnez ceux qui vous sont confiés."""


class AlreadyGiven(Refusal):
    """Cette demande est déjà confiée à quelqu’un : demandez-la au secrétariat de la commission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a giving did: files given, and those that this agent had already."""

    given: int
    already: int


def assign(*, applications: Collection[int], agent_id: int, last_day: date, actor: Actor, at: datetime) -> Given:
    """Give these files to an agent until a day; whoever had them no longer has. Everything or nothing.

    The secretary gives any file, an officer gives their own to a colleague. Raises NotAnInstructor, AssignedTooLong,
    TooManyAtOnce, OnlyTheSecretary, ApplicationNotFound.
    """
    by = agent_of(actor)
    numbers = sorted(set(applications))
    if len(numbers) > _MOST_AT_ONCE:
        raise TooManyAtOnce(most=_MOST_AT_ONCE, asked=len(numbers))
    _refuse_days(last_day, at=at)
    _refuse_agent(agent_id, at=at)
    until = end_of_day(last_day)
    with transaction.atomic():
        _take_turns()
        running = Assignment.objects.filter(application_id__in=numbers, until_at__gt=at)
        if actor.role is not Role.COMMISSION_SECRETARY:
            mine = set(running.filter(agent_id=by).values_list("application_id", flat=True))
            if mine != set(numbers):
                raise OnlyTheSecretary
        if Application.objects.filter(pk__in=numbers).count() != len(numbers):
            raise ApplicationNotFound
        theirs = set(running.filter(agent_id=agent_id).values_list("application_id", flat=True))
        new = [number for number in numbers if number not in theirs]
        # Written before what was ends: an officer gives what is still theirs.
        Assignment.objects.bulk_create(
            Assignment(application_id=number, agent_id=agent_id, first_at=at, until_at=until, assigned_by_id=by)
            for number in new
        )
        Event.objects.bulk_create(
            Event(application_id=number, kind="ASSIGNED", on=day_of(at), at=at, agent_id=by) for number in new
        )
        running.filter(agent_id=agent_id).exclude(application_id__in=new).update(until_at=until)
        running.filter(~Q(agent_id=agent_id)).update(until_at=at)
    return Given(given=len(new), already=len(numbers) - len(new))


def take(*, application_id: int, last_day: date, actor: Actor, at: datetime) -> None:
    """Take a file that nobody has: the person is at the counter. PostgreSQL counts those of the day.

    Raises AlreadyGiven, AssignedTooLong, NotAnInstructor, ApplicationNotFound, TakenEnoughToday.
    """
    agent_id = agent_of(actor)
    _refuse_days(last_day, at=at)
    _refuse_agent(agent_id, at=at)
    with transaction.atomic():
        _take_turns()
        if not Application.objects.filter(pk=application_id).exists():
            raise ApplicationNotFound
        running = Assignment.objects.filter(application_id=application_id, until_at__gt=at)
        if running.filter(agent_id=agent_id).exists():
            return
        if running.exists():
            raise AlreadyGiven
        if fetch_count("SELECT palier.files_left_to_take()", {}) <= 0:
            raise TakenEnoughToday
        Assignment.objects.create(
            application_id=application_id,
            agent_id=agent_id,
            first_at=at,
            until_at=end_of_day(last_day),
            assigned_by_id=agent_id,
        )
        note(application_id, "ASSIGNED", actor=actor, at=at)


def give_back(*, application_id: int, actor: Actor, at: datetime) -> None:
    """A file that the agent no longer instructs; twice is once. Raises ApplicationNotFound."""
    agent_id = agent_of(actor)
    with transaction.atomic():
        _take_turns()
        if not Application.objects.filter(pk=application_id).exists():
            raise ApplicationNotFound
        Assignment.objects.filter(application_id=application_id, agent_id=agent_id, until_at__gt=at).update(until_at=at)


def _take_turns() -> None:
    """Two who give the same file wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier assignments'))")


def _refuse_days(last_day: date, *, at: datetime) -> None:
    on = day_of(at)
    if not on <= last_day <= after_months(on, _LONGEST_MONTHS):
        raise AssignedTooLong(last_day=day_fr(last_day))


def _refuse_agent(agent_id: int, *, at: datetime) -> None:
    in_post = Agent.objects.filter(Q(left_on__isnull=True) | Q(left_on__gte=day_of(at)))
    if not in_post.filter(pk=agent_id, role__in=_INSTRUCT).exists():
        raise NotAnInstructor
