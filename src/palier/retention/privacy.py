"""Who reads and writes durations, what is held back, and the certificates. The DPO decides, a job erases."""

from palier.privacy.catalogue import DESK
from palier.privacy.declare import OPENED_FILE, SCOPE, Batch, Read, Role, Scope, TableAccess, Verb, Write

_DPO = (Role.DPO,)
_JOB = (Batch.RETENTION,)
_RECORDED = ("number", "finished_at", "data", "data_sha256", "pdf_sha256")
# Row security asks it for whoever reads a file: a number, and the day.
_AGENTS = tuple(role for role in Role if role not in (Role.TENANT, Role.APPLICANT))
_NOT_LODGE = tuple(role for role in _AGENTS if role is not Role.CARETAKER)
_LIFTED = ("last_day", "lifted_by", "lifted_at")

TABLES: tuple[TableAccess, ...] = (
    # Durations are told to everyone, the tenant first: they name no one.
    TableAccess(
        table="retention_decision",
        append_only=True,
        reads=(Read(by=(*DESK, Role.CARETAKER, Role.TENANT, Role.APPLICANT, Role.EMPLOYEE, *Batch), scope=Scope.ALL),),
        writes=(Write(by=_DPO, verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="retention_hold",
        category="BAIL",
        reads=(
            Read(by=(*_DPO, *_JOB), scope=Scope.ALL),
            # The copy of a file says that it is held back, on what ground and since when.
            Read(
                by=(Batch.RIGHTS,),
                scope=Scope.MYSELF,
                columns=("id", "person_id", "ground", "first_day", "last_day"),
            ),
        ),
        writes=(
            Write(by=_DPO, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=_DPO, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_LIFTED),
        ),
    ),
    TableAccess(
        table="retention_purge",
        category="AGENTS",
        reads=(Read(by=(*_DPO, *_JOB), scope=Scope.ALL),),
        writes=(
            Write(by=_JOB, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=_JOB, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_RECORDED),
        ),
    ),
    TableAccess(
        table="retention_erasure",
        append_only=True,
        reads=(Read(by=(*_DPO, *_JOB), scope=Scope.ALL),),
        writes=(Write(by=_JOB, verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="retention_forecast",
        reads=(Read(by=(*_DPO, *_JOB, Batch.AUDIT, SCOPE), scope=Scope.ALL),),
        writes=(Write(by=_JOB, verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),),
    ),
    TableAccess(
        table="retention_archived",
        reads=(Read(by=(*_NOT_LODGE, OPENED_FILE, SCOPE, *_JOB), scope=Scope.ALL),),
        writes=(Write(by=_JOB, verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),),
    ),
)
