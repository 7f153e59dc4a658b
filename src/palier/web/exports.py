"""Any table as a file: the columns and the rows of the screen, written whole before the answer leaves.

A file that stops in the middle would pass for a complete one, so the bytes are spooled first and counted. The caller
gives the filtered rows (all of them, not the page) and records the export in the journal.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import IO, Final

from django.http import FileResponse
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from palier.foundation.errors import Refusal
from palier.foundation.money import text_from_cents
from palier.foundation.tabular.writing import CONTROL, harmless
from palier.web.components import Tag
from palier.web.tables import Column, Kind, RowT, Table, TableState, Value

IN_MEMORY_BYTES: Final = 4_000_000
ROW_LIMIT: Final = 200_000


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


CONTENT_TYPES: Final = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UnknownFormat(Refusal):
    """Un tableau s’exporte en CSV ou en XLSX, pas en « {wanted} »."""


class TooManyRows(Refusal):
    """Cet export dépasse {limit} lignes. Ajoutez un filtre, puis recommencez."""


def export_response(
    table: Table[RowT], state: TableState, rows: Iterable[RowT], *, wanted: str, name: str, on: date
) -> FileResponse:
    """The download. `name` is the subject ("comptes les tilleuls"), dated by `on`.

    Raises UnknownFormat and TooManyRows.
    """
    try:
        file_format = Format(wanted)
    except ValueError as unknown:
        raise UnknownFormat(wanted=wanted[:20]) from unknown
    columns = table.shown(state)
    spool = csv_file(columns, rows) if file_format is Format.CSV else xlsx_file(columns, rows, title=name)
    size = spool.seek(0, io.SEEK_END)
    spool.seek(0)
    response = FileResponse(
        spool,
        as_attachment=True,
        filename=f"{slugify(name) or table.code}-{on.isoformat()}.{file_format}",
        content_type=CONTENT_TYPES[file_format],
    )
    response["Content-Length"] = str(size)
    response["Cache-Control"] = "no-store"
    return response


def csv_file(columns: tuple[Column[RowT], ...], rows: Iterable[RowT]) -> IO[bytes]:
    """UTF-8 with BOM, semicolons, decimal comma: what a French spreadsheet opens without asking."""
    with _spooled() as spool:
        text = io.TextIOWrapper(spool, encoding="utf-8-sig", newline="", write_through=True)
        try:
            writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
            writer.writerow([harmless(column.heading) for column in columns])
            for row in _bounded(rows):
                writer.writerow([_csv_cell(column, column.value(row)) for column in columns])
        finally:
            text.detach()
    return spool


def xlsx_file(columns: tuple[Column[RowT], ...], rows: Iterable[RowT], *, title: str) -> IO[bytes]:
    """One sheet, true numbers and dates, no formula whatever the texts hold; heading row kept in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Palier")
    sheet.freeze_panes = "A2"
    for rank, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(rank)].width = 14 if column.kind.at_end else 22
    heads = [WriteOnlyCell(sheet, value=column.heading) for column in columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    with _spooled() as spool:
        try:
            for row in _bounded(rows):
                sheet.append([_xlsx_cell(sheet, column, column.value(row)) for column in columns])
        finally:
            # Saved even when a row is refused: it is what removes openpyxl's own temporary file, which holds the rows.
            book.save(spool)
    return spool


@contextmanager
def _spooled() -> Iterator[IO[bytes]]:
    """A temporary file, left open for the response when all went well, gone otherwise."""
    with ExitStack() as unless_whole:
        yield unless_whole.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        unless_whole.pop_all()


def _bounded(rows: Iterable[RowT]) -> Iterator[RowT]:
    for rank, row in enumerate(rows):
        if rank >= ROW_LIMIT:
            raise TooManyRows(limit=ROW_LIMIT)
        yield row


def _plain(value: Value) -> str | int | Decimal | date | None:
    if isinstance(value, Tag):
        return value.label
    if isinstance(value, tuple):
        return ", ".join(tag.label for tag in value)
    return value


def _csv_cell(column: Column[RowT], raw: Value) -> str:
    value = _plain(raw)
    match value:
        case None:
            return ""
        case str():
            return harmless(value)
        case datetime():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case _ if column.kind is Kind.MONEY:
            return text_from_cents(int(value)).replace(".", ",")
        case _:
            return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)


def _xlsx_cell(sheet: WriteOnlyWorksheet, column: Column[RowT], raw: Value) -> Cell | None:
    value = _plain(raw)
    if value is None:
        return None
    cell = WriteOnlyCell(sheet)
    match value:
        case str():
            cell.value = CONTROL.sub("", value)
            # openpyxl takes "=…" for a formula: the type is set by hand, so that a text stays a text.
            cell.data_type = "s"
        case datetime():
            cell.value = value.replace(tzinfo=None)
            cell.number_format = "dd/mm/yyyy hh:mm"
        case date():
            cell.value = value
            cell.number_format = "dd/mm/yyyy"
        case _ if column.kind is Kind.MONEY:
            cell.value = Decimal(text_from_cents(int(value)))
            cell.number_format = "#,##0.00"
        case _:
            cell.value = value
    return cell
