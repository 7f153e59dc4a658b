"""What the pages of the three-year review show: the calendar, one review, the opinions of a sitting. Nobody's name."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from palier.attribution.rules.words import OPINIONS, SITUATIONS, SOLUTIONS
from palier.foundation.reading import fetch

SHOWN: Final = 200
# What each filter of the calendar keeps.
SITUATION_COLUMNS: Final = {
    "OVERCROWDED": "is_overcrowded",
    "UNDER_OCCUPIED": "is_under_occupied",
    "ADAPTATION_LEFT": "adaptation_left",
    "NEEDS_ADAPTATION": "needs_adaptation",
    "ABOVE_CEILING": "is_above_ceiling",
}
_ROWS = """
SELECT v.id, v.person_id, v.due_on, v.state, v.version, v.is_overcrowded, v.is_under_occupied, v.adaptation_left,
       v.needs_adaptation, v.is_above_ceiling, v.opinion, v.opinion_on, v.met_on, v.solution, v.is_agreed,
       v.examined_on, r.name AS residence, r.city, b.code AS building, s.code AS staircase, d.door, d.rooms
FROM attribution_occupationreview AS v JOIN estate_residence AS r ON r.id = v.residence_id
JOIN estate_dwelling AS d ON d.id = v.dwelling_id JOIN estate_staircase AS s ON s.id = d.staircase_id
JOIN estate_building AS b ON b.id = s.building_id
WHERE {which} ORDER BY v.due_on, v.id LIMIT 200
"""
_COUNTS = "SELECT state, count(*) AS number FROM attribution_occupationreview GROUP BY state"
_POINTS = """
SELECT o.id, o.rank, o.pseudonym, o.content::text AS content, o.opinion, o.version
FROM attribution_opinion AS o WHERE o.sitting_id = %(sitting)s ORDER BY o.rank
"""
_VOICES = """
SELECT n.point_id, n.member_id, n.choice FROM attribution_opinionvote AS n
JOIN attribution_opinion AS o ON o.id = n.point_id WHERE o.sitting_id = %(sitting)s
"""
_RECUSED = """
SELECT r.point_id, r.member_id FROM attribution_opinionrecusal AS r
JOIN attribution_opinion AS o ON o.id = r.point_id WHERE o.sitting_id = %(sitting)s
"""
_DRAFTS = """
SELECT s.id, s.number, s.held_on FROM attribution_sitting AS s WHERE s.state = 'DRAFT' ORDER BY s.held_on, s.id
"""
_LETTER = "SELECT t.id, t.number, t.made_at FROM attribution_opinionletter AS t WHERE t.review_id = %(review)s"
_LETTERS = """
SELECT t.id, t.number, t.made_at FROM attribution_opinionletter AS t
JOIN attribution_opinion AS o ON o.review_id = t.review_id WHERE o.sitting_id = %(sitting)s ORDER BY o.rank
"""
_TRANSFER = """
SELECT a.id, a.number, a.filed_on, a.state = 'ACTIVE' AS is_active,
       a.state = 'ACTIVE' OR a.radiation_motive = 'ATTRIBUTION' AS is_done
FROM demandes_application AS a JOIN attribution_occupationreview AS v ON v.lease_id = a.lease_id
WHERE v.id = %(review)s AND a.path = 'TRANSFER' ORDER BY a.state = 'ACTIVE' DESC, a.filed_on DESC, a.id DESC LIMIT 1
"""
_OWN = """
SELECT v.due_on, v.examined_on, v.is_overcrowded, v.is_under_occupied, v.adaptation_left, v.needs_adaptation,
       v.is_above_ceiling, v.opinion AS advised, v.opinion_on, v.solution AS proposed
FROM attribution_occupationreview AS v ORDER BY v.due_on DESC, v.id LIMIT 5
"""
_PERSONS = """
SELECT DISTINCT v.person_id FROM attribution_opinion AS o
JOIN attribution_occupationreview AS v ON v.id = o.review_id
WHERE o.sitting_id = %(sitting)s AND v.person_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """A review and where it stands."""

    id: int
    person_id: int | None
    due_on: date
    state: str
    version: int
    is_overcrowded: bool | None
    is_under_occupied: bool | None
    adaptation_left: bool | None
    needs_adaptation: bool | None
    is_above_ceiling: bool | None
    opinion: str
    opinion_on: date | None
    met_on: date | None
    solution: str
    is_agreed: bool | None
    examined_on: date | None
    residence: str
    city: str
    building: str
    staircase: str
    door: str
    rooms: int | None

    @property
    def situations(self) -> tuple[str, ...]:
        """The codes of what is found."""
        return tuple(code for code, column in SITUATION_COLUMNS.items() if getattr(self, column))


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    """An application for a transfer. `is_done`: it runs, or housed its tenant: no other is filed."""

    id: int
    number: str
    filed_on: date
    is_active: bool
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """An opinion on an agenda, as its members read it."""

    id: int
    rank: int
    pseudonym: str
    content: str
    opinion: str
    version: int

    @property
    def facts(self) -> dict[str, Any]:
        """What the members read."""
        said: dict[str, Any] = json.loads(self.content)
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """A sitting that is still drawn up."""

    id: int
    number: str
    held_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionLetterRow:
    """A letter that was made."""

    id: int
    number: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReview:
    """A review as the tenant reads it."""

    due_on: date
    examined_on: date | None
    is_overcrowded: bool | None
    is_under_occupied: bool | None
    adaptation_left: bool | None
    needs_adaptation: bool | None
    is_above_ceiling: bool | None
    advised: str
    opinion_on: date | None
    proposed: str

    @property
    def situations(self) -> tuple[str, ...]:
        """What is found, in words."""
        return tuple(SITUATIONS[code] for code, column in SITUATION_COLUMNS.items() if getattr(self, column))

    @property
    def opinion(self) -> str:
        """The commission's opinion, in words."""
        return OPINIONS.get(self.advised, "")

    @property
    def solution(self) -> str:
        """What is proposed, in words."""
        return SOLUTIONS.get(self.proposed, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    state: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    point_id: int
    member_id: int
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recused:
    point_id: int
    member_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    person_id: int


def review_rows(*, state: str = "", situation: str = "") -> list[ReviewRow]:
    """By the day on which they are due, two hundred at most, of one state or one situation when it is given."""
    which = ["true"]
    if state:
        which.append("v.state = %(state)s")
    if situation:
        which.append(f"v.{SITUATION_COLUMNS[situation]}")
    return fetch(ReviewRow, _ROWS.format(which=" AND ".join(which)), {"state": state})


def review_row(review_id: int) -> ReviewRow | None:
    """One review, or nothing when it is not in sight."""
    return next(iter(fetch(ReviewRow, _ROWS.format(which="v.id = %(review)s"), {"review": review_id})), None)


def own_reviews() -> list[OwnReview]:
    """Those of the tenant who reads: row security gives them no other."""
    return fetch(OwnReview, _OWN, {})


def review_counts() -> dict[str, int]:
    """How many reviews are in each state."""
    return {row.state: row.number for row in fetch(_Count, _COUNTS, {})}


def points_of(sitting_id: int) -> list[PointRow]:
    """The opinions of a sitting, in the order of its agenda."""
    return fetch(PointRow, _POINTS, {"sitting": sitting_id})


def voices_of(sitting_id: int) -> dict[tuple[int, int], str]:
    """The voices given, by opinion and member."""
    return {(row.point_id, row.member_id): row.choice for row in fetch(_Voice, _VOICES, {"sitting": sitting_id})}


def recused_from_opinions(sitting_id: int) -> dict[int, set[int]]:
    """Members who take no part in each opinion: the secretary's alone."""
    found: dict[int, set[int]] = {}
    for row in fetch(_Recused, _RECUSED, {"sitting": sitting_id}):
        found.setdefault(row.point_id, set()).add(row.member_id)
    return found


def draft_sittings() -> list[DraftRow]:
    """Where a review may be put on the agenda."""
    return fetch(DraftRow, _DRAFTS, {})


def letter_of_review(review_id: int) -> OpinionLetterRow | None:
    """The letter of a review, once it is made."""
    return next(iter(fetch(OpinionLetterRow, _LETTER, {"review": review_id})), None)


def transfer_of_review(review_id: int) -> TransferRow | None:
    """The transfer filed for the tenant of a review, the one that runs first."""
    return next(iter(fetch(TransferRow, _TRANSFER, {"review": review_id})), None)


def opinion_letters_of(sitting_id: int) -> list[OpinionLetterRow]:
    """The letters of opinion of a sitting."""
    return fetch(OpinionLetterRow, _LETTERS, {"sitting": sitting_id})


def persons_of_opinions(sitting_id: int) -> list[int]:
    """Whose readings the page of a sitting's opinions is."""
    return [row.person_id for row in fetch(_Person, _PERSONS, {"sitting": sitting_id})]
