"""One application, compartment by compartment: each is empty for who has no right on it, by the database itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from palier.demandes.rules.passing import radiated_from
from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts:
    """What an application is. `is_mine`: given to whoever reads, today; `given_to` is the function of who has it."""

    id: int
    number: str
    person_id: int
    path: str
    filed_on: date
    renewed_on: date | None
    expires_on: date
    state: str
    radiated_on: date | None
    radiation_motive: str
    warned_on: date | None
    warned_for: str
    source: str
    version: int
    is_mine: bool
    given_to: str
    given_until: datetime | None

    @property
    def radiated_after_warning_on(self) -> date | None:
        """The day from which the warning that runs ends the application."""
        return radiated_from(self.warned_on, self.warned_for) if self.warned_on else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositionFacts:
    adults: int
    dependants: int
    shared_custody: int
    visiting: int
    unborn: int
    due_on: date | None
    disabled: int
    spouses: bool
    young_couple_until: date | None
    stays_regularly: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationFacts:
    """Where the household lives and what it wishes. Amounts in cents a month; communes in the order of preference."""

    housing: str
    rooms: int | None
    floor_area_m2: int | None
    occupants: int | None
    cost_cents: int | None
    wished_rooms_min: int | None
    wished_rooms_max: int | None
    highest_cost_cents: int | None
    refused_offers: int
    communes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcesFacts:
    """Yearly reference tax incomes and monthly resources, in cents."""

    n2_year: int | None
    n2_cents: int | None
    n1_cents: int | None
    last_12_months_cents: int | None
    nursing_home_cents: int
    monthly_cents: int
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLineFacts:
    id: int
    member_id: int | None
    direction: str
    code: str
    monthly_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRow:
    """A motive, a priority or a need, by its code, with its proof."""

    kind: str
    code: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StayRow:
    member_id: int
    nationality: str
    state: str
    valid_until: date | None
    checked_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NirRow:
    member_id: int
    ending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFacts:
    line: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """What happened; `function` is that of the agent, empty for the person or a job."""

    kind: str
    detail: str
    at: datetime
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """A score of a territory: the official one, with its source, or Palier's control, with its grid."""

    territory: str
    points: Decimal
    computed_on: date
    source: str
    is_official: bool


_FACTS = """
SELECT a.id, a.number, a.person_id, a.path, a.filed_on, a.renewed_on, a.expires_on, a.state, a.radiated_on,
       a.radiation_motive, a.warned_on, a.warned_for, a.source, a.version,
       a.id = ANY ((SELECT palier.my_files())::bigint[]) AS is_mine,
       coalesce(given.function, '') AS given_to, given.until_at AS given_until
FROM demandes_application AS a LEFT JOIN LATERAL (
    SELECT g.function, s.until_at FROM demandes_assignment AS s JOIN agents_agent AS g ON g.id = s.agent_id
    WHERE s.application_id = a.id AND s.first_at <= %(at)s AND s.until_at > %(at)s ORDER BY s.id DESC LIMIT 1
) AS given ON true
WHERE a.id = %(id)s
"""
_COMPOSITION = """
SELECT adults, dependants, shared_custody, visiting, unborn, due_on, disabled, spouses, young_couple_until,
       stays_regularly
FROM demandes_composition WHERE application_id = %(id)s
"""
_SITUATION = """
SELECT s.housing, s.rooms, s.floor_area_m2, s.occupants, s.cost_cents, s.wished_rooms_min, s.wished_rooms_max,
       s.highest_cost_cents, s.refused_offers,
       ARRAY(SELECT w.commune FROM demandes_wish AS w
             WHERE w.application_id = s.application_id ORDER BY w.rank, w.commune) AS communes
FROM demandes_situation AS s WHERE s.application_id = %(id)s
"""
_RESOURCES = """
SELECT n2_year, n2_cents, n1_cents, last_12_months_cents, nursing_home_cents, monthly_cents, proof
FROM demandes_resources WHERE application_id = %(id)s
"""
_LINES = """
SELECT id, member_id, direction, code, monthly_cents FROM demandes_resourceline
WHERE application_id = %(id)s ORDER BY direction DESC, monthly_cents DESC, id
"""
_STATED = """
SELECT 'MOTIVE' AS kind, code, proof FROM demandes_motive WHERE application_id = %(id)s
UNION ALL SELECT 'PRIORITY', code, proof FROM demandes_priority WHERE application_id = %(id)s
UNION ALL SELECT 'NEED', code, proof FROM demandes_need WHERE application_id = %(id)s
ORDER BY 1, 2
"""
_STAYS = """
SELECT member_id, nationality, state, valid_until, checked_on FROM demandes_stay WHERE application_id = %(id)s
ORDER BY member_id
"""
_NIRS = "SELECT member_id, ending FROM demandes_nir WHERE application_id = %(id)s"
_ADDRESS = "SELECT line, postcode, city FROM demandes_postaladdress WHERE application_id = %(id)s"
# The person reads what was done, and the service that did it: agents' rows are another matter. What the commission
# decided is written when it rises, before its letter, whoever has the file: it is read with its letter, not here.
_EVENTS = """
SELECT e.kind, CASE WHEN e.kind = 'DECISION' THEN '' ELSE e.detail END AS detail, e.at,
       coalesce(g.function, '') AS function
FROM demandes_event AS e LEFT JOIN agents_agent AS g ON g.id = e.agent_id
WHERE e.application_id = %(id)s ORDER BY e.id DESC LIMIT 100
"""
_SCORES = """
SELECT territory, points, computed_on, source, true AS is_official FROM (
    SELECT DISTINCT ON (territory) territory, points, computed_on, source FROM demandes_officialscore
    WHERE application_id = %(id)s ORDER BY territory, computed_on DESC
) AS official
UNION ALL
SELECT territory, points, scored_on, grid_version, false FROM demandes_standing WHERE application_id = %(id)s
ORDER BY 1, 5 DESC
"""


def application_facts(application_id: int, *, at: datetime) -> ApplicationFacts | None:
    """None when it is not for whoever reads."""
    return fetch_one(ApplicationFacts, _FACTS, {"id": application_id, "at": at})


def composition_of(application_id: int) -> CompositionFacts | None:
    return fetch_one(CompositionFacts, _COMPOSITION, {"id": application_id})


def situation_of(application_id: int) -> SituationFacts | None:
    return fetch_one(SituationFacts, _SITUATION, {"id": application_id})


def resources_of(application_id: int) -> ResourcesFacts | None:
    return fetch_one(ResourcesFacts, _RESOURCES, {"id": application_id})


def resource_lines_of(application_id: int) -> list[ResourceLineFacts]:
    return fetch(ResourceLineFacts, _LINES, {"id": application_id})


def stated_of(application_id: int) -> list[StatedRow]:
    """Motives, priorities and needs, in that order of words."""
    return fetch(StatedRow, _STATED, {"id": application_id})


def stays_of(application_id: int) -> list[StayRow]:
    return fetch(StayRow, _STAYS, {"id": application_id})


def nirs_of(application_id: int) -> list[NirRow]:
    """The adults whose number is held, sealed: its control key alone."""
    return fetch(NirRow, _NIRS, {"id": application_id})


def events_of(application_id: int) -> list[EventRow]:
    """A hundred at most, the newest first."""
    return fetch(EventRow, _EVENTS, {"id": application_id})


def scores_of(application_id: int) -> list[ScoreRow]:
    """By territory: the last official score, then the control."""
    return fetch(ScoreRow, _SCORES, {"id": application_id})


def address_of(application_id: int) -> AddressFacts | None:
    """Where to write to the applicant."""
    return fetch_one(AddressFacts, _ADDRESS, {"id": application_id})
