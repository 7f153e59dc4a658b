"""The papers that a person keeps in « Mes documents »: put there, destroyed by them alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Sum

from palier.foundation.errors import Refusal
from palier.foundation.papers import content_type, remade
from palier.foundation.reading import fetch
from palier.foundation.turns import take_turns
from palier.mail.models import DEPOSIT_FAMILIES, Deposit
from palier.mail.store import DocumentStore, Kept
from palier.mail.vault.noting import Noted, Owner, note
from palier.privacy.ended import Ends, keep_ends

MOST_PAPERS: Final = 200
# Destroyed ones too: their bytes wait on the disk for their pack to be made shorter.
MOST_IN_A_DAY: Final = 30
MOST_BYTES: Final = 50 * 1024 * 1024
FAMILIES: Final = dict(DEPOSIT_FAMILIES)
_OWN: Final = """
SELECT id, family, sha256, byte_count, media_type, page_count, deposited_at, destroyed_at FROM mail_deposit
WHERE person_id = %(person)s ORDER BY deposited_at DESC, id DESC
"""


class DepositNotFound(Refusal):
    """Ce papier n’est pas parmi les vôtres."""


class DepositDestroyed(Refusal):
    """Ce papier est détruit. Son empreinte et son journal restent."""


class TooManyDeposits(Refusal):
    """Vous gardez déjà beaucoup de papiers ici. Détruisez-en un, puis recommencez."""


class TooManyToday(Refusal):
    """Vous avez déjà gardé trente papiers en vingt-quatre heures. Recommencez demain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDeposit:
    """A paper of one's own, as the page shows it."""

    id: int
    family: str
    sha256: str
    byte_count: int
    media_type: str
    page_count: int
    deposited_at: datetime
    destroyed_at: datetime | None


def deposit_paper(*, person_id: int, family: str, given: bytes, store: DocumentStore, at: datetime) -> int:
    """Keep a paper, made anew from its pages; its number. Inside `acting` as the person.

    Raises PaperRefused and its like, TooManyDeposits, TooManyToday, NotKeptNow.
    """
    # What one person gives at once is counted one after the other.
    take_turns(f"deposits:{person_id}")
    kept_now = Deposit.objects.filter(person_id=person_id, destroyed_at=None)
    size = kept_now.aggregate(size=Sum("byte_count"))["size"] or 0
    if kept_now.count() >= MOST_PAPERS or size + len(given) > MOST_BYTES:
        raise TooManyDeposits
    if Deposit.objects.filter(person_id=person_id, deposited_at__gt=at - timedelta(days=1)).count() >= MOST_IN_A_DAY:
        raise TooManyToday
    paper = remade(given)
    (kept,) = store.deposit_given([paper.content])
    made = Deposit(
        person_id=person_id,
        family=family,
        media_type=content_type(paper.content),
        page_count=paper.pages,
        deposited_at=at,
    )
    made.hold(kept)
    made.save(force_insert=True)
    note([Noted(kind="DEPOSITED", sha256=kept.digest, owner=Owner(person_id=person_id))], by="SELF", at=at)
    return int(made.pk)


def destroy_deposit(*, deposit_id: int, person_id: int, at: datetime) -> None:
    """Take the key of a paper away: its bytes are noise from now on, everywhere. Inside `acting` as the person.

    Raises DepositNotFound, DepositDestroyed.
    """
    held = Deposit.objects.select_for_update(of=("self",)).filter(pk=deposit_id, person_id=person_id).first()
    if held is None:
        raise DepositNotFound
    if held.destroyed_at is not None:
        raise DepositDestroyed
    Deposit.objects.filter(pk=deposit_id).update(kept_key=None, destroyed_at=at)
    keep_ends(Ends.DEPOSIT, [(deposit_id, held.deposited_at)], at=at)
    note([Noted(kind="DESTROYED", sha256=held.sha256, owner=Owner(person_id=person_id))], by="SELF", at=at)


def own_deposits(person_id: int) -> list[OwnDeposit]:
    """One's papers, the newest first, with those that were destroyed."""
    return fetch(OwnDeposit, _OWN, {"person": person_id})


def kept_deposit(deposit_id: int, *, person_id: int) -> Kept:
    """Where a paper of one's own is. Raises DepositNotFound, DepositDestroyed."""
    held = Deposit.objects.filter(pk=deposit_id, person_id=person_id).first()
    if held is None:
        raise DepositNotFound
    if held.destroyed_at is not None:
        raise DepositDestroyed
    return held.kept
