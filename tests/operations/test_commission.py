"""A sitting of the commission, from its agenda to its sealed minutes: who reads, what is refused, what is frozen."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import psycopg
import pytest
from django.db import connection
from tests.applications import HERS, OFFICER, SECRETARY
from tests.commission import (
    FIRST_VACANCY,
    MEETING,
    NAMESAKE,
    PRESIDENT,
    SEAT_OF_NAMESAKE,
    SEAT_OF_PRESIDENT,
    SEAT_OF_TENANTS,
    SECOND_VACANCY,
    STRANGER,
    TENANTS,
    write_commission,
)
from tests.landlord import Landlord

from palier.attribution.access import (
    ChangedMeanwhile,
    ItemChangedMeanwhile,
    NamesOfAnother,
    SittingOfAnother,
    refuse_names,
)
from palier.attribution.models import Decision, Frozen, Item, Sheet, Sitting
from palier.attribution.operations.agenda import (
    AgendaClosed,
    make_sheets,
    put_on_agenda,
    state_exception,
)
from palier.attribution.operations.closing import SheetOutdated
from palier.attribution.operations.deciding import (
    MayNotVote,
    PrecisionRefused,
    SittingNotOpen,
    record_decision,
    record_votes,
)
from palier.attribution.operations.freezing import InputsErased, opened
from palier.attribution.operations.minutes import convocation_pdf, draft_minutes, minutes_pdf, seal_minutes
from palier.attribution.operations.sittings import (
    NotInThatState,
    NotItsDay,
    cancel_sitting,
    close_sitting,
    convene_sitting,
    draft_sitting,
    note_attendance,
    note_recusal,
    open_sitting,
    postpone_item,
    take_over_sitting,
)
from palier.attribution.queries.commission import conflicts_of
from palier.attribution.rules.deciding import (
    GroundNotEstablished,
    NotDecided,
    RanksBroken,
    TooFewCandidates,
    Verdict,
    VoteAgainst,
)
from palier.attribution.rules.voting import Presence, QuorumNotReached
from palier.foundation.clock import now, today
from palier.privacy.actor import Actor, Reading, acting
from palier.privacy.declare import Role

if TYPE_CHECKING:
    from tests.conftest import Cluster

NAMES = ("Érable", "Figuier", "Genévrier", "Inès", "Noël", "Zoé")


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_commission(session, own_landlord)
        yield session


def as_secretary() -> AbstractContextManager[Reading]:
    return acting(Actor(role=Role.COMMISSION_SECRETARY, purpose="ATTRIBUTION", agent_id=SECRETARY))


def as_member(agent_id: int) -> AbstractContextManager[Reading]:
    return acting(Actor(role=Role.COMMISSION_MEMBER, purpose="ATTRIBUTION", agent_id=agent_id))


def version_of(sitting: int) -> int:
    return Sitting.objects.get(pk=sitting).version


def drawn_up(*vacancies: int) -> int:
    with as_secretary():
        sitting = draft_sitting(number="2026-11", held_on=today(), by=SECRETARY, **MEETING)
        for vacancy in vacancies:
            put_on_agenda(sitting_id=sitting, vacancy_id=vacancy, at=now())
    return sitting


def convened(*vacancies: int) -> int:
    sitting = drawn_up(*vacancies)
    with as_secretary():
        convene_sitting(sitting_id=sitting, version=version_of(sitting), on=today())
    return sitting


HERE = {
    SEAT_OF_PRESIDENT: Presence(state="PRESENT"),
    SEAT_OF_TENANTS: Presence(state="REMOTE"),
    SEAT_OF_NAMESAKE: Presence(state="REPRESENTED", proxy_to=SEAT_OF_PRESIDENT),
}


def in_session(*vacancies: int) -> int:
    sitting = convened(*vacancies)
    with as_secretary():
        note_attendance(sitting_id=sitting, version=version_of(sitting), presences=HERE)
        open_sitting(
            sitting_id=sitting, version=version_of(sitting), president_id=SEAT_OF_PRESIDENT, on=today(), at=now()
        )
    return sitting


def item_of(sitting: int) -> Item:
    return Item.objects.filter(sitting_id=sitting).order_by("rank")[0]


def decide(item_id: int, rank: int, verdict: Verdict) -> None:
    item = Item.objects.get(pk=item_id)
    sheet = Sheet.objects.filter(item=item).order_by("pseudonym")[rank]
    record_decision(item_id=item_id, version=item.version, sheet_id=sheet.pk, verdict=verdict, by=SECRETARY, at=now())


ALLOCATED = Verdict(kind="ATTRIBUTION", rank=1)
SECOND = Verdict(kind="ATTRIBUTION_RANG", rank=2)
REFUSED = Verdict(kind="NON_ATTRIBUTION", motive="AUTRE_CANDIDAT")


def decided(*vacancies: int) -> int:
    sitting = in_session(*vacancies)
    with as_secretary():
        item = item_of(sitting).pk
        for rank, verdict in enumerate((ALLOCATED, SECOND, REFUSED)):
            decide(item, rank, verdict)
    return sitting


def closed(*vacancies: int) -> int:
    sitting = decided(*vacancies)
    with as_secretary():
        close_sitting(sitting_id=sitting, version=version_of(sitting), by=SECRETARY, at=now())
    return sitting


# --- the agenda and its sheets ----------------------------------------------------------------------------------------


def test_a_sheet_says_facts_under_a_pseudonym_and_nothing_of_who_asks(superuser: psycopg.Connection) -> None:
    sitting = drawn_up(FIRST_VACANCY)
    with as_secretary():
        sheets = list(Sheet.objects.filter(item__sitting_id=sitting))
    assert len({sheet.pseudonym for sheet in sheets}) == 3
    kept = str([sheet.content for sheet in sheets])
    assert not [name for name in NAMES if name in kept]
    assert "nationality" not in kept
    assert {sheet.content["monthly_cents"] for sheet in sheets} == {150_000}
    # (420 + 90) ÷ 1 500, by hand.
    assert {sheet.content["effort_percent"] for sheet in sheets} == {"34.00"}
    assert sorted(sheet.content["persons"] for sheet in sheets) == [1, 2, 2]


def test_two_candidates_without_an_exception_are_refused_and_the_exception_must_be_true(
    superuser: psycopg.Connection,
) -> None:
    sitting = drawn_up(SECOND_VACANCY)
    with as_secretary(), pytest.raises(TooFewCandidates, match="au moins 3 candidats"):
        convene_sitting(sitting_id=sitting, version=version_of(sitting), on=today())
    with as_secretary():
        state_exception(item_id=item_of(sitting).pk, exception="INSUFFICIENT")
        convene_sitting(sitting_id=sitting, version=version_of(sitting), on=today())
    with as_secretary(), pytest.raises(AgendaClosed):
        put_on_agenda(sitting_id=sitting, vacancy_id=FIRST_VACANCY, at=now())


def test_whoever_acts_on_anothers_sitting_takes_it_over_first_and_it_is_noted(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE agents_agent SET role = 'commission_secretary' WHERE id = %s", [STRANGER])
    sitting = in_session(FIRST_VACANCY)
    other = Actor(role=Role.COMMISSION_SECRETARY, purpose="ATTRIBUTION", agent_id=STRANGER)

    def cancel() -> None:
        cancel_sitting(sitting_id=sitting, version=version_of(sitting))

    with as_secretary():
        item = item_of(sitting).pk
    for step in (cancel, lambda: decide(item, 0, ALLOCATED), lambda: make_sheets(item_id=item, at=now())):
        with acting(other), pytest.raises(SittingOfAnother, match="Agent secretaire"):
            step()
    with acting(other):
        take_over_sitting(sitting_id=sitting, version=version_of(sitting), by=STRANGER, at=now())
        decide(item, 0, ALLOCATED)
        assert conflicts_of(sitting)
        assert "par Léa Sureau, de Agent secretaire, le " in draft_minutes(sitting, on=today()).canonical().decode()
    with as_secretary(), pytest.raises(SittingOfAnother, match="Léa Sureau"):
        cancel()
    found = superuser.execute("SELECT left_by_id, taken_by_id FROM attribution_handover").fetchall()
    assert found == [(SECRETARY, STRANGER)]


# --- who reads --------------------------------------------------------------------------------------------------------


def seen_by(agent_id: int) -> tuple[int, int, int]:
    with as_member(agent_id), connection.cursor() as cursor:
        found = []
        for table in ("attribution_sitting", "attribution_item", "attribution_sheet"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found.append(cursor.fetchone()[0])
    return found[0], found[1], found[2]


def test_a_member_reads_what_they_are_convened_to_and_a_stranger_nothing(superuser: psycopg.Connection) -> None:
    sitting = drawn_up(FIRST_VACANCY)
    assert seen_by(TENANTS) == (0, 0, 0)
    with as_secretary():
        convene_sitting(sitting_id=sitting, version=version_of(sitting), on=today())
    assert seen_by(TENANTS) == seen_by(PRESIDENT) == (1, 1, 3)
    assert seen_by(STRANGER) == (0, 0, 0)
    with as_secretary():
        cancel_sitting(sitting_id=sitting, version=version_of(sitting))
    assert seen_by(TENANTS) == (0, 0, 0)


def test_a_mayor_reads_the_dwellings_of_their_commune_alone(superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE attribution_commissionmember SET quality = 'MAYOR', communes = '{93066}' WHERE id = 3")
    convened(FIRST_VACANCY)
    assert seen_by(TENANTS) == (1, 0, 0)
    superuser.execute("UPDATE attribution_commissionmember SET communes = '{75013}' WHERE id = 3")
    assert seen_by(TENANTS) == (1, 1, 3)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT candidate_id FROM attribution_sheet",
        "SELECT application_id FROM attribution_candidate",
        "SELECT number FROM demandes_application",
        "SELECT last_name FROM people_person",
        "SELECT lease_id FROM attribution_vacancy",
        "SELECT sealed FROM attribution_frozen",
        "SELECT decided_by_id FROM attribution_decision",
    ],
)
def test_nothing_leads_a_member_from_a_sheet_to_a_person(superuser: psycopg.Connection, statement: str) -> None:
    convened(FIRST_VACANCY)
    with pytest.raises(Exception, match="permission denied"), as_member(TENANTS), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_conflict_is_a_yes_for_a_member_and_an_item_and_recusal_closes_the_item(
    superuser: psycopg.Connection,
) -> None:
    sitting = convened(FIRST_VACANCY)
    with as_secretary():
        item = item_of(sitting).pk
        assert [(each.item_id, each.member_id) for each in conflicts_of(sitting)] == [(item, SEAT_OF_NAMESAKE)]
    for name, found in (("Martin-FIGUIÉR", 1), ("Fi guier", 1), ("Figuière", 0), ("de la", 0)):
        superuser.execute("UPDATE agents_agent SET last_name = %s WHERE id = %s", [name, NAMESAKE])
        with as_secretary():
            assert len(conflicts_of(sitting)) == found, name
    superuser.execute("UPDATE agents_agent SET last_name = 'Figuier' WHERE id = %s", [NAMESAKE])
    with as_member(NAMESAKE):
        assert conflicts_of(sitting) == []
    # A link with a protected person would tell their name.
    protect = """INSERT INTO agents_protectedperson (person_id, ground, first_day, declared_by_id)
                 SELECT DISTINCT a.person_id, 'ORDONNANCE', current_date - 1, %s FROM demandes_application AS a"""
    superuser.execute(protect, [SECRETARY])
    with as_secretary():
        assert conflicts_of(sitting) == []
    superuser.execute("DELETE FROM agents_protectedperson")
    assert seen_by(NAMESAKE) == (1, 1, 3)
    with as_secretary():
        note_recusal(
            item_id=item,
            member_id=SEAT_OF_NAMESAKE,
            sitting_id=sitting,
            version=version_of(sitting),
            by=SECRETARY,
            at=now(),
        )
    assert seen_by(NAMESAKE) == (1, 0, 0)


def test_reading_sheets_is_told_to_their_persons_whom_the_member_does_not_know(superuser: psycopg.Connection) -> None:
    sitting = convened(FIRST_VACANCY)
    with as_secretary():
        item = item_of(sitting).pk
    with as_member(TENANTS), connection.cursor() as cursor:
        cursor.execute("SELECT palier.trace_sheets(ARRAY[%s]::bigint[], 'fiches de la commission')", [item])
    with as_member(STRANGER), connection.cursor() as cursor:
        cursor.execute("SELECT palier.trace_sheets(ARRAY[%s]::bigint[], 'fiches de la commission')", [item])
    told = superuser.execute(
        "SELECT agent_id, role, subjects FROM privacy_readevent WHERE screen = 'fiches de la commission' ORDER BY id"
    ).fetchall()
    assert told == [(TENANTS, "commission_member", [5, 6, 7]), (STRANGER, "commission_member", [])]


# --- the sitting ------------------------------------------------------------------------------------------------------


def test_a_sitting_without_its_quorum_or_off_its_day_does_not_open(superuser: psycopg.Connection) -> None:
    sitting = convened(FIRST_VACANCY)
    alone = {SEAT_OF_PRESIDENT: Presence(state="PRESENT")}
    with as_secretary():
        note_attendance(sitting_id=sitting, version=version_of(sitting), presences=alone)
        version = version_of(sitting)
    with as_secretary(), pytest.raises(QuorumNotReached, match="présentes ou représentées, 1"):
        open_sitting(sitting_id=sitting, version=version, president_id=SEAT_OF_PRESIDENT, on=today(), at=now())
    with as_secretary(), pytest.raises(NotItsDay):
        open_sitting(
            sitting_id=sitting,
            version=version,
            president_id=SEAT_OF_PRESIDENT,
            on=today() + timedelta(days=1),
            at=now(),
        )


def test_two_secretaries_who_save_at_once_are_told_and_the_first_stands(superuser: psycopg.Connection) -> None:
    sitting = in_session(FIRST_VACANCY)
    with as_secretary():
        item = item_of(sitting)
        sheet = Sheet.objects.filter(item=item).order_by("pseudonym")[0].pk
        record_decision(
            item_id=item.pk, version=item.version, sheet_id=sheet, verdict=ALLOCATED, by=SECRETARY, at=now()
        )
    with as_secretary(), pytest.raises(ItemChangedMeanwhile, match="Quelqu’un d’autre"):
        record_decision(item_id=item.pk, version=item.version, sheet_id=sheet, verdict=REFUSED, by=SECRETARY, at=now())
    with as_secretary(), pytest.raises(ChangedMeanwhile):
        cancel_sitting(sitting_id=sitting, version=1)
    with as_secretary():
        assert Decision.objects.get(replaced_at__isnull=True).kind == "ATTRIBUTION"


def test_a_decision_is_corrected_live_and_each_state_is_kept(superuser: psycopg.Connection) -> None:
    sitting = in_session(FIRST_VACANCY)
    with as_secretary():
        item = item_of(sitting).pk
        decide(item, 0, REFUSED)
        decide(item, 0, ALLOCATED)
        kept = [(each.kind, each.replaced_at is None) for each in Decision.objects.order_by("pk")]
    assert kept == [("NON_ATTRIBUTION", False), ("ATTRIBUTION", True)]


def test_an_inadmissibility_that_the_file_does_not_establish_is_refused(superuser: psycopg.Connection) -> None:
    sitting = in_session(FIRST_VACANCY)
    with as_secretary(), pytest.raises(GroundNotEstablished):
        decide(item_of(sitting).pk, 0, Verdict(kind="IRRECEVABILITE", motive="PLAFOND"))


def test_a_precision_that_judges_a_person_is_not_kept(superuser: psycopg.Connection) -> None:
    sitting = in_session(FIRST_VACANCY)
    verdict = Verdict(kind="NON_ATTRIBUTION", motive="TAUX_EFFORT", precision="famille alcoolique")
    with as_secretary(), pytest.raises(PrecisionRefused, match="alcoolique"):
        decide(item_of(sitting).pk, 0, verdict)


def test_votes_bind_the_decision_and_only_who_is_there_votes(superuser: psycopg.Connection) -> None:
    sitting = in_session(FIRST_VACANCY)
    with as_secretary():
        item = item_of(sitting)
        sheet = Sheet.objects.filter(item=item).order_by("pseudonym")[0].pk
        votes = {SEAT_OF_PRESIDENT: "AGAINST", SEAT_OF_NAMESAKE: "AGAINST", SEAT_OF_TENANTS: "FOR"}
        assert not record_votes(item_id=item.pk, version=item.version, sheet_id=sheet, votes=votes, at=now())
    with as_secretary(), pytest.raises(VoteAgainst):
        decide(item.pk, 0, ALLOCATED)
    with as_secretary(), pytest.raises(MayNotVote):
        record_votes(item_id=item.pk, version=item.version + 1, sheet_id=sheet, votes={99: "FOR"}, at=now())
    with as_secretary():
        decide(item.pk, 0, REFUSED)
        changed = dict.fromkeys(votes, "FOR")
        assert "ne portent pas" in record_votes(
            item_id=item.pk, version=item.version + 2, sheet_id=sheet, votes=changed, at=now()
        )


def test_a_recusal_takes_away_that_voice_and_the_one_it_carried(superuser: psycopg.Connection) -> None:
    sitting = in_session(FIRST_VACANCY)
    with as_secretary():
        item = item_of(sitting)
        sheet = Sheet.objects.filter(item=item).order_by("pseudonym")[0].pk
        votes = {SEAT_OF_PRESIDENT: "AGAINST", SEAT_OF_NAMESAKE: "AGAINST", SEAT_OF_TENANTS: "FOR"}
        record_votes(item_id=item.pk, version=item.version, sheet_id=sheet, votes=votes, at=now())
        leaving = {"item_id": item.pk, "sitting_id": sitting, "by": SECRETARY, "at": now()}
        note_recusal(member_id=SEAT_OF_PRESIDENT, version=version_of(sitting), **leaving)
        version = Item.objects.values_list("version", flat=True).get(pk=item.pk)
        with pytest.raises(MayNotVote):
            record_votes(
                item_id=item.pk, version=version, sheet_id=sheet, votes={SEAT_OF_NAMESAKE: "AGAINST"}, at=now()
            )
        decide(item.pk, 0, ALLOCATED)
    assert superuser.execute("SELECT member_id FROM attribution_vote").fetchall() == [(SEAT_OF_TENANTS,)]
    with as_secretary():
        told = draft_minutes(sitting, on=today()).canonical().decode()
        assert "Rose Olivier (pouvoir de Paul Figuier" in told
        assert "1 pour, 0 contre" in told.replace("\u00a0", " ")
        assert "a présidé à sa place\u00a0: ......" in told


def test_nothing_is_decided_once_the_quorum_is_lost(superuser: psycopg.Connection) -> None:
    sitting = in_session(FIRST_VACANCY)
    with as_secretary():
        gone = {SEAT_OF_TENANTS: Presence(state="ABSENT"), SEAT_OF_NAMESAKE: Presence(state="ABSENT")}
        note_attendance(sitting_id=sitting, version=version_of(sitting), presences=gone)
        with pytest.raises(QuorumNotReached, match="ne peut pas délibérer"):
            decide(item_of(sitting).pk, 0, ALLOCATED)


def test_a_sitting_closes_only_when_every_sheet_is_decided_and_ranks_follow(superuser: psycopg.Connection) -> None:
    sitting = in_session(FIRST_VACANCY)
    with as_secretary():
        item, version = item_of(sitting).pk, version_of(sitting)
        decide(item, 0, ALLOCATED)
        decide(item, 1, Verdict(kind="ATTRIBUTION_RANG", rank=3))
    with as_secretary(), pytest.raises(NotDecided):
        close_sitting(sitting_id=sitting, version=version, by=SECRETARY, at=now())
    with as_secretary():
        decide(item, 2, REFUSED)
    with as_secretary(), pytest.raises(RanksBroken, match=r"Point 1, .*1, 3"):
        close_sitting(sitting_id=sitting, version=version, by=SECRETARY, at=now())


def test_a_file_that_changed_since_its_sheet_is_drawn_again_before_the_end(superuser: psycopg.Connection) -> None:
    sitting = decided(FIRST_VACANCY)
    superuser.execute("UPDATE demandes_resources SET monthly_cents = 160000 WHERE application_id = %s", [HERS])
    with as_secretary(), pytest.raises(SheetOutdated):
        close_sitting(sitting_id=sitting, version=version_of(sitting), by=SECRETARY, at=now())
    with as_secretary():
        make_sheets(item_id=item_of(sitting).pk, at=now())
        close_sitting(sitting_id=sitting, version=version_of(sitting), by=SECRETARY, at=now())


def test_a_postponed_dwelling_waits_for_another_sitting(superuser: psycopg.Connection) -> None:
    sitting = drawn_up(FIRST_VACANCY, SECOND_VACANCY)
    with as_secretary():
        second = Item.objects.get(sitting_id=sitting, vacancy_id=SECOND_VACANCY).pk
        state_exception(item_id=second, exception="INSUFFICIENT")
        convene_sitting(sitting_id=sitting, version=version_of(sitting), on=today())
        note_attendance(sitting_id=sitting, version=version_of(sitting), presences=HERE)
        open_sitting(
            sitting_id=sitting, version=version_of(sitting), president_id=SEAT_OF_PRESIDENT, on=today(), at=now()
        )
        postpone_item(item_id=second, sitting_id=sitting, version=version_of(sitting), at=now())
        for rank, verdict in enumerate((ALLOCATED, SECOND, REFUSED)):
            decide(item_of(sitting).pk, rank, verdict)
        close_sitting(sitting_id=sitting, version=version_of(sitting), by=SECRETARY, at=now())
    states = superuser.execute("SELECT id, state FROM attribution_vacancy ORDER BY id").fetchall()
    assert states == [(FIRST_VACANCY, "AGENDA"), (SECOND_VACANCY, "MATCHED")]


def test_a_rehousing_dwelling_that_nobody_has_goes_to_another_sitting(superuser: psycopg.Connection) -> None:
    sitting = in_session(FIRST_VACANCY)
    superuser.execute("UPDATE attribution_vacancy SET withdrawn_for = 'TRAVAUX' WHERE id = %s", [FIRST_VACANCY])
    with as_secretary():
        for rank in range(3):
            decide(item_of(sitting).pk, rank, Verdict(kind="NON_ATTRIBUTION", motive="TAUX_EFFORT"))
        close_sitting(sitting_id=sitting, version=version_of(sitting), by=SECRETARY, at=now())
        again = draft_sitting(number="2026-12", held_on=today(), by=SECRETARY, **MEETING)
        put_on_agenda(sitting_id=again, vacancy_id=FIRST_VACANCY, at=now())


def test_nothing_is_decided_once_the_sitting_is_closed(superuser: psycopg.Connection) -> None:
    sitting = closed(FIRST_VACANCY)
    with as_secretary(), pytest.raises(SittingNotOpen):
        decide(item_of(sitting).pk, 0, REFUSED)
    with as_secretary(), pytest.raises(NotInThatState):
        cancel_sitting(sitting_id=sitting, version=version_of(sitting))
    events = superuser.execute("SELECT kind, agent_id FROM demandes_event WHERE kind = 'DECISION'").fetchall()
    assert events == [("DECISION", SECRETARY)] * 3


# --- what is frozen, what is sealed -----------------------------------------------------------------------------------


def test_a_closed_sitting_freezes_what_its_rules_read_without_a_name(superuser: psycopg.Connection) -> None:
    sitting = closed(FIRST_VACANCY)
    with as_secretary():
        frozen = opened(sitting)
    said = frozen.canonical().decode("utf-8")
    assert not [name for name in NAMES if name in said]
    assert "1110524" not in said
    (item,) = frozen.items
    assert [candidate.verdict.kind for candidate in item.candidates] == [
        "ATTRIBUTION",
        "ATTRIBUTION_RANG",
        "NON_ATTRIBUTION",
    ]
    assert {candidate.facts.resources.monthly_cents for candidate in item.candidates} == {150_000}
    assert {used.name for used in frozen.used if used.kind == "bareme"} >= {"ceilings_plus", "ceilings_plai"}
    sealed, digest = superuser.execute("SELECT sealed, digest FROM attribution_frozen").fetchone() or (b"", "")
    assert b"150000" not in bytes(sealed)
    assert digest == frozen.digest


def test_what_is_frozen_is_the_secretary_s_and_once_shredded_its_digest_stays(superuser: psycopg.Connection) -> None:
    sitting = closed(FIRST_VACANCY)
    officer = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=OFFICER)
    with pytest.raises(Exception, match="permission denied"), acting(officer):
        Frozen.objects.get(sitting_id=sitting)
    superuser.execute("UPDATE attribution_frozen SET sealed = NULL, wrapped = NULL, erased_on = '2027-12-01'")
    with as_secretary(), pytest.raises(InputsErased, match="01/12/2027") as refusal:
        opened(sitting)
    assert len(str(refusal.value.facts["digest"])) == 64


def test_minutes_are_sealed_as_an_accessible_pdf_by_pseudonym(superuser: psycopg.Connection) -> None:
    sitting = closed(FIRST_VACANCY)
    with as_secretary():
        called = convocation_pdf(sitting, on=today())
        seal_minutes(sitting_id=sitting, version=version_of(sitting), by=SECRETARY, on=today(), at=now())
        first, second = minutes_pdf(sitting), minutes_pdf(sitting)
        pseudonym = Sheet.objects.filter(item__sitting_id=sitting).order_by("pseudonym")[0].pseudonym
    assert first == second
    with pikepdf.open(BytesIO(first)) as document:
        assert document.Root.MarkInfo.Marked
        attached = next(iter(document.attachments.values())).get_file().read_bytes().decode("utf-8")
    with pikepdf.open(BytesIO(called)) as document:
        convocation = next(iter(document.attachments.values())).get_file().read_bytes().decode("utf-8")
    for paper in (convocation, attached):
        assert "à 14 h 30, en salle et à distance : Salle des Acacias" in paper.replace("\u00a0", " ")
    # The signature is never alone on its page, nor a dwelling parted from its decisions.
    heading, kept = json.loads(attached)["blocs"][-2:]
    assert (heading["texte"], [block["genre"] for block in kept["blocs"]]) == (
        "Point 1",
        ["ensemble", "titre", "faits"],
    )
    assert [block["genre"] for block in kept["blocs"][0]["blocs"]] == ["faits", "tableau"]
    assert pseudonym in attached
    assert "Rose Olivier" in attached
    # Paul Figuier is a member: his name is his own; no candidate's is there.
    assert not [name for name in ("Érable", "Genévrier", "Inès", "Noël", "Zoé") if name in attached]
    with as_secretary(), pytest.raises(NotInThatState):
        seal_minutes(sitting_id=sitting, version=version_of(sitting), by=SECRETARY, on=today(), at=now())
    # Whoever held it may have left: a sealed sitting is taken over too, and its minutes stay.
    other = Actor(role=Role.COMMISSION_SECRETARY, purpose="ATTRIBUTION", agent_id=STRANGER)
    with acting(other):
        with pytest.raises(NamesOfAnother, match="Agent secretaire"):
            refuse_names(sitting)
        take_over_sitting(sitting_id=sitting, version=version_of(sitting), by=STRANGER, at=now())
        refuse_names(sitting)
        assert minutes_pdf(sitting) == first
