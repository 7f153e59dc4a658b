"""The job of threads: to tell whoever wrote that an answer waits."""

from typing import Final

from procrastinate.contrib.django import app

from palier.dispatch.operations.asking import QUEUE
from palier.dispatch.operations.installed import SIGNALS
from palier.exchanges.operations.telling import tell_answers
from palier.foundation.clock import now

_OPERATOR: Final = "file d’attente"


@app.periodic(cron="*/5 * * * *", periodic_id="answers told")
@app.task(name="palier.exchanges.tasks.tell_of_answers", queue=QUEUE, queueing_lock="answers told", lock="answers told")
def tell_of_answers(timestamp: int) -> None:
    """Every five minutes, the answers that nobody was told of yet."""
    channels = [channel for found in SIGNALS if (channel := found()) is not None]
    tell_answers(channels, operator=_OPERATOR, at=now())
