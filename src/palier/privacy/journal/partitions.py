"""The months of the journal: made ahead, and dropped whole once their time is over, their seals kept.

Done as the database's owner, who sees none of their rows otherwise.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from palier.foundation.errors import Refusal

TABLE = "privacy_readevent"
DEFAULT = f"{TABLE}_default"
MONTHS_AHEAD = 3


class MonthNotSealed(Refusal):
    """Le mois {month} n’est pas entièrement scellé : lancez d’abord « palier journal seal ». Rien n’a été effacé."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """A month of readings that is gone; what its seals said is kept."""

    month: str
    rows: int
    first_block: int
    last_block: int
    heads_hash: str


def close_partition(cursor: CursorWrapper, name: str) -> None:
    """Nobody reaches a month beside the journal: no right, no policy, no change, its owner included."""
    cursor.execute(f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY')
    cursor.execute(
        f'CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "{name}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION palier.refuse_change()"
    )


def make_months(connection: BaseDatabaseWrapper, *, at: datetime) -> list[str]:
    """Make the months that lack, this one and those ahead, and those of the readings that fell beside; which.

    `connection` is the owner's. Readings that waited in the default partition are moved to their month as they are.
    """
    made: list[str] = []
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier journal months'))")
        wanted = {_shifted(_month_of(at), ahead) for ahead in range(MONTHS_AHEAD + 1)}
        cursor.execute(f"ALTER TABLE {DEFAULT} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(f"SELECT DISTINCT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM') FROM {DEFAULT}")
        wanted |= {month for (month,) in cursor.fetchall()}
        for month in sorted(wanted - set(months(cursor))):
            _make(cursor, month)
            made.append(month)
        cursor.execute(f"ALTER TABLE {DEFAULT} FORCE ROW LEVEL SECURITY")
    return made


def months(cursor: CursorWrapper) -> list[str]:
    """The months that have a partition, the oldest first."""
    cursor.execute(
        """SELECT replace(right(relname, 7), '_', '-') FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
           WHERE i.inhparent = %s::regclass AND c.relname <> %s ORDER BY 1""",
        [TABLE, DEFAULT],
    )
    return [month for (month,) in cursor.fetchall()]


def expire_month(connection: BaseDatabaseWrapper, month: str, *, operator: str, at: datetime) -> Expired:
    """Drop one month, once its tombstone is written: all or nothing. `connection` is the owner's.

    Raises MonthNotSealed when a reading of that month is not under a seal.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for lock in ("palier journal months", "palier journal"):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [lock])
        name = _name(month)
        cursor.execute(f'ALTER TABLE "{name}" NO FORCE ROW LEVEL SECURITY')
        cursor.execute(f'SELECT count(*) FROM "{name}"')
        (rows,) = cursor.fetchone()
        cursor.execute("SELECT number, head, rows FROM privacy_journalblock WHERE month = %s ORDER BY number", [month])
        blocks = cursor.fetchall()
        if rows != sum(count for _, _, count in blocks):
            raise MonthNotSealed(month=month)
        expired = Expired(
            month=month,
            rows=rows,
            first_block=blocks[0][0] if blocks else 0,
            last_block=blocks[-1][0] if blocks else 0,
            heads_hash=hashlib.sha256("".join(head for _, head, _ in blocks).encode()).hexdigest(),
        )
        cursor.execute(
            """INSERT INTO privacy_journaltombstone
                   (month, rows, first_block, last_block, heads_hash, expired_at, operator)
               VALUES (%s, %s, %s, %s, %s, %s, %s)""",
            [month, rows, expired.first_block, expired.last_block, expired.heads_hash, at, operator],
        )
        _forget_marks(cursor, month)
        cursor.execute(f'ALTER TABLE {TABLE} DETACH PARTITION "{name}"')
        cursor.execute(f'DROP TABLE "{name}"')
    return expired


def months_over(cursor: CursorWrapper, *, kept_months: int, at: datetime) -> list[str]:
    """The months whose last day is past by more than `kept_months` months."""
    first_kept = _shifted(_month_of(at), -kept_months)
    return [month for month in months(cursor) if month < first_kept]


def _forget_marks(cursor: CursorWrapper, month: str) -> None:
    # Marks come from the readings and go with them. The rule that keeps them is lifted for this statement, in this
    # transaction.
    cursor.execute("ALTER TABLE privacy_journalmark DISABLE TRIGGER append_only")
    cursor.execute("DELETE FROM privacy_journalmark WHERE month = %s", [month])
    cursor.execute("ALTER TABLE privacy_journalmark ENABLE TRIGGER append_only")


def _make(cursor: CursorWrapper, month: str) -> None:
    """Made beside, filled with what waited, then attached: the default partition must hold none of its rows."""
    name = _name(month)
    cursor.execute(f'CREATE TABLE "{name}" (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)')
    bounds = [_first_instant(month), _first_instant(_shifted(month, 1))]
    cursor.execute(f'INSERT INTO "{name}" SELECT * FROM {DEFAULT} WHERE at >= %s AND at < %s', bounds)
    if cursor.rowcount:
        cursor.execute(f"ALTER TABLE {DEFAULT} DISABLE TRIGGER append_only")
        cursor.execute(f"DELETE FROM {DEFAULT} WHERE at >= %s AND at < %s", bounds)
        cursor.execute(f"ALTER TABLE {DEFAULT} ENABLE TRIGGER append_only")
    cursor.execute(f'ALTER TABLE {TABLE} ATTACH PARTITION "{name}" FOR VALUES FROM (%s) TO (%s)', bounds)
    close_partition(cursor, name)


def _name(month: str) -> str:
    return f"{TABLE}_{month.replace('-', '_')}"


def _month_of(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m")


def _first_instant(month: str) -> str:
    return f"{month}-01 00:00:00+00"


def _shifted(month: str, by: int) -> str:
    year, rank = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + by, 12)
    return f"{year:04d}-{rank + 1:02d}"
