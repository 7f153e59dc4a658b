"""The night of allocation: notices to leave announced, delays of holders over, the public figures. It may run twice."""

import logging

from procrastinate.contrib.django import app

from palier.attribution.operations.figures import publish_figures
from palier.attribution.operations.orienting import release_overdue
from palier.attribution.operations.vacancies import announce_from_notices
from palier.foundation.clock import now, today
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

QUEUE = "attribution"
OPERATOR = "file d’attente"

logger = logging.getLogger("palier.attribution")


@app.periodic(cron="20 4 * * *", periodic_id="allocation vacancies")
@app.task(name="palier.attribution.tasks.follow_vacancies", queue=QUEUE, queueing_lock="allocation vacancies")
def follow_vacancies(timestamp: int) -> None:
    """Announce the dwellings whose tenant gave notice, and give back those whose holder let its delay go."""
    with batch(Batch.ALLOCATION, operator=OPERATOR, motive="ATTRIBUTION", command="vacances", categories=("BAIL",)):
        announced = announce_from_notices(on=today())
    with batch(Batch.ALLOCATION, operator=OPERATOR, motive="ATTRIBUTION", command="vacances", categories=()):
        released = release_overdue(on=today())
    logger.info("vacancies: %s announced, %s released", announced, released)


@app.periodic(cron="50 4 * * *", periodic_id="allocation figures")
@app.task(name="palier.attribution.tasks.publish", queue=QUEUE, queueing_lock="allocation figures")
def publish(timestamp: int) -> None:
    """Compute what the public reads of this year and of the last one."""
    at = now()
    with batch(Batch.ALLOCATION, operator=OPERATOR, motive="ATTRIBUTION", command="chiffres", categories=()):
        for year in (at.year - 1, at.year):
            publish_figures(year=year, at=at)
