"""Who reads and writes requests: the person, the DPO who answers, the agency that wrote one down or respects a freeze.

Every table is only added to: what was asked and what was answered stay as they were.
"""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import PURGE, SCOPE, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

# What an agency knows of requests: those that it wrote down, and the freezes of data (art. 18) that it must respect.
_WRITTEN_DOWN = "kind = 'RESTRICTION' OR entered_by = (SELECT palier.my_agent())"
_OF_THOSE = "request_id IN (SELECT rights_request.id FROM rights_request)"
_INSERT = (Verb.INSERT,)
# Whoever the data are about: in a lease, or asking for one.
_ONESELF = (Role.TENANT, Role.APPLICANT)
# The DPO owes an answer to whoever asks, protected or not; the name and the address stay hidden from them.
_HIDDEN = (Hidden(by=Secret.PERSON, column="person_id", but=(Role.DPO,)),)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="rights_request",
        category="DEMANDES_DROITS",
        append_only=True,
        hidden=_HIDDEN,
        reads=(
            Read(by=(PURGE,), scope=Scope.ALL),
            Read(by=(Role.DPO,), scope=Scope.ALL),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES, where=_WRITTEN_DOWN),
            Read(by=(Role.HEADQUARTERS,), scope=Scope.ALL, where=_WRITTEN_DOWN),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MYSELF),
            # Nothing is erased while its person waits for an answer about it.
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "person_id", "kind", "received_at", "due_on")),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "person_id", "kind")),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=_ONESELF, verbs=_INSERT, scope=Scope.MYSELF),
            Write(by=AGENCY, verbs=_INSERT, scope=Scope.MY_RESIDENCES),
            Write(by=(Role.HEADQUARTERS,), verbs=_INSERT, scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="rights_step",
        category="DEMANDES_DROITS",
        append_only=True,
        hidden=_HIDDEN,
        reads=(
            Read(by=(PURGE,), scope=Scope.ALL),
            Read(by=(Role.DPO,), scope=Scope.ALL),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES, where=_OF_THOSE),
            Read(by=(Role.HEADQUARTERS,), scope=Scope.ALL, where=_OF_THOSE),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "request_id", "kind", "at", "decision")),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "request_id", "kind", "decision")),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(Role.DPO,), verbs=_INSERT, scope=Scope.ALL),
            # The person fetches their copy; the job that made it says so.
            Write(by=(*_ONESELF, Batch.RIGHTS), verbs=_INSERT, scope=Scope.MYSELF),
        ),
    ),
    TableAccess(
        table="rights_package",
        category="DEMANDES_DROITS",
        append_only=True,
        reads=(
            Read(by=(PURGE,), scope=Scope.ALL),
            Read(by=(Role.DPO,), scope=Scope.ALL),
            Read(by=_ONESELF, scope=Scope.MYSELF, where="NOT in_person"),
            Read(by=(Batch.RIGHTS,), scope=Scope.MYSELF),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(Batch.RIGHTS,), verbs=_INSERT, scope=Scope.MYSELF),
        ),
    ),
    TableAccess(
        table="rights_retrieval",
        category="DOCUMENTS",
        hidden=(Hidden(by=Secret.PERSON, column="person_id"),),
        reads=(
            # Named with applicants: no helper takes all of a person's documents.
            Read(by=(Role.TENANT, Role.APPLICANT, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "person_id", "asked_at")),
        ),
        writes=(
            Write(by=(Role.TENANT,), verbs=_INSERT, scope=Scope.MYSELF),
            # Destroying a paper takes away the copies that hold it.
            Write(by=(Role.TENANT,), verbs=(Verb.UPDATE,), scope=Scope.MYSELF, columns=("kept_key", "expires_at")),
            Write(
                by=(Batch.RIGHTS,),
                verbs=(Verb.UPDATE,),
                scope=Scope.MYSELF,
                columns=(
                    "made_at",
                    "expires_at",
                    "sha256",
                    "kept_key",
                    "byte_count",
                    "document_count",
                    "missing_count",
                ),
            ),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
)
