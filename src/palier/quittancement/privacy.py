"""Who reads the month. A run names no one; its bills and lines do. A tenant sees what is sealed, never a draft."""

from palier.privacy.catalogue import AGENCY, OFFICE, WHOLE_BATCHES
from palier.privacy.declare import PURGE, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

# They see every anomaly: an agency that signed the review off would have counted its own only.
_REVIEWERS = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_WHOLE = (*_REVIEWERS, *WHOLE_BATCHES)
_COMPUTE = Write(by=(Batch.RENT,), verbs=tuple(Verb), scope=Scope.ALL)
_FACTS = (
    Write(by=AGENCY, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.MY_RESIDENCES),
    Write(by=(Role.HEADQUARTERS, Batch.IMPORT), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
)
_HIDDEN = (Hidden(by=Secret.LEASE, column="lease_id"),)
_OF_A_RESIDENCE = (Read(by=AGENCY, scope=Scope.MY_RESIDENCES), Read(by=_WHOLE, scope=Scope.ALL))
_OF_AN_ACCOUNT = (Hidden(by=Secret.ACCOUNT, column="account_id"),)
# A tenant sees the runs that are sealed, hence the bills of those only.
_SEALED = "run_id IN (SELECT quittancement_run.id FROM quittancement_run)"
_JUDGED = ("verdict", "seen_by", "seen_at")

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="quittancement_datedamount",
        category="BAIL",
        hidden=_HIDDEN,
        freezes=True,
        reads=(*_OF_A_RESIDENCE, Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES)),
        writes=(
            *_FACTS,
            # The provisional supplement of who stayed silent is notified by a job.
            Write(by=(Batch.RENT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="quittancement_oneoffline",
        category="COMPTE",
        hidden=_HIDDEN,
        reads=(*_OF_A_RESIDENCE, Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES)),
        # Added, never changed: the opposite amount undoes one.
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES),
            Write(by=(Role.HEADQUARTERS, Batch.RENT), verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="quittancement_suspensionorder",
        category="BAIL",
        hidden=_HIDDEN,
        freezes=True,
        reads=(*_OF_A_RESIDENCE, Read(by=(Batch.RIGHTS,), scope=Scope.MY_LEASES)),
        writes=(*_FACTS, Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)),
    ),
    TableAccess(
        table="quittancement_run",
        reads=(
            Read(by=(*OFFICE, Role.ACCOUNTANT, *WHOLE_BATCHES), scope=Scope.ALL),
            Read(
                by=(Role.TENANT, Batch.RIGHTS),
                scope=Scope.ALL,
                # The digest of the rules: a tenant too is told which version of them priced the bill.
                columns=("id", "month", "state", "first_number", "rules_digest"),
                where="state = 'SEALED'",
            ),
        ),
        writes=(
            _COMPUTE,
            Write(
                by=_REVIEWERS,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("state", "reviewed_by", "reviewed_at"),
            ),
        ),
    ),
    TableAccess(
        table="quittancement_bill",
        category="COMPTE",
        hidden=_HIDDEN,
        reads=(
            Read(by=(PURGE,), scope=Scope.ALL),
            *_OF_A_RESIDENCE,
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES, where=_SEALED),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            _COMPUTE,
        ),
    ),
    TableAccess(
        table="quittancement_line",
        category="COMPTE",
        hidden=_HIDDEN,
        reads=(
            Read(by=(PURGE,), scope=Scope.ALL),
            *_OF_A_RESIDENCE,
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES, where=_SEALED),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            _COMPUTE,
        ),
    ),
    TableAccess(
        table="quittancement_setaside",
        category="BAIL",
        hidden=_HIDDEN,
        reads=(*_OF_A_RESIDENCE, Read(by=(Batch.RIGHTS,), scope=Scope.MY_LEASES)),
        # A notice that cannot be made is set aside too, with its reason.
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            _COMPUTE,
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
        ),
    ),
    # Sums over the whole landlord: they name no one.
    TableAccess(
        table="quittancement_difference",
        reads=(Read(by=(*OFFICE, Role.ACCOUNTANT, *WHOLE_BATCHES), scope=Scope.ALL),),
        writes=(_COMPUTE,),
    ),
    TableAccess(
        table="quittancement_anomaly",
        category="COMPTE",
        hidden=_HIDDEN,
        reads=(
            *_OF_A_RESIDENCE,
            Read(
                by=(Batch.RIGHTS,),
                scope=Scope.MY_LEASES,
                columns=("id", "run_id", "lease_id", "kind", "effect_cents", "verdict"),
            ),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            _COMPUTE,
            Write(
                by=(Role.AGENCY_MANAGER,),
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_RESIDENCES,
                columns=_JUDGED,
            ),
            Write(by=_REVIEWERS, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_JUDGED),
        ),
    ),
    TableAccess(
        table="quittancement_contra",
        category="COMPTE",
        append_only=True,
        hidden=(Hidden(by=Secret.BILL, column="bill_id"),),
        reads=(
            *_OF_A_RESIDENCE,
            Read(by=(PURGE,), scope=Scope.ALL),
            Read(
                by=(Batch.RIGHTS,),
                scope=Scope.ALL,
                where="bill_id IN (SELECT quittancement_bill.id FROM quittancement_bill)",
            ),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(*_REVIEWERS, Batch.RENT), verbs=(Verb.INSERT,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="quittancement_receipt",
        category="DOCUMENTS",
        hidden=_HIDDEN,
        reads=(*_OF_A_RESIDENCE, Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES)),
        writes=(
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            # One that no longer says the truth is ended, never deleted before its time.
            Write(
                by=(Batch.MAIL,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("ended_at", "ended_why"),
            ),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="quittancement_lettering",
        category="COMPTE",
        hidden=_OF_AN_ACCOUNT,
        reads=(*_OF_A_RESIDENCE, Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_ACCOUNTS)),
        writes=(
            Write(by=_REVIEWERS, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=_REVIEWERS,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("undone_by", "undone_at", "undone_reason"),
            ),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
)
