"""Who reaches an application: by name in the files given to them, over the stock without one, never a protected one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from tests.landlord import Landlord, insert
from tests.operations.applications import NADIA, OMAR, SOLENE, officer, staff
from tests.operations.test_openings import protect
from tests.operations.test_row_security import agent, refused, seen, tenant

from palier.privacy.actor import Actor, acting
from palier.privacy.catalogue import PURPOSES
from palier.privacy.declare import Role
from palier.privacy.policy import declared_tables

if TYPE_CHECKING:
    from tests.conftest import Cluster

_FILLED = {
    "smallint": 1,
    "boolean": False,
    "date": "2026-10-01",
    "timestamp with time zone": "2026-10-01 12:00+00",
    "bytea": b"x",
    "jsonb": {},
    "ARRAY": "{}",
}
# What a table's own constraints ask for.
_SAID: dict[str, dict[str, object]] = {
    "demandes_application": {
        "state": "ACTIVE", "radiation_motive": "", "warned_for": "", "source": "COUNTER", "path": "FIRST",
    },
    "demandes_nir": {"ending": "95"},
    "demandes_duplicate": {"state": "PROPOSED", "key": "PERSON"},
    "attribution_notification": {"means": "", "kind": "OFFER"},
    "attribution_offer": {"state": "SENT", "refusal": "", "days": 10},
    "attribution_occupationreview": {"opinion": ""},
    "attribution_candidate": {"withdrawn_for": "", "source": "OFFICER"},
}  # fmt: skip
_OF = ("application_id",)
# Table, the columns that name the application, and what its agent may change; empty: nobody changes it.
TABLES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("demandes_application", ("id",), "warned_on = NULL, version = 9"),
    ("demandes_member", _OF, "last_name = 'X'"),
    # Written again or taken away, never changed.
    ("demandes_nir", _OF, "DELETE"),
    ("demandes_stay", _OF, "valid_until = current_date"),
    ("demandes_resources", _OF, "n2_cents = 1"),
    ("demandes_resourceline", _OF, "monthly_cents = 1"),
    ("demandes_work", _OF, "commune = '93001'"),
    ("demandes_postaladdress", _OF, "line = 'X'"),
    ("demandes_receipt", _OF, "unknown_codes = '{X}'"),
    ("demandes_composition", _OF, "adults = 9"),
    ("demandes_situation", _OF, "rooms = 9"),
    ("demandes_wish", _OF, "rank = 9"),
    ("demandes_motive", _OF, "proof = 'REJECTED'"),
    ("demandes_priority", _OF, "proof = 'REJECTED'"),
    ("demandes_need", _OF, "proof = 'REJECTED'"),
    ("demandes_piece", _OF, "ground = 'X'"),
    ("demandes_duplicate", ("first_id",), f"state = 'DISTINCT', decided_by_id = {NADIA}"),
    ("demandes_event", _OF, ""),
    ("demandes_refusedpaper", _OF, ""),
    ("demandes_officialscore", _OF, ""),
    ("demandes_standing", _OF, ""),
)
# What the commission does with it: every officer works on any of them, but those that lead to a protected address.
COMMISSION: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("attribution_candidate", _OF, "withdrawn_on = current_date, withdrawn_for = 'MISTAKE'"),
    ("attribution_notification", _OF, "notified_on = current_date, means = 'HAND'"),
    ("attribution_offer", _OF, "visit_at = now()"),
    # By the lease, which bears the number of the application here.
    ("attribution_occupationreview", ("lease_id",), "version = 9"),
)
# Who they are, what they have, what they gave: in the files given to the agent alone.
_BY_FILE = {
    "demandes_member", "demandes_nir", "demandes_stay", "demandes_resources", "demandes_resourceline",
    "demandes_work", "demandes_postaladdress", "demandes_receipt", "demandes_piece", "demandes_refusedpaper",
}  # fmt: skip
# Lucie Amandier's application, who is protected; Ana Cerisier's, who is not; Paul Datura's, given to nobody.
LUCIE, ANA, PAUL = 101, 102, 103
_FILES = ((LUCIE, 1), (ANA, 3), (PAUL, 4))


@pytest.fixture
def direct(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """A row of each application in every table; the first two are Nadia's."""
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as superuser:
        staff(superuser)
        # The rows stand alone: what they point to is not what is tried here.
        superuser.execute("SET session_replication_role = replica")
        for table, named, _ in (*TABLES, *COMMISSION):
            for number, person in _FILES:
                insert(superuser, table, [_row(superuser, table, dict.fromkeys(named, number), number, person)])
        superuser.execute("SET session_replication_role = origin")
        for number in (LUCIE, ANA):
            superuser.execute(
                """INSERT INTO demandes_assignment (application_id, agent_id, first_at, until_at)
                   VALUES (%s, %s, now(), now() + interval '1 day')""",
                [number, NADIA],
            )
        yield superuser


@pytest.fixture
def protected(direct: psycopg.Connection, own_landlord: Landlord) -> psycopg.Connection:
    protect(own_landlord, 1)
    return direct


def _row(
    superuser: psycopg.Connection, table: str, named: dict[str, int], number: int, person: int
) -> dict[str, object]:
    columns = superuser.execute(
        """SELECT column_name, data_type FROM information_schema.columns
           WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'""",
        [table],
    ).fetchall()
    row: dict[str, object] = {name: _FILLED.get(kind, number) for name, kind in columns}
    row |= {"second_id": number + 50} if table == "demandes_duplicate" else {}
    if table in ("demandes_application", "demandes_member"):
        row["person_id"] = person
    return row | _SAID.get(table, {}) | named


def _numbers(actor: Actor, table: str, named: str) -> set[object]:
    return seen(actor, f"SELECT {named} FROM {table}")


# --- Reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "named", "change"), TABLES, ids=[table for table, *_ in TABLES])
def test_an_officer_reads_who_they_are_in_their_own_files_alone(
    direct: psycopg.Connection, table: str, named: tuple[str, ...], change: str
) -> None:
    everything = {LUCIE, ANA, PAUL}
    assert _numbers(officer(NADIA), table, named[0]) == ({LUCIE, ANA} if table in _BY_FILE else everything)
    for without_file in (OMAR, SOLENE):
        assert _numbers(officer(without_file), table, named[0]) == (set() if table in _BY_FILE else everything)


@pytest.mark.parametrize(("table", "named", "change"), TABLES, ids=[table for table, *_ in TABLES])
def test_no_application_leads_to_a_protected_address(
    protected: psycopg.Connection, table: str, named: tuple[str, ...], change: str
) -> None:
    found = _numbers(officer(NADIA), table, named[0])
    assert LUCIE not in found
    assert ANA in found


@pytest.mark.parametrize(("table", "named", "change"), TABLES, ids=[table for table, *_ in TABLES])
def test_a_tenant_reads_their_own_application_protected_or_not(
    protected: psycopg.Connection, table: str, named: tuple[str, ...], change: str
) -> None:
    if table == "demandes_duplicate":
        assert refused(tenant(1), f"SELECT {named[0]} FROM {table}")
        return
    assert _numbers(tenant(1), table, named[0]) == {LUCIE}
    assert _numbers(tenant(2), table, named[0]) == set()


def test_no_other_job_family_reads_a_line_of_an_application(direct: psycopg.Connection, own_landlord: Landlord) -> None:
    tables = [access.table for access in declared_tables() if access.table.startswith("demandes_") and access.category]
    allowed = {Role.ALLOCATION_OFFICER, Role.COMMISSION_SECRETARY, Role.TENANT, Role.APPLICANT}
    assert {table for table, *_ in TABLES} <= set(tables)
    for role in Role:
        if role in allowed:
            continue
        purpose = next(code for code, purpose in PURPOSES.items() if role in purpose.roles)
        intruder = Actor(role=role, purpose=purpose, agent_id=1)
        for table in tables:
            assert refused(intruder, f"SELECT 1 FROM {table}"), (role, table)


def test_identity_follows_the_file_and_ends_with_it(direct: psycopg.Connection) -> None:
    assert seen(officer(NADIA), "SELECT id FROM people_person") == {1, 3}
    assert seen(officer(OMAR), "SELECT id FROM people_person") == set()
    direct.execute("UPDATE demandes_assignment SET until_at = now() WHERE application_id = %s", [ANA])
    assert seen(officer(NADIA), "SELECT id FROM people_person") == {1}
    # Another's number, or another's role, opens nothing.
    lent = Actor(role=Role.COMMISSION_SECRETARY, purpose="ATTRIBUTION", agent_id=NADIA)
    assert seen(lent, "SELECT application_id FROM demandes_member") == set()
    direct.execute("UPDATE agents_agent SET left_on = current_date - 2 WHERE id = %s", [NADIA])
    assert seen(officer(NADIA), "SELECT id FROM people_person") == set()


# --- Writing without reading -----------------------------------------------------------------------------------------

CHANGED = tuple(each for each in (*TABLES, *COMMISSION) if each[2])
_OVER_THE_STOCK = {"demandes_duplicate", *(table for table, *_ in COMMISSION)}


@pytest.mark.parametrize(("table", "named", "change"), CHANGED, ids=[table for table, *_ in CHANGED])
def test_an_update_that_reads_nothing_leaves_a_protected_application_as_it_was(
    protected: psycopg.Connection, table: str, named: tuple[str, ...], change: str
) -> None:
    def kept(number: int) -> list[tuple[object, ...]]:
        return protected.execute(
            sql.SQL("SELECT t::text FROM {} AS t WHERE {} = %s").format(
                sql.Identifier(table), sql.Identifier(named[0])
            ),
            [number],
        ).fetchall()

    of_lucie, of_ana, of_paul = kept(LUCIE), kept(ANA), kept(PAUL)
    assert of_lucie
    with acting(officer(NADIA)), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}" if change == "DELETE" else f"UPDATE {table} SET {change}")
    assert kept(LUCIE) == of_lucie
    # The other is changed: it is the file that is kept from the agent, not the verb.
    assert kept(ANA) != of_ana
    # A pair is decided by whoever instructs both: merging holds each (tests/operations/test_application_clocks.py).
    assert table in _OVER_THE_STOCK or kept(PAUL) == of_paul


def test_nobody_puts_a_stranger_in_their_own_file(direct: psycopg.Connection, own_landlord: Landlord) -> None:
    for intruder in (agent(own_landlord, "gestionnaire_nord"), officer(NADIA)):
        with (
            pytest.raises(Exception, match=r"row-level security|permission denied"),
            acting(intruder),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                """INSERT INTO demandes_member (application_id, person_id, role, first_name, last_name, tie)
                   VALUES (%s, 4, 'COHOLDER', '', '', '')""",
                [ANA],
            )


def test_an_officer_gives_themself_no_file_of_another(direct: psycopg.Connection) -> None:
    grab = """INSERT INTO demandes_assignment (application_id, agent_id, first_at, until_at, assigned_by_id)
              VALUES (%s, %s, now(), now() + interval '1 day', %s)"""
    for number, by in ((ANA, OMAR), (PAUL, NADIA)):
        with (
            pytest.raises(Exception, match="row-level security"),
            acting(officer(OMAR)),
            connection.cursor() as cursor,
        ):
            cursor.execute(grab, [number, OMAR, by])
    with acting(officer(OMAR)), connection.cursor() as cursor:
        cursor.execute(grab, [PAUL, OMAR, OMAR])
    assert seen(officer(OMAR), "SELECT application_id FROM demandes_member") == {PAUL}


def test_an_application_frozen_at_its_persons_request_is_changed_by_no_agent(
    direct: psycopg.Connection, own_landlord: Landlord
) -> None:
    direct.execute(
        """INSERT INTO rights_request (id, person_id, kind, reason, about, channel, identity_proof, received_at, due_on,
               reading_role, reading_purpose, reading_screen)
           VALUES (1, 3, 'RESTRICTION', 'UNLAWFUL', '{}', 'ONLINE', 'SESSION', now(), current_date, '', '', '')"""
    )
    direct.execute(
        """INSERT INTO rights_step (request_id, person_id, kind, at, decision, reason, motive, sentences, identity)
           VALUES (1, 3, 'ANSWERED', now(), 'GRANTED', '', '', '{}', '')"""
    )
    for table in ("demandes_application", "demandes_situation", "demandes_resources", "demandes_member"):
        change = next(change for name, _, change in TABLES if name == table)
        named = "id" if table == "demandes_application" else "application_id"
        with (
            pytest.raises(Exception, match="gelées à sa demande"),
            acting(officer(NADIA)),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {table} SET {change} WHERE {named} = {ANA}")
        with acting(officer(NADIA)), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change} WHERE {named} = {LUCIE}")
            assert cursor.rowcount == 1
