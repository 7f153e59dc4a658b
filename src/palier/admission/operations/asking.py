"""Asking for letters from a page: by a job, which alone reads what the letters say."""

from typing import Final

from palier.agents.access import AgentForCommand, agent_by_id, agent_of
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.privacy.declare import Role
from palier.privacy.deferring import defer

QUEUE: Final = "access"
_PREPARE: Final = "palier.admission.tasks.prepare_letters"
_PREPARE_ONE: Final = "palier.admission.tasks.prepare_one_letter"
_MAY_ASK: Final = (Role.RENT_OFFICER, Role.AGENCY_MANAGER)
# Who may hold a protected address: the page that asks is opened to those who hold that one alone.
_MAY_HAND_OVER: Final = (*_MAY_ASK, Role.HEADQUARTERS, Role.SOCIAL_WORKER)


class NotTheirsToAsk(Refusal):
    """Les lettres d’accès se préparent à l’agence de la résidence."""


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


def may_ask(agent_id: int, *, by_hand: bool = False) -> AgentForCommand:
    """The agent in post who asked. Raises NoSuchAgent, NotTheirsToAsk."""
    agent = agent_by_id(agent_id)
    if agent.role not in (_MAY_HAND_OVER if by_hand else _MAY_ASK):
        raise NotTheirsToAsk
    return agent


def progress_key(residence_id: int) -> str:
    """The name under which the page follows the job."""
    return f"access:letters:{residence_id}"
