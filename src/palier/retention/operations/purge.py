"""A purge: what is due on a day is ended, block by block, then certified. Killed, it goes on; a second ends nothing.

Each block is a transaction: its rows, its line of proof and its trace in the read journal are there together or not.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction

from palier.estate.models import Landlord
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.mail.store import DocumentStore
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch
from palier.retention.models import Erasure, Purge
from palier.retention.operations.archiving import archive_files
from palier.retention.operations.certifying import certify
from palier.retention.operations.ending import (
    Ended,
    digest_of,
    due_ids,
    end_rows,
    files_of,
    held_count,
    steps_of,
    work_out_facts,
    write_out,
)
from palier.retention.operations.forecasting import measure
from palier.retention.queries import rules_in_force
from palier.retention.rules.schedule import EndAction

COMMAND = "durées de conservation"
_MOTIVE = "CONSERVATION"
# A transaction ends at most so many rows: a kill loses no more, and they are simply ended again.
BLOCK_ROWS = 5_000

Listener = Callable[[str, int], None]


class NotBeforeItsDay(Refusal):
    """Rien ne s’efface avant son jour : le {day} n’est pas encore venu. Ajoutez --dry-run pour savoir ce qui sera
    échu ce jour-là."""


class _Undone(Exception):
    """Ends the savepoint of a dry run: what it ended comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for a purge, of what day, and where its papers go."""

    day: date
    operator: str
    agent_id: int | None
    at: datetime
    documents: Path
    block_rows: int = BLOCK_ROWS

    @property
    def archives(self) -> Path:
        """Where the rows that go to the public archives are written, for someone to carry them there."""
        return self.documents.parent / "archives" / f"{self.day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What was ended, or would be; the certificate's number when one was issued."""

    day: date
    ended: tuple[Ended, ...]
    # The leases that entered the intermediate archive.
    set_aside: int
    certificate: int | None

    def count(self, action: EndAction | None = None) -> int:
        return sum(each.rows for each in self.ended if action in (None, each.action))

    @property
    def held(self) -> int:
        return sum(each.held for each in self.ended)


def purge(asked: Asked, *, today: date, listener: Listener | None = None) -> Purged:
    """End all that is due on the day, and certify it. Raises NotBeforeItsDay, NotAllEnded, DiskFull.

    A purge that was left unfinished is gone on with first, whatever its day. Nothing due: no certificate.
    """
    with _job(asked):
        _refuse_a_day_to_come(asked.day, today=today)
        left = list(Purge.objects.filter(finished_at=None).exclude(day=asked.day).values_list("day", flat=True))
    for day in left:
        _end_and_certify(replace(asked, day=day), None)
    return _end_and_certify(asked, listener)


def dry_run(asked: Asked) -> Purged:
    """What a purge of that day would end. Nothing is changed; any day may be asked for."""
    found: list[Ended] = []
    with _job(asked):
        rules = rules_in_force()
        work_out_facts(asked.day)
        try:
            with transaction.atomic():
                for step, rule in steps_of(rules):
                    ids = due_ids(step, rule, on=asked.day, limit=None)
                    if ids and not step.is_sealed:
                        # So that a household that waits for its incomes is counted once they are gone.
                        end_rows(step, ids, day=asked.day)
                    found.append(
                        Ended(
                            step=step,
                            action=rule.rule.action,
                            rows=len(ids),
                            held=held_count(step, rule, on=asked.day),
                            ids_sha256=digest_of(ids),
                        )
                    )
                set_aside = archive_files(rules, on=asked.day)
                raise _Undone
        except _Undone:
            pass
    _measure(asked)
    return Purged(day=asked.day, ended=tuple(found), set_aside=set_aside, certificate=None)


def _end_and_certify(asked: Asked, listener: Listener | None) -> Purged:
    done = 0
    while ended := _end_block(asked):
        done += ended
        if listener is not None:
            listener("Lignes échues", done)
    with _job(asked):
        _take_turns()
        work_out_facts(asked.day)
        rules = rules_in_force()
        set_aside = archive_files(rules, on=asked.day)
        open_purge = Purge.objects.filter(day=asked.day, finished_at=None).first()
        if open_purge is None:
            return Purged(day=asked.day, ended=(), set_aside=set_aside, certificate=None)
        held = {step.name: held_count(step, rule, on=asked.day) for step, rule in steps_of(rules)}
        store = DocumentStore(asked.documents)
        issued = certify(open_purge, rules=rules, held=held, set_aside=set_aside, store=store, at=asked.at)
    _measure(asked)
    return Purged(day=asked.day, ended=issued.ended, set_aside=set_aside, certificate=issued.number)


def _end_block(asked: Asked) -> int:
    """End the next rows that are due, at most a block of them; how many. 0: nothing is left."""
    with _job(asked) as reading:
        _take_turns()
        rules = rules_in_force()
        work_out_facts(asked.day)
        done = 0
        for step, rule in steps_of(rules):
            ids = due_ids(step, rule, on=asked.day, limit=asked.block_rows - done)
            if not ids:
                continue
            if step.archived and rule.rule.action is EndAction.ARCHIVE:
                write_out(step, ids, folder=asked.archives)
            # Files first: were the work to stop here, the rows would be ended again, and their files are gone already.
            DocumentStore(asked.documents).forget(files_of(step, ids))
            end_rows(step, ids, day=asked.day)
            _prove(asked, step.rule, step.name, rule.rule.action, ids)
            reading.saw([], rule.rule.category)
            done += len(ids)
            if done >= asked.block_rows:
                break
    return done


def _prove(asked: Asked, rule: str, step: str, action: EndAction, ids: list[int | str]) -> None:
    current, _ = Purge.objects.get_or_create(
        day=asked.day,
        finished_at=None,
        defaults={"operator": asked.operator[:80], "asked_by": asked.agent_id, "started_at": asked.at},
    )
    Erasure.objects.create(
        purge=current,
        rule=rule,
        step=step,
        rank=Erasure.objects.filter(purge=current, step=step).count() + 1,
        action=action.value,
        row_count=len(ids),
        ids_sha256=digest_of(ids),
        at=asked.at,
    )


def _measure(asked: Asked) -> None:
    with _job(asked):
        work_out_facts(asked.day)
        measure(on=asked.day)


def _refuse_a_day_to_come(day: date, *, today: date) -> None:
    # Only a demonstration may move its clock; the database refuses it too (privacy/sql/purge.sql).
    if day > today and not Landlord.objects.filter(is_demo=True).exists():
        raise NotBeforeItsDay(day=day_fr(day))


def _take_turns() -> None:
    """Two purges at once wait for each other, block by block: no row is counted twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier retention'))")


def _job(asked: Asked) -> AbstractContextManager[Reading]:
    """What is read is dates and numbers; the categories of what is ended are said as they are."""
    return batch(
        Batch.RETENTION,
        operator=asked.operator,
        motive=_MOTIVE,
        command=COMMAND,
        agent_id=asked.agent_id,
        categories=(),
    )
