"""What the bank states of its accounts: read again from its own file, or written from the paper."""

from datetime import date, datetime
from pathlib import Path

from palier.banking.formats.reading import open_bank_file
from palier.banking.models import BankAccount, StatedBalance
from palier.banking.operations.stating import state_document, stated
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

    Importing a statement keeps them too. Raises NoBalanceStated, NobodyStates, and what the file's format refuses.
    """
    document = open_bank_file(path).document()
    found = state_document(document, by=_agent(actor), at=at)
    if not found:
        raise NoBalanceStated(name=path.name)
    return found


def state_by_hand(*, bank_account_id: int, on: date, balance_cents: int, actor: Actor, at: datetime) -> StatedBalance:
    """Write the balance that a paper statement says. Raises StatedAccountUnknown, NobodyStates."""
    if not BankAccount.objects.filter(pk=bank_account_id).exists():
        raise StatedAccountUnknown
    return stated(bank_account_id, on, balance_cents, origin="HAND", by=_agent(actor), at=at)


def _agent(actor: Actor) -> int:
    if actor.agent_id is None:
        raise NobodyStates
    return actor.agent_id
