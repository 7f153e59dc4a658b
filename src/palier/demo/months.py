"""The months of the demonstration, by the product's own path: computed, reviewed, sealed by another, then paid."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from palier.agents.models import User
from palier.demo.accounts import DemoFile, email
from palier.demo.history import Books, Owed, opening, payments
from palier.demo.loading import BANK_CODE, OPENING_CODE, OPERATOR, push_sequence
from palier.demo.payments import record_payments
from palier.demo.rows import TABLES, EntryRow, Rows
from palier.foundation import jobs
from palier.foundation.periods import Month
from palier.foundation.staging import insert_rows
from palier.ledger.models import Account
from palier.privacy.actor import Actor, batch
from palier.privacy.declare import Batch
from palier.quittancement.models import Anomaly, Run
from palier.quittancement.operations.compute import compute_run
from palier.quittancement.operations.review import judge_anomaly, review_run
from palier.quittancement.operations.seal import seal_run

Listener = Callable[[str, int, int], None]

# What each account owes for a full month, benefits deducted, as the terms and facts of that day say.
_OWED = """
SELECT l.account_id, l.residence_id, l.payment_mode,
       coalesce((SELECT sum(t.amount_cents) FROM leases_term AS t
                 WHERE t.lease_id = l.id AND t.first_day <= %(day)s
                   AND (t.last_day IS NULL OR t.last_day >= %(day)s)), 0)
     + coalesce((SELECT sum(CASE f.kind WHEN 'SLS' THEN f.amount_cents ELSE -f.amount_cents END)
                 FROM quittancement_datedamount AS f
                 WHERE f.lease_id = l.id AND f.first_day <= %(day)s
                   AND (f.last_day IS NULL OR f.last_day >= %(day)s)), 0)
FROM leases_lease AS l
WHERE l.starts_on <= %(day)s AND (l.ends_on IS NULL OR l.ends_on >= %(day)s) ORDER BY l.id
"""
_BILLED = """
SELECT b.account_id, b.residence_id, l.payment_mode, b.total_cents
FROM quittancement_bill AS b JOIN leases_lease AS l ON l.id = b.lease_id WHERE b.run_id = %s ORDER BY b.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signers:
    """The two people that a month needs."""

    reviewer_id: int
    sealer_id: int


def signers() -> Signers:
    """The demonstration's headquarters and accountant."""
    with batch(Batch.RENT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        found = dict(
            User.objects.filter(identifier__in=[email("siege"), email("comptable")]).values_list(
                "identifier", "agent_id"
            )
        )
    return Signers(reviewer_id=found[email("siege")], sealer_id=found[email("comptable")])


@contextmanager
def acting_for(agent_id: int, motive: str, job: Batch = Batch.RENT) -> Iterator[Actor]:
    """A step of the demonstration, in the name of one of its agents."""
    with batch(job, operator=OPERATOR, motive=motive, command="demo", agent_id=agent_id) as reading:
        yield reading.actor


def open_accounts(kept: DemoFile, *, by: Signers, at: datetime) -> None:
    """Take over the balances of two months ago, and what was paid since; once."""
    month = Month.parse(kept.month)
    with batch(
        Batch.RENT,
        operator=OPERATOR,
        motive="DEMONSTRATION",
        command="demo",
        agent_id=by.sealer_id,
        categories=("COMPTE",),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM ledger_entry WHERE journal = 'OPEN')")
            (done,) = cursor.fetchone()
            if done:
                return
            cursor.execute(_OWED, {"day": month.previous().previous().last_day})
            owed = list(_owed(cursor.fetchall()))
        rows = _fresh_rows()
        opening(rows, owed, _books(by, at), month=month, seed=kept.seed, late=frozenset({kept.late_account_id}))
        _insert(rows)
        record_payments(by=by.sealer_id, at=at)


def sealed_month(
    month: Month, kept: DemoFile, *, by: Signers, at: datetime, until: date | None, listener: Listener
) -> Run:
    """The month computed, reviewed and sealed. With `until`, what its tenants paid of it up to that day is booked too.

    A month already sealed is left as it is; one that a kill left computed or reviewed goes on from there.
    """
    run = run_of(month)
    if run is None or run.state == "COMPUTED":
        run = computed_month(month, by=by, at=at, listener=listener)
        _review(run, by=by, at=at)
    if run.state != "SEALED":
        with batch(Batch.RENT, operator=OPERATOR, motive="MOIS", command="demo", agent_id=by.sealer_id) as reading:
            run = seal_run(run_id=run.pk, actor=reading.actor, at=at)
            if until is not None:
                _book_payments(run, month, kept, by=by, at=at, until=until)
    return run


def computed_month(month: Month, *, by: Signers, at: datetime, listener: Listener) -> Run:
    """The drafts of the month, waiting for their review."""
    with (
        jobs.progress(f"month:{month}", month.label_fr(), listener) as shown,
        batch(Batch.RENT, operator=OPERATOR, motive="MOIS", command="demo", agent_id=by.reviewer_id),
    ):
        return compute_run(month=month, by=by.reviewer_id, at=at, progress=shown)


def run_of(month: Month) -> Run | None:
    """The monthly run, whatever its state."""
    with batch(Batch.RENT, operator=OPERATOR, motive="DEMONSTRATION", command="demo", categories=()):
        return Run.objects.filter(month=month.first_day, kind="MONTHLY", scope="ALL").first()


def _review(run: Run, *, by: Signers, at: datetime) -> None:
    """The first person looks at each anomaly, then signs: in a demonstration the deliberate errors are let through."""
    with batch(Batch.RENT, operator=OPERATOR, motive="MOIS", command="demo", agent_id=by.reviewer_id) as reading:
        for anomaly_id in Anomaly.objects.filter(run=run, verdict="TO_SEE").values_list("id", flat=True):
            judge_anomaly(run_id=run.pk, anomaly_id=anomaly_id, verdict="JUSTIFIED", actor=reading.actor, at=at)
        review_run(run_id=run.pk, actor=reading.actor, at=at)


def _book_payments(run: Run, month: Month, kept: DemoFile, *, by: Signers, at: datetime, until: date) -> None:
    """In the transaction that seals: a kill cannot leave a sealed month whose payments would never come."""
    with connection.cursor() as cursor:
        cursor.execute(_BILLED, [run.pk])
        billed = list(_owed(cursor.fetchall()))
    rows = _fresh_rows()
    payments(
        rows,
        billed,
        _books(by, at),
        month=month.next(),
        seed=kept.seed,
        late=frozenset({kept.late_account_id}),
        until=until,
    )
    _insert(rows)
    record_payments(by=by.sealer_id, at=at)


def _owed(rows: list[tuple[int, int, str, int]]) -> Iterator[Owed]:
    for account_id, residence_id, mode, cents in rows:
        yield Owed(account_id=account_id, residence_id=residence_id, amount_cents=int(cents), payment_mode=mode)


def _books(by: Signers, at: datetime) -> Books:
    """The general accounts and the next numbers, held until the transaction ends."""
    accounts = dict(Account.objects.filter(code__in=(BANK_CODE, OPENING_CODE)).values_list("code", "id"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.entry_numbers'))")
        cursor.execute(
            """SELECT coalesce(max(number) FILTER (WHERE journal = 'OPEN'), 0) + 1,
                      coalesce(max(number) FILTER (WHERE journal = 'BANK'), 0) + 1,
                      coalesce(max(source_id) FILTER (WHERE source_kind = 'PAYMENT'), 0) + 1 FROM ledger_entry"""
        )
        next_opening, next_payment, next_source = cursor.fetchone()
    return Books(
        bank_account_id=accounts[BANK_CODE],
        opening_account_id=accounts[OPENING_CODE],
        next_opening=next_opening,
        next_payment=next_payment,
        next_payment_source=next_source,
        posted_by=by.sealer_id,
        posted_at=at,
    )


def _fresh_rows() -> Rows:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM ledger_entry")
        (entry,) = cursor.fetchone()
    return Rows(last_ids={EntryRow: entry})


def _insert(rows: Rows) -> None:
    for kind, kept in rows.taken().items():
        if kept:
            insert_rows(TABLES[kind], kind._fields, kept)
    push_sequence(TABLES[EntryRow], rows.last_id(EntryRow))
