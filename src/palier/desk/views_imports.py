"""Files: given, read, looked at cell by cell, applied in part or left. Nothing changes before the look."""

import tempfile
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.agents.access import agent_of
from palier.desk.month_page import job_of, when
from palier.desk.navigation import framed
from palier.desk.tables_imports import errors_table, record_line
from palier.estate.imports import palier_estate, paris_programmes
from palier.estate.operations import files as estate_files
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.queries import FileRow, RecordRow, file_given, file_records, files_given, latest_work
from palier.foundation.reviews import abandon_review
from palier.leases.imports import lease_file
from palier.leases.operations import files as lease_files
from palier.leases.operations.asking import APPLIES_A_FILE, ask_apply, import_key
from palier.takeover.imports import account_file
from palier.takeover.operations import files as account_files
from palier.takeover.tasks import APPLIES_ACCOUNTS
from palier.web import words
from palier.web.components import Chip, Fig, JobProgress, Link, Tag, Tone
from palier.web.exports import export_response
from palier.web.requests import ActorRequest
from palier.web.tables import page_of, read_state

PAGE_ROWS: Final = 40
LARGEST_FILE: Final = 30 * 1024 * 1024
EVERYTHING: Final = 200_001
KINDS: Final = {
    "PROGRAMMES": "Programmes de logements sociaux (données ouvertes de Paris)",
    "ESTATE": "Patrimoine, au format de Palier",
    "LEASES": "Baux, au format de Palier",
    "ACCOUNTS": "Comptes de l’ancien logiciel : soldes, dépôts, plans, historique, contacts",
}
VERDICTS: Final = {"CREATE": "à créer", "UPDATE": "à modifier", "UNCHANGED": "identique", "REFUSED": "refusé"}
# By kind and layout of the file.
COLUMNS: Final = {
    ("ESTATE", estate_files.PARIS_PROGRAMMES): paris_programmes.EXPECTED,
    ("ESTATE", estate_files.PALIER): palier_estate.COLUMNS,
    ("LEASES", lease_files.LAYOUT): lease_file.COLUMNS,
    ("ACCOUNTS", account_files.LAYOUT): account_file.COLUMNS,
}
STATES: Final = {
    "READ": Tag(label="À regarder", tone=Tone.WARN),
    "APPLIED": Tag(label="Appliqué", tone=Tone.OK),
    "ABANDONED": Tag(label="Laissé"),
}


class FileForm(forms.Form):
    """A file and what it is. It is read first; nothing is applied before someone has looked."""

    kind = forms.ChoiceField(label="Ce que contient le fichier", choices=list(KINDS.items()), widget=forms.RadioSelect)
    file = forms.FileField(
        label="Fichier",
        help_text="CSV ou XLSX, 30\u00a0Mo au plus. Lu, puis montré\u00a0: rien n’est écrit avant votre accord.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )
    landlord = forms.CharField(
        label="Bailleur",
        help_text="Pour les programmes de Paris\u00a0: ne garder que ceux de ce bailleur. Vide\u00a0: tous.",
        max_length=80,
        required=False,
    )
    source = forms.CharField(
        label="Ancien logiciel",
        help_text="Pour les comptes\u00a0: celui dont la correspondance est enregistrée. Vide\u00a0: nos colonnes.",
        max_length=30,
        required=False,
    )

    def clean_file(self) -> UploadedFile:
        given: UploadedFile = self.cleaned_data["file"]
        if (given.size or 0) > LARGEST_FILE:
            raise forms.ValidationError("Ce fichier dépasse 30\u00a0Mo. Coupez-le en plusieurs fichiers.")
        return given


def imports(request: ActorRequest) -> HttpResponse:
    """One's own files, and the place to give another."""
    return _imports_page(request, FileForm(initial={"kind": "LEASES"}))


def _imports_page(request: ActorRequest, form: FileForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context: dict[str, object] = {
        "form": form,
        "files": [
            {"row": row, "url": reverse("desk:import_review", args=[row.id]), "state": STATES[row.state],
             "kind": kind_label(row), "given": when(row.created_at)}
            for row in files_given(50)
        ],
    }  # fmt: skip
    return framed(request, "desk/imports.html", context, status=status)


def kind_label(row: FileRow) -> str:
    """What the file holds, in two words."""
    return {"ESTATE": "patrimoine", "LEASES": "baux", "ACCOUNTS": "comptes", "DEMANDES": "demandes"}[row.kind]


def import_upload(request: ActorRequest) -> HttpResponse:
    """Read a file and keep what it would do. The file itself is forgotten as soon as it is read."""
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            batch_id = _review(request, form)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return HttpResponseRedirect(reverse("desk:import_review", args=[batch_id]))
    return _imports_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _review(request: ActorRequest, form: FileForm) -> int:
    given: UploadedFile = form.cleaned_data["file"]
    name = Path(given.name or "fichier").name
    me = agent_of(request.actor)
    with tempfile.TemporaryDirectory(prefix="palier-import-") as folder:
        path = Path(folder) / f"fichier{Path(name).suffix.lower()[:6]}"
        with path.open("wb") as copy:
            for chunk in given.chunks():
                copy.write(chunk)
        if form.cleaned_data["kind"] == "LEASES":
            return lease_files.review_file(path, file_name=name, created_by=me, at=now())
        if form.cleaned_data["kind"] == account_files.KIND:
            source = form.cleaned_data["source"]
            return account_files.review_file(path, file_name=name, created_by=me, at=now(), source=source)
        layout = estate_files.PALIER if form.cleaned_data["kind"] == "ESTATE" else estate_files.PARIS_PROGRAMMES
        return estate_files.review_file(
            path, layout=layout, file_name=name, created_by=me, at=now(), landlord=form.cleaned_data["landlord"]
        )


# --- The look --------------------------------------------------------------------------------------------------------


def _file_or_404(batch_id: int) -> FileRow:
    row = file_given(batch_id)
    if row is None:
        raise Http404
    return row


def import_review(request: ActorRequest, batch_id: int) -> HttpResponse:
    """What a file would do, record by record, cell by cell: verdicts, hard refusals, soft warnings."""
    row = _file_or_404(batch_id)
    table = errors_table()
    state = read_state(table, request.GET)
    verdict, only_findings = state.one("verdict"), state.one("remarques") == "oui"
    cursor = next((value for value in state.cursor or () if isinstance(value, int)), None)
    records = file_records(
        batch_id=batch_id,
        verdict=verdict,
        with_findings=only_findings,
        cursor=cursor,
        backwards=state.backwards,
        limit=PAGE_ROWS,
    )
    page = page_of(table, state, records, limit=PAGE_ROWS, key=lambda record: (record.record,))
    context = _file_context(row) | {
        "records": [record_line(record, VERDICTS) for record in page.rows],
        "pager": page.pager,
        "chips": [
            *(
                Chip(
                    label=f"{VERDICTS[code].capitalize()}\u00a0{words.number(count)}",
                    url=state.without_filter("verdict", code)
                    if code == verdict
                    else state.address(filters={"verdict": [code]}),
                    on=code == verdict,
                )
                for code, count in _by_verdict(row)
                if count
            ),
            Chip(
                label="Avec une remarque",
                url=state.without_filter("remarques", "oui")
                if only_findings
                else state.address(filters={"remarques": ["oui"]}),
                on=only_findings,
            ),
        ],
    }
    return framed(request, "desk/import_review.html", context)


def _by_verdict(row: FileRow) -> list[tuple[str, int]]:
    return [
        ("CREATE", row.created_count),
        ("UPDATE", row.updated_count),
        ("UNCHANGED", row.unchanged_count),
        ("REFUSED", row.refused_count),
    ]


def _file_context(row: FileRow) -> dict[str, object]:
    return {
        "file": row,
        "kind": kind_label(row),
        "state": STATES[row.state],
        "given": when(row.created_at),
        "applied": when(row.applied_at),
        "figs": [
            Fig(
                label="Lus",
                value=words.number(row.read_count),
                note="= " + " + ".join(words.number(count) for _, count in _by_verdict(row)),
            ),
            Fig(label="À créer" if row.state == "READ" else "Créés", value=words.number(row.created_count)),
            Fig(label="À modifier" if row.state == "READ" else "Modifiés", value=words.number(row.updated_count)),
            Fig(label="Identiques", value=words.number(row.unchanged_count)),
            Fig(label="Refusés", value=words.number(row.refused_count), debt=row.refused_count > 0),
        ],
        "job": _job(row),
        "apply_label": _apply_label(row),
        "crumbs": [Link(label="Imports", url=reverse("desk:imports")), Link(label=row.file_name)],
    }


def _apply_label(row: FileRow) -> str:
    """ "Appliquer 118 lignes, 3 refusées"."""
    accepted = words.count(row.changes_count, "ligne")
    refused = f", {words.count(row.refused_count, 'refusée')}" if row.refused_count else ""
    return f"Appliquer {accepted}{refused}"


def _job(row: FileRow) -> JobProgress | None:
    return job_of(
        latest_work(import_key(row.id)),
        poll_url=reverse("desk:import_progress", args=[row.id]),
        page_url=reverse("desk:import_review", args=[row.id]),
        at=now(),
    )


def import_progress(request: ActorRequest, batch_id: int) -> HttpResponse:
    """How far the application of a file is; the page is read again once it ends."""
    row = _file_or_404(batch_id)
    job = _job(row)
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:import_review", args=[batch_id]))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def import_errors(request: ActorRequest, batch_id: int) -> HttpResponseBase:
    """The refused records with their reasons, to be corrected and given again."""
    row = _file_or_404(batch_id)
    refused = file_records(batch_id=batch_id, verdict="REFUSED", limit=EVERYTHING)
    table = errors_table(_columns_given(row, refused))
    wanted = request.GET.get("format", "csv")
    name = f"refus {Path(row.file_name).stem}"
    return export_response(table, read_state(table, request.GET), refused, wanted=wanted, name=name, on=today())


def _columns_given(row: FileRow, records: Sequence[RecordRow]) -> tuple[str, ...]:
    """The file's columns, known ones in the guide's order, then the others: a kept record forgets it."""
    given = {name for record in records for name in record.cells}
    known = [name for name in COLUMNS[row.kind, row.format] if name in given]
    return (*known, *sorted(given.difference(known)))


# --- The decision ----------------------------------------------------------------------------------------------------


def import_apply(request: ActorRequest, batch_id: int) -> HttpResponse:
    """Ask for the accepted records to be applied."""
    row = _file_or_404(batch_id)
    task = APPLIES_ACCOUNTS if row.kind == account_files.KIND else APPLIES_A_FILE
    try:
        ask_apply(batch_id=batch_id, actor=request.actor, at=now(), task=task)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("desk:import_review", args=[batch_id]))


def import_abandon(request: ActorRequest, batch_id: int) -> HttpResponse:
    """Leave a file: nothing was changed, its records are forgotten."""
    _file_or_404(batch_id)
    try:
        abandon_review(batch_id, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le fichier est laissé. Rien n’a été changé, ses lignes sont oubliées.")
    return HttpResponseRedirect(reverse("desk:imports"))
