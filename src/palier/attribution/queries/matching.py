"""What matching found: for a vacancy those examined and why; for an application the vacancies, and why not this one."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.attribution.models import Match, Offer
from palier.attribution.queries.offered import Placed, placed_open
from palier.attribution.rules.suiting import AGAINST_FR, CHECKS_FR, Suiting, suit
from palier.demandes.queries.facts import facts_of
from palier.demandes.rules.eligibility import refused_fr
from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingFacts:
    """The last matching of a vacancy."""

    made_at: datetime
    on: date
    territory: str
    examined: int
    suited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """One application examined, by its number, never by a name. `candidate_id`: proposed already."""

    application_id: int
    person_id: int
    number: str
    state: str
    place: int
    suits: bool
    verdict: str
    against: list[str]
    to_check: list[str]
    points: int | None
    filed_on: date
    persons: int
    candidate_id: int | None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not kept, or what is to look at, in French."""
        return (*(AGAINST_FR[code] for code in self.against), *(CHECKS_FR[code] for code in self.to_check))


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """One candidate of a vacancy, withdrawn or not."""

    id: int
    application_id: int
    person_id: int
    number: str
    source: str
    added_on: date
    withdrawn_on: date | None
    withdrawn_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVacancyRow:
    """One vacancy that may be proposed, with how far it is."""

    id: int
    residence: str
    city: str
    door: str
    rooms: int | None
    state: str
    available_on: date
    made_at: datetime | None
    suited: int | None
    candidates: int


# Counted and placed among the rows in sight: one too many, or a place left out, would tell of a protected address.
_MATCHING = """
SELECT g.made_at, g."on", g.territory, count(m.id) AS examined, count(m.id) FILTER (WHERE m.suits) AS suited
FROM attribution_matching AS g LEFT JOIN attribution_match AS m ON m.matching_id = g.id
WHERE g.vacancy_id = %(vacancy)s GROUP BY g.id
"""
_ROWS = """
SELECT m.application_id, a.person_id, a.number, a.state, m.seen_place AS place, m.suits, m.verdict, m.against,
       m.to_check, m.points, m.filed_on, m.persons, c.id AS candidate_id
FROM attribution_matching AS g
JOIN (
    SELECT *, row_number() OVER (PARTITION BY matching_id ORDER BY place) AS seen_place FROM attribution_match
    WHERE matching_id = (SELECT id FROM attribution_matching WHERE vacancy_id = %(vacancy)s)
) AS m ON m.matching_id = g.id
JOIN demandes_application AS a ON a.id = m.application_id
LEFT JOIN attribution_candidate AS c
    ON c.vacancy_id = g.vacancy_id AND c.application_id = m.application_id AND c.withdrawn_on IS NULL
WHERE g.vacancy_id = %(vacancy)s AND (m.suits OR %(all)s)
ORDER BY m.place
"""
_CANDIDATES = """
SELECT c.id, c.application_id, a.person_id, a.number, c.source, c.added_on, c.withdrawn_on, c.withdrawn_for
FROM attribution_candidate AS c JOIN demandes_application AS a ON a.id = c.application_id
WHERE c.vacancy_id = %(vacancy)s
ORDER BY c.withdrawn_on IS NOT NULL, c.added_on, c.id
"""
_OPEN = """
SELECT v.id, r.name AS residence, r.city, d.door, d.rooms, v.state, v.available_on, g.made_at,
       CASE WHEN g.id IS NOT NULL
            THEN (SELECT count(*) FROM attribution_match AS m WHERE m.matching_id = g.id AND m.suits) END AS suited,
       (SELECT count(*) FROM attribution_candidate AS c WHERE c.vacancy_id = v.id AND c.withdrawn_on IS NULL)
           AS candidates
FROM attribution_vacancy AS v
JOIN estate_dwelling AS d ON d.id = v.dwelling_id
JOIN estate_residence AS r ON r.id = v.residence_id
LEFT JOIN attribution_matching AS g ON g.vacancy_id = v.id
WHERE v.state IN ('OPEN', 'ORIENTED', 'MATCHED', 'AGENDA')
ORDER BY v.available_on, v.id
LIMIT %(most)s
"""
_NUMBER = """
SELECT a.id, a.person_id, a.number, a.state, a.id = ANY ((SELECT palier.my_files())::bigint[]) AS is_mine
FROM demandes_application AS a WHERE a.number = %(number)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An application found by its number; `is_mine`: given to whoever asks, who may read its resources."""

    id: int
    person_id: int
    number: str
    state: str
    is_mine: bool


def matching_of(vacancy_id: int) -> MatchingFacts | None:
    """The last matching of a vacancy, if one was made."""
    return fetch_one(MatchingFacts, _MATCHING, {"vacancy": vacancy_id})


def match_rows(vacancy_id: int, *, with_others: bool) -> list[MatchRow]:
    """Those kept, in order; with those set aside between them when asked."""
    return fetch(MatchRow, _ROWS, {"vacancy": vacancy_id, "all": with_others})


def candidate_rows(vacancy_id: int) -> list[CandidateRow]:
    """The candidates of a vacancy, those withdrawn last."""
    return fetch(CandidateRow, _CANDIDATES, {"vacancy": vacancy_id})


def open_vacancies(*, limit: int) -> list[OpenVacancyRow]:
    """The vacancies to match, the first available first."""
    return fetch(OpenVacancyRow, _OPEN, {"most": limit})


def application_numbered(number: str) -> Named | None:
    """The application of that number."""
    return fetch_one(Named, _NUMBER, {"number": number.strip().upper()})


def why(application: Named, here: Placed, *, on: date) -> Suiting | None:
    """Why this dwelling suits that application or not; none while its file says neither its size nor its wishes.

    Raises DwellingNotDescribed.
    """
    facts = facts_of([application.id], on=on).get(application.id)
    if facts is None:
        return None
    return suit(
        facts,
        here.described(),
        on=on,
        refused_here=_refused(application.id, here.vacancy_id),
        without_resources=not application.is_mine,
    )


def refused_for(application: Named, here: Placed, *, on: date) -> str:
    """Why the rules refuse that application this dwelling; empty when they do not, or when it is not to be read.

    From its file for who instructs it, otherwise from the last matching.
    """
    if application.is_mine and here.offered is not None:
        found = why(application, here, on=on)
        return refused_fr(found.verdict or "", found.against) if found is not None else ""
    kept = Match.objects.filter(matching__vacancy_id=here.vacancy_id, application_id=application.id)
    verdict, against = kept.values_list("verdict", "against").first() or ("", [])
    return refused_fr(verdict, against)


def sentences_of(found: Suiting) -> tuple[str, ...]:
    """What is against, then what is to check, in French."""
    return (*(AGAINST_FR[code] for code in found.against), *(CHECKS_FR[code] for code in found.to_check))


def vacancies_for(application_id: int, *, on: date) -> list[tuple[Placed, Suiting]]:
    """Every open vacancy with why it suits a file that is one's own or not, those that suit first."""
    facts = facts_of([application_id], on=on).get(application_id)
    if facts is None:
        return []
    refused = set(
        Offer.objects.filter(application_id=application_id, state__in=["REFUSED", "EXPIRED"]).values_list(
            "vacancy_id", flat=True
        )
    )
    rows = [
        (here, suit(facts, here.offered, on=on, refused_here=here.vacancy_id in refused))
        for here in placed_open()
        if here.offered is not None
    ]
    return sorted(rows, key=lambda row: (not row[1].suits, len(row[1].against)))


def _refused(application_id: int, vacancy_id: int) -> bool:
    return Offer.objects.filter(
        vacancy_id=vacancy_id, application_id=application_id, state__in=["REFUSED", "EXPIRED"]
    ).exists()
