"""Paying by card: a tenant asks, the gateway opens its page; refunds are asked of it by the accountant."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from palier.banking.cards_gateway import Gateway, NoticeUnreadable, Opening, Told
from palier.banking.models import CardPayment
from palier.banking.rules.cards import Said
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.money import Cents, euros_fr
from palier.ledger.models import Account
from palier.ledger.standing import standing_of
from palier.privacy.actor import Actor
from palier.privacy.declare import Role

SMALLEST_CENTS: Final = 100
# How long the page of the gateway stays open.
LASTS: Final = timedelta(minutes=30)
# Without the letters that are taken for figures.
_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# One at a time for an account: two taps on the button are one payment.
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('palier.card'), %s)"


class NothingToPayByCard(Refusal):
    """Vous n’avez rien à payer aujourd’hui."""


class CardAmountRefused(Refusal):
    """Le montant {amount} ne convient pas : par carte, payez de {smallest} à {largest}, ce qu’il vous reste à payer."""


class CardPaymentNotFound(Refusal):
    """Ce paiement par carte n’existe pas, ou n’est pas le vôtre."""


class CardNotRefundable(Refusal):
    """Ce paiement par carte n’est pas encaissé ({state}) : il n’y a rien à rendre."""


class CardRefundTooLarge(Refusal):
    """{amount} dépassent ce qui reste de ce paiement, {left} : rien n’est rendu."""


class NotRefundedByThatFunction(Refusal):
    """Rendre un paiement par carte revient à la comptabilité ou au siège."""


def ask_card_payment(
    *, account_id: int, amount_cents: Cents, gateway: Gateway, actor: Actor, at: datetime
) -> CardPayment:
    """The payment to make: a new one, or the one of the same sum that still waits for its payer.

    `actor` is the tenant: row security gives them their own accounts. Raises CardPaymentNotFound, NothingToPayByCard,
    CardAmountRefused.
    """
    account = Account.objects.filter(pk=account_id, kind="TENANT").first()
    if account is None or account.residence_id is None or actor.person_id is None:
        raise CardPaymentNotFound
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [account_id])
    owed = standing_of(account_id, on=at.date()).total_cents
    if owed <= 0:
        raise NothingToPayByCard
    if not min(SMALLEST_CENTS, owed) <= amount_cents <= owed:
        smallest, largest = euros_fr(min(SMALLEST_CENTS, owed)), euros_fr(owed)
        raise CardAmountRefused(amount=euros_fr(amount_cents), smallest=smallest, largest=largest)
    waiting = CardPayment.objects.filter(
        account_id=account_id, amount_cents=amount_cents, state="ASKED", gateway=gateway.label, expires_at__gt=at
    )
    found = waiting.order_by("-id").first()
    if found is not None:
        return found
    card = CardPayment(
        account=account,
        residence_id=account.residence_id,
        amount_cents=amount_cents,
        reference="CB-" + "".join(secrets.choice(_SIGNS) for _ in range(16)),
        gateway=gateway.label,
        is_simulated=gateway.is_simulated,
        asked_at=at,
        expires_at=at + LASTS,
    )
    check_values(card)
    card.save(force_insert=True)
    return card


def open_card_page(card: CardPayment, *, gateway: Gateway, comes_back_to: str, tells: str, at: datetime) -> None:
    """Have the gateway open its page for that payment. Asked twice, it opens the same.

    Raises GatewayUnreachable, GatewayRefuses: the payment stays as it is, and may be asked again.
    """
    gateway.open(
        Opening(
            reference=card.reference,
            amount_cents=card.amount_cents,
            comes_back_to=comes_back_to,
            tells=tells,
            expires_at=card.expires_at,
        ),
        at=at,
    )
    if card.opened_at is None:
        card.opened_at = at
        card.save(update_fields=["opened_at"])


def refund_card(*, card_id: int, amount_cents: Cents, gateway: Gateway, actor: Actor, at: datetime) -> Told:
    """Ask the gateway to give back all or part of a payment; what it answers, to be taken in like any of its words.

    The same sum of the same payment, asked twice before it is told, is given back once. Raises CardPaymentNotFound,
    NotRefundedByThatFunction, CardNotRefundable, CardRefundTooLarge, and what the gateway refuses.
    """
    if actor.role not in (Role.ACCOUNTANT, Role.HEADQUARTERS):
        raise NotRefundedByThatFunction
    card = CardPayment.objects.select_for_update(of=("self",)).filter(pk=card_id).first()
    if card is None:
        raise CardPaymentNotFound
    if card.state not in ("PAID", "PARTLY_BACK"):
        raise CardNotRefundable(state=card.get_state_display())
    left = card.amount_cents - card.back_cents
    if not 0 < amount_cents <= left:
        raise CardRefundTooLarge(amount=euros_fr(amount_cents), left=euros_fr(left))
    key = f"{card.reference}-R{card.back_cents}-{amount_cents}"
    told = gateway.refund(card.reference, cents=amount_cents, key=key, at=at)
    # Of another payment, or of another act than the one that was asked, nothing is taken.
    if (told.reference, told.said) != (card.reference, Said.REFUNDED):
        raise NoticeUnreadable(what="reference")
    return told
