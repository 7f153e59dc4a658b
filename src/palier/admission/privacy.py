"""Who reads what lets tenants in. Nobody but the job that prints reads a code; no agent reads what finds a letter."""

from palier.privacy.catalogue import AGENCY
from palier.privacy.declare import (
    LOGIN,
    OPENED_FILE,
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

_HIDDEN = (Hidden(by=Secret.PERSON, column="person_id"),)
_COMES_TO = ("id", "person_id", "lease_id", "residence_id", "by_hand", "made_at", "expires_at", "printed_at",
             "accepted_at", "ended_at", "ended_by", "print_lot_id", "print_rank", "return_reason", "returned_at",
             "checked_at")  # fmt: skip
# Counted, and known by the mark of a sheet that came back.
_COUNTED = ("id", "person_id", "lease_id", "residence_id", "made_at", "expires_at", "printed_at", "ended_at",
            "ended_by", "print_lot_id", "print_rank", "return_reason", "returned_at", "checked_at")  # fmt: skip
_CAME_BACK = ("ended_at", "ended_by", "return_reason", "returned_at", "returned_by", "checked_at", "checked_by")
_PRINTED = "printed_at IS NOT NULL"
# An agent ends a letter for one reason alone: the post brought it back.
_BACK = "returned_at IS NOT NULL AND (ended_by = 'RETURNED' OR ended_at <= returned_at)"
_LOOKED_FOR = (*_COMES_TO, "selector", "code_sha256", "identifier", "proved_at", "wrong_codes", "wrong_proofs")
_FOLLOWED = ("accepted_at", "proved_at", "ended_at", "ended_by", "wrong_codes", "wrong_proofs", "sealed_code")
_OF_A_HELPER = ("id", "person_id", "name", "link", "may_see", "may_report", "made_at", "until_on", "claimed_at",
                "ended_at")  # fmt: skip
_SLIP = ("id", "person_id", "residence_id", "paper", "given_at", "expires_at", "ended_at")
# A file opened for another motive gives no slip: its own agency does.
_HELD = "current_setting('palier.purpose', true) = 'PROTECTION_VIOLENCES'"
_HELD_THERE = f"{_HELD} AND residence_id = ANY ((SELECT palier.opened_residences())::int[])"
_ENDS = Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)

TABLES: tuple[TableAccess, ...] = (
    TableAccess(
        table="admission_accessletter",
        category="CONNEXION",
        hidden=_HIDDEN,
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "made_at", "expires_at", "ended_at")),
            Read(by=(Batch.MAIL,), scope=Scope.ALL),
            Read(by=(LOGIN,), scope=Scope.ALL, columns=_LOOKED_FOR),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES, columns=_COMES_TO),
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_PERSONS, columns=_COMES_TO),
            Read(by=(Role.HEADQUARTERS,), scope=Scope.ALL, columns=_COUNTED),
        ),
        writes=(
            _ENDS,
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=(Batch.MAIL,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("sealed_code", "printed_at", "print_lot_id", "print_rank", "ended_at", "ended_by"),
            ),
            Write(
                by=AGENCY,
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_RESIDENCES,
                columns=_CAME_BACK,
                where=_BACK,
                standing=_PRINTED,
            ),
            Write(
                by=(Role.HEADQUARTERS,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=_CAME_BACK,
                where=_BACK,
                standing=_PRINTED,
            ),
            Write(by=(LOGIN,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_FOLLOWED),
            # After a restoration: what was ended since the backup is ended again.
            Write(
                by=(Batch.RETENTION,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("sealed_code", "ended_at", "ended_by", "return_reason", "returned_at"),
            ),
        ),
    ),
    TableAccess(
        table="admission_knowncontact",
        category="CONNEXION",
        hidden=_HIDDEN,
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "letter_id")),
            Read(by=(LOGIN,), scope=Scope.ALL, columns=("id", "letter_id", "channel", "hint")),
            # Whoever sends the code: the contacts of the one person it is for.
            Read(by=(Batch.OPERATOR,), scope=Scope.MYSELF),
            Read(by=(Batch.MAIL,), scope=Scope.ALL, columns=("id", "letter_id", "channel")),
        ),
        writes=(
            Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            Write(by=(Batch.MAIL,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
            Write(by=(LOGIN,), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="admission_sentcode",
        category="CONNEXION",
        hidden=_HIDDEN,
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "letter_id", "expires_at")),
            Read(by=(LOGIN,), scope=Scope.ALL),
            Read(by=(Batch.OPERATOR,), scope=Scope.MYSELF, columns=("id", "letter_id", "person_id")),
            Read(by=(Batch.MAIL,), scope=Scope.ALL, columns=("id", "letter_id")),
        ),
        writes=(
            _ENDS,
            Write(by=(Batch.OPERATOR,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.MYSELF),
            Write(by=(LOGIN, Batch.MAIL), verbs=(Verb.DELETE,), scope=Scope.ALL),
        ),
    ),
    TableAccess(
        table="admission_accessslip",
        category="CONNEXION",
        hidden=_HIDDEN,
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "given_at", "expires_at", "ended_at")),
            Read(by=(LOGIN,), scope=Scope.ALL),
            Read(
                by=AGENCY,
                scope=Scope.MY_RESIDENCES,
                columns=_SLIP,
            ),
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_PERSONS, columns=_SLIP, where=_HELD),
        ),
        writes=(
            _ENDS,
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("ended_at",)),
            # Of someone in sight: a number guessed is given no slip.
            Write(
                by=AGENCY,
                verbs=(Verb.INSERT,),
                scope=Scope.MY_RESIDENCES,
                where="given_by = (SELECT palier.my_agent()) AND palier.is_someone_i_see(person_id)",
            ),
            # Whoever holds a protection hands a slip over to whom it protects, from their file.
            Write(
                by=(OPENED_FILE,),
                verbs=(Verb.INSERT,),
                scope=Scope.OPENED_PERSONS,
                where=f"given_by = (SELECT palier.my_agent()) AND {_HELD_THERE}",
            ),
            Write(
                by=(OPENED_FILE,),
                verbs=(Verb.UPDATE,),
                scope=Scope.OPENED_PERSONS,
                columns=("ended_at",),
                where=_HELD,
                standing=_HELD,
            ),
            Write(by=AGENCY, verbs=(Verb.UPDATE,), scope=Scope.MY_RESIDENCES, columns=("ended_at",)),
            Write(by=(LOGIN,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("ended_at",)),
        ),
    ),
    TableAccess(
        table="admission_accessevent",
        category="CONNEXION",
        hidden=_HIDDEN,
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "at")),
            Read(by=AGENCY, scope=Scope.MY_RESIDENCES),
            Read(by=(OPENED_FILE,), scope=Scope.OPENED_PERSONS, columns=("id", "person_id"), where=_HELD),
            # Steps counted by residence, nobody's name.
            Read(by=(Role.HEADQUARTERS,), scope=Scope.ALL, columns=("id", "residence_id", "kind", "at")),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MYSELF, columns=("id", "person_id", "kind", "at")),
            Read(by=(LOGIN, Batch.MAIL), scope=Scope.ALL, columns=("id", "person_id", "kind")),
            # The steps of those who were drawn for a campaign (palier.adoption).
            Read(by=(Batch.IMPORT,), scope=Scope.ALL, columns=("id", "person_id", "kind", "at")),
        ),
        writes=(
            _ENDS,
            Write(by=(Batch.MAIL, LOGIN), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=AGENCY,
                verbs=(Verb.INSERT,),
                scope=Scope.MY_RESIDENCES,
                where="by_agent = (SELECT palier.my_agent()) AND palier.is_someone_i_see(person_id)",
            ),
            Write(
                by=(OPENED_FILE,),
                verbs=(Verb.INSERT,),
                scope=Scope.OPENED_PERSONS,
                where=f"kind = 'SLIP_GIVEN' AND by_agent = (SELECT palier.my_agent()) AND {_HELD_THERE}",
            ),
        ),
    ),
    TableAccess(
        # An agent reads nothing of it: whom a tenant turns to is not their business.
        table="admission_helper",
        category="CONNEXION",
        reads=(
            Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", "user_id", "made_at", "until_on", "ended_at")),
            Read(by=(LOGIN, SCOPE), scope=Scope.ALL),
            Read(by=(Role.TENANT,), scope=Scope.MYSELF, columns=_OF_A_HELPER),
            Read(by=(Batch.RIGHTS,), scope=Scope.MYSELF, columns=_OF_A_HELPER),
        ),
        writes=(
            _ENDS,
            Write(by=(Role.TENANT,), verbs=(Verb.INSERT,), scope=Scope.MYSELF, where="claimed_at IS NULL"),
            Write(by=(Role.TENANT,), verbs=(Verb.UPDATE,), scope=Scope.MYSELF, columns=("ended_at",)),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("ended_at",)),
            Write(
                by=(LOGIN,),
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=("wrong_codes", "accepted_at", "claimed_at", "user_id", "ended_at"),
            ),
        ),
    ),
)
