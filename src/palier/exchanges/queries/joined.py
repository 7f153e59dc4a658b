"""The papers joined to messages: row security gives each side those of the threads that it reads."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from palier.exchanges.models import Attachment
from palier.foundation.reading import fetch
from palier.mail.store import Kept
from palier.mail.vault.noting import Owner

_ENDS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedPaper:
    """A paper as a page lists it: what it is, its pages, its weight. The name of the file given is not kept."""

    id: int
    message_id: int
    media_type: str
    page_count: int
    byte_count: int

    @property
    def is_pdf(self) -> bool:
        return self.media_type == "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPaper:
    """Where a paper is kept, whose thread it is in, and the name under which it is given."""

    thread_id: int
    person_id: int
    said_at: datetime
    media_type: str
    name: str
    owner: Owner
    kept: Kept


def papers_joined(thread_id: int) -> dict[int, list[JoinedPaper]]:
    """Those of a thread, by message."""
    found = fetch(
        JoinedPaper,
        """SELECT id, message_id, media_type, page_count, byte_count FROM exchanges_attachment
           WHERE thread_id = %(thread)s ORDER BY id LIMIT 1200""",
        {"thread": thread_id},
    )
    by_message: defaultdict[int, list[JoinedPaper]] = defaultdict(list)
    for each in found:
        by_message[each.message_id].append(each)
    return by_message


def held_paper(paper_id: int) -> HeldPaper | None:
    """One; None when it does not exist for whoever asks."""
    row = Attachment.objects.select_related("message").filter(pk=paper_id).first()
    return None if row is None else _held(row)


def papers_of_person(person_id: int) -> list[HeldPaper]:
    """Every paper of one's threads, one's own and the agency's."""
    rows = Attachment.objects.select_related("message").filter(person_id=person_id)
    return [_held(row) for row in rows.order_by("id")]


def _held(row: Attachment) -> HeldPaper:
    return HeldPaper(
        thread_id=row.thread_id,
        person_id=row.person_id,
        said_at=row.message.at,
        media_type=row.media_type,
        name=f"echange-{row.thread_id}-{row.pk}.{_ENDS[row.media_type]}",
        owner=Owner(residence_id=row.residence_id, person_id=row.person_id),
        kept=row.kept,
    )
