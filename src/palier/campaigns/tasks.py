"""The jobs of a campaign: simulate, apply, take back, write the letters.

Who asked is checked again here; each may run twice.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.agents.access import AgentForCommand, agent_by_id
from palier.campaigns.models import Revision
from palier.campaigns.operations.asking import (
    MAY_APPLY,
    MAY_SIMULATE,
    QUEUE,
    letters_key,
    percent_from,
    progress_key,
)
from palier.campaigns.operations.lettering import issue_letters
from palier.campaigns.operations.mailing import MAY_LAUNCH
from palier.campaigns.operations.revision import (
    RevisionAlreadyApplied,
    RevisionNotApplied,
    RevisionNotFound,
    Vote,
    apply_revision,
    simulate_revision,
    undo_revision,
)
from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch, Role
from palier.quittancement.access import require_function

_OPERATOR = "file d’attente"
_COMMAND = "révision des loyers"


@app.task(name="palier.campaigns.tasks.simulate", queue=QUEUE, pass_context=True)
def simulate(context: JobContext, *, year: int, percent: str | None, derogation: str | None, asked_by: int) -> None:
    """Simulate a year's revision for the agent who asked."""
    with _followed(context, year, f"Simulation de la révision {year}") as shown:
        agent = _asker(asked_by, MAY_SIMULATE)
        shown.at("Calcul des loyers", 0, 1)
        with _working(agent):
            vote = Vote(year=year, percent=percent_from(percent), derogation=derogation or "")
            simulate_revision(vote=vote, by=agent.agent_id, at=now())
        shown.at("Loyers calculés", 1, 1)


@app.task(name="palier.campaigns.tasks.apply_revised", queue=QUEUE, pass_context=True)
def apply_revised(context: JobContext, *, revision_id: int, asked_by: int) -> None:
    """Apply a reviewed revision: once, whatever the number of clicks."""
    with _followed(context, _year_of(revision_id, asked_by), "Application de la révision") as shown:
        agent = _asker(asked_by, MAY_APPLY)
        shown.at("Écriture des loyers", 0, 1)
        try:
            with _working(agent):
                apply_revision(revision_id=revision_id, by=agent.agent_id, at=now())
        except RevisionAlreadyApplied:
            # The second click, or the same job taken again after a kill: what was asked is already so.
            shown.at("Déjà appliquée", 1, 1)
        else:
            shown.at("Loyers écrits", 1, 1)


@app.task(name="palier.campaigns.tasks.letters", queue=QUEUE, pass_context=True)
def letters(context: JobContext, *, mailing_id: int, asked_by: int) -> None:
    """Write and make the letters of a launched mailing; those already made are left alone."""
    with _shown(letters_key(mailing_id, context.job.id), "Lettres de la campagne") as shown:
        agent = _asker(asked_by, MAY_LAUNCH)
        issue_letters(
            mailing_id=mailing_id,
            operator=f"{_OPERATOR}, pour {agent.name}",
            agent_id=agent.agent_id,
            at=now(),
            progress=shown,
        )


@app.task(name="palier.campaigns.tasks.undo_applied", queue=QUEUE, pass_context=True)
def undo_applied(context: JobContext, *, revision_id: int, asked_by: int) -> None:
    """Take an applied revision back before its day."""
    with _followed(context, _year_of(revision_id, asked_by), "Retrait de la révision") as shown:
        agent = _asker(asked_by, MAY_APPLY)
        shown.at("Retrait des loyers", 0, 1)
        try:
            with _working(agent):
                undo_revision(revision_id=revision_id, by=agent.agent_id, at=now())
        except RevisionNotApplied:
            shown.at("Déjà retirée", 1, 1)
        else:
            shown.at("Loyers remis", 1, 1)


def _working(agent: AgentForCommand) -> AbstractContextManager[Reading]:
    return batch(
        Batch.IMPORT,
        operator=f"{_OPERATOR}, pour {agent.name}",
        motive="CAMPAGNE",
        command=_COMMAND,
        agent_id=agent.agent_id,
        categories=("BAIL",),
    )


def _year_of(revision_id: int, asked_by: int) -> int:
    with batch(Batch.IMPORT, operator=_OPERATOR, motive="CAMPAGNE", command=_COMMAND, agent_id=asked_by, categories=()):
        year = Revision.objects.filter(pk=revision_id).values_list("year", flat=True).first()
    if year is None:
        raise RevisionNotFound
    return year


@contextmanager
def _followed(context: JobContext, year: int, label: str) -> Iterator[Progress]:
    with _shown(progress_key(year, context.job.id), label) as shown:
        yield shown


@contextmanager
def _shown(key: str, label: str) -> Iterator[Progress]:
    try:
        with jobs.progress(key, label) as shown:
            yield shown
    except Refusal:
        # Said on the page, in the row of the progress: trying again would give the same answer.
        return


def _asker(asked_by: int, allowed: tuple[Role, ...]) -> AgentForCommand:
    with batch(Batch.IMPORT, operator=_OPERATOR, motive="CAMPAGNE", command=_COMMAND, agent_id=asked_by, categories=()):
        agent = agent_by_id(asked_by)
    require_function(agent.role, allowed)
    return agent
