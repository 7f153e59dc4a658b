"""After a commission: its letters, the offers and their clock, the lease that follows. No name but in a letter."""

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from palier.attribution.access import letter_in_sight, sitting_in_sight
from palier.attribution.models import Notification, Offer, Sitting
from palier.attribution.operations.asking import ask_lease, ask_letters, ask_next_letter, lease_key, letters_key
from palier.attribution.operations.notifying import letter_pdf
from palier.attribution.operations.offers import (
    OfferUnknown,
    answer_offer,
    note_receipt,
    note_visit,
    note_visited,
    renounce_offer,
)
from palier.attribution.queries.offers import (
    RUNNING,
    OfferRow,
    letters_of,
    offer_shown,
    offers_closed,
    offers_of_vacancy,
    offers_running,
    running_elsewhere,
    sitting_of_letter,
)
from palier.attribution.queries.reviews import opinion_letters_of
from palier.attribution.rules.offers import answer_clock
from palier.attribution.rules.words import OFFER_REFUSALS
from palier.attribution.slip import slip_of, slip_pdf
from palier.desk.forms_offers import MEANS, AnswerForm, ReceiptForm, RenounceForm, SignForm, VisitedForm, VisitForm
from palier.desk.labels import labels_of
from palier.desk.month_page import job_of
from palier.desk.navigation import framed
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.queries import latest_work
from palier.privacy.declare import Role
from palier.web.components import JobProgress, Link, Tag, Tone
from palier.web.requests import ActorRequest

STATES: Final = labels_of(Offer, "state")
KINDS: Final = labels_of(Notification, "kind")
_TONES: Final = {
    "SENT": Tone.WARN,
    "ACCEPTED": Tone.OK,
    "REFUSED": Tone.NEUTRAL,
    "EXPIRED": Tone.BAD,
    "LAPSED": Tone.BAD,
    "GIVEN_UP": Tone.NEUTRAL,
    "STAYS": Tone.WARN,
}


def sitting_letters(request: ActorRequest, sitting_id: int) -> HttpResponse:
    """The letters of one sitting, to make, to send, to note as received."""
    sitting = _sitting(sitting_id)
    rows = letters_of(sitting_id)
    context: dict[str, object] = {
        "sitting": sitting,
        "rows": [
            {
                "row": row,
                "kind": KINDS[row.kind],
                "means": MEANS.get(row.means, ""),
                "form": ReceiptForm(initial={"recue_le": today()}, prefix="", auto_id=f"%s-{row.id}"),
            }
            for row in rows
        ],
        "is_sealed": sitting.state == "SEALED",
        "is_secretary": request.actor.role == Role.COMMISSION_SECRETARY,
        "opinions": opinion_letters_of(sitting_id),
        "job": _job(letters_key(sitting_id), "desk:sitting_letters", sitting_id),
        "crumbs": [
            Link(label="Commission", url=reverse("desk:sittings")),
            Link(label=f"Séance {sitting.number}", url=reverse("desk:sitting", args=[sitting_id])),
            Link(label="Lettres"),
        ],
    }
    return framed(request, "desk/sitting_letters.html", context)


def sitting_letters_make(request: ActorRequest, sitting_id: int) -> HttpResponse:
    """Ask for the letters."""
    _sitting(sitting_id)
    try:
        ask_letters(sitting_id=sitting_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Les lettres se font\u00a0: elles paraissent ici.")
    return HttpResponseRedirect(reverse("desk:sitting_letters", args=[sitting_id]))


def sitting_letters_progress(request: ActorRequest, sitting_id: int) -> HttpResponse:
    """How far the letters are, as the fragment that asks for itself."""
    return _progress(request, letters_key(sitting_id), "desk:sitting_letters", sitting_id)


def letter(request: ActorRequest, letter_id: int) -> HttpResponse:
    """One letter as it was made, byte for byte: the only page here that bears a name."""
    found = _letter(letter_id)
    if found.person_id is not None:
        request.reading.saw([found.person_id])
    try:
        pdf = letter_pdf(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:offers"))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def letter_received(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Note that a letter reached its person."""
    sitting_id = sitting_of_letter(_letter(letter_id))
    back = HttpResponseRedirect(reverse("desk:sitting_letters", args=[sitting_id]))
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Donnez le jour de la réception et le moyen.")
        return back
    given = form.cleaned_data
    try:
        note_receipt(
            notification_id=letter_id,
            notified_on=given["recue_le"],
            means=given["moyen"],
            actor=request.actor,
            at=now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "La réception est notée.")
    return back


def offers(request: ActorRequest) -> HttpResponse:
    """The offers that wait, the most urgent first, then the last that ended."""
    context: dict[str, object] = {
        "running": [_told(row) for row in offers_running()],
        "closed": [_told(row) for row in offers_closed()],
        "crumbs": [Link(label="Propositions")],
    }
    return framed(request, "desk/offers.html", context)


def offer(request: ActorRequest, offer_id: int) -> HttpResponse:
    """One offer: the dwelling, the clock and how it is counted, the visit, the answer, the lease."""
    return _offer_page(request, _offer(offer_id))


def offer_visit(request: ActorRequest, offer_id: int) -> HttpResponse:
    """Note the appointment."""
    row, form = _offer(offer_id), VisitForm(request.POST)
    if not form.is_valid():
        return _offer_page(request, row, visit=form)
    try:
        note_visit(offer_id=offer_id, visit_at=form.cleaned_data["visite"], at=now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _offer_page(request, row, visit=form)
    messages.success(request, "Le rendez-vous est noté.")
    return HttpResponseRedirect(reverse("desk:offer", args=[offer_id]))


def offer_visited(request: ActorRequest, offer_id: int) -> HttpResponse:
    """Note that the visit took place."""
    row, form = _offer(offer_id), VisitedForm(request.POST)
    if not form.is_valid():
        return _offer_page(request, row, visited=form)
    try:
        note_visited(offer_id=offer_id, visited_on=form.cleaned_data["visite_le"], at=now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _offer_page(request, row, visited=form)
    messages.success(request, "La visite est faite\u00a0: c’est noté.")
    return HttpResponseRedirect(reverse("desk:offer", args=[offer_id]))


def offer_slip(request: ActorRequest, offer_id: int) -> HttpResponse:
    """The visit slip: a door and an hour, no name."""
    _offer(offer_id)
    slip = slip_of(offer_id)
    if slip is None:
        raise Http404
    try:
        pdf = slip_pdf(slip, on=today())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("desk:offer", args=[offer_id]))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="bon-de-visite-{offer_id}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def offer_answer(request: ActorRequest, offer_id: int) -> HttpResponse:
    """Note the answer; after a refusal, the next rank gets its letter."""
    row, form = _offer(offer_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _offer_page(request, row, answer=form)
    given = form.cleaned_data
    try:
        answered = answer_offer(
            offer_id=offer_id,
            accepts=given["reponse"] == "OUI",
            refusal=given["motif"],
            answered_on=given["le"],
            actor=request.actor,
            at=now(),
        )
        if answered.state == "REFUSED":
            ask_next_letter(vacancy_id=answered.vacancy_id, actor=request.actor)
    except OfferUnknown:
        raise Http404 from None
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _offer_page(request, row, answer=form)
    said = "La personne accepte\u00a0: préparez le bail." if answered.state == "ACCEPTED" else "Le refus est noté."
    messages.success(request, said)
    return HttpResponseRedirect(reverse("desk:offer", args=[offer_id]))


def offer_renounce(request: ActorRequest, offer_id: int) -> HttpResponse:
    """Note that who accepted withdraws; the next rank gets its letter."""
    row, form = _offer(offer_id), RenounceForm(request.POST, auto_id="renonce_%s")
    if not form.is_valid():
        return _offer_page(request, row, renounce=form)
    given = form.cleaned_data
    try:
        freed = renounce_offer(
            offer_id=offer_id, motive=given["motif"], renounced_on=given["le"], actor=request.actor, at=now()
        )
        ask_next_letter(vacancy_id=freed.vacancy_id, actor=request.actor)
    except OfferUnknown:
        raise Http404 from None
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _offer_page(request, row, renounce=form)
    messages.success(request, "La renonciation est notée\u00a0: le rang suivant reçoit sa lettre, s’il y en a un.")
    return HttpResponseRedirect(reverse("desk:offer", args=[offer_id]))


def offer_sign(request: ActorRequest, offer_id: int) -> HttpResponse:
    """Note the signature: a job writes the lease and ends the application."""
    row, form = _offer(offer_id), SignForm(request.POST)
    if not form.is_valid():
        return _offer_page(request, row, sign=form)
    given = form.cleaned_data
    try:
        ask_lease(
            offer_id=offer_id,
            signed_on=given["signe_le"],
            starts_on=given["debut"],
            deposit_cents=given["depot"],
            actor=request.actor,
            at=now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _offer_page(request, row, sign=form)
    messages.success(request, "Le bail s’écrit\u00a0: quand il paraît ici, la demande est radiée avec lui.")
    return HttpResponseRedirect(reverse("desk:offer", args=[offer_id]))


def offer_progress(request: ActorRequest, offer_id: int) -> HttpResponse:
    """How far the lease is, as the fragment that asks for itself."""
    return _progress(request, lease_key(offer_id), "desk:offer", offer_id)


def _offer_page(
    request: ActorRequest,
    row: OfferRow,
    *,
    visit: VisitForm | None = None,
    visited: VisitedForm | None = None,
    answer: AnswerForm | None = None,
    renounce: RenounceForm | None = None,
    sign: SignForm | None = None,
) -> HttpResponse:
    is_wrong = any(form is not None and form.errors for form in (visit, visited, answer, renounce, sign))
    context: dict[str, object] = {
        **_told(row),
        "clock": answer_clock(row.notified_on, row.days, expires_on=row.expires_on),
        "elsewhere": [_told(each) for each in running_elsewhere(row.application_id, but=row.id)],
        "others": [_told(each) for each in offers_of_vacancy(row.vacancy_id) if each.id != row.id],
        "visit": visit or VisitForm(),
        "visited": visited or VisitedForm(initial={"visite_le": today()}),
        "is_held": row.state in RUNNING and row.lease_id is None,
        "answer": answer or AnswerForm(initial={"le": today()}),
        "renounce": renounce or RenounceForm(initial={"le": today()}, auto_id="renonce_%s"),
        "sign": sign or SignForm(initial={"signe_le": today(), "debut": max(row.available_on, today())}),
        "job": _job(lease_key(row.id), "desk:offer", row.id),
        "crumbs": [Link(label="Propositions", url=reverse("desk:offers")), Link(label=f"n°\u00a0{row.id}")],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return framed(request, "desk/offer.html", context, status=status)


def _told(row: OfferRow) -> dict[str, object]:
    left = (row.expires_on - today()).days
    return {
        "row": row,
        "state": Tag(label="louée", tone=Tone.OK)
        if row.lease_id
        else Tag(label="sans suite" if row.is_again else STATES[row.state], tone=_TONES[row.state]),
        "days_left": left if row.state == "SENT" else None,
        "refusal": OFFER_REFUSALS.get(row.refusal, ""),
        "total_cents": row.rent_cents + row.charges_cents,
    }


def _sitting(sitting_id: int) -> Sitting:
    try:
        return sitting_in_sight(sitting_id)
    except Refusal:
        raise Http404 from None


def _letter(letter_id: int) -> Notification:
    try:
        return letter_in_sight(letter_id)
    except Refusal:
        raise Http404 from None


def _offer(offer_id: int) -> OfferRow:
    found = offer_shown(offer_id)
    if found is None:
        raise Http404
    return found


def _job(key: str, page: str, number: int) -> JobProgress | None:
    return job_of(
        latest_work(key),
        poll_url=reverse(f"{page}_progress", args=[number]),
        page_url=reverse(page, args=[number]),
        at=now(),
    )


def _progress(request: ActorRequest, key: str, page: str, number: int) -> HttpResponse:
    job = _job(key, page, number)
    if not request.htmx:
        return HttpResponseRedirect(reverse(page, args=[number]))
    if job is None or not job.running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "web/_progress.html", {"job": job})
