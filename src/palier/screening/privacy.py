"""Refusals name an agent: the DPO alone reads them. The landlord's words and the false alarms name nobody."""

from palier.privacy.catalogue import DESK
from palier.privacy.declare import SCOPE, Batch, Read, Role, Scope, TableAccess, Verb, Write

_TYPING = DESK
_OTHERS = tuple(role for role in _TYPING if role is not Role.DPO)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="screening_screenrefusal",
        category="AGENTS",
        reads=(
            Read(by=(Role.DPO,), scope=Scope.ALL),
            # The number of the row that one has just written, nothing of what was refused.
            Read(by=_OTHERS, scope=Scope.MY_OWN_WORK, column="agent_id", columns=("id", "agent_id")),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "at")),
            Read(by=(Batch.AUDIT,), scope=Scope.ALL, columns=("id", "category", "term", "field", "site", "at")),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("category", "field", "at")),
        ),
        writes=(
            Write(by=_TYPING, verbs=(Verb.INSERT,), scope=Scope.MY_OWN_WORK, column="agent_id"),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="screening_justifiedwarning",
        category="AGENTS",
        reads=(
            Read(by=(Role.DPO,), scope=Scope.ALL),
            Read(by=_OTHERS, scope=Scope.MY_OWN_WORK, column="agent_id", columns=("id", "agent_id")),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "at")),
            Read(by=(Batch.AUDIT,), scope=Scope.ALL, columns=("id", "category", "field", "justification", "at")),
        ),
        writes=(
            Write(by=_TYPING, verbs=(Verb.INSERT,), scope=Scope.MY_OWN_WORK, column="agent_id"),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="screening_falsealarm",
        reads=(
            Read(by=(Role.DPO, Batch.AUDIT), scope=Scope.ALL),
            Read(by=_OTHERS, scope=Scope.ALL, columns=("id",)),
        ),
        writes=(Write(by=_TYPING, verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="screening_landlordterm",
        # What is written for an agent by an import, or in a template by a command, is screened with the same words.
        reads=(Read(by=(*_TYPING, Batch.IMPORT, Batch.MAIL), scope=Scope.ALL),),
        writes=(Write(by=(Role.DPO,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),),
    ),
)
