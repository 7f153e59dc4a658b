"""Reading a page writes nothing: while a GET runs, any statement that is not a reading is refused before it is sent."""

import re
from collections.abc import Callable
from typing import Any

from django.db.backends.utils import CursorWrapper
from psycopg import sql

# Savepoints are Django's own bookkeeping: `transaction.atomic()` inside a query.
_READING = re.compile(r"\s*(SELECT|WITH|VALUES|SHOW|EXPLAIN|SAVEPOINT|RELEASE|ROLLBACK TO)\b", re.IGNORECASE)
_WRITING = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|FOR\s+(NO\s+KEY\s+)?UPDATE|FOR\s+SHARE"
    r"|palier\.defer_job|set_config|nextval|setval)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"'(?:[^']|'')*'")

# Django's own type of a wrapper: parameters are what the driver takes.
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


class GetMayNotWrite(Exception):
    """A page that is only read tried to write: it must be a POST."""


def refuse_writes(execute: Execute, statement: str, params: object, many: bool, context: dict[str, Any]) -> object:
    """An execute wrapper of Django: passes readings through. Raises GetMayNotWrite."""
    text = _text(statement, context)
    without_literals = _QUOTED.sub("''", text)
    if not _READING.match(text) or _WRITING.search(without_literals):
        raise GetMayNotWrite(text.strip()[:80])
    return execute(statement, params, many, context)


def _text(statement: object, context: dict[str, Any]) -> str:
    if isinstance(statement, sql.Composable):
        cursor = context["cursor"]
        return statement.as_string(cursor.connection if isinstance(cursor, CursorWrapper) else None)
    return str(statement)
