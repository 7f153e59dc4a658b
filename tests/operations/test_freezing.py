"""Article 18: what a person asked to freeze is read and no longer changed, whichever statement forgets to ask."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import ProgrammingError, connection
from tests.landlord import Landlord
from tests.operations.test_row_security import agent, tenant

from palier.foundation.clock import now, today
from palier.foundation.tabular.reading import open_table
from palier.leases.operations.import_leases import LeaseIsFrozen, import_leases
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.rights.access import DataFrozen
from palier.rights.operations.answer import answer, lift
from palier.rights.operations.ask import ask_right

if TYPE_CHECKING:
    from tests.conftest import Cluster

DPO = Actor(role=Role.DPO, purpose="DROITS_DES_PERSONNES", agent_id=7)
LUCIE = Actor(role=Role.TENANT, purpose="DROITS_DES_PERSONNES", person_id=1)


@pytest.fixture
def direct(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as superuser:
        yield superuser


def asked() -> int:
    with acting(LUCIE):
        return ask_right(kind="RESTRICTION", reason="NOT_ACCURATE", about=[], actor=LUCIE, at=now())


def granted() -> int:
    number = asked()
    with acting(DPO):
        answer(
            request_id=number,
            decision="GRANTED",
            motive="",
            sentences=["FROZEN"],
            identity="",
            actor=DPO,
            at=now(),
        )
    return number


def changed(landlord: Landlord, name: str, statement: str) -> int:
    with acting(agent(landlord, name)), connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


NORD, MANAGER, SIEGE = "gestionnaire_nord", "responsable_nord", "siege"
# Of Lucie Amandier (frozen) and of Ana Cerisier: « {who} » is the number of the one or the other.
CHANGES = (
    ("UPDATE people_person SET first_name = 'X' WHERE id = {who}", 1, 3),
    ("UPDATE people_contact SET shared_with_caretaker = false, shared_at = NULL WHERE person_id = {who}", 1, 3),
    ("UPDATE people_household SET adults = 2 WHERE id = {who}", 1, 3),
    ("UPDATE people_income SET rfr_cents = 1 WHERE household_id = {who}", 1, 3),
    ("UPDATE leases_lease SET payment_mode = 'CHEQUE' WHERE id = {who}", 101, 102),
    ("UPDATE leases_term SET amount_cents = 1 WHERE lease_id = {who}", 101, 102),
    ("UPDATE leases_occupant SET door_name = 'X' WHERE lease_id = {who}", 101, 102),
    ("UPDATE quittancement_datedamount SET amount_cents = 1 WHERE lease_id = {who}", 101, 102),
    ("UPDATE quittancement_suspensionorder SET lifted_on = current_date WHERE lease_id = {who}", 101, 102),
)


@pytest.fixture
def dated(direct: psycopg.Connection) -> psycopg.Connection:
    direct.execute(
        """INSERT INTO quittancement_datedamount
               (lease_id, residence_id, kind, amount_cents, basis, source, notified_on, first_day)
           SELECT id, residence_id, 'APL', 100, '', 'CAF', current_date, current_date FROM leases_lease"""
    )
    direct.execute(
        """INSERT INTO quittancement_suspensionorder (lease_id, residence_id, order_reference, notified_on)
           SELECT id, residence_id, 'A', current_date FROM leases_lease"""
    )
    return direct


@pytest.mark.parametrize("name", [NORD, MANAGER, SIEGE])
@pytest.mark.parametrize(("statement", "frozen", "other"), CHANGES, ids=[each[0].split()[1] for each in CHANGES])
def test_an_agent_changes_nothing_of_a_frozen_file(
    dated: psycopg.Connection, own_landlord: Landlord, name: str, statement: str, frozen: int, other: int
) -> None:
    granted()
    with pytest.raises(ProgrammingError, match="gelées à sa demande"):
        changed(own_landlord, name, statement.format(who=frozen))
    assert changed(own_landlord, name, statement.format(who=other)) > 0


def test_whoever_changes_everything_at_once_changes_nothing(direct: psycopg.Connection, own_landlord: Landlord) -> None:
    granted()
    with pytest.raises(ProgrammingError) as refused:
        changed(own_landlord, NORD, "UPDATE people_income SET rfr_cents = 1")
    assert str(DataFrozen()) in str(refused.value)
    assert direct.execute("SELECT DISTINCT rfr_cents FROM people_income").fetchall() == [(1_800_000,)]


def test_the_co_holder_of_a_frozen_person_waits_with_the_lease_and_not_in_their_own_file(
    direct: psycopg.Connection, own_landlord: Landlord
) -> None:
    granted()
    with pytest.raises(ProgrammingError, match="gelées"):
        changed(own_landlord, NORD, "UPDATE leases_occupant SET door_name = 'X' WHERE person_id = 2")
    assert changed(own_landlord, NORD, "UPDATE people_person SET first_name = 'X' WHERE id = 2") == 1


def test_what_is_only_asked_or_lifted_since_freezes_nothing(direct: psycopg.Connection, own_landlord: Landlord) -> None:
    change = "UPDATE people_income SET rfr_cents = 1 WHERE household_id = 1"
    number = asked()
    assert changed(own_landlord, NORD, change) == 1
    assert granted() == number
    with pytest.raises(ProgrammingError, match="gelées"):
        changed(own_landlord, NORD, change)
    with acting(DPO):
        lift(request_id=number, actor=DPO, at=now())
    assert changed(own_landlord, NORD, change) == 1


def test_the_person_themself_still_decides_who_sees_their_contacts(
    direct: psycopg.Connection, own_landlord: Landlord
) -> None:
    # What they consent to (RGPD, art. 18-2).
    granted()
    with acting(tenant(1)), connection.cursor() as cursor:
        cursor.execute("UPDATE people_contact SET shared_with_caretaker = false, shared_at = NULL")
        assert cursor.rowcount == 2


HEADER = "code_residence;batiment;escalier;porte;reference_bail;nom;prenom;debut;fin;loyer;mode_paiement\n"


def test_a_file_changes_no_frozen_lease_and_says_which(
    direct: psycopg.Connection, own_landlord: Landlord, tmp_path: Path
) -> None:
    file = tmp_path / "baux.csv"
    file.write_text(
        HEADER
        + "R12;A;1;101;L102;Cerisier;Ana;01/01/2020;;400,00;chèque\n"
        + "R11;A;1;101;L101;Amandier;Lucie;01/01/2020;;400,00;chèque\n",
        encoding="utf-8",
    )

    def imported() -> int:
        with batch(Batch.IMPORT, operator="essai", motive="REPRISE", command="reprise"):
            return import_leases(open_table(file), on=today()).updated

    granted()
    with pytest.raises(LeaseIsFrozen, match="L101"):
        imported()
    assert direct.execute("SELECT DISTINCT payment_mode FROM leases_lease").fetchall() == [("VIREMENT",)]
    direct.execute("SET session_replication_role = replica")
    direct.execute("DELETE FROM rights_step")
    assert imported() == 2
