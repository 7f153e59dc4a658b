"""Who reads the campaigns. A revision and a survey name no one; their rows are of leases."""

from palier.privacy.catalogue import AGENCY, OFFICE, WHOLE_BATCHES
from palier.privacy.declare import Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_SIGNERS = (Role.HEADQUARTERS, Role.ACCOUNTANT)
_WHOLE = (*_SIGNERS, *WHOLE_BATCHES)
_HIDDEN = (Hidden(by=Secret.LEASE, column="lease_id"),)
_OF_A_RESIDENCE = (Read(by=AGENCY, scope=Scope.MY_RESIDENCES), Read(by=_WHOLE, scope=Scope.ALL))
_BY_THE_JOB = Write(by=(Batch.IMPORT,), verbs=tuple(Verb), scope=Scope.ALL)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="campaigns_revision",
        reads=(Read(by=(*OFFICE, Role.ACCOUNTANT, *WHOLE_BATCHES), scope=Scope.ALL),),
        writes=(
            _BY_THE_JOB,
            Write(by=_SIGNERS, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("state", "reviewed_by", "reviewed_at")),
        ),
    ),
    TableAccess(
        table="campaigns_revisedrent",
        category="BAIL",
        hidden=_HIDDEN,
        reads=(
            *_OF_A_RESIDENCE,
            # Their own, once it is applied: a simulation is nobody's rent.
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES, where="new_term_id IS NOT NULL"),
        ),
        writes=(_BY_THE_JOB, Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)),
    ),
    TableAccess(
        table="campaigns_survey",
        reads=(Read(by=(*OFFICE, Role.ACCOUNTANT, *WHOLE_BATCHES), scope=Scope.ALL),),
        writes=(Write(by=(Role.HEADQUARTERS,), verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="campaigns_excludedarea",
        reads=(Read(by=(*OFFICE, Role.ACCOUNTANT, *WHOLE_BATCHES), scope=Scope.ALL),),
        writes=(
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("last_day",)),
        ),
    ),
    TableAccess(
        table="campaigns_mailing",
        reads=(Read(by=(*OFFICE, Role.ACCOUNTANT, *WHOLE_BATCHES), scope=Scope.ALL),),
        writes=(
            Write(by=_SIGNERS, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=_SIGNERS,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("state", "issued_on", "launched_by", "launched_at"),
            ),
            Write(by=(Batch.MAIL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("state", "made_at")),
            Write(by=(Batch.IMPORT,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("state", "withdrawn_at")),
        ),
    ),
    TableAccess(
        table="campaigns_letter",
        category="DOCUMENTS",
        hidden=_HIDDEN,
        reads=(*_OF_A_RESIDENCE, Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES)),
        writes=(
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
            Write(by=(Batch.MAIL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("registered_number",)),
            Write(by=(Batch.IMPORT,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("withdrawn_on",)),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="campaigns_surveyfile",
        category="RESSOURCES",
        hidden=_HIDDEN,
        freezes=True,
        reads=(*_OF_A_RESIDENCE, Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES)),
        writes=(
            Write(by=AGENCY, verbs=(Verb.UPDATE,), scope=Scope.MY_RESIDENCES),
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            # Who stayed silent is charged by the job of the letters that say so.
            Write(
                by=(Batch.RENT,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("state", "provisional_cents", "fee_cents", "provisional_from"),
            ),
            # The day of a letter is written with the letter.
            Write(
                by=(Batch.MAIL,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("state", "sent_on", "reminded_on", "noticed_on"),
            ),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
)
