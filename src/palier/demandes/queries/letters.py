"""Letters to applicants: those to write, for the job alone; those that were, for who instructs and for the person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from palier.demandes.models import Letter
from palier.demandes.models.letters import LETTER_KINDS
from palier.foundation.reading import fetch

_KINDS: Final = dict(LETTER_KINDS)
# A signed lease and a merge are told otherwise; the commission's own letter warns of an inadmissibility.
_TO_WRITE: Final = """
SELECT e.id AS event_id, e.kind, e.detail, e.on, e.application_id, a.number, a.filed_on, a.renewed_on, a.expires_on,
       coalesce(p.title, '') AS title, p.first_name, p.last_name, coalesce(d.line, '') AS line,
       coalesce(d.postcode, '') AS postcode, coalesce(d.city, '') AS city
FROM demandes_event AS e
JOIN demandes_application AS a ON a.id = e.application_id
JOIN people_person AS p ON p.id = a.person_id
LEFT JOIN demandes_postaladdress AS d ON d.application_id = a.id
WHERE e.id > %(after)s AND e.on BETWEEN %(since)s AND %(on)s
  AND (e.kind = 'NOTICE' OR (e.kind = 'WARNED' AND e.detail = 'NON_REPONSE')
       OR (e.kind = 'RADIATED' AND e.detail = ANY (%(ends)s)))
  AND NOT EXISTS (SELECT FROM demandes_letter AS l WHERE l.event_id = e.id)
ORDER BY e.id LIMIT %(block)s
"""
_OF: Final = """
SELECT l.id, l.kind, l.number, l.made_at FROM demandes_letter AS l
WHERE l.application_id = %(application_id)s ORDER BY l.id DESC LIMIT 20
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToWrite:
    """An event to tell, its application, where to write."""

    event_id: int
    kind: str
    detail: str
    on: date
    application_id: int
    number: str
    filed_on: date
    renewed_on: date | None
    expires_on: date
    title: str
    first_name: str
    last_name: str
    line: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """A letter that was written."""

    id: int
    kind: str
    number: str
    made_at: datetime

    @property
    def label(self) -> str:
        return _KINDS[self.kind]


def letters_to_write(*, after: int, since: date, on: date, ends: list[str], block: int) -> list[ToWrite]:
    """The next events to tell, in their order."""
    return fetch(ToWrite, _TO_WRITE, {"after": after, "since": since, "on": on, "ends": ends, "block": block})


def letters_of_application(application_id: int) -> list[LetterLine]:
    """Twenty at most, the last first."""
    return fetch(LetterLine, _OF, {"application_id": application_id})


def letter_content(application_id: int, letter_id: int) -> bytes | None:
    """What a letter was made of; none when it is not in sight."""
    raw = Letter.objects.filter(pk=letter_id, application=application_id).values_list("content", flat=True).first()
    return bytes(raw) if raw is not None else None
