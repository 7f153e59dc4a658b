"""Agents as they are set up: arrival, post, invitation, departure, a caretaker's mandates."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localtime

from palier.agents.access import agent_of
from palier.agents.models import StaffChange
from palier.agents.operations.staff import (
    StaffMandateNotFound,
    StaffNotFound,
    account_to_invite,
    change_post,
    end_mandate,
    give_mandate,
    leave,
    welcome_agent,
)
from palier.agents.staffing import (
    SHOWN_AGENTS,
    AgentRow,
    ChangeRow,
    agencies_with_agents,
    agent_of_mandate,
    agent_row,
    mandates_of,
    staff,
    staff_history,
)
from palier.desk.forms_setup import LeaveForm, MandateForm, NewAgentForm, PostForm, post_of
from palier.desk.labels import labels_of
from palier.desk.navigation import framed
from palier.desk.views_landlord import BY_COMMAND, setup_tabs
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.privacy.declare import ROLE_LABELS, Role
from palier.web import words
from palier.web.account_mail import Message, ask_to_write
from palier.web.components import LifeEvent
from palier.web.recovery_views import where_links_lead
from palier.web.requests import ActorRequest

SUBJECTS: Final = labels_of(StaffChange, "subject")


def staff_page(request: ActorRequest) -> HttpResponse:
    """The agents in post; those who left when asked."""
    agency, with_left = request.GET.get("agence", ""), request.GET.get("partis") == "1"
    agencies = {str(row.id): row.name for row in agencies_with_agents(today())}
    chosen = int(agency) if agency in agencies else None
    rows = staff(agency_id=chosen, with_left=with_left)
    context: dict[str, object] = {
        "tabs": setup_tabs(request, "staff"),
        "rows": [(row, ROLE_LABELS[Role(row.role)]) for row in rows],
        "agencies": agencies,
        "agency": agency,
        "with_left": with_left,
        "is_cut": len(rows) == SHOWN_AGENTS,
    }
    return framed(request, "desk/staff.html", context)


def agent_new(request: ActorRequest) -> HttpResponse:
    """An arrival: the account is made, and the invitation leaves for the agent alone."""
    form = NewAgentForm(request.POST if request.method == "POST" else None, agencies=agencies_with_agents(today()))
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                user = welcome_agent(
                    form.post, identifier=form.cleaned_data["identifier"], by=agent_of(request.actor), at=now()
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                if user.agent_id is None:
                    raise StaffNotFound
                _invite(request, user.agent_id, user.pk, user.identifier)
                return HttpResponseRedirect(reverse("desk:agent", args=[user.agent_id]))
    context: dict[str, object] = {"tabs": setup_tabs(request, "staff"), "form": form}
    return framed(request, "desk/agent_new.html", context, status=status)


def agent(request: ActorRequest, agent_id: int) -> HttpResponse:
    """An agent's post, mandates and history; the form that changes the post."""
    row = _known(agent_id)
    form = PostForm(
        request.POST if request.method == "POST" else None, agencies=agencies_with_agents(today()), initial=post_of(row)
    )
    if request.method == "POST" and form.is_valid():
        try:
            count = change_post(form.post, agent_id=agent_id, actor=request.actor, at=now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            said = words.count(count, "changement", "changements") if count else "Rien n’a changé"
            messages.success(request, f"{said}.")
            return _to(agent_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return _page(request, row, form=form, status=status)


def agent_leave(request: ActorRequest, agent_id: int) -> HttpResponse:
    """The last day of an agent."""
    row, form = _known(agent_id), LeaveForm(request.POST, label_suffix="")
    if not form.is_valid():
        return _page(request, row, leaving=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    last_day = form.cleaned_data["last_day"]
    return _done(
        request,
        row,
        form,
        lambda: leave(agent_id=agent_id, last_day=last_day, actor=request.actor, on=today(), at=now()),
        f"Le départ est enregistré au {words.day_short(last_day)}. Plus rien ne s’ouvre à ce compte.",
    )


def agent_invite(request: ActorRequest, agent_id: int) -> HttpResponse:
    """Another invitation, for who never entered: the former link serves no more."""
    row = _known(agent_id)
    try:
        user_id = account_to_invite(agent_id=agent_id, actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        _invite(request, agent_id, user_id, row.identifier)
    return _to(agent_id)


def mandate_give(request: ActorRequest, agent_id: int) -> HttpResponse:
    """A residence under a caretaker's care."""
    row, form = _known(agent_id), MandateForm(request.POST)
    if not form.is_valid():
        return _page(request, row, mandate=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    typed = form.cleaned_data
    return _done(
        request,
        row,
        form,
        lambda: give_mandate(
            agent_id=agent_id,
            residence_code=typed["residence"],
            first_day=typed["first_day"],
            last_day=typed["last_day"],
            actor=request.actor,
            at=now(),
        ),
        "Le mandat est donné.",
    )


def mandate_end(request: ActorRequest, caretaking_id: int) -> HttpResponse:
    """The last day of a mandate is today."""
    agent_id = agent_of_mandate(caretaking_id)
    if agent_id is None:
        raise Http404
    try:
        end_mandate(mandate_id=caretaking_id, last_day=today(), actor=request.actor, at=now())
    except StaffMandateNotFound as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le mandat finit ce soir.")
    return _to(agent_id)


def _invite(request: ActorRequest, agent_id: int, user_id: int, identifier: str) -> None:
    row = _known(agent_id)
    site = "field" if row.role == Role.CARETAKER else "desk"
    ask_to_write(
        Message.INVITATION,
        user_id=user_id,
        person_id=None,
        site=site,
        origin=where_links_lead(request),
        asked_by=request.actor.agent_id,
    )
    messages.success(request, f"L’invitation part à {identifier}. Son lien sert une fois, pendant un jour.")


def _done(
    request: ActorRequest,
    row: AgentRow,
    form: LeaveForm | MandateForm,
    act: Callable[[], object],
    said: str,
) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if isinstance(form, LeaveForm):
            return _page(request, row, leaving=form, status=status)
        return _page(request, row, mandate=form, status=status)
    messages.success(request, said)
    return _to(row.id)


def _page(
    request: ActorRequest,
    row: AgentRow,
    *,
    form: PostForm | None = None,
    leaving: LeaveForm | None = None,
    mandate: MandateForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    on = today()
    is_self, has_left = row.id == request.actor.agent_id, row.left_on is not None
    context: dict[str, object] = {
        "tabs": setup_tabs(request, "staff"),
        "row": row,
        "role": ROLE_LABELS[Role(row.role)],
        "is_self": is_self,
        "may_change": not is_self and not has_left,
        "may_invite": not has_left and not row.entered and row.is_open,
        "form": form or PostForm(None, agencies=agencies_with_agents(on), initial=post_of(row)),
        "leaving": leaving or LeaveForm(label_suffix="", initial={"last_day": on}),
        "holds_mandates": row.role == Role.CARETAKER,
        "mandates": [(each, each.is_over(on)) for each in mandates_of(row.id)],
        "mandate": mandate or MandateForm(None, initial={"first_day": on}),
        "events": [_event(each) for each in staff_history(row.id)],
    }
    return framed(request, "desk/agent.html", context, status=status)


def _event(row: ChangeRow) -> LifeEvent:
    return LifeEvent(
        when=f"{words.instant(localtime(row.at))}, {row.by or BY_COMMAND}",
        title=SUBJECTS[row.subject].capitalize(),
        text=f"{row.before} → {row.after}" if row.before else row.after,
    )


def _known(agent_id: int) -> AgentRow:
    row = agent_row(agent_id)
    if row is None:
        raise Http404
    return row


def _to(agent_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:agent", args=[agent_id]))
