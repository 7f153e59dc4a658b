"""Sendings as their pages show them: where each stands, who signed, what was refused and why, its letters."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from palier.dispatch.queries.lots import PaperPlace, places_of
from palier.foundation.reading import fetch, fetch_one

MOST_LETTERS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingRow:
    """A sending, counted as far as whoever asks sees its letters."""

    id: int
    name: str
    rank: int
    title: str
    version_id: int
    state: str
    is_single: bool
    is_registered: bool
    lease_state: str
    payment_mode: str
    lease_kind: str
    filter_agency_id: int | None
    list_code: str
    list_of: int | None
    list_word: str
    list_view: str
    list_on: date | None
    agency_id: int | None
    event_on: date | None
    event_slot: str
    withdraws_id: int | None
    withdrawn_by_id: int | None
    needs_two: bool
    selected_count: int
    selected_by: str
    selected_at: datetime
    checked_at: datetime | None
    signed_by_id: int | None
    signed_by: str
    signed_at: datetime | None
    launched_by: str
    launched_at: datetime | None
    issued_on: date | None
    made_at: datetime | None
    posted_on: date | None
    chosen: int
    tried: int
    refused: int
    written: int
    paper: int
    online: int
    registered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalCount:
    """How many leases a reason sets aside."""

    code: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """One lease of a sending: its letter, or why there is none."""

    id: int
    lease_id: int
    reference: str
    residence: str
    tenant: str
    person_id: int | None
    number: str
    channel: str
    refusal_code: str
    refusal: str
    registered_number: str
    returned_on: date | None
    withdrawn_on: date | None
    document_id: int | None
    has_pdf: bool


_AGENT = "coalesce((SELECT first_name || ' ' || last_name FROM agents_agent AS a WHERE a.id = s.{}), '')"
_SENDINGS = f"""
SELECT s.id, t.name, v.rank, v.title, s.version_id, s.state, s.is_single, v.is_registered, s.lease_state,
       s.payment_mode, s.lease_kind, s.filter_agency_id, s.list_code, s.list_of, s.list_word,
       s.list_view, s.list_on, s.agency_id, s.event_on, s.event_slot, s.withdraws_id,
       (SELECT n.id FROM correspondence_sending AS n WHERE n.withdraws_id = s.id AND n.state <> 'CANCELLED')
           AS withdrawn_by_id,
       s.needs_two, s.selected_count, {_AGENT.format("selected_by")} AS selected_by, s.selected_at, s.checked_at,
       s.signed_by AS signed_by_id, {_AGENT.format("signed_by")} AS signed_by, s.signed_at,
       {_AGENT.format("launched_by")} AS launched_by, s.launched_at, s.issued_on, s.made_at, s.posted_on, c.*
FROM correspondence_sending AS s JOIN correspondence_templateversion AS v ON v.id = s.version_id
JOIN correspondence_template AS t ON t.id = v.template_id
CROSS JOIN LATERAL (
    SELECT count(*)::int AS chosen, count(*) FILTER (WHERE is_tried)::int AS tried,
           count(*) FILTER (WHERE refusal_code <> '')::int AS refused,
           count(*) FILTER (WHERE number <> '')::int AS written,
           count(*) FILTER (WHERE refusal_code = '' AND is_tried AND channel = 'PAPER')::int AS paper,
           count(*) FILTER (WHERE refusal_code = '' AND is_tried AND channel = 'ONLINE')::int AS online,
           count(*) FILTER (WHERE refusal_code = '' AND is_tried AND channel = 'REGISTERED')::int AS registered
    FROM correspondence_letter WHERE sending_id = s.id
) AS c
WHERE {{which}} ORDER BY s.id DESC LIMIT %(limit)s
"""
_REFUSALS = """
SELECT refusal_code AS code, count(*)::int AS count FROM correspondence_letter
WHERE sending_id = %(sending)s AND refusal_code <> '' GROUP BY refusal_code ORDER BY 2 DESC, 1
"""
_LINES = """
SELECT w.id, w.lease_id, l.reference, e.name AS residence, coalesce(holder.display_name, '') AS tenant,
       holder.person_id, w.number, w.channel, w.refusal_code, w.refusal, w.registered_number, w.returned_on,
       w.withdrawn_on, d.id AS document_id, coalesce(d.pdf_sha256 <> '', false) AS has_pdf
FROM correspondence_letter AS w JOIN leases_lease AS l ON l.id = w.lease_id
JOIN estate_residence AS e ON e.id = w.residence_id
LEFT JOIN mail_document AS d ON d.number = w.number AND w.number <> ''
LEFT JOIN LATERAL (
    SELECT o.display_name, o.person_id FROM leases_occupant AS o
    WHERE o.lease_id = w.lease_id AND o.role = 'HOLDER' ORDER BY o.id LIMIT 1
) AS holder ON true
WHERE w.sending_id = %(sending)s ORDER BY w.refusal_code = '', w.number, l.reference LIMIT %(limit)s
"""
_PERSONS = """
SELECT DISTINCT o.person_id FROM correspondence_letter AS w
JOIN leases_occupant AS o ON o.lease_id = w.lease_id AND o.role IN ('HOLDER', 'COHOLDER')
WHERE w.sending_id = %(sending)s
"""


@dataclass(frozen=True, slots=True)
class _Person:
    person_id: int


def sending_row(sending_id: int) -> SendingRow | None:
    """One sending, or None."""
    return fetch_one(SendingRow, _SENDINGS.format(which="s.id = %(id)s"), {"id": sending_id, "limit": 1})


def sendings(*, agency_id: int | None, limit: int = 50) -> list[SendingRow]:
    """The last sendings of an agency to a list, or of the whole landlord; letters to one lease are in the register."""
    which = "(NOT s.is_single OR s.state = 'SIGNED') AND (%(agency)s::bigint IS NULL OR s.agency_id = %(agency)s)"
    return fetch(SendingRow, _SENDINGS.format(which=which), {"agency": agency_id, "limit": limit})


def sendings_to_sign(*, agency_id: int | None, agent_id: int) -> list[SendingRow]:
    """Those that wait for a second signature which this person may give."""
    which = """s.state = 'SIGNED' AND s.signed_by <> %(agent)s
               AND (%(agency)s::bigint IS NULL OR s.agency_id = %(agency)s)"""
    return fetch(SendingRow, _SENDINGS.format(which=which), {"agency": agency_id, "agent": agent_id, "limit": 50})


def refusals_of(sending_id: int) -> list[RefusalCount]:
    """The reasons that set leases aside, the commonest first."""
    return fetch(RefusalCount, _REFUSALS, {"sending": sending_id})


def lines_of(sending_id: int, *, limit: int = MOST_LETTERS) -> list[LetterLine]:
    """The first leases of a sending, the refused ones before all."""
    return fetch(LetterLine, _LINES, {"sending": sending_id, "limit": limit})


def papers_of(sending_id: int) -> list[PaperPlace]:
    """Where the paper of a sending is: in which lots, how many letters."""
    numbers = "SELECT number FROM correspondence_letter WHERE sending_id = %(sending)s AND number <> ''"
    return places_of(numbers, {"sending": sending_id})


def persons_of(sending_id: int) -> list[int]:
    """Whose data a sending reads: the holders of its leases."""
    return [each.person_id for each in fetch(_Person, _PERSONS, {"sending": sending_id})]
