"""Asking for the long work of the mail room from a page: the act is checked now, done by a job, checked again there."""

from datetime import datetime
from typing import Final

from palier.dispatch.access import MAY_PRINT, require_function
from palier.foundation.models import JobProgress
from palier.privacy.actor import Actor
from palier.privacy.declare import Role
from palier.privacy.deferring import Argument, defer

QUEUE: Final = "dispatch"
MAKES_LOTS: Final = "palier.dispatch.tasks.make_lots"
HANDS_OVER: Final = "palier.dispatch.tasks.hand_over"
LOTS_KEY: Final = "dispatch:lots"
OUTBOX_KEY: Final = "dispatch:outbox"


def ask_print_lots(*, actor: Actor, at: datetime) -> int:
    """Ask for the papers that wait, of any month, to be put in lots to print; the job's number.

    Raises NotOfYourFunction, AlreadyAsked.
    """
    return _ask(MAKES_LOTS, LOTS_KEY, "Lots à imprimer", actor, at)


def ask_hand_over(*, actor: Actor, at: datetime) -> int:
    """Ask for what waits for an outside channel to be handed over, what was not answered asked about first.

    Raises NotOfYourFunction, AlreadyAsked.
    """
    return _ask(HANDS_OVER, OUTBOX_KEY, "Remise aux prestataires", actor, at)


def _ask(task: str, key: str, label: str, actor: Actor, at: datetime) -> int:
    require_function(Role(actor.role.value), MAY_PRINT)
    args: dict[str, Argument] = {"asked_by": actor.agent_id}
    job = defer(task, queue=QUEUE, lock=key, queueing_lock=key, args=args)
    JobProgress.objects.bulk_create([JobProgress(key=f"{key}/{job}", label=label, state="WAITING", updated_at=at)])
    return job
