"""`palier bench payslips`: one file of invented payslips taken in whole by the product's own path, then forgotten.

The employees, the batch and the rows are written by one transaction that is undone at the end; the documents go to a
folder of their own.
"""

import random
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from django.db import transaction

from palier.demo.pay_papers import LAYOUT, InventedSlip, pay_file
from palier.foundation.clock import now
from palier.foundation.jobs import Listener
from palier.foundation.periods import Month
from palier.foundation.tabular.reading import open_table
from palier.mail.store import DocumentStore
from palier.payroll.models import Payslip, Quarantined, SealedPages
from palier.payroll.operations.batches import GivenBatch, import_batch, undo_batch
from palier.payroll.operations.layouts import declare_layout
from palier.payroll.operations.register import import_register
from palier.payroll.pay_file import open_pay_file
from palier.payroll.queries import counts_of
from palier.payroll.rules.splitting import split
from palier.privacy.actor import BY_COMMAND, batch
from palier.privacy.declare import Batch

_MONTH: Final = Month(2026, 11)
# One payslip in fifty has two pages, one in a hundred is of a number that the register does not know.
_TWO_PAGES, _STRANGERS = 50, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PayslipsBench:
    """Figures of one run. Seconds of reading and splitting alone, then of the whole import; amounts in cents."""

    pages: int
    payslips: int
    quarantined: int
    megabytes: float
    split_seconds: float
    import_seconds: float
    pages_per_second: float
    # Payslips and pages set aside whose sealed bytes open to their digest.
    opened: int
    net_cents: int
    told_net_cents: int
    totals_equal: bool
    # What a batch undone before its release leaves of its payslips and pages.
    left_once_undone: int

    @property
    def holds(self) -> bool:
        """Every amount agrees, every paper opens, and undoing the batch leaves nothing of it."""
        return self.totals_equal and self.opened == self.payslips + self.quarantined and not self.left_once_undone


def run(pages: int, *, operator: str, seed: int = 2026, listener: Listener | None = None) -> PayslipsBench:
    """Take in a file of about `pages` pages. Needs a database; leaves nothing in it but the line of the journal."""
    slips = _invented(pages, seed)
    content = pay_file(slips, month=_MONTH.label_fr())
    numbers = [slip.number for slip in slips if not slip.number.startswith("X")]
    started = time.perf_counter()
    with open_pay_file(content) as file:
        found = split(file.texts, LAYOUT, known=numbers)
    split_seconds = time.perf_counter() - started
    with (
        tempfile.TemporaryDirectory(prefix="palier-bench-") as folder,
        batch(Batch.PAYROLL, operator=operator, motive="MESURE", command="bench payslips"),
        transaction.atomic(),
    ):
        place = Path(folder)
        _register(place, numbers)
        declare_layout(LAYOUT, by=BY_COMMAND, at=now())
        given = GivenBatch(content=content, name="mesure.pdf", month=_MONTH, issued_on=date(2026, 11, 30))
        started = time.perf_counter()
        store = DocumentStore(place / "documents")
        kept = import_batch(given, store=store, by=BY_COMMAND, at=now(), listener=listener)
        import_seconds = time.perf_counter() - started
        counts = counts_of(kept.pk)
        rows = (*Payslip.objects.filter(batch=kept), *Quarantined.objects.filter(batch=kept))
        opened = sum(_opens(row, store) for row in rows)
        undo_batch(batch_id=kept.pk, by=BY_COMMAND, at=now())
        left = Payslip.objects.filter(batch=kept).count() + Quarantined.objects.filter(batch=kept).count()
        transaction.set_rollback(True)
    told = found.totals.net_cents if found.totals and found.totals.net_cents else 0
    return PayslipsBench(
        pages=kept.pages,
        payslips=counts.own_space + counts.paper,
        quarantined=counts.aside,
        megabytes=round(len(content) / 1_000_000, 1),
        split_seconds=round(split_seconds, 2),
        import_seconds=round(import_seconds, 2),
        pages_per_second=round(kept.pages / import_seconds, 1),
        opened=opened,
        left_once_undone=left,
        net_cents=kept.found_net_cents,
        told_net_cents=told,
        totals_equal=kept.agrees and kept.found_net_cents == told,
    )


def _opens(row: SealedPages, store: DocumentStore) -> bool:
    return len(store.open(row.kept)) == row.byte_count


def _invented(pages: int, seed: int) -> list[InventedSlip]:
    draw = random.Random(seed)
    slips: list[InventedSlip] = []
    # The last page is that of the totals.
    left = max(2, pages) - 1
    while left > 0:
        rank = len(slips)
        is_long = rank % _TWO_PAGES == 0 and left > 1
        prefix = "X" if rank % _STRANGERS == 1 else "M"
        slips.append(
            InventedSlip(
                number=f"{prefix}{rank:05d}", gross_cents=draw.randrange(180_000, 520_000), has_second_page=is_long
            )
        )
        left -= 2 if is_long else 1
    return slips


def _register(folder: Path, numbers: list[str]) -> None:
    lines = ["matricule;nom;prenom;adresse_travail;entree;information_le;information_par"]
    lines += [f"{number};Exemple {number};Camille;Siège;2015-01-01;2020-01-01;remise" for number in numbers]
    path = folder / "registre.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    import_register(open_table(path))
