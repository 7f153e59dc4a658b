"""What a caretaker has to do today in a residence: its routines, what was given to the lodge, papers to slip."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from palier.maintenance.queries.site import TicketRow, deliveries_of_residence, routines_of_day, tickets_of_residence
from palier.maintenance.words import EQUIPMENT, PLACES, ROUTINES, SYMPTOMS
from palier.web import words

# What was closed or ticked stays on the list until the next day.
RECENT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One line of the list. `routine` is ticked here; the others open their page."""

    label: str
    note: str
    is_done: bool
    routine: str = ""
    leads_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    day: date
    things: tuple[Thing, ...]
    done: int
    key: UUID


def things_to_do(residence_id: int, *, at: datetime) -> Things:
    """Today's list, in the order of the day."""
    day = at.date()
    routines = [
        Thing(
            label=ROUTINES[row.code],
            note=f"Fait à {words.hour(row.done_at.astimezone(at.tzinfo))}" if row.done_at else "",
            is_done=row.done_at is not None,
            routine=row.code,
        )
        for row in routines_of_day(residence_id, day)
    ]
    lodge = [
        Thing(
            label=ticket_label(ticket),
            note="Clos" if ticket.state == "CLOSED" else place_label(ticket),
            is_done=ticket.state == "CLOSED",
            leads_to="report",
        )
        for ticket in tickets_of_residence(residence_id, since=at - RECENT)
        if ticket.trade == "LODGE"
    ]
    things = (*routines, *lodge, *_papers(residence_id, at))
    return Things(day=day, things=things, done=sum(thing.is_done for thing in things), key=uuid4())


def _papers(residence_id: int, at: datetime) -> list[Thing]:
    papers = deliveries_of_residence(residence_id, since=at - RECENT)
    if not papers:
        return []
    left = sum(paper.state == "TO_DELIVER" for paper in papers)
    if not left:
        return [Thing(label="Glisser les avis papier", note="Fait", is_done=True, leads_to="deliveries")]
    label = f"Glisser {words.count(left, 'avis', 'avis')} papier"
    return [Thing(label=label, note="Boîtes aux lettres", is_done=False, leads_to="deliveries")]


def ticket_label(ticket: TicketRow) -> str:
    """« Porte : ne ferme plus »."""
    return f"{EQUIPMENT[ticket.equipment]}\u00a0: {SYMPTOMS[ticket.symptom].lower()}"


def place_label(ticket: TicketRow) -> str:
    """« Hall, bâtiment A, escalier 1 », or the door of a dwelling."""
    parts = [PLACES[ticket.place]]
    if ticket.building:
        parts.append(f"bâtiment {ticket.building}, escalier {ticket.staircase}")
    if ticket.door:
        parts.append(f"porte {ticket.door}")
    return ", ".join(parts)
