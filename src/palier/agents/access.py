"""The door to agents: who an account stands for."""

from dataclasses import dataclass

from palier.agents.models import User
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.privacy.declare import Role


class NoSuchAgent(Refusal):
    """Aucun agent en fonction n’a l’identifiant « {identifier} » : vérifiez-le, sans espace ni majuscule."""


class NotAnAgent(Refusal):
    """Seul un agent qui a ouvert sa session peut faire ceci : connectez-vous à nouveau."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentForCommand:
    """An agent named at the command line or by a job."""

    agent_id: int
    name: str
    role: Role


def agent_of(actor: Actor) -> int:
    """The number of the agent who acts, for what is kept under their name. Raises NotAnAgent."""
    if actor.agent_id is None:
        raise NotAnAgent
    return actor.agent_id


def agent_for_command(identifier: str) -> AgentForCommand:
    """The agent in post behind an identifier; `gestionnaire_nord` stands for `gestionnaire_nord@…` when it is alone.

    Raises NoSuchAgent.
    """
    wanted = identifier.strip().lower()
    # Columns named before anything is read: a job has no right on passwords.
    accounts = User.objects.filter(agent__isnull=False, agent__left_on__isnull=True, is_active=True).values_list(
        "agent_id", "agent__first_name", "agent__last_name", "agent__role"
    )
    exact = accounts.filter(identifier=wanted)[:2]
    rows = list(exact or accounts.filter(identifier__startswith=f"{wanted}@")[:2])
    if len(rows) != 1:
        raise NoSuchAgent(identifier=identifier)
    agent_id, first_name, last_name, role = rows[0]
    return AgentForCommand(agent_id=agent_id, name=f"{first_name} {last_name}", role=Role(role))


def agent_by_id(agent_id: int) -> AgentForCommand:
    """The agent in post with this number. Raises NoSuchAgent."""
    row = (
        User.objects.filter(agent_id=agent_id, agent__left_on__isnull=True, is_active=True)
        .values_list("agent__first_name", "agent__last_name", "agent__role")
        .first()
    )
    if row is None:
        raise NoSuchAgent(identifier=str(agent_id))
    first_name, last_name, role = row
    return AgentForCommand(agent_id=agent_id, name=f"{first_name} {last_name}", role=Role(role))
