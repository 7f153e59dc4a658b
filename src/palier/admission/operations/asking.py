"""Asking for letters from a page: by a job, which alone reads what the letters say."""

from typing import Final

from palier.agents.access import agent_of
from palier.privacy.actor import Actor
from palier.privacy.deferring import defer

QUEUE: Final = "access"
_PREPARE: Final = "palier.admission.tasks.prepare_letters"
_PREPARE_ONE: Final = "palier.admission.tasks.prepare_one_letter"


def ask_for_letters(*, residence_id: int, actor: Actor) -> None:
    """Letters for the holders of a residence in sight. Inside `acting()`. Raises AlreadyAsked."""
    defer(
        _PREPARE,
        queue=QUEUE,
        args={"residence_id": residence_id, "asked_by": agent_of(actor)},
        lock=progress_key(residence_id),
        queueing_lock=progress_key(residence_id),
    )


def ask_for_one_letter(*, person_id: int, by_hand: bool, actor: Actor) -> None:
    """Another letter for someone in sight. Inside `acting()`. Raises AlreadyAsked."""
    key = f"access:letter:{person_id}"
    args = {"person_id": person_id, "by_hand": by_hand, "asked_by": agent_of(actor)}
    defer(_PREPARE_ONE, queue=QUEUE, args=args, lock=key, queueing_lock=key)


def progress_key(residence_id: int) -> str:
    """The name under which the page follows the job."""
    return f"access:letters:{residence_id}"
