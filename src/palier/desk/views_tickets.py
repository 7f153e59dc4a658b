"""Repairs at the agency: what is late first, one ticket with its households, what is grouped, what is written down."""

from typing import Final
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.desk.answers import strangers_get_404
from palier.desk.forms_tickets import AssignForm, CloseForm, GroupForm, MoveForm, SlotsForm, WriteForm
from palier.desk.lists_to_write import write_url
from palier.desk.navigation import framed
from palier.desk.ticket_words import STATE_LABELS, event, household, line, visit_line
from palier.desk.views_maintenance import SentIncomplete, refuse_unless_valid, tabs_of
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.leases.access import lease_in_scope
from palier.leases.listed import Listed
from palier.leases.queries.lease import occupants_of
from palier.mail.store import DocumentStore
from palier.maintenance.delays import delays
from palier.maintenance.operations.grouping import group_tickets, split_ticket
from palier.maintenance.operations.requests import Asking, ask_repair
from palier.maintenance.operations.tickets import assign_ticket, close_ticket
from palier.maintenance.operations.visits import move_visit, note_visit, propose_visits
from palier.maintenance.queries.agency import residences_to_choose
from palier.maintenance.queries.agency_tickets import (
    alike_tickets,
    households_of_ticket,
    photos_of_ticket,
    steps_of_ticket,
    ticket_facts,
    tickets_of_agency,
    visits_of_ticket,
)
from palier.maintenance.queries.site import photo_of_ticket
from palier.maintenance.words import (
    CATEGORIES,
    EQUIPMENT,
    GAS_NUMBER,
    PLACES,
    RESCUE_NUMBER,
    TICKET_STATES,
    TRADES,
)
from palier.web.amounts import row_number
from palier.web.components import Chip, Link
from palier.web.requests import ActorRequest

_OUTCOMES: Final = {"KEPT": "Tenu", "TENANT_OUT": "Personne n’a ouvert", "FIRM_OUT": "Personne n’est venu"}


def tickets(request: ActorRequest) -> HttpResponse:
    """The tickets of the agency: by state, family and residence; what is late first, what looks alike beside."""
    state, category = request.GET.get("etat", "OPEN"), request.GET.get("famille", "")
    asked = request.GET.get("residence", "")
    residence = row_number(asked) if asked else 0
    if state not in TICKET_STATES or (category and category not in CATEGORIES) or residence is None:
        raise Http404
    kept = (f"&famille={category}" if category else "") + (f"&residence={residence}" if residence else "")
    alike = alike_tickets() if state != "CLOSED" else []
    rows = tickets_of_agency(state, at=now(), category=category, residence_id=residence)
    context: dict[str, object] = {
        "tabs": tabs_of(request, "tickets"),
        "chips": [
            Chip(label=label, url=f"?etat={code}{kept}", on=code == state, is_choice=True)
            for code, label in STATE_LABELS.items()
        ],
        "state": state,
        "category": category,
        "categories": CATEGORIES,
        "residence": residence,
        "residences": residences_to_choose(),
        "tickets": [line(each) for each in rows],
        "late": sum(each.is_late for each in rows),
        "alike": [(each, EQUIPMENT[each.equipment], PLACES[each.place]) for each in alike],
        "may_group": state != "CLOSED",
    }
    return framed(request, "desk/tickets.html", context)


def ticket_group(request: ActorRequest) -> HttpResponseBase:
    """Make one of several."""
    form = GroupForm(request.POST)
    numbers = form.cleaned_data["ticket"] if form.is_valid() else []
    master = group_tickets(ticket_ids=numbers, actor=request.actor, at=now())
    messages.success(request, f"{len(numbers)} demandes réunies\u00a0: sa fin répondra à tous les foyers.")
    return HttpResponseRedirect(reverse("desk:ticket", args=[master]))


@strangers_get_404
def ticket_split(request: ActorRequest, ticket_id: int) -> HttpResponseBase:
    """Take a ticket out of the one it was put in by mistake."""
    split_ticket(ticket_id=ticket_id, actor=request.actor, at=now())
    messages.success(request, "Demande suivie à part de nouveau.")
    return HttpResponseRedirect(reverse("desk:ticket", args=[ticket_id]))


def ticket(request: ActorRequest, ticket_id: int) -> HttpResponse:
    """One ticket: its photos, its households and their appointments, who has it, its end."""
    found = ticket_facts(ticket_id, at=now())
    if found is None:
        raise Http404
    households = households_of_ticket(ticket_id)
    request.reading.saw(each.person_id for each in households)
    visits = visits_of_ticket(ticket_id)
    standing = {each.lease_id for each in visits if each.state == "ACCEPTED"}
    names = {each.lease_id: f"porte {each.door}" for each in households}
    context: dict[str, object] = {
        "ticket": line(found),
        "households": [
            (
                household(each),
                [visit_line(visit, on=now()) for visit in visits if visit.lease_id == each.lease_id],
                None if each.lease_id in standing else SlotsForm(None, initial={"bail": each.lease_id}),
                MoveForm(None, initial={"bail": each.lease_id}),
            )
            for each in households
        ],
        "outcomes": _OUTCOMES,
        "photos": photos_of_ticket(ticket_id),
        "events": [event(step, names) for step in steps_of_ticket(ticket_id)],
        "assign": AssignForm(initial={"trade": found.trade}),
        "write_url": write_url(request.actor.role, Listed(code="TICKET", of=ticket_id)) if households else "",
        "close": CloseForm(initial={"envoi": uuid4()}),
        "crumbs": [Link(label="Proximité", url=reverse("desk:tickets")), Link(label=f"Demande {found.id}")],
    }
    return framed(request, "desk/ticket.html", context)


def ticket_photo(request: ActorRequest, ticket_id: int, photo_id: int) -> HttpResponse:
    """A photo of a ticket: our own drawing of it."""
    kept = photo_of_ticket(ticket_id, photo_id=photo_id)
    if kept is None:
        raise Http404
    request.reading.saw(each.person_id for each in households_of_ticket(ticket_id))
    return HttpResponse(DocumentStore(settings.DOCUMENT_ROOT).open(kept), content_type="image/jpeg")


@strangers_get_404
def ticket_assign(request: ActorRequest, ticket_id: int) -> HttpResponseBase:
    """Give a ticket to a trade or to the lodge."""
    form = AssignForm(request.POST)
    refuse_unless_valid(form)
    assign_ticket(ticket_id=ticket_id, trade=form.cleaned_data["trade"], actor=request.actor, at=now())
    messages.success(request, f"Demande confiée\u00a0: {TRADES[form.cleaned_data['trade']].lower()}.")
    return HttpResponseRedirect(reverse("desk:ticket", args=[ticket_id]))


@strangers_get_404
def ticket_close(request: ActorRequest, ticket_id: int) -> HttpResponseBase:
    """Close a ticket for a reason of the list: every household reads it."""
    form = CloseForm(request.POST)
    refuse_unless_valid(form)
    close_ticket(
        ticket_id=ticket_id,
        closing=form.cleaned_data["closing"],
        key=form.cleaned_data["envoi"],
        actor=request.actor,
        at=now(),
    )
    messages.success(request, "Demande close.")
    return HttpResponseRedirect(reverse("desk:tickets"))


@strangers_get_404
def ticket_propose(request: ActorRequest, ticket_id: int) -> HttpResponseBase:
    """Propose moments to a household."""
    form = SlotsForm(request.POST)
    refuse_unless_valid(form)
    propose_visits(
        ticket_id=ticket_id, lease_id=form.cleaned_data["bail"], slots=form.slots, actor=request.actor, at=now()
    )
    messages.success(request, "Rendez-vous proposé. Le locataire le voit dans son espace.")
    return HttpResponseRedirect(reverse("desk:ticket", args=[ticket_id]))


@strangers_get_404
def visit_move(request: ActorRequest, visit_id: int) -> HttpResponseBase:
    """Move an appointment, with why."""
    form = MoveForm(request.POST)
    refuse_unless_valid(form)
    number = move_visit(
        visit_id=visit_id, reason=form.cleaned_data["reason"], slots=form.slots, actor=request.actor, at=now()
    )
    messages.success(request, "Rendez-vous déplacé. Le locataire voit pourquoi.")
    return HttpResponseRedirect(reverse("desk:ticket", args=[number]))


@strangers_get_404
def visit_note(request: ActorRequest, visit_id: int) -> HttpResponseBase:
    """What became of an appointment."""
    outcome = request.POST.get("suite", "")
    if outcome not in _OUTCOMES:
        raise SentIncomplete
    number = note_visit(visit_id=visit_id, outcome=outcome, actor=request.actor, at=now())
    messages.success(request, "C’est noté.")
    return HttpResponseRedirect(reverse("desk:ticket", args=[number]))


@strangers_get_404
def repair_write(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """Write down what somebody of a lease says at the desk or on the phone."""
    here = lease_in_scope(lease_id, actor=request.actor)
    occupants = [each for each in occupants_of(lease_id) if each.moved_out_on is None or each.moved_out_on >= today()]
    request.reading.saw(each.person_id for each in occupants)
    form = WriteForm(
        request.POST if request.method == "POST" else None,
        persons=[(each.person_id, each.display_name) for each in occupants],
        initial={"envoi": uuid4(), "since": "TODAY", "access": "PRESENT", "source": "PHONE"},
    )
    if request.method == "POST" and form.is_valid():
        asking = Asking(
            lease_id=lease_id,
            person_id=form.cleaned_data["person"],
            source=form.cleaned_data["source"],
            actor=request.actor,
        )
        try:
            number = ask_repair(
                asking=asking,
                answers=form.answers,
                key=form.cleaned_data["envoi"],
                store=DocumentStore(settings.DOCUMENT_ROOT),
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Demande {number} enregistrée. Le locataire la suit dans son espace.")
            return HttpResponseRedirect(reverse("desk:tickets"))
    context: dict[str, object] = {
        "lease": here,
        "form": form,
        "emergency_phone": delays().emergency_phone,
        "gas_number": GAS_NUMBER,
        "rescue_number": RESCUE_NUMBER,
        "crumbs": [
            Link(label="Bail", url=reverse("desk:lease", args=[lease_id])),
            Link(label="Noter une demande technique"),
        ],
    }
    return framed(request, "desk/repair_write.html", context, status=422 if form.errors else 200)
