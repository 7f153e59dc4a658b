"""Columns that nothing reads: left at the door, with the numbers, comments and names that an old suite puts there."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from palier.foundation.tabular.outcome import GIVEN_BACK
from palier.foundation.tabular.records import Record, Table

_NAMED: Final = 10


def only(table: Table, read: Collection[str]) -> Table:
    """The table without the columns that are not in `read`; a warning of the file names them.

    The cells left are where they were: a workbook's B12 is still B12.
    """
    aside = [name for name in table.header if name and name not in read and name not in GIVEN_BACK]
    columns = {name: index for name, index in table.columns.items() if name in read}
    return replace(
        table,
        header=tuple(name if name in columns else "" for name in table.header),
        columns=columns,
        records=_records(table.records, columns),
        warnings=(*table.warnings, _told(aside)) if aside else table.warnings,
    )


def _records(records: Iterator[Record], columns: Mapping[str, int]) -> Iterator[Record]:
    places = frozenset(columns.values())
    for record in records:
        cells = tuple(cell if index in places else "" for index, cell in enumerate(record.cells))
        yield replace(record, cells=cells, columns=columns)


def _told(aside: list[str]) -> str:
    named = ", ".join(f"«\u00a0{name[:60]}\u00a0»" for name in aside[:_NAMED])
    more = f" et {len(aside) - _NAMED} autres" if len(aside) > _NAMED else ""
    return f"Colonnes que rien ne lit, laissées de côté\u00a0: {named}{more}. Leur contenu n’est gardé nulle part."
