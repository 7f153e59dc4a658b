"""Who reads and writes what is done in a residence: its caretakers and its agency. No amount, no name, no comment."""

from palier.maintenance.privacy_requests import REQUESTS
from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

# A landlord's own tasks and keys are taken over with the rest of its files.
_TAKE_OVER = Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT,), scope=Scope.ALL)
_TAKEN_OVER = Read(by=(Batch.IMPORT,), scope=Scope.ALL)
_ERASE = Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)
_CARETAKER = (Role.CARETAKER,)
_MINE = "{column} = (SELECT palier.my_agent())"
_DELIVERY_SEEN = ("id", "residence_id", "dwelling_id", "lease_id", "month", "state", "reason", "done_at")


def _old(*columns: str) -> Read:
    """What the end of a duration looks at."""
    return Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", *columns))


def _on_site(seen: tuple[str, ...]) -> tuple[Read, ...]:
    return (
        Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
        Read(by=_CARETAKER, scope=Scope.MY_RESIDENCES, columns=seen),
    )


_ROUNDS = (
    TableAccess(
        table="maintenance_round",
        category="AGENTS",
        reads=(Read(by=_CARETAKER, scope=Scope.MY_OWN_WORK, column="agent_id"), _old("until_at")),
        writes=(
            Write(by=_CARETAKER, verbs=(Verb.INSERT,), scope=Scope.MY_OWN_WORK, column="agent_id"),
            Write(
                by=_CARETAKER, verbs=(Verb.UPDATE,), scope=Scope.MY_OWN_WORK, column="agent_id", columns=("ended_at",)
            ),
            _ERASE,
        ),
    ),
    TableAccess(
        table="maintenance_sending",
        category="AGENTS",
        reads=(Read(by=(*_CARETAKER, *AGENCY), scope=Scope.MY_OWN_WORK, column="agent_id"), _old("at")),
        writes=(
            Write(by=(*_CARETAKER, *AGENCY), verbs=(Verb.INSERT,), scope=Scope.MY_OWN_WORK, column="agent_id"),
            _ERASE,
        ),
    ),
    TableAccess(
        table="maintenance_routine",
        reads=(Read(by=(*AGENCY, *_CARETAKER), scope=Scope.MY_RESIDENCES), _TAKEN_OVER),
        writes=(Write(by=AGENCY, verbs=tuple(Verb), scope=Scope.MY_RESIDENCES), _TAKE_OVER),
    ),
    TableAccess(
        table="maintenance_routinedone",
        category="AGENTS",
        reads=(
            # The agency sees what was done, not by whom: an employee's work is not a tally.
            Read(
                by=(*AGENCY, *_CARETAKER),
                scope=Scope.MY_RESIDENCES,
                columns=("id", "residence_id", "code", "day", "at"),
            ),
            _old("day"),
        ),
        writes=(
            Write(
                by=_CARETAKER,
                verbs=(Verb.INSERT,),
                scope=Scope.MY_RESIDENCES,
                where=_MINE.format(column="agent_id"),
            ),
            Write(by=_CARETAKER, verbs=(Verb.DELETE,), scope=Scope.MY_RESIDENCES),
            _ERASE,
        ),
    ),
)

_KEYS = (
    TableAccess(
        table="maintenance_keyset",
        category="INTERVENTIONS",
        reads=(Read(by=(*AGENCY, *_CARETAKER), scope=Scope.MY_RESIDENCES), _TAKEN_OVER, _old()),
        writes=(Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES), _TAKE_OVER),
    ),
    TableAccess(
        table="maintenance_keymovement",
        category="INTERVENTIONS",
        reads=(
            *_on_site(("id", "key_set_id", "residence_id", "holder", "trade", "at")),
            _old("key_set_id", "at"),
        ),
        writes=(
            Write(
                by=(*AGENCY, *_CARETAKER),
                verbs=(Verb.INSERT,),
                scope=Scope.MY_RESIDENCES,
                where=_MINE.format(column="agent_id"),
            ),
            _TAKE_OVER,
            _ERASE,
        ),
    ),
)

_PAPERS = (
    TableAccess(
        table="maintenance_delivery",
        category="INTERVENTIONS",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id"),),
        reads=(
            *_on_site(_DELIVERY_SEEN),
            _old("month"),
            Read(
                by=(Batch.RIGHTS,),
                scope=Scope.MY_LEASES,
                columns=("id", "lease_id", "document_id", "month", "prepared_at", "state", "reason", "done_at"),
            ),
        ),
        writes=(
            Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES),
            Write(
                by=_CARETAKER,
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_RESIDENCES,
                columns=("state", "reason", "done_at", "done_by_id"),
                where=_MINE.format(column="done_by_id"),
            ),
            _ERASE,
        ),
    ),
)

TABLES: tuple[TableAccess, ...] = (*_ROUNDS, *REQUESTS, *_KEYS, *_PAPERS)
