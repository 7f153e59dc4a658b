"""Letters in bulk: two people, one number a letter, the exact bytes kept, nothing twice, withdrawn with their cause."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from tests.agreements import agree
from tests.landlord import Landlord
from tests.operations.letters import launched, posted, preparing, reached, register, written
from tests.operations.test_rent_revision import AT, applied, working

from palier.campaigns.letters import explanation
from palier.campaigns.operations.lettering import issue_letters, write_block
from palier.campaigns.operations.mailing import (
    MailingAlreadyPrepared,
    MailingNotPrepared,
    NobodyWaits,
    RevisionNotToTell,
    SamePersonLaunches,
    cancel_mailing,
    launch_mailing,
    prepare_revision_mailing,
    prepare_survey_mailing,
)
from palier.campaigns.operations.revision import undo_revision
from palier.campaigns.operations.survey import Answer, answer_survey, charge_provisionally, open_survey
from palier.campaigns.queries.revision import RevisedLease, RevisionRow
from palier.dispatch.operations.lots import make_print_lots
from palier.dispatch.operations.printing import TakenLot, take_out_lot
from palier.mail.documents import pdf_of
from palier.mail.store import DocumentStore
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.quittancement.access import FunctionMayNot

SENT = datetime(2026, 9, 1, 12, tzinfo=UTC)
# The fifteen days of a formal notice of 2 October are over.
SILENT_AT = datetime(2026, 10, 18, 12, tzinfo=UTC)


@pytest.fixture
def siege(own_landlord: Landlord, superuser: psycopg.Connection) -> Actor:
    superuser.execute("UPDATE estate_dwelling SET floor_area_m2 = 60, financing = 'PLUS'")
    return Actor(role=Role.HEADQUARTERS, purpose="QUITTANCEMENT", agent_id=own_landlord.agents["siege"])


@pytest.fixture
def survey(siege: Actor) -> int:
    with acting(siege):
        return open_survey(year=2026, fee_cents=2_500, actor=siege, at=SENT).pk


def of_a_revision(landlord: Landlord, siege: Actor) -> tuple[int, int]:
    """An applied revision, and its mailing launched."""
    revision = applied(landlord)
    accountant = preparing(landlord.agents["comptable"])
    with acting(accountant):
        mailing = prepare_revision_mailing(revision_id=revision, actor=accountant, at=AT)
    with acting(siege):
        launch_mailing(mailing_id=mailing.pk, actor=siege, at=AT)
    return revision, mailing.pk


def issued(mailing: int) -> tuple[int, int]:
    done = issue_letters(mailing_id=mailing, operator="tests", agent_id=4, at=AT)
    return done.letters, done.refused


def test_a_revision_is_told_to_each_tenant_once_under_numbers_without_gap(
    siege: Actor, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    agree(superuser, 102, families=["LETTERS"])
    _, mailing = of_a_revision(own_landlord, siege)
    assert issued(mailing) == (3, 0)
    assert register(superuser) == [
        (101, "RL-2026-000001", "PAPER"),
        (102, "RL-2026-000002", "ONLINE"),
        (201, "RL-2026-000003", "PAPER"),
    ]
    assert issued(mailing) == (3, 0)
    assert len(register(superuser)) == 3
    number, digest, size, said = superuser.execute(
        """SELECT id, pdf_sha256, pdf_bytes, convert_from(data, 'UTF8') FROM mail_document
           WHERE number = 'RL-2026-000001'"""
    ).fetchone() or (0, "", 0, "")
    # 400.00 × 148.37 ÷ 146.68 = 404.61; both quarters, the formula, the law, the day.
    for words in ("404,61", "148,37", "146,68", "2e trimestre 2026", "L442-1", "01/01/2027", "Lucie Amandier"):
        assert words in said, words
    with batch(Batch.MAIL, operator="tests", motive="CAMPAGNE", command="lettres"):
        pdf = pdf_of(number, digest, store=DocumentStore(settings.DOCUMENT_ROOT))
    assert pdf.startswith(b"%PDF")
    assert len(pdf) == size
    assert not DocumentStore(settings.DOCUMENT_ROOT).path(digest).exists()
    assert superuser.execute("SELECT state FROM campaigns_mailing").fetchone() == ("MADE",)


def test_who_prepares_does_not_launch_and_nothing_leaves_before(
    siege: Actor, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    revision = applied(own_landlord)
    with acting(siege):
        mailing = prepare_revision_mailing(revision_id=revision, actor=siege, at=AT).pk
        with pytest.raises(SamePersonLaunches):
            launch_mailing(mailing_id=mailing, actor=siege, at=AT)
        with pytest.raises(MailingAlreadyPrepared):
            prepare_revision_mailing(revision_id=revision, actor=siege, at=AT)
    with pytest.raises(MailingNotPrepared):
        issued(mailing)
    assert register(superuser) == []
    accountant = preparing(own_landlord.agents["comptable"])
    with acting(accountant):
        cancel_mailing(mailing_id=mailing, actor=accountant, at=AT)
        with pytest.raises(MailingNotPrepared):
            launch_mailing(mailing_id=mailing, actor=accountant, at=AT)
    with acting(siege):
        prepare_revision_mailing(revision_id=revision, actor=siege, at=AT)


def test_an_officer_neither_prepares_nor_launches(own_landlord: Landlord, superuser: psycopg.Connection) -> None:
    revision = applied(own_landlord)
    officer = Actor(role=Role.RENT_OFFICER, purpose="QUITTANCEMENT", agent_id=own_landlord.agents["gestionnaire_nord"])
    with acting(officer), pytest.raises(FunctionMayNot):
        prepare_revision_mailing(revision_id=revision, actor=officer, at=AT)


def test_a_revision_taken_back_withdraws_its_letters_and_stops_those_to_come(
    siege: Actor, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    revision, mailing = of_a_revision(own_landlord, siege)
    assert issued(mailing) == (3, 0)
    with working():
        undo_revision(revision_id=revision, by=own_landlord.agents["siege"], at=AT)
    assert superuser.execute("SELECT count(*) FROM mail_document WHERE withdrawn_on = '2026-11-21'").fetchone() == (3,)
    assert superuser.execute("SELECT count(*) FROM campaigns_letter WHERE withdrawn_on IS NULL").fetchone() == (0,)
    with pytest.raises(MailingNotPrepared):
        issued(mailing)
    with acting(siege), pytest.raises(RevisionNotToTell):
        prepare_revision_mailing(revision_id=revision, actor=siege, at=AT)


def lots() -> list[str]:
    return make_print_lots(by=4, operator="tests", agent_id=4, at=AT)


def taken_out(lot: str) -> TakenLot:
    return take_out_lot(lot, by=4, operator="tests", agent_id=4, at=AT)


def of_its_own(superuser: psycopg.Connection, phone: str) -> None:
    """Letters whose bytes no other test makes: the store is shared, another landlord's key would have sealed them."""
    superuser.execute("UPDATE estate_landlord SET phone = %s", [phone])


def undone(landlord: Landlord, revision: int) -> None:
    with working():
        undo_revision(revision_id=revision, by=landlord.agents["siege"], at=AT)


def test_the_letters_of_a_revision_withdrawn_before_its_day_do_not_leave(
    siege: Actor, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    of_its_own(superuser, "01 00 00 00 11")
    agree(superuser, 102, families=["LETTERS"])
    revision, mailing = of_a_revision(own_landlord, siege)
    assert lots() == []
    assert issued(mailing) == (3, 0)
    # 102 reads theirs on the screen: two leave by the post, as long as the revision holds.
    assert superuser.execute(
        "SELECT lease_id, channel FROM dispatch_sending WHERE kind = 'REVISION_LOYER' ORDER BY 1"
    ).fetchall() == [
        (101, "PRINT"),
        (102, "SPACE"),
        (201, "PRINT"),
    ]
    undone(own_landlord, revision)
    assert lots() == []


def test_a_withdrawal_after_the_lot_was_made_marks_its_letters_and_prints_none(
    siege: Actor, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    of_its_own(superuser, "01 00 00 00 12")
    agree(superuser, 102, families=["LETTERS"])
    revision, mailing = of_a_revision(own_landlord, siege)
    issued(mailing)
    (lot,) = lots()
    assert sorted(line.document for line in taken_out(lot).lines) == ["RL-2026-000001", "RL-2026-000003"]
    assert issued(mailing) == (3, 0)
    assert lots() == []
    undone(own_landlord, revision)
    again = taken_out(lot)
    assert again.lines == ()
    assert [paper.is_over for paper in again.papers] == [True, True]


def test_a_withdrawal_before_the_letters_are_written_leaves_none(
    siege: Actor, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    revision, mailing = of_a_revision(own_landlord, siege)
    undone(own_landlord, revision)
    with pytest.raises(MailingNotPrepared):
        issued(mailing)
    assert lots() == []
    assert register(superuser) == []


def test_a_letter_that_cannot_be_written_is_set_aside_and_tried_again(
    siege: Actor, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    superuser.execute("UPDATE estate_residence SET postcode = '7501' WHERE id = 12")
    _, mailing = of_a_revision(own_landlord, siege)
    assert issued(mailing) == (2, 1)
    assert register(superuser)[1][:2] == (102, "")
    superuser.execute("UPDATE estate_residence SET postcode = '75013' WHERE id = 12")
    assert issued(mailing) == (3, 0)
    assert sorted(number for _, number, _ in register(superuser)) == [f"RL-2026-00000{rank}" for rank in (1, 2, 3)]


def test_two_jobs_at_once_write_each_letter_once(
    siege: Actor, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    _, mailing = of_a_revision(own_landlord, siege)

    def work() -> int:
        try:
            with batch(Batch.MAIL, operator="tests", motive="CAMPAGNE", command="lettres"):
                return write_block(mailing_id=mailing, at=AT)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        looked_at = [pool.submit(work) for _ in range(2)]
    assert sorted(future.result() for future in looked_at) == [0, 3]
    assert sorted(lease for lease, _, _ in register(superuser)) == [101, 102, 201]


def test_the_letters_of_a_survey_follow_the_law_in_order(
    siege: Actor, survey: int, superuser: psycopg.Connection
) -> None:
    with acting(preparing(5)), pytest.raises(NobodyWaits):
        prepare_survey_mailing(survey_id=survey, kind="SLS_RELANCE", actor=preparing(5), at=SENT)
    assert posted("SLS_ENQUETE", survey, siege, SENT) == 3
    assert posted("SLS_ENQUETE", survey, siege, SENT) == 0
    assert posted("SLS_RELANCE", survey, siege, datetime(2026, 9, 20, 12, tzinfo=UTC)) == 3
    assert posted("SLS_DEMEURE", survey, siege, datetime(2026, 10, 2, 12, tzinfo=UTC)) == 3
    assert [each for each in register(superuser) if each[0] == 101] == [
        (101, "ES-2026-000001", "PAPER"),
        (101, "RE-2026-000001", "PAPER"),
        (101, "MD-2026-000001", "REGISTERED"),
    ]
    assert superuser.execute(
        "SELECT sent_on, reminded_on, noticed_on, state FROM campaigns_surveyfile WHERE lease_id = 101"
    ).fetchone() == (date(2026, 9, 1), date(2026, 9, 20), date(2026, 10, 2), "NOTICED")
    said = saying(superuser, "MD-2026-000001")
    # 3.11 × 60 × 14.90 = 2 780.34; fifteen days from the day it is handed over; the article's own words.
    # Thirty percent of incomes that nobody knows is no ceiling (L441-4): the letter says so, and what an answer gives.
    for words in (
        "ce plafond ne peut pas être calculé et la somme provisoire ne le suit pas",
        "Répondez dans ce délai",
        "2\u202f780,34",
        "25,00",
        "dans les quinze jours qui suivent la remise de cette lettre",
        "après mise en demeure restée infructueuse pendant quinze jours",
    ):
        assert words in said, words


def test_a_formal_notice_takes_the_number_of_its_carrier(
    siege: Actor, survey: int, superuser: psycopg.Connection
) -> None:
    agree(superuser, 102, families=["LETTERS"])
    posted("SLS_ENQUETE", survey, siege, SENT)
    mailing = launched("SLS_DEMEURE", survey, siege, datetime(2026, 10, 2, 12, tzinfo=UTC))
    assert mailing is not None
    assert issued(mailing) == (3, 0)
    given = superuser.execute(
        "SELECT registered_number FROM campaigns_letter WHERE number LIKE 'MD-%' ORDER BY number"
    ).fetchall()
    assert given == [(f"SIMULE-MD-2026-00000{rank}",) for rank in (1, 2, 3)]
    assert issued(mailing) == (3, 0)
    # On paper whatever was agreed to, in a lot of their own, each with the number of its slip.
    (lot,) = lots()
    recorded = taken_out(lot)
    assert recorded.family == "RECORDED"
    assert {(line.document, line.slip) for line in recorded.lines} == {
        (f"MD-2026-00000{rank}", f"SIMULE-MD-2026-00000{rank}") for rank in (1, 2, 3)
    }
    assert recorded.manifest_csv().count(b"SIMULE-MD-") == 3


def test_a_provisional_supplement_is_launched_by_headquarters_and_charged_by_the_job(
    siege: Actor, survey: int, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    posted("SLS_ENQUETE", survey, siege, SENT)
    posted("SLS_DEMEURE", survey, siege, datetime(2026, 10, 2, 12, tzinfo=UTC))
    reached(survey, siege, date(2026, 10, 2), 101, 102, 201)
    day = datetime(2026, 10, 18, 12, tzinfo=UTC)
    with acting(siege):
        mailing = prepare_survey_mailing(survey_id=survey, kind="SLS_PROVISOIRE", actor=siege, at=day)
        assert mailing.expected_count == 3
    accountant = preparing(own_landlord.agents["comptable"])
    with acting(accountant), pytest.raises(FunctionMayNot):
        launch_mailing(mailing_id=mailing.pk, actor=accountant, at=day)
    with acting(accountant):
        cancel_mailing(mailing_id=mailing.pk, actor=accountant, at=day)
    assert superuser.execute("SELECT count(*) FROM quittancement_oneoffline").fetchone() == (0,)
    again = launched("SLS_PROVISOIRE", survey, siege, day)
    assert again is not None
    # The request charges nobody.
    assert charges(superuser) == []
    for _ in range(2):
        done = issue_letters(mailing_id=again, operator="tests", agent_id=4, at=day)
        assert (done.letters, done.refused) == (3, 0)
        assert charges(superuser) == [(101, 2_500, 278_034), (102, 2_500, 278_034), (201, 2_500, 278_034)]
    said = saying(superuser, "SP-2026-000001")
    # The yearly table of the supplement and the article of the coefficient were not read: the letter says so.
    # Nor is the ceiling of 30 % applied, for want of incomes, until the answer comes.
    for words in (
        "2\u202f780,34",
        "Supplément de référence. Attention",
        "Coefficient maximal. Attention",
        "ce plafond ne peut pas être calculé et la somme provisoire ne le suit pas",
        "recalculé sur vos ressources, avec ce plafond",
    ):
        assert words in said, words


def silent(survey: int, siege: Actor) -> int:
    """Three leases whose formal notice is over, and the mailing of their provisional supplement, launched."""
    posted("SLS_ENQUETE", survey, siege, SENT)
    posted("SLS_DEMEURE", survey, siege, datetime(2026, 10, 2, 12, tzinfo=UTC))
    reached(survey, siege, date(2026, 10, 2), 101, 102, 201)
    mailing = launched("SLS_PROVISOIRE", survey, siege, SILENT_AT)
    assert mailing is not None
    return mailing


def charges(superuser: psycopg.Connection) -> list[tuple[int, int, int]]:
    """(lease, fee, supplement a month) of each line written: a lease that is charged twice shows twice."""
    return superuser.execute(
        """SELECT l.lease_id, l.amount_cents, a.amount_cents FROM quittancement_oneoffline AS l
           JOIN quittancement_datedamount AS a ON a.lease_id = l.lease_id AND a.kind = 'SLS'
           WHERE l.origin = 'SLS_FEE' ORDER BY l.lease_id"""
    ).fetchall()


def charging(survey: int, *, limit: int) -> int:
    with batch(Batch.RENT, operator="tests", motive="CAMPAGNE", command="lettres"):
        return charge_provisionally(survey_id=survey, on=SILENT_AT.date(), by=4, at=SILENT_AT, limit=limit)


def test_a_charge_killed_half_way_goes_on_and_charges_nobody_twice(
    siege: Actor, survey: int, superuser: psycopg.Connection
) -> None:
    mailing = silent(survey, siege)
    assert charging(survey, limit=2) == 2
    # Killed there: two are charged, no letter is written. Whoever asks again finishes the work, another day.
    later = datetime(2026, 10, 25, 12, tzinfo=UTC)
    done = issue_letters(mailing_id=mailing, operator="tests", agent_id=4, at=later)
    assert (done.letters, done.refused) == (3, 0)
    assert charges(superuser) == [(101, 2_500, 278_034), (102, 2_500, 278_034), (201, 2_500, 278_034)]
    shown = superuser.execute("SELECT DISTINCT created_by FROM quittancement_oneoffline").fetchall()
    assert shown == [(siege.agent_id,)]


def test_two_jobs_at_once_charge_each_lease_once(siege: Actor, survey: int, superuser: psycopg.Connection) -> None:
    silent(survey, siege)

    def work() -> int:
        try:
            total = 0
            while done := charging(survey, limit=1):
                total += done
            return total
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        totals = [pool.submit(work) for _ in range(2)]
    assert sum(each.result() for each in totals) == 3
    assert [lease for lease, _, _ in charges(superuser)] == [101, 102, 201]


def test_a_dwelling_without_an_area_stays_on_notice_and_stops_no_other(
    siege: Actor, survey: int, superuser: psycopg.Connection
) -> None:
    mailing = silent(survey, siege)
    superuser.execute(
        """UPDATE estate_dwelling SET floor_area_m2 = NULL
           WHERE id = (SELECT dwelling_id FROM leases_lease WHERE id = 102)"""
    )
    assert issue_letters(mailing_id=mailing, operator="tests", agent_id=4, at=SILENT_AT).letters == 2
    assert [lease for lease, _, _ in charges(superuser)] == [101, 201]


def test_who_answers_between_the_launch_and_the_job_is_not_charged(
    siege: Actor, survey: int, superuser: psycopg.Connection
) -> None:
    mailing = silent(survey, siege)
    with acting(siege):
        answer = Answer(income_cents=2_000_000, category=1)
        answer_survey(survey_id=survey, lease_id=101, answer=answer, actor=siege, at=SILENT_AT)
    assert issue_letters(mailing_id=mailing, operator="tests", agent_id=4, at=SILENT_AT).letters == 2
    assert [lease for lease, _, _ in charges(superuser)] == [102, 201]


def test_an_answer_is_settled_in_a_letter_that_says_by_when_the_excess_is_paid_back(
    siege: Actor, survey: int, superuser: psycopg.Connection
) -> None:
    posted("SLS_ENQUETE", survey, siege, SENT)
    with acting(siege):
        # 42 802.80 is 59 % over 26 920: 3.11 × 60 × 2.61 = 487.03. Lease 102 owes nothing and gets no letter.
        for lease, income in ((101, 4_280_280), (102, 2_000_000)):
            answer = Answer(income_cents=income, category=1)
            answer_survey(survey_id=survey, lease_id=lease, answer=answer, actor=siege, at=SENT)
    assert posted("SLS_DECOMPTE", survey, siege, datetime(2026, 9, 12, 12, tzinfo=UTC)) == 1
    said = saying(superuser, "DS-2026-000001")
    for words in ("487,03", "42\u202f802,80", "26\u202f920,00", "59\u00a0%", "2,61", "référence. Attention"):
        assert words in said, words


def test_who_answers_before_the_letter_is_written_does_not_get_it(
    siege: Actor, survey: int, superuser: psycopg.Connection
) -> None:
    mailing = launched("SLS_ENQUETE", survey, siege, SENT)
    assert mailing is not None
    with acting(siege):
        answer_survey(survey_id=survey, lease_id=101, answer=Answer(income_cents=1, category=1), actor=siege, at=SENT)
    assert written(mailing, SENT) == 2
    assert [lease for lease, _, _ in register(superuser)] == [102, 201]


def saying(superuser: psycopg.Connection, number: str) -> str:
    found = superuser.execute("SELECT convert_from(data, 'UTF8') FROM mail_document WHERE number = %s", [number])
    return str((found.fetchone() or ("",))[0])


def test_an_index_that_falls_is_not_told_as_a_sum_that_gives_the_rent() -> None:
    revision = RevisionRow(
        id=1,
        year=2027,
        effective_on=date(2027, 1, 1),
        irl_reference=Decimal("146.68"),
        irl_new=Decimal("146.00"),
        voted_percent=None,
        derogation_reference="",
        state="APPLIED",
        lease_count=1,
        revised_count=0,
        before_cents=40_000,
        after_cents=40_000,
        simulated_at=AT,
        simulated_by="",
        reviewed_by_id=None,
        reviewed_by="",
        applied_by="",
        applied_at=None,
    )
    lease = RevisedLease(
        lease_id=1,
        reference="L1",
        tenant="",
        person_id=None,
        before_cents=40_000,
        after_cents=40_000,
        limit="NONE",
    )
    told = " ".join(explanation(revision, lease))
    assert "L’indice baisse" in told
    assert " = " not in told
