"""Who reads and writes payments by card and the files given on screen. A tenant asks to pay, and marks nothing paid."""

from palier.privacy.catalogue import AGENCY, WHOLE_BATCHES
from palier.privacy.declare import LOGIN, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_HEAD = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_WHOLE = (*_HEAD, *WHOLE_BATCHES)
_POSTERS = (*_HEAD, Batch.RENT, Batch.IMPORT)
# All but the bytes: whoever looks at what a file says does not read its names and accounts.
_GIVEN = (
    "id", "name", "sha256", "size_bytes", "state", "format", "entry_count", "total_cents", "warnings", "refusal",
    "given_by", "given_at", "decided_by", "decided_at", "created_count", "matched_count", "file_id",
)  # fmt: skip

TABLES_OF_CARDS: tuple[TableAccess, ...] = (
    TableAccess(
        table="banking_cardpayment",
        category="COMPTE",
        hidden=(Hidden(by=Secret.ACCOUNT, column="account_id"),),
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_ACCOUNTS),
        ),
        writes=(
            Write(
                by=(Role.TENANT,),
                verbs=(Verb.INSERT,),
                scope=Scope.MY_ACCOUNTS,
                # Asked for, and nothing received: only the gateway's word makes it paid.
                where="state = 'ASKED' AND payment_id IS NULL AND ended_at IS NULL AND back_cents = 0",
            ),
            Write(by=(Role.TENANT,), verbs=(Verb.UPDATE,), scope=Scope.MY_ACCOUNTS, columns=("opened_at",)),
            Write(
                by=_POSTERS,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("state", "reason", "ended_at", "payment_id", "back_cents"),
            ),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        # A number of ours and a sum: it names no one. Nobody is signed in when the gateway speaks: the login adds.
        table="banking_cardnotice",
        reads=(Read(by=_WHOLE, scope=Scope.ALL),),
        writes=(
            Write(by=(LOGIN, *_POSTERS), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=_POSTERS, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("treated_at", "outcome")),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="banking_cardremittance",
        reads=(Read(by=_WHOLE, scope=Scope.ALL),),
        writes=(Write(by=_POSTERS, verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
)
TABLES_OF_GIVEN_FILES: tuple[TableAccess, ...] = (
    TableAccess(
        table="banking_givenfile",
        category="COMPTE",
        reads=(
            Read(by=_HEAD, scope=Scope.ALL, columns=_GIVEN),
            Read(by=(Batch.IMPORT, Batch.RETENTION), scope=Scope.ALL),
        ),
        writes=(
            Write(by=_HEAD, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=_HEAD,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("state", "content_sealed", "decided_by", "decided_at"),
            ),
            Write(by=(Batch.IMPORT,), verbs=(Verb.UPDATE,), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
)
