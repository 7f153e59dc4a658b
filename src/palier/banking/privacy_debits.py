"""Who reads and writes mandates, debits and refunds. Officers keep mandates and never read the IBAN behind."""

from palier.privacy.catalogue import AGENCY, WHOLE_BATCHES
from palier.privacy.declare import Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_HEAD = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_WHOLE = (*_HEAD, *WHOLE_BATCHES)
_HIDDEN = (Hidden(by=Secret.ACCOUNT, column="account_id"),)
_PERSON = Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_ACCOUNTS)
# All but the sealed number, its digest and its bank: an officer who keeps a mandate never reads the account behind it.
_MANDATE = (
    "id", "reference", "account_id", "residence_id", "holder_name", "iban_last4", "signed_on", "debit_day",
    "notice_days", "last_used_on", "ended_on", "ended_why",
)  # fmt: skip
_DEBIT = (
    "id", "run_id", "mandate_id", "account_id", "residence_id", "end_to_end_id", "amount_cents", "collected_on",
    "sequence", "mandate_reference", "iban_last4", "state", "reason", "returned_on", "payment_id", "again_at",
)  # fmt: skip
_REFUND = (
    "id", "account_id", "residence_id", "amount_cents", "iban_last4", "holder_name", "reason", "prepared_at",
    "signed_at", "dropped_at", "written_at",
)  # fmt: skip
_JOBS = (Batch.RENT, Batch.IMPORT)
_MONEY = (*_HEAD, *_JOBS)

TABLES_OF_DEBITS: tuple[TableAccess, ...] = (
    TableAccess(
        table="banking_sepamandate",
        category="COMPTE",
        hidden=_HIDDEN,
        freezes=True,
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES, columns=_MANDATE),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_ACCOUNTS, columns=_MANDATE),
        ),
        writes=(
            Write(by=AGENCY, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.MY_RESIDENCES),
            Write(by=(Role.HEADQUARTERS, *_JOBS), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(
                by=(Batch.RETENTION,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("holder_name", "iban_sealed", "iban_digest", "iban_last4", "bic"),
            ),
        ),
    ),
    TableAccess(
        table="banking_mandatechange",
        category="COMPTE",
        hidden=_HIDDEN,
        reads=(Read(by=AGENCY, scope=Scope.MY_RESIDENCES), Read(by=_WHOLE, scope=Scope.ALL), _PERSON),
        writes=(
            Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES),
            Write(by=(Role.HEADQUARTERS, Batch.IMPORT), verbs=(Verb.INSERT,), scope=Scope.ALL),
            # A file has told the bank.
            Write(by=(Batch.RENT,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("told_at",)),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        # A run counts and sums: it names no one.
        table="banking_debitrun",
        reads=(Read(by=(*AGENCY, *_WHOLE), scope=Scope.ALL),),
        writes=(
            Write(by=(Batch.RENT,), verbs=tuple(Verb), scope=Scope.ALL),
            Write(by=_HEAD, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("signed_by", "signed_at")),
        ),
    ),
    TableAccess(
        # Its bytes and its persons are sealed: whoever takes it is told of in the journal with each of them.
        table="banking_orderfile",
        category="COMPTE",
        reads=(Read(by=(*_HEAD, Batch.RENT, Batch.RETENTION), scope=Scope.ALL),),
        writes=(
            Write(by=(Batch.RENT,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        # That a file is voided names no one but the two who say so; a job carries it out.
        table="banking_ordervoid",
        reads=(Read(by=(*_HEAD, Batch.RENT), scope=Scope.ALL),),
        writes=(
            Write(by=_HEAD, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=_HEAD,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("signed_by", "signed_at", "dropped_by", "dropped_at"),
            ),
            Write(
                by=(Batch.RENT,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("done_at", "dropped_by", "dropped_at")
            ),
        ),
    ),
    TableAccess(
        table="banking_debit",
        category="COMPTE",
        hidden=_HIDDEN,
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES, columns=_DEBIT),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_ACCOUNTS, columns=_DEBIT),
        ),
        writes=(
            Write(by=_MONEY, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(by=(Batch.RENT, Batch.RETENTION), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(
                by=(Batch.RETENTION,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("holder_name", "iban_sealed", "iban_last4", "bic"),
            ),
        ),
    ),
    TableAccess(
        table="banking_debitaside",
        category="COMPTE",
        hidden=_HIDDEN,
        reads=(Read(by=AGENCY, scope=Scope.MY_RESIDENCES), Read(by=_WHOLE, scope=Scope.ALL), _PERSON),
        writes=(
            Write(by=(Batch.RENT,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="banking_refund",
        category="COMPTE",
        hidden=_HIDDEN,
        freezes=True,
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES, columns=_REFUND),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_ACCOUNTS, columns=_REFUND),
        ),
        writes=(
            Write(by=_HEAD, verbs=(Verb.INSERT,), scope=Scope.ALL),
            # Who prepared it, for whom and how much stay as they were written; a job sends it.
            Write(
                by=_HEAD,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("signed_by", "signed_at", "entry_id", "dropped_at", "dropped_by"),
            ),
            Write(by=_JOBS, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(
                by=(Batch.RETENTION,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("holder_name", "iban_sealed", "iban_last4"),
            ),
        ),
    ),
)
