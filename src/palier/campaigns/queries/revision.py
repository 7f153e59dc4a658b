"""A revision as its page shows it: figures, distribution, residences, the year before, one lease told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from palier.foundation.money import Cents
from palier.foundation.reading import fetch, fetch_one

MOST_RESIDENCES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """A campaign, with the names of those who signed."""

    id: int
    year: int
    effective_on: date
    irl_reference: Decimal
    irl_new: Decimal
    voted_percent: Decimal | None
    derogation_reference: str
    state: str
    lease_count: int
    revised_count: int
    before_cents: Cents
    after_cents: Cents
    simulated_at: datetime
    simulated_by: str
    reviewed_by_id: int | None
    reviewed_by: str
    applied_by: str
    applied_at: datetime | None

    @property
    def change_cents(self) -> Cents:
        """What the revision adds to a month of the whole stock."""
        return self.after_cents - self.before_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Leases whose rent moves by an amount in this slice, in whole euros; `limit` counts apart what was limited."""

    from_euros: int
    leases: int
    change_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """Leases kept from the whole revision, by cause."""

    limit: str
    leases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceChange:
    """A residence in a revision."""

    id: int
    name: str
    city: str
    leases: int
    before_cents: Cents
    after_cents: Cents
    limited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedLease:
    """One lease of a residence, before and after."""

    lease_id: int
    reference: str
    tenant: str
    person_id: int | None
    before_cents: Cents
    after_cents: Cents
    limit: str
    # The convention's maximum and the day it is stated to; empty without a convention.
    convention: str = ""
    useful_area_m2: Decimal | None = None
    max_rent_per_m2_cents: Cents | None = None
    max_rent_on: date | None = None
    coefficient: Decimal | None = None


_AGENT = "coalesce((SELECT first_name || ' ' || last_name FROM agents_agent AS a WHERE a.id = {}), '')"
_REVISION = f"""
SELECT id, year, effective_on, irl_reference, irl_new, voted_percent, derogation_reference, state, lease_count,
       revised_count, before_cents, after_cents, simulated_at, {_AGENT.format("r.simulated_by")} AS simulated_by,
       reviewed_by AS reviewed_by_id, {_AGENT.format("r.reviewed_by")} AS reviewed_by,
       {_AGENT.format("r.applied_by")} AS applied_by, applied_at
FROM campaigns_revision AS r
"""
_SLICES = """
SELECT ((after_cents - before_cents) / 100)::int AS from_euros, count(*)::int AS leases,
       sum(after_cents - before_cents)::bigint AS change_cents
FROM campaigns_revisedrent WHERE revision_id = %(revision)s GROUP BY 1 ORDER BY 1
"""
_LIMITED = """
SELECT "limit", count(*)::int AS leases FROM campaigns_revisedrent
WHERE revision_id = %(revision)s AND "limit" <> 'NONE' GROUP BY 1 ORDER BY 2 DESC
"""
_RESIDENCES = """
SELECT e.id, e.name, e.city, count(*)::int AS leases, sum(r.before_cents)::bigint AS before_cents,
       sum(r.after_cents)::bigint AS after_cents, count(*) FILTER (WHERE r."limit" <> 'NONE')::int AS limited
FROM campaigns_revisedrent AS r JOIN estate_residence AS e ON e.id = r.residence_id
WHERE r.revision_id = %(revision)s GROUP BY e.id, e.name, e.city ORDER BY e.name, e.id LIMIT %(limit)s
"""
_HOLDER = """
LEFT JOIN LATERAL (
    SELECT o.display_name, o.person_id FROM leases_occupant AS o
    WHERE o.lease_id = r.lease_id AND o.role = 'HOLDER' ORDER BY o.id LIMIT 1
) AS holder ON true
"""
_LEASES = f"""
SELECT r.lease_id, l.reference, coalesce(holder.display_name, '') AS tenant, holder.person_id, r.before_cents,
       r.after_cents, r."limit"
FROM campaigns_revisedrent AS r JOIN leases_lease AS l ON l.id = r.lease_id {_HOLDER}
WHERE r.revision_id = %(revision)s AND r.residence_id = %(residence)s ORDER BY l.reference LIMIT %(limit)s
"""
_ONE = f"""
SELECT r.lease_id, l.reference, coalesce(holder.display_name, '') AS tenant, holder.person_id, r.before_cents,
       r.after_cents, r."limit", coalesce(v.number, '') AS convention, d.useful_area_m2, v.max_rent_per_m2_cents,
       v.max_rent_on, v.coefficient
FROM campaigns_revisedrent AS r JOIN leases_lease AS l ON l.id = r.lease_id {_HOLDER}
JOIN estate_dwelling AS d ON d.id = l.dwelling_id LEFT JOIN estate_convention AS v ON v.id = d.convention_id
WHERE r.revision_id = %(revision)s AND r.lease_id = ANY (%(leases)s)
"""


def revisions() -> list[RevisionRow]:
    """Every revision, the last first, those taken back too."""
    return fetch(RevisionRow, f"{_REVISION} ORDER BY year DESC, id DESC LIMIT 100", {})


def revision_row(revision_id: int) -> RevisionRow | None:
    """One revision, or None."""
    return fetch_one(RevisionRow, f"{_REVISION} WHERE r.id = %(id)s", {"id": revision_id})


def applied_before(year: int) -> RevisionRow | None:
    """The revision applied the year before, or None."""
    return fetch_one(RevisionRow, f"{_REVISION} WHERE r.year = %(year)s AND r.state = 'APPLIED'", {"year": year - 1})


def slices(revision_id: int) -> list[Slice]:
    """How many leases rise by how much, euro by euro."""
    return fetch(Slice, _SLICES, {"revision": revision_id})


def limited(revision_id: int) -> list[Limited]:
    """What kept leases from the whole revision."""
    return fetch(Limited, _LIMITED, {"revision": revision_id})


def residences(revision_id: int) -> list[ResidenceChange]:
    """The residences of a revision, by name."""
    return fetch(ResidenceChange, _RESIDENCES, {"revision": revision_id, "limit": MOST_RESIDENCES})


def leases_of(revision_id: int, residence_id: int) -> list[RevisedLease]:
    """The leases of a residence in a revision."""
    facts = {"revision": revision_id, "residence": residence_id, "limit": MOST_RESIDENCES}
    return fetch(RevisedLease, _LEASES, facts)


def revised_leases(revision_id: int, leases: Sequence[int]) -> dict[int, RevisedLease]:
    """These leases of a revision with what their letter explains, by lease."""
    found = fetch(RevisedLease, _ONE, {"revision": revision_id, "leases": list(leases)})
    return {each.lease_id: each for each in found}


def revised_lease(revision_id: int, lease_id: int) -> RevisedLease | None:
    """One lease of a revision, or None."""
    return revised_leases(revision_id, [lease_id]).get(lease_id)
