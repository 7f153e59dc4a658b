"""The end of a month: books out, FEC, the bank to the cent, the list of what is missing, two signatures."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from tests.landlord import Landlord
from tests.operations.books import with_bank

from palier.banking.models import BankAccount, StatedBalance
from palier.bench.bank_files import OWN, write_camt
from palier.cli import main
from palier.closing.models import Waiver
from palier.closing.operations.close import (
    ItemAlreadyDone,
    ItemAlreadyWaived,
    ItemUnknown,
    MonthNotReady,
    close_month,
    waive_item,
)
from palier.closing.operations.stating import NoBalanceStated, state_by_hand, state_from_file
from palier.closing.queries import closing_list, last_working_day, reconciled, unmatched
from palier.closing.rules import ItemState
from palier.foundation.periods import Month
from palier.ledger.books import auxiliary_balance, checked_books, general_ledger, trial_balance
from palier.ledger.fec import COLUMNS, AccountWithoutNumber, Separator, write_fec
from palier.ledger.models import Entry, Period, Posting
from palier.ledger.operations.periods import close_period
from palier.ledger.operations.post import PeriodIsClosed, Piece, post_entry
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.quittancement.operations.contra import take_bill_back
from palier.quittancement.operations.seal import seal_run

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


@contextmanager
def accountant(agent_id: int = 1) -> Iterator[Actor]:
    with acting(Actor(role=Role.ACCOUNTANT, purpose="COMPTABILITE", agent_id=agent_id), categories=("COMPTE",)) as it:
        yield it.actor


@pytest.fixture
def bank(own_landlord: Landlord, superuser: psycopg.Connection) -> int:
    """A bank account of the landlord, mirrored in the books, and one payment of 100,00 € received on 5 November."""
    with_bank(superuser)
    with accountant():
        post_entry(
            Piece(
                journal="BANK", label="Paiement reçu", booked_on=date(2026, 11, 5), source_kind="PAYMENT", source_id=1,
                sides={950: 10_000, 101: -10_000}, means="VIREMENT",
            ),
            by=1, at=AT,
        )  # fmt: skip
    return 1


# --- The books -------------------------------------------------------------------------------------------------------


def test_the_trial_balance_adds_up_and_gathers_the_tenants(bank: int) -> None:
    # By hand: October bills 400,00 € to each of three leases, November receives 100,00 € from the first.
    with accountant():
        rows = {row.code: row for row in trial_balance(first_day=NOVEMBER.first_day, last_day=NOVEMBER.last_day)}
    tenants = rows["LOCATAIRES"]
    assert (tenants.opening_cents, tenants.debit_cents, tenants.credit_cents) == (120_000, 0, 10_000)
    assert tenants.closing_cents == 110_000
    assert (rows["BNQ-COURANT"].debit_cents, rows["BNQ-COURANT"].closing_cents) == (10_000, 10_000)
    assert sum(row.closing_cents for row in rows.values()) == 0
    assert sum(row.debit_cents for row in rows.values()) == sum(row.credit_cents for row in rows.values()) == 10_000


def test_the_auxiliary_balance_is_the_detail_of_the_collective_account(bank: int) -> None:
    with accountant():
        rows = auxiliary_balance(first_day=NOVEMBER.first_day, last_day=NOVEMBER.last_day)
    assert [row.closing_cents for row in rows] == [30_000, 40_000, 40_000]


def test_the_general_ledger_of_an_account_runs_from_what_it_carried(bank: int) -> None:
    with accountant():
        lines = general_ledger(101, first_day=NOVEMBER.first_day, last_day=NOVEMBER.last_day, limit=10)
    assert [(line.label, line.amount_cents, line.balance_cents) for line in lines] == [
        ("Paiement reçu", -10_000, 30_000)
    ]


def test_books_that_hold_say_so_and_a_hole_is_counted(bank: int, superuser: psycopg.Connection) -> None:
    with accountant():
        assert checked_books().holds
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE ledger_entry SET number = 4 WHERE journal = 'BANK'")
    superuser.execute("UPDATE ledger_posting SET amount_cents = amount_cents + 1 WHERE account_id = 950")
    with accountant():
        found = checked_books()
    assert (found.holds, found.holes, found.unbalanced, found.total_cents) == (False, 3, 1, 1)


# --- The file of entries ---------------------------------------------------------------------------------------------


def test_the_file_of_entries_has_the_eighteen_columns_and_balances(
    bank: int, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "000000000FEC20261231.txt"
    with accountant():
        written = write_fec(path, first_day=date(2026, 1, 1), last_day=date(2026, 12, 31))
    text = path.read_bytes().decode("iso8859-15")
    head, *lines = [line.split("\t") for line in text.split("\r\n")[:-1]]
    assert tuple(head) == COLUMNS
    assert {len(line) for line in lines} == {18}
    debit = sum(int(line[11].replace(",", "")) for line in lines)
    credit = sum(int(line[12].replace(",", "")) for line in lines)
    assert debit == credit == written.debit_cents == 130_000
    assert (written.entries, written.lines) == (4, 8)
    paid = next(line for line in lines if line[0] == "BANK" and line[4] == "411")
    assert paid[1:4] == ["encaissements", "1", "20261105"]
    assert paid[11:13] == ["0,00", "100,00"]
    assert paid[15] == "20261130"
    assert paid[6]


def test_no_entry_of_the_file_is_validated_before_the_day_it_bears(bank: int, tmp_path: Path) -> None:
    # A term made on 20 November for 1 December, then a payment of the 25th.
    for number, made_on, booked_on in ((2, 20, date(2026, 12, 1)), (3, 25, date(2026, 11, 25))):
        with accountant():
            post_entry(
                Piece(
                    journal="BANK", label="Essai", booked_on=booked_on, source_kind="PAYMENT", source_id=number,
                    sides={950: 10_000, 101: -10_000}, means="VIREMENT",
                ),
                by=1, at=datetime(2026, 11, made_on, 9, tzinfo=UTC),
            )  # fmt: skip
    path = tmp_path / "fec.txt"
    with accountant():
        write_fec(path, first_day=date(2026, 1, 1), last_day=date(2026, 12, 31))
    lines = [line.split("\t") for line in path.read_bytes().decode("iso8859-15").split("\r\n")[1:-1]]
    assert [(line[3], line[15]) for line in lines if line[10] == "Essai"] == [
        *[("20261125", "20261125")] * 2,
        *[("20261201", "20261201")] * 2,
    ]
    assert all(line[15] >= line[3] for line in lines)
    validated = [line[15] for line in lines]
    assert validated == sorted(validated)


def test_no_name_of_a_tenant_leaves_in_the_file_of_entries(
    bank: int, own_landlord: Landlord, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    path = tmp_path / "fec.txt"
    with accountant():
        write_fec(path, first_day=date(2026, 1, 1), last_day=date(2026, 12, 31), separator=Separator.BAR)
    text = path.read_bytes().decode("iso8859-15")
    assert text.startswith("JournalCode|JournalLib|")
    assert not [name for name in (*own_landlord.nord_names, *own_landlord.sud_names) if name in text]


def test_an_account_without_number_stops_the_file_and_leaves_nothing(
    bank: int, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    superuser.execute("UPDATE ledger_account SET code = 'SANS-NUMERO' WHERE id = 900")
    with pytest.raises(AccountWithoutNumber, match="SANS-NUMERO"), accountant():
        write_fec(tmp_path / "fec.txt", first_day=date(2026, 1, 1), last_day=date(2026, 12, 31))
    assert list(tmp_path.iterdir()) == []


# --- The bank --------------------------------------------------------------------------------------------------------


def test_the_bank_agrees_to_the_cent_or_the_difference_is_told(bank: int) -> None:
    with accountant() as actor:
        assert reconciled(on=date(2026, 11, 30))[0].difference_cents is None
        state_by_hand(bank_account_id=bank, on=date(2026, 11, 30), balance_cents=10_000, actor=actor, at=AT)
        assert reconciled(on=date(2026, 11, 30))[0].difference_cents == 0
        state_by_hand(bank_account_id=bank, on=date(2026, 11, 30), balance_cents=9_999, actor=actor, at=AT)
        assert reconciled(on=date(2026, 11, 30))[0].difference_cents == 1
        explained = unmatched(bank, on=date(2026, 11, 30))
    assert [(each.side, each.amount_cents) for each in explained] == [("BOOKS", 10_000)]


def test_a_statement_given_twice_states_its_balance_once(bank: int, tmp_path: Path) -> None:
    total = write_camt(tmp_path / "releve.xml", 3)
    for _ in range(2):
        with accountant() as actor:
            state_from_file(path=tmp_path / "releve.xml", actor=actor, at=AT)
    with accountant():
        assert list(StatedBalance.objects.values_list("on", "balance_cents", "origin")) == [
            (date(2026, 11, 5), total, "FILE")
        ]


def test_a_statement_of_somebody_else_states_nothing(bank: int, superuser: psycopg.Connection, tmp_path: Path) -> None:
    superuser.execute("UPDATE banking_bankaccount SET iban = 'FR7699999000010000000000297'")
    write_camt(tmp_path / "releve.xml", 1)
    with pytest.raises(NoBalanceStated), accountant() as actor:
        state_from_file(path=tmp_path / "releve.xml", actor=actor, at=AT)
    with accountant():
        assert not StatedBalance.objects.exists()
        assert BankAccount.objects.count() == 1


# --- The list and the closing ----------------------------------------------------------------------------------------


def waived(month: Month, *items: str) -> None:
    for item in items:
        with accountant() as actor:
            waive_item(month=month, item=item, reason="NOT_CONCERNED", actor=actor, at=AT)


def missing(month: Month) -> set[str]:
    with accountant():
        return {item.code for item in closing_list(month).items if item.state is ItemState.MISSING}


def test_the_list_says_what_a_month_lacks(bank: int) -> None:
    # October of the landlord written by hand: sealed, three bills frozen, no PDF; nothing stated by the bank.
    assert missing(OCTOBER) == {"NOTICES", "STATEMENTS", "BANK", "BACKUP"}
    assert {"RUN", "NOTICES", "STATEMENTS", "BANK", "BACKUP"} <= missing(NOVEMBER)


def test_a_month_closes_only_once_nothing_is_missing_and_by_two_people(bank: int) -> None:
    with pytest.raises(MonthNotReady, match="Avis d’échéance édités"), accountant() as actor:
        close_month(month=OCTOBER, reason="MONTH_END", actor=actor, at=AT)
    waived(OCTOBER, "NOTICES", "BACKUP")
    with accountant() as actor:
        state_by_hand(bank_account_id=bank, on=date(2026, 10, 30), balance_cents=0, actor=actor, at=AT)
    assert missing(OCTOBER) == set()
    for agent_id in (1, 2):
        with accountant(agent_id) as actor:
            outcome = close_month(month=OCTOBER, reason="MONTH_END", actor=actor, at=AT)
    assert (outcome.state, outcome.is_signed) == ("CLOSED", True)
    with accountant():
        assert Period.objects.get(month=OCTOBER.first_day).state == "CLOSED"


def test_a_line_is_waived_once_and_never_when_it_is_done(bank: int) -> None:
    waived(OCTOBER, "NOTICES")
    with pytest.raises(ItemAlreadyWaived), accountant() as actor:
        waive_item(month=OCTOBER, item="NOTICES", reason="CARRIED_OVER", actor=actor, at=AT)
    with pytest.raises(ItemAlreadyDone), accountant() as actor:
        waive_item(month=OCTOBER, item="RUN", reason="CARRIED_OVER", actor=actor, at=AT)
    with pytest.raises(ItemUnknown, match="NOTICES, RUN"), accountant() as actor:
        waive_item(month=OCTOBER, item="RIEN", reason="CARRIED_OVER", actor=actor, at=AT)
    with accountant():
        assert list(Waiver.objects.values_list("item", "reason")) == [("NOTICES", "NOT_CONCERNED")]


@pytest.mark.parametrize(
    ("month", "day"),
    [
        (Month(2026, 11), date(2026, 11, 30)),
        (Month(2026, 10), date(2026, 10, 30)),
        (Month(2026, 2), date(2026, 2, 27)),
        (Month(2028, 2), date(2028, 2, 29)),
        (Month(2026, 12), date(2026, 12, 31)),
        # 30 March 2029 is Good Friday: no bank states anything.
        (Month(2029, 3), date(2029, 3, 29)),
    ],
)
def test_the_last_working_day_of_a_month(month: Month, day: date) -> None:
    assert last_working_day(month) == day


# --- The command -----------------------------------------------------------------------------------------------------


def figures(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    connection.close()
    code = main(["ledger", *arguments, "--json"])
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return code, told


def test_the_command_prints_the_balance_and_the_ledger_of_an_account(
    bank: int, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = figures(capsys, "balance", "--month", "2026-11")
    assert (code, told["debit"], told["credit"], told["closing"]) == (0, "100.00", "100.00", "0.00")
    code, told = figures(capsys, "general", "--account", "BNQ-COURANT", "--month", "2026-11")
    assert (code, told["opening"], told["closing"]) == (0, "0.00", "100.00")


def test_a_ledger_too_long_is_cut_aloud_and_keeps_its_true_balance(
    bank: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palier.cli.ledger._MOST_LINES", 1)
    connection.close()
    asked = ("--account", "411-101", "--from", "2026-10-01", "--to", "2026-11-30")
    assert main(["ledger", "general", *asked, "--json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    # October's 400.00, then the 100.00 paid in November, which is not shown.
    assert (len(told["lines"]), told["lines"][0]["balance"], told["closing"]) == (1, "400.00", "300.00")
    assert "premières lignes" in err


def test_the_command_checks_and_its_exit_tells_a_difference(
    bank: int, capsys: pytest.CaptureFixture[str], superuser: psycopg.Connection
) -> None:
    code, told = figures(capsys, "check", "--on", "2026-11-30")
    assert (code, told["holds"], told["unbalanced"], told["holes"]) == (0, True, 0, 0)
    superuser.execute(
        """INSERT INTO banking_statedbalance (bank_account_id, "on", balance_cents, origin, stated_by, stated_at)
           VALUES (1, '2026-11-30', 9999, 'HAND', 1, now())"""
    )
    code, told = figures(capsys, "check", "--on", "2026-11-30")
    assert (code, told["holds"]) == (1, False)
    assert told["banks"] == [
        {"account": f"…{OWN.iban[-4:]}", "on": "2026-11-30", "books": "100.00", "stated": "99.99", "difference": "0.01"}
    ]


def test_the_command_says_the_bank_in_words(
    bank: int, capsys: pytest.CaptureFixture[str], superuser: psycopg.Connection
) -> None:
    def told(day: int) -> str:
        connection.close()
        main(["ledger", "check", "--on", f"2026-11-{day}"])
        (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Banque")]
        return line.partition(" : ")[2]

    ending = OWN.iban[-4:]
    assert told(28) == f"compte …{ending} : aucun relevé au 28/11/2026, 100,00\u00a0€ au grand livre"
    superuser.execute(
        """INSERT INTO banking_statedbalance (bank_account_id, "on", balance_cents, origin, stated_by, stated_at)
           VALUES (1, '2026-11-29', 10000, 'HAND', 1, now()), (1, '2026-11-30', 9999, 'HAND', 1, now())"""
    )
    agreed = f"compte …{ending} au 29/11/2026 : 100,00\u00a0€ au relevé, 100,00\u00a0€ au grand livre, aucun écart"
    assert told(29) == agreed
    assert told(30) == (
        f"compte …{ending} au 30/11/2026 : 99,99\u00a0€ au relevé, 100,00\u00a0€ au grand livre, écart de 0,01\u00a0€"
    )


def test_the_command_lists_then_closes_with_two_agents(bank: int, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = figures(capsys, "close", "--month", "2026-10", "--list")
    assert (code, told["missing"]) == (1, 4)
    waivers = [f"--waive={item}=NOT_CONCERNED" for item in ("NOTICES", "STATEMENTS", "BANK", "BACKUP")]
    code, told = figures(capsys, "close", "--month", "2026-10", "--as", "comptable", *waivers)
    assert (code, told["state"], told["signed"]) == (0, "OPEN", False)
    code, told = figures(capsys, "close", "--month", "2026-10", "--as", "siege")
    assert (code, told["state"], told["signed"]) == (0, "CLOSED", True)
    connection.close()
    assert main(["ledger", "close", "--month", "2026-09", "--as", "gestionnaire_nord"]) == 1
    assert "ne permet pas" in capsys.readouterr().err


# --- What the month does with a closed period ------------------------------------------------------------------------


def test_a_bill_of_a_closed_month_is_taken_back_in_the_first_open_one(bank: int) -> None:
    for month in (OCTOBER, NOVEMBER):
        for agent_id in (1, 2):
            with accountant(agent_id) as actor:
                close_period(month=month, reason="MONTH_END", actor=actor, at=AT)
    with accountant() as actor:
        contra = take_bill_back(bill_id=1101, motive="WRONG_TERMS", actor=actor, at=AT)
        entry = Entry.objects.get(pk=contra.entry_id)
        assert entry.booked_on == date(2026, 12, 1)
        assert sum(Posting.objects.filter(entry=entry).values_list("amount_cents", flat=True)) == 0


def test_a_run_of_a_closed_month_is_not_sealed(bank: int, superuser: psycopg.Connection) -> None:
    for agent_id in (1, 2):
        with accountant(agent_id) as actor:
            close_period(month=NOVEMBER, reason="MONTH_END", actor=actor, at=AT)
    superuser.execute(
        "UPDATE quittancement_run SET state = 'REVIEWED', reviewed_by = 1, reviewed_at = now() WHERE id = 2"
    )
    with (
        pytest.raises(PeriodIsClosed, match="de novembre 2026"),
        batch(Batch.RENT, operator="essai", motive="MOIS", command="essai", agent_id=2) as reading,
    ):
        seal_run(run_id=2, actor=reading.actor, at=AT)
