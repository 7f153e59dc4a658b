"""The jobs of the month: compute, seal, notices, receipts. Their arguments are ids and codes.

Who asked is checked again here.

A refusal is an answer, not a failure: it becomes the sentence shown with the progress, and the job is not tried again.
Each may run twice: drafts are replaced, a sealed month stays sealed, a notice already made is left alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.agents.access import AgentForCommand, agent_by_id
from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.periods import Month
from palier.privacy.actor import batch
from palier.privacy.declare import Batch, Role
from palier.quittancement.access import MAY_COMPUTE, MAY_ISSUE, MAY_SEAL, require_function
from palier.quittancement.operations.asking import QUEUE, progress_key
from palier.quittancement.operations.compute import compute_run
from palier.quittancement.operations.issuing import issue_notices, issue_receipts
from palier.quittancement.operations.seal import RunAlreadySealed, seal_run

_OPERATOR = "file d’attente"


@app.task(name="palier.quittancement.tasks.compute", queue=QUEUE, pass_context=True)
def compute(context: JobContext, *, month: str, kind: str, asked_by: int) -> None:
    """Compute a month, or its complement, for the agent who asked."""
    wanted = Month.parse(month)
    title = "Calcul complémentaire" if kind == "COMPLEMENT" else "Calcul"
    with _followed(context, month, f"{title} {wanted.of_fr()}") as shown:
        agent = _asker(asked_by, MAY_COMPUTE, "calcul du mois")
        with batch(Batch.RENT, operator=_for(agent), motive="MOIS", command="calcul du mois", agent_id=agent.agent_id):
            compute_run(month=wanted, kind=kind, by=agent.agent_id, at=now(), progress=shown)


@app.task(name="palier.quittancement.tasks.seal", queue=QUEUE, pass_context=True)
def seal(context: JobContext, *, month: str, run_id: int, asked_by: int) -> None:
    """Seal a reviewed run for the agent who asked: once, whatever the number of clicks."""
    with _followed(context, month, f"Scellement {Month.parse(month).of_fr()}") as shown:
        agent = _asker(asked_by, MAY_SEAL, "scellement du mois")
        shown.at("Écriture au grand livre", 0, 1)
        try:
            with batch(
                Batch.RENT, operator=_for(agent), motive="MOIS", command="scellement du mois", agent_id=agent.agent_id
            ) as reading:
                seal_run(run_id=run_id, actor=reading.actor, at=now())
        except RunAlreadySealed:
            # The second click, or the same job taken again after a kill: what was asked is already so.
            shown.at("Déjà scellé", 1, 1)
        else:
            shown.at("Écriture au grand livre", 1, 1)


@app.task(name="palier.quittancement.tasks.notices", queue=QUEUE, pass_context=True)
def notices(context: JobContext, *, month: str, asked_by: int) -> None:
    """Freeze the notices of a sealed month and make their PDFs; those already made are left alone."""
    wanted = Month.parse(month)
    with _followed(context, month, f"Avis {wanted.of_fr()}") as shown:
        agent = _asker(asked_by, MAY_ISSUE, "édition des avis")
        issue_notices(month=wanted, operator=_for(agent), agent_id=agent.agent_id, progress=shown)


@app.task(name="palier.quittancement.tasks.receipts", queue=QUEUE, pass_context=True)
def receipts(context: JobContext, *, month: str, asked_by: int) -> None:
    """Make the quittances and reçus that the payments of a month call for; those that still hold are left alone."""
    wanted = Month.parse(month)
    with _followed(context, month, f"Quittances et reçus {wanted.of_fr()}") as shown:
        agent = _asker(asked_by, MAY_ISSUE, "édition des quittances")
        issue_receipts(month=wanted, operator=_for(agent), agent_id=agent.agent_id, progress=shown)


@app.periodic(cron="35 6 * * *", periodic_id="receipts of the day")
@app.task(name="palier.quittancement.tasks.receipts_of_the_day", queue=QUEUE)
def receipts_of_the_day(timestamp: int) -> None:
    """Each morning, the papers of what was settled since the day before: whoever paid need not ask."""
    issue_receipts(month=None, operator=_OPERATOR, agent_id=None)


@contextmanager
def _followed(context: JobContext, month: str, label: str) -> Iterator[Progress]:
    """Show how far the work is; a refusal stays as its sentence and ends the job there."""
    try:
        with jobs.progress(progress_key(month, context.job.id), label) as shown:
            yield shown
    except Refusal:
        # Said on the page, in the row of the progress: trying again would give the same answer.
        return


def _asker(asked_by: int, allowed: tuple[Role, ...], command: str) -> AgentForCommand:
    """Who asked, still in post and still in a function that may. Raises NoSuchAgent, FunctionMayNot."""
    with batch(Batch.RENT, operator=_OPERATOR, motive="MOIS", command=command, agent_id=asked_by, categories=()):
        agent = agent_by_id(asked_by)
    require_function(agent.role, allowed)
    return agent


def _for(agent: AgentForCommand) -> str:
    return f"{_OPERATOR}, pour {agent.name}"
