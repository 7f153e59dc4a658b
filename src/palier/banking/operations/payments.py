"""Payments noted by hand: cheque, cash, card at the counter; and what is taken back, by a contra-entry."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from palier.banking.models import Payment
from palier.banking.operations.own_accounts import general_account
from palier.banking.operations.settling import hold_settlements, open_debts, release_payment, settle_accounts
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.money import Cents, euros_fr
from palier.foundation.periods import day_fr
from palier.foundation.staging import next_ids
from palier.ledger.chart import CARDS_CODE, CASH_CODE, CHEQUES_CODE, DEBITS_CODE, SUSPENSE_CODE
from palier.ledger.models import Account
from palier.ledger.operations.post import Piece, first_open_day, hold_numbers, post_entry
from palier.privacy.actor import Actor

# Code monétaire et financier, art. L112-6 and D112-3: cash to a professional, for someone whose tax home is in France.
# To confirm: a public landlord may hold itself to the 300 € of public accountants.
LARGEST_CASH_CENTS: Final = 100_000
LARGEST_CENTS: Final = 10_000_000_00
# Where the money is until the bank has it.
COUNTERPARTS: Final = {
    "CHEQUE": CHEQUES_CODE,
    "ESPECES": CASH_CODE,
    "CARTE": CARDS_CODE,
    "PRELEVEMENT": DEBITS_CODE,
    "VIREMENT": SUSPENSE_CODE,
}
BY_HAND: Final = ("CHEQUE", "ESPECES")
_LABELS: Final = {
    "CHEQUE": "Chèque reçu",
    "ESPECES": "Versement en espèces",
    "CARTE": "Paiement par carte",
    "PRELEVEMENT": "Prélèvement",
    "VIREMENT": "Virement reçu",
}


class PaymentAmountRefused(Refusal):
    """Le montant {amount} ne convient pas : un paiement est de plus de zéro, et d’au plus dix millions d’euros."""


class TooMuchCash(Refusal):
    """{amount} en espèces dépassent {limit} : la loi ne permet pas de les prendre. Proposez un chèque, une carte ou un
    virement."""


class PaymentInTheFuture(Refusal):
    """Un paiement se note quand il est reçu : le {day} n’est pas encore venu."""


class ChequeNumberMissing(Refusal):
    """Le numéro du chèque manque : sept chiffres, en bas à gauche du chèque."""


class ChequeAlreadyNoted(Refusal):
    """Le chèque n° {proof} est déjà noté sur ce compte : {amount}, reçu le {day}. Rien n’a été enregistré deux fois."""


class NotAMeansByHand(Refusal):
    """Ce moyen de paiement ne se note pas à la main : seuls un chèque et des espèces se reçoivent au guichet."""


class AccountToPayNotFound(Refusal):
    """Ce compte n’existe pas, ou n’est pas celui d’un locataire."""


class DebtNotOpen(Refusal):
    """La dette indiquée n’est pas due sur ce compte, ou elle est déjà réglée."""


class PaymentNotFound(Refusal):
    """Ce paiement n’existe pas, ou n’est pas dans votre portefeuille."""


class PaymentAlreadyTakenBack(Refusal):
    """Ce paiement a déjà été repris le {day}. Rien n’a été changé."""


class NotTakenBackByHand(Refusal):
    """Ce paiement ne se reprend pas à la main : défaites le rapprochement d’un virement dans « Mouvements à traiter »,
    rendez celui d’une carte dans « Cartes »."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What was received. `proof` is the payer's: a cheque's number; a cash receipt gets its own. Never a card's."""

    account_id: int
    amount_cents: Cents
    means: str
    received_on: date
    proof: str = ""
    # The entry of the debt that the payer named.
    indicated_id: int | None = None
    earmark: str = ""
    bank_entry_id: int | None = None


def receive_by_hand(received: Received, *, actor: Actor, at: datetime) -> Payment:
    """Note a cheque or cash, post it, and settle what it pays. Cash gets the number of its receipt.

    Raises NotAMeansByHand, PaymentAmountRefused, TooMuchCash, PaymentInTheFuture, ChequeNumberMissing,
    AccountToPayNotFound, DebtNotOpen, ChequeAlreadyNoted.
    """
    if received.means not in BY_HAND:
        raise NotAMeansByHand
    if received.received_on > at.date():
        raise PaymentInTheFuture(day=day_fr(received.received_on))
    if received.means == "ESPECES" and received.amount_cents > LARGEST_CASH_CENTS:
        raise TooMuchCash(amount=euros_fr(received.amount_cents), limit=euros_fr(LARGEST_CASH_CENTS))
    if received.means == "CHEQUE" and not (received.proof.isascii() and received.proof.isdigit()):
        raise ChequeNumberMissing
    return receive(received, counterpart_id=general_account(COUNTERPARTS[received.means]), by=_agent(actor), at=at)


def receive(received: Received, *, counterpart_id: int, by: int, at: datetime) -> Payment:
    """Write a payment, post it against the account that holds the money, settle what it pays.

    Raises PaymentAmountRefused, AccountToPayNotFound, DebtNotOpen, ChequeAlreadyNoted.
    """
    if not 0 < received.amount_cents <= LARGEST_CENTS:
        raise PaymentAmountRefused(amount=euros_fr(received.amount_cents))
    account = Account.objects.filter(pk=received.account_id, kind="TENANT").first()
    if account is None or account.residence_id is None:
        raise AccountToPayNotFound
    hold_settlements()
    _refuse_a_cheque_again(received)
    if received.indicated_id is not None:
        open_now = {debt.entry_id for debt in open_debts([account.pk])}
        if received.indicated_id not in open_now:
            raise DebtNotOpen
    (payment_id,) = next_ids("banking_payment", 1)
    entry = post_entry(
        Piece(
            journal="BANK",
            label=_LABELS[received.means],
            booked_on=first_open_day(received.received_on),
            source_kind="PAYMENT",
            source_id=payment_id,
            sides={counterpart_id: received.amount_cents, account.pk: -received.amount_cents},
            means=received.means,
        ),
        by=by,
        at=at,
    )
    payment = Payment(
        id=payment_id,
        account=account,
        residence_id=account.residence_id,
        received_on=received.received_on,
        amount_cents=received.amount_cents,
        means=received.means,
        earmark=received.earmark,
        indicated_id=received.indicated_id,
        bank_entry_id=received.bank_entry_id,
        proof=received.proof or (f"REC-{at:%Y}-{payment_id:07d}" if received.means == "ESPECES" else ""),
        entry=entry,
        created_by=by,
        created_at=at,
    )
    check_values(payment)
    payment.save(force_insert=True)
    settle_accounts([account.pk], by=by, at=at)
    return payment


def _refuse_a_cheque_again(received: Received) -> None:
    """A form sent twice is one cheque; the one that came back unpaid may be presented again, and two banks may give the
    same number to cheques of two amounts."""
    if received.means != "CHEQUE" or not received.proof:
        return
    noted = Payment.objects.filter(
        account_id=received.account_id,
        means="CHEQUE",
        proof=received.proof,
        amount_cents=received.amount_cents,
        taken_back_on__isnull=True,
    ).first()
    if noted is not None:
        raise ChequeAlreadyNoted(proof=noted.proof, amount=euros_fr(noted.amount_cents), day=day_fr(noted.received_on))


def take_back_by_hand(*, payment_id: int, reason: str, actor: Actor, at: datetime) -> Payment:
    """Take back a payment that was noted by hand: a cheque that bounced, a mistake. Its debts are open again.

    Raises PaymentNotFound, PaymentAlreadyTakenBack, NotTakenBackByHand.
    """
    payment = Payment.objects.select_for_update(of=("self",)).filter(pk=payment_id).first()
    if payment is None:
        raise PaymentNotFound
    if payment.means not in BY_HAND:
        raise NotTakenBackByHand
    counterpart = general_account(COUNTERPARTS[payment.means])
    return take_back(payment, reason=reason, counterpart_id=counterpart, by=_agent(actor), at=at)


def take_back(
    payment: Payment, *, reason: str, counterpart_id: int, by: int, at: datetime, on: date | None = None
) -> Payment:
    """Post the contra-entry of a payment, undo what it settled, and let the others settle what is owed again.

    `on` is the day the money went back: today unless the bank says another. The caller holds the payment's row.
    Raises PaymentAlreadyTakenBack.
    """
    if payment.taken_back_on is not None:
        raise PaymentAlreadyTakenBack(day=day_fr(payment.taken_back_on))
    hold_settlements()
    hold_numbers()
    day = on or at.date()
    entry = post_entry(
        Piece(
            journal="BANK",
            label=f"{_LABELS[payment.means]}, repris",
            booked_on=first_open_day(day),
            source_kind="RETURN",
            source_id=payment.pk,
            sides={payment.account_id: payment.amount_cents, counterpart_id: -payment.amount_cents},
            means=payment.means,
        ),
        by=by,
        at=at,
    )
    payment.taken_back_on, payment.taken_back_reason, payment.taken_back_entry = day, reason, entry
    check_values(payment)
    payment.save(update_fields=["taken_back_on", "taken_back_reason", "taken_back_entry"])
    release_payment(payment.pk, by=by, at=at)
    settle_accounts([payment.account_id], by=by, at=at)
    return payment


def _agent(actor: Actor) -> int:
    if actor.agent_id is None:
        raise PaymentNotFound
    return actor.agent_id
