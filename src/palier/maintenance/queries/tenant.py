"""What a household reads of its own requests, of the common parts where it lives, and of what was promised.

Row security selects: one's own requests, one's own staircase. Who else asked is in no column.
"""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_one
from palier.mail.store import Kept
from palier.maintenance.models import TicketPhoto


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRepair:
    """A request of one's own with where its ticket stands."""

    id: int
    ticket_id: int
    lease_id: int
    place: str
    equipment: str
    symptom: str
    urgency: str
    state: str
    trade: str
    closing: str
    asked_at: datetime
    # Empty for who joined what a neighbour reported.
    opened_ticket_id: int | None
    danger: str
    since: str
    access: str
    answer_by: datetime | None
    repair_on: date | None
    closed_at: datetime | None
    rating: str
    visit_starts_at: datetime | None
    visit_ends_at: datetime | None
    # Moments that wait for an answer.
    proposed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStep:
    kind: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVisit:
    id: int
    starts_at: datetime
    ends_at: datetime
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPhoto:
    id: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What is known already of a trouble in the common parts: since when, and the day promised."""

    ticket_id: int
    place: str
    equipment: str
    symptom: str
    state: str
    opened_at: datetime
    repair_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPromise:
    """What the landlord owes a person: « ANSWER » by an instant, « VISIT » at a moment, « REPAIR » by a day."""

    repair_id: int
    kind: str
    place: str
    equipment: str
    symptom: str
    due_on: date
    starts_at: datetime | None
    ends_at: datetime | None


_OWN = """
SELECT q.id, q.ticket_id, q.lease_id, t.place, t.equipment, t.symptom, t.urgency, t.state, t.trade, t.closing,
       q.at AS asked_at, q.opened_ticket_id, q.danger, q.since, q.access, t.answer_by, t.repair_on, t.closed_at,
       q.rating, v.starts_at AS visit_starts_at, v.ends_at AS visit_ends_at,
       (SELECT count(*) FROM maintenance_visit AS p
        WHERE p.ticket_id = q.ticket_id AND p.lease_id = q.lease_id AND p.state = 'PROPOSED') AS proposed
FROM maintenance_repairrequest AS q JOIN maintenance_ticket AS t ON t.id = q.ticket_id
LEFT JOIN maintenance_visit AS v
  ON v.ticket_id = q.ticket_id AND v.lease_id = q.lease_id AND v.state = 'ACCEPTED'
"""


def own_repairs() -> list[OwnRepair]:
    """The requests of whoever asks, those still open first, the latest before the others."""
    return fetch(OwnRepair, _OWN + "ORDER BY t.state = 'CLOSED', q.at DESC, q.id DESC LIMIT 60", {})


def own_repair(repair_id: int) -> OwnRepair | None:
    """One request of one's own; to anyone else it does not exist."""
    return fetch_one(OwnRepair, _OWN + "WHERE q.id = %(repair)s", {"repair": repair_id})


def steps_of_repair(repair: OwnRepair) -> list[OwnStep]:
    """What happened, the latest first: to the ticket, and to this household."""
    return fetch(
        OwnStep,
        """SELECT kind, detail, at FROM maintenance_ticketstep
           WHERE ticket_id = %(ticket)s AND (lease_id IS NULL OR lease_id = %(lease)s)
             AND (at >= %(asked)s OR lease_id IS NOT NULL OR kind <> 'REOPENED')
           ORDER BY at DESC, id DESC LIMIT 60""",
        {"ticket": repair.ticket_id, "lease": repair.lease_id, "asked": repair.asked_at},
    )


def visits_of_repair(repair: OwnRepair) -> list[OwnVisit]:
    """The moments proposed to this household, the soonest first."""
    return fetch(
        OwnVisit,
        """SELECT id, starts_at, ends_at, state, reason FROM maintenance_visit
           WHERE ticket_id = %(ticket)s AND lease_id = %(lease)s AND state IN ('PROPOSED', 'ACCEPTED')
           ORDER BY starts_at, id LIMIT 12""",
        {"ticket": repair.ticket_id, "lease": repair.lease_id},
    )


def photos_of_repair(repair: OwnRepair) -> list[OwnPhoto]:
    """The photos that this household sent."""
    return fetch(
        OwnPhoto,
        """SELECT id, width, height FROM maintenance_ticketphoto
           WHERE ticket_id = %(ticket)s AND lease_id = %(lease)s ORDER BY id LIMIT 3""",
        {"ticket": repair.ticket_id, "lease": repair.lease_id},
    )


def own_photo(photo_id: int) -> Kept | None:
    """Where a photo that one's household sent is kept, or None."""
    found = TicketPhoto.objects.filter(pk=photo_id).first()
    return found.kept if found else None


def reported_nearby(lease_id: int, *, equipment: str) -> list[Reported]:
    """What is open on this equipment in the common parts of a lease's own staircase or residence, not followed yet."""
    return fetch(
        Reported,
        """SELECT t.id AS ticket_id, t.place, t.equipment, t.symptom, t.state, t.opened_at, t.repair_on
           FROM maintenance_ticket AS t JOIN leases_lease AS l ON l.residence_id = t.residence_id
           JOIN estate_dwelling AS w ON w.id = l.dwelling_id
           WHERE l.id = %(lease)s AND t.dwelling_id IS NULL AND t.state IN ('OPEN', 'ASSIGNED')
             AND t.equipment = %(equipment)s AND (t.staircase_id IS NULL OR t.staircase_id = w.staircase_id)
             AND NOT EXISTS (SELECT FROM maintenance_repairrequest AS q
                             WHERE q.ticket_id = t.id AND q.lease_id = l.id)
           ORDER BY t.opened_at, t.id LIMIT 5""",
        {"lease": lease_id, "equipment": equipment},
    )


def own_promises() -> list[OwnPromise]:
    """What the landlord promised whoever asks about repairs and has not kept yet, the soonest first."""
    return fetch(
        OwnPromise,
        """SELECT q.id AS repair_id, p.kind, t.place, t.equipment, t.symptom, p.due_on, p.starts_at, p.ends_at
           FROM maintenance_repairrequest AS q JOIN maintenance_ticket AS t ON t.id = q.ticket_id
           CROSS JOIN LATERAL (
               SELECT 'VISIT' AS kind, (v.starts_at AT TIME ZONE 'Europe/Paris')::date AS due_on, v.starts_at, v.ends_at
               FROM maintenance_visit AS v
               WHERE v.ticket_id = t.id AND v.lease_id = q.lease_id AND v.state = 'ACCEPTED'
               UNION ALL
               SELECT 'ANSWER', (t.answer_by AT TIME ZONE 'Europe/Paris')::date, t.answer_by, NULL
               WHERE t.state = 'OPEN' AND t.answer_by IS NOT NULL
               UNION ALL
               SELECT 'REPAIR', t.repair_on, NULL, NULL WHERE t.state = 'ASSIGNED' AND t.repair_on IS NOT NULL
           ) AS p
           WHERE t.state <> 'CLOSED' ORDER BY p.due_on, p.kind, q.id LIMIT 12""",
        {},
    )
