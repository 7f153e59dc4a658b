"""Who reads what a tenant writes, and what is joined to it: they and the agency. No helper, no lodge."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_HIDDEN = (Hidden(by=Secret.LEASE, column="lease_id"),)
_TENANT = (Role.TENANT,)
_ERASED = Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)
# A row of a thread that one reads: row security leaves out the others.
_READ_HERE = "thread_id IN (SELECT exchanges_thread.id FROM exchanges_thread)"
# A paper goes with a message of its own side, in the thread of that message.
_SAID_BY = (
    "message_id IN (SELECT exchanges_message.id FROM exchanges_message WHERE exchanges_message.author = '{author}'"
    " AND exchanges_message.thread_id = exchanges_attachment.thread_id"
    " AND exchanges_message.person_id = exchanges_attachment.person_id)"
)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="exchanges_thread",
        category="ECHANGES",
        hidden=_HIDDEN,
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(*_TENANT, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "person_id", "last_at", "answer_by")),
        ),
        writes=(
            Write(
                by=_TENANT,
                verbs=(Verb.INSERT,),
                scope=Scope.MYSELF,
                where="state = 'OPEN' AND agent_id IS NULL AND answered_at IS NULL"
                " AND lease_id = ANY ((SELECT palier.my_leases())::bigint[])",
            ),
            # Who has it, and what was answered, are the agency's.
            Write(
                by=_TENANT,
                verbs=(Verb.UPDATE,),
                scope=Scope.MYSELF,
                columns=("state", "last_at", "answer_by", "read_at", "closed_at"),
            ),
            Write(
                by=AGENCY,
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_RESIDENCES,
                columns=(
                    "state",
                    "last_at",
                    "answer_by",
                    "agent_id",
                    "handed_by",
                    "handed_at",
                    "answered_at",
                    "closed_at",
                ),
            ),
            _ERASED,
        ),
    ),
    TableAccess(
        table="exchanges_message",
        category="ECHANGES",
        hidden=_HIDDEN,
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(*_TENANT, Batch.RIGHTS), scope=Scope.MYSELF),
            # To tell that something waits: never what.
            Read(
                by=(Batch.MAIL,),
                scope=Scope.ALL,
                columns=("id", "lease_id", "person_id", "author", "at", "told_at"),
            ),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "thread_id")),
        ),
        writes=(
            Write(
                by=_TENANT,
                verbs=(Verb.INSERT,),
                scope=Scope.MYSELF,
                where=f"author = 'TENANT' AND {_READ_HERE}",
            ),
            Write(
                by=AGENCY,
                verbs=(Verb.INSERT,),
                scope=Scope.MY_RESIDENCES,
                where=f"author = 'AGENCY' AND agent_id = (SELECT palier.my_agent()) AND {_READ_HERE}",
            ),
            Write(by=(Batch.MAIL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("told_at",)),
            _ERASED,
        ),
    ),
    TableAccess(
        table="exchanges_attachment",
        category="ECHANGES",
        hidden=_HIDDEN,
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(*_TENANT, Batch.RIGHTS), scope=Scope.MYSELF),
            # What the control of the packs reads each night: sealed bytes, and nobody behind them.
            Read(
                by=(Batch.MAIL,),
                scope=Scope.ALL,
                columns=("sha256", "byte_count", "kept_key", "kept_pack", "kept_slot"),
            ),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "message_id", "thread_id", "sha256")),
        ),
        writes=(
            Write(by=_TENANT, verbs=(Verb.INSERT,), scope=Scope.MYSELF, where=_SAID_BY.format(author="TENANT")),
            Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES, where=_SAID_BY.format(author="AGENCY")),
            _ERASED,
        ),
    ),
)
