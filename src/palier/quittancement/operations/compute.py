"""Computing the month: every running lease priced by pure rules, drafts staged by COPY, replaceable until sealed.

A lease in error is set aside with its reason and never blocks the others. All runs inside the caller's batch
transaction: a kill leaves nothing.
"""

import time
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from django.db import connection

from palier.foundation.clock import day_of
from palier.foundation.collector import collector_paused
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.money import Cents
from palier.foundation.periods import Month, day_fr
from palier.foundation.staging import Stage, insert_rows, stage_in
from palier.quittancement.models import Run
from palier.quittancement.operations.reading import Block, LeaseRow, MonthReader, Scope, reading_month
from palier.quittancement.operations.runs import lock_month
from palier.quittancement.rules import DIGEST
from palier.quittancement.rules.month import LeaseFacts, Line, inputs_text, lines_due, occupied_days
from palier.quittancement.rules.review import fingerprint, moved, surprises

# Leases read, priced and copied at a time: memory stays flat from 20 to 120,000.
_BLOCK = 4_000

_BILL_COLUMNS = (
    "run_id", "lease_id", "account_id", "residence_id", "month", "rank", "sequence",
    "first_day", "last_day", "due_on", "total_cents", "fingerprint",
)  # fmt: skip
_LINE_COLUMNS = (
    "run_id", "lease_id", "residence_id", "rank", "kind", "label", "amount_cents", "rule", "inputs", "basis",
)  # fmt: skip


# First and last day without principal rent.
Window: TypeAlias = tuple[date, date | None]


class MonthAlreadySealed(Refusal):
    """Le mois {of_month} est déjà scellé depuis le {sealed_on}. Rien n’a été changé : lancez un quittancement
    complémentaire pour les baux mis de côté."""


class NothingToCompute(Refusal):
    """Aucun bail n’est à calculer pour {month} : les baux en cours ce mois-là ont déjà leur avis, ou il n’y en a
    pas."""


class NoLeasePriced(Refusal):
    """Aucun bail n’a pu être calculé pour {month} : {count} mis de côté. Le premier : {reason}"""


class MonthNotSealedYet(Refusal):
    """Le quittancement mensuel {of_month} n’est pas scellé : recalculez-le, sans quittancement complémentaire."""


@dataclass(slots=True)
class Tally:
    """What a computing produced."""

    leases: int = 0
    lines: int = 0
    total_cents: Cents = 0
    set_aside: list[tuple[int, int, str, str]] = field(default_factory=list)
    anomalies: list[tuple[int, int, str, Cents]] = field(default_factory=list)
    moved_leases: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    moved_cents: dict[str, Cents] = field(default_factory=lambda: defaultdict(int))


def compute_run(
    *, month: Month, kind: str = "MONTHLY", scope: str = "ALL", by: int, at: datetime, progress: Progress | None = None
) -> Run:
    """Compute the drafts of a month, replacing those that were there.

    A COMPLEMENT takes the leases that no sealed bill of the month covers. Raises MonthAlreadySealed,
    MonthNotSealedYet, NothingToCompute, UnknownScope.
    """
    started = time.perf_counter()
    lock_month(month.first_day)
    wanted = Scope(code=scope)
    wanted.where()
    run = _fresh_run(month=month, kind=kind, scope=scope, by=by, at=at)
    with reading_month(month) as reader:
        leases = reader.leases(wanted, for_run=run.pk)
        tally = _price_into_drafts(run, month, reader, leases, progress)
    if not tally.leases and not tally.set_aside:
        raise NothingToCompute(month=month.label_fr())
    if not tally.leases:
        raise NoLeasePriced(month=month.label_fr(), count=len(tally.set_aside), reason=tally.set_aside[0][3])
    _keep(run, tally)
    run.lease_count, run.line_count = tally.leases, tally.lines
    run.set_aside_count, run.total_cents = len(tally.set_aside), tally.total_cents
    run.compute_ms = int((time.perf_counter() - started) * 1000)
    run.save()
    return run


def _keep(run: Run, tally: Tally) -> None:
    """What was set aside, what surprises, what moved."""
    insert_rows(
        "quittancement_setaside",
        ("run_id", "lease_id", "residence_id", "code", "reason"),
        [(run.pk, *row) for row in tally.set_aside],
    )
    insert_rows(
        "quittancement_anomaly",
        ("run_id", "lease_id", "residence_id", "kind", "effect_cents", "verdict"),
        [(run.pk, *row, "TO_SEE") for row in tally.anomalies],
    )
    insert_rows(
        "quittancement_difference",
        ("run_id", "cause", "lease_count", "amount_cents"),
        [(run.pk, cause, tally.moved_leases[cause], cents) for cause, cents in tally.moved_cents.items()],
    )


def _fresh_run(*, month: Month, kind: str, scope: str, by: int, at: datetime) -> Run:
    runs = list(Run.objects.select_for_update().filter(month=month.first_day, scope=scope).order_by("kind", "rank"))
    monthly = next((run for run in runs if run.kind == "MONTHLY"), None)
    open_run = next((run for run in runs if run.kind == kind and run.state != "SEALED"), None)
    if kind == "MONTHLY" and monthly is not None and monthly.state == "SEALED":
        raise MonthAlreadySealed(of_month=month.of_fr(), sealed_on=day_fr(day_of(monthly.sealed_at or at)))
    if kind == "COMPLEMENT" and (monthly is None or monthly.state != "SEALED"):
        raise MonthNotSealedYet(of_month=month.of_fr())
    if open_run is not None:
        _clear(open_run)
        open_run.state, open_run.reviewed_by, open_run.reviewed_at = "COMPUTED", None, None
        open_run.computed_by, open_run.computed_at, open_run.rules_digest = by, at, DIGEST
        open_run.save()
        return open_run
    rank = 0 if kind == "MONTHLY" else 1 + sum(run.kind == kind for run in runs)
    return Run.objects.create(
        month=month.first_day, kind=kind, scope=scope, rank=rank, rules_digest=DIGEST, computed_by=by, computed_at=at
    )


def _clear(run: Run) -> None:
    with connection.cursor() as cursor:
        for table in ("line", "bill", "setaside", "anomaly", "difference"):
            cursor.execute(f"DELETE FROM quittancement_{table} WHERE run_id = %s", (run.pk,))


# --- Pricing, while what was priced is written ------------------------------------------------------------------------


def _price_into_drafts(
    run: Run, month: Month, reader: MonthReader, leases: list[LeaseRow], progress: Progress | None
) -> Tally:
    tally = Tally()
    suspensions = reader.suspensions()
    bills = Stage(table="quittancement_bill", into="drafted_bill", columns=_BILL_COLUMNS)
    lines = Stage(table="quittancement_line", into="drafted_line", columns=_LINE_COLUMNS)
    raw = connection.connection
    with collector_paused(), ThreadPoolExecutor(max_workers=1) as writer:
        written: list[Future[None]] = []
        for begin in range(0, len(leases), _BLOCK):
            block = reader.block(leases[begin : begin + _BLOCK])
            priced = _price_block(month, block, suspensions, tally)
            _look_over(run, month, block, priced, reader, tally)
            bill_rows, line_rows = _drafted(run, month, priced, tally)
            # One block at most waits to be written: memory stays flat, and an error shows at once.
            while len(written) > 1:
                written.pop(0).result()
            written.append(writer.submit(stage_in, raw, bills, bill_rows))
            written.append(writer.submit(stage_in, raw, lines, line_rows))
            if progress is not None:
                progress.at("Calcul des baux", begin + len(block.leases), len(leases))
        for future in written:
            future.result()
    for cents in reader.gone_cents().values() if run.kind == "MONTHLY" else ():
        tally.moved_leases["DEPARTURES"] += 1
        tally.moved_cents["DEPARTURES"] -= cents
    return tally


class _Priced(NamedTuple):
    """A lease of the block, its lines and the days it owes; no line and no day when it is set aside."""

    lease: LeaseRow
    facts: LeaseFacts
    lines: list[Line]
    occupied: tuple[date, date] | None
    fingerprint: int | None


def _price_block(month: Month, block: Block, suspensions: dict[int, Window], tally: Tally) -> list[_Priced]:
    """Price each lease; one that cannot be is set aside with its reason, and the others go on."""
    priced = []
    for lease in block.leases:
        begins, ends = suspensions.get(lease.lease_id, (None, None))
        facts = LeaseFacts(lease.starts_on, lease.ends_on, tuple(block.charges.get(lease.lease_id, ())), begins, ends)
        try:
            lines = lines_due(facts, month)
            priced.append(_Priced(lease, facts, lines, occupied_days(facts, month), fingerprint(lines)))
        except Refusal as reason:
            tally.set_aside.append((lease.lease_id, lease.residence_id, type(reason).__name__, str(reason)))
            priced.append(_Priced(lease, facts, [], None, None))
    return priced


def _look_over(run: Run, month: Month, block: Block, priced: list[_Priced], reader: MonthReader, tally: Tally) -> None:
    """Note what surprises and what moved: only the bills whose fingerprint changed are compared amount by amount."""
    past = block.before
    changed = [one.lease.lease_id for one in priced if past.get(one.lease.lease_id, one.fingerprint) != one.fingerprint]
    before = reader.months_before(changed)
    for lease, facts, lines, occupied, mark in priced:
        earlier = before.get(lease.lease_id)
        if occupied is not None:
            for surprise in surprises(
                lines, earlier, occupied=occupied, month=month, rent_max_cents=lease.rent_max_cents
            ):
                tally.anomalies.append((lease.lease_id, lease.residence_id, surprise.kind, surprise.effect_cents))
        if run.kind == "MONTHLY" and past.get(lease.lease_id) != mark:
            for cause, cents in moved(facts, lines, earlier, month, is_set_aside=occupied is None).items():
                tally.moved_leases[cause] += 1
                tally.moved_cents[cause] += cents


def _drafted(run: Run, month: Month, priced: list[_Priced], tally: Tally) -> tuple[list[str], list[str]]:
    """The bills and the lines of a block as COPY text."""
    bill_rows: list[str] = []
    line_rows: list[str] = []
    run_id = run.pk
    for lease, _, lines, occupied, mark in priced:
        if occupied is None:
            continue
        lease_id, residence_id = lease.lease_id, lease.residence_id
        total_cents = 0
        begins = f"{run_id}\t{lease_id}\t{residence_id}\t"
        for number, (kind, label, amount_cents, rule, inputs, basis) in enumerate(lines, 1):
            total_cents += amount_cents
            if "\\" in label or "\\" in basis or not (label + basis).isprintable():
                label, basis = _escaped(label), _escaped(basis)
            line_rows.append(
                f"{begins}{number}\t{kind}\t{label}\t{amount_cents}\t{rule}\t{inputs_text(inputs)}\t{basis}\n"
            )
        first_day, last_day = occupied
        # À échoir: due on the first day of the period; échu: on the last day of the month (decision of the house).
        due_on = first_day if lease.rent_term == "ECHOIR" else month.last_day
        tally.leases += 1
        tally.lines += len(lines)
        tally.total_cents += total_cents
        bill_rows.append(
            f"{run_id}\t{lease_id}\t{lease.account_id}\t{residence_id}\t{month.first_day}\t{lease.rank}\t{tally.leases}\t"
            f"{first_day}\t{last_day}\t{due_on}\t{total_cents}\t{mark}\n"
        )
    return bill_rows, line_rows


def _escaped(text: str) -> str:
    """Text as COPY wants it: a tab, a line break or a backslash inside a label would end its column."""
    return " ".join(text.replace("\\", "/").split())
