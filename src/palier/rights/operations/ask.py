"""A person asks: online for themself, or at the counter through an agent who checked who they are."""

from datetime import datetime

from django.db import connection
from django.utils.timezone import localtime

from palier.agents.file_readings import reading_of_my_file
from palier.foundation.errors import Refusal
from palier.people.models import Person
from palier.privacy.actor import Actor
from palier.privacy.catalogue import CATEGORIES
from palier.rights.models import Request
from palier.rights.queries.people import people_of_lease
from palier.rights.queries.requests import question_on, requests_of
from palier.rights.rules.answers import READING, REASONS, RIGHTS
from palier.rights.rules.clock import due_on


class ReadingNotFound(Refusal):
    """Cette lecture n’est pas dans votre liste : reprenez-la depuis la page « Qui a consulté mon dossier ? »."""


class ReasonNotOffered(Refusal):
    """Cette raison n’est pas proposée pour cette demande : choisissez-en une dans la liste."""


class NotOfThisLease(Refusal):
    """Cette personne n’est pas dans ce bail : ouvrez le bail où elle figure."""


class ProofNotAccepted(Refusal):
    """Au guichet, l’identité se vérifie sur une pièce, ou parce que l’agence connaît la personne."""


class NotForThemself(Refusal):
    """Cette demande se fait dans l’espace de la personne. Au guichet, notez-la depuis son bail."""


def ask_about_reading(*, reading_id: int, reason: str, actor: Actor, at: datetime) -> int:
    """« Je ne comprends pas cet accès »: the request's number, the same one when it was asked already.

    Raises NotForThemself, ReadingNotFound, ReasonNotOffered.
    """
    person_id = _myself(actor)
    if reason not in REASONS[READING]:
        raise ReasonNotOffered
    _one_at_a_time(person_id)
    known = question_on(person_id, reading_id)
    if known is not None:
        return known.id
    reading = reading_of_my_file(person_id, reading_id)
    if reading is None:
        raise ReadingNotFound
    asked = Request.objects.create(
        person_id=person_id,
        residence_id=_residence_of(person_id),
        kind=READING,
        reason=reason,
        about=list(reading.categories),
        channel="ONLINE",
        identity_proof="SESSION",
        received_at=at,
        due_on=due_on(localtime(at).date()),
        reading_id=reading.id,
        reading_at=reading.at,
        reading_role=reading.role,
        reading_purpose=reading.purpose,
        reading_screen=reading.screen,
    )
    return int(asked.pk)


def ask_right(*, kind: str, reason: str, about: list[str], actor: Actor, at: datetime) -> int:
    """The person exercises a right online: the request's number, that of the one already open when there is one.

    Raises NotForThemself, ReasonNotOffered.
    """
    person_id = _myself(actor)
    _refuse_what_is_not_offered(kind, reason, about)
    _one_at_a_time(person_id)
    for known in requests_of(person_id):
        if known.kind == kind and known.answered_at is None:
            return known.id
    asked = Request.objects.create(
        person_id=person_id,
        residence_id=_residence_of(person_id),
        kind=kind,
        reason=reason,
        about=sorted(about),
        channel="ONLINE",
        identity_proof="SESSION",
        received_at=at,
        due_on=due_on(localtime(at).date()),
    )
    return int(asked.pk)


def write_down(
    *,
    lease_id: int,
    person_id: int,
    kind: str,
    reason: str,
    about: list[str],
    channel: str,
    identity_proof: str,
    actor: Actor,
    at: datetime,
) -> int:
    """An agent writes down what a person of a lease in their scope asked at the counter or by letter.

    Raises ReasonNotOffered, ProofNotAccepted, NotOfThisLease.
    """
    _refuse_what_is_not_offered(kind, reason, about)
    if channel not in ("COUNTER", "LETTER") or identity_proof not in ("PAPER", "KNOWN"):
        raise ProofNotAccepted
    found = next((each for each in people_of_lease(lease_id) if each.person_id == person_id), None)
    if found is None:
        raise NotOfThisLease
    asked = Request.objects.create(
        person_id=person_id,
        residence_id=found.residence_id,
        kind=kind,
        reason=reason,
        about=sorted(about),
        channel=channel,
        identity_proof=identity_proof,
        received_at=at,
        due_on=due_on(localtime(at).date()),
        entered_by=actor.agent_id,
    )
    return int(asked.pk)


def _refuse_what_is_not_offered(kind: str, reason: str, about: list[str]) -> None:
    if kind not in RIGHTS or (REASONS[kind] and reason not in REASONS[kind]) or (reason and not REASONS[kind]):
        raise ReasonNotOffered
    if not set(about) <= CATEGORIES.keys():
        raise ReasonNotOffered


def _myself(actor: Actor) -> int:
    """The person who asks. Raises NotForThemself."""
    if actor.person_id is None:
        raise NotForThemself
    return actor.person_id


def _residence_of(person_id: int) -> int | None:
    return Person.objects.values_list("residence_id", flat=True).get(pk=person_id)


def _one_at_a_time(person_id: int) -> None:
    """Two clicks at once ask one thing: the second waits, then finds the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier rights'), %s)", [person_id % 2**31])
