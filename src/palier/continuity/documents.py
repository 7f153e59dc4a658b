"""Kept documents, out of their seals and back into new ones: by the digests of their readable bytes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from palier.mail.kept import kept_tables
from palier.mail.keys import unwrapped
from palier.mail.store import DocumentStore, Kept
from palier.mail.store.packs import pack_at

_DIGEST_SIGNS = 64
_ROWS = """
SELECT {digest}, coalesce({size}, 0), kept_key, kept_pack, kept_slot FROM {table} WHERE {digest} <> '' {which}
"""
_OF_BEFORE = """
SELECT d.pdf_sha256, coalesce(d.pdf_bytes, 0), k.wrapped FROM mail_document AS d
LEFT JOIN mail_documentkey AS k ON k.account_id = d.account_id AND k.year = extract(year FROM d.issued_on)
WHERE d.pdf_sha256 <> '' AND d.kept_pack = ''
"""
_MOVED = """
UPDATE mail_document SET kept_key = %s, kept_pack = %s, kept_slot = %s WHERE pdf_sha256 = %s AND kept_pack = ''
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """A document of the store: its digest and its readable bytes; None when no key opens it any more."""

    digest: str
    content: bytes | None


def rows_in_packs(connection: psycopg.Connection) -> Iterator[Kept]:
    """What every table of documents says of those in packs."""
    for each in kept_tables():
        statement = sql.SQL(_ROWS).format(
            digest=sql.Identifier(each.digest),
            size=sql.Identifier(each.size),
            table=sql.Identifier(each.table),
            which=sql.SQL("AND kept_pack <> ''"),
        )
        for digest, size, key, pack, slot in connection.execute(statement):
            yield Kept(digest=digest, size=size, wrapped=bytes(key or b""), pack=pack, slot=slot)


def readable_documents(connection: psycopg.Connection, store: DocumentStore) -> Iterator[Readable]:
    """Every document once, in the order of the digests. Raises DocumentAltered, DocumentMissing, KeyUnreadable."""
    found: dict[str, Kept | None] = {
        path.stem: None for path in store.root.glob("[0-9a-f][0-9a-f]/*") if path.suffix in (".pdf", ".sealed")
    }
    for digest, size, key in connection.execute(_OF_BEFORE):
        found[digest] = Kept(digest=digest, size=size, wrapped=bytes(key or b""), pack="", slot=0)
    for each in rows_in_packs(connection):
        known = found.get(each.digest)
        if each.wrapped or known is None:
            found[each.digest] = each
    for digest, where in sorted(found.items()):
        if where is None and store.path(digest).exists():
            yield Readable(digest=digest, content=store.read(digest))
        elif where is None or (where.pack and not where.wrapped):
            # What sealed it was destroyed at the end of its time: it is noise, and goes nowhere.
            yield Readable(digest=digest, content=None)
        else:
            yield Readable(digest=digest, content=store.open(where))


def keep_again(
    connection: psycopg.Connection,
    store: DocumentStore,
    digests: Sequence[str],
    read: Callable[[str], bytes],
    placed: list[str],
) -> None:
    """Keep the documents of an export where its rows say they are, under their keys; what is written goes in `placed`.

    One of before the packs enters a pack. Raises DiskFull, HomeUnreachable, KeyUnreadable.
    """
    given = set(digests)
    packs: defaultdict[str, dict[int, Kept]] = defaultdict(dict)
    for each in rows_in_packs(connection):
        if each.wrapped and each.digest in given:
            packs[each.pack][each.slot] = each
    held = {pack for pack, _ in store.shelf.packs()}
    for pack, slots in packs.items():
        if pack not in held:
            pack_at(
                store.shelf, pack, {slot: (read(each.digest), unwrapped(each.wrapped)) for slot, each in slots.items()}
            )
            placed.append(pack)
    of_before = {digest for digest, _, _ in connection.execute(_OF_BEFORE)} & given
    for digest in sorted(of_before):
        (kept,) = store.deposit([read(digest)])
        placed.append(kept.pack)
        connection.execute(_MOVED, [kept.wrapped, kept.pack, kept.slot, digest])
    named = {each.digest for slots in packs.values() for each in slots.values()} | of_before
    placed += store.keep_all(read(digest) for digest in sorted(given - named) if not store.path(digest).exists())


def take_back(store: DocumentStore, placed: Sequence[str]) -> None:
    """Remove what an import that failed had placed: packs, and papers by their digest."""
    for name in placed:
        if len(name) == _DIGEST_SIGNS:
            store.forget([name])
        else:
            store.shelf.forget(name)
