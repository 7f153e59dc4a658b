"""What the agency reads of repairs: what is late first, one ticket with its households, what looks alike."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_one
from palier.maintenance.guide import SHARED


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyTicket:
    """A ticket in the agency's list."""

    id: int
    residence_id: int
    residence: str
    building: str
    staircase: str
    door: str
    place: str
    equipment: str
    symptom: str
    category: str
    urgency: str
    state: str
    trade: str
    source: str
    opened_at: datetime
    assigned_at: datetime | None
    closed_at: datetime | None
    reopened_at: datetime | None
    closing: str
    answer_by: datetime | None
    repair_on: date | None
    grouped_in_id: int | None
    # Households that asked or follow.
    households: int
    # Past what was promised: nobody answered, or nobody repaired.
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPhotoRow:
    id: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdRow:
    """A household that asked or follows, with the appointment that it has."""

    repair_id: int
    lease_id: int
    person_id: int
    name: str
    door: str
    source: str
    at: datetime
    danger: str
    since: str
    access: str
    rating: str
    complaint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    id: int
    lease_id: int
    starts_at: datetime
    ends_at: datetime
    state: str
    wish: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    kind: str
    detail: str
    lease_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Open tickets that may be one defect: same residence, equipment, staircase, two weeks."""

    residence: str
    equipment: str
    place: str
    staircase: str
    ticket_ids: list[int]
    first_at: datetime
    last_at: datetime


_TICKET = """
SELECT t.id, t.residence_id, r.name AS residence, coalesce(b.code, '') AS building, coalesce(s.code, '') AS staircase,
       coalesce(w.door, '') AS door, t.place, t.equipment, t.symptom, t.category, t.urgency, t.state, t.trade, t.source,
       t.opened_at, t.assigned_at, t.closed_at, t.reopened_at, t.closing, t.answer_by, t.repair_on, t.grouped_in_id,
       (SELECT count(*) FROM maintenance_repairrequest AS q WHERE q.ticket_id = t.id) AS households,
       coalesce((t.state = 'OPEN' AND t.answer_by < %(at)s) OR (t.state <> 'CLOSED' AND t.repair_on < %(day)s), false)
           AS is_late
FROM maintenance_ticket AS t JOIN estate_residence AS r ON r.id = t.residence_id
LEFT JOIN estate_dwelling AS w ON w.id = t.dwelling_id
LEFT JOIN estate_staircase AS s ON s.id = coalesce(t.staircase_id, w.staircase_id)
LEFT JOIN estate_building AS b ON b.id = s.building_id
"""


def tickets_of_agency(state: str, *, at: datetime, category: str = "", residence_id: int = 0) -> list[AgencyTicket]:
    """The tickets in that state, the late ones first, then the most urgent; the latest first when they are closed."""
    return fetch(
        AgencyTicket,
        _TICKET
        + """WHERE t.state = %(state)s AND (%(category)s = '' OR t.category = %(category)s)
               AND (%(residence)s = 0 OR t.residence_id = %(residence)s)
             ORDER BY t.closed_at DESC NULLS LAST, is_late DESC,
                      array_position(ARRAY['DANGER', 'TODAY', 'WEEK', 'LATER'], t.urgency::text), t.opened_at, t.id
             LIMIT 300""",
        {"state": state, "category": category, "residence": residence_id, "at": at, "day": at.date()},
    )


def ticket_facts(ticket_id: int, *, at: datetime) -> AgencyTicket | None:
    """One ticket, or None when it is out of scope."""
    said = {"ticket": ticket_id, "at": at, "day": at.date()}
    return fetch_one(AgencyTicket, _TICKET + "WHERE t.id = %(ticket)s", said)


def photos_of_ticket(ticket_id: int) -> list[TicketPhotoRow]:
    """The photos of a ticket, the agents' and the households'."""
    return fetch(
        TicketPhotoRow,
        "SELECT id, width, height FROM maintenance_ticketphoto WHERE ticket_id = %(ticket)s ORDER BY id LIMIT 30",
        {"ticket": ticket_id},
    )


def households_of_ticket(ticket_id: int) -> list[HouseholdRow]:
    """Who asked or follows, in the order they came."""
    return fetch(
        HouseholdRow,
        """SELECT q.id AS repair_id, q.lease_id, q.person_id, coalesce(o.display_name, '') AS name, w.door, q.source,
                  q.at, q.danger, q.since, q.access, q.rating, q.complaint
           FROM maintenance_repairrequest AS q JOIN leases_lease AS l ON l.id = q.lease_id
           JOIN estate_dwelling AS w ON w.id = l.dwelling_id
           LEFT JOIN leases_occupant AS o ON o.lease_id = q.lease_id AND o.person_id = q.person_id
           WHERE q.ticket_id = %(ticket)s ORDER BY q.at, q.id LIMIT 200""",
        {"ticket": ticket_id},
    )


def visits_of_ticket(ticket_id: int) -> list[VisitRow]:
    """Every appointment of a ticket that still counts or says why it does not, the soonest first."""
    return fetch(
        VisitRow,
        """SELECT id, lease_id, starts_at, ends_at, state, wish, reason FROM maintenance_visit
           WHERE ticket_id = %(ticket)s AND state <> 'WITHDRAWN' ORDER BY starts_at, id LIMIT 200""",
        {"ticket": ticket_id},
    )


def steps_of_ticket(ticket_id: int) -> list[StepRow]:
    """What happened, the latest first."""
    return fetch(
        StepRow,
        """SELECT kind, detail, lease_id, at FROM maintenance_ticketstep WHERE ticket_id = %(ticket)s
           ORDER BY at DESC, id DESC LIMIT 100""",
        {"ticket": ticket_id},
    )


def alike_tickets() -> list[Alike]:
    """What is proposed for grouping. Inside dwellings, only what dwellings share: a boiler, a main."""
    shared = [f"{equipment} {symptom}" for equipment, symptom in SHARED]
    return fetch(
        Alike,
        """SELECT r.name AS residence, t.equipment, t.place, coalesce(s.code, '') AS staircase,
                  array_agg(t.id ORDER BY t.opened_at, t.id) AS ticket_ids, min(t.opened_at) AS first_at,
                  max(t.opened_at) AS last_at
           FROM maintenance_ticket AS t JOIN estate_residence AS r ON r.id = t.residence_id
           LEFT JOIN estate_staircase AS s ON s.id = t.staircase_id
           WHERE t.state IN ('OPEN', 'ASSIGNED')
             AND (t.dwelling_id IS NULL OR t.equipment || ' ' || t.symptom = ANY (%(shared)s::text[]))
           GROUP BY r.name, t.residence_id, t.equipment, t.place, s.code, t.staircase_id,
                    CASE WHEN t.dwelling_id IS NULL THEN '' ELSE t.symptom END
           HAVING count(*) > 1 AND max(t.opened_at) - min(t.opened_at) <= interval '14 days'
           ORDER BY count(*) DESC, min(t.opened_at) LIMIT 20""",
        {"shared": shared},
    )
