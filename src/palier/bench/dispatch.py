"""`palier bench dispatch`: a month's notices routed, made, put in lots and taken out, by the product's own path.

Three tenants in ten agreed to their own space, the others get paper. Measured apart: until every notice is visible in
« Mes documents », until its PDF is made, until the lots are made, until they are on the disk with their manifests. Then
the marks of some sheets are read back.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
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
_MARKS = 20
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
    # Sheets spread over the lots, drawn as a scanner sees them, whose control mark says what it should.
    marks_asked: int
    marks_read: int
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
    told = [_Manifest.read(folder / f"{number}.json") for number in taken.lots]
    papers, sheets = sum(each.papers for each in told), sum(each.sheets for each in told)
    asked = _spread(told)
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
        marks_asked=len(asked),
        marks_read=sum(_is_read(folder, page, mark) for page, mark in asked),
        holds=(papers, sheets, taken.papers) == (paper, taken.sheets, paper),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """One manifest as it was written beside its lot: its sheets, each the mark that it should bear, in their order."""

    lot: str
    index_pages: int
    papers: int
    sheets: int
    marks: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "_Manifest":
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            lot=told["lot"],
            index_pages=told["pages_de_liste"],
            papers=told["papiers"],
            sheets=told["feuilles"],
            marks=tuple(
                f"{told['lot']};{fold['rang']};{sheet};{fold['feuilles']}"
                for fold in told["plis"]
                for sheet in range(1, fold["feuilles"] + 1)
            ),
        )


def _spread(told: Sequence[_Manifest]) -> list[tuple[int, str]]:
    """Some sheets of all the lots, evenly: their page in the PDF of their lot, from 0, and their mark."""
    every = [(each.index_pages + place, mark) for each in told for place, mark in enumerate(each.marks)]
    wanted = min(_MARKS, len(every))
    return [every[rank * len(every) // wanted] for rank in range(wanted)]


def _is_read(folder: Path, page: int, mark: str) -> bool:
    """True when a scanner of 150 points an inch reads this mark on this page of its lot, and no other."""
    import pypdfium2
    import zxingcpp

    with pypdfium2.PdfDocument(folder / f"{mark.split(';')[0]}.pdf") as lot:
        picture = lot[page].render(scale=150 / 72).to_pil()
    found = zxingcpp.read_barcodes(picture)
    return [code.text for code in found if code.format == zxingcpp.BarcodeFormat.DataMatrix] == [mark]


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
