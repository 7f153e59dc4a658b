"""The head of the journal, given where nobody who holds the database can take it back.

Each channel is tried apart and tells what came of it; one that refuses stops neither the others nor the seal.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french
from palier.foundation.mailing import leave_mail
from palier.privacy.journal.canonical import instant_text
from palier.privacy.journal.sealing import last_block
from palier.privacy.journal.timestamps import ask_for_timestamp
from palier.privacy.models import PublicationChannel


class NothingSealed(Refusal):
    """Rien n’est encore scellé : lancez d’abord « palier journal seal »."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is published: a block's number, its hash, when it was sealed."""

    number: int
    head: str
    sealed_at: datetime

    @property
    def line(self) -> str:
        told = {"number": self.number, "head": self.head, "sealed_at": instant_text(self.sealed_at)}
        return json.dumps(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What came of one channel: `refusal` is the sentence when it did not work, empty otherwise."""

    channel: str
    number: int
    refusal: str = ""


def last_head() -> Head:
    """The head to publish. Raises NothingSealed."""
    with connection.cursor() as cursor:
        last = last_block(cursor)
    if last is None:
        raise NothingSealed
    block, head = last
    return Head(number=block.number, head=head, sealed_at=block.sealed_at)


def publish_head(*, at: datetime) -> tuple[Published, ...]:
    """Publish the last head by every channel of the settings, and keep what came of each. Raises NothingSealed."""
    head = last_head()
    told = []
    for channel, give in _channels():
        proof, refusal = b"", None
        try:
            proof = give(head)
        except Refusal as refused:
            refusal = refused
        keep_publication(head, channel, at=at, proof=proof, refusal=type(refusal).__name__ if refusal else "")
        told.append(Published(channel=channel, number=head.number, refusal=str(refusal) if refusal else ""))
    return tuple(told)


def _channels() -> list[tuple[str, Callable[[Head], bytes]]]:
    channels: list[tuple[str, Callable[[Head], bytes]]] = [(PublicationChannel.FILE, _to_file)]
    if settings.PALIER_JOURNAL_MAIL_TO:
        channels.append((PublicationChannel.MAIL, _to_mail))
    if settings.PALIER_JOURNAL_TIMESTAMP_URL:
        channels.append((PublicationChannel.TIMESTAMP, _to_authority))
    return channels


def _to_file(head: Head) -> bytes:
    path: Path = settings.PALIER_JOURNAL_HEADS
    with told_in_french(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{head.line}\n")
            file.flush()
            os.fsync(file.fileno())
    return b""


def _to_mail(head: Head) -> bytes:
    """Simulated: the message is written where a mail server would take it."""
    leave_mail(
        settings.PALIER_JOURNAL_HEADS.parent / "courriels",
        name=f"bloc-{head.number}",
        to=settings.PALIER_JOURNAL_MAIL_TO,
        subject=f"Journal des lectures : empreinte du bloc {head.number}",
        body=f"Gardez ce message : il prouve que le journal n’a pas été refait.\n\n{head.line}\n",
    )
    return b""


def _to_authority(head: Head) -> bytes:
    return ask_for_timestamp(
        settings.PALIER_JOURNAL_TIMESTAMP_URL,
        bytes.fromhex(head.head),
        authority=settings.PALIER_JOURNAL_TIMESTAMP_CA,
    )


def keep_publication(head: Head, channel: str, *, at: datetime, proof: bytes = b"", refusal: str = "") -> None:
    """Keep what came of a publication: the proof that came back, or the name of the refusal."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO privacy_journalpublication (number, channel, at, refusal, proof)
               VALUES (%s, %s, %s, %s, %s)""",
            [head.number, channel, at, refusal[:32], proof],
        )
