"""Asking for the debits of a month from a page: the draft, then its file, each made by a job; the file of refunds."""

from datetime import datetime

from palier.banking.formats.pain008 import Version
from palier.foundation.errors import Refusal
from palier.foundation.models import JobProgress
from palier.foundation.periods import Month
from palier.privacy.actor import Actor
from palier.privacy.declare import ROLE_LABELS, Role
from palier.privacy.deferring import Argument, defer

QUEUE = "month"
# The name under which the work on a file of refunds shows, before its job's number.
REFUNDS = "refunds"
# Who prepares and who signs: two people of these functions.
MAY_DEBIT = (Role.HEADQUARTERS, Role.ACCOUNTANT)


class FunctionMayNotDebit(Refusal):
    """La fonction « {function} » ne permet pas de prélever ni de rembourser."""


def require_debits(role: Role) -> None:
    """Whether a function may debit and give back. Raises FunctionMayNotDebit."""
    if role not in MAY_DEBIT:
        raise FunctionMayNotDebit(function=ROLE_LABELS[role])


def progress_key(month: Month, job: int | None = None) -> str:
    """The name under which the work on a month's debits shows: "debits:2026-11/57"."""
    return f"debits:{month}/{job}" if job is not None else f"debits:{month}"


def ask_draft(*, month: Month, is_complement: bool, actor: Actor, at: datetime) -> int:
    """Ask for the draft of a month's debits; the job's number. Raises AlreadyAsked."""
    return _ask("draft", month, actor, at, f"Prélèvements {month.of_fr()}", {"is_complement": is_complement})


def ask_file(*, month: Month, run_id: int, actor: Actor, at: datetime, version: Version = Version.OF_2019) -> int:
    """Ask for the file of a signed run; the job's number. Raises AlreadyAsked."""
    label = f"Fichier des prélèvements {month.of_fr()}"
    return _ask("make_file", month, actor, at, label, {"run_id": run_id, "version": version.value})


def ask_refund_file(*, message_id: str, actor: Actor, at: datetime) -> int:
    """Ask for the file of the signed refunds, or for a former one again; the job's number. Raises AlreadyAsked."""
    job = defer(
        "palier.banking.tasks.make_refund_file",
        queue=QUEUE,
        lock=REFUNDS,
        queueing_lock=f"make_refund_file:{message_id}",
        args={"message_id": message_id or None, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [JobProgress(key=f"{REFUNDS}/{job}", label="Fichier des remboursements", state="WAITING", updated_at=at)]
    )
    return job


def void_key(message_id: str, job: int | None = None) -> str:
    """The name under which the voiding of a file shows: "void:RMB-20261122-4/57"."""
    return f"void:{message_id}/{job}" if job is not None else f"void:{message_id}"


def ask_voiding(*, message_id: str, actor: Actor, at: datetime) -> int:
    """Ask for the voiding that two people signed; the job's number. Raises AlreadyAsked."""
    job = defer(
        "palier.banking.tasks.void_file",
        queue=QUEUE,
        lock=f"void:{message_id}",
        queueing_lock=f"void_file:{message_id}",
        args={"message_id": message_id, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [
            JobProgress(
                key=void_key(message_id, job), label=f"Annulation de {message_id}", state="WAITING", updated_at=at
            )
        ]
    )
    return job


def _ask(task: str, month: Month, actor: Actor, at: datetime, label: str, args: dict[str, Argument]) -> int:
    job = defer(
        f"palier.banking.tasks.{task}",
        queue=QUEUE,
        lock=f"debits:{month}",
        queueing_lock=f"{task}:debits:{month}",
        args={"month": str(month), **args, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [JobProgress(key=progress_key(month, job), label=label, state="WAITING", updated_at=at)]
    )
    return job
