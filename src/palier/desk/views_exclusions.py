"""Residences left out of the surveys of resources: the list, an act noted, its last day."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.campaigns.models import EXCLUSIONS
from palier.campaigns.operations.exclusions import MAY_EXCLUDE, end_exclusion, exclude_residence
from palier.campaigns.queries.exclusions import exclusions
from palier.desk.forms_campaigns import ExclusionForm
from palier.desk.navigation import framed
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.web.components import Link
from palier.web.requests import ActorRequest


def survey_exclusions(request: ActorRequest) -> HttpResponse:
    """The list, and the form of an act."""
    form = ExclusionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            exclude_residence(
                code=form.cleaned_data["residence"], exclusion=form.exclusion, actor=request.actor, at=now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "La résidence est exclue des enquêtes ouvertes à partir de maintenant.")
            return HttpResponseRedirect(reverse("desk:survey_exclusions"))
    labels = dict(EXCLUSIONS)
    context: dict[str, object] = {
        "rows": [(row, labels[row.reason]) for row in exclusions()],
        "form": form,
        "may_exclude": request.actor.role in MAY_EXCLUDE,
        "crumbs": [Link(label="Campagnes", url=reverse("desk:campaigns")), Link(label="Secteurs exclus")],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return framed(request, "desk/survey_exclusions.html", context, status=status)


def survey_exclusion_end(request: ActorRequest, exclusion_id: int) -> HttpResponse:
    """End an exclusion today."""
    try:
        end_exclusion(exclusion_id=exclusion_id, last_day=today(), actor=request.actor, at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "L’exclusion prend fin aujourd’hui.")
    return HttpResponseRedirect(reverse("desk:survey_exclusions"))
