"""The jobs of the mail room: lots, hand-over to those outside. Each may run twice: a document leaves once a channel."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.agents.access import AgentForCommand, agent_by_id
from palier.dispatch.access import MAY_PRINT, require_function
from palier.dispatch.channels import Channel
from palier.dispatch.operations.asking import HANDS_OVER, LOTS_KEY, MAKES_LOTS, OUTBOX_KEY, QUEUE
from palier.dispatch.operations.following import follow_up
from palier.dispatch.operations.installed import CHANNELS
from palier.dispatch.operations.lots import COMMAND, MOTIVE, make_print_lots
from palier.dispatch.operations.outbox import hand_over
from palier.foundation import jobs
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

_OPERATOR: Final = "file d’attente"
logger = logging.getLogger("palier.dispatch")


class ChannelsRefuse(Refusal):
    """Tout n’a pas pu être remis. {reasons}"""


@app.task(name=MAKES_LOTS, queue=QUEUE, pass_context=True)
def make_lots(context: JobContext, *, asked_by: int) -> None:
    """Put what waits for paper in lots to print; what is already in one is left alone."""
    with _followed(context, LOTS_KEY, "Lots à imprimer") as shown:
        agent = _asker(asked_by)
        make_print_lots(
            by=agent.agent_id,
            operator=f"{_OPERATOR}, pour {agent.name}",
            agent_id=agent.agent_id,
            at=now(),
            progress=shown,
        )


@app.task(name=HANDS_OVER, queue=QUEUE, pass_context=True)
def hand_over_now(context: JobContext, *, asked_by: int) -> None:
    """Hand over what waits for those outside, for the agent who asked."""
    with _followed(context, OUTBOX_KEY, "Remise aux prestataires") as shown:
        agent = _asker(asked_by)
        operator = f"{_OPERATOR}, pour {agent.name}"

        def carried(channel: Channel) -> None:
            hand_over(channel, operator=operator, agent_id=agent.agent_id, clock=now, progress=shown)
            follow_up(channel, operator=operator, agent_id=agent.agent_id, clock=now, progress=shown)

        _at_each_channel(carried)


@app.periodic(cron="*/15 * * * *", periodic_id="outbox")
@app.task(name="palier.dispatch.tasks.hand_over_due", queue=QUEUE, queueing_lock="outbox")
def hand_over_due(timestamp: int) -> None:
    """Every quarter of an hour, what waits, and what was not answered."""
    _at_each_channel(lambda channel: hand_over(channel, operator=_OPERATOR, agent_id=None, clock=now))


@app.periodic(cron="40 * * * *", periodic_id="outbox-followed")
@app.task(name="palier.dispatch.tasks.follow_up_due", queue=QUEUE, queueing_lock="outbox-followed")
def follow_up_due(timestamp: int) -> None:
    """Every hour, what became of the letters that hybrid mail accepted."""
    _at_each_channel(lambda channel: follow_up(channel, operator=_OPERATOR, agent_id=None, clock=now))


def _at_each_channel(work: Callable[[Channel], object]) -> None:
    """Do it for each channel, whatever stops another one: what each refused is told once all were tried.

    A fault comes before a refusal: the sentence of the next channel does not hide it. Raises what one refused, or
    ChannelsRefuse.
    """
    refused: list[Refusal] = []
    with ExitStack() as each:
        # The last one entered is the first one done.
        for found in reversed(CHANNELS):
            each.callback(_at_one, found, work, refused)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise ChannelsRefuse(reasons=" ".join(map(str, refused))) from refused[0]


def _at_one(found: Callable[[], Channel | None], work: Callable[[Channel], object], refused: list[Refusal]) -> None:
    try:
        channel = found()
        if channel is not None:
            work(channel)
    except Refusal as refusal:
        logger.error("a channel refuses to work: %s", refusal)
        refused.append(refusal)


@contextmanager
def _followed(context: JobContext, key: str, label: str) -> Iterator[Progress]:
    """Show how far the work is; a refusal stays as its sentence and ends the job there."""
    try:
        with jobs.progress(f"{key}/{context.job.id}", label) as shown:
            yield shown
    except Refusal as refusal:
        # Said on the page, in the row of the progress: trying again would give the same answer.
        logger.error("%s: %s", label, refusal)


def _asker(asked_by: int) -> AgentForCommand:
    """Who asked, still in post and still in a function that may. Raises NoSuchAgent, NotOfYourFunction."""
    with batch(Batch.MAIL, operator=_OPERATOR, motive=MOTIVE, command=COMMAND, agent_id=asked_by, categories=()):
        agent = agent_by_id(asked_by)
    require_function(agent.role, MAY_PRINT)
    return agent
