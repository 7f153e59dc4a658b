"""Who reads the rent accounts: no caretaker, no exception (CNIL, décision 2011-037). Jobs and contra-entries write."""

from palier.privacy.catalogue import AGENCY, WHOLE_BATCHES
from palier.privacy.declare import (
    OPENED_FILE,
    SCOPE,
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

_WHOLE = (Role.HEADQUARTERS, Role.ACCOUNTANT, *WHOLE_BATCHES)
# A contra-entry takes the next number of the journal: it needs to see them all, an agency does not.
_POSTERS = (Batch.RENT, Batch.IMPORT, Role.HEADQUARTERS, Role.ACCOUNTANT)
_POST = Write(by=_POSTERS, verbs=(Verb.INSERT,), scope=Scope.ALL)
# Months and numbers of the chart say nothing of anyone.
_EVERYONE = (*AGENCY, Role.HEADQUARTERS, Role.ACCOUNTANT, *Batch)
_BOOKKEEPERS = (Role.HEADQUARTERS, Role.ACCOUNTANT, Batch.RENT)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="ledger_account",
        category="COMPTE",
        hidden=(Hidden(by=Secret.ACCOUNT, column="id"),),
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_ACCOUNTS, column="id"),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "reference")),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=AGENCY, scope=Scope.ALL, where="kind = 'GENERAL'"),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_ACCOUNTS, column="id"),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("label", "code", "reference")),
            Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES),
            Write(by=(Role.HEADQUARTERS, Batch.RENT), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            # The till, cheques on their way: opened when they are first needed.
            Write(by=(Role.ACCOUNTANT,), verbs=(Verb.INSERT,), scope=Scope.ALL, where="kind = 'GENERAL'"),
        ),
    ),
    TableAccess(
        table="ledger_entry",
        category="COMPTE",
        append_only=True,
        # Not hidden with a protected address: an entry names no one and no account, and a contra-entry takes the number
        # after the last of them all. Its postings are hidden where they touch the account.
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_ENTRIES, column="id"),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_ENTRIES, column="id"),
        ),
        writes=(_POST,),
    ),
    TableAccess(
        table="ledger_posting",
        category="COMPTE",
        append_only=True,
        # The other side, on the landlord's own accounts, still counts.
        hidden=(Hidden(by=Secret.ACCOUNT, column="account_id"),),
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_ACCOUNTS),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_ACCOUNTS),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("account_id", "entry_id", "amount_cents")),
        ),
        writes=(_POST,),
    ),
    TableAccess(
        table="ledger_chartnumber",
        append_only=True,
        reads=(Read(by=_EVERYONE, scope=Scope.ALL),),
        writes=(Write(by=(Role.ACCOUNTANT,), verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="ledger_period",
        reads=(Read(by=_EVERYONE, scope=Scope.ALL),),
        writes=(Write(by=_BOOKKEEPERS, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),),
    ),
    TableAccess(
        table="ledger_periodact",
        append_only=True,
        reads=(Read(by=_EVERYONE, scope=Scope.ALL),),
        writes=(Write(by=_BOOKKEEPERS, verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="ledger_manualentry",
        category="COMPTE",
        hidden=(Hidden(by=Secret.ACCOUNT, column="debit_id"), Hidden(by=Secret.ACCOUNT, column="credit_id")),
        reads=(Read(by=_WHOLE, scope=Scope.ALL),),
        writes=(
            Write(by=_BOOKKEEPERS, verbs=(Verb.INSERT,), scope=Scope.ALL),
            # Prepared by one, signed and posted by another.
            Write(
                by=_BOOKKEEPERS,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("signed_by", "signed_at", "entry_id"),
            ),
            # What nobody signed moved nothing: undoing the treatment of a movement drops it.
            Write(by=_BOOKKEEPERS, verbs=(Verb.DELETE,), scope=Scope.ALL, where="entry_id IS NULL"),
        ),
    ),
)
