"""What a tenant asks of the month: the last notice that is sealed. Row security hides drafts from them anyway."""

from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBill:
    id: int
    month: date


def last_sealed_bill(lease_id: int) -> SealedBill | None:
    """The newest sealed bill of a lease, or None."""
    return fetch_one(
        SealedBill,
        """SELECT b.id, b.month FROM quittancement_bill AS b JOIN quittancement_run AS r ON r.id = b.run_id
           WHERE b.lease_id = %(lease)s AND r.state = 'SEALED' ORDER BY b.month DESC, b.rank DESC LIMIT 1""",
        {"lease": lease_id},
    )
