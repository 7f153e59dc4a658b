"""The register of outgoing mail: every letter of this room and of the campaigns, found by number, tenant or day.

One view over both: neither copies the other's rows. The letters of allocation and of persons' rights stay in their own
registers, which the functions that manage leases have no right to read.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from palier.foundation.reading import fetch, fetch_one, like
from palier.foundation.text import fold

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """A letter that left. `letter_id` is None for a campaign's; its own page is the campaign's."""

    letter_id: int | None
    mailing_id: int | None
    number: str
    kind: str
    lease_id: int
    reference: str
    tenant: str
    person_id: int | None
    channel: str
    issued_on: date
    prepared_by: str
    signed_by: str
    registered_number: str
    returned_on: date | None
    withdrawn_on: date | None
    posted_on: date | None
    # The lot that its paper is in, and since when it is out of it; the reason that the mail room noted.
    lot: str
    lot_taken_at: datetime | None
    # Where hybrid mail prints it: what it said of it last, and when.
    hybrid_state: str
    told_at: datetime | None
    came_back: str
    replies: int
    to_answer: int
    document_id: int | None
    has_pdf: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRow:
    """A paper attached to a letter."""

    id: int
    received_on: date
    nature: str
    answer_by: date | None
    answered_on: date | None
    page_count: int
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the register is searched by; empty means all."""

    number: str = ""
    name: str = ""
    since: date | None = None
    until: date | None = None
    state: str = ""


_AGENT = "coalesce((SELECT first_name || ' ' || last_name FROM agents_agent AS a WHERE a.id = {}), '')"
_OURS = """
SELECT w.id AS letter_id, NULL::bigint AS mailing_id, w.number, t.name AS kind, w.lease_id, w.channel, s.issued_on,
       s.selected_by AS prepared, s.launched_by AS signed, w.registered_number, w.returned_on, w.withdrawn_on,
       s.posted_on
FROM correspondence_letter AS w JOIN correspondence_sending AS s ON s.id = w.sending_id
JOIN correspondence_templateversion AS v ON v.id = s.version_id
JOIN correspondence_template AS t ON t.id = v.template_id
WHERE w.number <> ''
"""
_CAMPAIGNS = """
SELECT NULL::bigint AS letter_id, m.id AS mailing_id, c.number, m.kind, c.lease_id, c.channel, m.issued_on,
       m.prepared_by AS prepared, m.launched_by AS signed, c.registered_number, NULL::date AS returned_on,
       c.withdrawn_on, NULL::date AS posted_on
FROM campaigns_letter AS c JOIN campaigns_mailing AS m ON m.id = c.mailing_id WHERE c.number <> ''
"""
_REGISTER = f"""
WITH letters AS ({{source}}),
page AS (
    SELECT g.* FROM letters AS g WHERE {{where}} ORDER BY g.issued_on DESC, g.number DESC LIMIT %(limit)s
)
SELECT p.letter_id, p.mailing_id, p.number, p.kind, p.lease_id, l.reference,
       coalesce(holder.display_name, '') AS tenant, holder.person_id, p.channel, p.issued_on,
       {_AGENT.format("p.prepared")} AS prepared_by,
       {_AGENT.format("p.signed")} AS signed_by, p.registered_number,
       coalesce(p.returned_on, paper.returned_on) AS returned_on, p.withdrawn_on, p.posted_on,
       coalesce(paper.hybrid_state, '') AS hybrid_state,
       paper.told_at, coalesce(paper.lot, '') AS lot, paper.lot_taken_at, coalesce(paper.came_back, '') AS came_back,
       r.replies, r.to_answer, d.id AS document_id, coalesce(d.pdf_sha256 <> '', false) AS has_pdf
FROM page AS p JOIN leases_lease AS l ON l.id = p.lease_id
LEFT JOIN mail_document AS d ON d.number = p.number
LEFT JOIN LATERAL (
    SELECT t.number AS lot, t.taken_at AS lot_taken_at, s.told_at,
           CASE s.channel WHEN 'HYBRID' THEN s.state END AS hybrid_state, s.return_reason AS came_back,
           (s.returned_at AT TIME ZONE 'Europe/Paris')::date AS returned_on
    FROM dispatch_sending AS s LEFT JOIN dispatch_printlot AS t ON t.id = s.print_lot_id
    WHERE s.document_id = d.id AND s.channel IN ('PRINT', 'HYBRID') ORDER BY s.id DESC LIMIT 1
) AS paper ON true
LEFT JOIN LATERAL (
    SELECT o.display_name, o.person_id FROM leases_occupant AS o
    WHERE o.lease_id = p.lease_id AND o.role = 'HOLDER' ORDER BY o.id LIMIT 1
) AS holder ON true
CROSS JOIN LATERAL (
    SELECT count(*)::int AS replies,
           count(*) FILTER (WHERE answer_by IS NOT NULL AND answered_on IS NULL)::int AS to_answer
    FROM correspondence_reply WHERE letter_id = p.letter_id
) AS r
ORDER BY p.issued_on DESC, p.number DESC
"""
_STATES: Final = {
    "REVENUE": """(g.returned_on IS NOT NULL OR g.number IN (
                     SELECT d.number FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
                     WHERE s.returned_at IS NOT NULL))""",
    "RETIREE": "g.withdrawn_on IS NOT NULL",
    "RECOMMANDE": "g.channel = 'REGISTERED'",
    "A_REPONDRE": """EXISTS (SELECT FROM correspondence_reply AS p WHERE p.letter_id = g.letter_id
                     AND p.answer_by IS NOT NULL AND p.answered_on IS NULL)""",
}
STATE_LABELS: Final = {
    "REVENUE": "revenues",
    "RETIREE": "retirées",
    "RECOMMANDE": "en recommandé",
    "A_REPONDRE": "réponse à traiter",
}
_REPLIES = f"""
SELECT p.id, p.received_on, p.nature, p.answer_by, p.answered_on, p.page_count,
       {_AGENT.format("p.recorded_by")} AS recorded_by
FROM correspondence_reply AS p WHERE p.letter_id = %(letter)s ORDER BY p.received_on DESC, p.id DESC LIMIT 50
"""


def register_rows(wanted: Wanted, *, limit: int = PAGE) -> list[RegisterRow]:
    """The last letters that answer, newest first."""
    conditions, parameters = ["true"], dict[str, object]()
    if wanted.number:
        conditions.append("g.number LIKE %(number)s")
        parameters["number"] = like(wanted.number.strip().upper())
    for rank, word in enumerate(fold(wanted.name).split()[:5]):
        conditions.append(
            f"""g.lease_id IN (SELECT o.lease_id FROM leases_occupant AS o
                WHERE o.role IN ('HOLDER', 'COHOLDER') AND o.sort_name LIKE %(word{rank})s)"""
        )
        parameters[f"word{rank}"] = like(word)
    if wanted.since is not None:
        conditions.append("g.issued_on >= %(since)s")
        parameters["since"] = wanted.since
    if wanted.until is not None:
        conditions.append("g.issued_on <= %(until)s")
        parameters["until"] = wanted.until
    if wanted.state:
        conditions.append(_STATES[wanted.state])
    statement = _REGISTER.format(source=f"{_OURS} UNION ALL {_CAMPAIGNS}", where=" AND ".join(conditions))
    return fetch(RegisterRow, statement, {**parameters, "limit": limit})


def letter_row(letter_id: int) -> RegisterRow | None:
    """One letter of this room, or None."""
    statement = _REGISTER.format(source=_OURS, where="g.letter_id = %(letter)s")
    return fetch_one(RegisterRow, statement, {"letter": letter_id, "limit": 1})


def replies_of(letter_id: int) -> list[ReplyRow]:
    """The papers that answered a letter, newest first."""
    return fetch(ReplyRow, _REPLIES, {"letter": letter_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCounts:
    """The register in figures: nobody's name."""

    letters: int
    paper: int
    online: int
    registered: int
    returned: int
    withdrawn: int
    to_answer: int
    last_number: str


_COUNTS = """
SELECT count(*)::int AS letters, count(*) FILTER (WHERE channel = 'PAPER')::int AS paper,
       count(*) FILTER (WHERE channel = 'ONLINE')::int AS online,
       count(*) FILTER (WHERE channel = 'REGISTERED')::int AS registered,
       count(returned_on)::int AS returned, count(withdrawn_on)::int AS withdrawn,
       (SELECT count(*)::int FROM correspondence_reply WHERE answer_by IS NOT NULL AND answered_on IS NULL)
           AS to_answer,
       coalesce(max(number), '') AS last_number
FROM correspondence_letter WHERE number <> ''
"""


def register_counts() -> RegisterCounts:
    """The register in figures."""
    (counts,) = fetch(RegisterCounts, _COUNTS, {})
    return counts
