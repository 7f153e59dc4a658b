"""`palier bench year`: twelve months of a landlord by the product's own path, then the books and the bank to the cent.

Each month is lived whole (month.py), from its run to its closing; the rents are revised once, for January.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from palier.bench.landlord import MONTH, cloned, prepared
from palier.bench.memory import peak_rss_mb
from palier.bench.month import MAKES, SIGNS, Lived, acting_as, at_nine, begin, importing, live_month
from palier.foundation.periods import Month

Listener = Callable[[str, int, int], None]

MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class YearBench:
    """Figures of the year. Seconds are wall time by kind of work, commits included; `holds` is the whole proof."""

    dwellings: int
    months: int
    seconds: dict[str, float]
    total_seconds: float
    bills: int
    debits: int
    rejects: int
    aid_rows: int
    aid_exceptions: int
    statement_entries: int
    matched_share: float
    entries: int
    postings: int
    unbalanced: int
    holes: int
    bank_difference_cents: int
    months_closed: int
    peak_rss_mb: int
    holds: bool


def run(dwellings: int, *, listener: Listener) -> YearBench:
    """Build the landlord when it is missing, then live its year on a copy of it."""
    name = prepared(dwellings, listener=listener)
    # A fresh process: it opens the copy, and its memory is that of the year alone.
    with cloned(name), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_lived, dwellings, listener).result()


def _lived(dwellings: int, listener: Listener) -> YearBench:
    import django

    django.setup()
    with TemporaryDirectory(prefix="palier-bench-") as folder:
        year = Lived(folder=Path(folder))
        begin(year)
        month = MONTH
        for rank in range(MONTHS):
            listener("Année", rank, MONTHS)
            live_month(month, year)
            if month.month == 12:
                with year.timed("revision"):
                    _revise(month.next())
            month = month.next()
        listener("Année", MONTHS, MONTHS)
        return _told(dwellings, year, month)


def _revise(month: Month) -> None:
    """The rents of the whole stock, by the index, for the first of January: simulated, reviewed, applied by another."""
    from palier.campaigns.operations.revision import Vote, apply_revision, review_revision, simulate_revision
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    at = at_nine(month.first_day - timedelta(days=10))
    with importing():
        found = simulate_revision(vote=Vote(year=month.year), by=MAKES, at=at)
    # The page reviews under headquarters' own role, which no command takes.
    with importing() as reading:
        review_revision(revision_id=found.pk, actor=reading.actor, at=at)
    with batch(Batch.IMPORT, operator="bench", motive="MESURE", command="bench", agent_id=SIGNS):
        apply_revision(revision_id=found.pk, by=SIGNS, at=at)


def _told(dwellings: int, year: Lived, last: Month) -> YearBench:
    from palier.closing.queries import reconciled
    from palier.ledger.books import checked_books
    from palier.ledger.models import Period

    with year.timed("check"), acting_as(MAKES):
        books = checked_books()
        differences = [each.difference_cents for each in reconciled(on=last.last_day)]
        closed = Period.objects.filter(state="CLOSED").count()
    apart = sum(abs(each) for each in differences if each is not None)
    return YearBench(
        dwellings=dwellings,
        months=MONTHS,
        seconds={work: round(each, 2) for work, each in year.seconds.items()},
        total_seconds=round(sum(year.seconds.values()), 1),
        bills=year.counts["bills"],
        debits=year.counts["debits"],
        rejects=year.counts["rejects"],
        aid_rows=year.counts["aided"],
        aid_exceptions=year.counts["aid_exceptions"],
        statement_entries=year.counts["entries"],
        matched_share=round(year.counts["matched"] / max(1, year.counts["entries"]), 4),
        entries=books.entries,
        postings=books.postings,
        unbalanced=books.unbalanced,
        holes=books.holes,
        bank_difference_cents=apart,
        months_closed=closed,
        peak_rss_mb=peak_rss_mb(),
        holds=books.holds and not apart and None not in differences and closed == MONTHS,
    )
