"""The file of an old suite, read as a stream of comments: its encoding and separator found, its columns named."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from palier.foundation.errors import Refusal
from palier.foundation.tabular.delimited import BrokenQuotes, delimiter_of, encoding_of, lines_of
from palier.foundation.tabular.header import NotATable
from palier.foundation.tabular.limits import Limits
from palier.foundation.tabular.reading import open_table
from palier.foundation.tabular.recognise import recognise
from palier.foundation.tabular.records import TableKind

# A file of any size: what is bounded is what is held at once, a line and a cell. A workbook keeps its texts in memory.
WHOLE = Limits(
    file_bytes=1 << 46,
    records=1 << 40,
    columns=2_000,
    line_characters=2_000_000,
    unpacked_bytes=6_000_000_000,
    shared_text_bytes=400_000_000,
)
# A byte that no text holds (`encoding_of` refuses it): a file of one column has no separator at all.
ONE_COLUMN = "\x1f"
_BLOCK = 1 << 20
_SHOWN_COLUMNS = 30


class ColumnNotThere(Refusal):
    """« {name} » n’a pas de colonne « {column} ». Colonnes présentes : {present}."""


class ColumnFoundTwice(Refusal):
    """« {name} » a deux colonnes « {column} » : renommez l’une des deux, puis recommencez."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The names of the columns to read; only the comment's is always there."""

    comment: str
    site: str = ""
    day: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where those columns are, counted from 0; None for one that was not asked for."""

    comment: int
    site: int | None
    day: int | None
    author: int | None


class Comment(NamedTuple):
    """One row. Millions travel between processes: a tuple costs a fifth of a dataclass to send.

    `row` counts the records from 1, `line` is the physical line (the row of the sheet). `fault` says why the cell
    cannot be read.
    """

    row: int
    line: int
    text: str
    site: str
    day: str
    author: str
    fault: str


class RawRecord(NamedTuple):
    """One record of a CSV file: its cells, and the characters that made them, line ends included."""

    line: int
    cells: list[str]
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was looked at whole once: its digest is known, and what its columns are."""

    path: Path
    kind: TableKind
    sha256: str
    size_bytes: int
    lines: int
    width: int
    places: Places
    codec: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    warnings: tuple[str, ...] = ()


def open_source(path: Path, columns: Columns, *, sheet: str = "") -> Source:
    """Look at the whole file once: what it is, its digest, its columns. Raises a Refusal that says what to do."""
    kind = recognise(path, WHOLE)
    if kind is TableKind.XLSX:
        return _workbook(path, columns, sheet)
    encoding = encoding_of(path)
    digest, size, lines = _fingerprint(path)
    with path.open(encoding=encoding.codec, newline="") as stream:
        delimiter = delimiter_of(stream, WHOLE)
        stream.seek(0)
        first = stream.readline(WHOLE.line_characters)
        if delimiter not in first:
            delimiter = ONE_COLUMN
    records = _records_of(path, encoding.codec, delimiter)
    header = next(records).cells
    while header and not header[-1].strip():
        header.pop()
    if not header:
        raise NotATable(line=1)
    return Source(
        path=path,
        kind=kind,
        sha256=digest,
        size_bytes=size,
        lines=lines,
        width=len(header),
        places=_places(path.name, header, columns),
        codec=encoding.codec,
        encoding=encoding.label,
        delimiter=delimiter,
        warnings=(encoding.warning,) if encoding.warning else (),
    )


def comments_of(source: Source) -> Iterator[Comment]:
    """Every comment in the order of the file. Lines without any cell are passed over."""
    return _from_workbook(source) if source.kind is TableKind.XLSX else _from_csv(source)


def raw_records(source: Source) -> Iterator[RawRecord]:
    """The header, then every record of a CSV file, blank lines included: put end to end, `raw` is the file."""
    return _records_of(source.path, source.codec, source.delimiter)


def fault_of(cells: Sequence[str], width: int) -> str:
    """Why a record cannot be trusted, or nothing: a separator too many moves every cell that follows."""
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        return f"{len(cells)} cellules au lieu de {width} : un séparateur manque ou est en trop"
    return ""


def cell_span(raw: str, index: int, delimiter: str) -> tuple[int, int]:
    """Where the cell stands in the characters of its record, quotes included. The record was cut by the same rules."""
    start = 0
    for rank in range(index + 1):
        end = _cell_end(raw, start, delimiter)
        if rank == index:
            return start, end
        start = end + 1
    raise AssertionError("a record has at least one cell")


def _cell_end(raw: str, start: int, delimiter: str) -> int:
    place = start
    if raw[start : start + 1] == '"':
        place = raw.index('"', start + 1)
        while raw[place + 1 : place + 2] == '"':
            place = raw.index('"', place + 2)
    found = [raw.find(sign, place) for sign in (delimiter, "\r", "\n")]
    return min((end for end in found if end >= 0), default=len(raw))


def _from_csv(source: Source) -> Iterator[Comment]:
    places = source.places
    records = raw_records(source)
    next(records)
    row = 0
    for line, cells, _ in records:
        if not any(cell.strip() for cell in cells):
            continue
        row += 1
        if fault := fault_of(cells, source.width):
            yield Comment(row, line, "", "", "", "", fault)
            continue
        yield Comment(
            row,
            line,
            cells[places.comment],
            "" if places.site is None else cells[places.site],
            "" if places.day is None else cells[places.day],
            "" if places.author is None else cells[places.author],
            "",
        )


def _records_of(path: Path, codec: str, delimiter: str) -> Iterator[RawRecord]:
    with path.open(encoding=codec, newline="") as stream:
        taken: list[str] = []

        def lines() -> Iterator[str]:
            for line in lines_of(stream, WHOLE):
                taken.append(line)
                yield line

        reader = csv.reader(lines(), delimiter=delimiter, strict=True)
        line = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as broken:
                raise BrokenQuotes(line=line) from broken
            yield RawRecord(line, cells, "".join(taken))
            taken.clear()
            line = reader.line_num + 1


def _workbook(path: Path, columns: Columns, sheet: str) -> Source:
    table = open_table(path, sheet=sheet, limits=WHOLE)
    digest, size, _ = _fingerprint(path)
    return Source(
        path=path,
        kind=TableKind.XLSX,
        sha256=digest,
        size_bytes=size,
        lines=sum(1 for _ in table.records) + 1,
        width=len(table.header),
        places=_places(path.name, table.header, columns),
        encoding="XLSX",
        sheet=table.sheet,
        warnings=table.warnings,
    )


def _from_workbook(source: Source) -> Iterator[Comment]:
    places = source.places
    table = open_table(source.path, sheet=source.sheet, limits=WHOLE)
    comment = table.header[places.comment]

    def cell(cells: tuple[str, ...], place: int | None) -> str:
        return "" if place is None or place >= len(cells) else cells[place]

    for record in table.records:
        yield Comment(
            record.number,
            record.line,
            # `Record.raw` would take the outer spaces off, and move every position.
            cell(record.cells, places.comment),
            cell(record.cells, places.site),
            cell(record.cells, places.day),
            cell(record.cells, places.author),
            record.fault_of(comment),
        )


def _places(name: str, header: Sequence[str], columns: Columns) -> Places:
    known = [_plain(cell) for cell in header]

    def place(column: str) -> int | None:
        if not column:
            return None
        found = [index for index, cell in enumerate(known) if cell == _plain(column)]
        if not found:
            present = ", ".join(
                f"« {' '.join(cell.split())[:60]} »" for cell in header[:_SHOWN_COLUMNS] if cell.strip()
            )
            more = "…" if len(header) > _SHOWN_COLUMNS else ""
            raise ColumnNotThere(name=name, column=column[:60], present=present + more)
        if len(found) > 1:
            raise ColumnFoundTwice(name=name, column=column[:60])
        return found[0]

    comment = place(columns.comment)
    if comment is None:
        raise ColumnNotThere(name=name, column="", present=", ".join(header[:_SHOWN_COLUMNS]))
    return Places(comment=comment, site=place(columns.site), day=place(columns.day), author=place(columns.author))


def _plain(name: str) -> str:
    return " ".join(name.split()).lower()


def _fingerprint(path: Path) -> tuple[str, int, int]:
    """The digest, the size and the number of line ends."""
    whole = sha256()
    size = lines = 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            whole.update(block)
            size += len(block)
            lines += block.count(b"\n")
    return whole.hexdigest(), size, lines
