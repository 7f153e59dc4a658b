"""Campaigns that propose the space: drawn once, survey first, steps measured, answers that belong to nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from tests.agreements import agree
from tests.conftest import ClientAs
from tests.landlord import Landlord

from palier.adoption.assumptions import AssumptionsMalformed, assumptions
from palier.adoption.operations.answers import (
    AlreadyAnswered,
    AnswerNotListed,
    CodeUnknown,
    answer_survey,
    propose_again,
    propose_no_more,
)
from palier.adoption.operations.campaigns import (
    NobodyToInvite,
    SurveyFirst,
    invite,
    measure_campaigns,
    open_campaign,
    send_survey,
)
from palier.adoption.operations.leaving import send_out
from palier.adoption.queries.report import campaign, campaigns, report_of
from palier.dispatch.adapters.notices import EmailNotice
from palier.dispatch.operations.outbox import hand_over
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
LUCIE = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=1)


def agent(own_landlord: Landlord, name: str, role: Role) -> Actor:
    return Actor(role=role, purpose="GESTION_LOCATIVE", agent_id=own_landlord.agents[name])


@pytest.fixture
def siege(own_landlord: Landlord) -> Actor:
    return agent(own_landlord, "siege", Role.HEADQUARTERS)


def opened(siege: Actor, *, percent: int = 0, at: datetime = AT) -> int:
    with acting(siege):
        return int(
            open_campaign(
                means="LETTER", control_percent=percent, residence_ids=None, actor=siege, at=at, seed="essai"
            ).pk
        )


def drawn(superuser: psycopg.Connection) -> list[tuple[object, ...]]:
    return superuser.execute("SELECT lease_id, cohort, invited_on FROM adoption_invitee ORDER BY lease_id").fetchall()


def test_a_campaign_draws_who_is_on_paper_and_lets_themselves_be_asked(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    agree(superuser, 102, families=["NOTICES"])
    with acting(LUCIE):
        assert propose_no_more(actor=LUCIE, at=AT)
        assert not propose_no_more(actor=LUCIE, at=AT)
    number = opened(siege)
    assert drawn(superuser) == [(201, "INVITED", None)]
    with acting(LUCIE):
        assert propose_again(actor=LUCIE)
    # 201 is of this year's; 101 alone may be drawn now, then nobody, one at a time or two at once.
    assert opened(siege) > number
    assert [lease for lease, *_ in drawn(superuser)] == [101, 201]
    with pytest.raises(NobodyToInvite):
        opened(siege)


def test_a_lease_whose_code_is_another_s_is_drawn_another(
    siege: Actor, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn_codes = iter(["AAAAAAAA"] * 3 + ["AAAAAAAA", "BBBBBBBB", "CCCCCCCC"])
    monkeypatch.setattr("palier.adoption.operations.campaigns._new_code", lambda: next(drawn_codes))
    opened(siege)
    codes = superuser.execute("SELECT code FROM adoption_invitee ORDER BY code").fetchall()
    assert codes == [("AAAAAAAA",), ("BBBBBBBB",), ("CCCCCCCC",)]


def test_two_campaigns_opened_at_once_draw_a_lease_once(siege: Actor, superuser: psycopg.Connection) -> None:
    def open_one(_: int) -> bool:
        try:
            opened(siege)
        except NobodyToInvite:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(open_one, range(2))) == [False, True]
    assert len(drawn(superuser)) == 3


def test_the_survey_comes_first_and_the_control_cohort_is_sent_nothing(
    siege: Actor, superuser: psycopg.Connection
) -> None:
    number = opened(siege, percent=50)
    # One lease a residence: half of one, rounded up, is kept aside everywhere.
    assert {cohort for _, cohort, _ in drawn(superuser)} == {"CONTROL"}
    with acting(siege):
        with pytest.raises(SurveyFirst):
            invite(campaign_id=number, at=AT)
        assert send_survey(campaign_id=number, at=AT)
        assert not send_survey(campaign_id=number, at=AT)
        assert invite(campaign_id=number, at=AT) == 0
    assert all(invited_on is None for *_, invited_on in drawn(superuser))


def test_steps_are_measured_and_measured_again_give_the_same(siege: Actor, superuser: psycopg.Connection) -> None:
    number = opened(siege)
    with acting(LUCIE):
        propose_no_more(actor=LUCIE, at=AT)
    with acting(siege):
        send_survey(campaign_id=number, at=AT)
        # Who said since that they want no more of it is not invited.
        assert invite(campaign_id=number, at=AT + timedelta(days=1)) == 2
        assert invite(campaign_id=number, at=AT + timedelta(days=2)) == 0
    for kind, at in (("CODE_SENT", "2026-11-04 10:00+01"), ("FIRST_SIGN_IN", "2026-11-06 10:00+01")):
        superuser.execute(
            "INSERT INTO admission_accessevent (person_id, residence_id, kind, at) VALUES (4, 21, %s, %s)", [kind, at]
        )
    superuser.execute("UPDATE agents_user SET last_login = '2026-11-20 08:00+01' WHERE person_id = 4")
    agree(superuser, 201, families=["NOTICES"], on="2026-11-07")

    def measured() -> tuple[object, ...] | None:
        assert measure_campaigns(operator="essai", at=AT + timedelta(days=30)) == 1
        return superuser.execute(
            """SELECT invited_on, code_sent_on, signed_in_on, consented_on, came_back_on, withdrew_on
               FROM adoption_invitee WHERE lease_id = 201"""
        ).fetchone()

    november = [date(2026, 11, day) for day in (3, 4, 6, 7, 20)]
    assert measured() == (*november, None)
    # What it came from may be gone, and later days do not move it.
    superuser.execute("DELETE FROM admission_accessevent")
    superuser.execute("UPDATE agents_user SET last_login = '2027-11-20 08:00+01' WHERE person_id = 4")
    agree(superuser, 201, families=["NOTICES"], on="2026-11-25", word="WITHDRAWN")
    assert measured() == (*november, date(2026, 11, 25))
    with acting(siege):
        row = campaign(number)
        assert row is not None
        report = report_of(row, assumptions(Path("/nowhere")))
    # Three leases: nothing is told of so few, nor of what their documents would say.
    assert {step.invited for step in report.steps} == {None}
    assert {figure.value for figure in report.figures} == {None}


def test_what_a_campaign_sends_leaves_once_on_paper_or_by_a_message_that_says_nothing_of_anyone(
    siege: Actor, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    superuser.execute(
        """DELETE FROM people_contact WHERE channel = 'EMAIL' AND person_id NOT IN
           (SELECT person_id FROM leases_occupant WHERE lease_id = 201 AND role = 'HOLDER')"""
    )
    with acting(siege):
        number = int(
            open_campaign(means="EMAIL", control_percent=0, residence_ids=None, actor=siege, at=AT, seed="essai").pk
        )
        send_survey(campaign_id=number, at=AT)
    posted_on = "SELECT kind, lease_id, channel, state FROM dispatch_sending WHERE kind = ANY (%s) ORDER BY 1, 2, 3"
    kinds = ["QUESTIONNAIRE", "INVITATION"]

    def sent(at: datetime = AT) -> int:
        return send_out(campaign_id=number, operator="essai", agent_id=None, at=at)

    assert (sent(), sent()) == (3, 0)
    # The survey bears a code: no message carries it.
    on_paper = [("QUESTIONNAIRE", lease, "PRINT", "WAITING") for lease in (101, 102, 201)]
    assert superuser.execute(posted_on, [kinds]).fetchall() == on_paper
    with acting(LUCIE):
        propose_no_more(actor=LUCIE, at=AT)
    with acting(siege):
        assert invite(campaign_id=number, at=AT) == 2
    assert (sent(), sent(AT + timedelta(days=40))) == (2, 0)
    for _ in range(2):
        hand_over(EmailNotice(tmp_path), operator="essai", agent_id=None, clock=lambda: AT)
    invited = superuser.execute(posted_on, [["INVITATION"]]).fetchall()
    # Whoever has no address gets the paper.
    assert invited == [
        ("INVITATION", 102, "EMAIL", "REFUSED"),
        ("INVITATION", 102, "PRINT", "WAITING"),
        ("INVITATION", 201, "EMAIL", "ACCEPTED"),
    ]
    (message,) = tmp_path.iterdir()
    said = message_from_bytes(message.read_bytes(), policy=default).get_content()
    assert "lettre d’accès" in said
    for word in ("Datura", "L201", "http"):
        assert word not in said, word
    (paper,) = superuser.execute(
        "SELECT convert_from(data, 'UTF8') FROM mail_document WHERE kind = 'INVITATION' AND lease_id = 102"
    ).fetchone() or ("",)
    codes = superuser.execute("SELECT code FROM adoption_invitee").fetchall()
    assert not any(code in paper for (code,) in codes)


def test_an_answer_is_counted_once_and_kept_of_nobody(
    siege: Actor, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    opened(siege)
    ((code,),) = superuser.execute("SELECT code FROM adoption_invitee WHERE lease_id = 101").fetchall()
    given = {"DEVICE": ["PHONE"], "WISH": ["PAY", "REPORT"]}
    north = agent(own_landlord, "gestionnaire_nord", Role.RENT_OFFICER)
    south = agent(own_landlord, "gestionnaire_sud", Role.RENT_OFFICER)
    for actor, wrong in ((south, code), (north, ""), (north, "22222222")):
        with pytest.raises(CodeUnknown), acting(actor):
            answer_survey(code=wrong, answers=given, at=AT)
    for wrong_answers in ({"DEVICE": ["PHONE", "NONE"]}, {"DEVICE": ["FAX"]}, {"AGE": ["90"]}):
        with pytest.raises(AnswerNotListed), acting(north):
            answer_survey(code=code, answers=wrong_answers, at=AT)
    with acting(north):
        answer_survey(code=f"{code[:4]} {code[4:].lower()}", answers=given, at=AT)
    with pytest.raises(AlreadyAnswered), acting(LUCIE):
        answer_survey(code=code, answers=given, at=AT)
    assert superuser.execute(
        "SELECT question, choice, count FROM adoption_surveycount ORDER BY question, choice"
    ).fetchall() == [("DEVICE", "PHONE", 1), ("WISH", "PAY", 1), ("WISH", "REPORT", 1)]


def test_a_cost_is_the_landlord_s_to_state_with_its_day_and_source(tmp_path: Path) -> None:
    assert {each.value for each in assumptions(tmp_path).values()} == {None}
    file = tmp_path / "adoption.toml"
    file.write_text('[[assumption]]\ncode = "PAPER_COST"\nvalue = "1.16"\non = 2026-01-05\nsource = "Marché 2026"\n')
    stated = assumptions(tmp_path)["PAPER_COST"]
    assert (stated.value, stated.on, stated.source) == (Decimal("1.16"), date(2026, 1, 5), "Marché 2026")
    for wrong in ('code = "GAIN"', 'code = "SHEETS"\nvalue = "deux"', 'code = "SHEETS"\nvalue = 2', "code ="):
        file.write_text(f"[[assumption]]\n{wrong}\n")
        with pytest.raises(AssumptionsMalformed):
            assumptions(tmp_path)


def test_headquarters_follow_a_campaign_and_an_agency_types_what_came_back(client_as: ClientAs, siege: Actor) -> None:
    director, officer = client_as("siege"), client_as("gestionnaire_nord")
    assert director.post("/bureau/adoption/", {"moyen": "CARETAKER", "temoins": "10"}).status_code == 302
    with acting(siege):
        (row,) = campaigns()
    page = f"/bureau/adoption/{row.id}/"
    for step in ("questionnaire", "invitation"):
        assert director.post(f"{page}etape/", {"etape": step}).status_code == 302
    said = director.get(page).content.decode()
    assert "à renseigner par l’organisme" in said
    assert row.seed in said
    for name in ("Amandier", "Cerisier", "Datura"):
        assert name not in said
    assert director.get(f"{page}chiffres.csv").content.decode().startswith("\ufeffetape;invites;temoins")
    assert officer.get("/bureau/adoption/depliant.pdf").content.startswith(b"%PDF")
    papers = f"{page}residences/%d/questionnaires.pdf"
    assert officer.get(papers % 11).content.startswith(b"%PDF")
    # One a door of those invited, from the page where what came back is typed; the other cohort gets none.
    told = officer.get("/bureau/adoption/questionnaires/").content.decode()
    leaflets = f"{page}residences/%d/depliants.pdf"
    assert (leaflets % 11 in told, leaflets % 21 in told) == (True, False)
    assert officer.get(leaflets % 11).content.startswith(b"%PDF")
    assert officer.get(leaflets % 21).status_code == 404
    # Another agency's residence; headquarters' pages.
    assert officer.get(papers % 21).status_code == 404
    assert officer.get(page).status_code == 404
    assert officer.post("/bureau/adoption/questionnaires/", {"code": "22222222"}).status_code == 422
