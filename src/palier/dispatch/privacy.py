"""Who sees how documents left. Lots name no one; their rows do. A protected lot is seen by commands alone.

It is not even counted on a page: its size would tell how many such files there are.
"""

from palier.privacy.catalogue import AGENCY, OFFICE
from palier.privacy.declare import LOGIN, SCOPE, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_ALL_BUT_PAY = "NOT is_protected AND family <> 'PAYSLIPS'"
# The codes that let tenants in are no business of the accounts.
_ACCOUNTS = "NOT is_protected AND family <> 'ACCESS' AND family <> 'PAYSLIPS'"
_PAY = "family = 'PAYSLIPS'"
_WHOLE = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_PAYROLL = (Role.PAYROLL, Batch.PAYROLL)
_LOT_TAKEN = ("taken_at", "sheet_count", "sha256")
_OF_A_LOT = ("state", "told_at", "taken_at", "sheets")
_CAME_BACK = ("state", "told_at", "return_reason", "returned_at", "returned_by")
_CHECKED = ("checked_at", "checked_by")
# Of lots that whoever asks may see: row security answers inside too.
_LOTS_IN_SIGHT = "lot_id IN (SELECT dispatch_printlot.id FROM dispatch_printlot)"

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="dispatch_printlot",
        reads=(
            Read(by=(*OFFICE, Role.DPO), scope=Scope.ALL, where=_ALL_BUT_PAY),
            Read(by=(Role.ACCOUNTANT,), scope=Scope.ALL, where=_ACCOUNTS),
            Read(by=_PAYROLL, scope=Scope.ALL, where=_PAY),
            Read(by=(Batch.MAIL,), scope=Scope.ALL),
            # The numbers of lots follow each other, whatever their family (privacy/sql/print_lots.sql).
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("number",)),
        ),
        writes=(
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            # Fewer papers: a sheet whose notice no longer holds goes back to wait for the next one.
            Write(by=(Batch.MAIL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=(*_LOT_TAKEN, "paper_count")),
            Write(
                by=_WHOLE,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=_LOT_TAKEN,
                where=_ACCOUNTS,
                standing=_ACCOUNTS,
            ),
            Write(by=_PAYROLL, verbs=(Verb.INSERT,), scope=Scope.ALL, where=_PAY),
            Write(by=_PAYROLL, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_LOT_TAKEN, where=_PAY, standing=_PAY),
        ),
    ),
    TableAccess(
        table="dispatch_lottaking",
        append_only=True,
        reads=(
            Read(by=(*_WHOLE, Role.DPO, *_PAYROLL), scope=Scope.ALL, where=_LOTS_IN_SIGHT),
            Read(by=(Batch.MAIL,), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(*_WHOLE, *_PAYROLL), verbs=(Verb.INSERT,), scope=Scope.ALL, where=_LOTS_IN_SIGHT),
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="dispatch_sending",
        category="DOCUMENTS",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id"),),
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(*_WHOLE, Batch.MAIL), scope=Scope.ALL),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "document_id", "lease_id", "month")),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES),
        ),
        writes=(
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(by=_WHOLE, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=(*_OF_A_LOT, *_CAME_BACK, *_CHECKED)),
            Write(by=AGENCY, verbs=(Verb.UPDATE,), scope=Scope.MY_RESIDENCES, columns=(*_CAME_BACK, *_CHECKED)),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="dispatch_pushpoint",
        category="COORDONNEES",
        hidden=(Hidden(by=Secret.PERSON, column="person_id"),),
        reads=(
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(Batch.MAIL,), scope=Scope.ALL),
            Read(by=(Batch.RETENTION, LOGIN), scope=Scope.ALL, columns=("id", "person_id", "made_at")),
        ),
        writes=(
            Write(by=(Role.TENANT,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.MYSELF),
            # An account that is entered again by a letter tells no device that was there before.
            Write(by=(LOGIN,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(Batch.MAIL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("told_at",)),
            # A device that is gone is forgotten.
            Write(by=(Batch.MAIL, Batch.RETENTION), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="dispatch_vaultaccount",
        category="COORDONNEES",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id"),),
        reads=(
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(Batch.MAIL,), scope=Scope.ALL),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "person_id", "chosen_on", "ended_on")),
        ),
        writes=(
            # After a restoration: what was ended since the backup is ended again.
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("ended_on",)),
            Write(
                by=(Role.TENANT,),
                verbs=(Verb.INSERT,),
                scope=Scope.MYSELF,
                where="lease_id = ANY ((SELECT palier.my_leases())::bigint[])",
            ),
            Write(by=(Role.TENANT,), verbs=(Verb.UPDATE,), scope=Scope.MYSELF, columns=("ended_on",)),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
)
