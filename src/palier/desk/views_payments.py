"""The payments of an account: what each settled and by which ground; a cheque or cash noted, a payment taken back."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from palier.banking.models import Payment, Settlement
from palier.banking.operations.payments import (
    LARGEST_CASH_CENTS,
    PaymentNotFound,
    Received,
    receive_by_hand,
    take_back_by_hand,
)
from palier.banking.operations.settling import open_debts
from palier.banking.queries.payments import Debt, PaymentRow, Settled, payments_of
from palier.desk.account_tabs import account_tabs
from palier.desk.answers import strangers_get_404
from palier.desk.forms_leases import Day
from palier.desk.labels import labels_of
from palier.desk.navigation import framed
from palier.desk.tracing import trace_of
from palier.desk.views_leases import _crumbs, _facts, _names, _verb
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.foundation.money import euros_fr
from palier.foundation.periods import day_fr
from palier.leases.access import account_in_scope
from palier.leases.queries.lease import occupants_of
from palier.privacy.rights import may_open
from palier.web.amounts import Amount
from palier.web.choices import offer
from palier.web.requests import ActorRequest

GROUNDS: Final = labels_of(Settlement, "ground")
MEANS: Final = labels_of(Payment, "means")
TAKEN_BACK: Final = labels_of(Payment, "taken_back_reason")
EARMARKS: Final = labels_of(Payment, "earmark")
BY_HAND_REASONS: Final = ("BOUNCED", "WRONG")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """A payment as the page shows it."""

    row: PaymentRow
    means: str
    state: str
    settled: tuple[tuple[Settled, str], ...]
    left_cents: int
    may_take_back: bool


class PaymentForm(forms.Form):
    """A cheque or cash, received at the counter. Never the number of a card."""

    means = forms.ChoiceField(
        label="Moyen",
        choices=[("CHEQUE", "Chèque"), ("ESPECES", "Espèces")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le moyen de paiement."},
    )
    amount = Amount(label="Montant (€)", help_text=f"En espèces, {euros_fr(LARGEST_CASH_CENTS)} au plus.")
    received_on = Day(label="Reçu le")
    proof = forms.RegexField(
        r"[0-9]{1,20}",
        label="Numéro, pour un chèque",
        required=False,
        help_text="Sept chiffres, en bas à gauche. Les espèces reçoivent leur numéro de reçu toutes seules.",
        error_messages={"invalid": "Le numéro d’un chèque ne contient que des chiffres."},
    )
    indicated = forms.TypedChoiceField(
        label="Dette que le payeur indique", required=False, coerce=int, empty_value=None, choices=[]
    )

    def offer_debts(self, debts: tuple[Debt, ...]) -> None:
        """The debts of the account, for the one that the payer names (Code civil, art. 1342-10)."""
        named = [(str(debt.entry_id), f"{debt.label}, reste {euros_fr(debt.left_cents)}") for debt in debts]
        offer(self, "indicated", [("", "aucune\u00a0: l’ordre de la loi"), *named])


@strangers_get_404
def account_payments(request: ActorRequest, account_id: int) -> HttpResponseBase:
    """What the account paid, and which debts each payment settled."""
    return _page(request, account_id, PaymentForm(initial={"received_on": today()}))


@strangers_get_404
def payment_receive(request: ActorRequest, account_id: int) -> HttpResponseBase:
    """Note a cheque or cash."""
    account_in_scope(account_id)
    form = PaymentForm(request.POST)
    form.offer_debts(_debts(account_id))
    if form.is_valid():
        try:
            payment = receive_by_hand(
                Received(
                    account_id=account_id,
                    amount_cents=form.cleaned_data["amount"],
                    means=form.cleaned_data["means"],
                    received_on=form.cleaned_data["received_on"],
                    proof=form.cleaned_data["proof"],
                    indicated_id=form.cleaned_data["indicated"],
                ),
                actor=request.actor,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            number = f" Reçu n°\u00a0{payment.proof}." if payment.means == "ESPECES" else ""
            messages.success(request, f"Le paiement de {euros_fr(payment.amount_cents)} est enregistré.{number}")
            return HttpResponseRedirect(reverse("desk:account_payments", args=[account_id]))
    return _page(request, account_id, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@strangers_get_404
def payment_take_back(request: ActorRequest, account_id: int, payment_id: int) -> HttpResponseBase:
    """Take back a payment noted by hand: its debts are open again."""
    account_in_scope(account_id)
    reason = request.POST.get("motif", "")
    if reason not in BY_HAND_REASONS or not Payment.objects.filter(pk=payment_id, account_id=account_id).exists():
        raise Http404
    try:
        take_back_by_hand(payment_id=payment_id, reason=reason, actor=request.actor, at=now())
    except PaymentNotFound as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Le paiement est repris par une contre-écriture. Ses dettes sont de nouveau dues.")
    return HttpResponseRedirect(reverse("desk:account_payments", args=[account_id]))


def _debts(account_id: int) -> tuple[Debt, ...]:
    entries = [debt.entry_id for debt in open_debts([account_id])]
    return payments_of(account_id, open_entries=entries).debts


def _page(request: ActorRequest, account_id: int, form: PaymentForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    role = request.actor.role
    here = account_in_scope(account_id)
    occupants = occupants_of(here.id)
    request.reading.saw(occupant.person_id for occupant in occupants if occupant.role != "OCCUPANT")
    paid = payments_of(account_id, open_entries=[debt.entry_id for debt in open_debts([account_id])])
    form.offer_debts(paid.debts)
    may_write = may_open(role, "desk:payment_receive")
    names = _names(occupants)
    context: dict[str, object] = {
        "names": names,
        "facts": _facts(here),
        "account_id": account_id,
        "tabs": account_tabs(role, lease_id=here.id, account_id=account_id, here="account_payments"),
        "payments": [_line(row, paid.settled.get(row.id, ()), may_write=may_write) for row in paid.rows],
        "debts": paid.debts,
        "form": form if may_write else None,
        "reasons": [(code, TAKEN_BACK[code]) for code in BY_HAND_REASONS],
        "trace": trace_of(request),
        "verb": _verb(occupants),
        "crumbs": _crumbs(request, here, names),
    }
    return framed(request, "desk/account_payments.html", context, status=status)


def _line(row: PaymentRow, settled: tuple[Settled, ...], *, may_write: bool) -> PaymentLine:
    state = EARMARKS.get(row.earmark, "") if row.earmark else ""
    if row.taken_back_on:
        state = f"repris le {day_fr(row.taken_back_on)}, {TAKEN_BACK[row.taken_back_reason]}"
    return PaymentLine(
        row=row,
        means=MEANS[row.means].capitalize(),
        state=state,
        settled=tuple((part, GROUNDS[part.ground]) for part in settled),
        left_cents=0 if row.taken_back_on else row.amount_cents - sum(part.cents for part in settled),
        may_take_back=may_write and row.taken_back_on is None and row.means in ("CHEQUE", "ESPECES"),
    )
