"""What every change of a ticket leaves behind: a dated step; and a ticket put in by who may not read it yet."""

from datetime import datetime

from django.db import connection

from palier.maintenance.models import Ticket

_STEP = """
INSERT INTO maintenance_ticketstep (ticket_id, lease_id, residence_id, kind, detail, at, agent_id)
VALUES (%(ticket)s, %(lease)s, %(residence)s, %(kind)s, %(detail)s, %(at)s, %(agent)s)
"""
# Without RETURNING: a tenant reads a ticket of their dwelling once their request is beside it, not before.
_TICKET = """
INSERT INTO maintenance_ticket (id, residence_id, staircase_id, dwelling_id, place, equipment, symptom, urgency, state,
                                trade, opened_by_id, source, opened_at, answer_by, repair_on, closing)
VALUES (%(id)s, %(residence)s, %(staircase)s, %(dwelling)s, %(place)s, %(equipment)s, %(symptom)s, %(urgency)s, 'OPEN',
        '', %(by)s, %(source)s, %(at)s, %(answer_by)s, %(repair_on)s, '')
"""


def note_step(
    *,
    ticket_id: int,
    residence_id: int,
    kind: str,
    agent_id: int | None,
    at: datetime,
    detail: str = "",
    lease_id: int | None = None,
) -> None:
    """Write a step of a ticket, or of one household of it. No agent: the household itself did it."""
    with connection.cursor() as cursor:
        cursor.execute(
            _STEP,
            {
                "ticket": ticket_id,
                "residence": residence_id,
                "kind": kind,
                "detail": detail,
                "lease": lease_id,
                "at": at,
                "agent": agent_id,
            },
        )


def insert_ticket(ticket: Ticket) -> int:
    """Put in an open ticket; gives its number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('maintenance_ticket', 'id'))")
        (number,) = cursor.fetchone()
        cursor.execute(
            _TICKET,
            {
                "id": number,
                "residence": ticket.residence_id,
                "staircase": ticket.staircase_id,
                "dwelling": ticket.dwelling_id,
                "place": ticket.place,
                "equipment": ticket.equipment,
                "symptom": ticket.symptom,
                "urgency": ticket.urgency,
                "by": ticket.opened_by_id,
                "source": ticket.source,
                "at": ticket.opened_at,
                "answer_by": ticket.answer_by,
                "repair_on": ticket.repair_on,
            },
        )
    return int(number)
