"""Comparing a copy with its source, both read anew: only cells of the work list may differ."""

from collections.abc import Iterator

from palier.foundation.errors import Refusal
from palier.foundation.tabular.reading import open_table
from palier.foundation.tabular.records import TableKind
from palier.screening.audit.source import WHOLE, Source, cell_span, raw_records
from palier.screening.audit.worklist import Item


class CopyDiffers(Refusal):
    """La copie n’est pas gardée : ligne {line}, elle diffère du fichier ailleurs que dans un commentaire à effacer. Le
    fichier a peut-être changé pendant le travail : recommencez."""


def refuse_other_changes(source: Source, copy: Source, items: Iterator[Item]) -> int:
    """How many comments differ. Raises CopyDiffers at the first difference that the work list does not ask for."""
    if source.kind is TableKind.XLSX:
        return _of_workbooks(source, copy, items)
    return _of_texts(source, copy, items)


def _of_texts(source: Source, copy: Source, items: Iterator[Item]) -> int:
    changed = row = 0
    item = next(items, None)
    both = zip(raw_records(source), raw_records(copy), strict=True)
    try:
        heads = next(both)
        if heads[0].raw != heads[1].raw:
            raise CopyDiffers(line=1)
        for old, new in both:
            row += any(cell.strip() for cell in old.cells)
            while item is not None and item.row < row:
                item = next(items, None)
            if old.raw == new.raw:
                continue
            spans = [cell_span(each.raw, source.places.comment, source.delimiter) for each in (old, new)]
            around = [(each.raw[:start], each.raw[end:]) for each, (start, end) in zip((old, new), spans, strict=True)]
            if around[0] != around[1] or item is None or item.row != row or not item.erased:
                raise CopyDiffers(line=old.line)
            changed += 1
    except ValueError as shorter:
        raise CopyDiffers(line=copy.lines) from shorter
    return changed


def _of_workbooks(source: Source, copy: Source, items: Iterator[Item]) -> int:
    changed = 0
    asked = {item.row for item in items if item.erased}
    place = source.places.comment
    tables = [open_table(each.path, sheet=source.sheet, limits=WHOLE) for each in (source, copy)]
    try:
        for old, new in zip(tables[0].records, tables[1].records, strict=True):
            if old.cells == new.cells and old.line == new.line:
                continue
            others = [(each.cells[:place], each.cells[place + 1 :], each.line) for each in (old, new)]
            if others[0] != others[1] or old.number not in asked:
                raise CopyDiffers(line=old.line)
            changed += 1
    except ValueError as shorter:
        raise CopyDiffers(line=copy.lines) from shorter
    return changed
