"""Each night, what time does to applications: notices a month before their end, radiations that the law makes due.

Block by block, each a transaction that is whole or not there: killed, it goes on; run twice, the second finds nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from palier.demandes.models import Application, Event
from palier.demandes.rules.lifecycle import months_of, started_on
from palier.demandes.rules.passing import LOOKED_AT_DAYS, NOTICE, Running, passing
from palier.foundation.clock import day_of
from palier.foundation.reading import fetch
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

COMMAND = "délais des demandes"
_MOTIVE = "ATTRIBUTION"
BLOCK = 2_000

Listener = Callable[[int], None]

# A file that someone is changing waits for the next night: it is perhaps being renewed. Who accepted a dwelling is not
# struck off while the lease is prepared; the table is of allocation, above, and read by its own job.
_BLOCK = """
SELECT a.id, a.filed_on, a.renewed_on, a.expires_on, a.warned_on, a.warned_for,
       EXISTS (SELECT FROM demandes_event AS e WHERE e.application_id = a.id AND e.kind = 'NOTICE'
               AND e.on >= coalesce(a.renewed_on, greatest(
                   a.filed_on, (a.expires_on - make_interval(months => %(validity)s))::date))) AS is_told
FROM demandes_application AS a
WHERE a.state = 'ACTIVE' AND a.id > %(after)s AND (a.expires_on <= %(until)s OR a.warned_on IS NOT NULL)
  AND NOT EXISTS (SELECT FROM attribution_offer AS o
                  WHERE o.application_id = a.id AND o.state = 'ACCEPTED' AND o.lease_id IS NULL)
ORDER BY a.id LIMIT %(block)s
FOR UPDATE OF a SKIP LOCKED
"""
# A permit that is over is to be seen again.
_PERMITS = """
UPDATE demandes_composition AS c SET stays_regularly = NULL
WHERE c.stays_regularly AND EXISTS (
    SELECT FROM demandes_stay AS s
    WHERE s.application_id = c.application_id AND s.state = 'REGULAR' AND s.valid_until < %(on)s
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    id: int
    filed_on: date
    renewed_on: date | None
    expires_on: date
    warned_on: date | None
    warned_for: str
    is_told: bool


@dataclass(slots=True)
class Passed:
    """What a night did, or would do: notices, radiations by motive, stays to be checked again."""

    day: date
    notices: int = 0
    radiated: Counter[str] = field(default_factory=Counter)
    stays_to_check: int = 0


class _Undone(Exception):
    """Ends the savepoint of a dry run: what it changed comes back."""


def run_clocks(
    *, at: datetime, operator: str, dry_run: bool = False, listener: Listener | None = None, block: int = BLOCK
) -> Passed:
    """Do what the day makes due on every application. With `dry_run` all is counted and nothing is kept."""
    passed = Passed(day=day_of(at))
    after = 0
    while True:
        with batch(Batch.ALLOCATION, operator=operator, motive=_MOTIVE, command=COMMAND):
            rows = _rows(after, day=passed.day, block=block)
            _pass_block(rows, passed, at=at, dry_run=dry_run)
        if len(rows) < block:
            break
        after = rows[-1].id
        if listener is not None:
            listener(after)
    with batch(Batch.ALLOCATION, operator=operator, motive=_MOTIVE, command=COMMAND):
        _see_permits_again(passed, dry_run=dry_run)
    return passed


def _rows(after: int, *, day: date, block: int) -> list[_Row]:
    until = day + timedelta(days=LOOKED_AT_DAYS)
    said = {"after": after, "until": until, "block": block, "validity": months_of("validity", day)}
    return fetch(_Row, _BLOCK, said)


def _pass_block(rows: list[_Row], passed: Passed, *, at: datetime, dry_run: bool) -> None:
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        running = Running(
            start=started_on(filed_on=row.filed_on, renewed_on=row.renewed_on, expires_on=row.expires_on),
            expires_on=row.expires_on,
            warned_on=row.warned_on,
            warned_for=row.warned_for,
            is_told=row.is_told,
        )
        done = passing(running, on=passed.day)
        if done:
            found[done].append(row.id)
    for done, ids in found.items():
        if done == NOTICE:
            passed.notices += len(ids)
        else:
            passed.radiated[done] += len(ids)
        if not dry_run:
            _write(done, ids, day=passed.day, at=at)


def _write(done: str, ids: list[int], *, day: date, at: datetime) -> None:
    if done != NOTICE:
        Application.objects.filter(pk__in=ids).update(
            state="RADIATED", radiated_on=day, radiation_motive=done, version=F("version") + 1
        )
    kind, detail = ("NOTICE", "") if done == NOTICE else ("RADIATED", done)
    Event.objects.bulk_create(Event(application_id=number, kind=kind, detail=detail, on=day, at=at) for number in ids)


def _see_permits_again(passed: Passed, *, dry_run: bool) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_PERMITS, {"on": passed.day})
            passed.stays_to_check = cursor.rowcount
            if dry_run:
                raise _Undone
    except _Undone:
        pass
