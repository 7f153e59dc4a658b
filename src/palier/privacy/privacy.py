"""Who reads and writes the tables of the lower floors: the journal, work that takes time, sessions and the queue."""

from palier.privacy.catalogue import OFFICE
from palier.privacy.declare import LOGIN, SCOPE, WORKER, Batch, Read, Role, Scope, TableAccess, Verb, Write

_ASKERS = (*OFFICE, Role.ACCOUNTANT)

# What a person is told of a reading of their file: neither the other persons read, nor what was typed, nor an operator.
READING_TOLD = (
    "id",
    "at",
    "agent_id",
    "person_id",
    "role",
    "purpose",
    "motive",
    "is_mass",
    "categories",
    "screen",
)

_JOURNAL = (
    TableAccess(
        table="privacy_readevent",
        category="JOURNAL",
        append_only=True,
        reads=(
            Read(by=(Role.DPO,), scope=Scope.ALL),
            Read(
                by=(Role.TENANT,),
                scope=Scope.ALL,
                columns=READING_TOLD,
                # The readings of one's own file, and those of everyone's at once.
                where="is_mass OR subjects @> ARRAY[(SELECT palier.my_person())]",
            ),
        ),
        writes=(Write(by=(*Role, *Batch), verbs=(Verb.INSERT,), scope=Scope.MY_TRACE),),
    ),
)

_WORK = (
    TableAccess(
        table="foundation_jobprogress",
        reads=(Read(by=(*_ASKERS, Role.DPO, Role.TECHNICAL_ADMIN, *Batch, WORKER), scope=Scope.ALL),),
        # Written outside the work's own transaction, by the login itself, so that it shows before the work commits.
        writes=(
            Write(by=(WORKER,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(by=_ASKERS, verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="foundation_importbatch",
        category="REPRISE",
        reads=(
            Read(by=OFFICE, scope=Scope.MY_OWN_WORK),
            Read(by=(Batch.IMPORT,), scope=Scope.ALL),
        ),
        writes=(
            Write(by=OFFICE, verbs=(Verb.INSERT, Verb.UPDATE, Verb.DELETE), scope=Scope.MY_OWN_WORK),
            Write(by=(Batch.IMPORT,), verbs=tuple(Verb), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="foundation_importrow",
        category="REPRISE",
        reads=(
            Read(by=OFFICE, scope=Scope.MY_OWN_WORK),
            Read(by=(Batch.IMPORT,), scope=Scope.ALL),
        ),
        writes=(
            Write(by=OFFICE, verbs=(Verb.INSERT, Verb.UPDATE, Verb.DELETE), scope=Scope.MY_OWN_WORK),
            Write(by=(Batch.IMPORT,), verbs=tuple(Verb), scope=Scope.ALL),
        ),
    ),
)

# The framework's own tables. Nobody is given the permissions of Django: roles and policies say it all.
_FRAMEWORK = (
    TableAccess(
        table="django_session",
        category="CONNEXION",
        reads=(Read(by=(LOGIN,), scope=Scope.ALL),),
        writes=(Write(by=(LOGIN,), verbs=tuple(Verb), scope=Scope.ALL),),
    ),
    TableAccess(table="django_migrations", reads=(Read(by=(WORKER, LOGIN), scope=Scope.ALL),)),
    TableAccess(table="django_content_type"),
    TableAccess(table="auth_permission"),
    TableAccess(table="auth_group"),
    TableAccess(table="auth_group_permissions"),
)

# The queue holds ids and codes only (palier.defer_job refuses the rest). The administrator sees states, no arguments.
_QUEUE = (
    TableAccess(
        table="procrastinate_jobs",
        reads=(
            Read(by=(WORKER, SCOPE), scope=Scope.ALL),
            Read(
                by=(Role.TECHNICAL_ADMIN,),
                scope=Scope.ALL,
                columns=("id", "queue_name", "task_name", "status", "scheduled_at", "attempts", "worker_id"),
            ),
        ),
        writes=(
            Write(by=(WORKER,), verbs=tuple(Verb), scope=Scope.ALL),
            Write(by=(SCOPE,), verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="procrastinate_events",
        reads=(Read(by=(WORKER, Role.TECHNICAL_ADMIN), scope=Scope.ALL),),
        writes=(
            Write(by=(WORKER,), verbs=tuple(Verb), scope=Scope.ALL),
            Write(by=(SCOPE,), verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="procrastinate_periodic_defers",
        reads=(Read(by=(WORKER,), scope=Scope.ALL),),
        writes=(Write(by=(WORKER,), verbs=tuple(Verb), scope=Scope.ALL),),
    ),
    TableAccess(
        table="procrastinate_workers",
        reads=(Read(by=(WORKER, Role.TECHNICAL_ADMIN), scope=Scope.ALL),),
        writes=(Write(by=(WORKER,), verbs=tuple(Verb), scope=Scope.ALL),),
    ),
)

TABLES: tuple[TableAccess, ...] = (*_JOURNAL, *_WORK, *_FRAMEWORK, *_QUEUE)
