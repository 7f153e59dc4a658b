"""The survey of resources: who is in it, what silence costs after its delays, what an answer settles."""

from datetime import UTC, date, datetime

import psycopg
import pytest
from tests.landlord import Landlord
from tests.operations.letters import posted, reached
from tests.operations.test_freezing import granted

from palier.campaigns.models import SurveyFile
from palier.campaigns.operations.mailing import prepare_survey_mailing
from palier.campaigns.operations.presenting import (
    NotOnNotice,
    ReachedBeforeItLeft,
    ReachedInTheFuture,
    note_reached,
)
from palier.campaigns.operations.survey import (
    AlreadyAnswered,
    Answer,
    AnswerOfFrozenLease,
    FeeAboveLaw,
    NotSurveyed,
    SurveyAlreadyOpen,
    SurveyYearBilled,
    answer_survey,
    charge_provisionally,
    open_survey,
)
from palier.campaigns.rules.survey import answer_due_on, notice_over_on
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

SENT = datetime(2026, 9, 1, 12, tzinfo=UTC)


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


@pytest.fixture
def siege(own_landlord: Landlord, superuser: psycopg.Connection) -> Actor:
    """Dwellings of 60 m² financed by a PLUS loan in zone 1 bis; lease 201 receives the APL."""
    superuser.execute("UPDATE estate_dwelling SET floor_area_m2 = 60, financing = 'PLUS'")
    superuser.execute(
        """INSERT INTO quittancement_datedamount (lease_id, residence_id, kind, amount_cents, basis, source,
                                                  notified_on, first_day)
           VALUES (201, 21, 'APL', 10000, '', 'CAF', '2026-01-01', '2026-01-01')"""
    )
    return Actor(role=Role.HEADQUARTERS, purpose="QUITTANCEMENT", agent_id=own_landlord.agents["siege"])


def opened(actor: Actor, fee: int = 2_500) -> int:
    with acting(actor):
        return open_survey(year=2026, fee_cents=fee, actor=actor, at=SENT).pk


def states(superuser: psycopg.Connection) -> list[tuple[int, str, str]]:
    return superuser.execute("SELECT lease_id, state, exemption FROM campaigns_surveyfile ORDER BY lease_id").fetchall()


def one_off(superuser: psycopg.Connection) -> list[tuple[int, str, int, date]]:
    return superuser.execute(
        "SELECT lease_id, origin, amount_cents, month FROM quittancement_oneoffline ORDER BY id"
    ).fetchall()


def supplements(superuser: psycopg.Connection) -> list[tuple[int, int, date, date]]:
    return superuser.execute(
        """SELECT lease_id, amount_cents, first_day, last_day FROM quittancement_datedamount WHERE kind = 'SLS'
           ORDER BY lease_id, first_day"""
    ).fetchall()


def charged(survey: int, at: datetime) -> int:
    return charge_provisionally(survey_id=survey, on=at.date(), by=4, at=at)


def test_a_month_to_answer_and_fifteen_days_of_notice() -> None:
    assert answer_due_on(date(2026, 1, 31)) == date(2026, 2, 28)
    assert notice_over_on(date(2026, 10, 2)) == date(2026, 10, 17)


def test_who_has_a_housing_benefit_or_lives_in_a_priority_district_is_not_surveyed(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    superuser.execute("UPDATE estate_residence SET is_qpv = true WHERE id = 12")
    opened(siege)
    assert states(superuser) == [(101, "TO_SEND", ""), (102, "EXEMPT", "QPV"), (201, "EXEMPT", "HOUSING_AID")]


def test_a_survey_opens_once_and_its_fee_stops_at_25_euros(siege: Actor, superuser: psycopg.Connection) -> None:
    with acting(siege), pytest.raises(FeeAboveLaw):
        open_survey(year=2026, fee_cents=2_501, actor=siege, at=SENT)
    opened(siege)
    with acting(siege), pytest.raises(SurveyAlreadyOpen):
        open_survey(year=2026, fee_cents=2_500, actor=siege, at=SENT)
    assert len(states(superuser)) == 3


def test_a_supplement_that_no_month_of_the_year_can_bear_is_refused_and_nobody_is_charged(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    survey = opened(siege)
    posted("SLS_ENQUETE", survey, siege, SENT)
    posted("SLS_RELANCE", survey, siege, on(9, 20))
    posted("SLS_DEMEURE", survey, siege, on(10, 2))
    reached(survey, siege, date(2026, 10, 2), 101, 102)
    late = datetime(2027, 1, 4, 12, tzinfo=UTC)
    with acting(siege), pytest.raises(SurveyYearBilled, match="plus d’avis à sceller pour 2026"):
        prepare_survey_mailing(survey_id=survey, kind="SLS_PROVISOIRE", actor=siege, at=late)
    with acting(siege), pytest.raises(SurveyYearBilled):
        charged(survey, late)
    assert (supplements(superuser), one_off(superuser)) == ([], [])
    assert {state for _, state, exemption in states(superuser) if not exemption} == {"NOTICED"}


def test_silence_is_reminded_then_noticed_then_charged_and_not_before(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    survey = opened(siege)
    assert posted("SLS_ENQUETE", survey, siege, SENT) == 2
    assert posted("SLS_RELANCE", survey, siege, on(9, 20)) == 2
    assert posted("SLS_DEMEURE", survey, siege, on(10, 1)) == 0
    assert posted("SLS_DEMEURE", survey, siege, on(10, 2)) == 2
    assert posted("SLS_DEMEURE", survey, siege, on(10, 3)) == 0
    reached(survey, siege, date(2026, 10, 2), 101, 102)
    with acting(siege):
        assert charged(survey, on(10, 17)) == 0
        assert charged(survey, on(10, 18)) == 2
        assert charged(survey, on(10, 19)) == 0
    # 3.11 × 60 × 14.90 = 2 780.34 a month, from November: October is sealed.
    assert supplements(superuser) == [
        (101, 278_034, date(2026, 11, 1), date(2026, 12, 31)),
        (102, 278_034, date(2026, 11, 1), date(2026, 12, 31)),
    ]
    assert one_off(superuser) == [
        (101, "SLS_FEE", 2_500, date(2026, 11, 1)),
        (102, "SLS_FEE", 2_500, date(2026, 11, 1)),
    ]


def test_an_answer_gives_the_supplement_of_the_law(siege: Actor, superuser: psycopg.Connection) -> None:
    survey = opened(siege)
    with acting(siege):
        # 42 802.80 is 59 % over 26 920: 3.11 × 60 × 2.61 = 487.026; with the rent of 400.00, under 1 070.07.
        answer = Answer(income_cents=4_280_280, category=1)
        answer_survey(survey_id=survey, lease_id=101, answer=answer, actor=siege, at=on(9, 10))
        # Under the ceilings: nothing.
        answer_survey(
            survey_id=survey, lease_id=102, answer=Answer(income_cents=2_000_000, category=1), actor=siege, at=on(9, 10)
        )
        with pytest.raises(AlreadyAnswered):
            answer_survey(survey_id=survey, lease_id=101, answer=answer, actor=siege, at=on(9, 11))
        with pytest.raises(NotSurveyed, match="aide au logement"):
            answer_survey(survey_id=survey, lease_id=201, answer=answer, actor=siege, at=on(9, 11))
        file = SurveyFile.objects.get(lease_id=101)
        assert (file.state, file.overrun_percent, file.supplement_cents) == ("ANSWERED", 59, 48_703)
    assert supplements(superuser) == [(101, 48_703, date(2026, 11, 1), date(2026, 12, 31))]


def test_a_late_answer_gives_back_the_excess_and_keeps_the_fee(siege: Actor, superuser: psycopg.Connection) -> None:
    survey = opened(siege)
    posted("SLS_ENQUETE", survey, siege, SENT)
    posted("SLS_DEMEURE", survey, siege, on(10, 2))
    reached(survey, siege, date(2026, 10, 2), 101, 102)
    with acting(siege):
        charged(survey, on(10, 18))
    # November is sealed with the provisional supplement on the notice of lease 101.
    superuser.execute("SET session_replication_role = replica")
    superuser.execute(
        """INSERT INTO quittancement_line (run_id, lease_id, residence_id, rank, kind, label, amount_cents, rule,
                                           inputs, basis)
           VALUES (2, 101, 11, 2, 'SLS', 'SLS', 278034, 'rent-line/1', '278034 30 30 1 -', '')"""
    )
    superuser.execute(
        """UPDATE quittancement_run SET state = 'SEALED', reviewed_by = 4, sealed_by = 5, sealed_at = now(),
                  first_number = 10 WHERE id = 2"""
    )
    superuser.execute("SET session_replication_role = DEFAULT")
    with acting(siege):
        answer_survey(
            survey_id=survey,
            lease_id=101,
            answer=Answer(income_cents=4_280_280, category=1),
            actor=siege,
            at=on(11, 25),
        )
    # 487.03 due and 2 780.34 asked for November: 2 293.31 given back in December; the fee stays.
    assert [each for each in one_off(superuser) if each[0] == 101] == [
        (101, "SLS_FEE", 2_500, date(2026, 11, 1)),
        (101, "SLS", -229_331, date(2026, 12, 1)),
    ]
    assert [each for each in supplements(superuser) if each[0] == 101] == [
        (101, 278_034, date(2026, 11, 1), date(2026, 11, 30)),
        (101, 48_703, date(2026, 12, 1), date(2026, 12, 31)),
    ]


def test_a_month_that_the_lease_does_not_cover_whole_is_settled_by_its_days(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    survey = opened(siege)
    posted("SLS_ENQUETE", survey, siege, SENT)
    posted("SLS_DEMEURE", survey, siege, on(10, 2))
    reached(survey, siege, date(2026, 10, 2), 101, 102)
    with acting(siege):
        charged(survey, on(10, 18))
    # The tenant leaves on 10 November: 2 780.34 × 10 ÷ 30 = 926.78 are asked.
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("UPDATE leases_lease SET ends_on = '2026-11-10' WHERE id = 101")
    superuser.execute(
        """INSERT INTO quittancement_line (run_id, lease_id, residence_id, rank, kind, label, amount_cents, rule,
                                           inputs, basis)
           VALUES (2, 101, 11, 2, 'SLS', 'SLS', 92678, 'rent-line/1', '278034 10 30 1 -', '')"""
    )
    superuser.execute(
        """UPDATE quittancement_run SET state = 'SEALED', reviewed_by = 4, sealed_by = 5, sealed_at = now(),
                  first_number = 10 WHERE id = 2"""
    )
    superuser.execute("SET session_replication_role = DEFAULT")
    with acting(siege):
        answer = Answer(income_cents=4_280_280, category=1)
        answer_survey(survey_id=survey, lease_id=101, answer=answer, actor=siege, at=on(11, 25))
    # 487.03 × 10 ÷ 30 = 162.34 are due for ten days: 764.44 are given back, not 439.75.
    lines = superuser.execute(
        "SELECT amount_cents, basis FROM quittancement_oneoffline WHERE lease_id = 101 AND origin = 'SLS'"
    ).fetchall()
    assert lines == [(-76_444, "162,34\u00a0€ dus, 926,78\u00a0€ appelés")]


def test_a_frozen_lease_is_left_alone_and_the_others_go_on(siege: Actor, superuser: psycopg.Connection) -> None:
    survey = opened(siege)
    posted("SLS_ENQUETE", survey, siege, SENT)
    granted()
    assert posted("SLS_RELANCE", survey, siege, on(9, 20)) == 1
    assert posted("SLS_DEMEURE", survey, siege, on(10, 2)) == 1
    with acting(siege), pytest.raises(AnswerOfFrozenLease):
        answer_survey(
            survey_id=survey,
            lease_id=101,
            answer=Answer(income_cents=2_000_000, category=1),
            actor=siege,
            at=on(10, 2),
        )
    assert states(superuser) == [(101, "SENT", ""), (102, "NOTICED", ""), (201, "EXEMPT", "HOUSING_AID")]


def test_who_lives_in_an_excluded_area_is_not_surveyed_that_year(siege: Actor, superuser: psycopg.Connection) -> None:
    superuser.execute(
        """INSERT INTO campaigns_excludedarea (residence_id, reason, act_reference, first_day, last_day, recorded_by,
                                               recorded_at)
           VALUES (11, 'ZRR', 'ARRETE-1', '2020-01-01', '2025-12-31', 4, now()),
                  (12, 'PLH', 'DELIB-2', '2026-01-01', NULL, 4, now())"""
    )
    opened(siege)
    assert states(superuser) == [(101, "TO_SEND", ""), (102, "EXEMPT", "PLH"), (201, "EXEMPT", "HOUSING_AID")]


def test_the_fifteen_days_run_from_the_day_the_notice_reached_the_household(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    survey = opened(siege)
    posted("SLS_ENQUETE", survey, siege, SENT)
    posted("SLS_DEMEURE", survey, siege, on(10, 2))
    # Lease 102 fetched its letter on the 9th; no slip of 101 came back.
    reached(survey, siege, date(2026, 10, 9), 102)
    with acting(siege):
        assert charged(survey, on(10, 24)) == 0
        assert charged(survey, on(10, 25)) == 1
        assert charged(survey, on(12, 31)) == 0
    assert states(superuser)[:2] == [(101, "NOTICED", ""), (102, "PROVISIONAL", "")]


def test_the_day_of_a_slip_is_neither_before_the_letter_nor_to_come(siege: Actor) -> None:
    survey = opened(siege)
    posted("SLS_ENQUETE", survey, siege, SENT)

    def note(day: date) -> None:
        note_reached(survey_id=survey, lease_id=101, reached_on=day, actor=siege, at=on(10, 9))

    with acting(siege), pytest.raises(NotOnNotice):
        note(date(2026, 10, 5))
    posted("SLS_DEMEURE", survey, siege, on(10, 2))
    with acting(siege):
        with pytest.raises(ReachedBeforeItLeft, match="02/10/2026"):
            note(date(2026, 10, 1))
        with pytest.raises(ReachedInTheFuture):
            note(date(2026, 10, 10))
        note(date(2026, 10, 5))
