"""Who reads a delay: its tenant, the agency of the residence, those who keep the accounts."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_HIDDEN = (Hidden(by=Secret.LEASE, column="lease_id"),)
_READS = (
    Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
    Read(by=(Role.HEADQUARTERS, Role.ACCOUNTANT, Batch.RETENTION), scope=Scope.ALL),
    Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES),
)
_ERASED = Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="recovery_delay",
        category="COMPTE",
        hidden=_HIDDEN,
        reads=(
            *_READS,
            # A letter to every household that asked for a delay: those whose address is protected too.
            Read(by=(Batch.MAIL,), scope=Scope.ALL, columns=("lease_id", "state")),
        ),
        writes=(
            # A tenant asks, and waits: what is answered is the agency's.
            Write(by=(Role.TENANT,), verbs=(Verb.INSERT,), scope=Scope.MY_LEASES, where="state = 'ASKED'"),
            Write(
                by=(Role.TENANT,),
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_LEASES,
                columns=("state", "closed_at"),
                where="closed_at IS NOT NULL AND state <> 'ENDED' AND state <> 'REFUSED'",
                standing="closed_at IS NULL",
            ),
            Write(
                by=AGENCY,
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_RESIDENCES,
                columns=("state", "ground", "parts", "first_on", "answered_by", "answered_at", "closed_at"),
            ),
            _ERASED,
        ),
    ),
    TableAccess(
        table="recovery_planpart",
        category="COMPTE",
        hidden=_HIDDEN,
        reads=_READS,
        writes=(Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES), _ERASED),
    ),
)
