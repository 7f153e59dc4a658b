"""`palier bench rent-run`: a month computed and sealed by the product's own path, beside a raw COPY of its bytes."""

import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import psycopg
from psycopg import sql

from palier.bench.landlord import MONTH, cloned, prepared
from palier.bench.memory import peak_rss_mb
from palier.foundation.home import home_of
from palier.foundation.postgres import ensure_running

Listener = Callable[[str, int, int], None]

_TABLES = {
    "quittancement_bill": "SELECT * FROM quittancement_bill WHERE run_id = {run}",
    "quittancement_line": "SELECT * FROM quittancement_line WHERE run_id = {run}",
    "ledger_entry": "SELECT * FROM ledger_entry WHERE id > {entry}",
    "ledger_posting": "SELECT * FROM ledger_posting WHERE entry_id > {entry}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RentRunBench:
    """Figures of one run. Seconds are wall time, commits included; memory is that of the process that computes."""

    leases: int
    lines: int
    postings: int
    compute_seconds: float
    seal_seconds: float
    seconds: float
    leases_per_second: int
    raw_copy_seconds: float
    ratio_to_raw_copy: float
    peak_rss_mb: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the process that computes and seals says of itself."""

    run_id: int
    last_entry_before: int
    leases: int
    lines: int
    compute_seconds: float
    seal_seconds: float
    peak_rss_mb: int


def run(dwellings: int, *, listener: Listener) -> RentRunBench:
    """Build the landlord when it is missing, then measure on a copy of it."""
    name = prepared(dwellings, listener=listener)
    with cloned(name):
        listener("Calcul et scellement", 0, 1)
        # A fresh process: its memory is that of the run alone.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            measured = pool.submit(_measure).result()
        listener("Calcul et scellement", 1, 1)
        listener("COPY brut des mêmes octets", 0, 1)
        postings, raw_seconds = _raw_copy(measured)
        listener("COPY brut des mêmes octets", 1, 1)
    seconds = measured.compute_seconds + measured.seal_seconds
    return RentRunBench(
        leases=measured.leases,
        lines=measured.lines,
        postings=postings,
        compute_seconds=round(measured.compute_seconds, 2),
        seal_seconds=round(measured.seal_seconds, 2),
        seconds=round(seconds, 2),
        leases_per_second=int(measured.leases / seconds),
        raw_copy_seconds=round(raw_seconds, 2),
        ratio_to_raw_copy=round(raw_seconds / seconds, 3),
        peak_rss_mb=measured.peak_rss_mb,
    )


def _measure() -> Measured:
    """Compute, review and seal, as the commands do: batch role, row security, journal, explanations, progress."""
    import django

    django.setup()
    from django.db import connection

    from palier.foundation import jobs
    from palier.foundation.clock import now
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.quittancement.models import Anomaly
    from palier.quittancement.operations.compute import compute_run
    from palier.quittancement.operations.review import review_run
    from palier.quittancement.operations.seal import seal_run

    started = time.perf_counter()
    with (
        jobs.progress(f"month:{MONTH}", MONTH.label_fr()) as shown,
        batch(Batch.RENT, operator="bench", motive="MESURE", command="bench rent-run"),
    ):
        run_ = compute_run(month=MONTH, by=1, at=now(), progress=shown)
    computed = time.perf_counter()
    with batch(Batch.RENT, operator="bench", motive="MESURE", command="bench rent-run", agent_id=1) as reading:
        Anomaly.objects.filter(run=run_, verdict="TO_SEE").update(verdict="JUSTIFIED", seen_by=1, seen_at=now())
        review_run(run_id=run_.pk, actor=reading.actor, at=now())
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(id), 0) FROM ledger_entry")
            (last_entry,) = cursor.fetchone()
    to_seal = time.perf_counter()
    with batch(Batch.RENT, operator="bench", motive="MESURE", command="bench rent-run", agent_id=2) as reading:
        seal_run(run_id=run_.pk, actor=reading.actor, at=now())
    return Measured(
        run_id=run_.pk,
        last_entry_before=last_entry,
        leases=run_.lease_count,
        lines=run_.line_count,
        compute_seconds=computed - started,
        seal_seconds=time.perf_counter() - to_seal,
        peak_rss_mb=peak_rss_mb(),
    )


def _raw_copy(measured: Measured) -> tuple[int, float]:
    """The postings written, and the seconds that PostgreSQL takes for the same bytes: same indexes, no trigger."""
    server = ensure_running(home_of(os.environ))
    facts = {"run": sql.Literal(measured.run_id), "entry": sql.Literal(measured.last_entry_before)}
    with (
        tempfile.TemporaryDirectory(prefix="palier-bench-") as folder,
        psycopg.connect(server.administrator_conninfo()) as apart,
    ):
        apart.execute("CREATE SCHEMA raw_copy")
        for table, query in _TABLES.items():
            selected = sql.SQL("COPY ({}) TO STDOUT").format(sql.SQL(query).format(**facts))
            with apart.cursor() as cursor, cursor.copy(selected) as copy, (Path(folder) / table).open("wb") as kept:
                for piece in copy:
                    kept.write(piece)
            apart.execute(
                sql.SQL("CREATE TABLE raw_copy.{0} (LIKE public.{0} INCLUDING ALL)").format(sql.Identifier(table))
            )
        apart.commit()
        counted = apart.execute(
            "SELECT count(*) FROM ledger_posting WHERE entry_id > %s", (measured.last_entry_before,)
        ).fetchone()
        apart.commit()
        started = time.perf_counter()
        for table in _TABLES:
            into = sql.SQL("COPY raw_copy.{} FROM STDIN").format(sql.Identifier(table))
            with apart.cursor() as cursor, cursor.copy(into) as copy, (Path(folder) / table).open("rb") as kept:
                while piece := kept.read(1 << 18):
                    copy.write(piece)
        apart.commit()
        seconds = time.perf_counter() - started
    return (counted[0] if counted else 0), seconds
