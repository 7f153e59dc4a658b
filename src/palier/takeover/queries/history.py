"""The account as the old suite kept it: read beside ours, never added to it."""

from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerMonth:
    """What the old suite billed and received for one month, in cents; a payment is shown positive."""

    month: date
    billed_cents: int
    paid_cents: int


_MONTHS = """
SELECT month, coalesce(sum(amount_cents) FILTER (WHERE heading <> 'PAYMENT'), 0)::bigint AS billed_cents,
       coalesce(-sum(amount_cents) FILTER (WHERE heading = 'PAYMENT'), 0)::bigint AS paid_cents
FROM takeover_formerline WHERE account_id = %(account)s GROUP BY month ORDER BY month DESC LIMIT 24
"""


def former_months(account_id: int) -> list[FormerMonth]:
    """The months that were taken over, newest first."""
    return fetch(FormerMonth, _MONTHS, {"account": account_id})
