"""Reading a CSV file as a stream: encoding, separator and line breaks are found, never guessed in silence."""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from palier.foundation.errors import Refusal
from palier.foundation.tabular.header import columns_of
from palier.foundation.tabular.limits import Limits
from palier.foundation.tabular.records import CellFault, Record, Table, TableKind

DELIMITERS = (";", ",", "\t")
# Bytes that no text holds; a table that has one is a binary file with a wrong name.
NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BLOCK = 1 << 20


class BinaryContent(Refusal):
    """Ligne {line} : « {name} » contient des octets qui ne sont pas du texte : exportez-le de nouveau en CSV UTF-8."""


class UnknownEncoding(Refusal):
    """Ligne {line} : l’encodage de « {name} » n’est ni UTF-8 ni Windows-1252 : enregistrez-le en « CSV UTF-8 »."""


class LineTooLong(Refusal):
    """Ligne {line} : plus de {limit} caractères sans retour à la ligne : ce n’est pas un tableau CSV."""


class BrokenQuotes(Refusal):
    """Ligne {line} : guillemets mal fermés, la suite du fichier ne peut pas être découpée : corrigez cette ligne."""


class TooManyRecords(Refusal):
    """Ligne {line} : plus de {limit} lignes de données : découpez le fichier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How bytes become letters: Python's name, the name shown, and what to say when it is not UTF-8."""

    codec: str
    label: str
    warning: str


def read_delimited(path: Path, limits: Limits) -> Table:
    """Open a CSV file. The header is read at once; the records stream as they are asked for."""
    encoding = encoding_of(path)
    rows = _rows(path, encoding.codec, limits)
    first = next(rows)
    header, columns = columns_of(first.cells, line=first.line, limits=limits)
    return Table(
        kind=TableKind.CSV,
        header=header,
        columns=columns,
        records=_records(rows, header, columns, limits),
        encoding=encoding.label,
        delimiter=first.delimiter,
        warnings=(encoding.warning,) if encoding.warning else (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    cells: tuple[str, ...]
    delimiter: str


def _records(
    rows: Iterator[_Row], header: tuple[str, ...], columns: Mapping[str, int], limits: Limits
) -> Iterator[Record]:
    number = 0
    for row in rows:
        cells = row.cells
        if not any(cell.strip() for cell in cells):
            continue
        number += 1
        if number > limits.records:
            raise TooManyRecords(line=row.line, limit=limits.records)
        fault = ""
        if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
            fault = f"{len(cells)} cellules au lieu de {len(header)} : un séparateur manque ou est en trop"
        faults = tuple(
            CellFault(index=index, reason=f"plus de {limits.cell_characters} caractères")
            for index, cell in enumerate(cells)
            if len(cell) > limits.cell_characters
        )
        yield Record(
            number=number,
            line=row.line,
            cells=cells,
            columns=columns,
            kind=TableKind.CSV,
            faults=faults,
            fault=fault,
        )


def _rows(path: Path, codec: str, limits: Limits) -> Iterator[_Row]:
    with path.open(encoding=codec, newline="") as stream:
        delimiter = delimiter_of(stream, limits)
        stream.seek(0)
        reader = csv.reader(lines_of(stream, limits), delimiter=delimiter, strict=True)
        line = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as broken:
                raise BrokenQuotes(line=line) from broken
            if cells or line == 1:
                yield _Row(line=line, cells=tuple(cells), delimiter=delimiter)
            line = reader.line_num + 1


def lines_of(stream: TextIO, limits: Limits) -> Iterator[str]:
    """The physical lines, ends included. Raises LineTooLong rather than hold a file without any."""
    number = 0
    while line := stream.readline(limits.line_characters + 1):
        number += 1
        if len(line) > limits.line_characters:
            raise LineTooLong(line=number, limit=limits.line_characters)
        yield line


def delimiter_of(stream: TextIO, limits: Limits) -> str:
    """The separator most often met in the header, outside quotes; the semicolon of French spreadsheets on a tie."""
    unquoted = re.sub(r'"[^"]*"', "", next(lines_of(stream, limits), ""))
    return max(DELIMITERS, key=unquoted.count)


def encoding_of(path: Path) -> Encoding:
    """UTF-8 when every byte agrees, with or without mark; otherwise Windows-1252, and a warning says so."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    cp1252 = codecs.getincrementaldecoder("cp1252")()
    line = 1
    foreign_line = undefined_line = 0
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            if found := NOT_TEXT.search(block):
                raise BinaryContent(line=line + block.count(b"\n", 0, found.start()), name=path.name)
            if not foreign_line:
                foreign_line = _first_foreign_line(decoder, block, line)
            if not undefined_line:
                undefined_line = _first_foreign_line(cp1252, block, line)
            line += block.count(b"\n")
    if not foreign_line:
        foreign_line = _first_foreign_line(decoder, b"", line, final=True)
    if not foreign_line:
        return Encoding(codec="utf-8-sig", label="UTF-8", warning="")
    if undefined_line:
        raise UnknownEncoding(line=undefined_line, name=path.name)
    warning = (
        f"Le fichier n’est pas en UTF-8 (ligne {foreign_line}) : il a été lu en Windows-1252. "
        "Vérifiez les lettres accentuées."
    )
    return Encoding(codec="cp1252", label="Windows-1252", warning=warning)


def _first_foreign_line(decoder: codecs.IncrementalDecoder, block: bytes, line: int, final: bool = False) -> int:
    """The line of the first byte that the encoding refuses, 0 when the block agrees."""
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError as foreign:
        return line + block.count(b"\n", 0, foreign.start)
    return 0
