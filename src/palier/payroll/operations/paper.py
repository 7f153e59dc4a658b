"""Payslips on paper: put in print lots when their batch is released, taken out as often as needed, a sheet again.

A payslip is no document of the outbox: nobody but the payroll office sees it, and nothing outside is told of it. Its
lot is of the one series of all that is printed here (decision 0026).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from palier.dispatch.lot_files import (
    IndexLine,
    LotFiles,
    LotHead,
    ManifestLine,
    PrintLotNotFound,
    bound_lot,
    sheet_again,
)
from palier.dispatch.operations.lots import MOST_PAPERS
from palier.dispatch.operations.numbering import note_sheet, note_taking, open_lot
from palier.dispatch.queries.lots import LotRow, print_lot
from palier.mail.print_lot import Bound, LotPaper, pages_of
from palier.mail.store import DocumentStore
from palier.payroll.models import Payslip
from palier.payroll.queries import PaperSlipRow, paper_slips

FAMILY: Final = "PAYSLIPS"
_POSTCODE: Final = re.compile(r"\b[0-9]{5}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPaySlips:
    """A lot of payslips taken out, and whose they are."""

    files: LotFiles
    person_ids: tuple[int, ...]


def put_in_lots(payslips: Sequence[Payslip], *, by: int, at: datetime) -> None:
    """Give payslips on paper their lot and their rank, in their order; who releases them writes it with the rest."""
    for first in range(0, len(payslips), MOST_PAPERS):
        share = payslips[first : first + MOST_PAPERS]
        lot = open_lot(family=FAMILY, papers=len(share), by=by, at=at)
        for rank, payslip in enumerate(share, start=1):
            payslip.print_lot, payslip.print_rank = lot, rank


def take_out_payslips(number: str, *, store: DocumentStore, by: int, at: datetime) -> TakenPaySlips:
    """One lot as one PDF with its manifest; the same lot gives the same sheets, but those that no longer hold.

    Inside `acting`. Raises PrintLotNotFound, DocumentMissing, DocumentAltered, KeyUnreadable.
    """
    lot, slips, made, lines = _made(number, store=store)
    digest = sha256(made.pdf).hexdigest()
    note_taking(lot.id, digest=digest, sheets=len(made.marks), by=by, at=at)
    files = LotFiles(
        number=lot.number,
        family=lot.family,
        pdf=made.pdf,
        sha256=digest,
        lines=tuple(lines),
        over=tuple(sorted(set(range(1, lot.paper_count + 1)) - {line.rank for line in lines})),
        index_pages=made.index_pages,
        first_sha256=lot.sha256 if lot.sha256 != digest else "",
    )
    return TakenPaySlips(files=files, person_ids=tuple(slip.person_id for slip in slips))


def payslip_sheet_again(
    number: str, *, rank: int, sheet: int, store: DocumentStore, by: int, at: datetime
) -> tuple[bytes, int]:
    """One sheet of a lot again, and whose payslip it is. Written down. Raises as `take_out_payslips`, SheetNotInLot."""
    lot, slips, made, _ = _made(number, store=store)
    pdf, digest = sheet_again(made, rank=rank, sheet=sheet)
    note_sheet(lot.id, rank=rank, sheet=sheet, digest=digest, by=by, at=at)
    return pdf, next(slip.person_id for slip in slips if slip.rank == rank)


def _made(number: str, *, store: DocumentStore) -> tuple[LotRow, list[PaperSlipRow], Bound, list[ManifestLine]]:
    lot = print_lot(number)
    if lot is None or lot.family != FAMILY:
        raise PrintLotNotFound
    known = {slip.rank: slip for slip in paper_slips(lot.id)}
    slips = [slip for slip in known.values() if not slip.is_over]
    kept = {row.pk: row.kept for row in Payslip.objects.filter(pk__in=[slip.id for slip in slips])}
    papers = [LotPaper(rank=slip.rank, pdf=store.open(kept[slip.id])) for slip in slips]
    lines = [
        ManifestLine(
            rank=slip.rank,
            document=slip.number,
            sheets=pages_of(paper.pdf),
            postcode=_postcode(slip.work_address),
            sha256=slip.sha256,
        )
        for slip, paper in zip(slips, papers, strict=True)
    ]
    pages = {line.rank: line.sheets for line in lines}
    index = [
        # A payslip that is ended has left its rank alone.
        IndexLine(
            rank=rank,
            document=known[rank].number if rank in known else "",
            pages=pages.get(rank, 0),
            is_over=rank not in pages,
        )
        for rank in range(1, lot.paper_count + 1)
    ]
    head = LotHead(number=lot.number, family=lot.family, envelopes=lot.paper_count, made_at=lot.made_at)
    return lot, slips, bound_lot(head, index, papers), lines


def _postcode(address: str) -> str:
    """The last five figures that look like one; empty where the register gives none."""
    found = _POSTCODE.findall(address)
    return found[-1] if found else ""
