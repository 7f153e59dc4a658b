"""Papers joined to a message: made anew from their pages, each sealed under a key of its own in the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Sum

from palier.exchanges.models import Attachment, Message
from palier.foundation.errors import Refusal
from palier.foundation.papers import Paper, PaperRefused, content_type, remade
from palier.mail.store import DocumentStore
from palier.mail.vault.noting import Noted, Owner, note

MOST_PAPERS: Final = 3
MOST_IN_A_DAY: Final = 20
# What one person may keep in their threads, as in « Mes documents ».
MOST_BYTES: Final = 50 * 1024 * 1024


class TooManyPapers(Refusal):
    """Trois fichiers au plus par message : enlevez-en, puis envoyez de nouveau."""


class TooManyPapersToday(Refusal):
    """Vous avez déjà joint vingt fichiers aujourd’hui. Recommencez demain."""


class TooMuchJoined(Refusal):
    """Vos échanges contiennent déjà beaucoup de fichiers. Apportez celui-ci à l’agence."""


# What may be said of the files alone, beside them.
OF_FILES: Final = (PaperRefused, TooManyPapers, TooManyPapersToday, TooMuchJoined)


def made_anew(given: Sequence[bytes]) -> list[Paper]:
    """The papers given, without a byte of their files but pixels and pages; nothing is kept yet.

    Raises TooManyPapers, PaperRefused and its like.
    """
    if len(given) > MOST_PAPERS:
        raise TooManyPapers
    return [remade(each) for each in given]


def refuse_too_much(papers: Sequence[bytes], *, person_id: int, at: datetime) -> None:
    """Raises TooManyPapersToday, TooMuchJoined: of what a tenant sends, whichever the thread."""
    if not papers:
        return
    own = Attachment.objects.filter(person_id=person_id, message__author="TENANT")
    if own.filter(message__at__gt=at - timedelta(days=1)).count() + len(papers) > MOST_IN_A_DAY:
        raise TooManyPapersToday
    kept = own.aggregate(size=Sum("byte_count"))["size"] or 0
    if kept + sum(len(each) for each in papers) > MOST_BYTES:
        raise TooMuchJoined


def keep_papers(papers: Sequence[Paper], *, message: Message, by: str, at: datetime) -> None:
    """Keep papers beside their message, noted in the journal of documents of the thread's person.

    `by`: who joins them, as that journal says it. Raises NotKeptNow: then the message is not sent either.
    """
    if not papers:
        return
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    owner = Owner(residence_id=message.residence_id, person_id=message.person_id)
    for paper, kept in zip(papers, store.deposit_given([each.content for each in papers]), strict=True):
        made = Attachment(
            message=message,
            thread_id=message.thread_id,
            lease_id=message.lease_id,
            residence_id=message.residence_id,
            person_id=message.person_id,
            media_type=content_type(paper.content),
            page_count=paper.pages,
        )
        made.hold(kept)
        made.save(force_insert=True)
        note([Noted(kind="DEPOSITED", sha256=kept.digest, owner=owner)], by=by, at=at)
