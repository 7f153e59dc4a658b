"""Reads of the stock that need no lease: what remains to be completed, and the choices of the filters."""

from dataclasses import dataclass
from decimal import Decimal

from palier.estate.models import Agency, Residence
from palier.foundation.reading import fetch, fetch_count


@dataclass(frozen=True, slots=True, kw_only=True)
class DwellingToComplete:
    """A dwelling without an area: it cannot be let at a rent per m²."""

    id: int
    residence_id: int
    residence: str
    city: str
    building: str
    staircase: str
    door: str
    floor: int | None
    rooms: int | None
    annex_area_m2: Decimal
    financing: str


_TO_COMPLETE = """
SELECT d.id, r.id AS residence_id, r.name AS residence, r.city, b.code AS building, s.code AS staircase, d.door,
       d.floor, d.rooms, d.annex_area_m2, d.financing
FROM (
    SELECT id FROM estate_dwelling
    WHERE floor_area_m2 IS NULL AND (%(residence)s::int IS NULL OR residence_id = %(residence)s) AND {after}
    ORDER BY residence_id {down}, id {down} LIMIT %(limit)s
) AS page
JOIN estate_dwelling AS d ON d.id = page.id JOIN estate_residence AS r ON r.id = d.residence_id
JOIN estate_staircase AS s ON s.id = d.staircase_id JOIN estate_building AS b ON b.id = s.building_id
ORDER BY d.residence_id {down}, d.id {down}
"""


def dwellings_to_complete(
    *, residence_id: int | None, cursor: tuple[int, int] | None, backwards: bool, limit: int
) -> list[DwellingToComplete]:
    """Those without an area, by residence; `limit` + 1 at most, after the cursor (residence, dwelling) or before it."""
    sign = "<" if backwards else ">"
    after = f"(residence_id, id) {sign} (%(last_residence)s, %(last_id)s)" if cursor else "true"
    last_residence, last_id = cursor or (0, 0)
    return fetch(
        DwellingToComplete,
        _TO_COMPLETE.format(after=after, down="DESC" if backwards else ""),
        {"residence": residence_id, "last_residence": last_residence, "last_id": last_id, "limit": limit + 1},
    )


def count_to_complete(residence_id: int | None = None) -> int:
    """How many dwellings wait for their area, in scope."""
    return fetch_count(
        """SELECT count(*) FROM estate_dwelling
           WHERE floor_area_m2 IS NULL AND (%(residence)s::int IS NULL OR residence_id = %(residence)s)""",
        {"residence": residence_id},
    )


def residence_names(limit: int) -> list[tuple[int, str]]:
    """Number and name of the residences in scope, by name."""
    return list(Residence.objects.order_by("name", "pk").values_list("pk", "name")[:limit])


def agency_names() -> dict[str, str]:
    """Every agency, number → name, for a filter."""
    return {str(number): name for number, name in Agency.objects.order_by("name").values_list("id", "name")}
