"""Who may have letters of access prepared: asked for on a page or by a job, the answer is here."""

from typing import Final

from palier.agents.access import AgentForCommand, agent_by_id
from palier.foundation.errors import Refusal
from palier.privacy.declare import Role

_MAY_ASK: Final = (Role.RENT_OFFICER, Role.AGENCY_MANAGER)
# Who may hold a protected address: the page that asks is opened to those who hold that one alone.
_MAY_HAND_OVER: Final = (*_MAY_ASK, Role.HEADQUARTERS, Role.SOCIAL_WORKER)


class NotTheirsToAsk(Refusal):
    """Les lettres d’accès se préparent à l’agence de la résidence."""


def may_ask(agent_id: int, *, by_hand: bool = False) -> AgentForCommand:
    """The agent in post who asked. Raises NoSuchAgent, NotTheirsToAsk."""
    agent = agent_by_id(agent_id)
    if agent.role not in (_MAY_HAND_OVER if by_hand else _MAY_ASK):
        raise NotTheirsToAsk
    return agent
