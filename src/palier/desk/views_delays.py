"""Delays asked by tenants: those that wait for an answer, one with what is late, and the answer."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from palier.desk.lists_to_write import write_url
from palier.desk.navigation import address, framed
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.leases.listed import Listed
from palier.privacy.declare import Role
from palier.privacy.rights import may_open
from palier.recovery.models import REFUSALS, STATES
from palier.recovery.operations.delays import (
    DelayNotFound,
    agree_to_delay,
    end_plan,
    offer_delay,
    refuse_delay,
)
from palier.recovery.queries.delays import DelayRow, delay, delays_in_hand
from palier.recovery.rules.delays import counts_for, first_days
from palier.web import words
from palier.web.components import Link, Tag, Tone
from palier.web.requests import ActorRequest

_LABELS = dict(STATES)


class OfferForm(forms.Form):
    """Another delay than the one asked for."""

    def __init__(self, row: DelayRow, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["nombre"] = forms.TypedChoiceField(
            label="Nombre de paiements",
            coerce=int,
            initial=row.parts,
            choices=[(count, f"{count} fois") for count in counts_for(row.debt_cents)],
        )
        self.fields["premier"] = forms.TypedChoiceField(
            label="Premier paiement",
            coerce=date.fromisoformat,
            choices=[(day.isoformat(), words.day_long(day)) for day in first_days(today())],
        )


class RefuseForm(forms.Form):
    ground = forms.ChoiceField(
        label="Pourquoi", choices=REFUSALS, help_text="Le locataire lit cette raison dans son espace."
    )


def delays(request: ActorRequest) -> HttpResponse:
    """Requests to answer, the first promised first; then offers, and plans with those that are behind."""
    on = today()
    rows = delays_in_hand(on=on)
    request.reading.saw(row.person_id for row in rows)
    context: dict[str, object] = {
        "rows": [(row, _tag(row, on)) for row in rows],
        "waiting": sum(row.state == "ASKED" for row in rows),
        "write_url": write_url(request.actor.role, Listed(code="DELAYS")) if rows else "",
    }
    return framed(request, "desk/delays.html", context)


def one_delay(request: ActorRequest, delay_id: int) -> HttpResponse:
    """One request, the account beside it, and the answers that are possible."""
    return _page(request, _row(delay_id))


def delay_agree(request: ActorRequest, delay_id: int) -> HttpResponse:
    """Agree to what was asked."""
    row = _row(delay_id)
    request.reading.saw([row.person_id])
    try:
        agree_to_delay(delay_id=delay_id, actor=request.actor, at=now())
    except Refusal as refusal:
        return _refused(request, refusal, delay_id)
    messages.success(request, "Le délai est accordé. Le locataire le lit dans son espace.")
    return _back(delay_id)


def delay_offer(request: ActorRequest, delay_id: int) -> HttpResponse:
    """Offer another one."""
    row = _row(delay_id)
    request.reading.saw([row.person_id])
    form = OfferForm(row, request.POST)
    if not form.is_valid():
        return _page(request, row, offer=form, status=422)
    try:
        offer_delay(
            delay_id=delay_id,
            parts=form.cleaned_data["nombre"],
            first_on=form.cleaned_data["premier"],
            actor=request.actor,
            at=now(),
        )
    except Refusal as refusal:
        return _refused(request, refusal, delay_id)
    messages.success(request, "L’autre délai est proposé. Il tient dès que le locataire l’accepte.")
    return _back(delay_id)


def delay_refuse(request: ActorRequest, delay_id: int) -> HttpResponse:
    """Refuse, with the reason that the tenant reads."""
    row = _row(delay_id)
    request.reading.saw([row.person_id])
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _page(request, row, refuse=form, status=422)
    try:
        refuse_delay(delay_id=delay_id, ground=form.cleaned_data["ground"], actor=request.actor, at=now())
    except Refusal as refusal:
        return _refused(request, refusal, delay_id)
    messages.success(request, "Le délai est refusé. Le locataire lit la raison dans son espace.")
    return _back(delay_id)


def delay_end(request: ActorRequest, delay_id: int) -> HttpResponse:
    """End a plan that is no longer followed."""
    row = _row(delay_id)
    request.reading.saw([row.person_id])
    try:
        end_plan(delay_id=delay_id, at=now())
    except Refusal as refusal:
        return _refused(request, refusal, delay_id)
    messages.success(request, "Le plan est arrêté.")
    return _back(delay_id)


def _page(
    request: ActorRequest,
    row: DelayRow,
    *,
    offer: OfferForm | None = None,
    refuse: RefuseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    on, role = today(), Role(request.actor.role)
    request.reading.saw([row.person_id])
    answers = row.state == "ASKED" and may_open(role, "desk:delay_agree")
    context: dict[str, object] = {
        "row": row,
        "tag": _tag(row, on),
        "ground": dict(REFUSALS).get(row.ground, ""),
        "is_late": row.state == "ASKED" and row.answer_due_on < on,
        "may_agree": answers and row.shown_plan[0].due_on >= on,
        "offer": (offer or OfferForm(row)) if answers else None,
        "refuse": (refuse or RefuseForm()) if answers else None,
        "may_end": row.state == "AGREED" and row.is_running(on) and may_open(role, "desk:delay_end"),
        "account_url": address(role, "account", row.account_id),
        "crumbs": [Link(label="Délais de paiement", url=reverse("desk:delays")), Link(label=row.lease)],
    }
    return framed(request, "desk/delay.html", context, status=status)


def _tag(row: DelayRow, on: date) -> Tag:
    if row.state == "ASKED":
        return Tag(label=_LABELS["ASKED"], tone=Tone.BAD if row.answer_due_on < on else Tone.WARN)
    if row.state == "AGREED":
        if row.is_behind(on):
            return Tag(label="plan non suivi", tone=Tone.BAD)
        if not row.is_running(on):
            return Tag(label="plan payé", tone=Tone.OK)
        return Tag(label=f"plan\u00a0: {row.paid} sur {len(row.shown_plan)}", tone=Tone.OK)
    return Tag(label=_LABELS[row.state])


def _row(delay_id: int) -> DelayRow:
    found = delay(delay_id, on=today())
    if found is None:
        raise Http404
    return found


def _refused(request: ActorRequest, refusal: Refusal, delay_id: int) -> HttpResponse:
    if isinstance(refusal, DelayNotFound):
        raise Http404
    messages.error(request, str(refusal))
    return _back(delay_id)


def _back(delay_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:one_delay", args=[delay_id]))
