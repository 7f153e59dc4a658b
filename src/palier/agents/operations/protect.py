"""Keeping someone's address from everyone but a few: victims of violence. What happened is written nowhere."""

from collections.abc import Sequence
from datetime import date

from palier.agents.models import Agent, ProtectedPerson, ProtectionHolder
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor
from palier.privacy.catalogue import PURPOSES

# Fewer would leave nobody when one is away; more would be a list.
FEWEST, MOST = 2, 5


class PersonAlreadyProtected(Refusal):
    """Cette adresse est déjà protégée."""


class HoldersAreFew(Refusal):
    """Désignez de deux à cinq agents, dont vous : un seul laisserait la personne sans interlocuteur."""


class NotAHolder(Refusal):
    """Un des agents désignés n’est plus en fonction, ou sa fonction ne tient pas d’adresse protégée."""


class ProtectionNotFound(Refusal):
    """Cette protection n’existe pas, ou ne vous est pas confiée."""


def possible_holders() -> list[Agent]:
    """Agents in post whose function may hold a protected address."""
    roles = [str(role) for role in PURPOSES["PROTECTION_VIOLENCES"].roles]
    in_post = Agent.objects.filter(role__in=roles, left_on__isnull=True)
    return list(in_post.order_by("last_name", "first_name", "pk")[:500])


def protect_person(*, person_id: int, ground: str, holder_ids: Sequence[int], actor: Actor, on: date) -> None:
    """From now on, only these agents and the person read what leads to them. Inside `acting()`.

    Raises HoldersAreFew, NotAHolder, PersonAlreadyProtected.
    """
    if actor.agent_id is None:
        raise NotAHolder
    holders = {*holder_ids, actor.agent_id}
    if not FEWEST <= len(holders) <= MOST:
        raise HoldersAreFew
    if not holders <= {agent.pk for agent in possible_holders()}:
        raise NotAHolder
    if ProtectedPerson.objects.filter(person_id=person_id, last_day__isnull=True).exists():
        raise PersonAlreadyProtected
    protection = ProtectedPerson.objects.create(
        person_id=person_id, ground=ground, first_day=on, declared_by_id=actor.agent_id
    )
    ProtectionHolder.objects.bulk_create(
        [ProtectionHolder(protection_id=protection.pk, agent_id=agent_id, first_day=on) for agent_id in sorted(holders)]
    )


def end_protection(*, protection_id: int, on: date) -> None:
    """The address may be read again from tomorrow on. Raises ProtectionNotFound."""
    running = ProtectedPerson.objects.filter(pk=protection_id, last_day__isnull=True)
    if running.update(last_day=on) != 1:
        raise ProtectionNotFound
