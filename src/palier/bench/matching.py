"""`palier bench matching`: so many applications imported, then scored, matched with dwellings, simulated on a new grid.

The file is made before the clock starts; what is measured runs as the product does: batch role, row security, journal.
"""

import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import psycopg

from palier.bench.landlord import cloned, prepared
from palier.bench.memory import peak_rss_mb
from palier.foundation.home import home_of
from palier.foundation.postgres import ensure_running

Listener = Callable[[str, int, int], None]
Figures = TypeVar("Figures")

_ON = date(2026, 11, 23)
# Another seed than the demonstration's own, whose numbers are taken.
_SEED = 300
_FIRST_RANK = 1_000
# Dwellings announced as vacant, over the stock.
_MATCHED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingBench:
    """Figures of one measure. Seconds are wall time, commit included."""

    applications: int
    file_mb: int
    import_seconds: float
    import_again_seconds: float
    again_created: int
    score_seconds: float
    match_p50_ms: float
    match_p95_ms: float
    matched_dwellings: int
    grid_simulation_seconds: float
    import_peak_rss_mb: int
    peak_rss_mb: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What the process that imports says of itself."""

    created: int
    seconds: float
    again_created: int
    again_seconds: float
    peak_rss_mb: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the process that scores, matches and simulates says of itself."""

    score_seconds: float
    simulation_seconds: float
    match_seconds: tuple[float, ...]
    peak_rss_mb: int


def run(applications: int, *, dwellings: int, listener: Listener) -> MatchingBench:
    """Build the landlord when it is missing, then measure on a copy of it."""
    name = prepared(dwellings, listener=listener)
    with cloned(name), tempfile.TemporaryDirectory(prefix="palier-bench-") as folder:
        path = Path(folder) / "demandes.xml"
        server = ensure_running(home_of(os.environ))
        with psycopg.connect(server.administrator_conninfo(), autocommit=True) as apart:
            _write(path, applications, apart)
            listener("Import des demandes", 0, applications)
            imported = _apart(_import, str(path))
            listener("Import des demandes", applications, applications)
            apart.execute("ANALYZE")
            listener("Points, rapprochements et essai d’une grille", 0, 1)
            examined = _apart(_examine, "")
            listener("Points, rapprochements et essai d’une grille", 1, 1)
        file_mb = path.stat().st_size // 1_000_000
    return MatchingBench(
        applications=imported.created,
        file_mb=file_mb,
        import_seconds=imported.seconds,
        import_again_seconds=imported.again_seconds,
        again_created=imported.again_created,
        score_seconds=round(examined.score_seconds, 2),
        match_p50_ms=_at_share(examined.match_seconds, 0.5),
        match_p95_ms=_at_share(examined.match_seconds, 0.95),
        matched_dwellings=len(examined.match_seconds),
        grid_simulation_seconds=round(examined.simulation_seconds, 2),
        import_peak_rss_mb=imported.peak_rss_mb,
        peak_rss_mb=max(imported.peak_rss_mb, examined.peak_rss_mb),
    )


def _apart(work: Callable[[str], Figures], told: str) -> Figures:
    """Do it in a fresh process: its memory is that of the work alone."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, told).result()


def _at_share(seconds: tuple[float, ...], share: float) -> float:
    """In milliseconds, how long the fastest of that share of them took at most."""
    ordered = sorted(seconds)
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


def _examine(_: str) -> Examined:
    """Score the stock, match dwellings by their scores, try another grid: in the order of a landlord's day."""
    import django

    django.setup()
    from palier.bench.matching_dwellings import match_times
    from palier.bench.matching_scores import score_seconds, simulation_seconds

    scored = score_seconds()
    matched = tuple(match_times(_MATCHED))
    simulated = simulation_seconds()
    return Examined(
        score_seconds=scored, simulation_seconds=simulated, match_seconds=matched, peak_rss_mb=peak_rss_mb()
    )


def _write(path: Path, applications: int, apart: psycopg.Connection) -> None:
    from palier.demo.applications import Setting, demandes, write_exchange

    communes = apart.execute(
        """SELECT commune, min(zone_ceiling) FROM estate_residence WHERE commune <> ''
           GROUP BY commune ORDER BY commune"""
    ).fetchall()
    setting = Setting(communes=communes, on=_ON, seed=_SEED)
    write_exchange(path, demandes(applications, setting, first=_FIRST_RANK), on=_ON)


def _import(path: str) -> Imported:
    """Import as the command does, then the same file again."""
    import django

    django.setup()
    from palier.demandes.operations.import_file import import_file
    from palier.foundation.clock import now
    from palier.foundation.tabular.outcome import Outcome
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    def imported() -> tuple[Outcome, float]:
        began = time.perf_counter()
        with batch(Batch.IMPORT, operator="bench", motive="MESURE", command="bench matching"):
            outcome = import_file(Path(path), created_by=0, at=now())
        return outcome, round(time.perf_counter() - began, 2)

    first, seconds = imported()
    peak = peak_rss_mb()
    again, again_seconds = imported()
    return Imported(
        created=first.created,
        seconds=seconds,
        again_created=again.created,
        again_seconds=again_seconds,
        peak_rss_mb=peak,
    )
