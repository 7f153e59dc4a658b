"""The delays of a lease for its tenant; those that wait for an answer, for the agency; each with its parts."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from palier.foundation.reading import fetch, fetch_count
from palier.recovery.rules.delays import Part, is_behind, parts_of, parts_paid

# Those that wait for somebody, and plans that run.
IN_HAND: Final = ("ASKED", "OFFERED", "AGREED")


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayRow:
    """A request, its answer, and its parts: those planned, or those that were asked for. Amounts in cents.

    `late_cents`: what is late on the account today.
    """

    id: int
    lease_id: int
    account_id: int
    person_id: int
    lease: str
    residence: str
    door: str
    holder: str
    debt_cents: int
    parts: int
    first_on: date
    state: str
    ground: str
    asked_at: datetime
    answer_due_on: date
    answered_at: datetime | None
    late_cents: int
    plan: tuple[Part, ...] = ()

    @property
    def shown_plan(self) -> tuple[Part, ...]:
        """The parts that were answered, or that were asked for."""
        return self.plan or parts_of(debt_cents=self.debt_cents, count=self.parts, first_on=self.first_on)

    @property
    def paid(self) -> int:
        """How many parts of an agreed plan are paid."""
        return parts_paid(self.shown_plan, late_cents=self.late_cents)

    def is_behind(self, on: date) -> bool:
        """True when a part is past its day and unpaid."""
        return self.state == "AGREED" and is_behind(self.shown_plan, late_cents=self.late_cents, on=on)

    def is_running(self, on: date) -> bool:
        """True when it waits for somebody, or when its plan is not over."""
        is_plan = self.state == "AGREED" and (self.shown_plan[-1].due_on >= on or self.paid < len(self.shown_plan))
        return self.state in ("ASKED", "OFFERED") or is_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class _PartRow:
    delay_id: int
    rank: int
    due_on: date
    amount_cents: int


_ROWS = """
SELECT y.id, y.lease_id, y.account_id, y.person_id, l.reference AS lease, r.name AS residence, w.door,
       coalesce(o.display_name, '') AS holder, y.debt_cents, y.parts, y.first_on, y.state, y.ground, y.asked_at,
       y.answer_due_on, y.answered_at,
       (SELECT greatest(0, coalesce(sum(p.amount_cents) FILTER (WHERE p.amount_cents < 0 OR p.booked_on < %(on)s), 0))
        FROM ledger_posting AS p WHERE p.account_id = y.account_id)::bigint AS late_cents
FROM recovery_delay AS y
JOIN leases_lease AS l ON l.id = y.lease_id
JOIN estate_residence AS r ON r.id = y.residence_id
JOIN estate_dwelling AS w ON w.id = l.dwelling_id
LEFT JOIN leases_occupant AS o ON o.lease_id = y.lease_id AND o.person_id = y.person_id
WHERE {which}
ORDER BY {order} LIMIT 200
"""
_PARTS = """
SELECT delay_id, rank, due_on, amount_cents FROM recovery_planpart
WHERE delay_id = ANY (%(delays)s) ORDER BY delay_id, rank
"""


def delays_of_lease(lease_id: int, *, on: date) -> list[DelayRow]:
    """Every delay asked for on a lease, the newest first."""
    return _read("y.lease_id = %(lease)s", "y.id DESC", {"lease": lease_id, "on": on})


def delays_in_hand(*, on: date) -> list[DelayRow]:
    """Those that wait for an answer, the first due first; then offers and plans."""
    return _read(
        "y.state = ANY (%(states)s)",
        "CASE y.state WHEN 'ASKED' THEN 0 WHEN 'OFFERED' THEN 1 ELSE 2 END, y.answer_due_on, y.id",
        {"on": on, "states": list(IN_HAND)},
    )


def count_to_answer() -> int:
    """How many wait for an answer of whoever asks."""
    return fetch_count("SELECT count(*) FROM recovery_delay WHERE state = 'ASKED'", {})


def delay(delay_id: int, *, on: date) -> DelayRow | None:
    """One; None when it does not exist for whoever asks."""
    found = _read("y.id = %(delay)s", "y.id", {"delay": delay_id, "on": on})
    return found[0] if found else None


def _read(which: str, order: str, parameters: dict[str, object]) -> list[DelayRow]:
    rows = fetch(DelayRow, _ROWS.format(which=which, order=order), parameters)
    plans: dict[int, list[Part]] = {row.id: [] for row in rows}
    for part in fetch(_PartRow, _PARTS, {"delays": list(plans)}):
        plans[part.delay_id].append(Part(rank=part.rank, due_on=part.due_on, amount_cents=part.amount_cents))
    return [replace(row, plan=tuple(plans[row.id])) for row in rows]
