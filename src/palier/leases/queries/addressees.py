"""Where to write to the tenants of a lease: its holders, its home, the lines of the envelope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from palier.foundation.reading import fetch
from palier.leases.queries.consents import agreed_since_sql
from palier.mail.address import home_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A lease that a letter goes to: its holders, its account, its home."""

    lease_id: int
    residence_id: int
    account_id: int
    reference: str
    holders: str
    # Since when every holder agrees to read letters online; None: paper.
    online_since: date | None
    name: str
    # Title, first name and surname of each holder, as those of an envelope.
    envelope: list[list[str]]
    door: str
    floor: int | None
    building: str
    residence: str
    address: str
    postcode: str
    city: str
    person_ids: list[int]


_ADDRESSEES = f"""
SELECT l.id AS lease_id, l.residence_id, l.account_id, l.reference,
       {agreed_since_sql(family="'LETTERS'", on="%(on)s::date")} AS online_since,
       coalesce(string_agg(o.display_name, ', ' ORDER BY o.role DESC, o.id), '') AS holders,
       coalesce((array_agg(o.display_name ORDER BY o.role DESC, o.id) FILTER (WHERE o.id IS NOT NULL))[1], '') AS name,
       coalesce(array_agg(CASE WHEN p.id IS NULL THEN ARRAY['', '', o.display_name::text]
                               ELSE ARRAY[p.title::text, p.first_name::text, p.last_name::text] END
                          ORDER BY o.role DESC, o.id) FILTER (WHERE o.id IS NOT NULL), '{{}}') AS envelope,
       d.door, d.floor, b.code AS building, r.name AS residence, r.address, r.postcode, r.city,
       coalesce(array_agg(o.person_id) FILTER (WHERE o.person_id IS NOT NULL), '{{}}') AS person_ids
FROM leases_lease AS l JOIN estate_dwelling AS d ON d.id = l.dwelling_id
JOIN estate_residence AS r ON r.id = d.residence_id
JOIN estate_staircase AS s ON s.id = d.staircase_id JOIN estate_building AS b ON b.id = s.building_id
LEFT JOIN leases_occupant AS o ON o.lease_id = l.id AND o.role IN ('HOLDER', 'COHOLDER')
                              AND (o.moved_out_on IS NULL OR o.moved_out_on >= %(on)s)
LEFT JOIN people_person AS p ON p.id = o.person_id
WHERE l.id = ANY (%(leases)s)
GROUP BY l.id, d.door, d.floor, b.code, r.name, r.address, r.postcode, r.city
"""


def addressees(leases: Sequence[int], *, on: date) -> dict[int, Addressee]:
    """Where to write to each of these leases, by lease."""
    found = fetch(Addressee, _ADDRESSEES, {"leases": list(leases), "on": on})
    return {each.lease_id: each for each in found}


def address_lines(home: Addressee) -> tuple[str, ...]:
    """The postal lines of a lease’s home, in its holders’ names, as on a notice. Raises what `postal_lines` raises."""
    return home_lines(
        [(title, first, last) for title, first, last in home.envelope],
        door=home.door,
        floor=home.floor,
        building=home.building,
        residence=home.residence,
        address=home.address,
        postcode=home.postcode,
        town=home.city,
    )
