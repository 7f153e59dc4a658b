"""The documents of a lease as its tenant finds them: the list, and one document's frozen data."""

from dataclasses import dataclass, replace
from datetime import date

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseDocument:
    """A document in a list. `pdf_bytes` is None until the PDF is made."""

    id: int
    kind: str
    number: str
    lease_id: int
    month: date
    issued_on: date
    pdf_bytes: int | None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenDocument:
    """One document: its frozen bytes, and the digest of its PDF in the store, empty until it is made."""

    id: int
    kind: str
    number: str
    lease_id: int
    month: date
    data: bytes
    pdf_sha256: str
    pdf_bytes: int | None
    withdrawn_on: date | None = None


# What a document `d` says of its own sending, in its frozen bytes: whatever does not go to the space is on paper.
IS_ON_PAPER = """strpos(convert_from(d.data, 'UTF8'), '"canal":"espace"') = 0"""

_LIST = """
SELECT id, kind, number, lease_id, month, issued_on, pdf_bytes, withdrawn_on FROM mail_document
WHERE lease_id = %(lease)s AND (%(before)s::date IS NULL OR month < %(before)s)
ORDER BY month DESC, id DESC LIMIT %(limit)s
"""
_ONE = """
SELECT id, kind, number, lease_id, month, data, pdf_sha256, pdf_bytes, withdrawn_on FROM mail_document WHERE {which}
"""


def documents_of_lease(lease_id: int, *, limit: int, before: date | None = None) -> list[LeaseDocument]:
    """The latest documents of a lease, or the latest before a month."""
    return fetch(LeaseDocument, _LIST, {"lease": lease_id, "limit": limit, "before": before})


def frozen_document(document_id: int) -> FrozenDocument | None:
    """One document; None when it does not exist for whoever asks."""
    return _frozen(_ONE.format(which="id = %(id)s"), {"id": document_id})


def latest_notice(lease_id: int) -> FrozenDocument | None:
    """The last avis d’échéance of a lease, or None."""
    which = "lease_id = %(lease)s AND kind = 'AVIS_ECHEANCE' ORDER BY month DESC, id DESC LIMIT 1"
    return _frozen(_ONE.format(which=which), {"lease": lease_id})


def _frozen(statement: str, parameters: dict[str, object]) -> FrozenDocument | None:
    found = fetch_one(FrozenDocument, statement, parameters)
    # The driver gives a view over its own buffer.
    return None if found is None else replace(found, data=bytes(found.data))
