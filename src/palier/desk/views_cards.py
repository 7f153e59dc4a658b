"""Payments by card at the desk: what the gateway told, what is to verify, what is given back."""

from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.banking.cards_gateway import gateway
from palier.banking.models import CardPayment
from palier.banking.operations.card_notices import keep_notice, treat_notices
from palier.banking.operations.cards import CardPaymentNotFound, refund_card
from palier.banking.queries.cards import (
    CardRow,
    card_payment,
    doubtful_cards_count,
    holders_of,
    latest_cards,
    latest_remittances,
)
from palier.desk.labels import labels_of
from palier.desk.month_page import when
from palier.desk.navigation import address, framed
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.money import euros_fr
from palier.web import words
from palier.web.amounts import Amount
from palier.web.components import Chip, Link, Tag, Tone
from palier.web.requests import ActorRequest

STATES: Final = labels_of(CardPayment, "state")
REASONS: Final = labels_of(CardPayment, "reason")
_TONES: Final = {"PAID": Tone.OK, "DOUBT": Tone.BAD, "CONTESTED": Tone.BAD, "REFUSED": Tone.WARN, "ASKED": Tone.INFO}
_SHOWN: Final = 40
_SHOWN_REMITTANCES: Final = 10


class RefundForm(forms.Form):
    """What is given back to the card."""

    montant = Amount(label="Montant à rendre (€)")


def cards(request: ActorRequest) -> HttpResponse:
    """The latest payments by card, or those to verify; what the gateway handed over."""
    only_doubts = request.GET.get("etat") == "DOUBT"
    rows = latest_cards(only_doubts=only_doubts, limit=_SHOWN)
    request.reading.saw(holders_of([row.account_id for row in rows]))
    doubts = doubtful_cards_count()
    context: dict[str, object] = {
        "cards": [_line(request, row) for row in rows],
        "remittances": latest_remittances(_SHOWN_REMITTANCES),
        "is_simulated": any(row.is_simulated for row in rows),
        "chips": [
            Chip(label="Tous", url="?", on=not only_doubts, is_choice=True),
            Chip(label=f"À vérifier\u00a0{words.number(doubts)}", url="?etat=DOUBT", on=only_doubts, is_choice=True),
        ],
        "crumbs": [Link(label="Banque", url=reverse("desk:bank")), Link(label="Cartes")],
    }
    return framed(request, "desk/cards.html", context)


def _line(request: ActorRequest, row: CardRow) -> dict[str, object]:
    return {
        "row": row,
        "url": address(request.actor.role, "account_payments", row.account_id),
        "state": Tag(label=STATES[row.state].capitalize(), tone=_TONES.get(row.state, Tone.NEUTRAL)),
        "reason": REASONS[row.reason] if row.reason else "",
        "asked": when(row.asked_at),
    }


def _tell_given_back(request: ActorRequest, card_id: int, cents: int) -> None:
    """What the gateway says it gave back, and whether the account shows it yet."""
    row = card_payment(card_id)
    if row is not None and row.state in ("PARTLY_BACK", "BACK"):
        messages.success(
            request,
            f"{euros_fr(cents)} sont rendus à la carte et repris sur le compte\u00a0: ce qu’ils acquittaient est de "
            "nouveau à payer, si aucun autre versement ne l’acquitte.",
        )
    else:
        messages.warning(
            request,
            f"La passerelle dit avoir rendu {euros_fr(cents)}, mais le compte n’a pas bougé\u00a0: vérifiez ce "
            "paiement avant de rendre autre chose.",
        )


def card_refund(request: ActorRequest, card_id: int) -> HttpResponse:
    """Have the gateway give money back, then take its answer in as any of its words."""
    form = RefundForm(request.POST)
    there = gateway()
    if there is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, "Tapez le montant à rendre, par exemple 120,00.")
        return HttpResponseRedirect(reverse("desk:cards"))
    cents: int = form.cleaned_data["montant"]
    try:
        told = refund_card(card_id=card_id, amount_cents=cents, gateway=there, actor=request.actor, at=now())
        keep_notice(told, at=now())
        treat_notices(by=request.actor.agent_id or 0, at=now())
    except CardPaymentNotFound as stranger:
        raise Http404 from stranger
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        _tell_given_back(request, card_id, told.amount_cents)
    return HttpResponseRedirect(reverse("desk:cards"))
