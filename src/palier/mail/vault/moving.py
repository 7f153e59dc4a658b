"""What was kept the way of before goes in packs, and packs that are mostly noise are made shorter."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from django.db import connection

from palier.foundation.errors import Refusal
from palier.foundation.turns import alone
from palier.mail.documents import kept_of
from palier.mail.kept import alive_slots, kept_tables
from palier.mail.models import Document
from palier.mail.store import DocumentAltered, DocumentMissing, DocumentStore
from palier.mail.store.packs import PackAltered, PackMissing, bytes_in, shorten
from palier.mail.vault.rooting import MOTIVE
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch, Scope
from palier.privacy.policy import declared_tables

COMMAND: Final = "rangement des documents"
_AT_ONCE: Final = 250
# A batch writes its pack, then its rows: for a day, a pack that no row names may be one of these.
_SETTLED_SECONDS: Final = 24 * 3600
# A pack is written again once noise is more than this share of it.
_MOSTLY: Final = 0.5
_HELD: Final = "SELECT id FROM mail_document WHERE id = ANY (%s) AND kept_pack = '' ORDER BY id FOR UPDATE"
_PLACED: Final = """
UPDATE mail_document AS d SET kept_key = m.key, kept_pack = m.pack, kept_slot = m.slot
FROM unnest(%s::bigint[], %s::bytea[], %s::text[], %s::int[]) AS m (id, key, pack, slot) WHERE d.id = m.id
"""
# A key goes with the last document of its account and year that it still sealed.
_KEYS_DONE: Final = """
DELETE FROM mail_documentkey AS k WHERE NOT EXISTS (
    SELECT FROM mail_document AS d
    WHERE d.account_id = k.account_id AND extract(year FROM d.issued_on) = k.year
      AND d.kept_pack = '' AND d.pdf_sha256 <> '')
"""

Listener = Callable[[str, int, int], None]


class PacksInHand(Refusal):
    """Les paquets de documents sont déjà rangés par un autre travail : attendez sa fin, puis recommencez."""


class TableNotSeenWhole(Exception):
    """A table of documents that the job does not read whole: what it hides would be taken for noise."""


def move_to_packs(store: DocumentStore, *, operator: str, listener: Listener | None = None) -> tuple[int, int]:
    """Put in packs every document kept before them, a batch a transaction; how many, and how many cannot be read.

    The pack is on the disk before its rows name it, and the old file goes after: killed, it is gone on with.
    """
    moved, unreadable, after = 0, 0, 0
    with _job(operator):
        total = Document.objects.filter(kept_pack="").exclude(pdf_sha256="").count()
    while True:
        with _job(operator):
            waiting = Document.objects.filter(kept_pack="", pk__gt=after).exclude(pdf_sha256="").order_by("pk")
            ids = list(waiting.values_list("pk", flat=True)[:_AT_ONCE])
            if not ids:
                break
            after = ids[-1]
            done, lost, digests = _move(store, ids)
        # Committed: the rows name the packs, and nothing names the files any more.
        store.forget(digests)
        moved, unreadable = moved + done, unreadable + lost
        if listener is not None:
            listener("Documents rangés", moved + unreadable, total)
    with _job(operator), connection.cursor() as cursor:
        cursor.execute(_KEYS_DONE)
    return moved, unreadable


def compact(store: DocumentStore, *, operator: str, at: datetime) -> tuple[int, int]:
    """Make shorter the packs that are mostly noise; how many, and the bytes won.

    One process at a time: a pack made shorter while another copies it would be copied by places that moved.
    Raises PacksInHand, TableNotSeenWhole.
    """
    _check_seen_whole()
    with alone("palier.packs") as is_alone:
        if not is_alone:
            raise PacksInHand
        return _made_shorter(store, operator, at)


def _made_shorter(store: DocumentStore, operator: str, at: datetime) -> tuple[int, int]:
    with _job(operator):
        alive = alive_slots()
    shortened = won = 0
    for pack, written_at in list(store.shelf.packs()):
        if at.timestamp() - written_at < _SETTLED_SECONDS:
            continue
        try:
            sizes = bytes_in(store.shelf, pack)
            noise = sum(size for slot, size in sizes.items() if slot not in alive.get(pack, ()))
            if not sizes or noise > _MOSTLY * sum(sizes.values()):
                won += shorten(store.shelf, pack, alive.get(pack, set()))
                shortened += 1
        except (PackMissing, PackAltered):
            # The control says it: what is doubtful is left as it is.
            continue
    return shortened, won


def _move(store: DocumentStore, ids: list[int]) -> tuple[int, int, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [ids])
        held = [number for (number,) in cursor.fetchall()]
    contents: dict[int, bytes] = {}
    where = kept_of(held)
    for number, kept in where.items():
        try:
            contents[number] = store.open(kept)
        except (DocumentMissing, DocumentAltered):
            continue
    placed = store.deposit(contents.values())
    with connection.cursor() as cursor:
        cursor.execute(
            _PLACED,
            [
                list(contents),
                [each.wrapped for each in placed],
                [each.pack for each in placed],
                [each.slot for each in placed],
            ],
        )
    # The same bytes twice were one file: it goes with the last row that names it.
    digests = {where[number].digest for number in contents}
    still = Document.objects.filter(kept_pack="", pdf_sha256__in=digests).values_list("pdf_sha256", flat=True)
    return len(contents), len(held) - len(contents), sorted(digests - set(still))


def _check_seen_whole() -> None:
    declared = {access.table: access for access in declared_tables()}
    for each in kept_tables():
        reads = [read for read in declared[each.table].reads if Batch.MAIL in read.by and read.scope is Scope.ALL]
        if not any(not read.where and (not read.columns or "kept_slot" in read.columns) for read in reads):
            raise TableNotSeenWhole(each.table)


def _job(operator: str) -> AbstractContextManager[Reading]:
    return batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=())
