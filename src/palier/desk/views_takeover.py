"""The takeover: each file's reconciliation sheet, its two signatures, and how an old suite's files are read."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.desk.forms_takeover import MappingForm
from palier.desk.navigation import framed
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.takeover.operations.mapping import save_mapping
from palier.takeover.operations.sheet import SheetNotFound, sign_sheet
from palier.takeover.papers import sheet_report
from palier.takeover.queries.mappings import mapping_rows
from palier.takeover.queries.sheets import SheetRow, sheet_lines, sheet_row, sheet_rows
from palier.web import words
from palier.web.components import Fig, Link, Tag, Tone
from palier.web.requests import ActorRequest


def takeover(request: ActorRequest) -> HttpResponse:
    """The sheets, newest first, and the mappings."""
    rows = sheet_rows()
    context: dict[str, object] = {
        "sheets": [
            {"row": row, "url": reverse("desk:takeover_sheet", args=[row.id]), "state": _state(row),
             "made": words.instant(row.made_at)}
            for row in rows
        ],
        "waiting": sum(not row.is_signed for row in rows[:1]),
        "mappings": mapping_rows(),
    }  # fmt: skip
    return framed(request, "desk/takeover.html", context)


def _state(row: SheetRow) -> Tag:
    if row.is_signed:
        return Tag(label="Signée", tone=Tone.OK)
    if not row.agrees:
        return Tag(label="Montants différents", tone=Tone.BAD)
    return Tag(label="Une signature sur deux" if row.first_at else "À signer", tone=Tone.WARN)


def takeover_sheet(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """One sheet, residence by residence: what the file says, what the ledger holds."""
    row = _sheet_or_404(sheet_id)
    lines = sheet_lines(sheet_id)
    kinds = {"BALANCE": "Soldes", "DEPOSIT": "Dépôts"}
    figs = []
    for kind, label in kinds.items():
        of_kind = [line for line in lines if line.kind == kind]
        if of_kind:
            gap = sum(line.gap_cents for line in of_kind)
            figs += [
                Fig(label=f"{label}, fichier", value=words.euros(sum(line.file_cents for line in of_kind))),
                Fig(
                    label=f"{label}, repris",
                    value=words.euros(sum(line.taken_cents for line in of_kind)),
                    note="égaux" if not gap else f"écart {words.euros(gap, signed=True)}",
                    debt=gap != 0,
                ),
            ]
    context: dict[str, object] = {
        "crumbs": [Link(label="Reprise", url=reverse("desk:takeover")), Link(label=row.file_name)],
        "sheet": row,
        "state": _state(row),
        "figs": figs,
        "lines": [{"row": line, "kind": kinds[line.kind]} for line in lines],
        "made": words.instant(row.made_at),
        "first": words.instant(row.first_at),
        "second": words.instant(row.second_at),
        "signed_by_me": row.first_by is not None and row.first_by == request.actor.agent_id,
    }
    return framed(request, "desk/takeover_sheet.html", context)


def _sheet_or_404(sheet_id: int) -> SheetRow:
    try:
        return sheet_row(sheet_id)
    except SheetNotFound as absent:
        raise Http404 from absent


def takeover_sheet_sign(request: ActorRequest, sheet_id: int) -> HttpResponseBase:
    """Sign: a first person, then another."""
    _sheet_or_404(sheet_id)
    try:
        sign_sheet(sheet_id=sheet_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Votre signature est portée sur la fiche.")
    return HttpResponseRedirect(reverse("desk:takeover_sheet", args=[sheet_id]))


def takeover_sheet_pdf(request: ActorRequest, sheet_id: int) -> HttpResponse:
    """The sheet as a document."""
    _sheet_or_404(sheet_id)
    return HttpResponse(
        sheet_report(sheet_id),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="fiche-de-rapprochement-{sheet_id}.pdf"'},
    )


def takeover_mapping(request: ActorRequest) -> HttpResponseBase:
    """Make the next version of how an old suite's files are read."""
    form = MappingForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if request.method == "POST":
        if form.is_valid() and _saved(request, form):
            return HttpResponseRedirect(reverse("desk:takeover"))
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    crumbs = [Link(label="Reprise", url=reverse("desk:takeover")), Link(label="Correspondance")]
    return framed(request, "desk/takeover_mapping.html", {"crumbs": crumbs, "form": form}, status=status)


def _saved(request: ActorRequest, form: MappingForm) -> bool:
    agent_id = request.actor.agent_id
    if agent_id is None:
        raise Http404
    try:
        mapping = save_mapping(source=form.cleaned_data["source"], words=form.words(), by=agent_id, at=now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"Correspondance «\u00a0{mapping.source}\u00a0», version {mapping.version}, enregistrée.")
    return True
