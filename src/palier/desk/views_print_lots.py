"""Quittances and reçus that go to paper: what waits, the lots made, and each lot as one PDF to print."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.desk.month_page import job_of
from palier.desk.navigation import framed
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.foundation.queries import latest_work
from palier.quittancement.operations.asking import ask_print_lots, progress_key
from palier.quittancement.operations.printing import PrintLotNotFound, holders_of, lot_pdf
from palier.quittancement.queries.print_lots import papers_waiting, print_lots
from palier.web import words
from palier.web.components import Fig, Link
from palier.web.requests import ActorRequest


def print_lots_page(request: ActorRequest) -> HttpResponse:
    """What waits for paper, the lots made; asked, the lots of what waits."""
    here, month = reverse("desk:print_lots"), Month.of(today())
    if request.method == "POST":
        try:
            ask_print_lots(month=month, actor=request.actor, at=now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(here)
    lots, waiting = print_lots(), papers_waiting()
    job = job_of(
        latest_work(progress_key(str(month), None)),
        poll_url=reverse("desk:month_progress", args=[str(month)]),
        page_url=here,
        at=now(),
    )
    context: dict[str, object] = {
        "lots": lots,
        "waiting": waiting,
        "figs": [
            Fig(label="En attente d’un lot", value=words.number(waiting)),
            Fig(label="Lots à prendre", value=words.number(sum(lot.taken_at is None for lot in lots))),
            Fig(label="Lots déjà pris", value=words.number(sum(lot.taken_at is not None for lot in lots))),
        ],
        "job": job,
        "crumbs": [Link(label="Quittancement", url=reverse("desk:months")), Link(label="Lots à imprimer")],
    }
    return framed(request, "desk/print_lots.html", context)


def print_lot_pdf(request: ActorRequest, lot: str) -> HttpResponse:
    """One lot to print."""
    try:
        pdf, papers = lot_pdf(lot, at=now())
    except PrintLotNotFound as error:
        raise Http404 from error
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:print_lots"))
    request.reading.saw(holders_of([paper.lease_id for paper in papers]))
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{lot}.pdf"', "Cache-Control": "no-store"},
    )
