"""A breach, step by step: opened with the persons concerned drawn from the journal, assessed, told, closed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from palier.agents.access import agent_of
from palier.foundation.errors import Refusal
from palier.oversight.models import KINDS, MEASURES, STEPS, Incident, IncidentPerson, IncidentStep
from palier.oversight.queries.incidents import OF_THE_INCIDENT, trail_of
from palier.oversight.rules.gravity import Ease, Exposure, Facts, Gravity, Level, gravity_of
from palier.privacy.actor import Actor

# What a reading of an agent shows is theirs for a window that a person can answer for.
LONGEST_WINDOW_DAYS = 366


class IncidentNotFound(Refusal):
    """Ce numéro n’est celui d’aucune violation de données."""


class IncidentWindowWrong(Refusal):
    """La fin de la période doit suivre son début, d’un an au plus."""


class IncidentAwareInFuture(Refusal):
    """La violation ne peut pas avoir été connue plus tard que maintenant : corrigez la date et l’heure."""


class ReadingNotInJournal(Refusal):
    """La lecture n° {reading} n’est pas dans le journal : relevez son numéro dans le journal des lectures."""


class AgentNotInJournal(Refusal):
    """Le journal n’a aucune lecture de l’agent n° {agent} pendant ces dates : vérifiez le numéro et la période."""


class IncidentNotAssessed(Refusal):
    """Évaluez d’abord le risque : la suite en dépend."""


class IncidentClosed(Refusal):
    """{number} est clos : rien ne s’y ajoute."""


class AuthorityNotNotified(Refusal):
    """À ce niveau de risque, la CNIL doit être notifiée avant de clore (RGPD, art. 33)."""


class PersonsNotTold(Refusal):
    """À ce niveau de risque, les personnes doivent être informées avant de clore (RGPD, art. 34)."""


class ReceiptMissing(Refusal):
    """Recopiez le numéro du récépissé donné par le service en ligne de la CNIL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What is typed when a breach is opened. Either an agent and a window, or the number of one reading."""

    kind: str
    cause: str
    aware_at: datetime
    is_exercise: bool
    agent_id: int | None = None
    reading_id: int | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None


def declare_incident(*, declared: Declared, actor: Actor, at: datetime) -> Incident:
    """Open a breach and find in the journal whom it concerns, at once.

    Raises IncidentWindowWrong, IncidentAwareInFuture, ReadingNotInJournal, AgentNotInJournal.
    """
    _check(declared, at)
    with transaction.atomic():
        incident = Incident.objects.create(
            number=_next_number(declared, at),
            is_exercise=declared.is_exercise,
            kind=declared.kind,
            cause=declared.cause,
            agent_id=declared.agent_id,
            reading_id=declared.reading_id,
            from_at=declared.from_at,
            until_at=declared.until_at,
            aware_at=declared.aware_at,
        )
        _step(incident, "DECLARED", actor, at)
        found = _persons_from_journal(incident)
        _step(incident, "SCOPED", actor, at, persons=found)
    return incident


def assess_incident(
    *, number: str, ease: Ease, exposure: Exposure, is_malicious: bool, measures: Collection[str], actor: Actor,
    at: datetime,
) -> Gravity:  # fmt: skip
    """Weigh the risk from what was seen and from the answers given; again when more is known.

    Raises IncidentNotFound, IncidentClosed.
    """
    with transaction.atomic():
        incident = _open_incident(number)
        gravity = gravity_of(
            Facts(
                categories=categories_seen(incident.pk),
                persons=IncidentPerson.objects.filter(incident=incident).count(),
                ease=ease,
                exposure=exposure,
                is_malicious=is_malicious,
            )
        )
        IncidentStep.objects.create(
            incident=incident,
            kind="ASSESSED",
            at=at,
            by_agent_id=agent_of(actor),
            ease=ease.value,
            exposure=exposure.value,
            is_malicious=is_malicious,
            level=gravity.level.value,
            measures=[code for code in MEASURES if code in measures],
        )
    return gravity


def note_notified(*, number: str, receipt: str, actor: Actor, at: datetime) -> None:
    """The authority was told; again: completed. Raises IncidentNotFound, IncidentClosed, IncidentNotAssessed,
    ReceiptMissing."""
    if not receipt.strip():
        raise ReceiptMissing
    with transaction.atomic():
        incident = _open_incident(number)
        _last_assessment(incident)
        again = IncidentStep.objects.filter(incident=incident, kind="NOTIFIED").exists()
        _step(incident, "COMPLETED" if again else "NOTIFIED", actor, at, receipt=receipt.strip())


def note_persons_told(*, number: str, actor: Actor, at: datetime) -> None:
    """The letters have left. Raises IncidentNotFound, IncidentClosed, IncidentNotAssessed."""
    with transaction.atomic():
        incident = _open_incident(number)
        _last_assessment(incident)
        _step(incident, "PERSONS_TOLD", actor, at, persons=IncidentPerson.objects.filter(incident=incident).count())


def close_incident(*, number: str, actor: Actor, at: datetime) -> None:
    """Close a breach when what its level asks for was done.

    Raises IncidentNotFound, IncidentClosed, IncidentNotAssessed, AuthorityNotNotified, PersonsNotTold.
    """
    with transaction.atomic():
        incident = _open_incident(number)
        level = Level(_last_assessment(incident).level)
        done = set(IncidentStep.objects.filter(incident=incident).values_list("kind", flat=True))
        if level is not Level.LOW and "NOTIFIED" not in done:
            raise AuthorityNotNotified
        if level in (Level.HIGH, Level.VERY_HIGH) and "PERSONS_TOLD" not in done:
            raise PersonsNotTold
        _step(incident, "CLOSED", actor, at)


def categories_seen(incident_id: int) -> list[str]:
    """The categories of data that were seen, of anyone concerned."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT unnest(categories) FROM oversight_incidentperson WHERE incident_id = %s ORDER BY 1",
            [incident_id],
        )
        return [category for (category,) in cursor.fetchall()]


def _check(declared: Declared, at: datetime) -> None:
    if declared.kind not in KINDS:
        raise ValueError(f"unknown kind of incident: {declared.kind}")
    if declared.aware_at > at:
        raise IncidentAwareInFuture
    if declared.reading_id is None:
        first, last = declared.from_at, declared.until_at
        if first is None or last is None or last <= first or (last - first).days > LONGEST_WINDOW_DAYS:
            raise IncidentWindowWrong


def _next_number(declared: Declared, at: datetime) -> str:
    """VD-2026-001, or EX-2026-001 for a rehearsal: two series, so that an exercise leaves no hole in the register."""
    prefix = f"{'EX' if declared.is_exercise else 'VD'}-{at.year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.incident'))")
    taken = Incident.objects.filter(number__startswith=prefix).count()
    return f"{prefix}{taken + 1:03d}"


def _persons_from_journal(incident: Incident) -> int:
    """Write whom the journal names, with how often and what: one statement over the readings concerned."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO oversight_incidentperson (incident_id, person_id, readings, categories, first_at, last_at)
               SELECT %(incident)s, seen.person_id, count(DISTINCT seen.id),
                      (SELECT array_agg(DISTINCT c ORDER BY c) FROM unnest(string_to_array(
                          string_agg(array_to_string(seen.categories, ','), ','), ',')) AS c WHERE c <> ''),
                      min(seen.at), max(seen.at)
               FROM (
                   SELECT event.id, event.at, event.categories, unnest(event.subjects) AS person_id
                   FROM privacy_readevent AS event WHERE {OF_THE_INCIDENT}
               ) AS seen
               GROUP BY seen.person_id""",
            {"incident": incident.pk, **trail_of(incident)},
        )
        found = int(cursor.rowcount)
    if not found and not _any_reading(incident):
        if incident.reading_id is not None:
            raise ReadingNotInJournal(reading=incident.reading_id)
        raise AgentNotInJournal(agent=incident.agent_id)
    return found


def _any_reading(incident: Incident) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM privacy_readevent AS event WHERE {OF_THE_INCIDENT})", trail_of(incident)
        )
        (found,) = cursor.fetchone()
    return bool(found)


def _open_incident(number: str) -> Incident:
    incident = Incident.objects.filter(number=number).first()
    if incident is None:
        raise IncidentNotFound
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.incident'), %s::int)", [incident.pk])
    if IncidentStep.objects.filter(incident=incident, kind="CLOSED").exists():
        raise IncidentClosed(number=number)
    return incident


def _last_assessment(incident: Incident) -> IncidentStep:
    step = IncidentStep.objects.filter(incident=incident, kind="ASSESSED").order_by("-id").first()
    if step is None:
        raise IncidentNotAssessed
    return step


def _step(
    incident: Incident, kind: str, actor: Actor, at: datetime, *, persons: int | None = None, receipt: str = ""
) -> None:
    if kind not in STEPS:
        raise ValueError(f"unknown step: {kind}")
    IncidentStep.objects.create(
        incident=incident, kind=kind, at=at, by_agent_id=agent_of(actor), persons=persons, receipt=receipt
    )
