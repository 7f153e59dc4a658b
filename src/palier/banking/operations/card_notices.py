"""The gateway's words: kept once as they come, then treated one by one. Only our own record says what was asked."""

import logging
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Q

from palier.banking.cards_gateway import Told
from palier.banking.models import CardNotice, CardPayment, Payment
from palier.banking.operations.own_accounts import general_account
from palier.banking.operations.payments import PaymentNotFound, Received, receive, take_back
from palier.banking.rules.cards import Effect, Record, Said, effect_of
from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.ledger.chart import CARDS_CODE

logger = logging.getLogger("palier.banking")

_AT_ONCE = 500
# How the events of a settlement file begin: by a sign that the gateway's own have not.
SETTLED = "IMP/"


def keep_notice(told: Told, *, at: datetime) -> bool:
    """Keep a word of the gateway; False when it was known. Called as whoever may add to the notices and no more."""
    notice = CardNotice(
        event=told.event,
        reference=told.reference,
        said=told.said.value,
        amount_cents=told.amount_cents,
        currency=told.currency,
        reason=told.reason,
        said_on=told.on,
        received_at=at,
    )
    check_values(notice)
    with connection.cursor() as cursor:
        # Two at once: the second finds the event there. Nothing is read back, nothing has to be readable.
        cursor.execute(
            """INSERT INTO banking_cardnotice
                   (event, reference, said, amount_cents, currency, reason, said_on, received_at, outcome)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '') ON CONFLICT DO NOTHING""",
            [notice.event, notice.reference, notice.said, notice.amount_cents, notice.currency, notice.reason,
             notice.said_on, at],
        )  # fmt: skip
        return bool(cursor.rowcount)


def treat_notices(*, by: int, at: datetime) -> int:
    """Do what the kept words ask, in the order in which they came; how many. Again: nothing more.

    Called inside `batch()` or `acting()`. Two at once: each word is treated by one of them.
    """
    treated = 0
    with transaction.atomic():
        waiting = CardNotice.objects.select_for_update(of=("self",)).filter(treated_at__isnull=True)
        for notice in waiting.order_by("id")[:_AT_ONCE]:
            try:
                with transaction.atomic():
                    notice.outcome = _treated(notice, by=by, at=at)
            except Refusal as refusal:
                # It waits; the others do not wait for it.
                logger.error("a word of the card gateway could not be treated: %s", refusal)
                continue
            notice.treated_at = at
            notice.save(update_fields=["outcome", "treated_at"])
            treated += 1
    return treated


def _treated(notice: CardNotice, *, by: int, at: datetime) -> str:
    card = CardPayment.objects.select_for_update(of=("self",)).filter(reference=notice.reference).first()
    if card is None:
        return "UNKNOWN"
    record = Record(state=card.state, asked_cents=card.amount_cents, back_cents=card.back_cents)
    said = Said(notice.said)
    if said is Said.CHARGEBACK and _was_told_elsewhere(notice):
        return Effect.NOTHING.value
    effect = effect_of(said, cents=notice.amount_cents, currency=notice.currency, record=record)
    if effect is Effect.RECEIVE:
        _receive(card, cents=card.amount_cents, on=_day(notice, card, at), by=by, at=at)
        _now(card, "PAID", at)
    elif effect is Effect.GIVE_BACK:
        give_back(card, cents=notice.amount_cents, is_contested=said is Said.CHARGEBACK, by=by, at=at)
    elif effect is Effect.CLOSE:
        card.reason = notice.reason
        _now(card, notice.said, at)
    elif effect is Effect.DOUBT:
        card.reason = "CURRENCY" if notice.currency != "EUR" else "AMOUNT"
        # What was received stays received, of its day: only what was said of it is in doubt.
        if card.payment_id:
            _now(card, card.state, card.ended_at or at)
        else:
            _now(card, "DOUBT", at)
    return effect.value


def _was_told_elsewhere(notice: CardNotice) -> bool:
    """Whether this contested sum is one that the other channel told: the gateway's notification, or its settlement.

    The first of a sum in one is the first of that sum in the other, and so on; each sum in part is told on its own.
    """
    same = CardNotice.objects.filter(
        reference=notice.reference, said=notice.said, amount_cents=notice.amount_cents, treated_at__isnull=False
    )
    # How a settlement was named while a payment was contested once at most.
    former = f"IMP-{notice.reference}"
    settled = Q(event__startswith=SETTLED) | Q(event=former)
    by_file, in_all = same.filter(settled).count(), same.count()
    before, elsewhere = by_file, in_all - by_file
    if not notice.event.startswith((SETTLED, former)):
        before, elsewhere = elsewhere, before
    return elsewhere > before


def give_back(card: CardPayment, *, cents: int, is_contested: bool, by: int, at: datetime) -> None:
    """Take a payment back whole by its contra-entry; what was not given back is received anew, of the same day."""
    payment = Payment.objects.select_for_update(of=("self",)).filter(cardpayment=card).first()
    if payment is None:
        raise PaymentNotFound
    counterpart = general_account(CARDS_CODE)
    reason = "CHARGEBACK" if is_contested else "REFUNDED"
    take_back(payment, reason=reason, counterpart_id=counterpart, by=by, at=at)
    card.back_cents += cents
    left = card.amount_cents - card.back_cents
    card.payment = None
    if left:
        _receive(card, cents=left, on=payment.received_on, by=by, at=at)
    whole = "CONTESTED" if is_contested else "BACK"
    _now(card, "PARTLY_BACK" if left else whole, at)


def _receive(card: CardPayment, *, cents: int, on: date, by: int, at: datetime) -> None:
    card.payment = receive(
        Received(account_id=card.account_id, amount_cents=cents, means="CARTE", received_on=on, proof=card.reference),
        counterpart_id=general_account(CARDS_CODE),
        by=by,
        at=at,
    )


def _day(notice: CardNotice, card: CardPayment, at: datetime) -> date:
    """The day of the payment as the gateway tells it, when it can be true."""
    return notice.said_on if card.asked_at.astimezone(PARIS).date() <= notice.said_on <= at.date() else at.date()


def _now(card: CardPayment, state: str, at: datetime) -> None:
    card.state, card.ended_at = state, at
    check_values(card)
    card.save(update_fields=["state", "reason", "ended_at", "payment", "back_cents"])
