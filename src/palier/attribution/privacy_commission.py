"""Who reads and writes the commission: its sittings, then what it examined and decided.

A member reaches the items of the sittings to which they are convened, less those that they are recused from
(privacy/sql/commission.sql), and never the number that leads from a sheet to an application.
"""

from palier.attribution.privacy_readers import (
    AGENTS,
    ERASE,
    MEMBER,
    OFFICERS,
    ONESELF,
    TAKE_OVER,
    TAKEN_OVER,
    TOLD,
    counted,
    old,
    worked_by,
)
from palier.privacy.catalogue import DESK
from palier.privacy.declare import SCOPE, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_SECRETARY = (Role.COMMISSION_SECRETARY,)
# Voices taken again replace those before.
_REPLACE = Write(by=(Batch.IMPORT,), verbs=(Verb.DELETE,), scope=Scope.ALL)
# What was examined and decided does not move any more once the sitting is closed: nobody signed in may change it.
_OF_OPEN_SITTING = "sitting_id = ANY ((SELECT palier.open_sittings())::bigint[])"
_OF_OPEN_ITEM = "item_id = ANY ((SELECT palier.open_items())::bigint[])"
_OF_OPEN_SHEET = "sheet_id = ANY ((SELECT palier.open_sheets())::bigint[])"
# Without what the commission read: resources are those of the files that one instructs.
_SHEET_NUMBERS = ("id", "item_id", "candidate_id", "pseudonym", "digest", "made_at")
_SHEET_SEEN = ("id", "item_id", "pseudonym", "content", "digest", "made_at")
_SHEET_TOLD = ("id", "item_id", "candidate_id", "content", "digest", "made_at")
_DECISION_SEEN = (
    "id", "sheet_id", "kind", "rank", "condition_piece", "condition_due_on", "motive", "other_motive", "precision",
    "decided_at", "replaced_at",
)  # fmt: skip
# A person reads their own decision from the letter that tells it on, and the sheet that it was taken on; row security
# already gives them their own letters and candidacies, and no others.
_MY_DECISION = "id IN (SELECT attribution_notification.decision_id FROM attribution_notification)"
_MY_SHEET = "id IN (SELECT attribution_decision.sheet_id FROM attribution_decision)"

_SITTINGS: tuple[TableAccess, ...] = (
    TableAccess(
        table="attribution_commissionrules",
        reads=(Read(by=(*DESK, Role.APPLICANT, Role.TENANT, Batch.AUDIT), scope=Scope.ALL), TAKEN_OVER),
        writes=worked_by(_SECRETARY),
    ),
    TableAccess(
        table="attribution_commissionmember",
        category="AGENTS",
        reads=(
            # A replay counts the voices again.
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=MEMBER, scope=Scope.MY_OWN_WORK, column="agent_id"),
            Read(by=(SCOPE,), scope=Scope.ALL),
            counted("quality", "has_vote", "is_president", "first_day", "last_day"),
            old("last_day"),
            TAKEN_OVER,
        ),
        writes=(*worked_by(_SECRETARY, "last_day", "is_president", "communes"), ERASE),
    ),
    TableAccess(
        table="attribution_sitting",
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=MEMBER, scope=Scope.MY_SITTINGS, column="id"),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "number", "state", "secretary_id", "held_on")),
            counted("number", "held_on", "mode", "rules_id", "state", "convened_on", "opened_at", "closed_at"),
            old("held_on", "president_id"),
            TOLD,
            TAKEN_OVER,
        ),
        writes=(
            *worked_by(_SECRETARY),
            Write(
                by=_SECRETARY,
                verbs=(Verb.UPDATE,),
                scope=Scope.ALL,
                columns=(
                    *(
                        "held_on",
                        "hour",
                        "mode",
                        "place",
                        "rules_id",
                        "state",
                        "convened_on",
                        "opened_at",
                        "closed_at",
                        "president_id",
                        "secretary_id",
                        "version",
                    ),
                ),
                standing="state <> 'SEALED'",
            ),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("president_id",)),
        ),
    ),
    TableAccess(
        table="attribution_handover",
        category="AGENTS",
        reads=(
            Read(by=AGENTS, scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "sitting_id", "taken_by_id")),
            counted("sitting_id", "taken_at"),
            old("sitting_id"),
            TAKEN_OVER,
        ),
        writes=(
            # Who keeps the sitting reads names: one takes it over for oneself, from who keeps it.
            Write(
                by=_SECRETARY,
                verbs=(Verb.INSERT,),
                scope=Scope.MY_OWN_WORK,
                column="taken_by_id",
                where="left_by_id = palier.keeper_of_sitting(sitting_id)",
            ),
            TAKE_OVER,
            ERASE,
        ),
    ),
    TableAccess(
        table="attribution_item",
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=MEMBER, scope=Scope.MY_ITEMS, column="id"),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "sitting_id", "vacancy_id")),
            counted("sitting_id", "vacancy_id", "rank", "exception", "is_postponed"),
            old("sitting_id"),
            TOLD,
            TAKEN_OVER,
        ),
        writes=worked_by(
            _SECRETARY, "rank", "exception", "is_postponed", "version", delete=True, while_=_OF_OPEN_SITTING
        ),
    ),
    TableAccess(
        table="attribution_attendance",
        category="AGENTS",
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=MEMBER, scope=Scope.MY_SITTINGS),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("sitting_id", "member_id")),
            counted("sitting_id", "state"),
            old("sitting_id", "member_id", "proxy_to_id"),
            TAKEN_OVER,
        ),
        writes=(*worked_by(_SECRETARY, "state", "proxy_to_id", delete=True, while_=_OF_OPEN_SITTING), ERASE),
    ),
    TableAccess(
        table="attribution_recusal",
        category="AGENTS",
        reads=(
            Read(by=_SECRETARY, scope=Scope.ALL),
            # A replay is run as a job.
            Read(by=(SCOPE, Batch.ALLOCATION), scope=Scope.ALL, columns=("item_id", "member_id")),
            counted("item_id"),
            old("item_id", "member_id"),
            TAKEN_OVER,
        ),
        writes=(*worked_by(_SECRETARY, delete=True, while_=_OF_OPEN_ITEM), ERASE),
    ),
)

_EXAMINED: tuple[TableAccess, ...] = (
    TableAccess(
        table="attribution_candidate",
        category="EXAMEN",
        # The secretary of the sitting reads the candidacies of protected persons: numbers that open nothing. A job
        # alone proposes them: a candidacy opens what its file says to whoever keeps the sitting.
        hidden=(Hidden(by=Secret.CANDIDACY, column="application_id", optional=True, is_closed=True),),
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "vacancy_id", "application_id", "withdrawn_on")),
            Read(
                by=(*ONESELF, Batch.RIGHTS),
                scope=Scope.MY_APPLICATIONS,
                columns=("id", "vacancy_id", "application_id", "source", "added_on", "withdrawn_on", "withdrawn_for"),
            ),
            counted("vacancy_id", "source", "added_on", "withdrawn_on", "withdrawn_for"),
            old("application_id", "added_on"),
            TOLD,
            TAKEN_OVER,
        ),
        writes=(
            *worked_by(OFFICERS, "withdrawn_on", "withdrawn_for"),
            # The link to the application ends with it.
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("application_id",)),
        ),
    ),
    TableAccess(
        table="attribution_sheet",
        category="EXAMEN",
        reads=(
            Read(by=(*_SECRETARY, Batch.ALLOCATION), scope=Scope.ALL),
            Read(by=(Role.ALLOCATION_OFFICER, Batch.LETTERS), scope=Scope.ALL, columns=_SHEET_NUMBERS),
            Read(by=MEMBER, scope=Scope.MY_ITEMS, columns=_SHEET_SEEN),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "item_id", "candidate_id")),
            Read(by=(*ONESELF, Batch.RIGHTS), scope=Scope.ALL, columns=_SHEET_TOLD, where=_MY_SHEET),
            counted("item_id", "made_at"),
            old("item_id", "candidate_id", "content"),
            TAKEN_OVER,
        ),
        writes=(
            *worked_by(_SECRETARY, "content", "digest", "made_at", delete=True, while_=_OF_OPEN_ITEM),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("content",)),
        ),
    ),
    TableAccess(
        table="attribution_decision",
        category="EXAMEN",
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=MEMBER, scope=Scope.MY_SHEETS, columns=_DECISION_SEEN),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "sheet_id")),
            Read(by=(*ONESELF, Batch.RIGHTS), scope=Scope.ALL, columns=_DECISION_SEEN, where=_MY_DECISION),
            counted(
                "sheet_id",
                "kind",
                "rank",
                "condition_piece",
                "condition_due_on",
                "motive",
                "other_motive",
                "replaced_at",
            ),
            old("sheet_id", "decided_at", "precision"),
            TOLD,
            TAKEN_OVER,
        ),
        writes=(
            *worked_by(_SECRETARY, "replaced_at", while_=_OF_OPEN_SHEET),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("precision",)),
        ),
    ),
    TableAccess(
        table="attribution_vote",
        category="EXAMEN",
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=MEMBER, scope=Scope.MY_SHEETS, columns=("id", "sheet_id", "member_id", "choice", "cast_at")),
            counted("sheet_id", "choice"),
            old("sheet_id", "member_id"),
            TAKEN_OVER,
        ),
        writes=(
            *worked_by(_SECRETARY, "choice", "cast_at", delete=True, while_=_OF_OPEN_SHEET),
            _REPLACE,
            ERASE,
        ),
    ),
    TableAccess(
        table="attribution_minutes",
        category="EXAMEN",
        reads=(
            Read(by=AGENTS, scope=Scope.ALL),
            Read(by=MEMBER, scope=Scope.MY_SITTINGS, columns=("id", "sitting_id", "content_sha256", "sealed_at")),
            counted("sitting_id", "content_sha256", "sealed_at"),
            old("sitting_id", "sealed_at", "pdf_sha256"),
            TAKEN_OVER,
        ),
        # Sealed: nobody has the right to change them, and they go with their time.
        writes=(Write(by=(*_SECRETARY, Batch.IMPORT), verbs=(Verb.INSERT,), scope=Scope.ALL), ERASE),
    ),
    TableAccess(
        table="attribution_frozen",
        category="EXAMEN",
        reads=(
            # A replay is run as a job.
            Read(by=(*_SECRETARY, Batch.AUDIT, Batch.ALLOCATION), scope=Scope.ALL),
            Read(
                by=(Role.ALLOCATION_OFFICER, Role.AUDITOR),
                scope=Scope.ALL,
                columns=("id", "sitting_id", "digest", "frozen_at", "erased_on"),
            ),
            # Read to an auditor whose mission runs, with its trace (privacy/sql/audit.sql).
            Read(by=(SCOPE,), scope=Scope.ALL),
            old("sitting_id", "frozen_at", "erased_on"),
            TAKEN_OVER,
        ),
        writes=(
            Write(by=(*_SECRETARY, Batch.IMPORT), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("sealed", "wrapped", "erased_on")
            ),
        ),
    ),
)

TABLES_OF_COMMISSION: tuple[TableAccess, ...] = (*_SITTINGS, *_EXAMINED)
