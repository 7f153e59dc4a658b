"""Vacancies: the list of those who allocate, one of them with its days, its causes and what they cost."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from palier.attribution.models import Vacancy, VacancySpell
from palier.attribution.rules.vacancy_cost import CauseCost, Spell, vacancy_cost
from palier.foundation.reading import fetch, fetch_count, fetch_one

SORTS: Final = {"libre": "v.available_on", "residence": "r.name"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyRow:
    """One vacancy in the list. `holder`: where it is oriented; empty when it is not."""

    id: int
    state: str
    withdrawn_for: str
    residence_id: int
    residence: str
    city: str
    postcode: str
    is_qpv: bool
    building: str
    staircase: str
    door: str
    floor: int | None
    rooms: int | None
    financing: str
    rent_cents: int
    charges_cents: int
    announced_on: date
    expected_on: date
    left_on: date | None
    available_on: date
    let_on: date | None
    version: int
    holder: str
    contingent: str
    due_on: date | None

    @property
    def monthly_cents(self) -> int:
        """Rent and charges."""
        return self.rent_cents + self.charges_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyFilter:
    """What the list keeps; an empty text or None keeps all."""

    state: str = ""
    holder_id: int | None = None
    residence_id: int | None = None
    overdue_on: date | None = None
    withdrawn: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationRow:
    """One orientation of a vacancy, the latest first."""

    holder: str
    contingent: str
    proposed: str
    reason: str
    chosen_for: str
    decided_on: date
    decided_by: str
    due_on: date
    released_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellRow:
    """Works or a technical vacancy, as written."""

    id: int
    cause: str
    first_day: date
    last_day: date | None
    cost_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a vacancy cost until a day, by cause."""

    empty_from: date
    until: date
    causes: tuple[CauseCost, ...]

    @property
    def total_cents(self) -> int:
        return sum(cause.total_cents for cause in self.causes)

    @property
    def days(self) -> int:
        return sum(cause.days for cause in self.causes)


_ROWS = """
SELECT v.id, v.state, v.withdrawn_for, v.residence_id, r.name AS residence, r.city, r.postcode, r.is_qpv,
       b.code AS building, s.code AS staircase, d.door, d.floor, d.rooms, d.financing, v.rent_cents, v.charges_cents,
       v.announced_on, v.expected_on, v.left_on, v.available_on, v.let_on, v.version, coalesce(h.name, '') AS holder,
       coalesce(h.contingent, '') AS contingent, o.due_on
FROM attribution_vacancy AS v JOIN estate_residence AS r ON r.id = v.residence_id
JOIN estate_dwelling AS d ON d.id = v.dwelling_id JOIN estate_staircase AS s ON s.id = d.staircase_id
JOIN estate_building AS b ON b.id = s.building_id
LEFT JOIN attribution_orientation AS o ON o.vacancy_id = v.id AND o.released_on IS NULL
LEFT JOIN attribution_holder AS h ON h.id = o.holder_id
"""
_KEPT = """
WHERE (%(state)s = '' OR v.state = %(state)s) AND (%(state)s <> '' OR v.state NOT IN ('LET', 'WITHDRAWN'))
  AND (%(holder)s::bigint IS NULL OR o.holder_id = %(holder)s)
  AND (%(residence)s::int IS NULL OR v.residence_id = %(residence)s)
  AND (%(overdue)s::date IS NULL OR (v.state = 'ORIENTED' AND o.due_on < %(overdue)s))
  AND (%(withdrawn)s::bool IS NULL OR (v.withdrawn_for <> '') = %(withdrawn)s)
"""
_ORIENTATIONS = """
SELECT h.name AS holder, h.contingent, p.name AS proposed, o.reason, o.chosen_for, o.decided_on,
       concat_ws(' ', a.first_name, a.last_name) AS decided_by, o.due_on, o.released_on
FROM attribution_orientation AS o JOIN attribution_holder AS h ON h.id = o.holder_id
JOIN attribution_holder AS p ON p.id = o.proposed_holder_id LEFT JOIN agents_agent AS a ON a.id = o.decided_by_id
WHERE o.vacancy_id = %(vacancy)s ORDER BY o.id DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Path:
    """The days on which the path itself turned."""

    candidates_from: date | None
    offered_from: date | None


_PATH = """
SELECT (SELECT min(c.added_on) FROM attribution_candidate AS c WHERE c.vacancy_id = %(vacancy)s) AS candidates_from,
       (SELECT min(o.notified_on) FROM attribution_offer AS o WHERE o.vacancy_id = %(vacancy)s) AS offered_from
"""


def vacancy_rows(
    kept: VacancyFilter, *, sort: str, descending: bool, cursor: tuple[object, int] | None, backwards: bool, limit: int
) -> list[VacancyRow]:
    """At most `limit` + 1 vacancies, after the cursor or before it."""
    column, down = SORTS[sort], descending is not backwards
    after = f" AND ({column}, v.id) {'<' if down else '>'} (%(last)s, %(last_id)s)" if cursor else ""
    order = f" ORDER BY {column} {'DESC' if down else 'ASC'}, v.id {'DESC' if down else 'ASC'} LIMIT %(limit)s"
    last, last_id = cursor or (None, 0)
    return fetch(
        VacancyRow,
        _ROWS + _KEPT + after + order,
        {**_parameters(kept), "last": last, "last_id": last_id, "limit": limit + 1},
    )


def count_vacancies(kept: VacancyFilter) -> int:
    """How many the list keeps."""
    return fetch_count(f"SELECT count(*) FROM ({_ROWS}{_KEPT}) AS kept", _parameters(kept))


def vacancy_row(vacancy_id: int) -> VacancyRow | None:
    """One vacancy, whatever its state."""
    return fetch_one(VacancyRow, f"{_ROWS} WHERE v.id = %(vacancy)s", {"vacancy": vacancy_id})


def orientations_of(vacancy_id: int) -> list[OrientationRow]:
    """Every orientation of a vacancy, the latest first."""
    return fetch(OrientationRow, _ORIENTATIONS, {"vacancy": vacancy_id})


def spells_of(vacancy_id: int) -> list[SpellRow]:
    """Works and technical vacancies that were written, in the order of days."""
    found = VacancySpell.objects.filter(vacancy_id=vacancy_id).order_by("first_day", "pk")
    return [
        SpellRow(
            id=each.pk,
            cause=each.cause,
            first_day=each.first_day,
            last_day=each.last_day,
            cost_cents=each.cost_cents,
        )
        for each in found
    ]


def cost_of(vacancy: Vacancy | VacancyRow, *, on: date) -> Cost:
    """What the vacancy cost until `on`, or until the eve of the new lease.

    Written spells first; then what the path says: an offer runs, the commission is awaited, candidates are.
    """
    vacancy_id = vacancy.id
    until = vacancy.let_on - timedelta(days=1) if vacancy.let_on is not None else on
    empty_from = (vacancy.left_on or vacancy.expected_on) + timedelta(days=1)
    written = [
        Spell(cause=each.cause, first_day=each.first_day, last_day=each.last_day, spent_cents=each.cost_cents)
        for each in spells_of(vacancy_id)
    ]
    path = fetch_one(_Path, _PATH, {"vacancy": vacancy_id})
    if path is None:
        raise LookupError("two days always answer one row")
    turns = (("OFFER", path.offered_from), ("COMMISSION", path.candidates_from), ("PROPOSAL", empty_from))
    told = [Spell(cause=cause, first_day=first, last_day=None) for cause, first in turns if first is not None]
    monthly = vacancy.rent_cents + vacancy.charges_cents
    causes = vacancy_cost(monthly, [*written, *told], empty_from=empty_from, until=until)
    return Cost(empty_from=empty_from, until=until, causes=causes)


def _parameters(kept: VacancyFilter) -> dict[str, object]:
    return {
        "state": kept.state,
        "holder": kept.holder_id,
        "residence": kept.residence_id,
        "overdue": kept.overdue_on,
        "withdrawn": kept.withdrawn,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeDoor:
    """A dwelling that has no running vacancy."""

    id: int
    building: str
    staircase: str
    door: str


_FREE_DOORS = """
SELECT d.id, b.code AS building, s.code AS staircase, d.door
FROM estate_dwelling AS d JOIN estate_staircase AS s ON s.id = d.staircase_id
JOIN estate_building AS b ON b.id = s.building_id
WHERE d.residence_id = %(residence)s AND NOT EXISTS (
    SELECT FROM attribution_vacancy AS v WHERE v.dwelling_id = d.id AND v.state NOT IN ('LET', 'WITHDRAWN'))
ORDER BY b.code, s.code, d.door LIMIT 2000
"""


def doors_to_announce(residence_id: int) -> list[FreeDoor]:
    """The dwellings of a residence that can be announced."""
    return fetch(FreeDoor, _FREE_DOORS, {"residence": residence_id})
