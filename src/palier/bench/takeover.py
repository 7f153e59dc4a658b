"""`palier bench takeover`: a landlord leaves a fictional old suite, by the product's own path, in an empty database."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
from psycopg import sql

from palier.bench.memory import peak_rss_mb
from palier.bench.old_suite import FIRST, IRL_AFTER, IRL_BEFORE, REVISED_ON, Export, write_export
from palier.foundation.errors import Refusal
from palier.foundation.home import home_of
from palier.foundation.postgres import ensure_running, provision
from palier.foundation.postgres.address import role_prefix_of
from palier.foundation.tabular.checking import Remark

Listener = Callable[[str, int, int], None]
_DATABASE = "palier_bench_takeover"


class TakeoverRefused(Refusal):
    """La reprise de l’export fictif a refusé {count} lignes de {file} : ligne {line}, {reason}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """Figures of one move. Seconds are wall time, commits included; a cause gives [lines, cents]."""

    dwellings: int
    lines: int
    estate_seconds: float
    leases_seconds: float
    accounts_seconds: float
    parallel_seconds: float
    peak_rss_mb: int
    sheet_agrees: bool
    balances_in_cents: int
    balances_out_cents: int
    planted: Mapping[str, list[int]]
    found: Mapping[str, list[int]]
    is_every_fault_found_and_nothing_else: bool


def run(dwellings: int, *, listener: Listener) -> TakenOver:
    """Move a landlord of that size into a database of its own, dropped afterwards."""
    with _empty_database(), tempfile.TemporaryDirectory(prefix="palier-takeover-") as folder:
        listener("Export de l’ancien logiciel", 0, 1)
        export = write_export(Path(folder), dwellings=dwellings, seed=1)
        listener("Export de l’ancien logiciel", 1, 1)
        return move_in(export, listener=listener)


def move_in(export: Export, *, listener: Listener) -> TakenOver:
    """Take the export over in the database that is open: stock, leases, accounts; revise; compare twelve months."""
    from palier.estate.operations import files as estate_files
    from palier.foundation.clock import now
    from palier.leases.operations import files as lease_files
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.takeover.operations import files
    from palier.takeover.operations.compare import compare
    from palier.takeover.queries.comparisons import causes_of
    from palier.takeover.queries.sheets import sheet_lines

    seconds: dict[str, float] = {}
    with batch(Batch.IMPORT, operator="bench", motive="MESURE", command="bench takeover"):
        with _timed(seconds, "estate"):
            outcome = estate_files.import_file(export.estate, layout=estate_files.PALIER, created_by=0, at=now())
        _require_whole(outcome.refused, outcome.refusals, export.estate)
        with _timed(seconds, "leases"):
            outcome = lease_files.import_file(export.leases, created_by=0, at=now())
        _require_whole(outcome.refused, outcome.refusals, export.leases)
    with batch(Batch.IMPORT, operator="bench", motive="MESURE", command="bench takeover"):
        _revise()
    with _timed(seconds, "accounts"), batch(Batch.IMPORT, operator="bench", motive="MESURE", command="bench takeover"):
        taken = files.import_file(export.accounts, created_by=0, at=now())
        _require_whole(taken.outcome.refused, taken.outcome.refusals, export.accounts)
        lines = [] if taken.sheet is None else sheet_lines(taken.sheet.pk)
    with _timed(seconds, "parallel"), batch(Batch.RENT, operator="bench", motive="MESURE", command="bench takeover"):
        done = compare(export.lines, file_name="lignes.csv", first=FIRST, by=0, at=now(), listener=listener)
        causes = causes_of(done.comparison.pk)
    planted = {cause: [fault.lines, fault.cents] for cause, fault in export.planted.items()}
    found = {each.cause: [each.line_count, each.over_cents - each.under_cents] for each in causes}
    return TakenOver(
        dwellings=export.dwellings,
        lines=export.line_count,
        estate_seconds=seconds["estate"],
        leases_seconds=seconds["leases"],
        accounts_seconds=seconds["accounts"],
        parallel_seconds=seconds["parallel"],
        peak_rss_mb=peak_rss_mb(),
        sheet_agrees=bool(lines) and all(line.agrees for line in lines),
        balances_in_cents=sum(line.file_cents for line in lines if line.kind == "BALANCE"),
        balances_out_cents=sum(line.taken_cents for line in lines if line.kind == "BALANCE"),
        planted=planted,
        found=found,
        is_every_fault_found_and_nothing_else=planted == dict(sorted(found.items())),
    )


def _revise() -> None:
    """The revision of January, as Palier's own rule gives it, on the leases that were running."""
    from palier.foundation.staging import insert_rows
    from palier.leases.models import Term
    from palier.quittancement.rules.revision import revised_rent

    rents = Term.objects.filter(kind="RENT", first_day__lt=REVISED_ON, last_day=None)
    rows = list(rents.values_list("lease_id", "residence_id", "label", "amount_cents"))
    rents.update(last_day=REVISED_ON - timedelta(days=1))
    insert_rows(
        "leases_term",
        ("lease_id", "residence_id", "kind", "label", "amount_cents", "basis", "first_day"),
        (
            (
                *(lease_id, residence_id, "RENT", label),
                revised_rent(rent_cents=cents, reference=IRL_BEFORE, new=IRL_AFTER),
                *("", REVISED_ON),
            )
            for lease_id, residence_id, label, cents in rows
        ),
    )


def _require_whole(refused: int, refusals: list[Remark], file: Path) -> None:
    if refused:
        raise TakeoverRefused(count=refused, file=file.name, line=refusals[0].line, reason=refusals[0].reason)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - started, 2)


@contextmanager
def _empty_database() -> Iterator[None]:
    """A database of its own with tables and policy, the process set to it; dropped afterwards."""
    os.environ["PALIER_DATABASE"] = _DATABASE
    os.environ["PALIER_PROCESS"] = "work"
    server = ensure_running(home_of(os.environ))
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_DATABASE))
    with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as apart:
        apart.execute(drop)
        provision(server, prefix=role_prefix_of(os.environ))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palier.conf.settings")
        import django

        django.setup()
        from django.db import connections

        from palier.privacy.operations import install

        install()
        try:
            yield
        finally:
            connections.close_all()
            apart.execute(drop)
