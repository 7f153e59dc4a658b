"""Residences day to day, for the agency: what to repair, who holds keys, which papers came back, what is done when."""

from uuid import uuid4

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.desk.forms_facts import KeyAddForm, KeyMovedForm, RoutineDaysForm
from palier.desk.navigation import framed, tabs_among
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.periods import DAYS_FR, MalformedMonth, Month
from palier.maintenance.operations.deliveries import prepare_deliveries
from palier.maintenance.operations.keys import KeyNotFound, add_key_set, move_key
from palier.maintenance.operations.rounds import ResidenceNotYours, plan_routine
from palier.maintenance.queries.agency import (
    delivery_reports,
    keys_of_agency,
    planned_routines,
    residences_to_choose,
    undelivered_papers,
)
from palier.maintenance.words import (
    HOLDERS,
    KEY_KINDS,
    ROUTINES,
    TRADES,
    UNDELIVERABLE,
)
from palier.screening.fields import verdicts_of
from palier.screening.operations.texts import note_justified, note_refusal
from palier.screening.shown import Reason, reasons
from palier.web.components import Link
from palier.web.requests import ActorRequest


def tabs_of(request: ActorRequest, here: str) -> list[Link]:
    """The views of « Proximité »."""
    names = {
        "tickets": "Demandes",
        "repair_delays": "Délais",
        "key_register": "Clés",
        "papers": "Avis papier",
        "routines": "Tâches",
        "facts": "Consignes",
    }
    return tabs_among(request, names, here=here)


class SentIncomplete(Refusal):
    """Cet envoi n’est pas complet : rechargez la page, puis recommencez."""


def refuse_unless_valid(form: Form) -> None:
    """Its choices come from our own page. Raises SentIncomplete."""
    if not form.is_valid():
        raise SentIncomplete


def key_register(request: ActorRequest) -> HttpResponseBase:
    """Every set of keys and who holds it; a new one."""
    form = KeyAddForm(request.POST if request.method == "POST" else None, residences=residences_to_choose())
    status, refused = 200, list[Reason]()
    if request.method == "POST":
        status = 422
        valid = form.is_valid()
        for name, verdict in verdicts_of(form).items():
            refused = reasons(form.data.get(name, ""), verdict)
            if verdict.decision == "block":
                note_refusal(verdict, field=name, site="desk", actor=request.actor, at=now())
        if valid:
            try:
                add_key_set(
                    residence_id=form.cleaned_data["residence"],
                    kind=form.cleaned_data["kind"],
                    tag=form.cleaned_data["tag"],
                    dwelling_id=None,
                    actor=request.actor,
                    at=now(),
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                for name, verdict in verdicts_of(form).items():
                    note_justified(
                        verdict,
                        justification=form.cleaned_data["justification"],
                        field=name,
                        site="desk",
                        actor=request.actor,
                        at=now(),
                    )
                messages.success(request, "Trousseau enregistré, à la loge.")
                return HttpResponseRedirect(reverse("desk:key_register"))
    context: dict[str, object] = {
        "tabs": tabs_of(request, "key_register"),
        "form": form,
        "reasons": refused,
        "keys": [
            (each, KEY_KINDS[each.kind], TRADES[each.trade] if each.trade else HOLDERS[each.holder], uuid4())
            for each in keys_of_agency()
        ],
        "holders": {code: label for code, label in HOLDERS.items() if code != "CONTRACTOR"},
    }
    return framed(request, "desk/key_register.html", context, status=status)


def key_moved(request: ActorRequest, key_set_id: int) -> HttpResponseBase:
    """A set of keys changes hands."""
    form = KeyMovedForm(request.POST)
    refuse_unless_valid(form)
    try:
        move_key(
            key_set_id=key_set_id,
            holder=form.cleaned_data["holder"],
            trade=form.cleaned_data["trade"],
            key=form.cleaned_data["envoi"],
            actor=request.actor,
            at=now(),
        )
    except KeyNotFound as stranger:
        raise Http404 from stranger
    messages.success(request, "C’est noté au registre.")
    return HttpResponseRedirect(reverse("desk:key_register"))


def papers(request: ActorRequest) -> HttpResponseBase:
    """Papers given to the caretakers, delivered or come back; those of a month are prepared here."""
    if request.method == "POST":
        try:
            month = Month.parse(request.POST.get("mois", ""))
        except MalformedMonth as malformed:
            raise Http404 from malformed
        prepared = prepare_deliveries(month=month, at=now())
        messages.success(request, f"Avis papier confiés aux gardiens\u00a0: {prepared}.")
        return HttpResponseRedirect(reverse("desk:papers"))
    month = Month.of(today())
    context: dict[str, object] = {
        "tabs": tabs_of(request, "papers"),
        "reports": delivery_reports(),
        "undelivered": [(each, UNDELIVERABLE[each.reason]) for each in undelivered_papers()],
        "months": [(str(each), each.label_fr()) for each in (month, month.previous(), month.next())],
    }
    return framed(request, "desk/papers.html", context)


def routines(request: ActorRequest) -> HttpResponseBase:
    """What is asked of a residence's caretakers, day by day."""
    residences = residences_to_choose()
    wanted = request.GET.get("residence", "")
    known = {str(each.id): each for each in residences}
    if not residences or (wanted and wanted not in known):
        raise Http404
    here = known[wanted] if wanted else residences[0]
    form = RoutineDaysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            plan_routine(residence_id=here.id, code=form.cleaned_data["code"], weekdays=form.weekdays)
        except ResidenceNotYours as stranger:
            raise Http404 from stranger
        messages.success(request, "C’est au programme de la résidence.")
        return HttpResponseRedirect(f"{reverse('desk:routines')}?residence={here.id}")
    context: dict[str, object] = {
        "tabs": tabs_of(request, "routines"),
        "residences": residences,
        "here": here,
        "form": form,
        "planned": [
            (ROUTINES[code], ", ".join(day for rank, day in enumerate(DAYS_FR) if days >> rank & 1))
            for code, days in planned_routines(here.id).items()
        ],
    }
    return framed(request, "desk/routines.html", context, status=422 if form.errors else 200)
