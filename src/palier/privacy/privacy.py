"""Who reads and writes the tables of the lower floors: the journal, work that takes time, sessions and the queue."""

from palier.privacy.catalogue import ALLOCATION, OFFICE, PURPOSES
from palier.privacy.declare import LOGIN, OPENED_FILE, SCOPE, WORKER, Batch, Read, Role, Scope, TableAccess, Verb, Write
from palier.privacy.discreet import told_online

_ASKERS = (*OFFICE, *ALLOCATION, Role.ACCOUNTANT, Role.PAYROLL)

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

# What the auditor's functions read: neither the person who acted for themself, nor the operator, nor the terms.
READING_COUNTED = ("id", "at", "agent_id", "role", "purpose", "motive", "is_mass", "categories", "screen")

_ABOUT_AN_APPLICANT = (
    "(is_mass AND role <> 'batch_rent' AND role <> 'batch_mail') OR subjects @> ARRAY[(SELECT palier.my_person())]"
)
# The monthly runs of rents touch no employee.
_ABOUT_AN_EMPLOYEE = (
    "(is_mass AND (role = 'batch_payroll' OR role = 'batch_retention' OR role = 'batch_operator'"
    " OR role = 'batch_vendor'))"
    " OR subjects @> ARRAY[(SELECT palier.my_person())]"
)
_ABOUT_ME = "is_mass OR subjects @> ARRAY[(SELECT palier.my_person())]"

_JOURNAL = (
    TableAccess(
        table="privacy_readevent",
        category="JOURNAL",
        append_only=True,
        reads=(
            Read(by=(Role.DPO, Batch.JOURNAL), scope=Scope.ALL),
            Read(
                by=(Batch.AUDIT,),
                scope=Scope.ALL,
                columns=("at", "role", "purpose", "motive", "is_mass", "categories", "screen"),
            ),
            Read(
                by=(Role.TENANT,),
                scope=Scope.ALL,
                columns=READING_TOLD,
                # The readings of one's own file, and those of everyone's at once, but those whose display is discreet.
                where=f"({_ABOUT_ME}) AND ({told_online(PURPOSES.values())})",
            ),
            # Who asks for a dwelling is in no monthly run: the processing of leases is not a reading of their file.
            Read(
                by=(Role.APPLICANT,),
                scope=Scope.ALL,
                columns=READING_TOLD,
                where=f"({_ABOUT_AN_APPLICANT}) AND ({told_online(PURPOSES.values())})",
            ),
            Read(
                by=(Role.EMPLOYEE,),
                scope=Scope.ALL,
                columns=READING_TOLD,
                where=f"({_ABOUT_AN_EMPLOYEE}) AND ({told_online(PURPOSES.values())})",
            ),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=(*READING_COUNTED, "subjects")),
            # An employee sees what is kept of their own activity: neither whose file it was, nor what was searched.
            Read(
                by=(Role.CARETAKER,),
                scope=Scope.MY_OWN_WORK,
                column="agent_id",
                columns=("id", "at", "agent_id", "screen", "purpose", "categories"),
            ),
            # A copy handed over in person holds them all; one that is fetched online leaves the discreet ones out.
            Read(by=(Batch.RIGHTS,), scope=Scope.ALL, columns=READING_TOLD, where=_ABOUT_ME),
        ),
        # SCOPE: what an auditor reads under pseudonym is traced by the function that reads it (privacy/sql/audit.sql).
        writes=(Write(by=(*Role, OPENED_FILE, *Batch, SCOPE), verbs=(Verb.INSERT,), scope=Scope.MY_TRACE),),
    ),
    TableAccess(
        table="privacy_journalalarm",
        category="AGENTS",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "raised_at")),
            Read(by=(Role.DPO, Batch.JOURNAL), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(Batch.JOURNAL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=(Role.DPO,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("answer", "answered_by", "answered_at"),
                # In one's own name, once: who answers is who is signed in.
                where="answered_by = (SELECT palier.my_agent())",
            ),
        ),
    ),
)

# Seals hold no reading: hashes, numbers and instants.
_SEALS = (
    *(
        TableAccess(
            table=table,
            append_only=True,
            reads=(Read(by=(Role.DPO, Role.AUDITOR, Batch.JOURNAL), scope=Scope.ALL),),
            writes=(Write(by=(Batch.JOURNAL,), verbs=(Verb.INSERT,), scope=Scope.ALL),),
        )
        for table in ("privacy_journalblock", "privacy_journalpublication")
    ),
    TableAccess(
        table="privacy_journalmark",
        append_only=True,
        reads=(Read(by=(Batch.JOURNAL,), scope=Scope.ALL),),
        writes=(Write(by=(Batch.JOURNAL,), verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    # Written by the owner, with the dropping of the month.
    TableAccess(
        table="privacy_journaltombstone",
        append_only=True,
        reads=(Read(by=(Role.DPO, Role.AUDITOR, Batch.JOURNAL), scope=Scope.ALL),),
    ),
    TableAccess(
        table="privacy_helpwindow",
        category="AGENTS",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "until_at")),
            Read(by=(Role.DPO, Role.TECHNICAL_ADMIN, Batch.JOURNAL), scope=Scope.ALL),
            # Without the name of who opened it.
            Read(
                by=(Role.AUDITOR,),
                scope=Scope.ALL,
                columns=("id", "vendor", "purpose", "opened_at", "until_at", "closed_at"),
            ),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(Batch.JOURNAL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Batch.JOURNAL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("closed_at",)),
        ),
    ),
)

_WORK = (
    TableAccess(
        table="foundation_jobprogress",
        reads=(Read(by=(*_ASKERS, Role.DPO, Role.AUDITOR, Role.TECHNICAL_ADMIN, *Batch, WORKER), scope=Scope.ALL),),
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
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "created_at")),
            Read(by=OFFICE, scope=Scope.MY_OWN_WORK),
            Read(by=(Batch.IMPORT,), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=OFFICE, verbs=(Verb.INSERT, Verb.UPDATE, Verb.DELETE), scope=Scope.MY_OWN_WORK),
            Write(by=(Batch.IMPORT,), verbs=tuple(Verb), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="foundation_importrow",
        category="REPRISE",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "batch_id")),
            Read(by=OFFICE, scope=Scope.MY_OWN_WORK),
            Read(by=(Batch.IMPORT,), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
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
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("session_key", "expire_date")),
            Read(by=(LOGIN,), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(LOGIN,), verbs=tuple(Verb), scope=Scope.ALL),
        ),
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

TABLES: tuple[TableAccess, ...] = (*_JOURNAL, *_SEALS, *_WORK, *_FRAMEWORK, *_QUEUE)
