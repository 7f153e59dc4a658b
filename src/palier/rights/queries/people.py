"""Who asked: the name, the place to write to, and the readings that no screen tells them of. For the DPO."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_one
from palier.privacy.catalogue import PURPOSES
from palier.privacy.discreet import discreet_codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Whoever made a request, with their present home when they have one."""

    person_id: int
    title: str
    first_name: str
    last_name: str
    residence: str
    address: str
    postcode: str
    city: str
    door: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupantOfLease:
    """A person of a lease, for the agent who writes their request down."""

    person_id: int
    display_name: str
    residence_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """Readings of one purpose that are not shown online today."""

    purpose: str
    readings: int
    persons: int
    oldest: datetime


def asker(person_id: int, *, on: date) -> Asker | None:
    """The person behind a request: the DPO reaches those alone."""
    return fetch_one(
        Asker,
        """SELECT p.id AS person_id, p.title, p.first_name, p.last_name, coalesce(r.name, '') AS residence,
                  coalesce(r.address, '') AS address, coalesce(r.postcode, '') AS postcode,
                  coalesce(r.city, '') AS city, coalesce(d.door, '') AS door
           FROM people_person AS p
           LEFT JOIN LATERAL (
               SELECT dwelling_id FROM leases_occupant
               WHERE person_id = p.id AND (moved_out_on IS NULL OR moved_out_on >= %(on)s)
               ORDER BY moved_in_on DESC LIMIT 1
           ) AS o ON true
           LEFT JOIN estate_dwelling AS d ON d.id = o.dwelling_id
           LEFT JOIN estate_residence AS r ON r.id = d.residence_id
           WHERE p.id = %(person)s""",
        {"person": person_id, "on": on},
    )


def people_of_lease(lease_id: int) -> list[OccupantOfLease]:
    """The persons of a lease in scope."""
    return fetch(
        OccupantOfLease,
        """SELECT person_id, display_name, residence_id FROM leases_occupant WHERE lease_id = %(lease)s
           ORDER BY role DESC, id LIMIT 40""",
        {"lease": lease_id},
    )


def withheld_readings(*, at: datetime, person_id: int | None = None) -> list[Withheld]:
    """What the rule of discreet display holds back at an instant, by purpose: for everyone, or for one person."""
    codes = discreet_codes(PURPOSES.values())
    delays = [PURPOSES[code].told_after_days for code in codes]
    return fetch(
        Withheld,
        """SELECT e.purpose, count(*) AS readings, count(DISTINCT subject) AS persons, min(e.at) AS oldest
           FROM unnest(%(codes)s::text[], %(delays)s::int[]) AS rule (purpose, days)
           JOIN privacy_readevent AS e ON e.purpose = rule.purpose
           LEFT JOIN LATERAL unnest(e.subjects) AS subject ON true
           WHERE NOT e.is_mass AND (rule.days = 0 OR e.at >= %(at)s::timestamptz - make_interval(days => rule.days))
             AND (%(person)s::bigint IS NULL OR subject = %(person)s)
           GROUP BY e.purpose ORDER BY e.purpose""",
        {"codes": codes, "delays": delays, "at": at, "person": person_id},
    )


def agent_name(reading_id: int) -> str:
    """The name of whoever made a reading: asked only once the DPO has decided to give it (CJUE, C-579/21)."""
    found = fetch_one(
        _AgentName,
        """SELECT a.first_name || ' ' || a.last_name AS name FROM privacy_readevent AS e
           JOIN agents_agent AS a ON a.id = e.agent_id WHERE e.id = %(id)s""",
        {"id": reading_id},
    )
    return "" if found is None else found.name


@dataclass(frozen=True, slots=True, kw_only=True)
class _AgentName:
    name: str
