"""Many rows at once: COPY to a temporary table, then one INSERT … SELECT.

PostgreSQL refuses COPY FROM into a table under row security, whatever the policy; the temporary table has none.
Never query on the connection that is inside a COPY: it waits for ever, without an error.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from psycopg import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A temporary table shaped like some columns of a table; it goes with the transaction."""

    table: str
    into: str
    columns: tuple[str, ...]

    def _named(self, statement: str) -> sql.Composed:
        return sql.SQL(statement).format(
            table=sql.Identifier(self.table),
            into=sql.Identifier(self.into),
            columns=sql.SQL(", ").join(map(sql.Identifier, self.columns)),
        )

    def insert(self) -> int:
        """Insert what was staged into the table, as the current role, in one statement; the number of rows."""
        with connection.cursor() as cursor:
            cursor.execute(self._named("INSERT INTO {table} ({columns}) SELECT {columns} FROM {into}"))
            count: int = cursor.rowcount
            cursor.execute(self._named("DROP TABLE {into}"))
        return count


def columns_of(table: str, columns: Sequence[str], *, into: str) -> Stage:
    """Make the temporary table `into` with these columns of `table`; the caller is inside a transaction."""
    stage = Stage(table=table, into=into, columns=tuple(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            stage._named("CREATE TEMPORARY TABLE {into} ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA")
        )
    return stage


def copy_text(stage: Stage, lines: Sequence[str]) -> None:
    """Append lines already written in COPY's text format: tabs between columns, a line feed at the end."""
    if not lines:
        return
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(stage._named("COPY {into} ({columns}) FROM STDIN")) as copy,
    ):
        copy.write("".join(lines))


def copy_rows(stage: Stage, rows: Iterable[Sequence[object]]) -> None:
    """Append rows of Python values."""
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(stage._named("COPY {into} ({columns}) FROM STDIN")) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def insert_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Stage the rows and insert them into the table in one statement; their number."""
    stage = columns_of(table, columns, into=f"staged_{table}")
    copy_rows(stage, rows)
    return stage.insert()
