"""The journal as lines that anyone can check: tombstones, then each block and the readings of its window, then those
that wait for a seal. Read under the job role of the journal; every reading is given, sealed or not, altered or not."""

import gzip
import io
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.db import connections

from palier.foundation.home import told_in_french
from palier.privacy.journal.canonical import FOREVER, LINE, MONTH, Block, instant_text
from palier.privacy.journal.sealing import block_of

_FETCHED = 5_000


def lines(*, at: datetime, using: str = "default") -> Iterator[str]:
    """The export, a line at a time, in the caller's transaction: what is sealed meanwhile is given as waiting."""
    with connections[using].cursor() as cursor:
        # No month goes while it is read.
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('palier journal months'))")
    yield json.dumps({"palier_journal": 1, "exported_at": instant_text(at)})
    yield from _tombstones(using)
    # Numbers up to where a restored database went on are the affair of the blocks before it.
    ends = _generations(using)
    previous: Block | None = None
    for block, head, marks in _blocks(using):
        if previous is not None and _window(previous) != _window(block):
            yield from _readings(using, *_window(previous), before_id=ends[previous.after_id])
            if previous.after_id != block.after_id:
                # Whatever stands beyond the last window of a database that was restored since: nothing is to be there.
                yield from _readings(
                    using, previous.until_xid, FOREVER, previous.after_id, before_id=ends[previous.after_id]
                )
        yield json.dumps(_told(block, head, marks))
        previous = block
    if previous is not None:
        yield from _readings(using, *_window(previous), before_id=ends[previous.after_id])
    yield json.dumps({"waiting": True})
    from_xid, after_id = (previous.until_xid, previous.after_id) if previous else (0, 0)
    yield from _readings(using, from_xid, FOREVER, after_id, before_id=FOREVER)
    yield json.dumps({"end": True})


def write(path: Path, *, at: datetime, using: str = "default") -> int:
    """Write the export whole or not at all, compressed when its name ends in .gz; how many lines."""
    draft = path.with_name(f".{path.name}.part")
    count = 0
    with told_in_french(path):
        try:
            # Open to its account alone from the start: it names who read whom.
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as raw, _opened(raw, path) as file:
                for line in lines(at=at, using=using):
                    file.write(line)
                    file.write("\n")
                    count += 1
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return count


def _opened(raw: IO[bytes], path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(raw, "wt", encoding="utf-8", compresslevel=4)
    return io.TextIOWrapper(raw, encoding="utf-8", newline="\n")


def _window(block: Block) -> tuple[int, int, int]:
    return block.from_xid, block.until_xid, block.after_id


def _generations(using: str) -> dict[int, int]:
    """For each number after which readings were counted anew, the last number that its blocks are about."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT DISTINCT after_id FROM privacy_journalblock ORDER BY 1")
        starts = [after_id for (after_id,) in cursor.fetchall()]
    return dict(zip(starts, [*starts[1:], FOREVER], strict=False))


def _told(block: Block, head: str, marks: bytes) -> dict[str, object]:
    return {"block": block.header, "head": head, "marks": marks.hex()}


def _tombstones(using: str) -> Iterator[str]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            """SELECT month, rows, first_block, last_block, heads_hash, expired_at FROM privacy_journaltombstone
               ORDER BY month"""
        )
        for month, rows, first, last, heads_hash, expired_at in cursor.fetchall():
            yield json.dumps({"tombstone": [month, rows, first, last, heads_hash, instant_text(expired_at)]})


def _blocks(using: str) -> Iterator[tuple[Block, str, bytes]]:
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(
            """SELECT b.number, b.version, b.month, b.first_id, b.last_id, b.rows, b.rows_hash, b.from_xid,
                      b.until_xid, b.after_id, b.sealed_at, b.previous, b.head, m.marks
               FROM privacy_journalblock AS b LEFT JOIN privacy_journalmark AS m ON m.number = b.number
               ORDER BY b.number"""
        )
        while rows := cursor.fetchmany(50):
            for row in rows:
                yield block_of(row), row[12], bytes(row[13] or b"")


def _readings(using: str, from_xid: int, until_xid: int, after_id: int, *, before_id: int) -> Iterator[str]:
    with connections[using].chunked_cursor() as cursor:
        cursor.execute(
            f"""SELECT {LINE} FROM privacy_readevent
                WHERE xid >= %s AND xid < %s AND id > %s AND id <= %s ORDER BY {MONTH}, id""",
            [from_xid, until_xid, after_id, before_id],
        )
        while rows := cursor.fetchmany(_FETCHED):
            for (line,) in rows:
                yield line
