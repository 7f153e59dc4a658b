"""Applications at the counter: filed once, changed by their agent, refused when two save at once, ended by law."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import psycopg
import pytest
from django.db import connection
from tests.landlord import Landlord
from tests.operations.applications import (
    NADIA,
    OMAR,
    SOLENE,
    applicant,
    asking,
    days_ago,
    filed,
    number_of,
    officer,
    staff,
)

from palier.demandes.operations import note_interview, radiate, reactivate, record_answer, renew, warn
from palier.demandes.operations.assigning import (
    AlreadyGiven,
    AssignedTooLong,
    NotAnInstructor,
    OnlyTheSecretary,
    TakenEnoughToday,
    assign,
    give_back,
    take,
)
from palier.demandes.operations.filing import (
    ApplicationHasExpired,
    FiledInTheFuture,
    NumberAlreadyFiled,
    PersonNotInSight,
    file_application,
)
from palier.demandes.operations.headings import (
    Change,
    CurrentHousing,
    HousingFirst,
    Line,
    StatedIncome,
    Statements,
    TooManyCommunes,
    UnknownCode,
    Wished,
    change_housing,
    change_resource_lines,
    change_resources,
    change_statements,
    change_wishes,
    prove_statement,
)
from palier.demandes.operations.holding import (
    ApplicationChangedMeanwhile,
    ApplicationIsOver,
    ApplicationNotFound,
    Origin,
)
from palier.demandes.operations.household import (
    AlreadyInHousehold,
    CheckedStay,
    Expected,
    NewMember,
    TooManyCards,
    add_contact,
    add_member,
    change_address,
    change_member,
    check_stay,
    remove_member,
    say_expected,
)
from palier.demandes.operations.life import (
    AlreadyRenewed,
    AlreadyWarned,
    NoAnswerCame,
    NotPronounced,
    NotReactivable,
    NotWarned,
    RadiatedTooSoon,
    ReactivatedTooLate,
    UnknownMotive,
    UnknownOutcome,
)
from palier.demandes.rules.facts import Proof, Stay
from palier.demandes.rules.identity import (
    ApplicantTooYoung,
    BirthImpossible,
    NotACommune,
    NotAName,
    NotAnEmail,
    NotAPhone,
    NotAPostcode,
    TownMissing,
)
from palier.demandes.rules.numbers import NotAnApplicationNumber
from palier.foundation.clock import PARIS, now, today
from palier.foundation.periods import after_months
from palier.mail.address import AddressLineTooLong
from palier.mail.glyphs import CharacterNotPrintable
from palier.privacy.actor import Actor, acting

Rows = Callable[..., list[tuple[object, ...]]]


@pytest.fixture(autouse=True)
def _staff(superuser: psycopg.Connection) -> None:
    staff(superuser)


@pytest.fixture
def rows(superuser: psycopg.Connection) -> Rows:
    def read(statement: str, *values: object) -> list[tuple[object, ...]]:
        return superuser.execute(statement, values).fetchall()

    return read


def at_noon(days: int) -> datetime:
    """Noon of a day so many days from today, before or after."""
    return datetime.combine(today() + timedelta(days=days), time(12), tzinfo=PARIS)


def change(
    application_id: int, actor: Actor, *, version: int | None = None, origin: Origin = Origin.APPLICANT
) -> Change:
    return Change(application_id=application_id, actor=actor, at=now(), version=version, origin=origin)


# --- Filing ----------------------------------------------------------------------------------------------------------


def test_an_application_filed_at_the_counter_is_its_agents_with_all_it_says(rows: Rows) -> None:
    application = filed(1)
    ((number, path, state, version, filed_on, expires_on),) = rows(
        "SELECT number, path, state, version, filed_on, expires_on FROM demandes_application"
    )
    assert (number, path, state, version) == (number_of(1), "FIRST", "ACTIVE", 1)
    assert filed_on == days_ago(30)
    assert expires_on == after_months(days_ago(30), 12)
    assert rows("SELECT role, first_name FROM demandes_member") == [("APPLICANT", "")]
    assert rows("SELECT nationality, state FROM demandes_stay") == [("HORS_UE", "UNCHECKED")]
    assert rows("SELECT adults, dependants, stays_regularly FROM demandes_composition") == [(1, 0, None)]
    assert rows("SELECT kind, agent_id FROM demandes_event ORDER BY id") == [("FILED", NADIA), ("ASSIGNED", NADIA)]
    assert rows("SELECT line, city FROM demandes_postaladdress") == [("3 rue Fictive", "Ville")]
    assert rows(
        """SELECT p.last_name, p.residence_id, array_agg(c.channel ORDER BY c.channel)
           FROM people_person AS p JOIN people_contact AS c ON c.person_id = p.id
           JOIN demandes_application AS a ON a.person_id = p.id WHERE a.id = %s GROUP BY p.id""",
        application,
    ) == [("Noyer", None, ["EMAIL", "PHONE"])]


def test_a_number_is_filed_once_and_only_as_the_national_system_writes_it(rows: Rows) -> None:
    filed(1)
    with pytest.raises(NumberAlreadyFiled, match=number_of(1)):
        filed(1, by=OMAR)
    assert rows("SELECT count(*) FROM people_person WHERE last_name = 'Noyer'") == [(1,)]
    for wrong in ("", "123", "1111324000001TEST0", "11105240000é1TEST0", number_of(2) + "9"):
        new = replace(asking(2), number=wrong)
        with pytest.raises(NotAnApplicationNumber), acting(officer()) as reading:
            file_application(new=new, actor=reading.actor, at=now())
    with pytest.raises(FiledInTheFuture):
        filed(3, filed_on=days_ago(-1))
    with pytest.raises(ApplicationHasExpired):
        filed(4, filed_on=days_ago(400))


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"first_name": "..."}, NotAName),
        ({"last_name": "Noyer 😀"}, CharacterNotPrintable),
        ({"birth_date": date(1800, 1, 1)}, BirthImpossible),
        ({"birth_date": days_ago(-1)}, BirthImpossible),
        ({"birth_date": days_ago(6 * 365)}, ApplicantTooYoung),
        ({"phone": "hello"}, NotAPhone),
        ({"email": "pas un mail"}, NotAnEmail),
        ({"postcode": "ABCDE"}, NotAPostcode),
        ({"city": " "}, TownMissing),
        ({"address": "x" * 39}, AddressLineTooLong),
    ],
)
def test_what_no_letter_could_bear_is_refused_at_the_counter(
    told: dict[str, object], refusal: type[Exception], rows: Rows
) -> None:
    with pytest.raises(refusal):
        filed(1, **told)
    assert rows("SELECT count(*) FROM demandes_application") == [(0,)]


def test_a_name_loses_what_is_not_seen_and_a_household_counts_a_person_once(rows: Rows) -> None:
    application = filed(1, last_name="\u202eNo\u200byer\t-\tPin", birth_date=days_ago(17 * 365))
    child = NewMember(role="DEPENDANT", first_name="Léo", last_name="Noyer", birth_date=days_ago(900), tie="ENFANT")
    with acting(officer()) as reading:
        mine = change(application, reading.actor)
        add_member(change=mine, member=child)
        with pytest.raises(AlreadyInHousehold):
            add_member(change=mine, member=replace(child, first_name="LEO "))
        with pytest.raises(NotACommune):
            change_wishes(change=mine, wished=Wished(communes=("99999",)))
        with pytest.raises(NotAPhone):
            add_contact(change=mine, person_id=1, channel="PHONE", value="hello")
        change_address(
            change=mine, line="chez Mme Figuier, 118 avenue des Exemples", postcode="", city="Mons, Belgique"
        )
    assert rows("SELECT count(*) FROM people_person WHERE last_name = 'Noyer - Pin'") == [(1,)]


def test_a_number_of_person_guessed_opens_nobodys_file(rows: Rows) -> None:
    for stranger in (1, 4):
        new = replace(asking(5), person_id=stranger)
        with pytest.raises(PersonNotInSight), acting(officer()) as reading:
            file_application(new=new, actor=reading.actor, at=now())
    assert rows("SELECT count(*) FROM demandes_application") == [(0,)]


# --- Headings --------------------------------------------------------------------------------------------------------


def test_each_heading_is_changed_and_says_where_the_change_comes_from(rows: Rows) -> None:
    application = filed(1)
    with acting(officer()) as reading:
        mine = change(application, reading.actor)
        with pytest.raises(HousingFirst):
            change_wishes(change=mine, wished=Wished(communes=("93001",)))
        change_housing(change=mine, housing=CurrentHousing(housing="HEBERGE_TIERS", rooms=2, occupants=5))
        change_wishes(change=mine, wished=Wished(communes=("93001", "93066"), rooms_min=2, rooms_max=3))
        change_statements(change=mine, heading=Statements.MOTIVES, codes=("SANS_LOGEMENT", "LOGEMENT_CHER"))
        change_statements(change=mine, heading=Statements.PRIORITIES, codes=("SANS_LOGEMENT",))
        change_statements(change=mine, heading=Statements.NEEDS, codes=("DOUCHE_ADAPTEE",))
        examined = change(application, reading.actor, origin=Origin.PIECES)
        change_resources(change=examined, income=StatedIncome(n2_cents=1_800_000), proof=Proof.PROVED)
        change_resource_lines(
            change=mine, lines=(Line(code="SAL", monthly_cents=150_000), Line(code="AF", monthly_cents=10_000))
        )
        change_address(change=mine, line="9 rue Autre", postcode="93000", city="Bourg")
    assert rows("SELECT housing, rooms, occupants, wished_rooms_max FROM demandes_situation") == [
        ("HEBERGE_TIERS", 2, 5, 3)
    ]
    assert rows("SELECT commune, rank FROM demandes_wish ORDER BY rank") == [("93001", 1), ("93066", 2)]
    assert rows("SELECT code, proof FROM demandes_motive ORDER BY code") == [
        ("LOGEMENT_CHER", "DECLARED"), ("SANS_LOGEMENT", "DECLARED")
    ]  # fmt: skip
    assert rows("SELECT n2_cents, n2_year, monthly_cents, proof FROM demandes_resources") == [
        (1_800_000, today().year - 2, 160_000, "DECLARED")
    ]
    assert rows("SELECT line FROM demandes_postaladdress") == [("9 rue Autre",)]
    told = [detail for (detail,) in rows("SELECT detail FROM demandes_event WHERE kind = 'CHANGED' ORDER BY id")]
    assert told == [
        "LOGEMENT",
        "SOUHAITS",
        "MOTIFS",
        "PRIORITES",
        "BESOINS",
        "RESSOURCES:PIECES",
        "RESSOURCES",
        "CONTACT",
    ]
    assert rows("SELECT version FROM demandes_application") == [(9,)]


def test_a_proof_stays_with_what_stays_and_the_rest_is_declared_anew(rows: Rows) -> None:
    application = filed(1)
    with acting(officer()) as reading:
        mine = change(application, reading.actor)
        change_statements(change=mine, heading=Statements.PRIORITIES, codes=("DALO", "EXPULSION"))
        prove_statement(change=mine, heading=Statements.PRIORITIES, code="DALO", proof=Proof.PROVED)
        change_statements(change=mine, heading=Statements.PRIORITIES, codes=("DALO", "HANDICAP"))
        with pytest.raises(UnknownCode):
            change_statements(change=mine, heading=Statements.NEEDS, codes=("DIABETE",))
        with pytest.raises(TooManyCommunes):
            change_wishes(change=mine, wished=Wished(communes=("93001", "93001")))
    assert rows("SELECT code, proof FROM demandes_priority ORDER BY code") == [
        ("DALO", "PROVED"), ("HANDICAP", "DECLARED")
    ]  # fmt: skip


def test_two_who_save_at_once_are_told_and_the_first_stays(rows: Rows) -> None:
    application = filed(1)
    with acting(officer()) as reading:
        change_housing(change=change(application, reading.actor, version=1), housing=CurrentHousing(housing="HOTEL"))
    with pytest.raises(ApplicationChangedMeanwhile), acting(officer()) as reading:
        change_housing(change=change(application, reading.actor, version=1), housing=CurrentHousing(housing="SQUAT"))
    with pytest.raises(ApplicationChangedMeanwhile), acting(officer()) as reading:
        renew(application_id=application, version=1, actor=reading.actor, at=now())
    assert rows("SELECT housing FROM demandes_situation") == [("HOTEL",)]


def test_a_file_that_is_not_given_is_changed_by_nobody_else(rows: Rows) -> None:
    application = filed(1)
    for other in (OMAR, SOLENE):
        with pytest.raises(ApplicationNotFound), acting(officer(other)) as reading:
            change_housing(change=change(application, reading.actor), housing=CurrentHousing(housing="HOTEL"))
        with pytest.raises(ApplicationNotFound), acting(officer(other)) as reading:
            radiate(application_id=application, motive="RENONCIATION", actor=reading.actor, at=now())
    assert rows("SELECT state, version FROM demandes_application") == [("ACTIVE", 1)]


# --- Household -------------------------------------------------------------------------------------------------------


def test_the_composition_follows_its_members(rows: Rows) -> None:
    application = filed(1)
    with acting(officer()) as reading:
        mine = change(application, reading.actor)
        spouse = add_member(
            change=mine,
            member=NewMember(
                role="COHOLDER", first_name="Ali", last_name="Noyer", birth_date=days_ago(9_000), tie="PACSE"
            ),
        )
        child = add_member(
            change=mine,
            member=NewMember(
                role="DEPENDANT", first_name="Zoé", last_name="Noyer", birth_date=days_ago(900), tie="ENFANT"
            ),
        )
        say_expected(change=mine, expected=Expected(unborn=1, due_on=days_ago(-90), disabled=1))
        with pytest.raises(TooManyCards):
            say_expected(change=mine, expected=Expected(disabled=4))
    assert rows(
        "SELECT adults, dependants, unborn, disabled, spouses, dependants_born_on FROM demandes_composition"
    ) == [(2, 1, 1, 1, True, [days_ago(900)])]
    ((applicant_member,),) = rows("SELECT id FROM demandes_member WHERE role = 'APPLICANT'")
    with acting(officer()) as reading:
        mine = change(application, reading.actor)
        regular = CheckedStay(nationality="UE", state=Stay.REGULAR)
        check_stay(change=mine, member_id=int(str(applicant_member)), stay=regular)
    assert rows("SELECT stays_regularly FROM demandes_composition") == [(None,)]
    with acting(officer()) as reading:
        mine = change(application, reading.actor)
        permit = CheckedStay(nationality="HORS_UE", state=Stay.REGULAR, valid_until=days_ago(-100))
        check_stay(change=mine, member_id=spouse, stay=permit)
    assert rows("SELECT stays_regularly FROM demandes_composition") == [(True,)]
    with acting(officer()) as reading:
        mine = change(application, reading.actor)
        change_member(
            change=mine,
            member_id=child,
            member=NewMember(role="SHARED", first_name="Zoé", last_name="Noyer", birth_date=days_ago(900)),
        )
        remove_member(change=mine, member_id=spouse)
    assert rows("SELECT adults, dependants, shared_custody, spouses, unborn FROM demandes_composition") == [
        (1, 0, 1, False, 1)
    ]
    assert rows("SELECT count(*) FROM demandes_stay") == [(1,)]


# --- Life ------------------------------------------------------------------------------------------------------------


def test_a_renewal_gives_one_more_year_once_a_day_and_keeps_the_seniority(rows: Rows) -> None:
    application = filed(1, filed_on=days_ago(340))
    with acting(officer()) as reading:
        until = renew(application_id=application, actor=reading.actor, at=now())
        assert until == after_months(today(), 12)
    with pytest.raises(AlreadyRenewed), acting(officer()) as reading:
        renew(application_id=application, actor=reading.actor, at=now())
    assert rows("SELECT filed_on, renewed_on, expires_on, version FROM demandes_application") == [
        (days_ago(340), today(), until, 2)
    ]
    assert rows("SELECT count(*) FROM demandes_event WHERE kind = 'RENEWED'") == [(1,)]


def test_the_person_renews_online_and_no_other_does(rows: Rows) -> None:
    application = filed(1, filed_on=days_ago(340))
    ((person,),) = rows("SELECT person_id FROM demandes_application")
    with pytest.raises(ApplicationNotFound), acting(applicant(5)) as reading:
        renew(application_id=application, actor=reading.actor, at=now())
    with acting(applicant(int(str(person)))) as reading:
        renew(application_id=application, actor=reading.actor, at=now())
    assert rows("SELECT agent_id FROM demandes_event WHERE kind = 'RENEWED'") == [(None,)]


def test_no_answer_is_warned_then_radiated_in_its_time_and_brought_back_when_one_came(rows: Rows) -> None:
    application = filed(1, filed_on=days_ago(300), at=at_noon(-299))
    with acting(officer()) as reading:
        actor = reading.actor
        with pytest.raises(NotWarned):
            radiate(application_id=application, motive="NON_REPONSE", actor=actor, at=now())
        due = warn(application_id=application, motive="NON_REPONSE", actor=actor, at=at_noon(-100))
        assert due == after_months(days_ago(100), 2)
        with pytest.raises(AlreadyWarned):
            warn(application_id=application, motive="NON_REPONSE", actor=actor, at=now())
        with pytest.raises(RadiatedTooSoon):
            radiate(application_id=application, motive="NON_REPONSE", on=days_ago(60), actor=actor, at=now())
        radiate(application_id=application, motive="NON_REPONSE", actor=actor, at=at_noon(-30))
        with pytest.raises(ApplicationIsOver):
            renew(application_id=application, actor=actor, at=now())
        with pytest.raises(NoAnswerCame):
            reactivate(application_id=application, actor=actor, at=now())
        record_answer(application_id=application, actor=actor, at=now())
        reactivate(application_id=application, actor=actor, at=now())
    assert rows("SELECT state, radiation_motive, warned_for FROM demandes_application") == [("ACTIVE", "", "")]
    kinds = [kind for (kind,) in rows("SELECT kind FROM demandes_event ORDER BY id")]
    assert kinds == ["FILED", "ASSIGNED", "WARNED", "RADIATED", "ANSWERED", "REACTIVATED"]


def test_an_answer_in_time_ends_the_warning(rows: Rows) -> None:
    application = filed(1)
    with acting(officer()) as reading:
        warn(application_id=application, motive="NON_REPONSE", actor=reading.actor, at=now())
        record_answer(application_id=application, actor=reading.actor, at=now())
    assert rows("SELECT warned_on, warned_for FROM demandes_application") == [(None, "")]


def test_only_the_commission_makes_an_application_inadmissible(rows: Rows, superuser: psycopg.Connection) -> None:
    application = filed(1)
    with acting(officer()) as reading:
        for motive in ("IRRECEVABLE_PLAFOND", "IRRECEVABLE_SEJOUR"):
            with pytest.raises(NotPronounced):
                warn(application_id=application, motive=motive, actor=reading.actor, at=now())
            with pytest.raises(NotPronounced):
                radiate(application_id=application, motive=motive, actor=reading.actor, at=now())
    superuser.execute(
        """INSERT INTO demandes_event (application_id, kind, detail, "on", at, agent_id)
           VALUES (%s, 'DECISION', 'IRRECEVABILITE', current_date - 60, now(), %s)""",
        [application, SOLENE],
    )
    with acting(officer()) as reading:
        warn(application_id=application, motive="IRRECEVABLE_PLAFOND", actor=reading.actor, at=at_noon(-40))
        radiate(application_id=application, motive="IRRECEVABLE_PLAFOND", actor=reading.actor, at=now())
        with pytest.raises(NotReactivable):
            reactivate(application_id=application, actor=reading.actor, at=now())
    assert rows("SELECT radiation_motive FROM demandes_application") == [("IRRECEVABLE_PLAFOND",)]


@pytest.mark.parametrize("motive", ["FUSION", "AUTRE", ""])
def test_no_other_motive_radiates(motive: str) -> None:
    application = filed(1)
    with pytest.raises(UnknownMotive), acting(officer()) as reading:
        radiate(application_id=application, motive=motive, actor=reading.actor, at=now())


def test_want_of_renewal_waits_thirteen_months_and_comes_back_until_eighteen(
    rows: Rows, superuser: psycopg.Connection
) -> None:
    application = filed(1, filed_on=days_ago(300), at=at_noon(-300))
    superuser.execute("UPDATE demandes_application SET filed_on = %s, expires_on = %s", [days_ago(380), days_ago(15)])
    with acting(officer()) as reading:
        with pytest.raises(RadiatedTooSoon):
            radiate(application_id=application, motive="NON_RENOUVELLEMENT", actor=reading.actor, at=now())
        radiate(application_id=application, motive="NON_RENOUVELLEMENT", actor=reading.actor, at=at_noon(20))
        with pytest.raises(ReactivatedTooLate):
            reactivate(application_id=application, actor=reading.actor, at=at_noon(200))
        reactivate(application_id=application, actor=reading.actor, at=at_noon(60))
    assert rows("SELECT state, filed_on, renewed_on FROM demandes_application") == [
        ("ACTIVE", days_ago(380), days_ago(-60))
    ]


def test_an_interview_leaves_a_code_and_no_sentence(rows: Rows) -> None:
    application = filed(1)
    with acting(officer()) as reading:
        note_interview(application_id=application, outcome="COMPLET", actor=reading.actor, at=now())
        with pytest.raises(UnknownOutcome):
            note_interview(application_id=application, outcome="famille sympathique", actor=reading.actor, at=now())
    assert rows("SELECT detail FROM demandes_event WHERE kind = 'INTERVIEW'") == [("COMPLET",)]


# --- Assignments -----------------------------------------------------------------------------------------------------


def test_the_secretary_gives_files_and_an_officer_only_their_own(rows: Rows, own_landlord: Landlord) -> None:
    first, second = filed(1), filed(2, last_name="Orme")
    last_day = days_ago(-60)
    with pytest.raises(OnlyTheSecretary), acting(officer(OMAR)) as reading:
        assign(applications=[first], agent_id=OMAR, last_day=last_day, actor=reading.actor, at=now())
    with acting(officer(SOLENE)) as reading:
        done = assign(applications=[first, second], agent_id=OMAR, last_day=last_day, actor=reading.actor, at=now())
        assert (done.given, done.already) == (2, 0)
        again = assign(applications=[first, second], agent_id=OMAR, last_day=last_day, actor=reading.actor, at=now())
        assert (again.given, again.already) == (0, 2)
        with pytest.raises(NotAnInstructor):
            assign(
                applications=[first],
                agent_id=own_landlord.agents["siege"],
                last_day=last_day,
                actor=reading.actor,
                at=now(),
            )
        with pytest.raises(AssignedTooLong):
            assign(applications=[first], agent_id=NADIA, last_day=days_ago(-400), actor=reading.actor, at=now())
    assert rows("SELECT DISTINCT agent_id FROM demandes_assignment WHERE until_at > now()") == [(OMAR,)]
    with acting(officer(OMAR)) as reading:
        assign(applications=[first], agent_id=NADIA, last_day=last_day, actor=reading.actor, at=now())
    assert rows("SELECT application_id, agent_id FROM demandes_assignment WHERE until_at > now() ORDER BY 1") == [
        (first, NADIA), (second, OMAR)
    ]  # fmt: skip


def test_an_officer_takes_a_file_that_nobody_has(rows: Rows) -> None:
    application = filed(1)
    with pytest.raises(AlreadyGiven), acting(officer(OMAR)) as reading:
        take(application_id=application, last_day=days_ago(-30), actor=reading.actor, at=now())
    with acting(officer()) as reading:
        give_back(application_id=application, actor=reading.actor, at=now())
        give_back(application_id=application, actor=reading.actor, at=now())
    with acting(officer(OMAR)) as reading:
        take(application_id=application, last_day=days_ago(-30), actor=reading.actor, at=now())
        take(application_id=application, last_day=days_ago(-30), actor=reading.actor, at=now())
    assert rows("SELECT agent_id FROM demandes_assignment WHERE until_at > now()") == [(OMAR,)]
    # The twenty of the day: the next one is given by the secretary, and PostgreSQL says so too.
    other = filed(2)
    with acting(officer()) as reading:
        give_back(application_id=other, actor=reading.actor, at=now())
    rows(
        """INSERT INTO demandes_assignment (application_id, agent_id, first_at, until_at, assigned_by_id)
           SELECT %s, %s, now(), now(), %s FROM generate_series(1, 19) RETURNING id""",
        application, OMAR, OMAR,
    )  # fmt: skip
    with pytest.raises(TakenEnoughToday), acting(officer(OMAR)) as reading:
        take(application_id=other, last_day=days_ago(-30), actor=reading.actor, at=now())
    with pytest.raises(Exception, match="row-level security"), acting(officer(OMAR)), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO demandes_assignment (application_id, agent_id, first_at, until_at, assigned_by_id)
               VALUES (%s, %s, now(), now() + interval '1 day', %s)""",
            [other, OMAR, OMAR],
        )
