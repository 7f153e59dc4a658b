"""The jobs of the journal: a seal each minute, its months each night. Each may run twice.

Give them a worker of their own (`palier worker --queue journal`): behind a long month, a seal would wait for its end.
"""

import logging

from django.db import connection
from procrastinate.contrib.django import app

from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.privacy.journal.operations import let_months_go, prepare_months, seal_and_publish
from palier.privacy.operations import OwnerOutOfReach

QUEUE = "journal"
OPERATOR = "file d’attente"

logger = logging.getLogger("palier.journal")


@app.periodic(cron="* * * * *", periodic_id="journal seal")
@app.task(name="palier.privacy.tasks.seal", queue=QUEUE, queueing_lock="journal seal")
def seal(timestamp: int) -> None:
    """Seal what was committed since the last minute and publish the head."""
    try:
        done = seal_and_publish(operator=OPERATOR, at=now())
    except Refusal as refusal:
        logger.error("the journal is not sealed: %s", refusal)
        return
    for published in done.published:
        if published.refusal:
            logger.error("the head %s was not published: %s", published.number, published.refusal)


@app.periodic(cron="41 2 * * *", periodic_id="journal months")
@app.task(name="palier.privacy.tasks.turn_months", queue=QUEUE, queueing_lock="journal months")
def turn_months(timestamp: int) -> None:
    """Make the months ahead, let go those whose time is over, and forget the jobs of the journal that are done."""
    try:
        prepare_months(at=now())
        let_months_go(operator=OPERATOR, at=now())
    except OwnerOutOfReach:
        # The account of the jobs may be kept from the owner's secret: `palier journal expire` is then run by hand.
        logger.warning("the months of the journal are left to palier journal expire")
    except Refusal as refusal:
        logger.error("the months of the journal were left as they are: %s", refusal)
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM procrastinate_jobs AS job USING procrastinate_events AS event
               WHERE event.job_id = job.id AND event.at < now() - interval '1 day'
                 AND job.queue_name = %s AND job.status = 'succeeded'""",
            [QUEUE],
        )
