"""The job that takes a file of the payroll given on screen. Who asked is checked again here; it may run twice."""

from pathlib import Path

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.agents.access import agent_by_id
from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.mail.store import DocumentStore
from palier.payroll.operations import giving
from palier.privacy.actor import batch
from palier.privacy.declare import Batch, Role

_OPERATOR = "file d’attente"
_COMMAND = "lot de bulletins"


class NoLongerOfThePayroll(Refusal):
    """Qui a donné ce fichier n’est plus au service de la paie : une autre personne le donne de nouveau."""


@app.task(name=giving.TAKES, queue=giving.QUEUE, pass_context=True)
def take_given(context: JobContext, *, given_id: int, asked_by: int) -> None:
    """Take a given file: all of it or nothing, once; a refusal is an answer, kept with the file."""
    try:
        with jobs.progress(giving.given_key(given_id, context.job.id), giving.LABEL) as shown:
            with batch(
                Batch.PAYROLL, operator=_OPERATOR, motive="PAIE", command=_COMMAND, agent_id=asked_by, categories=()
            ):
                agent = agent_by_id(asked_by)
            if agent.role is not Role.PAYROLL:
                raise NoLongerOfThePayroll
            with batch(
                Batch.PAYROLL,
                operator=f"{_OPERATOR}, pour {agent.name}",
                motive="PAIE",
                command=_COMMAND,
                agent_id=agent.agent_id,
            ):
                giving.take_given(
                    given_id=given_id,
                    store=DocumentStore(Path(settings.DOCUMENT_ROOT)),
                    by=agent.agent_id,
                    at=now(),
                    listener=shown.at,
                )
    except Refusal:
        # Said on the page, in the row of the progress: trying again would give the same answer.
        return
