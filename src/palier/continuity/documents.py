"""Kept documents, out of their seals and back into new ones: by the digests of their readable bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from palier.mail.keys import unwrapped
from palier.mail.store import DocumentStore

_KEYS = """
SELECT d.pdf_sha256, k.wrapped FROM mail_document AS d
JOIN mail_documentkey AS k ON k.account_id = d.account_id AND k.year = extract(year FROM d.issued_on)
WHERE d.pdf_sha256 <> ''
"""
_TOGETHER = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A document of the store: its digest and its readable bytes; None when no key opens it any more."""

    digest: str
    content: bytes | None


def keys_by_digest(connection: psycopg.Connection) -> dict[str, bytes]:
    """The keys of sealed documents. Raises KeyUnreadable."""
    return {digest: unwrapped(bytes(sealed)) for digest, sealed in connection.execute(_KEYS)}


def kept_documents(root: Path, keys: Mapping[str, bytes]) -> Iterator[Kept]:
    """Every document of the store, in the order of the digests. Raises DocumentAltered."""
    store = DocumentStore(root)
    digests = {path.stem for path in root.glob("[0-9a-f][0-9a-f]/*") if path.suffix in (".pdf", ".sealed")}
    for digest in sorted(digests):
        key = keys.get(digest)
        if key is None and not store.path(digest).exists():
            # What sealed it was destroyed at the end of its time: it is noise, and goes nowhere.
            yield Kept(digest=digest, content=None)
        else:
            yield Kept(digest=digest, content=store.read(digest, key=key))


def keep_again(root: Path, contents: Iterator[bytes], digests: Iterator[str], keys: Mapping[str, bytes]) -> int:
    """Keep documents under the seals of this landlord; how many. Raises DiskFull."""
    store = DocumentStore(root)
    count = 0
    waiting: list[tuple[bytes, bytes | None]] = []

    def flush() -> None:
        store.keep_all([content for content, _ in waiting], [key for _, key in waiting])
        waiting.clear()

    for content, digest in zip(contents, digests, strict=True):
        waiting.append((content, keys.get(digest)))
        count += 1
        if len(waiting) == _TOGETHER:
            flush()
    if waiting:
        flush()
    return count
