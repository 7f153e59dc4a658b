"""What the bank states of the landlord's accounts at the end of a day: kept from each statement that is imported."""

from datetime import date, datetime

from palier.banking.formats.document import BankDocument
from palier.banking.models import BankAccount, StatedBalance
from palier.banking.operations.own_accounts import bank_account
from palier.estate.landlord import own_ibans
from palier.foundation.money import Cents


def state_imported(document: BankDocument, *, by: int, at: datetime) -> list[StatedBalance]:
    """Keep the closing balances of an imported statement; that of an account on which nothing has moved too."""
    own = {each.iban for each in own_ibans()}
    for statement in document.statements:
        if statement.closing is not None and statement.account_iban in own:
            bank_account(statement.account_iban)
    return state_document(document, by=by, at=at)


def state_document(document: BankDocument, *, by: int, at: datetime) -> list[StatedBalance]:
    """Keep the closing balances that a file states of the landlord's accounts; the same said again is kept once."""
    own = {each.iban: each.pk for each in BankAccount.objects.all()}
    return [
        stated(own[each.account_iban], each.closing.on, each.closing.cents, origin="FILE", by=by, at=at)
        for each in document.statements
        if each.closing is not None and each.account_iban in own
    ]


def stated(
    bank_account_id: int, on: date, balance_cents: Cents, *, origin: str, by: int, at: datetime
) -> StatedBalance:
    """Keep one balance: the last one stated of a day holds. `by` 0: a command, whose operator the journal names."""
    last = StatedBalance.objects.filter(bank_account_id=bank_account_id, on=on).order_by("-id").first()
    if last is not None and last.balance_cents == balance_cents:
        return last
    return StatedBalance.objects.create(
        bank_account_id=bank_account_id,
        on=on,
        balance_cents=balance_cents,
        origin=origin,
        stated_by=by,
        stated_at=at,
    )
