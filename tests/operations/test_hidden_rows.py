"""Rows that lead to a protected address: nobody reads them in any table, nobody changes them without reading them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from django.db import ProgrammingError, connection
from tests.landlord import Landlord, insert
from tests.operations.test_hidden_applications import CHANGED as APPLICATIONS
from tests.operations.test_hidden_money import TABLES as MONEY
from tests.operations.test_openings import protect
from tests.operations.test_row_security import ROLES, agent, seen, tenant

from palier.foundation.clock import now, today
from palier.privacy.actor import acting
from palier.privacy.compile import FAMILIES
from palier.privacy.declare import Role, Verb
from palier.privacy.policy import declared_tables
from palier.quittancement.operations.contra import BillNotFound, take_bill_back

if TYPE_CHECKING:
    from tests.conftest import Cluster

# Whoever changes their own rows alone: an employee's opposition is tried with the payslips.
PERSONS = {Role.TENANT, Role.APPLICANT, Role.EMPLOYEE}
AGENTS = ("gestionnaire_nord", "responsable_nord", "siege", "comptable")
# Table, what it is found by, and the numbers of Lucie Amandier's file (protected) and of Ana Cerisier's (not).
FOUND_BY = (
    ("quittancement_line", "lease_id", 101, 102),
    ("quittancement_suspensionorder", "lease_id", 101, 102),
    ("quittancement_datedamount", "lease_id", 101, 102),
    ("quittancement_setaside", "lease_id", 101, 102),
    ("dispatch_sending", "lease_id", 101, 102),
    ("quittancement_contra", "bill_id", 1101, 1102),
    ("ledger_posting", "account_id", 101, 102),
    ("rights_request", "person_id", 1, 3),
    ("rights_step", "person_id", 1, 3),
    ("maintenance_repairrequest", "lease_id", 101, 102),
    ("maintenance_visit", "lease_id", 101, 102),
    ("maintenance_ticketphoto", "lease_id", 101, 102),
    ("maintenance_ticketstep", "lease_id", 101, 102),
    ("exchanges_thread", "lease_id", 101, 102),
    ("exchanges_message", "lease_id", 101, 102),
    ("exchanges_attachment", "lease_id", 101, 102),
)


@pytest.fixture
def direct(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Both files have a row in every table; then Lucie Amandier's address is protected."""
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as superuser:
        for lease, person, residence in ((101, 1, 11), (102, 3, 12)):
            _rows_of_a_file(superuser, lease, person, residence)
        protect(own_landlord, 1)
        yield superuser


def _rows_of_a_file(superuser: psycopg.Connection, lease: int, person: int, residence: int) -> None:
    of_lease = {"lease_id": lease, "residence_id": residence}
    amount = {"kind": "APL", "amount_cents": 100, "basis": "", "source": "CAF", "notified_on": today()}
    insert(superuser, "quittancement_datedamount", [of_lease | amount | {"first_day": today()}])
    insert(superuser, "quittancement_suspensionorder", [of_lease | {"order_reference": "A", "notified_on": today()}])
    insert(superuser, "quittancement_setaside", [of_lease | {"run_id": 2, "code": "X", "reason": "X"}])
    sent = {"document_id": lease, "kind": "AVIS_ECHEANCE", "month": today(), "channel": "PRINT", "state": "ACCEPTED"}
    sent |= {"is_protected": False, "routed_at": now(), "tries": 0, "reference": "", "code": "", "return_reason": ""}
    insert(superuser, "dispatch_sending", [of_lease | sent])
    entry = {"id": 8_000 + lease, "journal": "QUIT", "number": 8_000 + lease, "booked_on": today(), "label": "Contre"}
    entry |= {"residence_id": residence, "source_kind": "CONTRA", "source_id": 1_000 + lease, "means": ""}
    insert(superuser, "ledger_entry", [entry | {"posted_at": now(), "posted_by": 5}])
    contra = {"bill_id": 1_000 + lease, "residence_id": residence, "entry_id": entry["id"], "motive": "WRONG_TERMS"}
    insert(superuser, "quittancement_contra", [contra | {"created_by": 5, "created_at": now()}])
    _repair(superuser, lease, person, residence)
    _thread(superuser, lease, person, residence)
    letter = {"person_id": person, "selector": f"A{lease:04}", "code_sha256": "0" * 64, "identifier": f"t{lease}"}
    letter |= {"by_hand": False, "made_at": now(), "made_by": 0, "expires_at": now(), "printed_at": now()}
    letter |= {"ended_by": "", "wrong_codes": 0, "wrong_proofs": 0}
    insert(superuser, "admission_accessletter", [of_lease | letter])
    asked = {"id": lease, "person_id": person, "residence_id": residence, "kind": "RESTRICTION", "reason": "UNLAWFUL"}
    asked |= {"channel": "ONLINE", "identity_proof": "SESSION", "received_at": now(), "due_on": today()}
    words = {"reading_role": "", "reading_purpose": "", "reading_screen": ""}
    superuser.execute(
        """INSERT INTO rights_request (id, person_id, residence_id, kind, reason, about, channel, identity_proof,
               received_at, due_on, reading_role, reading_purpose, reading_screen)
           VALUES (%(id)s, %(person_id)s, %(residence_id)s, %(kind)s, %(reason)s, '{}', %(channel)s,
               %(identity_proof)s, %(received_at)s, %(due_on)s, %(reading_role)s, %(reading_purpose)s,
               %(reading_screen)s)""",
        asked | words,
    )
    superuser.execute(
        """INSERT INTO rights_step (request_id, person_id, residence_id, kind, at, due_on, reason, decision, motive,
               sentences, identity)
           VALUES (%s, %s, %s, 'EXTENDED', now(), current_date, 'COMPLEX', '', '', '{}', '')""",
        [lease, person, residence],
    )
    insert(
        superuser,
        "people_codedfact",
        [
            {
                "person_id": person, "residence_id": residence, "code": "ANIMAL_AU_LOGEMENT", "language": "",
                "reason": "",
                "source": "AGENT", "stated_by_id": 1, "stated_at": now(), "first_day": today(), "review_on": today(),
                "last_day": today(), "announced_by": "",
            }
        ],
    )  # fmt: skip


def _repair(superuser: psycopg.Connection, lease: int, person: int, residence: int) -> None:
    """A request of the household, with its photo, its appointment and a step."""
    ticket = {"id": 8_000 + lease, "residence_id": residence, "place": "LIFT", "equipment": "LIFT", "symptom": "BROKEN"}
    ticket |= {"urgency": "TODAY", "state": "OPEN", "trade": "", "closing": "", "opened_by_id": 1, "opened_at": now()}
    insert(superuser, "maintenance_ticket", [ticket])
    of_lease = {"ticket_id": 8_000 + lease, "lease_id": lease, "residence_id": residence}
    request = {"person_id": person, "source": "PHONE", "key": uuid4(), "at": now(), "guide_version": "1"}
    blank = dict.fromkeys(("danger", "since", "access", "rating", "complaint"), "")
    insert(superuser, "maintenance_repairrequest", [of_lease | request | blank])
    visit = {"starts_at": now(), "ends_at": now() + timedelta(hours=1), "state": "PROPOSED", "wish": "", "reason": ""}
    insert(superuser, "maintenance_visit", [of_lease | visit | {"proposed_at": now()}])
    photo = {"sha256": "0" * 64, "byte_count": 0, "width": 1, "height": 1}
    insert(superuser, "maintenance_ticketphoto", [of_lease | photo])
    insert(superuser, "maintenance_ticketstep", [of_lease | {"kind": "PROPOSED", "detail": "", "at": now()}])


def _thread(superuser: psycopg.Connection, lease: int, person: int, residence: int) -> None:
    """A question of the person, in its thread."""
    of_lease = {"lease_id": lease, "residence_id": residence, "person_id": person, "key": uuid4()}
    thread = {"id": lease, "subject": "OTHER", "state": "OPEN", "opened_at": now(), "last_at": now()}
    insert(superuser, "exchanges_thread", [of_lease | thread | {"answer_by": today()}])
    said = {"kind": "TEXT", "author": "TENANT", "at": now(), "body": "Bonjour", "is_chosen": False, "motive": ""}
    insert(superuser, "exchanges_message", [of_lease | said | {"id": lease, "thread_id": lease}])
    paper = {"sha256": "0" * 64, "byte_count": 0, "media_type": "image/jpeg", "page_count": 1}
    del of_lease["key"]
    insert(superuser, "exchanges_attachment", [of_lease | paper | {"message_id": lease, "thread_id": lease}])


def _reads(name: str, table: str) -> bool:
    access = next(each for each in declared_tables() if each.table == table)
    return any(ROLES[name] in read.by for read in access.reads)


@pytest.mark.parametrize(("table", "column", "protected", "other"), FOUND_BY, ids=str)
def test_no_table_leads_to_a_protected_address(
    direct: psycopg.Connection, own_landlord: Landlord, table: str, column: str, protected: int, other: int
) -> None:
    readers = [name for name in AGENTS if _reads(name, table)]
    assert readers
    for name in readers:
        found = seen(agent(own_landlord, name), f"SELECT {column} FROM {table}")
        assert protected not in found, name
        assert other in found, name


def test_the_person_still_reads_their_bills_and_what_they_asked(direct: psycopg.Connection) -> None:
    assert 101 in seen(tenant(1), "SELECT lease_id FROM quittancement_line")
    assert seen(tenant(1), "SELECT DISTINCT account_id FROM ledger_posting") == {101}
    assert seen(tenant(1), "SELECT person_id FROM rights_request") == {1}


def test_the_dpo_answers_a_protected_person_without_their_name(
    direct: psycopg.Connection, own_landlord: Landlord
) -> None:
    dpo = agent(own_landlord, "dpo")
    assert seen(dpo, "SELECT person_id FROM rights_request") == {1, 3}
    assert seen(dpo, "SELECT id FROM people_person") == {3}


def test_a_bill_out_of_sight_is_not_taken_back_by_its_number(
    direct: psycopg.Connection, own_landlord: Landlord
) -> None:
    direct.execute("SET session_replication_role = replica")
    direct.execute("DELETE FROM quittancement_contra")
    with pytest.raises(BillNotFound), acting(agent(own_landlord, "comptable")) as reading:
        take_bill_back(bill_id=1101, motive="WRONG_TERMS", actor=reading.actor, at=now())


# --- Writing without reading -----------------------------------------------------------------------------------------

NORD, MANAGER, SIEGE, COMPTABLE = AGENTS
CAME_BACK = "ended_at = now(), ended_by = 'RETURNED', return_reason = 'OTHER', returned_at = now(), returned_by = 1"
# Table, what the statement sets without reading anything, who sends it, the rows of the protected file.
BLIND = (
    ("people_person", "first_name = 'X'", NORD, "id IN (1, 2)"),
    ("people_person", "first_name = 'X'", SIEGE, "id IN (1, 2)"),
    ("people_contact", "shared_with_caretaker = false, shared_at = NULL", NORD, "person_id IN (1, 2)"),
    ("people_contact", "shared_with_caretaker = false, shared_at = NULL", SIEGE, "person_id IN (1, 2)"),
    ("people_household", "adults = 9", NORD, "id IN (1, 2)"),
    ("people_household", "adults = 9", SIEGE, "id IN (1, 2)"),
    ("people_householdmember", "residence_id = 12", SIEGE, "person_id IN (1, 2)"),
    ("people_income", "rfr_cents = 1", NORD, "household_id IN (1, 2)"),
    ("people_income", "rfr_cents = 1", SIEGE, "household_id IN (1, 2)"),
    ("people_codedfact", "ended_on = current_date", NORD, "person_id = 1"),
    ("people_codedfact", "suspended_at = now()", MANAGER, "person_id = 1"),
    ("leases_lease", "payment_mode = 'CHEQUE'", NORD, "id = 101"),
    ("leases_lease", "payment_mode = 'CHEQUE'", SIEGE, "id = 101"),
    ("leases_term", "amount_cents = 1", NORD, "lease_id = 101"),
    ("leases_term", "amount_cents = 1", SIEGE, "lease_id = 101"),
    ("leases_occupant", "door_name = 'X'", NORD, "lease_id = 101"),
    ("leases_occupant", "door_name = 'X'", SIEGE, "lease_id = 101"),
    ("quittancement_datedamount", "amount_cents = 1", NORD, "lease_id = 101"),
    ("quittancement_datedamount", "amount_cents = 1", SIEGE, "lease_id = 101"),
    ("quittancement_suspensionorder", "lifted_on = current_date", NORD, "lease_id = 101"),
    ("quittancement_suspensionorder", "lifted_on = current_date", SIEGE, "lease_id = 101"),
    ("dispatch_sending", "checked_at = now()", NORD, "lease_id = 101"),
    ("dispatch_sending", "checked_at = now()", SIEGE, "lease_id = 101"),
    ("quittancement_anomaly", "verdict = 'WRONG'", MANAGER, "lease_id = 101"),
    ("quittancement_anomaly", "verdict = 'WRONG'", SIEGE, "lease_id = 101"),
    ("quittancement_anomaly", "verdict = 'WRONG'", COMPTABLE, "lease_id = 101"),
    ("maintenance_visit", "wish = 'CALL'", NORD, "lease_id = 101"),
    ("exchanges_thread", "agent_id = 1", NORD, "lease_id = 101"),
    ("admission_accessletter", CAME_BACK, NORD, "person_id = 1"),
    ("admission_accessletter", CAME_BACK, SIEGE, "person_id = 1"),
)


@pytest.mark.parametrize(("table", "change", "intruder", "protected"), BLIND)
def test_an_update_that_reads_nothing_leaves_a_protected_file_as_it_was(
    direct: psycopg.Connection, own_landlord: Landlord, table: str, change: str, intruder: str, protected: str
) -> None:
    def kept() -> list[tuple[object, ...]]:
        return direct.execute(f"SELECT t::text FROM {table} AS t WHERE {protected} ORDER BY 1").fetchall()

    before = kept()
    assert before
    with acting(agent(own_landlord, intruder)), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")
        # The others are changed: it is the file that is kept from the agent, not the verb.
        assert cursor.rowcount > 0
    assert kept() == before


def test_the_caretaker_ticks_no_paper_of_a_protected_file(direct: psycopg.Connection, own_landlord: Landlord) -> None:
    for lease, document in ((101, 1), (102, 2)):
        row = {"residence_id": 11, "dwelling_id": 1101, "lease_id": lease, "document_id": document, "month": today()}
        insert(direct, "maintenance_delivery", [row | {"prepared_at": now(), "state": "TO_DELIVER", "reason": ""}])
    gardien = agent(own_landlord, "gardien_nord")
    with acting(gardien), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE maintenance_delivery SET state = 'DELIVERED', done_at = now(), done_by_id = %s", [gardien.agent_id]
        )
        assert cursor.rowcount == 1
    states = direct.execute("SELECT lease_id, state FROM maintenance_delivery ORDER BY 1").fetchall()
    assert states == [(101, "TO_DELIVER"), (102, "DELIVERED")]


def test_every_table_that_an_agent_changes_has_its_intruder() -> None:
    changed = {
        access.table
        for access in declared_tables()
        for write in access.writes
        if access.hidden
        and {Verb.UPDATE, Verb.DELETE} & set(write.verbs)
        and (set(FAMILIES) - PERSONS - {role for hidden in access.hidden for role in hidden.but}) & set(write.by)
    }
    tried = {*(table for table, *_ in BLIND), *(table for table, *_ in MONEY), *(table for table, *_ in APPLICATIONS)}
    assert changed <= tried | {"maintenance_delivery", "people_factcontest"}


def test_without_the_rule_of_its_verb_such_an_update_would_pass(
    direct: psycopg.Connection, own_landlord: Landlord
) -> None:
    direct.execute("DROP POLICY h_rent_officer_update ON people_income")
    with acting(agent(own_landlord, NORD)), connection.cursor() as cursor:
        cursor.execute("UPDATE people_income SET rfr_cents = 1")
    assert direct.execute("SELECT rfr_cents FROM people_income WHERE household_id = 1").fetchall() == [(1,)]


def test_no_row_is_moved_into_a_protected_file(direct: psycopg.Connection, own_landlord: Landlord) -> None:
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        acting(agent(own_landlord, SIEGE)),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE quittancement_suspensionorder SET lease_id = 101")
