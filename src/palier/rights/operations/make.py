"""Making the copy of a file: by a command, or by the job that the DPO asked for an access or portability request."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from palier.foundation.errors import Refusal
from palier.mail.store import DocumentStore
from palier.privacy.actor import Actor, about_one
from palier.privacy.deferring import defer
from palier.rights.models import Package, Step
from palier.rights.operations.answer import RequestNotFound
from palier.rights.operations.copy import FileCopy, copy_of_file
from palier.rights.queries.requests import request_by_id
from palier.rights.rules.answers import COPIES
from palier.rights.spool import KEPT, Spool

MOTIVE = "DROITS"
SCREEN = "copie de dossier"
QUEUE = "rights"


class NoCopyForThis(Refusal):
    """Une copie du dossier répond à une demande d’accès ou de portabilité, pas à celle-ci."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who runs the command or asked for the job, and why: named in the journal."""

    name: str
    motive: str = MOTIVE
    agent_id: int | None = None


def export_file(
    person_id: int, *, by: Operator, at: datetime, documents: Path, command: str, in_person: bool
) -> FileCopy:
    """The copy of one person's file, journaled as a reading of it. Raises PersonNotFound, JournalClosed."""
    with about_one(person_id, operator=by.name, motive=by.motive, command=command, agent_id=by.agent_id) as reading:
        made = copy_of_file(person_id, at=at, in_person=in_person, store=DocumentStore(documents))
        reading.saw([], "PORTE", "CONNEXION", "DEMANDES_DROITS")
    return made


def ask_copy(*, request_id: int, in_person: bool, actor: Actor) -> int:
    """The DPO asks for the copy that answers a request; the job's number.

    Raises RequestNotFound, NoCopyForThis, AlreadyAsked.
    """
    asked = request_by_id(request_id)
    if asked is None:
        raise RequestNotFound
    if asked.kind not in COPIES:
        raise NoCopyForThis
    return defer(
        "palier.rights.tasks.copy",
        queue=QUEUE,
        queueing_lock=f"copy:{request_id}:{in_person}",
        args={
            "request_id": request_id,
            "person_id": asked.person_id,
            "in_person": in_person,
            "asked_by": actor.agent_id,
        },
    )


def make_package(
    *, request_id: int, person_id: int, in_person: bool, by: Operator, at: datetime, documents: Path
) -> int:
    """Make the copy and leave it for its person; the package's number.

    The bytes are on the disk before the row says so. Raises RequestNotFound, NoCopyForThis, PersonNotFound, DiskFull.
    """
    with about_one(person_id, operator=by.name, motive=by.motive, command=SCREEN, agent_id=by.agent_id) as reading:
        asked = request_by_id(request_id)
        if asked is None:
            raise RequestNotFound
        if asked.kind not in COPIES:
            raise NoCopyForThis
        made = copy_of_file(
            person_id,
            at=at,
            in_person=in_person,
            store=DocumentStore(documents),
            portable=asked.kind == "PORTABILITY",
        )
        reading.saw([], "PORTE", "CONNEXION", "DEMANDES_DROITS")
        digest, key = Spool(documents).keep_sealed(made.zip, at=at)
        package = Package.objects.create(
            request_id=request_id,
            person_id=person_id,
            made_at=at,
            expires_at=at + KEPT,
            sha256=digest,
            kept_key=key,
            bytes=len(made.zip),
            in_person=in_person,
        )
        Step.objects.create(
            request_id=request_id,
            person_id=person_id,
            residence_id=asked.residence_id,
            kind="PREPARED",
            at=at,
            agent_id=by.agent_id,
        )
    return int(package.pk)
