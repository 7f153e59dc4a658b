"""Papers in lots: what waits, the lots made, each as one PDF with its manifest, a sheet printed again."""

import io
import zipfile
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.desk.month_page import job_of
from palier.desk.navigation import framed
from palier.dispatch.lot_files import LotFiles, SheetNotInLot
from palier.dispatch.models import FAMILY_LABELS
from palier.dispatch.operations.asking import LOTS_KEY, ask_print_lots
from palier.dispatch.operations.printing import holders_of, reprinted_sheet, taken_lot
from palier.dispatch.queries.lots import (
    LotRow,
    PaperRow,
    lot_papers,
    lot_takings,
    papers_to_make,
    papers_waiting,
    print_lot,
    print_lots,
    sheets_waiting_for_a_notice,
)
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.web import words
from palier.web.components import Fig, JobProgress, Link
from palier.web.given_files import given_back
from palier.web.requests import ActorRequest

_LARGEST_RANK: Final = 9_999
# What is said in place of the papers.
_IN_PART: Final = (
    "Ce lot ne se montre pas papier par papier\u00a0: il se sort par la commande «\u00a0palier rent print\u00a0»."
)
_NOT_PRINTED: Final = (
    "L’impression de ce lot n’a pas abouti. S’il en reste un fichier, détruisez-le\u00a0: ses codes servent encore, et "
    "ses lettres sortent dans un autre lot."
)
_UNTOLD: Final = {
    "ACCESS": "Les codes de ces lettres ont été détruits à l’impression\u00a0: ni le lot ni une feuille ne se "
    "réimpriment. Pour une lettre perdue ou abîmée, l’agence en prépare une autre.",
}


def print_lots_page(request: ActorRequest) -> HttpResponse:
    """What waits for paper, the lots made; asked, the lots of what waits."""
    here = reverse("desk:print_lots")
    if request.method == "POST":
        try:
            ask_print_lots(actor=request.actor, at=now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(here)
    lots, waiting = print_lots(), papers_waiting()
    context: dict[str, object] = {
        "lots": [(lot, FAMILY_LABELS[lot.family], lot.family not in _UNTOLD) for lot in lots],
        "waiting": waiting,
        "to_make": papers_to_make(),
        "with_notice": sheets_waiting_for_a_notice(),
        "figs": [
            Fig(label="En attente d’un lot", value=words.number(waiting)),
            Fig(label="Lots à prendre", value=words.number(sum(_may_be_taken(lot) for lot in lots))),
            Fig(label="Lots déjà pris", value=words.number(sum(lot.taken_at is not None for lot in lots))),
        ],
        "job": _job(),
        "crumbs": _crumbs(Link(label="Lots à imprimer")),
    }
    return framed(request, "desk/print_lots.html", context)


def _may_be_taken(lot: LotRow) -> bool:
    return lot.taken_at is None and lot.family not in _UNTOLD


def _untold(lot: LotRow) -> str:
    if lot.family in _UNTOLD and lot.taken_at is None:
        return _NOT_PRINTED
    return _UNTOLD.get(lot.family, _IN_PART)


def print_lots_progress(request: ActorRequest) -> HttpResponse:
    """How far the making of lots is, as the fragment that asks for itself; the page is read again once it ends."""
    job = _job()
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:print_lots"))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def print_lot_page(request: ActorRequest, lot: str) -> HttpResponse:
    """One lot: its papers in their order, who took it out, a sheet to print again."""
    row = print_lot(lot)
    if row is None:
        raise Http404
    papers = _papers(row)
    request.reading.saw(holders_of([paper.lease_id for paper in papers], on=today()))
    parts: dict[str, object] = {
        "papers": papers,
        "with_lease": True,
        "untold": "" if papers else _untold(row),
        "take_url": reverse("desk:print_lot_pdf", args=[row.number]) if papers else "",
        "sheet_url": reverse("desk:print_lot_sheet", args=[row.number]) if papers else "",
        "crumbs": _crumbs(Link(label="Lots à imprimer", url=reverse("desk:print_lots")), Link(label=row.number)),
    }
    enclosed = sum(paper.place > 0 for paper in papers)
    said = lot_context(row, over=sum(not paper.is_posted for paper in papers), enclosed=enclosed)
    return framed(request, "desk/print_lot.html", said | parts)


def lot_context(row: LotRow, *, over: int, enclosed: int = 0) -> dict[str, object]:
    """What the page of a lot says of it, whatever its family. `enclosed`: the papers behind another in its envelope."""
    sheets = words.number(row.sheet_count) if row.sheet_count is not None else "à la sortie"
    return {
        "lot": row,
        "family": FAMILY_LABELS[row.family],
        "takings": lot_takings(row.id),
        "figs": [
            Fig(label="Papiers", value=words.number(row.paper_count)),
            *([Fig(label="Enveloppes", value=words.number(row.paper_count - enclosed))] if enclosed else []),
            Fig(label="Feuilles", value=sheets),
            *([Fig(label="Ne valent plus", value=words.number(over))] if over else []),
        ],
    }


def _papers(row: LotRow) -> list[PaperRow]:
    """All of them or none: a rank that lacks among addresses in order would say where a protected one lies."""
    papers = lot_papers(row.id)
    return papers if len(papers) == row.paper_count else []


def print_lot_pdf(request: ActorRequest, lot: str) -> HttpResponse:
    """One lot to print, with its manifest: a folder of three files."""
    if print_lot(lot) is None:
        raise Http404
    try:
        taken = taken_lot(lot, by=request.actor.agent_id or 0, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:print_lots"))
    request.reading.saw(holders_of([paper.lease_id for paper in taken.papers], on=today()))
    return lot_folder(taken)


def print_lot_sheet(request: ActorRequest, lot: str) -> HttpResponse:
    """One sheet printed again: the rank of its paper and its own, as its mark says them."""
    if print_lot(lot) is None:
        raise Http404
    try:
        rank, sheet = asked_sheet(request)
        pdf, paper = reprinted_sheet(lot, rank=rank, sheet=sheet, by=request.actor.agent_id or 0, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:print_lots"))
    request.reading.saw(holders_of([paper.lease_id], on=today()))
    return lot_sheet(pdf, lot, rank, sheet)


def asked_sheet(request: ActorRequest) -> tuple[int, int]:
    """The rank and the sheet that the form asks for. Raises SheetNotInLot."""
    rank, sheet = (request.POST.get(name, "") for name in ("rang", "feuille"))
    if not (_is_small(rank) and _is_small(sheet)):
        raise SheetNotInLot
    return int(rank), int(sheet)


def _is_small(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text[:6]) <= _LARGEST_RANK


def lot_folder(taken: LotFiles) -> HttpResponse:
    """A lot and its manifests, as one download."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as folder:
        for name, content in taken.files():
            folder.writestr(zipfile.ZipInfo(name), content)
    return given_back(out.getvalue(), media_type="application/zip", name=f"{taken.number}.zip")


def lot_sheet(pdf: bytes, lot: str, rank: int, sheet: int) -> HttpResponse:
    """One sheet of a lot, as a download."""
    return given_back(pdf, media_type="application/pdf", name=f"{lot}-{rank}-{sheet}.pdf")


def _job() -> JobProgress | None:
    return job_of(
        latest_work(LOTS_KEY),
        poll_url=reverse("desk:print_lots_progress"),
        page_url=reverse("desk:print_lots"),
        at=now(),
    )


def _crumbs(*last: Link) -> list[Link]:
    return [Link(label="Envois", url=reverse("desk:sendings")), *last]
