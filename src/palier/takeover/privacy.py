"""Who reads what was taken over: those who read the accounts. Commands write it; two people sign the sheet."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import (
    OPENED_FILE,
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

_MONEY = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_JOBS = (Batch.IMPORT, Batch.RETENTION)
_ERASED = Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)
_TAKEN = Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT,), scope=Scope.ALL)


def _account_facts(table: str) -> TableAccess:
    return TableAccess(
        table=table,
        category="COMPTE",
        hidden=(Hidden(by=Secret.ACCOUNT, column="account_id"),),
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_ACCOUNTS),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(*_MONEY, *_JOBS), scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_ACCOUNTS),
        ),
        writes=(_TAKEN, _ERASED),
    )


TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="takeover_mapping",
        reads=(Read(by=(*_MONEY, Batch.IMPORT, Batch.RENT), scope=Scope.ALL),),
        writes=(Write(by=(*_MONEY, Batch.IMPORT), verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="takeover_mappingword",
        reads=(Read(by=(*_MONEY, Batch.IMPORT, Batch.RENT), scope=Scope.ALL),),
        writes=(Write(by=(*_MONEY, Batch.IMPORT), verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    _account_facts("takeover_opening"),
    _account_facts("takeover_instalment"),
    _account_facts("takeover_formerline"),
    TableAccess(
        # Totals by residence: they name nobody.
        table="takeover_sheet",
        reads=(Read(by=(*_MONEY, Batch.IMPORT), scope=Scope.ALL),),
        writes=(
            _TAKEN,
            Write(
                by=_MONEY,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("first_signed_by", "first_signed_at", "second_signed_by", "second_signed_at"),
            ),
        ),
    ),
    TableAccess(
        table="takeover_sheetline",
        reads=(Read(by=(*_MONEY, Batch.IMPORT), scope=Scope.ALL),),
        writes=(_TAKEN,),
    ),
    TableAccess(
        table="takeover_comparison",
        reads=(Read(by=(*_MONEY, Batch.RENT, Batch.RETENTION), scope=Scope.ALL),),
        writes=(Write(by=(Batch.RENT,), verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="takeover_gap",
        category="COMPTE",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id", optional=True),),
        reads=(
            Read(by=(*_MONEY, Batch.RENT, Batch.RETENTION), scope=Scope.ALL),
            Read(by=(Batch.RIGHTS,), scope=Scope.MY_LEASES),
        ),
        writes=(Write(by=(Batch.RENT,), verbs=(Verb.INSERT,), scope=Scope.ALL), _ERASED),
    ),
)
