"""Numbers of print lots: one series a year for every family, whoever prints; and each time that one is taken out."""

from datetime import datetime

from django.db import connection

from palier.dispatch.models import LotTaking, PrintLot
from palier.foundation.clock import PARIS


def year_and_last(at: datetime) -> tuple[str, int]:
    """The year of the numbers to give, and the last one given, 0 when there is none.

    Whoever else wants a number waits for the end of the transaction: asked for as late in it as can be.
    """
    year = str(at.astimezone(PARIS).year)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.print_lot_numbers'))")
        cursor.execute("SELECT palier.last_print_lot(%s)", [year])
        (last,) = cursor.fetchone()
    return year, last


def open_lot(*, family: str, papers: int, by: int, at: datetime, is_protected: bool = False) -> PrintLot:
    """One lot of a room above, under the next number. Inside its transaction."""
    year, last = year_and_last(at)
    lot = PrintLot(
        number=f"LOT-{year}-{last + 1:06d}",
        family=family,
        is_protected=is_protected,
        paper_count=papers,
        made_by=by,
        made_at=at,
    )
    lot.save(force_insert=True)
    return lot


def note_taking(lot_id: int, *, digest: str, sheets: int, by: int, at: datetime) -> None:
    """Write down that a whole lot left, and keep the digest of its first leaving."""
    LotTaking.objects.bulk_create([LotTaking(lot_id=lot_id, sha256=digest, taken_by=by, taken_at=at)])
    PrintLot.objects.filter(pk=lot_id, sha256="").update(taken_at=at, sha256=digest, sheet_count=sheets)


def note_sheet(lot_id: int, *, rank: int, sheet: int, digest: str, by: int, at: datetime) -> None:
    """Write down that one sheet of a lot left again."""
    LotTaking.objects.bulk_create(
        [LotTaking(lot_id=lot_id, rank=rank, sheet=sheet, sha256=digest, taken_by=by, taken_at=at)]
    )
