"""The jobs of adoption: what a campaign sends, and each night how far those who were drawn have come.

Each may run twice: a sheet leaves once, a day once known stays.
"""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.adoption.access import refuse_unless_headquarters
from palier.adoption.operations.asking import QUEUE, SENDS_OUT, progress_key
from palier.adoption.operations.campaigns import measure_campaigns
from palier.adoption.operations.leaving import send_out, send_out_all
from palier.agents.access import agent_by_id
from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

_OPERATOR = "file d’attente"


@app.task(name=SENDS_OUT, queue=QUEUE, pass_context=True)
def send_out_asked(context: JobContext, *, campaign_id: int, asked_by: int) -> None:
    """Write and route what a campaign sends, for the agent who asked."""
    try:
        with jobs.progress(progress_key(campaign_id, context.job.id), "Envois de la campagne") as shown:
            with batch(Batch.MAIL, operator=_OPERATOR, motive="CAMPAGNE", command="adoption", agent_id=asked_by):
                agent = agent_by_id(asked_by)
            refuse_unless_headquarters(agent.role)
            send_out(
                campaign_id=campaign_id,
                operator=f"{_OPERATOR}, pour {agent.name}",
                agent_id=agent.agent_id,
                at=now(),
                progress=shown,
            )
    except Refusal:
        # Said on the page, in the row of the progress: trying again would give the same answer.
        return


@app.periodic(cron="50 2 * * *", periodic_id="adoption")
@app.task(name="palier.adoption.tasks.measure", queue=QUEUE, lock="adoption", queueing_lock="adoption")
def measure(timestamp: int) -> None:
    """Each night, every campaign: what did not leave yet, then the steps."""
    send_out_all(operator=_OPERATOR, at=now())
    measure_campaigns(operator=_OPERATOR, at=now())
