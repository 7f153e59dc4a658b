"""The life of an application at the desk: filed, renewed, warned, radiated, brought back, given to an agent; clocks."""

from collections.abc import Callable
from typing import Final, TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.demandes.operations.assigning import assign, give_back, take
from palier.demandes.operations.filing import file_application
from palier.demandes.operations.life import note_interview, radiate, reactivate, record_answer, renew, warn
from palier.demandes.queries.due import DueRow, instructors, to_renew, warned
from palier.demandes.queries.file import ApplicationFacts
from palier.demandes.queries.members import members_of
from palier.demandes.rules.interview import INTERVIEW
from palier.desk.application_words import MOTIVES_OF_END
from palier.desk.forms_life import (
    FOLLOWS,
    ApplicationForm,
    GiveForm,
    InterviewForm,
    RadiateForm,
    SeenForm,
    WarnForm,
)
from palier.desk.navigation import framed
from palier.desk.views_applications import file_frame, found_application, tabs_of
from palier.desk.views_maintenance import refuse_unless_valid
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import after_months
from palier.privacy.declare import Role
from palier.web import words
from palier.web.components import Link
from palier.web.requests import ActorRequest

FormT = TypeVar("FormT", bound=SeenForm)
_A_YEAR: Final = 12


def application_new(request: ActorRequest) -> HttpResponseBase:
    """A new application at the counter; the file is then that of whoever writes it down."""
    form = ApplicationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            number = file_application(new=form.new, actor=request.actor, at=now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "La demande est enregistrée, et vous est confiée. Complétez ses rubriques.")
            return HttpResponseRedirect(reverse("desk:application", args=[number]))
    context: dict[str, object] = {
        "form": form,
        "never": [sentence for heading in INTERVIEW[:2] for sentence in heading.never],
        "crumbs": [Link(label="Demandes", url=reverse("desk:applications")), Link(label="Nouvelle demande")],
    }
    return framed(request, "desk/application_new.html", context, status=422 if form.errors else 200)


def application_life(request: ActorRequest, application_id: int) -> HttpResponse:
    """What may be done with a file: each deed with what follows from it."""
    here = found_application(request, application_id)
    members = members_of(application_id) if here.is_mine else []
    seen = {"version": here.version}
    gives = here.is_mine or request.actor.role is Role.COMMISSION_SECRETARY
    context: dict[str, object] = {
        **file_frame(request, here, members, "application_life", "Vie de la demande"),
        "seen": SeenForm(initial=seen),
        "warn": WarnForm(initial=seen),
        "radiate": RadiateForm(initial=seen),
        "interview": InterviewForm(initial=seen),
        "follows": [(MOTIVES_OF_END[code], sentence) for code, sentence in FOLLOWS.items()],
        "may_take": not here.given_to,
        "give": GiveForm(None, instructors=instructors()) if gives else None,
        "due": here.expires_on,
    }
    request.reading.saw(member.person_id for member in members if member.person_id is not None)
    return framed(request, "desk/application_life.html", context)


def application_renew(request: ActorRequest, application_id: int) -> HttpResponseBase:
    def done(here: ApplicationFacts, form: SeenForm) -> str:
        until = renew(application_id=here.id, version=_version(form), actor=request.actor, at=now())
        return f"La demande est renouvelée jusqu’au {words.day_short(until)}."

    return _deed(request, application_id, SeenForm, done)


def application_warn(request: ActorRequest, application_id: int) -> HttpResponseBase:
    def done(here: ApplicationFacts, form: WarnForm) -> str:
        motive = form.cleaned_data["motive"]
        due = warn(application_id=here.id, motive=motive, version=_version(form), actor=request.actor, at=now())
        return f"L’avertissement court. Sans suite, la demande peut être radiée le {words.day_short(due)}."

    return _deed(request, application_id, WarnForm, done)


def application_answer(request: ActorRequest, application_id: int) -> HttpResponseBase:
    def done(here: ApplicationFacts, form: SeenForm) -> str:
        record_answer(application_id=here.id, version=_version(form), actor=request.actor, at=now())
        return "La réponse est notée."

    return _deed(request, application_id, SeenForm, done)


def application_radiate(request: ActorRequest, application_id: int) -> HttpResponseBase:
    def done(here: ApplicationFacts, form: RadiateForm) -> str:
        motive = form.cleaned_data["motive"]
        radiate(application_id=here.id, motive=motive, version=_version(form), actor=request.actor, at=now())
        return "La demande est radiée. Tout est effacé dans un an."

    return _deed(request, application_id, RadiateForm, done)


def application_reactivate(request: ActorRequest, application_id: int) -> HttpResponseBase:
    def done(here: ApplicationFacts, form: SeenForm) -> str:
        until = reactivate(application_id=here.id, version=_version(form), actor=request.actor, at=now())
        return f"La demande est à nouveau active, jusqu’au {words.day_short(until)}."

    return _deed(request, application_id, SeenForm, done)


def application_interviewed(request: ActorRequest, application_id: int) -> HttpResponseBase:
    def done(here: ApplicationFacts, form: InterviewForm) -> str:
        outcome = form.cleaned_data["outcome"]
        note_interview(application_id=here.id, outcome=outcome, version=_version(form), actor=request.actor, at=now())
        return "La suite de l’entretien est notée."

    return _deed(request, application_id, InterviewForm, done)


def application_take(request: ActorRequest, application_id: int) -> HttpResponseBase:
    """Take a file that nobody has, for a year: the person is at the counter."""
    found_application(request, application_id)
    last_day = after_months(today(), _A_YEAR)
    take(application_id=application_id, last_day=last_day, actor=request.actor, at=now())
    messages.success(request, f"Le dossier vous est confié jusqu’au {words.day_short(last_day)}.")
    return _to_life(application_id)


def application_give(request: ActorRequest, application_id: int) -> HttpResponseBase:
    """Give a file to someone who instructs; whoever had it no longer has it."""
    found_application(request, application_id)
    form = GiveForm(request.POST, instructors=instructors())
    refuse_unless_valid(form)
    sent = form.cleaned_data
    assign(
        applications=[application_id],
        agent_id=sent["agent"],
        last_day=sent["last_day"],
        actor=request.actor,
        at=now(),
    )
    messages.success(request, "Le dossier est confié.")
    return HttpResponseRedirect(reverse("desk:application", args=[application_id]))


def application_give_back(request: ActorRequest, application_id: int) -> HttpResponseBase:
    """A file no longer instructed by whoever asks."""
    found_application(request, application_id)
    give_back(application_id=application_id, actor=request.actor, at=now())
    messages.success(request, "Le dossier ne vous est plus confié.")
    return HttpResponseRedirect(reverse("desk:applications"))


def application_clocks(request: ActorRequest) -> HttpResponse:
    """The clocks that come to their term, by number."""
    on = today()
    renewals, warnings = to_renew(on=on), warned()
    request.reading.saw(row.person_id for row in (*renewals, *warnings))
    context: dict[str, object] = {
        "tabs": tabs_of(request, "application_clocks"),
        "lists": [
            ("À renouveler", "fin de validité dans le mois, ou passée", _clock_lines(renewals)),
            ("Avertissements qui courent", "radiées à leur terme, sauf réponse", _clock_lines(warnings)),
        ],
        "on": on,
    }
    return framed(request, "desk/application_clocks.html", context)


def _clock_lines(rows: list[DueRow]) -> list[tuple[DueRow, str]]:
    return [(row, MOTIVES_OF_END.get(row.warned_for, "")) for row in rows]


def _deed(
    request: ActorRequest, application_id: int, form_class: type[FormT], done: Callable[[ApplicationFacts, FormT], str]
) -> HttpResponseBase:
    """One deed on a file given to whoever asks, told in a sentence. To anyone else the file does not exist."""
    here = found_application(request, application_id)
    if not here.is_mine:
        raise Http404
    form = form_class(request.POST)
    refuse_unless_valid(form)
    messages.success(request, done(here, form))
    return _to_life(application_id)


def _version(form: forms.Form) -> int:
    return int(form.cleaned_data["version"])


def _to_life(application_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:application_life", args=[application_id]))
