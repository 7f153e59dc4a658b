"""Asking for a delay: what is late, in how many payments, from which day; the answer, and how far the plan has come."""

from datetime import date
from http import HTTPStatus
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.home.navigation import me, page, trail
from palier.home.sentences import said_of
from palier.home.views import _own
from palier.leases.queries.tenant import OwnLease, own_leases
from palier.ledger.standing import standing_of
from palier.recovery.models import REFUSALS
from palier.recovery.operations.delays import DelayNotFound, accept_offer, ask_delay, withdraw_delay
from palier.recovery.queries.delays import delay, delays_of_lease
from palier.recovery.rules.delays import counts_for, first_days, parts_of
from palier.web import words
from palier.web.languages import said as why_refused
from palier.web.languages import told
from palier.web.requests import ActorRequest


class DelayForm(forms.Form):
    """In how many payments, and the day of the first: two short lists."""

    envoi = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, debt_cents: int, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"envoi": uuid4()})
        self.fields["nombre"] = forms.TypedChoiceField(
            label=gettext("En combien de fois\u202f?"),
            coerce=int,
            choices=[(count, _told(debt_cents, count)) for count in counts_for(debt_cents)],
            widget=forms.RadioSelect,
            error_messages={"required": gettext("Choisissez en combien de fois vous voulez payer.")},
        )
        self.fields["premier"] = forms.TypedChoiceField(
            label=gettext("Quel jour, le premier paiement\u202f?"),
            coerce=date.fromisoformat,
            choices=[(day.isoformat(), words.day_long(day)) for day in first_days(today())],
            widget=forms.RadioSelect,
            error_messages={"required": gettext("Choisissez le jour du premier paiement.")},
        )


def _told(debt_cents: int, count: int) -> str:
    """« 3 paiements de 71,54 € », the last one apart when it differs."""
    parts = parts_of(debt_cents=debt_cents, count=count, first_on=today())
    first, last = words.euros(parts[0].amount_cents), words.euros(parts[-1].amount_cents)
    if count == 1:
        return gettext("En une fois, plus tard\u00a0: %(amount)s") % {"amount": first}
    if first == last:
        return gettext("En %(count)s fois\u00a0: %(amount)s par mois") % {"count": count, "amount": first}
    return gettext("En %(count)s fois\u00a0: %(amount)s par mois, puis %(last)s le dernier mois") % {
        "count": count,
        "amount": first,
        "last": last,
    }


def ask(request: ActorRequest, lease_id: int) -> HttpResponse:
    """The form, or where the last request stands."""
    shown = _own(own_leases(me(request), on=today()), lease_id)
    late_cents = standing_of(shown.account_id, on=today()).late_cents
    form = DelayForm(late_cents, request.POST if request.method == "POST" else None) if late_cents > 0 else None
    if request.method == "POST":
        if form is None:
            messages.error(request, gettext("Rien n’est en retard. Il n’y a pas de délai à demander."))
            return HttpResponseRedirect(reverse("home:delay", args=[lease_id]))
        if form.is_valid():
            try:
                ask_delay(
                    lease=shown,
                    person_id=me(request),
                    parts=form.cleaned_data["nombre"],
                    first_on=form.cleaned_data["premier"],
                    key=form.cleaned_data["envoi"],
                    at=now(),
                )
            except Refusal as refusal:
                form.add_error(None, why_refused(refusal))
            else:
                messages.success(request, gettext("C’est demandé. Vous lirez notre réponse ici."))
                return HttpResponseRedirect(reverse("home:delay", args=[lease_id]))
    return _page(request, shown, late_cents, form)


def _page(request: ActorRequest, shown: OwnLease, late_cents: int, form: DelayForm | None) -> HttpResponse:
    on = today()
    rows = delays_of_lease(shown.id, on=on)
    running = next((row for row in rows if row.is_running(on)), None)
    response = page(
        request,
        "home/delay.html",
        {
            "crumbs": trail(
                (gettext("Payer"), reverse("home:pay", args=[shown.id])), (gettext("Demander un délai"), "")
            ),
            "lease": shown,
            "late_cents": late_cents,
            "running": running,
            "said": said_of(running) if running else "",
            "last": rows[0] if rows and running is None else None,
            "ground": told(dict(REFUSALS).get(rows[0].ground, "")) if rows else "",
            "form": None if running else form,
        },
    )
    response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK
    return response


def take_back(request: ActorRequest, delay_id: int) -> HttpResponse:
    """Give up the request, or the offer."""
    return _closed(request, delay_id, accepted=False)


def accept(request: ActorRequest, delay_id: int) -> HttpResponse:
    """Take what the agency offers."""
    return _closed(request, delay_id, accepted=True)


def _closed(request: ActorRequest, delay_id: int, *, accepted: bool) -> HttpResponse:
    row = delay(delay_id, on=today())
    if row is None:
        raise Http404
    request.reading.saw([me(request)])
    try:
        if accepted:
            accept_offer(delay_id=delay_id, at=now())
        else:
            withdraw_delay(delay_id=delay_id, at=now())
    except DelayNotFound as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        messages.error(request, why_refused(refusal))
    else:
        messages.success(request, gettext("C’est accepté.") if accepted else gettext("Votre demande est retirée."))
    return HttpResponseRedirect(reverse("home:delay", args=[row.lease_id]))
