"""What the pages of the commission show: sittings, one sitting, one item with its sheets. No name of a candidate."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from palier.attribution.rules.voting import Presence
from palier.attribution.rules.words import REHOUSING
from palier.foundation.reading import fetch

_SITTINGS = """
SELECT s.id, s.number, s.held_on, s.hour, s.mode, s.place, s.state, s.version,
       (SELECT count(*) FROM attribution_item AS i WHERE i.sitting_id = s.id) AS items,
       (SELECT count(*) FROM attribution_sheet AS h JOIN attribution_item AS i ON i.id = h.item_id
        WHERE i.sitting_id = s.id) AS sheets
FROM attribution_sitting AS s WHERE %(sitting)s::bigint IS NULL OR s.id = %(sitting)s
ORDER BY s.held_on DESC, s.id DESC LIMIT 200
"""
_ITEMS = """
SELECT i.id, i.sitting_id, i.vacancy_id, i.rank, i.exception, i.is_postponed, i.version,
       r.name AS residence, r.address, r.postcode, r.city, r.is_qpv, d.door, d.floor, d.rooms,
       d.floor_area_m2::text AS floor_area_m2, d.financing, v.rent_cents, v.charges_cents, v.available_on,
       (SELECT count(*) FROM attribution_sheet AS h WHERE h.item_id = i.id) AS sheets,
       (SELECT count(*) FROM attribution_sheet AS h JOIN attribution_decision AS c ON c.sheet_id = h.id
        WHERE h.item_id = i.id AND c.replaced_at IS NULL) AS decided
FROM attribution_item AS i JOIN attribution_vacancy AS v ON v.id = i.vacancy_id
JOIN estate_dwelling AS d ON d.id = v.dwelling_id JOIN estate_residence AS r ON r.id = v.residence_id
WHERE {which} ORDER BY i.rank
"""
_SHEETS = """
SELECT h.id, h.item_id, h.pseudonym, h.content::text AS content, h.made_at
FROM attribution_sheet AS h WHERE h.item_id = %(item)s ORDER BY h.pseudonym
"""
_ATTENDANCE = """
SELECT t.member_id, t.state, t.proxy_to_id, m.quality, m.has_vote, m.is_president, m.communes,
       a.first_name || ' ' || a.last_name AS name
FROM attribution_attendance AS t JOIN attribution_commissionmember AS m ON m.id = t.member_id
JOIN agents_agent AS a ON a.id = m.agent_id
WHERE t.sitting_id = %(sitting)s ORDER BY m.has_vote DESC, a.last_name, a.first_name
"""
_READY = """
SELECT v.id, r.name AS residence, d.door, d.rooms, d.financing, v.available_on,
       (SELECT count(*) FROM attribution_candidate AS c WHERE c.vacancy_id = v.id AND c.withdrawn_on IS NULL)
           AS candidates
FROM attribution_vacancy AS v JOIN estate_dwelling AS d ON d.id = v.dwelling_id
JOIN estate_residence AS r ON r.id = v.residence_id
WHERE v.state IN ('ORIENTED', 'MATCHED') OR (v.state = 'OPEN' AND v.withdrawn_for = ANY (%(rehousing)s))
ORDER BY v.available_on, v.id LIMIT 200
"""
_MEMBERS = """
SELECT m.id, m.quality, m.has_vote, m.is_president, m.communes, m.first_day, m.last_day,
       a.first_name || ' ' || a.last_name AS name
FROM attribution_commissionmember AS m JOIN agents_agent AS a ON a.id = m.agent_id
ORDER BY m.last_day IS NOT NULL, m.has_vote DESC, a.last_name
"""
_TO_SEAT = """
SELECT a.id, a.first_name || ' ' || a.last_name AS name FROM agents_agent AS a
WHERE a.role = 'commission_member' AND (a.left_on IS NULL OR a.left_on >= %(on)s) ORDER BY a.last_name, a.first_name
"""
_RULES = """
SELECT version, first_day, adopted_on, quorum, casting, least_candidates, proxies_each, remote_allowed,
       convened_days_before, quorum_in_person
FROM attribution_commissionrules ORDER BY first_day DESC
"""
_IDENTITIES = """
SELECT h.pseudonym, i.rank AS item, p.id AS person_id, coalesce(p.first_name, '') AS first_name,
       coalesce(p.last_name, '') AS last_name, coalesce(a.number, '') AS number
FROM attribution_sheet AS h JOIN attribution_item AS i ON i.id = h.item_id
JOIN attribution_candidate AS c ON c.id = h.candidate_id
LEFT JOIN demandes_application AS a ON a.id = c.application_id
LEFT JOIN people_person AS p ON p.id = a.person_id
WHERE i.sitting_id = %(sitting)s AND c.application_id IS NOT NULL AND (a.id IS NULL OR p.id IS NOT NULL)
ORDER BY i.rank, h.pseudonym
"""
_PERSONS = """
SELECT DISTINCT a.person_id FROM attribution_sheet AS h JOIN attribution_item AS i ON i.id = h.item_id
JOIN attribution_candidate AS c ON c.id = h.candidate_id JOIN demandes_application AS a ON a.id = c.application_id
WHERE i.id = ANY (%(items)s::bigint[])
"""
_IN_PREPARATION = """
SELECT i.id AS item_id FROM attribution_item AS i JOIN attribution_sitting AS s ON s.id = i.sitting_id
WHERE i.vacancy_id = %(vacancy)s AND s.state = 'DRAFT'
"""
_RECUSED = """
SELECT 'point ' || i.rank AS what, r.member_id FROM attribution_recusal AS r
JOIN attribution_item AS i ON i.id = r.item_id WHERE i.sitting_id = %(sitting)s
UNION ALL
SELECT 'avis ' || o.pseudonym, r.member_id FROM attribution_opinionrecusal AS r
JOIN attribution_opinion AS o ON o.id = r.point_id WHERE o.sitting_id = %(sitting)s ORDER BY 1, 2
"""
_KEEPER = """
SELECT a.id AS agent_id, a.first_name || ' ' || a.last_name AS name FROM attribution_sitting AS s
JOIN agents_agent AS a ON a.id = palier.keeper_of_sitting(s.id)
WHERE s.id = %(sitting)s
"""
_HANDOVERS = """
SELECT h.taken_at, l.first_name || ' ' || l.last_name AS left_by, t.first_name || ' ' || t.last_name AS taken_by
FROM attribution_handover AS h JOIN agents_agent AS l ON l.id = h.left_by_id
JOIN agents_agent AS t ON t.id = h.taken_by_id WHERE h.sitting_id = %(sitting)s ORDER BY h.id
"""
_MY_RECUSALS = "SELECT items, opinions FROM palier.my_recusals(%(sitting)s)"
_CONFLICTS = "SELECT item_id, member_id FROM palier.conflicts_of_sitting(%(sitting)s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingRow:
    id: int
    number: str
    held_on: date
    hour: time | None
    mode: str
    place: str
    state: str
    version: int
    items: int
    sheets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """A dwelling of the agenda, and how far it is decided."""

    id: int
    sitting_id: int
    vacancy_id: int
    rank: int
    exception: str
    is_postponed: bool
    version: int
    residence: str
    address: str
    postcode: str
    city: str
    is_qpv: bool
    door: str
    floor: int | None
    rooms: int | None
    floor_area_m2: str | None
    financing: str
    rent_cents: int
    charges_cents: int
    available_on: date
    sheets: int
    decided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    id: int
    item_id: int
    pseudonym: str
    content: str
    made_at: datetime

    @property
    def facts(self) -> dict[str, Any]:
        """What the sheet says."""
        said: dict[str, Any] = json.loads(self.content)
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRow:
    member_id: int
    state: str
    proxy_to_id: int | None
    quality: str
    has_vote: bool
    is_president: bool
    communes: list[str]
    name: str

    @property
    def presence(self) -> Presence:
        return Presence(state=self.state, proxy_to=self.proxy_to_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyRow:
    """A vacancy that may be put on an agenda."""

    id: int
    residence: str
    door: str
    rooms: int | None
    financing: str
    available_on: date
    candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    id: int
    quality: str
    has_vote: bool
    is_president: bool
    communes: list[str]
    first_day: date
    last_day: date | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRow:
    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesRow:
    version: str
    first_day: date
    adopted_on: date
    quorum: int
    casting: str
    least_candidates: int
    proxies_each: int
    remote_allowed: bool
    convened_days_before: int
    quorum_in_person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRow:
    """Who is behind a pseudonym: the secretary's alone. Of a protected person, neither who nor which number."""

    pseudonym: str
    item: int
    person_id: int | None
    first_name: str
    last_name: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A member and an item where a name is the same: yes, and nothing more."""

    item_id: int
    member_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecusedRow:
    """A member who takes no part in a point or an opinion."""

    what: str
    member_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRow:
    """A sitting that another secretary took over."""

    taken_at: datetime
    left_by: str
    taken_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecusals:
    """In how many dwellings and opinions a member takes no part."""

    items: int
    opinions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperRow:
    """Who keeps a sitting."""

    agent_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    item_id: int


def sittings() -> list[SittingRow]:
    """The latest first."""
    return fetch(SittingRow, _SITTINGS, {"sitting": None})


def sitting_row(sitting_id: int) -> SittingRow | None:
    return next(iter(fetch(SittingRow, _SITTINGS, {"sitting": sitting_id})), None)


def items_of(sitting_id: int) -> list[ItemRow]:
    return fetch(ItemRow, _ITEMS.format(which="i.sitting_id = %(sitting)s"), {"sitting": sitting_id})


def item_row(item_id: int) -> ItemRow | None:
    return next(iter(fetch(ItemRow, _ITEMS.format(which="i.id = %(item)s"), {"item": item_id})), None)


def item_in_preparation(vacancy_id: int) -> int | None:
    """The point of a dwelling in a sitting that is still drawn up."""
    return next((row.item_id for row in fetch(_Item, _IN_PREPARATION, {"vacancy": vacancy_id})), None)


def sheets_of(item_id: int) -> list[SheetRow]:
    return fetch(SheetRow, _SHEETS, {"item": item_id})


def attendance_of(sitting_id: int) -> list[AttendanceRow]:
    """Members by name: the secretary's page."""
    return fetch(AttendanceRow, _ATTENDANCE, {"sitting": sitting_id})


def vacancies_ready() -> list[ReadyRow]:
    """What may be put on an agenda, with or without a candidate in sight."""
    return fetch(ReadyRow, _READY, {"rehousing": sorted(REHOUSING)})


def members() -> list[MemberRow]:
    return fetch(MemberRow, _MEMBERS, {})


def agents_to_seat(on: date) -> list[AgentRow]:
    return fetch(AgentRow, _TO_SEAT, {"on": on})


def rules_versions() -> list[RulesRow]:
    return fetch(RulesRow, _RULES, {})


def identities_of(sitting_id: int) -> list[IdentityRow]:
    return fetch(IdentityRow, _IDENTITIES, {"sitting": sitting_id})


def persons_of_items(item_ids: list[int]) -> list[int]:
    """Whose sheets these are, for the read journal: agents who may follow a sheet to its application."""
    return [row.person_id for row in fetch(_Person, _PERSONS, {"items": item_ids})]


def conflicts_of(sitting_id: int) -> list[Conflict]:
    return fetch(Conflict, _CONFLICTS, {"sitting": sitting_id})


def recused_in(sitting_id: int) -> list[RecusedRow]:
    """Every recusal noted in a sitting: the secretary's alone."""
    return fetch(RecusedRow, _RECUSED, {"sitting": sitting_id})


def own_recusals(sitting_id: int) -> OwnRecusals:
    """Those of the member who reads."""
    return next(iter(fetch(OwnRecusals, _MY_RECUSALS, {"sitting": sitting_id})), OwnRecusals(items=0, opinions=0))


def keeper_of(sitting_id: int) -> KeeperRow:
    """The secretary who keeps the sitting: the last who took it over, even sealed."""
    (keeper,) = fetch(KeeperRow, _KEEPER, {"sitting": sitting_id})
    return keeper


def handovers_of(sitting_id: int) -> list[HandoverRow]:
    """Who took the sitting over, the first at the top."""
    return fetch(HandoverRow, _HANDOVERS, {"sitting": sitting_id})
