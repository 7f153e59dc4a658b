"""What the agency reads: tickets of its residences, who holds keys, papers delivered or not, routines planned."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """Papers of a month in a residence, counted."""

    residence_id: int
    residence: str
    month: date
    # When some of them were last given to the caretakers.
    prepared_at: datetime
    to_deliver: int
    delivered: int
    undeliverable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    residence: str
    building: str
    staircase: str
    door: str
    lease_id: int
    month: date
    reason: str
    done_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyKey:
    id: int
    residence: str
    building: str
    staircase: str
    door: str
    kind: str
    tag: str
    holder: str
    trade: str
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRoutine:
    code: str
    weekdays: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceChoice:
    id: int
    name: str


def delivery_reports() -> list[DeliveryReport]:
    """Papers by month and residence, the latest month first."""
    return fetch(
        DeliveryReport,
        """SELECT y.residence_id, r.name AS residence, y.month, max(y.prepared_at) AS prepared_at,
                  count(*) FILTER (WHERE y.state = 'TO_DELIVER') AS to_deliver,
                  count(*) FILTER (WHERE y.state = 'DELIVERED') AS delivered,
                  count(*) FILTER (WHERE y.state = 'UNDELIVERABLE') AS undeliverable
           FROM maintenance_delivery AS y JOIN estate_residence AS r ON r.id = y.residence_id
           GROUP BY y.residence_id, r.name, y.month ORDER BY y.month DESC, r.name LIMIT 300""",
        {},
    )


def undelivered_papers() -> list[Undelivered]:
    """Papers that came back, with why: to be sent by post."""
    return fetch(
        Undelivered,
        """SELECT r.name AS residence, b.code AS building, s.code AS staircase, w.door, y.lease_id, y.month, y.reason,
                  y.done_at
           FROM maintenance_delivery AS y JOIN estate_residence AS r ON r.id = y.residence_id
           JOIN estate_dwelling AS w ON w.id = y.dwelling_id
           JOIN estate_staircase AS s ON s.id = w.staircase_id JOIN estate_building AS b ON b.id = s.building_id
           WHERE y.state = 'UNDELIVERABLE' ORDER BY y.done_at DESC LIMIT 200""",
        {},
    )


def keys_of_agency() -> list[AgencyKey]:
    """Every set of keys and who holds it; those that are out first, the oldest first."""
    return fetch(
        AgencyKey,
        """SELECT k.id, r.name AS residence, coalesce(b.code, '') AS building, coalesce(s.code, '') AS staircase,
                  coalesce(w.door, '') AS door, k.kind, k.tag, m.holder, m.trade, m.at AS moved_at
           FROM maintenance_keyset AS k JOIN estate_residence AS r ON r.id = k.residence_id
           JOIN LATERAL (
               SELECT holder, trade, at FROM maintenance_keymovement
               WHERE key_set_id = k.id ORDER BY id DESC LIMIT 1
           ) AS m ON true
           LEFT JOIN estate_dwelling AS w ON w.id = k.dwelling_id
           LEFT JOIN estate_staircase AS s ON s.id = w.staircase_id
           LEFT JOIN estate_building AS b ON b.id = s.building_id
           ORDER BY m.holder = 'LODGE', m.at, k.id LIMIT 500""",
        {},
    )


def planned_routines(residence_id: int) -> dict[str, int]:
    """Weekdays by routine."""
    rows = fetch(
        PlannedRoutine,
        "SELECT code, weekdays FROM maintenance_routine WHERE residence_id = %(residence)s",
        {"residence": residence_id},
    )
    return {row.code: row.weekdays for row in rows}


def residences_to_choose() -> list[ResidenceChoice]:
    """The actor's residences."""
    return fetch(ResidenceChoice, "SELECT id, name FROM estate_residence ORDER BY name, id LIMIT 2000", {})
