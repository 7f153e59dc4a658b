"""`palier bench dispatch`: a month's notices routed, made, put in lots and taken out, by the product's own path.

Three tenants in ten agreed to their own space, the others get paper. Measured apart: until every notice is visible in
« Mes documents », until its PDF is made, until the lots are made, until they are on the disk with their manifests.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import psycopg

from palier.bench.landlord import MONTH, cloned, prepared
from palier.foundation.home import home_of
from palier.foundation.postgres import ensure_running

Listener = Callable[[str, int, int], None]

_OPERATOR = "bench"
# Whatever the demonstration drew: three leases in ten, by their number.
_AGREE = (
    "SET session_replication_role = replica",
    "DELETE FROM leases_consent",
    """INSERT INTO leases_consent
           (lease_id, residence_id, person_id, family, word, said_on, means, text_version, text_sha256, kept_at)
       SELECT l.id, l.residence_id, o.person_id, 'NOTICES', 'GIVEN', '2026-01-02', 'TAKEOVER', 0, '', '2026-01-02'
       FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id AND o.role IN ('HOLDER', 'COHOLDER')
       WHERE l.id % 10 < 3""",
    "SET session_replication_role = origin",
    "ANALYZE",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchBench:
    """Figures of one run; wall time. `holds`: the manifests add up to the lots, and every paper is in one."""

    notices: int
    own_space: int
    paper: int
    visible_seconds: float
    pdf_minutes: float
    lots: int
    lots_seconds: float
    taken_out_minutes: float
    sheets: int
    manifest_papers: int
    manifest_sheets: int
    lots_mb: int
    holds: bool


def run(dwellings: int, *, listener: Listener) -> DispatchBench:
    """Build the landlord when it is missing, seal a month on a copy of it, then measure what leaves."""
    name = prepared(dwellings, listener=listener)
    with cloned(name):
        listener("Accords en ligne", 0, 1)
        server = ensure_running(home_of(os.environ))
        with psycopg.connect(server.administrator_conninfo(), autocommit=True) as apart:
            for statement in _AGREE:
                apart.execute(statement)
        listener("Mois scellé, puis mesuré", 0, 1)
        # A fresh process: this one still looks at the landlord that was copied.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(_measured).result()


def _sealed() -> int:
    from palier.foundation.clock import now
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.quittancement.models import Anomaly
    from palier.quittancement.operations.compute import compute_run
    from palier.quittancement.operations.review import review_run
    from palier.quittancement.operations.seal import seal_run

    with batch(Batch.RENT, operator=_OPERATOR, motive="MESURE", command="bench dispatch", agent_id=1) as reading:
        found = compute_run(month=MONTH, by=1, at=now())
        Anomaly.objects.filter(run=found, verdict="TO_SEE").update(verdict="JUSTIFIED", seen_by=1, seen_at=now())
        review_run(run_id=found.pk, actor=reading.actor, at=now())
    with batch(Batch.RENT, operator=_OPERATOR, motive="MESURE", command="bench dispatch", agent_id=2) as reading:
        seal_run(run_id=found.pk, actor=reading.actor, at=now())
    return int(found.pk)


def _measured() -> DispatchBench:
    import django

    django.setup()
    run_id = _sealed()
    with tempfile.TemporaryDirectory(prefix="palier-bench-") as folder:
        return _sent(run_id, Path(folder))


def _sent(run_id: int, folder: Path) -> DispatchBench:
    from palier.dispatch.operations.lots import make_print_lots
    from palier.dispatch.operations.taking_out import take_out_all
    from palier.foundation import jobs
    from palier.foundation.clock import now
    from palier.mail.models import NOTICE_KIND
    from palier.privacy.actor import BY_COMMAND
    from palier.quittancement.operations.issuing import render_kind

    started = time.perf_counter()
    own_space, paper = _routed(run_id)
    visible = time.perf_counter()
    with jobs.progress(f"bench:{MONTH}", MONTH.label_fr()) as shown:
        render_kind(MONTH, NOTICE_KIND, "PDF des avis", _OPERATOR, None, shown)
    made = time.perf_counter()
    lots = make_print_lots(by=BY_COMMAND, operator=_OPERATOR, agent_id=None, at=now(), month=MONTH)
    put = time.perf_counter()
    taken = take_out_all(folder, by=BY_COMMAND, operator=_OPERATOR, agent_id=None, at=now(), listener=_unheard)
    ended = time.perf_counter()
    told = [json.loads((folder / f"{number}.json").read_text(encoding="utf-8")) for number in lots]
    papers, sheets = (sum(each[name] for each in told) for name in ("papiers", "feuilles"))
    return DispatchBench(
        notices=own_space + paper,
        own_space=own_space,
        paper=paper,
        visible_seconds=round(visible - started, 1),
        pdf_minutes=round((made - visible) / 60, 2),
        lots=len(lots),
        lots_seconds=round(put - made, 1),
        taken_out_minutes=round((ended - put) / 60, 2),
        sheets=taken.sheets,
        manifest_papers=papers,
        manifest_sheets=sheets,
        lots_mb=sum(path.stat().st_size for path in folder.glob("*.pdf")) // 1_000_000,
        holds=(papers, sheets, taken.papers) == (paper, taken.sheets, paper),
    )


def _unheard(_phase: str, _done: int, _total: int) -> None:
    """Nobody listens to a measure."""


def _routed(run_id: int) -> tuple[int, int]:
    """The notices frozen and routed: those of the own space are then visible. How many on line, on paper."""
    from palier.dispatch.models import Sending
    from palier.dispatch.operations.routing import route
    from palier.foundation.clock import now
    from palier.mail.models import NOTICE_KIND
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.quittancement.operations.notices import freeze_block

    looked_at = 1
    while looked_at:
        with batch(Batch.MAIL, operator=_OPERATOR, motive="MESURE", command="bench dispatch", agent_id=1):
            looked_at = freeze_block(run_id=run_id, at=now())
    with batch(Batch.MAIL, operator=_OPERATOR, motive="MESURE", command="bench dispatch", agent_id=1):
        route(month=MONTH, kinds=(NOTICE_KIND,), at=now())
        found = Sending.objects.filter(month=MONTH.first_day, kind=NOTICE_KIND)
        return found.filter(channel="SPACE").count(), found.filter(channel="PRINT").count()
