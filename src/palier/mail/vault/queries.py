"""What is known of one document: its events in plain words, and the proof that goes away with it."""

import base64
import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256 as digest_of
from importlib.resources import files
from typing import Final
from uuid import UUID

from palier.foundation.reading import fetch
from palier.mail.models import PackControl, VaultEvent, VaultRoot
from palier.mail.vault.proving import VERSION, Told, cut, path_of
from palier.mail.vault.rooting import MOTIVE
from palier.mail.vault.standalone import EVENT, FORMAT, findings_of
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.privacy.journal.canonical import instant_text

_EVENTS: Final = """
SELECT ref, at, kind, sha256, by, root_number, {mine} AS is_mine
FROM {journal} WHERE sha256 = %(sha256)s ORDER BY at, id LIMIT %(limit)s
"""
# A person who reads a paper every day for years: the proof holds its first events, and its end.
_MOST: Final = 2_000

logger = logging.getLogger("palier.documents")


class EventNotInRoot(Exception):
    """A root that does not hold an event it covers: someone changed the one or the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEvent:
    """One line of the journal of a document. `root_number` is None until the night.

    `is_mine` says whether it was the reader, or their helper; None when the journal does not hold who it was.
    """

    ref: UUID
    at: datetime
    kind: str
    sha256: str
    by: str
    root_number: int | None
    is_mine: bool | None


def events_of_document(
    sha256: str, *, limit: int = _MOST, journal: str = "", reader_id: int | None = None
) -> list[DocumentEvent]:
    """The journal of one document, the first line first: those lines that whoever asks may read."""
    table = journal or VaultEvent._meta.db_table
    mine = "NULL::boolean" if journal else "doer_id = %(reader)s::bigint"
    asked = {"sha256": sha256, "limit": limit, "reader": reader_id}
    return fetch(DocumentEvent, _EVENTS.format(journal=table, mine=mine), asked)


def proof_of(sha256: str, *, journal: str = "") -> dict[str, object]:
    """What proves the events of a document without Palier: each with the way to the head of its day.

    Events of today wait for their root: they are counted apart. Raises EventNotInRoot.
    """
    events = events_of_document(sha256, journal=journal)
    numbers = {event.root_number for event in events if event.root_number is not None}
    roots = {root.number: root for root in VaultRoot.objects.filter(number__in=numbers)}
    leaves = {number: cut(bytes(root.leaves)) for number, root in roots.items()}
    told = [
        _entry(event, roots[event.root_number], leaves[event.root_number])
        for event in events
        if event.root_number is not None
    ]
    return {"format": FORMAT, "sha256": sha256, "waiting": len(events) - len(told), "events": told}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What a control of one document says: whether it holds, since when, and whether an authority stamped it."""

    holds: bool
    since: datetime | None
    is_stamped: bool


def proven(sha256: str, *, content: bytes | None) -> Proven:
    """Compare a document with its proof. No content: it could not be read."""
    try:
        proof = proof_of(sha256)
    except EventNotInRoot:
        logger.exception("the journal of the document %s is not that of its roots", sha256)
        return Proven(holds=False, since=None, is_stamped=False)
    entries = proof["events"]
    holds = content is not None and digest_of(content).hexdigest() == sha256
    if not isinstance(entries, list) or not entries:
        return Proven(holds=holds, since=None, is_stamped=False)
    first = entries[0]["root"]
    return Proven(
        holds=holds and not findings_of(proof, document=content, heads=None),
        since=datetime.fromisoformat(first["made_at"]),
        is_stamped=first["stamp"] is not None,
    )


def last_control(pack: str) -> datetime | None:
    """When the night last read a pack whole and found it sound; None before, or when it did not hold."""
    return PackControl.objects.filter(pack=pack, finding="").values_list("controlled_at", flat=True).first()


def proof_for_operator(sha256: str, *, operator: str) -> dict[str, object]:
    """The same for who runs the machine: digests and dates, no one's name. Opens its own transaction."""
    with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command="documents proof", categories=()):
        return proof_of(sha256)


def verifier_source() -> str:
    """The program that verifies a proof, to give with it."""
    return (files("palier.mail.vault") / "standalone.py").read_text(encoding="utf-8")


def _entry(event: DocumentEvent, root: VaultRoot, leaves: list[bytes]) -> dict[str, object]:
    told = Told(ref=event.ref, at=event.at, kind=event.kind, sha256=event.sha256, by=event.by)
    try:
        path = path_of(leaves, told.leaf)
    except ValueError as error:
        raise EventNotInRoot(event.ref) from error
    return {
        "event": dict(zip(EVENT, told.canonical, strict=True)),
        "path": [list(step) for step in path],
        "root": {
            "version": VERSION,
            "number": root.number,
            "day": str(root.day),
            "leaves": root.leaf_count,
            "root": root.root_sha256,
            "previous": root.previous_sha256,
            "head": root.head_sha256,
            "made_at": instant_text(root.made_at),
            "stamp": base64.b64encode(bytes(root.stamp)).decode("ascii") if root.stamp is not None else None,
        },
    }
