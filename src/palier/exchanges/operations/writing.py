"""What a tenant does: write, write again, say that it is settled, open again. One form sent twice is one message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from palier.exchanges.access import ThreadNotFound, held
from palier.exchanges.models import Message, Thread
from palier.exchanges.operations.attaching import keep_papers, made_anew, refuse_too_much
from palier.exchanges.operations.holding import ThreadClosed, tidied
from palier.exchanges.promises import engagement
from palier.exchanges.words import ABOUT_OTHERS, SUBJECTS
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.papers import Paper
from palier.foundation.turns import take_turns
from palier.leases.models import Lease
from palier.screening.engine import core_screen
from palier.screening.rules.verdict import Finding

# A day's worth: beyond it, whoever writes is better heard on the phone.
_MOST_A_DAY: Final = 20
# RGPD, art. 9 and 10. A victim says what was done to them, and whoever is ill what they need.
SENSITIVE: Final = ("health", "disability", "addiction", "offence", "origin", "religion", "politics", "sex")
# Said of a neighbour, never of oneself.
OF_OTHERS: Final = ("addiction", "origin", "religion", "politics", "sex", "judgement")


class SubjectUnknown(Refusal):
    """Choisissez un sujet dans la liste."""


class TooManyMessages(Refusal):
    """Vous avez beaucoup écrit aujourd’hui. Appelez-nous : nous vous répondrons tout de suite."""


class SayOtherwise(Refusal):
    """Votre message dit quelque chose de sensible : enlevez-le, ou choisissez de l’envoyer."""


class AboutSomeoneElse(Refusal):
    """Votre message parle de la vie privée d’une autre personne. Décrivez le bruit, le lieu, l’heure, sans elle."""


class TooLateToReopen(Refusal):
    """Cet échange est terminé depuis trop longtemps : écrivez un nouveau message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was typed, whether its author chose to send what the screen showed them, and the files given with it."""

    body: str
    key: UUID
    is_chosen: bool = False
    files: tuple[bytes, ...] = ()


def open_thread(*, lease_id: int, person_id: int, subject: str, words: Words, at: datetime) -> int:
    """Write to the agency about a subject; gives the thread's number, the same when the same form comes again.

    Raises SubjectUnknown, MessageEmpty, MessageTooLong, AboutSomeoneElse, SayOtherwise, TooManyMessages,
    TooManyPapers, TooManyPapersToday, TooMuchJoined, PaperRefused and its like, NotKeptNow.
    """
    if subject not in SUBJECTS:
        raise SubjectUnknown
    kept, already = _screened(words, subject), _begun(person_id, words.key)
    if already is not None:
        return already
    papers = _made_anew_if_allowed(words.files, person_id=person_id, at=at)
    with transaction.atomic():
        _one_at_a_time(person_id)
        already = _begun(person_id, words.key)
        if already is not None:
            return already
        _not_too_much([each.content for each in papers], person_id=person_id, at=at)
        residence_id = int(Lease.objects.values_list("residence_id", flat=True).get(pk=lease_id))
        thread = Thread.objects.create(
            lease_id=lease_id,
            residence_id=residence_id,
            person_id=person_id,
            key=words.key,
            subject=subject,
            opened_at=at,
            last_at=at,
            answer_by=engagement().answer_by(subject, on=day_of(at)),
            read_at=at,
        )
        keep_papers(papers, message=_add(thread, kept, at), by="SELF", at=at)
    return thread.pk


def write_again(*, thread_id: int, words: Words, at: datetime) -> None:
    """Add to a thread. An answer that is owed already keeps its day; otherwise one is promised again.

    Raises ThreadNotFound, ThreadClosed, MessageEmpty, MessageTooLong, AboutSomeoneElse, SayOtherwise, TooManyMessages,
    TooManyPapers, TooManyPapersToday, TooMuchJoined, PaperRefused and its like, NotKeptNow.
    """
    known = Thread.objects.filter(pk=thread_id).first()
    if known is None:
        raise ThreadNotFound
    kept = _screened(words, known.subject)
    if _is_sent_or_over(known, words.key):
        return
    papers = _made_anew_if_allowed(words.files, person_id=known.person_id, at=at)
    with transaction.atomic():
        _one_at_a_time(known.person_id)
        thread = held(thread_id)
        if _is_sent_or_over(thread, words.key):
            return
        _not_too_much([each.content for each in papers], person_id=thread.person_id, at=at)
        due = thread.answer_by or engagement().answer_by(thread.subject, on=day_of(at))
        Thread.objects.filter(pk=thread_id).update(answer_by=due, last_at=at)
        thread.answer_by = due
        keep_papers(papers, message=_add(thread, kept, at), by="SELF", at=at)


def settle_thread(*, thread_id: int, key: UUID, at: datetime) -> None:
    """Whoever wrote says that it is settled: nothing is owed any more. Raises ThreadNotFound."""
    with transaction.atomic():
        thread = held(thread_id)
        if thread.state == "CLOSED":
            return
        Thread.objects.filter(pk=thread_id).update(state="CLOSED", answer_by=None, closed_at=at, last_at=at)
        thread.answer_by = None
        _add(thread, Words(body="", key=key), at, kind="CLOSED")


def reopen_thread(*, thread_id: int, key: UUID, at: datetime) -> None:
    """It was not settled: open again, and an answer is promised anew. Raises ThreadNotFound, TooLateToReopen."""
    figures = engagement()
    with transaction.atomic():
        thread = held(thread_id)
        if thread.closed_at is None:
            return
        if not figures.may_reopen(thread.closed_at, at=at):
            raise TooLateToReopen
        due = figures.answer_by(thread.subject, on=day_of(at))
        Thread.objects.filter(pk=thread_id).update(state="OPEN", answer_by=due, closed_at=None, last_at=at)
        thread.answer_by = due
        _add(thread, Words(body="", key=key), at, kind="REOPENED")


def note_read(*, thread_id: int, at: datetime) -> None:
    """Its author has the last answer before their eyes."""
    Thread.objects.filter(pk=thread_id).update(read_at=at)


def what_is_found(body: str) -> tuple[Finding, ...]:
    """What the screen finds in a message of what the law calls sensitive, to show its author before anything is kept.

    A family that changes, means that drop, a telephone: a tenancy is about that, and it is asked nothing about. The
    words that a landlord added are about how its agents write: they are not held against a tenant.
    """
    return tuple(each for each in core_screen().screen(body).findings if each.category in SENSITIVE)


def _screened(words: Words, subject: str) -> Words:
    """The text as it is kept. What one says of oneself is one's own choice; of others, nobody may choose."""
    body = tidied(words.body)
    if subject in ABOUT_OTHERS:
        found = {each.category for each in core_screen().screen(body).findings if each.severity == "block"}
        if found & set(OF_OTHERS):
            raise AboutSomeoneElse
    is_sensitive = bool(what_is_found(body))
    if is_sensitive and not words.is_chosen:
        raise SayOtherwise
    return Words(body=body, key=words.key, is_chosen=is_sensitive)


def _add(thread: Thread, words: Words, at: datetime, *, kind: str = "TEXT") -> Message:
    return Message.objects.create(
        thread_id=thread.pk,
        lease_id=thread.lease_id,
        residence_id=thread.residence_id,
        person_id=thread.person_id,
        key=words.key,
        kind=kind,
        author="TENANT",
        at=at,
        body=words.body,
        is_chosen=words.is_chosen,
        due_on=thread.answer_by,
    )


def _begun(person_id: int, key: UUID) -> int | None:
    return Thread.objects.filter(person_id=person_id, key=key).values_list("id", flat=True).first()


def _is_sent_or_over(thread: Thread, key: UUID) -> bool:
    """Whether the same form came before. Raises ThreadClosed."""
    if Message.objects.filter(thread=thread, key=key).exists():
        return True
    if thread.state == "CLOSED":
        raise ThreadClosed
    return False


def _made_anew_if_allowed(given: Sequence[bytes], *, person_id: int, at: datetime) -> list[Paper]:
    """Files are made anew, which takes seconds, once nothing that costs nothing refuses them."""
    _not_too_much(given, person_id=person_id, at=at)
    return made_anew(given)


def _not_too_much(papers: Sequence[bytes], *, person_id: int, at: datetime) -> None:
    since = at - timedelta(days=1)
    if Message.objects.filter(person_id=person_id, author="TENANT", at__gt=since).count() >= _MOST_A_DAY:
        raise TooManyMessages
    refuse_too_much(papers, person_id=person_id, at=at)


def _one_at_a_time(person_id: int) -> None:
    """What one person sends at once is counted one after the other, the same form sent again too."""
    take_turns(f"exchanges:{person_id}")
