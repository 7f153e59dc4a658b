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
from palier.dispatch.operations.asking import LOTS_KEY, ask_print_lots
from palier.dispatch.operations.printing import (
    FAMILY_LABELS,
    SheetNotInLot,
    TakenLot,
    holders_of,
    reprinted_sheet,
    taken_lot,
)
from palier.dispatch.queries.lots import lot_papers, lot_takings, papers_waiting, print_lot, print_lots
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.web import words
from palier.web.components import Fig, JobProgress, Link
from palier.web.requests import ActorRequest

_LARGEST_RANK: Final = 9_999


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
        "lots": [(lot, FAMILY_LABELS[lot.family]) for lot in lots],
        "waiting": waiting,
        "figs": [
            Fig(label="En attente d’un lot", value=words.number(waiting)),
            Fig(label="Lots à prendre", value=words.number(sum(lot.taken_at is None for lot in lots))),
            Fig(label="Lots déjà pris", value=words.number(sum(lot.taken_at is not None for lot in lots))),
        ],
        "job": _job(),
        "crumbs": _crumbs(Link(label="Lots à imprimer")),
    }
    return framed(request, "desk/print_lots.html", context)


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
    papers = lot_papers(row.id)
    request.reading.saw(holders_of([paper.lease_id for paper in papers]))
    context: dict[str, object] = {
        "lot": row,
        "family": FAMILY_LABELS[row.family],
        "papers": papers,
        "missing": row.paper_count - len(papers),
        "takings": lot_takings(row.id),
        "figs": [
            Fig(label="Papiers", value=words.number(row.paper_count)),
            Fig(
                label="Feuilles", value=words.number(row.sheet_count) if row.sheet_count is not None else "à la sortie"
            ),
            Fig(label="Ne valent plus", value=words.number(sum(paper.is_over for paper in papers))),
        ],
        "crumbs": _crumbs(Link(label="Lots à imprimer", url=reverse("desk:print_lots")), Link(label=row.number)),
    }
    return framed(request, "desk/print_lot.html", context)


def print_lot_pdf(request: ActorRequest, lot: str) -> HttpResponse:
    """One lot to print, with its manifest: a folder of three files."""
    if print_lot(lot) is None:
        raise Http404
    try:
        taken = taken_lot(lot, by=request.actor.agent_id or 0, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:print_lots"))
    request.reading.saw(holders_of([paper.lease_id for paper in taken.papers]))
    return _file(_folder(taken), f"{lot}.zip", "application/zip")


def print_lot_sheet(request: ActorRequest, lot: str) -> HttpResponse:
    """One sheet printed again: the rank of its paper and its own, as its mark says them."""
    rank, sheet = (request.POST.get(name, "") for name in ("rang", "feuille"))
    if print_lot(lot) is None:
        raise Http404
    try:
        if not (_is_small(rank) and _is_small(sheet)):
            raise SheetNotInLot
        pdf, paper = reprinted_sheet(lot, rank=int(rank), sheet=int(sheet), by=request.actor.agent_id or 0, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:print_lots"))
    request.reading.saw(holders_of([paper.lease_id]))
    return _file(pdf, f"{lot}-{rank}-{sheet}.pdf", "application/pdf")


def _is_small(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text[:6]) <= _LARGEST_RANK


def _folder(taken: TakenLot) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as folder:
        for name, content in (
            (f"{taken.number}.pdf", taken.pdf),
            (f"{taken.number}.json", taken.manifest_json()),
            (f"{taken.number}.csv", taken.manifest_csv()),
        ):
            folder.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _job() -> JobProgress | None:
    return job_of(
        latest_work(LOTS_KEY),
        poll_url=reverse("desk:print_lots_progress"),
        page_url=reverse("desk:print_lots"),
        at=now(),
    )


def _crumbs(*last: Link) -> list[Link]:
    return [Link(label="Envois", url=reverse("desk:sendings")), *last]
