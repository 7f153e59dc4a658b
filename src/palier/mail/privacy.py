"""Who reads documents. A notice is frozen once; a job adds the PDF's digest, nobody changes what it says."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import Batch, Read, Role, Scope, TableAccess, Verb, Write

_RENDERED = ("template_sha256", "pdf_sha256", "pdf_bytes", "rendered_at")

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="mail_document",
        category="DOCUMENTS",
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(Role.HEADQUARTERS, Role.ACCOUNTANT, Batch.MAIL, Batch.RENT), scope=Scope.ALL),
            Read(by=(Role.TENANT,), scope=Scope.MY_LEASES),
        ),
        writes=(
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Batch.MAIL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_RENDERED),
        ),
    ),
)
