"""The look before an import: a file read, its records kept with their verdicts, then applied once or left.

Called inside `batch()` or `acting()`: a file belongs to the agent who gave it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.models import F

from palier.foundation.errors import Refusal
from palier.foundation.models import ImportBatch, ImportRow
from palier.foundation.staging import insert_rows
from palier.foundation.tabular.checking import Remark, Severity
from palier.foundation.tabular.outcome import Outcome, Verdict
from palier.foundation.tabular.records import Record, Table, TableKind

OCCURRENCE = "occurrence"


class ReviewNotFound(Refusal):
    """Ce fichier n’existe pas, ou n’est pas le vôtre."""


class ReviewAlreadyClosed(Refusal):
    """Le fichier « {name} » a déjà été {state} : donnez-le de nouveau pour le relire."""


class ChangedSinceReview(Refusal):
    """Depuis la lecture, {count} lignes ne sont plus acceptables (ligne {line} : {reason}) : relisez le fichier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFile:
    """A file as it was given: what it is, by whom (0 for an operator at the command line) and when."""

    kind: str
    layout: str
    name: str
    sha256: str
    created_by: int
    at: datetime


def keep_review(outcome: Outcome, file: GivenFile) -> int:
    """Keep what a file would do, record by record. The outcome was made with `keeps_records`. Its number."""
    review = _counted(outcome, file)
    review.save(force_insert=True)
    insert_rows(
        "foundation_importrow",
        ("batch_id", "record", "line", "verdict", "key", "cells", "findings", "created_by"),
        (
            (
                *(review.pk, judged.record.number, judged.record.line, judged.verdict.value, judged.key[:400]),
                json.dumps(_cells(judged.record, judged.occurrence), ensure_ascii=False),
                json.dumps([_finding(remark) for remark in judged.remarks], ensure_ascii=False),
                file.created_by,
            )
            for judged in outcome.judged
        ),
    )
    return review.pk


def keep_applied(outcome: Outcome, file: GivenFile) -> int:
    """Keep the trace of a file applied at once, by its counts; its number."""
    review = _counted(outcome, file)
    review.state, review.applied_at = "APPLIED", file.at
    review.save(force_insert=True)
    return review.pk


def open_review(batch_id: int) -> tuple[ImportBatch, Table]:
    """Lock a review that is still to decide, and give its accepted records as a table to import."""
    review = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
    if review is None:
        raise ReviewNotFound
    if review.state != "READ":
        raise ReviewAlreadyClosed(name=review.file_name, state=review.get_state_display())
    header = _header_of(batch_id)
    columns = {name: index for index, name in enumerate(header)}
    table = Table(kind=TableKind.CSV, header=header, columns=columns, records=_accepted(batch_id, header, columns))
    return review, table


def require_as_reviewed(outcome: Outcome) -> None:
    """A file that was looked at is applied as it was shown, or not at all. Raises ChangedSinceReview."""
    if outcome.refusals:
        first = outcome.refusals[0]
        raise ChangedSinceReview(count=outcome.refused, line=first.line, reason=first.reason)


def close_review(review: ImportBatch, *, state: str, at: datetime) -> None:
    """Close a review. Only the refused records are kept, to be given back; the others live in their tables."""
    rows = ImportRow.objects.filter(batch=review)
    if state == "APPLIED":
        rows.exclude(verdict=Verdict.REFUSED).delete()
    else:
        rows.delete()
    ImportBatch.objects.filter(pk=review.pk).update(state=state, applied_at=at if state == "APPLIED" else None)


def abandon_review(batch_id: int, *, at: datetime) -> None:
    """Leave a file: nothing was changed, its records are forgotten."""
    review, _ = open_review(batch_id)
    close_review(review, state="ABANDONED", at=at)


def _counted(outcome: Outcome, file: GivenFile) -> ImportBatch:
    return ImportBatch(
        kind=file.kind,
        format=file.layout,
        file_name=file.name[:200],
        file_sha256=file.sha256,
        created_by=file.created_by,
        created_at=file.at,
        read_count=outcome.read,
        created_count=outcome.created,
        updated_count=outcome.updated,
        unchanged_count=outcome.unchanged,
        refused_count=outcome.refused,
        warning_count=len(outcome.warnings),
    )


def _cells(record: Record, occurrence: int) -> dict[str, str]:
    cells = {name: record.cells[index] for name, index in record.columns.items() if index < len(record.cells)}
    if occurrence:
        cells[OCCURRENCE] = str(occurrence)
    return cells


def _finding(remark: Remark) -> dict[str, str | bool]:
    return {
        "column": remark.column,
        "value": remark.value,
        "reason": remark.reason,
        "hard": remark.severity is Severity.HARD,
    }


def _header_of(batch_id: int) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT jsonb_object_keys(cells) FROM foundation_importrow WHERE batch_id = %s ORDER BY 1",
            [batch_id],
        )
        return tuple(name for (name,) in cursor.fetchall())


def _accepted(batch_id: int, header: tuple[str, ...], columns: Mapping[str, int]) -> Iterator[Record]:
    rows = ImportRow.objects.filter(batch_id=batch_id).exclude(verdict=Verdict.REFUSED).order_by(F("record"))
    for number, line, cells in rows.values_list("record", "line", "cells"):
        texts = tuple(str(cells.get(name, "")) for name in header)
        yield Record(number=number, line=line, cells=texts, columns=columns, kind=TableKind.CSV)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, by blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
