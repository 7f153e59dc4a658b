"""Files of the estate, whatever their layout: imported at once, or read, looked at and then applied.

Called inside `batch()` or `acting()`.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from palier.estate.imports.palier_estate import COLUMNS
from palier.estate.imports.paris_programmes import LIMITS as PROGRAMME_LIMITS
from palier.estate.operations.import_estate_file import import_estate_file
from palier.estate.operations.import_programmes import import_programmes
from palier.foundation.reviews import (
    OCCURRENCE,
    GivenFile,
    close_review,
    digest_of,
    keep_applied,
    keep_review,
    open_review,
    require_as_reviewed,
)
from palier.foundation.tabular.limits import USUAL
from palier.foundation.tabular.outcome import Outcome
from palier.foundation.tabular.reading import open_table
from palier.foundation.tabular.records import Table
from palier.foundation.tabular.unread import only

PARIS_PROGRAMMES, PALIER = "paris-programmes", "palier"
LAYOUTS = (PARIS_PROGRAMMES, PALIER)
KIND = "ESTATE"


def import_file(
    path: Path,
    *,
    layout: str,
    created_by: int,
    at: datetime,
    landlord: str = "",
    sheet: str = "",
    dry_run: bool = False,
) -> Outcome:
    """Import a file at once: accepted records applied, refused ones given back, the trace of the file kept.

    `landlord` (programmes only) keeps the records of one landlord. Raises a Refusal for a file of another kind.
    """
    table = _open(path, layout=layout, sheet=sheet)
    outcome = _importer(layout, landlord)(table, dry_run=dry_run)
    if not dry_run:
        keep_applied(outcome, _given(path, path.name, layout=layout, created_by=created_by, at=at))
    return outcome


def review_file(
    path: Path, *, layout: str, file_name: str, created_by: int, at: datetime, landlord: str = "", sheet: str = ""
) -> int:
    """Read a file and keep what it would do, record by record, for a person to look at; the number of the review."""
    table = _open(path, layout=layout, sheet=sheet)
    outcome = _importer(layout, landlord)(table, dry_run=True, keeps_records=True)
    return keep_review(outcome, _given(path, file_name, layout=layout, created_by=created_by, at=at))


def apply_review(batch_id: int, *, at: datetime) -> Outcome:
    """Apply the records that were accepted on screen. Raises ReviewAlreadyClosed, ChangedSinceReview."""
    review, table = open_review(batch_id)
    outcome = _importer(review.format, "")(table)
    require_as_reviewed(outcome)
    close_review(review, state="APPLIED", at=at)
    return outcome


def _importer(layout: str, landlord: str) -> Callable[..., Outcome]:
    if layout == PARIS_PROGRAMMES:
        return partial(import_programmes, landlord=landlord)
    return import_estate_file


def _open(path: Path, *, layout: str, sheet: str) -> Table:
    if layout == PARIS_PROGRAMMES:
        return open_table(path, sheet=sheet, limits=PROGRAMME_LIMITS)
    # A landlord's own file may carry more than dwellings: what nothing reads goes no further.
    return only(open_table(path, sheet=sheet, limits=USUAL), (*COLUMNS, OCCURRENCE))


def _given(path: Path, name: str, *, layout: str, created_by: int, at: datetime) -> GivenFile:
    return GivenFile(kind=KIND, layout=layout, name=name, sha256=digest_of(path), created_by=created_by, at=at)
