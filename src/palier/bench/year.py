"""`palier bench year`: twelve months of a landlord by the product's own path, then the books and the bank to the cent.

Each month: the run, its sealing, its notices frozen, what the CAF pays, the debits and their file, the bank's statement
(transfers, batch credits, rejects, the CAF's transfer), the closing by two people; the rents are revised once, for
January. The bank is kept apart in plain Python: what it states at the end of a month owes nothing to the books.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from palier.bench.landlord import MONTH, cloned, prepared
from palier.bench.memory import peak_rss_mb
from palier.foundation.clock import PARIS
from palier.foundation.periods import Month

if TYPE_CHECKING:
    from palier.aid.operations.import_file import Imported
    from palier.demo.bank_papers import Transfer
    from palier.privacy.actor import Reading

Listener = Callable[[str, int, int], None]

MONTHS = 12
_MAKES, _SIGNS = 1, 2
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


@dataclass(frozen=True, slots=True, kw_only=True)
class YearBench:
    """Figures of the year. Seconds are wall time by kind of work, commits included; `holds` is the whole proof."""

    dwellings: int
    months: int
    seconds: dict[str, float]
    total_seconds: float
    bills: int
    debits: int
    rejects: int
    aid_rows: int
    aid_exceptions: int
    statement_entries: int
    matched_share: float
    entries: int
    postings: int
    unbalanced: int
    holes: int
    bank_difference_cents: int
    months_closed: int
    peak_rss_mb: int
    holds: bool


@dataclass(slots=True, kw_only=True)
class _Year:
    """What is counted while the months go by, and the bank as it is kept apart."""

    folder: Path
    seconds: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    bank_cents: int = 0
    bank_account_id: int = 0
    iban: str = ""

    @contextmanager
    def timed(self, work: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[work] = self.seconds.get(work, 0.0) + time.perf_counter() - started


def run(dwellings: int, *, listener: Listener) -> YearBench:
    """Build the landlord when it is missing, then live its year on a copy of it."""
    name = prepared(dwellings, listener=listener)
    # A fresh process: it opens the copy, and its memory is that of the year alone.
    with cloned(name), ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_lived, dwellings, listener).result()


def _lived(dwellings: int, listener: Listener) -> YearBench:
    import django

    django.setup()
    with TemporaryDirectory(prefix="palier-bench-") as folder:
        year = _Year(folder=Path(folder))
        _begin(year)
        month = MONTH
        for rank in range(MONTHS):
            listener("Année", rank, MONTHS)
            _live(month, year)
            if month.month == 12:
                with year.timed("revision"):
                    _revise(month.next())
            month = month.next()
        listener("Année", MONTHS, MONTHS)
        return _told(dwellings, year, month)


def _as(agent_id: int) -> "AbstractContextManager[Reading]":
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    return batch(Batch.RENT, operator="bench", motive="MESURE", command="bench year", agent_id=agent_id)


def _importing() -> "AbstractContextManager[Reading]":
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    return batch(Batch.IMPORT, operator="bench", motive="MESURE", command="bench year", agent_id=_MAKES)


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=PARIS)


def _begin(year: _Year) -> None:
    """The bank starts from what the demonstration's payments left on its account."""
    from palier.banking.operations.own_accounts import bank_account
    from palier.bench.year_aid import link_aided
    from palier.estate.models import Landlord
    from palier.ledger.books import opening_of

    with _as(_MAKES):
        landlord = Landlord.objects.get()
        year.iban = landlord.iban.replace(" ", "")
        account = bank_account(year.iban)
        year.bank_account_id = account.pk
        # All that is booked already, whatever its day, is behind the bank's first statement.
        year.bank_cents = opening_of(account.account_id, on=date(2100, 1, 1))
    with _importing():
        link_aided(by=_MAKES, at=_at(MONTH.first_day))
    _state(MONTH.last_day, year)


def _live(month: Month, year: _Year) -> None:
    """One month, from its run to its closing."""
    billed = month.first_day + timedelta(days=15)
    _bill(month, _at(billed), year)
    run_id = _debit(month, _at(billed + timedelta(days=1)), year)
    aid = _aid(month, _at(month.last_day), year)
    _bank(month.next(), run_id, aid, year)
    with year.timed("closing"):
        _close(month)


def _bill(month: Month, at: datetime, year: _Year) -> None:
    from palier.foundation import jobs
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch
    from palier.quittancement.models import Anomaly
    from palier.quittancement.operations.compute import compute_run
    from palier.quittancement.operations.notices import freeze_block
    from palier.quittancement.operations.review import review_run
    from palier.quittancement.operations.seal import seal_run

    with year.timed("run"), jobs.progress(f"month:{month}", month.label_fr()) as shown, _as(_MAKES):
        found = compute_run(month=month, by=_MAKES, at=at, progress=shown)
    with year.timed("seal"):
        with _as(_MAKES) as reading:
            left = Anomaly.objects.filter(run=found, verdict="TO_SEE")
            left.update(verdict="JUSTIFIED", seen_by=_MAKES, seen_at=at)
            review_run(run_id=found.pk, actor=reading.actor, at=at)
        with _as(_SIGNS) as reading:
            seal_run(run_id=found.pk, actor=reading.actor, at=at)
    year.counts["bills"] += found.lease_count
    with year.timed("notices"):
        while True:
            with batch(Batch.MAIL, operator="bench", motive="MESURE", command="bench year", agent_id=_MAKES):
                if not freeze_block(run_id=found.pk, at=at):
                    return


def _debit(month: Month, at: datetime, year: _Year) -> int | None:
    """The month's debits, their file, their day; the number of the run, None when nobody is debited."""
    from palier.banking.models import Debit
    from palier.banking.operations.debit_file import write_debit_file
    from palier.banking.operations.debit_posting import post_due_debits
    from palier.banking.operations.debits import draft_debits

    with year.timed("debits"):
        with _as(_MAKES) as reading:
            run_ = draft_debits(month=month, actor=reading.actor, at=at).run
            if not run_.count:
                return None
            write_debit_file(run_id=run_.pk, path=year.folder / f"{month}.xml", at=at, by_command=True)
        with _as(_MAKES):
            last = max(Debit.objects.filter(run=run_).values_list("collected_on", flat=True).distinct())
            year.counts["debits"] += post_due_debits(on=last, by=_MAKES, at=_at(last))
    return int(run_.pk)


def _aid(month: Month, at: datetime, year: _Year) -> "Imported":
    """The CAF's file for the month, and what it made."""
    from palier.aid.operations.import_file import import_aid
    from palier.bench.year_aid import write_aid

    path = year.folder / f"caf-{month}.txt"
    with _as(_MAKES):
        write_aid(path, month)
    with year.timed("aid"), _importing():
        imported = import_aid(path, by=_MAKES, at=at)
    year.counts["aided"] += imported.rows
    year.counts["aid_exceptions"] += imported.exceptions
    return imported


def _bank(month: Month, run_id: int | None, aid: "Imported", year: _Year) -> None:
    """The statement of the month that follows: made apart, imported, its rejects given to their debits."""
    from palier.aid.operations.queue import reconcile_transfer
    from palier.banking.operations.returns import take_in_returns
    from palier.banking.operations.statements import import_statement
    from palier.demo.bank_papers import Transfer, write_transfers

    path = year.folder / f"releve-{month}.xml"
    with _as(_MAKES):
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
    year.bank_cents += write_transfers(path, year.iban, moved)
    with year.timed("statements"), _as(_MAKES):
        imported = import_statement(path, name=path.name, by=_MAKES, at=_at(month.last_day))
    year.counts["entries"] += imported.created
    year.counts["matched"] += imported.matched
    with year.timed("rejects"), _as(_MAKES):
        year.counts["rejects"] += take_in_returns(by=_MAKES, at=_at(month.last_day))
    if aid.net_cents:
        with year.timed("aid"), _importing() as reading:
            reconcile_transfer(file_id=aid.file_id, actor=reading.actor, at=_at(month.last_day))
    _state(month.last_day, year)


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


def _revise(month: Month) -> None:
    """The rents of the whole stock, by the index, for the first of January: simulated, reviewed, applied by another."""
    from palier.campaigns.operations.revision import Vote, apply_revision, review_revision, simulate_revision
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    at = _at(month.first_day - timedelta(days=10))
    with _importing():
        found = simulate_revision(vote=Vote(year=month.year), by=_MAKES, at=at)
    # The page reviews under headquarters' own role, which no command takes.
    with _importing() as reading:
        review_revision(revision_id=found.pk, actor=reading.actor, at=at)
    with batch(Batch.IMPORT, operator="bench", motive="MESURE", command="bench year", agent_id=_SIGNS):
        apply_revision(revision_id=found.pk, by=_SIGNS, at=at)


def _close(month: Month) -> None:
    """What the measure does not make is waived; the run, the books and the bank must be right. Two people sign."""
    from palier.closing.operations.close import close_month, waive_item
    from palier.closing.queries import closing_list

    at = _at(month.next().last_day)
    with _as(_MAKES) as reading:
        for item in closing_list(month).missing:
            if item.code in _WAIVED:
                waive_item(month=month, item=item.code, reason="CARRIED_OVER", actor=reading.actor, at=at)
    for agent_id in (_MAKES, _SIGNS):
        with _as(agent_id) as reading:
            close_month(month=month, reason="MONTH_END", actor=reading.actor, at=at)


def _state(on: date, year: _Year) -> None:
    """What the bank says at the end of a month, as it is kept apart."""
    from palier.closing.operations.stating import state_by_hand

    with _as(_MAKES) as reading:
        state_by_hand(
            bank_account_id=year.bank_account_id,
            on=on,
            balance_cents=year.bank_cents,
            actor=reading.actor,
            at=_at(on),
        )


def _told(dwellings: int, year: _Year, last: Month) -> YearBench:
    from palier.closing.queries import reconciled
    from palier.ledger.books import checked_books
    from palier.ledger.models import Period

    with year.timed("check"), _as(_MAKES):
        books = checked_books()
        differences = [each.difference_cents for each in reconciled(on=last.last_day)]
        closed = Period.objects.filter(state="CLOSED").count()
    apart = sum(abs(each) for each in differences if each is not None)
    return YearBench(
        dwellings=dwellings,
        months=MONTHS,
        seconds={work: round(each, 2) for work, each in year.seconds.items()},
        total_seconds=round(sum(year.seconds.values()), 1),
        bills=year.counts["bills"],
        debits=year.counts["debits"],
        rejects=year.counts["rejects"],
        aid_rows=year.counts["aided"],
        aid_exceptions=year.counts["aid_exceptions"],
        statement_entries=year.counts["entries"],
        matched_share=round(year.counts["matched"] / max(1, year.counts["entries"]), 4),
        entries=books.entries,
        postings=books.postings,
        unbalanced=books.unbalanced,
        holes=books.holes,
        bank_difference_cents=apart,
        months_closed=closed,
        peak_rss_mb=peak_rss_mb(),
        holds=books.holds and not apart and None not in differences and closed == MONTHS,
    )
