"""The demonstration's repairs: a dozen requests in every state, one lift for a staircase, a year of delays to tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.db import connection

from palier.demo.accounts import email
from palier.demo.loading import OPERATOR
from palier.demo.protection import at_the_desk
from palier.foundation.home import Home
from palier.foundation.reading import fetch
from palier.mail.store import DocumentStore
from palier.maintenance.models import RepairRequest
from palier.maintenance.operations.grouping import group_tickets
from palier.maintenance.operations.opinions import rate_repair, reopen_repair
from palier.maintenance.operations.requests import Answers, Asking, ask_repair, follow_ticket
from palier.maintenance.operations.tickets import assign_ticket, close_ticket
from palier.maintenance.operations.visits import Slot, accept_visit, note_visit, propose_visits
from palier.maintenance.queries.tenant import own_repair, visits_of_repair
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

_KEYS = UUID("6c0d7a52-2f52-4f0e-9d4c-3f1c1a1f2b06")
_SEEN = ("INTERVENTIONS", "BAIL")
# Fewer homes than that in one agency: there is no staircase to speak of.
_LEAST = 12

# The homes of the officer's agency: those whose holder has an account first, then staircase by staircase.
_HOMES = """
SELECT l.id AS lease_id, o.person_id, w.staircase_id
FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id AND o.role = 'HOLDER'
JOIN estate_dwelling AS w ON w.id = l.dwelling_id JOIN estate_residence AS r ON r.id = l.residence_id
JOIN agents_agent AS a ON a.agency_id = r.agency_id JOIN agents_user AS u ON u.agent_id = a.id
WHERE u.identifier = %(officer)s AND l.ends_on IS NULL AND o.moved_out_on IS NULL AND l.starts_on < %(before)s
ORDER BY NOT EXISTS (SELECT FROM agents_user AS t WHERE t.person_id = o.person_id), count(*) OVER (
             PARTITION BY w.staircase_id) DESC, w.staircase_id, l.id LIMIT 40
"""
# What was repaired in the year, taken over from before: enough of each family in each residence for a median.
_HISTORY = """
INSERT INTO maintenance_ticket (residence_id, place, equipment, symptom, urgency, state, trade, source, opened_by_id,
                                opened_at, closed_at, closing)
SELECT r.id, h.place, h.equipment, h.symptom, 'WEEK', 'CLOSED', '', 'LODGE', a.agent_id,
       %(at)s::timestamptz - (20 + 7 * n + (r.id * h.days + n) %% 5) * interval '1 day',
       %(at)s::timestamptz - (20 + 7 * n - h.days * (1 + (r.id + n) %% 3)) * interval '1 day', 'REPAIRED'
FROM (SELECT id FROM estate_residence ORDER BY id LIMIT 6) AS r
CROSS JOIN (
    VALUES ('LIFT', 'LIFT', 'BROKEN', 1), ('HALL', 'DOOR', 'DOES_NOT_CLOSE', 3), ('STAIRS', 'LIGHT', 'BROKEN', 2),
           ('HALL', 'FLOOR', 'DIRTY', 1), ('PLANT', 'BOILER', 'NO_HEAT', 1)
) AS h (place, equipment, symptom, days)
CROSS JOIN generate_series(1, 7) AS n CROSS JOIN (SELECT min(agent_id) AS agent_id FROM agents_mandate) AS a
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    lease_id: int
    person_id: int
    staircase_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A household that asked: how it acts, its request and its ticket."""

    home: _Home
    actor: Actor
    repair: int
    ticket: int


def ask_repairs(home: Home, *, at: datetime) -> None:
    """A year behind, then what tenants ask today and where each request stands. Nothing in a stock too small."""
    officer_name = email("gestionnaire_nord")
    with (
        batch(
            Batch.IMPORT,
            operator=OPERATOR,
            motive="DEMONSTRATION",
            command="demo",
            categories=("INTERVENTIONS", "BAIL"),
        ),
        connection.cursor() as cursor,
    ):
        cursor.execute(_HISTORY, {"at": at})
        homes = fetch(_Home, _HOMES, {"officer": officer_name, "before": at.date() - timedelta(days=30)})
        cursor.execute("SELECT agent_id FROM agents_user WHERE identifier = %s", [officer_name])
        found = cursor.fetchone()
    if found is None or len(homes) < _LEAST:
        return
    officer = Actor(role=Role.RENT_OFFICER, purpose="TRAVAUX", agent_id=found[0])
    with at_the_desk(home):
        _lift(homes, officer, at)
        _one_by_one(homes, officer, at)


def _lift(homes: Sequence[_Home], officer: Actor, at: datetime) -> None:
    """One lift: two report it, the agency groups them, two neighbours follow."""
    stairs = homes[-1].staircase_id
    near = [each for each in homes if each.staircase_id == stairs][:4]
    two = [_ask(each, "LIFT_DOWN", at - timedelta(hours=20 - rank)) for rank, each in enumerate(near[:2])]
    master = two[0].ticket
    if len(two) > 1:
        with acting(officer, screen="demandes techniques", categories=("INTERVENTIONS",)):
            master = group_tickets(ticket_ids=[each.ticket for each in two], actor=officer, at=at - timedelta(hours=18))
    for each in near[2:]:
        actor = _tenant(each)
        with acting(actor, screen="signaler", categories=("INTERVENTIONS",)):
            asking = Asking(lease_id=each.lease_id, person_id=each.person_id, source="TENANT", actor=actor)
            follow_ticket(asking=asking, ticket_id=master, key=_key(each, "LIFT_DOWN"), at=at - timedelta(hours=17))
    _assign(officer, master, "LIFT_FIRM", at - timedelta(hours=16))


def _one_by_one(homes: Sequence[_Home], officer: Actor, at: datetime) -> None:
    """Received, late, given to a trade, an appointment proposed, taken, missed, done, judged, open again."""
    day = timedelta(days=1)
    waits = _ask(homes[0], "TAP_LEAKS", at - 3 * day)
    _assign(officer, waits.ticket, "PLUMBER", at - 2 * day)
    _propose(officer, waits, at - day, starts=(at + 2 * day, at + 3 * day))
    _ask(homes[1], "OWN_WINDOW", at - timedelta(hours=2))
    _ask(homes[2], "INTERCOM", at - 6 * day)
    taken = _ask(homes[3], "DAMP_WALL", at - 12 * day)
    _assign(officer, taken.ticket, "MULTI", at - 11 * day)
    _take(_propose(officer, taken, at - 9 * day, starts=(at + 4 * day,)), at - 8 * day)
    missed = _ask(homes[4], "SOCKET_BROKEN", at - 5 * day)
    _assign(officer, missed.ticket, "ELECTRICIAN", at - 5 * day)
    visit = _take(_propose(officer, missed, at - 4 * day, starts=(at - day,)), at - 3 * day)
    with acting(officer, screen="demandes techniques", categories=("INTERVENTIONS",)):
        note_visit(visit_id=visit, outcome="TENANT_OUT", actor=officer, at=at)
    for each, problem in ((homes[5], "DRAIN_BLOCKED"), (homes[6], "OWN_LOCK"), (homes[7], "PIPE_LEAKS")):
        done = _ask(each, problem, at - 7 * day)
        _assign(officer, done.ticket, "PLUMBER", at - 7 * day)
        with acting(officer, screen="demandes techniques", categories=("INTERVENTIONS",)):
            key = _key(each, "CLOSED")
            close_ticket(ticket_id=done.ticket, closing="REPAIRED", key=key, actor=officer, at=at - 2 * day)
        if problem != "DRAIN_BLOCKED":
            _judge(done, is_settled=problem == "OWN_LOCK", at=at - day)
    for each in homes[8:10]:
        _ask(each, "NO_HEAT", at - timedelta(hours=5))


def _tenant(home: _Home) -> Actor:
    return Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=home.person_id)


def _key(home: _Home, what: str) -> UUID:
    return uuid5(_KEYS, f"{home.lease_id} {what}")


def _ask(home: _Home, problem: str, at: datetime) -> _Said:
    actor = _tenant(home)
    answers = Answers(problem=problem, since="WEEK", access="PRESENT")
    with acting(actor, screen="signaler", categories=("INTERVENTIONS", "BAIL")):
        asking = Asking(lease_id=home.lease_id, person_id=home.person_id, source="TENANT", actor=actor)
        store = DocumentStore(settings.DOCUMENT_ROOT)
        repair = ask_repair(asking=asking, answers=answers, key=_key(home, problem), store=store, at=at)
        ticket = RepairRequest.objects.values_list("ticket_id", flat=True).get(pk=repair)
    return _Said(home=home, actor=actor, repair=repair, ticket=ticket)


def _assign(officer: Actor, ticket: int, trade: str, at: datetime) -> None:
    with acting(officer, screen="demandes techniques", categories=("INTERVENTIONS",)):
        assign_ticket(ticket_id=ticket, trade=trade, actor=officer, at=at)


def _propose(officer: Actor, said: _Said, at: datetime, *, starts: Sequence[datetime]) -> _Said:
    """Two hours from ten in the morning, Paris time, on each of these days."""
    mornings = [each.replace(hour=9, minute=0, second=0, microsecond=0) for each in starts]
    slots = [Slot(starts_at=each, ends_at=each + timedelta(hours=2)) for each in mornings]
    with acting(officer, screen="demandes techniques", categories=("INTERVENTIONS",)):
        propose_visits(ticket_id=said.ticket, lease_id=said.home.lease_id, slots=slots, actor=officer, at=at)
    return said


def _take(said: _Said, at: datetime) -> int:
    """The household takes the first moment proposed; gives the appointment."""
    with acting(said.actor, screen="signaler", categories=("INTERVENTIONS",)):
        repair = own_repair(said.repair)
        visit = visits_of_repair(repair)[0].id if repair else 0
        accept_visit(visit_id=visit, at=at)
    return visit


def _judge(said: _Said, *, is_settled: bool, at: datetime) -> None:
    rating, complaint = ("YES", "") if is_settled else ("NO", "CAME_BACK")
    with acting(said.actor, screen="signaler", categories=("INTERVENTIONS",)):
        rate_repair(repair_id=said.repair, rating=rating, complaint=complaint, at=at)
        if not is_settled:
            reopen_repair(repair_id=said.repair, at=at)
