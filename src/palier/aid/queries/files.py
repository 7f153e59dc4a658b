"""The files of the CAF and what waits in their queue."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.aid.models import WAITING
from palier.foundation.money import Cents
from palier.foundation.reading import fetch, fetch_one

MOST_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file with what became of its rows."""

    id: int
    file_name: str
    profile: str
    landlord_code: str
    month: date
    net_cents: Cents
    imported_at: datetime
    rows: int
    waiting: int
    is_reconciled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """A row that somebody must look at."""

    id: int
    file_id: int
    lease_id: int | None
    reference: str
    tenant: str
    person_id: int | None
    number_end: str
    kind: str
    month: date
    amount_cents: Cents
    expected_cents: Cents | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledRow:
    """A rappel or an indu: a line of its own on the tenant's account."""

    id: int
    lease_id: int
    reference: str
    tenant: str
    person_id: int | None
    kind: str
    month: date
    amount_cents: Cents
    entry_id: int | None
    booked_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """A file given on screen and what became of it. `file_id` is empty while a job reads it, or when it is refused."""

    id: int
    name: str
    state: str
    refusal: str
    given_at: datetime
    file_id: int | None
    created_count: int


_FILES = """
SELECT f.id, f.file_name, f.profile, f.landlord_code, f.month, f.net_cents, f.imported_at,
       count(r.id) FILTER (WHERE r.kind <> 'TRANSFER' AND r.amount_cents > 0)::int AS rows,
       count(r.id) FILTER (WHERE r.state = ANY (%(waiting)s::text[]))::int AS waiting,
       coalesce(bool_or(r.kind = 'TRANSFER'), false) AS is_reconciled
FROM aid_aidfile AS f LEFT JOIN aid_aidrow AS r ON r.file_id = f.id
WHERE %(id)s::bigint IS NULL OR f.id = %(id)s
GROUP BY f.id ORDER BY f.id DESC LIMIT 100
"""
_WAITING = """
SELECT r.id, r.file_id, r.lease_id, coalesce(l.reference, '') AS reference,
       coalesce(holder.display_name, '') AS tenant, holder.person_id, r.number_end, r.kind, r.month, r.amount_cents,
       r.expected_cents, r.state
FROM aid_aidrow AS r LEFT JOIN leases_lease AS l ON l.id = r.lease_id
LEFT JOIN LATERAL (
    SELECT o.display_name, o.person_id FROM leases_occupant AS o
    WHERE o.lease_id = r.lease_id AND o.role = 'HOLDER' ORDER BY o.id LIMIT 1
) AS holder ON true
WHERE r.file_id = %(file)s AND r.state = ANY (%(waiting)s::text[])
ORDER BY r.rank LIMIT %(limit)s
"""


_SETTLED = """
SELECT r.id, r.lease_id, l.reference, coalesce(holder.display_name, '') AS tenant, holder.person_id, r.kind, r.month,
       r.amount_cents, e.id AS entry_id, e.booked_on
FROM aid_aidrow AS r JOIN leases_lease AS l ON l.id = r.lease_id
LEFT JOIN ledger_entry AS e ON e.source_kind = 'AID' AND e.source_id = r.id
LEFT JOIN LATERAL (
    SELECT o.display_name, o.person_id FROM leases_occupant AS o
    WHERE o.lease_id = r.lease_id AND o.role = 'HOLDER' ORDER BY o.id LIMIT 1
) AS holder ON true
WHERE r.file_id = %(file)s AND r.kind IN ('RAPPEL', 'INDU') ORDER BY r.rank LIMIT %(limit)s
"""
_GIVEN = """
SELECT id, name, state, refusal, given_at, file_id, created_count FROM aid_givenaidfile
WHERE %(id)s::bigint IS NULL OR id = %(id)s ORDER BY id DESC LIMIT 10
"""


def settled_rows(file_id: int) -> list[SettledRow]:
    """The rappels and indus of a file, in its order, with the entry that each wrote."""
    return fetch(SettledRow, _SETTLED, {"file": file_id, "limit": MOST_ROWS})


def given_files() -> list[GivenRow]:
    """The last files given on screen."""
    return fetch(GivenRow, _GIVEN, {"id": None})


def given_file(given_id: int) -> GivenRow | None:
    """One file given on screen, or None."""
    return fetch_one(GivenRow, _GIVEN, {"id": given_id})


def aid_files() -> list[FileRow]:
    """The latest files first."""
    return fetch(FileRow, _FILES, {"id": None, "waiting": list(WAITING)})


def aid_file(file_id: int) -> FileRow | None:
    """One file, or None."""
    return fetch_one(FileRow, _FILES, {"id": file_id, "waiting": list(WAITING)})


def waiting_rows(file_id: int) -> list[WaitingRow]:
    """The rows of a file that wait for somebody, in its order."""
    return fetch(WaitingRow, _WAITING, {"file": file_id, "waiting": list(WAITING), "limit": MOST_ROWS})
