"""A mailing as its pages show it: who signed, what is made, by which channel, what could not be written."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.dispatch.queries.lots import PaperPlace, places_of
from palier.foundation.reading import fetch, fetch_one

MOST_LETTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingRow:
    """A mailing with its counts and the names of those who signed."""

    id: int
    kind: str
    revision_id: int | None
    survey_id: int | None
    year: int
    state: str
    expected_count: int
    issued_on: date | None
    prepared_by_id: int
    prepared_by: str
    prepared_at: datetime
    launched_by: str
    made_at: datetime | None
    written: int
    refused: int
    online: int
    paper: int
    registered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """One letter, or the reason why it could not be written."""

    id: int
    lease_id: int
    reference: str
    residence: str
    tenant: str
    person_id: int | None
    number: str
    channel: str
    registered_number: str
    refusal: str
    withdrawn_on: date | None
    document_id: int | None
    has_pdf: bool


_AGENT = "coalesce((SELECT first_name || ' ' || last_name FROM agents_agent AS a WHERE a.id = m.{}), '')"
_MAILINGS = f"""
SELECT m.id, m.kind, m.revision_id, m.survey_id, coalesce(r.year, s.year) AS year, m.state, m.expected_count,
       m.issued_on, m.prepared_by AS prepared_by_id, {_AGENT.format("prepared_by")} AS prepared_by, m.prepared_at,
       {_AGENT.format("launched_by")} AS launched_by, m.made_at,
       count(w.id) FILTER (WHERE w.number <> '')::int AS written,
       count(w.id) FILTER (WHERE w.number = '')::int AS refused,
       count(w.id) FILTER (WHERE w.number <> '' AND w.channel = 'ONLINE')::int AS online,
       count(w.id) FILTER (WHERE w.number <> '' AND w.channel = 'PAPER')::int AS paper,
       count(w.id) FILTER (WHERE w.number <> '' AND w.channel = 'REGISTERED')::int AS registered
FROM campaigns_mailing AS m LEFT JOIN campaigns_revision AS r ON r.id = m.revision_id
LEFT JOIN campaigns_survey AS s ON s.id = m.survey_id LEFT JOIN campaigns_letter AS w ON w.mailing_id = m.id
WHERE {{which}} GROUP BY m.id, r.year, s.year ORDER BY m.id DESC LIMIT 100
"""
_LETTERS = """
SELECT w.id, w.lease_id, l.reference, e.name AS residence, coalesce(holder.display_name, '') AS tenant,
       holder.person_id, w.number, w.channel, w.registered_number, w.refusal, w.withdrawn_on, d.id AS document_id,
       coalesce(d.pdf_sha256 <> '', false) AS has_pdf
FROM campaigns_letter AS w JOIN leases_lease AS l ON l.id = w.lease_id
JOIN estate_residence AS e ON e.id = w.residence_id
LEFT JOIN mail_document AS d ON d.number = w.number AND w.number <> ''
LEFT JOIN LATERAL (
    SELECT o.display_name, o.person_id FROM leases_occupant AS o
    WHERE o.lease_id = w.lease_id AND o.role = 'HOLDER' ORDER BY o.id LIMIT 1
) AS holder ON true
WHERE w.mailing_id = %(mailing)s ORDER BY w.number = '' DESC, w.number LIMIT %(limit)s
"""


def mailing_row(mailing_id: int) -> MailingRow | None:
    """One mailing, or None."""
    return fetch_one(MailingRow, _MAILINGS.format(which="m.id = %(id)s"), {"id": mailing_id})


def mailings_of_revision(revision_id: int) -> list[MailingRow]:
    """The mailings of a revision, the last first."""
    return fetch(MailingRow, _MAILINGS.format(which="m.revision_id = %(id)s"), {"id": revision_id})


def mailings_of_survey(survey_id: int) -> list[MailingRow]:
    """The mailings of a survey, the last first."""
    return fetch(MailingRow, _MAILINGS.format(which="m.survey_id = %(id)s"), {"id": survey_id})


def papers_of(mailing_id: int) -> list[PaperPlace]:
    """Where the paper of a mailing is: in which lots, how many letters."""
    numbers = "SELECT number FROM campaigns_letter WHERE mailing_id = %(mailing)s AND number <> ''"
    return places_of(numbers, {"mailing": mailing_id})


def letters_of(mailing_id: int) -> list[LetterRow]:
    """The first letters of a mailing, those that could not be written before all."""
    return fetch(LetterRow, _LETTERS, {"mailing": mailing_id, "limit": MOST_LETTERS})
