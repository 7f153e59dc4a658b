"""The jobs of applications, each night: what time does to them, the duplicates that a strong key proposes, the scores.

Each may run twice: a notice is given once for an end, a radiated application is not radiated again, a pair is once,
a score of the day is not due again.
"""

from typing import Final

from procrastinate import JobContext
from procrastinate.contrib.django import app

from palier.demandes.operations import trials
from palier.demandes.operations.clocks import run_clocks
from palier.demandes.operations.duplicates import propose_duplicates
from palier.demandes.operations.scoring import Asked, score_stock
from palier.demandes.operations.writing import write_letters
from palier.foundation import jobs
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

_OPERATOR: Final = "file d’attente"
QUEUE: Final = trials.QUEUE


@app.periodic(cron="10 3 * * *", periodic_id="application clocks")
@app.task(name="palier.demandes.tasks.clocks", queue=QUEUE)
def clocks(timestamp: int) -> None:
    """Each night: notices a month before the end, radiations that the law makes due, permits to be seen again."""
    run_clocks(at=now(), operator=_OPERATOR)


@app.periodic(cron="25 3 * * *", periodic_id="application letters")
@app.task(name="palier.demandes.tasks.letters", queue=QUEUE, lock="letters", queueing_lock="letters of the night")
def letters(timestamp: int) -> None:
    """Each night, after the clocks: what the law has written to applicants. A letter is made once for an event."""
    write_letters(at=now(), operator=_OPERATOR)


@app.periodic(cron="40 3 * * *", periodic_id="application duplicates")
@app.task(name="palier.demandes.tasks.duplicates", queue=QUEUE)
def duplicates(timestamp: int) -> None:
    """Each night: the pairs of applications that an agent is to look at."""
    with batch(Batch.IMPORT, operator=_OPERATOR, motive="ATTRIBUTION", command="doublons des demandes"):
        propose_duplicates()


@app.periodic(cron="40 1 * * *", periodic_id="scores of the night")
@app.task(name="palier.demandes.tasks.score_all", queue=QUEUE, lock="scores", queueing_lock="scores of the night")
def score_all(timestamp: int) -> None:
    """Each night: seniority moves every score a little, and the figures of the day are told."""
    with jobs.progress("scores", "Calcul des points") as shown:
        score_stock(on=today(), asked=Asked(operator=_OPERATOR), shown=shown)


@app.periodic(cron="*/5 * * * *", periodic_id="scores of the changed")
@app.task(name="palier.demandes.tasks.score_changed", queue=QUEUE, lock="scores", queueing_lock="scores of the changed")
def score_changed(timestamp: int) -> None:
    """Every five minutes: the applications that changed since they were scored."""
    score_stock(on=today(), asked=Asked(operator=_OPERATOR), whole=False)


@app.task(name=trials.TASK, queue=QUEUE, pass_context=True)
def try_grid(context: JobContext, *, trial_id: int, asked_by: int) -> None:
    """Try a grid for the secretary who asked. Killed, it starts again: figures are written once, at the end."""
    try:
        with jobs.progress(trials.trial_key(trial_id, context.job.id), trials.LABEL) as shown:
            trials.run_trial(trial_id=trial_id, asked_by=asked_by, operator=_OPERATOR, at=now, shown=shown)
    except Refusal:
        # Said on the page: trying again would give the same answer.
        return
