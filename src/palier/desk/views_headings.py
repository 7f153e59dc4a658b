"""Changing one heading of an application: one form a heading; a page out of date shows what differs."""

from collections.abc import Mapping
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.demandes.operations.headings import Change
from palier.demandes.operations.holding import ApplicationChangedMeanwhile
from palier.demandes.queries.file import ApplicationFacts
from palier.demandes.queries.members import members_of
from palier.desk.forms_headings import (
    HeadingForm,
    HousingForm,
    LinesForm,
    MotivesForm,
    NeedsForm,
    PrioritiesForm,
    ProofForm,
    ResourcesForm,
    WishesForm,
)
from palier.desk.forms_household import (
    AddressForm,
    ContactForm,
    CorrectionForm,
    ExpectedForm,
    NirForm,
    PersonForm,
    RemovalForm,
    StayForm,
    WorkForm,
)
from palier.desk.navigation import framed
from palier.desk.views_applications import file_frame, found_application
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.web.requests import ActorRequest

HEADINGS: Final[Mapping[str, type[HeadingForm]]] = {
    "personne": PersonForm,
    "correction": CorrectionForm,
    "retrait": RemovalForm,
    "attendus": ExpectedForm,
    "sejour": StayForm,
    "travail": WorkForm,
    "nir": NirForm,
    "adresse": AddressForm,
    "joindre": ContactForm,
    "logement": HousingForm,
    "souhaits": WishesForm,
    "ressources": ResourcesForm,
    "lignes": LinesForm,
    "motifs": MotivesForm,
    "priorites": PrioritiesForm,
    "besoins": NeedsForm,
    "preuve": ProofForm,
}


def application_change(request: ActorRequest, application_id: int, heading: str) -> HttpResponse:
    """One heading of a file given to whoever asks. To anyone else it does not exist."""
    here = found_application(request, application_id)
    if not here.is_mine or here.state != "ACTIVE" or heading not in HEADINGS:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = HEADINGS[heading](sent, application_id=application_id, version=here.version)
    told: list[str] = []
    if request.method == "POST" and form.is_valid():
        change = Change(
            application_id=application_id,
            actor=request.actor,
            at=now(),
            version=form.cleaned_data["version"],
            origin=form.wanted_origin,
        )
        try:
            form.write(change)
        except ApplicationChangedMeanwhile as refusal:
            told = _differences(form)
            form.add_error(None, str(refusal))
            form.start_again(here.version)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "C’est enregistré. La personne le voit dans son espace.")
            return HttpResponseRedirect(reverse("desk:application", args=[application_id]))
    return _page(request, here, form, told)


def _page(request: ActorRequest, here: ApplicationFacts, form: HeadingForm, told: list[str]) -> HttpResponse:
    members = members_of(here.id)
    request.reading.saw(member.person_id for member in members if member.person_id is not None)
    context: dict[str, object] = {
        **file_frame(request, here, members, "application_change", form.title),
        "form": form,
        "differences": told,
        "back_url": reverse("desk:application", args=[here.id]),
    }
    return framed(request, "desk/application_change.html", context, status=422 if form.errors else 200)


def _differences(form: HeadingForm) -> list[str]:
    """Field by field, what the file says now beside what was typed."""
    stands = form.stands()
    told = []
    for field in form.visible_fields():
        typed, now_said = form.typed(field.html_name), stands.get(field.name)
        if field.name == "origin" or now_said is None:
            continue
        said = [str(each) for each in now_said] if isinstance(now_said, list) else [str(now_said)]
        if sorted(typed) != sorted(said):
            choices = {str(code): str(label) for code, label in getattr(field.field, "choices", ())}
            told.append(
                f"{field.label}\u00a0: le dossier dit «\u00a0{_listed(said, choices)}\u00a0», "
                f"vous avez écrit «\u00a0{_listed(typed, choices)}\u00a0»."
            )
    return told or ["Une autre rubrique du dossier a changé\u00a0: celle-ci dit la même chose qu’avant."]


def _listed(values: list[str], choices: Mapping[str, str]) -> str:
    return ", ".join(choices.get(value, value) for value in values) or "rien"
