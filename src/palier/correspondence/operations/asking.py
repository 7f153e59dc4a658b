"""Asking for the long work of a sending from a page: checked now, done by a job, checked again there."""

from datetime import datetime

from django.db import transaction

from palier.correspondence.access import MAY_WRITE_ONE, require_function, sending_in_scope
from palier.correspondence.models import Sending
from palier.correspondence.operations.selecting import Occasion, choose_leases, choose_withdrawn
from palier.correspondence.operations.signing import launch_sending
from palier.foundation.errors import Refusal
from palier.foundation.models import JobProgress
from palier.leases.queries.lists import LeaseFilter
from palier.privacy.actor import Actor
from palier.privacy.deferring import defer

QUEUE = "month"


class NothingLeft(Refusal):
    """Rien n’est à reprendre : cet envoi est au registre, ou n’est pas lancé."""


def ask_choice(*, version_id: int, kept: LeaseFilter, occasion: Occasion, actor: Actor, at: datetime) -> Sending:
    """Freeze a list and ask for its dry run, in one transaction. Raises as `choose_leases`, and AlreadyAsked."""
    with transaction.atomic():
        sending = choose_leases(version_id=version_id, kept=kept, occasion=occasion, actor=actor, at=at)
        _ask("try_sending", "Essai à blanc", sending.pk, actor, at)
        return sending


def ask_withdrawal(*, sending_id: int, version_id: int, occasion: Occasion, actor: Actor, at: datetime) -> Sending:
    """The same for the letters that withdraw a sending. Raises as `choose_withdrawn`, and AlreadyAsked."""
    with transaction.atomic():
        sending = choose_withdrawn(sending_id=sending_id, version_id=version_id, occasion=occasion, actor=actor, at=at)
        _ask("try_sending", "Essai à blanc", sending.pk, actor, at)
        return sending


def ask_launch(*, sending_id: int, actor: Actor, at: datetime) -> None:
    """Launch a sending and ask for its letters: what is launched has its job. Raises as `launch_sending`."""
    with transaction.atomic():
        launch_sending(sending_id=sending_id, actor=actor, at=at)
        _ask("send", "Envoi des lettres", sending_id, actor, at)


def ask_again(*, sending_id: int, actor: Actor, at: datetime) -> None:
    """Ask again for what a kill left undone: of the dry run, or of the letters.

    Raises FunctionMayNotWrite, SendingNotFound, NothingLeft, AlreadyAsked.
    """
    require_function(actor, MAY_WRITE_ONE)
    sending = sending_in_scope(sending_id, actor=actor)
    if sending.state == "SELECTED":
        _ask("try_sending", "Essai à blanc", sending_id, actor, at)
    elif sending.state == "LAUNCHED":
        _ask("send", "Envoi des lettres", sending_id, actor, at)
    else:
        raise NothingLeft


def progress_key(sending_id: int, job: int | None = None) -> str:
    """The name under which the work on a sending shows: "mail:12/57"."""
    return f"mail:{sending_id}/{job}" if job is not None else f"mail:{sending_id}"


def _ask(task: str, label: str, sending_id: int, actor: Actor, at: datetime) -> None:
    job = defer(
        f"palier.correspondence.tasks.{task}",
        queue=QUEUE,
        lock=progress_key(sending_id),
        queueing_lock=f"{task}:{sending_id}",
        args={"sending_id": sending_id, "asked_by": actor.agent_id},
    )
    JobProgress.objects.bulk_create(
        [JobProgress(key=progress_key(sending_id, job), label=label, state="WAITING", updated_at=at)]
    )
