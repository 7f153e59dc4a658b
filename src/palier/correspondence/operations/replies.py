"""Papers that answer a letter: made anew from their pages, each sealed under a key of its own."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from palier.correspondence.access import MAY_WRITE_ONE, letter_in_scope, require_function
from palier.correspondence.models import NATURES, Letter, Reply
from palier.foundation.errors import Refusal
from palier.foundation.papers import remade
from palier.mail.models import LETTER_KIND, Document
from palier.mail.store import DocumentStore
from palier.mail.vault.noting import Noted, Owner, doer, note
from palier.privacy.actor import Actor


class LetterNotMade(Refusal):
    """Le PDF de cette lettre n’est pas encore fait : la réponse s’attache une fois la lettre partie."""


class ReplyDayOutOfOrder(Refusal):
    """Ces jours ne vont pas : une réponse arrive après la lettre et au plus tard aujourd’hui ; la vôtre vient après."""


class ReplyAlreadyThere(Refusal):
    """Ce papier est déjà attaché à cette lettre."""


class NatureUnknown(Refusal):
    """Choisissez la nature de la réponse dans la liste."""


class ReplyNotFound(Refusal):
    """Cette réponse n’existe pas, ou n’est pas dans votre portefeuille."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A paper as it came: its bytes, its day, its coded nature, the day by which it asks an answer."""

    content: bytes
    received_on: date
    nature: str
    answer_by: date | None = None


def attach_reply(*, letter_id: int, received: Received, actor: Actor, at: datetime) -> Reply:
    """Attach a paper to the letter that it answers.

    Raises LetterNotFound, FunctionMayNotWrite, NatureUnknown, ReplyDayOutOfOrder, LetterNotMade, ReplyAlreadyThere, and
    the refusals of a paper (palier.foundation.papers).
    """
    require_function(actor, MAY_WRITE_ONE)
    letter = letter_in_scope(letter_id)
    _refuse_out_of_order(letter, received, on=at.date())
    paper = remade(received.content)
    if Reply.objects.filter(letter=letter, sha256=sha256(paper.content).hexdigest()).exists():
        raise ReplyAlreadyThere
    reply = Reply(
        letter=letter,
        lease_id=letter.lease_id,
        residence_id=letter.residence_id,
        received_on=received.received_on,
        nature=received.nature,
        answer_by=received.answer_by,
        page_count=paper.pages,
        recorded_by=actor.agent_id or 0,
        recorded_at=at,
    )
    # On the disk before the row is written: a row without its bytes would be a paper lost.
    (kept,) = DocumentStore(Path(settings.DOCUMENT_ROOT)).deposit([paper.content])
    reply.hold(kept)
    try:
        with transaction.atomic():
            reply.save(force_insert=True)
    except IntegrityError as twice:
        raise ReplyAlreadyThere from twice
    owner = Owner(lease_id=letter.lease_id, residence_id=letter.residence_id)
    note([Noted(kind="DEPOSITED", sha256=kept.digest, owner=owner)], by=doer(actor), at=at)
    return reply


def _refuse_out_of_order(letter: Letter, received: Received, *, on: date) -> None:
    issued_on = letter.sending.issued_on
    if received.nature not in dict(NATURES):
        raise NatureUnknown
    if issued_on is None or not issued_on <= received.received_on <= on:
        raise ReplyDayOutOfOrder
    if received.answer_by is not None and received.answer_by < received.received_on:
        raise ReplyDayOutOfOrder
    if not Document.objects.filter(kind=LETTER_KIND, number=letter.number).exclude(pdf_sha256="").exists():
        raise LetterNotMade


def reply_content(reply: Reply) -> bytes:
    """The paper kept, byte for byte. Raises one of UNREADABLE, or DocumentShredded."""
    return DocumentStore(Path(settings.DOCUMENT_ROOT)).open(reply.kept)


def reply_in_scope(reply_id: int) -> Reply:
    """Raises ReplyNotFound: row security answers, not this function."""
    reply = Reply.objects.select_related("letter").filter(pk=reply_id).first()
    if reply is None:
        raise ReplyNotFound
    return reply


def note_answered(*, reply_id: int, on: date, actor: Actor) -> None:
    """It was answered that day; once. Raises ReplyNotFound, FunctionMayNotWrite, ReplyDayOutOfOrder."""
    require_function(actor, MAY_WRITE_ONE)
    reply = reply_in_scope(reply_id)
    if on < reply.received_on:
        raise ReplyDayOutOfOrder
    Reply.objects.filter(pk=reply_id, answered_on=None).update(answered_on=on)
