"""The keys of kept documents: one an account and a year, random, wrapped by the installation's own secret.

The files of documents are sealed by them. Once the row of a key is gone the bytes are noise, in every copy of the
folder, however old: this is how a document ends in the backups too. The digest stays that of the readable PDF.
"""

from collections.abc import Iterable
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection

from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.foundation.sealing import SealBroken, sealed, unsealed
from palier.foundation.staging import insert_rows
from palier.mail.store import DocumentStore

# The name of its file.
_WRAPPED_UNDER = "document_key"
_KEY_BYTES = 32


class KeyUnreadable(Refusal):
    """La clé de ce document ne s’ouvre pas avec le secret de cette installation : restaurez le fichier document_key
    du dossier des secrets."""


# The accounts of the month whose documents wait for their PDF, and that have no key for the year of issue.
_WITHOUT_KEY = """
SELECT DISTINCT d.account_id, extract(year FROM d.issued_on)::int AS year, d.residence_id, d.lease_id
FROM mail_document AS d
LEFT JOIN mail_documentkey AS k ON k.account_id = d.account_id AND k.year = extract(year FROM d.issued_on)
WHERE d.month = %s AND d.rendered_at IS NULL AND k.id IS NULL
"""
_OF_DOCUMENTS = """
SELECT d.id, k.wrapped FROM mail_document AS d
JOIN mail_documentkey AS k ON k.account_id = d.account_id AND k.year = extract(year FROM d.issued_on)
WHERE d.id = ANY (%s)
"""


def make_keys(*, month: Month, at: datetime) -> int:
    """Draw the keys that the month's documents lack; how many. Committed before any file is sealed by them."""
    with connection.cursor() as cursor:
        # Two processes at once would draw two keys for one account.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier document keys'))")
        cursor.execute(_WITHOUT_KEY, [month.first_day])
        wanted = cursor.fetchall()
    rows = [(*subject, wrapped(AESGCM.generate_key(8 * _KEY_BYTES)), at) for subject in wanted]
    return insert_rows(
        "mail_documentkey", ("account_id", "year", "residence_id", "lease_id", "wrapped", "made_at"), rows
    )


def keys_of(document_ids: Iterable[int]) -> dict[int, bytes]:
    """The keys of these documents, by document; a document of before the keys has none. Raises KeyUnreadable."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_DOCUMENTS, [list(document_ids)])
        return {number: unwrapped(bytes(kept)) for number, kept in cursor.fetchall()}


def pdf_of(document_id: int, digest: str, *, store: DocumentStore) -> bytes:
    """The exact bytes of a document. Raises DocumentMissing, DocumentAltered, KeyUnreadable."""
    return store.read(digest, key=keys_of([document_id]).get(document_id))


def wrapped(key: bytes) -> bytes:
    """A key as the database holds it."""
    return sealed(key, under=_WRAPPED_UNDER)


def unwrapped(kept: bytes) -> bytes:
    """The key behind it. Raises KeyUnreadable."""
    try:
        return unsealed(kept, under=_WRAPPED_UNDER)
    except SealBroken as error:
        raise KeyUnreadable from error
