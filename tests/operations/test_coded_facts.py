"""Coded facts: from a closed list, stated by whom it lets, read by whom it says, contested by whom they are about."""

from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection
from tests.landlord import Landlord

from palier.foundation.clock import now, today
from palier.foundation.reading import fetch_count
from palier.leases.round import doors_of_residence
from palier.people.facts.kinds import KINDS, Source
from palier.people.facts.operations import (
    AnnouncementUnknown,
    ContestAnswerUnknown,
    FactAlreadyContested,
    FactAlreadyThere,
    FactDetailMissing,
    FactLastsTooLong,
    FactNotFound,
    FactNotYours,
    FactOfSomeoneElse,
    FactUnknown,
    NewFact,
    announce_fact,
    answer_contest,
    contest_fact,
    end_fact,
    state_fact,
)
from palier.people.facts.queries import facts_of_persons, facts_to_review
from palier.privacy.actor import Actor, acting
from palier.privacy.catalogue import CATEGORIES, PURPOSES
from palier.privacy.declare import Role

AMANDIER, DATURA, WITHOUT_DWELLING = 1, 4, 5
AGENTS = {"gestionnaire_nord": 1, "gestionnaire_sud": 2, "responsable_nord": 3, "gardien_nord": 6}


def agent(name: str, role: Role, purpose: str = "GESTION_LOCATIVE") -> Actor:
    return Actor(role=role, purpose=purpose, agent_id=AGENTS[name], name=name)


OFFICER = agent("gestionnaire_nord", Role.RENT_OFFICER)
OFFICER_SOUTH = agent("gestionnaire_sud", Role.RENT_OFFICER)
MANAGER = agent("responsable_nord", Role.AGENCY_MANAGER)
CARETAKER = agent("gardien_nord", Role.CARETAKER, "PROXIMITE")
PERSON = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=AMANDIER, name="locataire")
NEIGHBOUR = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=DATURA, name="locataire_sud")
INTERPRETER = NewFact(code="INTERPRETE_UTILE", language="ARA")
CALL_FIRST = NewFact(code="PREVENIR_AVANT_PASSAGE")
IN_PAIRS = NewFact(code="INTERVENIR_A_DEUX", reason="INCIDENT_RECENT")


@pytest.fixture(autouse=True)
def _numbers(own_landlord: Landlord) -> None:
    assert {name: own_landlord.agents[name] for name in AGENTS} == AGENTS


def state(fact: NewFact, *, by: Actor, person: int = AMANDIER) -> int:
    with acting(by):
        return state_fact(person_id=person, fact=fact, actor=by, at=now())


def seen_by_caretaker() -> list[tuple[str, str]]:
    with acting(CARETAKER, screen="tournée", categories=("PORTE",)):
        doors = doors_of_residence(11)
    return [(fact.code, fact.language) for door in doors for one in door.behind for fact in one.facts]


# --- the list ---------------------------------------------------------------------------------------------------------


def test_every_kind_has_a_source_an_audience_a_purpose_and_an_end() -> None:
    for kind in KINDS.values():
        assert kind.sources, kind.code
        assert kind.audience, kind.code
        assert kind.purpose in PURPOSES, kind.code
        assert 0 < kind.review_days < kind.longest_days <= 730, kind.code
    assert "SIGNALEMENTS" in CATEGORIES


def test_going_in_pairs_lasts_thirty_days_and_is_a_managers_alone() -> None:
    kind = KINDS["INTERVENIR_A_DEUX"]
    assert (kind.longest_days, kind.sources, bool(kind.reasons)) == (30, (Source.MANAGER,), True)


def test_no_fact_can_hold_a_word_that_somebody_typed(superuser: psycopg.Connection) -> None:
    rows = superuser.execute(
        """SELECT column_name, character_maximum_length FROM information_schema.columns
           WHERE table_name IN ('people_codedfact', 'people_factcontest')
             AND data_type IN ('text', 'character varying')"""
    ).fetchall()
    assert {name for name, _ in rows} == {"code", "language", "reason", "source", "announced_by", "ground", "answer"}
    assert max(longest for _, longest in rows) == 32


# --- stating ----------------------------------------------------------------------------------------------------------


def test_what_the_person_says_reaches_the_caretaker_and_ends_by_itself(superuser: psycopg.Connection) -> None:
    state(INTERPRETER, by=PERSON)
    assert seen_by_caretaker() == [("INTERPRETE_UTILE", "ARA")]
    superuser.execute(
        """UPDATE people_codedfact SET first_day = first_day - 730, review_on = review_on - 730,
                                       last_day = last_day - 730"""
    )
    assert seen_by_caretaker() == []


def test_the_agency_states_what_the_person_asked_in_its_own_name(superuser: psycopg.Connection) -> None:
    number = state(CALL_FIRST, by=OFFICER)
    kept = superuser.execute("SELECT person_id, residence_id, source, stated_by_id FROM people_codedfact").fetchall()
    assert (number, kept) == (10_001, [(AMANDIER, 11, "AGENT", AGENTS["gestionnaire_nord"])])


@pytest.mark.parametrize("by", [OFFICER, PERSON])
def test_going_in_pairs_is_decided_by_nobody_but_the_manager(by: Actor) -> None:
    with pytest.raises(FactNotYours):
        state(IN_PAIRS, by=by)


def test_an_officer_who_goes_round_the_operation_is_stopped_by_the_database() -> None:
    with pytest.raises(DatabaseError, match="row-level security"), acting(OFFICER), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO people_codedfact (person_id, residence_id, code, language, reason, source, stated_by_id,
                                             stated_at, first_day, review_on, last_day, announced_by)
               VALUES (1, 11, 'INTERVENIR_A_DEUX', '', 'INCIDENT_RECENT', 'MANAGER', 1, now(), palier.today(),
                       palier.today(), palier.today(), '')"""
        )


def test_no_one_makes_it_last_longer_even_in_sql(superuser: psycopg.Connection) -> None:
    state(IN_PAIRS, by=MANAGER)
    with pytest.raises(psycopg.errors.CheckViolation, match="coded_fact_lasts_as_declared"):
        superuser.execute("UPDATE people_codedfact SET last_day = first_day + 30")


def test_an_end_past_the_longest_is_refused_and_the_longest_is_told() -> None:
    late = NewFact(code="INTERVENIR_A_DEUX", reason="GESTE_A_DEUX", last_day=today() + timedelta(days=30))
    with pytest.raises(FactLastsTooLong, match="30 jours au plus"):
        state(late, by=MANAGER)


@pytest.mark.parametrize(
    ("fact", "by"),
    [(NewFact(code="INTERPRETE_UTILE"), PERSON), (NewFact(code="INTERVENIR_A_DEUX"), MANAGER)],
)
def test_a_fact_without_its_detail_is_refused(fact: NewFact, by: Actor) -> None:
    with pytest.raises(FactDetailMissing):
        state(fact, by=by)


def test_the_same_fact_twice_is_refused() -> None:
    state(CALL_FIRST, by=PERSON)
    with pytest.raises(FactAlreadyThere):
        state(CALL_FIRST, by=OFFICER)


def test_a_code_that_is_not_on_the_list_does_not_exist() -> None:
    with pytest.raises(FactUnknown):
        state(NewFact(code="MALADE"), by=OFFICER)


def test_the_way_and_the_answer_come_from_the_lists() -> None:
    number = state(CALL_FIRST, by=OFFICER)
    with pytest.raises(AnnouncementUnknown), acting(MANAGER):
        announce_fact(fact_id=number, way="RUMOUR", actor=MANAGER, at=now())
    with pytest.raises(ContestAnswerUnknown), acting(MANAGER):
        answer_contest(contest_id=1, answer="SHRUG", actor=MANAGER, at=now())


@pytest.mark.parametrize("person", [DATURA, WITHOUT_DWELLING])
def test_nobody_states_a_fact_about_a_stranger(person: int) -> None:
    with pytest.raises(FactOfSomeoneElse):
        state(CALL_FIRST, by=OFFICER, person=person)


def test_a_person_states_nothing_about_a_neighbour() -> None:
    with pytest.raises(FactNotFound):
        state(CALL_FIRST, by=NEIGHBOUR)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_the_agency_of_the_south_reads_nothing_of_the_north() -> None:
    state(CALL_FIRST, by=PERSON)
    with acting(OFFICER):
        assert [each.code for each in facts_of_persons([AMANDIER])] == ["PREVENIR_AVANT_PASSAGE"]
    with acting(OFFICER_SOUTH):
        assert facts_of_persons([AMANDIER]) == []
    with acting(NEIGHBOUR):
        assert facts_of_persons([AMANDIER]) == []


def test_the_caretaker_reads_neither_the_reason_nor_who_said_it() -> None:
    state(IN_PAIRS, by=MANAGER)
    assert seen_by_caretaker() == [("INTERVENIR_A_DEUX", "")]
    for column in ("reason", "source", "stated_by_id", "review_on"):
        with pytest.raises(DatabaseError, match="permission denied"), acting(CARETAKER), connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM people_codedfact")


def test_a_mandate_that_ends_takes_the_facts_with_it(superuser: psycopg.Connection) -> None:
    state(CALL_FIRST, by=PERSON)
    superuser.execute("UPDATE agents_mandate SET last_day = palier.today() - 1")
    with acting(CARETAKER):
        assert fetch_count("SELECT count(*) FROM people_codedfact", {}) == 0


# --- contesting -------------------------------------------------------------------------------------------------------


def test_a_contested_fact_is_hidden_until_the_manager_answers() -> None:
    number = state(CALL_FIRST, by=OFFICER)
    with acting(PERSON):
        due_on = contest_fact(fact_id=number, ground="NOT_TRUE", actor=PERSON, at=now())
    assert due_on == today() + timedelta(days=8)
    assert seen_by_caretaker() == []
    with acting(MANAGER):
        (waiting,) = facts_to_review(on=today(), soon=today())
        assert (waiting.contest_ground, waiting.contest_due_on) == ("NOT_TRUE", due_on)
        (row,) = facts_of_persons([AMANDIER])
        assert row.contest_id is not None
        answer_contest(contest_id=row.contest_id, answer="AGREED_TOGETHER", actor=MANAGER, at=now())
    assert seen_by_caretaker() == [("PREVENIR_AVANT_PASSAGE", "")]


def test_going_in_pairs_stays_shown_while_it_is_contested_and_goes_when_it_was_a_mistake() -> None:
    number = state(IN_PAIRS, by=MANAGER)
    with acting(PERSON):
        contest_fact(fact_id=number, ground="NOT_TOLD", actor=PERSON, at=now())
    assert seen_by_caretaker() == [("INTERVENIR_A_DEUX", "")]
    with acting(MANAGER):
        (row,) = facts_of_persons([AMANDIER])
        assert row.contest_id is not None
        answer_contest(contest_id=row.contest_id, answer="MISTAKE", actor=MANAGER, at=now())
    assert seen_by_caretaker() == []
    with acting(PERSON):
        (told,) = facts_of_persons([AMANDIER])
    assert (told.contest_answer, told.ended_on) == ("MISTAKE", today())


def test_contesting_twice_tells_when_the_answer_is_due() -> None:
    number = state(CALL_FIRST, by=OFFICER)
    with acting(PERSON):
        contest_fact(fact_id=number, ground="NOT_TRUE", actor=PERSON, at=now())
        with pytest.raises(FactAlreadyContested):
            contest_fact(fact_id=number, ground="NOT_MINE", actor=PERSON, at=now())


def test_nobody_contests_for_someone_else() -> None:
    number = state(CALL_FIRST, by=OFFICER)
    with pytest.raises(FactNotFound), acting(NEIGHBOUR):
        contest_fact(fact_id=number, ground="NOT_TRUE", actor=NEIGHBOUR, at=now())


def test_an_officer_does_not_answer_a_contestation() -> None:
    number = state(CALL_FIRST, by=OFFICER)
    with acting(PERSON):
        contest_fact(fact_id=number, ground="NOT_TRUE", actor=PERSON, at=now())
    with acting(OFFICER):
        (row,) = facts_of_persons([AMANDIER])
        assert row.contest_id is not None
        with pytest.raises(FactNotFound):
            answer_contest(contest_id=row.contest_id, answer="MISTAKE", actor=OFFICER, at=now())


# --- ending -----------------------------------------------------------------------------------------------------------


def test_the_person_takes_away_what_was_said_at_their_request() -> None:
    number = state(CALL_FIRST, by=OFFICER)
    with acting(PERSON):
        end_fact(fact_id=number, actor=PERSON, at=now())
    assert seen_by_caretaker() == []


def test_the_person_contests_a_managers_decision_and_does_not_erase_it() -> None:
    number = state(IN_PAIRS, by=MANAGER)
    with pytest.raises(FactNotYours), acting(PERSON):
        end_fact(fact_id=number, actor=PERSON, at=now())
    with pytest.raises(DatabaseError, match="row-level security"), acting(PERSON), connection.cursor() as cursor:
        cursor.execute("UPDATE people_codedfact SET ended_on = palier.today()")


def test_a_managers_decision_waits_on_the_list_until_it_is_announced() -> None:
    number = state(IN_PAIRS, by=MANAGER)
    with acting(MANAGER):
        assert [each.fact_id for each in facts_to_review(on=today(), soon=today())] == [number]
        announce_fact(fact_id=number, way="LETTER", actor=MANAGER, at=now())
        assert facts_to_review(on=today(), soon=today()) == []
