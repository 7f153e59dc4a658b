"""The job of each night: how far those who were drawn have come. It may run twice: a day once known stays."""

from procrastinate.contrib.django import app

from palier.adoption.operations.campaigns import measure_campaigns
from palier.foundation.clock import now


@app.periodic(cron="50 2 * * *", periodic_id="adoption")
@app.task(name="palier.adoption.tasks.measure", queue="month", lock="adoption", queueing_lock="adoption")
def measure(timestamp: int) -> None:
    """Each night, every campaign."""
    measure_campaigns(operator="file d’attente", at=now())
