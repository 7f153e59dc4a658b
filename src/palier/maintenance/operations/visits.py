"""Appointments: moments proposed to a household, one accepted or another asked, moved for a reason, kept or missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from palier.agents.access import agent_of
from palier.foundation.errors import Refusal
from palier.foundation.turns import take_turns
from palier.maintenance.access import RepairNotFound, VisitNotFound, held_ticket, held_visit, household
from palier.maintenance.models import RepairRequest, Visit
from palier.maintenance.operations.steps import note_step
from palier.maintenance.operations.tickets import TicketAlreadyClosed
from palier.maintenance.words import MOVES, WISHES
from palier.privacy.actor import Actor

MOST_SLOTS: Final = 3
_LONGEST: Final = timedelta(hours=8)
_MISSED: Final = ("TENANT_OUT", "FIRM_OUT", "KEPT")


class SlotsRefused(Refusal):
    """Proposez un à trois moments à venir, de huit heures au plus chacun."""


class VisitStands(Refusal):
    """Un rendez-vous est déjà pris avec ce foyer : dites ce qu’il est devenu, ou déplacez-le en disant pourquoi."""


class WishUnknown(Refusal):
    """Choisissez dans la liste le moment qui vous convient."""


class MoveUnknown(Refusal):
    """Choisissez dans la liste pourquoi le rendez-vous est déplacé."""


class VisitNotOverYet(Refusal):
    """Ce rendez-vous n’a pas encore eu lieu : attendez son heure, ou déplacez-le."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    starts_at: datetime
    ends_at: datetime


def propose_visits(*, ticket_id: int, lease_id: int, slots: Sequence[Slot], actor: Actor, at: datetime) -> None:
    """Propose moments to a household; those proposed before and not accepted are withdrawn.

    Raises SlotsRefused, TicketNotFound, TicketAlreadyClosed, RepairNotFound, VisitStands.
    """
    if not 1 <= len(slots) <= MOST_SLOTS or any(
        slot.starts_at <= at or not timedelta() < slot.ends_at - slot.starts_at <= _LONGEST for slot in slots
    ):
        raise SlotsRefused
    with transaction.atomic():
        take_turns(household(lease_id))
        held = held_ticket(ticket_id)
        if held.state == "CLOSED":
            raise TicketAlreadyClosed
        if not RepairRequest.objects.filter(ticket_id=ticket_id, lease_id=lease_id).exists():
            raise RepairNotFound
        if Visit.objects.filter(ticket_id=ticket_id, lease_id=lease_id, state="ACCEPTED").exists():
            raise VisitStands
        _withdraw(ticket_id, lease_id, at)
        Visit.objects.bulk_create(
            [
                Visit(
                    ticket_id=ticket_id,
                    residence_id=held.residence_id,
                    lease_id=lease_id,
                    starts_at=slot.starts_at,
                    ends_at=slot.ends_at,
                    proposed_at=at,
                )
                for slot in slots
            ]
        )
        note_step(
            ticket_id=ticket_id,
            residence_id=held.residence_id,
            kind="PROPOSED",
            lease_id=lease_id,
            agent_id=agent_of(actor),
            at=at,
        )


def accept_visit(*, visit_id: int, at: datetime) -> int:
    """The household takes one of the moments proposed; gives its ticket. Taken twice, it is taken once.

    Raises VisitNotFound.
    """
    with transaction.atomic():
        visit = held_visit(visit_id, "PROPOSED", "ACCEPTED")
        if visit.state == "ACCEPTED":
            return visit.ticket_id
        if visit.starts_at <= at:
            raise VisitNotFound
        Visit.objects.filter(pk=visit_id).update(state="ACCEPTED", decided_at=at)
        _withdraw(visit.ticket_id, visit.lease_id, at)
        _step(visit, "ACCEPTED", at)
    return visit.ticket_id


def ask_other_visit(*, visit_id: int, wish: str, at: datetime) -> int:
    """None of the moments suits, or the one accepted no longer does; gives the ticket.

    Raises WishUnknown, VisitNotFound.
    """
    if wish not in WISHES:
        raise WishUnknown
    with transaction.atomic():
        visit = held_visit(visit_id, "PROPOSED", "ACCEPTED")
        if visit.starts_at <= at:
            raise VisitNotFound
        Visit.objects.filter(pk=visit_id).update(state="REFUSED", wish=wish, decided_at=at)
        _withdraw(visit.ticket_id, visit.lease_id, at)
        _step(visit, "REFUSED", at, wish)
    return visit.ticket_id


def move_visit(*, visit_id: int, reason: str, slots: Sequence[Slot], actor: Actor, at: datetime) -> int:
    """The agency moves an accepted appointment, and says why and when instead; gives its ticket.

    Raises MoveUnknown, VisitNotFound, and what propose_visits raises.
    """
    if reason not in MOVES:
        raise MoveUnknown
    with transaction.atomic():
        visit = held_visit(visit_id, "ACCEPTED")
        Visit.objects.filter(pk=visit_id).update(state="MOVED", reason=reason, decided_at=at)
        _step(visit, "MOVED", at, reason, agent_id=agent_of(actor))
        propose_visits(ticket_id=visit.ticket_id, lease_id=visit.lease_id, slots=slots, actor=actor, at=at)
    return visit.ticket_id


def note_visit(*, visit_id: int, outcome: str, actor: Actor, at: datetime) -> int:
    """What became of an accepted appointment: kept, nobody opened, nobody came. Gives its ticket.

    Raises VisitNotFound, VisitNotOverYet.
    """
    if outcome not in _MISSED:
        raise VisitNotFound
    with transaction.atomic():
        visit = held_visit(visit_id, "ACCEPTED")
        if visit.starts_at > at:
            raise VisitNotOverYet
        Visit.objects.filter(pk=visit_id).update(state=outcome, decided_at=at)
        _step(visit, outcome, at, agent_id=agent_of(actor))
    return visit.ticket_id


def _withdraw(ticket_id: int, lease_id: int, at: datetime) -> None:
    waiting = Visit.objects.filter(ticket_id=ticket_id, lease_id=lease_id, state="PROPOSED")
    waiting.update(state="WITHDRAWN", decided_at=at)


def _step(visit: Visit, kind: str, at: datetime, detail: str = "", *, agent_id: int | None = None) -> None:
    note_step(
        ticket_id=visit.ticket_id,
        residence_id=visit.residence_id,
        kind=kind,
        detail=detail,
        lease_id=visit.lease_id,
        agent_id=agent_id,
        at=at,
    )
