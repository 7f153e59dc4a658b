"""The job that applies a file looked at on screen. Its arguments are ids; who asked is checked again here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.agents.access import AgentForCommand, agent_by_id
from palier.estate.operations import files as estate_files
from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.models import ImportBatch
from palier.foundation.reviews import ReviewNotFound
from palier.leases.operations import files as lease_files
from palier.leases.operations.asking import APPLIES_A_FILE, QUEUE, import_key, require_importer
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

_COMMAND = "reprise d’un fichier"
_OPERATOR = "file d’attente"


class Applier(Protocol):
    """Applies the records of one kind of file that were accepted on screen."""

    def __call__(self, batch_id: int, *, at: datetime) -> object: ...


_APPLY: Mapping[str, Applier] = {"ESTATE": estate_files.apply_review, "LEASES": lease_files.apply_review}


@app.task(name=APPLIES_A_FILE, queue=QUEUE, pass_context=True)
def apply_file(context: JobContext, *, batch_id: int, asked_by: int) -> None:
    """Apply the accepted records of a file of the stock or of leases."""
    apply_given(context, batch_id=batch_id, asked_by=asked_by, appliers=_APPLY)


def apply_given(context: JobContext, *, batch_id: int, asked_by: int, appliers: Mapping[str, Applier]) -> None:
    """Apply the accepted records of a file, all of them or none; a refusal becomes the sentence of the progress."""
    try:
        with jobs.progress(import_key(batch_id, context.job.id), "Application du fichier") as shown:
            agent = _asker(asked_by)
            shown.at("Écriture des enregistrements", 0, 1)
            with batch(
                Batch.IMPORT,
                operator=f"{_OPERATOR}, pour {agent.name}",
                motive="REPRISE",
                command=_COMMAND,
                agent_id=agent.agent_id,
            ):
                # Its own files only: the number of another's file opens nothing.
                file = ImportBatch.objects.filter(pk=batch_id, created_by=agent.agent_id, kind__in=appliers).first()
                if file is None:
                    raise ReviewNotFound
                if file.state != "APPLIED":
                    appliers[file.kind](batch_id, at=now())
            shown.at("Enregistrements écrits", 1, 1)
    except Refusal:
        # Said on the page: trying again would give the same answer.
        return


def _asker(asked_by: int) -> AgentForCommand:
    """Who asked, still in post and in a function that may. Raises NoSuchAgent, MayNotImport."""
    with batch(Batch.IMPORT, operator=_OPERATOR, motive="REPRISE", command=_COMMAND, agent_id=asked_by, categories=()):
        agent = agent_by_id(asked_by)
    require_importer(agent.role)
    return agent
