"""What the person will read of this reading, word for word what the journal keeps."""

from palier.agents.queries import service_of
from palier.privacy.catalogue import PURPOSES
from palier.web.requests import ActorRequest


def trace_of(request: ActorRequest) -> str:
    """ "Agence Nord, gestion locative, compte, aujourd’hui": service, purpose, screen; never a name."""
    actor = request.actor
    purpose = PURPOSES[actor.purpose].label
    parts = (service_of(actor.agent_id), f"{purpose[0].lower()}{purpose[1:]}", request.page.screen, "aujourd’hui")
    return ", ".join(part for part in parts if part)
