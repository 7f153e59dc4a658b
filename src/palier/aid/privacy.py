"""Who reads the CAF's files. A row that nobody's lease is known for is headquarters' business."""

from palier.privacy.catalogue import AGENCY, WHOLE_BATCHES
from palier.privacy.declare import Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_DESK = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_WHOLE = (*_DESK, *WHOLE_BATCHES)
# All but its bytes: the site never opens what it was given.
_GIVEN = ("id", "name", "state", "refusal", "given_by", "given_at", "file_id", "created_count")
_HEAD = (Role.HEADQUARTERS, Batch.IMPORT)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="aid_aidfile",
        reads=(Read(by=(*AGENCY, *_WHOLE), scope=Scope.ALL),),
        writes=(Write(by=_HEAD, verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="aid_givenaidfile",
        category="COMPTE",
        reads=(
            Read(by=(Role.HEADQUARTERS,), scope=Scope.ALL, columns=_GIVEN),
            Read(by=(Batch.IMPORT, Batch.RETENTION), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=(Role.HEADQUARTERS,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("state", "content_sealed", "decided_by", "decided_at"),
            ),
            Write(by=(Batch.IMPORT,), verbs=(Verb.UPDATE,), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="aid_beneficiary",
        category="BAIL",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id"),),
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Batch.RIGHTS,), scope=Scope.MY_LEASES),
        ),
        writes=(
            Write(by=_HEAD, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="aid_aidrow",
        category="COMPTE",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id", optional=True),),
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(
                by=(Batch.RIGHTS,),
                scope=Scope.MY_LEASES,
                columns=("id", "file_id", "lease_id", "kind", "month", "amount_cents", "state"),
            ),
        ),
        writes=(
            Write(by=_HEAD, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(by=(Role.ACCOUNTANT,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
)
