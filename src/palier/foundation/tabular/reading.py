"""The one door to an outside table: a path in, a streaming table out, or a French sentence."""

from pathlib import Path

from palier.foundation.tabular.delimited import read_delimited
from palier.foundation.tabular.limits import USUAL, Limits
from palier.foundation.tabular.recognise import recognise
from palier.foundation.tabular.records import Table, TableKind
from palier.foundation.tabular.workbook import read_workbook


def open_table(path: Path, *, sheet: str = "", limits: Limits = USUAL) -> Table:
    """Open a CSV or XLSX file, recognised by content. Raises a Refusal that says what to do for anything else."""
    if recognise(path, limits) is TableKind.XLSX:
        return read_workbook(path, limits, sheet)
    return read_delimited(path, limits)
