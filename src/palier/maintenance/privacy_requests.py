"""Who reads and writes what is to repair: the agency, the lodge in codes, and each household what it asked itself.

A tenant sees what is reported in the common parts where they live; who reported it, never.
"""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import SCOPE, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_TAKE_OVER = Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT,), scope=Scope.ALL)
_ERASE = Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)
_CARETAKER = (Role.CARETAKER,)
_TENANT = (Role.TENANT,)
_COPY = (Batch.RIGHTS,)
_BY_ME = "opened_by_id = (SELECT palier.my_agent())"
_IN_MY_NAME = "agent_id = (SELECT palier.my_agent())"
_STEP_TOLD = ("id", "ticket_id", "lease_id", "residence_id", "kind", "detail", "at")
_TICKET_SEEN = (
    "id", "residence_id", "staircase_id", "dwelling_id", "place", "equipment", "symptom", "urgency", "state", "trade",
    "opened_at", "assigned_at", "closed_at", "closing", "category", "repair_on",
)  # fmt: skip
_TICKET_TOLD = (*_TICKET_SEEN, "answer_by", "reopened_at", "grouped_in_id", "source")
_FOLLOWED = (
    "id", "residence_id", "staircase_id", "dwelling_id", "category", "state", "closing", "opened_at", "closed_at",
)  # fmt: skip
_REQUEST_TOLD = (
    "id", "ticket_id", "opened_ticket_id", "residence_id", "lease_id", "person_id", "source", "key", "at",
    "guide_version", "danger", "since", "access", "rating", "complaint", "rated_at",
)  # fmt: skip
_CLOSED_BY = ("state", "closed_at", "closing")
_OF_LEASE = (Hidden(by=Secret.LEASE, column="lease_id"),)
_OF_LEASE_IF_ANY = (Hidden(by=Secret.LEASE, column="lease_id", optional=True),)

# Done by a function alone (privacy/sql/repairs.sql), for households that the agency does not see too.
_TO_CARRY = Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "ticket_id", "lease_id"))
_CARRIED = Write(by=(SCOPE,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("ticket_id",))


def _old(*columns: str) -> Read:
    """What the end of a duration looks at."""
    return Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", *columns))


_TICKET = TableAccess(
    table="maintenance_ticket",
    category="INTERVENTIONS",
    reads=(
        Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
        Read(by=_CARETAKER, scope=Scope.MY_RESIDENCES, columns=_TICKET_SEEN),
        # In the common parts where one lives; elsewhere, what one's household asked.
        Read(by=_TENANT, scope=Scope.MY_HOMES, columns=_TICKET_TOLD, where="dwelling_id IS NULL"),
        Read(by=(*_TENANT, *_COPY), scope=Scope.MY_TICKETS, column="id", columns=_TICKET_TOLD),
        Read(by=(SCOPE,), scope=Scope.ALL, columns=_FOLLOWED),
        _old("closed_at", "grouped_in_id"),
    ),
    writes=(
        Write(by=(*_CARETAKER, *AGENCY), verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES, where=_BY_ME),
        Write(
            by=_TENANT,
            verbs=(Verb.INSERT,),
            scope=Scope.MY_HOMES,
            where="state = 'OPEN' AND opened_by_id IS NULL AND palier.is_my_place(residence_id, dwelling_id)",
        ),
        # The caretaker closes what was given to the lodge, and nothing else.
        Write(
            by=_CARETAKER,
            verbs=(Verb.UPDATE,),
            scope=Scope.MY_RESIDENCES,
            columns=_CLOSED_BY,
            where="trade = 'LODGE'",
        ),
        # Who asked says that it is not repaired: the request is open again, nothing else of it changes.
        Write(
            by=_TENANT,
            verbs=(Verb.UPDATE,),
            scope=Scope.MY_TICKETS,
            column="id",
            columns=(*_CLOSED_BY, "reopened_at", "answer_by", "repair_on"),
            standing="state = 'CLOSED' AND grouped_in_id IS NULL",
            where="state = 'OPEN'",
        ),
        Write(
            by=AGENCY,
            verbs=(Verb.UPDATE,),
            scope=Scope.MY_RESIDENCES,
            columns=(*_CLOSED_BY, "trade", "assigned_at", "grouped_in_id", "reopened_at"),
        ),
        _TAKE_OVER,
        _ERASE,
    ),
)

_PHOTO = TableAccess(
    table="maintenance_ticketphoto",
    category="INTERVENTIONS",
    hidden=_OF_LEASE_IF_ANY,
    reads=(
        _TO_CARRY,
        Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
        # The inside of a home, as its tenant shows it, is for who sends somebody; not for the lodge.
        Read(by=_CARETAKER, scope=Scope.MY_RESIDENCES, where="lease_id IS NULL"),
        Read(by=(*_TENANT, *_COPY), scope=Scope.MY_LEASES),
        _old("ticket_id", "lease_id", "sha256"),
        # What the control of the packs reads each night: sealed bytes, and nobody behind them.
        Read(by=(Batch.MAIL,), scope=Scope.ALL, columns=("sha256", "byte_count", "kept_key", "kept_pack", "kept_slot")),
    ),
    writes=(
        Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES),
        Write(by=_CARETAKER, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES, where="lease_id IS NULL"),
        Write(
            by=_TENANT,
            verbs=(Verb.INSERT,),
            scope=Scope.MY_LEASES,
            where="ticket_id = ANY ((SELECT palier.my_tickets())::bigint[])",
        ),
        _CARRIED,
        _ERASE,
    ),
)

_REQUEST = TableAccess(
    table="maintenance_repairrequest",
    category="INTERVENTIONS",
    hidden=_OF_LEASE,
    reads=(
        Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
        Read(by=(*_TENANT, *_COPY), scope=Scope.MY_LEASES, columns=_REQUEST_TOLD),
        Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "ticket_id", "opened_ticket_id", "moved_from", "lease_id")),
        # A letter to every household of a request: those whose address is protected too.
        Read(by=(Batch.MAIL,), scope=Scope.ALL, columns=("ticket_id", "lease_id")),
        _old("ticket_id", "opened_ticket_id", "lease_id", "person_id"),
    ),
    writes=(
        Write(
            by=_TENANT,
            verbs=(Verb.INSERT,),
            scope=Scope.MY_LEASES,
            where="person_id = (SELECT palier.my_person()) AND written_by_id IS NULL"
            " AND palier.is_mine_to_follow(ticket_id, lease_id)",
        ),
        Write(
            by=AGENCY,
            verbs=(Verb.INSERT,),
            scope=Scope.MY_RESIDENCES,
            where="written_by_id = (SELECT palier.my_agent()) AND palier.is_mine_to_follow(ticket_id, lease_id)",
        ),
        # Asked once: an opinion given stays.
        Write(
            by=_TENANT,
            verbs=(Verb.UPDATE,),
            scope=Scope.MY_LEASES,
            columns=("rating", "complaint", "rated_at"),
            standing="rating = ''",
        ),
        Write(by=(SCOPE,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("ticket_id", "moved_from")),
        _ERASE,
    ),
)

_VISIT = TableAccess(
    table="maintenance_visit",
    category="INTERVENTIONS",
    hidden=_OF_LEASE,
    reads=(
        _TO_CARRY,
        Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
        # When somebody comes, for a ticket; whose home is not said, but by the ticket's own door.
        Read(
            by=_CARETAKER,
            scope=Scope.MY_RESIDENCES,
            columns=("id", "ticket_id", "residence_id", "starts_at", "ends_at", "state"),
        ),
        Read(by=(*_TENANT, *_COPY), scope=Scope.MY_LEASES),
        _old("ticket_id", "lease_id"),
    ),
    writes=(
        Write(by=AGENCY, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.MY_RESIDENCES),
        _CARRIED,
        Write(
            by=_TENANT,
            verbs=(Verb.UPDATE,),
            scope=Scope.MY_LEASES,
            columns=("state", "wish", "decided_at"),
            standing="state = 'PROPOSED' OR state = 'ACCEPTED'",
            where="state = 'ACCEPTED' OR state = 'REFUSED' OR state = 'WITHDRAWN'",
        ),
        _ERASE,
    ),
)

_STEP = TableAccess(
    table="maintenance_ticketstep",
    category="INTERVENTIONS",
    hidden=_OF_LEASE_IF_ANY,
    reads=(
        _TO_CARRY,
        Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
        # What was done, and not by whom.
        Read(by=_TENANT, scope=Scope.MY_TICKETS, columns=_STEP_TOLD, where="lease_id IS NULL"),
        Read(by=(*_TENANT, *_COPY), scope=Scope.MY_LEASES, columns=_STEP_TOLD),
        _old("ticket_id", "lease_id"),
    ),
    writes=(
        Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES, where=_IN_MY_NAME),
        Write(
            by=_CARETAKER,
            verbs=(Verb.INSERT,),
            scope=Scope.MY_RESIDENCES,
            where=f"lease_id IS NULL AND {_IN_MY_NAME}",
        ),
        Write(
            by=_TENANT,
            verbs=(Verb.INSERT,),
            scope=Scope.MY_TICKETS,
            where="agent_id IS NULL AND (lease_id IS NULL OR lease_id = ANY ((SELECT palier.my_leases())::bigint[]))",
        ),
        _CARRIED,
        _ERASE,
    ),
)

REQUESTS: tuple[TableAccess, ...] = (_TICKET, _PHOTO, _REQUEST, _VISIT, _STEP)
