"""Asking for the long work of a month from a page: the act is checked now, done by a job, and checked again there."""

from datetime import datetime

from palier.foundation.clock import day_of
from palier.foundation.models import JobProgress
from palier.foundation.periods import Month, day_fr
from palier.privacy.actor import Actor
from palier.privacy.declare import Role
from palier.privacy.deferring import Argument, defer
from palier.quittancement.access import MAY_COMPUTE, MAY_ISSUE, MAY_SEAL, require_function
from palier.quittancement.models import Run
from palier.quittancement.operations.compute import MonthAlreadySealed, MonthNotSealedYet
from palier.quittancement.operations.runs import RunNotFound
from palier.quittancement.operations.seal import RunAlreadySealed, RunNotReviewed, SamePersonReviewsAndSeals

QUEUE = "month"


def ask_compute(*, month: Month, kind: str, actor: Actor, at: datetime) -> int:
    """Ask for the computing of a month (MONTHLY) or of the leases that it left out (COMPLEMENT); the job's number.

    Raises FunctionMayNot, MonthAlreadySealed, MonthNotSealedYet, AlreadyAsked.
    """
    _require(actor, MAY_COMPUTE)
    monthly = Run.objects.filter(month=month.first_day, kind="MONTHLY", scope="ALL").first()
    sealed_at = monthly.sealed_at if monthly is not None else None
    if kind == "MONTHLY" and sealed_at is not None:
        raise MonthAlreadySealed(of_month=month.of_fr(), sealed_on=day_fr(day_of(sealed_at)))
    if kind == "COMPLEMENT" and sealed_at is None:
        raise MonthNotSealedYet(of_month=month.of_fr())
    title = "Calcul complémentaire" if kind == "COMPLEMENT" else "Calcul"
    return _ask("compute", month, actor, at, f"{title} {month.of_fr()}", {"month": str(month), "kind": kind}, kind)


def ask_seal(*, run_id: int, actor: Actor, at: datetime) -> int:
    """Ask for the sealing of a reviewed run by a second person; the job's number.

    Raises FunctionMayNot, RunNotFound, RunAlreadySealed, RunNotReviewed, SamePersonReviewsAndSeals, AlreadyAsked.
    """
    _require(actor, MAY_SEAL)
    run = _run(run_id)
    month = Month.of(run.month)
    if run.sealed_at is not None:
        raise RunAlreadySealed(of_month=month.of_fr(), sealed_on=day_fr(day_of(run.sealed_at)))
    if run.state != "REVIEWED":
        raise RunNotReviewed(of_month=month.of_fr())
    if run.reviewed_by == actor.agent_id:
        raise SamePersonReviewsAndSeals
    label = f"Scellement {month.of_fr()}"
    return _ask("seal", month, actor, at, label, {"month": str(month), "run_id": run.pk}, str(run.pk))


def ask_notices(*, run_id: int, actor: Actor, at: datetime) -> int:
    """Ask for the notices of a sealed run: frozen first, then made into PDFs; the job's number.

    Raises FunctionMayNot, RunNotFound, AlreadyAsked.
    """
    _require(actor, MAY_ISSUE)
    run = _run(run_id)
    if run.state != "SEALED":
        raise RunNotFound
    month = Month.of(run.month)
    label = f"Avis {month.of_fr()}"
    return _ask("notices", month, actor, at, label, {"month": str(month)}, "AVIS")


def ask_receipts(*, month: Month, actor: Actor, at: datetime) -> int:
    """Ask for the quittances and reçus that the payments of a sealed month call for; the job's number.

    Raises FunctionMayNot, RunNotFound, AlreadyAsked.
    """
    _require(actor, MAY_ISSUE)
    if not Run.objects.filter(month=month.first_day, state="SEALED").exists():
        raise RunNotFound
    label = f"Quittances et reçus {month.of_fr()}"
    return _ask("receipts", month, actor, at, label, {"month": str(month)}, "QUITTANCES")


def progress_key(month: str, job: int | None) -> str:
    """The name under which the work of a job on a month shows: "month:2026-11/57"."""
    return f"month:{month}/{job}" if job is not None else f"month:{month}"


def _require(actor: Actor, allowed: tuple[Role, ...]) -> None:
    require_function(Role(actor.role.value), allowed)


def _run(run_id: int) -> Run:
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise RunNotFound
    return run


def _ask(task: str, month: Month, actor: Actor, at: datetime, label: str, args: dict[str, Argument], what: str) -> int:
    """Put the job in the queue and show it as waiting, in the caller's transaction."""
    job = defer(
        f"palier.quittancement.tasks.{task}",
        queue=QUEUE,
        # One piece of work at a time on a month; the same one is not asked twice while it waits.
        lock=f"month:{month}",
        queueing_lock=f"{task}:{month}:{what}",
        args={**args, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [JobProgress(key=progress_key(str(month), job), label=label, state="WAITING", updated_at=at)]
    )
    return job
