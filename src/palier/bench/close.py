"""`palier bench close`: a month made and closed whole, while agents browse the sites that `palier serve` serves.

The month is that of `palier bench year` (month.py), in a process of its own; the sites have theirs, and so have those
who browse. The same agents then browse the same landlord while nothing else runs: the control.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from palier.bench.landlord import MONTH, cloned, prepared
from palier.bench.memory import peak_rss_mb
from palier.bench.served import served
from palier.bench.staff import hired, signed_in
from palier.bench.visits import Browsing, Crowd, Visit, times, told
from palier.bench.waits import Watch

Listener = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is measured. `control_seconds` is how long the agents browse alone."""

    dwellings: int
    agents: int
    seed: int
    think_seconds: float
    control_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBench:
    """Figures of the closing. Seconds are wall time, commits included; `during` and `control` are of the pages.

    `waits` is what the sites' sessions waited for in the database while the month ran, looked at ten times a second.
    `server_peak_rss_mb` adds the supervisor, the web processes and the worker, PostgreSQL left out.
    """

    dwellings: int
    agents: int
    seed: int
    think_seconds: float
    seconds: dict[str, float]
    total_seconds: float
    bills: int
    debits: int
    rejects: int
    aid_rows: int
    statement_entries: int
    month_closed: bool
    pages: int
    errors: int
    p95_ms: float
    control_p95_ms: float
    p95_ratio: float
    during: dict[str, object]
    by_stage: dict[str, dict[str, float]]
    control: dict[str, object]
    close_peak_rss_mb: int
    server_peak_rss_mb: int = 0
    waits: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """The month is closed and no page failed, alone or beside it."""
        return self.month_closed and not self.errors and not self.control["errors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closed:
    """What the process that closed the month tells."""

    spans: list[tuple[str, float, float]]
    total_seconds: float
    counts: dict[str, int]
    is_closed: bool
    peak_rss_mb: int


def run(wanted: Wanted, *, listener: Listener) -> CloseBench:
    """Build the landlord when it is missing, then close its month on a copy of it, among those who browse."""
    name = prepared(wanted.dwellings, listener=listener)
    spawning = get_context("spawn")
    with (
        TemporaryDirectory(prefix="palier-bench-") as folder,
        cloned(name),
        # A fresh process: it opens the copy, and its memory is that of the month alone.
        ProcessPoolExecutor(1, mp_context=spawning) as work,
    ):
        employees = work.submit(hired, wanted.agents, on=MONTH.previous().first_day).result()
        with ProcessPoolExecutor(1, mp_context=spawning) as web:
            cookies = web.submit(signed_in, employees).result()
        # The copy of the database was not written to the disk yet: its bytes would pass before those of the month.
        os.sync()
        log = Path(folder) / "serve.log"
        with served(log=log) as sites:
            crowd = Crowd(
                employees=[replace(each, cookie=cookie) for each, cookie in zip(employees, cookies, strict=True)],
                port=sites.port,
                month=MONTH,
                seed=wanted.seed,
                think_seconds=wanted.think_seconds,
            )
            # The first page of each process loads its templates: that is no day of closing.
            with Browsing(crowd) as early:
                early.wait(2 * wanted.think_seconds)
            listener("Clôture du mois", 0, 1)
            with Browsing(crowd) as browsing, Watch() as waits:
                closed = work.submit(_closed, folder).result()
            listener("Clôture du mois", 1, 1)
            # After the month and not before it: the pages then hold as much as they did at its end.
            with Browsing(crowd) as alone:
                alone.wait(wanted.control_seconds)
            listener("Pages seules", 1, 1)
            figures = _told(wanted, closed, browsing.visits, alone.visits)
            figures = replace(figures, server_peak_rss_mb=sites.peak_rss_mb(), waits=waits.told())
        if not figures.holds:
            # What the sites said of it: they are gone with their folder.
            print(log.read_text(encoding="utf-8", errors="replace")[-4_000:], file=sys.stderr)
        return figures


def _closed(folder: str) -> _Closed:
    from palier.bench.month import MAKES, Lived, acting_as, begin, live_month
    from palier.ledger.models import Period

    lived = Lived(folder=Path(folder))
    begin(lived)
    started = time.perf_counter()
    live_month(MONTH, lived)
    ended = time.perf_counter()
    with acting_as(MAKES):
        is_closed = Period.objects.filter(month=MONTH.first_day, state="CLOSED").exists()
    return _Closed(
        spans=lived.spans,
        total_seconds=ended - started,
        counts=dict(lived.counts),
        is_closed=is_closed,
        peak_rss_mb=peak_rss_mb(),
    )


def _told(wanted: Wanted, closed: _Closed, visits: Sequence[Visit], alone: Sequence[Visit]) -> CloseBench:
    first, last = closed.spans[0][1], closed.spans[-1][2]
    during = [visit for visit in visits if visit.started + visit.milliseconds / 1_000 > first and visit.started < last]
    overall, control = told(during), told(alone)
    p95, control_p95 = times(during)["p95_ms"], times(alone)["p95_ms"]
    stages = list(dict.fromkeys(name for name, _, _ in closed.spans))
    return CloseBench(
        dwellings=wanted.dwellings,
        agents=wanted.agents,
        seed=wanted.seed,
        think_seconds=wanted.think_seconds,
        seconds={
            stage: round(sum(end - start for name, start, end in closed.spans if name == stage), 2) for stage in stages
        },
        total_seconds=round(closed.total_seconds, 1),
        bills=closed.counts["bills"],
        debits=closed.counts.get("debits", 0),
        rejects=closed.counts.get("rejects", 0),
        aid_rows=closed.counts.get("aided", 0),
        statement_entries=closed.counts.get("entries", 0),
        month_closed=closed.is_closed,
        pages=len(during),
        errors=int(str(overall["errors"])),
        p95_ms=p95,
        control_p95_ms=control_p95,
        p95_ratio=round(p95 / max(control_p95, 0.1), 2),
        during=overall,
        by_stage={stage: times(_beside(stage, closed, during)) for stage in stages},
        control=control,
        close_peak_rss_mb=closed.peak_rss_mb,
    )


def _beside(stage: str, closed: _Closed, visits: Sequence[Visit]) -> list[Visit]:
    """The pages that were waited for while that stage ran."""
    return [
        visit
        for visit in visits
        if any(
            name == stage and visit.started < end and visit.started + visit.milliseconds / 1_000 > start
            for name, start, end in closed.spans
        )
    ]
