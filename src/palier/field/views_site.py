"""A residence beyond its doors: what to repair, keys, papers. Each page reads, each form writes one fact in codes."""

from datetime import timedelta
from typing import Final, TypeVar

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control

from palier.field.forms import CloseForm, DeliveryForm, KeyForm, ReportForm, RoutineForm, SentForm
from palier.field.frame import framed, residence_or_404
from palier.field.sender import received, refused_as_anothers
from palier.field.today import RECENT, place_label, ticket_label
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.mail.store import DocumentStore
from palier.maintenance.access import TicketNotFound
from palier.maintenance.operations.deliveries import DeliveryNotFound, tick_delivery
from palier.maintenance.operations.keys import KeyNotFound, move_key
from palier.maintenance.operations.rounds import tick_routine
from palier.maintenance.operations.tickets import close_ticket, report_ticket
from palier.maintenance.queries.site import (
    deliveries_of_residence,
    doors_to_choose,
    keys_of_residence,
    persons_of_deliveries,
    photo_of_ticket,
    staircases_of_residence,
    tickets_of_residence,
)
from palier.maintenance.words import (
    CLOSINGS,
    HOLDERS,
    KEY_KINDS,
    TICKET_STATES,
    TRADES,
    UNDELIVERABLE,
    URGENCIES,
)
from palier.web import words
from palier.web.requests import ActorRequest

FormT = TypeVar("FormT", bound=SentForm)

_CLOSED_SHOWN: Final = timedelta(days=30)


class SendingRefused(Refusal):
    """Cet envoi n’est pas complet : rechargez la page, puis recommencez."""


def routine_done(request: ActorRequest, residence_id: int) -> HttpResponse:
    """Tick a routine of today, or untick it."""
    residence_or_404(residence_id)
    if (refusal := refused_as_anothers(request)) is not None:
        return refusal
    form = _sent(RoutineForm(request.POST))
    tick_routine(
        residence_id=residence_id,
        code=form.cleaned_data["tache"],
        day=form.cleaned_data["jour"],
        done=form.cleaned_data["fait"] == "oui",
        key=form.cleaned_data["envoi"],
        actor=request.actor,
        at=now(),
    )
    return received(request, reverse("field:doors", args=[residence_id]))


def report(request: ActorRequest, residence_id: int) -> HttpResponse:
    """Report something to repair, and what was reported."""
    residence = residence_or_404(residence_id)
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        staircases=staircases_of_residence(residence_id),
        doors=doors_to_choose(residence_id),
    )
    status = 200
    if request.method == "POST":
        status = 422
        answer = refused_as_anothers(request) or _reported(request, residence_id, form)
        if answer is not None:
            return answer
    tickets = tickets_of_residence(residence_id, since=now() - _CLOSED_SHOWN)
    context: dict[str, object] = {
        "residence": residence,
        "form": form,
        "tickets": [(ticket, ticket_label(ticket), place_label(ticket)) for ticket in tickets],
        "urgencies": URGENCIES,
        "states": TICKET_STATES,
        "trades": TRADES,
        "closings": CLOSINGS,
    }
    return framed(request, "field/report.html", context, residence_id=residence_id, here="report", status=status)


def _reported(request: ActorRequest, residence_id: int, form: ReportForm) -> HttpResponse | None:
    """What was seen goes to the agency; None when the form says what to correct."""
    if not form.is_valid():
        return None
    try:
        report_ticket(
            residence_id=residence_id,
            report=form.report,
            key=form.cleaned_data["envoi"],
            store=DocumentStore(settings.DOCUMENT_ROOT),
            actor=request.actor,
            at=now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, "C’est signalé. L’agence le voit.")
    return received(request, reverse("field:report", args=[residence_id]))


def ticket_done(request: ActorRequest, ticket_id: int) -> HttpResponse:
    """Close what was given to the lodge."""
    if (refusal := refused_as_anothers(request)) is not None:
        return refusal
    form = _sent(CloseForm(request.POST))
    try:
        residence_id = close_ticket(
            ticket_id=ticket_id,
            closing=form.cleaned_data["closing"],
            key=form.cleaned_data["envoi"],
            actor=request.actor,
            at=now(),
        )
    except TicketNotFound as stranger:
        raise Http404 from stranger
    return received(request, reverse("field:report", args=[residence_id]))


def ticket_photo(request: ActorRequest, ticket_id: int) -> HttpResponse:
    """The photo of a ticket: our own drawing of it, never the file that was sent."""
    kept = photo_of_ticket(ticket_id)
    if kept is None:
        raise Http404
    response = HttpResponse(DocumentStore(settings.DOCUMENT_ROOT).open(kept), content_type="image/jpeg")
    patch_cache_control(response, no_store=True)
    return response


def keys(request: ActorRequest, residence_id: int) -> HttpResponse:
    """Who holds which key."""
    residence = residence_or_404(residence_id)
    context: dict[str, object] = {
        "residence": residence,
        "keys": keys_of_residence(residence_id),
        "kinds": KEY_KINDS,
        "holders": HOLDERS,
        "trades": TRADES,
        "form": KeyForm(),
    }
    return framed(request, "field/keys.html", context, residence_id=residence_id, here="keys")


def key_move(request: ActorRequest, key_set_id: int) -> HttpResponse:
    """A set of keys changes hands."""
    if (refusal := refused_as_anothers(request)) is not None:
        return refusal
    form = _sent(KeyForm(request.POST))
    holder, trade = form.holder_and_trade
    try:
        residence_id = move_key(
            key_set_id=key_set_id,
            holder=holder,
            trade=trade,
            key=form.cleaned_data["envoi"],
            actor=request.actor,
            at=now(),
        )
    except KeyNotFound as stranger:
        raise Http404 from stranger
    return received(request, reverse("field:keys", args=[residence_id]))


def deliveries(request: ActorRequest, residence_id: int) -> HttpResponse:
    """Papers to slip into letter boxes: a door and a name, never an amount."""
    residence = residence_or_404(residence_id)
    papers = deliveries_of_residence(residence_id, since=now() - RECENT)
    if papers:
        request.reading.saw(persons_of_deliveries(residence_id))
    left = sum(paper.state == "TO_DELIVER" for paper in papers)
    context: dict[str, object] = {
        "residence": residence,
        "papers": papers,
        "left": left,
        "count": words.count(left, "avis à distribuer", "avis à distribuer"),
        "reasons": UNDELIVERABLE,
        "form": DeliveryForm(),
    }
    return framed(request, "field/deliveries.html", context, residence_id=residence_id, here="deliveries")


def delivery_done(request: ActorRequest, delivery_id: int) -> HttpResponse:
    """Tick a paper: delivered, or not and why."""
    if (refusal := refused_as_anothers(request)) is not None:
        return refusal
    form = _sent(DeliveryForm(request.POST))
    try:
        residence_id = tick_delivery(
            delivery_id=delivery_id,
            reason=form.cleaned_data["reason"],
            key=form.cleaned_data["envoi"],
            actor=request.actor,
            at=now(),
        )
    except DeliveryNotFound as stranger:
        raise Http404 from stranger
    return received(request, reverse("field:deliveries", args=[residence_id]))


def _sent(form: FormT) -> FormT:
    """The form, once valid: its choices come from our own page. Raises SendingRefused."""
    if not form.is_valid():
        raise SendingRefused
    return form
