"""Writing: to one lease from its page, to a list from its filter, to those of a sending to take back."""

from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse

from palier.correspondence.access import SendingNotFound, sending_in_scope
from palier.correspondence.models import Sending, TemplateVersion
from palier.correspondence.operations.asking import ask_choice, ask_launch, ask_withdrawal
from palier.correspondence.operations.selecting import choose_one
from palier.correspondence.queries.sendings import persons_of
from palier.correspondence.queries.templates import templates_that_serve
from palier.correspondence.rules.fields import categories_of
from palier.correspondence.writing import Writing
from palier.desk.answers import strangers_get_404
from palier.desk.forms_mail import OccasionForm
from palier.desk.lists_to_write import list_told, list_url, listed_in
from palier.desk.navigation import address, framed
from palier.desk.tables_estate import PAYMENT_MODES
from palier.desk.tables_leases import LEASE_KINDS, STATES
from palier.desk.views_mail_templates import blocks_of
from palier.estate.queries import agency_names
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.leases.access import lease_in_scope
from palier.leases.listed import ListUnknown, list_for
from palier.leases.queries.lease import occupants_of
from palier.leases.queries.lists import LeaseFilter, count_leases
from palier.privacy.declare import Batch, Role
from palier.web import words
from palier.web.components import Link
from palier.web.requests import ActorRequest

_FILTERS: Final = ("etat", "paiement", "nature", "agence")


@strangers_get_404
def lease_write(request: ActorRequest, lease_id: int) -> HttpResponseBase:
    """One letter: choose its template, read it, send it."""
    here = lease_in_scope(lease_id, actor=request.actor)
    occupants = occupants_of(lease_id)
    request.reading.saw([each.person_id for each in occupants])
    names = ", ".join(each.display_name for each in occupants if each.role != "OCCUPANT") or "Sans titulaire"
    serving = templates_that_serve()
    form = OccasionForm(request.POST if request.method == "POST" else None, templates=serving)
    letter, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if "envoyer" in request.POST:
                    return _sent(request, form, lease_id)
                letter = _shown(request, form, lease_id)
                status = 200
            except Refusal as refusal:
                form.add_error(None, str(refusal))
    context: dict[str, object] = {
        "lease": here,
        "names": names,
        "form": form,
        "serving": serving,
        "letter": letter,
        "whose": names,
        "faults": [],
        "templates_url": address(request.actor.role, "mail_templates"),
        "back_url": address(request.actor.role, "lease", lease_id),
        "crumbs": [
            Link(label="Baux", url=address(request.actor.role, "leases")),
            Link(label=f"{here.reference}, {names}", url=address(request.actor.role, "lease", lease_id)),
            Link(label="Écrire"),
        ],
    }
    return framed(request, "desk/mail_write.html", context, status=status)


def sending_new(request: ActorRequest) -> HttpResponse:
    """The list's filter, frozen with a template: then comes the dry run."""
    agencies, role = agency_names(), request.actor.role
    try:
        kept = _kept(request.GET, agencies)
        if kept.listed is not None:
            request.reading.saw((), list_for(kept.listed, role).category)
    except ListUnknown as unknown:
        raise Http404 from unknown
    form = OccasionForm(request.POST if request.method == "POST" else None, templates=templates_that_serve())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sending = ask_choice(
                    version_id=form.version_id, kept=kept, occasion=form.occasion, actor=request.actor, at=now()
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                request.reading.saw(persons_of(sending.pk), *categories_of(sending.version.fields))
                return HttpResponseRedirect(reverse("desk:mail_sending", args=[sending.pk]))
    count = count_leases(kept, today=today())
    context: dict[str, object] = {
        "form": form,
        "count": count,
        "count_words": words.count(count, "bail", "baux"),
        "chosen": filter_words(kept, agencies),
        "list_url": url_of_list(kept, role),
        "templates_url": reverse("desk:mail_templates"),
        "crumbs": [
            Link(label="Courrier", url=reverse("desk:mail_register")),
            Link(label="Envois", url=reverse("desk:mail_sendings")),
            Link(label="Écrire à une liste"),
        ],
    }
    return framed(request, "desk/mail_sending_new.html", context, status=status)


def withdraw(request: ActorRequest, sending_id: int) -> HttpResponse:
    """A letter that takes back what a sending said, to whoever got it."""
    try:
        sending = sending_in_scope(sending_id, actor=request.actor)
    except SendingNotFound as stranger:
        raise Http404 from stranger
    serving = templates_that_serve(withdrawing=True)
    form = OccasionForm(request.POST if request.method == "POST" else None, templates=serving)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = ask_withdrawal(
                    sending_id=sending_id,
                    version_id=form.version_id,
                    occasion=form.occasion,
                    actor=request.actor,
                    at=now(),
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return HttpResponseRedirect(reverse("desk:mail_sending", args=[made.pk]))
    context: dict[str, object] = {
        "form": form,
        "serving": serving,
        "sending": sending,
        "name": sending.version.template.name,
        "back_url": reverse("desk:mail_sending", args=[sending_id]),
        "starter_url": f"{reverse('desk:mail_template_new')}?depart=retrait"
        if address(request.actor.role, "mail_template_new")
        else "",
        "crumbs": [
            Link(label="Envois", url=reverse("desk:mail_sendings")),
            Link(label=sending.version.template.name, url=reverse("desk:mail_sending", args=[sending_id])),
            Link(label="Retirer"),
        ],
    }
    return framed(request, "desk/mail_withdraw.html", context, status=status)


def filter_words(kept: LeaseFilter, agencies: dict[str, str]) -> list[str]:
    """What a list's filter says, in words."""
    whole = "Tous les baux" if kept.listed is None else ""
    said = [
        list_told(kept.listed) if kept.listed is not None else "",
        f"Baux {STATES[kept.state]}" if kept.state else whole,
        PAYMENT_MODES[kept.payment_mode] if kept.payment_mode else "",
        LEASE_KINDS[kept.kind] if kept.kind else "",
        agencies.get(str(kept.agency_id), "une agence") if kept.agency_id is not None else "",
    ]
    return [each[:1].upper() + each[1:] for each in said if each]


def url_of_list(kept: LeaseFilter, role: Role | Batch) -> str:
    """The page of the list, with its filter; empty for a function that does not open it."""
    if kept.listed is not None:
        return list_url(role, kept.listed)
    return f"{reverse('desk:leases')}{_filter_query(kept)}"


def _filter_query(kept: LeaseFilter) -> str:
    agency = "" if kept.agency_id is None else str(kept.agency_id)
    values = (kept.state, kept.payment_mode, kept.kind, agency)
    pairs = [(name, value) for name, value in zip(_FILTERS, values, strict=True) if value]
    return f"?{urlencode(pairs)}" if pairs else ""


def _kept(query: QueryDict, agencies: dict[str, str]) -> LeaseFilter:
    """The filter of the address: only values of the list's own filters. Raises ListUnknown."""
    state, mode, kind, agency = (query.get(name, "") for name in _FILTERS)
    return LeaseFilter(
        state=state if state in STATES else "",
        payment_mode=mode if mode in PAYMENT_MODES else "",
        kind=kind if kind in LEASE_KINDS else "",
        agency_id=int(agency) if agency in agencies else None,
        listed=listed_in(query),
    )


def _shown(request: ActorRequest, form: OccasionForm, lease_id: int) -> dict[str, object]:
    """The letter as it would leave, before anything is written."""
    version = TemplateVersion.objects.get(pk=form.version_id)
    request.reading.saw((), *categories_of(version.fields))
    occasion = form.occasion
    sending = Sending(
        version=version, is_single=True, needs_two=False, event_on=occasion.event_on, event_slot=occasion.slot
    )
    return blocks_of(Writing(sending, [lease_id], on=today()).preview(lease_id))


def _sent(request: ActorRequest, form: OccasionForm, lease_id: int) -> HttpResponse:
    sending = choose_one(
        version_id=form.version_id, lease_id=lease_id, occasion=form.occasion, actor=request.actor, at=now()
    )
    request.reading.saw((), *categories_of(sending.version.fields))
    if sending.needs_two:
        messages.info(request, "La lettre est prête. Signez-la\u00a0: une autre personne la signera et l’enverra.")
    else:
        ask_launch(sending_id=sending.pk, actor=request.actor, at=now())
        messages.success(request, "La lettre part. Elle prend son numéro au registre.")
    return HttpResponseRedirect(reverse("desk:mail_sending", args=[sending.pk]))
