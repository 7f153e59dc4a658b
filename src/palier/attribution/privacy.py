"""Who reads and writes allocation: its officers, the commission's secretary, its job; applicants read their own part.

The tables of the commission are declared beside (privacy_commission.py).
"""

from palier.attribution.privacy_commission import TABLES_OF_COMMISSION
from palier.attribution.privacy_occupation import TABLES_OF_OCCUPATION
from palier.attribution.privacy_readers import (
    ERASE,
    HIDDEN,
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
from palier.privacy.declare import LOGIN, SCOPE, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_VACANCY_SEEN = (
    "id", "dwelling_id", "residence_id", "announced_on", "expected_on", "left_on", "available_on", "rent_cents",
    "charges_cents", "state", "withdrawn_for", "withdrawn_before", "let_on", "version",
)  # fmt: skip
# What ends with the application, and what a silence changes.
_LETTER_ENDS = ("application_id", "content", "person_id")
_OFFER_ENDS = ("state", "refusal", "answered_on")
_LETTER_NUMBERS = (
    "id", "decision_id", "application_id", "person_id", "kind", "number", "content_sha256", "pdf_sha256", "made_at",
    "made_by_id", "notified_on", "means",
)  # fmt: skip
_LETTER_TOLD = (
    "id", "decision_id", "application_id", "kind", "number", "content", "content_sha256", "pdf_sha256", "made_at",
    "notified_on", "means", "person_id",
)  # fmt: skip
# The manager of an agency follows its empty dwellings, and no candidate.
_MANAGER = (Role.AGENCY_MANAGER,)
_OF_MY_AGENCY = "vacancy_id IN (SELECT attribution_vacancy.id FROM attribution_vacancy)"
_PROPOSED_TO_ME = "id IN (SELECT attribution_candidate.vacancy_id FROM attribution_candidate)"

# Reservation rights name bodies, never a person.
_RIGHTS = tuple(
    TableAccess(
        table=table,
        reads=(
            Read(by=(*OFFICERS, Role.HEADQUARTERS, Role.AUDITOR, *MEMBER, *_MANAGER, Batch.AUDIT), scope=Scope.ALL),
            TAKEN_OVER,
        ),
        writes=worked_by(OFFICERS, *columns),
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
            Read(by=(*OFFICERS, Role.HEADQUARTERS), scope=Scope.ALL),
            Read(by=(*MEMBER, Role.AUDITOR, Batch.AUDIT), scope=Scope.ALL, columns=_VACANCY_SEEN),
            Read(by=ONESELF, scope=Scope.ALL, columns=_VACANCY_SEEN, where=_PROPOSED_TO_ME),
            Read(by=_MANAGER, scope=Scope.MY_RESIDENCES, columns=_VACANCY_SEEN),
            Read(
                by=(SCOPE,),
                scope=Scope.ALL,
                columns=("id", "residence_id", "rent_cents", "charges_cents", "state", "withdrawn_for", "let_on"),
            ),
            TOLD,
            TAKEN_OVER,
        ),
        writes=(*worked_by(
            OFFICERS, "announced_on", "expected_on", "left_on", "available_on", "rent_cents", "charges_cents", "state",
            "withdrawn_for", "withdrawn_before", "let_on", "version",
        ), Write(by=(Batch.LETTERS,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("state",))),
    ),
    TableAccess(
        table="attribution_vacancyspell",
        reads=(Read(by=(*OFFICERS, Role.HEADQUARTERS, Role.AUDITOR, Batch.AUDIT), scope=Scope.ALL), TAKEN_OVER),
        writes=worked_by(OFFICERS, "last_day", "cost_cents"),
    ),
    TableAccess(
        table="attribution_orientation",
        reads=(
            Read(by=(*OFFICERS, Role.HEADQUARTERS), scope=Scope.ALL),
            Read(
                by=_MANAGER,
                scope=Scope.ALL,
                columns=("vacancy_id", "holder_id", "due_on", "released_on"),
                where=_OF_MY_AGENCY,
            ),
            counted("vacancy_id", "holder_id", "proposed_holder_id", "reason", "decided_on", "due_on", "released_on"),
            TAKEN_OVER,
        ),
        writes=worked_by(OFFICERS, "released_on"),
    ),
    # Without the person: what the yearly figures count.
    TableAccess(
        table="attribution_signedattribution",
        reads=(Read(by=(*OFFICERS, Role.HEADQUARTERS, Role.AUDITOR, Batch.AUDIT), scope=Scope.ALL), TAKEN_OVER),
        writes=worked_by(OFFICERS),
    ),
    # Already without small numbers: anyone reads it, signed in or not, and a job alone writes it.
    TableAccess(
        table="attribution_publishedfigure",
        reads=(
            Read(by=(LOGIN, *OFFICERS, Role.HEADQUARTERS, Role.AUDITOR, Batch.AUDIT, Batch.IMPORT), scope=Scope.ALL),
        ),
        writes=(Write(by=(Batch.ALLOCATION, Batch.IMPORT), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),),
    ),
)  # fmt: skip

# What the job of allocation found for a vacancy: it reads resources over the whole stock, officers read its verdicts.
_MATCHED = (
    TableAccess(
        table="attribution_matching",
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "vacancy_id", "on")),
            TAKEN_OVER,
        ),
        writes=(
            Write(by=(Batch.ALLOCATION,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
            TAKE_OVER,
        ),
    ),
    TableAccess(
        table="attribution_match",
        category="EXAMEN",
        hidden=(Hidden(by=Secret.APPLICATION, column="application_id"),),
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=(*ONESELF, Batch.RIGHTS), scope=Scope.MY_APPLICATIONS),
            # For whoever holds the protection of who asks (privacy/sql/applications.sql), here and below.
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("application_id", "matching_id", "suits")),
            old("application_id"),
            TAKEN_OVER,
        ),
        writes=(
            Write(by=(Batch.ALLOCATION,), verbs=(Verb.INSERT, Verb.DELETE), scope=Scope.ALL),
            ERASE,
            TAKE_OVER,
        ),
    ),
)

_AFTER = (
    TableAccess(
        table="attribution_notification",
        category="EXAMEN",
        hidden=HIDDEN,
        reads=(
            # A letter says who and where: the secretary sends them, an officer notes their receipt.
            Read(by=(Role.COMMISSION_SECRETARY,), scope=Scope.ALL),
            Read(by=(Role.ALLOCATION_OFFICER, Batch.ALLOCATION), scope=Scope.ALL, columns=_LETTER_NUMBERS),
            Read(by=(*ONESELF, Batch.RIGHTS), scope=Scope.MY_APPLICATIONS, columns=_LETTER_TOLD),
            Read(
                by=(SCOPE,),
                scope=Scope.ALL,
                columns=(
                    "id", "application_id", "decision_id", "kind", "number", "content", "made_at", "notified_on",
                ),
            ),
            counted("decision_id", "kind", "made_at", "notified_on", "means"),
            old("application_id", "made_at", "content", "pdf_sha256"),
            TOLD,
            TAKEN_OVER,
        ),
        writes=(
            Write(by=(Batch.LETTERS,), verbs=(Verb.INSERT,), scope=Scope.ALL),
            *worked_by(OFFICERS, "notified_on", "means"),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_LETTER_ENDS),
        ),
    ),
    TableAccess(
        table="attribution_offer",
        category="EXAMEN",
        hidden=HIDDEN,
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=(*ONESELF, Batch.RIGHTS), scope=Scope.MY_APPLICATIONS),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("decision_id", "notified_on", "expires_on", "state")),
            counted("vacancy_id", "rank", "days", "notified_on", "expires_on", "state", "answered_on", "refusal"),
            old("application_id", "notified_on"),
            TOLD,
            TAKEN_OVER,
        ),
        writes=(
            Write(by=(Batch.LETTERS,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=_OFFER_ENDS),
            *worked_by(OFFICERS, "visit_at", "visited_on", "state", "answered_on", "refusal", "lease_id"),
            # The person answers for themself, today, in time, and never by a silence.
            Write(
                by=ONESELF,
                verbs=(Verb.UPDATE,),
                scope=Scope.MY_APPLICATIONS,
                columns=_OFFER_ENDS,
                where="(state = 'ACCEPTED' OR state = 'REFUSED') AND answered_on = palier.today()"
                " AND expires_on >= answered_on AND refusal <> 'SILENCE'",
            ),
            Write(by=(Batch.RETENTION,), verbs=(Verb.UPDATE,), scope=Scope.ALL, columns=("application_id",)),
        ),
    ),
)  # fmt: skip

TABLES: tuple[TableAccess, ...] = (
    *_RIGHTS,
    *_VACANCIES,
    *_MATCHED,
    *TABLES_OF_COMMISSION,
    *_AFTER,
    *TABLES_OF_OCCUPATION,
)
