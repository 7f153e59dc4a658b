"""Requests with their state, which is that of their last step: for the person, and for the DPO's queue."""

from dataclasses import dataclass
from datetime import date, datetime

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One request. `due_on` is the deadline in force; `answered_at` None while the answer is awaited."""

    id: int
    person_id: int
    residence_id: int | None
    kind: str
    reason: str
    about: list[str]
    channel: str
    identity_proof: str
    received_at: datetime
    due_on: date
    is_extended: bool
    answered_at: datetime | None
    decision: str
    is_lifted: bool
    reading_id: int | None
    reading_at: datetime | None
    reading_role: str
    reading_purpose: str
    reading_screen: str

    @property
    def is_frozen(self) -> bool:
        """True while a restriction holds (RGPD, art. 18)."""
        return self.kind == "RESTRICTION" and self.decision in ("GRANTED", "PARTLY") and not self.is_lifted


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step, in codes. `due_on` and `reason` belong to an extension, the rest to an answer."""

    id: int
    kind: str
    at: datetime
    agent_id: int | None
    due_on: date | None
    reason: str
    decision: str
    motive: str
    sentences: list[str]
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRow:
    """A copy of the file, made and waiting. `bytes` is its size."""

    id: int
    request_id: int
    person_id: int
    made_at: datetime
    expires_at: datetime
    sha256: str
    kept_key: bytes | None
    bytes: int
    in_person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What waits for an answer; no day when nothing does."""

    count: int
    first_on: date | None


_COLUMNS = """
SELECT r.id, r.person_id, r.residence_id, r.kind, r.reason, r.about, r.channel, r.identity_proof, r.received_at,
       coalesce(x.due_on, r.due_on) AS due_on, x.id IS NOT NULL AS is_extended, a.at AS answered_at,
       coalesce(a.decision, '') AS decision, l.id IS NOT NULL AS is_lifted, r.reading_id, r.reading_at,
       r.reading_role, r.reading_purpose, r.reading_screen
FROM rights_request AS r
LEFT JOIN rights_step AS x ON x.request_id = r.id AND x.kind = 'EXTENDED'
LEFT JOIN rights_step AS a ON a.request_id = r.id AND a.kind = 'ANSWERED'
LEFT JOIN rights_step AS l ON l.request_id = r.id AND l.kind = 'LIFTED'
"""
_LIMIT = 200


def requests_of(person_id: int) -> list[RequestRow]:
    """Everything the person asked, the newest first."""
    return fetch(
        RequestRow,
        f"{_COLUMNS} WHERE r.person_id = %(person)s ORDER BY r.id DESC LIMIT {_LIMIT}",
        {"person": person_id},
    )


def request_by_id(request_id: int) -> RequestRow | None:
    """One request that whoever asks may see."""
    return fetch_one(RequestRow, f"{_COLUMNS} WHERE r.id = %(id)s", {"id": request_id})


def question_on(person_id: int, reading_id: int) -> RequestRow | None:
    """The person's question on that reading, if they asked one."""
    return fetch_one(
        RequestRow,
        f"{_COLUMNS} WHERE r.person_id = %(person)s AND r.reading_id = %(reading)s",
        {"person": person_id, "reading": reading_id},
    )


def awaited() -> list[RequestRow]:
    """What the DPO has to answer, the nearest deadline first."""
    return fetch(
        RequestRow,
        f"{_COLUMNS} WHERE a.id IS NULL ORDER BY coalesce(x.due_on, r.due_on), r.id LIMIT {_LIMIT}",
        {},
    )


def owed_answers() -> Owed:
    """How many people wait for the DPO's answer, and the nearest day of an answer."""
    return fetch(
        Owed,
        """SELECT count(*) AS count, min(coalesce(x.due_on, r.due_on)) AS first_on FROM rights_request AS r
           LEFT JOIN rights_step AS x ON x.request_id = r.id AND x.kind = 'EXTENDED'
           WHERE NOT EXISTS (SELECT FROM rights_step AS a WHERE a.request_id = r.id AND a.kind = 'ANSWERED')""",
        {},
    )[0]


def answered() -> list[RequestRow]:
    """The latest answers."""
    return fetch(RequestRow, f"{_COLUMNS} WHERE a.id IS NOT NULL ORDER BY a.at DESC LIMIT {_LIMIT}", {})


def steps_of(request_id: int) -> list[StepRow]:
    """All that was done about a request, in order."""
    return fetch(
        StepRow,
        """SELECT id, kind, at, agent_id, due_on, reason, decision, motive, sentences, identity
           FROM rights_step WHERE request_id = %(id)s ORDER BY id LIMIT 100""",
        {"id": request_id},
    )


def packages_of(request_id: int, *, at: datetime) -> list[PackageRow]:
    """The copies made for a request that have not expired, the newest first."""
    return fetch(
        PackageRow,
        """SELECT id, request_id, person_id, made_at, expires_at, sha256, kept_key, bytes, in_person FROM rights_package
           WHERE request_id = %(id)s AND expires_at > %(at)s ORDER BY id DESC LIMIT 20""",
        {"id": request_id, "at": at},
    )


def package_by_id(package_id: int, *, at: datetime) -> PackageRow | None:
    """A copy that whoever asks may fetch, while it is kept."""
    return fetch_one(
        PackageRow,
        """SELECT id, request_id, person_id, made_at, expires_at, sha256, kept_key, bytes, in_person FROM rights_package
           WHERE id = %(id)s AND expires_at > %(at)s""",
        {"id": package_id, "at": at},
    )


def frozen_persons(person_ids: list[int]) -> list[int]:
    """Those of these persons whose data are frozen today (RGPD, art. 18), among those the reader may know of."""
    found = fetch(
        RequestRow,
        f"{_COLUMNS} WHERE r.kind = 'RESTRICTION' AND r.person_id = ANY (%(persons)s) LIMIT {_LIMIT}",
        {"persons": person_ids},
    )
    return sorted({row.person_id for row in found if row.is_frozen})
