"""Who reads and writes applications: what orders them is the whole stock's, who they are is read file by file.

Officers see verdicts over the stock: resources and stays are those of the files given to them; what scores and matches
runs as a job (Batch.ALLOCATION), which reads no name. A number (person_id, lease_id) opens nothing by itself.
"""

from palier.demandes.privacy_grids import FIGURES, TRIALS
from palier.demandes.privacy_letters import LETTERS
from palier.privacy.catalogue import ALLOCATION
from palier.privacy.declare import SCOPE, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_ONESELF = (Role.TENANT, Role.APPLICANT)
# Read whole by the jobs: an import compares, the clocks and the scores read no identity.
_JOBS = (Batch.IMPORT, Batch.ALLOCATION)
_ALL_VERBS = (Verb.INSERT, Verb.UPDATE, Verb.DELETE)
_HIDDEN = (Hidden(by=Secret.APPLICATION, column="application_id"),)
# What the commission examines, without identity: the secretary of the sitting reads it of a protected person too.
_EXAMINED = (Hidden(by=Secret.CANDIDACY, column="application_id"),)
# What ends and starts again with time, a letter or the person.
_LIFE = (
    "renewed_on",
    "expires_on",
    "state",
    "radiated_on",
    "radiation_motive",
    "warned_on",
    "warned_for",
    "version",
)
# What the letters say of an application.
_TOLD = ("id", "number", "person_id", "state", "filed_on", "renewed_on", "expires_on")
# The headings that the person changes online; the proof of what they say is judged by an agent.
_DECLARED = "proof = 'DECLARED'"


def _own(*, table_key: str = "application_id") -> tuple[Read, ...]:
    if table_key == "id":
        return (Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MYSELF),)
    return (Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MY_APPLICATIONS, column=table_key),)


def _purged(*columns: str) -> tuple[Read, ...]:
    return (Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=columns),)


def _said_by_oneself(own: str | None) -> tuple[Write, ...]:
    if own is None:
        return ()
    return (Write(by=_ONESELF, verbs=_ALL_VERBS, scope=Scope.MY_APPLICATIONS, where=own),)


# The job of the clocks sees the end of a permit, never a nationality.
_PERMITS = (Read(by=(Batch.ALLOCATION,), scope=Scope.ALL, columns=("application_id", "state", "valid_until")),)
_SEES_PERMITS_AGAIN = Write(by=(Batch.ALLOCATION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("stays_regularly",))
_PURGES = Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)
_IMPORTS = Write(by=(Batch.IMPORT,), verbs=_ALL_VERBS, scope=Scope.ALL)
_INSTRUCTS = Write(by=ALLOCATION, verbs=_ALL_VERBS, scope=Scope.MY_FILES)


def _heading(
    table: str, category: str, *, key: str = "id", own: str | None = "", more: tuple[Write, ...] = ()
) -> TableAccess:
    """A heading of the form, without identity: read over the whole stock, written in one's own files.

    `own`: the person changes it themself, on that condition.
    """
    return TableAccess(
        table=table,
        category=category,
        hidden=_EXAMINED,
        freezes=True,
        reads=(
            Read(by=(*ALLOCATION, *_JOBS), scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL),
            *_own(),
            *_purged(*dict.fromkeys((key, "application_id"))),
        ),
        writes=(
            _INSTRUCTS,
            _IMPORTS,
            *_said_by_oneself(own),
            *more,
            _PURGES,
        ),
    )


_APPLICATION = TableAccess(
    table="demandes_application",
    category="DEMANDE",
    hidden=(Hidden(by=Secret.PERSON, column="person_id"), Hidden(by=Secret.APPLICATION, column="id")),
    freezes=True,
    reads=(
        Read(by=(*ALLOCATION, *_JOBS), scope=Scope.ALL),
        Read(by=(SCOPE,), scope=Scope.ALL),
        Read(by=(Batch.LETTERS,), scope=Scope.ALL, columns=_TOLD),
        *_own(table_key="id"),
        *_purged("id", "person_id", "state", "radiated_on", "merged_into_id"),
    ),
    writes=(
        Write(
            by=ALLOCATION,
            verbs=(Verb.INSERT,),
            scope=Scope.ALL,
            where="source = 'COUNTER' AND (palier.is_unknown_yet(person_id) OR palier.is_someone_i_see(person_id))",
        ),
        Write(
            by=ALLOCATION,
            verbs=(Verb.UPDATE,),
            scope=Scope.MY_FILES,
            column="id",
            columns=(*_LIFE, "path", "lease_id", "merged_into_id", "filed_on"),
        ),
        Write(by=(Batch.ALLOCATION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_LIFE),
        Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
        Write(by=_ONESELF, verbs=(Verb.UPDATE,), scope=Scope.MYSELF, columns=_LIFE),
        Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("merged_into_id",)),
        _PURGES,
    ),
)

# Who they are, by name and nationality, and what they have: read by those who instruct the file alone.
_IDENTITY = (
    TableAccess(
        table="demandes_member",
        category="IDENTITE",
        hidden=(*_HIDDEN, Hidden(by=Secret.PERSON, column="person_id", optional=True)),
        freezes=True,
        reads=(
            Read(by=ALLOCATION, scope=Scope.MY_FILES),
            Read(by=(Batch.IMPORT,), scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("application_id", "person_id", "last_name")),
            *_own(),
            *_purged("id", "application_id", "person_id"),
        ),
        writes=(
            Write(
                by=ALLOCATION,
                verbs=(Verb.INSERT, Verb.UPDATE),
                scope=Scope.MY_FILES,
                # A number guessed brings nobody into a file.
                where="person_id IS NULL OR palier.is_unknown_yet(person_id) OR palier.is_someone_i_see(person_id)",
            ),
            Write(by=ALLOCATION, verbs=(Verb.DELETE,), scope=Scope.MY_FILES),
            _IMPORTS,
            _PURGES,
        ),
    ),
    *(
        TableAccess(
            table=table,
            category=category,
            hidden=_EXAMINED if table == "demandes_resources" else _HIDDEN,
            freezes=True,
            reads=(
                Read(by=ALLOCATION, scope=Scope.MY_FILES),
                Read(by=(Batch.IMPORT, *jobs), scope=Scope.ALL),
                *((Read(by=(SCOPE,), scope=Scope.ALL),) if Batch.ALLOCATION in jobs else ()),
                *(_PERMITS if table == "demandes_stay" else ()),
                *_own(),
                *_purged(*dict.fromkeys((key, "application_id"))),
            ),
            writes=(
                _INSTRUCTS,
                _IMPORTS,
                *_said_by_oneself(own),
                _PURGES,
            ),
        )
        # `jobs`: those that score and match read it too; `own`: the person says it themself, on that condition.
        for table, category, key, jobs, own in (
            ("demandes_stay", "SEJOUR", "id", (), None),
            ("demandes_resources", "RESSOURCES", "application_id", (Batch.ALLOCATION,), _DECLARED),
            ("demandes_resourceline", "RESSOURCES", "id", (), ""),
            # Read by no job that scores or matches: it weighs nothing.
            ("demandes_work", "RESSOURCES", "member_id", (), None),
            # The letters are addressed by a job.
            ("demandes_postaladdress", "COORDONNEES", "application_id", (Batch.LETTERS,), ""),
            # Its unknown codes may be of any list, nationality included.
            ("demandes_receipt", "SEJOUR", "application_id", (), None),
        )
    ),
)

# Written by who instructs, sealed: nobody's page reads it, and no job that compares, scores or writes letters.
_NIR_SHOWN = ("member_id", "application_id", "ending", "written_on")
_NIR = TableAccess(
    table="demandes_nir",
    category="NIR",
    hidden=_HIDDEN,
    freezes=True,
    reads=(
        Read(by=ALLOCATION, scope=Scope.MY_FILES, columns=_NIR_SHOWN),
        Read(by=(Batch.IMPORT,), scope=Scope.ALL, columns=("member_id",)),
        Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MY_APPLICATIONS, columns=_NIR_SHOWN),
        *_purged("member_id", "application_id"),
    ),
    writes=(
        Write(by=ALLOCATION, verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.MY_FILES),
        # Who will not live there any more.
        Write(by=(Batch.IMPORT,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        _PURGES,
    ),
)

_LIFE_OF_THE_FILE = (
    TableAccess(
        table="demandes_assignment",
        category="AGENTS",
        reads=(
            Read(by=(*ALLOCATION, *_JOBS, SCOPE), scope=Scope.ALL),
            *_purged("id", "application_id"),
        ),
        writes=(
            # The secretary gives files; an officer takes one that nobody has, or gives one of theirs to a colleague.
            Write(
                by=(Role.COMMISSION_SECRETARY,),
                verbs=(Verb.INSERT,),
                scope=Scope.MY_OWN_WORK,
                column="assigned_by_id",
            ),
            Write(
                by=(Role.ALLOCATION_OFFICER,),
                verbs=(Verb.INSERT,),
                scope=Scope.MY_OWN_WORK,
                column="assigned_by_id",
                where="application_id = ANY ((SELECT palier.my_files())::bigint[])"
                " OR (agent_id = (SELECT palier.my_agent()) AND NOT palier.is_given(application_id)"
                " AND palier.files_left_to_take() > 0)",
            ),
            Write(by=(Role.COMMISSION_SECRETARY,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("until_at",)),
            Write(
                by=(Role.ALLOCATION_OFFICER,),
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_OWN_WORK,
                column="agent_id",
                columns=("until_at",),
            ),
            Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            _PURGES,
        ),
    ),
    TableAccess(
        table="demandes_event",
        category="DEMANDE",
        hidden=_EXAMINED,
        reads=(
            Read(by=(*ALLOCATION, *_JOBS), scope=Scope.ALL),
            Read(by=(Batch.LETTERS,), scope=Scope.ALL, columns=("id", "application_id", "kind", "detail", "on")),
            # A decision is told by its letter: the code written when the sitting closes is for who instructs.
            Read(
                by=(*_ONESELF, Batch.RIGHTS),
                scope=Scope.MY_APPLICATIONS,
                where="kind <> 'DECISION' OR detail = ''",
            ),
            *_purged("id", "application_id"),
        ),
        writes=(
            # What the commission decides is written for every candidate: the line names nobody.
            Write(by=ALLOCATION, verbs=(Verb.INSERT,), scope=Scope.MY_OWN_WORK, column="agent_id"),
            Write(by=_JOBS, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=_ONESELF, verbs=(Verb.INSERT,), scope=Scope.MY_APPLICATIONS, where="agent_id IS NULL"),
            Write(by=(Batch.IMPORT,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("application_id",)),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("agent_id",)),
            _PURGES,
        ),
    ),
    LETTERS,
    TableAccess(
        table="demandes_piece",
        category="PIECES",
        hidden=_HIDDEN,
        freezes=True,
        reads=(
            # Whether the piece that a decision waits for came by its day.
            Read(by=(Batch.LETTERS,), scope=Scope.ALL, columns=("id", "application_id", "code", "state", "given_on")),
            Read(by=ALLOCATION, scope=Scope.MY_FILES),
            Read(by=(Batch.IMPORT,), scope=Scope.ALL),
            *_own(),
            *_purged("id", "application_id"),
        ),
        writes=(
            _INSTRUCTS,
            _IMPORTS,
            Write(
                by=_ONESELF,
                verbs=(Verb.INSERT, Verb.UPDATE),
                scope=Scope.MY_APPLICATIONS,
                columns=("state", "given_on", "content_sha256", "sealed", "wrapped", "pages"),
                # Given, never judged by whom it is about.
                where="state = 'GIVEN' AND judged_by_id IS NULL",
            ),
            _PURGES,
        ),
    ),
    TableAccess(
        table="demandes_refusedpaper",
        category="PIECES",
        hidden=_HIDDEN,
        reads=(
            Read(by=ALLOCATION, scope=Scope.MY_FILES),
            Read(by=(Batch.IMPORT,), scope=Scope.ALL),
            *_own(),
            *_purged("id", "application_id"),
        ),
        writes=(
            Write(by=ALLOCATION, verbs=(Verb.INSERT,), scope=Scope.MY_FILES),
            Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(by=_ONESELF, verbs=(Verb.INSERT,), scope=Scope.MY_APPLICATIONS, where="agent_id IS NULL"),
            _PURGES,
        ),
    ),
)

_ORDER = (
    *(
        TableAccess(
            table=table,
            category="DEMANDE",
            hidden=_EXAMINED,
            reads=(
                Read(by=(*ALLOCATION, *_JOBS), scope=Scope.ALL),
                Read(by=(SCOPE,), scope=Scope.ALL),
                *_own(),
                *_purged("id", "application_id"),
            ),
            writes=(Write(by=_JOBS, verbs=_ALL_VERBS, scope=Scope.ALL), *more, _PURGES),
        )
        for table, more in (
            # Written down at the counter from what the territory's system shows.
            ("demandes_officialscore", (Write(by=ALLOCATION, verbs=(Verb.INSERT,), scope=Scope.MY_FILES),)),
            ("demandes_standing", ()),
        )
    ),
    TableAccess(
        table="demandes_duplicate",
        category="DEMANDE",
        hidden=(
            Hidden(by=Secret.APPLICATION, column="first_id"),
            Hidden(by=Secret.APPLICATION, column="second_id"),
        ),
        reads=(
            Read(by=(*ALLOCATION, Batch.IMPORT), scope=Scope.ALL),
            Read(by=(Batch.RIGHTS,), scope=Scope.MY_APPLICATIONS, column="first_id"),
            Read(by=(Batch.RIGHTS,), scope=Scope.MY_APPLICATIONS, column="second_id"),
            *_purged("id", "first_id", "second_id"),
        ),
        writes=(
            Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(
                by=ALLOCATION,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("state", "decided_by_id", "decided_at"),
                where="decided_by_id = (SELECT palier.my_agent())",
            ),
            _PURGES,
        ),
    ),
)

TABLES: tuple[TableAccess, ...] = (
    _APPLICATION,
    *_IDENTITY,
    _NIR,
    _heading("demandes_composition", "FOYER", key="application_id", own=None, more=(_SEES_PERMITS_AGAIN,)),
    _heading("demandes_situation", "DEMANDE", key="application_id"),
    _heading("demandes_wish", "DEMANDE"),
    _heading("demandes_motive", "DEMANDE", own=_DECLARED),
    _heading("demandes_priority", "DEMANDE", own=_DECLARED),
    _heading("demandes_need", "BESOINS", own=_DECLARED),
    *_LIFE_OF_THE_FILE,
    *_ORDER,
    FIGURES,
    *TRIALS,
)
