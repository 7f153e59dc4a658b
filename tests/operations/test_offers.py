"""After the commission: letters made once, an offer and its clock, silence, the next rank, the lease, the radiation."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import ProgrammingError, connection
from psycopg.types.json import Jsonb
from tests.allocation import (
    DWELLING,
    HER_DECISION,
    HIS_DECISION,
    SITTING,
    VACANCY,
    write_sealed_sitting,
)
from tests.applications import HERS, HIS, INES, OFFICER, SECRETARY, write_applications
from tests.landlord import Landlord

from palier.attribution.models import Notification, Offer
from palier.attribution.operations.asking import ask_lease
from palier.attribution.operations.notifying import (
    LettersMade,
    LettersSetAside,
    SittingNotSealed,
    letter_pdf,
    make_letters,
)
from palier.attribution.operations.offers import (
    AlreadyReceived,
    AnotherAccepted,
    AnswerInFuture,
    AnswerTooLate,
    Lapsed,
    NothingAccepted,
    OfferAnswered,
    OfferNoLongerDue,
    ReceivedBeforeMade,
    ReceivedInTheFuture,
    RefusalWithoutMotive,
    TenantStays,
    VisitInPast,
    answer_offer,
    lapse_offers,
    note_receipt,
    note_visit,
    renounce_offer,
    stop_offers_of_tenants_who_stay,
)
from palier.attribution.operations.signing import (
    ConditionNotMet,
    LeaseAlreadyWritten,
    OfferNotAccepted,
    SignedBeforeAcceptance,
    StartsBeforeSignature,
    sign_lease,
)
from palier.attribution.queries.offers import running_elsewhere
from palier.attribution.queries.own import own_proposals
from palier.attribution.queries.told import decisions_told
from palier.demandes.operations.clocks import run_clocks
from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.leases.operations.create import DepositAboveOneMonth
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

if TYPE_CHECKING:
    from tests.conftest import Cluster

ELISE = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=OFFICER)
SECRETAIRE = Actor(role=Role.COMMISSION_SECRETARY, purpose="ATTRIBUTION", agent_id=SECRETARY)


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        write_sealed_sitting(session)
        yield session


def letters() -> LettersMade:
    with batch(Batch.LETTERS, operator="essai", motive="ATTRIBUTION", command="lettres"):
        return make_letters(sitting_id=SITTING, by=SECRETARY, at=now())


def nightly(on: date) -> Lapsed:
    with batch(Batch.LETTERS, operator="essai", motive="ATTRIBUTION", command="nuit"):
        return lapse_offers(on=on, at=now())


def stopped() -> int:
    with batch(
        Batch.ALLOCATION, operator="essai", motive="ATTRIBUTION", command="nuit", categories=("EXAMEN",)
    ) as reading:
        return stop_offers_of_tenants_who_stay(on=today(), actor=reading.actor, at=now())


def letter_of(session: psycopg.Connection, decision: int, kind: str) -> int:
    row = session.execute(
        "SELECT id FROM attribution_notification WHERE decision_id = %s AND kind = %s", [decision, kind]
    ).fetchone()
    assert row is not None
    return int(row[0])


def offered(session: psycopg.Connection) -> int:
    """Inès received her offer today; its number."""
    letters()
    with acting(SECRETAIRE):
        note_receipt(
            notification_id=letter_of(session, HER_DECISION, "OFFER"),
            notified_on=today(),
            means="LRAR",
            actor=SECRETAIRE,
            at=now(),
        )
        return Offer.objects.get(decision=HER_DECISION).pk


def accepted(session: psycopg.Connection) -> int:
    number = offered(session)
    with acting(SECRETAIRE):
        answer_offer(offer_id=number, accepts=True, refusal="", answered_on=today(), actor=SECRETAIRE, at=now())
    return number


def sign(offer_id: int) -> int:
    with batch(Batch.IMPORT, operator="essai", motive="ATTRIBUTION", command="bail", agent_id=OFFICER) as reading:
        lease = sign_lease(
            offer_id=offer_id,
            signed_on=today(),
            starts_on=today() + timedelta(days=3),
            deposit_cents=43_210,
            actor=reading.actor,
            at=now(),
        )
        return lease.pk


def test_each_candidate_has_one_letter_of_decision_and_the_first_rank_an_offer(superuser: psycopg.Connection) -> None:
    assert letters() == LettersMade(decisions=2, offers=1, withheld=0)
    assert letters() == LettersMade(decisions=0, offers=0, withheld=0)
    rows = superuser.execute("SELECT decision_id, kind FROM attribution_notification ORDER BY 1, 2").fetchall()
    assert rows == [(HER_DECISION, "DECISION"), (HER_DECISION, "OFFER"), (HIS_DECISION, "DECISION")]


def test_a_letter_that_cannot_be_made_keeps_no_other_back(superuser: psycopg.Connection) -> None:
    superuser.execute("DELETE FROM demandes_postaladdress")
    superuser.execute(
        "INSERT INTO demandes_postaladdress (application_id, line, postcode, city) VALUES (%s, %s, '00000', 'Bourg'), "
        "(%s, 'chez Mme Figuier, 118 avenue des Exemples fictifs', '00000', 'Bourg')",
        [HIS, "x" * 39, HERS],
    )
    made = letters()
    assert (made.decisions, made.offers) == (1, 1)
    with pytest.raises(LettersSetAside) as told:
        made.refuse_if_incomplete()
    number = superuser.execute("SELECT number FROM demandes_application WHERE id = %s", [HIS]).fetchone()
    assert str(told.value) == (
        "2 lettres faites\u202f; celles-ci ne le sont pas, corrigez puis refaites\u00a0: "
        f"demande {number[0] if number else ''}, une ligne d’adresse dépasse 38 caractères."
    )
    superuser.execute("UPDATE demandes_postaladdress SET line = '3 rue Fictive' WHERE application_id = %s", [HIS])
    assert letters() == LettersMade(decisions=1, offers=0, withheld=0)


def test_a_letter_is_the_same_bytes_each_time_and_bears_the_name(superuser: psycopg.Connection) -> None:
    letters()
    with acting(SECRETAIRE):
        letter = Notification.objects.get(decision=HER_DECISION, kind="OFFER")
        assert letter_pdf(letter) == letter_pdf(letter)
        assert letter.content is not None
        content = bytes(letter.content).decode()
    assert "Inès Érable" in content
    assert "Figuier" not in content
    assert '"Madame,"' in content
    assert "497,10" in content  # 432,10 + 65,00 a month


def test_letters_wait_for_the_sealed_minutes(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE attribution_sitting SET state = 'CLOSED'")
    with pytest.raises(SittingNotSealed):
        letters()
    assert superuser.execute("SELECT count(*) FROM attribution_notification").fetchone() == (0,)


def test_the_clock_starts_on_the_day_of_reception(superuser: psycopg.Connection) -> None:
    letters()
    letter = letter_of(superuser, HER_DECISION, "OFFER")
    with acting(SECRETAIRE):
        with pytest.raises(ReceivedInTheFuture):
            note_receipt(
                notification_id=letter,
                notified_on=today() + timedelta(days=1),
                means="LRAR",
                actor=SECRETAIRE,
                at=now(),
            )
        with pytest.raises(ReceivedBeforeMade):
            note_receipt(
                notification_id=letter,
                notified_on=today() - timedelta(days=1),
                means="LRAR",
                actor=SECRETAIRE,
                at=now(),
            )
        note_receipt(notification_id=letter, notified_on=today(), means="LRAR", actor=SECRETAIRE, at=now())
        with pytest.raises(AlreadyReceived):
            note_receipt(notification_id=letter, notified_on=today(), means="LRAR", actor=SECRETAIRE, at=now())
    row = superuser.execute(
        "SELECT notified_on, days, state, expires_on >= notified_on + 10 FROM attribution_offer"
    ).fetchall()
    assert row == [(today(), 10, "SENT", True)]
    assert superuser.execute("SELECT state FROM attribution_vacancy").fetchone() == ("OFFERED",)


def test_silence_is_a_refusal_and_the_next_rank_gets_its_letter(superuser: psycopg.Connection) -> None:
    offered(superuser)
    assert nightly(today() + timedelta(days=5)) == Lapsed(expired=0, unmet=0, next_letters=0)
    late = today() + timedelta(days=30)
    assert nightly(late) == Lapsed(expired=1, unmet=0, next_letters=1)
    assert nightly(late) == Lapsed(expired=0, unmet=0, next_letters=0)
    assert superuser.execute("SELECT state, refusal FROM attribution_offer").fetchall() == [("EXPIRED", "SILENCE")]
    letter = letter_of(superuser, HIS_DECISION, "OFFER")
    with acting(SECRETAIRE):
        ranked = "Le logement vous est attribué au rang 2."
        assert decisions_told(HIS)[0].told == (ranked, "Il va d’abord aux rangs précédents.")
        note_receipt(notification_id=letter, notified_on=today(), means="LRAR", actor=SECRETAIRE, at=now())
        # It came to him: the ranks before are over.
        assert (decisions_told(HIS)[0].told, own_proposals(HIS)[0].told) == ((ranked,), (ranked,))


def test_a_refusal_says_why_and_an_answer_is_given_once(superuser: psycopg.Connection) -> None:
    number = offered(superuser)
    with acting(SECRETAIRE):
        with pytest.raises(RefusalWithoutMotive):
            answer_offer(offer_id=number, accepts=False, refusal="", answered_on=today(), actor=SECRETAIRE, at=now())
        answer_offer(offer_id=number, accepts=False, refusal="LOYER", answered_on=today(), actor=SECRETAIRE, at=now())
        with pytest.raises(OfferAnswered):
            answer_offer(offer_id=number, accepts=True, refusal="", answered_on=today(), actor=SECRETAIRE, at=now())
    assert superuser.execute("SELECT state, refusal FROM attribution_offer").fetchall() == [("REFUSED", "LOYER")]


def test_a_person_accepts_one_dwelling_alone(superuser: psycopg.Connection) -> None:
    first, other = offered(superuser), 99
    for table, changed in (
        ("attribution_vacancy", {"id": 99, "dwelling_id": 2102}),
        ("attribution_offer", {"id": other, "vacancy_id": 99, "decision_id": HIS_DECISION}),
    ):
        superuser.execute(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(t, %s)).* FROM {table} AS t LIMIT 1", [Jsonb(changed)]
        )
    with acting(SECRETAIRE):
        answer_offer(offer_id=first, accepts=True, refusal="", answered_on=today(), actor=SECRETAIRE, at=now())
        with pytest.raises(AnotherAccepted):
            answer_offer(offer_id=other, accepts=True, refusal="", answered_on=today(), actor=SECRETAIRE, at=now())
        assert [row.id for row in running_elsewhere(HERS, but=other)] == [first]
        renounce_offer(offer_id=first, motive="LOYER", renounced_on=today(), actor=SECRETAIRE, at=now())
        answer_offer(offer_id=other, accepts=True, refusal="", answered_on=today(), actor=SECRETAIRE, at=now())
    assert superuser.execute("SELECT state FROM attribution_offer ORDER BY id = 99").fetchall() == [
        ("GIVEN_UP",),
        ("ACCEPTED",),
    ]


def test_an_answer_after_the_delay_is_too_late(superuser: psycopg.Connection) -> None:
    number = offered(superuser)
    with acting(SECRETAIRE), pytest.raises(AnswerTooLate):
        answer_offer(
            offer_id=number,
            accepts=True,
            refusal="",
            answered_on=today() + timedelta(days=40),
            actor=SECRETAIRE,
            at=now() + timedelta(days=41),
        )
    with acting(SECRETAIRE), pytest.raises(AnswerInFuture):
        answer_offer(
            offer_id=number,
            accepts=True,
            refusal="",
            answered_on=today() + timedelta(days=1),
            actor=SECRETAIRE,
            at=now(),
        )


def test_a_decision_replaced_when_its_dwelling_is_sent_back_tells_nothing(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE attribution_item SET is_postponed = true")
    assert letters() == LettersMade(decisions=0, offers=0, withheld=0)


def test_a_dwelling_whose_tenant_stays_is_offered_to_nobody(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = 'CONGE'")
    assert letters().offers == 0
    superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = ''")
    assert letters().offers == 1
    superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = 'CONGE'")
    letter = letter_of(superuser, HER_DECISION, "OFFER")
    with acting(SECRETAIRE), pytest.raises(OfferNoLongerDue):
        note_receipt(notification_id=letter, notified_on=today(), means="LRAR", actor=SECRETAIRE, at=now())


def test_an_offer_stops_when_the_tenant_stays_and_nobody_refused_it(superuser: psycopg.Connection) -> None:
    number = offered(superuser)
    assert stopped() == 0
    superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = 'CONGE'")
    with acting(SECRETAIRE), pytest.raises(TenantStays):
        answer_offer(offer_id=number, accepts=True, refusal="", answered_on=today(), actor=SECRETAIRE, at=now())
    assert (stopped(), stopped()) == (1, 0)
    assert superuser.execute("SELECT state, refusal, answered_on FROM attribution_offer").fetchall() == [
        ("STAYS", "", today())
    ]
    assert superuser.execute(
        "SELECT detail, agent_id FROM demandes_event WHERE kind = 'OFFER' ORDER BY id DESC LIMIT 1"
    ).fetchone() == ("STAYS", None)
    with acting(SECRETAIRE), pytest.raises(OfferAnswered):
        answer_offer(offer_id=number, accepts=True, refusal="", answered_on=today(), actor=SECRETAIRE, at=now())
    assert nightly(today() + timedelta(days=60)) == Lapsed(expired=0, unmet=0, next_letters=0)


def test_a_notice_given_again_is_offered_again_to_the_rank_that_did_not_refuse(
    superuser: psycopg.Connection,
) -> None:
    offered(superuser)
    superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = 'CONGE'")
    assert stopped() == 1
    superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = ''")
    # Told as the first time, from the night on and whatever the stopped offer was.
    with acting(SECRETAIRE):
        assert [(told.offer, told.became) for told in decisions_told(HERS)] == [("", ())]
    tomorrow = today() + timedelta(days=1)
    assert nightly(tomorrow) == Lapsed(expired=0, unmet=0, next_letters=1)
    assert nightly(tomorrow) == Lapsed(expired=0, unmet=0, next_letters=0)
    made = superuser.execute(
        "SELECT decision_id, number FROM attribution_notification WHERE kind = 'OFFER' ORDER BY id"
    ).fetchall()
    assert made == [(HER_DECISION, f"OFF-{HER_DECISION:07d}"), (HER_DECISION, f"OFF-{HER_DECISION:07d}-2")]
    row = superuser.execute("SELECT max(id) FROM attribution_notification").fetchone() or (0,)
    with acting(SECRETAIRE):
        note_receipt(notification_id=row[0], notified_on=today(), means="HAND", actor=SECRETAIRE, at=now())
        assert [told.offer for told in decisions_told(HERS)] == ["SENT"]
    # The first is kept as it ended; refused this time, the next rank has its letter.
    assert superuser.execute("SELECT rank, state FROM attribution_offer ORDER BY id").fetchall() == [
        (1, "STAYS"),
        (1, "SENT"),
    ]
    assert nightly(today() + timedelta(days=60)) == Lapsed(expired=1, unmet=0, next_letters=1)
    assert letter_of(superuser, HIS_DECISION, "OFFER")


def test_a_slip_that_comes_back_late_revives_no_dwelling(superuser: psycopg.Connection) -> None:
    letters()
    superuser.execute("UPDATE attribution_vacancy SET state = 'WITHDRAWN', withdrawn_for = 'VENTE'")
    with acting(SECRETAIRE), pytest.raises(OfferNoLongerDue):
        note_receipt(
            notification_id=letter_of(superuser, HER_DECISION, "OFFER"),
            notified_on=today(),
            means="LRAR",
            actor=SECRETAIRE,
            at=now(),
        )
    assert superuser.execute("SELECT count(*) FROM attribution_offer").fetchone() == (0,)


def test_a_first_rank_who_leaves_before_the_letter_comes_is_followed_by_the_night(
    superuser: psycopg.Connection,
) -> None:
    letters()
    superuser.execute(
        """UPDATE demandes_application SET state = 'RADIATED', radiated_on = filed_on + 10,
                  radiation_motive = 'RENONCIATION' WHERE id = %s""",
        [HERS],
    )
    assert nightly(today()) == Lapsed(expired=0, unmet=0, next_letters=1)
    assert nightly(today()) == Lapsed(expired=0, unmet=0, next_letters=0)
    assert letter_of(superuser, HIS_DECISION, "OFFER")


def test_an_officer_reads_no_letter_and_no_sheet(superuser: psycopg.Connection) -> None:
    letters()
    for statement in ("SELECT content FROM attribution_notification", "SELECT content FROM attribution_sheet"):
        with pytest.raises(ProgrammingError, match="permission denied"), acting(ELISE), connection.cursor() as cursor:
            cursor.execute(statement)
    for family, statement in (
        (Batch.ALLOCATION, "SELECT content FROM attribution_notification"),
        (Batch.LETTERS, "SELECT content FROM attribution_sheet"),
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            batch(family, operator="essai", motive="ATTRIBUTION", command="essai"),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_what_a_sealed_sitting_decided_is_changed_by_nobody_signed_in(superuser: psycopg.Connection) -> None:
    with acting(SECRETAIRE), connection.cursor() as cursor:
        for statement in (
            "UPDATE attribution_decision SET replaced_at = now()",
            "UPDATE attribution_sheet SET content = '{}'",
            "UPDATE attribution_sitting SET state = 'OPEN'",
            "UPDATE attribution_item SET is_postponed = true",
            "DELETE FROM attribution_vote",
            "DELETE FROM attribution_item",
        ):
            cursor.execute(statement)
            assert cursor.rowcount == 0, statement


def test_the_lease_ends_the_application_and_is_written_once(superuser: psycopg.Connection) -> None:
    number = accepted(superuser)
    # The dwelling was taken out of the flow for urban renewal: whoever comes is counted as rehoused.
    superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = 'NPNRU'")
    lease = sign(number)
    with pytest.raises(LeaseAlreadyWritten):
        sign(number)
    assert superuser.execute("SELECT dwelling_id FROM leases_lease WHERE id = %s", [lease]).fetchone() == (DWELLING,)
    assert superuser.execute(
        "SELECT kind, amount_cents FROM leases_term WHERE lease_id = %s ORDER BY kind", [lease]
    ).fetchall() == [("PROVISION_COMMON", 6_500), ("RENT", 43_210)]
    assert superuser.execute("SELECT person_id FROM leases_occupant WHERE lease_id = %s", [lease]).fetchall() == [
        (INES,)
    ]
    assert superuser.execute("SELECT residence_id FROM people_person WHERE id = %s", [INES]).fetchone() == (11,)
    assert superuser.execute(
        "SELECT state, radiation_motive FROM demandes_application WHERE id = %s", [HERS]
    ).fetchone() == ("RADIATED", "ATTRIBUTION")
    assert superuser.execute("SELECT state FROM demandes_application WHERE id = %s", [HIS]).fetchone() == ("ACTIVE",)
    assert superuser.execute("SELECT state, let_on FROM attribution_vacancy").fetchone() == ("LET", today())
    assert superuser.execute(
        "SELECT vacancy_id, persons, contingent, is_dalo, is_relocated FROM attribution_signedattribution"
    ).fetchall() == [(VACANCY, 2, "7", False, True)]
    # The history of the lease tells who had it written.
    assert superuser.execute(
        "SELECT subject, verb, agent_id FROM leases_change WHERE subject IN ('LEASE', 'TERM') ORDER BY id"
    ).fetchall() == [("LEASE", "INSERT", OFFICER), ("TERM", "INSERT", OFFICER), ("TERM", "INSERT", OFFICER)]


def test_who_accepted_may_renounce_before_signing_and_the_next_rank_follows(superuser: psycopg.Connection) -> None:
    number = accepted(superuser)
    with acting(SECRETAIRE):
        renounce_offer(offer_id=number, motive="LOYER", renounced_on=today(), actor=SECRETAIRE, at=now())
        with pytest.raises(NothingAccepted):
            renounce_offer(offer_id=number, motive="LOYER", renounced_on=today(), actor=SECRETAIRE, at=now())
    assert superuser.execute("SELECT state, refusal FROM attribution_offer").fetchall() == [("GIVEN_UP", "LOYER")]
    assert nightly(today()) == Lapsed(expired=0, unmet=0, next_letters=1)
    assert letter_of(superuser, HIS_DECISION, "OFFER")
    assert superuser.execute(
        "SELECT detail FROM demandes_event WHERE application_id = %s AND kind = 'OFFER' ORDER BY id", [HERS]
    ).fetchall() == [("",), ("ACCEPTED",), ("GIVEN_UP",)]


def test_the_clocks_spare_who_accepted_a_dwelling(superuser: psycopg.Connection) -> None:
    accepted(superuser)
    superuser.execute(
        "UPDATE demandes_application SET filed_on = '2020-01-06', renewed_on = NULL, expires_on = '2021-01-06'"
    )
    assert run_clocks(at=now(), operator="essai").radiated == {"NON_RENOUVELLEMENT": 1}
    assert superuser.execute("SELECT state FROM demandes_application WHERE id = %s", [HERS]).fetchone() == ("ACTIVE",)


@pytest.mark.parametrize(
    ("signed", "starts", "deposit", "refused"),
    [(0, 3, 43_211, DepositAboveOneMonth), (-1, 3, 0, SignedBeforeAcceptance), (0, -1, 0, StartsBeforeSignature)],
)
def test_a_signature_that_cannot_be_is_refused_before_its_job(
    superuser: psycopg.Connection, signed: int, starts: int, deposit: int, refused: type[Refusal]
) -> None:
    number = accepted(superuser)
    with acting(SECRETAIRE), pytest.raises(refused):
        ask_lease(
            offer_id=number,
            signed_on=today() + timedelta(days=signed),
            starts_on=today() + timedelta(days=starts),
            deposit_cents=deposit,
            actor=SECRETAIRE,
            at=now(),
        )


def test_a_visit_is_to_come(superuser: psycopg.Connection) -> None:
    number = offered(superuser)
    with acting(SECRETAIRE), pytest.raises(VisitInPast):
        note_visit(offer_id=number, visit_at=now() - timedelta(hours=1), at=now())


def test_no_lease_before_the_offer_is_accepted(superuser: psycopg.Connection) -> None:
    number = offered(superuser)
    with pytest.raises(OfferNotAccepted):
        sign(number)
    assert superuser.execute("SELECT count(*) FROM leases_lease WHERE dwelling_id = %s", [DWELLING]).fetchone() == (0,)


def test_a_condition_not_met_keeps_the_lease_back_then_frees_the_dwelling(superuser: psycopg.Connection) -> None:
    superuser.execute(
        """UPDATE attribution_decision SET kind = 'ATTRIBUTION_CONDITION', condition_piece = 'AVIS_N2',
                  condition_due_on = %s WHERE id = %s""",
        [today() + timedelta(days=3), HER_DECISION],
    )
    number = accepted(superuser)
    with pytest.raises(ConditionNotMet):
        sign(number)
    assert nightly(today() + timedelta(days=4)) == Lapsed(expired=0, unmet=1, next_letters=1)
    assert superuser.execute("SELECT state FROM attribution_offer").fetchone() == ("LAPSED",)


def test_a_condition_met_in_time_lets_the_lease_be_written(superuser: psycopg.Connection) -> None:
    superuser.execute(
        """UPDATE attribution_decision SET kind = 'ATTRIBUTION_CONDITION', condition_piece = 'AVIS_N2',
                  condition_due_on = %s WHERE id = %s""",
        [today() + timedelta(days=3), HER_DECISION],
    )
    superuser.execute(
        """INSERT INTO demandes_piece (application_id, code, state, given_on, judged_on, ground, content_sha256)
           VALUES (%s, 'AVIS_N2', 'PROVED', %s, %s, '', '')""",
        [HERS, today(), today()],
    )
    number = accepted(superuser)
    assert sign(number) > 0
