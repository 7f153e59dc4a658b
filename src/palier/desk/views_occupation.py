"""The three-year review at the desk: the calendar, one review from what is found to what follows. Nobody's name."""

from collections.abc import Callable
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.attribution.access import SittingNotFound
from palier.attribution.models import OccupationReview
from palier.attribution.operations.asking import ask_transfer, transfer_key
from palier.attribution.operations.opinion_letters import OpinionLetterNotFound, opinion_letter_pdf
from palier.attribution.operations.opinions import put_review_on_agenda
from palier.attribution.operations.reviewing import (
    ReviewNotFound,
    complete_review,
    examination_of,
    note_solution,
)
from palier.attribution.queries.reviews import (
    SITUATION_COLUMNS,
    ReviewRow,
    draft_sittings,
    letter_of_review,
    review_counts,
    review_row,
    review_rows,
    transfer_of_review,
)
from palier.attribution.rules.words import OPINIONS, PROTECTIONS, SITUATIONS, SOLUTIONS
from palier.demandes.rules.eligibility import ceiling_note
from palier.desk.forms_occupation import SolutionForm, StatedForm, ToCommissionForm, TransferForm
from palier.desk.labels import labels_of
from palier.desk.month_page import job_of
from palier.desk.navigation import framed
from palier.desk.tables_estate import place
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.privacy.declare import Role
from palier.web.amounts import sent_number
from palier.web.components import JobProgress, Link, Tag, Tone
from palier.web.requests import ActorRequest

STATES: Final = labels_of(OccupationReview, "state")
_TONES: Final = {
    "CHECK": Tone.WARN, "NOTHING": Tone.NEUTRAL, "FOUND": Tone.BAD, "AGENDA": Tone.INFO, "GIVEN": Tone.WARN,
    "CLOSED": Tone.OK,
}  # fmt: skip
_ANSWERS: Final = {
    "FOUND": Tag(label="constaté", tone=Tone.BAD),
    "NONE": Tag(label="non", tone=Tone.NEUTRAL),
    "UNKNOWN": Tag(label="à vérifier", tone=Tone.WARN),
}


def occupation_reviews(request: ActorRequest) -> HttpResponse:
    """The calendar: reviews by the day on which they are due, by state and situation."""
    state, situation = request.GET.get("etat", ""), request.GET.get("situation", "")
    state = state if state in STATES else ""
    situation = situation if situation in SITUATION_COLUMNS else ""
    rows, counts = review_rows(state=state, situation=situation), review_counts()
    request.reading.saw(row.person_id for row in rows if row.person_id is not None)
    address = reverse("desk:occupation_reviews")
    views = [Link(label=f"Tous ({sum(counts.values())})", url=address, current=not state)]
    views += [
        Link(label=f"{label.capitalize()} ({counts.get(code, 0)})", url=f"{address}?etat={code}", current=state == code)
        for code, label in STATES.items()
    ]
    context: dict[str, object] = {
        "views": views,
        "rows": [_told(row) for row in rows],
        "situations": SITUATIONS,
        "situation": situation,
        "state": state,
        "is_cut": len(rows) < sum(counts.values()) and not state and not situation,
        "crumbs": [Link(label="Occupation")],
    }
    return framed(request, "desk/occupation_reviews.html", context)


def occupation_review(request: ActorRequest, review_id: int) -> HttpResponse:
    """One review."""
    return _show(request, _found(review_id))


def occupation_review_do(request: ActorRequest, review_id: int) -> HttpResponseBase:
    """What the tenant said, the sitting where it goes, what follows, the transfer."""
    row, asked = _found(review_id), request.POST.get("geste", "")
    version = sent_number(request, "version")
    form: forms.Form
    if asked == "completer":
        stated = form = StatedForm(request.POST)
        return _done(
            request,
            row,
            asked,
            form,
            lambda: complete_review(review_id=row.id, version=version, stated=stated.stated, on=today()),
            "Examen refait avec ce que dit le locataire.",
        )
    if asked == "inscrire" and request.actor.role == Role.COMMISSION_SECRETARY:
        form = ToCommissionForm(request.POST, sittings=draft_sittings())
        return _done(
            request,
            row,
            asked,
            form,
            lambda: put_review_on_agenda(
                sitting_id=form.cleaned_data["sitting"],
                review_id=row.id,
                version=version,
                at=now(),
            ),
            "Examen inscrit à l’ordre du jour, sans nom.",
        )
    if asked == "suite":
        form = SolutionForm(request.POST)
        return _done(
            request,
            row,
            asked,
            form,
            lambda: note_solution(
                review_id=row.id,
                version=version,
                solution=form.cleaned_data["solution"],
                is_agreed=form.cleaned_data["is_agreed"] == "OUI",
                met_on=form.cleaned_data["met_on"],
                on=today(),
            ),
            "Suite notée.",
        )
    if asked == "mutation":
        form = TransferForm(request.POST)
        return _done(
            request,
            row,
            asked,
            form,
            lambda: ask_transfer(
                review_id=row.id,
                number=form.cleaned_data["number"],
                filed_on=form.cleaned_data["filed_on"],
                actor=request.actor,
                at=now(),
            ),
            "La mutation se dépose\u00a0: la demande paraît parmi les vôtres.",
        )
    raise Http404


def occupation_progress(request: ActorRequest, review_id: int) -> HttpResponse:
    """How far the filing is, as the fragment that asks for itself."""
    job = _job(_found(review_id).id)
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:occupation_review", args=[review_id]))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})


def opinion_letter(request: ActorRequest, opinion_letter_id: int) -> HttpResponse:
    """The letter as it was made, byte for byte: the only page here that bears a name."""
    try:
        letter, pdf = opinion_letter_pdf(opinion_letter_id)
    except OpinionLetterNotFound:
        raise Http404 from None
    request.reading.saw([letter.person_id])
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{letter.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _show(request: ActorRequest, row: ReviewRow, *, sent: dict[str, forms.Form] | None = None) -> HttpResponse:
    if row.person_id is not None:
        request.reading.saw([row.person_id])
    sent = sent or {}
    review = OccupationReview.objects.select_related("residence").get(pk=row.id)
    found = examination_of(review)
    filed = transfer_of_review(row.id) if row.solution == "TRANSFER" else None
    if filed is not None:
        request.reading.saw((), "DEMANDE")
    is_secretary, sittings = request.actor.role == Role.COMMISSION_SECRETARY, draft_sittings()
    context: dict[str, object] = {
        **_told(row),
        "scope": found.scope.sentence,
        "findings": [(each.sentence, _ANSWERS[each.answer.value]) for each in found.findings],
        "protections": [PROTECTIONS[code] for code in found.protections],
        "opinion": OPINIONS.get(row.opinion, ""),
        "solution": SOLUTIONS.get(row.solution, ""),
        "letter": letter_of_review(row.id),
        "ceiling_note": ceiling_note(review.inputs["financing"]),
        "is_secretary": is_secretary,
        "job": _job(row.id),
        "stated": sent.get("completer") or StatedForm(initial=_said(review.inputs))
        if row.state in ("CHECK", "NOTHING", "FOUND")
        else None,
        "to_commission": sent.get("inscrire") or ToCommissionForm(None, sittings=sittings)
        if row.state == "FOUND" and is_secretary and sittings
        else None,
        "follow": sent.get("suite") or SolutionForm(initial={"met_on": today()}) if row.state == "GIVEN" else None,
        "transfer": sent.get("mutation") or TransferForm(initial={"filed_on": today()})
        if row.solution == "TRANSFER" and row.is_agreed and (filed is None or not filed.is_done)
        else None,
        "filed": filed,
        "crumbs": [
            Link(label="Occupation", url=reverse("desk:occupation_reviews")),
            Link(label=_dwelling(row)),
        ],
    }
    status = 422 if any(form.errors for form in sent.values()) else 200
    return framed(request, "desk/occupation_review.html", context, status=status)


def _done(
    request: ActorRequest, row: ReviewRow, asked: str, form: forms.Form, step: Callable[[], object], told: str
) -> HttpResponseBase:
    if form.is_valid():
        try:
            step()
        except (ReviewNotFound, SittingNotFound) as stranger:
            raise Http404 from stranger
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, told)
            return HttpResponseRedirect(reverse("desk:occupation_review", args=[row.id]))
    return _show(request, row, sent={asked: form})


def _dwelling(row: ReviewRow) -> str:
    """Told from its neighbour of the same number in the next staircase."""
    return f"{row.residence}, {place(row.building, row.staircase, row.door)}"


def _told(row: ReviewRow) -> dict[str, object]:
    return {
        "row": row,
        "dwelling": _dwelling(row),
        "state_tag": Tag(label=STATES[row.state], tone=_TONES[row.state]),
        "found": ", ".join(SITUATIONS[code] for code in row.situations),
    }


def _said(inputs: dict[str, object]) -> dict[str, object]:
    words = {True: "OUI", False: "NON"}
    names = ("is_adapted", "adapted_for_gone", "needs_adapted")
    return {name: words[bool(inputs[name])] for name in names if inputs[name] is not None}


def _found(review_id: int) -> ReviewRow:
    found = review_row(review_id)
    if found is None:
        raise Http404
    return found


def _job(review_id: int) -> JobProgress | None:
    return job_of(
        latest_work(transfer_key(review_id)),
        poll_url=reverse("desk:occupation_progress", args=[review_id]),
        page_url=reverse("desk:occupation_review", args=[review_id]),
        at=now(),
    )
