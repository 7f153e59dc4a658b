"""Manual entries: an amount moved from one account to another, for a reason of a closed list; two people above a
threshold."""

from datetime import date, datetime
from typing import Final

from palier.foundation.errors import Refusal
from palier.foundation.money import euros_fr
from palier.ledger.models import Account, ManualEntry
from palier.ledger.operations.post import Piece, post_entry, require_open
from palier.privacy.actor import Actor

# The landlord's own decision, shown as such on the page: no text sets it.
SECOND_SIGNATURE_CENTS: Final = 100_000
LARGEST_CENTS: Final = 100_000_000_00


class ManualAccountUnknown(Refusal):
    """Le compte {code} n’existe pas : choisissez un compte général ou le compte d’un bail."""


class ManualSameAccount(Refusal):
    """Une écriture va d’un compte à un autre : le débit et le crédit visent le même compte."""


class ManualAmountRefused(Refusal):
    """Le montant {amount} ne convient pas : il est positif, et au plus de cent millions d’euros."""


class ManualNotFound(Refusal):
    """Cette écriture manuelle n’existe pas."""


class ManualAlreadyPosted(Refusal):
    """Cette écriture manuelle est déjà enregistrée. Rien n’a été changé."""


class SamePersonPreparesAndSigns(Refusal):
    """Vous avez préparé cette écriture : au-dessus de {threshold}, une autre personne doit la signer."""


def prepare_manual_entry(
    *,
    reason: str,
    debit_code: str,
    credit_code: str,
    amount_cents: int,
    booked_on: date,
    actor: Actor,
    at: datetime,
) -> ManualEntry:
    """Write the entry down; it is posted at once up to the threshold, and waits for a second signature above it.

    Raises ManualAccountUnknown, ManualSameAccount, ManualAmountRefused, PeriodIsClosed.
    """
    debit, credit = _account(debit_code), _account(credit_code)
    if debit.pk == credit.pk:
        raise ManualSameAccount
    if not 0 < amount_cents <= LARGEST_CENTS:
        raise ManualAmountRefused(amount=euros_fr(amount_cents))
    require_open(booked_on)
    manual = ManualEntry(
        reason=reason,
        debit=debit,
        credit=credit,
        amount_cents=amount_cents,
        booked_on=booked_on,
        prepared_by=_agent(actor),
        prepared_at=at,
    )
    manual.clean_fields(exclude=["debit", "credit", "entry", "signed_by", "signed_at"])
    manual.save(force_insert=True)
    if amount_cents <= SECOND_SIGNATURE_CENTS:
        _post(manual, by=_agent(actor), at=at)
    return manual


def sign_manual_entry(*, manual_id: int, actor: Actor, at: datetime) -> ManualEntry:
    """Sign and post an entry that someone else prepared, once.

    Raises ManualNotFound, ManualAlreadyPosted, SamePersonPreparesAndSigns, PeriodIsClosed.
    """
    manual = ManualEntry.objects.select_for_update(of=("self",)).filter(pk=manual_id).first()
    if manual is None:
        raise ManualNotFound
    if manual.entry_id is not None:
        raise ManualAlreadyPosted
    if manual.prepared_by == actor.agent_id:
        raise SamePersonPreparesAndSigns(threshold=euros_fr(SECOND_SIGNATURE_CENTS))
    manual.signed_by, manual.signed_at = _agent(actor), at
    _post(manual, by=_agent(actor), at=at)
    return manual


def drop_manual_entry(*, manual_id: int) -> None:
    """Take away an entry that nobody signed: it moved nothing. Raises ManualNotFound, ManualAlreadyPosted."""
    manual = ManualEntry.objects.select_for_update(of=("self",)).filter(pk=manual_id).first()
    if manual is None:
        raise ManualNotFound
    if manual.entry_id is not None:
        raise ManualAlreadyPosted
    manual.delete()


def _post(manual: ManualEntry, *, by: int, at: datetime) -> None:
    manual.entry = post_entry(
        Piece(
            journal="MISC",
            label=f"Écriture manuelle : {manual.get_reason_display()}",
            booked_on=manual.booked_on,
            source_kind="MANUAL",
            source_id=manual.pk,
            sides={manual.debit_id: manual.amount_cents, manual.credit_id: -manual.amount_cents},
        ),
        by=by,
        at=at,
    )
    manual.save(update_fields=["signed_by", "signed_at", "entry"])


def _account(code: str) -> Account:
    found = Account.objects.filter(code=code).first()
    if found is None:
        raise ManualAccountUnknown(code=code[:20])
    return found


def _agent(actor: Actor) -> int:
    if actor.agent_id is None:
        raise ManualNotFound
    return actor.agent_id
