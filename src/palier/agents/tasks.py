"""The job that counts for the journal's alarms, from the thresholds that the data protection officer decided."""

from procrastinate.contrib.django import app

from palier.agents.queries import thresholds_in_force
from palier.foundation.clock import now
from palier.privacy.journal.alarms import raise_alarms
from palier.privacy.journal.operations import looking_after
from palier.privacy.tasks import OPERATOR, QUEUE


# The alias is the name under which an earlier version left it in the queue.
@app.periodic(cron="7 * * * *", periodic_id="journal alarms")
@app.task(
    name="palier.agents.tasks.count_alarms",
    aliases=["palier.privacy.tasks.count_alarms"],
    queue=QUEUE,
    queueing_lock="journal alarms",
)
def count_alarms(timestamp: int) -> None:
    """Raise what looks like an extraction. It may run twice."""
    with looking_after(OPERATOR, "journal alarms"):
        raise_alarms(thresholds=thresholds_in_force(), at=now())
