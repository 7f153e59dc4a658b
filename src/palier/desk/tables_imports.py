"""The records of a file as they are looked at: their cells, their verdict, what was found in each cell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from palier.foundation.queries import Finding, RecordRow
from palier.foundation.tabular.outcome import REASON_COLUMN
from palier.web.components import Tag, Tone
from palier.web.tables import Column, Filter, Table

_TONES = {"CREATE": Tone.OK, "UPDATE": Tone.INFO, "UNCHANGED": Tone.NEUTRAL, "REFUSED": Tone.BAD}


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLine:
    """One cell: its column, what it says, and what was found in it."""

    column: str
    value: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One record: where it stands in the file, its verdict, the cells in question, the others folded."""

    line: int
    key: str
    tag: Tag
    about: tuple[Finding, ...]
    questioned: tuple[CellLine, ...]
    others: tuple[CellLine, ...]


def record_line(record: RecordRow, verdicts: Mapping[str, str]) -> RecordLine:
    """The record as it is looked at. A remark that names no column of the file is about the whole record."""
    cells = [
        CellLine(
            column=column,
            value=str(value),
            findings=tuple(finding for finding in record.findings if finding.column == column),
        )
        for column, value in record.cells.items()
    ]
    return RecordLine(
        line=record.line,
        key=record.key.replace("|", " · "),
        tag=Tag(label=verdicts[record.verdict].capitalize(), tone=_TONES[record.verdict]),
        about=tuple(finding for finding in record.findings if finding.column not in record.cells),
        questioned=tuple(cell for cell in cells if cell.findings),
        others=tuple(cell for cell in cells if not cell.findings and cell.value),
    )


def errors_table(columns: tuple[str, ...] = ()) -> Table[RecordRow]:
    """The refused records as they came, with the reasons in a last column: corrected, the file is given again."""
    return Table[RecordRow](
        code="refus",
        caption="Lignes refusées",
        default_sort="ligne",
        filters=(Filter(code="verdict", label="Verdict"), Filter(code="remarques", label="Remarques")),
        columns=(
            *(Column[RecordRow](code=name, label=name, value=_cell(name), fixed=True) for name in columns),
            Column(code="raison", label=REASON_COLUMN, value=_reasons, fixed=True),
        ),
    )


def _cell(name: str) -> Callable[[RecordRow], str]:
    return lambda record: str(record.cells.get(name, ""))


def _reasons(record: RecordRow) -> str:
    return " ; ".join(
        f"{finding.column} : {finding.reason}" if finding.column else finding.reason
        for finding in record.findings
        if finding.hard
    )
