"""A CSV file copied with some cells changed, every other byte as it was: separators, quotes, line ends."""

from collections.abc import Iterator
from pathlib import Path

from palier.screening.audit.erasing import Change, erased
from palier.screening.audit.source import RawRecord, Source, cell_span, raw_records
from palier.screening.audit.worklist import Item

_BOM = b"\xef\xbb\xbf"


def write_csv_copy(source: Source, items: Iterator[Item], output: Path, *, whole: bool) -> Iterator[Change]:
    """Write the copy, giving each flagged comment as it goes by."""
    records = raw_records(source)
    has_mark = source.codec == "utf-8-sig" and _has_mark(source.path)
    codec = "utf-8" if source.codec == "utf-8-sig" else source.codec
    item = next(items, None)
    with output.open("wb") as stream:
        stream.write(_BOM if has_mark else b"")
        stream.write(next(records).raw.encode(codec))
        row = 0
        for record in records:
            row += any(cell.strip() for cell in record.cells)
            if item is None or row != item.row:
                stream.write(record.raw.encode(codec))
                continue
            before = record.cells[source.places.comment]
            after = erased(before, item, whole=whole)
            stream.write(_with_cell(record, source, before, after).encode(codec))
            yield Change(item=item, before=before, after=after)
            item = next(items, None)


def _with_cell(record: RawRecord, source: Source, before: str, after: str) -> str:
    if before == after:
        return record.raw
    start, end = cell_span(record.raw, source.places.comment, source.delimiter)
    cell = f'"{after.replace(chr(34), chr(34) * 2)}"' if record.raw[start : start + 1] == '"' else after
    return record.raw[:start] + cell + record.raw[end:]


def _has_mark(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(_BOM)) == _BOM
