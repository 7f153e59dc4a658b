"""The jobs of outgoing mail: the dry run, the letters. Who asked is checked again here; each may run twice."""

from collections.abc import Iterator
from contextlib import contextmanager

from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.agents.access import AgentForCommand, agent_by_id
from palier.correspondence.access import MAY_WRITE_ONE, FunctionMayNotWrite
from palier.correspondence.operations.asking import QUEUE, progress_key
from palier.correspondence.operations.checking import at_work, try_letters
from palier.correspondence.operations.issuing import issue_letters
from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.privacy.declare import ROLE_LABELS

_OPERATOR = "file d’attente"


@app.task(name="palier.correspondence.tasks.try_sending", queue=QUEUE, pass_context=True)
def try_sending(context: JobContext, *, sending_id: int, asked_by: int) -> None:
    """Try every letter of a sending; those already tried are left alone."""
    with _shown(progress_key(sending_id, context.job.id), "Essai à blanc") as shown:
        agent = _asker(asked_by)
        try_letters(
            sending_id=sending_id,
            operator=f"{_OPERATOR}, pour {agent.name}",
            agent_id=agent.agent_id,
            at=now(),
            progress=shown,
        )


@app.task(name="palier.correspondence.tasks.send", queue=QUEUE, pass_context=True)
def send(context: JobContext, *, sending_id: int, asked_by: int) -> None:
    """Write and make the letters of a launched sending; those already made are left alone."""
    with _shown(progress_key(sending_id, context.job.id), "Envoi des lettres") as shown:
        agent = _asker(asked_by)
        issue_letters(
            sending_id=sending_id,
            operator=f"{_OPERATOR}, pour {agent.name}",
            agent_id=agent.agent_id,
            at=now(),
            progress=shown,
        )


@contextmanager
def _shown(key: str, label: str) -> Iterator[Progress]:
    try:
        with jobs.progress(key, label) as shown:
            yield shown
    except Refusal:
        # Said on the page, in the row of the progress: trying again would give the same answer.
        return


def _asker(asked_by: int) -> AgentForCommand:
    with at_work(_OPERATOR, asked_by):
        agent = agent_by_id(asked_by)
    if agent.role not in MAY_WRITE_ONE:
        others = " ; ".join(ROLE_LABELS[other] for other in MAY_WRITE_ONE)
        raise FunctionMayNotWrite(function=ROLE_LABELS[agent.role], others=others)
    return agent
