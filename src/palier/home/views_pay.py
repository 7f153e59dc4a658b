"""Paying: the debit to come, a transfer with its reference and its code, or a card on the page of the gateway.

No page here ever asks for the number of a card. What the gateway says comes by its own way (`card_notice`), and the
page that its visitor comes back to says what is known, not what the address says.
"""

import logging
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from palier.banking.cards_gateway import HttpGateway, read_notice
from palier.banking.cards_signing import DATE_HEADER, SIGNATURE_HEADER
from palier.banking.models import CardPayment
from palier.banking.operations.card_asking import ask_treatment
from palier.banking.operations.card_notices import keep_notice
from palier.banking.operations.cards import ask_card_payment, open_card_page
from palier.banking.queries.cards import CardRow, card_payment, waiting_card_of
from palier.estate.landlord import landlord_facts
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.home import sentences
from palier.home.navigation import me, page, trail
from palier.home.views import _latest, _own, card_gateway
from palier.leases.queries.tenant import OwnLease, own_leases
from palier.ledger.standing import Standing, standing_of
from palier.mail.notice import Notice
from palier.mail.payment_code import transfer_svg
from palier.recovery.queries.delays import delays_of_lease
from palier.web.amounts import Amount
from palier.web.languages import said as why_refused
from palier.web.languages import told
from palier.web.requests import ActorRequest

logger = logging.getLogger("palier.home")

_REASONS: Final = dict(CardPayment._meta.get_field("reason").flatchoices)


class CardForm(forms.Form):
    """The sum to pay by card: what is left, unless they wish to pay less."""

    amount = Amount(label=gettext_lazy("Montant à payer (€)"))


def pay(request: ActorRequest, lease_id: int) -> HttpResponse:
    """How to pay what is left."""
    shown = _own(own_leases(me(request), on=today()), lease_id)
    return _pay_page(request, shown, standing_of(shown.account_id, on=today()))


def _card_form(owed_cents: int) -> CardForm:
    whole, cents = divmod(max(owed_cents, 0), 100)
    return CardForm(initial={"amount": f"{whole},{cents:02d}"})


def _pay_page(
    request: ActorRequest,
    shown: OwnLease,
    standing: Standing,
    form: CardForm | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    notice = _latest(shown)
    debit = sentences.next_debit(notice, standing, on=today())
    to_pay_cents = debit.left_cents if debit else standing.total_cents
    there = card_gateway() if to_pay_cents > 0 else None
    response = page(
        request,
        "home/pay.html",
        {
            "lease": shown,
            "crumbs": trail((gettext("Payer"), "")),
            "said": sentences.balance_sentence(standing.total_cents),
            "standing": standing,
            "to_pay_cents": to_pay_cents,
            "asks_delay": standing.late_cents > 0 or bool(delays_of_lease(shown.id, on=today())),
            "debit": debit,
            "code": "" if notice is None else _transfer_code(notice, to_pay_cents),
            "iban": sentences.grouped(landlord_facts().iban),
            "reference": sentences.grouped(shown.account_reference),
            "gateway": there,
            "form": form or _card_form(to_pay_cents),
            "waiting": waiting_card_of(shown.account_id, at=now()),
        },
    )
    response.status_code = status
    return response


def _transfer_code(notice: Notice, total_cents: int) -> SafeString:
    """The notice's own code for what is left today; empty when nothing is left, or when the landlord debits."""
    left = replace(notice, account=replace(notice.account, due_cents=total_cents))
    # Drawn by Palier from figures and letters that the code has encoded: no text of anyone's is in it.
    return SafeString(transfer_svg(left))


# --- By card ---------------------------------------------------------------------------------------------------------


def card_pay(request: ActorRequest, lease_id: int) -> HttpResponse:
    """Have the gateway open its page for a sum, then show the way to it."""
    shown = _own(own_leases(me(request), on=today()), lease_id)
    there = card_gateway()
    if there is None:
        raise Http404
    form = CardForm(request.POST)
    if form.is_valid():
        try:
            card = ask_card_payment(
                account_id=shown.account_id,
                amount_cents=form.cleaned_data["amount"],
                gateway=there,
                actor=request.actor,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error("amount", why_refused(refusal))
        else:
            return _to_the_page_of(request, card, there)
    standing = standing_of(shown.account_id, on=today())
    return _pay_page(request, shown, standing, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _to_the_page_of(request: ActorRequest, card: CardPayment, there: HttpGateway) -> HttpResponse:
    try:
        open_card_page(
            card,
            gateway=there,
            comes_back_to=request.build_absolute_uri(reverse("home:card_return", args=[card.pk])),
            tells=request.build_absolute_uri(reverse("home:card_notice")),
            at=now(),
        )
    except Refusal as refusal:
        # The payment stays, under its own reference: tried again, the gateway opens that one.
        messages.error(request, why_refused(refusal))
    return HttpResponseRedirect(reverse("home:card", args=[card.pk]))


def card(request: ActorRequest, card_id: int) -> HttpResponse:
    """The way to the gateway's page: a link, so that nothing is sent there but the visitor."""
    return _card_page(request, card_id, is_back=False)


def card_return(request: ActorRequest, card_id: int) -> HttpResponse:
    """Back from the gateway: what is known, whatever the address claims."""
    return _card_page(request, card_id, is_back=True)


def _card_page(request: ActorRequest, card_id: int, *, is_back: bool) -> HttpResponse:
    row = card_payment(card_id)
    lease = None if row is None else _lease_of(request, row)
    if row is None or lease is None:
        raise Http404
    there = card_gateway()
    is_open = row.state == "ASKED" and row.opened_at is not None and row.expires_at > now()
    context: dict[str, object] = {
        "card": row,
        "lease": lease,
        "is_back": is_back,
        "is_over": row.state == "ASKED" and row.expires_at <= now(),
        "address": there.page_of(row.reference) if there is not None and is_open else "",
        "reason": told(_REASONS[row.reason]) if row.reason else "",
        "here": reverse("home:card_return", args=[row.id]),
        "crumbs": trail((gettext("Payer"), reverse("home:pay", args=[lease.id])), (gettext("Par carte"), "")),
    }
    return page(request, "home/card.html", context)


def _lease_of(request: ActorRequest, row: CardRow) -> OwnLease | None:
    return next((each for each in own_leases(me(request), on=today()) if each.account_id == row.account_id), None)


@csrf_exempt
def card_notice(request: HttpRequest) -> HttpResponse:
    """A word of the gateway, from its own server: no visitor, no session, a signature. Said again, it is answered."""
    there = card_gateway()
    if there is None:
        raise Http404
    try:
        told = read_notice(
            there,
            request.body,
            sent_at=request.headers.get(DATE_HEADER, ""),
            signed=request.headers.get(SIGNATURE_HEADER, ""),
            at=now(),
        )
    except Refusal as refusal:
        logger.warning("a word of the card gateway was refused: %s", refusal)
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    if keep_notice(told, at=now()):
        ask_treatment()
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
