"""Finding and holding the run one works on."""

from datetime import date

from django.db import connection

from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.quittancement.models import Run


class RunNotFound(Refusal):
    """Ce quittancement n’existe pas : calculez d’abord le mois."""


def lock_month(month_first_day: date) -> None:
    """Hold the month until the transaction ends: two computings of a month wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.month'), %s)", (month_first_day.toordinal(),))


def lock_run(run_id: int) -> Run:
    """The run, held until the transaction ends. Raises RunNotFound."""
    try:
        return Run.objects.select_for_update().get(pk=run_id)
    except Run.DoesNotExist:
        raise RunNotFound from None


def hold_run(run_id: int) -> Run:
    """The run, its month held: for an agency that judges an anomaly and may change nothing of the run itself.

    Raises RunNotFound.
    """
    month = Run.objects.filter(pk=run_id).values_list("month", flat=True).first()
    if month is None:
        raise RunNotFound
    lock_month(month)
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise RunNotFound
    return run


def open_run_of(month: Month, scope: str) -> int:
    """The number of the month's latest run in this scope, sealed or not. Raises RunNotFound."""
    found = (
        Run.objects.filter(month=month.first_day, scope=scope).order_by("-rank").values_list("pk", flat=True).first()
    )
    if found is None:
        raise RunNotFound
    return found
