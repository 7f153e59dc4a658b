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
            Read(by=(PURGE,), scope=Scope.ALL, columns=("id", "account_id", "issued_on", "pdf_sha256")),
            # What is taken back before its day is said on its letters too.
            Read(by=(Batch.IMPORT,), scope=Scope.ALL, columns=("id", "lease_id", "number", "withdrawn_on")),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(Role.HEADQUARTERS, Role.ACCOUNTANT, Batch.MAIL, Batch.RENT), scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            # A certificate is made while its tenant waits, from what they may read.
            Write(
                by=(Role.TENANT,),
                verbs=(Verb.INSERT,),
                scope=Scope.MY_LEASES,
                where="kind = 'ATTEST_PAIEMENT' OR kind = 'ATTEST_RESIDENCE'",
            ),
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
            Write(by=(PURGE, Batch.MAIL), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    # The journal of documents: the person reads theirs; those who open a document write what they did, and read none.
    TableAccess(
        table="mail_vaultevent",
        category="DOCUMENTS",
        hidden=(
            Hidden(by=Secret.LEASE, column="lease_id", optional=True),
            Hidden(by=Secret.PERSON, column="person_id", optional=True),
        ),
        reads=(
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES),
            # Named with applicants: no helper reads what is done to one's own papers.
            Read(by=(Role.TENANT, Role.APPLICANT, Role.EMPLOYEE, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(Batch.MAIL,), scope=Scope.ALL),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "at", "lease_id", "person_id")),
        ),
        writes=(
            Write(by=(Role.TENANT, Role.HELPER, Batch.RIGHTS), verbs=(Verb.INSERT,), scope=Scope.MY_LEASES),
            Write(by=(Role.TENANT, Role.EMPLOYEE, Batch.RIGHTS), verbs=(Verb.INSERT,), scope=Scope.MYSELF),
            # Of payslips: no lease is theirs to write of.
            Write(by=(Role.PAYROLL, Batch.PAYROLL), verbs=(Verb.INSERT,), scope=Scope.ALL, where="lease_id IS NULL"),
            Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES),
            Write(by=(Role.HEADQUARTERS, Role.ACCOUNTANT, Batch.MAIL, PURGE), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Batch.MAIL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("root_number",)),
            # That a document was destroyed, and no longer whose it was.
            Write(
                by=(Batch.RETENTION,),
                verbs=(Verb.INSERT,),
                scope=Scope.ALL,
                where="kind = 'DESTROYED' AND lease_id IS NULL AND person_id IS NULL",
            ),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    # Digests of digests: they name nobody, and outlive what they cover.
    TableAccess(
        table="mail_vaultroot",
        reads=(Read(by=(Role.TENANT, Role.TECHNICAL_ADMIN, Batch.MAIL, Batch.RIGHTS), scope=Scope.ALL),),
        writes=(
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=(Batch.MAIL,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("published_at", "stamp", "stamped_at"),
            ),
        ),
    ),
    TableAccess(
        table="mail_packcontrol",
        reads=(Read(by=(Role.TENANT, Role.TECHNICAL_ADMIN, Batch.MAIL), scope=Scope.ALL),),
        writes=(
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
            Write(
                by=(Batch.MAIL,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("controlled_at", "byte_count", "finding", "spoilt_count"),
            ),
        ),
    ),
    # Papers that a person keeps for themselves: no agent reads them. The job only controls that they still open.
    TableAccess(
        table="mail_deposit",
        category="DOCUMENTS",
        hidden=(Hidden(by=Secret.PERSON, column="person_id"),),
        reads=(
            # Named with applicants: no helper comes near one's own papers.
            Read(by=(Role.TENANT, Role.APPLICANT, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(Batch.MAIL,), scope=Scope.ALL, columns=("id", "sha256", "byte_count", *_KEPT)),
            Read(
                by=(Batch.RETENTION,),
                scope=Scope.ALL,
                columns=("id", "person_id", "deposited_at", "destroyed_at", "sha256"),
            ),
        ),
        writes=(
            Write(by=(Role.TENANT,), verbs=(Verb.INSERT,), scope=Scope.MYSELF),
            Write(by=(Role.TENANT,), verbs=(Verb.UPDATE,), scope=Scope.MYSELF, columns=("kept_key", "destroyed_at")),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            # After a restoration: what was destroyed since the backup is destroyed again.
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("kept_key", "destroyed_at")),
        ),
    ),
)
