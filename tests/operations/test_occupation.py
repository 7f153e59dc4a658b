"""The three-year review of an occupation: opened on what is known, advised on by the commission, then a transfer."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from tests.applications import OFFICER, SECRETARY
from tests.commission import (
    MEETING,
    SEAT_OF_NAMESAKE,
    SEAT_OF_PRESIDENT,
    SEAT_OF_TENANTS,
    STRANGER,
    TENANTS,
    write_commission,
)
from tests.landlord import Landlord
from tests.operations.purging import as_dpo, count, end_and_settle, purged_on
from tests.operations.test_openings import protect

from palier.attribution.models import (
    OccupationReview,
    Opinion,
    OpinionLetter,
    OpinionRecusal,
    OpinionVote,
    Sitting,
)
from palier.attribution.operations.minutes import draft_minutes, minutes_pdf, seal_minutes
from palier.attribution.operations.notifying import make_letters
from palier.attribution.operations.opinion_letters import opinion_letter_pdf
from palier.attribution.operations.opinions import (
    OpinionAgainstVotes,
    OpinionMissing,
    OpinionNotFound,
    VoiceNotHeard,
    put_review_on_agenda,
    record_opinion,
    record_opinion_votes,
)
from palier.attribution.operations.replaying import export_sitting, replay
from palier.attribution.operations.reviewing import (
    NoTransferAgreed,
    ReviewChangedMeanwhile,
    ReviewNotInThatState,
    Stated,
    TransferAlreadyFiled,
    complete_review,
    file_transfer,
    note_solution,
    open_reviews,
)
from palier.attribution.operations.sittings import (
    close_sitting,
    convene_sitting,
    draft_sitting,
    note_attendance,
    note_opinion_recusal,
    open_sitting,
)
from palier.attribution.queries.commission import OwnRecusals, own_recusals
from palier.attribution.rules.exported import replay_export
from palier.attribution.rules.replay import Replayed
from palier.attribution.rules.voting import Presence, QuorumNotReached
from palier.foundation.clock import now, today
from palier.privacy.actor import Actor, Reading, acting, batch
from palier.privacy.declare import Batch, Role
from palier.retention.operations.deciding import hold, lift

if TYPE_CHECKING:
    from tests.conftest import Cluster

NUMBER = "1110524000777TEST0"


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Lucie lives alone in four rooms, on a lease that is three years old today."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_commission(session, own_landlord)
        make_review_due(session)
        yield session


def make_review_due(session: psycopg.Connection) -> None:
    session.execute("UPDATE leases_lease SET starts_on = %s WHERE id = 101", [three_years_ago()])
    session.execute("UPDATE leases_lease SET starts_on = %s WHERE id <> 101", [today() - timedelta(days=90)])
    session.execute("UPDATE estate_dwelling SET rooms = 4, floor_area_m2 = 80 WHERE id = 1101")


def three_years_ago() -> date:
    return date(today().year - 3, today().month, min(today().day, 28))


def job(role: Batch = Batch.ALLOCATION, agent: int | None = None) -> AbstractContextManager[Reading]:
    return batch(role, operator="file d’attente", motive="ATTRIBUTION", command="examens", agent_id=agent)


def acting_as(role: Role, agent: int) -> AbstractContextManager[Reading]:
    return acting(Actor(role=role, purpose="OCCUPATION", agent_id=agent))


def opened() -> OccupationReview:
    with job():
        open_reviews(first_day=today() - timedelta(days=40), last_day=today(), on=today())
        return OccupationReview.objects.get()


def advised(opinion: str = "SMALLER") -> int:
    """A sitting that has one review on its agenda, and is open."""
    review = opened()
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY):
        sitting = draft_sitting(number="2026-12", held_on=today(), by=SECRETARY, **MEETING)
        put_review_on_agenda(sitting_id=sitting, review_id=review.pk, version=1, at=now())
        convene_sitting(sitting_id=sitting, version=1, on=today())
        present = {SEAT_OF_PRESIDENT: Presence(state="PRESENT"), SEAT_OF_TENANTS: Presence(state="PRESENT")}
        note_attendance(sitting_id=sitting, version=2, presences=present)
        open_sitting(sitting_id=sitting, version=3, president_id=SEAT_OF_PRESIDENT, on=today(), at=now())
        if opinion:
            record_opinion(opinion_id=Opinion.objects.get().pk, version=1, opinion=opinion, by=SECRETARY, at=now())
    return sitting


def close(sitting: int) -> None:
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY):
        version = Sitting.objects.get(pk=sitting).version
        close_sitting(sitting_id=sitting, version=version, by=SECRETARY, at=now())


def test_the_job_opens_what_is_due_once_and_freezes_what_it_read(superuser: psycopg.Connection) -> None:
    review = opened()
    assert (review.lease_id, review.person_id, review.due_on) == (101, 1, today().replace(day=min(today().day, 28)))
    assert (review.is_under_occupied, review.is_overcrowded, review.needs_adaptation) == (True, False, None)
    assert review.state == "FOUND"
    assert "Amandier" not in str(review.inputs)
    with job():
        assert open_reviews(first_day=today() - timedelta(days=40), last_day=today(), on=today()) == 0


def test_what_the_tenant_says_is_examined_again_and_two_at_once_are_told(superuser: psycopg.Connection) -> None:
    review = opened()
    stated = Stated(is_adapted=False, adapted_for_gone=None, needs_adapted=True, residents=3)
    with acting_as(Role.ALLOCATION_OFFICER, OFFICER):
        complete_review(review_id=review.pk, version=1, stated=stated, on=today())
        again = OccupationReview.objects.get()
        assert (again.is_under_occupied, again.needs_adaptation, again.adaptation_left) == (False, True, False)
        with pytest.raises(ReviewChangedMeanwhile):
            complete_review(review_id=review.pk, version=1, stated=stated, on=today())


def replayed(held: dict[str, Any], folder: Path) -> Replayed:
    path = folder / "seance.json"
    path.write_text(json.dumps(held), encoding="utf-8")
    return replay_export(path, session="2026-12")


def test_the_commission_advises_and_its_minutes_letter_and_replay_say_so(
    superuser: psycopg.Connection, tmp_path: Path
) -> None:
    sitting = advised()
    close(sitting)
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY):
        late = {"point": Opinion.objects.get(), "member_id": SEAT_OF_TENANTS}
        with pytest.raises(ProgrammingError, match="row-level"), transaction.atomic():
            OpinionVote.objects.create(**late, choice="AGAINST", cast_at=now())
        with pytest.raises(ProgrammingError, match="row-level"), transaction.atomic():
            OpinionRecusal.objects.create(**late, noted_by_id=SECRETARY, noted_at=now())
        version = Sitting.objects.get(pk=sitting).version
        seal_minutes(sitting_id=sitting, version=version, by=SECRETARY, on=today(), at=now())
        with pikepdf.open(BytesIO(minutes_pdf(sitting))) as pdf:
            assert len(pdf.pages) >= 1
        told = OccupationReview.objects.get()
        assert (told.state, told.opinion, told.opinion_on) == ("GIVEN", "SMALLER", today())
        assert replay("2026-12").identical
    with job():
        held = export_sitting("2026-12")
    assert "Amandier" not in json.dumps(held, ensure_ascii=False)
    assert replayed(held, tmp_path).identical
    superuser.execute("UPDATE people_person SET title = 'MME' WHERE last_name = 'Amandier'")
    with job(Batch.LETTERS):
        assert make_letters(sitting_id=sitting, by=SECRETARY, at=now()).opinions == 1
        assert make_letters(sitting_id=sitting, by=SECRETARY, at=now()).opinions == 0
        letter = OpinionLetter.objects.get()
        written = bytes(letter.content).decode()
        assert "Lucie Amandier" in written
        assert ('"Madame,"' in written, "Madame, Monsieur" in written) == (True, False)
        assert opinion_letter_pdf(letter.pk)[1].startswith(b"%PDF")
    superuser.execute("UPDATE attribution_occupationreview SET inputs = jsonb_set(inputs, '{residents}', '2')")
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY):
        found = replay("2026-12")
    assert not found.identical
    assert [(each.what, each.found) for each in found.differences] == [("avis en base, inputs, residents", "2")]


def voted() -> int:
    """An opinion that two members voted for, then the sitting closed."""
    sitting = advised(opinion="")
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY):
        point = Opinion.objects.get().pk
        voices = {SEAT_OF_PRESIDENT: "FOR", SEAT_OF_TENANTS: "FOR"}
        record_opinion_votes(opinion_id=point, version=1, votes=voices, at=now())
        record_opinion(opinion_id=point, version=2, opinion="SMALLER", by=SECRETARY, at=now())
    close(sitting)
    return sitting


@pytest.mark.parametrize("is_closed", [False, True])
def test_an_address_protected_before_or_after_the_closing_is_not_an_opinion_that_was_changed(
    superuser: psycopg.Connection, own_landlord: Landlord, is_closed: bool
) -> None:
    sitting = advised()
    if is_closed:
        close(sitting)
    protect(own_landlord, 1)
    if not is_closed:
        close(sitting)
    with job():
        found = replay("2026-12")
    assert (found.differences, found.opinions) == ((), 1)


def test_a_sitting_is_not_closed_without_the_opinion_nor_against_its_voices(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE estate_residence SET commune = '99001', postcode = '99002' WHERE id = 11")
    sitting = advised(opinion="")
    with pytest.raises(OpinionMissing):
        close(sitting)
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY):
        point = Opinion.objects.get().pk
        against = {SEAT_OF_PRESIDENT: "AGAINST", SEAT_OF_TENANTS: "AGAINST"}
        record_opinion_votes(opinion_id=point, version=1, votes=against, at=now())
        with pytest.raises(OpinionAgainstVotes):
            record_opinion(opinion_id=point, version=2, opinion="SMALLER", by=SECRETARY, at=now())
        agreed = {SEAT_OF_PRESIDENT: "FOR", SEAT_OF_TENANTS: "FOR"}
        assert record_opinion_votes(opinion_id=point, version=2, votes=agreed, at=now()) == ""
        record_opinion(opinion_id=point, version=3, opinion="SMALLER", by=SECRETARY, at=now())
        assert "voix" in record_opinion_votes(opinion_id=point, version=4, votes=against, at=now())
    # The mayor of the city whose code is this dwelling's postcode does not sit for it.
    superuser.execute("UPDATE attribution_commissionmember SET communes = '{99002}' WHERE id = %s", [SEAT_OF_TENANTS])
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY), pytest.raises(VoiceNotHeard):
        record_opinion_votes(opinion_id=point, version=5, votes={SEAT_OF_TENANTS: "FOR"}, at=now())
    superuser.execute("DELETE FROM attribution_attendance WHERE member_id <> %s", [SEAT_OF_PRESIDENT])
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY):
        with pytest.raises(QuorumNotReached):
            record_opinion_votes(opinion_id=point, version=5, votes={}, at=now())
        with pytest.raises(QuorumNotReached):
            record_opinion(opinion_id=point, version=5, opinion="STAY", by=SECRETARY, at=now())


def test_a_recused_member_neither_reads_nor_votes_an_opinion_and_the_minutes_say_it(
    superuser: psycopg.Connection,
) -> None:
    sitting = advised(opinion="")
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY):
        point = Opinion.objects.get().pk
        given = {SEAT_OF_NAMESAKE: Presence(state="REPRESENTED", proxy_to=SEAT_OF_TENANTS)}
        note_attendance(sitting_id=sitting, version=4, presences=given)
        against = {SEAT_OF_PRESIDENT: "FOR", SEAT_OF_TENANTS: "AGAINST", SEAT_OF_NAMESAKE: "AGAINST"}
        record_opinion_votes(opinion_id=point, version=1, votes=against, at=now())
        noted = {"sitting_id": sitting, "by": SECRETARY, "at": now()}
        with pytest.raises(OpinionNotFound):
            note_opinion_recusal(opinion_id=point + 1, member_id=SEAT_OF_TENANTS, version=5, **noted)
        note_opinion_recusal(opinion_id=point, member_id=SEAT_OF_TENANTS, version=5, **noted)
        for silent in (SEAT_OF_TENANTS, SEAT_OF_NAMESAKE):
            with pytest.raises(VoiceNotHeard):
                record_opinion_votes(opinion_id=point, version=3, votes={silent: "AGAINST"}, at=now())
        # Back, then represented again by who takes no part: the voice given in between goes.
        back = {SEAT_OF_NAMESAKE: Presence(state="PRESENT")}
        note_attendance(sitting_id=sitting, version=6, presences=back)
        voices = {SEAT_OF_PRESIDENT: "FOR", SEAT_OF_NAMESAKE: "FOR"}
        record_opinion_votes(opinion_id=point, version=3, votes=voices, at=now())
        note_attendance(sitting_id=sitting, version=7, presences=given)
        assert list(OpinionVote.objects.values_list("member_id", flat=True)) == [SEAT_OF_PRESIDENT]
        record_opinion(opinion_id=point, version=5, opinion="STAY", by=SECRETARY, at=now())
    with acting_as(Role.COMMISSION_MEMBER, TENANTS):
        assert not Opinion.objects.values_list("pk", flat=True)
        assert own_recusals(sitting) == OwnRecusals(items=0, opinions=1)
    with acting_as(Role.COMMISSION_MEMBER, STRANGER):
        assert own_recusals(sitting) == OwnRecusals(items=0, opinions=0)
    close(sitting)
    with acting_as(Role.COMMISSION_SECRETARY, SECRETARY):
        told = draft_minutes(sitting, on=today()).canonical().decode().replace("\u00a0", " ")
    assert "Maud Houx (pouvoir de Paul Figuier" in told.partition("Déport pour le dossier O-")[2]
    assert "1 pour, 0 contre" in told


def test_a_member_reads_the_opinions_of_their_sittings_and_no_review(superuser: psycopg.Connection) -> None:
    advised()
    with acting_as(Role.COMMISSION_MEMBER, TENANTS), connection.cursor() as cursor:
        assert Opinion.objects.values_list("opinion", flat=True).get() == "SMALLER"
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("SELECT lease_id FROM attribution_occupationreview")
        cursor.execute("SELECT palier.trace_opinions(sitting_id, 'avis') FROM attribution_opinion")
    with acting_as(Role.COMMISSION_MEMBER, STRANGER):
        assert not Opinion.objects.values_list("pk", flat=True)
    superuser.execute("UPDATE attribution_sitting SET held_on = %s", [today() - timedelta(days=31)])
    with acting_as(Role.COMMISSION_MEMBER, TENANTS):
        assert not Opinion.objects.values_list("pk", flat=True)
    read = superuser.execute("SELECT subjects, categories FROM privacy_readevent WHERE screen = 'avis'").fetchall()
    assert read == [([1], ["OCCUPATION"])]


def test_ten_years_after_its_sitting_a_voice_and_what_replays_it_go_unless_the_lease_is_held(
    superuser: psycopg.Connection, tmp_path: Path
) -> None:
    sitting = voted()
    superuser.execute("UPDATE attribution_sitting SET held_on = %s", [today() - timedelta(days=4000)])
    superuser.execute(
        """INSERT INTO attribution_handover (sitting_id, left_by_id, taken_by_id, taken_at)
           VALUES (%s, %s, %s, now())""",
        [sitting, OFFICER, SECRETARY],
    )
    with acting(as_dpo()):
        held = hold(person_id=None, lease_id=101, ground="LITIGATION", first_day=today(), last_day=None, by=7, at=now())
    purged_on(today(), tmp_path)
    assert (count(superuser, "attribution_handover"), count(superuser, "attribution_opinionvote")) == (0, 2)
    assert count(superuser, "attribution_frozen", "sealed IS NOT NULL AND wrapped IS NOT NULL") == 1
    with acting(as_dpo()):
        lift(held.pk, by=7, on=today(), at=now())
    purged_on(today() + timedelta(days=1), tmp_path)
    assert count(superuser, "attribution_opinionvote") == 0
    assert count(superuser, "attribution_frozen", "sealed IS NULL AND wrapped IS NULL") == 1


def test_what_replays_an_opinion_goes_with_its_review_and_its_digest_stays(
    superuser: psycopg.Connection, tmp_path: Path
) -> None:
    voted()
    with job():
        digest = replay("2026-12").digest
    end_and_settle(superuser)
    # Three years after the lease and its account.
    gone = date(2029, 11, 16)
    purged_on(gone, tmp_path)
    assert count(superuser, "attribution_opinion") == 0
    with job():
        found = replay("2026-12")
    assert (found.identical, found.digest, found.erased_on) == (None, digest, gone)


def test_a_transfer_is_filed_for_who_agreed_once_and_is_the_officers_file(superuser: psycopg.Connection) -> None:
    close(advised())
    review = superuser.execute("SELECT id, version FROM attribution_occupationreview").fetchone() or (0, 0)
    with acting_as(Role.ALLOCATION_OFFICER, OFFICER):
        with pytest.raises(ReviewNotInThatState):
            complete_again(review[0], review[1])
        note_solution(
            review_id=review[0], version=review[1], solution="TRANSFER", is_agreed=True, met_on=today(), on=today()
        )
    with job(Batch.IMPORT, OFFICER) as reading:
        filed = file_transfer(review_id=review[0], number=NUMBER, filed_on=today(), actor=reading.actor, at=now())
        with pytest.raises(TransferAlreadyFiled):
            file_transfer(review_id=review[0], number=NUMBER, filed_on=today(), actor=reading.actor, at=now())
    kept = superuser.execute(
        """SELECT a.path, a.lease_id, a.person_id, s.agent_id FROM demandes_application AS a
           JOIN demandes_assignment AS s ON s.application_id = a.id WHERE a.id = %s""",
        [filed],
    ).fetchall()
    assert kept == [("TRANSFER", 101, 1, OFFICER)]


def test_who_did_not_agree_is_not_transferred(superuser: psycopg.Connection) -> None:
    close(advised())
    review = superuser.execute("SELECT id, version FROM attribution_occupationreview").fetchone() or (0, 0)
    with acting_as(Role.ALLOCATION_OFFICER, OFFICER):
        note_solution(
            review_id=review[0], version=review[1], solution="TRANSFER", is_agreed=False, met_on=today(), on=today()
        )
    with job(Batch.IMPORT, OFFICER) as reading, pytest.raises(NoTransferAgreed):
        file_transfer(review_id=review[0], number=NUMBER, filed_on=today(), actor=reading.actor, at=now())


def complete_again(review: int, version: int) -> None:
    stated = Stated(is_adapted=False, adapted_for_gone=None, needs_adapted=None)
    complete_review(review_id=review, version=version, stated=stated, on=today())
