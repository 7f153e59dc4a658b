"""The only door to a ticket or an appointment that is about to change: what is out of one's scope does not exist.

Row security answers, not these functions.
"""

from dataclasses import dataclass

from palier.foundation.errors import Refusal
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


def held_ticket(ticket_id: int) -> HeldTicket:
    """Hold a ticket until the transaction ends. Raises TicketNotFound."""
    tickets = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id)
    held = tickets.values_list("state", "trade", "residence_id").first()
    if held is None:
        raise TicketNotFound
    state, trade, residence_id = held
    return HeldTicket(state=state, trade=trade, residence_id=residence_id)


def held_visit(visit_id: int, *states: str) -> Visit:
    """Hold an appointment that stands in one of these states. Raises VisitNotFound."""
    visit = Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id, state__in=states).first()
    if visit is None:
        raise VisitNotFound
    return visit
