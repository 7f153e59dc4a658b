"""The caretaker's round: what may be known of a door, and nothing else (CNIL, décision 2011-037; design, roles).

Exactly: residence, building, staircase, floor, door, name for the door, the contact channels that the person agreed to
share, move-in and move-out dates, the coded facts of the caretaker's audience and their last day. The staircase is part
of the door: two staircases number theirs alike, and « 301 » twice on a floor leads to the wrong one. Row security gives
the residences under a mandate in force today, and no one who has left.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from django.db import connection

from palier.foundation.periods import parse_day
from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundResidence:
    id: int
    residence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedContact:
    """A channel (PHONE, SMS, EMAIL) and its value, shared by the person."""

    channel: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorFact:
    """A coded fact in force: its code, its language when an interpreter is useful, its last day."""

    code: str
    language: str
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A name on the door."""

    door_name: str
    moved_in_on: date
    moved_out_on: date | None
    contacts: tuple[SharedContact, ...]
    facts: tuple[DoorFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundDoor:
    """A door; nobody behind it when it is vacant, and the reason is not told."""

    building: str
    staircase: str
    floor: int | None
    door: str
    behind: tuple[Behind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A door as the statement gives it: who is behind it, in JSON."""

    building: str
    staircase: str
    floor: int | None
    door: str
    behind: str


_DOORS = """
SELECT b.code AS building, s.code AS staircase, d.floor, d.door, coalesce(o.behind, '[]') AS behind
FROM estate_dwelling AS d
JOIN estate_staircase AS s ON s.id = d.staircase_id JOIN estate_building AS b ON b.id = s.building_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
        'door_name', p.door_name, 'moved_in_on', p.moved_in_on, 'moved_out_on', p.moved_out_on,
        'contacts', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('channel', c.channel, 'value', c.value)
                                      ORDER BY c.channel DESC, c.value), '[]')
            FROM people_contact AS c WHERE c.person_id = p.person_id
        ),
        'facts', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('code', f.code, 'language', f.language, 'last_day', f.last_day)
                                      ORDER BY f.code, f.language), '[]')
            FROM people_codedfact AS f WHERE f.person_id = p.person_id AND f.residence_id = p.residence_id
        )
    ) ORDER BY p.moved_in_on, p.id) AS behind
    FROM leases_occupant AS p WHERE p.dwelling_id = d.id
) AS o ON true
WHERE d.residence_id = %(residence)s
ORDER BY b.code, d.floor DESC NULLS LAST, s.id, d.door, d.id LIMIT 2000
"""


class _Told(TypedDict):
    """A name on the door as PostgreSQL gathers it."""

    door_name: str
    moved_in_on: str
    moved_out_on: str | None
    contacts: list[dict[str, str]]
    facts: list[dict[str, str]]


def residences_of_round() -> list[RoundResidence]:
    """The residences of the caretaker's mandates in force today."""
    return fetch(RoundResidence, "SELECT id, name AS residence FROM estate_residence ORDER BY name, id LIMIT 200", {})


def residence_of_round(residence_id: int) -> RoundResidence | None:
    """One of them; None when no mandate in force opens it."""
    return fetch_one(
        RoundResidence, "SELECT id, name AS residence FROM estate_residence WHERE id = %(id)s", {"id": residence_id}
    )


def doors_of_residence(residence_id: int) -> list[RoundDoor]:
    """Every door, by building, from the top floor down."""
    return [
        RoundDoor(
            building=row.building,
            staircase=row.staircase,
            floor=row.floor,
            door=row.door,
            behind=tuple(_behind(one) for one in json.loads(row.behind)),
        )
        for row in fetch(_Row, _DOORS, {"residence": residence_id})
    ]


def _behind(one: _Told) -> Behind:
    return Behind(
        door_name=one["door_name"],
        moved_in_on=parse_day(one["moved_in_on"]),
        moved_out_on=parse_day(one["moved_out_on"]) if one["moved_out_on"] else None,
        contacts=tuple(SharedContact(**contact) for contact in one["contacts"]),
        facts=tuple(_fact(fact) for fact in one["facts"]),
    )


def _fact(fact: Mapping[str, str]) -> DoorFact:
    return DoorFact(code=fact["code"], language=fact["language"], last_day=parse_day(fact["last_day"]))


def persons_of_residence(residence_id: int) -> list[int]:
    """Whose names the page shows: for the read journal, never for the page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT person_id FROM leases_occupant WHERE residence_id = %s", [residence_id])
        return [person_id for (person_id,) in cursor.fetchall()]
