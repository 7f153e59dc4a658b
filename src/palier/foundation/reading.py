"""One SQL statement read into frozen rows: the columns are named after the fields of the dataclass."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import connection
from django.db.backends.utils import CursorWrapper

if TYPE_CHECKING:
    from django.db.backends.utils import _ExecuteParameters

RowT = TypeVar("RowT")

Parameters = Mapping[str, object]


def fetch(row: Callable[..., RowT], statement: str, parameters: Parameters) -> list[RowT]:
    """Every row of the statement. A column without its field, or a field without its column, is an error."""
    with _executed(statement, parameters) as cursor:
        names = [column.name for column in cursor.description]
        return [row(**dict(zip(names, values, strict=True))) for values in cursor.fetchall()]


def fetch_one(row: Callable[..., RowT], statement: str, parameters: Parameters) -> RowT | None:
    """The only row, or None: the statement finds one at most."""
    found = fetch(row, statement, parameters)
    return found[0] if found else None


def fetch_count(statement: str, parameters: Parameters) -> int:
    """The one number that the statement counts."""
    with _executed(statement, parameters) as cursor:
        (number,) = cursor.fetchone()
        return int(number)


@contextmanager
def _executed(statement: str, parameters: Parameters) -> Iterator[CursorWrapper]:
    with connection.cursor() as cursor:
        # A dict of what a caller asks with: PostgreSQL itself refuses what it cannot take.
        cursor.execute(statement, cast("_ExecuteParameters", parameters))
        yield cursor


def like(text: str) -> str:
    """A text found anywhere: a LIKE pattern in which nothing typed is a wildcard."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
