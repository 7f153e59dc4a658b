"""A survey as its page shows it: counts by state, those to deal with first, one household."""

from dataclasses import dataclass
from datetime import date

from palier.foundation.money import Cents
from palier.foundation.reading import fetch, fetch_one

MOST_FILES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRow:
    """A survey with its counts."""

    id: int
    year: int
    opened_on: date
    fee_cents: Cents
    surveyed: int
    answered: int
    exempt: int
    provisional: int
    # Who pays a supplement, provisional or not, and what all of them pay a month.
    charged: int
    supplement_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCount:
    """Files in one state, or exempt for one reason."""

    state: str
    exemption: str
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementSlice:
    """Households whose monthly supplement is from this many euros on, up to the next slice; 0: none is due."""

    from_euros: int
    files: int
    cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One lease of a survey."""

    lease_id: int
    reference: str
    residence: str
    tenant: str
    person_id: int | None
    state: str
    exemption: str
    sent_on: date | None
    reminded_on: date | None
    noticed_on: date | None
    reached_on: date | None
    # What the carrier of registered mail gave to its formal notice.
    registered_number: str
    provisional_from: date | None
    provisional_cents: Cents
    fee_cents: Cents
    answered_on: date | None
    overrun_percent: int | None
    supplement_cents: Cents | None


_SURVEYS = """
SELECT s.id, s.year, s.opened_on, s.fee_cents,
       count(f.id) FILTER (WHERE f.state <> 'EXEMPT')::int AS surveyed,
       count(f.id) FILTER (WHERE f.state = 'ANSWERED')::int AS answered,
       count(f.id) FILTER (WHERE f.state = 'EXEMPT')::int AS exempt,
       count(f.id) FILTER (WHERE f.state = 'PROVISIONAL')::int AS provisional,
       count(f.id) FILTER (WHERE CASE f.state WHEN 'PROVISIONAL' THEN f.provisional_cents
                                 ELSE f.supplement_cents END > 0)::int AS charged,
       coalesce(sum(CASE f.state WHEN 'PROVISIONAL' THEN f.provisional_cents ELSE f.supplement_cents END),
                0)::bigint AS supplement_cents
FROM campaigns_survey AS s LEFT JOIN campaigns_surveyfile AS f ON f.survey_id = s.id
WHERE (%(id)s::bigint IS NULL OR s.id = %(id)s) AND (%(year)s::int IS NULL OR s.year = %(year)s)
GROUP BY s.id ORDER BY s.year DESC LIMIT 100
"""
# The first euro of each slice; what is due counts from one cent on.
SLICES = (0, 1, 25, 50, 100, 200)
_SPREAD = """
SELECT from_euros, count(*)::int AS files, coalesce(sum(cents), 0)::bigint AS cents
FROM (
    SELECT cents, CASE WHEN cents = 0 THEN 0 ELSE coalesce((
               SELECT max(e) FROM unnest(%(slices)s::int[]) AS e WHERE e > 0 AND e * 100 <= cents), 1)
           END AS from_euros
    FROM (SELECT CASE state WHEN 'PROVISIONAL' THEN provisional_cents ELSE supplement_cents END AS cents
          FROM campaigns_surveyfile WHERE survey_id = %(survey)s AND state IN ('ANSWERED', 'PROVISIONAL')) AS due
    WHERE cents IS NOT NULL
) AS sliced GROUP BY from_euros ORDER BY from_euros
"""
_STATES = """
SELECT state, exemption, count(*)::int AS files FROM campaigns_surveyfile
WHERE survey_id = %(survey)s GROUP BY state, exemption ORDER BY 3 DESC
"""
_FILES = """
SELECT f.lease_id, l.reference, r.name AS residence, coalesce(holder.display_name, '') AS tenant, holder.person_id,
       f.state, f.exemption, f.sent_on, f.reminded_on, f.noticed_on, f.reached_on,
       coalesce(posted.registered_number, '') AS registered_number, f.provisional_from, f.provisional_cents,
       f.fee_cents, f.answered_on, f.overrun_percent, f.supplement_cents
FROM campaigns_surveyfile AS f
JOIN leases_lease AS l ON l.id = f.lease_id JOIN estate_residence AS r ON r.id = f.residence_id
LEFT JOIN LATERAL (
    SELECT o.display_name, o.person_id FROM leases_occupant AS o
    WHERE o.lease_id = f.lease_id AND o.role = 'HOLDER' ORDER BY o.id LIMIT 1
) AS holder ON true
LEFT JOIN LATERAL (
    SELECT w.registered_number FROM campaigns_letter AS w JOIN campaigns_mailing AS m ON m.id = w.mailing_id
    WHERE m.survey_id = f.survey_id AND m.kind = 'SLS_DEMEURE' AND w.lease_id = f.lease_id AND w.number <> ''
    ORDER BY w.id DESC LIMIT 1
) AS posted ON f.noticed_on IS NOT NULL
WHERE f.survey_id = %(survey)s AND {which}
ORDER BY array_position(ARRAY['PROVISIONAL', 'NOTICED', 'REMINDED', 'SENT', 'TO_SEND', 'ANSWERED'], f.state::text),
         l.reference LIMIT %(limit)s
"""


def surveys() -> list[SurveyRow]:
    """Every survey, the last first."""
    return fetch(SurveyRow, _SURVEYS, {"id": None, "year": None})


def survey_row(survey_id: int) -> SurveyRow | None:
    """One survey, or None."""
    return fetch_one(SurveyRow, _SURVEYS, {"id": survey_id, "year": None})


def survey_before(year: int) -> SurveyRow | None:
    """The survey of the year before, or None."""
    return fetch_one(SurveyRow, _SURVEYS, {"id": None, "year": year - 1})


def spread(survey_id: int) -> list[SupplementSlice]:
    """How many households owe how much a month, among those who answered or are charged provisionally."""
    return fetch(SupplementSlice, _SPREAD, {"survey": survey_id, "slices": list(SLICES)})


def states(survey_id: int) -> list[StateCount]:
    """How many files in each state."""
    return fetch(StateCount, _STATES, {"survey": survey_id})


def files(survey_id: int, *, state: str = "") -> list[FileRow]:
    """The first files of a survey that are not exempt, those that wait for something first; or those of one state."""
    which = "f.state = %(state)s" if state else "f.state <> 'EXEMPT'"
    return fetch(FileRow, _FILES.format(which=which), {"survey": survey_id, "state": state, "limit": MOST_FILES})


def file_of(survey_id: int, lease_id: int) -> FileRow | None:
    """One lease of a survey, or None."""
    facts = {"survey": survey_id, "lease": lease_id, "limit": 1}
    return fetch_one(FileRow, _FILES.format(which="f.lease_id = %(lease)s"), facts)
