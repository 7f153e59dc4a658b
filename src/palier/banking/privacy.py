"""Who reads and writes what passes at the bank: the accountant and headquarters; an agency, the payments of its own
residences; a tenant, theirs; a caretaker, nothing (CNIL, décision 2011-037)."""

from palier.banking.privacy_cards import TABLES_OF_CARDS, TABLES_OF_GIVEN_FILES
from palier.banking.privacy_debits import TABLES_OF_DEBITS
from palier.privacy.catalogue import AGENCY, OFFICE, WHOLE_BATCHES
from palier.privacy.declare import Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_BOOKKEEPERS = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_WHOLE = (*_BOOKKEEPERS, *WHOLE_BATCHES)
_POSTERS = (*_BOOKKEEPERS, Batch.IMPORT, Batch.RENT)
_ADD = Write(by=_POSTERS, verbs=(Verb.INSERT,), scope=Scope.ALL)
_OF_AN_ACCOUNT = (Hidden(by=Secret.ACCOUNT, column="account_id"),)
_READ_BY_TENANT = Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_ACCOUNTS)
_READ_BY_DESK = (Read(by=AGENCY, scope=Scope.MY_RESIDENCES), Read(by=_WHOLE, scope=Scope.ALL))

_BANK: tuple[TableAccess, ...] = (
    # The landlord's own accounts: their IBAN is printed on every notice.
    TableAccess(
        table="banking_bankaccount",
        reads=(Read(by=(*OFFICE, Role.ACCOUNTANT, *WHOLE_BATCHES), scope=Scope.ALL),),
        writes=(Write(by=_POSTERS, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),),
    ),
    # What the bank states of them at the end of a day: it names nobody.
    TableAccess(
        table="banking_statedbalance",
        append_only=True,
        reads=(Read(by=_POSTERS, scope=Scope.ALL),),
        writes=(_ADD,),
    ),
    TableAccess(
        table="banking_bankfile",
        reads=(Read(by=_WHOLE, scope=Scope.ALL),),
        writes=(_ADD,),
    ),
    # What the bank says of a movement names its payer before anyone knows whose account it is for: bookkeepers alone.
    TableAccess(
        table="banking_bankentry",
        category="COMPTE",
        reads=(
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(
                by=(Batch.RIGHTS,),
                scope=Scope.ALL,
                # Those that a payment of theirs comes from.
                where="id IN (SELECT banking_payment.bank_entry_id FROM banking_payment)",
            ),
        ),
        writes=(
            _ADD,
            Write(by=_POSTERS, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("state", "entry_id", "manual_id")),
            Write(
                by=(Batch.RETENTION,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("wording", "payer_name", "iban_digest", "iban_last4"),
            ),
        ),
    ),
    TableAccess(
        table="banking_match",
        category="COMPTE",
        hidden=_OF_AN_ACCOUNT,
        reads=(Read(by=_WHOLE, scope=Scope.ALL), Read(by=(Batch.RIGHTS,), scope=Scope.MY_ACCOUNTS)),
        writes=(
            _ADD,
            Write(by=_POSTERS, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("undone_by", "undone_at")),
        ),
    ),
)
_PAYMENTS: tuple[TableAccess, ...] = (
    TableAccess(
        table="banking_payment",
        category="COMPTE",
        hidden=_OF_AN_ACCOUNT,
        reads=(*_READ_BY_DESK, _READ_BY_TENANT),
        writes=(
            _ADD,
            Write(
                by=_POSTERS,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("entry_id", "taken_back_on", "taken_back_reason", "taken_back_entry_id"),
            ),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("proof",)),
        ),
    ),
    TableAccess(
        table="banking_settlement",
        category="COMPTE",
        append_only=True,
        hidden=_OF_AN_ACCOUNT,
        reads=(*_READ_BY_DESK, _READ_BY_TENANT),
        writes=(_ADD,),
    ),
)

TABLES: tuple[TableAccess, ...] = (
    *_BANK,
    *_PAYMENTS,
    *TABLES_OF_DEBITS,
    *TABLES_OF_CARDS,
    *TABLES_OF_GIVEN_FILES,
)
