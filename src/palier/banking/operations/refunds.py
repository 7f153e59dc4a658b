"""Money given back to a tenant: prepared by one person, signed by another, sent to the bank in one pain.001.

Never more than the credit of the account, nor twice the same credit: it is looked at when the refund is prepared, and
again when it is signed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction

from palier.banking.formats.pain001 import TransferLine, write_transfers
from palier.banking.formats.payment_order import Written
from palier.banking.formats.sepa_text import sepa_name
from palier.banking.identifiers import ending, open_iban, person_iban, seal_iban
from palier.banking.models import Refund, SepaMandate
from palier.banking.operations.order_files import keep_refund_file, own_account, refuse_former_sheet
from palier.banking.operations.own_accounts import general_account
from palier.banking.operations.settling import hold_settlements, settle_accounts
from palier.banking.operations.voiding import name_not_voided, refuse_voided
from palier.banking.rules.sepa import target_day
from palier.foundation.clock import PARIS
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.money import Cents, euros_fr
from palier.foundation.staging import next_ids
from palier.ledger.chart import REFUNDS_CODE
from palier.ledger.models import Account
from palier.ledger.operations.post import Piece, first_open_day, post_entry
from palier.privacy.actor import Actor


class RefundAccountNotFound(Refusal):
    """Ce compte n’existe pas."""


class RefundNotFound(Refusal):
    """Ce remboursement n’existe pas."""


class RefundAboveCredit(Refusal):
    """Ce compte ne peut rendre que {credit} : un remboursement de {amount} le dépasserait."""


class RefundAccountMissing(Refusal):
    """Ce compte n’a pas de mandat en cours : tapez l’IBAN et le titulaire du compte à créditer."""


class RefundAlreadySigned(Refusal):
    """Ce remboursement est déjà signé. Rien n’a été changé."""


class RefundDropped(Refusal):
    """Ce remboursement a été abandonné : préparez-en un autre."""


class SamePersonPreparesAndSignsRefund(Refusal):
    """Vous avez préparé ce remboursement : une autre personne doit le signer."""


class NoRefundToSend(Refusal):
    """Aucun remboursement signé n’attend d’être envoyé à la banque."""


class RefundFileNotFound(Refusal):
    """Ce fichier de remboursements n’existe pas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A refund as it is typed. Empty `iban` and `holder_name`: those of the running mandate."""

    account_id: int
    amount_cents: Cents
    reason: str
    iban: str = ""
    holder_name: str = ""


def prepare_refund(*, wanted: Wanted, actor: Actor, at: datetime) -> Refund:
    """Write a refund down; it waits for another person's signature.

    Raises RefundAccountNotFound, RefundAboveCredit, RefundAccountMissing, NameUnwritable, IbanWrong, IbanOutsideSepa.
    """
    with transaction.atomic():
        _hold()
        account = Account.objects.filter(pk=wanted.account_id, kind="TENANT").first()
        if account is None or account.residence_id is None:
            raise RefundAccountNotFound
        iban, holder = _paid_to(wanted)
        _refuse_above(account.pk, wanted.amount_cents, but=None)
        (number,) = next_ids("banking_refund", 1)
        refund = Refund(
            pk=number,
            account=account,
            residence_id=account.residence_id,
            amount_cents=wanted.amount_cents,
            iban_sealed=seal_iban(iban),
            iban_last4=ending(iban),
            holder_name=holder,
            end_to_end_id=f"RMB-{number}",
            reason=wanted.reason,
            prepared_by=actor.agent_id or 0,
            prepared_at=at,
        )
        check_values(refund)
        refund.save(force_insert=True)
        return refund


def sign_refund(*, refund_id: int, actor: Actor, at: datetime) -> Refund:
    """Sign a refund that someone else prepared: it leaves the account, and waits for its file.

    Raises RefundNotFound, RefundAlreadySigned, RefundDropped, SamePersonPreparesAndSignsRefund, RefundAboveCredit.
    """
    with transaction.atomic():
        _hold()
        # Before the numbers of the journal, as a payment does: the other way round, two people wait for each other.
        hold_settlements()
        refund = _open_refund(refund_id)
        if refund.prepared_by == actor.agent_id:
            raise SamePersonPreparesAndSignsRefund
        _refuse_above(refund.account_id, refund.amount_cents, but=refund.pk)
        by = actor.agent_id or 0
        refund.signed_by, refund.signed_at = by, at
        refund.entry = post_entry(
            Piece(
                journal="BANK",
                label=f"Remboursement\u00a0: {refund.get_reason_display()}",
                booked_on=first_open_day(at.date()),
                source_kind="REFUND",
                source_id=refund.pk,
                sides={refund.account_id: refund.amount_cents, general_account(REFUNDS_CODE): -refund.amount_cents},
            ),
            by=by,
            at=at,
        )
        refund.save(update_fields=["signed_by", "signed_at", "entry"])
        # The refund spends what the payments left: it is what they settle first.
        settle_accounts([refund.account_id], by=by, at=at)
        return refund


def drop_refund(*, refund_id: int, actor: Actor, at: datetime) -> Refund:
    """Give up a refund that nobody signed. Raises RefundNotFound, RefundAlreadySigned, RefundDropped."""
    with transaction.atomic():
        refund = _open_refund(refund_id)
        refund.dropped_at, refund.dropped_by = at, actor.agent_id or 0
        refund.save(update_fields=["dropped_at", "dropped_by"])
        return refund


def write_refund_file(*, path: Path, at: datetime, message_id: str = "") -> tuple[str, Written]:
    """Write the signed refunds that no file has carried yet, or a former file again; its name and figures.

    Each refund is in one file only, kept sealed for its page. Called as a job, from whom nobody is hidden: a file
    without a protected person would pay fewer than were signed. Raises NoRefundToSend, RefundFileNotFound,
    OrderFileOfFormerSheet, OrderFileVoided, and what `write_transfers` refuses.
    """
    with transaction.atomic():
        _hold()
        refunds = Refund.objects.filter(signed_at__isnull=False).order_by("id")
        if message_id:
            sent = list(refunds.filter(message_id=message_id))
            if not sent or sent[0].written_at is None:
                raise RefundFileNotFound
            refuse_voided(message_id)
            refuse_former_sheet(message_id, made_for=sent[0].own_sha256)
            name, written_at = message_id, sent[0].written_at
        else:
            sent = list(refunds.filter(message_id=""))
            if not sent:
                raise NoRefundToSend
            name, written_at = name_not_voided(f"RMB-{at.astimezone(PARIS):%Y%m%d}-{sent[0].pk}"), at
            Refund.objects.filter(pk__in=[refund.pk for refund in sent]).update(message_id=name, written_at=at)
        local = written_at.astimezone(PARIS)
        written = write_transfers(
            path, _lines(sent, paid_on=target_day(local.date())), own=own_account(), message_id=name, created_at=local
        )
        own_sha256 = keep_refund_file(
            path, message_id=name, count=written.count, total_cents=written.total_cents, at=at
        )
        Refund.objects.filter(message_id=name).update(own_sha256=own_sha256)
        return name, written


def credit_of(account_id: int, *, but: int | None = None) -> Cents:
    """What the account may give back: its credit, less the refunds prepared and not signed. Zero at least."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce((SELECT -sum(amount_cents) FROM ledger_posting WHERE account_id = %(account)s), 0)
                      - coalesce((SELECT sum(amount_cents) FROM banking_refund
                                  WHERE account_id = %(account)s AND signed_at IS NULL AND dropped_at IS NULL
                                    AND id <> %(but)s), 0)""",
            {"account": account_id, "but": 0 if but is None else but},
        )
        (cents,) = cursor.fetchone()
    return max(0, int(cents))


def _paid_to(wanted: Wanted) -> tuple[str, str]:
    """The account to credit and its holder, checked."""
    if wanted.iban.strip():
        return person_iban(wanted.iban), sepa_name(wanted.holder_name)
    mandate = SepaMandate.objects.filter(account_id=wanted.account_id, ended_on=None).first()
    if mandate is None:
        raise RefundAccountMissing
    return open_iban(bytes(mandate.iban_sealed)), mandate.holder_name


def _refuse_above(account_id: int, amount_cents: Cents, *, but: int | None) -> None:
    credit = credit_of(account_id, but=but)
    if not 0 < amount_cents <= credit:
        raise RefundAboveCredit(credit=euros_fr(credit), amount=euros_fr(amount_cents))


def _open_refund(refund_id: int) -> Refund:
    refund = Refund.objects.select_for_update(of=("self",)).filter(pk=refund_id).first()
    if refund is None:
        raise RefundNotFound
    if refund.signed_at is not None:
        raise RefundAlreadySigned
    if refund.dropped_at is not None:
        raise RefundDropped
    return refund


def _hold() -> None:
    """One refund at a time: two of the same credit would both fit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.refunds'))")


def _lines(refunds: Sequence[Refund], *, paid_on: date) -> Iterator[TransferLine]:
    for refund in refunds:
        yield TransferLine(
            end_to_end_id=refund.end_to_end_id,
            amount_cents=refund.amount_cents,
            paid_on=paid_on,
            holder_name=refund.holder_name,
            iban=open_iban(bytes(refund.iban_sealed)),
            wording=f"Remboursement : {refund.get_reason_display()}",
        )
