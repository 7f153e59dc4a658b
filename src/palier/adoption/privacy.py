"""Who reads adoption. Headquarters open campaigns and read counts; the day of each step is the night job's to write."""

from palier.privacy.catalogue import AGENCY, OFFICE
from palier.privacy.declare import Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_STEPS = ("code_sent_on", "signed_in_on", "consented_on", "came_back_on", "withdrew_on")
# Neither a name nor a code: what is needed to draw, to leave out and to count.
_COUNTED = (
    "id",
    "campaign_id",
    "lease_id",
    "person_id",
    "residence_id",
    "cohort",
    "answered_on",
    "invited_on",
    *_STEPS,
)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="adoption_campaign",
        reads=(Read(by=(*OFFICE, Role.TENANT, Batch.IMPORT, Batch.MAIL, Batch.RETENTION), scope=Scope.ALL),),
        writes=(
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("survey_on", "invited_on")),
            Write(by=(Batch.IMPORT,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("measured_at",)),
        ),
    ),
    TableAccess(
        table="adoption_invitee",
        category="ADOPTION",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id"),),
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(Role.HEADQUARTERS,), scope=Scope.ALL, columns=_COUNTED),
            # The survey that is posted bears its code.
            Read(by=(Batch.MAIL,), scope=Scope.ALL, columns=(*_COUNTED, "code")),
            Read(by=(Batch.IMPORT, Batch.RETENTION), scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MYSELF),
        ),
        writes=(
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("invited_on",)),
            Write(by=AGENCY, verbs=(Verb.UPDATE,), scope=Scope.MY_RESIDENCES, columns=("answered_on",)),
            Write(by=(Role.TENANT,), verbs=(Verb.UPDATE,), scope=Scope.MYSELF, columns=("answered_on",)),
            Write(by=(Batch.IMPORT,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_STEPS),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="adoption_surveycount",
        reads=(Read(by=(*OFFICE, Role.TENANT, Batch.MAIL), scope=Scope.ALL),),
        writes=(Write(by=(*AGENCY, Role.TENANT), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),),
    ),
    TableAccess(
        table="adoption_noproposal",
        category="ADOPTION",
        hidden=(Hidden(by=Secret.PERSON, column="person_id"),),
        reads=(
            # Who is to be left out of a draw, and nothing else of them.
            Read(by=(Role.HEADQUARTERS, Batch.MAIL), scope=Scope.ALL, columns=("id", "person_id")),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MYSELF),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL),
        ),
        writes=(
            Write(by=(Role.TENANT,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.MYSELF),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
)
