"""The doors of a residence as a list to write to: a building's, and one of its views."""

from typing import Final

from palier.leases.listed import LeaseList
from palier.privacy.catalogue import OFFICE
from palier.quittancement.queries.residence import LATE, VIEWS

# The leases in force of the residence, in the words of its page's views.
_DOORS: Final = f"""l.id IN (
    SELECT lease_id FROM (
        SELECT t.id AS lease_id, t.starts_on, t.ends_on, t.payment_mode, d.floor_area_m2, owed.late_cents,
               date_trunc('month', %(today)s::date)::date AS month_start
        FROM leases_lease AS t JOIN estate_dwelling AS d ON d.id = t.dwelling_id
        JOIN estate_staircase AS s ON s.id = d.staircase_id JOIN estate_building AS b ON b.id = s.building_id
        CROSS JOIN LATERAL (
            SELECT {LATE} AS late_cents FROM ledger_posting
            WHERE account_id = t.account_id AND booked_on <= %(today)s
        ) AS owed
        WHERE d.residence_id = %(listed_of)s AND (%(listed_word)s = '' OR b.code = %(listed_word)s)
          AND t.starts_on <= %(today)s AND (t.ends_on IS NULL OR t.ends_on >= %(today)s)
    ) AS listing WHERE {{view}}
)"""

LEASE_LISTS: Final = (
    LeaseList(
        code="RESIDENCE",
        roles=OFFICE,
        category="COMPTE",
        views={
            code: _DOORS.format(view=view.replace("%(month_start)s", "month_start")) for code, view in VIEWS.items()
        },
        needs=frozenset({"of"}),
    ),
)
