"""The direct debit mandate of a lease: signed, amended, ended. The account is shown by its last four signs."""

from http import HTTPStatus
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.banking.models import SepaMandate
from palier.banking.operations.mandates import (
    LAST_DEBIT_DAY,
    LONGEST_NOTICE_DAYS,
    MandateNotFound,
    Terms,
    amend_mandate,
    end_mandate,
    sign_mandate,
)
from palier.banking.queries.debits import MandateRow, mandates_of
from palier.banking.rules.sepa import NOTICE_DAYS
from palier.desk.answers import strangers_get_404
from palier.desk.forms_leases import Day
from palier.desk.labels import labels_of
from palier.desk.navigation import framed
from palier.desk.tables_estate import PAYMENT_MODES
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.leases.access import lease_in_scope
from palier.leases.queries.lease import LeaseFacts, occupants_of
from palier.web.components import Link
from palier.web.requests import ActorRequest

WHY: Final = {code: label for code, label in labels_of(SepaMandate, "ended_why").items() if code}
OTHER_MODES: Final = {code: label for code, label in PAYMENT_MODES.items() if code != "PRELEVEMENT"}


class MandateForm(forms.Form):
    """What is on the mandate. The IBAN is typed once; afterwards an empty box keeps the account."""

    holder_name = forms.CharField(label="Titulaire du compte", max_length=70)
    iban = forms.CharField(
        label="IBAN", max_length=42, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    bic = forms.CharField(label="BIC, s’il est donné", max_length=11, required=False)
    debit_day = forms.IntegerField(label="Jour du mois", min_value=1, max_value=LAST_DEBIT_DAY, initial=5)
    notice_days = forms.IntegerField(
        label="Jours d’annonce", min_value=1, max_value=LONGEST_NOTICE_DAYS, initial=NOTICE_DAYS
    )
    signed_on = Day(label="Signé le", required=False)


class EndForm(forms.Form):
    """Why a mandate ends, and how the lease pays from then on."""

    why = forms.ChoiceField(label="Raison", choices=list(WHY.items()))
    pays_by = forms.ChoiceField(label="Paiera désormais par", choices=list(OTHER_MODES.items()), initial="VIREMENT")


@strangers_get_404
def mandates(request: ActorRequest, lease_id: int) -> HttpResponse:
    """The mandates of a lease; a POST signs one, or amends the one that runs."""
    lease = lease_in_scope(lease_id, actor=request.actor)
    running = _running(lease)
    form = MandateForm(request.POST if request.method == "POST" else None, initial=_initial(running))
    if request.method == "POST" and form.is_valid():
        try:
            _write(request, lease, running, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Le mandat est enregistré. Le prochain avis annoncera le prélèvement.")
            return HttpResponseRedirect(reverse("desk:mandates", args=[lease_id]))
    return _page(request, lease, form, EndForm())


@strangers_get_404
def mandate_end(request: ActorRequest, lease_id: int, mandate_id: int) -> HttpResponse:
    """End a mandate of the lease."""
    lease = lease_in_scope(lease_id, actor=request.actor)
    form = EndForm(request.POST)
    if mandate_id not in {mandate.id for mandate in mandates_of(lease.account_id)}:
        raise Http404
    if form.is_valid():
        given = form.cleaned_data
        try:
            end_mandate(
                mandate_id=mandate_id, why=given["why"], pays_by=given["pays_by"], actor=request.actor, at=now()
            )
        except MandateNotFound:
            raise Http404 from None
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                "Le mandat est arrêté\u00a0: aucun fichier ne le prélèvera plus. Ce qui est déjà demandé à la banque, "
                "demandez-lui de l’annuler.",
            )
            return HttpResponseRedirect(reverse("desk:mandates", args=[lease_id]))
    return _page(request, lease, MandateForm(initial=_initial(_running(lease))), form)


def _write(request: ActorRequest, lease: LeaseFacts, running: MandateRow | None, form: MandateForm) -> None:
    given = form.cleaned_data
    terms = Terms(holder_name=given["holder_name"], debit_day=given["debit_day"], notice_days=given["notice_days"])
    if running is not None:
        amend_mandate(
            mandate_id=running.id, terms=terms, iban=given["iban"], bic=given["bic"], actor=request.actor, at=now()
        )
        return
    at = now()
    sign_mandate(
        lease_id=lease.id,
        terms=terms,
        iban=given["iban"],
        bic=given["bic"],
        signed_on=given["signed_on"] or at.date(),
        actor=request.actor,
        at=at,
    )


def _page(request: ActorRequest, lease: LeaseFacts, form: MandateForm, end_form: EndForm) -> HttpResponse:
    request.reading.saw([occupant.person_id for occupant in occupants_of(lease.id)])
    found = mandates_of(lease.account_id)
    running = _running(lease)
    if running is not None and "signed_on" in form.fields:
        del form.fields["signed_on"]
        form.fields[
            "iban"
        ].label = f"Nouvel IBAN, si le compte change (aujourd’hui\u00a0: finit par {running.iban_last4})"
    context: dict[str, object] = {
        "lease": lease,
        "running": running,
        "former": [(mandate, WHY.get(mandate.ended_why, "")) for mandate in found if mandate.ended_on is not None],
        "form": form,
        "end_form": end_form,
        "crumbs": [
            Link(label=f"Bail {lease.reference}", url=reverse("desk:lease", args=[lease.id])),
            Link(label="Mandat de prélèvement"),
        ],
    }
    has_errors = bool(form.errors or end_form.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if has_errors else HTTPStatus.OK
    return framed(request, "desk/mandates.html", context, status=status)


def _running(lease: LeaseFacts) -> MandateRow | None:
    return next((mandate for mandate in mandates_of(lease.account_id) if mandate.ended_on is None), None)


def _initial(running: MandateRow | None) -> dict[str, object]:
    if running is None:
        return {}
    return {
        "holder_name": running.holder_name,
        "debit_day": running.debit_day,
        "notice_days": running.notice_days,
    }
