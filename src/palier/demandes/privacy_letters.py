"""Who reads the letters to applicants: whoever instructs the file, and the person; a job alone writes them."""

from palier.privacy.catalogue import ALLOCATION
from palier.privacy.declare import Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

LETTERS = TableAccess(
    table="demandes_letter",
    category="DEMANDE",
    hidden=(Hidden(by=Secret.APPLICATION, column="application_id"),),
    reads=(
        Read(by=ALLOCATION, scope=Scope.MY_FILES),
        Read(by=(Batch.LETTERS,), scope=Scope.ALL, columns=("id", "event_id", "application_id")),
        Read(by=(Role.TENANT, Role.APPLICANT, Batch.RIGHTS), scope=Scope.MY_APPLICATIONS),
        Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "application_id")),
    ),
    # Frozen: nobody changes what was written.
    writes=(
        Write(by=(Batch.LETTERS,), verbs=(Verb.INSERT,), scope=Scope.ALL),
        Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
    ),
)
