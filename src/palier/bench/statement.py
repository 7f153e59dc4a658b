"""`palier bench statement`: a bank statement of one transfer a lease, imported, matched and settled as in real life."""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import psycopg

from palier.bench.bank_files import payer_iban
from palier.bench.landlord import cloned, prepared
from palier.bench.memory import peak_rss_mb
from palier.demo.bank_papers import Transfer, write_transfers
from palier.foundation.home import home_of
from palier.foundation.postgres import ensure_running

Listener = Callable[[str, int, int], None]

_ON = date(2026, 11, 10)
# How tenants fill the wording of a transfer, out of a thousand: the reference of the notice, the lease, or neither.
_WITH_REFERENCE, _WITH_LEASE = 955, 25


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementBench:
    """Figures of one import. Seconds are wall time, reading of the file and commit included."""

    entries: int
    created: int
    matched: int
    to_review: int
    matched_percent: float
    seconds: float
    cpu_seconds: float
    peak_rss_mb: int
    again_created: int
    bank_agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the process that imports says of itself."""

    created: int
    matched: int
    seconds: float
    cpu_seconds: float
    peak_rss_mb: int
    again_created: int


def run(dwellings: int, *, listener: Listener) -> StatementBench:
    """Build the landlord when it is missing, then measure on a copy of it."""
    name = prepared(dwellings, listener=listener)
    with cloned(name), tempfile.TemporaryDirectory(prefix="palier-bench-") as folder:
        path = Path(folder) / "releve.xml"
        server = ensure_running(home_of(os.environ))
        with psycopg.connect(server.administrator_conninfo()) as apart:
            iban = str(_one(apart, "SELECT iban FROM estate_landlord"))
            before = _bank_cents(apart)
            entries, total = _write(path, apart, iban)
            apart.execute("ANALYZE")
            apart.commit()
            listener("Import du relevé", 0, 1)
            # A fresh process: its memory is that of the import alone.
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                measured = pool.submit(_measure, str(path)).result()
            listener("Import du relevé", 1, 1)
            agrees = _bank_cents(apart) - before == total
    return StatementBench(
        entries=entries,
        created=measured.created,
        matched=measured.matched,
        to_review=measured.created - measured.matched,
        matched_percent=round(100 * measured.matched / max(measured.created, 1), 2),
        seconds=round(measured.seconds, 2),
        cpu_seconds=round(measured.cpu_seconds, 2),
        peak_rss_mb=measured.peak_rss_mb,
        again_created=measured.again_created,
        bank_agrees=agrees,
    )


def _measure(path: str) -> Measured:
    """Import as the command does: batch role, row security, journal; then the same file again."""
    import django

    django.setup()
    from palier.banking.operations.statements import Imported, import_statement
    from palier.foundation.clock import now
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    def imported() -> Imported:
        with batch(Batch.IMPORT, operator="bench", motive="MESURE", command="bench statement"):
            return import_statement(Path(path), name="releve.xml", by=1, at=now())

    began, at_work = time.perf_counter(), time.process_time()
    first = imported()
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - at_work
    peak = peak_rss_mb()
    return Measured(
        created=first.created,
        matched=first.matched,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        peak_rss_mb=peak,
        again_created=imported().created,
    )


def _write(path: Path, apart: psycopg.Connection, iban: str) -> tuple[int, int]:
    """A statement with one transfer for each account; how many, and their total in cents."""
    rows = apart.execute(
        """SELECT a.reference, l.reference, coalesce(sum(p.amount_cents), 0)::bigint
           FROM leases_lease AS l JOIN ledger_account AS a ON a.id = l.account_id
           LEFT JOIN ledger_posting AS p ON p.account_id = a.id
           GROUP BY l.id, a.reference, l.reference ORDER BY l.id"""
    ).fetchall()
    drawn = random.Random(20)

    def transfers() -> Iterator[Transfer]:
        for number, (reference, lease, owed) in enumerate(rows):
            place = drawn.randrange(1_000)
            said = f"LOYER {reference}" if place < _WITH_REFERENCE else f"BAIL {lease}"
            yield Transfer(
                cents=owed if owed > 0 else 10_000,
                on=_ON,
                bank_reference=f"B{number:09d}",
                wording=said if place < _WITH_REFERENCE + _WITH_LEASE else "LOYER NOVEMBRE",
                payer_name=f"Locataire {number}",
                payer_iban=payer_iban(number),
            )

    return len(rows), write_transfers(path, iban, transfers())


def _bank_cents(apart: psycopg.Connection) -> int:
    return int(
        str(
            _one(
                apart,
                """SELECT coalesce(sum(p.amount_cents), 0) FROM ledger_posting AS p
                   JOIN ledger_account AS a ON a.id = p.account_id WHERE a.code = 'BNQ-COURANT'""",
            )
        )
    )


def _one(apart: psycopg.Connection, statement: str) -> object:
    # The statements are those of this file.
    row = apart.execute(statement).fetchone()
    if row is None:
        raise LookupError(statement)
    return row[0]
