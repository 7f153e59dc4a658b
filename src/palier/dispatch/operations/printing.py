"""A lot taken out: one PDF with its index, its manifest, the digest of its bytes; a sheet printed again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.functions import Least

from palier.dispatch.lot_files import (
    IndexLine,
    LotFiles,
    LotHead,
    ManifestLine,
    PrintLotNotFound,
    bound_lot,
    sheet_again,
)
from palier.dispatch.operations.lots import COMMAND, MOTIVE, READ
from palier.dispatch.operations.numbering import note_sheet, note_taking
from palier.dispatch.queries.lots import LotRow, PaperRow, lot_papers, lots_not_taken, print_lot
from palier.foundation.errors import Refusal
from palier.leases.models import Occupant
from palier.mail.documents import kept_of
from palier.mail.models import NOTICE_KIND, RECEIPT_KINDS
from palier.mail.notice import Notice as RentNotice
from palier.mail.print_lot import Bound, LotPaper, pages_of, single_pages
from palier.mail.receipt import Receipt
from palier.mail.render import made_with, render_together
from palier.mail.sender import logo_drawing
from palier.mail.store import DocumentStore
from palier.privacy.actor import batch
from palier.privacy.declare import Batch


class LotNotAllSeen(Refusal):
    """Ce lot ne se sort pas de cette page, votre fonction n’en voit pas tout : il se sort par la commande « palier rent
    print »."""


class CodesDestroyed(Refusal):
    """Les codes de ces lettres d’accès ont été détruits à l’impression : ni ce lot ni une de ses feuilles ne se
    réimpriment. Préparez une autre lettre pour chaque personne, à son agence : elle arrête la première."""


class LotOfThePayroll(Refusal):
    """Ce lot porte des bulletins de paie : le service de la paie le sort, depuis la page du lot de bulletins."""


# Of rooms above: what is said of a lot that is not taken out from here.
ELSEWHERE: Final[dict[str, type[Refusal]]] = {"ACCESS": CodesDestroyed, "PAYSLIPS": LotOfThePayroll}


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLot(LotFiles):
    """A lot of the outbox taken out, and its papers."""

    papers: tuple[PaperRow, ...]


def lots_to_take_out(*, operator: str, agent_id: int | None) -> list[str]:
    """The lots that nobody took out yet, the first made first."""
    with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, agent_id=agent_id, categories=()):
        return [lot.number for lot in lots_not_taken()]


def take_out_lot(number: str, *, by: int, operator: str, agent_id: int | None, at: datetime) -> TakenLot:
    """One lot, whoever its papers are for. Opens its own transaction. Raises as `taken_lot`."""
    with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, agent_id=agent_id, categories=READ):
        return taken_lot(number, by=by, at=at)


def taken_lot(number: str, *, by: int, at: datetime) -> TakenLot:
    """One lot as one PDF, and its papers; the same lot gives the same sheets, but those that no longer hold.

    Inside `acting` or `batch`. Raises PrintLotNotFound, LotNotAllSeen, CodesDestroyed, LotOfThePayroll,
    DocumentMissing, DocumentAltered, KeyUnreadable.
    """
    lot, papers, made, lines = _made(number)
    digest = sha256(made.pdf).hexdigest()
    note_taking(lot.id, digest=digest, sheets=len(made.marks), by=by, at=at)
    _handed_over(lot.id, lines, at)
    return TakenLot(
        number=lot.number,
        family=lot.family,
        pdf=made.pdf,
        sha256=digest,
        papers=tuple(papers),
        lines=tuple(lines),
        over=tuple(paper.rank for paper in papers if paper.is_over and not paper.place),
        index_pages=made.index_pages,
        first_sha256=lot.sha256 if lot.sha256 != digest else "",
    )


def reprinted_sheet(number: str, *, rank: int, sheet: int, by: int, at: datetime) -> tuple[bytes, PaperRow]:
    """One sheet of a lot again, torn or jammed, and its paper: the same, with its mark. Written down.

    `rank`, `sheet`: of its envelope, as its mark says them. Inside `acting` or `batch`.

    Raises as `taken_lot`, SheetNotInLot.
    """
    lot, papers, made, lines = _made(number)
    pdf, digest = sheet_again(made, rank=rank, sheet=sheet)
    note_sheet(lot.id, rank=rank, sheet=sheet, digest=digest, by=by, at=at)
    # The papers of the envelope, each as many times as it has sheets.
    places = [line.place for line in lines if line.rank == rank for _ in range(line.sheets)]
    return pdf, next(paper for paper in papers if (paper.rank, paper.place) == (rank, places[sheet - 1]))


def holders_of(lease_ids: Sequence[int], *, on: date) -> list[int]:
    """Whose papers these are: every holder of the leases, that day or when the lease ended; all are named."""
    is_still_there = Q(moved_out_on=None) | Q(moved_out_on__gte=Least(F("lease__ends_on"), Value(on)))
    return list(
        Occupant.objects.filter(
            is_still_there, lease_id__in=lease_ids, role__in=("HOLDER", "COHOLDER"), person_id__isnull=False
        )
        .values_list("person_id", flat=True)
        .distinct()
    )


def _made(number: str) -> tuple[LotRow, list[PaperRow], Bound, list[ManifestLine]]:
    lot = print_lot(number)
    if lot is None:
        raise PrintLotNotFound
    if lot.family in ELSEWHERE:
        raise ELSEWHERE[lot.family]
    papers = lot_papers(lot.id)
    if len(papers) != lot.paper_count:
        raise LotNotAllSeen
    posted = [paper for paper in papers if paper.is_posted]
    sheets, compiled = _sheets(posted)
    lines = [
        ManifestLine(
            rank=paper.rank,
            place=paper.place,
            document=paper.number,
            sheets=pages_of(sheet.pdf) if sheet.page is None else 1,
            postcode=_postcode(bytes(paper.data)),
            sha256=paper.pdf_sha256,
            slip=paper.slip,
        )
        for paper, sheet in zip(posted, sheets, strict=True)
    ]
    head = LotHead(
        number=lot.number,
        family=lot.family,
        envelopes=sum(not paper.place for paper in papers),
        made_at=lot.made_at,
    )
    return lot, papers, bound_lot(head, _indexed(papers, lines), sheets, compiled=compiled), lines


def _indexed(papers: list[PaperRow], lines: list[ManifestLine]) -> list[IndexLine]:
    pages = {(line.rank, line.place): line.sheets for line in lines}
    return [
        IndexLine(
            rank=paper.rank,
            document=paper.number,
            lease=paper.lease,
            pages=pages.get((paper.rank, paper.place), 0),
            is_over=paper.is_over,
            is_inside=paper.place > 0,
            lacks_notice=paper.lacks_notice,
        )
        for paper in papers
    ]


def _sheets(posted: list[PaperRow]) -> tuple[list[LotPaper], bytes]:
    """The papers to bind, in the same order: those that today's template made are made again in one compile.

    Page for page. The others, and those of several pages, are bound from their exact PDF.
    """
    templates = {RentNotice: made_with(RentNotice).template, Receipt: made_with(Receipt).template}
    shapes = {NOTICE_KIND: RentNotice, **dict.fromkeys(RECEIPT_KINDS, Receipt)}
    parsed: list[tuple[RentNotice | Receipt, bytes, str]] = []
    numbers: list[int] = []
    for paper in posted:
        shape = shapes.get(paper.kind)
        if shape is not None and templates[shape] == paper.template_sha256:
            raw = bytes(paper.data)
            document = RentNotice.parse(raw) if shape is RentNotice else Receipt.parse(raw)
            parsed.append((document, raw, logo_drawing(document.landlord.logo)))
            numbers.append(paper.document_id)
    compiled = render_together(parsed) if parsed else b""
    pages = dict(zip(numbers, single_pages(compiled, len(parsed)), strict=True)) if parsed else {}
    exact = [paper.document_id for paper in posted if pages.get(paper.document_id) is None]
    store, kept = DocumentStore(Path(settings.DOCUMENT_ROOT)), kept_of(exact)
    pdfs = {document: store.open(kept[document]) for document in exact}
    return [
        LotPaper(rank=paper.rank, pdf=pdfs.get(paper.document_id, b""), page=pages.get(paper.document_id))
        for paper in posted
    ], compiled


def _handed_over(lot_id: int, lines: list[ManifestLine], at: datetime) -> None:
    """To the printer: what becomes of each is then said by the post alone, when it comes back."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE dispatch_sending AS s
               SET state = CASE WHEN s.state = 'TAKEN' THEN 'ACCEPTED' ELSE s.state END,
                   told_at = CASE WHEN s.state = 'TAKEN' THEN %(at)s ELSE s.told_at END, sheets = m.sheets
               FROM unnest(%(ranks)s::int[], %(places)s::int[], %(sheets)s::int[]) AS m (rank, place, sheets)
               WHERE s.print_lot_id = %(lot)s AND s.print_rank = m.rank AND s.print_place = m.place""",
            {
                "lot": lot_id,
                "at": at,
                "ranks": [line.rank for line in lines],
                "places": [line.place for line in lines],
                "sheets": [line.sheets for line in lines],
            },
        )


def _postcode(data: bytes) -> str:
    """The five figures of the last line of the address."""
    addressee = json.loads(data)["destinataire"]
    lines = addressee if isinstance(addressee, list) else addressee["adresse"]
    return str(lines[-1])[:5]
