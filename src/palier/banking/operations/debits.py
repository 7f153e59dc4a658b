"""The direct debits of a month: drafted from the sealed bills, replaced until signed, signed by another.

A draft moves nothing. Drafting again gives the same debits; a run that is signed or written is left as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction

from palier.banking.models import Debit, DebitAside, DebitRun
from palier.banking.operations.debit_candidates import CANDIDATES, DEBITS, STAGED, Candidate
from palier.banking.rules.returns import REASONS
from palier.banking.rules.sepa import Announced, Aside, MandateFacts, Owed, asked_of, earliest_collection
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.periods import Month
from palier.foundation.staging import columns_of, copy_rows
from palier.privacy.actor import Actor

_BLOCK = 5_000
_DEBIT_COLUMNS = ("account_id", "amount_cents", "collected_on", "sequence")
_ASIDE_COLUMNS = ("run_id", "account_id", "residence_id", "reason")
_MOVED = """
SELECT count(*) FROM banking_debit AS d JOIN banking_sepamandate AS m ON m.id = d.mandate_id
WHERE d.run_id = %(run)s AND (
    m.ended_on IS NOT NULL OR m.iban_sealed <> d.iban_sealed OR m.holder_name <> d.holder_name
    OR EXISTS (SELECT FROM ledger_posting AS p JOIN ledger_entry AS e ON e.id = p.entry_id
               WHERE p.account_id = d.account_id AND e.posted_at > %(at)s)
)
"""
# What the file of the run would still hold.
_CAN_LEAVE = """
SELECT EXISTS (SELECT FROM banking_debit AS d JOIN banking_sepamandate AS m ON m.id = d.mandate_id
               WHERE d.run_id = %(run)s AND m.ended_on IS NULL AND d.collected_on >= %(earliest)s)
"""
# Reasons after which the payer's bank accepts nothing more under that mandate.
REFUSING = [code for code, reason in REASONS.items() if reason.ends_mandate]


class MonthNotBilled(Refusal):
    """Le mois {of_month} n’a aucun avis scellé : scellez-le, éditez ses avis, puis prélevez."""


class DebitRunNotFound(Refusal):
    """Ce lot de prélèvements n’existe pas."""


class DebitRunAlreadySigned(Refusal):
    """Ce lot de prélèvements est déjà signé. Rien n’a été changé."""


class SamePersonPreparesAndSignsDebits(Refusal):
    """Vous avez préparé ce lot : une autre personne doit le signer."""


class NothingToDebit(Refusal):
    """Il n’y a aucun prélèvement à demander pour {month} : chaque compte mis de côté dit pourquoi."""


class DebitsMovedSince(Refusal):
    """Depuis que ce lot est préparé, des comptes ou des mandats ont bougé ({count}) : préparez-le de nouveau, puis
    signez-le."""


class FormerRunOpen(Refusal):
    """Le lot n° {rank} de ce mois n’est pas encore parti : un complément se prépare après lui."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """The run of a month, and how many debits this call added to what was already asked."""

    run: DebitRun
    created: int


class _Row(NamedTuple):
    """One candidate turned into what is staged: a debit, or a reason."""

    debit: tuple[object, ...] | None
    aside: tuple[object, ...] | None
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """What a draft holds. `unprinted`: debits whose notice goes by post and is not on paper yet."""

    count: int
    cents: int
    asides: int
    unprinted: int


def draft_debits(
    *, month: Month, actor: Actor, at: datetime, progress: Progress | None = None, is_complement: bool = False
) -> Drafted:
    """Draft the month's debits, or draft them again while nobody has signed; a later run with `is_complement`.

    Called again once the run is signed or written, it gives that run back and adds nothing; a signed run of which
    nothing can leave any more is drafted again, and its signature goes with what was signed. Two at once: the second
    waits, then finds the first one's. Raises MonthNotBilled, FormerRunOpen.
    """
    with transaction.atomic():
        _hold(month)
        runs = DebitRun.objects.select_for_update(of=("self",)).filter(month=month.first_day)
        latest = runs.order_by("-rank").first()
        rank = 1
        if latest is not None:
            is_open = _is_open(latest, on=at.date())
            # The month of a file that never left is drafted again, under another name: no bank sees one name twice.
            if not is_complement and not is_open and latest.voided_at is None:
                return Drafted(run=latest, created=0)
            if not is_open and latest.written_at is None:
                raise FormerRunOpen(rank=latest.rank)
            rank = latest.rank if is_open else latest.rank + 1
        run, before = _fresh_run(month, rank, latest, actor=actor, at=at)
        filled = _fill(run, month, written_on=at.date(), progress=progress)
        run.count, run.total_cents, run.set_aside_count = filled.count, filled.cents, filled.asides
        run.unprinted_count = filled.unprinted
        run.save(update_fields=["count", "total_cents", "set_aside_count", "unprinted_count"])
        return Drafted(run=run, created=max(0, filled.count - before))


def _is_open(run: DebitRun, *, on: date) -> bool:
    """Whether the run may be drafted again: nobody signed it, or its days went by before its file was made."""
    if run.written_at is not None:
        return False
    if run.signed_at is None:
        return True
    with connection.cursor() as cursor:
        cursor.execute(_CAN_LEAVE, {"run": run.pk, "earliest": earliest_collection(on)})
        (can_leave,) = cursor.fetchone()
    return not can_leave


def sign_debits(*, run_id: int, actor: Actor, at: datetime) -> DebitRun:
    """Sign a run that someone else prepared; its file can be made, and nothing of it moves any more.

    Raises DebitRunNotFound, DebitRunAlreadySigned, SamePersonPreparesAndSignsDebits, NothingToDebit, DebitsMovedSince.
    """
    with transaction.atomic():
        run = DebitRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
        if run is None:
            raise DebitRunNotFound
        if run.signed_at is not None or run.written_at is not None:
            raise DebitRunAlreadySigned
        if run.created_by == actor.agent_id:
            raise SamePersonPreparesAndSignsDebits
        if not run.count:
            raise NothingToDebit(month=Month.of(run.month).label_fr())
        _refuse_moved(run)
        run.signed_by, run.signed_at = actor.agent_id, at
        run.save(update_fields=["signed_by", "signed_at"])
        return run


def _refuse_moved(run: DebitRun) -> None:
    """What was paid, revoked or amended since the draft would be debited all the same. Raises DebitsMovedSince."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, {"run": run.pk, "at": run.created_at})
        (moved,) = cursor.fetchone()
    if moved:
        raise DebitsMovedSince(count=moved)


def _hold(month: Month) -> None:
    """One draft of a month at a time, until the transaction ends. Raises MonthNotBilled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"palier.debits.{month}"])
        cursor.execute(
            """SELECT EXISTS (SELECT FROM ledger_entry
                              WHERE source_kind = 'BILL' AND booked_on BETWEEN %s AND %s)""",
            [month.first_day, month.last_day],
        )
        (is_billed,) = cursor.fetchone()
    if not is_billed:
        raise MonthNotBilled(of_month=month.of_fr())


def _fresh_run(month: Month, rank: int, latest: DebitRun | None, *, actor: Actor, at: datetime) -> tuple[DebitRun, int]:
    """The run to fill, emptied when it is drafted again, and how many debits it held."""
    if latest is not None and latest.rank == rank:
        held, _ = Debit.objects.filter(run=latest).delete()
        DebitAside.objects.filter(run=latest).delete()
        latest.created_by, latest.created_at = actor.agent_id or 0, at
        latest.signed_by = latest.signed_at = None
        latest.save(update_fields=["created_by", "created_at", "signed_by", "signed_at"])
        return latest, held
    run = DebitRun(
        month=month.first_day,
        rank=rank,
        message_id=f"PRL-{month}-{rank}",
        created_by=actor.agent_id or 0,
        created_at=at,
    )
    run.save(force_insert=True)
    return run, 0


def _fill(run: DebitRun, month: Month, *, written_on: date, progress: Progress | None) -> _Filled:
    """Decide for each candidate by the rule."""
    debits = columns_of("banking_debit", _DEBIT_COLUMNS, into="drafted_debit")
    asides = columns_of("banking_debitaside", _ASIDE_COLUMNS, into="drafted_aside")
    cents = done = unprinted = 0
    for block in _candidates(run, month):
        rows = [_row(run.pk, candidate, written_on) for candidate in block]
        copy_rows(debits, (row.debit for row in rows if row.debit is not None))
        copy_rows(asides, (row.aside for row in rows if row.aside is not None))
        cents += sum(row.cents for row in rows)
        unprinted += sum(one.is_unprinted and row.debit is not None for one, row in zip(block, rows, strict=True))
        done += len(rows)
        if progress is not None:
            progress.at("Comptes examinés", done, done + _BLOCK)
    with connection.cursor() as cursor:
        cursor.execute(DEBITS, {"run": run.pk})
        count: int = cursor.rowcount
        cursor.execute(debits.named("DROP TABLE {into}"))
    return _Filled(count=count, cents=cents, asides=asides.insert(), unprinted=unprinted)


def _candidates(run: DebitRun, month: Month) -> Iterator[Sequence[Candidate]]:
    """The accounts that pay by direct debit and have a bill of the month not asked yet, block by block."""
    facts: dict[str, int | date | list[str]] = {
        "run": run.pk,
        "first": month.first_day,
        "last": month.last_day,
        "refusing": REFUSING,
    }
    with connection.cursor() as cursor:
        for statement in STAGED:
            cursor.execute(statement, facts)
    with connection.chunked_cursor() as cursor:
        cursor.execute(CANDIDATES, facts)
        while block := cursor.fetchmany(_BLOCK):
            yield [Candidate(*row) for row in block]


def _row(run_id: int, one: Candidate, written_on: date) -> _Row:
    decided = asked_of(
        Owed(bill_cents=one.bill_cents, again_cents=one.again_cents, balance_cents=one.balance_cents),
        _mandate(one),
        _announced(one),
        written_on=written_on,
    )
    if isinstance(decided, Aside):
        return _Row(None, (run_id, one.account_id, one.residence_id, decided.value), 0)
    sequence = "FRST" if decided.is_first else "RCUR"
    return _Row((one.account_id, decided.amount_cents, decided.collected_on, sequence), None, decided.amount_cents)


def _mandate(one: Candidate) -> MandateFacts | None:
    if one.signed_on is None or one.notice_days is None:
        return None
    return MandateFacts(
        signed_on=one.signed_on,
        last_used_on=one.last_used_on,
        notice_days=one.notice_days,
        is_refused=one.is_refused,
    )


def _announced(one: Candidate) -> Announced | None:
    if one.issued_on is None or not one.debited_on or not one.announced_cents:
        return None
    return Announced(
        issued_on=one.issued_on,
        debited_on=date.fromisoformat(one.debited_on),
        at_most_cents=int(one.announced_cents),
    )
