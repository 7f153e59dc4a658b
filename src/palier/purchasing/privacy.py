"""Who reads suppliers and their invoices: the supplier theirs. No page of the desk shows them yet: no agent may.

What deposits them is a job; nobody changes an invoice that was deposited.
"""

from palier.privacy.declare import SCOPE, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_PERSON = Hidden(by=Secret.PERSON, column="person_id")
_CONTROLLED = ("sha256", "byte_count", "kept_key", "kept_pack", "kept_slot")

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="purchasing_supplier",
        category="FACTURES",
        hidden=(_PERSON,),
        reads=(
            Read(by=(Batch.IMPORT,), scope=Scope.ALL),
            Read(by=(Role.SUPPLIER, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "person_id")),
            # Who signs in for a supplier (privacy/sql/partners.sql).
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("person_id",)),
        ),
        writes=(
            Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="purchasing_selfbilledinvoice",
        category="FACTURES",
        hidden=(_PERSON,),
        reads=(
            Read(by=(Batch.IMPORT,), scope=Scope.ALL),
            Read(by=(Role.SUPPLIER, Batch.RIGHTS), scope=Scope.MYSELF),
            # The control of the packs, each night: sealed bytes.
            Read(by=(Batch.MAIL,), scope=Scope.ALL, columns=_CONTROLLED),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "person_id", "supplier_id", "issued_on")),
        ),
        writes=(
            Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
)
