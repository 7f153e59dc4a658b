"""Files outside one's portfolio, replacements, addresses kept secret: what the database lets through, unfiltered."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from tests.landlord import Landlord
from tests.operations.test_row_security import agent, ones, refused, rows, seen, tenant

from palier.agents.operations.assign import (
    NotAColleague,
    NotYourResidence,
    ReplacementEndsBeforeItStarts,
    ReplacementTooLong,
    assign_residences,
    end_assignment,
)
from palier.agents.operations.open_file import MotiveNotOpen, OpenedFile, Outcome, motive_of, names_asked, open_file
from palier.agents.operations.policy_settings import (
    AlarmNotFound,
    EmergencyStaysOpen,
    QuotaOutOfBounds,
    UnknownSetting,
    acknowledge_alarm,
    set_motive,
    set_quota,
)
from palier.agents.operations.protect import HoldersAreFew, NotAHolder, end_protection, protect_person
from palier.foundation.clock import now, today
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import OPENED_FILE, Role

if TYPE_CHECKING:
    from tests.conftest import Cluster

NORD, SUD = "gestionnaire_nord", "gestionnaire_sud"
PEOPLE = (
    "SELECT id FROM people_person",
    "SELECT DISTINCT person_id FROM people_contact",
    "SELECT DISTINCT person_id FROM leases_occupant",
)


def opened(landlord: Landlord, name: str, asked: str, motive: str = "RECLAMATION") -> OpenedFile:
    with acting(agent(landlord, name)):
        return open_file(asked=asked, motive=motive)


@contextmanager
def on_the_file_page(landlord: Landlord, name: str, purpose: str = "GESTION_LOCATIVE") -> Iterator[None]:
    who = agent(landlord, name)
    with acting(Actor(role=who.role, agent_id=who.agent_id, purpose=purpose, takes=OPENED_FILE)):
        yield


def protect(
    landlord: Landlord, person: int, *, by: str = "responsable_nord", holders: tuple[str, ...] = ("siege",)
) -> None:
    who = agent(landlord, by)
    with acting(Actor(role=who.role, agent_id=who.agent_id, purpose="PROTECTION_VIOLENCES")) as reading:
        protect_person(
            person_id=person,
            ground="ORDONNANCE",
            holder_ids=[landlord.agents[name] for name in holders],
            actor=reading.actor,
            on=today(),
        )


class TestAFileOfAnotherAgency:
    @pytest.mark.parametrize("asked", ["L101", "l 101", "RF101", "Lucie Amandier", "amandier lucie"])
    def test_opens_by_its_whole_reference_or_a_whole_name(self, own_landlord: Landlord, asked: str) -> None:
        assert opened(own_landlord, SUD, asked) == OpenedFile(outcome=Outcome.OPENED, lease_id=101, left_today=9)

    def test_is_read_on_its_own_page_alone_and_never_joins_the_portfolio(self, own_landlord: Landlord) -> None:
        opened(own_landlord, SUD, "L101")
        assert seen(agent(own_landlord, SUD), "SELECT id FROM leases_lease") == {201}
        with on_the_file_page(own_landlord, SUD):
            assert ones("SELECT id FROM leases_lease") == {101}
            assert ones("SELECT id FROM people_person") == {1, 2}
            assert ones("SELECT DISTINCT account_id FROM ledger_posting") == {101}
            assert ones("SELECT id FROM estate_residence") == {11}
            assert ones("SELECT id FROM estate_dwelling") == {1101}
            assert ones("SELECT lease_id FROM mail_document") == {101}
            assert motive_of(101) == "RECLAMATION"
            assert motive_of(102) is None

    def test_opens_to_nobody_else(self, own_landlord: Landlord) -> None:
        opened(own_landlord, SUD, "L101")
        with on_the_file_page(own_landlord, "responsable_sud"):
            assert ones("SELECT id FROM leases_lease") == set()

    def test_is_read_and_never_written(self, own_landlord: Landlord) -> None:
        opened(own_landlord, SUD, "L101")
        for statement in ("UPDATE leases_lease SET debit_day = 3", "DELETE FROM people_contact"):
            with pytest.raises(ProgrammingError, match="permission denied"), on_the_file_page(own_landlord, SUD):
                rows(f"{statement} RETURNING id")

    def test_closes_by_itself(self, cluster: "Cluster", own_landlord: Landlord) -> None:
        opened(own_landlord, SUD, "L101")
        with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
            superuser.execute(
                "UPDATE agents_opening SET first_at = now() - interval '9 h', until_at = now() - interval '1 h'"
            )
        with on_the_file_page(own_landlord, SUD):
            assert ones("SELECT id FROM leases_lease") == set()
            assert motive_of(101) is None

    def test_closes_when_the_agent_leaves(self, cluster: "Cluster", own_landlord: Landlord) -> None:
        opened(own_landlord, SUD, "L101")
        with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
            superuser.execute("UPDATE agents_agent SET left_on = %s WHERE id = 2", [today() - timedelta(days=1)])
        with on_the_file_page(own_landlord, SUD):
            assert ones("SELECT id FROM leases_lease") == set()

    def test_of_ones_own_portfolio_is_not_opened_and_does_not_count(self, own_landlord: Landlord) -> None:
        assert opened(own_landlord, NORD, "L101") == OpenedFile(outcome=Outcome.MINE, lease_id=101, left_today=10)

    def test_opened_again_counts_once(self, own_landlord: Landlord) -> None:
        assert [opened(own_landlord, SUD, "L101").left_today for _ in range(2)] == [9, 9]

    @pytest.mark.parametrize("asked", ["L10", "Amandier", "Lucie", "L%", "Lucie Bouleau"])
    def test_a_piece_of_a_name_or_reference_finds_nobody_and_counts(self, own_landlord: Landlord, asked: str) -> None:
        assert opened(own_landlord, SUD, asked) == OpenedFile(outcome=Outcome.NONE, lease_id=None, left_today=9)

    def test_a_name_that_several_bear_is_not_chosen_for_the_agent(
        self, cluster: "Cluster", own_landlord: Landlord
    ) -> None:
        with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute("UPDATE leases_occupant SET display_name = 'Lucie Amandier' WHERE lease_id = 102")
        assert opened(own_landlord, SUD, "Lucie Amandier").outcome is Outcome.SEVERAL

    @pytest.mark.parametrize("name", ["siege", "comptable", "dpo", "gestionnaire_parti"])
    def test_is_opened_by_agencies_in_post_alone(self, own_landlord: Landlord, name: str) -> None:
        with pytest.raises(MotiveNotOpen):
            opened(own_landlord, name, "L101")

    def test_asks_for_a_motive_of_the_closed_list(self, own_landlord: Landlord) -> None:
        with pytest.raises(MotiveNotOpen):
            opened(own_landlord, SUD, "L101", motive="CURIOSITE")

    def test_nobody_writes_an_opening_by_hand(self, own_landlord: Landlord) -> None:
        insert = """INSERT INTO agents_opening (agent_id, kind, lease_id, residence_id, motive, first_at, until_at)
                    VALUES ({agent}, '{kind}', {lease}, {residence}, 'X', now(), now() + interval '9 days')"""
        mine = insert.format(agent=2, kind="OUTSIDE", lease=101, residence="NULL")
        assert refused(agent(own_landlord, SUD), mine)
        who = agent(own_landlord, "responsable_sud")
        for agent_id, kind, lease, residence in (
            (who.agent_id, "OUTSIDE", 101, "NULL"),
            (2, "ASSIGNMENT", "NULL", 11),
            (who.agent_id, "ASSIGNMENT", "NULL", 21),
        ):
            statement = insert.format(agent=agent_id, kind=kind, lease=lease, residence=residence)
            with pytest.raises(ProgrammingError, match="row-level security"), acting(who):
                rows(f"{statement} RETURNING id")

    def test_names_are_asked_in_either_order(self) -> None:
        assert names_asked("  Éric DE LA TOUR ") == ["eric de la tour", "de la tour eric", "tour eric de la"]
        assert names_asked("Amandier") == []


class TestTheDailyQuota:
    def test_refuses_beyond_it_and_tells_the_dpo_at_the_limit_and_after(self, own_landlord: Landlord) -> None:
        with acting(agent(own_landlord, "dpo")) as reading:
            set_quota(role="rent_officer", per_day=2, actor=reading.actor, at=now())
        answers = [opened(own_landlord, SUD, asked) for asked in ("L101", "Personne Inconnue", "L102")]
        assert [answer.outcome for answer in answers] == [Outcome.OPENED, Outcome.NONE, Outcome.QUOTA]
        assert seen(agent(own_landlord, "dpo"), "SELECT kind FROM agents_openingalarm") == {
            "QUOTA_REACHED",
            "QUOTA_EXCEEDED",
        }
        with on_the_file_page(own_landlord, SUD):
            assert ones("SELECT id FROM leases_lease") == {101}

    def test_an_emergency_opens_beyond_it_for_two_hours_and_is_announced(self, own_landlord: Landlord) -> None:
        with acting(agent(own_landlord, "dpo")) as reading:
            set_quota(role="rent_officer", per_day=0, actor=reading.actor, at=now())
        assert opened(own_landlord, SUD, "L101").outcome is Outcome.QUOTA
        assert opened(own_landlord, SUD, "L101", motive="URGENCE").lease_id == 101
        dpo = agent(own_landlord, "dpo")
        assert seen(dpo, "SELECT kind FROM agents_openingalarm WHERE opening_id IS NOT NULL") == {"BREAK_GLASS"}
        assert seen(dpo, "SELECT until_at - first_at FROM agents_opening") == {timedelta(hours=2)}
        with on_the_file_page(own_landlord, SUD, purpose="URGENCE"):
            assert motive_of(101) == "URGENCE"
        with on_the_file_page(own_landlord, SUD):
            # Read on the page of emergencies, so that the person is told.
            assert motive_of(101) is None

    def test_the_dpo_closes_a_motive_and_each_decision_is_kept(self, own_landlord: Landlord) -> None:
        with acting(agent(own_landlord, "dpo")) as reading:
            set_motive(motive="CONTROLE", is_open=False, actor=reading.actor, at=now())
        with pytest.raises(MotiveNotOpen):
            opened(own_landlord, SUD, "L101", motive="CONTROLE")
        with acting(agent(own_landlord, "dpo")) as reading:
            set_motive(motive="CONTROLE", is_open=True, actor=reading.actor, at=now())
        assert opened(own_landlord, SUD, "L101", motive="CONTROLE").outcome is Outcome.OPENED
        with acting(agent(own_landlord, "dpo")):
            assert rows("SELECT kind, code, value, changed_by_id FROM agents_policysetting ORDER BY id") == [
                ("MOTIVE", "CONTROLE", 0, 7),
                ("MOTIVE", "CONTROLE", 1, 7),
            ]

    def test_nobody_else_decides_nor_rewrites_a_decision(self, own_landlord: Landlord) -> None:
        for name in (NORD, "responsable_nord", "siege", "admin_technique"):
            with pytest.raises(ProgrammingError), acting(agent(own_landlord, name)) as reading:
                set_quota(role="rent_officer", per_day=200, actor=reading.actor, at=now())
        assert refused(agent(own_landlord, "dpo"), "UPDATE agents_policysetting SET value = 3 RETURNING id")

    def test_refuses_what_is_not_a_setting(self, own_landlord: Landlord) -> None:
        with acting(agent(own_landlord, "dpo")) as reading:
            with pytest.raises(QuotaOutOfBounds):
                set_quota(role="rent_officer", per_day=201, actor=reading.actor, at=now())
            with pytest.raises(UnknownSetting):
                set_quota(role="caretaker", per_day=3, actor=reading.actor, at=now())
            with pytest.raises(UnknownSetting):
                set_motive(motive="CURIOSITE", is_open=True, actor=reading.actor, at=now())
            with pytest.raises(EmergencyStaysOpen):
                set_motive(motive="URGENCE", is_open=False, actor=reading.actor, at=now())

    def test_an_alarm_is_seen_once(self, own_landlord: Landlord) -> None:
        opened(own_landlord, SUD, "L101", motive="URGENCE")
        with acting(agent(own_landlord, "dpo")) as reading:
            (alarm,) = ones("SELECT id FROM agents_openingalarm")
            assert isinstance(alarm, int)
            acknowledge_alarm(alarm_id=alarm, actor=reading.actor, at=now())
            with pytest.raises(AlarmNotFound):
                acknowledge_alarm(alarm_id=alarm, actor=reading.actor, at=now())


class TestAReplacement:
    def test_opens_the_residences_between_its_two_days_and_no_other(self, own_landlord: Landlord) -> None:
        with acting(agent(own_landlord, "responsable_nord")) as reading:
            assign_residences(
                agent_id=2, residence_ids=[12], first_day=today(), last_day=today(), actor=reading.actor, on=today()
            )
        assert seen(agent(own_landlord, SUD), "SELECT id FROM leases_lease") == {102, 201}

    def test_opens_nothing_before_it_begins_nor_once_it_is_ended(self, own_landlord: Landlord) -> None:
        tomorrow = today() + timedelta(days=1)
        with acting(agent(own_landlord, "responsable_nord")) as reading:
            for residence, first in ((11, tomorrow), (12, today())):
                assign_residences(
                    agent_id=2, residence_ids=[residence], first_day=first, last_day=tomorrow, actor=reading.actor,
                    on=today(),
                )  # fmt: skip
            (running,) = ones("SELECT id FROM agents_opening WHERE residence_id = 12")
            assert isinstance(running, int)
        assert seen(agent(own_landlord, SUD), "SELECT id FROM leases_lease") == {102, 201}
        with acting(agent(own_landlord, "responsable_nord")):
            end_assignment(opening_id=running, at=now())
        assert seen(agent(own_landlord, SUD), "SELECT id FROM leases_lease") == {201}

    def test_refuses_what_is_not_a_replacement(self, own_landlord: Landlord) -> None:
        cases: tuple[tuple[type[Exception], int, int, int], ...] = (
            (NotYourResidence, 2, 21, 0),
            (NotAColleague, 5, 11, 0),
            (NotAColleague, 3, 11, 0),
            (ReplacementEndsBeforeItStarts, 2, 11, -1),
            (ReplacementTooLong, 2, 11, 93),
        )
        for refusal, agent_id, residence, days in cases:
            with pytest.raises(refusal), acting(agent(own_landlord, "responsable_nord")) as reading:
                assign_residences(
                    agent_id=agent_id, residence_ids=[residence], first_day=today(),
                    last_day=today() + timedelta(days=days), actor=reading.actor, on=today(),
                )  # fmt: skip


class TestAProtectedAddress:
    @pytest.mark.parametrize("name", [NORD, "responsable_nord", "siege"])
    def test_is_invisible_to_those_who_saw_it_and_to_its_holders_elsewhere(
        self, own_landlord: Landlord, name: str
    ) -> None:
        protect(own_landlord, 1)
        for statement in PEOPLE:
            assert not {1, 2} & seen(agent(own_landlord, name), statement), statement
        for statement in (
            "SELECT id FROM leases_lease",
            "SELECT lease_id FROM leases_term",
            "SELECT id FROM ledger_account WHERE kind = 'TENANT'",
            "SELECT lease_id FROM mail_document",
            "SELECT lease_id FROM quittancement_bill",
            "SELECT lease_id FROM quittancement_anomaly",
            "SELECT id FROM people_household",
            "SELECT household_id FROM people_income",
        ):
            assert not {1, 101} & seen(agent(own_landlord, name), statement), statement

    def test_is_invisible_to_the_accountant_and_on_the_caretakers_round(self, own_landlord: Landlord) -> None:
        protect(own_landlord, 1)
        assert 101 not in seen(agent(own_landlord, "comptable"), "SELECT id FROM leases_lease")
        assert 1 not in seen(agent(own_landlord, "comptable"), "SELECT id FROM people_person")
        gardien = agent(own_landlord, "gardien_nord")
        assert seen(gardien, "SELECT door_name FROM leases_occupant") == set()
        assert seen(gardien, "SELECT value FROM people_contact") == set()

    def test_still_counts_in_the_landlords_own_accounts(self, own_landlord: Landlord) -> None:
        earned = "SELECT sum(amount_cents) FROM ledger_posting WHERE account_id = 900"
        before = seen(agent(own_landlord, "siege"), earned)
        protect(own_landlord, 1)
        assert seen(agent(own_landlord, "siege"), earned) == before == {-120_000}

    def test_is_read_by_the_person_and_by_the_holders_for_that_purpose(self, own_landlord: Landlord) -> None:
        protect(own_landlord, 1, holders=("siege", "travailleuse_sociale"))
        assert seen(tenant(1), "SELECT id FROM leases_lease") == {101}
        for name in ("responsable_nord", "siege", "travailleuse_sociale"):
            with on_the_file_page(own_landlord, name, purpose="PROTECTION_VIOLENCES"):
                assert ones("SELECT id FROM leases_lease") == {101}, name
                assert ones("SELECT id FROM people_person") == {1, 2}, name

    def test_is_closed_to_those_who_are_not_named(self, own_landlord: Landlord) -> None:
        protect(own_landlord, 1)
        with on_the_file_page(own_landlord, NORD, purpose="PROTECTION_VIOLENCES"):
            assert ones("SELECT id FROM leases_lease") == set()
        assert seen(agent(own_landlord, NORD), "SELECT id FROM agents_protectedperson") == set()
        assert refused(agent(own_landlord, "gardien_nord"), "SELECT id FROM agents_protectedperson")

    @pytest.mark.parametrize("asked", ["L101", "RF101", "Lucie Amandier"])
    def test_is_found_by_no_motive_not_even_an_emergency(self, own_landlord: Landlord, asked: str) -> None:
        protect(own_landlord, 1)
        assert opened(own_landlord, SUD, asked, motive="URGENCE").outcome is Outcome.NONE

    def test_closes_what_was_opened_before(self, own_landlord: Landlord) -> None:
        opened(own_landlord, SUD, "L101")
        protect(own_landlord, 1)
        with on_the_file_page(own_landlord, SUD):
            assert ones("SELECT id FROM leases_lease") == set()
            assert ones("SELECT id FROM people_person") == set()

    def test_is_told_to_the_dpo_by_number_and_ground_never_by_person(self, own_landlord: Landlord) -> None:
        protect(own_landlord, 1)
        assert seen(agent(own_landlord, "dpo"), "SELECT ground FROM agents_protectedperson") == {"ORDONNANCE"}
        assert refused(agent(own_landlord, "dpo"), "SELECT person_id FROM agents_protectedperson")

    def test_reappears_the_day_after_its_end(self, cluster: "Cluster", own_landlord: Landlord) -> None:
        protect(own_landlord, 1)
        who = agent(own_landlord, "responsable_nord")
        with acting(Actor(role=who.role, agent_id=who.agent_id, purpose="PROTECTION_VIOLENCES")):
            (number,) = ones("SELECT id FROM agents_protectedperson")
            assert isinstance(number, int)
            end_protection(protection_id=number, on=today())
        assert 101 not in seen(agent(own_landlord, NORD), "SELECT id FROM leases_lease")
        with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
            superuser.execute("UPDATE agents_protectedperson SET last_day = last_day - 1, first_day = first_day - 1")
        assert 101 in seen(agent(own_landlord, NORD), "SELECT id FROM leases_lease")

    def test_nobody_hides_a_stranger_nor_names_too_few(self, own_landlord: Landlord) -> None:
        with pytest.raises(ProgrammingError, match="row-level security"):
            protect(own_landlord, 4)
        with pytest.raises(HoldersAreFew):
            protect(own_landlord, 1, holders=())
        with pytest.raises(NotAHolder):
            protect(own_landlord, 1, holders=("gardien_nord",))


class TestANumberGuessed:
    """Whoever writes a number of their own choosing brings nobody into their portfolio."""

    @pytest.mark.parametrize(
        "statement",
        [
            """INSERT INTO leases_occupant (lease_id, person_id, residence_id, dwelling_id, role, display_name,
                   door_name, moved_in_on) VALUES (101, {person}, 11, 1101, 'OCCUPANT', 'X', 'X', '2026-01-01')""",
            """INSERT INTO people_contact (person_id, residence_id, channel, value, shared_with_caretaker)
               VALUES ({person}, 11, 'PHONE', '0199000000', false)""",
            "INSERT INTO people_householdmember (household_id, person_id, residence_id) VALUES (1, {person}, 11)",
        ],
        ids=["occupant", "contact", "household"],
    )
    def test_a_stranger_is_not_put_in_an_agencys_own_row(self, own_landlord: Landlord, statement: str) -> None:
        with pytest.raises(ProgrammingError, match="row-level security"), acting(agent(own_landlord, NORD)):
            rows(f"{statement.format(person=own_landlord.stranger)} RETURNING id")
        with acting(agent(own_landlord, NORD)):
            assert len(rows(f"{statement.format(person=3)} RETURNING id")) == 1


class TestARoleTakenWithoutAPurpose:
    @pytest.mark.parametrize("role", [Role.HEADQUARTERS, Role.ACCOUNTANT, "batch_rent"])
    @pytest.mark.parametrize("table", ["leases_lease", "ledger_posting", "quittancement_bill", "leases_term"])
    def test_reads_nothing_though_it_sees_all(self, landlord: Landlord, role: str, table: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE palier_{role}")
            with pytest.raises(ProgrammingError, match="no actor"), transaction.atomic():
                cursor.execute(f"SELECT 1 FROM {table}")


def test_an_opening_is_of_a_file_or_of_residences(cluster: "Cluster", own_landlord: Landlord) -> None:
    with (
        cluster.as_superuser(connection.settings_dict["NAME"]) as superuser,
        pytest.raises(psycopg.errors.CheckViolation) as wrong,
    ):
        superuser.execute(
            """INSERT INTO agents_opening (agent_id, kind, lease_id, residence_id, motive, first_at, until_at)
               VALUES (1, 'ASSIGNMENT', 101, 11, 'X', now(), now())"""
        )
    assert "opening_is_of_a_lease_or_of_residences" in str(wrong.value)
