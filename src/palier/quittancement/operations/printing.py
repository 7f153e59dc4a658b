"""Quittances and reçus on paper: put in lots once, each lot one PDF with its index, taken out as often as needed.

Whoever accepted theirs on line gets none (loi du 6 juillet 1989, art. 21: paper unless the tenant agreed otherwise).
"""

from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.leases.models import Occupant
from palier.mail.documents import kept_of
from palier.mail.print_lot import LotPaper, bound, pages_of
from palier.mail.report import Grid, Notice, Report, Text, render_report
from palier.mail.sender import landlord_as_sender
from palier.mail.store import DocumentStore
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.quittancement.models import PrintLot
from palier.quittancement.queries.print_lots import WAITING, LotRow, PaperRow, lot_papers, print_lot, print_lots

COMMAND: Final = "lots à imprimer"
_READ: Final = ("IDENTITE", "BAIL", "DOCUMENTS")
# Some 12 MB: what a mail room folds in an hour, and what a page may make while someone waits.
_MOST_PAPERS: Final = 250
_FILL = f"""
WITH chosen AS (
    SELECT id, row_number() OVER (ORDER BY number) AS rank FROM (
        SELECT r.id, d.number {WAITING} ORDER BY d.number LIMIT {_MOST_PAPERS}
    ) AS w
)
UPDATE quittancement_receipt AS r SET print_lot_id = %(lot)s, print_rank = c.rank
FROM chosen AS c WHERE r.id = c.id
"""


class PrintLotNotFound(Refusal):
    """Ce lot n’existe pas : vérifiez son numéro, comme LOT-2026-000001."""


class LotNotAllSeen(Refusal):
    """Ce lot porte un papier que votre fonction ne voit pas, une adresse protégée par exemple : il se sort par la
    commande « palier rent print »."""


def make_print_lots(
    *, by: int, operator: str, agent_id: int | None, at: datetime, progress: Progress | None = None
) -> list[str]:
    """Put every paper that waits in lots; their numbers, none when nothing waits. A paper enters one lot, once.

    Opens its own transactions, one a lot: a kill leaves whole lots, and the next call goes on from there.
    """
    made: list[str] = []
    while True:
        with batch(
            Batch.MAIL, operator=operator, motive="QUITTANCES", command=COMMAND, agent_id=agent_id, categories=_READ
        ):
            number = _next_lot(by=by, at=at)
        if not number:
            return made
        made.append(number)
        if progress is not None:
            progress.at("Lots faits", len(made), len(made))


def lots_to_take_out(*, operator: str, agent_id: int | None) -> list[str]:
    """The lots that nobody took out yet, the first made first."""
    with batch(Batch.MAIL, operator=operator, motive="QUITTANCES", command=COMMAND, agent_id=agent_id, categories=()):
        return [lot.number for lot in reversed(print_lots()) if lot.taken_at is None]


def take_out_lot(number: str, *, operator: str, agent_id: int | None, at: datetime) -> tuple[bytes, list[PaperRow]]:
    """The PDF of one lot, whoever its papers are for. Opens its own transaction. Raises as `lot_pdf`."""
    with batch(
        Batch.MAIL, operator=operator, motive="QUITTANCES", command=COMMAND, agent_id=agent_id, categories=_READ
    ):
        return lot_pdf(number, at=at)


def lot_pdf(number: str, *, at: datetime) -> tuple[bytes, list[PaperRow]]:
    """One lot as one PDF, and its papers; the same lot gives the same sheets, but those that no longer hold.

    Inside `acting` or `batch`. Raises PrintLotNotFound, LotNotAllSeen, DocumentMissing, DocumentAltered, KeyUnreadable.
    """
    lot = print_lot(number)
    if lot is None:
        raise PrintLotNotFound
    papers = lot_papers(lot.id)
    if len(papers) != lot.paper_count:
        raise LotNotAllSeen
    posted = [paper for paper in papers if not paper.is_over]
    store, kept = DocumentStore(Path(settings.DOCUMENT_ROOT)), kept_of(paper.document_id for paper in posted)
    pdfs = {paper.rank: store.open(kept[paper.document_id]) for paper in posted}
    index = render_report(_index(lot, papers, {rank: pages_of(pdf) for rank, pdf in pdfs.items()}))
    sheets = (LotPaper(rank=paper.rank, pdf=pdfs[paper.rank]) for paper in posted)
    pdf = bound(lot.number, index, sheets, total=lot.paper_count)
    PrintLot.objects.filter(pk=lot.id, taken_at=None).update(taken_at=at)
    return pdf, papers


def holders_of(lease_ids: list[int]) -> list[int]:
    """Whose papers these are: the holders of the leases."""
    return list(
        Occupant.objects.filter(lease_id__in=lease_ids, role="HOLDER", person_id__isnull=False)
        .values_list("person_id", flat=True)
        .distinct()
    )


def _next_lot(*, by: int, at: datetime) -> str:
    year = at.astimezone(PARIS).year
    with connection.cursor() as cursor:
        # Two at once wait for each other: the second finds nothing left, or the next papers.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.print_lots'))")
        # Nobody ends a paper between the count and the lot.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.receipt_numbers'))")
        cursor.execute(f"SELECT count(*) FROM (SELECT r.id {WAITING} LIMIT {_MOST_PAPERS}) AS w")
        (waiting,) = cursor.fetchone()
        if not waiting:
            return ""
        rank = PrintLot.objects.filter(number__startswith=f"LOT-{year}-").count() + 1
        lot = PrintLot.objects.create(number=f"LOT-{year}-{rank:06d}", paper_count=waiting, made_by=by, made_at=at)
        cursor.execute(_FILL, {"lot": lot.pk})
    return lot.number


def _index(lot: LotRow, papers: list[PaperRow], pages: dict[int, int]) -> Report:
    over = sum(paper.is_over for paper in papers)
    sheets = sum(pages.values())
    blocks: list[Text | Notice | Grid] = [
        Text(
            f"Papiers à poster : {len(papers) - over}. Feuilles : {sheets}. Chaque feuille porte ce numéro, le rang du "
            "papier et sa page."
        ),
        Grid(
            columns=("Rang", "Papier", "Bail", "Pages", ""),
            widths=(2, 6, 6, 2, 6),
            figures=frozenset({0, 3}),
            rows=tuple(
                (
                    str(paper.rank),
                    paper.number,
                    paper.lease,
                    str(pages.get(paper.rank, 0)),
                    "ne vaut plus : à ne pas poster" if paper.is_over else "",
                )
                for paper in papers
            ),
        ),
    ]
    return Report(
        number=lot.number,
        title="Lot à imprimer",
        subtitle="Quittances et reçus",
        issued_on=lot.made_at.astimezone(PARIS).date(),
        sender=landlord_as_sender(),
        blocks=blocks,
    )
