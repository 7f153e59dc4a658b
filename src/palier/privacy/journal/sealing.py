"""Sealing: what was committed since the last seal becomes blocks, chained. Under the job role of the journal.

A reading is taken when its transaction is older than the oldest one still running: none can appear later in a window
that is closed. A reading committed late goes in a later block; a number that was given back is nobody's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper

from palier.foundation.errors import Refusal
from palier.privacy.journal.canonical import FOREVER, GENESIS, LINE, MARK_BYTES, MONTH, VERSION, Block, hash_of, mark

# A block is the smallest thing that can be checked alone.
BLOCK_ROWS = 20_000
_FETCHED = 5_000


class DatabaseWentBack(Refusal):
    """La base a été restaurée depuis le dernier scellement : arrêtez les sites, puis lancez « palier journal seal
    --restored », qui scelle ce qui a été restauré et repart de là."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What one sealing did. `head` is the last block's, empty when nothing was ever sealed."""

    blocks: int
    rows: int
    last_number: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    from_xid: int
    until_xid: int
    after_id: int


def seal(*, is_restored: bool = False, using: str = "default") -> Sealed:
    """Seal every reading committed since the last seal, in the caller's transaction. Raises DatabaseWentBack."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier journal'))")
        last = last_block(cursor)
        number, head = (last[0].number, last[1]) if last else (0, GENESIS)
        window = _next_window(cursor, last[0] if last else None, is_restored=is_restored)
        cursor.execute("SELECT clock_timestamp()")
        (sealed_at,) = cursor.fetchone()
        count = rows = 0
        for month, first_id, last_id, marks in _gathered(using, window):
            block = _block(number + 1, month, first_id, last_id, marks, window, sealed_at, head)
            _write(cursor, block, marks)
            number, head = block.number, block.head
            count, rows = count + 1, rows + block.rows
        if window.until_xid == FOREVER:
            # What comes next is counted anew: a block says so, even when nothing was left to seal.
            number, head = _begin_again(cursor, number, head, window, sealed_at)
            count += 1
    return Sealed(blocks=count, rows=rows, last_number=number, head=head if number else "")


def last_block(cursor: CursorWrapper) -> tuple[Block, str] | None:
    """The last block and its head as stored; None before the first seal."""
    cursor.execute(
        """SELECT number, version, month, first_id, last_id, rows, rows_hash, from_xid, until_xid, after_id, sealed_at,
                  previous, head FROM privacy_journalblock ORDER BY number DESC LIMIT 1"""
    )
    row = cursor.fetchone()
    return (block_of(row), row[12]) if row else None


def block_of(row: tuple[Any, ...]) -> Block:
    """A block from a row that begins with its columns, in their order."""
    number, version, month, first_id, last_id, rows, rows_hash, from_xid, until_xid, after_id, sealed_at, previous = (
        row[:12]
    )
    return Block(
        number=number,
        version=version,
        month=month,
        first_id=first_id,
        last_id=last_id,
        rows=rows,
        rows_hash=rows_hash,
        from_xid=from_xid,
        until_xid=until_xid,
        after_id=after_id,
        sealed_at=sealed_at,
        previous=previous,
    )


def _next_window(cursor: CursorWrapper, last: Block | None, *, is_restored: bool) -> _Window:
    cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    (oldest_running,) = cursor.fetchone()
    if last is None:
        return _Window(from_xid=0, until_xid=oldest_running, after_id=0)
    if is_restored:
        return _Window(from_xid=last.until_xid, until_xid=FOREVER, after_id=last.after_id)
    if oldest_running < last.until_xid:
        # The numbers of transactions went back: windows would close on nothing, and readings never be sealed.
        raise DatabaseWentBack
    return _Window(from_xid=last.until_xid, until_xid=oldest_running, after_id=last.after_id)


def _gathered(using: str, window: _Window) -> Iterator[tuple[str, int, int, bytes]]:
    """The readings of the window, by month and number, cut in blocks: month, first and last numbers, marks."""
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(
            f"""SELECT id, {MONTH}, {LINE} FROM privacy_readevent
                WHERE xid >= %s AND xid < %s AND id > %s ORDER BY 2, 1""",
            [window.from_xid, window.until_xid, window.after_id],
        )
        month, ids, marks = "", [0, 0], bytearray()
        held = 0
        while rows := cursor.fetchmany(_FETCHED):
            for number, its_month, line in rows:
                if held and (its_month != month or held == BLOCK_ROWS):
                    yield month, ids[0], ids[1], bytes(marks)
                    held, marks = 0, bytearray()
                if not held:
                    month, ids[0] = its_month, number
                ids[1] = number
                marks += mark(number, line)
                held += 1
        if held:
            yield month, ids[0], ids[1], bytes(marks)


def _block(
    number: int,
    month: str,
    first_id: int,
    last_id: int,
    marks: bytes,
    window: _Window,
    sealed_at: datetime,
    previous: str,
) -> Block:
    return Block(
        number=number,
        version=VERSION,
        month=month,
        first_id=first_id,
        last_id=last_id,
        rows=len(marks) // MARK_BYTES,
        rows_hash=hash_of(marks),
        from_xid=window.from_xid,
        until_xid=window.until_xid,
        after_id=window.after_id,
        sealed_at=sealed_at,
        previous=previous,
    )


def _begin_again(
    cursor: CursorWrapper, number: int, head: str, window: _Window, sealed_at: datetime
) -> tuple[int, str]:
    """One empty block: from here on, numbers above the last one given, transactions from 0."""
    cursor.execute("SELECT coalesce(max(id), 0) FROM privacy_readevent")
    (last_number,) = cursor.fetchone()
    cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    (oldest_running,) = cursor.fetchone()
    anew = _Window(from_xid=0, until_xid=oldest_running, after_id=max(last_number, window.after_id))
    block = _block(number + 1, sealed_at.strftime("%Y-%m"), 0, 0, b"", anew, sealed_at, head)
    _write(cursor, block, b"")
    return block.number, block.head


def _write(cursor: CursorWrapper, block: Block, marks: bytes) -> None:
    cursor.execute(
        """INSERT INTO privacy_journalblock
               (version, number, month, first_id, last_id, rows, rows_hash, from_xid, until_xid, after_id, sealed_at,
                previous, head)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [*block.header[:10], block.sealed_at, block.previous, block.head],
    )
    if marks:
        cursor.execute(
            "INSERT INTO privacy_journalmark (number, month, marks) VALUES (%s, %s, %s)",
            [block.number, block.month, marks],
        )
