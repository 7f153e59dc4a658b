"""Asking for the long work of a revision from a page: checked now, done by a job, checked again there."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from palier.campaigns.models import Mailing, Revision
from palier.campaigns.operations.mailing import MailingNotFound, MailingNotPrepared, launch_mailing
from palier.campaigns.operations.revision import (
    RevisionNotFound,
    Vote,
    require_applicable,
    require_undoable,
    voted_for,
)
from palier.campaigns.rules.revision import check_voted
from palier.foundation.models import JobProgress
from palier.privacy.actor import Actor
from palier.privacy.declare import Role
from palier.privacy.deferring import Argument, defer
from palier.quittancement.access import require_function

QUEUE = "month"
MAY_SIMULATE = (Role.HEADQUARTERS,)
MAY_REVIEW = (Role.HEADQUARTERS, Role.ACCOUNTANT)
MAY_APPLY = (Role.HEADQUARTERS, Role.ACCOUNTANT)


def ask_simulation(*, vote: Vote, actor: Actor, at: datetime) -> int:
    """Ask for the simulation of a year's revision; the job's number.

    Raises FunctionMayNot, IndexUnknown, RateAboveIndex, RateNegative, AlreadyAsked.
    """
    require_function(Role(actor.role.value), MAY_SIMULATE)
    check_voted(voted_for(vote))
    args: dict[str, Argument] = {
        "year": vote.year,
        "percent": None if vote.percent is None else str(vote.percent),
        "derogation": vote.derogation or None,
    }
    return _ask("simulate", vote.year, actor, at, f"Simulation de la révision {vote.year}", args)


def ask_application(*, revision_id: int, actor: Actor, at: datetime) -> int:
    """Ask for a reviewed revision to be applied by a second person; the job's number.

    Raises FunctionMayNot, RevisionNotFound, AlreadyAsked and the refusals of `require_applicable`.
    """
    require_function(Role(actor.role.value), MAY_APPLY)
    revision = _found(revision_id)
    require_applicable(revision, by=actor.agent_id, on=at.date())
    label = f"Application de la révision {revision.year}"
    return _ask("apply_revised", revision.year, actor, at, label, {"revision_id": revision_id})


def ask_undoing(*, revision_id: int, actor: Actor, at: datetime) -> int:
    """Ask for an applied revision to be taken back before its day; the job's number.

    Raises FunctionMayNot, RevisionNotFound, AlreadyAsked and the refusals of `require_undoable`.
    """
    require_function(Role(actor.role.value), MAY_APPLY)
    revision = _found(revision_id)
    require_undoable(revision, on=at.date())
    label = f"Retrait de la révision {revision.year}"
    return _ask("undo_applied", revision.year, actor, at, label, {"revision_id": revision_id})


def ask_letters(*, mailing_id: int, actor: Actor, at: datetime) -> int:
    """Launch a prepared mailing in a second person's name, and ask for its letters; the job's number.

    One transaction: what is launched has its job. Raises AlreadyAsked and the refusals of `launch_mailing`.
    """
    with transaction.atomic():
        launch_mailing(mailing_id=mailing_id, actor=actor, at=at)
        return _ask_for_letters(mailing_id, actor, at)


def ask_letters_again(*, mailing_id: int, actor: Actor, at: datetime) -> int:
    """Ask again for the letters of a launched mailing: what a kill, or a refusal, left undone.

    Raises FunctionMayNot, MailingNotFound, MailingNotPrepared, AlreadyAsked.
    """
    require_function(Role(actor.role.value), MAY_APPLY)
    state = Mailing.objects.filter(pk=mailing_id).values_list("state", flat=True).first()
    if state is None:
        raise MailingNotFound
    if state not in ("LAUNCHED", "MADE"):
        raise MailingNotPrepared
    return _ask_for_letters(mailing_id, actor, at)


def letters_key(mailing_id: int, job: int | None = None) -> str:
    """The name under which the work on a mailing shows: "letters:12/57"."""
    return f"letters:{mailing_id}/{job}" if job is not None else f"letters:{mailing_id}"


def percent_from(text: str | None) -> Decimal | None:
    """The voted rate as a job carries it."""
    return None if text is None else Decimal(text)


def progress_key(year: int, job: int | None = None) -> str:
    """The name under which the work of a job on a revision shows: "revision:2027/57"."""
    return f"revision:{year}/{job}" if job is not None else f"revision:{year}"


def _found(revision_id: int) -> Revision:
    revision = Revision.objects.filter(pk=revision_id).first()
    if revision is None:
        raise RevisionNotFound
    return revision


def _ask(task: str, year: int, actor: Actor, at: datetime, label: str, args: dict[str, Argument]) -> int:
    job = defer(
        f"palier.campaigns.tasks.{task}",
        queue=QUEUE,
        lock=f"revision:{year}",
        queueing_lock=f"{task}:{year}",
        args={**args, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [JobProgress(key=progress_key(year, job), label=label, state="WAITING", updated_at=at)]
    )
    return job


def _ask_for_letters(mailing_id: int, actor: Actor, at: datetime) -> int:
    job = defer(
        "palier.campaigns.tasks.letters",
        queue=QUEUE,
        lock=letters_key(mailing_id),
        queueing_lock=letters_key(mailing_id),
        args={"mailing_id": mailing_id, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [JobProgress(key=letters_key(mailing_id, job), label="Lettres", state="WAITING", updated_at=at)]
    )
    return job
