"""A repair asked by a household: received once, followed by neighbours who never learn who, answered to the end."""

import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections
from PIL import Image
from tests.landlord import Landlord, insert

from palier.foundation.clock import now, today
from palier.foundation.errors import Refusal
from palier.mail.store import DocumentStore
from palier.maintenance.access import RepairNotFound, VisitNotFound
from palier.maintenance.operations.grouping import NothingToGroup, group_tickets, split_ticket
from palier.maintenance.operations.opinions import (
    NotClosedYet,
    OpinionGiven,
    TooLateToReopen,
    rate_repair,
    reopen_repair,
)
from palier.maintenance.operations.requests import (
    AnswerMissing,
    Answers,
    Asking,
    LeaseNotYours,
    TicketNotToFollow,
    TooManyPhotos,
    TooManyRequests,
    ask_repair,
    follow_ticket,
)
from palier.maintenance.operations.steps import note_step
from palier.maintenance.operations.tickets import assign_ticket, close_ticket
from palier.maintenance.operations.visits import (
    Slot,
    SlotsRefused,
    VisitNotOverYet,
    VisitStands,
    accept_visit,
    ask_other_visit,
    move_visit,
    note_visit,
    propose_visits,
)
from palier.maintenance.queries.published import repair_delays_by_residence, residences_with_delays
from palier.maintenance.queries.site import tickets_of_residence
from palier.maintenance.queries.tenant import (
    own_promises,
    own_repair,
    own_repairs,
    photos_of_repair,
    reported_nearby,
    steps_of_repair,
    visits_of_repair,
)
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

TILLEULS = 11
# Lucie Amandier, first floor of the Tilleuls; Inès Érable moves in upstairs; Ana Cerisier lives elsewhere.
LUCIE = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=1, name="Lucie Amandier")
INES = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=5, name="Inès Érable")
ANA = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=3, name="Ana Cerisier")
OFFICER = Actor(role=Role.RENT_OFFICER, purpose="TRAVAUX", agent_id=1, name="gestionnaire_nord")
CARETAKER = Actor(role=Role.CARETAKER, purpose="PROXIMITE", agent_id=6, name="gardien_nord")
OF = {LUCIE: 101, INES: 103, ANA: 102}
LIFT = Answers(problem="LIFT_DOWN", since="TODAY")
TAP = Answers(problem="TAP_LEAKS", since="WEEK", access="PRESENT")


@pytest.fixture(autouse=True)
def direct(own_landlord: Landlord, superuser: psycopg.Connection) -> psycopg.Connection:
    """Inès Érable holds a lease above Lucie Amandier's."""
    assert own_landlord.agents["gestionnaire_nord"] == 1
    superuser.execute("SET session_replication_role = replica")
    superuser.execute("CREATE TEMP TABLE lease AS SELECT * FROM leases_lease WHERE id = 101")
    superuser.execute("UPDATE lease SET id = 103, reference = 'L103', dwelling_id = 1102, account_id = 103")
    superuser.execute("INSERT INTO leases_lease SELECT * FROM lease")
    superuser.execute("DROP TABLE lease")
    insert(
        superuser,
        "leases_occupant",
        [
            {
                "lease_id": 103, "dwelling_id": 1102, "residence_id": TILLEULS, "person_id": 5, "role": "HOLDER",
                "display_name": "Inès Érable", "door_name": "Érable", "moved_in_on": today(),
            }
        ],
    )  # fmt: skip
    return superuser


def asking(by: Actor) -> Asking:
    assert by.person_id is not None
    return Asking(lease_id=OF[by], person_id=by.person_id, source="TENANT", actor=by)


def ask(by: Actor, answers: Answers, *, key: UUID | None = None, at: datetime | None = None) -> int:
    with acting(by):
        store = DocumentStore(settings.DOCUMENT_ROOT)
        return ask_repair(asking=asking(by), answers=answers, key=key or uuid4(), store=store, at=at or now())


def ticket_of(by: Actor, repair: int) -> int:
    with acting(by):
        found = own_repair(repair)
    assert found is not None
    return found.ticket_id


def close(ticket: int, closing: str = "REPAIRED", *, at: datetime | None = None) -> None:
    with acting(OFFICER):
        close_ticket(ticket_id=ticket, closing=closing, key=uuid4(), actor=OFFICER, at=at or now())


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def test_a_tenant_reports_a_leak_and_reads_what_was_promised() -> None:
    at = datetime.fromisoformat("2026-11-23T10:00:00+01:00")
    repair = ask(LUCIE, Answers(problem="TAP_LEAKS", since="WEEK", access="PRESENT", photos=(jpeg(), jpeg())), at=at)
    with acting(LUCIE):
        found = own_repair(repair)
        assert found is not None
        assert (found.place, found.equipment, found.symptom, found.urgency) == ("DWELLING", "TAP", "LEAK", "WEEK")
        # The proposal that comes with Palier: a day to answer, ten days to repair.
        assert found.answer_by == datetime.fromisoformat("2026-11-24T10:00:00+01:00")
        assert str(found.repair_on) == "2026-12-03"
        assert [(each.width, each.height) for each in photos_of_repair(found)] == [(40, 30), (40, 30)]
        assert [step.kind for step in steps_of_repair(found)] == ["RECEIVED"]
        assert [(each.kind, str(each.due_on)) for each in own_promises()] == [("ANSWER", "2026-11-24")]
    with acting(OFFICER):
        assign_ticket(ticket_id=found.ticket_id, trade="PLUMBER", actor=OFFICER, at=at)
    with acting(LUCIE):
        assert [(each.kind, str(each.due_on)) for each in own_promises()] == [("REPAIR", "2026-12-03")]


def test_a_danger_makes_it_urgent() -> None:
    repair = ask(LUCIE, Answers(problem="TAP_LEAKS", since="TODAY", access="PRESENT", danger="WATER"))
    with acting(LUCIE):
        found = own_repair(repair)
    assert found is not None
    assert (found.urgency, found.danger) == ("DANGER", "WATER")


def test_a_browser_back_online_twice_with_the_same_report_makes_one(direct: psycopg.Connection) -> None:
    key = uuid4()

    def send(_: int) -> int:
        try:
            return ask(LUCIE, TAP, key=key)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(send, range(3)))) == 1
    assert direct.execute("SELECT count(*) FROM maintenance_ticket").fetchone() == (1,)


def test_an_answer_that_is_missing_or_a_lease_of_another_is_refused() -> None:
    with pytest.raises(AnswerMissing):
        ask(LUCIE, Answers(problem="TAP_LEAKS", since="WEEK"))
    with pytest.raises(TooManyPhotos):
        ask(LUCIE, Answers(problem="TAP_LEAKS", since="WEEK", access="PRESENT", photos=(jpeg(),) * 4))
    for lease in (102, 201):
        stranger = Asking(lease_id=lease, person_id=1, source="TENANT", actor=LUCIE)
        with pytest.raises(LeaseNotYours), acting(LUCIE):
            ask_repair(asking=stranger, answers=TAP, key=uuid4(), store=DocumentStore(settings.DOCUMENT_ROOT), at=now())


def test_a_household_sends_no_more_in_a_day_than_anyone_needs_and_is_told_to_telephone() -> None:
    at = now()
    for _ in range(20):
        ask(LUCIE, TAP, at=at)
    with pytest.raises(TooManyRequests, match="téléphonez"):
        ask(LUCIE, TAP, at=at + timedelta(hours=23))
    ask(INES, TAP, at=at)
    ask(LUCIE, TAP, at=at + timedelta(hours=25))


def test_neighbours_follow_one_lift_and_never_learn_who() -> None:
    first = ask(LUCIE, LIFT)
    lift = ticket_of(LUCIE, first)
    with acting(INES):
        (near,) = reported_nearby(103, equipment="LIFT")
        assert near.ticket_id == lift
        mine = follow_ticket(asking=asking(INES), ticket_id=lift, key=uuid4(), at=now())
        assert follow_ticket(asking=asking(INES), ticket_id=lift, key=uuid4(), at=now()) == mine
        assert reported_nearby(103, equipment="LIFT") == []
        # Her own request, and not a row of her neighbour's.
        assert [each.id for each in own_repairs()] == [mine]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM maintenance_repairrequest")
            assert cursor.fetchone() == (1,)
    with pytest.raises(DatabaseError, match="permission denied"), acting(INES), connection.cursor() as cursor:
        cursor.execute("SELECT opened_by_id FROM maintenance_ticket")
    # Another residence's tenant does not see it, and does not follow it.
    with acting(ANA):
        assert reported_nearby(102, equipment="LIFT") == []
        with pytest.raises(TicketNotToFollow):
            follow_ticket(asking=asking(ANA), ticket_id=lift, key=uuid4(), at=now())
    close(lift)
    for by in (LUCIE, INES):
        with acting(by):
            (row,) = own_repairs()
            assert (row.state, row.closing) == ("CLOSED", "REPAIRED")


def test_a_number_guessed_opens_no_neighbours_door() -> None:
    ticket = ticket_of(LUCIE, ask(LUCIE, TAP))
    with pytest.raises(TicketNotToFollow), acting(INES):
        follow_ticket(asking=asking(INES), ticket_id=ticket, key=uuid4(), at=now())
    put_in = """INSERT INTO maintenance_repairrequest (ticket_id, residence_id, lease_id, person_id, source, key, at,
                    guide_version, danger, since, access, rating, complaint)
                VALUES (%s, 11, 103, 5, 'TENANT', gen_random_uuid(), now(), '1', '', '', '', '', '')"""
    with pytest.raises(DatabaseError, match="row-level security"), acting(INES), connection.cursor() as cursor:
        cursor.execute(put_in, [ticket])
    with acting(INES), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM maintenance_ticket")
        assert cursor.fetchall() == []


def test_tickets_of_one_defect_become_one_and_come_apart_again() -> None:
    lucie, ines = ask(LUCIE, LIFT), ask(INES, LIFT)
    first, second = ticket_of(LUCIE, lucie), ticket_of(INES, ines)
    with acting(OFFICER):
        assert group_tickets(ticket_ids=[second, first], actor=OFFICER, at=now()) == first
    assert ticket_of(INES, ines) == first
    with pytest.raises(NothingToGroup), acting(OFFICER):
        group_tickets(ticket_ids=[first, second], actor=OFFICER, at=now())
    with acting(OFFICER):
        split_ticket(ticket_id=second, actor=OFFICER, at=now())
    assert ticket_of(INES, ines) == second
    with acting(INES):
        (row,) = own_repairs()
        assert row.state == "OPEN"


def test_a_protected_household_and_one_that_follows_are_carried_and_given_back(direct: psycopg.Connection) -> None:
    first = ticket_of(LUCIE, ask(LUCIE, LIFT))
    door = Answers(problem="LIFT_DOWN", since="WEEK")
    second = ticket_of(INES, opened := ask(INES, door))
    with acting(LUCIE):
        followed = follow_ticket(asking=asking(LUCIE), ticket_id=second, key=uuid4(), at=now())
    direct.execute("DELETE FROM maintenance_repairrequest WHERE ticket_id = %s", [first])
    insert(direct, "agents_protectedperson", [{"person_id": 5, "ground": "DEMANDE", "first_day": today(),
                                               "declared_by_id": 3}])  # fmt: skip
    with acting(OFFICER):
        group_tickets(ticket_ids=[first, second], actor=OFFICER, at=now())
    assert (ticket_of(INES, opened), ticket_of(LUCIE, followed)) == (first, first)
    with acting(OFFICER):
        split_ticket(ticket_id=second, actor=OFFICER, at=now())
    assert (ticket_of(INES, opened), ticket_of(LUCIE, followed)) == (second, second)
    elsewhere = Actor(role=Role.CARETAKER, purpose="PROXIMITE", agent_id=6, name="gardien_nord")
    with pytest.raises(DatabaseError, match="permission denied"), acting(elsewhere), connection.cursor() as cursor:
        cursor.execute("SELECT palier.carry_repairs(%s, %s, false)", [second, first])


def test_dwellings_without_heat_are_grouped_under_what_they_share_and_no_ones_door() -> None:
    cold = Answers(problem="NO_HEAT", since="TODAY", access="NONE")
    lucie, ines = ask(LUCIE, cold), ask(INES, cold)
    both = [ticket_of(LUCIE, lucie), ticket_of(INES, ines)]
    with acting(OFFICER):
        shared = group_tickets(ticket_ids=both, actor=OFFICER, at=now())
    assert shared not in both
    with acting(INES), connection.cursor() as cursor:
        found = own_repair(ines)
        assert found is not None
        assert (found.place, found.ticket_id) == ("PLANT", shared)
        cursor.execute("SELECT count(*) FROM maintenance_ticket WHERE dwelling_id IS NOT NULL")
        assert cursor.fetchone() == (0,)


def slots(days: int = 2) -> list[Slot]:
    morning = now().replace(hour=8, minute=0) + timedelta(days=days)
    return [Slot(starts_at=morning, ends_at=morning + timedelta(hours=4))]


def test_an_appointment_is_proposed_taken_moved_for_a_reason_and_kept() -> None:
    repair = ask(LUCIE, TAP)
    ticket = ticket_of(LUCIE, repair)
    with acting(OFFICER):
        with pytest.raises(SlotsRefused):
            propose_visits(ticket_id=ticket, lease_id=101, slots=slots(-1), actor=OFFICER, at=now())
        with pytest.raises(RepairNotFound):
            propose_visits(ticket_id=ticket, lease_id=103, slots=slots(), actor=OFFICER, at=now())
        propose_visits(ticket_id=ticket, lease_id=101, slots=[*slots(), *slots(3)], actor=OFFICER, at=now())
    with acting(LUCIE):
        found = own_repair(repair)
        assert found is not None
        first, _ = visits_of_repair(found)
        assert accept_visit(visit_id=first.id, at=now()) == ticket
        assert accept_visit(visit_id=first.id, at=now()) == ticket
        assert [each.state for each in visits_of_repair(found)] == ["ACCEPTED"]
        assert "VISIT" in {each.kind for each in own_promises()}
    with pytest.raises(VisitNotFound), acting(INES):
        accept_visit(visit_id=first.id, at=now())
    # The lodge sees when somebody comes; not whose home it is, but by the door of the ticket.
    with acting(CARETAKER):
        (row,) = tickets_of_residence(TILLEULS, since=now())
        assert row.visit_at == first.starts_at
    with pytest.raises(DatabaseError, match="permission denied"), acting(CARETAKER), connection.cursor() as cursor:
        cursor.execute("SELECT lease_id FROM maintenance_visit")
    with acting(OFFICER):
        with pytest.raises(VisitNotOverYet):
            note_visit(visit_id=first.id, outcome="KEPT", actor=OFFICER, at=now())
        move_visit(visit_id=first.id, reason="PART_MISSING", slots=slots(5), actor=OFFICER, at=now())
    with acting(LUCIE):
        (moved,) = visits_of_repair(found)
        ask_other_visit(visit_id=moved.id, wish="SATURDAY", at=now())
        assert {("MOVED", "PART_MISSING"), ("REFUSED", "SATURDAY")} <= {
            (step.kind, step.detail) for step in steps_of_repair(found)
        }
    # The agency's acts are somebody's, the household's are nobody's of theirs, and no household writes one in a name.
    with acting(OFFICER), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kind, agent_id FROM maintenance_ticketstep")
        assert set(cursor.fetchall()) == {
            ("RECEIVED", None),
            ("PROPOSED", 1),
            ("ACCEPTED", None),
            ("MOVED", 1),
            ("REFUSED", None),
        }
    for who, agent_id in ((LUCIE, 1), (OFFICER, None), (OFFICER, 6)):
        with pytest.raises(DatabaseError, match="row-level security"), acting(who):
            note_step(ticket_id=ticket, residence_id=TILLEULS, kind="ASSIGNED", agent_id=agent_id, at=now())
    with pytest.raises(DatabaseError, match="permission denied"), acting(LUCIE), connection.cursor() as cursor:
        cursor.execute("SELECT agent_id FROM maintenance_ticketstep")


def test_the_opinion_is_asked_once_and_what_is_not_repaired_is_open_again() -> None:
    repair = ask(LUCIE, TAP)
    ticket = ticket_of(LUCIE, repair)
    with pytest.raises(NotClosedYet), acting(LUCIE):
        rate_repair(repair_id=repair, rating="YES", complaint="", at=now())
    close(ticket)
    with acting(LUCIE):
        assert rate_repair(repair_id=repair, rating="NO", complaint="CAME_BACK", at=now()) == ticket
        with pytest.raises(OpinionGiven):
            rate_repair(repair_id=repair, rating="YES", complaint="", at=now())
        assert reopen_repair(repair_id=repair, at=now()) == ticket
        (row,) = own_repairs()
        assert row.state == "OPEN"
    close(ticket, at=now() - timedelta(days=40))
    with pytest.raises(TooLateToReopen), acting(LUCIE):
        reopen_repair(repair_id=repair, at=now())


def test_delays_are_told_of_five_repairs_or_more_and_of_no_fewer(direct: psycopg.Connection) -> None:
    at = now()
    direct.cursor().executemany(
        """INSERT INTO maintenance_ticket (residence_id, place, equipment, symptom, urgency, state, trade, opened_by_id,
                                           opened_at, closed_at, closing)
           VALUES (11, 'LIFT', %s, 'BROKEN', 'TODAY', 'CLOSED', '', 1, %s, %s, 'REPAIRED')""",
        [("LIFT", at - timedelta(days=days + 10), at - timedelta(days=10)) for days in (1, 1, 2, 3, 9)]
        + [("DOOR", at - timedelta(days=4), at) for _ in range(4)],
    )
    told = "SELECT * FROM palier.repair_delays(%s, %s)"
    for residence in (0, 11):
        # Five repairs in 1, 1, 2, 3 and 9 days: half within 2, nine in ten within 9.
        assert direct.execute(told, [residence, at - timedelta(days=365)]).fetchall() == [("LIFT", 5, 2, 9)]
    assert direct.execute(told, [21, at - timedelta(days=365)]).fetchall() == []
    # Each residence in one reading: the same, and nothing of those that have too few.
    with acting(OFFICER):
        each = repair_delays_by_residence(since=at - timedelta(days=365))
        assert [(row.category, row.counted, row.median_days, row.ninth_days) for row in each[TILLEULS]] == [
            ("LIFT", 5, 2, 9)
        ]
        assert list(each) == [row.id for row in residences_with_delays(at - timedelta(days=365))] == [TILLEULS]


def at_once(direct: psycopg.Connection, name: str, *acts: Callable[[], object]) -> list[object]:
    """What acts give that all wait for their turn under a name, then have it."""

    def done(act: Callable[[], object]) -> object:
        try:
            return act()
        except Refusal as refusal:
            return type(refusal)
        finally:
            connections.close_all()

    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with ThreadPoolExecutor(len(acts)) as pool:
        with direct.transaction():
            direct.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
            started = [pool.submit(done, act) for act in acts]
            until = time.monotonic() + 10
            while direct.execute(waiting).fetchone() != (len(acts),):
                assert time.monotonic() < until
                time.sleep(0.02)
        return [each.result() for each in started]


def test_two_who_follow_one_lift_at_once_follow_it_once(direct: psycopg.Connection) -> None:
    lift = ticket_of(LUCIE, ask(LUCIE, LIFT))

    def follow() -> int:
        with acting(INES):
            return follow_ticket(asking=asking(INES), ticket_id=lift, key=uuid4(), at=now())

    first, second = at_once(direct, "repairs:103", follow, follow)
    assert first == second
    assert isinstance(first, int)


def test_one_appointment_stands_at_a_time(direct: psycopg.Connection) -> None:
    repair = ask(LUCIE, TAP)
    ticket = ticket_of(LUCIE, repair)
    with acting(OFFICER):
        propose_visits(ticket_id=ticket, lease_id=101, slots=[*slots(), *slots(3)], actor=OFFICER, at=now())
    with acting(LUCIE):
        found = own_repair(repair)
        assert found is not None
        proposed = [each.id for each in visits_of_repair(found)]

    def take(visit_id: int) -> Callable[[], int]:
        def taken() -> int:
            with acting(LUCIE):
                return accept_visit(visit_id=visit_id, at=now())

        return taken

    # Two holders take one each at the same instant: one stands, the other was withdrawn by it.
    told = at_once(direct, "repairs:101", *(take(each) for each in proposed))
    assert sorted(map(str, told)) == sorted(map(str, (ticket, VisitNotFound)))
    with pytest.raises(VisitStands, match="déplacez-le"), acting(OFFICER):
        propose_visits(ticket_id=ticket, lease_id=101, slots=slots(6), actor=OFFICER, at=now())
