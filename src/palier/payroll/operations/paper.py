"""The paper of a batch: one PDF for the payroll office, payslip after payslip, of those who have theirs on paper."""

import io

import pikepdf

from palier.foundation.errors import Refusal
from palier.mail.store import DocumentStore
from palier.payroll.models import PAPER, Payslip


class NothingOnPaper(Refusal):
    """Tous les bulletins de ce lot sont électroniques : rien à imprimer."""


def paper_lot(batch_id: int, *, store: DocumentStore) -> tuple[bytes, list[int]]:
    """The pages to print, by number, and the persons they are about. Raises NothingOnPaper."""
    rows = list(Payslip.objects.filter(batch_id=batch_id, route=PAPER).order_by("employee__number"))
    if not rows:
        raise NothingOnPaper
    with pikepdf.new() as lot:
        for row in rows:
            with pikepdf.open(io.BytesIO(store.open(row.kept))) as document:
                lot.pages.extend(document.pages)
        out = io.BytesIO()
        lot.save(out, deterministic_id=True)
    return out.getvalue(), [row.person_id for row in rows]
