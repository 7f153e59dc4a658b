"""What a letter says of its lease: the facts of its campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from palier.foundation.money import Cents
from palier.foundation.reading import fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyedLease:
    """What a letter of the survey says: the dates of its steps, the answer, the dwelling. Amounts in cents."""

    lease_id: int
    year: int
    fee_cents: Cents
    sent_on: date | None
    reminded_on: date | None
    noticed_on: date | None
    reached_on: date | None
    provisional_from: date | None
    provisional_cents: Cents
    charged_fee_cents: Cents
    answered_on: date | None
    income_cents: Cents | None
    category: int | None
    extra_people: int | None
    overrun_percent: int | None
    supplement_cents: Cents | None
    floor_area_m2: Decimal | None
    financing: str
    zone_ceiling: str
    zone_sls: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One line that settles a month charged provisionally, in cents: negative when it is given back."""

    lease_id: int
    month: date
    label: str
    basis: str
    cents: Cents


_SURVEYED = """
SELECT f.lease_id, s.year, s.fee_cents, f.sent_on, f.reminded_on, f.noticed_on, f.reached_on, f.provisional_from,
       f.provisional_cents, f.fee_cents AS charged_fee_cents, f.answered_on, f.income_cents, f.category,
       f.extra_people, f.overrun_percent, f.supplement_cents, d.floor_area_m2, d.financing, r.zone_ceiling, r.zone_sls
FROM campaigns_surveyfile AS f JOIN campaigns_survey AS s ON s.id = f.survey_id
JOIN leases_lease AS l ON l.id = f.lease_id JOIN estate_dwelling AS d ON d.id = l.dwelling_id
JOIN estate_residence AS r ON r.id = f.residence_id
WHERE f.survey_id = %(survey)s AND f.lease_id = ANY (%(leases)s)
"""
_SETTLED = """
SELECT lease_id, month, label, basis, amount_cents AS cents FROM quittancement_oneoffline
WHERE origin = 'SLS' AND lease_id = ANY (%(leases)s) AND source_key LIKE 'SLS:' || %(survey)s || ':%%'
ORDER BY lease_id, id
"""


def surveyed_leases(survey_id: int, leases: Sequence[int]) -> dict[int, SurveyedLease]:
    """What the survey holds on each of these leases, by lease."""
    found = fetch(SurveyedLease, _SURVEYED, {"survey": survey_id, "leases": list(leases)})
    return {each.lease_id: each for each in found}


def settled_lines(survey_id: int, leases: Sequence[int]) -> dict[int, list[Settled]]:
    """The lines that settled what was charged provisionally, by lease, oldest month first."""
    lines: dict[int, list[Settled]] = {lease: [] for lease in leases}
    for each in fetch(Settled, _SETTLED, {"survey": survey_id, "leases": list(leases)}):
        lines[each.lease_id].append(each)
    return lines
