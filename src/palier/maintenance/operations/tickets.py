"""Reporting something to repair, giving it to someone, closing it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from palier.agents.access import agent_of
from palier.estate.models import Dwelling, Residence
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.mail.store import DocumentStore
from palier.maintenance.access import held_ticket
from palier.maintenance.delays import delays
from palier.maintenance.guide import category_of
from palier.maintenance.models import Ticket
from palier.maintenance.operations.photos import keep_photos
from palier.maintenance.operations.rounds import ResidenceNotYours
from palier.maintenance.operations.sendings import is_first_time
from palier.maintenance.operations.steps import insert_ticket, note_step
from palier.maintenance.photos import redrawn
from palier.maintenance.words import CLOSINGS, TRADES
from palier.privacy.actor import Actor
from palier.privacy.declare import Role


class TradeUnknown(Refusal):
    """Choisissez dans la liste à qui confier la demande."""


class ClosingUnknown(Refusal):
    """Choisissez dans la liste pourquoi la demande est close."""


class TicketAlreadyClosed(Refusal):
    """Cette demande est déjà close : ouvrez-en une autre si le défaut est revenu."""


class TicketNotForTheLodge(Refusal):
    """Cette demande est confiée à quelqu’un d’autre : seule l’agence peut la clore."""


class DwellingNeeded(Refusal):
    """Choisissez la porte du logement, ou un autre lieu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was seen, in codes; a dwelling when it is in one."""

    place: str
    equipment: str
    symptom: str
    urgency: str
    staircase_id: int | None = None
    dwelling_id: int | None = None
    photo: bytes = b""


def report_ticket(
    *, residence_id: int, report: Report, key: UUID, store: DocumentStore, actor: Actor, at: datetime
) -> int | None:
    """Open a ticket; gives its number, or None when this sending was received before.

    Raises ResidenceNotYours, DwellingNeeded, PhotoTooLarge, NotAPhoto, NotKeptNow.
    """
    if not Residence.objects.filter(pk=residence_id).exists():
        raise ResidenceNotYours
    if report.place == "DWELLING" and report.dwelling_id is None:
        raise DwellingNeeded
    dwelling_id = report.dwelling_id if report.place == "DWELLING" else None
    if dwelling_id and not Dwelling.objects.filter(pk=dwelling_id, residence_id=residence_id).exists():
        raise DwellingNeeded
    photo = redrawn(report.photo) if report.photo else None
    with transaction.atomic():
        if not is_first_time(key, actor=actor, at=at):
            return None
        promise = delays().promised(category_of(report.equipment, report.symptom), report.urgency, at=at)
        ticket = Ticket(
            residence_id=residence_id,
            source="LODGE" if actor.role is Role.CARETAKER else "AGENCY",
            answer_by=promise.answer_by,
            repair_on=promise.repair_on,
            staircase_id=None if dwelling_id else report.staircase_id,
            dwelling_id=dwelling_id,
            place=report.place,
            equipment=report.equipment,
            symptom=report.symptom,
            urgency=report.urgency,
            opened_by_id=agent_of(actor),
            opened_at=at,
        )
        check_values(ticket)
        number = insert_ticket(ticket)
        note_step(ticket_id=number, residence_id=residence_id, kind="RECEIVED", agent_id=agent_of(actor), at=at)
        keep_photos(
            [photo] if photo else [],
            ticket_id=number,
            residence_id=residence_id,
            lease_id=None,
            store=store,
            actor=actor,
            at=at,
        )
    return number


def assign_ticket(*, ticket_id: int, trade: str, actor: Actor, at: datetime) -> None:
    """Give a ticket to a trade, or to the lodge. Raises TradeUnknown, TicketNotFound, TicketAlreadyClosed."""
    if trade not in TRADES:
        raise TradeUnknown
    with transaction.atomic():
        held = held_ticket(ticket_id)
        if held.state == "CLOSED":
            raise TicketAlreadyClosed
        Ticket.objects.filter(pk=ticket_id).update(state="ASSIGNED", trade=trade, assigned_at=at)
        note_step(
            ticket_id=ticket_id,
            residence_id=held.residence_id,
            kind="ASSIGNED",
            detail=trade,
            agent_id=agent_of(actor),
            at=at,
        )


def close_ticket(*, ticket_id: int, closing: str, key: UUID, actor: Actor, at: datetime) -> int:
    """Close a ticket for a reason of the list; the caretaker, those given to the lodge. Gives its residence.

    Raises ClosingUnknown, TicketNotFound, TicketAlreadyClosed, TicketNotForTheLodge.
    """
    if closing not in CLOSINGS:
        raise ClosingUnknown
    with transaction.atomic():
        held = held_ticket(ticket_id)
        if not is_first_time(key, actor=actor, at=at):
            return held.residence_id
        if held.state == "CLOSED":
            raise TicketAlreadyClosed
        if actor.role is Role.CARETAKER and held.trade != "LODGE":
            raise TicketNotForTheLodge
        Ticket.objects.filter(pk=ticket_id).update(state="CLOSED", closing=closing, closed_at=at)
        note_step(
            ticket_id=ticket_id,
            residence_id=held.residence_id,
            kind="CLOSED",
            detail=closing,
            agent_id=agent_of(actor),
            at=at,
        )
    return held.residence_id
