"""The bytes of the documents of leases: where each is kept, found by its row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from palier.foundation.reading import fetch, fetch_one
from palier.mail.store import DocumentMissing, DocumentStore, Kept
from palier.mail.vault.noting import Owner

# One that was kept before the packs opens by the key of its account and year; older still, it has none.
_KEPT = """
SELECT d.id, d.pdf_sha256, coalesce(d.pdf_bytes, 0), coalesce(d.kept_key, k.wrapped), d.kept_pack, d.kept_slot
FROM mail_document AS d
LEFT JOIN mail_documentkey AS k
    ON d.kept_pack = '' AND k.account_id = d.account_id AND k.year = extract(year FROM d.issued_on)
WHERE d.id = ANY (%s) AND d.pdf_sha256 <> ''
"""

_HELD = """
SELECT id, kind, number, lease_id, residence_id, issued_on, rendered_at, pdf_sha256 AS sha256,
       coalesce(pdf_bytes, 0) AS byte_count, kept_pack AS pack
FROM mail_document WHERE {which} AND pdf_sha256 <> '' ORDER BY issued_on DESC, id DESC
"""
_COUNTED = """
SELECT kind AS family, extract(year FROM issued_on)::int AS year, count(*) AS count, sum(coalesce(pdf_bytes, 0)) AS size
FROM mail_document WHERE lease_id = ANY (%(leases)s) AND pdf_sha256 <> '' GROUP BY 1, 2
UNION ALL
SELECT 'DEPOT', extract(year FROM deposited_at)::int, count(*), sum(byte_count)
FROM mail_deposit WHERE person_id = %(person)s AND destroyed_at IS NULL GROUP BY 2
ORDER BY 2 DESC, 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDocument:
    """What is known of a document of a lease, but its content."""

    id: int
    kind: str
    number: str
    lease_id: int
    residence_id: int
    issued_on: date
    rendered_at: datetime | None
    sha256: str
    byte_count: int
    pack: str

    @property
    def owner(self) -> Owner:
        """Whose it is, for the journal."""
        return Owner(lease_id=self.lease_id, residence_id=self.residence_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many documents of a family and a year, and their bytes."""

    family: str
    year: int
    count: int
    size: int


def held_document(document_id: int) -> HeldDocument | None:
    """One document that has its PDF; None when it does not exist for whoever asks."""
    return fetch_one(HeldDocument, _HELD.format(which="id = %(id)s"), {"id": document_id})


def held_documents() -> list[HeldDocument]:
    """All those that row security gives whoever asks, the newest first: for a person, those of their leases."""
    return fetch(HeldDocument, _HELD.format(which="true"), {})


def counted(lease_ids: Iterable[int], *, person_id: int) -> list[Counted]:
    """How many documents a person has, by family and year; their own papers are the family DEPOT."""
    return fetch(Counted, _COUNTED, {"leases": list(lease_ids), "person": person_id})


def kept_of(document_ids: Iterable[int]) -> dict[int, Kept]:
    """Where the PDFs of these documents are, by document; one that has none yet is not there."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [list(document_ids)])
        return {
            number: Kept(digest=digest, size=size, wrapped=bytes(key or b""), pack=pack, slot=slot)
            for number, digest, size, key, pack, slot in cursor.fetchall()
        }


def pdf_of(document_id: int, digest: str, *, store: DocumentStore) -> bytes:
    """The exact bytes of a document. Raises one of UNREADABLE, or DocumentShredded."""
    kept = kept_of([document_id]).get(document_id)
    if kept is None or kept.digest != digest:
        raise DocumentMissing(digest=digest)
    return store.open(kept)
