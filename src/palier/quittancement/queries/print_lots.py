"""Lots of quittances and reçus to print: those made, what waits for one, the papers of one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from palier.foundation.reading import fetch, fetch_one

SHOWN_LOTS = 100
# Made, with its PDF, still true, for someone who gets paper, in no lot yet.
WAITING = """
FROM quittancement_receipt AS r JOIN mail_document AS d ON d.id = r.document_id
WHERE r.print_lot_id IS NULL AND r.ended_at IS NULL AND d.pdf_sha256 <> '' AND d.withdrawn_on IS NULL
  AND convert_from(d.data, 'UTF8')::jsonb -> 'envoi' ->> 'canal' = 'papier'
"""
_LOTS = """
SELECT l.id, l.number, l.paper_count, l.made_at, l.taken_at,
       coalesce((SELECT first_name || ' ' || last_name FROM agents_agent AS a WHERE a.id = l.made_by), '') AS made_by
FROM quittancement_printlot AS l WHERE %(number)s = '' OR l.number = %(number)s
ORDER BY l.number DESC LIMIT %(limit)s
"""
_PAPERS = """
SELECT r.print_rank AS rank, r.document_id, d.number, d.pdf_sha256, t.reference AS lease, r.lease_id,
       d.withdrawn_on IS NOT NULL OR r.ended_at IS NOT NULL AS is_over
FROM quittancement_receipt AS r JOIN mail_document AS d ON d.id = r.document_id
JOIN leases_lease AS t ON t.id = r.lease_id
WHERE r.print_lot_id = %(lot)s ORDER BY r.print_rank
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """A lot, and who had it made (empty for a command)."""

    id: int
    number: str
    paper_count: int
    made_at: datetime
    taken_at: datetime | None
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One paper of a lot. `is_over`: it no longer says the truth, and is not to be posted."""

    rank: int
    document_id: int
    number: str
    pdf_sha256: str
    lease: str
    lease_id: int
    is_over: bool


def print_lots() -> list[LotRow]:
    """The last lots made, the last first."""
    return fetch(LotRow, _LOTS, {"number": "", "limit": SHOWN_LOTS})


def print_lot(number: str) -> LotRow | None:
    """One lot, or None."""
    return fetch_one(LotRow, _LOTS, {"number": number, "limit": 1}) if number else None


def lot_papers(lot_id: int) -> list[PaperRow]:
    """The papers of a lot that whoever asks may see, in their order."""
    return fetch(PaperRow, _PAPERS, {"lot": lot_id})


def papers_waiting() -> int:
    """How many papers wait for a lot."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {WAITING}")
        found: tuple[int] = cursor.fetchone()
    return found[0]
