"""Manual entries on a tenant's account: what they charge is a debt, what they credit settles the debts."""

from datetime import date, datetime

from palier.agents.access import agent_of
from palier.banking.operations.settling import hold_settlements, settle_accounts
from palier.banking.operations.worklist import movement_to_sign, treat_signed
from palier.ledger.models import Account, ManualEntry
from palier.ledger.operations.manual import prepare_manual_entry, sign_manual_entry
from palier.privacy.actor import Actor


def enter_by_hand(
    *,
    reason: str,
    debit_code: str,
    credit_code: str,
    amount_cents: int,
    booked_on: date,
    actor: Actor,
    at: datetime,
) -> ManualEntry:
    """Write a manual entry down; once posted, the tenants' accounts that it moves are settled again.

    Raises what `prepare_manual_entry` raises.
    """
    hold_settlements()
    manual = prepare_manual_entry(
        reason=reason,
        debit_code=debit_code,
        credit_code=credit_code,
        amount_cents=amount_cents,
        booked_on=booked_on,
        actor=actor,
        at=at,
    )
    _settle(manual, by=agent_of(actor), at=at)
    return manual


def sign_entry_by_hand(*, manual_id: int, actor: Actor, at: datetime) -> ManualEntry:
    """Sign and post an entry that someone else prepared, settle the accounts that it moves, and treat the movement of
    the bank that waited for it.

    Raises what `sign_manual_entry` raises.
    """
    movement = movement_to_sign(manual_id)
    hold_settlements()
    manual = sign_manual_entry(manual_id=manual_id, actor=actor, at=at)
    _settle(manual, by=agent_of(actor), at=at)
    if movement is not None:
        treat_signed(movement, manual, at=at)
    return manual


def _settle(manual: ManualEntry, *, by: int, at: datetime) -> None:
    if manual.entry_id is None:
        return
    moved = Account.objects.filter(pk__in=(manual.debit_id, manual.credit_id), kind="TENANT")
    settle_accounts(moved.values_list("id", flat=True), by=by, at=at)
