"""A workbook copied with some cells changed: the bytes of those cells and of their shared texts, and no others.

The sheet is not rewritten by a library, which would lose what it does not know. The parser says at which byte each cell
begins and ends; the rest is copied as it is.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from xml.parsers import expat

from palier.foundation.errors import Refusal
from palier.foundation.tabular.archive import Archive, open_archive
from palier.foundation.tabular.parts import sheets_of
from palier.foundation.tabular.reading import open_table
from palier.foundation.tabular.records import column_letters
from palier.screening.audit.erasing import Change, erased
from palier.screening.audit.source import WHOLE, Source
from palier.screening.audit.worklist import Item

_SHARED = "xl/sharedstrings.xml"


class PivotKeepsTexts(Refusal):
    """Le classeur « {name} » a un tableau croisé dynamique, qui garde sa propre copie des textes : supprimez-le, ou
    enregistrez la feuille en CSV, puis refaites l’audit."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Bytes to put in place of others, `end` excluded."""

    start: int
    end: int
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """A cell as its sheet writes it: where, how, and the rank of its shared text when it has one."""

    reference: str
    style: str
    prefix: str
    shared: int | None
    start: int
    end: int


def write_workbook_copy(source: Source, items: Iterator[Item], output: Path, *, whole: bool) -> Iterator[Change]:
    """Write the copy, then give each flagged comment. Raises PivotKeepsTexts."""
    changes = _changes_of(source, {item.row: item for item in items}, whole=whole)
    letters = column_letters(source.places.comment)
    texts = {f"{letters}{change.item.line}": change.after for change in changes if change.before != change.after}
    with open_archive(source.path, WHOLE) as archive, zipfile.ZipFile(source.path) as packed:
        if any(name.lower().startswith("xl/pivotcache/") for name in packed.namelist()):
            raise PivotKeepsTexts(name=source.path.name)
        edits = _edits_of(archive, source.sheet, texts)
        _write(packed, output, edits)
    yield from changes


def _changes_of(source: Source, items: Mapping[int, Item], *, whole: bool) -> list[Change]:
    place = source.places.comment
    changes: list[Change] = []
    for record in open_table(source.path, sheet=source.sheet, limits=WHOLE).records:
        if item := items.get(record.number):
            before = record.cells[place]
            changes.append(Change(item=item, before=before, after=erased(before, item, whole=whole)))
    return changes


def _edits_of(archive: Archive, sheet: str, texts: Mapping[str, str]) -> dict[str, list[Edit]]:
    """What to change in each part, by its name in small letters."""
    sheets, _ = sheets_of(archive)
    part = next(each.part for each in sheets if each.name == sheet)
    cells = [cell for cell in _cells_of(archive, part) if cell.reference in texts]
    ours = {cell.shared: texts[cell.reference] for cell in cells if cell.shared is not None}
    elsewhere = {
        cell.shared
        for each in sheets
        for cell in _cells_of(archive, each.part)
        if cell.shared in ours and not (each.part == part and cell.reference in texts)
    }
    # A text that other cells show as well stays for them: ours then carries its own.
    inline = [
        Edit(cell.start, cell.end, _inline(cell, texts[cell.reference]))
        for cell in cells
        if cell.shared is None or cell.shared in elsewhere
    ]
    shared = {rank: text for rank, text in ours.items() if rank not in elsewhere}
    edits = {part.lstrip("/").lower(): sorted(inline)}
    if shared:
        edits[_SHARED] = _shared_edits(archive, shared)
    return edits


def _inline(cell: _Cell, text: str) -> bytes:
    prefix = cell.prefix
    style = f' s="{escape(cell.style)}"' if cell.style else ""
    return (
        f'<{prefix}c r="{cell.reference}"{style} t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">'
        f"{escape(text, quote=False)}</{prefix}t></{prefix}is></{prefix}c>"
    ).encode()


def _shared_edits(archive: Archive, texts: Mapping[int, str]) -> list[Edit]:
    edits: list[Edit] = []
    for rank, element in enumerate(_elements(archive, _SHARED, "si")):
        if (text := texts.get(rank)) is not None:
            prefix = element.prefix
            content = (
                f'<{prefix}si><{prefix}t xml:space="preserve">{escape(text, quote=False)}</{prefix}t></{prefix}si>'
            )
            edits.append(Edit(element.start, element.end, content.encode()))
    return edits


def _cells_of(archive: Archive, part: str) -> Iterator[_Cell]:
    row = column = 0
    for element in _elements(archive, part, "c"):
        reference = element.attributes.get("r", "")
        if element.row != row:
            row, column = element.row, -1
        column += 1
        shared = element.value.strip() if element.attributes.get("t") == "s" else ""
        yield _Cell(
            reference=reference.replace("$", "") or f"{column_letters(column)}{row}",
            style=element.attributes.get("s", ""),
            prefix=element.prefix,
            shared=int(shared) if shared.isascii() and shared.isdigit() else None,
            start=element.start,
            end=element.end,
        )


@dataclass(slots=True, kw_only=True)
class _Element:
    prefix: str
    attributes: Mapping[str, str]
    row: int
    start: int
    end: int = 0
    value: str = ""


@dataclass(slots=True)
class _Spotter:
    """Notes where each element of one name begins and ends, in bytes. Its end is where the next event begins."""

    parser: expat.XMLParserType
    name: str
    row: int = 0
    in_value: bool = False
    current: _Element | None = None
    closed: _Element | None = None
    done: list[_Element] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._settle()
        prefix, colon, name = tag.rpartition(":")
        if name == "row":
            written = attributes.get("r", "")
            self.row = int(written) if written.isascii() and written.isdigit() else self.row + 1
        elif name == self.name and self.current is None:
            place = self.parser.CurrentByteIndex
            self.current = _Element(prefix=prefix + colon, attributes=attributes, row=self.row, start=place)
        elif name == "v":
            self.in_value = True

    def end(self, tag: str) -> None:
        self._settle()
        name = tag.rpartition(":")[2]
        if name == "v":
            self.in_value = False
        elif name == self.name and self.current is not None:
            self.closed, self.current = self.current, None

    def text(self, characters: str) -> None:
        self._settle()
        if self.in_value and self.current is not None:
            self.current.value += characters

    def other(self, _: str) -> None:
        self._settle()

    def _settle(self) -> None:
        if self.closed is not None:
            self.closed.end = self.parser.CurrentByteIndex
            self.done.append(self.closed)
            self.closed = None


def _elements(archive: Archive, part: str, name: str) -> Iterator[_Element]:
    """The elements of one name, in order. The part was read before: it is well formed, in UTF-8."""
    parser = expat.ParserCreate()
    spotter = _Spotter(parser, name)
    parser.StartElementHandler = spotter.start
    parser.EndElementHandler = spotter.end
    parser.CharacterDataHandler = spotter.text
    parser.DefaultHandler = spotter.other
    for block in archive.blocks(part):
        parser.Parse(block, False)
        yield from spotter.done
        spotter.done.clear()
    parser.Parse(b"", True)
    yield from spotter.done


def _write(packed: zipfile.ZipFile, output: Path, edits: Mapping[str, list[Edit]]) -> None:
    with zipfile.ZipFile(output, "w") as copy:
        for member in packed.infolist():
            with packed.open(member) as read:
                # `open` fills the sizes and the sum of the copy in: the entry is its own.
                entry = zipfile.ZipInfo(member.filename, member.date_time)
                entry.compress_type = member.compress_type
                entry.external_attr = member.external_attr
                with copy.open(entry, "w", force_zip64=member.file_size > 1 << 30) as written:
                    for piece in _patched(
                        iter(lambda: read.read(1 << 16), b""), edits.get(_plain(member.filename), [])
                    ):
                        written.write(piece)


def _plain(name: str) -> str:
    return name.lstrip("/").lower()


def _patched(blocks: Iterable[bytes], edits: Iterable[Edit]) -> Iterator[bytes]:
    """The bytes of a part, each edit put in the place of what it replaces."""
    waiting = iter(sorted(edits))
    edit = next(waiting, None)
    place = 0
    for block in blocks:
        end = place + len(block)
        while edit is not None and edit.start < end:
            if place < edit.start:
                yield block[: edit.start - place]
                block, place = block[edit.start - place :], edit.start
            if edit.end > end:
                block, place = b"", end
                break
            yield edit.content
            block, place = block[edit.end - place :], edit.end
            edit = next(waiting, None)
        if block:
            yield block
        place = end
