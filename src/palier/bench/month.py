"""One month of the landlord that is measured, by the product's own path: from its run to its closing by two people.

The run, its sealing, its notices frozen, the debits and their file, what the CAF pays, the bank's statement (transfers,
batch credits, rejects, the CAF's transfer), the closing. The bank is kept apart in plain Python: what it states at the
end of a month owes nothing to the books.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from palier.bench.landlord import MONTH
from palier.foundation.clock import PARIS
from palier.foundation.periods import Month

if TYPE_CHECKING:
    from palier.aid.operations.import_file import Imported
    from palier.demo.bank_papers import Transfer
    from palier.privacy.actor import Reading

# Who makes the month, and who signs with them.
MAKES, SIGNS = 1, 2
# One debit in a hundred comes back; the second of five households that pay by transfer is late by a month.
_REJECTED_EVERY = 100
_LATE_EVERY = 5
# The measure renders no PDF and makes no backup; nobody treats what is left to review.
_WAIVED = frozenset({"SET_ASIDE", "NOTICES", "DEBITS", "AID", "TO_REVIEW", "SUSPENSE", "BACKUP"})
_SOME_OWED = """
SELECT a.id, a.reference, sum(p.amount_cents)::bigint
FROM ledger_account AS a JOIN ledger_posting AS p ON p.account_id = a.id AND p.booked_on <= %(on)s
JOIN leases_lease AS l ON l.account_id = a.id
WHERE a.kind = 'TENANT' AND l.payment_mode <> 'PRELEVEMENT' GROUP BY a.id, a.reference
HAVING sum(p.amount_cents) > 0 ORDER BY a.id
"""
_COLLECTED = """
SELECT d.id, d.end_to_end_id, d.amount_cents, d.collected_on FROM banking_debit AS d
WHERE d.run_id = %(run)s AND d.state = 'COLLECTED' ORDER BY d.id
"""


@dataclass(slots=True, kw_only=True)
class Lived:
    """What is counted while the months go by, and the bank as it is kept apart."""

    folder: Path
    seconds: dict[str, float] = field(default_factory=dict)
    # Each work or part of a work, from when to when, on the machine's own clock.
    spans: list[tuple[str, float, float]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    bank_cents: int = 0
    bank_account_id: int = 0
    iban: str = ""

    @contextmanager
    def timed(self, work: str, part: str = "") -> Iterator[None]:
        started = time.perf_counter()
        yield
        ended = time.perf_counter()
        self.seconds[work] = self.seconds.get(work, 0.0) + ended - started
        self.spans.append((f"{work}_{part}" if part else work, started, ended))


def begin(lived: Lived) -> None:
    """The bank starts from what the demonstration's payments left on its account."""
    from palier.banking.operations.own_accounts import bank_account
    from palier.bench.year_aid import link_aided
    from palier.estate.models import Landlord
    from palier.ledger.books import opening_of

    with acting_as(MAKES):
        landlord = Landlord.objects.get()
        lived.iban = landlord.iban.replace(" ", "")
        account = bank_account(lived.iban)
        lived.bank_account_id = account.pk
        # All that is booked already, whatever its day, is behind the bank's first statement.
        lived.bank_cents = opening_of(account.account_id, on=date(2100, 1, 1))
    with importing():
        link_aided(by=MAKES, at=at_nine(MONTH.first_day))
    _state(MONTH.last_day, lived)


def live_month(month: Month, lived: Lived) -> None:
    """One month, from its run to its closing."""
    billed = month.first_day + timedelta(days=15)
    _bill(month, at_nine(billed), lived)
    run_id = _debit(month, at_nine(billed + timedelta(days=1)), lived)
    aid = _aid(month, at_nine(month.last_day), lived)
    _bank(month.next(), run_id, aid, lived)
    _close(month, lived)


def _bill(month: Month, at: datetime, lived: Lived) -> None:
    from palier.foundation import jobs
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.quittancement.models import Anomaly
    from palier.quittancement.operations.compute import compute_run
    from palier.quittancement.operations.notices import freeze_block
    from palier.quittancement.operations.review import review_run
    from palier.quittancement.operations.seal import seal_run

    with lived.timed("run"), jobs.progress(f"month:{month}", month.label_fr()) as shown, acting_as(MAKES):
        found = compute_run(month=month, by=MAKES, at=at, progress=shown)
    with lived.timed("seal"):
        with acting_as(MAKES) as reading:
            left = Anomaly.objects.filter(run=found, verdict="TO_SEE")
            left.update(verdict="JUSTIFIED", seen_by=MAKES, seen_at=at)
            review_run(run_id=found.pk, actor=reading.actor, at=at)
        with acting_as(SIGNS) as reading:
            seal_run(run_id=found.pk, actor=reading.actor, at=at)
    lived.counts["bills"] += found.lease_count
    with lived.timed("notices"):
        while True:
            with batch(Batch.MAIL, operator="bench", motive="MESURE", command="bench", agent_id=MAKES):
                if not freeze_block(run_id=found.pk, at=at):
                    return


def _debit(month: Month, at: datetime, lived: Lived) -> int | None:
    """The month's debits, their file, their day; the number of the run, None when nobody is debited."""
    from palier.banking.models import Debit
    from palier.banking.operations.debit_file import write_debit_file
    from palier.banking.operations.debit_posting import post_due_debits
    from palier.banking.operations.debits import draft_debits

    with lived.timed("debits", "draft"), acting_as(MAKES) as reading:
        run_ = draft_debits(month=month, actor=reading.actor, at=at).run
    if not run_.count:
        return None
    with lived.timed("debits", "file"), acting_as(MAKES):
        write_debit_file(run_id=run_.pk, path=lived.folder / f"{month}.xml", at=at, by_command=True)
    with lived.timed("debits", "posting"), acting_as(MAKES):
        last = max(Debit.objects.filter(run=run_).values_list("collected_on", flat=True).distinct())
        lived.counts["debits"] += post_due_debits(on=last, by=MAKES, at=at_nine(last))
    return int(run_.pk)


def _aid(month: Month, at: datetime, lived: Lived) -> "Imported":
    """The CAF's file for the month, and what it made."""
    from palier.aid.operations.import_file import import_aid
    from palier.bench.year_aid import write_aid

    path = lived.folder / f"caf-{month}.txt"
    with acting_as(MAKES):
        write_aid(path, month)
    with lived.timed("aid"), importing():
        imported = import_aid(path, by=MAKES, at=at)
    lived.counts["aided"] += imported.rows
    lived.counts["aid_exceptions"] += imported.exceptions
    return imported


def _bank(month: Month, run_id: int | None, aid: "Imported", lived: Lived) -> None:
    """The statement of the month that follows: made apart, imported, its rejects given to their debits."""
    from palier.aid.operations.queue import reconcile_transfer
    from palier.banking.operations.returns import take_in_returns
    from palier.banking.operations.statements import import_statement
    from palier.demo.bank_papers import Transfer, write_transfers

    path = lived.folder / f"releve-{month}.xml"
    with acting_as(MAKES):
        moved = list(_transfers(month, run_id))
    if aid.net_cents:
        moved.append(
            Transfer(
                cents=aid.net_cents,
                on=month.first_day + timedelta(days=4),
                bank_reference=f"CAF{month}",
                wording="CAF FICTIVE APL",
            )
        )
    lived.bank_cents += write_transfers(path, lived.iban, moved)
    with lived.timed("statements"), acting_as(MAKES):
        imported = import_statement(path, name=path.name, by=MAKES, at=at_nine(month.last_day))
    lived.counts["entries"] += imported.created
    lived.counts["matched"] += imported.matched
    with lived.timed("rejects"), acting_as(MAKES):
        lived.counts["rejects"] += take_in_returns(by=MAKES, at=at_nine(month.last_day))
    if aid.net_cents:
        with lived.timed("aid"), importing() as reading:
            reconcile_transfer(file_id=aid.file_id, actor=reading.actor, at=at_nine(month.last_day))
    _state(month.last_day, lived)


def _transfers(month: Month, run_id: int | None) -> "Iterator[Transfer]":
    """What the bank tells: those who pay by transfer, each debit credited, one in a hundred taken back."""
    from django.db import connection

    from palier.demo.bank_papers import Transfer

    paid_on = month.first_day + timedelta(days=7)
    with connection.cursor() as cursor:
        cursor.execute(_SOME_OWED, {"on": month.first_day})
        owed = cursor.fetchall()
        cursor.execute(_COLLECTED, {"run": run_id or 0})
        asked = cursor.fetchall()
    for account_id, reference, cents in owed:
        if (account_id + month.month) % _LATE_EVERY:
            yield Transfer(
                cents=cents, on=paid_on, bank_reference=f"V{month}{account_id}", wording=f"LOYER {reference}"
            )
    for debit_id, end_to_end_id, cents, on in asked:
        yield Transfer(cents=cents, on=on, bank_reference=f"D{debit_id}", end_to_end_id=end_to_end_id)
    for debit_id, end_to_end_id, cents, on in asked[::_REJECTED_EVERY]:
        yield Transfer(
            cents=-cents,
            on=min(on + timedelta(days=5), month.last_day),
            bank_reference=f"R{debit_id}",
            end_to_end_id=end_to_end_id,
            return_reason="AM04",
        )


def _close(month: Month, lived: Lived) -> None:
    """What the measure does not make is waived; the run, the books and the bank must be right. Two people sign."""
    from palier.closing.operations.close import close_month, waive_item
    from palier.closing.queries import closing_list

    at = at_nine(month.next().last_day)
    with lived.timed("closing", "list"), acting_as(MAKES) as reading:
        for item in closing_list(month).missing:
            if item.code in _WAIVED:
                waive_item(month=month, item=item.code, reason="CARRIED_OVER", actor=reading.actor, at=at)
    for agent_id in (MAKES, SIGNS):
        with lived.timed("closing", "signed"), acting_as(agent_id) as reading:
            close_month(month=month, reason="MONTH_END", actor=reading.actor, at=at)


def _state(on: date, lived: Lived) -> None:
    """What the bank says at the end of a month, as it is kept apart."""
    from palier.closing.operations.stating import state_by_hand

    with acting_as(MAKES) as reading:
        state_by_hand(
            bank_account_id=lived.bank_account_id,
            on=on,
            balance_cents=lived.bank_cents,
            actor=reading.actor,
            at=at_nine(on),
        )


def acting_as(agent_id: int) -> "AbstractContextManager[Reading]":
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    return batch(Batch.RENT, operator="bench", motive="MESURE", command="bench", agent_id=agent_id)


def importing() -> "AbstractContextManager[Reading]":
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    return batch(Batch.IMPORT, operator="bench", motive="MESURE", command="bench", agent_id=MAKES)


def at_nine(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=PARIS)
