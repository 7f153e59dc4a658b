"""Who reads and writes the end of a month: the accountant and headquarters. Nothing here names anyone."""

from palier.privacy.declare import Batch, Read, Role, Scope, TableAccess, Verb, Write

_BOOKKEEPERS = (Role.HEADQUARTERS, Role.ACCOUNTANT, Batch.RENT)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="closing_waiver",
        append_only=True,
        reads=(Read(by=_BOOKKEEPERS, scope=Scope.ALL),),
        writes=(Write(by=_BOOKKEEPERS, verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
)
