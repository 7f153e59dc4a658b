"""Templates at the desk: their list, a text written with its preview, its versions."""

import json
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.correspondence.access import MAY_WRITE_TEMPLATES
from palier.correspondence.models import Sending, TemplateVersion
from palier.correspondence.operations.templates import (
    TemplateNotFound,
    create_template,
    retire_template,
    write_version,
)
from palier.correspondence.queries import templates as reads
from palier.correspondence.queries.facts import lease_numbered
from palier.correspondence.rules.fields import FIELDS, Gives, categories_of
from palier.correspondence.rules.markup import TextRefused, read_text
from palier.correspondence.starters import STARTERS
from palier.correspondence.writing import Writing, fictional
from palier.desk.forms_mail import DraftForm, NewTemplateForm
from palier.desk.navigation import framed, opens, tabs_among
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.leases.access import LeaseNotFound
from palier.mail.report import Report, render_report
from palier.privacy.catalogue import CATEGORIES
from palier.screening.fields import verdicts_of
from palier.screening.operations.texts import note_justified, note_refusal
from palier.screening.shown import Reason, reasons
from palier.web.components import Link
from palier.web.requests import ActorRequest

TABS: Final = {"mail_register": "Registre", "mail_sendings": "Envois", "mail_templates": "Modèles"}
_HOW: Final = {Gives.WORDS: "{{{{ {} }}}}", Gives.YES_NO: "{{{{ si {} }}}}", Gives.ADDRESS: "{{{{ {} }}}}"}


def templates(request: ActorRequest) -> HttpResponse:
    """Every template, and the texts to begin one from."""
    context: dict[str, object] = {
        "tabs": tabs_among(request, TABS, here="mail_templates"),
        "templates": reads.templates(),
        "may_write": opens(request.actor.role, "mail_template_new"),
        "starters": [(code, each.name) for code, each in STARTERS.items()],
    }
    return framed(request, "desk/mail_templates.html", context)


def template_new(request: ActorRequest) -> HttpResponse:
    """A template and its first text."""
    starter = STARTERS.get(request.GET.get("depart", ""))
    initial = (
        {
            "name": starter.name,
            "code": request.GET["depart"],
            "title": starter.title,
            "source": starter.source,
            "needs_two": starter.needs_two,
        }
        if starter is not None
        else {}
    )
    form = NewTemplateForm(request.POST if request.method == "POST" else None, initial=initial, label_suffix="")
    status = 200
    if request.method == "POST" and not _is_trial(request):
        status = 422
        if _is_kept(request, form):
            typed = form.cleaned_data
            try:
                version = create_template(
                    code=typed["code"], name=typed["name"], draft=form.draft, actor=request.actor, at=now()
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                _note_justified(request, form)
                messages.success(request, "Le modèle est enregistré. Il peut écrire.")
                return HttpResponseRedirect(reverse("desk:mail_template", args=[version.template_id]))
    crumbs = [Link(label="Nouveau modèle")]
    return _editor(request, form, crumbs, status, row=None, starter_text=initial)


def template(request: ActorRequest, template_id: int) -> HttpResponse:
    """A template: its text, its preview, its versions; written again, its next version."""
    row = reads.template_row(template_id)
    if row is None:
        raise Http404
    versions = reads.versions_of(template_id)
    last = versions[0]
    initial = {
        "title": last.title,
        "source": last.source,
        "is_registered": last.is_registered,
        "needs_two": last.needs_two,
    }
    form = DraftForm(request.POST if request.method == "POST" else None, initial=initial, label_suffix="")
    status = 200
    if request.method == "POST" and not _is_trial(request):
        status = 422
        if _is_kept(request, form):
            try:
                version = write_version(template_id=template_id, draft=form.draft, actor=request.actor, at=now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                _note_justified(request, form)
                messages.success(request, f"La version {version.rank} est enregistrée. Celles d’avant restent.")
                return HttpResponseRedirect(reverse("desk:mail_template", args=[template_id]))
    return _editor(request, form, [Link(label=row.name)], status, row=row, starter_text=initial, versions=versions)


def retire(request: ActorRequest, template_id: int) -> HttpResponse:
    """It writes no more."""
    try:
        retire_template(template_id=template_id, actor=request.actor, at=now())
    except TemplateNotFound as stranger:
        raise Http404 from stranger
    messages.success(request, "Le modèle est retiré. Ses lettres restent au registre.")
    return HttpResponseRedirect(reverse("desk:mail_templates"))


def preview(request: ActorRequest) -> HttpResponse:
    """The letter that a text makes, as the fragment that follows the keyboard."""
    return render(request, "desk/_mail_preview.html", _tried(request))


def preview_pdf(request: ActorRequest) -> HttpResponse:
    """The same as its PDF, stamped as a draft; the page again when the text is refused."""
    try:
        report = _report(request)
        pdf = render_report(report)
    except Refusal as refusal:
        crumbs = [Link(label="Modèles de lettres", url=reverse("desk:mail_templates")), Link(label="Essai")]
        context: dict[str, object] = {"refusal": str(refusal), "crumbs": crumbs}
        return framed(request, "desk/mail_preview_refused.html", context, status=422)
    headers = {"Content-Disposition": 'inline; filename="projet.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def blocks_of(report: Report) -> dict[str, object]:
    """A letter as its page reads it, from the frozen data that the PDF is made from."""
    drawn = json.loads(report.canonical())
    return {
        "title": drawn["titre"],
        "number": drawn["numero"],
        "stamp": drawn["tampon"],
        "on": report.issued_on,
        "sender": drawn["bailleur"]["nom"],
        "sender_address": ", ".join(drawn["bailleur"]["adresse"]),
        "recipient": drawn["destinataire"],
        "blocks": [
            {**block, "rangs": [list(zip(row, block["alignements"], strict=True)) for row in block["lignes"]]}
            if block["genre"] == "tableau"
            else block
            for block in drawn["blocs"]
        ],
    }


def _is_trial(request: ActorRequest) -> bool:
    return "essai" in request.POST


def _is_kept(request: ActorRequest, form: DraftForm) -> bool:
    """Whether what was typed may be kept; what the screen refused is counted, never its text."""
    valid = form.is_valid()
    for name, verdict in verdicts_of(form).items():
        if verdict.decision == "block":
            note_refusal(verdict, field=name, site="desk", actor=request.actor, at=now())
    return valid


def _note_justified(request: ActorRequest, form: DraftForm) -> None:
    for name, verdict in verdicts_of(form).items():
        note_justified(
            verdict,
            justification=form.cleaned_data["justification"],
            field=name,
            site="desk",
            actor=request.actor,
            at=now(),
        )


def _found(form: DraftForm) -> list[Reason]:
    return [
        reason
        for name, verdict in verdicts_of(form).items()
        for reason in reasons(str(form.data.get(name, "")), verdict)
    ]


def _editor(
    request: ActorRequest,
    form: DraftForm,
    crumbs: list[Link],
    status: int,
    *,
    row: reads.TemplateRow | None,
    starter_text: dict[str, object],
    versions: list[reads.VersionRow] | None = None,
) -> HttpResponse:
    shown = _tried(request) if request.method == "POST" else _sample(request, starter_text)
    may_write = request.actor.role in MAY_WRITE_TEMPLATES and (row is None or not row.is_retired)
    context: dict[str, object] = {
        "row": row,
        "form": form,
        "reasons": _found(form) if form.is_bound else [],
        "versions": versions or [],
        "may_write": may_write,
        "retire_url": reverse("desk:mail_template_retire", args=[row.id]) if row is not None and may_write else "",
        "fields": [
            (_HOW[each.gives].format(code), each.label, CATEGORIES[each.category].label if each.category else "")
            for code, each in FIELDS.items()
        ],
        "end_mark": "{{ fin }}",
        "crumbs": [Link(label="Modèles de lettres", url=reverse("desk:mail_templates")), *crumbs],
        **shown,
    }
    return framed(request, "desk/mail_template.html", context, status=status)


def _sample(request: ActorRequest, initial: dict[str, object]) -> dict[str, object]:
    try:
        report = fictional(title=str(initial.get("title", "")), source=str(initial.get("source", "")), on=today())
    except Refusal:
        return {"letter": None, "faults": [], "whose": ""}
    return {"letter": blocks_of(report), "faults": [], "whose": "un locataire fictif"}


def _tried(request: ActorRequest) -> dict[str, object]:
    """The letter of what is typed, or its faults in words."""
    try:
        report = _report(request)
        letter = blocks_of(report)
    except TextRefused as refused:
        faults = [f"Ligne {each.line}, colonne {each.column}\u00a0: {each.reason}." for each in refused.faults]
        return {"letter": None, "faults": faults, "whose": ""}
    except Refusal as refusal:
        return {"letter": None, "faults": [str(refusal)], "whose": ""}
    asked = request.POST.get("bail", "").strip()
    return {"letter": letter, "faults": [], "whose": f"le bail {asked}" if asked else "un locataire fictif"}


def _report(request: ActorRequest) -> Report:
    """The letter that is typed, for a lease of one's scope or for nobody. Raises TextRefused, LeaseNotFound."""
    title, source = request.POST.get("title", "")[:100], request.POST.get("source", "")
    asked = request.POST.get("bail", "").strip()[:20]
    if not asked:
        request.reading.showed_nothing()
        return fictional(title=title, source=source, on=today())
    text = read_text(source)
    lease_id = lease_numbered(asked)
    if lease_id is None:
        raise LeaseNotFound
    version = TemplateVersion(title=title, source=source, fields=sorted(text.fields))
    writing = Writing(Sending(version=version, needs_two=False, is_single=True), [lease_id], on=today())
    if lease_id not in writing.homes:
        raise LeaseNotFound
    request.reading.saw(writing.homes[lease_id].person_ids, *categories_of(text.fields))
    return writing.preview(lease_id)
