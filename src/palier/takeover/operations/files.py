"""Files of accounts: imported at once, or read, looked at and then applied. Called inside `batch()` or `acting()`."""

from dataclasses import dataclass
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
from palier.foundation.tabular.limits import TWELVE_MONTHS
from palier.foundation.tabular.outcome import Outcome
from palier.foundation.tabular.reading import open_table
from palier.foundation.tabular.records import Table
from palier.takeover.imports.account_file import Totals
from palier.takeover.imports.mapping import translated
from palier.takeover.models import Sheet
from palier.takeover.operations.import_accounts import import_accounts
from palier.takeover.operations.mapping import words_for
from palier.takeover.operations.sheet import make_sheet

KIND, LAYOUT = "ACCOUNTS", "palier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file did, its totals, and the sheet that is to be signed (none on a dry run)."""

    outcome: Outcome
    totals: Totals
    sheet: Sheet | None


def import_file(
    path: Path, *, created_by: int, at: datetime, source: str = "", sheet: str = "", dry_run: bool = False
) -> Imported:
    """Import a file at once, read through the mapping of `source`: accepted rows applied, refused ones given back.

    Raises MappingNotFound, CommentColumn, and a Refusal for a file of another kind.
    """
    done = import_accounts(_table(path, sheet=sheet, source=source), by=created_by, at=at, dry_run=dry_run)
    kept = None
    if not dry_run:
        file = _given(path, path.name, created_by=created_by, at=at)
        keep_applied(done.outcome, file)
        kept = make_sheet(done.totals, file_name=file.name, file_sha256=file.sha256, by=created_by, at=at)
    return Imported(outcome=done.outcome, totals=done.totals, sheet=kept)


def review_file(path: Path, *, file_name: str, created_by: int, at: datetime, source: str = "") -> int:
    """Read a file and keep what it would do, record by record, for a person to look at; the number of the review."""
    table = _table(path, sheet="", source=source)
    done = import_accounts(table, by=created_by, at=at, dry_run=True, keeps_records=True, with_secrets=False)
    return keep_review(done.outcome, _given(path, file_name, created_by=created_by, at=at))


def apply_review(batch_id: int, *, at: datetime) -> Outcome:
    """Apply the rows that were accepted on screen. Raises ReviewAlreadyClosed, ChangedSinceReview."""
    review, table = open_review(batch_id)
    done = import_accounts(table, by=review.created_by, at=at)
    require_as_reviewed(done.outcome)
    # The rows refused on screen are no longer in the table: a sheet without them would agree with half a file.
    if not review.refused_count:
        make_sheet(done.totals, file_name=review.file_name, file_sha256=review.file_sha256, by=review.created_by, at=at)
    close_review(review, state="APPLIED", at=at)
    return done.outcome


def _table(path: Path, *, sheet: str, source: str) -> Table:
    table = open_table(path, sheet=sheet, limits=TWELVE_MONTHS)
    words = words_for(source)
    return translated(table, words) if words else table


def _given(path: Path, name: str, *, created_by: int, at: datetime) -> GivenFile:
    return GivenFile(kind=KIND, layout=LAYOUT, name=name, sha256=digest_of(path), created_by=created_by, at=at)
