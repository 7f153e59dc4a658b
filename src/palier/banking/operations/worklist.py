"""Movements that wait for someone: given to a tenant's account, put to an account of the landlord, or undone."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from palier.banking.models import BankAccount, BankEntry, Match, Payment
from palier.banking.operations.own_accounts import general_account
from palier.banking.operations.payments import Received, receive, take_back
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.ledger.chart import BANK_FEES_CODE, SUSPENSE_CODE, TRANSFERS_CODE
from palier.ledger.models import Account, ManualEntry
from palier.ledger.operations.manual import drop_manual_entry, prepare_manual_entry
from palier.ledger.operations.post import first_open_day
from palier.privacy.actor import Actor

# Why a movement has no tenant; the words are those of the manual entry that classes it.
OTHER_REASONS: Final = ("BANK_FEES", "TRANSFER", "CORRECTION", "DEPOSIT")


class MovementNotFound(Refusal):
    """Ce mouvement n’existe pas."""


class MovementAlreadyTreated(Refusal):
    """Ce mouvement a déjà été traité le {day} ({state}) : rien n’a été changé."""


class MovementLeaves(Refusal):
    """Cette somme sort du compte : elle ne paie pas un locataire. Classez-la « sans locataire »."""


class MovementNotTreated(Refusal):
    """Ce mouvement attend encore : il n’y a rien à défaire."""


class MovementOfOurs(Refusal):
    """Ce mouvement est le crédit d’un prélèvement ou le débit d’un remboursement de l’organisme : il ne se défait
    pas."""


class AccountNotForMovements(Refusal):
    """Ce compte ne reçoit pas de mouvement : choisissez un compte général, autre que la banque et l’attente."""


def match_by_hand(*, entry_id: int, account_id: int, indicated_id: int | None, actor: Actor, at: datetime) -> Payment:
    """Give a movement to a tenant's account, as a payment that settles what it owes.

    Raises MovementNotFound, MovementAlreadyTreated, MovementLeaves, AccountToPayNotFound, DebtNotOpen.
    """
    movement = _held(entry_id)
    if movement.amount_cents <= 0:
        raise MovementLeaves
    payment = receive(
        Received(
            account_id=account_id,
            amount_cents=movement.amount_cents,
            means="VIREMENT",
            received_on=movement.booked_on,
            indicated_id=indicated_id,
            bank_entry_id=movement.pk,
        ),
        counterpart_id=general_account(SUSPENSE_CODE),
        by=_agent(actor),
        at=at,
    )
    _note(movement, account_id=account_id, key="HAND", state="MATCHED", by=_agent(actor), at=at)
    return payment


def class_without_tenant(*, entry_id: int, account_code: str, reason: str, actor: Actor, at: datetime) -> bool:
    """Put a movement to an account of the landlord, for a reason of the closed list, by a manual entry. False where it
    takes two people: until someone else signs that entry, the movement is still to treat.

    Raises MovementNotFound, MovementAlreadyTreated, AccountNotForMovements, and what a manual entry refuses.
    """
    movement = _held(entry_id)
    if account_code in (BANK_FEES_CODE, TRANSFERS_CODE):
        general_account(account_code)
    account = Account.objects.filter(code=account_code, kind="GENERAL").first()
    if account is None or account_code == SUSPENSE_CODE or reason not in OTHER_REASONS:
        raise AccountNotForMovements
    if BankAccount.objects.filter(account=account).exists():
        raise AccountNotForMovements
    manual = _move(movement, account_code, reason, is_undone=False, actor=actor, at=at)
    if manual.entry_id is None:
        _wait_for_signature(movement, manual)
        return False
    _note(movement, account_id=account.pk, key="OTHER", state="OTHER", by=_agent(actor), at=at)
    return True


def undo_treatment(*, entry_id: int, actor: Actor, at: datetime) -> bool:
    """Take a treated movement back to the list: the payment or the class is undone by its contra-entry, and what
    nobody signed yet is dropped: the movement is again as it was. False where the contra-entry waits for a signature.

    Raises MovementNotFound, MovementNotTreated, MovementOfOurs.
    """
    movement = BankEntry.objects.select_for_update(of=("self",)).filter(pk=entry_id).first()
    if movement is None:
        raise MovementNotFound
    match = Match.objects.filter(bank_entry_id=entry_id, undone_at__isnull=True).select_related("account").first()
    if movement.manual_id is not None:
        BankEntry.objects.filter(pk=entry_id).update(state="OTHER" if match else "TO_REVIEW", manual=None)
        drop_manual_entry(manual_id=movement.manual_id)
        return True
    if movement.state == "TO_REVIEW" or match is None:
        raise MovementNotTreated
    if match.key == "OTHER":
        manual = _move(movement, match.account.code, "CORRECTION", is_undone=True, actor=actor, at=at)
        if manual.entry_id is None:
            _wait_for_signature(movement, manual)
            return False
    else:
        payment = (
            Payment.objects.select_for_update(of=("self",))
            .filter(bank_entry_id=entry_id, taken_back_on__isnull=True)
            .first()
        )
        if payment is None:
            raise MovementOfOurs
        take_back(payment, reason="WRONG", counterpart_id=general_account(SUSPENSE_CODE), by=_agent(actor), at=at)
    _take_back_to_the_list(match, by=_agent(actor), at=at)
    return True


def movement_to_sign(manual_id: int) -> BankEntry | None:
    """The movement that waits for the signature of that entry, held before the entry is: undoing takes them so."""
    return BankEntry.objects.select_for_update(of=("self",)).filter(manual_id=manual_id).first()


def treat_signed(movement: BankEntry, manual: ManualEntry, *, at: datetime) -> None:
    """The entry that classes the movement is signed, or the one that takes its class back."""
    match = Match.objects.filter(bank_entry=movement, undone_at__isnull=True).first()
    if match is not None:
        _take_back_to_the_list(match, by=manual.prepared_by, at=at)
        return
    account_id = manual.credit_id if movement.amount_cents > 0 else manual.debit_id
    _note(movement, account_id=account_id, key="OTHER", state="OTHER", by=manual.prepared_by, at=at)


def _take_back_to_the_list(match: Match, *, by: int, at: datetime) -> None:
    Match.objects.filter(pk=match.pk).update(undone_by=by, undone_at=at)
    BankEntry.objects.filter(pk=match.bank_entry_id).update(state="TO_REVIEW", manual=None)


def _wait_for_signature(movement: BankEntry, manual: ManualEntry) -> None:
    BankEntry.objects.filter(pk=movement.pk).update(state="TO_SIGN", manual=manual)


def _held(entry_id: int) -> BankEntry:
    """The movement, which nobody else treats meanwhile. Raises MovementNotFound, MovementAlreadyTreated."""
    movement = BankEntry.objects.select_for_update(of=("self",)).filter(pk=entry_id).first()
    if movement is None:
        raise MovementNotFound
    if movement.state != "TO_REVIEW":
        last = Match.objects.filter(bank_entry_id=entry_id, undone_at__isnull=True).first()
        day = day_fr(day_of(last.matched_at)) if last else day_fr(movement.booked_on)
        raise MovementAlreadyTreated(day=day, state=movement.get_state_display())
    return movement


def _note(movement: BankEntry, *, account_id: int, key: str, state: str, by: int, at: datetime) -> None:
    try:
        with transaction.atomic():
            Match.objects.create(
                bank_entry=movement,
                account_id=account_id,
                key=key,
                amount_cents=movement.amount_cents,
                matched_by=by,
                matched_at=at,
            )
    except IntegrityError as error:
        raise MovementAlreadyTreated(day=day_fr(day_of(at)), state="rapproché") from error
    BankEntry.objects.filter(pk=movement.pk).update(state=state, manual=None)


def _move(
    movement: BankEntry, account_code: str, reason: str, *, is_undone: bool, actor: Actor, at: datetime
) -> ManualEntry:
    """Between the account where movements wait and another, in the direction of the money."""
    into_account = (movement.amount_cents > 0) is is_undone
    debit, credit = (account_code, SUSPENSE_CODE) if into_account else (SUSPENSE_CODE, account_code)
    return prepare_manual_entry(
        reason=reason,
        debit_code=debit,
        credit_code=credit,
        amount_cents=abs(movement.amount_cents),
        booked_on=first_open_day(movement.booked_on),
        actor=actor,
        at=at,
    )


def _agent(actor: Actor) -> int:
    if actor.agent_id is None:
        raise MovementNotFound
    return actor.agent_id
