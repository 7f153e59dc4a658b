"""A declared table turned into what its template prints: headings that sort, cells already escaped, totals, chips."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString

from palier.web import words
from palier.web.components import Chip, Tag
from palier.web.tables import (
    AFTER,
    BEFORE,
    COLUMNS,
    Column,
    Kind,
    OnPhone,
    Pager,
    RowT,
    Table,
    TableState,
    Value,
)

NOTHING = f'<span class="soft">{words.NOTHING}</span>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    label: str
    url: str
    css: str
    aria_sort: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    css: str
    cells: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    code: str
    label: str
    chosen: bool
    fixed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """All a page needs to print a table. `kept` are the parameters the column menu must carry along."""

    code: str
    caption: str
    headings: Sequence[Heading]
    rows: Sequence[RowView]
    totals: SafeString
    chips: Sequence[Chip]
    choices: Sequence[ColumnChoice]
    kept: Sequence[tuple[str, str]]
    selectable: bool
    selection_form: str
    pager: Pager


def view_of(
    table: Table[RowT],
    state: TableState,
    rows: Iterable[RowT],
    *,
    totals: Mapping[str, Value] | None = None,
    totals_label: str = "",
    pager: Pager | None = None,
    chosen: frozenset[str] = frozenset(),
    selection_form: str = "",
) -> TableView:
    """`totals` are those of the filter, not of the page: the caller counts them in SQL.

    `selection_form` is the id of the form the row boxes post to (name `ligne`); without it there are no boxes.
    """
    columns = table.shown(state)
    selectable = bool(selection_form) and table.key is not None
    painters = [_painter(column) for column in columns]
    return TableView(
        code=table.code,
        caption=table.caption,
        headings=[_heading(column, state) for column in columns],
        rows=[_row(table, columns, painters, row, chosen, selection_form if selectable else "") for row in rows],
        totals=_totals(columns, totals, totals_label, boxes=selectable),
        chips=_chips(table, state),
        choices=[
            ColumnChoice(
                code=column.code,
                label=column.label,
                chosen=column.fixed or column.code in state.columns,
                fixed=column.fixed,
            )
            for column in table.columns
        ],
        kept=_kept(state),
        selectable=selectable,
        selection_form=selection_form,
        pager=pager or Pager(),
    )


def text_of(column: Column[RowT], value: Value) -> str:
    """A value in words, as its column shows it. A debt keeps its true minus, nothing is "–"."""
    if value is None:
        return words.NOTHING
    if isinstance(value, Tag):
        return value.label
    if isinstance(value, tuple):
        return ", ".join(tag.label for tag in value)
    if isinstance(value, date):
        return words.day_short(value)
    if isinstance(value, str):
        return value
    return _figures(column, value)


def _figures(column: Column[RowT], value: int | Decimal) -> str:
    match column.kind:
        case Kind.MONEY:
            return words.amount(int(value), signed=column.signed)
        case Kind.SURFACE:
            # The unit stands in the heading.
            return words.surface(Decimal(value)).removesuffix(f"{words.NBSP}m²")
        case _:
            return words.number(value, decimals=column.decimals, signed=column.signed)


# --- cells -----------------------------------------------------------------------------------------------------------


def _css(column: Column[RowT], *more: str) -> str:
    phone = {OnPhone.TITLE: "k", OnPhone.DROPPED: "opt"}.get(column.on_phone, "")
    parts = ("num" if column.kind.at_end else "", "wrap" if column.wrap else "", phone, *more)
    return " ".join(part for part in parts if part)


def _opening(column: Column[RowT], *more: str) -> str:
    css = _css(column, *more)
    label = f' data-l="{escape(column.label)}"' if column.on_phone is OnPhone.LABELLED else ""
    return f'<td class="{css}"{label}>' if css else f"<td{label}>"


def _painter(column: Column[RowT]) -> Callable[[RowT], str]:
    """One function per column, so that a page of a thousand cells decides nothing twice."""
    plain, in_debt = _opening(column), _opening(column, "debt")
    # On a phone, a label with nothing after it says nothing.
    absent = _opening(column, "opt") if column.on_phone is OnPhone.LABELLED else plain

    def paint(row: RowT) -> str:
        value = column.value(row)
        below = column.debt and isinstance(value, int | Decimal) and value < 0
        inner = _inner(column, value)
        # An empty address: the page is not open to whoever reads the table.
        target = column.url(row) if column.url is not None and value is not None else ""
        if target:
            inner = f'<a href="{escape(target)}">{inner}</a>'
        detail = column.detail(row) if column.detail is not None else ""
        if detail:
            inner = f'{inner} <span class="soft">{escape(detail)}</span>'
        opening = absent if value is None and not detail else in_debt if below else plain
        return f"{opening}{inner}</td>"

    return paint


def _inner(column: Column[RowT], value: Value) -> str:
    if value is None:
        return NOTHING if column.kind is not Kind.TAG else ""
    if isinstance(value, Tag):
        return _tag(value)
    if isinstance(value, tuple):
        return " ".join(_tag(each) for each in value)
    return escape(text_of(column, value))


def _tag(tag: Tag) -> str:
    css = f"tag {tag.tone.value}".strip()
    return f'<span class="{css}">{escape(tag.label)}</span>'


def _row(
    table: Table[RowT],
    columns: Sequence[Column[RowT]],
    painters: Sequence[Callable[[RowT], str]],
    row: RowT,
    chosen: frozenset[str],
    form: str,
) -> RowView:
    key = table.key(row) if table.key is not None else ""
    name = table.row_name(row) if table.row_name is not None else key
    picked = bool(key) and key in chosen
    parts = [_box(key, name, picked=picked, form=form)] if form else []
    remark = table.remark(row) if table.remark is not None else ""
    spread = [column.code for column in columns].index(table.remark_from) if remark and _has(columns, table) else -1
    for rank, paint in enumerate(painters):
        if rank == spread:
            parts.append(f'<td colspan="{len(columns) - rank}" class="soft">{escape(remark)}</td>')
            break
        parts.append(paint(row))
    return RowView(css="sel" if picked else "", cells=SafeString("".join(parts)))


def _has(columns: Sequence[Column[RowT]], table: Table[RowT]) -> bool:
    return any(column.code == table.remark_from for column in columns)


def _box(key: str, name: str, *, picked: bool, form: str) -> str:
    ticked = " checked" if picked else ""
    return (
        f'<td class="opt"><input type="checkbox" name="ligne" value="{escape(key)}" form="{escape(form)}"'
        f' aria-label="Choisir {escape(name)}"{ticked}></td>'
    )


# --- around the cells ------------------------------------------------------------------------------------------------


def _heading(column: Column[RowT], state: TableState) -> Heading:
    here = state.sort == column.code
    direction = "descending" if state.descending else "ascending"
    turned = column.code if not here or state.descending else f"-{column.code}"
    return Heading(
        label=column.heading,
        url=state.address(sort=turned) if column.sortable else "",
        css="num" if column.kind.at_end else "",
        aria_sort=direction if here else "",
    )


def _totals(
    columns: Sequence[Column[RowT]], totals: Mapping[str, Value] | None, label: str, *, boxes: bool
) -> SafeString:
    if totals is None and not label:
        return SafeString("")
    amounts = totals or {}
    first = next((rank for rank, column in enumerate(columns) if column.code in amounts), len(columns))
    span = max(first, 1)
    box = '<td class="opt"></td>' if boxes else ""
    parts = [f'{box}<th scope="row" colspan="{span}" class="k">{escape(label)}</th>']
    for column in columns[span:]:
        if column.code in amounts:
            value = amounts[column.code]
            below = column.debt and isinstance(value, int | Decimal) and value < 0
            parts.append(f"{_opening(column, *(['debt'] if below else []))}{_inner(column, value)}</td>")
        else:
            parts.append('<td class="opt"></td>')
    return SafeString("".join(parts))


def _chips(table: Table[RowT], state: TableState) -> list[Chip]:
    return [
        Chip(
            label=f"{declared.label}{words.NBSP}: {declared.word(value)}",
            url=state.without_filter(declared.code, value),
            on=True,
        )
        for declared in table.filters
        for value in state.filters.get(declared.code, ())
    ]


def _kept(state: TableState) -> list[tuple[str, str]]:
    sort = ("-" if state.descending else "") + state.sort
    filters = [(code, value) for code, values in state.filters.items() for value in values]
    return [("tri", sort), *filters, *(pair for pair in state.others if pair[0] not in {AFTER, BEFORE, COLUMNS})]
