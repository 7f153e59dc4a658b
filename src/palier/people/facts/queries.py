"""What is read of coded facts: a person's own, those of a lease's occupants, those that wait for the agency."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """A fact as it stands. `contest_due_on` while a contestation waits, `contest_answer` once answered."""

    id: int
    person_id: int
    code: str
    language: str
    reason: str
    source: str
    first_day: date
    review_on: date
    last_day: date
    announced_on: date | None
    suspended_at: datetime | None
    ended_on: date | None
    contest_id: int | None
    contest_ground: str
    contest_due_on: date | None
    contest_answer: str

    def is_shown(self, on: date) -> bool:
        """True while those of its audience read it."""
        return self.ended_on is None and self.suspended_at is None and self.first_day <= on and not self.has_expired(on)

    def has_expired(self, on: date) -> bool:
        return self.last_day < on


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFact:
    """A fact that asks something of the agency, with where it is."""

    fact_id: int
    person_id: int
    lease_id: int
    residence: str
    building: str
    staircase: str
    door: str
    door_name: str
    code: str
    last_day: date
    review_on: date
    announced_on: date | None
    contest_ground: str
    contest_due_on: date | None


_FACT = """
SELECT f.id, f.person_id, f.code, f.language, f.reason, f.source, f.first_day, f.review_on, f.last_day, f.announced_on,
       f.suspended_at, f.ended_on, c.id AS contest_id, coalesce(c.ground, '') AS contest_ground,
       CASE WHEN c.answered_at IS NULL THEN c.due_on END AS contest_due_on, coalesce(c.answer, '') AS contest_answer
FROM people_codedfact AS f
LEFT JOIN LATERAL (
    SELECT id, ground, due_on, answer, answered_at FROM people_factcontest
    WHERE fact_id = f.id ORDER BY asked_at DESC LIMIT 1
) AS c ON true
"""


def facts_of_persons(person_ids: list[int]) -> list[FactRow]:
    """The facts about these persons, those in force first."""
    return fetch(
        FactRow,
        _FACT
        + """WHERE f.person_id = ANY (%(persons)s)
             ORDER BY f.ended_on IS NOT NULL, f.last_day DESC, f.id LIMIT 200""",
        {"persons": person_ids},
    )


def facts_to_review(*, on: date, soon: date) -> list[WaitingFact]:
    """What waits for the agency: contested first, then not announced, then to review or about to end."""
    return fetch(
        WaitingFact,
        """SELECT f.id AS fact_id, f.person_id, o.lease_id, r.name AS residence, b.code AS building,
                  s.code AS staircase, d.door, o.door_name, f.code, f.last_day, f.review_on, f.announced_on,
                  coalesce(c.ground, '') AS contest_ground, c.due_on AS contest_due_on
           FROM people_codedfact AS f
           JOIN LATERAL (
               SELECT lease_id, dwelling_id, door_name FROM leases_occupant
               WHERE person_id = f.person_id AND residence_id = f.residence_id ORDER BY moved_in_on DESC LIMIT 1
           ) AS o ON true
           JOIN estate_residence AS r ON r.id = f.residence_id
           JOIN estate_dwelling AS d ON d.id = o.dwelling_id
           JOIN estate_staircase AS s ON s.id = d.staircase_id JOIN estate_building AS b ON b.id = s.building_id
           LEFT JOIN people_factcontest AS c ON c.fact_id = f.id AND c.answered_at IS NULL
           WHERE f.ended_on IS NULL AND f.last_day >= %(on)s
             AND (c.id IS NOT NULL OR f.review_on <= %(on)s OR f.last_day <= %(soon)s
                  OR (f.source = 'MANAGER' AND f.announced_on IS NULL))
           ORDER BY c.due_on NULLS LAST, (f.source = 'MANAGER' AND f.announced_on IS NULL) DESC, f.last_day, f.id
           LIMIT 500""",
        {"on": on, "soon": soon},
    )
