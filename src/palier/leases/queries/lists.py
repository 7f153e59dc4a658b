"""The landlord's two long lists: tenants by name, leases by reference. Paged by key, never by offset."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from palier.foundation.reading import fetch, fetch_count, like
from palier.foundation.text import fold
from palier.leases.listed import Listed, condition_of

TENANT_SORTS: Final = {"nom": "o.sort_name", "entree": "l.starts_on"}
LEASE_SORTS: Final = {
    "bail": "l.reference",
    "entree": "l.starts_on",
    # A lease without an end comes after all those that have one.
    "fin": "coalesce(l.ends_on, 'infinity')",
}
# The same of a person in a lease, told by the person's own dates: read from the index of names, without the lease.
_STATES_OF_TENANTS: Final = {
    "EN_COURS": "o.moved_in_on <= %(today)s AND (o.moved_out_on IS NULL OR o.moved_out_on >= %(today)s)",
    "PREAVIS": "l.ends_on >= %(today)s AND l.notice_given_on IS NOT NULL",
    "A_VENIR": "o.moved_in_on > %(today)s",
    "FINI": "o.moved_out_on < %(today)s",
}
_STATES: Final = {
    "EN_COURS": "l.starts_on <= %(today)s AND (l.ends_on IS NULL OR l.ends_on >= %(today)s)",
    "PREAVIS": "l.ends_on >= %(today)s AND l.notice_given_on IS NOT NULL",
    "A_VENIR": "l.starts_on > %(today)s",
    "FINI": "l.ends_on < %(today)s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseFilter:
    """Empty means no filter. `state` is one of EN_COURS, PREAVIS, A_VENIR, FINI."""

    state: str = ""
    payment_mode: str = ""
    kind: str = ""
    agency_id: int | None = None
    words: str = ""
    # Another list of the desk, of which these are kept.
    listed: Listed | None = None

    def where(self, *, of_tenants: bool) -> tuple[str, dict[str, object]]:
        conditions = ["true"]
        parameters: dict[str, object] = {}
        if self.state:
            conditions.append((_STATES_OF_TENANTS if of_tenants else _STATES)[self.state])
        if self.payment_mode:
            conditions.append("l.payment_mode = %(mode)s")
            parameters["mode"] = self.payment_mode
        if self.kind:
            conditions.append("l.kind = %(kind)s")
            parameters["kind"] = self.kind
        if self.agency_id is not None:
            own = "o" if of_tenants else "l"
            conditions.append(f"{own}.residence_id IN (SELECT id FROM estate_residence WHERE agency_id = %(agency)s)")
            parameters["agency"] = self.agency_id
        if self.listed is not None:
            condition, values = condition_of(self.listed)
            conditions.append(condition)
            parameters.update(values)
        for rank, word in enumerate(fold(self.words).split()[:5]):
            conditions.append(f"o.sort_name LIKE %(word{rank})s")
            parameters[f"word{rank}"] = like(word)
        return " AND ".join(conditions), parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantRow:
    """A holder or co-holder in a lease. Amounts in cents; a positive balance is owed by the tenant."""

    id: int
    person_id: int
    lease_id: int
    account_id: int
    display_name: str
    role: str
    residence: str
    city: str
    building: str
    staircase: str
    door: str
    reference: str
    kind: str
    starts_on: date
    ends_on: date | None
    notice_given_on: date | None
    payment_mode: str
    balance_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseRow:
    """A lease with its first holder, when there is one."""

    id: int
    account_id: int
    reference: str
    kind: str
    person_id: int | None
    holder: str | None
    residence: str
    city: str
    building: str
    staircase: str
    door: str
    starts_on: date
    ends_on: date | None
    notice_given_on: date | None
    payment_mode: str
    rent_cents: int | None
    balance_cents: int


# Each row of the page is looked up by its number, apart (LIMIT 1): under a scope PostgreSQL believes the tables small,
# and would otherwise join them whole before it looks at the page (measured: 3,700 ms against 20).
_PLACE = """
JOIN estate_residence AS r ON r.id = l.residence_id JOIN estate_dwelling AS d ON d.id = l.dwelling_id
JOIN estate_staircase AS s ON s.id = d.staircase_id JOIN estate_building AS b ON b.id = s.building_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount_cents), 0)::bigint AS cents FROM ledger_posting
    WHERE account_id = l.account_id AND booked_on <= %(today)s
) AS balance
"""
_TENANTS = """
WITH page AS (
    SELECT o.id, {sort} AS rank_by FROM leases_occupant AS o {lease}
    WHERE o.role IN ('HOLDER', 'COHOLDER') AND {where} AND {after}
    ORDER BY {sort} {down}, o.id {down} LIMIT %(limit)s
)
SELECT shown.* FROM page CROSS JOIN LATERAL (
SELECT o.id, o.person_id, o.lease_id, l.account_id, o.display_name, o.role, r.name AS residence, r.city,
       b.code AS building, s.code AS staircase, d.door, l.reference, l.kind, l.starts_on, l.ends_on, l.notice_given_on,
       l.payment_mode,
       balance.cents AS balance_cents
FROM leases_occupant AS o JOIN leases_lease AS l ON l.id = o.lease_id
{place}
WHERE o.id = page.id LIMIT 1
) AS shown
ORDER BY page.rank_by {down}, page.id {down}
"""
_WITH_LEASE = "JOIN leases_lease AS l ON l.id = o.lease_id"
_TENANT_CURSOR = """
SELECT {sort} FROM leases_occupant AS o {lease} WHERE o.id = %(cursor)s
"""
_LEASES = """
WITH page AS (
    SELECT l.id, {sort} AS rank_by FROM leases_lease AS l WHERE {where} AND {after}
    ORDER BY {sort} {down}, l.id {down} LIMIT %(limit)s
)
SELECT shown.* FROM page CROSS JOIN LATERAL (
SELECT l.id, l.account_id, l.reference, l.kind, holder.person_id, holder.display_name AS holder, r.name AS residence,
       r.city, b.code AS building, s.code AS staircase, d.door, l.starts_on, l.ends_on, l.notice_given_on,
       l.payment_mode,
       rent.cents AS rent_cents, balance.cents AS balance_cents
FROM leases_lease AS l
{place}
LEFT JOIN LATERAL (
    SELECT person_id, display_name FROM leases_occupant WHERE lease_id = l.id AND role = 'HOLDER' ORDER BY id LIMIT 1
) AS holder ON true
LEFT JOIN LATERAL (
    SELECT sum(amount_cents)::bigint AS cents FROM leases_term
    WHERE lease_id = l.id AND kind = 'RENT' AND first_day <= least(coalesce(l.ends_on, %(today)s), %(today)s)
      AND (last_day IS NULL OR last_day >= least(coalesce(l.ends_on, %(today)s), %(today)s))
) AS rent ON true
WHERE l.id = page.id LIMIT 1
) AS shown
ORDER BY page.rank_by {down}, page.id {down}
"""


def tenant_rows(
    kept: LeaseFilter,
    *,
    today: date,
    sort: str,
    descending: bool,
    cursor: int | None,
    backwards: bool,
    limit: int,
) -> list[TenantRow]:
    """`limit` + 1 tenants after the occupant `cursor` in that order, or before it, in reverse, when `backwards`."""
    where, parameters = kept.where(of_tenants=True)
    down = descending != backwards
    expression = TENANT_SORTS[sort]
    lease = _lease_if_needed(f"{where} {expression}")
    here = _TENANT_CURSOR.format(sort=expression, lease=lease)
    statement = _TENANTS.format(
        sort=expression,
        where=where,
        after=_after(expression, "o.id", here, down=down) if cursor else "true",
        down="DESC" if down else "ASC",
        place=_PLACE,
        lease=lease,
    )
    return fetch(TenantRow, statement, {**parameters, "today": today, "cursor": cursor, "limit": limit + 1})


def lease_rows(
    kept: LeaseFilter,
    *,
    today: date,
    sort: str,
    descending: bool,
    cursor: int | None,
    backwards: bool,
    limit: int,
) -> list[LeaseRow]:
    """`limit` + 1 leases after the lease `cursor` in that order, or before it, in reverse, when `backwards`."""
    where, parameters = kept.where(of_tenants=False)
    down = descending != backwards
    expression = LEASE_SORTS[sort]
    here = f"SELECT {expression} FROM leases_lease AS l WHERE l.id = %(cursor)s"
    after = _after(expression, "l.id", here, down=down) if cursor else "true"
    statement = _LEASES.format(sort=expression, where=where, after=after, down="DESC" if down else "ASC", place=_PLACE)
    return fetch(LeaseRow, statement, {**parameters, "today": today, "cursor": cursor, "limit": limit + 1})


def count_tenants(kept: LeaseFilter, *, today: date) -> int:
    """How many tenants the filter keeps."""
    where, parameters = kept.where(of_tenants=True)
    return fetch_count(
        f"""SELECT count(*) FROM leases_occupant AS o {_lease_if_needed(where)}
            WHERE o.role IN ('HOLDER', 'COHOLDER') AND {where}""",
        {**parameters, "today": today},
    )


def count_leases(kept: LeaseFilter, *, today: date) -> int:
    """How many leases the filter keeps."""
    where, parameters = kept.where(of_tenants=False)
    return fetch_count(f"SELECT count(*) FROM leases_lease AS l WHERE {where}", {**parameters, "today": today})


def _after(expression: str, number: str, here: str, *, down: bool) -> str:
    return f"({expression}, {number}) {'<' if down else '>'} (({here}), %(cursor)s)"


def _lease_if_needed(conditions: str) -> str:
    return _WITH_LEASE if "l." in conditions.replace("palier.", "") else ""
