"""Import of an old suite's accounts: balances by term, deposits, mandates, plans, history, contacts, CAF."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import connection, transaction

from palier.aid.operations.linking import Link, link_numbers
from palier.banking.identifiers import ending, iban_digest, seal_iban
from palier.banking.models import SepaMandate
from palier.estate.models import Landlord
from palier.foundation.staging import insert_rows
from palier.foundation.tabular.checking import Checking
from palier.foundation.tabular.outcome import Outcome, Verdict
from palier.foundation.tabular.records import Record, Table
from palier.takeover.imports.account_file import (
    COLUMNS,
    AccountReader,
    AccountReading,
    BalanceRow,
    BeneficiaryRow,
    ContactRow,
    DepositRow,
    HistoryRow,
    InstalmentRow,
    MandateRow,
    Row,
    Totals,
)
from palier.takeover.imports.comments import without_unread
from palier.takeover.operations.known import Taken, known_leases, new_contacts, value_of
from palier.takeover.operations.posting import post_openings

# One import at a time: two would both believe that a balance is new.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('palier accounts import'))"
# What is kept in memory before it is written, still in one transaction.
WRITTEN_AT_ONCE = 20_000


@dataclass(slots=True, kw_only=True)
class TakenOver:
    """What a file did: the count of its records, and its totals whatever was refused."""

    outcome: Outcome
    totals: Totals


@dataclass(slots=True, kw_only=True)
class _Import:
    outcome: Outcome
    at: datetime
    by: int
    dry_run: bool
    taken: Taken = field(default_factory=Taken)
    balances: dict[tuple[int, object], list[AccountReading]] = field(default_factory=dict)
    new: list[Row] = field(default_factory=list)

    def judge(self, record: Record, checking: Checking, row: Row) -> None:
        """Count one row that can be read: new, already taken over, or against what was."""
        held = self.taken.of(row)
        if held is None and isinstance(row, MandateRow) and self.taken.has_running_mandate(row.lease.account_id):
            checking.refuse("rum", "ce bail a déjà un mandat en cours : un second le prélèverait deux fois")
            self.outcome.refuse(record, checking.remarks)
            return
        if held is None:
            verdict = Verdict.CREATE
            self.taken.keep(row)
            self.new.append(row)
        elif held == value_of(row):
            verdict = Verdict.UNCHANGED
        else:
            checking.refuse(*_against(row))
            if isinstance(row, BeneficiaryRow):
                # No report repeats the number.
                checking.remarks[-1] = replace(checking.remarks[-1], value=f"…{row.number_end}")
            self.outcome.refuse(record, checking.remarks)
            return
        self.outcome.accept(record, verdict, checking.remarks, key=f"{type(row).__name__[:-3]} {row.lease.id}")
        if len(self.new) >= WRITTEN_AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write what was kept, and forget it. A dry run writes nothing: whoever looks may read, not write."""
        if self.dry_run:
            self.new.clear()
            return
        openings = [row for row in self.new if isinstance(row, BalanceRow | DepositRow) and row.cents]
        post_openings(openings, at=self.at, by=self.by)
        _write_deposits([row for row in self.new if isinstance(row, DepositRow) and row.cents])
        _write_instalments([row for row in self.new if isinstance(row, InstalmentRow)])
        _write_history([row for row in self.new if isinstance(row, HistoryRow)])
        _write_mandates([row for row in self.new if isinstance(row, MandateRow)])
        _write_contacts([row for row in self.new if isinstance(row, ContactRow)])
        _link_numbers([row for row in self.new if isinstance(row, BeneficiaryRow)], by=self.by, at=self.at)
        self.new.clear()
        self.taken.forget_history()


def import_accounts(
    table: Table,
    *,
    by: int,
    at: datetime,
    dry_run: bool = False,
    keeps_records: bool = False,
    with_secrets: bool = True,
) -> TakenOver:
    """Import a table of accounts, under our own headers: its accepted rows all together, the refused ones given back.

    Called inside `batch()`, or inside `acting()` for a dry run. What was taken over is never changed by a file: the
    same row again changes nothing, another value under the same key is refused. With `dry_run` everything is counted
    and nothing is written.
    Raises CommentColumn, and a Refusal when the table is not one of accounts.
    """
    table = without_unread(table, COLUMNS)
    outcome = Outcome(header=table.header, file_warnings=table.warnings, keeps_records=keeps_records)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        reader = AccountReader(table=table, leases=known_leases(), with_secrets=with_secrets)
        doing = _Import(outcome=outcome, at=at, by=by, dry_run=dry_run)
        for reading in reader.readings():
            if reading.row is None:
                outcome.refuse(reading.record, reading.checking.remarks)
            elif isinstance(reading.row, BalanceRow):
                # Judged at the end: a second balance for the same term refuses the first as well.
                key = (reading.row.lease.account_id, reading.row.term_on)
                doing.balances.setdefault(key, []).append(reading)
            else:
                doing.judge(reading.record, reading.checking, reading.row)
        _judge_balances(doing)
        doing.write()
    return TakenOver(outcome=outcome, totals=reader.totals)


def _judge_balances(doing: _Import) -> None:
    for readings in doing.balances.values():
        if len(readings) > 1:
            lines = " et ".join(str(reading.record.line) for reading in readings)
            for reading in readings:
                reading.checking.refuse(
                    "montant", f"deux soldes pour le même bail et le même mois, lignes {lines} : gardez le bon"
                )
                doing.outcome.refuse(reading.record, reading.checking.remarks)
        elif readings[0].row is not None:
            doing.judge(readings[0].record, readings[0].checking, readings[0].row)


def _against(row: Row) -> tuple[str, str]:
    """Why a row is refused whose key is taken: the column, and the reason."""
    match row:
        case BalanceRow():
            return "montant", "un autre solde est déjà repris pour ce mois : il se corrige par une écriture"
        case DepositRow():
            return "montant", "un autre dépôt est déjà repris pour ce bail : il se corrige par une écriture"
        case InstalmentRow():
            return "montant", "une autre échéance du même plan est déjà reprise à cette date"
        case MandateRow():
            return "rum", "cette référence est celle d’un autre mandat"
        case HistoryRow():
            return "montant", "cette rubrique a déjà un autre montant ce mois-là : regroupez les lignes de la rubrique"
        case ContactRow():
            return "telephone", "ce contact est déjà donné"
        case BeneficiaryRow():
            return "numero_allocataire", "ce numéro mène déjà à un autre bail : gardez le bon"


def _write_deposits(rows: Sequence[DepositRow]) -> None:
    """A lease that did not say its deposit says it from now on."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE leases_lease SET deposit_cents = %s WHERE id = %s AND deposit_cents = 0",
            [(row.cents, row.lease.id) for row in rows if row.lease.deposit_cents == 0],
        )


def _write_instalments(rows: Sequence[InstalmentRow]) -> None:
    if rows:
        insert_rows(
            "takeover_instalment",
            ("lease_id", "account_id", "residence_id", "plan", "due_on", "amount_cents"),
            ((*_place(row), row.plan, row.due_on, row.cents) for row in rows),
        )


def _write_history(rows: Sequence[HistoryRow]) -> None:
    if rows:
        insert_rows(
            "takeover_formerline",
            ("lease_id", "account_id", "residence_id", "month", "heading", "amount_cents"),
            ((*_place(row), row.month, row.heading, row.cents) for row in rows),
        )


def _place(row: Row) -> tuple[int, int, int]:
    return row.lease.id, row.lease.account_id, row.lease.residence_id


def _write_mandates(rows: Sequence[MandateRow]) -> None:
    """The mandates, and on each lease what its notice says of its own."""
    if not rows:
        return
    creditor_id = Landlord.objects.values_list("creditor_id", flat=True).order_by("id").first()
    SepaMandate.objects.bulk_create(
        [
            SepaMandate(
                reference=row.reference,
                account_id=row.lease.account_id,
                residence_id=row.lease.residence_id,
                holder_name=row.holder_name,
                iban_sealed=seal_iban(row.iban),
                iban_digest=iban_digest(row.iban),
                iban_last4=ending(row.iban),
                bic=row.bic,
                creditor_id=creditor_id if creditor_id is not None else "",
                signed_on=row.signed_on,
                debit_day=row.debit_day,
                last_used_on=row.last_used_on,
            )
            for row in rows
        ],
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            """UPDATE leases_lease SET payment_mode = 'PRELEVEMENT', mandate_reference = %s, debit_day = %s,
                      iban_last4 = %s WHERE id = %s""",
            [(row.reference, row.debit_day, ending(row.iban), row.lease.id) for row in rows],
        )


def _write_contacts(rows: Sequence[ContactRow]) -> None:
    if rows:
        insert_rows(
            "people_contact",
            ("person_id", "residence_id", "channel", "value", "shared_with_caretaker"),
            (
                (row.lease.holder_id, row.lease.main_residence_id, channel, value, False)
                for row, channel, value in new_contacts(rows)
            ),
        )


def _link_numbers(rows: Sequence[BeneficiaryRow], *, by: int, at: datetime) -> None:
    """Rows of the CAF that waited for one of these numbers are judged again."""
    links = [
        Link(
            lease_id=row.lease.id,
            residence_id=row.lease.residence_id,
            number_digest=row.number_digest,
            number_end=row.number_end,
        )
        for row in rows
    ]
    if links:
        link_numbers(links, by=by, at=at)
