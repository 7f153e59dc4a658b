"""The job that imports a file of the CAF given on screen. Who asked is checked again here; it may run twice."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.agents.access import agent_by_id
from palier.aid.operations import giving
from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.quittancement.access import require_function

_OPERATOR = "file d’attente"
_COMMAND = "fichier de la CAF"


@app.task(name=giving.IMPORTS, queue=giving.QUEUE, pass_context=True)
def import_given(context: JobContext, *, given_id: int, asked_by: int) -> None:
    """Import a given file: all of it or nothing, once; a refusal is an answer, kept with the file."""
    try:
        with jobs.progress(giving.given_key(given_id, context.job.id), giving.LABEL) as shown:
            with batch(
                Batch.IMPORT, operator=_OPERATOR, motive="REPRISE", command=_COMMAND, agent_id=asked_by, categories=()
            ):
                agent = agent_by_id(asked_by)
            require_function(agent.role, giving.MAY_GIVE)
            shown.at("Lecture et rapprochement", 0, 1)
            with batch(
                Batch.IMPORT,
                operator=f"{_OPERATOR}, pour {agent.name}",
                motive="REPRISE",
                command=_COMMAND,
                agent_id=agent.agent_id,
            ):
                giving.import_given(given_id=given_id, by=agent.agent_id, at=now())
            shown.at("Lignes rapprochées", 1, 1)
    except Refusal:
        # Said on the page, in the row of the progress: trying again would give the same answer.
        return
