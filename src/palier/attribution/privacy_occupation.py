"""Who reads and writes the three-year review: who allocates, by number; members by pseudonym; the tenant, their own.

A member reaches the opinions of the sittings to which they are convened (privacy/sql/occupation.sql), never a review.
"""

from palier.attribution.privacy_readers import (
    ERASE,
    MEMBER,
    OFFICERS,
    TAKE_OVER,
    TAKEN_OVER,
    TOLD,
    counted,
    old,
    worked_by,
)
from palier.privacy.declare import SCOPE, Batch, Hidden, Read, Role, Scope, Secret, TableAccess, Verb, Write

_SECRETARY = (Role.COMMISSION_SECRETARY,)
# Closed with its sitting, here and for the opinion itself.
_OF_OPEN_POINT = "point_id = ANY ((SELECT palier.open_opinions())::bigint[])"
_MINE = "id = ANY ((SELECT palier.my_opinions())::bigint[])"
_SEEN = ("id", "sitting_id", "rank", "pseudonym", "content", "opinion", "decided_at", "version")
_EXAMINED = (
    "inputs", "inputs_sha256", "examined_on", "is_overcrowded", "is_under_occupied", "adaptation_left",
    "needs_adaptation", "is_above_ceiling", "state", "opinion", "opinion_on", "met_on", "solution", "is_agreed",
    "version",
)  # fmt: skip
_TOLD_TENANT = ("id", "lease_id", "due_on", "examined_on", *_EXAMINED[3:8], "state", *_EXAMINED[9:14])

TABLES_OF_OCCUPATION: tuple[TableAccess, ...] = (
    TableAccess(
        table="attribution_occupationreview",
        category="OCCUPATION",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id"),),
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "person_id", "residence_id")),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MY_LEASES, columns=_TOLD_TENANT),
            counted("residence_id", "due_on", "examined_on", "state", "opinion", "opinion_on", "met_on", "solution"),
            old("lease_id", "due_on"),
            TOLD,
            TAKEN_OVER,
        ),
        writes=(*worked_by(OFFICERS, *_EXAMINED), ERASE),
    ),
    TableAccess(
        table="attribution_opinion",
        category="OCCUPATION",
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            Read(by=MEMBER, scope=Scope.MY_SITTINGS, columns=_SEEN, where=_MINE),
            Read(by=(SCOPE,), scope=Scope.ALL, columns=("id", "sitting_id", "review_id")),
            counted("sitting_id", "rank", "opinion", "decided_at"),
            old("review_id", "sitting_id"),
            TOLD,
            TAKEN_OVER,
        ),
        writes=(
            # Closed with its sitting.
            *worked_by(
                _SECRETARY,
                *("opinion", "decided_at", "decided_by_id", "version"),
                delete=True,
                while_="sitting_id = ANY ((SELECT palier.open_sittings())::bigint[])",
            ),
            ERASE,
        ),
    ),
    TableAccess(
        table="attribution_opinionvote",
        category="OCCUPATION",
        reads=(
            Read(by=OFFICERS, scope=Scope.ALL),
            counted("point_id", "choice"),
            old("point_id", "member_id"),
            TAKEN_OVER,
        ),
        writes=(
            *worked_by(_SECRETARY, delete=True, while_=_OF_OPEN_POINT),
            # Voices taken again replace those before.
            Write(by=(Batch.IMPORT,), verbs=(Verb.DELETE,), scope=Scope.ALL),
            ERASE,
        ),
    ),
    TableAccess(
        table="attribution_opinionrecusal",
        category="OCCUPATION",
        reads=(
            Read(by=_SECRETARY, scope=Scope.ALL),
            # A replay is run as a job.
            Read(by=(SCOPE, Batch.ALLOCATION), scope=Scope.ALL, columns=("point_id", "member_id")),
            counted("point_id"),
            old("point_id", "member_id"),
            TAKEN_OVER,
        ),
        writes=(*worked_by(_SECRETARY, while_=_OF_OPEN_POINT), ERASE),
    ),
    TableAccess(
        table="attribution_opinionletter",
        category="OCCUPATION",
        hidden=(Hidden(by=Secret.LEASE, column="lease_id"), Hidden(by=Secret.PERSON, column="person_id")),
        reads=(
            # A letter says who and where: the secretary sends it.
            Read(by=_SECRETARY, scope=Scope.ALL),
            Read(by=(Role.ALLOCATION_OFFICER,), scope=Scope.ALL, columns=("id", "review_id", "number", "made_at")),
            Read(by=(Role.TENANT, Batch.RIGHTS), scope=Scope.MYSELF),
            counted("review_id", "made_at"),
            old("review_id"),
            TOLD,
            TAKEN_OVER,
        ),
        writes=(Write(by=(Batch.LETTERS,), verbs=(Verb.INSERT,), scope=Scope.ALL), TAKE_OVER, ERASE),
    ),
)
