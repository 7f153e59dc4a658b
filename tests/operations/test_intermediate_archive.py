"""Once the lease is over and the account settled, a file leaves daily use: the few read it, until its end."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from tests.landlord import Landlord
from tests.operations.purging import MADE, as_dpo, asked, by_table, count, end_and_settle, purged_on
from tests.operations.test_openings import on_the_file_page, opened, protect
from tests.operations.test_row_security import agent, ones, seen, tenant

from palier.agents.operations.open_file import Outcome
from palier.privacy.actor import acting
from palier.retention.operations.deciding import decide, hold
from palier.retention.operations.purge import dry_run
from palier.retention.queries import rules_in_force
from palier.retention.rules.schedule import Durations

if TYPE_CHECKING:
    from tests.conftest import Cluster

# The day after Lucie Amandier's account was settled.
FIRST_DAY = date(2026, 11, 16)
OPERATIONAL = ("gestionnaire_nord", "responsable_nord", "siege")
LEADS_TO_A_LEASE = (
    "SELECT id FROM leases_lease",
    "SELECT lease_id FROM leases_term",
    "SELECT lease_id FROM leases_occupant",
    "SELECT id FROM ledger_account",
    "SELECT account_id FROM ledger_posting",
    "SELECT lease_id FROM quittancement_bill",
    "SELECT lease_id FROM quittancement_line",
    "SELECT lease_id FROM quittancement_anomaly",
    "SELECT lease_id FROM mail_document",
)
LEADS_TO_A_PERSON = (
    "SELECT id FROM people_person",
    "SELECT id FROM people_household",
    "SELECT person_id FROM people_householdmember",
    "SELECT household_id FROM people_income",
)


@pytest.fixture
def direct(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as superuser:
        yield superuser


@pytest.fixture
def ended_lease(direct: psycopg.Connection) -> psycopg.Connection:
    """Lucie Amandier's lease ended on 31 October 2026 and her account was settled on 15 November."""
    end_and_settle(direct)
    return direct


@pytest.fixture
def archived(ended_lease: psycopg.Connection, tmp_path: Path) -> psycopg.Connection:
    assert purged_on(FIRST_DAY, tmp_path).set_aside == 1
    return ended_lease


@pytest.mark.parametrize("name", OPERATIONAL)
def test_those_who_manage_no_longer_see_it(archived: psycopg.Connection, own_landlord: Landlord, name: str) -> None:
    for statement in LEADS_TO_A_LEASE:
        found = seen(agent(own_landlord, name), statement)
        assert 101 not in found, statement
        assert 102 in found, statement
    for statement in LEADS_TO_A_PERSON:
        found = seen(agent(own_landlord, name), statement)
        assert not {1, 2} & found, statement
        assert 3 in found, statement


def test_it_was_there_the_day_before(ended_lease: psycopg.Connection, own_landlord: Landlord, tmp_path: Path) -> None:
    assert purged_on(date(2026, 11, 15), tmp_path).set_aside == 0
    for name in OPERATIONAL:
        assert 101 in seen(agent(own_landlord, name), "SELECT id FROM leases_lease")


def test_the_caretaker_finds_no_door_of_it(archived: psycopg.Connection, own_landlord: Landlord) -> None:
    gardien = agent(own_landlord, "gardien_nord")
    assert seen(gardien, "SELECT lease_id FROM leases_occupant") == set()


def test_the_accountant_still_does_the_accounts_and_the_person_still_reads_their_file(
    archived: psycopg.Connection, own_landlord: Landlord
) -> None:
    comptable = agent(own_landlord, "comptable")
    for statement in LEADS_TO_A_LEASE:
        if "anomaly" not in statement:
            assert 101 in seen(comptable, statement), statement
    assert 1 in seen(comptable, "SELECT id FROM people_person")
    assert seen(tenant(1), "SELECT id FROM leases_lease") == {101}
    assert seen(tenant(1), "SELECT lease_id FROM quittancement_bill") == {101}


@pytest.mark.parametrize("asked_for", ["L101", "RF101", "Lucie Amandier"])
def test_no_motive_opens_it(archived: psycopg.Connection, own_landlord: Landlord, asked_for: str) -> None:
    assert opened(own_landlord, "gestionnaire_sud", asked_for, motive="URGENCE").outcome is Outcome.NONE


def test_a_file_opened_before_closes(ended_lease: psycopg.Connection, own_landlord: Landlord, tmp_path: Path) -> None:
    opened(own_landlord, "gestionnaire_sud", "L101")
    purged_on(FIRST_DAY, tmp_path)
    with on_the_file_page(own_landlord, "gestionnaire_sud"):
        assert ones("SELECT id FROM leases_lease") == set()
        assert ones("SELECT id FROM people_person") == set()


def test_an_update_that_reads_nothing_leaves_it_as_it_was(archived: psycopg.Connection, own_landlord: Landlord) -> None:
    with acting(agent(own_landlord, "siege")), connection.cursor() as cursor:
        cursor.execute("UPDATE people_income SET rfr_cents = 1")
    assert archived.execute("SELECT rfr_cents FROM people_income WHERE household_id = 1").fetchall() == [(1_800_000,)]


def test_an_account_that_is_no_longer_settled_brings_it_back(
    archived: psycopg.Connection, own_landlord: Landlord, tmp_path: Path
) -> None:
    archived.execute("SET session_replication_role = replica")
    archived.execute("UPDATE ledger_posting SET amount_cents = -39999 WHERE entry_id = 9001 AND account_id = 101")
    assert purged_on(date(2026, 11, 17), tmp_path).set_aside == 0
    assert 101 in seen(agent(own_landlord, "gestionnaire_nord"), "SELECT id FROM leases_lease")
    assert count(archived, "retention_archived") == 0


def test_what_is_held_stays_in_daily_use(
    ended_lease: psycopg.Connection, own_landlord: Landlord, tmp_path: Path
) -> None:
    with acting(as_dpo()):
        hold(
            person_id=None, lease_id=101, ground="LITIGATION", first_day=date(2026, 11, 1), last_day=None, by=7, at=MADE
        )
    assert purged_on(FIRST_DAY, tmp_path).set_aside == 0
    assert 101 in seen(agent(own_landlord, "gestionnaire_nord"), "SELECT id FROM leases_lease")


def test_the_active_months_that_the_dpo_decides_delay_it(
    ended_lease: psycopg.Connection, own_landlord: Landlord, tmp_path: Path
) -> None:
    with acting(as_dpo()):
        current = rules_in_force()["BAIL"].rule
        longer = Durations(active_months=3, archive_months=33, action=current.action, status=current.status)
        decide("BAIL", longer, replaces=0, by=7, on=FIRST_DAY, at=MADE)
    assert purged_on(date(2027, 2, 15), tmp_path).set_aside == 0
    assert purged_on(date(2027, 2, 16), tmp_path).set_aside == 1


def test_a_dry_run_counts_it_and_hides_nothing(
    ended_lease: psycopg.Connection, own_landlord: Landlord, tmp_path: Path
) -> None:
    assert dry_run(asked(FIRST_DAY, tmp_path)).set_aside == 1
    assert 101 in seen(agent(own_landlord, "gestionnaire_nord"), "SELECT id FROM leases_lease")


def test_the_certificate_counts_it(archived: psycopg.Connection) -> None:
    row = archived.execute("SELECT data FROM retention_purge WHERE number = 1").fetchone()
    assert row is not None
    assert json.loads(bytes(row[0]))["leases_set_aside"] == 1


def test_its_end_comes_as_before(archived: psycopg.Connection, tmp_path: Path) -> None:
    gone = by_table(purged_on(date(2029, 11, 16), tmp_path))
    assert gone["people_household"] == gone["leases_term"] == 1
    assert count(archived, "people_person", "last_name = 'Amandier'") == 0
    # The household is no more: nothing is left to hide of it.
    assert count(archived, "retention_archived", "kind = 'HOUSEHOLD' AND number = 1") == 0
    assert count(archived, "retention_archived", "kind = 'LEASE' AND number = 101") == 1


def test_a_protected_address_is_purged_like_any_other(
    ended_lease: psycopg.Connection, own_landlord: Landlord, tmp_path: Path
) -> None:
    ended_lease.execute("UPDATE leases_lease SET ends_on = NULL WHERE id = 101")
    protect(own_landlord, 1)
    ended_lease.execute("UPDATE leases_lease SET ends_on = '2026-10-31' WHERE id = 101")
    assert 101 not in seen(agent(own_landlord, "siege"), "SELECT id FROM leases_lease")
    gone = by_table(purged_on(date(2029, 11, 16), tmp_path))
    assert gone["people_contact"] == 4
    assert gone["people_person"] == 2
    assert gone["people_household"] == gone["people_income"] == gone["leases_term"] == 1
    assert count(ended_lease, "people_contact", "person_id IN (1, 2)") == 0
    assert count(ended_lease, "people_person", "last_name IN ('Amandier', 'Bouleau')") == 0
    pieces = by_table(purged_on(date(2037, 1, 1), tmp_path))
    assert pieces["quittancement_bill"] == 3
    assert count(ended_lease, "quittancement_line", "lease_id = 101 AND run_id = 1") == 0
    assert count(ended_lease, "mail_document", "lease_id = 101") == 0
