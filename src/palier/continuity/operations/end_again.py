"""What people had ended since the backup was made is ended again: their papers, their helpers, their ways in.

Read from the register: what it tells twice, or of an act that failed after all, is ended once.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from django.db import connection

from palier.admission.models import AccessLetter, AccessSlip, Helper, KnownContact, SentCode
from palier.dispatch.models import PushPoint, VaultAccount
from palier.foundation.clock import day_of
from palier.leases.models import Consent
from palier.mail.models import Deposit
from palier.people.models import Contact
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.privacy.ended import End, Ends, kept_ends, mark_of

Born = Iterable[tuple[int, date]]


def end_again(*, operator: str, motive: str, command: str) -> tuple[int, int]:
    """End what the register says was ended and the backup gave back; how many, and how many lines cannot be read.

    Every session is closed too: nobody stays signed in by a row that a backup brought back.
    """
    ends, spoilt = kept_ends()
    count = 0
    with batch(Batch.RETENTION, operator=operator, motive=motive, command=command, categories=()):
        for kind, (alive, end) in _AGAIN.items():
            told = {(each.id, each.mark): each for each in ends if each.kind is kind}
            # A number taken anew since is another row's.
            found = [told.get((number, mark_of(kind, number, born))) for number, born in alive()] if told else []
            again = [each for each in found if each is not None]
            if again:
                end(again)
            count += len(again)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM web_opensession")
    return count, spoilt


def _numbers(ends: list[End]) -> list[int]:
    return [each.id for each in ends]


def _destroy(ends: list[End]) -> None:
    for each in ends:
        Deposit.objects.filter(pk=each.id).update(kept_key=None, destroyed_at=each.at)


def _withdraw(ends: list[End]) -> None:
    for each in ends:
        Helper.objects.filter(pk=each.id).update(ended_at=each.at)


def _end_letters(ends: list[End]) -> None:
    KnownContact.objects.filter(letter_id__in=_numbers(ends)).delete()
    SentCode.objects.filter(letter_id__in=_numbers(ends)).delete()
    for each in ends:
        # Its agency still has the address to look at; why the post brought it back is not in the register.
        back = {"returned_at": each.at, "return_reason": "OTHER"} if each.by == "RETURNED" else {}
        letter = AccessLetter.objects.filter(pk=each.id)
        letter.update(ended_at=each.at, ended_by=each.by, sealed_code=None, **back)


def _end_slips(ends: list[End]) -> None:
    for each in ends:
        AccessSlip.objects.filter(pk=each.id).update(ended_at=each.at)


def _take_away(ends: list[End]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM web_secondfactor WHERE id = ANY (%s)", [_numbers(ends)])


def _factors() -> Born:
    """Read where they are: the sites stand on a floor above."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, created_at FROM web_secondfactor")
        found: list[tuple[int, date]] = cursor.fetchall()
    return found


def _forget(ends: list[End]) -> None:
    PushPoint.objects.filter(pk__in=_numbers(ends)).delete()


def _leave(ends: list[End]) -> None:
    for each in ends:
        VaultAccount.objects.filter(pk=each.id).update(ended_on=day_of(each.at))


def _shared() -> Born:
    return [(number, at) for number, at in Contact.objects.exclude(shared_at=None).values_list("pk", "shared_at") if at]


def _hide(ends: list[End]) -> None:
    Contact.objects.filter(pk__in=_numbers(ends)).update(shared_with_caretaker=False, shared_at=None)


def _last_agreements() -> Born:
    """Of each holder and family, the last word, when it is an agreement."""
    last = Consent.objects.order_by("lease_id", "person_id", "family", "-id").distinct(
        "lease_id", "person_id", "family"
    )
    return [(number, kept_at) for number, word, kept_at in last.values_list("id", "word", "kept_at") if word == "GIVEN"]


def _withdraw_agreements(ends: list[End]) -> None:
    """A word is never changed, only followed."""
    told = {each.id: each for each in ends}
    columns = ("id", "lease_id", "person_id", "residence_id", "family", "text_version", "text_sha256")
    for number, lease, person, residence, family, version, digest in Consent.objects.filter(
        pk__in=_numbers(ends)
    ).values_list(*columns):
        end = told[number]
        Consent.objects.bulk_create(
            [
                Consent(
                    lease_id=lease, person_id=person, residence_id=residence, family=family, word="WITHDRAWN",
                    said_on=day_of(end.at), means=end.by, text_version=version, text_sha256=digest, kept_at=end.at,
                )
            ]
        )  # fmt: skip


_AGAIN: Final[Mapping[Ends, tuple[Callable[[], Born], Callable[[list[End]], None]]]] = {
    Ends.DEPOSIT: (lambda: Deposit.objects.filter(destroyed_at=None).values_list("pk", "deposited_at"), _destroy),
    Ends.HELPER: (lambda: Helper.objects.filter(ended_at=None).values_list("pk", "made_at"), _withdraw),
    Ends.LETTER: (lambda: AccessLetter.objects.filter(ended_at=None).values_list("pk", "made_at"), _end_letters),
    Ends.SLIP: (lambda: AccessSlip.objects.filter(ended_at=None).values_list("pk", "given_at"), _end_slips),
    Ends.FACTOR: (_factors, _take_away),
    Ends.DEVICE: (lambda: PushPoint.objects.values_list("pk", "made_at"), _forget),
    Ends.VAULT: (lambda: VaultAccount.objects.filter(ended_on=None).values_list("pk", "chosen_on"), _leave),
    Ends.SHARING: (_shared, _hide),
    Ends.CONSENT: (_last_agreements, _withdraw_agreements),
}
