"""Breaches of data, for the data protection officer: open, see who is concerned, weigh, tell, close."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.desk.forms_incidents import AssessmentForm, IncidentForm, ReceiptForm
from palier.desk.month_page import job_of
from palier.desk.navigation import framed
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.mail.report import Report, render_report
from palier.mail.sender import landlord_as_sender
from palier.oversight.models import CAUSES, KINDS, MEASURES, STEPS
from palier.oversight.operations.incidents import (
    assess_incident,
    close_incident,
    declare_incident,
    note_notified,
    note_persons_told,
)
from palier.oversight.operations.letters import ask_letters
from palier.oversight.papers import assessment, label_of, notification, register
from palier.oversight.queries.incidents import (
    IncidentRow,
    StepRow,
    concerned,
    incident_of,
    incidents,
    steps_of,
)
from palier.oversight.queries.known import gravity_known, known_of
from palier.oversight.rules.clock import clock_at
from palier.oversight.rules.gravity import LEVEL_LABELS, Ease, Exposure, Level
from palier.rights.spool import Spool
from palier.web import words
from palier.web.components import Fig, JobProgress, Link, Tag, Tone
from palier.web.requests import ActorRequest

SHOWN_PERSONS: Final = 200
_TONES: Final = {Level.LOW: Tone.OK, Level.MEDIUM: Tone.WARN, Level.HIGH: Tone.BAD, Level.VERY_HIGH: Tone.BAD}


def incident_list(request: ActorRequest) -> HttpResponse:
    """The register with the rehearsals beside it."""
    at = now()
    rows = [
        (row, KINDS[row.kind], STEPS[row.state], _clock_tag(row, at), _level_tag(row))
        for row in incidents(with_exercises=True)
    ]
    return framed(request, "desk/incidents.html", {"rows": rows})


def incident_new(request: ActorRequest) -> HttpResponse:
    """Open a breach: the persons concerned are found at once."""
    form = IncidentForm(request.POST or None, initial={"kind": "AGENT", "aware_at": now()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                opened = declare_incident(declared=form.declared, actor=request.actor, at=now())
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return HttpResponseRedirect(reverse("desk:incident", args=[opened.number]))
    return framed(request, "desk/incident_new.html", {"form": form, "crumbs": _crumbs("Ouvrir")}, status=status)


def incident(request: ActorRequest, number: str) -> HttpResponse:
    """One breach: the clock, who and what, the risk, the papers, the steps."""
    return _page(request, _or_404(number))


def incident_assess(request: ActorRequest, number: str) -> HttpResponse:
    """Weigh the risk."""
    row = _or_404(number)
    form = AssessmentForm(request.POST)
    if not form.is_valid():
        return _page(request, row, grid=form, status=422)
    typed = form.cleaned_data
    assess_incident(
        number=number,
        ease=Ease(typed["ease"]),
        exposure=Exposure(typed["exposure"]),
        is_malicious=typed["is_malicious"],
        measures=typed["measures"],
        actor=request.actor,
        at=now(),
    )
    return _back(number)


def incident_notify(request: ActorRequest, number: str) -> HttpResponse:
    """Keep the authority's receipt."""
    row = _or_404(number)
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        return _page(request, row, receipt=form, status=422)
    note_notified(number=number, receipt=form.cleaned_data["receipt"], actor=request.actor, at=now())
    return _back(number)


def incident_letters(request: ActorRequest, number: str) -> HttpResponseBase:
    """Ask for the letters, or fetch those that are made."""
    row = _or_404(number)
    if request.method == "POST":
        ask_letters(number=number, actor=request.actor)
        return _back(number)
    made = _letters_made(steps_of(row.id))
    if made is None:
        raise Http404
    request.reading.saw([person.person_id for person in concerned(row.id, limit=row.persons)], "IDENTITE")
    stream = Spool(Path(settings.DOCUMENT_ROOT)).open_sealed(made.package_sha256, made.package_key)
    return FileResponse(stream, as_attachment=True, filename=f"lettres-{number}.zip", content_type="application/zip")


def incident_progress(request: ActorRequest, number: str) -> HttpResponseBase:
    """How far the letters are: the fragment that asks for itself."""
    row = _or_404(number)
    job = _job(row)
    if not request.htmx:
        return _back(number)
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def incident_told(request: ActorRequest, number: str) -> HttpResponse:
    """Note that the letters have left."""
    _or_404(number)
    note_persons_told(number=number, actor=request.actor, at=now())
    return _back(number)


def incident_close(request: ActorRequest, number: str) -> HttpResponse:
    """Close."""
    _or_404(number)
    close_incident(number=number, actor=request.actor, at=now())
    messages.success(request, f"{number} est clos.")
    return _back(number)


def incident_notification(request: ActorRequest, number: str) -> HttpResponseBase:
    """The draft of the notification as a PDF that carries its data."""
    row = _or_404(number)
    return _file(notification(known_of(row, with_screens=True), on=today()), f"{row.number} notification")


def incident_register(request: ActorRequest) -> HttpResponseBase:
    """The register as a PDF."""
    return _file(
        register(incidents(with_exercises=False), landlord=landlord_as_sender(), on=today()), "registre des violations"
    )


def _page(
    request: ActorRequest,
    row: IncidentRow,
    *,
    grid: AssessmentForm | None = None,
    receipt: ReceiptForm | None = None,
    status: int = 200,
) -> HttpResponse:
    known = known_of(row, with_screens=True)
    people = concerned(row.id, limit=SHOWN_PERSONS)
    request.reading.saw([person.person_id for person in people])
    found = assessment(known)
    answered = (
        {
            "ease": found.ease,
            "exposure": found.exposure,
            "is_malicious": found.is_malicious,
            "measures": found.measures,
        }
        if found
        else {"ease": Ease.MAXIMUM.value}
    )
    context: dict[str, object] = {
        "row": row,
        "kind": KINDS[row.kind],
        "cause": CAUSES[row.cause],
        "figs": _figs(row, now()),
        "categories": [(label_of(each.category).capitalize(), each.persons) for each in known.categories],
        "screens": known.screens,
        "people": [(each, ", ".join(label_of(code) for code in each.categories)) for each in people],
        "hidden_people": max(0, row.persons - len(people)),
        "steps": [
            (STEPS[step.kind], step, LEVEL_LABELS[Level(step.level)] if step.level else "") for step in known.steps
        ],
        "measures": [MEASURES[code] for code in found.measures] if found else [],
        "gravity": gravity_known(known),
        "grid": grid or AssessmentForm(initial=answered),
        "receipt": receipt or ReceiptForm(),
        "job": _job(row),
        "has_letters": _letters_made(known.steps) is not None,
        "is_closed": row.state == "CLOSED",
        "crumbs": _crumbs(row.number),
    }
    return framed(request, "desk/incident.html", context, status=status)


def _letters_made(steps: Sequence[StepRow]) -> StepRow | None:
    """The step of the last letters made; None when there are none, or none that was sealed."""
    return next((step for step in reversed(steps) if step.package_key is not None), None)


def _job(row: IncidentRow) -> JobProgress | None:
    return job_of(
        latest_work(f"incident:{row.number}"),
        poll_url=reverse("desk:incident_progress", args=[row.number]),
        page_url=reverse("desk:incident", args=[row.number]),
        at=now(),
    )


def _figs(row: IncidentRow, at: datetime) -> list[Fig]:
    clock = clock_at(row.aware_at, at)
    left = "délai dépassé" if clock.is_over else f"{clock.hours_left}\u00a0h restantes"
    return [
        Fig(label="Personnes concernées", value=words.number(row.persons)),
        Fig(label="Risque", value=LEVEL_LABELS[Level(row.level)] if row.level else "à évaluer"),
        Fig(
            label="CNIL avant le",
            value=words.instant(clock.due_at),
            note="notifiée" if row.is_notified else "sans objet" if row.level == Level.LOW else left,
        ),
        Fig(label="Étape", value=STEPS[row.state]),
    ]


def _clock_tag(row: IncidentRow, at: datetime) -> Tag:
    if row.is_notified or row.state == "CLOSED":
        return Tag(label="notifiée" if row.is_notified else "sans notification", tone=Tone.OK)
    clock = clock_at(row.aware_at, at)
    if clock.is_over:
        return Tag(label="72 h dépassées", tone=Tone.BAD)
    return Tag(label=f"{clock.hours_left}\u00a0h", tone=Tone.WARN)


def _level_tag(row: IncidentRow) -> Tag:
    if not row.level:
        return Tag(label="à évaluer")
    return Tag(label=LEVEL_LABELS[Level(row.level)], tone=_TONES[Level(row.level)])


def _file(paper: Report, name: str) -> HttpResponse:
    stem = name.replace(" ", "-")
    response = HttpResponse(render_report(paper), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{stem}.pdf"'
    return response


def _or_404(number: str) -> IncidentRow:
    row = incident_of(number)
    if row is None:
        raise Http404
    return row


def _back(number: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:incident", args=[number]))


def _crumbs(here: str) -> list[Link]:
    return [Link(label="Violations de données", url=reverse("desk:incidents")), Link(label=here)]
