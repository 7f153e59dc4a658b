"""Who reads documents. A notice is frozen once; a job adds the PDF's digest, nobody changes what it says."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import (
    OPENED_FILE,
    PURGE,
    Batch,
    Hidden,
    Read,
    Role,
    Scope,
    Secret,
    TableAccess,
    Verb,
    Write,
)

_KEPT = ("kept_key", "kept_pack", "kept_slot")
_RENDERED = ("template_sha256", "pdf_sha256", "pdf_bytes", "rendered_at", *_KEPT)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="mail_document",
        category="DOCUMENTS",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id"),),
        reads=(
            Read(
                by=(OPENED_FILE,),
                scope=Scope.OPENED_LEASES,
                columns=("id", "lease_id", "kind", "number", "month", "issued_on", "pdf_bytes", "withdrawn_on"),
            ),
            Read(
                by=(Batch.RETENTION,),
                scope=Scope.ALL,
                columns=("id", "lease_id", "account_id", "issued_on", "pdf_sha256", "kept_pack"),
            ),
            Read(by=(PURGE,), scope=Scope.ALL, columns=("id", "account_id", "issued_on")),
            # What is taken back before its day is said on its letters too.
            Read(by=(Batch.IMPORT,), scope=Scope.ALL, columns=("id", "lease_id", "number", "withdrawn_on")),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(Role.HEADQUARTERS, Role.ACCOUNTANT, Batch.MAIL, Batch.RENT), scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Batch.MAIL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=(*_RENDERED, "withdrawn_on")),
            Write(by=(Batch.IMPORT,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("withdrawn_on",)),
        ),
    ),
    TableAccess(
        table="mail_documentkey",
        category="DOCUMENTS",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id"),),
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(Role.HEADQUARTERS, Role.ACCOUNTANT, Batch.MAIL), scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES),
            Read(by=(PURGE,), scope=Scope.ALL, columns=("id", "account_id", "year")),
        ),
        writes=(
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
)
