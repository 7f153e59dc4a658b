"""The facts that the fields of a letter take from leases: one statement a block, the account only when it is asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from palier.foundation.money import Cents
from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseFacts:
    """What a letter may say of one lease, its envelope apart. Amounts in cents; what is owed is positive."""

    lease_id: int
    starts_on: date
    ends_on: date | None
    notice_given_on: date | None
    is_debited: bool
    is_frozen: bool
    is_protected: bool
    residence: str
    floor_area_m2: Decimal | None
    has_lift: bool
    agency: str
    rent_cents: Cents
    provision_cents: Cents
    account_reference: str
    owed_cents: Cents


_FACTS = """
SELECT l.id AS lease_id, l.starts_on, l.ends_on, l.notice_given_on, l.payment_mode = 'PRELEVEMENT' AS is_debited,
       palier.is_frozen('LEASE', l.id) AS is_frozen,
       l.id = ANY ((SELECT palier.hidden_leases())::bigint[]) AS is_protected,
       r.name AS residence, d.floor_area_m2, s.has_lift, coalesce(g.name, '') AS agency,
       terms.rent_cents, terms.provision_cents, {account}
FROM leases_lease AS l JOIN estate_residence AS r ON r.id = l.residence_id
JOIN estate_dwelling AS d ON d.id = l.dwelling_id JOIN estate_staircase AS s ON s.id = d.staircase_id
LEFT JOIN estate_agency AS g ON g.id = r.agency_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_cents) FILTER (WHERE kind = 'RENT'), 0)::bigint AS rent_cents,
           coalesce(sum(amount_cents) FILTER (WHERE kind LIKE 'PROVISION%%'), 0)::bigint AS provision_cents
    FROM leases_term WHERE lease_id = l.id AND first_day <= %(on)s AND (last_day IS NULL OR last_day >= %(on)s)
) AS terms
WHERE l.id = ANY (%(leases)s)
"""
_NO_ACCOUNT = "'' AS account_reference, 0::bigint AS owed_cents"
_ACCOUNT = """
(SELECT a.reference FROM ledger_account AS a WHERE a.id = l.account_id) AS account_reference,
(SELECT coalesce(sum(p.amount_cents), 0)::bigint FROM ledger_posting AS p
 WHERE p.account_id = l.account_id AND p.booked_on <= %(on)s) AS owed_cents
"""


def facts_of(leases: Sequence[int], *, on: date, categories: Collection[str]) -> dict[int, LeaseFacts]:
    """The facts of these leases, by lease; those of the account are read for a text that names them alone."""
    statement = _FACTS.format(account=_ACCOUNT if "COMPTE" in categories else _NO_ACCOUNT)
    return {each.lease_id: each for each in fetch(LeaseFacts, statement, {"leases": list(leases), "on": on})}


@dataclass(frozen=True, slots=True)
class _Lease:
    id: int


def lease_numbered(reference: str) -> int | None:
    """The lease of that reference, in the scope of whoever asks; None when there is none there."""
    found = fetch_one(_Lease, "SELECT id FROM leases_lease WHERE reference = %(reference)s", {"reference": reference})
    return None if found is None else found.id
