"""What the caretaker’s pages read of one residence: routines, tickets, keys, papers. Nothing of anyone’s file."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from palier.foundation.reading import fetch, fetch_one
from palier.mail.store import Kept
from palier.maintenance.models import TicketPhoto


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineRow:
    """A routine of the day; `done_at` empty until it is ticked."""

    code: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """A ticket with its place. Building, staircase and door are empty in the common parts of the whole residence."""

    id: int
    building: str
    staircase: str
    door: str
    place: str
    equipment: str
    symptom: str
    urgency: str
    state: str
    trade: str
    opened_at: datetime
    closed_at: datetime | None
    closing: str
    has_photo: bool
    # When somebody comes, once a household said yes; the day promised.
    visit_at: datetime | None
    repair_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A set of keys and who holds it since when."""

    id: int
    building: str
    staircase: str
    door: str
    kind: str
    tag: str
    holder: str
    trade: str
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A paper, its door, the names on the door."""

    id: int
    building: str
    staircase: str
    floor: int | None
    door: str
    door_names: str
    month: date
    state: str
    reason: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningRound:
    started_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaircaseRow:
    id: int
    building: str
    staircase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRow:
    id: int
    building: str
    staircase: str
    door: str


def routines_of_day(residence_id: int, day: date) -> list[RoutineRow]:
    """The routines planned for that day."""
    return fetch(
        RoutineRow,
        """SELECT r.code, d.at AS done_at FROM maintenance_routine AS r
           LEFT JOIN maintenance_routinedone AS d
             ON d.residence_id = r.residence_id AND d.code = r.code AND d.day = %(day)s
           WHERE r.residence_id = %(residence)s AND (r.weekdays >> %(weekday)s) & 1 = 1 ORDER BY r.id LIMIT 50""",
        {"residence": residence_id, "day": day, "weekday": day.weekday()},
    )


_PLACE = """
       coalesce(b.code, '') AS building, coalesce(s.code, '') AS staircase, coalesce(w.door, '') AS door
"""


def tickets_of_residence(residence_id: int, *, since: datetime) -> list[TicketRow]:
    """The open tickets, the most urgent first, then those closed since that instant."""
    return fetch(
        TicketRow,
        f"""SELECT t.id, {_PLACE}, t.place, t.equipment, t.symptom, t.urgency, t.state, t.trade, t.opened_at,
                   t.closed_at, t.closing,
                   EXISTS (SELECT FROM maintenance_ticketphoto AS p WHERE p.ticket_id = t.id) AS has_photo,
                   (SELECT min(v.starts_at) FROM maintenance_visit AS v
                    WHERE v.ticket_id = t.id AND v.state = 'ACCEPTED') AS visit_at, t.repair_on
            FROM maintenance_ticket AS t
            LEFT JOIN estate_dwelling AS w ON w.id = t.dwelling_id
            LEFT JOIN estate_staircase AS s ON s.id = coalesce(t.staircase_id, w.staircase_id)
            LEFT JOIN estate_building AS b ON b.id = s.building_id
            WHERE t.residence_id = %(residence)s AND (t.state <> 'CLOSED' OR t.closed_at >= %(since)s)
            ORDER BY t.state = 'CLOSED', array_position(ARRAY['DANGER', 'TODAY', 'WEEK', 'LATER'], t.urgency::text),
                     t.opened_at, t.id LIMIT 200""",
        {"residence": residence_id, "since": since},
    )


def keys_of_residence(residence_id: int) -> list[KeyRow]:
    """Every set of keys with its last movement; those that are out first."""
    return fetch(
        KeyRow,
        f"""SELECT k.id, {_PLACE}, k.kind, k.tag, m.holder, m.trade, m.at AS moved_at
            FROM maintenance_keyset AS k
            JOIN LATERAL (
                SELECT holder, trade, at FROM maintenance_keymovement
                WHERE key_set_id = k.id ORDER BY id DESC LIMIT 1
            ) AS m ON true
            LEFT JOIN estate_dwelling AS w ON w.id = k.dwelling_id
            LEFT JOIN estate_staircase AS s ON s.id = w.staircase_id
            LEFT JOIN estate_building AS b ON b.id = s.building_id
            WHERE k.residence_id = %(residence)s
            ORDER BY m.holder = 'LODGE', k.tag, k.id LIMIT 500""",
        {"residence": residence_id},
    )


def deliveries_of_residence(residence_id: int, *, since: datetime) -> list[DeliveryRow]:
    """The papers to deliver, box after box, then those ticked since that instant."""
    return fetch(
        DeliveryRow,
        """SELECT y.id, b.code AS building, s.code AS staircase, w.floor, w.door,
                  coalesce(o.door_names, '') AS door_names, y.month, y.state, y.reason, y.done_at
           FROM maintenance_delivery AS y
           JOIN estate_dwelling AS w ON w.id = y.dwelling_id
           JOIN estate_staircase AS s ON s.id = w.staircase_id JOIN estate_building AS b ON b.id = s.building_id
           LEFT JOIN LATERAL (
               SELECT string_agg(DISTINCT p.door_name, ', ' ORDER BY p.door_name) AS door_names
               FROM leases_occupant AS p WHERE p.lease_id = y.lease_id
           ) AS o ON true
           WHERE y.residence_id = %(residence)s AND (y.state = 'TO_DELIVER' OR y.done_at >= %(since)s)
           ORDER BY y.state <> 'TO_DELIVER', b.code, s.id, w.door, y.id LIMIT 2000""",
        {"residence": residence_id, "since": since},
    )


def persons_of_deliveries(residence_id: int) -> list[int]:
    """Whose names the list of papers shows: for the read journal."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT p.person_id FROM maintenance_delivery AS y
               JOIN leases_occupant AS p ON p.lease_id = y.lease_id WHERE y.residence_id = %s""",
            [residence_id],
        )
        return [person_id for (person_id,) in cursor.fetchall()]


def staircases_of_residence(residence_id: int) -> list[StaircaseRow]:
    """Where a report may be, in the common parts."""
    return fetch(
        StaircaseRow,
        """SELECT s.id, b.code AS building, s.code AS staircase FROM estate_staircase AS s
           JOIN estate_building AS b ON b.id = s.building_id
           WHERE b.residence_id = %(residence)s ORDER BY b.code, s.code, s.id LIMIT 300""",
        {"residence": residence_id},
    )


def doors_to_choose(residence_id: int) -> list[DoorRow]:
    """The doors of a residence, without a name: a report is about a thing."""
    return fetch(
        DoorRow,
        """SELECT w.id, b.code AS building, s.code AS staircase, w.door FROM estate_dwelling AS w
           JOIN estate_staircase AS s ON s.id = w.staircase_id JOIN estate_building AS b ON b.id = s.building_id
           WHERE w.residence_id = %(residence)s ORDER BY b.code, s.code, w.door, w.id LIMIT 2000""",
        {"residence": residence_id},
    )


def photo_of_ticket(ticket_id: int, *, photo_id: int | None = None) -> Kept | None:
    """Where a photo of a ticket in scope is kept, the first unless another is asked, or None."""
    photos = TicketPhoto.objects.filter(ticket_id=ticket_id)
    found = (photos if photo_id is None else photos.filter(pk=photo_id)).order_by("id").first()
    return found.kept if found else None


def running_round(at: datetime) -> RunningRound | None:
    """The round of whoever asks, or None: row security knows whose it is."""
    return fetch_one(
        RunningRound,
        """SELECT started_at, until_at FROM maintenance_round
           WHERE ended_at IS NULL AND until_at > %(at)s LIMIT 1""",
        {"at": at},
    )
