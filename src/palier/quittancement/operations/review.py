"""The review: each anomaly gets a verdict, then a first person signs the month off."""

from datetime import datetime

from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.privacy.actor import Actor
from palier.quittancement.models import Anomaly, Run
from palier.quittancement.operations.runs import hold_run, lock_run


class AnomaliesLeft(Refusal):
    """Anomalies encore à voir : {count}. Donnez un avis sur chacune avant de viser la relecture."""


class AnomalyNotFound(Refusal):
    """Cette anomalie n’existe plus : le mois a été recalculé. Rechargez la relecture."""


class RunNotOpen(Refusal):
    """Le mois {of_month} n’est plus à relire : il est {state}."""


class WrongAnomaliesLeft(Refusal):
    """Anomalies à corriger : {count}. Corrigez les baux et recalculez le mois, ou jugez-les justifiées."""


def judge_anomaly(*, run_id: int, anomaly_id: int, verdict: str, actor: Actor, at: datetime) -> Anomaly:
    """Record what a reader concluded of one anomaly: JUSTIFIED, WRONG, or TO_SEE again.

    Raises RunNotFound, RunNotOpen, AnomalyNotFound.
    """
    run = hold_run(run_id)
    if run.state != "COMPUTED":
        raise RunNotOpen(of_month=Month.of(run.month).of_fr(), state=run.get_state_display())
    try:
        anomaly = Anomaly.objects.get(run=run, pk=anomaly_id)
    except Anomaly.DoesNotExist:
        raise AnomalyNotFound from None
    anomaly.verdict = verdict
    anomaly.seen_by, anomaly.seen_at = actor.agent_id, at
    anomaly.full_clean(exclude=["run", "lease", "residence"], validate_unique=False, validate_constraints=False)
    anomaly.save(update_fields=["verdict", "seen_by", "seen_at"])
    return anomaly


def review_run(*, run_id: int, actor: Actor, at: datetime) -> Run:
    """Sign the review off. Raises RunNotFound, RunNotOpen, AnomaliesLeft, WrongAnomaliesLeft."""
    hold_run(run_id)
    run = lock_run(run_id)
    if run.state != "COMPUTED":
        raise RunNotOpen(of_month=Month.of(run.month).of_fr(), state=run.get_state_display())
    left = Anomaly.objects.filter(run=run, verdict="TO_SEE").count()
    if left:
        raise AnomaliesLeft(count=left)
    wrong = Anomaly.objects.filter(run=run, verdict="WRONG").count()
    if wrong:
        raise WrongAnomaliesLeft(count=wrong)
    run.state, run.reviewed_by, run.reviewed_at = "REVIEWED", actor.agent_id, at
    run.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    return run
