"""What a database holds, said in figures that a copy of it must give again: rows of each table, ledger, journal.

The tables are those that the database has, not those of a list: whatever a room adds is counted.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from palier.foundation.postgres import Server

_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
"""
_LEDGER = (
    "SELECT id, journal, number, booked_on, source_kind, source_id FROM ledger_entry ORDER BY id",
    "SELECT entry_id, account_id, booked_on, amount_cents FROM ledger_posting ORDER BY entry_id, account_id",
)
_UNBALANCED = """
SELECT count(*) FROM (
    SELECT entry_id FROM ledger_posting GROUP BY entry_id HAVING sum(amount_cents) <> 0
) AS wrong
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """Rows by table; the SHA-256 of the ledger's entries and postings; the last block of the read journal."""

    rows: Mapping[str, int]
    ledger: str
    unbalanced: int
    journal_number: int
    journal_head: str

    def told(self) -> "dict[str, int | str | Mapping[str, int]]":
        """As JSON says it."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def census_of(server: Server) -> Census:
    """Count in one snapshot, as the administrator: row security keeps every other account from a whole count."""
    with psycopg.connect(server.administrator_conninfo()) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return take_census(connection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A copy against what was counted before and after it was taken."""

    tables: int
    rows: int
    # Tables that were written to while the copy was taken: the copy must lie between the two counts.
    moved: tuple[str, ...]
    differences: tuple[str, ...]
    ledger_is_equal: bool


def tables_of(connection: psycopg.Connection) -> list[str]:
    """The tables of the landlord; the months of a table that is cut by month are counted with it."""
    return [name for (name,) in connection.execute(_TABLES)]


def take_census(connection: psycopg.Connection) -> Census:
    """Count, in the caller's transaction. The account must be one that row security does not hold back."""
    counts = {
        name: connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        for name in tables_of(connection)
    }
    block = connection.execute("SELECT number, head FROM privacy_journalblock ORDER BY number DESC LIMIT 1").fetchone()
    (unbalanced,) = connection.execute(_UNBALANCED).fetchone() or (0,)
    return Census(
        rows={name: row[0] for name, row in counts.items() if row is not None},
        ledger=ledger_hash(connection),
        unbalanced=unbalanced,
        journal_number=block[0] if block else 0,
        journal_head=block[1] if block else "",
    )


def ledger_hash(connection: psycopg.Connection) -> str:
    """The SHA-256 of what the ledger says: numbers, days, sources, accounts, amounts; never a label.

    A label may become nobody's at the end of its time; an amount never changes.
    """
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for statement in _LEDGER:
            with cursor.copy(sql.SQL("COPY ({}) TO STDOUT").format(sql.SQL(statement))) as copy:
                for block in copy:
                    digest.update(block)
    return digest.hexdigest()


def compare(found: Census, *, before: Census, after: Census) -> Compared:
    """What a copy holds, against the counts taken before and after it; each difference is a French sentence."""
    moved = tuple(name for name, count in before.rows.items() if after.rows.get(name) != count)
    differences = [
        f"{name}\u00a0: {_rows(found.rows.get(name))} dans la copie, "
        f"{_expected(count, after.rows.get(name))} à l’origine."
        for name, count in before.rows.items()
        if not _lies_between(found.rows.get(name), count, after.rows.get(name))
    ]
    differences += [
        f"{name}\u00a0: cette table n’était pas à l’origine." for name in found.rows if name not in before.rows
    ]
    is_equal = found.ledger in (before.ledger, after.ledger)
    ledger_stood_still = before.ledger == after.ledger
    if ledger_stood_still and not is_equal:
        differences.append("Le grand livre n’a pas la même empreinte que celui d’origine.")
    if found.unbalanced:
        differences.append(f"Le grand livre a {found.unbalanced} écritures qui ne sont pas équilibrées.")
    return Compared(
        tables=len(found.rows),
        rows=sum(found.rows.values()),
        moved=moved,
        differences=tuple(differences),
        ledger_is_equal=is_equal,
    )


def _lies_between(count: int | None, before: int, after: int | None) -> bool:
    return count is not None and after is not None and min(before, after) <= count <= max(before, after)


def _rows(count: int | None) -> str:
    return "absente" if count is None else f"{count} lignes"


def _expected(before: int, after: int | None) -> str:
    return f"{before}" if before == after else f"de {before} à {after}"
