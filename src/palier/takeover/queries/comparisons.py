"""The comparisons that were made, what each cause weighs, and the gaps: those owed to tenants first."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch, fetch_count, fetch_one


class ComparisonNotFound(Refusal):
    """Cette comparaison n’existe pas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One comparison of twelve months. A line is one heading of one lease for one month."""

    id: int
    file_name: str
    first_month: date
    last_month: date
    lease_count: int
    line_count: int
    equal_count: int
    theirs_cents: int
    ours_cents: int
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRow:
    """What one cause weighs. `over_cents`: asked in excess, owed to tenants; `under_cents`: not asked."""

    cause: str
    line_count: int
    lease_count: int
    over_cents: int
    under_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceRow:
    """What one cause weighs in one residence."""

    residence: str
    cause: str
    lease_count: int
    over_cents: int
    under_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """One gap, with the lease it is on. Positive: the old suite asked too much."""

    id: int
    lease_id: int | None
    person_id: int | None
    reference: str
    residence: str
    month: date
    heading: str
    theirs_cents: int
    ours_cents: int
    gap_cents: int
    cause: str
    detail: str


_COMPARISONS = """
SELECT id, file_name, first_month, last_month, lease_count, line_count, equal_count, theirs_cents, ours_cents, made_at
FROM takeover_comparison WHERE {which} ORDER BY id DESC LIMIT 50
"""
# A gap of an account whose address is protected is not in these sums: they are those of the rows that one may read.
_CAUSES = """
SELECT cause, count(*) AS line_count, count(DISTINCT reference) AS lease_count,
       coalesce(sum(gap_cents) FILTER (WHERE gap_cents > 0), 0)::bigint AS over_cents,
       coalesce(-sum(gap_cents) FILTER (WHERE gap_cents < 0), 0)::bigint AS under_cents
FROM takeover_gap WHERE comparison_id = %(comparison)s GROUP BY cause ORDER BY over_cents DESC, cause
"""
_RESIDENCES = """
SELECT coalesce(r.name, 'Baux inconnus de Palier') AS residence, g.cause, count(DISTINCT g.reference) AS lease_count,
       coalesce(sum(g.gap_cents) FILTER (WHERE g.gap_cents > 0), 0)::bigint AS over_cents,
       coalesce(-sum(g.gap_cents) FILTER (WHERE g.gap_cents < 0), 0)::bigint AS under_cents
FROM takeover_gap AS g LEFT JOIN estate_residence AS r ON r.id = g.residence_id
WHERE g.comparison_id = %(comparison)s GROUP BY r.id, r.name, g.cause
ORDER BY over_cents DESC, residence, g.cause LIMIT %(limit)s
"""
_GAPS = """
SELECT g.id, g.lease_id, o.person_id, g.reference, coalesce(r.name, '') AS residence, g.month, g.heading,
       g.theirs_cents, g.ours_cents, g.gap_cents, g.cause, g.detail
FROM takeover_gap AS g
LEFT JOIN estate_residence AS r ON r.id = g.residence_id
LEFT JOIN LATERAL (
    SELECT k.person_id FROM leases_occupant AS k
    WHERE k.lease_id = g.lease_id AND k.role = 'HOLDER' ORDER BY k.moved_out_on DESC NULLS FIRST, k.id LIMIT 1
) AS o ON true
WHERE g.comparison_id = %(comparison)s AND (%(cause)s = '' OR g.cause = %(cause)s)
ORDER BY g.gap_cents DESC, g.id LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNT = """
SELECT count(*) FROM takeover_gap WHERE comparison_id = %(comparison)s AND (%(cause)s = '' OR cause = %(cause)s)
"""


def comparison_rows() -> list[ComparisonRow]:
    """The last comparisons, newest first."""
    return fetch(ComparisonRow, _COMPARISONS.format(which="true"), {})


def comparison_row(comparison_id: int) -> ComparisonRow:
    """One comparison. Raises ComparisonNotFound."""
    row = fetch_one(ComparisonRow, _COMPARISONS.format(which="id = %(id)s"), {"id": comparison_id})
    if row is None:
        raise ComparisonNotFound
    return row


def causes_of(comparison_id: int) -> list[CauseRow]:
    """Each cause found, the heaviest for tenants first."""
    return fetch(CauseRow, _CAUSES, {"comparison": comparison_id})


def residences_of(comparison_id: int, *, limit: int) -> list[ResidenceRow]:
    """Where each cause is found, the heaviest for tenants first."""
    return fetch(ResidenceRow, _RESIDENCES, {"comparison": comparison_id, "limit": limit})


def gap_rows(comparison_id: int, *, cause: str, limit: int, offset: int = 0) -> list[GapRow]:
    """The gaps of one cause, or of all: the most that is owed to a tenant first."""
    return fetch(GapRow, _GAPS, {"comparison": comparison_id, "cause": cause, "limit": limit, "offset": offset})


def count_gaps(comparison_id: int, *, cause: str) -> int:
    """How many gaps that cause has."""
    return fetch_count(_COUNT, {"comparison": comparison_id, "cause": cause})
