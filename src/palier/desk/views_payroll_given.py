"""A file of the payroll just given: how far its reading is, then what became of it."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.desk.month_page import job_of
from palier.desk.navigation import framed
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.foundation.queries import latest_work
from palier.payroll.operations.giving import ask_take_again, given_key, leave_pay_file
from palier.payroll.queries import GivenRow, given_pay_file
from palier.web.components import JobProgress, Link
from palier.web.requests import ActorRequest


def payroll_given(request: ActorRequest, pay_file_id: int) -> HttpResponse:
    """The reading in hand, the sentence of a refusal, or the batch that it made."""
    row = _given_or_404(pay_file_id)
    if row.batch_id is not None:
        return HttpResponseRedirect(reverse("desk:payroll_batch", args=[row.batch_id]))
    context: dict[str, object] = {
        "row": row,
        "month": Month.of(row.month).label_fr(),
        "job": _job(row),
        "crumbs": [Link(label="Paie", url=reverse("desk:payroll")), Link(label=row.name)],
    }
    return framed(request, "desk/payroll_given.html", context)


def payroll_given_progress(request: ActorRequest, pay_file_id: int) -> HttpResponse:
    """How far the reading is, as the fragment that asks for itself."""
    job = _job(_given_or_404(pay_file_id))
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:payroll_given", args=[pay_file_id]))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def payroll_given_again(request: ActorRequest, pay_file_id: int) -> HttpResponse:
    """Ask again for a file whose job was stopped."""
    _given_or_404(pay_file_id)
    try:
        ask_take_again(given_id=pay_file_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk:payroll_given", args=[pay_file_id]))


def payroll_given_leave(request: ActorRequest, pay_file_id: int) -> HttpResponse:
    """Leave a file that no job has taken."""
    _given_or_404(pay_file_id)
    try:
        leave_pay_file(given_id=pay_file_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:payroll_given", args=[pay_file_id]))
    messages.success(request, "Le fichier est laissé. Rien n’a changé, sa clé est détruite.")
    return HttpResponseRedirect(reverse("desk:payroll"))


def _job(row: GivenRow) -> JobProgress | None:
    return job_of(
        latest_work(given_key(row.id)),
        poll_url=reverse("desk:payroll_given_progress", args=[row.id]),
        page_url=reverse("desk:payroll_given", args=[row.id]),
        at=now(),
    )


def _given_or_404(given_id: int) -> GivenRow:
    row = given_pay_file(given_id)
    if row is None:
        raise Http404
    return row
