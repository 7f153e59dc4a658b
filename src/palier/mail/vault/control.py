"""The control of packs: each read whole, each of its documents opened and compared with its digest.

A share of them each night, those controlled longest ago first, so that all are read within the days of a round. A byte
that changed anywhere is found, in what nothing opens any more too.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from psycopg import sql

from palier.mail.documents import kept_of
from palier.mail.kept import kept_tables
from palier.mail.keys import KeyUnreadable
from palier.mail.models import Document, PackControl
from palier.mail.store import DocumentAltered, DocumentMissing, DocumentStore, Kept, NotReadNow
from palier.mail.store.packs import PackAltered, PackMissing, check_pack
from palier.mail.store.s3 import StorageRefuses, StorageSilent
from palier.mail.vault.noting import Noted, Owner, note
from palier.mail.vault.queries import Proven, proven
from palier.mail.vault.rooting import MOTIVE
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch

COMMAND: Final = "contrôle des documents"
# Every pack is read again within so many nights.
ROUND_NIGHTS: Final = 30
_AT_ONCE: Final = 500
_IN_PACK: Final = """
SELECT {digest}, coalesce({size}, 0), kept_key, kept_slot FROM {table} WHERE kept_pack = %s AND kept_key IS NOT NULL
"""
_PACKS: Final = "SELECT DISTINCT kept_pack FROM {table} WHERE kept_pack <> '' AND kept_key IS NOT NULL"

logger = logging.getLogger("palier.documents")

Listener = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What does not hold: a pack, and how many of its documents do not open; no pack: one kept the way of before."""

    pack: str
    finding: str
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Controlled:
    """What one control read, and what it found; the unread are packs that the storage did not give this time."""

    packs: int
    documents: int
    bytes: int
    faults: tuple[Fault, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlState:
    """Where the control stands, for who looks after the machine."""

    packs: int
    faults: tuple[Fault, ...]
    last_at: datetime | None
    oldest_at: datetime | None


def control(
    store: DocumentStore, *, everything: bool, operator: str, at: datetime, listener: Listener | None = None
) -> Controlled:
    """Read a night's share of the packs, or all of them. Opens its own transactions; a fault is written and logged."""
    with _job(operator):
        packs = _to_read(everything)
    faults: list[Fault] = []
    unread: list[str] = []
    documents = size = 0
    for rank, pack in enumerate(packs):
        try:
            with _job(operator):
                found, held, length = _control_pack(store, pack)
                documents, size = documents + held, size + length
                _write(pack, found, length, at)
        except (StorageSilent, StorageRefuses, NotReadNow):
            # Not written as read: it keeps its turn, which is the first of the next night.
            unread.append(pack)
            found = None
        if found is not None:
            faults.append(found)
        if listener is not None:
            listener("Paquets relus", rank + 1, len(packs))
    if everything:
        with _job(operator):
            before, lost = _control_of_before(store)
        documents += before
        faults += [Fault(pack="", finding="ALTERED", documents=lost)] if lost else []
    for fault in faults:
        logger.error(
            "a pack of documents does not hold: %s %s, %s documents", fault.pack, fault.finding, fault.documents
        )
    if unread:
        logger.error("packs not read, the storage does not give them: %s", ", ".join(unread))
    return Controlled(
        packs=len(packs) - len(unread), documents=documents, bytes=size, faults=tuple(faults), unread=tuple(unread)
    )


def control_one(store: DocumentStore, kept: Kept) -> bytes | None:
    """Read one document and compare it with its digest: its bytes when it holds. Raises NotReadNow."""
    try:
        return store.open(kept)
    except (DocumentMissing, DocumentAltered, KeyUnreadable) as fault:
        logger.error("%s", fault)
        return None


def control_document(store: DocumentStore, kept: Kept, owner: Owner, *, by: str, at: datetime) -> Proven:
    """Read a document that a person asks about, compare it with its proof, and note what was found. Inside `acting`.

    Raises NotReadNow: nothing is noted of what was not compared.
    """
    found = proven(kept.digest, content=control_one(store, kept))
    kind = "CONTROLLED" if found.holds else "FAULTY"
    note([Noted(kind=kind, sha256=kept.digest, owner=owner)], by=by, at=at)
    return found


def control_state() -> ControlState:
    """Where the control stands. Inside `acting` or `batch`."""
    rows = list(
        PackControl.objects.order_by("controlled_at").values_list("pack", "finding", "spoilt_count", "controlled_at")
    )
    return ControlState(
        packs=len(rows),
        faults=tuple(Fault(pack=pack, finding=finding, documents=lost) for pack, finding, lost, _ in rows if finding),
        last_at=rows[-1][3] if rows else None,
        oldest_at=rows[0][3] if rows else None,
    )


def packs_in_use() -> set[str]:
    """The packs that a row still names with a key, of every table."""
    found: set[str] = set()
    for each in kept_tables():
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(_PACKS).format(table=sql.Identifier(each.table)))
            found.update(pack for (pack,) in cursor.fetchall())
    return found


def _to_read(everything: bool) -> list[str]:
    """Those never read first, then those read longest ago; those that did not hold are read each night."""
    known = dict(PackControl.objects.values_list("pack", "controlled_at"))
    faulty = set(PackControl.objects.exclude(finding="").values_list("pack", flat=True))
    packs = packs_in_use()
    PackControl.objects.filter(pack__in=known.keys() - packs).delete()
    in_turn = sorted(packs - known.keys()) + sorted(packs & known.keys(), key=lambda pack: (known[pack], pack))
    if everything:
        return in_turn
    share = -(-len(in_turn) // ROUND_NIGHTS)
    return in_turn[:share] + [pack for pack in in_turn[share:] if pack in faulty]


def _control_pack(store: DocumentStore, pack: str) -> tuple[Fault | None, int, int]:
    finding, size = "", 0
    try:
        size = check_pack(store.shelf, pack)
    except PackMissing:
        finding = "MISSING"
    except PackAltered:
        finding = "ALTERED"
    documents = _in_pack(pack)
    spoilt = sum(control_one(store, kept) is None for kept in documents)
    if spoilt and not finding:
        finding = "ALTERED"
    return (Fault(pack=pack, finding=finding, documents=spoilt) if finding else None), len(documents), size


def _in_pack(pack: str) -> list[Kept]:
    found = []
    for each in kept_tables():
        statement = sql.SQL(_IN_PACK).format(
            digest=sql.Identifier(each.digest), size=sql.Identifier(each.size), table=sql.Identifier(each.table)
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [pack])
            found += [
                Kept(digest=digest, size=size, wrapped=bytes(key), pack=pack, slot=slot)
                for digest, size, key, slot in cursor.fetchall()
            ]
    return found


def _control_of_before(store: DocumentStore) -> tuple[int, int]:
    """Those that are not in a pack yet: how many, and how many do not hold."""
    waiting = list(Document.objects.filter(kept_pack="").exclude(pdf_sha256="").values_list("pk", flat=True))
    lost = 0
    for at in range(0, len(waiting), _AT_ONCE):
        lost += sum(control_one(store, kept) is None for kept in kept_of(waiting[at : at + _AT_ONCE]).values())
    return len(waiting), lost


def _write(pack: str, fault: Fault | None, size: int, at: datetime) -> None:
    PackControl.objects.update_or_create(
        pack=pack,
        defaults={
            "controlled_at": at,
            "byte_count": size,
            "finding": fault.finding if fault else "",
            "spoilt_count": fault.documents if fault else 0,
        },
    )


def _job(operator: str) -> AbstractContextManager[Reading]:
    return batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=())
