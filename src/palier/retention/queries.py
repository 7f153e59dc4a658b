"""The table of durations as it stands: the declared file, and over it what the DPO decided last."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from palier.foundation.reading import fetch, fetch_count, fetch_one
from palier.retention.rules.schedule import Durations, EndAction, KeptRule, Status, parse_schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision of the DPO on one rule."""

    rule: str
    rank: int
    active_months: int
    archive_months: int
    action: str
    status: str
    due_before: int | None
    due_after: int | None
    decided_by: int
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInForce:
    """A rule as it is applied, and the number of the decision that made it so (0: the declared file)."""

    rule: KeptRule
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeRow:
    """A purge in the list of certificates."""

    id: int
    number: int | None
    day: date
    operator: str
    started_at: datetime
    finished_at: datetime | None
    row_count: int
    pdf_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate as it was issued: the day of its purge, its data, the digest of its PDF in the store."""

    day: date
    data: bytes
    pdf_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """A person or a lease held back."""

    id: int
    person_id: int | None
    lease_id: int | None
    ground: str
    first_day: date
    last_day: date | None
    placed_by: str
    placed_at: datetime
    lifted_by: str
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a rule would end on a day: rows that go, and rows that wait because they are held."""

    rows: int
    held: int
    measured_on: date | None


_COLUMNS = (
    """rule, rank, active_months, archive_months, action, status, due_before, due_after, decided_by, decided_at"""
)
_LATEST = f"SELECT DISTINCT ON (rule) {_COLUMNS} FROM retention_decision ORDER BY rule, rank DESC"
_HISTORY = f"SELECT {_COLUMNS} FROM retention_decision WHERE rule = %(rule)s ORDER BY rank DESC LIMIT 200"
_PURGES = """
SELECT p.id, p.number, p.day, p.operator, p.started_at, p.finished_at, p.pdf_sha256,
       coalesce((SELECT sum(row_count) FROM retention_erasure AS e WHERE e.purge_id = p.id), 0)::bigint AS row_count
FROM retention_purge AS p WHERE p.number IS NOT NULL OR p.finished_at IS NULL ORDER BY p.id DESC LIMIT %(limit)s
"""
_HOLDS = """
SELECT h.id, h.person_id, h.lease_id, h.ground, h.first_day, h.last_day, h.placed_at, h.lifted_at,
       coalesce(p.first_name || ' ' || p.last_name, '') AS placed_by,
       coalesce(l.first_name || ' ' || l.last_name, '') AS lifted_by
FROM retention_hold AS h
LEFT JOIN agents_agent AS p ON p.id = h.placed_by LEFT JOIN agents_agent AS l ON l.id = h.lifted_by
ORDER BY (h.lifted_at IS NULL) DESC, h.id DESC LIMIT %(limit)s
"""
# The day after the last one on which a row is kept; a month of another length keeps the end of the month.
_DUE = """
SELECT coalesce(sum(row_count) FILTER (WHERE is_due), 0)::bigint AS rows,
       coalesce(sum(held_count) FILTER (WHERE is_due), 0)::bigint AS held, max(measured_on) AS measured_on
FROM (SELECT *, (since + make_interval(months => %(months)s))::date < %(on)s AS is_due
      FROM retention_forecast WHERE rule = %(rule)s) AS f
"""


@cache
def declared_rules() -> tuple[KeptRule, ...]:
    """The rules of the declared file."""
    return parse_schedule((files("palier.retention") / "schedule.toml").read_text(encoding="utf-8"))


def rules_in_force() -> dict[str, RuleInForce]:
    """Every rule by its code, in the order of the file."""
    decided = {decision.rule: decision for decision in fetch(Decided, _LATEST, {})}
    found = {}
    for rule in declared_rules():
        decision = decided.get(rule.code)
        found[rule.code] = (
            RuleInForce(rule=rule, rank=0)
            if decision is None
            else RuleInForce(rule=rule.decided(_durations(decision)), rank=decision.rank)
        )
    return found


def _durations(decision: Decided) -> Durations:
    return Durations(
        active_months=decision.active_months,
        archive_months=decision.archive_months,
        action=EndAction(decision.action),
        status=Status(decision.status),
    )


def decisions_on(rule: str) -> list[Decided]:
    """What was decided of a rule, the last first."""
    return fetch(Decided, _HISTORY, {"rule": rule})


def due_by_forecast(rule: str, *, months: int, on: date) -> Due:
    """How many rows a duration would end on a day, by the last measure."""
    found = fetch_one(Due, _DUE, {"rule": rule, "months": months, "on": on})
    if found is None:
        raise AssertionError("an aggregate always has one row")
    return found


def purges(*, limit: int = 100) -> list[PurgeRow]:
    """The certificates issued, and the purge that was not finished."""
    return fetch(PurgeRow, _PURGES, {"limit": limit})


def certificate(number: int) -> Certificate | None:
    """The certificate of that number, or None."""
    statement = "SELECT day, data, pdf_sha256 FROM retention_purge WHERE number = %(number)s AND data IS NOT NULL"
    return fetch_one(Certificate, statement, {"number": number})


def holds(*, limit: int = 200) -> list[HoldRow]:
    """What is held back, in force first."""
    return fetch(HoldRow, _HOLDS, {"limit": limit})


def count_archived_leases() -> int:
    """How many leases are in the intermediate archive."""
    return fetch_count("SELECT count(*) FROM retention_archived WHERE kind = 'LEASE'", {})
