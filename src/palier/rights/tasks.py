"""The job of rights: the copy of a file, for the DPO who asked. Run twice, it makes two copies, both good."""

from pathlib import Path

from django.conf import settings
from procrastinate.contrib.django import app

from palier.agents.access import agent_by_id
from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.privacy.actor import about_one
from palier.privacy.declare import Role
from palier.rights.operations.make import MOTIVE, QUEUE, SCREEN, Operator, make_package
from palier.rights.operations.retrieve import make_retrieval
from palier.rights.spool import Spool

_OPERATOR = "file d’attente"


class NotTheOfficer(Refusal):
    """La copie d’un dossier est préparée par le délégué à la protection des données."""


@app.task(name="palier.rights.tasks.copy", queue=QUEUE)
def copy(*, request_id: int, person_id: int, in_person: bool, asked_by: int) -> None:
    """Make the copy for a request; a refusal stays as its sentence, beside the progress."""
    try:
        with jobs.progress(f"rights:{request_id}", f"Copie de dossier, demande {request_id}"):
            with about_one(
                person_id, operator=_OPERATOR, motive=MOTIVE, command=SCREEN, agent_id=asked_by, categories=()
            ):
                agent = agent_by_id(asked_by)
            if agent.role is not Role.DPO:
                raise NotTheOfficer
            by = Operator(name=f"{_OPERATOR}, pour {agent.name}", agent_id=agent.agent_id)
            make_package(
                request_id=request_id,
                person_id=person_id,
                in_person=in_person,
                by=by,
                at=now(),
                documents=Path(settings.DOCUMENT_ROOT),
            )
    except Refusal:
        # Said on the page, in the row of the progress: trying again would give the same answer.
        return


@app.task(name="palier.rights.tasks.retrieve", queue=QUEUE)
def retrieve(*, retrieval_id: int, person_id: int) -> None:
    """All of a person's documents, for them: nobody else is given them."""
    make_retrieval(retrieval_id=retrieval_id, person_id=person_id, at=now(), documents=Path(settings.DOCUMENT_ROOT))


@app.periodic(cron="12 3 * * *", periodic_id="copies that expire")
@app.task(name="palier.rights.tasks.expire", queue=QUEUE, queueing_lock="copies that expire")
def expire(timestamp: int) -> None:
    """Each night, whether or not a copy is made: what was kept its time leaves the disk."""
    Spool(Path(settings.DOCUMENT_ROOT)).forget_expired(now())
