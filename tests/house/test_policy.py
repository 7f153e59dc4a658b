"""The database and the addresses are what the declarations say, and the check sees whatever departs from them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from palier.desk.navigation import MENU
from palier.privacy.catalogue import CATEGORIES, PURPOSES
from palier.privacy.checks import address_differences, check_policy, database_differences, urls_of_sites
from palier.privacy.declare import Role, Scope, TableAccess
from palier.privacy.policy import declared_pages, declared_tables, faults_of_pages, faults_of_tables
from palier.web.rights_words import SCOPES

if TYPE_CHECKING:
    from tests.conftest import Cluster


@pytest.fixture
def as_superuser(cluster: "Cluster", empty_db: "Cluster") -> Iterator[BaseDatabaseWrapper]:
    """A transaction that may do anything, undone at the end. The test cluster's one liberty is taken back first."""
    secret = cluster.server.home.secret("superuser")
    connections.settings["superuser"] = connections.settings["default"] | {"USER": "postgres", "PASSWORD": secret}
    try:
        with transaction.atomic(using="superuser"):
            with connections["superuser"].cursor() as cursor:
                cursor.execute("REVOKE palier_worker FROM palier_login")
            yield connections["superuser"]
            transaction.set_rollback(True, using="superuser")
    finally:
        connections["superuser"].close()
        del connections["superuser"]
        del connections.settings["superuser"]


def test_a_temporary_table_stands_for_none_in_a_function_that_sees_more(as_superuser: BaseDatabaseWrapper) -> None:
    with as_superuser.cursor() as cursor:
        cursor.execute(
            """SELECT p.oid::regprocedure::text, coalesce(array_to_string(p.proconfig, ' '), '') FROM pg_proc AS p
               JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE p.prosecdef AND n.nspname IN ('palier', 'public')
               AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')"""
        )
        found = dict(cursor.fetchall())
    assert len(found) > 50
    assert [name for name, said in found.items() if not said.endswith(", pg_temp")] == []


def test_the_database_and_the_addresses_are_what_is_declared(as_superuser: BaseDatabaseWrapper) -> None:
    assert database_differences(as_superuser) == []
    assert address_differences() == []
    report = check_policy(as_superuser)
    assert report.differences == ()
    assert report.tables == len(declared_tables())
    assert report.policies > 0
    assert report.urls == len(declared_pages())


def test_every_model_is_declared_and_every_column_named_exists() -> None:
    assert list(faults_of_tables(declared_tables())) == []


def test_every_address_of_every_site_is_in_its_table_of_pages() -> None:
    assert sorted(urls_of_sites()) == sorted(declared_pages())


def test_every_entry_of_the_rail_has_its_place_in_it() -> None:
    entries = {page.menu for name, page in declared_pages().items() if name.startswith("desk:") and page.menu}
    assert entries == {label for label, _ in MENU}


def test_every_page_names_a_purpose_its_roles_hold_and_categories_that_exist() -> None:
    assert list(faults_of_pages(declared_pages())) == []


@pytest.mark.parametrize("access", [access for access in declared_tables() if access.category], ids=lambda a: a.table)
def test_a_table_of_personal_data_is_filtered_for_each_reader(access: TableAccess) -> None:
    assert access.category in CATEGORIES
    assert access.is_filtered


def test_every_role_acts_for_at_least_one_purpose() -> None:
    for role in Role:
        assert any(role in purpose.roles for purpose in PURPOSES.values())


def test_every_scope_has_its_words_on_the_pages_that_tell_the_policy() -> None:
    assert set(SCOPES) == set(Scope)


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("GRANT SELECT ON leases_lease TO palier_caretaker", "leases_lease, SELECT à palier_caretaker : droit donné"),
        ("GRANT SELECT (birth_date) ON people_person TO palier_accountant", "people_person.birth_date"),
        ("GRANT SELECT ON people_person TO PUBLIC", "people_person, SELECT à PUBLIC"),
        ("GRANT UPDATE ON SEQUENCE leases_lease_id_seq TO palier_tenant", "leases_lease_id_seq, UPDATE"),
        ("REVOKE INSERT ON privacy_readevent FROM palier_dpo", "INSERT à palier_dpo : droit déclaré mais non donné"),
        ("DROP POLICY p_caretaker_select ON leases_occupant", "la règle p_caretaker_select manque"),
        ("CREATE POLICY more ON people_income TO palier_caretaker USING (true)", "la règle more n’est pas déclarée"),
        ("ALTER POLICY p_caretaker_select ON leases_occupant USING (true)", "ne dit pas ce qui est déclaré"),
        ("ALTER POLICY p_rent_officer_select ON people_person TO palier_tenant", "ne dit pas ce qui est déclaré"),
        ("ALTER TABLE people_person NO FORCE ROW LEVEL SECURITY", "la sécurité des lignes n’est pas forcée"),
        ("ALTER TABLE people_person DISABLE ROW LEVEL SECURITY", "la sécurité des lignes n’est pas forcée"),
        ("ALTER ROLE palier_headquarters BYPASSRLS", "passe outre la sécurité des lignes"),
        ("ALTER ROLE palier_dpo LOGIN", "ne doit pas pouvoir se connecter"),
        ("ALTER ROLE palier_login CREATEROLE", "ne doit pas pouvoir créer de rôle"),
        ("GRANT palier_headquarters TO palier_caretaker", "palier_caretaker peut prendre le rôle palier_headquarters"),
        ("GRANT palier_batch_import TO palier_login", "palier_login peut prendre le rôle palier_batch_import"),
        (
            "REVOKE palier_dpo FROM palier_login GRANTED BY palier_owner",
            "palier_login ne peut pas prendre le rôle palier_dpo",
        ),
        ("CREATE TABLE notes_on_people (note text)", "notes_on_people : table inconnue"),
        ("CREATE TABLE palier.notes_on_people (note text)", "palier.notes_on_people : table hors du schéma"),
        ("CREATE VIEW everyone AS SELECT * FROM people_person", "everyone : une vue"),
        ("ALTER FUNCTION palier.my_residences() OWNER TO postgres", "fonction privilégiée d’un autre propriétaire"),
        ("GRANT EXECUTE ON FUNCTION palier.my_leases() TO PUBLIC", "fonction privilégiée que tous peuvent appeler"),
        ("DROP POLICY h_rent_officer_update ON people_income", "la règle h_rent_officer_update manque"),
        ("ALTER TABLE people_contact DISABLE TRIGGER frozen", "rien n’empêche de modifier des données gelées"),
        ("DROP TRIGGER frozen ON leases_lease", "rien n’empêche de modifier des données gelées"),
        ("DROP POLICY h_headquarters ON leases_lease", "la règle h_headquarters manque"),
        ("ALTER POLICY h_caretaker ON leases_occupant USING (true)", "ne dit pas ce qui est déclaré"),
        (
            (
                "CREATE OR REPLACE FUNCTION palier.hidden_leases() RETURNS bigint[] LANGUAGE sql STABLE "
                "SECURITY DEFINER AS $$ SELECT '{}'::bigint[] $$"
            ),
            "palier.hidden_leases : la fonction ne dit pas ce qui est écrit",
        ),
        ("GRANT INSERT ON agents_opening TO palier_rent_officer", "agents_opening, INSERT à palier_rent_officer"),
        ("ALTER TABLE ledger_entry DISABLE TRIGGER append_only", "rien n’empêche de modifier ses lignes"),
    ],
)
def test_the_check_sees_what_someone_changed_by_hand(
    as_superuser: BaseDatabaseWrapper, tampering: str, said: str
) -> None:
    with as_superuser.cursor() as cursor:
        cursor.execute(tampering)
    assert any(said in difference for difference in database_differences(as_superuser))


def test_applying_the_policy_again_repairs_what_was_changed(cluster: "Cluster", empty_db: "Cluster") -> None:
    from palier.privacy.operations import apply_policy

    with cluster.as_superuser("palier_test") as superuser:
        superuser.execute("GRANT SELECT, DELETE ON people_income TO palier_caretaker")
        superuser.execute("GRANT UPDATE (rfr_cents) ON people_income TO palier_dpo")
        superuser.execute("CREATE POLICY more ON people_income TO palier_caretaker USING (true)")
        superuser.execute("ALTER TABLE people_income NO FORCE ROW LEVEL SECURITY")
    apply_policy(connections["owner"])
    assert [said for said in database_differences(connections["owner"]) if "people_income" in said] == []
