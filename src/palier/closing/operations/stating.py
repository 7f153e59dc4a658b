"""What the bank states of its accounts: read from its own file, or written from the paper."""

from datetime import date, datetime
from pathlib import Path

from palier.banking.formats.reading import open_bank_file
from palier.banking.models import BankAccount
from palier.closing.models import StatedBalance
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor


class NoBalanceStated(Refusal):
    """« {name} » ne dit le solde de clôture d’aucun compte de l’organisme : il n’y a rien à rapprocher."""


class StatedAccountUnknown(Refusal):
    """Ce compte bancaire n’est pas un compte de l’organisme."""


class NobodyStates(Refusal):
    """Un solde de banque est dit par quelqu’un : aucun agent n’agit ici."""


def state_from_file(*, path: Path, actor: Actor, at: datetime) -> list[StatedBalance]:
    """Keep the closing balances of a statement, whole file read first; the same said again is kept once.

    Raises NoBalanceStated, NobodyStates, and what the file's format refuses.
    """
    document = open_bank_file(path).document()
    own = {each.iban: each.pk for each in BankAccount.objects.all()}
    found = [
        _stated(own[each.account_iban], each.closing.on, each.closing.cents, origin="FILE", actor=actor, at=at)
        for each in document.statements
        if each.closing is not None and each.account_iban in own
    ]
    if not found:
        raise NoBalanceStated(name=path.name)
    return found


def state_by_hand(*, bank_account_id: int, on: date, balance_cents: int, actor: Actor, at: datetime) -> StatedBalance:
    """Write the balance that a paper statement says. Raises StatedAccountUnknown, NobodyStates."""
    if not BankAccount.objects.filter(pk=bank_account_id).exists():
        raise StatedAccountUnknown
    return _stated(bank_account_id, on, balance_cents, origin="HAND", actor=actor, at=at)


def _stated(
    bank_account_id: int, on: date, balance_cents: int, *, origin: str, actor: Actor, at: datetime
) -> StatedBalance:
    if actor.agent_id is None:
        raise NobodyStates
    last = StatedBalance.objects.filter(bank_account_id=bank_account_id, on=on).order_by("-id").first()
    if last is not None and last.balance_cents == balance_cents:
        return last
    return StatedBalance.objects.create(
        bank_account_id=bank_account_id,
        on=on,
        balance_cents=balance_cents,
        origin=origin,
        stated_by=actor.agent_id,
        stated_at=at,
    )
