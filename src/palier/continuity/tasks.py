"""The job of the archive: what waits is sealed, three times a minute. It may run twice."""

import logging

from django.conf import settings
from procrastinate.contrib.django import app

from palier.continuity.operations.ship import ship
from palier.foundation.errors import Refusal
from palier.foundation.home import Home

# With the seal of the journal: behind a long month, a document would wait for its end.
QUEUE = "journal"

logger = logging.getLogger("palier.continuity")


# Six fields: the last one counts seconds.
@app.periodic(cron="* * * * * */20", periodic_id="archive")
@app.task(name="palier.continuity.tasks.archive", queue=QUEUE, queueing_lock="archive")
def archive(timestamp: int) -> None:
    """Seal into the archive what it lacks; nothing when nothing is archived."""
    try:
        ship(Home(settings.PALIER_HOME))
    except Refusal as refusal:
        logger.error("the archive is late: %s", refusal)
