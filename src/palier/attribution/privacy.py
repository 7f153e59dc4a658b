"""Who reads and writes allocation: its officers and the commission's secretary; a member reads sheets, and no file.

A member reaches the items of the sittings to which they are convened, less those that they are recused from
(privacy/sql/commission.sql), and never the number that leads from a sheet to an application.
"""

from palier.privacy.catalogue import DESK
from palier.privacy.declare import (
    LOGIN,
    SCOPE,
    Batch,
    Hidden,
    Read,
    Reader,
    Role,
    Scope,
    Secret,
    TableAccess,
    Verb,
    Write,
)

# The agents of allocation, and the job that keeps its clocks and figures.
_OFFICERS = (Role.ALLOCATION_OFFICER, Role.COMMISSION_SECRETARY, Batch.ALLOCATION)
_SECRETARY = (Role.COMMISSION_SECRETARY,)
_MEMBER = (Role.COMMISSION_MEMBER,)
_ONESELF = (Role.TENANT, Role.APPLICANT)
_HIDDEN = (Hidden(by=Secret.APPLICATION, column="application_id", optional=True),)
# A landlord's own allocations are taken over, and those of a demonstration written, with the rest.
_TAKEN_OVER = Read(by=(Batch.IMPORT,), scope=Scope.ALL)
_TAKE_OVER = Write(by=(Batch.IMPORT,), verbs=(Verb.INSERT, Verb.UPDATE), scope=Scope.ALL)
# The job of letters reads the decisions to tell and writes what it told; its night closes what has no answer.
_TOLD = Read(by=(Batch.LETTERS,), scope=Scope.ALL)
# Voices taken again replace those before.
_REPLACE = Write(by=(Batch.IMPORT,), verbs=(Verb.DELETE,), scope=Scope.ALL)
_ERASE = Write(by=(Batch.RETENTION,), verbs=(Verb.DELETE,), scope=Scope.ALL)
_VACANCY_SEEN = (
    "id", "dwelling_id", "residence_id", "announced_on", "expected_on", "left_on", "available_on", "rent_cents",
    "charges_cents", "state", "withdrawn_for", "let_on", "version",
)  # fmt: skip
_SHEET_SEEN = ("id", "item_id", "pseudonym", "content", "digest", "made_at")
_SHEET_TOLD = ("id", "item_id", "candidate_id", "content", "digest", "made_at")
_DECISION_SEEN = (
    "id", "sheet_id", "kind", "rank", "condition_piece", "condition_due_on", "motive", "other_motive", "precision",
    "decided_at", "replaced_at",
)  # fmt: skip
# What ends with the application, and what a silence changes.
_LETTER_ENDS = ("application_id", "content", "person_id")
_OFFER_ENDS = ("state", "refusal", "answered_on")
_LETTER_TOLD = (
    "id", "decision_id", "application_id", "kind", "number", "content", "content_sha256", "pdf_sha256", "made_at",
    "notified_on", "means", "person_id",
)  # fmt: skip
# A person reads their own decision from the letter that tells it on, and the sheet that it was taken on; row security
# already gives them their own letters and candidacies, and no others.
_MY_DECISION = "id IN (SELECT attribution_notification.decision_id FROM attribution_notification)"
_MY_SHEET = "id IN (SELECT attribution_decision.sheet_id FROM attribution_decision)"
_PROPOSED_TO_ME = "id IN (SELECT attribution_candidate.vacancy_id FROM attribution_candidate)"


def _old(*columns: str) -> Read:
    """What the end of a duration looks at."""
    return Read(by=(Batch.RETENTION,), scope=Scope.ALL, columns=("id", *columns))


def _counted(*columns: str) -> Read:
    """What an audit counts: neither a pseudonym, nor a number that leads to a person, nor a text."""
    return Read(by=(Role.AUDITOR, Batch.AUDIT), scope=Scope.ALL, columns=("id", *columns))


def _worked_by(by: tuple[Reader, ...], *columns: str, delete: bool = False) -> tuple[Write, ...]:
    """Written whole by these, then changed in these columns only."""
    verbs = (Verb.INSERT, Verb.DELETE) if delete else (Verb.INSERT,)
    made = Write(by=by, verbs=verbs, scope=Scope.ALL)
    changed = Write(by=by, verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=columns)
    return (made, changed, _TAKE_OVER) if columns else (made, _TAKE_OVER)


# Reservation rights name bodies, never a person.
_RIGHTS = tuple(
    TableAccess(
        table=table,
        reads=(
            Read(by=(*_OFFICERS, Role.HEADQUARTERS, Role.AUDITOR, *_MEMBER, Batch.AUDIT), scope=Scope.ALL),
            _TAKEN_OVER,
        ),
        writes=_worked_by(_OFFICERS, *columns),
    )
    for table, columns in (
        ("attribution_holder", ("name", "contingent")),
        ("attribution_reservationconvention", ("last_day", "share_bp", "propose_within_days", "managed_in")),
    )
)

_VACANCIES = (
    TableAccess(
        table="attribution_vacancy",
        reads=(
            Read(by=(*_OFFICERS, Role.HEADQUARTERS), scope=Scope.ALL),
            Read(by=(*_MEMBER, Role.AUDITOR, Batch.AUDIT), scope=Scope.ALL, columns=_VACANCY_SEEN),
            Read(by=_ONESELF, scope=Scope.ALL, columns=_VACANCY_SEEN, where=_PROPOSED_TO_ME),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "residence_id")),
            _TOLD,
            _TAKEN_OVER,
        ),
        writes=(*_worked_by(
            _OFFICERS, "announced_on", "expected_on", "left_on", "available_on", "rent_cents", "charges_cents", "state",
            "withdrawn_for", "let_on", "version",
        ), Write(by=(Batch.LETTERS,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("state",))),
    ),
    TableAccess(
        table="attribution_vacancyspell",
        reads=(Read(by=(*_OFFICERS, Role.HEADQUARTERS, Role.AUDITOR, Batch.AUDIT), scope=Scope.ALL), _TAKEN_OVER),
        writes=_worked_by(_OFFICERS, "last_day", "cost_cents"),
    ),
    TableAccess(
        table="attribution_orientation",
        reads=(
            Read(by=(*_OFFICERS, Role.HEADQUARTERS), scope=Scope.ALL),
            _counted("vacancy_id", "holder_id", "proposed_holder_id", "reason", "decided_on", "due_on", "released_on"),
            _TAKEN_OVER,
        ),
        writes=_worked_by(_OFFICERS, "released_on"),
    ),
    # Without the person: what the yearly figures count.
    TableAccess(
        table="attribution_signedattribution",
        reads=(Read(by=(*_OFFICERS, Role.HEADQUARTERS, Role.AUDITOR, Batch.AUDIT), scope=Scope.ALL), _TAKEN_OVER),
        writes=_worked_by(_OFFICERS),
    ),
    # Already without small numbers: anyone reads it, signed in or not, and a job alone writes it.
    TableAccess(
        table="attribution_publishedfigure",
        reads=(
            Read(by=(LOGIN, *_OFFICERS, Role.HEADQUARTERS, Role.AUDITOR, Batch.AUDIT, Batch.IMPORT), scope=Scope.ALL),
        ),
        writes=(Write(by=(Batch.ALLOCATION, Batch.IMPORT), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),),
    ),
)  # fmt: skip

_COMMISSION = (
    TableAccess(
        table="attribution_commissionrules",
        reads=(Read(by=(*DESK, Role.APPLICANT, Role.TENANT, Batch.AUDIT), scope=Scope.ALL), _TAKEN_OVER),
        writes=_worked_by(_SECRETARY),
    ),
    TableAccess(
        table="attribution_commissionmember",
        category="AGENTS",
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=_MEMBER, scope=Scope.MY_OWN_WORK, column="agent_id"),
            Read(by=(SCOPE,), scope=Scope.ALL),
            _counted("quality", "has_vote", "is_president", "first_day", "last_day"),
            _old("last_day"),
            _TAKEN_OVER,
        ),
        writes=(*_worked_by(_SECRETARY, "last_day", "is_president", "communes"), _ERASE),
    ),
    TableAccess(
        table="attribution_sitting",
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=_MEMBER, scope=Scope.MY_SITTINGS, column="id"),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "state", "secretary_id", "held_on")),
            _counted("number", "held_on", "mode", "rules_id", "state", "convened_on", "opened_at", "closed_at"),
            _old("held_on"),
            _TOLD,
            _TAKEN_OVER,
        ),
        writes=_worked_by(
            _SECRETARY, "held_on", "mode", "state", "convened_on", "opened_at", "closed_at", "president_id", "version"
        ),
    ),
    TableAccess(
        table="attribution_item",
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=_MEMBER, scope=Scope.MY_ITEMS, column="id"),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "sitting_id", "vacancy_id")),
            _counted("sitting_id", "vacancy_id", "rank", "exception", "is_postponed"),
            _old("sitting_id"),
            _TOLD,
            _TAKEN_OVER,
        ),
        writes=_worked_by(_SECRETARY, "rank", "exception", "is_postponed", "version", delete=True),
    ),
    TableAccess(
        table="attribution_attendance",
        category="AGENTS",
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=_MEMBER, scope=Scope.MY_SITTINGS),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("sitting_id", "member_id")),
            _counted("sitting_id", "state"),
            _old("sitting_id"),
            _TAKEN_OVER,
        ),
        writes=(*_worked_by(_SECRETARY, "state", "proxy_to_id", delete=True), _ERASE),
    ),
    TableAccess(
        table="attribution_recusal",
        category="AGENTS",
        reads=(
            Read(by=_SECRETARY, scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("item_id", "member_id")),
            _counted("item_id"),
            _old("item_id"),
            _TAKEN_OVER,
        ),
        writes=(*_worked_by(_SECRETARY, delete=True), _ERASE),
    ),
)

_EXAMINED = (
    TableAccess(
        table="attribution_candidate",
        category="EXAMEN",
        hidden=_HIDDEN,
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "vacancy_id", "application_id")),
            Read(
                by=(*_ONESELF, Batch.RIGHTS),
                scope=Scope.MY_APPLICATIONS,
                columns=("id", "vacancy_id", "application_id", "source", "added_on", "withdrawn_on", "withdrawn_for"),
            ),
            _counted("vacancy_id", "source", "added_on", "withdrawn_on", "withdrawn_for"),
            _old("application_id", "added_on"),
            _TOLD,
            _TAKEN_OVER,
        ),
        writes=(
            *_worked_by(_OFFICERS, "withdrawn_on", "withdrawn_for"),
            # The link to the application ends with it.
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("application_id",)),
        ),
    ),
    TableAccess(
        table="attribution_sheet",
        category="EXAMEN",
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=_MEMBER, scope=Scope.MY_ITEMS, columns=_SHEET_SEEN),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "item_id", "candidate_id")),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.ALL, columns=_SHEET_TOLD, where=_MY_SHEET),
            _counted("item_id", "made_at"),
            _old("item_id", "candidate_id", "content"),
            _TOLD,
            _TAKEN_OVER,
        ),
        writes=(
            *_worked_by(_SECRETARY, "content", "digest", "made_at", delete=True),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("content",)),
        ),
    ),
    TableAccess(
        table="attribution_decision",
        category="EXAMEN",
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=_MEMBER, scope=Scope.MY_SHEETS, columns=_DECISION_SEEN),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "sheet_id")),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.ALL, columns=_DECISION_SEEN, where=_MY_DECISION),
            _counted(
                "sheet_id",
                "kind",
                "rank",
                "condition_piece",
                "condition_due_on",
                "motive",
                "other_motive",
                "replaced_at",
            ),
            _old("sheet_id", "decided_at", "precision"),
            _TOLD,
            _TAKEN_OVER,
        ),
        writes=(
            *_worked_by(_SECRETARY, "replaced_at"),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("precision",)),
        ),
    ),
    TableAccess(
        table="attribution_vote",
        category="EXAMEN",
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=_MEMBER, scope=Scope.MY_SHEETS, columns=("id", "sheet_id", "member_id", "choice", "cast_at")),
            _counted("sheet_id", "choice"),
            _old("sheet_id"),
            _TAKEN_OVER,
        ),
        writes=(*_worked_by(_SECRETARY, "choice", "cast_at", delete=True), _REPLACE, _ERASE),
    ),
    TableAccess(
        table="attribution_minutes",
        category="EXAMEN",
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=_MEMBER, scope=Scope.MY_SITTINGS, columns=("id", "sitting_id", "content_sha256", "sealed_at")),
            _counted("sitting_id", "content_sha256", "sealed_at"),
            _old("sitting_id", "sealed_at", "pdf_sha256"),
            _TAKEN_OVER,
        ),
        # Sealed: nobody has the right to change them, and they go with their time.
        writes=(Write(by=(*_SECRETARY, Batch.IMPORT), verbs=(Verb.INSERT,), scope=Scope.ALL), _ERASE),
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
            _old("sitting_id", "frozen_at", "erased_on"),
            _TAKEN_OVER,
        ),
        writes=(
            Write(by=(*_SECRETARY, Batch.IMPORT), verbs=(Verb.INSERT,), scope=Scope.ALL),
            Write(
                by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("sealed", "wrapped", "erased_on")
            ),
        ),
    ),
)

# What the job of allocation found for a vacancy: it reads resources over the whole stock, officers read its verdicts.
_MATCHED = (
    TableAccess(
        table="attribution_matching",
        reads=(Read(by=_OFFICERS, scope=Scope.ALL), _TAKEN_OVER),
        writes=(
            Write(by=(Batch.ALLOCATION,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
            _TAKE_OVER,
        ),
    ),
    TableAccess(
        table="attribution_match",
        category="EXAMEN",
        hidden=(Hidden(by=Secret.APPLICATION, column="application_id"),),
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MY_APPLICATIONS),
            _old("application_id"),
            _TAKEN_OVER,
        ),
        writes=(
            Write(by=(Batch.ALLOCATION,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
            _ERASE,
            _TAKE_OVER,
        ),
    ),
)

_AFTER = (
    TableAccess(
        table="attribution_notification",
        category="EXAMEN",
        hidden=_HIDDEN,
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MY_APPLICATIONS, columns=_LETTER_TOLD),
            _counted("decision_id", "kind", "made_at", "notified_on", "means"),
            _old("application_id", "made_at", "content", "pdf_sha256"),
            _TOLD,
            _TAKEN_OVER,
        ),
        writes=(
            Write(by=(Batch.LETTERS,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            *_worked_by(_OFFICERS, "notified_on", "means"),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_LETTER_ENDS),
        ),
    ),
    TableAccess(
        table="attribution_offer",
        category="EXAMEN",
        hidden=_HIDDEN,
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            Read(by=(*_ONESELF, Batch.RIGHTS), scope=Scope.MY_APPLICATIONS),
            _counted("vacancy_id", "rank", "days", "notified_on", "expires_on", "state", "answered_on", "refusal"),
            _old("application_id", "notified_on"),
            _TOLD,
            _TAKEN_OVER,
        ),
        writes=(
            Write(by=(Batch.LETTERS,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_OFFER_ENDS),
            *_worked_by(_OFFICERS, "visit_at", "state", "answered_on", "refusal", "lease_id"),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("application_id",)),
        ),
    ),
    TableAccess(
        table="attribution_occupationreview",
        category="OCCUPATION",
        reads=(
            Read(by=_OFFICERS, scope=Scope.ALL),
            _counted("residence_id", "due_on", "examined_on", "opinion", "opinion_on", "met_on"),
            _old("lease_id", "due_on"),
            _TAKEN_OVER,
        ),
        writes=(
            *_worked_by(
                _OFFICERS, "due_on", "examined_on", "is_overcrowded", "is_under_occupied", "adaptation_left",
                "needs_adaptation", "is_above_ceiling", "opinion", "opinion_on", "met_on",
            ),
            _ERASE,
        ),
    ),
)  # fmt: skip

TABLES: tuple[TableAccess, ...] = (*_RIGHTS, *_VACANCIES, *_MATCHED, *_COMMISSION, *_EXAMINED, *_AFTER)
