"""Reading an XLSX workbook as a stream of records, with our own reader: bounded memory, exact numbers, named cells."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from palier.foundation.errors import Refusal
from palier.foundation.tabular.archive import Archive, open_archive
from palier.foundation.tabular.delimited import TooManyRecords
from palier.foundation.tabular.header import NotATable, columns_of
from palier.foundation.tabular.limits import Limits
from palier.foundation.tabular.parts import Sheet, date_styles_of, shared_texts_of, sheets_of
from palier.foundation.tabular.records import CellFault, Record, Table, TableKind
from palier.foundation.tabular.sheets import SheetFacts, SheetRow, sheet_rows


class SheetNotFound(Refusal):
    """La feuille « {sheet} » n’existe pas dans ce classeur. Feuilles présentes : {present}."""


class HeaderUnreadable(Refusal):
    """Ligne {line} : l’en-tête ne peut pas être lu : {reason}."""


def read_workbook(path: Path, limits: Limits, sheet_name: str = "") -> Table:
    """Open a workbook on the named sheet, or the first one. The header is the first row that holds something."""
    rows = _rows(path, limits, sheet_name)
    sheet, warning, first = next(rows)
    if first.faults:
        raise HeaderUnreadable(line=first.number, reason=next(iter(first.faults.values())))
    header, columns = columns_of(_dense(first.cells), line=first.number, limits=limits)
    return Table(
        kind=TableKind.XLSX,
        header=header,
        columns=columns,
        records=_records((row for _, _, row in rows), header, columns, limits),
        sheet=sheet.name,
        warnings=(warning,) if warning else (),
    )


def _rows(path: Path, limits: Limits, sheet_name: str) -> Iterator[tuple[Sheet, str, SheetRow]]:
    with open_archive(path, limits) as archive:
        sheet, warning, facts = _open_sheet(archive, limits, sheet_name)
        empty = True
        for row in sheet_rows(archive, sheet.part, facts, limits):
            empty = False
            yield sheet, warning, row
        if empty:
            raise NotATable(line=1)


def _open_sheet(archive: Archive, limits: Limits, sheet_name: str) -> tuple[Sheet, str, SheetFacts]:
    sheets, starts_in_1904 = sheets_of(archive)
    chosen = next((sheet for sheet in sheets if sheet.name == sheet_name), None) if sheet_name else sheets[0]
    if chosen is None:
        present = ", ".join(f"« {sheet.name} »" for sheet in sheets[:20])
        raise SheetNotFound(sheet=sheet_name[:60], present=present)
    warning = ""
    if len(sheets) > 1 and not sheet_name:
        warning = f"Le classeur a {len(sheets)} feuilles : seule la première, « {chosen.name[:60]} », est lue."
    facts = SheetFacts(
        shared_texts=shared_texts_of(archive, limits),
        date_styles=date_styles_of(archive),
        starts_in_1904=starts_in_1904,
    )
    return chosen, warning, facts


def _records(
    rows: Iterator[SheetRow], header: tuple[str, ...], columns: Mapping[str, int], limits: Limits
) -> Iterator[Record]:
    number = 0
    for row in rows:
        cells = _dense(row.cells, len(header))
        if not any(cell.strip() for cell in cells) and not any(index < len(header) for index in row.faults):
            continue
        number += 1
        if number > limits.records:
            raise TooManyRecords(line=row.number, limit=limits.records)
        yield Record(
            number=number,
            line=row.number,
            cells=cells,
            columns=columns,
            kind=TableKind.XLSX,
            faults=tuple(CellFault(index=index, reason=reason) for index, reason in row.faults.items()),
        )


def _dense(cells: Mapping[int, str], least: int = 0) -> tuple[str, ...]:
    width = max(max(cells, default=-1) + 1, least)
    return tuple(cells.get(index, "") for index in range(width))
