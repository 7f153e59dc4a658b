"""Who reads and writes outgoing mail. Templates and sendings name no one; letters and replies are of leases."""

from palier.correspondence.access import MAY_WRITE_TEMPLATES
from palier.privacy.catalogue import AGENCY, OFFICE, WHOLE_BATCHES
from palier.privacy.declare import OPENED_FILE, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_HIDDEN = (Hidden(by=Secret.LEASE, column="lease_id"),)
# A command does what a page does, under the role of its job (palier.demo, palier.bench).
_MAKERS = (*MAY_WRITE_TEMPLATES, Batch.MAIL)
_WRITERS = (*OFFICE, Batch.MAIL)
_EVERYONE = (Read(by=(*OFFICE, *WHOLE_BATCHES, OPENED_FILE), scope=Scope.ALL),)
_HANDLED = ("withdrawn_on", "registered_number", "returned_on", "return_reason")
_TRIED = ("channel", "is_tried", "number", "refusal_code", "refusal", "withdrawn_on")
_STEPS = ("state", "signed_by", "signed_at", "launched_by", "launched_at", "issued_on", "posted_on", "selected_count")

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="correspondence_template",
        reads=_EVERYONE,
        writes=(
            Write(by=_MAKERS, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=MAY_WRITE_TEMPLATES, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("name", "retired_at")),
        ),
    ),
    TableAccess(
        table="correspondence_templateversion",
        append_only=True,
        reads=_EVERYONE,
        writes=(Write(by=_MAKERS, verbs=(Verb.INSERT,), scope=Scope.ALL),),
    ),
    TableAccess(
        table="correspondence_sending",
        reads=(
            *_EVERYONE,
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.ALL, columns=("id", "issued_on")),
        ),
        writes=(
            Write(by=_WRITERS, verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=_WRITERS, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_STEPS),
            Write(by=(Batch.MAIL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("checked_at", "made_at")),
        ),
    ),
    TableAccess(
        table="correspondence_letter",
        category="DOCUMENTS",
        hidden=_HIDDEN,
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(Role.HEADQUARTERS, *WHOLE_BATCHES), scope=Scope.ALL),
            # What was only thought of is nobody's letter.
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES, where="number <> ''"),
            # To whoever holds a protected address: the letters that left without that person.
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_LEASES),
        ),
        writes=(
            Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES),
            Write(by=(Role.HEADQUARTERS, Batch.MAIL), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=AGENCY, verbs=(Verb.UPDATE,), scope=Scope.MY_RESIDENCES, columns=_HANDLED),
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_HANDLED),
            Write(by=(Batch.MAIL,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_TRIED),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="correspondence_reply",
        category="DOCUMENTS",
        hidden=_HIDDEN,
        reads=(
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(Role.HEADQUARTERS, *WHOLE_BATCHES), scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES),
        ),
        writes=(
            Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES),
            Write(by=(Role.HEADQUARTERS, Batch.MAIL), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=AGENCY, verbs=(Verb.UPDATE,), scope=Scope.MY_RESIDENCES, columns=("answered_on",)),
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("answered_on",)),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
)
