"""A sitting to come: drawn up, then its day, hour and place corrected until the members are called."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.attribution.operations.sittings import correct_sitting, draft_sitting
from palier.desk.forms_commission import MeetingForm, SittingForm
from palier.desk.navigation import framed
from palier.desk.views_commission import found_sitting, tabs_of
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.web.amounts import sent_number
from palier.web.components import Link
from palier.web.requests import ActorRequest

_MEETING: Final = ("held_on", "hour", "mode", "place")


def sitting_new(request: ActorRequest) -> HttpResponseBase:
    """A sitting to come, of which whoever draws it up is the secretary."""
    form = SittingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = draft_sitting(**form.cleaned_data, by=request.actor.agent_id or 0)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return HttpResponseRedirect(reverse("desk:sitting", args=[made]))
    context: dict[str, object] = {"tabs": tabs_of(request, "sitting_new"), "form": form}
    return framed(request, "desk/sitting_new.html", context, status=422 if form.errors else 200)


def sitting_change(request: ActorRequest, sitting_id: int) -> HttpResponseBase:
    """Another day, hour or place, before the members are called."""
    here = found_sitting(sitting_id)
    if request.method == "GET" and here.state != "DRAFT":
        return HttpResponseRedirect(reverse("desk:sitting", args=[sitting_id]))
    initial = {name: getattr(here, name) for name in _MEETING}
    form = MeetingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        version = sent_number(request, "version")
        try:
            correct_sitting(sitting_id=sitting_id, version=version, **form.cleaned_data, at=now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Séance corrigée.")
            return HttpResponseRedirect(reverse("desk:sitting", args=[sitting_id]))
    context: dict[str, object] = {
        "tabs": tabs_of(request, "sittings"),
        "here": here,
        "form": form,
        "crumbs": [
            Link(label="Commission", url=reverse("desk:sittings")),
            Link(label=f"Séance {here.number}", url=reverse("desk:sitting", args=[sitting_id])),
            Link(label="Corriger"),
        ],
    }
    return framed(request, "desk/sitting_new.html", context, status=422 if form.errors else 200)
