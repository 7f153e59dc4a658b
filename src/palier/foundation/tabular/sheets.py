"""Streaming the rows of one sheet: every cell as text, exact, with what makes it unreadable."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache

from palier.foundation.tabular.archive import Archive, BrokenWorkbook
from palier.foundation.tabular.header import TooManyColumns
from palier.foundation.tabular.limits import Limits
from palier.foundation.tabular.markup import consume, stream
from palier.foundation.tabular.records import column_letters

REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
LAST_ROW = 1_048_576
MOST_MERGES = 20_000
# Excel keeps 15 significant digits; what it writes beyond them is the noise of binary numbers (453.19999999999999).
SIGNIFICANT_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """What the cells of a sheet refer to."""

    shared_texts: list[str]
    date_styles: frozenset[int]
    starts_in_1904: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row: cells by column counted from 0, and the reason why a cell cannot be read."""

    number: int
    cells: Mapping[int, str]
    faults: Mapping[int, str]


@dataclass(frozen=True, slots=True, order=True)
class MergedRange:
    """A block of merged cells, bounds included, columns counted from 0."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def label(self) -> str:
        return f"{column_letters(self.first_column)}{self.first_row}:{column_letters(self.last_column)}{self.last_row}"


@dataclass(slots=True)
class _MergeHandler:
    ranges: list[MergedRange] = field(default_factory=list)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "mergeCell" and len(self.ranges) < MOST_MERGES:
            first, _, last = attributes.get("ref", "").partition(":")
            corners = (REFERENCE.fullmatch(first), REFERENCE.fullmatch(last or first))
            if corners[0] and corners[1]:
                rows = sorted(int(corner[2]) for corner in corners if corner)
                columns = sorted(column_number(corner[1]) for corner in corners if corner)
                self.ranges.append(MergedRange(rows[0], rows[1], columns[0], columns[1]))

    def end(self, tag: str) -> None: ...

    def text(self, characters: str) -> None: ...


def merged_ranges_of(archive: Archive, part: str) -> list[MergedRange]:
    """The merged blocks of a sheet, by first row. They are written after the cells, hence a look before reading."""
    tail = b""
    for block in archive.blocks(part):
        if b"mergeCell" in tail + block:
            handler = _MergeHandler()
            consume(archive, part, handler)
            return sorted(handler.ranges)
        tail = block[-16:]
    return []


@cache
def column_number(letters: str) -> int:
    """The column that letters name, counted from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class SheetHandler:
    """Collects the rows of a sheet as its XML goes by."""

    def __init__(self, name: str, facts: SheetFacts, limits: Limits) -> None:
        self._name = name
        self._facts = facts
        self._limits = limits
        self._done: list[SheetRow] = []
        self._row = 0
        self._column = -1
        self._cells: dict[int, str] = {}
        self._faults: dict[int, str] = {}
        self._kind = "n"
        self._style = 0
        self._formula = False
        self._listening = False
        self._phonetic = False
        self._pieces: list[str] = []
        self._length = 0

    def take(self) -> list[SheetRow]:
        """The rows completed since the last time."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag in {"v", "t"}:
            self._listening = not self._phonetic
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._start_row(attributes)
        elif tag == "rPh":
            self._phonetic = True

    def end(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self._listening = False
        elif tag == "c":
            self._end_cell()
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "row":
            if self._cells or self._faults:
                self._done.append(SheetRow(number=self._row, cells=self._cells, faults=self._faults))
            self._cells, self._faults = {}, {}

    def text(self, characters: str) -> None:
        if self._listening and self._length <= self._limits.cell_characters:
            self._pieces.append(characters)
            self._length += len(characters)

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        written = attributes.get("r", "")
        number = int(written) if written.isascii() and written.isdigit() and len(written) < 8 else self._row + 1
        if not self._row < number <= LAST_ROW:
            raise BrokenWorkbook(name=self._name, detail=f"ligne {written[:10]} hors de sa place")
        self._row = number
        self._column = -1

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        elif match := REFERENCE.fullmatch(reference):
            self._column = column_number(match[1])
        else:
            raise BrokenWorkbook(name=self._name, detail=f"cellule « {reference[:20]} »")
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isascii() and style.isdigit() and len(style) < 8 else 0
        self._formula = False
        self._pieces.clear()
        self._length = 0

    def _end_cell(self) -> None:
        written = "".join(self._pieces)
        if not written.strip() and not self._formula:
            return
        if self._column >= self._limits.columns:
            raise TooManyColumns(line=self._row, limit=self._limits.columns)
        if not self._formula and self._kind != "e" and len(written) <= self._limits.cell_characters:
            value = self._value(written)
            if value is not None:
                self._cells[self._column] = value
                return
        self._faults[self._column] = self._fault(written)

    def _fault(self, written: str) -> str:
        place = f"{column_letters(self._column)}{self._row}"
        if self._formula:
            return f"la cellule {place} contient une formule : collez sa valeur"
        if self._kind == "e":
            return f"la cellule {place} contient l’erreur {written[:20]}"
        if len(written) > self._limits.cell_characters:
            return f"la cellule {place} dépasse {self._limits.cell_characters} caractères"
        return f"la cellule {place} contient une valeur illisible"

    def _value(self, written: str) -> str | None:
        """The cell as text; None when it does not hold what it says it holds."""
        if self._kind == "s":
            rank = int(written) if written.isascii() and written.isdigit() and len(written) < 10 else -1
            return self._facts.shared_texts[rank] if 0 <= rank < len(self._facts.shared_texts) else None
        if self._kind == "b":
            return {"1": "oui", "0": "non"}.get(written)
        if self._kind in {"inlineStr", "str"}:
            return written
        if self._kind == "d":
            return written.removesuffix("T00:00:00")
        if self._kind != "n":
            return None
        if self._style in self._facts.date_styles:
            return day_of_serial(written, starts_in_1904=self._facts.starts_in_1904)
        return exact_number(written)


def sheet_rows(archive: Archive, part: str, facts: SheetFacts, limits: Limits) -> Iterator[SheetRow]:
    """The rows of a sheet that hold something, each cell covered by a merge carrying a fault."""
    merges = merged_ranges_of(archive, part)
    handler = SheetHandler(archive.name, facts, limits)
    for _ in stream(archive, part, handler):
        for row in handler.take():
            merges = [merge for merge in merges if merge.last_row >= row.number] if merges else merges
            yield _with_merges(row, merges, limits) if merges else row


def _with_merges(row: SheetRow, merges: list[MergedRange], limits: Limits) -> SheetRow:
    faults = dict(row.faults)
    for merge in merges:
        if merge.first_row > row.number:
            break
        for column in range(merge.first_column, min(merge.last_column + 1, limits.columns)):
            place = f"{column_letters(column)}{row.number}"
            faults.setdefault(column, f"la cellule {place} est fusionnée ({merge.label}) : séparez les cellules")
    return SheetRow(number=row.number, cells=row.cells, faults=faults) if faults else row


def exact_number(written: str) -> str | None:
    """The number as Excel shows it, without exponent: "453.19999999999999" is "453.2"."""
    if len(written) < SIGNIFICANT_DIGITS and written.isascii() and written.isdigit():
        return written
    try:
        number = Decimal(written.strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or number.adjusted() > 30 or number.adjusted() < -30:
        return None
    if len(number.as_tuple().digits) > SIGNIFICANT_DIGITS:
        number = Decimal(f"{number:.{SIGNIFICANT_DIGITS}g}")
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def day_of_serial(written: str, *, starts_in_1904: bool) -> str | None:
    """The ISO date, with its time unless it is midnight, of a serial day number; None outside 1900 to 9999."""
    try:
        serial = Decimal(written.strip())
    except InvalidOperation:
        return None
    if not serial.is_finite() or not 0 < serial < 2_958_466:
        return None
    # Excel believes in a 29 February 1900: before it, its days are one ahead (ECMA-376, 18.17.4.1).
    origin = date(1904, 1, 1) if starts_in_1904 else date(1899, 12, 30 if serial >= 60 else 31)
    try:
        moment = datetime.combine(origin, time.min) + timedelta(seconds=round(serial * 86_400))
    except OverflowError:
        return None
    return moment.isoformat(timespec="seconds").removesuffix("T00:00:00")
