"""Reads of long work and of files given to Palier: how far they are, what they would do."""

import json
from dataclasses import dataclass
from datetime import datetime

from palier.foundation.models import ImportBatch
from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """A long piece of work as its own connection last said it."""

    id: int
    key: str
    label: str
    phase: str
    done: int
    total: int
    state: str
    message: str
    started_at: datetime | None
    updated_at: datetime

    @property
    def is_open(self) -> bool:
        return self.state in ("WAITING", "RUNNING")


_WORK = "SELECT id, key, label, phase, done, total, state, message, started_at, updated_at FROM foundation_jobprogress"


def latest_work(key: str) -> WorkRow | None:
    """The work named `key` or one of its jobs ("key/57"): what runs before what waits, what waits before what ended.

    What ended after this transaction began still runs for it: the page may have read before what the work has written
    since, and would stay so, were it told that there is nothing to follow.
    """
    return fetch_one(
        WorkRow,
        f"""SELECT id, key, label, phase, done, total,
                   CASE WHEN state IN ('DONE', 'FAILED') AND updated_at > now() THEN 'RUNNING' ELSE state END AS state,
                   message, started_at, updated_at
            FROM ({_WORK} WHERE key = %(key)s OR key LIKE %(jobs)s) AS named
            ORDER BY named.state = 'RUNNING' DESC, named.state = 'WAITING' DESC, updated_at DESC LIMIT 1""",
        {"key": key, "jobs": f"{key}/%"},
    )


def recent_work(limit: int) -> list[WorkRow]:
    """The latest pieces of work, whatever their state."""
    return fetch(WorkRow, f"{_WORK} ORDER BY updated_at DESC LIMIT %(limit)s", {"limit": limit})


# --- The queue, for the technical administrator: states, no arguments ------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """The jobs of one task in one state."""

    queue: str
    task: str
    status: str
    count: int
    last_at: datetime | None


def queue_states() -> list[QueueRow]:
    """How many jobs each task has in each state, with the instant of their last event."""
    return fetch(
        QueueRow,
        """SELECT j.queue_name AS queue, j.task_name AS task, j.status::text AS status, count(DISTINCT j.id) AS count,
                  max(e.at) AS last_at
           FROM procrastinate_jobs AS j LEFT JOIN procrastinate_events AS e ON e.job_id = j.id
           GROUP BY 1, 2, 3 ORDER BY max(j.id) DESC LIMIT 100""",
        {},
    )


# --- Files given to Palier -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file: what it is, what it would do or did. read = created + updated + unchanged + refused."""

    id: int
    kind: str
    format: str
    file_name: str
    file_sha256: str
    state: str
    read_count: int
    created_count: int
    updated_count: int
    unchanged_count: int
    refused_count: int
    warning_count: int
    created_at: datetime
    applied_at: datetime | None

    @property
    def changes_count(self) -> int:
        return self.created_count + self.updated_count


_FILES = """
SELECT id, kind, format, file_name, file_sha256, state, read_count, created_count, updated_count, unchanged_count,
       refused_count, warning_count, created_at, applied_at
FROM foundation_importbatch
"""


def files_given(limit: int) -> list[FileRow]:
    """The reader's own files, the latest first."""
    return fetch(FileRow, f"{_FILES} ORDER BY id DESC LIMIT %(limit)s", {"limit": limit})


def file_given(batch_id: int) -> FileRow | None:
    """One of the reader's own files."""
    return fetch_one(FileRow, f"{_FILES} WHERE id = %(batch)s", {"batch": batch_id})


def files_to_look_at() -> int:
    """How many of the reader's files still wait for a decision."""
    return ImportBatch.objects.filter(state="READ").count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found in a cell; `hard` refuses the record."""

    column: str
    value: str
    reason: str
    hard: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One record of a file with its cells and what was found in them."""

    id: int
    record: int
    line: int
    verdict: str
    key: str
    cells: dict[str, str]
    findings: tuple[Finding, ...]


def file_records(
    *,
    batch_id: int,
    verdict: str = "",
    with_findings: bool = False,
    cursor: int | None = None,
    backwards: bool = False,
    limit: int,
) -> list[RecordRow]:
    """The records of a file in their order; `limit` + 1 at most, after the cursor (a record number) or before it."""
    sign, down = ("<", "DESC") if backwards else (">", "")
    return fetch(
        _record,
        f"""SELECT id AS row_id, record, line, verdict, key, cells::text, findings::text FROM foundation_importrow
            WHERE batch_id = %(batch)s AND (%(verdict)s = '' OR verdict = %(verdict)s)
              AND (NOT %(with_findings)s OR findings <> '[]'::jsonb)
              AND (%(cursor)s::int IS NULL OR record {sign} %(cursor)s)
            ORDER BY record {down} LIMIT %(limit)s""",
        {
            "batch": batch_id,
            "verdict": verdict,
            "with_findings": with_findings,
            "cursor": cursor,
            "limit": limit + 1,
        },
    )


def _record(*, row_id: int, record: int, line: int, verdict: str, key: str, cells: str, findings: str) -> RecordRow:
    return RecordRow(
        id=row_id,
        record=record,
        line=line,
        verdict=verdict,
        key=key,
        cells=json.loads(cells),
        findings=tuple(Finding(**finding) for finding in json.loads(findings)),
    )
