"""From the account that signed in to the one who acts: read as the login role, before the request's transaction."""

from dataclasses import replace
from datetime import date

from palier.admission.operations.helping import help_behind
from palier.agents.models import User
from palier.people.models import Person
from palier.people.queries import signs_in_as_applicant, signs_in_as_partner
from palier.privacy.actor import Actor
from palier.privacy.declare import Role

_TITLES = {"MME": "Mme", "M": "M."}


def actor_behind(user: User, *, purpose: str, on: date) -> Actor | None:
    """The agent, or the person for their own file; None when the agent has left or the account is closed."""
    if not user.is_active:
        return None
    if user.is_helper:
        helped = help_behind(user.pk, on=on)
        if helped is None:
            return None
        return Actor(
            role=Role.HELPER,
            person_id=helped.person_id,
            help_id=helped.id,
            helps=helped.helps,
            name=helped.name,
            purpose=purpose,
        )
    if user.person_id is not None:
        return Actor(role=_role_of_person(user.person_id), person_id=user.person_id, purpose=purpose)
    agent = user.agent
    if agent is None or (agent.left_on is not None and agent.left_on < on):
        return None
    return Actor(role=Role(agent.role), agent_id=agent.pk, agency_id=agent.agency_id, name=agent.name, purpose=purpose)


def _role_of_person(person_id: int) -> Role:
    if partner := signs_in_as_partner(person_id):
        return Role(partner)
    return Role.APPLICANT if signs_in_as_applicant(person_id) else Role.TENANT


def named(actor: Actor) -> Actor:
    """The tenant with their name, which only they may read: inside their own transaction."""
    if actor.person_id is None:
        return actor
    title, first_name, last_name = Person.objects.values_list("title", "first_name", "last_name").get(
        pk=actor.person_id
    )
    if actor.role is Role.HELPER:
        return replace(actor, helped_name=" ".join(filter(None, (_TITLES.get(title, ""), first_name, last_name))))
    return replace(actor, name=f"{first_name} {last_name}")
