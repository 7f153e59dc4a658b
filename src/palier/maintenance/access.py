"""The only door to a ticket or an appointment that is about to change: what is out of one's scope does not exist.

Row security answers, not these functions.
"""

from dataclasses import dataclass

from palier.foundation.errors import Refusal
from palier.foundation.turns import take_turns
from palier.maintenance.models import Ticket, Visit


class TicketNotFound(Refusal):
    """Cette demande n’existe pas, ou n’est pas dans vos résidences."""


class VisitNotFound(Refusal):
    """Ce rendez-vous n’existe pas, ou ce n’est plus le moment d’y répondre."""


class RepairNotFound(Refusal):
    """Cette demande n’existe pas, ou n’est pas la vôtre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTicket:
    """A ticket that nobody else changes until the transaction ends."""

    state: str
    trade: str
    residence_id: int


def household(lease_id: int) -> str:
    """The name under which what one household does at once waits for its turn."""
    return f"repairs:{lease_id}"


def held_ticket(ticket_id: int) -> HeldTicket:
    """Hold a ticket until the transaction ends. Raises TicketNotFound."""
    tickets = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id)
    held = tickets.values_list("state", "trade", "residence_id").first()
    if held is None:
        raise TicketNotFound
    state, trade, residence_id = held
    return HeldTicket(state=state, trade=trade, residence_id=residence_id)


def held_visit(visit_id: int, *states: str) -> Visit:
    """Hold an appointment that stands in one of these states, once nobody else is at its household's.

    Raises VisitNotFound.
    """
    lease_id = Visit.objects.filter(pk=visit_id).values_list("lease_id", flat=True).first()
    if lease_id is None:
        raise VisitNotFound
    take_turns(household(lease_id))
    visit = Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id, state__in=states).first()
    if visit is None:
        raise VisitNotFound
    return visit
