"""The two suites side by side for twelve months: the old one's lines, Palier's computed again, every gap explained."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection

from palier.foundation.collector import collector_paused
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month, day_fr
from palier.foundation.reviews import digest_of
from palier.foundation.staging import Stage, copy_rows, insert_rows
from palier.foundation.tabular.limits import TWELVE_MONTHS
from palier.foundation.tabular.outcome import Outcome, Verdict
from palier.foundation.tabular.reading import open_table
from palier.takeover.imports.comments import without_unread
from palier.takeover.imports.mapping import Word, translated
from palier.takeover.imports.parallel_file import COLUMNS, BilledLine, LineReading, billed_lines
from palier.takeover.models import Comparison
from palier.takeover.operations.sides import Gap, Listener, Sides, both_sides
from palier.takeover.rules.causes import Pair, pairs_before, parts_of

MONTHS = 12
_OLD_LINES = Stage(table="old_line", into="old_line", columns=("reference", "month", "heading", "cents"))


class NothingToCompare(Refusal):
    """Aucune ligne du fichier ne tombe entre {first} et {last} : vérifiez le mois de départ et les numéros de bail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The comparison that was kept, and the count of the file's records."""

    comparison: Comparison
    outcome: Outcome


def compare(
    path: Path,
    *,
    file_name: str,
    first: Month,
    by: int,
    at: datetime,
    words: tuple[Word, ...] = (),
    sheet: str = "",
    listener: Listener | None = None,
) -> Compared:
    """Compare a file of billed lines with Palier's own for twelve months, and keep every gap with its cause.

    Called inside `batch(Batch.RENT)`; nothing is billed. Lines that cannot be read are given back in the
    outcome; the others are compared.
    Raises NothingToCompare, CommentColumn, and a Refusal when the file is not one of lines.
    """
    months = _twelve(first)
    table = open_table(path, sheet=sheet, limits=TWELVE_MONTHS)
    if words:
        table = translated(table, words)
    table = without_unread(table, COLUMNS)
    outcome = Outcome(header=table.header, file_warnings=table.warnings)
    # No savepoint around: the twelve readers share this transaction's snapshot, which a savepoint could not lend.
    with collector_paused():
        _stage(_judged(billed_lines(table), outcome), months)
        sides = both_sides(months, listener)
        comparison = Comparison.objects.create(
            file_name=file_name[:200],
            file_sha256=digest_of(path),
            first_month=months[0].first_day,
            last_month=months[-1].first_day,
            lease_count=sides.lease_count,
            line_count=sides.line_count,
            equal_count=sides.equal_count,
            theirs_cents=sides.theirs_cents,
            ours_cents=sides.ours_cents,
            made_at=at,
            made_by=by,
        )
        _keep(comparison.pk, sides)
    return Compared(comparison=comparison, outcome=outcome)


def _twelve(first: Month) -> list[Month]:
    months = [first]
    while len(months) < MONTHS:
        months.append(months[-1].next())
    return months


def _judged(readings: Iterable[LineReading], outcome: Outcome) -> Iterator[BilledLine]:
    """The lines that can be read; the others are given back."""
    for reading in readings:
        if reading.line is None:
            outcome.refuse(reading.record, reading.checking.remarks)
        else:
            outcome.accept(reading.record, Verdict.UNCHANGED, reading.checking.remarks, key="")
            yield reading.line


def _stage(lines: Iterable[BilledLine], months: list[Month]) -> None:
    """Put the lines of the twelve months in a table of this transaction. Raises NothingToCompare."""
    first, last = months[0].first_day, months[-1].first_day
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE TEMPORARY TABLE old_line (reference text, month date, heading text, cents bigint)
               ON COMMIT DROP"""
        )
    rows = ((line.reference, line.month, line.heading, line.cents) for line in lines if first <= line.month <= last)
    copy_rows(_OLD_LINES, rows)
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON old_line (reference)")
        cursor.execute("ANALYZE old_line")
        cursor.execute("SELECT EXISTS (SELECT FROM old_line)")
        (found,) = cursor.fetchone()
    if not found:
        raise NothingToCompare(first=day_fr(first), last=day_fr(months[-1].last_day))


def _keep(comparison_id: int, sides: Sides) -> None:
    """Every gap with its causes. Those of one kind stand together: a page reads them cause by cause."""
    pairs: dict[date, tuple[Pair, ...]] = {}
    insert_rows(
        "takeover_gap",
        (
            *("comparison_id", "lease_id", "residence_id", "reference", "month", "heading", "theirs_cents"),
            *("ours_cents", "gap_cents", "cause", "detail"),
        ),
        (
            (
                *(comparison_id, gap.lease_id, gap.residence_id, gap.reference, gap.month.first_day),
                *(gap.case.kind.value, gap.case.theirs_cents, gap.case.ours, part.cents, part.cause, part.detail[:160]),
            )
            for gap in sides.gaps
            for part in parts_of(_known_pairs(gap, pairs).case, pairs)
        ),
    )


def _known_pairs(gap: Gap, pairs: dict[date, tuple[Pair, ...]]) -> Gap:
    revised_on = gap.case.revised_on
    if revised_on is not None and revised_on not in pairs:
        pairs[revised_on] = pairs_before(revised_on)
    return gap
