"""A mission of audit: declared by the DPO, confirmed by someone else, ended on its day or before; its pack."""

import io
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import IntegrityError, connection, transaction

from palier.agents.access import agent_of
from palier.agents.models import Agent
from palier.foundation.errors import Refusal
from palier.oversight.models import MISSION_PURPOSES, AuditMission
from palier.oversight.operations.audit_pack import Pack, write_pack
from palier.oversight.queries.missions import my_running_mission
from palier.privacy.actor import Actor, batch
from palier.privacy.declare import Batch, Role
from palier.privacy.deferring import defer
from palier.rights.spool import Spool

QUEUE = "rights"
LONGEST_DAYS = 366


class NotAnAuditor(Refusal):
    """Choisissez un auditeur en fonction dans la liste."""


class MissionWindowWrong(Refusal):
    """La mission finit après avoir commencé, un an plus tard au plus, et pas dans le passé."""


class MissionAlreadyThere(Refusal):
    """Cet auditeur a déjà une mission à ces dates : finissez-la d’abord, ou choisissez d’autres dates."""


class MissionNotFound(Refusal):
    """Cette mission n’existe pas, ou n’attend plus cette décision : rouvrez la page."""


class OwnMission(Refusal):
    """Une mission est confirmée par quelqu’un d’autre que celui qui l’a déclarée."""


class NoMissionRuns(Refusal):
    """Aucune mission d’audit n’est en cours : le dossier n’est pas préparé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredMission:
    """What the DPO says of a mission."""

    purpose: str
    auditor_id: int
    first_day: date
    last_day: date


def declare_mission(*, declared: DeclaredMission, actor: Actor, on: date, at: datetime) -> AuditMission:
    """Declare a mission; nothing of it is open until someone else confirms it.

    Raises NotAnAuditor, MissionWindowWrong, MissionAlreadyThere.
    """
    auditors = Agent.objects.filter(pk=declared.auditor_id, role=Role.AUDITOR, left_on__isnull=True)
    if declared.purpose not in MISSION_PURPOSES or not auditors.exists():
        raise NotAnAuditor
    days = (declared.last_day - declared.first_day).days
    if not 0 <= days <= LONGEST_DAYS or declared.last_day < on:
        raise MissionWindowWrong
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.audit_mission'))")
            return AuditMission.objects.create(
                number=_next_number(at),
                purpose=declared.purpose,
                auditor_id=declared.auditor_id,
                first_day=declared.first_day,
                last_day=declared.last_day,
                declared_by_id=agent_of(actor),
                declared_at=at,
            )
    except IntegrityError as error:
        raise MissionAlreadyThere from error


def confirm_mission(*, number: str, actor: Actor, at: datetime) -> None:
    """The second pair of eyes. Raises MissionNotFound, OwnMission."""
    declared_by = (
        AuditMission.objects.filter(number=number, confirmed_at=None, ended_at=None)
        .values_list("declared_by_id", flat=True)
        .first()
    )
    if declared_by is None:
        raise MissionNotFound
    if declared_by == actor.agent_id:
        raise OwnMission
    AuditMission.objects.filter(number=number, confirmed_at=None).update(
        confirmed_by_id=actor.agent_id, confirmed_at=at
    )


def end_mission(*, number: str, actor: Actor, at: datetime) -> None:
    """End a mission before its day: the auditor reads nothing more. Raises MissionNotFound."""
    if not AuditMission.objects.filter(number=number, ended_at=None).update(ended_by_id=actor.agent_id, ended_at=at):
        raise MissionNotFound


def ask_pack(*, actor: Actor) -> int:
    """The auditor asks for the pack of their mission; the job's number. Raises NoMissionRuns, AlreadyAsked."""
    mission = my_running_mission()
    if mission is None:
        raise NoMissionRuns
    return defer(
        "palier.oversight.tasks.audit_pack",
        queue=QUEUE,
        queueing_lock=f"audit-pack:{mission.number}",
        args={"number": mission.number, "asked_by": actor.agent_id},
    )


def refuse_without_mission(*, number: str, auditor_id: int, operator: str, on: date) -> None:
    """A job looks again: a mission may have ended while it waited. Raises MissionNotFound."""
    with batch(Batch.AUDIT, operator=operator, motive="AUDIT", command="mission d’audit", categories=()):
        runs = AuditMission.objects.filter(
            number=number,
            auditor_id=auditor_id,
            confirmed_at__isnull=False,
            ended_at=None,
            first_day__lte=on,
            last_day__gte=on,
        ).exists()
    if not runs:
        raise MissionNotFound


def package_pack(*, number: str, auditor_id: int, operator: str, on: date, at: datetime, documents: Path) -> Pack:
    """Make the pack that `palier audit pack` writes, and leave it in one ZIP for the auditor.

    Raises MissionNotFound, DiskFull.
    """
    refuse_without_mission(number=number, auditor_id=auditor_id, operator=operator, on=on)
    with tempfile.TemporaryDirectory(prefix="palier-audit-") as folder:
        pack = write_pack(output=Path(folder), operator=operator, at=at)
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(pack.files):
                archive.write(Path(folder) / name, name)
    digest, key = Spool(documents).keep_sealed(package.getvalue(), at=at)
    with batch(Batch.AUDIT, operator=operator, motive="AUDIT", command="dossier d’audit", categories=()):
        AuditMission.objects.filter(number=number).update(pack_sha256=digest, pack_key=key, pack_made_at=at)
    return pack


def _next_number(at: datetime) -> str:
    """« AM-2026-001 »: without a gap in a year, under the lock."""
    start = f"AM-{at.year}-"
    last = AuditMission.objects.filter(number__startswith=start).order_by("-number").values_list("number", flat=True)
    found = last.first()
    return f"{start}{int(found.removeprefix(start)) + 1 if found else 1:03d}"
