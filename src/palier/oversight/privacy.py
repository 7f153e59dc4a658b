"""Breaches are the data protection officer's: nobody else reads who was concerned. Steps are only added.

A mission of audit is declared by one, confirmed by another, and its key is nobody's.
"""

from palier.privacy.declare import PURGE, SCOPE, Batch, Read, Role, Scope, TableAccess, Verb, Write

_DPO = (Role.DPO,)
# The job that writes a letter to each person concerned.
_LETTERS = (Batch.RIGHTS,)
# All of a mission but its key.
_MISSION_TOLD = (
    "id", "number", "purpose", "auditor_id", "first_day", "last_day", "declared_by_id", "declared_at",
    "confirmed_by_id", "confirmed_at", "ended_by_id", "ended_at", "pack_sha256", "pack_key", "pack_made_at",
)  # fmt: skip

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="oversight_incident",
        category="VIOLATIONS",
        reads=(
            Read(by=(PURGE,), scope=Scope.ALL),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "is_exercise")),
            # The months of the journal that an open breach holds.
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "is_exercise", "from_at", "until_at", "reading_id")),
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
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("incident_id", "kind")),
            Read(by=(*_DPO, *_LETTERS), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(*_DPO, *_LETTERS), verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
    # Numbers of agents and days, as the other decisions of the policy (agents_policysetting).
    TableAccess(
        table="oversight_auditmission",
        reads=(
            Read(by=(Role.DPO, Role.HEADQUARTERS, Batch.AUDIT), scope=Scope.ALL, columns=_MISSION_TOLD),
            Read(by=(Role.AUDITOR,), scope=Scope.MY_OWN_WORK, column="auditor_id", columns=_MISSION_TOLD),
            Read(by=(SCOPE,), scope=Scope.ALL),
        ),
        writes=(
            Write(
                by=_DPO,
                verbs=(Verb.INSERT,),
                scope=Scope.MY_OWN_WORK,
                column="declared_by_id",
                where="confirmed_by_id IS NULL AND ended_by_id IS NULL",
            ),
            Write(by=_DPO, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("ended_by_id", "ended_at")),
            Write(
                by=(Role.HEADQUARTERS,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("confirmed_by_id", "confirmed_at"),
                # In one's own name.
                where="confirmed_by_id = (SELECT palier.my_agent())",
            ),
            Write(
                by=(Batch.AUDIT,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("pack_sha256", "pack_key", "pack_made_at"),
            ),
        ),
    ),
)
