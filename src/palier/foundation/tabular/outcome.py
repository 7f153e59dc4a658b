"""What an import did, counted so that nothing is lost: read = created + updated + unchanged + refused."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from palier.foundation.errors import Refusal
from palier.foundation.home import closed_to_others
from palier.foundation.tabular.checking import Remark, Severity
from palier.foundation.tabular.records import Record
from palier.foundation.tabular.writing import harmless

REASON_COLUMN = "motif_du_refus"
# What the file given back adds to the columns that came.
GIVEN_BACK = frozenset({"occurrence", REASON_COLUMN})


class Verdict(StrEnum):
    """What becomes of one record."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"


class ErrorFileNotWritten(Refusal):
    """Le fichier « {name} » ne peut pas être écrit ({reason}) : indiquez un autre emplacement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRecord:
    """A record to give back: its cells as they came, and the reasons."""

    line: int
    cells: tuple[str, ...]
    reasons: tuple[str, ...]
    occurrence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRecord:
    """A record with its verdict, for the person who looks before accepting."""

    record: Record
    verdict: Verdict
    key: str
    remarks: tuple[Remark, ...]
    occurrence: int = 0


@dataclass(slots=True, kw_only=True)
class Outcome:
    """The count of one import, in records. `added` counts what the accepted records brought (dwellings, leases).

    With `keeps_records`, every record is kept with its verdict: a look on screen needs them, a command does not.
    """

    header: tuple[str, ...] = ()
    keeps_records: bool = False
    judged: list[JudgedRecord] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    added: int = 0
    left_aside: int = 0
    remarks: list[Remark] = field(default_factory=list)
    refused_records: list[RefusedRecord] = field(default_factory=list)
    file_warnings: tuple[str, ...] = ()

    @property
    def refused(self) -> int:
        return len(self.refused_records)

    @property
    def read(self) -> int:
        return self.created + self.updated + self.unchanged + self.refused

    @property
    def refusals(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.severity is Severity.HARD]

    @property
    def warnings(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.severity is Severity.SOFT]

    def accept(
        self, record: Record, verdict: Verdict, remarks: Sequence[Remark], *, key: str, occurrence: int = 0
    ) -> None:
        """Count one accepted record; its soft remarks are kept."""
        if verdict is Verdict.CREATE:
            self.created += 1
        elif verdict is Verdict.UPDATE:
            self.updated += 1
        elif verdict is Verdict.UNCHANGED:
            self.unchanged += 1
        else:
            raise ValueError("a refused record goes through refuse()")
        self._keep(record, verdict, remarks, key=key, occurrence=occurrence)

    def refuse(self, record: Record, remarks: Sequence[Remark], *, key: str = "", occurrence: int = 0) -> None:
        """Keep a refused record with every remark made on it."""
        reasons = tuple(
            f"{remark.column} : {remark.reason}" if remark.column else remark.reason
            for remark in remarks
            if remark.severity is Severity.HARD
        )
        kept = RefusedRecord(line=record.line, cells=record.cells, reasons=reasons, occurrence=occurrence)
        self.refused_records.append(kept)
        self._keep(record, Verdict.REFUSED, remarks, key=key, occurrence=occurrence)

    def _keep(self, record: Record, verdict: Verdict, remarks: Sequence[Remark], *, key: str, occurrence: int) -> None:
        self.remarks.extend(remarks)
        if self.keeps_records:
            judged = JudgedRecord(
                record=record, verdict=verdict, key=key, remarks=tuple(remarks), occurrence=occurrence
            )
            self.judged.append(judged)


def write_refused_records(outcome: Outcome, path: Path) -> None:
    """Write the refused records, in the columns that are read, with the reasons in a last column: correct it, import
    it again. A cell that a spreadsheet would run stands behind an apostrophe.

    The column `occurrence` keeps the rank of a record among its twins, which it would lose outside its file.
    """
    # A column without a name is read by nothing, and may hold anything.
    kept = [index for index, name in enumerate(outcome.header) if name and name not in GIVEN_BACK]
    try:
        with open(path, "w", encoding="utf-8-sig", newline="", opener=closed_to_others) as stream:
            writer = csv.writer(stream, delimiter=";")
            writer.writerow([*(harmless(outcome.header[index]) for index in kept), "occurrence", REASON_COLUMN])
            for record in outcome.refused_records:
                cells = [record.cells[index] if index < len(record.cells) else "" for index in kept]
                told = (*cells, str(record.occurrence or ""), " ; ".join(record.reasons))
                writer.writerow([harmless(text) for text in told])
    except OSError as closed:
        raise ErrorFileNotWritten(name=path.name, reason="dossier absent, droit refusé ou disque plein") from closed
