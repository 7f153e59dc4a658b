"""What a supplier lists of their invoices."""

from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnInvoice:
    """An invoice as its supplier lists it. Amounts in cents."""

    id: int
    number: str
    issued_on: date
    due_on: date
    net_cents: int
    vat_cents: int
    total_cents: int
    is_trial: bool


def own_invoices(person_id: int, *, limit: int) -> list[OwnInvoice]:
    """A supplier's own invoices, the latest first; row security leaves out the others."""
    return fetch(
        OwnInvoice,
        """SELECT id, number, issued_on, due_on, net_cents, vat_cents, total_cents, is_trial
           FROM purchasing_selfbilledinvoice WHERE person_id = %(person)s
           ORDER BY issued_on DESC, id DESC LIMIT %(limit)s""",
        {"person": person_id, "limit": limit},
    )
