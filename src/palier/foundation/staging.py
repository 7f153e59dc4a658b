"""Many rows at once: COPY to a temporary table, then one INSERT … SELECT.

PostgreSQL refuses COPY FROM into a table under row security, whatever the policy; the temporary table has none.
Never query on the connection that is inside a COPY: it waits for ever, without an error.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import psycopg
from django.db import connection
from psycopg import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A temporary table shaped like some columns of a table; it goes with the transaction."""

    table: str
    into: str
    columns: tuple[str, ...]

    def named(self, statement: str) -> sql.Composed:
        """The statement with {table}, {into} and {columns} filled in, quoted."""
        return sql.SQL(statement).format(
            table=sql.Identifier(self.table),
            into=sql.Identifier(self.into),
            columns=sql.SQL(", ").join(map(sql.Identifier, self.columns)),
        )

    def insert(self) -> int:
        """Insert what was staged into the table, as the current role, in one statement; the number of rows."""
        with connection.cursor() as cursor:
            cursor.execute(self.named("INSERT INTO {table} ({columns}) SELECT {columns} FROM {into}"))
            count: int = cursor.rowcount
            cursor.execute(self.named("DROP TABLE {into}"))
        return count


def columns_of(table: str, columns: Sequence[str], *, into: str) -> Stage:
    """Make the temporary table `into` with these columns of `table`; the caller is inside a transaction."""
    stage = Stage(table=table, into=into, columns=tuple(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            stage.named("CREATE TEMPORARY TABLE {into} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA")
        )
    return stage


def stage_in(raw: psycopg.Connection, stage: Stage, lines: Sequence[str]) -> None:
    """Put one block of COPY lines into the table, through the temporary one, on the connection given.

    Made for a thread that writes while another works: it touches nothing but this connection.
    """
    if not lines:
        return
    with raw.cursor() as cursor:
        cursor.execute(
            stage.named(
                "CREATE TEMPORARY TABLE IF NOT EXISTS {into} ON COMMIT DROP "
                "AS SELECT {columns} FROM {table} WITH NO DATA"
            )
        )
        with cursor.copy(stage.named("COPY {into} ({columns}) FROM STDIN")) as copy:
            copy.write("".join(lines))
        cursor.execute(stage.named("INSERT INTO {table} ({columns}) SELECT {columns} FROM {into}"))
        cursor.execute(stage.named("TRUNCATE {into}"))


def copy_rows(stage: Stage, rows: Iterable[Sequence[object]]) -> None:
    """Append rows of Python values."""
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(stage.named("COPY {into} ({columns}) FROM STDIN")) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Stage the rows and insert them into the table in one statement; their number."""
    stage = columns_of(table, columns, into=f"staged_{table}")
    copy_rows(stage, rows)
    return stage.insert()


def next_ids(table: str, count: int) -> list[int]:
    """Numbers reserved for rows to come, in order, so that parents and children are written in bulk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [number for (number,) in cursor.fetchall()]
