"""One lift, forty flats: tickets about one defect become one, whose end answers every household; and the way back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from palier.agents.access import agent_of
from palier.foundation.errors import Refusal
from palier.maintenance.access import TicketNotFound
from palier.maintenance.models import Ticket
from palier.maintenance.operations.steps import insert_ticket, note_step
from palier.privacy.actor import Actor


class NothingToGroup(Refusal):
    """Cochez au moins deux demandes ouvertes d’une même résidence, sur le même équipement."""


class NotGrouped(Refusal):
    """Cette demande n’est pas réunie à une autre : rien n’est changé."""


def group_tickets(*, ticket_ids: Sequence[int], actor: Actor, at: datetime) -> int:
    """Make one ticket of several; gives the one that stays, the oldest of the common parts.

    When all are inside dwellings, a new one is opened for what they share: nobody follows a neighbour's door.
    Raises NothingToGroup.
    """
    with transaction.atomic():
        chosen = list(
            Ticket.objects.select_for_update(of=("self",))
            .filter(pk__in=ticket_ids, state__in=("OPEN", "ASSIGNED"))
            .order_by("opened_at", "id")
        )
        if len(chosen) < 2 or len({(each.residence_id, each.equipment) for each in chosen}) > 1:
            raise NothingToGroup
        master = next((each.pk for each in chosen if each.dwelling_id is None), None)
        if master is None:
            master = _shared(chosen, actor)
        for each in chosen:
            if each.pk != master:
                _move(each, master, at)
        note_step(
            ticket_id=master, residence_id=chosen[0].residence_id, kind="GROUPED", agent_id=agent_of(actor), at=at
        )
    return master


def split_ticket(*, ticket_id: int, actor: Actor, at: datetime) -> None:
    """Take a ticket out of the one it was put in by mistake: open again, with what came with it.

    Raises TicketNotFound, NotGrouped.
    """
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id).first()
        if ticket is None:
            raise TicketNotFound
        if ticket.grouped_in_id is None:
            raise NotGrouped
        _carry(ticket.grouped_in_id, ticket_id, is_back=True)
        state = "ASSIGNED" if ticket.trade else "OPEN"
        Ticket.objects.filter(pk=ticket_id).update(state=state, closing="", closed_at=None, grouped_in=None)
        note_step(ticket_id=ticket_id, residence_id=ticket.residence_id, kind="SPLIT", agent_id=agent_of(actor), at=at)


def _shared(chosen: Sequence[Ticket], actor: Actor) -> int:
    """A ticket for the plant that several dwellings depend on, as old and as urgent as the first of them."""
    first = chosen[0]
    return insert_ticket(
        Ticket(
            residence_id=first.residence_id,
            place="PLANT",
            equipment=first.equipment,
            symptom=first.symptom,
            urgency=first.urgency,
            source="AGENCY",
            opened_by_id=agent_of(actor),
            opened_at=first.opened_at,
            answer_by=first.answer_by,
            repair_on=first.repair_on,
        )
    )


def _move(ticket: Ticket, master: int, at: datetime) -> None:
    """The households of a ticket follow the other one from now on; who follows it already stays as they are."""
    _carry(ticket.pk, master, is_back=False)
    # What was grouped in the one that ends goes along: a group of groups is one group.
    Ticket.objects.filter(grouped_in_id=ticket.pk).update(grouped_in_id=master)
    Ticket.objects.filter(pk=ticket.pk).update(state="CLOSED", closing="DUPLICATE", closed_at=at, grouped_in_id=master)


def _carry(origin: int, target: int, *, is_back: bool) -> None:
    """By a function of the database: the agency does not see a household whose address is protected."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT palier.carry_repairs(%s, %s, %s)", [origin, target, is_back])
