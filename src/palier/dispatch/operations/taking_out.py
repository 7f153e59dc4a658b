"""Every lot that nobody took out yet, written to a folder on every core: three files a lot, each lot once."""

import os
from collections.abc import Collection, Mapping
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from palier.dispatch.models import PrintLot
from palier.dispatch.operations.lots import COMMAND, MOTIVE, READ
from palier.dispatch.operations.printing import ELSEWHERE, TakenLot, lots_to_take_out, take_out_lot, taken_lot
from palier.foundation import jobs
from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french, write_private
from palier.foundation.jobs import Listener
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

# Below this, starting another process costs more than it saves.
_WORTH_A_PROCESS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOut:
    """What a taking out wrote: its lots, papers, envelopes and sheets, what no longer held, why a lot could not."""

    lots: tuple[str, ...]
    papers: int
    envelopes: int
    sheets: int
    over: int
    faults: Mapping[str, str]


def take_out_all(
    folder: Path, *, by: int, operator: str, agent_id: int | None, at: datetime, listener: Listener
) -> TakenOut:
    """Write every lot that nobody took out yet. A kill leaves the lots that were not written, for the next call.

    One that cannot be opened is told and stops no other. Raises DiskFull.
    """
    numbers = lots_to_take_out(operator=operator, agent_id=agent_id)
    arguments = (str(folder), str(by), operator, str(agent_id or ""), at.isoformat())
    if len(numbers) >= _WORTH_A_PROCESS:
        futures = jobs.in_processes(os.cpu_count() or 1, f"{__name__}.{take_out_until_done.__name__}", *arguments)
        while True:
            done, working = wait(futures, timeout=1.0)
            left = len(lots_to_take_out(operator=operator, agent_id=agent_id))
            listener("Lots sortis", len(numbers) - left, len(numbers))
            if not working:
                break
        # The system killed one of them: what it left is written here.
        with suppress(BrokenProcessPool):
            for future in done:
                future.result()
    _, faults = _taken_out(*arguments)
    return _written(
        [number for number in numbers if number not in faults], faults, operator=operator, agent_id=agent_id
    )


def take_out_until_done(folder: str, by: str, operator: str, agent_id: str, instant: str) -> int:
    """Write lots until none is left that can be, of any process; how many this process wrote."""
    written, _ = _taken_out(folder, by, operator, agent_id, instant)
    return written


def _taken_out(folder: str, by: str, operator: str, agent_id: str, instant: str) -> tuple[int, dict[str, str]]:
    """How many were written here, and why those that are left are."""
    written, faults = 0, dict[str, str]()
    asked_by, at = int(agent_id) if agent_id else None, datetime.fromisoformat(instant)
    while True:
        number, fault = _write_next(Path(folder), faults, by=int(by), operator=operator, agent_id=asked_by, at=at)
        if not number:
            return written, faults
        if fault:
            faults[number] = fault
        else:
            written += 1


def write_lot(folder: Path, number: str, *, by: int, operator: str, agent_id: int | None, at: datetime) -> TakenOut:
    """Write one lot again. Raises as `taken_lot`, DiskFull."""
    taken = take_out_lot(number, by=by, operator=operator, agent_id=agent_id, at=at)
    _write(folder, taken)
    return TakenOut(
        lots=(number,),
        papers=len(taken.lines),
        envelopes=len(taken.envelopes),
        sheets=taken.sheet_count,
        over=len(taken.papers) - len(taken.lines),
        faults={},
    )


def _write_next(
    folder: Path, but: Collection[str], *, by: int, operator: str, agent_id: int | None, at: datetime
) -> tuple[str, str]:
    """The next lot, and why it could not be opened; no number when none is left."""
    with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, agent_id=agent_id, categories=READ):
        waiting = PrintLot.objects.select_for_update(skip_locked=True).filter(taken_at=None)
        numbers = waiting.exclude(family__in=ELSEWHERE).exclude(number__in=but).order_by("number")
        number = numbers.values_list("number", flat=True).first()
        if number is None:
            return "", ""
        try:
            with transaction.atomic():
                taken = taken_lot(number, by=by, at=at)
        except Refusal as refusal:
            return number, str(refusal)
        # Written before it is said taken: a kill between the two leaves it to be taken out again.
        _write(folder, taken)
    return number, ""


def _write(folder: Path, taken: TakenLot) -> None:
    with told_in_french(folder):
        for name, content in taken.files():
            write_private(folder / name, content)


_TOTALS: Final = """
SELECT coalesce(sum(l.paper_count), 0)::int, coalesce(sum(l.sheet_count), 0)::int,
       (SELECT count(*) FROM dispatch_sending AS s
        WHERE s.print_lot_id = ANY (array_agg(l.id)) AND s.sheets IS NOT NULL),
       (SELECT count(*) FROM dispatch_sending AS s
        WHERE s.print_lot_id = ANY (array_agg(l.id)) AND s.sheets IS NOT NULL AND s.print_place = 0)
FROM dispatch_printlot AS l WHERE l.number = ANY (%s::text[])
"""


def _written(numbers: list[str], faults: Mapping[str, str], *, operator: str, agent_id: int | None) -> TakenOut:
    with (
        batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, agent_id=agent_id, categories=()),
        connection.cursor() as cursor,
    ):
        cursor.execute(_TOTALS, [numbers])
        papers, sheets, posted, envelopes = cursor.fetchone()
    return TakenOut(
        lots=tuple(numbers),
        papers=posted,
        envelopes=envelopes,
        sheets=sheets,
        over=papers - posted,
        faults=faults,
    )
