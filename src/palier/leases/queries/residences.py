"""Residences with what stands in them: dwellings, leases in force, areas that are missing."""

from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch, like
from palier.foundation.text import fold

# Sort codes of the list and the expression of each; the residence's number makes it total.
SORTS = {
    "nom": "r.search_text",
    "ville": "palier.fold(r.city || ' ' || r.postcode)",
    "annee": "coalesce(r.delivered_year, 0)",
    "code": "r.code",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceFilter:
    """Empty means no filter."""

    agency_id: int | None = None
    nature: str = ""
    words: str = ""

    def where(self) -> tuple[str, dict[str, object]]:
        conditions = ["true"]
        parameters: dict[str, object] = {}
        if self.agency_id is not None:
            conditions.append("r.agency_id = %(agency)s")
            parameters["agency"] = self.agency_id
        if self.nature:
            conditions.append("r.nature = %(nature)s")
            parameters["nature"] = self.nature
        for rank, word in enumerate(fold(self.words).split()[:6]):
            conditions.append(f"r.search_text LIKE %(word{rank})s")
            parameters[f"word{rank}"] = like(word)
        return " AND ".join(conditions), parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceRow:
    id: int
    code: str
    name: str
    address: str
    postcode: str
    city: str
    agency: str
    nature: str
    delivered_year: int | None
    dwellings: int
    leases: int
    to_complete: int

    @property
    def vacant(self) -> int:
        return max(0, self.dwellings - self.leases)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceTotals:
    residences: int
    dwellings: int
    leases: int
    to_complete: int


_LIST = """
WITH page AS (
    SELECT r.id, {sort} AS rank_by FROM estate_residence AS r
    WHERE {where} AND {after} ORDER BY {sort} {down}, r.id {down} LIMIT %(limit)s
)
SELECT r.id, r.code, r.name, r.address, r.postcode, r.city, a.name AS agency, r.nature, r.delivered_year,
       d.dwellings, l.leases, d.to_complete
FROM page JOIN estate_residence AS r ON r.id = page.id JOIN estate_agency AS a ON a.id = r.agency_id
CROSS JOIN LATERAL (
    SELECT count(*) AS dwellings, count(*) FILTER (WHERE floor_area_m2 IS NULL) AS to_complete
    FROM estate_dwelling WHERE residence_id = page.id
) AS d
CROSS JOIN LATERAL (
    SELECT count(*) AS leases FROM leases_lease
    WHERE residence_id = page.id AND starts_on <= %(today)s AND (ends_on IS NULL OR ends_on >= %(today)s)
) AS l
ORDER BY page.rank_by {down}, page.id {down}
"""
_TOTALS = """
WITH kept AS (SELECT r.id FROM estate_residence AS r WHERE {where})
SELECT (SELECT count(*) FROM kept) AS residences, d.dwellings, d.to_complete,
       (SELECT count(*) FROM leases_lease WHERE residence_id IN (SELECT id FROM kept) AND starts_on <= %(today)s
          AND (ends_on IS NULL OR ends_on >= %(today)s)) AS leases
FROM (
    SELECT count(*) AS dwellings, count(*) FILTER (WHERE floor_area_m2 IS NULL) AS to_complete
    FROM estate_dwelling WHERE residence_id IN (SELECT id FROM kept)
) AS d
"""


def residence_rows(
    kept: ResidenceFilter,
    *,
    today: date,
    sort: str,
    descending: bool,
    cursor: int | None,
    backwards: bool,
    limit: int,
) -> list[ResidenceRow]:
    """`limit` + 1 rows after the residence `cursor` in that order, or before it, in reverse, when `backwards`."""
    where, parameters = kept.where()
    down = descending != backwards
    expression = SORTS[sort]
    after = "true"
    if cursor is not None:
        here = expression.replace("r.", "h.")
        after = (
            f"({expression}, r.id) {'<' if down else '>'} "
            f"((SELECT {here} FROM estate_residence AS h WHERE h.id = %(cursor)s), %(cursor)s)"
        )
    statement = _LIST.format(sort=expression, where=where, after=after, down="DESC" if down else "ASC")
    return fetch(ResidenceRow, statement, {**parameters, "today": today, "cursor": cursor, "limit": limit + 1})


def residence_totals(kept: ResidenceFilter, *, today: date) -> ResidenceTotals:
    """Those of the filter, whatever the page shows."""
    where, parameters = kept.where()
    (totals,) = fetch(ResidenceTotals, _TOTALS.format(where=where), {**parameters, "today": today})
    return totals
