"""The reconciliation sheets, their lines, and who signed them."""

from dataclasses import dataclass
from datetime import datetime

from palier.foundation.reading import fetch, fetch_one
from palier.takeover.operations.sheet import SheetNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One sheet. A name is empty while the place is unsigned."""

    id: int
    file_name: str
    made_at: datetime
    line_count: int
    wrong_count: int
    first_name: str
    first_by: int | None
    first_at: datetime | None
    second_name: str
    second_at: datetime | None

    @property
    def agrees(self) -> bool:
        return self.wrong_count == 0

    @property
    def is_signed(self) -> bool:
        return self.second_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLineRow:
    """One residence and one kind of amount, on both sides; no residence, leases that Palier does not know."""

    residence: str
    kind: str
    file_count: int
    file_cents: int
    taken_count: int
    taken_cents: int

    @property
    def gap_cents(self) -> int:
        return self.file_cents - self.taken_cents

    @property
    def agrees(self) -> bool:
        return self.file_cents == self.taken_cents and self.file_count == self.taken_count


_SHEETS = """
SELECT s.id, s.file_name, s.made_at, count(l.id) AS line_count,
       count(l.id) FILTER (WHERE l.file_cents <> l.taken_cents OR l.file_count <> l.taken_count) AS wrong_count,
       coalesce(a.first_name || ' ' || a.last_name, '') AS first_name, s.first_signed_by AS first_by,
       s.first_signed_at AS first_at, coalesce(b.first_name || ' ' || b.last_name, '') AS second_name,
       s.second_signed_at AS second_at
FROM takeover_sheet AS s
LEFT JOIN takeover_sheetline AS l ON l.sheet_id = s.id
LEFT JOIN agents_agent AS a ON a.id = s.first_signed_by
LEFT JOIN agents_agent AS b ON b.id = s.second_signed_by
WHERE {which} GROUP BY s.id, a.id, b.id ORDER BY s.id DESC LIMIT 50
"""
_LINES = """
SELECT coalesce(r.name, 'Baux inconnus de Palier') AS residence, l.kind, l.file_count, l.file_cents, l.taken_count,
       l.taken_cents
FROM takeover_sheetline AS l LEFT JOIN estate_residence AS r ON r.id = l.residence_id
WHERE l.sheet_id = %(sheet)s
ORDER BY l.kind, (l.file_cents = l.taken_cents AND l.file_count = l.taken_count), r.name NULLS FIRST, l.id
"""


def sheet_rows() -> list[SheetRow]:
    """The last sheets, newest first."""
    return fetch(SheetRow, _SHEETS.format(which="true"), {})


def sheet_row(sheet_id: int) -> SheetRow:
    """One sheet. Raises SheetNotFound."""
    row = fetch_one(SheetRow, _SHEETS.format(which="s.id = %(sheet)s"), {"sheet": sheet_id})
    if row is None:
        raise SheetNotFound
    return row


def sheet_lines(sheet_id: int) -> list[SheetLineRow]:
    """Its lines, those that differ first."""
    return fetch(SheetLineRow, _LINES, {"sheet": sheet_id})
