"""A repair asked by a household, from its own site, the desk or the phone: received once, with what was promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from palier.agents.access import agent_of
from palier.estate.models import Dwelling
from palier.foundation.errors import Refusal
from palier.foundation.turns import take_turns
from palier.leases.models import Lease
from palier.mail.store import DocumentStore
from palier.maintenance.access import household
from palier.maintenance.delays import delays
from palier.maintenance.guide import VERSION, Problem, problem_of
from palier.maintenance.models import RepairRequest, Ticket
from palier.maintenance.operations.photos import keep_photos
from palier.maintenance.operations.steps import insert_ticket, note_step
from palier.maintenance.photos import redrawn
from palier.maintenance.words import ACCESS, DANGERS, SINCE
from palier.privacy.actor import Actor

MOST_PHOTOS: Final = 3
MOST_IN_A_DAY: Final = 20


class LeaseNotYours(Refusal):
    """Ce bail n’est pas le vôtre, ou il est terminé : la demande n’est pas enregistrée."""


class AnswerMissing(Refusal):
    """Il manque une réponse : choisissez dans chaque liste."""


class TooManyPhotos(Refusal):
    """Trois photos au plus : enlevez-en, puis envoyez de nouveau."""


class TooManyRequests(Refusal):
    """Vous avez déjà envoyé vingt demandes en vingt-quatre heures. Pour un danger, téléphonez. Sinon, recommencez
    demain."""


class TicketNotToFollow(Refusal):
    """Cette demande n’est plus ouverte : signalez le problème de nouveau."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the guided questions were answered, in codes, and the photos as they were given."""

    problem: str
    since: str
    access: str = ""
    danger: str = ""
    photos: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks for whom: a tenant for their own lease, or an agent who writes what they are told."""

    lease_id: int
    person_id: int
    source: str
    actor: Actor

    @property
    def agent_id(self) -> int | None:
        return None if self.source == "TENANT" else agent_of(self.actor)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    residence_id: int
    dwelling_id: int
    staircase_id: int


def ask_repair(*, asking: Asking, answers: Answers, key: UUID, store: DocumentStore, at: datetime) -> int:
    """Receive a request; gives its number, the same when the same sending comes again.

    Raises LeaseNotYours, AnswerMissing, ProblemUnknown, TooManyPhotos, PhotoTooLarge, NotAPhoto, DelaysMiswritten,
    TooManyRequests, NotKeptNow.
    """
    problem = problem_of(answers.problem)
    if answers.since not in SINCE or (answers.danger and answers.danger not in DANGERS):
        raise AnswerMissing
    if problem.is_inside and answers.access not in ACCESS:
        raise AnswerMissing
    if len(answers.photos) > MOST_PHOTOS:
        raise TooManyPhotos
    home = _home_of(asking.lease_id, at)
    photos = [redrawn(photo) for photo in answers.photos]
    with transaction.atomic():
        # A browser back online sends again what was on its way; and what a day allows is counted.
        take_turns(household(asking.lease_id))
        if (already := _received(asking.lease_id, key)) is not None:
            return already
        _within_the_day(asking, at)
        ticket_id = _opened(asking, answers, problem, home, at)
        number = _follow(asking, home.residence_id, ticket_id, key, at, answers=answers)
        note_step(ticket_id=ticket_id, residence_id=home.residence_id, kind="RECEIVED", agent_id=asking.agent_id, at=at)
        keep_photos(
            photos,
            ticket_id=ticket_id,
            residence_id=home.residence_id,
            lease_id=asking.lease_id,
            store=store,
            actor=asking.actor,
            at=at,
        )
    return number


def follow_ticket(*, asking: Asking, ticket_id: int, key: UUID, at: datetime) -> int:
    """« Moi aussi »: a household follows what a neighbour reported; gives its request, the one it has already if any.

    Raises LeaseNotYours, TicketNotToFollow.
    """
    home = _home_of(asking.lease_id, at)
    with transaction.atomic():
        # Two holders may follow it at once: the household follows it once.
        take_turns(household(asking.lease_id))
        held = RepairRequest.objects.filter(ticket_id=ticket_id, lease_id=asking.lease_id)
        already = _received(asking.lease_id, key) or held.values_list("id", flat=True).first()
        if already is not None:
            return already
        found = Ticket.objects.filter(
            pk=ticket_id, residence_id=home.residence_id, dwelling__isnull=True, state__in=("OPEN", "ASSIGNED")
        )
        if not found.exists():
            raise TicketNotToFollow
        number = _follow(asking, home.residence_id, ticket_id, key, at, answers=None)
        note_step(
            ticket_id=ticket_id,
            residence_id=home.residence_id,
            kind="FOLLOWED",
            lease_id=asking.lease_id,
            agent_id=asking.agent_id,
            at=at,
        )
    return number


def _home_of(lease_id: int, at: datetime) -> _Home:
    """Where the household of a lease in force lives. Raises LeaseNotYours."""
    leases = Lease.objects.filter(pk=lease_id).values_list("residence_id", "dwelling_id", "ends_on")
    found = leases.first()
    if found is None or (found[2] is not None and found[2] < at.date()):
        raise LeaseNotYours
    residence_id, dwelling_id, _ = found
    staircase_id = Dwelling.objects.values_list("staircase_id", flat=True).get(pk=dwelling_id)
    return _Home(residence_id=residence_id, dwelling_id=dwelling_id, staircase_id=staircase_id)


def _within_the_day(asking: Asking, at: datetime) -> None:
    """An agent writes down all that they are told. Raises TooManyRequests."""
    sent = RepairRequest.objects.filter(lease_id=asking.lease_id, at__gt=at - timedelta(days=1))
    if asking.source == "TENANT" and sent.count() >= MOST_IN_A_DAY:
        raise TooManyRequests


def _received(lease_id: int, key: UUID) -> int | None:
    return RepairRequest.objects.filter(lease_id=lease_id, key=key).values_list("id", flat=True).first()


def _opened(asking: Asking, answers: Answers, problem: Problem, home: _Home, at: datetime) -> int:
    urgency = "DANGER" if answers.danger else problem.urgency
    promise = delays().promised(problem.category, urgency, at=at)
    return insert_ticket(
        Ticket(
            residence_id=home.residence_id,
            staircase_id=home.staircase_id if problem.is_of_staircase else None,
            dwelling_id=home.dwelling_id if problem.is_inside else None,
            place=problem.place,
            equipment=problem.equipment,
            symptom=problem.symptom,
            urgency=urgency,
            source=asking.source,
            opened_by_id=asking.agent_id,
            opened_at=at,
            answer_by=promise.answer_by,
            repair_on=promise.repair_on,
        )
    )


_REQUEST = """
INSERT INTO maintenance_repairrequest (id, ticket_id, opened_ticket_id, residence_id, lease_id, person_id, source,
                                       written_by_id, key, at, guide_version, danger, since, access, rating, complaint)
VALUES (%(id)s, %(ticket)s, %(opened)s, %(residence)s, %(lease)s, %(person)s, %(source)s, %(by)s, %(key)s, %(at)s,
        %(version)s, %(danger)s, %(since)s, %(access)s, '', '')
"""


def _follow(
    asking: Asking, residence_id: int, ticket_id: int, key: UUID, at: datetime, *, answers: Answers | None
) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('maintenance_repairrequest', 'id'))")
        (number,) = cursor.fetchone()
        cursor.execute(
            _REQUEST,
            {
                "id": number,
                "ticket": ticket_id,
                "opened": ticket_id if answers else None,
                "residence": residence_id,
                "lease": asking.lease_id,
                "person": asking.person_id,
                "source": asking.source,
                "by": asking.agent_id,
                "key": key,
                "at": at,
                "version": VERSION,
                "danger": answers.danger if answers else "",
                "since": answers.since if answers else "",
                "access": answers.access if answers else "",
            },
        )
    return int(number)
