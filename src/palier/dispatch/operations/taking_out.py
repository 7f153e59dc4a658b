"""Every lot that nobody took out yet, written to a folder on every core: three files a lot, each lot once."""

import os
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import connection

from palier.dispatch.models import PrintLot
from palier.dispatch.operations.lots import COMMAND, MOTIVE, READ
from palier.dispatch.operations.printing import TakenLot, lots_to_take_out, take_out_lot, taken_lot
from palier.foundation import jobs
from palier.foundation.home import told_in_french, write_private
from palier.foundation.jobs import Listener
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

# Below this, starting another process costs more than it saves.
_WORTH_A_PROCESS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOut:
    """What a taking out wrote: its lots, their papers and sheets, what no longer held in them."""

    lots: tuple[str, ...]
    papers: int
    sheets: int
    over: int


def take_out_all(
    folder: Path, *, by: int, operator: str, agent_id: int | None, at: datetime, listener: Listener
) -> TakenOut:
    """Write every lot that nobody took out yet. A kill leaves the lots that were not written, for the next call."""
    numbers = lots_to_take_out(operator=operator, agent_id=agent_id)
    arguments = (str(folder), str(by), operator, str(agent_id or ""), at.isoformat())
    if len(numbers) < _WORTH_A_PROCESS:
        take_out_until_done(*arguments)
    else:
        futures = jobs.in_processes(os.cpu_count() or 1, f"{__name__}.{take_out_until_done.__name__}", *arguments)
        while True:
            done, working = wait(futures, timeout=1.0)
            left = len(lots_to_take_out(operator=operator, agent_id=agent_id))
            listener("Lots sortis", len(numbers) - left, len(numbers))
            if not working:
                break
        try:
            for future in done:
                future.result()
        except BrokenProcessPool:
            # The system killed one of them: what is left is written here, alone.
            take_out_until_done(*arguments)
    return _written(numbers, operator=operator, agent_id=agent_id)


def take_out_until_done(folder: str, by: str, operator: str, agent_id: str, instant: str) -> int:
    """Write lots until none is left, of any process; how many this process wrote."""
    written = 0
    asked_by, at = int(agent_id) if agent_id else None, datetime.fromisoformat(instant)
    while _write_next(Path(folder), by=int(by), operator=operator, agent_id=asked_by, at=at):
        written += 1
    return written


def write_lot(folder: Path, number: str, *, by: int, operator: str, agent_id: int | None, at: datetime) -> TakenOut:
    """Write one lot again. Raises as `taken_lot`, DiskFull."""
    taken = take_out_lot(number, by=by, operator=operator, agent_id=agent_id, at=at)
    _write(folder, taken)
    over = sum(paper.is_over for paper in taken.papers)
    return TakenOut(lots=(number,), papers=len(taken.lines), sheets=taken.sheet_count, over=over)


def _write_next(folder: Path, *, by: int, operator: str, agent_id: int | None, at: datetime) -> bool:
    with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, agent_id=agent_id, categories=READ):
        waiting = PrintLot.objects.select_for_update(skip_locked=True).filter(taken_at=None).order_by("number")
        number = waiting.values_list("number", flat=True).first()
        if number is None:
            return False
        # Written before it is said taken: a kill between the two leaves it to be taken out again.
        _write(folder, taken_lot(number, by=by, at=at))
    return True


def _write(folder: Path, taken: TakenLot) -> None:
    with told_in_french(folder):
        write_private(folder / f"{taken.number}.pdf", taken.pdf)
        write_private(folder / f"{taken.number}.json", taken.manifest_json())
        write_private(folder / f"{taken.number}.csv", taken.manifest_csv())


_TOTALS: Final = """
SELECT coalesce(sum(l.paper_count), 0)::int, coalesce(sum(l.sheet_count), 0)::int,
       (SELECT count(*) FROM dispatch_sending AS s
        WHERE s.print_lot_id = ANY (array_agg(l.id)) AND s.sheets IS NOT NULL)
FROM dispatch_printlot AS l WHERE l.number = ANY (%s::text[])
"""


def _written(numbers: list[str], *, operator: str, agent_id: int | None) -> TakenOut:
    with (
        batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, agent_id=agent_id, categories=()),
        connection.cursor() as cursor,
    ):
        cursor.execute(_TOTALS, [numbers])
        papers, sheets, posted = cursor.fetchone()
    return TakenOut(lots=tuple(numbers), papers=posted, sheets=sheets, over=papers - posted)
