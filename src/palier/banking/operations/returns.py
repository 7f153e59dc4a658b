"""Debits that come back: refused before they are settled, or returned after. Each once, whoever tells it and how often.

Refused before its day, a debit moves nothing. Once it has credited the account, a contra-entry takes it back, and the
debts that it had settled are open again.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from palier.banking.formats.document import PaymentStatus
from palier.banking.formats.reading import open_bank_file
from palier.banking.models import BankEntry, BankFile, Debit, DebitRun, Match
from palier.banking.operations.debit_posting import post_due_debits
from palier.banking.operations.own_accounts import general_account
from palier.banking.operations.settling import hold_settlements, release_payment, settle_accounts
from palier.banking.rules.returns import may_represent, reason_of
from palier.foundation.errors import Refusal
from palier.foundation.reviews import digest_of
from palier.ledger.chart import DEBITS_CODE, SUSPENSE_CODE
from palier.ledger.operations.post import Piece, first_open_day, post_entry
from palier.privacy.actor import Actor

_BACK = ("REFUSED", "RETURNED", "REFUNDED")
# Asked for by the payer, within 8 weeks, or 13 months without a mandate (EPC016-06; code monétaire, L133-25).
_PAYER_ASKED = {"MD01", "MD06"}
_REJECTED = "RJCT"
_LABEL_LENGTH = 120


class ReturnedDebitNotFound(Refusal):
    """Ce prélèvement n’existe pas."""


class DebitNotReturned(Refusal):
    """Ce prélèvement n’est pas revenu de la banque : il n’y a rien à présenter de nouveau."""


class DebitNotRepresentable(Refusal):
    """« {reason} » : cette somme ne se présente pas de nouveau sans nouvel accord. {step}."""


class DebitAlreadyAgain(Refusal):
    """Ce prélèvement est déjà à présenter de nouveau. Rien n’a été changé."""


class Effect(StrEnum):
    """What telling a return did."""

    REFUSED = "REFUSED"
    TAKEN_BACK = "TAKEN_BACK"
    ALREADY = "ALREADY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a bank's report did: debits refused or taken back, those already known, those that are not ours.

    `already` is when the same file had been given before: then it does nothing.
    """

    refused: int = 0
    taken_back: int = 0
    known: int = 0
    unknown: int = 0
    already: datetime | None = None


def read_status_report(path: Path, *, name: str, by: int, at: datetime) -> Reported:
    """Apply what a pain.002 refuses: whole file, batch, or payment; all of it or nothing.

    Called inside `batch()` or `acting()`. Raises NotAStatusReport and what the reader refuses, with the line.
    """
    with transaction.atomic():
        sha256 = digest_of(path)
        known = BankFile.objects.filter(sha256=sha256).first()
        if known is not None:
            return Reported(already=known.received_at)
        file = open_bank_file(path)
        counted = dict.fromkeys(Effect, 0)
        unknown = 0
        for status in file.statuses():
            if status.status != _REJECTED:
                continue
            debits = _debits_of(status)
            unknown += not debits
            for debit_id in debits:
                effect = return_debit(debit_id=debit_id, reason=status.reason, on=at.date(), by=by, at=at)
                counted[effect] += 1
        document = file.document()
        BankFile.objects.create(
            sha256=sha256,
            name=name[:120],
            format=document.format.value,
            entry_count=document.entries,
            total_cents=document.total_cents,
            warnings=list(document.warnings),
            received_at=at,
            received_by=by,
        )
        return Reported(
            refused=counted[Effect.REFUSED],
            taken_back=counted[Effect.TAKEN_BACK],
            known=counted[Effect.ALREADY],
            unknown=unknown,
        )


def take_in_returns(*, by: int, at: datetime) -> int:
    """Give each returned debit of the statements, not treated yet, to its account; how many.

    A movement is ours when it names one of our debits, or its mandate, for the exact sum. Again: nothing more.
    """
    taken = 0
    with transaction.atomic():
        entries = BankEntry.objects.select_for_update(of=("self",)).filter(state="TO_REVIEW", amount_cents__lt=0)
        named = entries.filter(~Q(end_to_end_id="") | ~Q(mandate_reference=""))
        for entry in named.order_by("booked_on", "id"):
            debit = _debit_behind(entry)
            if debit is not None:
                return_debit(
                    debit_id=debit.pk, reason=entry.return_reason, on=entry.booked_on, by=by, at=at, bank_entry=entry
                )
                taken += 1
    return taken


def return_debit(
    *, debit_id: int, reason: str, on: date, by: int, at: datetime, bank_entry: BankEntry | None = None
) -> Effect:
    """Note that a debit came back. Raises ReturnedDebitNotFound."""
    with transaction.atomic():
        hold_settlements()
        debit = Debit.objects.select_for_update(of=("self",)).filter(pk=debit_id).first()
        if debit is None:
            raise ReturnedDebitNotFound
        if debit.state in _BACK:
            return Effect.ALREADY
        if debit.state == "ASKED" and bank_entry is None:
            _mark(debit, "REFUSED", reason, on)
            return Effect.REFUSED
        if debit.state == "ASKED":
            # The bank returned it before the books credited it: both happened, both are written.
            post_due_debits(on=max(on, debit.collected_on), by=by, at=at, debit_id=debit.pk)
            debit.refresh_from_db()
        _take_back(debit, reason, on=on, by=by, at=at, bank_entry=bank_entry)
        _mark(debit, "REFUNDED" if reason in _PAYER_ASKED else "RETURNED", reason, on)
        return Effect.TAKEN_BACK


def represent_debit(*, debit_id: int, actor: Actor, at: datetime) -> Debit:
    """Ask again for a sum that came back for want of funds: the next notice announces it, the next run adds it.

    Raises ReturnedDebitNotFound, DebitNotReturned, DebitNotRepresentable, DebitAlreadyAgain.
    """
    with transaction.atomic():
        debit = Debit.objects.select_for_update(of=("self",)).filter(pk=debit_id).first()
        if debit is None:
            raise ReturnedDebitNotFound
        if debit.state not in _BACK:
            raise DebitNotReturned
        if debit.again_at is not None:
            raise DebitAlreadyAgain
        if not may_represent(debit.reason):
            why = reason_of(debit.reason)
            raise DebitNotRepresentable(reason=why.label[:1].upper() + why.label[1:], step=why.told_step)
        debit.again_at, debit.again_by = at, actor.agent_id or 0
        debit.save(update_fields=["again_at", "again_by"])
        return debit


def _take_back(debit: Debit, reason: str, *, on: date, by: int, at: datetime, bank_entry: BankEntry | None) -> None:
    """The contra-entry, the settlements undone, the bank's movement explained."""
    payment = debit.payment
    if payment is None:
        raise ReturnedDebitNotFound
    # The statement has already put its movement on the account of what waits for an explanation.
    other = SUSPENSE_CODE if bank_entry is not None else DEBITS_CODE
    entry = post_entry(
        Piece(
            journal="BANK",
            label=f"Prélèvement rejeté\u00a0: {reason_of(reason).label}"[:_LABEL_LENGTH],
            booked_on=first_open_day(on),
            source_kind="RETURN",
            source_id=payment.pk,
            sides={debit.account_id: debit.amount_cents, general_account(other): -debit.amount_cents},
        ),
        by=by,
        at=at,
    )
    payment.taken_back_on, payment.taken_back_reason, payment.taken_back_entry = on, "REJECT", entry
    payment.save(update_fields=["taken_back_on", "taken_back_reason", "taken_back_entry"])
    release_payment(payment.pk, by=by, at=at)
    settle_accounts([debit.account_id], by=by, at=at)
    if bank_entry is not None:
        Match.objects.create(
            bank_entry=bank_entry,
            account_id=debit.account_id,
            key="END_TO_END" if bank_entry.end_to_end_id == debit.end_to_end_id else "RUM",
            amount_cents=bank_entry.amount_cents,
            matched_by=by,
            matched_at=at,
        )
        bank_entry.state = "MATCHED"
        bank_entry.save(update_fields=["state"])


def _mark(debit: Debit, state: str, reason: str, on: date) -> None:
    debit.state, debit.reason, debit.returned_on = state, reason[:4], on
    debit.save(update_fields=["state", "reason", "returned_on"])


def _debit_behind(entry: BankEntry) -> Debit | None:
    """The debit that a negative movement takes back, when there is exactly one for that sum."""
    asked = Debit.objects.filter(
        amount_cents=-entry.amount_cents, state__in=("ASKED", "COLLECTED"), run__written_at__isnull=False
    )
    if entry.end_to_end_id:
        named = asked.filter(end_to_end_id=entry.end_to_end_id).first()
        if named is not None:
            return named
    if not entry.mandate_reference:
        return None
    found = list(asked.filter(mandate_reference=entry.mandate_reference, collected_on__lte=entry.booked_on)[:2])
    return found[0] if len(found) == 1 else None


def _debits_of(status: PaymentStatus) -> list[int]:
    """The debits that a refusal speaks of: one, those of a batch (PmtInf), or the whole file.

    A payment that is not named is none of ours: it never stands for its batch.
    """
    if status.is_payment:
        if not status.end_to_end_id:
            return []
        return list(Debit.objects.filter(end_to_end_id=status.end_to_end_id).values_list("id", flat=True))
    run = DebitRun.objects.filter(message_id=status.message_id).first()
    if run is None:
        return []
    debits = Debit.objects.filter(run=run)
    if status.batch_id:
        # Batches are numbered in the order in which the file writes them (formats.payment_order).
        keys = sorted(set(debits.values_list("collected_on", "sequence")))
        rank = status.batch_id.rpartition("-")[2]
        if not rank.isdecimal() or not 1 <= int(rank) <= len(keys):
            return []
        day, sequence = keys[int(rank) - 1]
        debits = debits.filter(collected_on=day, sequence=sequence)
    return list(debits.values_list("id", flat=True))
