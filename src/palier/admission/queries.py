"""Who was invited, who entered: dates and states, never a code. Row security keeps each to their residences."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from palier.admission.rules import letter_number
from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceCounts:
    """How far a residence is: holders of its leases, letters prepared and printed, spaces opened by a letter."""

    residence_id: int
    name: str
    city: str
    holders: int
    invited: int
    printed: int
    entered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderRow:
    """A holder and their letter, as the agency follows them."""

    person_id: int
    name: str
    door: str
    has_account: bool
    made_at: datetime | None
    printed_at: datetime | None
    expires_at: datetime | None
    ended_by: str
    entered_at: datetime | None
    slip_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of one's own access."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterBackRow:
    """A letter that the post brought back, whose address nobody looked at yet."""

    id: int
    person_id: int
    return_reason: str
    returned_at: datetime
    lease: str
    residence: str
    # Its code opened an account before it came back.
    had_served: bool

    @property
    def number(self) -> str:
        """As the letter and the manifest say it."""
        return letter_number(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Residence:
    """The residence a list is of."""

    id: int
    name: str
    city: str


_COUNTS: Final = """
SELECT r.id AS residence_id, r.name, r.city,
       (SELECT count(DISTINCT o.person_id) FROM leases_occupant AS o JOIN leases_lease AS l ON l.id = o.lease_id
        WHERE o.residence_id = r.id AND o.role IN ('HOLDER', 'COHOLDER')
          AND (o.moved_out_on IS NULL OR o.moved_out_on >= %(on)s)
          AND (l.ends_on IS NULL OR l.ends_on >= %(on)s)) AS holders,
       coalesce(e.invited, 0) AS invited, coalesce(e.printed, 0) AS printed, coalesce(e.entered, 0) AS entered
FROM estate_residence AS r LEFT JOIN (
    SELECT residence_id, count(*) FILTER (WHERE kind = 'INVITED') AS invited,
           count(*) FILTER (WHERE kind = 'CODE_SENT') AS printed,
           count(*) FILTER (WHERE kind = 'FIRST_SIGN_IN') AS entered
    FROM admission_accessevent GROUP BY residence_id
) AS e ON e.residence_id = r.id
ORDER BY r.name, r.id LIMIT 500
"""
_HOLDERS: Final = """
SELECT DISTINCT ON (d.door, o.display_name, o.person_id) o.person_id, o.display_name AS name, d.door,
       u.person_id IS NOT NULL AS has_account,
       a.made_at, a.printed_at, a.expires_at, coalesce(a.ended_by, '') AS ended_by, e.at AS entered_at,
       s.expires_at AS slip_until
FROM leases_occupant AS o JOIN leases_lease AS l ON l.id = o.lease_id JOIN estate_dwelling AS d ON d.id = o.dwelling_id
LEFT JOIN (SELECT DISTINCT person_id FROM agents_user) AS u ON u.person_id = o.person_id
LEFT JOIN LATERAL (
    SELECT made_at, printed_at, expires_at, ended_by FROM admission_accessletter
    WHERE person_id = o.person_id ORDER BY made_at DESC, id DESC LIMIT 1
) AS a ON true
LEFT JOIN LATERAL (
    SELECT at FROM admission_accessevent WHERE person_id = o.person_id AND kind = 'FIRST_SIGN_IN' ORDER BY id LIMIT 1
) AS e ON true
LEFT JOIN LATERAL (
    SELECT expires_at FROM admission_accessslip
    WHERE person_id = o.person_id AND ended_at IS NULL AND expires_at > %(at)s LIMIT 1
) AS s ON true
WHERE o.residence_id = %(residence)s AND o.role IN ('HOLDER', 'COHOLDER')
  AND (o.moved_out_on IS NULL OR o.moved_out_on >= %(on)s) AND (l.ends_on IS NULL OR l.ends_on >= %(on)s)
  AND (%(person)s::bigint IS NULL OR o.person_id = %(person)s)
ORDER BY d.door, o.display_name, o.person_id, l.starts_on DESC LIMIT 1000
"""
_STEPS: Final = """
SELECT kind, at FROM admission_accessevent WHERE person_id = %(person)s ORDER BY id DESC LIMIT 50
"""
_BACK: Final = """
SELECT a.id, a.person_id, a.return_reason, a.returned_at, l.reference AS lease, r.name AS residence,
       a.ended_by = 'USED' AS had_served
FROM admission_accessletter AS a JOIN leases_lease AS l ON l.id = a.lease_id
JOIN estate_residence AS r ON r.id = a.residence_id
WHERE a.returned_at IS NOT NULL AND a.checked_at IS NULL ORDER BY a.returned_at DESC, a.id DESC LIMIT 200
"""


def letters_back() -> list[LetterBackRow]:
    """The letters that came back and wait for someone to look at the address."""
    return fetch(LetterBackRow, _BACK, {})


def counts_by_residence(*, on: date) -> list[ResidenceCounts]:
    """Every residence in sight, by name: numbers, nobody's name."""
    return fetch(ResidenceCounts, _COUNTS, {"on": on})


def holders_of_residence(residence_id: int, *, on: date, at: datetime) -> list[HolderRow]:
    """The holders of a residence in sight, by door."""
    return fetch(HolderRow, _HOLDERS, {"residence": residence_id, "person": None, "on": on, "at": at})


def holder_in(residence_id: int, person_id: int, *, on: date, at: datetime) -> HolderRow | None:
    """One of them; None for anyone else."""
    found = fetch(HolderRow, _HOLDERS, {"residence": residence_id, "person": person_id, "on": on, "at": at})
    return found[0] if found else None


def residence_named(residence_id: int) -> Residence | None:
    """The residence, when it is in sight."""
    return fetch_one(Residence, "SELECT id, name, city FROM estate_residence WHERE id = %(id)s", {"id": residence_id})


def steps_of(person_id: int) -> list[Step]:
    """The steps of one person's access, the latest first."""
    return fetch(Step, _STEPS, {"person": person_id})
