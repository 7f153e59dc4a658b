"""A residence as a rent officer looks at it: each door, who lives there, what the month asks, what is owed.

One listing serves the page, its counts and its totals: a residence is small, so it is priced whole, then cut.
Amounts in cents. The month shown is the latest one that has a bill in the residence, sealed or still a draft.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from palier.foundation.reading import fetch

# Saved views of the residence: code → which rows of the listing it keeps.
VIEWS: Final = {
    "": "true",
    "RETARD": "late_cents > 0",
    "ENTREES": "lease_id IS NOT NULL AND starts_on >= %(month_start)s",
    "PREAVIS": "lease_id IS NOT NULL AND ends_on IS NOT NULL",
    "SANS_PRELEVEMENT": "lease_id IS NOT NULL AND payment_mode <> 'PRELEVEMENT'",
    "A_COMPLETER": "floor_area_m2 IS NULL",
}
# Of the postings of an account: what is past its day and unpaid.
LATE: Final = (
    "greatest(0, coalesce(sum(amount_cents) FILTER (WHERE amount_cents < 0 OR booked_on < %(today)s), 0))::bigint"
)
# Sort codes and their expressions over the listing: none is NULL, so that rows can be compared to a cursor.
SORTS: Final = {
    "porte": "place",
    "type": "coalesce(rooms, 0)",
    "surface": "coalesce(floor_area_m2, 0)",
    "locataire": "coalesce(sort_name, chr(1114111))",
    "bail": "coalesce(reference, chr(1114111))",
    "entree": "coalesce(starts_on, 'infinity')",
    "loyer": "coalesce(rent_cents, 0)",
    "charges": "coalesce(charges_cents, 0)",
    "rls": "coalesce(rls_cents, 0)",
    "apl": "coalesce(apl_cents, 0)",
    "apayer": "coalesce(due_cents, 0)",
    "solde": "balance_cents",
    "paiement": "coalesce(payment_mode, '')",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRow:
    """One dwelling of the residence, let or vacant. A positive balance is owed by the tenant."""

    dwelling_id: int
    building: str
    staircase: str
    door: str
    floor: int | None
    rooms: int | None
    floor_area_m2: Decimal | None
    financing: str
    lease_id: int | None
    account_id: int | None
    reference: str | None
    kind: str | None
    starts_on: date | None
    ends_on: date | None
    notice_given_on: date | None
    payment_mode: str | None
    person_id: int | None
    holder: str | None
    rent_cents: int | None
    charges_cents: int | None
    rls_cents: int | None
    apl_cents: int | None
    due_cents: int | None
    balance_cents: int
    late_cents: int
    set_aside: str | None
    next_starts_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceSummary:
    """Counts of each view, whatever the view shown, and totals of the one shown."""

    month: date | None
    run_state: str | None
    dwellings: int
    leases: int
    late: int
    arrivals: int
    notices: int
    without_debit: int
    to_complete: int
    kept: int
    kept_leases: int
    rent_cents: int
    charges_cents: int
    rls_cents: int
    apl_cents: int
    due_cents: int
    balance_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FacadeDoor:
    building: str
    floor: int | None
    door: str
    dwelling_id: int
    is_let: bool


# `place` orders doors as one walks: building, staircase, floor, door; the short doors first, so that 2 comes before 10.
_LISTING = f"""
WITH doors AS (
    SELECT d.id AS dwelling_id, b.code AS building, s.code AS staircase, d.door, d.floor, d.rooms, d.floor_area_m2,
           d.financing,
           concat_ws(chr(1), b.code, s.code, to_char(coalesce(d.floor, 99) + 100, 'FM000'),
                     to_char(length(d.door), 'FM00'), d.door) AS place,
           l.id AS lease_id, l.account_id, l.reference, l.kind, l.starts_on, l.ends_on, l.notice_given_on,
           l.payment_mode, bill.run_id, bill.month, bill.total_cents
    FROM estate_dwelling AS d
    JOIN estate_staircase AS s ON s.id = d.staircase_id JOIN estate_building AS b ON b.id = s.building_id
    LEFT JOIN LATERAL (
        SELECT * FROM leases_lease WHERE dwelling_id = d.id AND starts_on <= %(today)s
           AND (ends_on IS NULL OR ends_on >= %(today)s) LIMIT 1
    ) AS l ON true
    LEFT JOIN LATERAL (
        SELECT run_id, month, total_cents FROM quittancement_bill WHERE lease_id = l.id
        ORDER BY month DESC, rank DESC LIMIT 1
    ) AS bill ON true
    WHERE d.residence_id = %(residence)s AND (%(building)s = '' OR b.code = %(building)s)
), shown AS (
    SELECT max(month) AS month FROM doors
), listing AS (
    SELECT doors.dwelling_id, doors.building, doors.staircase, doors.door, doors.floor, doors.rooms,
           doors.floor_area_m2, doors.financing, doors.place, doors.lease_id, doors.account_id, doors.reference,
           doors.kind, doors.starts_on, doors.ends_on, doors.notice_given_on, doors.payment_mode,
           o.person_id, o.display_name AS holder, o.sort_name,
           CASE WHEN billed.run_id IS NULL THEN term.rent_cents ELSE line.rent_cents END AS rent_cents,
           CASE WHEN billed.run_id IS NULL THEN term.charges_cents ELSE line.charges_cents END AS charges_cents,
           line.rls_cents, line.apl_cents, billed.total_cents AS due_cents, owed.balance_cents, owed.late_cents,
           aside.reason AS set_aside, next.starts_on AS next_starts_on, billed.run_id
    FROM doors CROSS JOIN shown
    LEFT JOIN LATERAL (
        SELECT doors.run_id, doors.total_cents WHERE doors.run_id IS NOT NULL AND doors.month = shown.month
    ) AS billed ON true
    LEFT JOIN LATERAL (
        SELECT person_id, display_name, sort_name FROM leases_occupant
        WHERE lease_id = doors.lease_id AND role = 'HOLDER' ORDER BY id LIMIT 1
    ) AS o ON true
    CROSS JOIN LATERAL (
        SELECT sum(amount_cents) FILTER (WHERE kind IN ('RENT', 'ANNEX', 'SLS', 'ENERGY_WORKS'))::bigint AS rent_cents,
               sum(amount_cents) FILTER (WHERE kind LIKE 'PROVISION%%')::bigint AS charges_cents,
               sum(amount_cents) FILTER (WHERE kind = 'RLS')::bigint AS rls_cents,
               sum(amount_cents) FILTER (WHERE kind = 'APL')::bigint AS apl_cents
        FROM quittancement_line WHERE run_id = billed.run_id AND lease_id = doors.lease_id
    ) AS line
    CROSS JOIN LATERAL (
        SELECT sum(amount_cents) FILTER (WHERE kind NOT LIKE 'PROVISION%%')::bigint AS rent_cents,
               sum(amount_cents) FILTER (WHERE kind LIKE 'PROVISION%%')::bigint AS charges_cents
        FROM leases_term WHERE billed.run_id IS NULL AND lease_id = doors.lease_id AND first_day <= %(today)s
          AND (last_day IS NULL OR last_day >= %(today)s)
    ) AS term
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount_cents), 0)::bigint AS balance_cents,
               {LATE} AS late_cents
        FROM ledger_posting WHERE account_id = doors.account_id AND booked_on <= %(today)s
    ) AS owed
    LEFT JOIN LATERAL (
        SELECT a.reason FROM quittancement_setaside AS a JOIN quittancement_run AS r ON r.id = a.run_id
        WHERE a.lease_id = doors.lease_id AND r.month = shown.month AND billed.run_id IS NULL LIMIT 1
    ) AS aside ON true
    LEFT JOIN LATERAL (
        SELECT starts_on FROM leases_lease WHERE dwelling_id = doors.dwelling_id AND starts_on > %(today)s
        ORDER BY starts_on LIMIT 1
    ) AS next ON doors.lease_id IS NULL
)
"""
_COLUMNS = """dwelling_id, building, staircase, door, floor, rooms, floor_area_m2, financing, lease_id, account_id,
reference, kind, starts_on, ends_on, notice_given_on, payment_mode, person_id, holder, rent_cents, charges_cents,
rls_cents, apl_cents, due_cents, balance_cents, late_cents, set_aside, next_starts_on"""
_SUMMARY = """
SELECT (SELECT month FROM shown) AS month,
       (SELECT state FROM quittancement_run WHERE id = max(listing.run_id)) AS run_state,
       count(*) AS dwellings, count(lease_id) AS leases,
       count(*) FILTER (WHERE {RETARD}) AS late, count(*) FILTER (WHERE {ENTREES}) AS arrivals,
       count(*) FILTER (WHERE {PREAVIS}) AS notices, count(*) FILTER (WHERE {SANS_PRELEVEMENT}) AS without_debit,
       count(*) FILTER (WHERE {A_COMPLETER}) AS to_complete,
       count(*) FILTER (WHERE {kept}) AS kept, count(lease_id) FILTER (WHERE {kept}) AS kept_leases,
       {sums}
FROM listing
"""
_SUMMED = ("rent_cents", "charges_cents", "rls_cents", "apl_cents", "due_cents", "balance_cents")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorFilter:
    """Which doors: a building's, and one of VIEWS."""

    residence_id: int
    building: str = ""
    view: str = ""

    def parameters(self, today: date) -> dict[str, object]:
        return {
            "residence": self.residence_id,
            "building": self.building,
            "today": today,
            "month_start": today.replace(day=1),
        }


def door_rows(
    kept: DoorFilter, *, today: date, sort: str, descending: bool, cursor: int | None, backwards: bool, limit: int
) -> list[DoorRow]:
    """`limit` + 1 doors after the dwelling `cursor` in that order, or before it, in reverse, when `backwards`."""
    down = descending != backwards
    order, expression = ("DESC" if down else "ASC"), SORTS[sort]
    after = "true"
    if cursor is not None:
        here = f"SELECT {expression} FROM listing WHERE dwelling_id = %(cursor)s"
        after = f"({expression}, dwelling_id) {'<' if down else '>'} (({here}), %(cursor)s)"
    statement = (
        f"{_LISTING} SELECT {_COLUMNS} FROM listing WHERE {VIEWS[kept.view]} AND {after} "
        f"ORDER BY {expression} {order}, dwelling_id {order} LIMIT %(limit)s"
    )
    return fetch(DoorRow, statement, {**kept.parameters(today), "cursor": cursor, "limit": limit + 1})


def residence_summary(kept: DoorFilter, *, today: date) -> ResidenceSummary:
    """Counts of the views and totals of the filter, in one statement."""
    chosen = VIEWS[kept.view]
    sums = ", ".join(f"coalesce(sum({name}) FILTER (WHERE {chosen}), 0)::bigint AS {name}" for name in _SUMMED)
    conditions = {code: condition for code, condition in VIEWS.items() if code}
    statement = _LISTING + _SUMMARY.format(kept=chosen, sums=sums, **conditions)
    (summary,) = fetch(ResidenceSummary, statement, kept.parameters(today))
    return summary


def facade_doors(residence_id: int, *, today: date) -> list[FacadeDoor]:
    """Every door with its floor, for the drawing in the margin."""
    return fetch(
        FacadeDoor,
        """SELECT b.code AS building, d.floor, d.door, d.id AS dwelling_id, EXISTS (
               SELECT FROM leases_lease WHERE dwelling_id = d.id AND starts_on <= %(today)s
               AND (ends_on IS NULL OR ends_on >= %(today)s)
           ) AS is_let
           FROM estate_dwelling AS d JOIN estate_staircase AS s ON s.id = d.staircase_id
           JOIN estate_building AS b ON b.id = s.building_id
           WHERE d.residence_id = %(residence)s ORDER BY b.code, d.floor DESC NULLS LAST, d.door LIMIT 3000""",
        {"residence": residence_id, "today": today},
    )
