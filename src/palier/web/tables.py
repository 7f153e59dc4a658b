"""A dense table, declared once: its columns make the screen, its sorting links, its totals and its exports.

What a person chose stands in the query string, so that a view can be saved and sent: `tri` (a column, "-" before it to
go down), `col` (repeated), one parameter per filter, `apres` or `avant` (where the page starts). The table asks nothing
of the database: its caller reads the state, queries with it, and gives rows.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Generic, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.http import QueryDict

from palier.foundation.errors import Refusal
from palier.web import words
from palier.web.components import Tag

RowT = TypeVar("RowT")

Value = str | int | Decimal | date | Tag | tuple[Tag, ...] | None
CursorValue = str | int | Decimal | date | None

SORT: Final = "tri"
COLUMNS: Final = "col"
AFTER: Final = "apres"
BEFORE: Final = "avant"
OWN_PARAMETERS: Final = frozenset({SORT, COLUMNS, AFTER, BEFORE})
LONGEST_CURSOR: Final = 1000


class UnknownColumn(Refusal):
    """Ce tableau n’a pas de colonne « {column} » à trier ou à montrer. Reprenez la vue depuis le menu."""


class UnknownFilterValue(Refusal):
    """Le filtre « {label} » n’a pas de valeur « {value} ». Reprenez la vue depuis le menu."""


class BrokenCursor(Refusal):
    """Ce lien vers une page de la liste n’est plus valable. Reprenez la liste depuis le début."""


class Kind(StrEnum):
    """What a column holds: MONEY in cents, SURFACE in square metres, DATE a day, NUMBER an int or a Decimal."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    MONEY = "MONEY"
    SURFACE = "SURFACE"
    DATE = "DATE"
    TAG = "TAG"

    @property
    def at_end(self) -> bool:
        return self in {Kind.NUMBER, Kind.MONEY, Kind.SURFACE}


class OnPhone(StrEnum):
    """A row is a card on a phone: TITLE leads it, SHOWN stands bare, LABELLED after its label, DROPPED is left out."""

    TITLE = "TITLE"
    SHOWN = "SHOWN"
    LABELLED = "LABELLED"
    DROPPED = "DROPPED"


# No slots on the generic ones: Table[Row](…) would fail on Python 3.11, which writes __orig_class__ on the instance.
@dataclass(frozen=True, kw_only=True)
class Column(Generic[RowT]):
    """`detail` is softer text after the value, `debt` colours what is below zero, a `fixed` column is never hidden."""

    code: str
    label: str
    value: Callable[[RowT], Value]
    kind: Kind = Kind.TEXT
    url: Callable[[RowT], str] | None = None
    detail: Callable[[RowT], str] | None = None
    unit: str = ""
    decimals: int = 0
    sortable: bool = False
    chosen: bool = True
    fixed: bool = False
    signed: bool = False
    debt: bool = False
    wrap: bool = False
    on_phone: OnPhone = OnPhone.DROPPED

    @property
    def heading(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A parameter of the query string. `choices` maps its values to their French words; empty, any text is taken."""

    code: str
    label: str
    choices: Mapping[str, str] = field(default_factory=dict)

    def word(self, value: str) -> str:
        return self.choices.get(value, value)


@dataclass(frozen=True, kw_only=True)
class Table(Generic[RowT]):
    """`key` and `row_name` open selection; a `remark` replaces the cells from the column `remark_from` on."""

    code: str
    caption: str
    columns: tuple[Column[RowT], ...]
    default_sort: str
    filters: tuple[Filter, ...] = ()
    key: Callable[[RowT], str] | None = None
    row_name: Callable[[RowT], str] | None = None
    remark: Callable[[RowT], str] | None = None
    remark_from: str = ""

    def shown(self, state: "TableState") -> tuple[Column[RowT], ...]:
        return tuple(column for column in self.columns if column.fixed or column.code in state.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState:
    """What the query string asks of a table. `others` are parameters the table does not know, kept in its links."""

    sort: str
    descending: bool
    columns: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]]
    cursor: tuple[CursorValue, ...] | None
    backwards: bool
    columns_chosen: bool
    others: tuple[tuple[str, str], ...]

    def one(self, code: str) -> str:
        """The value of a filter that takes a single one, "" when it is not set."""
        values = self.filters.get(code, ())
        return values[0] if values else ""

    def address(
        self,
        *,
        sort: str | None = None,
        filters: Mapping[str, Sequence[str]] | None = None,
        cursor: tuple[str, str] | None = None,
    ) -> str:
        """The same view with one thing changed, as "?…". Whatever changes, the list starts again at its first page."""
        pairs = [(SORT, sort or ("-" if self.descending else "") + self.sort)]
        kept = self.filters if filters is None else filters
        pairs += [(code, value) for code, values in kept.items() for value in values]
        pairs += [(COLUMNS, code) for code in self.columns] if self.columns_chosen else []
        pairs += self.others
        pairs += [cursor] if cursor else []
        return "?" + urlencode(pairs)

    def without_filter(self, code: str, value: str) -> str:
        return self.address(
            filters={
                each: [one for one in values if (each, one) != (code, value)] for each, values in self.filters.items()
            }
        )


def read_state(table: Table[RowT], query: QueryDict) -> TableState:
    """The state a query string asks for. Raises UnknownColumn, UnknownFilterValue or BrokenCursor."""
    sort, descending = _sort(table, query.get(SORT, table.default_sort))
    known = {column.code for column in table.columns}
    wanted = tuple(query.getlist(COLUMNS))
    for code in wanted:
        if code not in known:
            raise UnknownColumn(column=code[:60])
    filters = {each.code: _filter_values(each, query) for each in table.filters if each.code in query}
    backwards = BEFORE in query
    text = query.get(BEFORE if backwards else AFTER, "")
    return TableState(
        sort=sort,
        descending=descending,
        columns=wanted or tuple(column.code for column in table.columns if column.chosen),
        columns_chosen=bool(wanted),
        filters={code: values for code, values in filters.items() if values},
        cursor=read_cursor(text, purpose=_purpose(table, sort)) if text else None,
        backwards=backwards,
        others=tuple(
            (name, value)
            for name, values in query.lists()
            if name not in OWN_PARAMETERS and name not in {each.code for each in table.filters}
            for value in values
        ),
    )


def _sort(table: Table[RowT], asked: str) -> tuple[str, bool]:
    code = asked.removeprefix("-")
    sortable = {column.code for column in table.columns if column.sortable} | {table.default_sort.removeprefix("-")}
    if code not in sortable:
        raise UnknownColumn(column=code[:60])
    return code, asked.startswith("-")


def _filter_values(declared: Filter, query: QueryDict) -> tuple[str, ...]:
    values = tuple(value for value in query.getlist(declared.code) if value)
    for value in values:
        if declared.choices and value not in declared.choices:
            raise UnknownFilterValue(label=declared.label, value=value[:60])
    return values


# --- pages by key ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """The two doors of a list. An empty address: no such page. `label` says how many rows stand here."""

    previous_url: str = ""
    next_url: str = ""
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Page(Generic[RowT]):
    rows: tuple[RowT, ...]
    pager: Pager


def page_of(
    table: Table[RowT],
    state: TableState,
    fetched: Iterable[RowT],
    *,
    limit: int,
    key: Callable[[RowT], tuple[CursorValue, ...]],
    total: int | None = None,
) -> Page[RowT]:
    """Cut a page out of `limit + 1` rows, fetched after the cursor, or before it in reverse order (`state.backwards`).

    `key` gives the values the query compares (the sort value, then a unique one). They are signed, not hidden: where
    the sort value names a person, give the row's own number alone and let the query look the sort value up.
    """
    rows = list(fetched)
    more, rows = len(rows) > limit, rows[:limit]
    if state.backwards:
        rows.reverse()
    has_next = more if not state.backwards else bool(rows)
    has_previous = more if state.backwards else state.cursor is not None
    purpose = _purpose(table, state.sort)

    def door(name: str, row: RowT) -> str:
        return state.address(cursor=(name, write_cursor(key(row), purpose=purpose)))

    shown = words.count(len(rows), "ligne")
    return Page(
        rows=tuple(rows),
        pager=Pager(
            previous_url=door(BEFORE, rows[0]) if rows and has_previous else "",
            next_url=door(AFTER, rows[-1]) if rows and has_next else "",
            label=shown if total is None or total == len(rows) else f"{shown} sur {words.number(total)}",
        ),
    )


def _purpose(table: Table[RowT], sort: str) -> str:
    return f"palier.table.{table.code}.{sort}"


def write_cursor(values: Sequence[CursorValue], *, purpose: str) -> str:
    """Values of a row's key, signed for one table and one sort: a cursor of another list is refused."""
    packed = json.dumps([_packed(value) for value in values], separators=(",", ":"), ensure_ascii=False)
    return signing.Signer(salt=purpose).sign_object(packed)


def read_cursor(text: str, *, purpose: str) -> tuple[CursorValue, ...]:
    """The values written by write_cursor, with their types. Raises BrokenCursor."""
    if len(text) > LONGEST_CURSOR:
        raise BrokenCursor
    try:
        packed = json.loads(signing.Signer(salt=purpose).unsign_object(text))
        return tuple(_unpacked(kind, value) for kind, value in packed)
    except (signing.BadSignature, ValueError) as refused:
        raise BrokenCursor from refused


def _packed(value: CursorValue) -> tuple[str, str]:
    match value:
        case None:
            return "none", ""
        case int():
            return "int", str(value)
        case Decimal():
            return "decimal", str(value)
        case datetime():
            return "instant", value.isoformat()
        case date():
            return "date", value.isoformat()
        case str():
            return "text", value


def _unpacked(kind: str, value: str) -> CursorValue:
    match kind:
        case "none":
            return None
        case "int":
            return int(value)
        case "decimal":
            return Decimal(value)
        case "instant":
            return datetime.fromisoformat(value)
        case "date":
            return date.fromisoformat(value)
        case _:
            return value
