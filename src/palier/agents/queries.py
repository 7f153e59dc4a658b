"""What the pages say of the agent who reads: their service, never more to a tenant."""

from palier.agents.models import Agent


def service_of(agent_id: int | None) -> str:
    """ "Agence Nord": what the person will see of whoever read their file; empty for no agent."""
    if agent_id is None:
        return ""
    return Agent.objects.filter(pk=agent_id).values_list("service", flat=True).first() or ""
