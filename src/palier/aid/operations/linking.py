"""Whose lease a number of the CAF leads to: said by the file of an old suite, or by hand for a row that waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from palier.aid.models import AidRow, Beneficiary
from palier.aid.operations.matching import deducted, judge, known_leases, take_effect, unpaid
from palier.banking.operations.settling import hold_settlements, settle_accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A number as it is kept, and its lease."""

    lease_id: int
    residence_id: int
    number_digest: str
    number_end: str


def link_numbers(links: Sequence[Link], *, by: int, at: datetime) -> int:
    """Keep whose these numbers are and judge again the rows that waited for them; how many. Called in a transaction."""
    Beneficiary.objects.bulk_create(
        [
            Beneficiary(
                lease_id=link.lease_id,
                residence_id=link.residence_id,
                number_digest=link.number_digest,
                number_end=link.number_end,
                linked_by=by,
                linked_at=at,
            )
            for link in links
        ],
        batch_size=2_000,
    )
    digests = [link.number_digest for link in links]
    waiting = list(AidRow.objects.select_for_update().filter(number_digest__in=digests, state="UNKNOWN").order_by("id"))
    known = known_leases([row.number_digest for row in waiting])
    hold_settlements()
    for row in waiting:
        lease = known[row.number_digest]
        billed = deducted([lease.lease_id], row.month)
        judge(row, lease, billed, unpaid([lease.lease_id], row.month, billed))
        row.decided_by, row.decided_at = by, at
        row.save()
        if row.state == "MATCHED":
            take_effect(row, lease, by=by, at=at)
    settle_accounts([lease.account_id for lease in known.values()], by=by, at=at)
    return len(waiting)
