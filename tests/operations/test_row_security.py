"""What the database itself shows to each role, with no filter in the queries: the Python could forget them all."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections, transaction
from tests.landlord import Landlord

from palier.privacy.actor import Actor, AlreadyActing, PurposeNotHeld, acting, batch
from palier.privacy.compile import BATCHES, FAMILIES, role_name
from palier.privacy.declare import LOGIN, PURGE, SCOPE, WORKER, Batch, Role
from palier.privacy.policy import declared_tables

if TYPE_CHECKING:
    from tests.conftest import Cluster

PURPOSES = {
    Role.CARETAKER: "PROXIMITE",
    Role.DPO: "PROTECTION_DONNEES",
    Role.TECHNICAL_ADMIN: "EXPLOITATION",
    Role.TENANT: "ESPACE_LOCATAIRE",
    Role.ACCOUNTANT: "COMPTABILITE",
    Role.SOCIAL_WORKER: "SUIVI_SOCIAL",
    Role.AUDITOR: "AUDIT",
    Role.PAYROLL: "GESTION_DU_PERSONNEL",
}
ROLES = {
    "gestionnaire_nord": Role.RENT_OFFICER,
    "gestionnaire_sud": Role.RENT_OFFICER,
    "gestionnaire_parti": Role.RENT_OFFICER,
    "responsable_sud": Role.AGENCY_MANAGER,
    "travailleuse_sociale": Role.SOCIAL_WORKER,
    "auditeur": Role.AUDITOR,
    "paie": Role.PAYROLL,
    "responsable_nord": Role.AGENCY_MANAGER,
    "siege": Role.HEADQUARTERS,
    "comptable": Role.ACCOUNTANT,
    "gardien_nord": Role.CARETAKER,
    "gardien_sans_mandat": Role.CARETAKER,
    "dpo": Role.DPO,
    "admin_technique": Role.TECHNICAL_ADMIN,
}


def agent(landlord: Landlord, name: str) -> Actor:
    role = ROLES[name]
    return Actor(role=role, agent_id=landlord.agents[name], purpose=PURPOSES.get(role, "GESTION_LOCATIVE"))


def tenant(person: int) -> Actor:
    return Actor(role=Role.TENANT, person_id=person, purpose="ESPACE_LOCATAIRE")


def rows(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def ones(statement: str) -> set[object]:
    return {value for (value,) in rows(statement)}


def seen(actor: Actor, statement: str) -> set[object]:
    with acting(actor):
        return ones(statement)


def refused(actor: Actor, statement: str) -> bool:
    try:
        seen(actor, statement)
    except ProgrammingError as error:
        return "permission denied" in str(error)
    return False


@pytest.mark.parametrize(
    ("name", "leases"),
    [
        ("gestionnaire_nord", {101, 102}),
        ("responsable_nord", {101, 102}),
        ("gestionnaire_sud", {201}),
        ("gestionnaire_parti", set()),
        ("siege", {101, 102, 201}),
        ("comptable", {101, 102, 201}),
    ],
)
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM leases_lease",
        "SELECT DISTINCT lease_id FROM leases_term",
        "SELECT DISTINCT lease_id FROM leases_occupant",
        "SELECT id FROM ledger_account WHERE kind = 'TENANT'",
        "SELECT DISTINCT account_id FROM ledger_posting WHERE account_id <> 900",
        "SELECT id FROM ledger_entry",
        "SELECT DISTINCT lease_id FROM quittancement_bill",
        "SELECT DISTINCT lease_id FROM quittancement_line",
        "SELECT DISTINCT lease_id FROM quittancement_anomaly",
        "SELECT lease_id FROM mail_document",
    ],
)
def test_each_reaches_the_leases_of_their_own_residences(
    landlord: Landlord, name: str, leases: set[int], statement: str
) -> None:
    assert seen(agent(landlord, name), statement) == leases


@pytest.mark.parametrize(("name", "persons"), [("gestionnaire_nord", {1, 2, 3}), ("gestionnaire_sud", {4})])
def test_a_person_without_dwelling_is_invisible_to_agencies(landlord: Landlord, name: str, persons: set[int]) -> None:
    for statement in (
        "SELECT id FROM people_person",
        "SELECT DISTINCT person_id FROM people_contact",
        "SELECT person_id FROM people_householdmember",
        "SELECT id FROM people_household",
        "SELECT household_id FROM people_income",
    ):
        assert seen(agent(landlord, name), statement) == persons
    assert landlord.without_dwelling in seen(agent(landlord, "siege"), "SELECT id FROM people_person")


def test_a_forgotten_filter_shows_an_empty_page_and_never_a_stranger(landlord: Landlord) -> None:
    assert seen(agent(landlord, "gestionnaire_nord"), "SELECT id FROM leases_lease WHERE id = 201") == set()
    assert (
        seen(agent(landlord, "gestionnaire_nord"), "SELECT id FROM people_person WHERE last_name = 'Datura'") == set()
    )


class TestTheCaretaker:
    def test_sees_the_residences_under_a_mandate_in_force_today(self, landlord: Landlord) -> None:
        gardien = agent(landlord, "gardien_nord")
        assert seen(gardien, "SELECT id FROM estate_residence") == {11}
        assert seen(gardien, "SELECT DISTINCT residence_id FROM estate_dwelling") == {11}
        assert seen(gardien, "SELECT door_name FROM leases_occupant") == {"Amandier"}

    def test_without_a_mandate_sees_nothing(self, landlord: Landlord) -> None:
        gardien = agent(landlord, "gardien_sans_mandat")
        assert seen(gardien, "SELECT id FROM estate_residence") == set()
        assert seen(gardien, "SELECT door_name FROM leases_occupant") == set()

    def test_sees_only_the_contacts_that_people_share(self, landlord: Landlord) -> None:
        gardien = agent(landlord, "gardien_nord")
        assert seen(gardien, "SELECT value FROM people_contact") == {"PHONE-Amandier", "PHONE-Bouleau"}

    def test_reads_these_columns_and_no_other(self, landlord: Landlord) -> None:
        with acting(agent(landlord, "gardien_nord")):
            readable = {
                (table, column)
                for table, column in rows(
                    """SELECT c.relname, a.attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
                       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
                         AND NOT a.attisdropped AND has_column_privilege(c.oid, a.attnum, 'SELECT')"""
                )
                # The stock names no one; what the field adds has its own list (tests/sites/test_field_allow_list.py).
                if not str(table).startswith(
                    ("estate_", "maintenance_", "retention_", "people_codedfact", "privacy_", "screening_")
                )
            }
        assert readable == {
            ("leases_occupant", column)
            for column in (
                "id", "residence_id", "dwelling_id", "lease_id", "person_id", "door_name", "moved_in_on",
                "moved_out_on",
            )
        } | {("people_contact", column) for column in ("person_id", "residence_id", "channel", "value")}  # fmt: skip

    @pytest.mark.parametrize(
        "table",
        ["leases_lease", "leases_term", "ledger_account", "ledger_posting", "people_person", "people_income",
         "people_household", "quittancement_bill", "quittancement_line", "mail_document", "agents_opening"],
    )  # fmt: skip
    def test_is_refused_every_account_debt_income_and_birth_date(self, landlord: Landlord, table: str) -> None:
        assert refused(agent(landlord, "gardien_nord"), f"SELECT count(*) FROM {table}")

    def test_reads_of_the_journal_their_own_activity_and_no_one_elses(self, own_landlord: Landlord) -> None:
        for name in ("gestionnaire_nord", "gardien_nord"):
            with acting(agent(own_landlord, name), screen="essai", categories=("PORTE",)) as reading:
                reading.saw([1])
        gardien = agent(own_landlord, "gardien_nord")
        assert seen(gardien, "SELECT agent_id FROM privacy_readevent") == {own_landlord.agents["gardien_nord"]}
        assert refused(gardien, "SELECT subjects FROM privacy_readevent")


class TestTheTenant:
    def test_reads_their_own_file_and_no_other(self, landlord: Landlord) -> None:
        locataire = tenant(landlord.holder)
        assert seen(locataire, "SELECT id FROM people_person") == {1}
        assert seen(locataire, "SELECT value FROM people_contact") == {"PHONE-Amandier", "EMAIL-Amandier"}
        assert seen(locataire, "SELECT id FROM leases_lease") == {101}
        assert seen(locataire, "SELECT account_id FROM ledger_posting") == {101}
        assert seen(locataire, "SELECT id FROM ledger_entry") == {101}
        assert seen(locataire, "SELECT lease_id FROM mail_document") == {101}
        assert seen(locataire, "SELECT household_id FROM people_income") == {1}
        assert seen(locataire, "SELECT id FROM estate_residence") == {11}
        assert seen(locataire, "SELECT id FROM estate_dwelling") == {1101}

    def test_sees_a_sealed_bill_and_never_a_draft(self, landlord: Landlord) -> None:
        locataire = tenant(landlord.holder)
        assert seen(locataire, "SELECT run_id FROM quittancement_bill") == {landlord.sealed_run}
        assert seen(locataire, "SELECT run_id FROM quittancement_line") == {landlord.sealed_run}

    def test_who_left_before_the_end_of_the_lease_reads_it_no_more(self, landlord: Landlord) -> None:
        partie = tenant(landlord.coholder_who_left)
        assert seen(partie, "SELECT id FROM leases_lease") == set()
        assert seen(partie, "SELECT account_id FROM ledger_posting") == set()
        assert seen(partie, "SELECT id FROM people_person") == {2}

    def test_is_told_no_agent_and_no_journal_of_others(self, landlord: Landlord) -> None:
        assert refused(tenant(1), "SELECT last_name FROM agents_agent")
        assert refused(tenant(1), "SELECT subjects FROM privacy_readevent")

    def test_may_share_a_contact_and_change_nothing_else_of_it(self, own_landlord: Landlord) -> None:
        with acting(tenant(1)), connection.cursor() as cursor:
            cursor.execute("UPDATE people_contact SET shared_with_caretaker = false WHERE person_id = 4")
            assert cursor.rowcount == 0
            cursor.execute("UPDATE people_contact SET shared_with_caretaker = false WHERE channel = 'PHONE'")
            assert cursor.rowcount == 1
        assert refused(tenant(1), "UPDATE people_contact SET value = 'x' RETURNING id")
        assert "PHONE-Amandier" not in seen(agent(own_landlord, "gardien_nord"), "SELECT value FROM people_contact")


class TestTheOthers:
    @pytest.mark.parametrize("column", ["birth_date", "*"])
    def test_the_accountant_reads_names_without_birth_dates(self, landlord: Landlord, column: str) -> None:
        comptable = agent(landlord, "comptable")
        assert len(seen(comptable, "SELECT last_name FROM people_person")) == 5
        assert refused(comptable, f"SELECT {column} FROM people_person")

    @pytest.mark.parametrize("table", ["people_contact", "people_household", "people_income"])
    def test_the_accountant_reads_neither_contact_nor_household_nor_income(
        self, landlord: Landlord, table: str
    ) -> None:
        assert refused(agent(landlord, "comptable"), f"SELECT count(*) FROM {table}")

    def test_the_dpo_reads_the_names_of_those_who_asked_something_and_no_other(self, landlord: Landlord) -> None:
        assert seen(agent(landlord, "dpo"), "SELECT last_name FROM people_person") == set()
        assert refused(agent(landlord, "dpo"), "SELECT birth_date FROM people_person")

    @pytest.mark.parametrize("name", ["dpo", "admin_technique", "auditeur", "travailleuse_sociale"])
    def test_neither_dpo_nor_administrator_reads_a_lease_or_an_account(self, landlord: Landlord, name: str) -> None:
        for table in ("people_contact", "leases_lease", "leases_term", "ledger_posting", "mail_document"):
            assert refused(agent(landlord, name), f"SELECT count(*) FROM {table}")

    def test_the_administrator_sees_the_state_of_jobs_and_not_their_arguments(self, landlord: Landlord) -> None:
        admin = agent(landlord, "admin_technique")
        assert seen(admin, "SELECT status FROM procrastinate_jobs") == set()
        assert refused(admin, "SELECT args FROM procrastinate_jobs")

    def test_an_officer_may_not_put_a_person_in_another_agency(self, own_landlord: Landlord) -> None:
        insert = "INSERT INTO people_person (residence_id, title, first_name, last_name) VALUES ({}, 'M', 'X', 'Y')"
        with acting(agent(own_landlord, "gestionnaire_nord")), connection.cursor() as cursor:
            cursor.execute(insert.format(11))
        for residence in ("21", "NULL"):
            with (
                pytest.raises(ProgrammingError, match="row-level security"),
                acting(agent(own_landlord, "gestionnaire_nord")),
                connection.cursor() as cursor,
            ):
                cursor.execute(insert.format(residence))


class TestWithoutContext:
    @pytest.mark.parametrize("table", ["people_person", "leases_lease", "ledger_posting", "estate_residence"])
    def test_the_web_login_has_no_right_on_business_tables(self, landlord: Landlord, table: str) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"):
            rows(f"SELECT 1 FROM {table}")

    def test_a_role_without_agent_is_refused(self, landlord: Landlord) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE palier_rent_officer")
            with pytest.raises(ProgrammingError, match="no actor"), transaction.atomic():
                cursor.execute("SELECT id FROM leases_lease")

    def test_a_role_without_purpose_is_refused(self, landlord: Landlord) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE palier_rent_officer")
            cursor.execute("SET LOCAL palier.agent_id = '1'")
            with pytest.raises(ProgrammingError, match="no actor"), transaction.atomic():
                cursor.execute("SELECT id FROM leases_lease")

    def test_the_context_ends_with_its_transaction(self, landlord: Landlord) -> None:
        def what_is_set() -> list[tuple[object, ...]]:
            return rows("SELECT current_user, current_setting('palier.agent_id', true)")

        with acting(agent(landlord, "gestionnaire_nord")):
            assert what_is_set() == [("palier_rent_officer", "1")]
        assert what_is_set() == [("palier_login", "")]
        with pytest.raises(ZeroDivisionError), acting(agent(landlord, "gestionnaire_nord")):
            raise ZeroDivisionError
        assert what_is_set() == [("palier_login", "")]

    def test_another_agents_number_under_a_wider_role_opens_nothing(self, landlord: Landlord) -> None:
        disguised = Actor(
            role=Role.AGENCY_MANAGER, agent_id=landlord.agents["gardien_nord"], purpose="GESTION_LOCATIVE"
        )
        assert seen(disguised, "SELECT id FROM leases_lease") == set()

    def test_a_role_does_not_act_for_a_purpose_that_is_not_its_own(self, landlord: Landlord) -> None:
        with pytest.raises(PurposeNotHeld), acting(Actor(role=Role.CARETAKER, agent_id=6, purpose="COMPTABILITE")):
            pass

    def test_nobody_acts_on_top_of_someone_else(self, landlord: Landlord) -> None:
        with acting(agent(landlord, "siege")), pytest.raises(AlreadyActing), acting(agent(landlord, "dpo")):
            pass
        with transaction.atomic(), pytest.raises(AlreadyActing), acting(agent(landlord, "dpo")):
            pass


class TestTheOwner:
    def test_sees_nothing_of_people_under_forced_row_security(self, landlord: Landlord) -> None:
        with connections["owner"].cursor() as cursor:
            for access in declared_tables():
                if access.is_filtered:
                    cursor.execute(f"SELECT count(*) FROM {access.table}")
                    assert cursor.fetchone() == (0,), access.table

    def test_no_role_passes_beside_row_security(self, landlord: Landlord) -> None:
        names = [role_name("palier", who) for who in (*FAMILIES, *BATCHES, LOGIN, WORKER, SCOPE, PURGE, "owner")]
        found = rows(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'palier_') AND (rolsuper OR rolbypassrls)"
        )
        assert found == []
        assert ones("SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'palier_')") == set(names)


class TestWhatIsWrittenStaysWritten:
    @pytest.mark.parametrize("table", [access.table for access in declared_tables() if access.append_only])
    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
    def test_even_for_the_superuser(self, cluster: "Cluster", landlord: Landlord, table: str, statement: str) -> None:
        name = connection.settings_dict["NAME"]
        with cluster.as_superuser(name) as superuser, pytest.raises(psycopg.errors.InsufficientPrivilege):
            superuser.execute(statement.format(table))


class TestTheJournal:
    def test_a_reading_is_written_with_its_transaction(self, own_landlord: Landlord) -> None:
        with acting(agent(own_landlord, "gestionnaire_nord"), screen="bail", categories=("BAIL",)) as reading:
            reading.saw([3, 1], "IDENTITE")
            reading.searched("amandier")
        with acting(agent(own_landlord, "dpo")):
            assert rows(
                "SELECT agent_id, person_id, role, purpose, subjects, categories, screen, terms, is_mass "
                "FROM privacy_readevent"
            ) == [
                (1, None, "rent_officer", "GESTION_LOCATIVE", [1, 3], ["BAIL", "IDENTITE"], "bail", "amandier", False)
            ]

    def test_a_job_is_a_reader_too(self, own_landlord: Landlord) -> None:
        with batch(Batch.RENT, operator="Diane Genévrier", motive="MOIS", command="rent run", agent_id=5):
            assert ones("SELECT id FROM leases_lease") == {101, 102, 201}
        with acting(agent(own_landlord, "dpo")):
            assert rows("SELECT agent_id, operator, role, motive, is_mass, subjects FROM privacy_readevent") == [
                (5, "Diane Genévrier", "batch_rent", "MOIS", True, [])
            ]

    @pytest.mark.parametrize(
        ("at", "agent_id", "role", "purpose", "is_mass"),
        [
            ("now()", 2, "rent_officer", "GESTION_LOCATIVE", False),
            ("now()", "NULL", "rent_officer", "GESTION_LOCATIVE", False),
            ("now()", 1, "headquarters", "GESTION_LOCATIVE", False),
            ("now()", 1, "rent_officer", "COMPTABILITE", False),
            ("now()", 1, "rent_officer", "GESTION_LOCATIVE", True),
            ("now() - interval '1 day'", 1, "rent_officer", "GESTION_LOCATIVE", False),
        ],
        ids=["another agent", "nobody", "another role", "another purpose", "as a job", "another day"],
    )
    def test_no_one_writes_a_reading_but_their_own_and_now(
        self, own_landlord: Landlord, at: str, agent_id: int | str, role: str, purpose: str, is_mass: bool
    ) -> None:
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            acting(agent(own_landlord, "gestionnaire_nord")),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"""INSERT INTO privacy_readevent
                       (at, agent_id, operator, role, purpose, motive, is_mass, subjects, categories, screen, terms)
                   VALUES ({at}, {agent_id}, '', '{role}', '{purpose}', '', {is_mass}, '{{}}', '{{}}', '', '')"""
            )

    def test_a_reading_that_fails_leaves_no_trace(self, own_landlord: Landlord) -> None:
        def read_then_fail() -> None:
            with acting(agent(own_landlord, "siege"), screen="bail", categories=("BAIL",)) as reading:
                reading.saw([1])
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            read_then_fail()
        assert seen(agent(own_landlord, "dpo"), "SELECT count(*) FROM privacy_readevent") == {0}


class TestDeferring:
    @pytest.fixture
    def defer(self, own_landlord: Landlord) -> Callable[[str, str], int]:
        from palier.privacy.deferring import defer

        def asked(actor_name: str, value: str) -> int:
            actor = agent(own_landlord, actor_name)
            args = {"run_id": 3, "key": value, "asked_by": actor.agent_id}
            with acting(actor):
                return defer("rent.compute", queue="month", args=args, queueing_lock="month")

        return asked

    def test_a_family_asks_for_a_job_without_any_right_on_the_queue(
        self, own_landlord: Landlord, defer: Callable[[str, str], int]
    ) -> None:
        assert defer("siege", "2026-11") > 0
        assert refused(agent(own_landlord, "siege"), "SELECT count(*) FROM procrastinate_jobs")
        assert seen(agent(own_landlord, "admin_technique"), "SELECT status::text FROM procrastinate_jobs") == {"todo"}

    def test_the_same_job_does_not_wait_twice(self, defer: Callable[[str, str], int]) -> None:
        from palier.privacy.deferring import AlreadyAsked

        defer("siege", "2026-11")
        with pytest.raises(AlreadyAsked):
            defer("siege", "2026-11")

    def test_arguments_are_ids_and_codes(self, defer: Callable[[str, str], int]) -> None:
        from django.db import IntegrityError

        with pytest.raises(IntegrityError, match="ids and codes"):
            defer("siege", "Mme Lucie Amandier")

    def test_a_job_is_asked_in_ones_own_name_or_not_at_all(self, own_landlord: Landlord) -> None:
        ask = "SELECT palier.defer_job('rent.compute', '{args}', 'month', NULL, NULL)"
        for actor, args, answer in (
            (agent(own_landlord, "siege"), '{"run_id": 3}', "one's own name"),
            (agent(own_landlord, "siege"), '{"asked_by": 1}', "one's own name"),
            (tenant(1), '{"run_id": 3}', "no actor"),
        ):
            with pytest.raises(ProgrammingError, match=answer):
                seen(actor, ask.format(args=args))
