"""Payslips on paper: one print lot, taken out by the payroll office alone; one of its sheets again."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.agents.access import agent_of
from palier.desk.navigation import framed
from palier.desk.views_print_lots import asked_sheet, lot_context, lot_folder, lot_sheet
from palier.dispatch.queries.lots import LotRow, print_lot
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.mail.store import DocumentStore
from palier.payroll.operations.paper import FAMILY, payslip_sheet_again, take_out_payslips
from palier.payroll.queries import paper_slips
from palier.web.components import Link
from palier.web.requests import ActorRequest


def payroll_lot(request: ActorRequest, pay_lot: str) -> HttpResponse:
    """One lot of payslips: its papers in their order, who took it out, a sheet to print again."""
    row = _lot_or_404(pay_lot)
    slips = paper_slips(row.id)
    request.reading.saw(slip.person_id for slip in slips)
    parts: dict[str, object] = {
        "papers": slips,
        "untold": "Aucun bulletin de ce lot n’est encore gardé.",
        "take_url": reverse("desk:payroll_lot_pdf", args=[row.number]),
        "sheet_url": reverse("desk:payroll_lot_sheet", args=[row.number]),
        "crumbs": [Link(label="Paie", url=reverse("desk:payroll")), Link(label=row.number)],
    }
    return framed(request, "desk/print_lot.html", lot_context(row, over=sum(slip.is_over for slip in slips)) | parts)


def payroll_lot_pdf(request: ActorRequest, pay_lot: str) -> HttpResponse:
    """One lot to print, with its manifest: a folder of three files."""
    _lot_or_404(pay_lot)
    store = DocumentStore(settings.DOCUMENT_ROOT)
    try:
        taken = take_out_payslips(pay_lot, store=store, by=agent_of(request.actor), at=now())
    except Refusal as refusal:
        return _refused(request, pay_lot, refusal)
    request.reading.saw(taken.person_ids)
    return lot_folder(taken.files)


def payroll_lot_sheet(request: ActorRequest, pay_lot: str) -> HttpResponse:
    """One sheet printed again: the rank of its payslip and its own, as its mark says them."""
    _lot_or_404(pay_lot)
    store = DocumentStore(settings.DOCUMENT_ROOT)
    try:
        rank, sheet = asked_sheet(request)
        pdf, person_id = payslip_sheet_again(
            pay_lot, rank=rank, sheet=sheet, store=store, by=agent_of(request.actor), at=now()
        )
    except Refusal as refusal:
        return _refused(request, pay_lot, refusal)
    request.reading.saw([person_id])
    return lot_sheet(pdf, pay_lot, rank, sheet)


def _lot_or_404(number: str) -> LotRow:
    row = print_lot(number)
    if row is None or row.family != FAMILY:
        raise Http404
    return row


def _refused(request: ActorRequest, number: str, refusal: Refusal) -> HttpResponse:
    messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk:payroll_lot", args=[number]))
