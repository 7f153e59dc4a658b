"""The leases whose three-year review falls due, and what is known of their occupation: numbers, and nobody's name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from palier.attribution.rules.occupation import NotDueYet, Occupation, protected_age, review_due
from palier.demandes.rules.category import Household
from palier.demandes.rules.composing import Housed, young_couple_until
from palier.foundation.periods import after_months
from palier.foundation.reading import fetch

_ZONES: Final = {"PARIS": "paris", "IDF": "idf", "OTHER": "other"}
# A room in a foyer and an occupancy contract are not leases of L442-5-2.
_DUE = """
SELECT l.id, l.starts_on FROM leases_lease AS l JOIN estate_residence AS r ON r.id = l.residence_id
WHERE l.kind = 'LEASE' AND r.nature = 'FAMILIAL' AND (l.ends_on IS NULL OR l.ends_on >= %(on)s)
  AND EXTRACT(month FROM l.starts_on)::int = ANY (%(months)s::int[]) AND l.starts_on < %(first_day)s
"""
_OCCUPIED = """
SELECT l.id AS lease_id, l.starts_on, l.dwelling_id, l.residence_id, d.rooms, d.floor_area_m2, d.financing,
       r.zone_ceiling, r.is_qpv, h.adults, h.dependants, h.is_couple,
       (SELECT i.rfr_cents FROM people_income AS i WHERE i.household_id = l.household_id AND i.year = %(year)s)
           AS income_cents,
       o.occupants, o.person_id, o.has_senior, o.births
FROM leases_lease AS l JOIN estate_dwelling AS d ON d.id = l.dwelling_id
JOIN estate_residence AS r ON r.id = l.residence_id LEFT JOIN people_household AS h ON h.id = l.household_id
LEFT JOIN LATERAL (
    SELECT count(*) AS occupants, min(c.person_id) FILTER (WHERE c.role = 'HOLDER') AS person_id,
           bool_or(p.birth_date <= %(senior)s) FILTER (WHERE c.role <> 'OCCUPANT') AS has_senior,
           array_agg(p.birth_date) AS births
    FROM leases_occupant AS c LEFT JOIN people_person AS p ON p.id = c.person_id
    WHERE c.lease_id = l.id AND (c.moved_out_on IS NULL OR c.moved_out_on >= %(on)s)
) AS o ON true
WHERE l.id = ANY (%(leases)s::bigint[]) ORDER BY l.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dated:
    id: int
    starts_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    lease_id: int
    starts_on: date
    dwelling_id: int
    residence_id: int
    rooms: int | None
    floor_area_m2: Decimal | None
    financing: str
    zone_ceiling: str
    is_qpv: bool
    adults: int | None
    dependants: int | None
    is_couple: bool | None
    income_cents: int | None
    occupants: int
    person_id: int | None
    has_senior: bool | None
    births: list[date | None] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupiedLease:
    """A lease by number, the day of its review, and what the rule reads."""

    lease_id: int
    person_id: int | None
    residence_id: int
    dwelling_id: int
    due_on: date
    occupation: Occupation


def occupied_leases(*, first_day: date, last_day: date, on: date) -> list[OccupiedLease]:
    """The running leases whose review falls due between two days, both included. Read by the job of allocation.

    The day of the signature is not kept apart: the first day of the lease stands for it.
    """
    months = sorted({after_months(first_day.replace(day=1), each).month for each in range(_span(first_day, last_day))})
    dated = fetch(_Dated, _DUE, {"on": on, "months": months, "first_day": first_day})
    due = dict(_due(dated, first_day=first_day, last_day=last_day))
    rows = fetch(
        _Row,
        _OCCUPIED,
        {"leases": list(due), "year": on.year - 2, "on": on, "senior": after_months(on, -12 * protected_age(on))},
    )
    return [
        OccupiedLease(
            lease_id=row.lease_id,
            person_id=row.person_id,
            residence_id=row.residence_id,
            dwelling_id=row.dwelling_id,
            due_on=due[row.lease_id],
            occupation=_occupation(row, on=on),
        )
        for row in rows
    ]


def _span(first_day: date, last_day: date) -> int:
    return min(12, (last_day.year - first_day.year) * 12 + last_day.month - first_day.month + 1)


def _due(dated: list[_Dated], *, first_day: date, last_day: date) -> Iterator[tuple[int, date]]:
    for each in dated:
        try:
            due_on = review_due(each.starts_on, last_day)
        except NotDueYet:
            continue
        if due_on >= first_day:
            yield each.id, due_on


def _occupation(row: _Row, *, on: date) -> Occupation:
    household = (
        None
        if row.adults is None
        else Household(adults=row.adults, dependants=row.dependants or 0, spouses=bool(row.is_couple))
    )
    residents = row.occupants if household is None else household.persons()
    return Occupation(
        zone=_ZONES[row.zone_ceiling],
        financing=row.financing,
        is_qpv=row.is_qpv,
        residents=residents or None,
        rooms=row.rooms,
        floor_area_m2=row.floor_area_m2,
        household=household,
        income_cents=row.income_cents,
        has_senior=row.has_senior,
        is_young_couple=_young_couple(row, on=on),
    )


def _young_couple(row: _Row, *, on: date) -> bool | None:
    """Not known when the two who live there are not both written with their birth."""
    if row.is_couple is False or row.dependants or row.adults != 2:
        return False
    until = young_couple_until([Housed(role="ADULT", birth_date=born) for born in row.births or ()])
    if until is None or row.is_couple is None:
        return None
    return on <= until
