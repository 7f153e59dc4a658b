"""The small parts of a workbook that its sheets refer to: names of sheets, shared texts, formats of dates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from palier.foundation.tabular.archive import Archive, BrokenWorkbook, WorkbookBomb
from palier.foundation.tabular.limits import Limits
from palier.foundation.tabular.markup import consume

# Number formats that Excel reserves for dates and times, and their East Asian twins (ECMA-376, 18.8.30).
DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
FORMAT_NOISE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: the name on its tab and the part of the archive that holds it."""

    name: str
    part: str


@dataclass(slots=True)
class _WorkbookHandler:
    sheets: list[tuple[str, str]] = field(default_factory=list)
    starts_in_1904: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet":
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((attributes.get("name", ""), relation))
        elif tag == "workbookPr":
            self.starts_in_1904 = attributes.get("date1904", "0") in {"1", "true"}

    def end(self, tag: str) -> None: ...

    def text(self, characters: str) -> None: ...


@dataclass(slots=True)
class _RelationsHandler:
    worksheets: dict[str, str] = field(default_factory=dict)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            self.worksheets[attributes.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    def end(self, tag: str) -> None: ...

    def text(self, characters: str) -> None: ...


@dataclass(slots=True)
class _StylesHandler:
    codes: dict[int, str] = field(default_factory=dict)
    formats: list[int] = field(default_factory=list)
    inside: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt":
            self.codes[_number(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self.inside = True
        elif tag == "xf" and self.inside:
            self.formats.append(_number(attributes.get("numFmtId", "")))

    def end(self, tag: str) -> None:
        if tag == "cellXfs":
            self.inside = False

    def text(self, characters: str) -> None: ...


@dataclass(slots=True)
class _SharedTextHandler:
    texts: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    in_text: bool = False
    in_phonetic: bool = False

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        if tag == "t":
            self.in_text = True
        elif tag == "rPh":
            self.in_phonetic = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self.in_text = False
        elif tag == "rPh":
            self.in_phonetic = False
        elif tag == "si":
            self.texts.append("".join(self.pieces))
            self.pieces.clear()

    def text(self, characters: str) -> None:
        if self.in_text and not self.in_phonetic:
            self.pieces.append(characters)


def sheets_of(archive: Archive) -> tuple[tuple[Sheet, ...], bool]:
    """The sheets in the order of their tabs, and whether the workbook counts its days from 1904."""
    workbook = _WorkbookHandler()
    consume(archive, "xl/workbook.xml", workbook)
    relations = _RelationsHandler()
    consume(archive, "xl/_rels/workbook.xml.rels", relations)
    sheets = tuple(
        Sheet(name=name, part=relations.worksheets[relation])
        for name, relation in workbook.sheets
        if relation in relations.worksheets
    )
    if not sheets:
        raise BrokenWorkbook(name=archive.name, detail="aucune feuille de calcul")
    return sheets, workbook.starts_in_1904


def shared_texts_of(archive: Archive, limits: Limits) -> list[str]:
    """Texts that cells refer to by number."""
    part = "xl/sharedStrings.xml"
    if not archive.has(part):
        return []
    if archive.size(part) > limits.shared_text_bytes:
        raise WorkbookBomb(name=archive.name, detail=f"{archive.size(part) // 1_000_000} Mo de textes")
    handler = _SharedTextHandler()
    consume(archive, part, handler)
    return handler.texts


def date_styles_of(archive: Archive) -> frozenset[int]:
    """The numbers of the cell styles that show a date."""
    if not archive.has("xl/styles.xml"):
        return frozenset()
    handler = _StylesHandler()
    consume(archive, "xl/styles.xml", handler)
    return frozenset(
        style
        for style, number in enumerate(handler.formats)
        if number in DATE_FORMATS or _shows_a_date(handler.codes.get(number, ""))
    )


def _shows_a_date(code: str) -> bool:
    return bool(re.search(r"[dymhs]", FORMAT_NOISE.sub("", code.partition(";")[0]).lower().replace("general", "")))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
