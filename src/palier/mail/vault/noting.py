"""Noting what is done to documents, in the transaction that does it: without its line, nothing is done."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import connection
from psycopg import sql

from palier.mail.models import VaultEvent, VaultEventColumns
from palier.privacy.actor import Actor
from palier.privacy.declare import Batch, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose document it is: a lease's, or one person's own. Neither: nobody's any more."""

    lease_id: int | None = None
    residence_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One event: what was done to which document. No document: the list, or the count."""

    kind: str
    sha256: str = ""
    owner: Owner = field(default_factory=Owner)
    ref: UUID = field(default_factory=uuid4)


# Whoever acts in this transaction, or is helped in it: a lease may have several holders.
_HOLDER: Final = sql.SQL(
    "CASE WHEN %s IN ('SELF', 'HELPER') THEN nullif(current_setting('palier.person_id', true), '')::bigint END"
)


def note(events: Iterable[Noted], *, by: str, at: datetime) -> int:
    """Write the lines of documents of leases and of persons; how many. Inside `acting` or `batch`."""
    return note_in(
        VaultEvent,
        (
            (each.ref, each.kind, each.sha256, (each.owner.lease_id, each.owner.residence_id, each.owner.person_id))
            for each in events
        ),
        owner=("lease_id", "residence_id", "person_id"),
        by=by,
        at=at,
        of_holders=True,
    )


def note_in(
    journal: type[VaultEventColumns],
    lines: Iterable[tuple[UUID, str, str, tuple[int | None, ...]]],
    *,
    owner: tuple[str, ...],
    by: str,
    at: datetime,
    of_holders: bool = False,
) -> int:
    """Write lines in the journal of a room: ref, kind, digest, and the numbers of the columns that say whose it is.

    `of_holders`: the journal also says which of the holders did it.
    """
    rows = list(lines)
    if not rows:
        return 0
    columns = ("ref", "kind", "sha256", *owner)
    types = ("uuid[]", "text[]", "text[]", *("bigint[]" for _ in owner))
    values = [
        list(column) for column in zip(*((ref, kind, digest, *whose) for ref, kind, digest, whose in rows), strict=True)
    ]
    said = ("at", "by", "doer_id") if of_holders else ("at", "by")
    places = [sql.Placeholder(), sql.Placeholder(), _HOLDER][: len(said)]
    statement = sql.SQL("INSERT INTO {table} ({columns}) SELECT *, {said} FROM unnest({values})").format(
        table=sql.Identifier(journal._meta.db_table),
        columns=sql.SQL(", ").join(map(sql.Identifier, (*columns, *said))),
        said=sql.SQL(", ").join(places),
        values=sql.SQL(", ").join(sql.SQL(f"%s::{each}") for each in types),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [at, *[by] * (len(said) - 1), *values])
    return len(rows)


def doer(actor: Actor) -> str:
    """Who does it, as the person reads it. The read journal says which agent."""
    if isinstance(actor.role, Batch):
        return "JOB"
    if actor.role is Role.HELPER:
        return "HELPER"
    return "SELF" if actor.role in (Role.TENANT, Role.APPLICANT, Role.EMPLOYEE) else "LANDLORD"
