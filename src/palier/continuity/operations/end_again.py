"""What people had ended since the backup was made is ended again: their papers, their helpers, their letters."""

from collections.abc import Iterable
from datetime import datetime

from palier.admission.models import AccessLetter, Helper, KnownContact, SentCode
from palier.mail.models import Deposit
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.privacy.ended import End, Ends, kept_ends, mark_of


def end_again(*, operator: str, motive: str, command: str) -> tuple[int, int]:
    """End what the register says was ended and the backup gave back; how many, and how many lines cannot be read."""
    ends, spoilt = kept_ends()
    with batch(Batch.RETENTION, operator=operator, motive=motive, command=command, categories=()):
        deposits = _again(
            ends, Ends.DEPOSIT, Deposit.objects.filter(destroyed_at=None).values_list("pk", "deposited_at")
        )
        for each in deposits:
            Deposit.objects.filter(pk=each.id).update(kept_key=None, destroyed_at=each.at)
        helpers = _again(ends, Ends.HELPER, Helper.objects.filter(ended_at=None).values_list("pk", "made_at"))
        for each in helpers:
            Helper.objects.filter(pk=each.id).update(ended_at=each.at)
        letters = _again(ends, Ends.LETTER, AccessLetter.objects.filter(ended_at=None).values_list("pk", "made_at"))
        numbers = [each.id for each in letters]
        KnownContact.objects.filter(letter_id__in=numbers).delete()
        SentCode.objects.filter(letter_id__in=numbers).delete()
        for each in letters:
            AccessLetter.objects.filter(pk=each.id).update(ended_at=each.at, ended_by=each.by, sealed_code=None)
    return len(deposits) + len(helpers) + len(letters), spoilt


def _again(ends: list[End], kind: Ends, alive: Iterable[tuple[int, datetime]]) -> list[End]:
    """The ends of a kind that the restored rows know nothing of. A number taken anew since is another row's."""
    told = {(each.id, each.mark): each for each in ends if each.kind is kind}
    found = (told.get((number, mark_of(kind, number, born_at))) for number, born_at in alive)
    return [each for each in found if each is not None]
