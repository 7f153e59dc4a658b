"""The jobs of applications, each night: what time does to them, and the duplicates that a strong key proposes.

Each may run twice: a notice is given once for an end, a radiated application is not radiated again, a pair is once.
"""

from typing import Final

from procrastinate.contrib.django import app

from palier.demandes.operations.clocks import run_clocks
from palier.demandes.operations.duplicates import propose_duplicates
from palier.foundation.clock import now
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

_OPERATOR: Final = "file d’attente"
QUEUE: Final = "applications"


@app.periodic(cron="10 3 * * *", periodic_id="application clocks")
@app.task(name="palier.demandes.tasks.clocks", queue=QUEUE)
def clocks(timestamp: int) -> None:
    """Each night: notices a month before the end, radiations that the law makes due, permits to be seen again."""
    run_clocks(at=now(), operator=_OPERATOR)


@app.periodic(cron="40 3 * * *", periodic_id="application duplicates")
@app.task(name="palier.demandes.tasks.duplicates", queue=QUEUE)
def duplicates(timestamp: int) -> None:
    """Each night: the pairs of applications that an agent is to look at."""
    with batch(Batch.IMPORT, operator=_OPERATOR, motive="ATTRIBUTION", command="doublons des demandes"):
        propose_duplicates()
