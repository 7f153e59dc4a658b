"""A year after its radiation nothing is left of an application, nor of the name of who had nothing else here."""

from datetime import date
from pathlib import Path

import psycopg
import pytest
from tests.landlord import Landlord, insert
from tests.operations.applications import NADIA, filed, number_of, officer, staff
from tests.operations.purging import as_dpo, by_table, count, end_and_settle, purged_on

from palier.demandes.operations.headings import (
    Change,
    CurrentHousing,
    Line,
    Statements,
    Wished,
    change_housing,
    change_resource_lines,
    change_statements,
    change_wishes,
)
from palier.demandes.operations.household import say_work
from palier.demandes.queries.members import members_of
from palier.foundation.clock import now
from palier.privacy.actor import acting
from palier.retention.operations.deciding import hold
from palier.retention.steps import NOBODY

RADIATED, LAST_DAY, GONE = date(2025, 11, 1), date(2026, 11, 1), date(2026, 11, 2)
OF_AN_APPLICATION = (
    "demandes_application", "demandes_member", "demandes_stay", "demandes_composition", "demandes_situation",
    "demandes_wish", "demandes_motive", "demandes_priority", "demandes_need", "demandes_resources",
    "demandes_resourceline", "demandes_work", "demandes_postaladdress", "demandes_event", "demandes_assignment",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _staff(superuser: psycopg.Connection) -> None:
    staff(superuser)


@pytest.fixture
def radiated(superuser: psycopg.Connection) -> int:
    """An application with all its headings, radiated on 1 November 2025."""
    application = filed(1)
    with acting(officer()) as reading:
        change = Change(application_id=application, actor=reading.actor, at=now())
        change_housing(change=change, housing=CurrentHousing(housing="HOTEL"))
        change_wishes(change=change, wished=Wished(communes=("93001",)))
        for heading, code in (("MOTIFS", "DIVORCE"), ("PRIORITES", "DALO"), (Statements.NEEDS, "FAUTEUIL")):
            change_statements(change=change, heading=heading, codes=(code,))
        change_resource_lines(change=change, lines=(Line(code="SAL", monthly_cents=1),))
        say_work(change=change, member_id=members_of(application)[0].id, status="CDI")
    radiate(superuser, application)
    return application


def radiate(superuser: psycopg.Connection, application: int) -> None:
    superuser.execute(
        """UPDATE demandes_application SET state = 'RADIATED', radiated_on = %s, radiation_motive = 'RENONCIATION'
           WHERE id = %s""",
        [RADIATED, application],
    )


def person_of(superuser: psycopg.Connection, application: int) -> int:
    row = superuser.execute("SELECT person_id FROM demandes_application WHERE id = %s", [application]).fetchone()
    assert row is not None
    return int(row[0])


def test_a_year_after_its_radiation_nothing_is_left(
    superuser: psycopg.Connection, radiated: int, tmp_path: Path
) -> None:
    person = person_of(superuser, radiated)
    assert all(count(superuser, table) for table in OF_AN_APPLICATION)
    assert not [name for name in by_table(purged_on(LAST_DAY, tmp_path)) if "demande" in name]
    ended = by_table(purged_on(GONE, tmp_path))
    assert ended["demandes_application"] == 1
    assert {table: count(superuser, table) for table in OF_AN_APPLICATION} == dict.fromkeys(OF_AN_APPLICATION, 0)
    assert count(superuser, "people_contact", f"person_id = {person}") == 0
    assert count(superuser, "leases_change", f"person_id = {person}") == 0
    (said,) = superuser.execute(
        "SELECT first_name, last_name, birth_date FROM people_person WHERE id = %s", [person]
    ).fetchall()
    assert said == ("", NOBODY, None)
    assert not by_table(purged_on(GONE, tmp_path))


def test_an_active_application_is_never_due(superuser: psycopg.Connection, tmp_path: Path) -> None:
    application = filed(1)
    superuser.execute("UPDATE demandes_application SET filed_on = '2015-01-01', renewed_on = '2026-01-01'")
    assert not [name for name in by_table(purged_on(GONE, tmp_path)) if "demande" in name]
    assert count(superuser, "demandes_application", f"id = {application}") == 1


def test_who_has_a_lease_keeps_their_name_and_their_contacts(
    superuser: psycopg.Connection, own_landlord: Landlord, tmp_path: Path
) -> None:
    insert(superuser, "demandes_application", [_of(1, state="RADIATED")])
    before = count(superuser, "people_contact", "person_id = 1")
    assert by_table(purged_on(GONE, tmp_path))["demandes_application"] == 1
    assert count(superuser, "people_person", "id = 1 AND last_name = 'Amandier'") == 1
    assert count(superuser, "people_contact", "person_id = 1") == before


def test_an_application_that_runs_keeps_the_name_of_a_former_tenant(
    superuser: psycopg.Connection, tmp_path: Path
) -> None:
    end_and_settle(superuser)
    insert(superuser, "demandes_application", [_of(1, state="ACTIVE")])
    ended = by_table(purged_on(date(2026, 11, 16), tmp_path))
    # Karim's two contacts go; Lucie's stay: she asks for a dwelling.
    assert ended["people_contact"] == 2
    assert count(superuser, "people_contact", "person_id = 1") == 2
    assert count(superuser, "retention_archived", "kind = 'PERSON' AND number = 1") == 0


def test_what_is_held_back_stays(
    superuser: psycopg.Connection, radiated: int, own_landlord: Landlord, tmp_path: Path
) -> None:
    person = person_of(superuser, radiated)
    with acting(as_dpo()):
        hold(person_id=person, lease_id=None, ground="LITIGATION", first_day=RADIATED, last_day=None, by=7, at=now())
    purged_on(GONE, tmp_path)
    assert count(superuser, "demandes_application") == 1
    assert count(superuser, "people_person", f"id = {person} AND last_name = 'Noyer'") == 1


def test_the_one_it_was_merged_into_may_stay(superuser: psycopg.Connection, tmp_path: Path) -> None:
    insert(superuser, "demandes_application", [_of(5, number=1, state="RADIATED")])
    insert(superuser, "demandes_application", [_of(5, number=2, state="RADIATED") | {"merged_into_id": 1,
                                               "radiated_on": date(2026, 3, 1)}])  # fmt: skip
    purged_on(GONE, tmp_path)
    assert superuser.execute("SELECT id, merged_into_id FROM demandes_application").fetchall() == [(2, None)]


def test_what_the_commission_keeps_leads_to_nobody(
    superuser: psycopg.Connection, radiated: int, tmp_path: Path
) -> None:
    superuser.execute("SET session_replication_role = replica")
    insert(superuser, "attribution_candidate", [{"vacancy_id": 1, "application_id": radiated, "source": "OFFICER",
           "added_on": RADIATED, "added_by_id": NADIA, "withdrawn_for": ""}])  # fmt: skip
    superuser.execute("SET session_replication_role = origin")
    purged_on(GONE, tmp_path)
    assert superuser.execute("SELECT application_id FROM attribution_candidate").fetchall() == [(None,)]
    assert count(superuser, "demandes_application") == 0


def _of(person: int, *, state: str, number: int = 1) -> dict[str, object]:
    is_over = state == "RADIATED"
    return {
        "id": number, "number": number_of(number), "person_id": person, "path": "TRANSFER", "filed_on": RADIATED,
        "expires_on": date(2026, 12, 1), "state": state, "radiated_on": RADIATED if is_over else None,
        "radiation_motive": "RENONCIATION" if is_over else "", "warned_for": "", "source": "SNE", "version": 1,
    }  # fmt: skip
