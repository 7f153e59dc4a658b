"""What the tests of the bank share: statements of the landlord written by hand, and what the books say afterwards."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import psycopg

from palier.banking.operations.statements import Imported, take_in_statement
from palier.demo.bank_papers import Transfer, write_transfers
from palier.foundation.clock import PARIS
from palier.privacy.actor import Actor, batch
from palier.privacy.declare import Batch, Role

# That of tests/landlord.py.
IBAN = "FR7630006000011234567890189"
# Sound references for the accounts 101, 102 and 201, whose own are too short to be true.
REFERENCES = {101: "RF96BAIL101", 102: "RF69BAIL102", 201: "RF15BAIL201"}
ON = date(2026, 11, 5)
AT = datetime(2026, 11, 6, 9, tzinfo=PARIS)
ACCOUNTANT = Actor(role=Role.ACCOUNTANT, purpose="COMPTABILITE", name="Agent comptable", agent_id=5)
HEADQUARTERS = Actor(role=Role.HEADQUARTERS, purpose="COMPTABILITE", name="Agent siège", agent_id=4)


def name_accounts(connection: psycopg.Connection) -> None:
    """Give the accounts references that a bank's file can carry."""
    for account, reference in REFERENCES.items():
        connection.execute("UPDATE ledger_account SET reference = %s WHERE id = %s", [reference, account])


def provable_lines(connection: psycopg.Connection) -> None:
    """Make the line of each notice one that can be computed again: 400.00 for the 31 days of October."""
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        "UPDATE quittancement_line SET rule = 'rent-line/1', inputs = '40000 31 31 1 -', basis = '60 m²'"
    )
    connection.execute("SET session_replication_role = origin")


def owe_september(connection: psycopg.Connection) -> None:
    """The account 101 owes 400.00 taken over from before October too: the entry 7001."""
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        """INSERT INTO ledger_entry (id, journal, number, booked_on, label, residence_id, source_kind, source_id, means,
                                     posted_at, posted_by)
           VALUES (7001, 'OPEN', 1, '2026-09-30', 'Solde repris', 11, 'OPENING', 1, '', now(), 5)"""
    )
    connection.execute(
        """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
           VALUES (7001, 101, 11, '2026-09-30', 40000), (7001, 900, 11, '2026-09-30', -40000)"""
    )
    connection.execute("SET session_replication_role = origin")


def transfer(
    cents: int, wording: str = "", *, rank: int = 1, payer_iban: str = "", end_to_end_id: str = ""
) -> Transfer:
    return Transfer(
        cents=cents,
        on=ON,
        bank_reference=f"B{rank:06d}",
        wording=wording,
        payer_name="Payeur Fictif",
        payer_iban=payer_iban,
        end_to_end_id=end_to_end_id or "NOTPROVIDED",
    )


def statement(folder: Path, *transfers: Transfer, name: str = "releve.xml", message: str = "camt.053") -> Path:
    path = folder / name
    write_transfers(path, IBAN, transfers, message=message)
    return path


def imported(path: Path, *, at: datetime = AT) -> Imported:
    with batch(Batch.IMPORT, operator="essai", motive="RELEVE", command="essai", agent_id=5):
        return take_in_statement(path, name=path.name, by=5, at=at)


def balance(connection: psycopg.Connection, account: int | str) -> int:
    """The balance in cents of an account of the ledger, by its number or its code."""
    row = connection.execute(
        """SELECT coalesce(sum(p.amount_cents), 0)::bigint FROM ledger_posting AS p
           JOIN ledger_account AS a ON a.id = p.account_id WHERE a.code = %s OR a.id::text = %s""",
        [str(account), str(account)],
    ).fetchone()
    assert row is not None
    return int(row[0])


def settled(connection: psycopg.Connection) -> list[tuple[int, int, int, str]]:
    """(account, debt, cents, ground) of what is settled, the undone left out."""
    rows: Iterable[tuple[int, int, int, str]] = connection.execute(
        """SELECT account_id, debt_id, sum(amount_cents)::bigint, min(ground) FROM banking_settlement
           GROUP BY account_id, debt_id, payment_id HAVING sum(amount_cents) <> 0 ORDER BY 1, 2, min(id)"""
    ).fetchall()
    return list(rows)


def count(connection: psycopg.Connection, table: str, where: str = "true") -> int:
    row = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}".encode()).fetchone()
    assert row is not None
    return int(row[0])
