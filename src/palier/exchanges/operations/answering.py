"""What the agency does: answer, hand over to a colleague, put an answer off and say why, end a thread."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from palier.agents.access import agent_of
from palier.exchanges.access import held
from palier.exchanges.models import Message, Thread
from palier.exchanges.operations.attaching import keep_papers, made_anew
from palier.exchanges.operations.holding import ThreadClosed, tidied
from palier.exchanges.queries.agency import colleagues_of
from palier.exchanges.words import EVERY, MOTIVES, SENTENCES
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.holidays import next_working_day
from palier.mail.vault.noting import doer
from palier.privacy.actor import Actor
from palier.screening.queries import judged

# Put off for longer, a question needs a meeting.
LATEST_DAYS: Final = 60


class SentenceUnknown(Refusal):
    """Cette phrase n’est pas dans la liste : choisissez-en une autre, ou écrivez votre réponse."""


class AnswerNotFit(Refusal):
    """Ce texte dit de la personne ce qui ne s’écrit pas ici : reformulez-le. Elle le lira."""


class NotAColleague(Refusal):
    """Cette personne n’est pas de l’agence de cette résidence : choisissez dans la liste."""


class NothingPromised(Refusal):
    """Aucune réponse n’est attendue : il n’y a rien à repousser."""


class MotiveNeeded(Refusal):
    """Choisissez dans la liste pourquoi la réponse est repoussée : le locataire lit cette raison."""


class DayNotLater(Refusal):
    """Choisissez un jour ouvré après celui promis, dans les soixante jours."""


def answer_thread(
    *,
    thread_id: int,
    sentence: str,
    text: str,
    key: UUID,
    actor: Actor,
    at: datetime,
    justified: bool = False,
    files: Sequence[bytes] = (),
) -> None:
    """Answer: a sentence of the list, words of one's own, or both. Nothing is owed any more until the tenant writes.

    `justified`: a warning of the screen was answered for; what it blocks is never kept. Raises ThreadNotFound,
    ThreadClosed, SentenceUnknown, AnswerNotFit, MessageEmpty, MessageTooLong, TooManyPapers, PaperRefused and its
    like, NotKeptNow.
    """
    if sentence and sentence not in SENTENCES:
        raise SentenceUnknown
    ready = SENTENCES[sentence][1] if sentence else ""
    body = tidied(f"{ready}\n\n{text.strip()}")
    decision = judged(text).decision
    if decision == "block" or (decision == "warn" and not justified):
        raise AnswerNotFit
    papers = made_anew(files)
    with transaction.atomic():
        thread = held(thread_id)
        if Message.objects.filter(thread=thread, key=key).exists():
            return
        if thread.state == "CLOSED":
            raise ThreadClosed
        if sentence and SENTENCES[sentence][0] not in (thread.subject, EVERY):
            raise SentenceUnknown
        Thread.objects.filter(pk=thread_id).update(answer_by=None, answered_at=at, last_at=at)
        keep_papers(papers, message=_add(thread, key, actor, at, body=body), by=doer(actor), at=at)


def hand_over(*, thread_id: int, agent_id: int, actor: Actor, at: datetime) -> None:
    """Give a thread to a colleague of the agency, or to oneself. The day promised does not move.

    Raises ThreadNotFound, ThreadClosed, NotAColleague.
    """
    with transaction.atomic():
        thread = held(thread_id)
        if thread.state == "CLOSED":
            raise ThreadClosed
        if agent_id not in {number for number, _ in colleagues_of(thread_id)}:
            raise NotAColleague
        Thread.objects.filter(pk=thread_id).update(agent_id=agent_id, handed_by=agent_of(actor), handed_at=at)


def put_off(*, thread_id: int, motive: str, due_on: date, key: UUID, actor: Actor, at: datetime) -> None:
    """Promise a later day, and tell the tenant which and why.

    Raises ThreadNotFound, NothingPromised, MotiveNeeded, DayNotLater.
    """
    if motive not in MOTIVES:
        raise MotiveNeeded
    with transaction.atomic():
        thread = held(thread_id)
        if Message.objects.filter(thread=thread, key=key).exists():
            return
        if thread.answer_by is None:
            raise NothingPromised
        earliest, on = max(thread.answer_by, day_of(at)), day_of(at)
        if not earliest < due_on <= on + timedelta(days=LATEST_DAYS) or next_working_day(due_on) != due_on:
            raise DayNotLater
        Thread.objects.filter(pk=thread_id).update(answer_by=due_on, answered_at=at, last_at=at)
        _add(thread, key, actor, at, kind="MOVED", motive=motive, due_on=due_on)


def end_thread(*, thread_id: int, key: UUID, actor: Actor, at: datetime) -> None:
    """End a thread: its tenant may open it again for a while. Raises ThreadNotFound."""
    with transaction.atomic():
        thread = held(thread_id)
        if thread.state == "CLOSED":
            return
        Thread.objects.filter(pk=thread_id).update(
            state="CLOSED", answer_by=None, closed_at=at, last_at=at, answered_at=at
        )
        _add(thread, key, actor, at, kind="CLOSED")


def _add(
    thread: Thread,
    key: UUID,
    actor: Actor,
    at: datetime,
    *,
    kind: str = "TEXT",
    body: str = "",
    motive: str = "",
    due_on: date | None = None,
) -> Message:
    return Message.objects.create(
        thread_id=thread.pk,
        lease_id=thread.lease_id,
        residence_id=thread.residence_id,
        person_id=thread.person_id,
        key=key,
        kind=kind,
        author="AGENCY",
        agent_id=agent_of(actor),
        at=at,
        body=body,
        motive=motive,
        due_on=due_on,
    )
