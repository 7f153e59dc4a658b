"""What is decided on an item, and the voices given: read by the secretary, and by the members that it concerns."""

from dataclasses import dataclass
from datetime import date

from palier.attribution.rules.deciding import Verdict
from palier.foundation.reading import fetch

_DECIDED = """
SELECT d.sheet_id, d.kind, d.rank, d.condition_piece, d.condition_due_on, d.motive, d.other_motive, d.precision
FROM attribution_decision AS d JOIN attribution_sheet AS s ON s.id = d.sheet_id
WHERE s.item_id = %(item)s AND d.replaced_at IS NULL
"""
_VOICES = """
SELECT v.sheet_id, v.member_id, v.choice FROM attribution_vote AS v JOIN attribution_sheet AS s ON s.id = v.sheet_id
WHERE s.item_id = %(item)s
"""
_RECUSED = "SELECT r.member_id FROM attribution_recusal AS r WHERE r.item_id = %(item)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class _DecidedRow:
    sheet_id: int
    kind: str
    rank: int | None
    condition_piece: str
    condition_due_on: date | None
    motive: str
    other_motive: str
    precision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _VoiceRow:
    sheet_id: int
    member_id: int
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recused:
    member_id: int


def decided_on(item_id: int) -> dict[int, Verdict]:
    """The decision in force on each sheet of an item, by number of sheet."""
    return {
        row.sheet_id: Verdict(
            kind=row.kind,
            rank=row.rank,
            condition_piece=row.condition_piece,
            condition_due_on=row.condition_due_on,
            motive=row.motive,
            other_motive=row.other_motive,
            precision=row.precision,
        )
        for row in fetch(_DecidedRow, _DECIDED, {"item": item_id})
    }


def voices_on(item_id: int) -> dict[tuple[int, int], str]:
    """The voices on an item, by sheet and member."""
    return {(row.sheet_id, row.member_id): row.choice for row in fetch(_VoiceRow, _VOICES, {"item": item_id})}


def recused_from(item_id: int) -> set[int]:
    """Members who take no part in an item."""
    return {row.member_id for row in fetch(_Recused, _RECUSED, {"item": item_id})}
