"""A lot taken out: one PDF with its index, its manifest, the digest of its bytes; a sheet printed again."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from palier.dispatch.models import FAMILIES, LotTaking, PrintLot
from palier.dispatch.operations.lots import COMMAND, MOTIVE, READ
from palier.dispatch.queries.lots import LotRow, PaperRow, lot_papers, lots_not_taken, print_lot
from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.leases.models import Occupant
from palier.mail.documents import kept_of
from palier.mail.models import NOTICE_KIND, RECEIPT_KINDS
from palier.mail.notice import Notice as RentNotice
from palier.mail.print_lot import Bound, LotPaper, bound, one_sheet, pages_of, single_pages
from palier.mail.receipt import Receipt
from palier.mail.render import made_with, render_together
from palier.mail.report import Grid, Notice, Report, Text, render_report
from palier.mail.sender import landlord_as_sender, logo_drawing
from palier.mail.store import DocumentStore
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

FAMILY_LABELS: Final = dict(FAMILIES)


class PrintLotNotFound(Refusal):
    """Ce lot n’existe pas : vérifiez son numéro, comme LOT-2026-000001."""


class LotNotAllSeen(Refusal):
    """Ce lot porte un papier que votre fonction ne voit pas, une adresse protégée par exemple : il se sort par la
    commande « palier rent print »."""


class SheetNotInLot(Refusal):
    """Cette feuille n’est pas dans ce lot, ou son papier ne vaut plus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestLine:
    """One paper as the manifest tells it, with no name; the digest is that of its exact PDF."""

    rank: int
    document: str
    sheets: int
    postcode: str
    sha256: str
    slip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLot:
    """A lot taken out: its bytes and their digest, its papers, its manifest whose totals are those of the bytes."""

    number: str
    family: str
    pdf: bytes
    sha256: str
    papers: tuple[PaperRow, ...]
    lines: tuple[ManifestLine, ...]
    index_pages: int
    # The digest of the first taking out, when these bytes differ: a paper no longer holds since.
    first_sha256: str

    @property
    def sheet_count(self) -> int:
        """The sheets to post, without the index."""
        return sum(line.sheets for line in self.lines)

    @property
    def is_registered(self) -> bool:
        """Of registered letters, whose slips the manifest names."""
        return self.family == "RECORDED"

    def manifest_json(self) -> bytes:
        """For the machine that folds."""
        told = {
            "lot": self.number,
            "famille": FAMILY_LABELS[self.family],
            "sha256": self.sha256,
            "pages_de_liste": self.index_pages,
            "papiers": len(self.lines),
            "feuilles": self.sheet_count,
            "ne_valent_plus": [paper.rank for paper in self.papers if paper.is_over],
            "plis": [
                {
                    "rang": line.rank,
                    "document": line.document,
                    "feuilles": line.sheets,
                    "code_postal": line.postcode,
                    "sha256": line.sha256,
                    **({"recommande": line.slip} if self.is_registered else {}),
                }
                for line in self.lines
            ],
        }
        return json.dumps(told, ensure_ascii=False, indent=1).encode()

    def manifest_csv(self) -> bytes:
        """For whoever opens it in a table."""
        out = io.StringIO()
        rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
        rows.writerow(("rang", "document", "feuilles", "code postal", "sha256", *["recommandé"][: self.is_registered]))
        for line in self.lines:
            slip = [line.slip][: self.is_registered]
            rows.writerow((line.rank, line.document, line.sheets, line.postcode, line.sha256, *slip))
        rows.writerow(("total", len(self.lines), self.sheet_count, "", self.sha256))
        return out.getvalue().encode("utf-8-sig")


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

    Inside `acting` or `batch`. Raises PrintLotNotFound, LotNotAllSeen, DocumentMissing, DocumentAltered, KeyUnreadable.
    """
    lot, papers, made, lines = _made(number)
    digest = sha256(made.pdf).hexdigest()
    LotTaking.objects.bulk_create([LotTaking(lot_id=lot.id, sha256=digest, taken_by=by, taken_at=at)])
    PrintLot.objects.filter(pk=lot.id, taken_at=None).update(taken_at=at, sha256=digest, sheet_count=len(made.marks))
    _handed_over(lot.id, lines, at)
    return TakenLot(
        number=lot.number,
        family=lot.family,
        pdf=made.pdf,
        sha256=digest,
        papers=tuple(papers),
        lines=tuple(lines),
        index_pages=made.index_pages,
        first_sha256=lot.sha256 if lot.sha256 != digest else "",
    )


def reprinted_sheet(number: str, *, rank: int, sheet: int, by: int, at: datetime) -> tuple[bytes, PaperRow]:
    """One sheet of a lot again, torn or jammed: the same, with its mark. Written down. Inside `acting` or `batch`.

    Raises as `taken_lot`, SheetNotInLot.
    """
    lot, papers, made, _ = _made(number)
    places = [place for place, mark in enumerate(made.marks) if (mark.rank, mark.sheet) == (rank, sheet)]
    if not places:
        raise SheetNotInLot
    pdf = one_sheet(made.pdf, at=made.index_pages + places[0])
    LotTaking.objects.bulk_create(
        [LotTaking(lot_id=lot.id, rank=rank, sheet=sheet, sha256=sha256(pdf).hexdigest(), taken_by=by, taken_at=at)]
    )
    return pdf, next(paper for paper in papers if paper.rank == rank)


def holders_of(lease_ids: Sequence[int]) -> list[int]:
    """Whose papers these are: the holders of the leases."""
    return list(
        Occupant.objects.filter(lease_id__in=lease_ids, role="HOLDER", person_id__isnull=False)
        .values_list("person_id", flat=True)
        .distinct()
    )


def _made(number: str) -> tuple[LotRow, list[PaperRow], Bound, list[ManifestLine]]:
    lot = print_lot(number)
    if lot is None:
        raise PrintLotNotFound
    papers = lot_papers(lot.id)
    if len(papers) != lot.paper_count:
        raise LotNotAllSeen
    posted = [paper for paper in papers if not paper.is_over]
    sheets, compiled = _sheets(posted)
    counts = {paper.rank: pages_of(paper.pdf) if paper.page is None else 1 for paper in sheets}
    index = render_report(_index(lot, papers, counts))
    made = bound(lot.number, index, sheets, total=lot.paper_count, compiled=compiled)
    lines = [
        ManifestLine(
            rank=paper.rank,
            document=paper.number,
            sheets=counts[paper.rank],
            postcode=_postcode(bytes(paper.data)),
            sha256=paper.pdf_sha256,
            slip=paper.slip,
        )
        for paper in posted
    ]
    return lot, papers, made, lines


def _sheets(posted: list[PaperRow]) -> tuple[list[LotPaper], bytes]:
    """The papers to bind: those that today's template made are made again in one compile, page for page.

    The others, and those of several pages, are bound from their exact PDF.
    """
    templates = {RentNotice: made_with(RentNotice).template, Receipt: made_with(Receipt).template}
    shapes = {NOTICE_KIND: RentNotice, **dict.fromkeys(RECEIPT_KINDS, Receipt)}
    parsed: list[tuple[RentNotice | Receipt, bytes, str]] = []
    ranks: list[int] = []
    for paper in posted:
        shape = shapes.get(paper.kind)
        if shape is not None and templates[shape] == paper.template_sha256:
            raw = bytes(paper.data)
            document = RentNotice.parse(raw) if shape is RentNotice else Receipt.parse(raw)
            parsed.append((document, raw, logo_drawing(document.landlord.logo)))
            ranks.append(paper.rank)
    compiled = render_together(parsed) if parsed else b""
    pages = dict(zip(ranks, single_pages(compiled, len(parsed)), strict=True)) if parsed else {}
    exact = [paper for paper in posted if pages.get(paper.rank) is None]
    store, kept = DocumentStore(Path(settings.DOCUMENT_ROOT)), kept_of(paper.document_id for paper in exact)
    pdfs = {paper.rank: store.open(kept[paper.document_id]) for paper in exact}
    return [
        LotPaper(rank=paper.rank, pdf=pdfs.get(paper.rank, b""), page=pages.get(paper.rank)) for paper in posted
    ], compiled


def _handed_over(lot_id: int, lines: list[ManifestLine], at: datetime) -> None:
    """To the printer: what becomes of each is then said by the post alone, when it comes back."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE dispatch_sending AS s
               SET state = CASE WHEN s.state = 'TAKEN' THEN 'ACCEPTED' ELSE s.state END,
                   told_at = CASE WHEN s.state = 'TAKEN' THEN %(at)s ELSE s.told_at END, sheets = m.sheets
               FROM unnest(%(ranks)s::int[], %(sheets)s::int[]) AS m (rank, sheets)
               WHERE s.print_lot_id = %(lot)s AND s.print_rank = m.rank""",
            {
                "lot": lot_id,
                "at": at,
                "ranks": [line.rank for line in lines],
                "sheets": [line.sheets for line in lines],
            },
        )


def _postcode(data: bytes) -> str:
    """The five figures of the last line of the address."""
    addressee = json.loads(data)["destinataire"]
    lines = addressee if isinstance(addressee, list) else addressee["adresse"]
    return str(lines[-1])[:5]


def _index(lot: LotRow, papers: list[PaperRow], pages: dict[int, int]) -> Report:
    over = sum(paper.is_over for paper in papers)
    blocks: list[Text | Notice | Grid] = [
        Text(
            f"Papiers à poster : {len(papers) - over}. Feuilles : {sum(pages.values())}. Chaque feuille porte ce "
            "numéro, le rang du papier et sa page, en clair et dans un code."
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
        subtitle=FAMILY_LABELS[lot.family].capitalize(),
        issued_on=lot.made_at.astimezone(PARIS).date(),
        sender=landlord_as_sender(),
        blocks=blocks,
    )
