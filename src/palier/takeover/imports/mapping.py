"""An old suite's own file, read under our headers: its columns renamed, its codes translated, by a saved mapping."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from palier.foundation.errors import Refusal
from palier.foundation.tabular.records import Record, Table
from palier.foundation.text import fold

# In place of a column of theirs: ours is the same on every line (a file of balances has no column that says so).
ALWAYS = "*"


class MappedColumnMissing(Refusal):
    """La correspondance attend la colonne « {theirs} », absente du fichier : vérifiez la version de la
    correspondance. Colonnes présentes : {present}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of theirs and ours. `column` is our column whose codes are translated; empty for the header."""

    column: str
    theirs: str
    ours: str


def translated(table: Table, words: tuple[Word, ...]) -> Table:
    """The table under our headers. Columns of ours that the mapping does not name keep their own name.

    Raises MappedColumnMissing.
    """
    names = {fold(word.theirs): word.ours for word in words if not word.column}
    always = {word.column: word.ours for word in words if word.column and word.theirs == ALWAYS}
    codes: dict[str, dict[str, str]] = {}
    for word in words:
        if word.column and word.theirs != ALWAYS:
            codes.setdefault(word.column, {})[fold(word.theirs)] = word.ours
    present = {fold(name) for name in table.header}
    for word in words:
        if not word.column and fold(word.theirs) not in present:
            raise MappedColumnMissing(theirs=word.theirs, present=", ".join(table.header)[:300])
    header = (*(names.get(fold(name), name) for name in table.header), *always)
    columns = {name: index for index, name in enumerate(header)}
    records = _records(table.records, columns, codes, tuple(always.values()), len(table.header))
    return replace(table, header=header, columns=columns, records=records)


def _records(
    records: Iterator[Record],
    columns: Mapping[str, int],
    codes: Mapping[str, Mapping[str, str]],
    always: tuple[str, ...],
    width: int,
) -> Iterator[Record]:
    places = [(columns[name], known) for name, known in codes.items() if name in columns]
    for record in records:
        cells = [*record.cells[:width], *[""] * (width - len(record.cells)), *always]
        for index, known in places:
            cells[index] = known.get(fold(cells[index].strip()), cells[index])
        yield replace(record, cells=tuple(cells), columns=columns)
