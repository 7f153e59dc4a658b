"""The money and letters of a protected person are hidden as the rest of the file: a blind update passes them by."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from tests.landlord import Landlord, insert
from tests.operations.test_openings import protect
from tests.operations.test_row_security import agent

from palier.privacy.actor import acting

if TYPE_CHECKING:
    from tests.conftest import Cluster

# A column of each kind filled alike; what a table's own constraints ask for is said in TABLES.
_FILLED = {
    "smallint": 1,
    "boolean": False,
    "date": "2026-10-01",
    "timestamp with time zone": "2026-10-01 12:00+00",
    "bytea": b"x",
    "jsonb": {},
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_HAS_RESIDENCE = "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = 'residence_id'"
_EMPTY = {"taken_back_reason", "undone_reason", "ended_why", "message_id"}
_ACCOUNT = ("account_id",)
_LEASE = ("lease_id",)
_PERSON = ("person_id",)
# Table, the columns that name the file, and what an agent may change.
TABLES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("ledger_manualentry", ("debit_id",), "signed_at = now(), signed_by = 7"),
    ("banking_match", _ACCOUNT, "undone_at = now()"),
    ("banking_payment", _ACCOUNT, "entry_id = 7"),
    ("banking_sepamandate", _ACCOUNT, "debit_day = 6"),
    ("banking_debit", _ACCOUNT, "again_at = now()"),
    ("banking_refund", _ACCOUNT, "dropped_at = now()"),
    ("banking_cardpayment", _ACCOUNT, "back_cents = 1"),
    ("quittancement_lettering", _ACCOUNT, "undone_at = now(), undone_by = 1, undone_reason = 'MISTAKE'"),
    ("campaigns_surveyfile", _LEASE, "fee_cents = 7"),
    ("aid_aidrow", _LEASE, "decided_at = now()"),
    ("correspondence_letter", _LEASE, "registered_number = '1'"),
    ("correspondence_reply", _LEASE, "answered_on = '2026-11-02'"),
    ("adoption_invitee", _LEASE, "invited_on = '2026-11-02'"),
    ("recovery_delay", _LEASE, "parts = 3"),
    ("admission_accessslip", _PERSON, "ended_at = now()"),
)
# What the agency alone answers or hands over.
_OF_THE_AGENCY = {"recovery_delay", "admission_accessslip"}
# Lucie Amandier's file, which is protected, then Ana Cerisier's, which is not: lease and account, person, residence.
_FILES = ((101, 1, 11), (102, 3, 12))


@pytest.fixture
def direct(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Both files have a row in every table; then Lucie Amandier's address is protected."""
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as superuser:
        # The rows stand alone: what they point to is not what is tried here.
        superuser.execute("SET session_replication_role = replica")
        for table, named, _ in TABLES:
            for lease, person, residence in _FILES:
                number = person if named == _PERSON else lease
                insert(superuser, table, [_row(superuser, table, dict.fromkeys(named, number), lease, residence)])
        superuser.execute("SET session_replication_role = origin")
        protect(own_landlord, 1)
        yield superuser


def _row(
    superuser: psycopg.Connection, table: str, named: dict[str, int], number: int, residence: int
) -> dict[str, object]:
    columns = superuser.execute(
        """SELECT column_name, data_type FROM information_schema.columns
           WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'""",
        [table],
    ).fetchall()
    row: dict[str, object] = {name: "" if name in _EMPTY else _FILLED.get(kind, number) for name, kind in columns}
    row |= {"credit_id": 900} if table == "ledger_manualentry" else {}
    if superuser.execute(_HAS_RESIDENCE, [table]).fetchone():
        row["residence_id"] = residence
    return row | named


@pytest.mark.parametrize(("table", "named", "change"), TABLES)
def test_an_update_that_reads_nothing_leaves_a_protected_person_s_money_as_it_was(
    direct: psycopg.Connection, own_landlord: Landlord, table: str, named: tuple[str, ...], change: str
) -> None:
    def kept(number: int) -> list[tuple[object, ...]]:
        return direct.execute(
            sql.SQL("SELECT t::text FROM {} AS t WHERE {} = %s").format(
                sql.Identifier(table), sql.Identifier(named[0])
            ),
            [number],
        ).fetchall()

    (lucie, lucie_person, _), (ana, ana_person, _) = _FILES
    if named == _PERSON:
        lucie, ana = lucie_person, ana_person
    protected, other = kept(lucie), kept(ana)
    assert protected
    sent_by = "gestionnaire_nord" if table in _OF_THE_AGENCY else "siege"
    with acting(agent(own_landlord, sent_by)), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")
    assert kept(lucie) == protected
    # The other is changed: it is the file that is kept from the agent, not the verb.
    assert kept(ana) != other
