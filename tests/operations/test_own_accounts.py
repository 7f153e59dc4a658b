"""The landlord's bank accounts, one after the other: both known with their days, each with its own account of the
books; what never was ours stays refused."""

import threading
from datetime import date, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from tests.operations.bank import ACCOUNTANT, AT, IBAN, ON, REFERENCES, balance, imported, name_accounts, transfer

from palier.banking.operations.own_accounts import OtherBankAccount
from palier.banking.operations.worklist import AccountNotForMovements, class_without_tenant
from palier.banking.queries.worklist import accounts_for_movements
from palier.closing.queries import reconciled
from palier.demo.bank_papers import Transfer, write_transfers
from palier.estate.operations.landlord import ask_iban, confirm_iban, refuse_iban
from palier.foundation.clock import PARIS
from palier.ledger.books import chart, numbers_of_accounts
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

NEW, STRANGER = "FR7699999000010000000000115", "FR7699998000020000000000189"
# The change is confirmed on 3 November 2026; the statements are of the 5th.
CHANGED_AT = datetime(2026, 11, 3, 23, 30, tzinfo=PARIS)
ACCOUNTS = "SELECT iban, opened_on, closed_on FROM banking_bankaccount ORDER BY id"


@pytest.fixture
def direct(superuser: psycopg.Connection) -> psycopg.Connection:
    name_accounts(superuser)
    superuser.execute("UPDATE estate_landlord SET iban = %s", [IBAN])
    return superuser


def headquarters(agent_id: int = 4) -> Actor:
    return Actor(role=Role.HEADQUARTERS, purpose="EXPLOITATION", agent_id=agent_id)


def asked(connection: psycopg.Connection, iban: str) -> int:
    """A change asked by the technical administrator, waiting for headquarters."""
    row = connection.execute("SELECT id FROM agents_agent WHERE role = 'technical_admin'").fetchone()
    assert row is not None
    actor = Actor(role=Role.TECHNICAL_ADMIN, purpose="EXPLOITATION", agent_id=row[0])
    with acting(actor):
        return int(ask_iban(iban, by=row[0], at=CHANGED_AT).pk)


def confirmed(connection: psycopg.Connection, iban: str, *, at: datetime = CHANGED_AT) -> None:
    number = asked(connection, iban)
    with acting(headquarters()):
        confirm_iban(change_id=number, by=4, at=at)


def statement_of(folder: Path, iban: str, *moved: Transfer) -> Path:
    path = folder / f"{iban[-4:]}-{len(list(folder.iterdir()))}.xml"
    write_transfers(path, iban, moved)
    return path


def test_after_the_change_the_statements_of_both_accounts_come_in(direct: psycopg.Connection, tmp_path: Path) -> None:
    imported(statement_of(tmp_path, IBAN, transfer(10_000, REFERENCES[101], rank=1)))
    confirmed(direct, NEW)
    imported(statement_of(tmp_path, NEW, transfer(12_000, REFERENCES[101], rank=2)))
    imported(statement_of(tmp_path, IBAN, transfer(3_000, REFERENCES[101], rank=3)))
    # 100.00 and 30.00 on the old one, 120.00 on the new one; October owed 400.00.
    assert (balance(direct, "BNQ-COURANT"), balance(direct, "BNQ-COURANT-2"), balance(direct, 101)) == (
        13_000,
        12_000,
        15_000,
    )
    changed = date(2026, 11, 3)
    assert direct.execute(ACCOUNTS).fetchall() == [(IBAN, None, changed), (NEW, changed, None)]


def test_the_old_account_is_known_though_no_statement_of_it_came_before(
    direct: psycopg.Connection, tmp_path: Path
) -> None:
    confirmed(direct, NEW)
    imported(statement_of(tmp_path, IBAN, transfer(10_000, REFERENCES[101])))
    assert direct.execute(ACCOUNTS).fetchall() == [(IBAN, None, date(2026, 11, 3))]


@pytest.mark.parametrize("fate", ["waits", "refused", "never asked"])
def test_a_number_that_never_was_in_force_is_refused(direct: psycopg.Connection, tmp_path: Path, fate: str) -> None:
    if fate != "never asked":
        number = asked(direct, STRANGER)
        if fate == "refused":
            with acting(headquarters()):
                refuse_iban(change_id=number, by=4, at=CHANGED_AT)
    confirmed_before = direct.execute("SELECT iban FROM estate_landlord").fetchall()
    with pytest.raises(OtherBankAccount, match="n’a jamais été un compte de l’organisme"):
        imported(statement_of(tmp_path, STRANGER, transfer(10_000, REFERENCES[101])))
    assert confirmed_before == [(IBAN,)]
    assert direct.execute(ACCOUNTS).fetchall() == []


def test_an_account_that_comes_back_is_the_same_one(direct: psycopg.Connection, tmp_path: Path) -> None:
    confirmed(direct, NEW)
    confirmed(direct, IBAN, at=datetime(2026, 11, 4, 9, tzinfo=PARIS))
    imported(statement_of(tmp_path, NEW, transfer(10_000, REFERENCES[101], rank=1)))
    imported(statement_of(tmp_path, IBAN, transfer(10_000, REFERENCES[101], rank=2)))
    # In force since before the books, and still.
    assert direct.execute(ACCOUNTS).fetchall() == [
        (NEW, date(2026, 11, 3), date(2026, 11, 4)),
        (IBAN, None, None),
    ]


def test_each_account_is_reconciled_until_the_old_one_is_empty(direct: psycopg.Connection, tmp_path: Path) -> None:
    imported(statement_of(tmp_path, IBAN, transfer(10_000, REFERENCES[101], rank=1)))
    confirmed(direct, NEW)
    imported(statement_of(tmp_path, NEW, transfer(12_000, REFERENCES[101], rank=2)))

    def asked_for(on: date) -> list[str]:
        with acting(ACCOUNTANT):
            return [row.iban_last4 for row in reconciled(on=on)]

    assert asked_for(date(2026, 11, 30)) == asked_for(date(2026, 12, 31)) == ["0189", "0115"]
    emptied = Transfer(cents=-10_000, on=date(2026, 12, 2), bank_reference="V1", wording="VIREMENT INTERNE")
    imported(statement_of(tmp_path, IBAN, emptied), at=datetime(2026, 12, 3, 9, tzinfo=PARIS))
    assert asked_for(date(2026, 12, 31)) == ["0189", "0115"]
    assert asked_for(date(2027, 1, 31)) == ["0115"]


def test_a_transfer_between_the_two_leaves_nothing_to_identify(direct: psycopg.Connection, tmp_path: Path) -> None:
    confirmed(direct, NEW)
    imported(statement_of(tmp_path, IBAN, Transfer(cents=-50_000, on=ON, bank_reference="V1")))
    imported(statement_of(tmp_path, NEW, Transfer(cents=50_000, on=ON, bank_reference="V2")))
    moved = [number for (number,) in direct.execute("SELECT id FROM banking_bankentry ORDER BY id").fetchall()]
    with acting(ACCOUNTANT):
        assert "VIR-INTERNES" in {account.code for account in accounts_for_movements()}
        with pytest.raises(AccountNotForMovements):
            class_without_tenant(
                entry_id=moved[0], account_code="BNQ-COURANT-2", reason="TRANSFER", actor=ACCOUNTANT, at=AT
            )
        for number in moved:
            class_without_tenant(
                entry_id=number, account_code="VIR-INTERNES", reason="TRANSFER", actor=ACCOUNTANT, at=AT
            )
    assert (balance(direct, "ATT-BANQUE"), balance(direct, "VIR-INTERNES")) == (0, 0)
    assert (balance(direct, "BNQ-COURANT"), balance(direct, "BNQ-COURANT-2")) == (-50_000, 50_000)


def test_the_second_account_has_its_line_in_the_chart(direct: psycopg.Connection, tmp_path: Path) -> None:
    confirmed(direct, NEW)
    for rank, iban in enumerate((IBAN, NEW), start=1):
        imported(statement_of(tmp_path, iban, transfer(10_000, REFERENCES[101], rank=rank)))
    with acting(ACCOUNTANT):
        assert {code: numbers_of_accounts()[code] for code in ("BNQ-COURANT", "BNQ-COURANT-2")} == {
            "BNQ-COURANT": "512",
            "BNQ-COURANT-2": "5122",
        }
        assert [row.label for row in chart() if row.code == "BNQ-COURANT-2"] == ["Compte bancaire n° 2"]


def test_two_first_statements_at_once_open_each_account_once(direct: psycopg.Connection, tmp_path: Path) -> None:
    confirmed(direct, NEW)
    files = [
        statement_of(tmp_path, iban, transfer(10_000, REFERENCES[101], rank=rank))
        for rank, iban in enumerate((IBAN, NEW), start=1)
    ]
    ready, done = threading.Barrier(2), []

    def run(path: Path) -> None:
        ready.wait(10)
        try:
            imported(path)
            done.append(path)
        finally:
            connections.close_all()

    both = [threading.Thread(target=run, args=[path]) for path in files]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    assert len(done) == 2
    assert sorted(row[0] for row in direct.execute(ACCOUNTS).fetchall()) == sorted((IBAN, NEW))
    assert balance(direct, "BNQ-COURANT") == balance(direct, "BNQ-COURANT-2") == 10_000
