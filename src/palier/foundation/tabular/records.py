"""What a table gives: a header, then records that know where they stand in the file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class TableKind(StrEnum):
    """The two kinds of file that are read."""

    CSV = "CSV"
    XLSX = "XLSX"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFault:
    """Something that makes one cell unreadable whatever the column means: a formula, a merged cell, an error value."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a table.

    `number` counts the records from 1; `line` is the physical line where the record begins (the row, in a workbook):
    they differ as soon as a quoted cell holds a line break.
    """

    number: int
    line: int
    cells: tuple[str, ...]
    columns: Mapping[str, int]
    kind: TableKind
    faults: tuple[CellFault, ...] = ()
    fault: str = ""

    def raw(self, column: str) -> str:
        """The text of the cell, without outer spaces; empty when the file has no such column."""
        index = self.columns.get(column)
        if index is None or index >= len(self.cells):
            return ""
        return self.cells[index].strip()

    def place(self, column: str) -> str:
        """The name a spreadsheet gives to the cell ("B12"); empty for a CSV file or an absent column."""
        index = self.columns.get(column)
        if index is None or self.kind is not TableKind.XLSX:
            return ""
        return f"{column_letters(index)}{self.line}"

    def fault_of(self, column: str) -> str:
        """Why the cell cannot be read at all, or nothing."""
        index = self.columns.get(column)
        return next((fault.reason for fault in self.faults if fault.index == index), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An open table: `records` is read once, as it streams from the file."""

    kind: TableKind
    header: tuple[str, ...]
    columns: Mapping[str, int]
    records: Iterator[Record] = field(repr=False)
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    warnings: tuple[str, ...] = ()


def column_letters(index: int) -> str:
    """Spreadsheet letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    rest = index + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return letters
