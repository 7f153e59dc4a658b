"""Housing aid at the desk: give a file of the CAF to a job, deal with its queue, reconcile its transfer."""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.aid.models import ROW_KINDS, ROW_STATES, WAITING, AidRow
from palier.aid.operations.giving import MAY_GIVE, Given, ask_import_again, give_aid_file, given_key, leave_aid_file
from palier.aid.operations.queue import accept_row, attach_row, reconcile_transfer
from palier.aid.queries import files as reads
from palier.desk.month_page import job_of
from palier.desk.navigation import address, framed
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.foundation.queries import latest_work
from palier.privacy.declare import Role
from palier.web import words
from palier.web.components import Fig, JobProgress, Link, Tag, Tone
from palier.web.requests import ActorRequest

_LARGEST_FILE: Final = 30_000_000
_LARGEST_PROFILE: Final = 20_000
_GIVEN_STATES: Final = {
    "WAITING": Tag(label="en lecture", tone=Tone.INFO),
    "REFUSED": Tag(label="refusé", tone=Tone.BAD),
    "LEFT": Tag(label="laissé"),
}
_TONES: Final = dict.fromkeys(WAITING, Tone.WARN) | {"UNKNOWN": Tone.BAD}


class AidFileForm(forms.Form):
    """A file of the CAF, and how it is cut."""

    file = forms.FileField(
        label="Fichier de la CAF",
        help_text="Texte à largeurs fixes, 30\u00a0Mo au plus. Un fichier déjà lu ne crée rien.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )
    profile = forms.FileField(
        label="Profil d’import",
        required=False,
        help_text="TOML. Vide\u00a0: celui de Palier, non vérifié.",
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )

    def clean_file(self) -> UploadedFile:
        """A file of a size that a month has."""
        given: UploadedFile = self.cleaned_data["file"]
        if (given.size or 0) > _LARGEST_FILE:
            raise forms.ValidationError("Ce fichier dépasse 30\u00a0Mo.")
        return given


def aid(request: ActorRequest) -> HttpResponse:
    """The files given, and the place to give another."""
    return _page(request, AidFileForm())


def aid_upload(request: ActorRequest) -> HttpResponse:
    """Keep a file of the CAF for the job that imports it."""
    form = AidFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            given = give_aid_file(_given(form), actor=request.actor, at=now())
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return HttpResponseRedirect(reverse("desk:aid_given", args=[given.pk]))
    return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def aid_given(request: ActorRequest, aid_given_id: int) -> HttpResponse:
    """A file just given: how far its import is, then what became of it."""
    row = _given_or_404(aid_given_id)
    if row.state == "IMPORTED" and row.file_id is not None:
        if not row.created_count:
            messages.info(request, "Ce fichier avait déjà été lu\u00a0: rien de nouveau n’a été créé.")
        return HttpResponseRedirect(reverse("desk:aid_file", args=[row.file_id]))
    context: dict[str, object] = {
        "row": row,
        "job": _job(row),
        "crumbs": [Link(label="Aides (CAF)", url=reverse("desk:aid")), Link(label=row.name)],
    }
    return framed(request, "desk/aid_given.html", context)


def aid_given_progress(request: ActorRequest, aid_given_id: int) -> HttpResponse:
    """How far the import is, as the fragment that asks for itself."""
    job = _job(_given_or_404(aid_given_id))
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:aid_given", args=[aid_given_id]))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def aid_given_again(request: ActorRequest, aid_given_id: int) -> HttpResponse:
    """Ask again for the import of a file whose job was stopped."""
    _given_or_404(aid_given_id)
    try:
        ask_import_again(given_id=aid_given_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk:aid_given", args=[aid_given_id]))


def aid_given_leave(request: ActorRequest, aid_given_id: int) -> HttpResponse:
    """Leave a file that no job has read."""
    _given_or_404(aid_given_id)
    try:
        leave_aid_file(given_id=aid_given_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:aid_given", args=[aid_given_id]))
    messages.success(request, "Le fichier est laissé. Rien n’a changé, son contenu est effacé.")
    return HttpResponseRedirect(reverse("desk:aid"))


def aid_file(request: ActorRequest, aid_file_id: int) -> HttpResponse:
    """A file: what it pays, and the rows that wait for somebody."""
    row = _or_404(aid_file_id)
    waiting = reads.waiting_rows(aid_file_id)
    settled = reads.settled_rows(aid_file_id)
    request.reading.saw([each.person_id for each in waiting if each.person_id])
    request.reading.saw([each.person_id for each in settled if each.person_id])
    kinds, states = dict(ROW_KINDS), dict(ROW_STATES)
    context: dict[str, object] = {
        "row": row,
        "figs": [
            Fig(label="Lignes", value=words.number(row.rows)),
            Fig(label="À voir", value=words.number(row.waiting)),
            Fig(label="Virement attendu", value=words.euros(row.net_cents)),
            Fig(label="Sur le relevé", value="rapproché" if row.is_reconciled else "pas encore rapproché"),
        ],
        "waiting": [
            (
                each,
                kinds[each.kind],
                Tag(label=states[each.state], tone=_TONES[each.state]),
                address(request.actor.role, "lease", each.lease_id) if each.lease_id else "",
            )
            for each in waiting
        ],
        "settled": [(each, kinds[each.kind], address(request.actor.role, "lease", each.lease_id)) for each in settled],
        "may_decide": request.actor.role == Role.HEADQUARTERS,
        "crumbs": [
            Link(label="Aides (CAF)", url=reverse("desk:aid")),
            Link(label=Month.of(row.month).label_fr().capitalize()),
        ],
    }
    return framed(request, "desk/aid_file.html", context)


def aid_reconcile(request: ActorRequest, aid_file_id: int) -> HttpResponse:
    """Reconcile the CAF's transfer with the file's total."""
    _or_404(aid_file_id)
    try:
        reconcile_transfer(file_id=aid_file_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le virement de la CAF est rapproché.")
    return HttpResponseRedirect(reverse("desk:aid_file", args=[aid_file_id]))


def aid_attach(request: ActorRequest, aid_row_id: int) -> HttpResponse:
    """Say whose lease a number is."""
    place = _place_of(aid_row_id)
    try:
        count = attach_row(
            row_id=aid_row_id, reference=request.POST.get("bail", "").strip()[:20], actor=request.actor, at=now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Allocataire rattaché. Lignes jugées à nouveau\u00a0: {words.number(count)}.")
    return HttpResponseRedirect(place)


def aid_accept(request: ActorRequest, aid_row_id: int) -> HttpResponse:
    """Accept what the CAF paid."""
    place = _place_of(aid_row_id)
    try:
        accept_row(row_id=aid_row_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le montant de la CAF est accepté.")
    return HttpResponseRedirect(place)


def _page(request: ActorRequest, form: AidFileForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context: dict[str, object] = {
        "files": [(each, Month.of(each.month).label_fr()) for each in reads.aid_files()],
        "form": form,
        "may_give": request.actor.role in MAY_GIVE,
        "given": [
            (each, _GIVEN_STATES[each.state])
            for each in (reads.given_files() if request.actor.role in MAY_GIVE else [])
            if each.state != "IMPORTED"
        ],
    }
    return framed(request, "desk/aid.html", context, status=status)


def _given(form: AidFileForm) -> Given:
    file: UploadedFile = form.cleaned_data["file"]
    cut: UploadedFile | None = form.cleaned_data["profile"]
    return Given(
        name=Path(file.name or "fichier").name,
        blocks=file.chunks(),
        largest_bytes=_LARGEST_FILE,
        profile="" if cut is None else cut.read(_LARGEST_PROFILE).decode("utf-8", "replace"),
    )


def _job(row: reads.GivenRow) -> JobProgress | None:
    return job_of(
        latest_work(given_key(row.id)),
        poll_url=reverse("desk:aid_given_progress", args=[row.id]),
        page_url=reverse("desk:aid_given", args=[row.id]),
        at=now(),
    )


def _given_or_404(given_id: int) -> reads.GivenRow:
    row = reads.given_file(given_id)
    if row is None:
        raise Http404
    return row


def _place_of(aid_row_id: int) -> str:
    found = AidRow.objects.filter(pk=aid_row_id).values_list("file_id", flat=True).first()
    if found is None:
        raise Http404
    return reverse("desk:aid_file", args=[found])


def _or_404(aid_file_id: int) -> reads.FileRow:
    row = reads.aid_file(aid_file_id)
    if row is None:
        raise Http404
    return row
