"""Who reads leases. The caretaker reads the names for the doors and the dates, of those who live there today."""

from palier.privacy.catalogue import AGENCY, ALLOCATION, WHOLE_BATCHES
from palier.privacy.declare import (
    OPENED_FILE,
    PURGE,
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
_OFFICE_WRITES = (
    Write(by=AGENCY, verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.MY_RESIDENCES),
    Write(by=(Role.HEADQUARTERS, Batch.IMPORT), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
)
# What the functions of scope follow from a lease.
_TO_SCOPE = ("id", "reference", "account_id", "residence_id", "dwelling_id", "household_id", "starts_on", "ends_on")
_LEAVING = ("id", "kind", "dwelling_id", "residence_id", "household_id", "starts_on", "ends_on", "notice_given_on")
# What a caretaker may know of an occupant, whole (domain/privacy §7).
DOOR_COLUMNS = (
    "id",
    "residence_id",
    "dwelling_id",
    "lease_id",
    "person_id",
    "door_name",
    "moved_in_on",
    "moved_out_on",
)

_EVERY_HOLDERS = "family <> 'VAULT' AND family <> 'EMAIL' AND family <> 'DEVICE'"
_CHANGE_TOLD = ("id", "subject", "verb", "lease_id", "person_id", "before", "after", "at")

_FOLLOWED_AGAIN = (
    *("id", "lease_id", "person_id", "residence_id", "family", "word", "text_version", "text_sha256", "kept_at"),
)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="leases_lease",
        category="BAIL",
        hidden=(Hidden(by=Secret.LEASE, column="id"),),
        freezes=True,
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_LEASES, column="id"),
            Read(by=(PURGE,), scope=Scope.ALL, columns=("id", "ends_on")),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES, column="id"),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=_TO_SCOPE),
            # A dwelling whose tenant gave notice, or whose three years are over: which, from when, and not whose.
            Read(by=(Batch.ALLOCATION,), scope=Scope.ALL, columns=_LEAVING),
        ),
        writes=(
            *_OFFICE_WRITES,
            Write(
                by=(Batch.RETENTION,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("household_id", "reference", "mandate_reference", "iban_last4", "debit_day"),
            ),
        ),
    ),
    TableAccess(
        table="leases_term",
        category="BAIL",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id"),),
        freezes=True,
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_LEASES),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES),
            # What an empty dwelling costs: its last rent and provisions.
            Read(
                by=(Batch.ALLOCATION,),
                scope=Scope.ALL,
                columns=("id", "lease_id", "kind", "amount_cents", "first_day", "last_day"),
            ),
        ),
        # A campaign taken back before its day removes the rents that it had opened.
        writes=(*_OFFICE_WRITES, Write(by=(Batch.RETENTION, Batch.IMPORT), verbs=(Verb.DELETE,), scope=Scope.ALL)),
    ),
    TableAccess(
        table="leases_occupant",
        category="PORTE",
        hidden=(Hidden(by=Secret.OCCUPANT, column="id"),),
        freezes=True,
        # By its number, which stands in the index of names: the names of an agency are still read from it alone.
        is_searched=True,
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_LEASES),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            Read(
                by=(Role.CARETAKER,),
                scope=Scope.MY_RESIDENCES,
                columns=DOOR_COLUMNS,
                # Who has left is no longer the caretaker's business.
                where="moved_out_on IS NULL OR moved_out_on >= palier.today()",
            ),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES),
            # Where to write to those who asked something about their data.
            Read(
                by=(Role.DPO,),
                scope=Scope.ALL,
                columns=("id", "person_id", "dwelling_id", "moved_in_on", "moved_out_on"),
                where="person_id IN (SELECT rights_request.person_id FROM rights_request)",
            ),
            # How many live there, for the three-year review: no name.
            Read(
                by=(Batch.ALLOCATION,),
                scope=Scope.ALL,
                columns=("id", "lease_id", "person_id", "role", "moved_out_on"),
            ),
            Read(
                by=(SCOPE,),
                scope=Scope.ALL,
                columns=("id", "lease_id", "person_id", "role", "sort_name", "moved_out_on"),
            ),
        ),
        writes=(
            Write(
                by=AGENCY,
                verbs=(Verb.INSERT, Verb.UPDATE),
                scope=Scope.MY_RESIDENCES,
                # A number guessed brings nobody into a lease, nor their file into an agency.
                where="palier.is_someone_i_see(person_id)",
            ),
            Write(by=(Role.HEADQUARTERS, Batch.IMPORT), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("display_name", "door_name")),
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="leases_consent",
        category="CONSENTEMENTS",
        append_only=True,
        hidden=(Hidden(by=Secret.LEASE, column="lease_id"),),
        reads=(
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_LEASES),
            Read(by=(PURGE,), scope=Scope.ALL, columns=("id", "lease_id")),
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=_FOLLOWED_AGAIN),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=_WHOLE, scope=Scope.ALL),
            # What goes online wants the word of every holder: they read each other's. The rest is one's own.
            Read(by=(Role.TENANT,), scope=Scope.MY_LEASES, where=_EVERY_HOLDERS),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MYSELF),
        ),
        writes=(
            # A click is said by oneself, for a lease that one holds; an agent writes down what was signed or said.
            Write(
                by=(Role.TENANT,),
                verbs=(Verb.INSERT,),
                scope=Scope.MYSELF,
                where="means = 'SPACE' AND lease_id = ANY ((SELECT palier.my_leases())::bigint[])",
            ),
            Write(
                by=AGENCY,
                verbs=(Verb.INSERT,),
                scope=Scope.MY_RESIDENCES,
                where="means <> 'SPACE' AND palier.is_someone_i_see(person_id)",
            ),
            Write(by=(Role.HEADQUARTERS,), verbs=(Verb.INSERT,), scope=Scope.ALL, where="means <> 'SPACE'"),
            Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            # After a restoration: what was withdrawn since the backup is withdrawn again, and nothing is agreed to.
            Write(by=(Batch.RETENTION,), verbs=(Verb.INSERT,), scope=Scope.ALL, where="word = 'WITHDRAWN'"),
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        # Written by the triggers of leases/sql/changes.sql, in the name of whoever changes the row.
        table="leases_change",
        category="BAIL",
        append_only=True,
        hidden=(
            Hidden(by=Secret.LEASE, column="lease_id", optional=True),
            Hidden(by=Secret.PERSON, column="person_id", optional=True),
        ),
        reads=(
            Read(
                by=(Batch.RETENTION,),
                scope=Scope.ALL,
                columns=("id", "subject", "row_id", "lease_id", "person_id", "at"),
            ),
            Read(by=(PURGE,), scope=Scope.ALL),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(Role.HEADQUARTERS, Batch.IMPORT), scope=Scope.ALL),
            # A copy of the file tells what changed, neither who changed it nor the other occupants.
            Read(
                by=(Batch.RIGHTS,),
                scope=Scope.MY_LEASES,
                columns=_CHANGE_TOLD,
                where="subject <> 'OCCUPANT'",
            ),
            Read(by=(Batch.RIGHTS,), scope=Scope.MYSELF, columns=_CHANGE_TOLD),
        ),
        writes=(
            Write(by=(PURGE,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=AGENCY, verbs=(Verb.INSERT,), scope=Scope.MY_RESIDENCES),
            Write(by=(Role.HEADQUARTERS, Batch.IMPORT), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(by=(Role.TENANT,), verbs=(Verb.INSERT,), scope=Scope.MYSELF),
            # A contact written at the counter of applications.
            Write(by=ALLOCATION, verbs=(Verb.INSERT,), scope=Scope.MY_APPLICANTS),
        ),
    ),
)
