"""Computing the month: every running lease priced by pure rules, drafts staged by COPY, replaceable until sealed.

Leases are read by blocks of ids and priced in memory; a lease in error is set aside with its reason and never blocks
the others. Runs inside the caller's batch transaction: a kill leaves nothing.
"""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.periods import Month
from palier.foundation.staging import columns_of, copy_text, insert_rows
from palier.quittancement.models import Run
from palier.quittancement.operations.runs import lock_month
from palier.quittancement.operations.surprises import note_surprises
from palier.quittancement.rules import DIGEST
from palier.quittancement.rules.month import (
    Charge,
    LeaseFacts,
    LineKind,
    inputs_text,
    lines_due,
    occupied_days,
    suspension_window,
)

# Leases read, priced and copied at a time: memory stays flat from 20 to 120,000.
_BLOCK = 4_000

BILL_COLUMNS = (
    "run_id", "lease_id", "account_id", "residence_id", "month", "rank", "sequence",
    "first_day", "last_day", "due_on", "total_cents",
)  # fmt: skip
LINE_COLUMNS = (
    "run_id", "lease_id", "residence_id", "rank", "kind", "label", "amount_cents", "rule", "inputs", "basis",
)  # fmt: skip


class MonthAlreadySealed(Refusal):
    """Le mois de {month} est déjà scellé depuis le {sealed_on}. Rien n’a été changé : lancez un quittancement
    complémentaire pour les baux mis de côté."""


class NothingToCompute(Refusal):
    """Aucun bail n’est en cours en {month} : rien à calculer."""


class MonthNotSealedYet(Refusal):
    """Le quittancement mensuel de {month} n’est pas scellé : recalculez-le, sans quittancement complémentaire."""


@dataclass(slots=True)
class Tally:
    """What a computing produced, for the person who reads it."""

    leases: int = 0
    lines: int = 0
    total_cents: int = 0
    set_aside: list[tuple[int, int, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which leases: everyone, one agency or one residence."""

    code: str = "ALL"

    def where(self) -> tuple[str, dict[str, int]]:
        """The SQL condition on the residence `r`, and its values. Raises UnknownScope."""
        kind, _, number = self.code.partition(":")
        if kind == "ALL" and not number:
            return "true", {}
        if kind not in ("AGENCY", "RESIDENCE") or not number.isdecimal():
            raise UnknownScope(code=self.code)
        column = "r.agency_id" if kind == "AGENCY" else "r.id"
        return f"{column} = %(number)s", {"number": int(number)}


class UnknownScope(Refusal):
    """« {code} » n’est pas un périmètre : écrivez ALL, AGENCY:numéro ou RESIDENCE:numéro."""


def compute_run(
    *, month: Month, kind: str = "MONTHLY", scope: str = "ALL", by: int, at: datetime, progress: Progress | None = None
) -> Run:
    """Compute the drafts of a month, replacing those that were there.

    A COMPLEMENT takes the leases that no sealed bill of the month covers. Raises MonthAlreadySealed,
    MonthNotSealedYet, NothingToCompute, UnknownScope.
    """
    started = time.perf_counter()
    lock_month(month.first_day)
    run = _fresh_run(month=month, kind=kind, scope=scope, by=by, at=at)
    tally = _price_into_drafts(run, month, Scope(code=scope), progress)
    if not tally.leases and not tally.set_aside:
        raise NothingToCompute(month=month.label_fr())
    insert_rows(
        "quittancement_setaside",
        ("run_id", "lease_id", "residence_id", "code", "reason"),
        [(run.pk, *row) for row in tally.set_aside],
    )
    note_surprises(run)
    run.lease_count, run.line_count = tally.leases, tally.lines
    run.set_aside_count, run.total_cents = len(tally.set_aside), tally.total_cents
    run.compute_ms = int((time.perf_counter() - started) * 1000)
    run.save()
    return run


def _fresh_run(*, month: Month, kind: str, scope: str, by: int, at: datetime) -> Run:
    runs = list(Run.objects.select_for_update().filter(month=month.first_day, scope=scope).order_by("kind", "rank"))
    monthly = next((run for run in runs if run.kind == "MONTHLY"), None)
    open_run = next((run for run in runs if run.kind == kind and run.state != "SEALED"), None)
    if kind == "MONTHLY" and monthly is not None and monthly.state == "SEALED":
        raise MonthAlreadySealed(month=month.label_fr(), sealed_on=f"{monthly.sealed_at:%d/%m/%Y}")
    if kind == "COMPLEMENT" and (monthly is None or monthly.state != "SEALED"):
        raise MonthNotSealedYet(month=month.label_fr())
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


# --- Reading -------------------------------------------------------------------------------------------------------

_LEASES = """
SELECT l.id, l.residence_id, l.account_id, l.starts_on, l.ends_on, r.rent_term, coalesce(billed.times, 0) + 1
FROM leases_lease AS l
JOIN estate_residence AS r ON r.id = l.residence_id
LEFT JOIN (
    SELECT b.lease_id, count(*) AS times, count(c.id) AS taken_back
    FROM quittancement_bill AS b LEFT JOIN quittancement_contra AS c ON c.bill_id = b.id
    WHERE b.month = %(first_day)s GROUP BY b.lease_id
) AS billed ON billed.lease_id = l.id
WHERE l.starts_on <= %(last_day)s AND (l.ends_on IS NULL OR l.ends_on >= %(first_day)s) AND {scope}
  AND coalesce(billed.times, 0) = coalesce(billed.taken_back, 0)
ORDER BY l.id
"""
_CHARGES = """
SELECT lease_id, kind, label, amount_cents, first_day, last_day, basis FROM leases_term
WHERE lease_id BETWEEN %(from)s AND %(to)s AND first_day <= %(last_day)s
  AND (last_day IS NULL OR last_day >= %(first_day)s)
UNION ALL
SELECT lease_id, kind, '', amount_cents, first_day, last_day, basis FROM quittancement_datedamount
WHERE lease_id BETWEEN %(from)s AND %(to)s AND first_day <= %(last_day)s
  AND (last_day IS NULL OR last_day >= %(first_day)s)
"""
_ORDERS = "SELECT lease_id, notified_on, lifted_on FROM quittancement_suspensionorder WHERE notified_on < %s ORDER BY 2"

LeaseRow = tuple[int, int, int, date, date | None, str, int]


def _running_leases(month: Month, scope: Scope) -> list[LeaseRow]:
    where, values = scope.where()
    with connection.cursor() as cursor:
        cursor.execute(
            _LEASES.format(scope=where),
            {"first_day": month.first_day, "last_day": month.last_day, **values},
        )
        return cursor.fetchall()


def _charges(first_id: int, last_id: int, month: Month) -> dict[int, list[Charge]]:
    charges: dict[int, list[Charge]] = defaultdict(list)
    kinds = {kind.value: kind for kind in LineKind}
    with connection.cursor() as cursor:
        cursor.execute(
            _CHARGES,
            {"from": first_id, "to": last_id, "first_day": month.first_day, "last_day": month.last_day},
        )
        for lease_id, kind, label, amount_cents, first_day, last_day, basis in cursor.fetchall():
            charges[lease_id].append(Charge(kinds[kind], label, amount_cents, first_day, last_day, basis))
    return charges


def _suspensions(month: Month) -> dict[int, tuple[date, date | None]]:
    """The window of the order that suspends each lease's rent this month."""
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, (month.first_day,))
        windows = (
            (lease_id, suspension_window(notified_on=notified_on, lifted_on=lifted_on))
            for lease_id, notified_on, lifted_on in cursor.fetchall()
        )
        return {lease_id: window for lease_id, window in windows if window[1] is None or window[1] >= month.last_day}


# --- Pricing -------------------------------------------------------------------------------------------------------


def _price_into_drafts(run: Run, month: Month, scope: Scope, progress: Progress | None) -> Tally:
    leases = _running_leases(month, scope)
    suspensions = _suspensions(month)
    tally = Tally()
    bills = columns_of("quittancement_bill", BILL_COLUMNS, into="drafted_bill")
    lines = columns_of("quittancement_line", LINE_COLUMNS, into="drafted_line")
    for begin in range(0, len(leases), _BLOCK):
        block = leases[begin : begin + _BLOCK]
        charges = _charges(block[0][0], block[-1][0], month)
        bill_rows: list[str] = []
        line_rows: list[str] = []
        for lease in block:
            try:
                _price(run, month, lease, charges[lease[0]], suspensions.get(lease[0]), tally, bill_rows, line_rows)
            except Refusal as reason:
                tally.set_aside.append((lease[0], lease[1], type(reason).__name__, str(reason)))
        copy_text(bills, bill_rows)
        copy_text(lines, line_rows)
        if progress is not None:
            progress.at("Calcul des baux", begin + len(block), len(leases))
    if progress is not None:
        progress.at("Enregistrement des ébauches", len(leases), len(leases))
    bills.insert()
    lines.insert()
    return tally


def _price(
    run: Run,
    month: Month,
    lease: LeaseRow,
    charges: list[Charge],
    suspension: tuple[date, date | None] | None,
    tally: Tally,
    bill_rows: list[str],
    line_rows: list[str],
) -> None:
    """Add one lease's bill and lines as COPY text, or raise the reason it is set aside."""
    lease_id, residence_id, account_id, starts_on, ends_on, rent_term, rank = lease
    suspended_from, suspended_until = suspension or (None, None)
    facts = LeaseFacts(starts_on, ends_on, tuple(charges), suspended_from, suspended_until)
    due = lines_due(facts, month)
    occupied = occupied_days(facts, month)
    if occupied is None:
        return
    first_day, last_day = occupied
    total_cents = 0
    run_id = run.pk
    for number, (kind, label, amount_cents, rule, inputs, basis) in enumerate(due, 1):
        total_cents += amount_cents
        line_rows.append(
            f"{run_id}\t{lease_id}\t{residence_id}\t{number}\t{kind.value}\t{_escaped(label)}\t{amount_cents}\t{rule}\t"
            f"{inputs_text(inputs)}\t{_escaped(basis)}\n"
        )
    # À échoir: due on the first day of the period; échu: on the last day of the month (leases-and-rent, §12).
    due_on = first_day if rent_term == "ECHOIR" else month.last_day
    tally.leases += 1
    tally.lines += len(due)
    tally.total_cents += total_cents
    bill_rows.append(
        f"{run_id}\t{lease_id}\t{account_id}\t{residence_id}\t{month.first_day}\t{rank}\t{tally.leases}\t"
        f"{first_day}\t{last_day}\t{due_on}\t{total_cents}\n"
    )


def _escaped(text: str) -> str:
    """Text as COPY wants it: a tab, a line break or a backslash inside a label would end its column."""
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return text
