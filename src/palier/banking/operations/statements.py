"""Importing a statement: read once, each movement known once, matched and posted, its closing balance kept, all in one
transaction."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.db import connection

from palier.banking.formats.document import BankDocument
from palier.banking.formats.reading import open_bank_file
from palier.banking.models import BankEntry, BankFile
from palier.banking.operations.arrivals import ARRIVED, stage_arrivals
from palier.banking.operations.matching import FOUND, match_arrivals
from palier.banking.operations.own_accounts import general_account
from palier.banking.operations.returns import take_in_returns
from palier.banking.operations.settling import hold_settlements, settle_accounts
from palier.banking.operations.stating import state_imported
from palier.foundation.clock import PARIS
from palier.foundation.jobs import Progress
from palier.foundation.money import Cents
from palier.foundation.periods import day_fr
from palier.foundation.reviews import digest_of
from palier.ledger.chart import DEBITS_CODE, REFUNDS_CODE, SUSPENSE_CODE
from palier.ledger.operations.post import first_open_day, hold_numbers

_LATE = "Mouvements d’un mois clos\u00a0: {count}. Ils gardent la date de la banque, et sont comptabilisés au {day}."
_AHEAD = "Mouvements datés d’après aujourd’hui\u00a0: {count}, jusqu’au {day}. Vérifiez le fichier avec votre banque."
_PHASES = ("Lecture du fichier", "Rapprochement", "Écriture", "Dettes réglées")
# One import at a time: two would both believe that a movement is new.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('palier bank import'))"
# Nothing to post: a movement of nothing; a payment that nobody explains, of a sum that waits already.
_SILENT = "(a.amount_cents = 0 OR a.inside IS NOT NULL AND f.rank IS NULL)"
# Each new movement with the numbers of its rows, and the other side of its entry.
_NUMBERED = f"""
CREATE TEMPORARY TABLE numbered_movement ON COMMIT DROP AS
SELECT a.rank, f.account_id, coalesce(f.key, '') AS key, coalesce(f.flow, '') AS flow, t.residence_id,
       a.booked_on, o.posted_on, a.amount_cents, b.id AS bank_account_id,
       -- The payments of a sum that waits come out of the waiting account: the bank's has had it.
       CASE WHEN a.inside IS NULL THEN b.account_id ELSE %(suspense)s END AS bank_ledger_id,
       CASE WHEN f.flow IN ('TENANT', 'CARDS') THEN f.account_id WHEN f.flow = 'DEBIT' THEN %(debits)s
            WHEN f.flow = 'REFUND' THEN %(refunds)s ELSE %(suspense)s END AS other_id,
       nextval(pg_get_serial_sequence('banking_bankentry', 'id')) AS bank_entry_id,
       CASE WHEN f.flow = 'TENANT' THEN nextval(pg_get_serial_sequence('banking_payment', 'id')) END AS payment_id,
       CASE WHEN NOT {_SILENT} THEN nextval(pg_get_serial_sequence('ledger_entry', 'id')) END AS entry_id,
       (SELECT coalesce(max(number), 0) FROM ledger_entry WHERE journal = 'BANK')
           + row_number() OVER (ORDER BY {_SILENT}, a.rank) AS number
FROM {ARRIVED} AS a JOIN banking_bankaccount AS b ON b.iban = a.account_iban
JOIN unnest(%(days)s::date[], %(posted)s::date[]) AS o (day, posted_on) ON o.day = a.booked_on
LEFT JOIN {FOUND} AS f ON f.rank = a.rank LEFT JOIN ledger_account AS t ON t.id = f.account_id
"""
_WRITTEN = (
    f"""INSERT INTO banking_bankentry
            (id, bank_account_id, file_id, identity, booking, line, booked_on, value_on, amount_cents, operation,
             rf_reference, end_to_end_id, mandate_reference, return_reason, wording, payer_name, iban_digest,
             iban_last4, state, entry_id)
        SELECT n.bank_entry_id, n.bank_account_id, %(file)s, a.identity, a.booking, a.line, a.booked_on, a.value_on,
               a.amount_cents, a.operation, a.rf_reference, a.end_to_end_id, a.mandate_reference, a.return_reason,
               a.wording, a.payer_name, a.iban_digest, a.iban_last4,
               CASE WHEN n.key <> '' THEN 'MATCHED' WHEN a.amount_cents = 0 THEN 'OTHER' ELSE 'TO_REVIEW' END,
               coalesce(n.entry_id, w.entry_id)
        FROM numbered_movement AS n JOIN {ARRIVED} AS a ON a.rank = n.rank
        LEFT JOIN banking_bankentry AS w ON w.id = a.inside""",
    """INSERT INTO banking_payment
           (id, account_id, residence_id, received_on, amount_cents, means, earmark, bank_entry_id, proof, entry_id,
            taken_back_reason, created_by, created_at)
       SELECT payment_id, account_id, residence_id, booked_on, amount_cents,
              CASE key WHEN 'RUM' THEN 'PRELEVEMENT' ELSE 'VIREMENT' END, '', bank_entry_id, '', entry_id, '', %(by)s,
              %(at)s
       FROM numbered_movement WHERE payment_id IS NOT NULL""",
    """INSERT INTO banking_match (bank_entry_id, account_id, key, amount_cents, matched_by, matched_at)
       SELECT bank_entry_id, account_id, key, amount_cents, %(by)s, %(at)s FROM numbered_movement WHERE key <> ''""",
    """INSERT INTO ledger_entry
           (id, journal, number, booked_on, label, residence_id, source_kind, source_id, means, posted_at, posted_by)
       SELECT entry_id, 'BANK', number, posted_on,
              CASE WHEN flow = 'DEBIT' AND amount_cents < 0 THEN 'Prélèvement rejeté, débité par la banque'
                   WHEN flow = 'DEBIT' THEN 'Prélèvement crédité par la banque'
                   WHEN flow = 'REFUND' THEN 'Remboursement débité par la banque'
                   WHEN flow = 'CARDS' THEN 'Remise de cartes créditée par la banque'
                   WHEN key = 'RUM' THEN 'Prélèvement'
                   WHEN flow = 'TENANT' THEN 'Virement reçu' ELSE 'Mouvement de banque à identifier' END,
              residence_id, CASE flow WHEN 'TENANT' THEN 'PAYMENT' ELSE 'BANK' END,
              coalesce(payment_id, bank_entry_id),
              CASE WHEN flow <> 'TENANT' THEN '' WHEN key = 'RUM' THEN 'PRELEVEMENT' ELSE 'VIREMENT' END,
              %(at)s, %(by)s
       FROM numbered_movement WHERE entry_id IS NOT NULL""",
    """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
       SELECT entry_id, bank_ledger_id, residence_id, posted_on, amount_cents
       FROM numbered_movement WHERE entry_id IS NOT NULL
       UNION ALL
       SELECT entry_id, other_id, residence_id, posted_on, -amount_cents
       FROM numbered_movement WHERE entry_id IS NOT NULL""",
    f"""INSERT INTO banking_match (bank_entry_id, account_id, key, amount_cents, matched_by, matched_at)
        SELECT b.id, %(suspense)s, 'OTHER', b.amount_cents, %(by)s, %(at)s FROM banking_bankentry AS b
        WHERE b.id IN (SELECT a.inside FROM {ARRIVED} AS a)""",
    f"UPDATE banking_bankentry SET state = 'OTHER' WHERE id IN (SELECT a.inside FROM {ARRIVED} AS a)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file brought. `entries` and `total_cents` are the file's own; the others count the new movements.

    `already` is when the same file had been given before: then it brings nothing.
    """

    entries: int
    total_cents: Cents
    created: int
    matched: int
    warnings: tuple[str, ...] = ()
    already: datetime | None = None

    @property
    def to_review(self) -> int:
        """Those that wait for someone."""
        return self.created - self.matched


def import_statement(path: Path, *, name: str, by: int, at: datetime, progress: Progress | None = None) -> Imported:
    """Import a camt.053, camt.054 or CFONB 120 file: all of it or nothing, each movement once, with what it states.

    Called inside `batch()` or `acting()`. Raises what the file's reader refuses, with the line; OtherBankAccount,
    BankAccountUnnamed. A movement of a closed month is booked on the first open day, and said.
    """
    sha256 = digest_of(path)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    known = BankFile.objects.filter(sha256=sha256).first()
    if known is not None:
        return Imported(
            entries=known.entry_count, total_cents=known.total_cents, created=0, matched=0, already=known.received_at
        )
    _at(progress, 0)
    file = open_bank_file(path)
    created = stage_arrivals(file.movements())
    document = file.document()
    _at(progress, 1)
    matched = match_arrivals()
    _at(progress, 2)
    kept = _keep(document, sha256=sha256, name=name, by=by, at=at)
    state_imported(document, by=by, at=at)
    remarks = _write(kept, by=by, at=at)
    _at(progress, 3)
    _settle(by=by, at=at)
    _forget()
    return Imported(
        entries=document.entries,
        total_cents=document.total_cents,
        created=created,
        matched=matched,
        warnings=(*document.warnings, *remarks),
    )


def take_in_statement(path: Path, *, name: str, by: int, at: datetime, progress: Progress | None = None) -> Imported:
    """Import a file, then give the rejected debits that it tells to their accounts: what they had paid is owed again.

    What commands and pages call. Raises what `import_statement` raises.
    """
    done = import_statement(path, name=name, by=by, at=at, progress=progress)
    if not done.created:
        return done
    take_in_returns(by=by, at=at)
    waiting = BankEntry.objects.filter(file__sha256=digest_of(path), state="TO_REVIEW").count()
    return replace(done, matched=done.created - waiting)


def _keep(document: BankDocument, *, sha256: str, name: str, by: int, at: datetime) -> BankFile:
    return BankFile.objects.create(
        sha256=sha256,
        name=name[:120],
        format=document.format.value,
        entry_count=document.entries,
        total_cents=document.total_cents,
        warnings=list(document.warnings),
        received_at=at,
        received_by=by,
    )


def _write(file: BankFile, *, by: int, at: datetime) -> tuple[str, ...]:
    """Write what is staged; what is worth saying of it."""
    # In the order of a payment noted by hand: taken the other way round, two people would wait for each other for ever.
    hold_settlements()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT booked_on FROM {ARRIVED} ORDER BY 1")
        days = [day for (day,) in cursor.fetchall()]
    # A closed month is not written in: what the bank tells of it too late keeps the bank's days, and is booked after.
    posted = [first_open_day(day) for day in days]
    facts: dict[str, int | datetime | list[date]] = {
        "days": days,
        "posted": posted,
        "file": file.pk,
        "by": by,
        "at": at,
        "debits": general_account(DEBITS_CODE),
        "refunds": general_account(REFUNDS_CODE),
        "suspense": general_account(SUSPENSE_CODE),
    }
    hold_numbers()
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED, facts)
        cursor.execute("ANALYZE numbered_movement")
        for statement in _WRITTEN:
            cursor.execute(statement, facts)
        cursor.execute("SELECT count(*), max(posted_on) FROM numbered_movement WHERE posted_on <> booked_on")
        late, posted_on = cursor.fetchone()
        cursor.execute("SELECT count(*), max(booked_on) FROM numbered_movement WHERE booked_on > %s", [_day_of(at)])
        ahead, until = cursor.fetchone()
    told = (_LATE.format(count=late, day=day_fr(posted_on)),) if late else ()
    return (*told, _AHEAD.format(count=ahead, day=day_fr(until))) if ahead else told


def _day_of(at: datetime) -> date:
    return at.astimezone(PARIS).date()


def _settle(*, by: int, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT account_id FROM numbered_movement WHERE flow = 'TENANT'")
        accounts = [number for (number,) in cursor.fetchall()]
    settle_accounts(accounts, by=by, at=at)


def _forget() -> None:
    """A second file of the same transaction starts from nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE numbered_movement, {FOUND}, {ARRIVED}")


def _at(progress: Progress | None, phase: int) -> None:
    if progress is not None:
        progress.at(_PHASES[phase], phase, len(_PHASES))
