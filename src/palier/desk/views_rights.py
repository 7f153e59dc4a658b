"""Requests of persons on their data: the DPO's queue and answers, the agent's counter."""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.desk.answers import strangers_get_404
from palier.desk.forms_rights import AnswerForm, ExtendForm, WriteDownForm
from palier.desk.navigation import address, framed
from palier.desk.views_jobs import STATES
from palier.desk.views_privacy import privacy_tabs
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.foundation.queries import latest_work
from palier.leases.access import lease_in_scope
from palier.mail.report import render_report
from palier.privacy.catalogue import PURPOSES
from palier.privacy.discreet import rule_in_words
from palier.rights.letters import letter
from palier.rights.operations.answer import answer, extend, hand_over, lift
from palier.rights.operations.ask import write_down
from palier.rights.operations.make import ask_copy
from palier.rights.queries.people import agent_name, asker, people_of_lease, withheld_readings
from palier.rights.queries.requests import (
    RequestRow,
    answered,
    awaited,
    package_by_id,
    packages_of,
    request_by_id,
    steps_of,
)
from palier.rights.rules.answers import COPIES, READING
from palier.rights.rules.clock import days_left
from palier.rights.spool import Spool
from palier.rights.wording import CHANNELS, DECISION_LABELS, PROOFS, request_sentences, thread, title
from palier.web.components import Chip, Link, Tag, Tone
from palier.web.requests import ActorRequest

SOON_DAYS: Final = 7


def rights(request: ActorRequest) -> HttpResponse:
    """The queue: what is awaited, the nearest deadline first; what was answered; what is not shown online."""
    shown = request.GET.get("etat", "")
    if shown not in ("", "repondues"):
        raise Http404
    rows = answered() if shown else awaited()
    request.reading.saw(row.person_id for row in rows)
    context: dict[str, object] = {
        "tabs": privacy_tabs(request, "rights"),
        "chips": [
            Chip(label="À répondre", url="?", on=not shown, is_choice=True),
            Chip(label="Répondues", url="?etat=repondues", on=bool(shown), is_choice=True),
        ],
        "rows": [_line(row) for row in rows],
        "withheld": [
            (PURPOSES[each.purpose].label, rule_in_words(PURPOSES[each.purpose]), each)
            for each in withheld_readings(at=now())
        ],
    }
    return framed(request, "desk/rights.html", context)


def _line(row: RequestRow) -> dict[str, object]:
    left = days_left(row.due_on, on=today())
    return {
        "row": row,
        "title": title(row),
        "channel": CHANNELS[row.channel],
        "tag": _tag(row, left),
        "left": left,
        "decision": DECISION_LABELS.get(row.decision, ""),
    }


def _tag(row: RequestRow, left: int) -> Tag:
    if row.answered_at is not None:
        return Tag(label="Répondue", tone=Tone.OK)
    if left < 0:
        return Tag(label="En retard", tone=Tone.BAD)
    if left <= SOON_DAYS:
        return Tag(label="Bientôt due", tone=Tone.WARN)
    return Tag(label="À répondre", tone=Tone.INFO)


def rights_request(request: ActorRequest, request_id: int) -> HttpResponse:
    """One request whole: who asks, what, until when, and the acts that are left."""
    asked = _found(request, request_id)
    return _shown(request, asked, AnswerForm(None, kind=asked.kind), 200)


def _shown(request: ActorRequest, asked: RequestRow, form: AnswerForm, status: int) -> HttpResponse:
    steps, work = steps_of(asked.id), latest_work(f"rights:{asked.id}")
    context: dict[str, object] = {
        "crumbs": [Link(label="Demandes des personnes", url=reverse("desk:rights")), Link(label=title(asked))],
        "asked": asked,
        "title": title(asked),
        "asker": asker(asked.person_id, on=today()),
        "asked_sentences": request_sentences(asked),
        "proof": PROOFS[asked.identity_proof],
        "line": _line(asked),
        "thread": thread(asked, steps)[2:],
        "form": form,
        "extend_form": ExtendForm() if not asked.is_extended and days_left(asked.due_on, on=today()) >= 0 else None,
        "copies": asked.kind in COPIES,
        "packages": packages_of(asked.id, at=now()),
        "work": work,
        "work_tag": STATES[work.state] if work else None,
        "handed": any(step.kind == "HANDED_OVER" for step in steps),
        "withheld": withheld_readings(at=now(), person_id=asked.person_id),
    }
    return framed(request, "desk/rights_request.html", context, status=status)


def rights_answer(request: ActorRequest, request_id: int) -> HttpResponse:
    """Answer in the sentences of the list; the person reads them at once."""
    asked = _found(request, request_id)
    form = AnswerForm(request.POST, kind=asked.kind)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            answer(
                request_id=asked.id,
                decision=chosen["decision"],
                motive=chosen.get("motif", ""),
                sentences=chosen["phrases"],
                identity=chosen["identite"] if asked.kind == READING else "",
                actor=request.actor,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "La réponse est donnée\u00a0: la personne la lit déjà dans son espace.")
            return _back(asked)
    return _shown(request, asked, form, 422)


def rights_extend(request: ActorRequest, request_id: int) -> HttpResponse:
    """Two more months, with their reason, told to the person."""
    asked = _found(request, request_id)
    try:
        extend(request_id=asked.id, reason=request.POST.get("raison", ""), actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le délai est prolongé de deux mois, et la personne prévenue.")
    return _back(asked)


def rights_lift(request: ActorRequest, request_id: int) -> HttpResponse:
    """End a freeze of data."""
    asked = _found(request, request_id)
    lift(request_id=asked.id, actor=request.actor, at=now())
    messages.success(request, "Le gel est levé, et la personne prévenue.")
    return _back(asked)


def rights_copy(request: ActorRequest, request_id: int) -> HttpResponse:
    """Ask for the copy that answers an access or portability request."""
    asked = _found(request, request_id)
    try:
        ask_copy(request_id=asked.id, in_person=request.POST.get("remise") == "main-propre", actor=request.actor)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "La copie est demandée. Elle paraît ici dès qu’elle est prête.")
    return _back(asked)


def rights_handed(request: ActorRequest, request_id: int) -> HttpResponse:
    """The copy was given to its person against a paper."""
    asked = _found(request, request_id)
    hand_over(request_id=asked.id, actor=request.actor, at=now())
    messages.success(request, f"Remise notée le {day_fr(today())}.")
    return _back(asked)


def rights_package(request: ActorRequest, package_id: int) -> HttpResponseBase:
    """The ZIP, for the DPO to hand over in person."""
    package = package_by_id(package_id, at=now())
    if package is None:
        raise Http404
    request.reading.saw([package.person_id])
    stream = Spool(Path(settings.DOCUMENT_ROOT)).open_sealed(package.sha256, package.kept_key)
    name = f"dossier-{package.person_id}.zip"
    response = FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "no-store"
    return response


def rights_letter(request: ActorRequest, request_id: int) -> HttpResponse:
    """The acknowledgement, or the answer once it is given, as a letter."""
    asked = _found(request, request_id)
    steps = steps_of(asked.id)
    given = any(step.identity == "GIVEN" for step in steps)
    report = letter(
        asked,
        steps,
        asker(asked.person_id, on=today()),
        agent=agent_name(asked.reading_id) if given and asked.reading_id is not None else "",
    )
    headers = {"Content-Disposition": f'inline; filename="{report.number}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(render_report(report), content_type="application/pdf", headers=headers)


@strangers_get_404
def rights_write_down(request: ActorRequest, lease_id: int) -> HttpResponse:
    """An agent writes down what someone of the lease asks at the counter."""
    here = lease_in_scope(lease_id, actor=request.actor)
    people = people_of_lease(lease_id)
    request.reading.saw(each.person_id for each in people)
    posted = request.method == "POST"
    form = WriteDownForm(request.POST if posted else None, people=people)
    if posted and form.is_valid():
        chosen = form.cleaned_data
        try:
            write_down(
                lease_id=lease_id,
                person_id=chosen["personne"],
                kind=chosen["droit"],
                reason=chosen["raison"],
                about=chosen["donnees"],
                channel=chosen["voie"],
                identity_proof=chosen["preuve"],
                actor=request.actor,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "La demande est transmise au délégué à la protection des données.")
            return HttpResponseRedirect(address(request.actor.role, "lease", lease_id))
    back = address(request.actor.role, "lease", lease_id)
    context: dict[str, object] = {
        "crumbs": [Link(label=here.reference, url=back), Link(label="Demande sur ses données")],
        "form": form,
        "back_url": back,
        "reference": here.reference,
    }
    return framed(request, "desk/rights_write_down.html", context, status=422 if posted else 200)


def _found(request: ActorRequest, request_id: int) -> RequestRow:
    asked = request_by_id(request_id)
    if asked is None:
        raise Http404
    request.reading.saw([asked.person_id])
    return asked


def _back(asked: RequestRow) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:rights_request", args=[asked.id]))
