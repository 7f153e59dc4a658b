"""The debits: their runs, one run from its draft to its file, and what the banks sent back."""

import tempfile
from pathlib import Path
from typing import Final

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.banking.formats.pain008 import Version
from palier.banking.models import Debit, DebitAside
from palier.banking.operations.debit_asking import ask_draft, ask_file, progress_key
from palier.banking.operations.debits import sign_debits
from palier.banking.operations.order_files import hand_over
from palier.banking.operations.returns import ReturnedDebitNotFound, read_status_report, represent_debit
from palier.banking.operations.voiding import refuse_voided
from palier.banking.queries.debits import (
    ReturnedRow,
    RunRow,
    debit_run,
    debit_runs,
    order_file,
    returned_debits,
    run_asides,
    run_days,
)
from palier.banking.queries.orders import void_of
from palier.banking.rules.returns import may_represent, reason_of
from palier.desk.labels import labels_of
from palier.desk.month_page import job_of, when
from palier.desk.navigation import address, framed
from palier.desk.views_month import month_or_404
from palier.desk.views_orders import void_tag
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.money import euros_fr
from palier.foundation.periods import Month
from palier.foundation.queries import latest_work
from palier.web import words
from palier.web.components import Fig, JobProgress, Link, Tag, Tone
from palier.web.requests import ActorRequest

SHOWN: Final = 50
SHOWN_ASIDES: Final = 200
STATES: Final = labels_of(Debit, "state")
ASIDES: Final = labels_of(DebitAside, "reason")


class ReportForm(forms.Form):
    """A pain.002 of the bank."""

    file = forms.FileField(
        label="Compte rendu (pain.002)",
        widget=forms.FileInput(attrs={"accept": ".xml"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )


def debits(request: ActorRequest) -> HttpResponse:
    """The runs, and what came back."""
    return _page(request, ReportForm())


def _page(request: ActorRequest, form: ReportForm, *, status: int = 200) -> HttpResponse:
    returned = returned_debits(SHOWN)
    for row in returned:
        request.reading.saw(row.person_ids)
    context: dict[str, object] = {
        "form": form,
        "runs": [{"run": run, "label": _label(run), "state": _state(run)} for run in debit_runs(SHOWN)],
        "returned": [_returned(request, row) for row in returned],
    }
    return framed(request, "desk/debits.html", context, status=status)


def debits_draft(request: ActorRequest) -> HttpResponse:
    """Ask for the draft of a month."""
    month = month_or_404(request.POST.get("mois", ""))
    try:
        ask_draft(month=month, is_complement="complement" in request.POST, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"Les prélèvements {month.of_fr()} se préparent\u00a0: relisez-les ici dès qu’ils sont prêts."
        )
    return HttpResponseRedirect(reverse("desk:debits"))


def debit_run_page(request: ActorRequest, run_id: int) -> HttpResponse:
    """One run: what it asks, day by day, whom it leaves out and why, what is left to do."""
    run = _run_or_404(run_id)
    asides = run_asides(run_id, SHOWN_ASIDES)
    for row in asides:
        request.reading.saw(row.person_ids)
    is_mine = run.created_by == request.actor.agent_id
    kept = order_file(run.message_id) if run.written_at is not None else None
    void = void_of(run.message_id) if run.written_at is not None else None
    context: dict[str, object] = {
        "run": run,
        "title": _label(run),
        "state": void_tag(void) or _state(run),
        "job": _job(run),
        "figs": [
            Fig(label="Total", value=euros_fr(run.total_cents)),
            Fig(label="Prélèvements", value=words.number(run.count)),
            Fig(label="Mis de côté", value=words.number(run.set_aside_count)),
            Fig(label="Préparé", value=when(run.created_at)),
        ],
        # Said while something can still be done about it.
        "unprinted": run.unprinted_count if run.signed_at is None and run.written_at is None else 0,
        "days": run_days(run_id),
        "asides": [
            {
                "row": row,
                "reason": ASIDES[row.reason].capitalize(),
                "url": address(request.actor.role, "lease", row.lease_id),
            }
            for row in asides
        ],
        "file": kept,
        "void": void,
        "may_sign": run.signed_at is None and run.written_at is None and run.count > 0 and not is_mine,
        "waits_for_other": run.signed_at is None and run.written_at is None and run.count > 0 and is_mine,
        "month": str(Month.of(run.month)),
        "other_version": next(each.value for each in Version if kept is None or each.value != kept.version),
        "crumbs": [Link(label="Prélèvements", url=reverse("desk:debits")), Link(label=_label(run))],
    }
    return framed(request, "desk/debit_run.html", context)


def debit_progress(request: ActorRequest, run_id: int) -> HttpResponse:
    """How far the work on a run is, as the fragment that asks for itself."""
    run = _run_or_404(run_id)
    job = _job(run)
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:debit_run", args=[run_id]))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def debit_sign(request: ActorRequest, run_id: int) -> HttpResponse:
    """Sign a run that someone else prepared, and ask for its file."""
    run = _run_or_404(run_id)
    try:
        sign_debits(run_id=run_id, actor=request.actor, at=now())
        ask_file(month=Month.of(run.month), run_id=run_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le lot est signé. Son fichier se fait, puis se télécharge ici.")
    return HttpResponseRedirect(reverse("desk:debit_run", args=[run_id]))


def debit_file(request: ActorRequest, run_id: int) -> FileResponse:
    """The file of a written run, as its job has kept it."""
    run = _run_or_404(run_id)
    if run.written_at is None:
        raise Http404
    with tempfile.TemporaryDirectory(prefix="palier-debits-") as folder:
        path = Path(folder) / "prelevements.xml"
        refuse_voided(run.message_id)
        hand_over(message_id=run.message_id, kind="DEBITS", path=path, reading=request.reading)
        # Open before its folder goes: the bytes live as long as the answer.
        response = FileResponse(
            path.open("rb"), as_attachment=True, filename=f"{run.message_id}.xml", content_type="application/xml"
        )
    response["Cache-Control"] = "no-store"
    return response


def debit_file_ask(request: ActorRequest, run_id: int) -> HttpResponse:
    """Ask again for the file of a signed run: the same when it is no longer kept, or in another version."""
    run, asked = _run_or_404(run_id), request.POST.get("version", Version.OF_2019.value)
    if (run.signed_at is None and run.written_at is None) or asked not in list(Version):
        raise Http404
    try:
        ask_file(month=Month.of(run.month), run_id=run_id, actor=request.actor, at=now(), version=Version(asked))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le fichier se fait, puis se télécharge ici.")
    return HttpResponseRedirect(reverse("desk:debit_run", args=[run_id]))


def debit_report(request: ActorRequest) -> HttpResponse:
    """Apply what the bank refuses."""
    form = ReportForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            with tempfile.TemporaryDirectory(prefix="palier-debits-") as folder:
                path = Path(folder) / "compte-rendu"
                with path.open("wb") as copy:
                    for chunk in given.chunks():
                        copy.write(chunk)
                done = read_status_report(
                    path, name=Path(given.name or "compte-rendu").name, by=request.actor.agent_id or 0, at=now()
                )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            told = words.count(done.refused + done.taken_back, "prélèvement refusé", "prélèvements refusés")
            messages.success(
                request, "Ce fichier a déjà été lu\u00a0: rien n’a changé." if done.already else f"{told}."
            )
            return HttpResponseRedirect(reverse("desk:debits"))
    return _page(request, form, status=422)


def debit_again(request: ActorRequest, debit_id: int) -> HttpResponse:
    """Ask again, with the next notice, for what came back for want of funds."""
    try:
        represent_debit(debit_id=debit_id, actor=request.actor, at=now())
    except ReturnedDebitNotFound:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "La somme sera demandée de nouveau avec le prochain avis.")
    return HttpResponseRedirect(reverse("desk:debits"))


def _run_or_404(run_id: int) -> RunRow:
    run = debit_run(run_id)
    if run is None:
        raise Http404
    return run


def _label(run: RunRow) -> str:
    label = Month.of(run.month).label_fr().capitalize()
    return f"{label}, lot n°\u00a0{run.rank}" if run.rank > 1 else label


def _state(run: RunRow) -> Tag:
    if run.voided_at is not None:
        return Tag(label="Annulé")
    if run.written_at is not None:
        return Tag(label="Fichier fait", tone=Tone.OK)
    if run.signed_at is not None:
        return Tag(label="Signé", tone=Tone.OK)
    return Tag(label="À signer", tone=Tone.WARN) if run.count else Tag(label="Rien à prélever")


def _job(run: RunRow) -> JobProgress | None:
    page = reverse("desk:debit_run", args=[run.id])
    poll = reverse("desk:debit_progress", args=[run.id])
    return job_of(latest_work(progress_key(Month.of(run.month))), poll_url=poll, page_url=page, at=now())


def _returned(request: ActorRequest, row: ReturnedRow) -> dict[str, object]:
    reason = reason_of(row.reason)
    return {
        "row": row,
        "state": STATES[row.state].capitalize(),
        "reason": words.capital(reason.label),
        "step": "À demander avec le prochain avis" if row.again_at else reason.told_step,
        "may_again": row.again_at is None and may_represent(row.reason),
        "url": address(request.actor.role, "lease", row.lease_id),
    }
