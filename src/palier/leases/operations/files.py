"""Files of leases: imported at once, or read, looked at and then applied. Called inside `batch()` or `acting()`."""

from datetime import datetime
from pathlib import Path

from palier.foundation.reviews import (
    GivenFile,
    close_review,
    digest_of,
    keep_applied,
    keep_review,
    open_review,
    require_as_reviewed,
)
from palier.foundation.tabular.outcome import Outcome
from palier.foundation.tabular.reading import open_table
from palier.foundation.tabular.records import Table
from palier.foundation.tabular.unread import only
from palier.leases.imports.lease_file import COLUMNS
from palier.leases.operations.import_leases import import_leases

KIND, LAYOUT = "LEASES", "palier"


def import_file(path: Path, *, created_by: int, at: datetime, sheet: str = "", dry_run: bool = False) -> Outcome:
    """Import a file at once: accepted leases applied, refused ones given back, the trace of the file kept.

    Raises a Refusal for a file of another kind.
    """
    outcome = import_leases(_table(path, sheet=sheet), on=at.date(), dry_run=dry_run)
    if not dry_run:
        keep_applied(outcome, _given(path, path.name, created_by=created_by, at=at))
    return outcome


def review_file(path: Path, *, file_name: str, created_by: int, at: datetime, sheet: str = "") -> int:
    """Read a file and keep what it would do, record by record, for a person to look at; the number of the review."""
    outcome = import_leases(_table(path, sheet=sheet), on=at.date(), dry_run=True, keeps_records=True)
    return keep_review(outcome, _given(path, file_name, created_by=created_by, at=at))


def apply_review(batch_id: int, *, at: datetime) -> Outcome:
    """Apply the leases that were accepted on screen. Raises ReviewAlreadyClosed, ChangedSinceReview."""
    review, table = open_review(batch_id)
    outcome = import_leases(table, on=at.date())
    require_as_reviewed(outcome)
    close_review(review, state="APPLIED", at=at)
    return outcome


def _table(path: Path, *, sheet: str) -> Table:
    """The file in its own columns: whatever else an old suite put in it goes no further."""
    return only(open_table(path, sheet=sheet), COLUMNS)


def _given(path: Path, name: str, *, created_by: int, at: datetime) -> GivenFile:
    return GivenFile(kind=KIND, layout=LAYOUT, name=name, sha256=digest_of(path), created_by=created_by, at=at)
