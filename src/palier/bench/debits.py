"""`palier bench debits`: the debits of a sealed month drafted, written and held against their schema."""

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
from palier.bench.memory import peak_rss_mb
from palier.foundation.home import home_of
from palier.foundation.postgres import ensure_running

Listener = Callable[[str, int, int], None]

# Every lease of the landlord pays by direct debit here: those of the demonstration that do not are given the mandate of
# one that does. Their notices are frozen as the month freezes them, data only.
_EVERYONE_DEBITED = (
    """INSERT INTO banking_sepamandate
           (reference, account_id, residence_id, holder_name, iban_sealed, iban_digest, iban_last4, bic, creditor_id,
            signed_on, debit_day, notice_days, last_used_on, ended_why)
       SELECT 'MESURE-' || l.id, l.account_id, l.residence_id, m.holder_name, m.iban_sealed, m.iban_digest,
              m.iban_last4, '', '', m.signed_on, m.debit_day, m.notice_days, m.last_used_on, ''
       FROM leases_lease AS l,
            (SELECT * FROM banking_sepamandate WHERE last_used_on IS NOT NULL ORDER BY id LIMIT 1) AS m
       WHERE NOT EXISTS (SELECT FROM banking_sepamandate AS k WHERE k.account_id = l.account_id)""",
    """UPDATE leases_lease AS l SET payment_mode = 'PRELEVEMENT', mandate_reference = m.reference, debit_day = 5,
              iban_last4 = m.iban_last4
       FROM banking_sepamandate AS m WHERE m.account_id = l.account_id AND l.payment_mode <> 'PRELEVEMENT'""",
    "ANALYZE",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitsBench:
    """Figures of one run. Seconds are wall time, schema check and commit included; memory is that of the process."""

    leases: int
    debits: int
    set_aside: int
    draft_seconds: float
    file_seconds: float
    seconds: float
    file_mb: int
    again_created: int
    peak_rss_mb: int


def run(dwellings: int, *, listener: Listener) -> DebitsBench:
    """Build the landlord when it is missing, seal and announce a month on a copy of it, then measure its debits."""
    name = prepared(dwellings, listener=listener)
    with cloned(name):
        listener("Mandats", 0, 1)
        server = ensure_running(home_of(os.environ))
        with psycopg.connect(server.administrator_conninfo(), autocommit=True) as apart:
            for statement in _EVERYONE_DEBITED:
                apart.execute(statement)
        # Fresh processes: the memory told is that of the debits alone.
        listener("Mois scellé et avis figés", 0, 1)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            pool.submit(_seal).result()
        listener("Prélèvements", 0, 1)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            return pool.submit(_measure).result()


def _seal() -> None:
    """The month as the commands do it, its notices frozen and not made."""
    import django

    django.setup()
    from django.db import connections

    from palier.foundation.clock import now
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.quittancement.models import Anomaly
    from palier.quittancement.operations.compute import compute_run
    from palier.quittancement.operations.notices import freeze_block
    from palier.quittancement.operations.review import review_run
    from palier.quittancement.operations.seal import seal_run

    with batch(Batch.RENT, operator="bench", motive="MESURE", command="bench debits", agent_id=1) as reading:
        run_ = compute_run(month=MONTH, by=1, at=now())
        Anomaly.objects.filter(run=run_, verdict="TO_SEE").update(verdict="JUSTIFIED", seen_by=1, seen_at=now())
        review_run(run_id=run_.pk, actor=reading.actor, at=now())
    with batch(Batch.RENT, operator="bench", motive="MESURE", command="bench debits", agent_id=2) as reading:
        seal_run(run_id=run_.pk, actor=reading.actor, at=now())
    looked_at = 1
    while looked_at:
        with batch(Batch.MAIL, operator="bench", motive="MESURE", command="bench debits", agent_id=1):
            looked_at = freeze_block(run_id=run_.pk, at=now())
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    connections.close_all()


def _measure() -> DebitsBench:
    """Draft and write, as the command does: batch role, row security, journal, progress, schema."""
    import django

    django.setup()
    from palier.banking.operations.debit_file import write_debit_file
    from palier.banking.operations.debits import draft_debits
    from palier.foundation import jobs
    from palier.foundation.clock import now
    from palier.leases.models import Lease
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with tempfile.TemporaryDirectory(prefix="palier-bench-") as folder:
        path = Path(folder) / "prelevements.xml"
        started = time.perf_counter()
        with (
            jobs.progress(f"debits:{MONTH}", MONTH.label_fr()) as shown,
            batch(Batch.RENT, operator="bench", motive="MESURE", command="bench debits", agent_id=1) as reading,
        ):
            drafted = draft_debits(month=MONTH, actor=reading.actor, at=now(), progress=shown)
            done_draft = time.perf_counter()
            run_ = write_debit_file(run_id=drafted.run.pk, path=path, at=now(), by_command=True, progress=shown)
        ended = time.perf_counter()
        peak = peak_rss_mb()
        with batch(Batch.RENT, operator="bench", motive="MESURE", command="bench debits", agent_id=1) as reading:
            again = draft_debits(month=MONTH, actor=reading.actor, at=now())
            leases = Lease.objects.count()
        return DebitsBench(
            leases=leases,
            debits=run_.count,
            set_aside=run_.set_aside_count,
            draft_seconds=round(done_draft - started, 2),
            file_seconds=round(ended - done_draft, 2),
            seconds=round(ended - started, 2),
            file_mb=path.stat().st_size // 1_000_000,
            again_created=again.created,
            peak_rss_mb=peak,
        )
