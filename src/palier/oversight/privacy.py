"""Breaches are the data protection officer's: nobody else reads who was concerned. Steps are only added."""

from palier.privacy.declare import PURGE, Batch, Read, Role, Scope, TableAccess, Verb, Write

_DPO = (Role.DPO,)
# The job that writes a letter to each person concerned.
_LETTERS = (Batch.RIGHTS,)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="oversight_incident",
        category="VIOLATIONS",
        reads=(
            Read(by=(PURGE,), scope=Scope.ALL),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "is_exercise")),
            Read(by=(*_DPO, *_LETTERS), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=_DPO, verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="oversight_incidentperson",
        category="VIOLATIONS",
        reads=(
            Read(by=(PURGE,), scope=Scope.ALL),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "incident_id", "person_id")),
            Read(by=(*_DPO, *_LETTERS), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=_DPO, verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="oversight_incidentstep",
        category="VIOLATIONS",
        append_only=True,
        reads=(
            Read(by=(PURGE,), scope=Scope.ALL),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "incident_id", "kind", "at")),
            Read(by=(*_DPO, *_LETTERS), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(*_DPO, *_LETTERS), verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
)
