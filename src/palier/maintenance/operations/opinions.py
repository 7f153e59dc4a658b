"""After the work: is it settled? Asked once, in two taps; and the request opened again when it is not."""

from datetime import datetime

from django.db import transaction

from palier.foundation.errors import Refusal
from palier.maintenance.access import RepairNotFound
from palier.maintenance.delays import delays
from palier.maintenance.models import RepairRequest, Ticket
from palier.maintenance.operations.steps import note_step
from palier.maintenance.words import COMPLAINTS, RATINGS


class OpinionIncomplete(Refusal):
    """Dites si c’est réglé ; si non, choisissez pourquoi dans la liste."""


class OpinionGiven(Refusal):
    """Votre avis est déjà noté : il n’est demandé qu’une fois."""


class NotClosedYet(Refusal):
    """Cette demande n’est pas terminée : votre avis sera demandé à la fin."""


class TooLateToReopen(Refusal):
    """Cette demande est finie depuis plus de {days} jours : signalez le problème de nouveau."""


def rate_repair(*, repair_id: int, rating: str, complaint: str, at: datetime) -> int:
    """Note a household's opinion; gives its ticket.

    Raises OpinionIncomplete, RepairNotFound, NotClosedYet, OpinionGiven.
    """
    if rating not in RATINGS or (rating == "NO") != (complaint in COMPLAINTS):
        raise OpinionIncomplete
    with transaction.atomic():
        request, ticket = _closed(repair_id)
        changed = RepairRequest.objects.filter(pk=repair_id, rating="").update(
            rating=rating, complaint=complaint, rated_at=at
        )
        if not changed:
            raise OpinionGiven
        note_step(
            ticket_id=ticket.pk,
            residence_id=request.residence_id,
            kind="RATED",
            detail=rating,
            lease_id=request.lease_id,
            agent_id=None,
            at=at,
        )
    return ticket.pk


def reopen_repair(*, repair_id: int, at: datetime) -> int:
    """The household says that it is not repaired: the ticket is open again, with a new promise. Gives its ticket.

    Raises RepairNotFound, NotClosedYet, TooLateToReopen, DelaysMiswritten.
    """
    figures = delays()
    with transaction.atomic():
        request, ticket = _closed(repair_id)
        if ticket.closed_at is None or not figures.may_reopen(ticket.closed_at, at=at):
            raise TooLateToReopen(days=figures.reopen_days)
        promise = figures.promised(ticket.category, ticket.urgency, at=at)
        changed = Ticket.objects.filter(pk=ticket.pk, state="CLOSED", grouped_in__isnull=True).update(
            state="OPEN",
            closed_at=None,
            closing="",
            reopened_at=at,
            answer_by=promise.answer_by,
            repair_on=promise.repair_on,
        )
        if not changed:
            raise NotClosedYet
        note_step(ticket_id=ticket.pk, residence_id=request.residence_id, kind="REOPENED", agent_id=None, at=at)
    return ticket.pk


def _closed(repair_id: int) -> tuple[RepairRequest, Ticket]:
    request = RepairRequest.objects.filter(pk=repair_id).only("id", "lease_id", "residence_id", "ticket_id").first()
    if request is None:
        raise RepairNotFound
    tickets = Ticket.objects.filter(pk=request.ticket_id).only("id", "state", "closed_at", "category", "urgency")
    ticket = tickets.first()
    if ticket is None:
        raise RepairNotFound
    if ticket.state != "CLOSED":
        raise NotClosedYet
    return request, ticket
