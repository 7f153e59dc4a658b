"""The bytes of the documents of leases: where each is kept, found by its row."""

from collections.abc import Iterable

from django.db import connection

from palier.mail.store import DocumentMissing, DocumentStore, Kept

# One that was kept before the packs opens by the key of its account and year; older still, it has none.
_KEPT = """
SELECT d.id, d.pdf_sha256, coalesce(d.pdf_bytes, 0), coalesce(d.kept_key, k.wrapped), d.kept_pack, d.kept_slot
FROM mail_document AS d
LEFT JOIN mail_documentkey AS k
    ON d.kept_pack = '' AND k.account_id = d.account_id AND k.year = extract(year FROM d.issued_on)
WHERE d.id = ANY (%s) AND d.pdf_sha256 <> ''
"""


def kept_of(document_ids: Iterable[int]) -> dict[int, Kept]:
    """Where the PDFs of these documents are, by document; one that has none yet is not there."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [list(document_ids)])
        return {
            number: Kept(digest=digest, size=size, wrapped=bytes(key or b""), pack=pack, slot=slot)
            for number, digest, size, key, pack, slot in cursor.fetchall()
        }


def pdf_of(document_id: int, digest: str, *, store: DocumentStore) -> bytes:
    """The exact bytes of a document. Raises DocumentMissing, DocumentAltered, DocumentShredded, KeyUnreadable."""
    kept = kept_of([document_id]).get(document_id)
    if kept is None or kept.digest != digest:
        raise DocumentMissing(digest=digest)
    return store.open(kept)
