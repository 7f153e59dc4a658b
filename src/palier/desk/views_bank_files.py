"""The bank: what the books say of it, the files it sends. A file is read by a job, looked at, then applied or left."""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.banking.models import BankFile
from palier.banking.operations.given_files import (
    Upload,
    ask_apply_file,
    ask_read_again,
    file_key,
    give_file,
    leave_file,
)
from palier.banking.queries.cards import GivenRow, given_file, open_given_files
from palier.banking.queries.worklist import bank_balance_cents, bank_files, waiting
from palier.desk.labels import labels_of
from palier.desk.month_page import job_of, when
from palier.desk.navigation import framed
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.money import euros_fr
from palier.foundation.queries import latest_work
from palier.web import words
from palier.web.components import Fig, JobProgress, Link, Tag, Tone
from palier.web.requests import ActorRequest

FORMATS: Final = labels_of(BankFile, "format")
# 120,000 movements of a camt.053 weigh about 90 MB.
LARGEST_FILE: Final = 120_000_000
_SHOWN_FILES: Final = 50
_SHOWN_GIVEN: Final = 10
STATES: Final = {
    "WAITING": Tag(label="En lecture", tone=Tone.INFO),
    "READ": Tag(label="À regarder", tone=Tone.WARN),
    "REFUSED": Tag(label="Refusé", tone=Tone.BAD),
    "APPLIED": Tag(label="Appliqué", tone=Tone.OK),
    "ABANDONED": Tag(label="Laissé"),
}


class BankFileForm(forms.Form):
    """A file of the bank. It is read first; nothing is written before someone has looked."""

    file = forms.FileField(
        label="Fichier",
        help_text="camt.053, camt.054, CFONB\u00a0120, pain.002 ou remise de cartes, reconnu à son contenu, "
        "120\u00a0Mo au plus. Lu, puis montré\u00a0: rien n’est écrit avant votre accord.",
        widget=forms.FileInput(attrs={"accept": ".xml,.txt,.cfonb,.afb,.dat,.csv"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )


def bank(request: ActorRequest) -> HttpResponse:
    """The files received, those to look at, what waits, what the books say of the bank."""
    return _bank_page(request, BankFileForm())


def _bank_page(request: ActorRequest, form: BankFileForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    waits = waiting()
    context: dict[str, object] = {
        "form": form,
        "given": [
            {
                "row": row,
                "state": STATES[row.state],
                "given": when(row.given_at),
                "url": reverse("desk:bank_file", args=[row.id]),
            }
            for row in open_given_files(_SHOWN_GIVEN)
        ],
        "files": [
            {"row": row, "format": FORMATS[row.format], "received": when(row.received_at)}
            for row in bank_files(_SHOWN_FILES)
        ],
        "figs": [
            Fig(label="Solde de la banque, d’après les écritures", value=euros_fr(bank_balance_cents())),
            Fig(label="À traiter", value=words.number(waits.count), url=reverse("desk:bank_worklist")),
            Fig(label="Entrées à identifier", value=euros_fr(waits.in_cents)),
            Fig(label="Sorties à identifier", value=euros_fr(waits.out_cents)),
        ],
    }
    return framed(request, "desk/bank.html", context, status=status)


def bank_upload(request: ActorRequest) -> HttpResponse:
    """Keep a file, sealed, and have it read."""
    form = BankFileForm(request.POST, request.FILES)
    if form.is_valid():
        given: UploadedFile = form.cleaned_data["file"]
        upload = Upload(name=Path(given.name or "fichier").name, blocks=given.chunks(), largest_bytes=LARGEST_FILE)
        try:
            kept = give_file(upload, actor=request.actor, at=now())
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return HttpResponseRedirect(reverse("desk:bank_file", args=[kept.pk]))
    return _bank_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def bank_file(request: ActorRequest, given_id: int) -> HttpResponse:
    """What a file says, then what it did."""
    row = _given_or_404(given_id)
    is_applied = row.state == "APPLIED"
    context: dict[str, object] = {
        "file": row,
        "state": STATES[row.state],
        "format": FORMATS.get(row.format, ""),
        "given": when(row.given_at),
        "decided": when(row.decided_at),
        "remarks": row.remarks,
        "before": when(row.applied_before_at) if row.state == "READ" else "",
        "figs": [
            Fig(label="Écritures", value=words.number(row.entry_count)),
            Fig(label="Total", value=euros_fr(row.total_cents)),
            Fig(label="Remarques", value=words.number(len(row.remarks))),
            *(
                [
                    Fig(label="Nouvelles", value=words.number(row.created_count)),
                    Fig(label="Rapprochées", value=words.number(row.matched_count)),
                    Fig(
                        label="À traiter",
                        value=words.number(row.created_count - row.matched_count),
                        url=reverse("desk:bank_worklist"),
                    ),
                ]
                if is_applied
                else []
            ),
        ]
        if row.format
        else [],
        "job": _job(row) if row.state in ("WAITING", "READ") else None,
        "crumbs": [Link(label="Banque", url=reverse("desk:bank")), Link(label=row.name)],
    }
    return framed(request, "desk/bank_file.html", context)


def bank_file_progress(request: ActorRequest, given_id: int) -> HttpResponse:
    """How far the work on a file is; the page is read again once it ends."""
    row = _given_or_404(given_id)
    job = _job(row)
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:bank_file", args=[given_id]))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def bank_file_apply(request: ActorRequest, given_id: int) -> HttpResponse:
    """Ask for a file that was looked at to be applied."""
    _given_or_404(given_id)
    try:
        ask_apply_file(file_id=given_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk:bank_file", args=[given_id]))


def bank_file_read(request: ActorRequest, given_id: int) -> HttpResponse:
    """Ask for a file to be read again, when its job was stopped."""
    _given_or_404(given_id)
    try:
        ask_read_again(file_id=given_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk:bank_file", args=[given_id]))


def bank_file_leave(request: ActorRequest, given_id: int) -> HttpResponse:
    """Leave a file: nothing was changed."""
    _given_or_404(given_id)
    try:
        leave_file(file_id=given_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:bank_file", args=[given_id]))
    messages.success(request, "Le fichier est laissé. Rien n’a changé, son contenu est effacé.")
    return HttpResponseRedirect(reverse("desk:bank"))


def _given_or_404(given_id: int) -> GivenRow:
    row = given_file(given_id)
    if row is None:
        raise Http404
    return row


def _job(row: GivenRow) -> JobProgress | None:
    return job_of(
        latest_work(file_key(row.id)),
        poll_url=reverse("desk:bank_file_progress", args=[row.id]),
        page_url=reverse("desk:bank_file", args=[row.id]),
        at=now(),
    )
