"""Who reads leases. The caretaker reads the names for the doors and the dates, of those who live there today."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import SCOPE, Batch, Read, Role, Scope, TableAccess, Verb, Write

_WHOLE = (Role.HEADQUARTERS, Role.ACCOUNTANT, *Batch)
_OFFICE_WRITES = (
    Write(by=AGENCY, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.MY_RESIDENCES),
    Write(by=(Role.HEADQUARTERS, Batch.IMPORT), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
)
# What a caretaker may know of an occupant, whole (domain/privacy §7).
DOOR_COLUMNS = (
    "id",
    "residence_id",
    "dwelling_id",
    "lease_id",
    "person_id",
    "door_name",
    "moved_in_on",
    "moved_out_on",
)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="leases_lease",
        category="BAIL",
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Role.TENANT,), scope=Scope.MY_LEASES, column="id"),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "account_id", "ends_on")),
        ),
        writes=_OFFICE_WRITES,
    ),
    TableAccess(
        table="leases_term",
        category="BAIL",
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Role.TENANT,), scope=Scope.MY_LEASES),
        ),
        writes=_OFFICE_WRITES,
    ),
    TableAccess(
        table="leases_occupant",
        category="PORTE",
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(
                by=(Role.CARETAKER,),
                scope=Scope.MY_RESIDENCES,
                columns=DOOR_COLUMNS,
                # Who has left is no longer the caretaker's business.
                where="moved_out_on IS NULL OR moved_out_on >= palier.today()",
            ),
            Read(by=(Role.TENANT,), scope=Scope.MY_LEASES),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("lease_id", "person_id", "role", "moved_out_on")),
        ),
        writes=_OFFICE_WRITES,
    ),
    TableAccess(
        # Written by the triggers of leases/sql/changes.sql, in the name of whoever changes the row.
        table="leases_change",
        category="BAIL",
        append_only=True,
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(Role.HEADQUARTERS, Batch.IMPORT), scope=Scope.ALL),
        ),
        writes=(
            Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES),
            Write(by=(Role.HEADQUARTERS, Batch.IMPORT), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Role.TENANT,), verbs=(Verb.INSERT,), scope=Scope.MYSELF),
        ),
    ),
)
