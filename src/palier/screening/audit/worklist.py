"""The work list read back: what is to be erased in each comment, and what a person decided to keep."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from palier.foundation.errors import Refusal
from palier.foundation.tabular.delimited import delimiter_of, encoding_of
from palier.screening.audit.folder import AuditCard
from palier.screening.audit.listing import DECISION, WORKLIST, WORKLIST_HEADER
from palier.screening.audit.rules import Span
from palier.screening.audit.source import WHOLE
from palier.screening.audit.words import CATEGORIES

_CODES = {label: code for code, label in CATEGORIES.items()}
_KEEP = frozenset({"garder", "oui", "x"})


class WorklistBroken(Refusal):
    """« {name} », ligne {line} : {reason}. Reprenez la liste écrite par l’audit, remplissez seulement sa dernière
    colonne et laissez les lignes dans leur ordre."""


class WorklistIncomplete(Refusal):
    """« {name} » donne {listed} commentaires à effacer, l’audit en a signalé {flagged} : pour en garder un, n’ôtez pas
    sa ligne, écrivez « garder » dans la dernière colonne."""


class WorklistNotThere(Refusal):
    """Il n’y a pas de « {name} » dans le dossier du rapport : remettez-y la liste écrite par l’audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One flagged comment: what goes, what a person keeps. `erased` empty: the comment stays as it is."""

    row: int
    line: int
    erased: tuple[Span, ...]
    kept: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    row: int
    line: int
    span: Span
    is_kept: bool


def items_of(report: Path) -> Iterator[Item]:
    """The flagged comments in the order of the file, one in memory at a time. Raises WorklistBroken."""
    for row, found in groupby(_findings_of(report / WORKLIST), key=lambda finding: finding.row):
        findings = list(found)
        yield Item(
            row=row,
            line=findings[0].line,
            erased=tuple(finding.span for finding in findings if not finding.is_kept),
            kept=tuple(finding.span for finding in findings if finding.is_kept),
        )


def refuse_incomplete(report: Path, card: AuditCard) -> None:
    """Refuse a list from which comments were taken off. Raises WorklistIncomplete."""
    listed = sum(1 for _ in items_of(report))
    if listed != card["flagged"]:
        raise WorklistIncomplete(name=WORKLIST, listed=listed, flagged=card["flagged"])


def _findings_of(path: Path) -> Iterator[_Finding]:
    if not path.is_file() or not path.stat().st_size:
        raise WorklistNotThere(name=path.name)
    with path.open(encoding=encoding_of(path).codec, newline="") as stream:
        delimiter = delimiter_of(stream, WHOLE)
        stream.seek(0)
        reader = csv.reader(stream, delimiter=delimiter)
        last = 0
        try:
            if tuple(next(reader, [])) != WORKLIST_HEADER:
                raise WorklistBroken(name=path.name, line=1, reason="les colonnes ne sont pas les siennes")
            for cells in reader:
                if not cells:
                    continue
                finding = _finding_of(path, cells, reader.line_num)
                if finding.row < last:
                    raise WorklistBroken(name=path.name, line=reader.line_num, reason="les lignes ont changé d’ordre")
                last = finding.row
                yield finding
        except csv.Error as broken:
            raise WorklistBroken(name=path.name, line=reader.line_num, reason="ligne mal découpée") from broken


def _finding_of(path: Path, cells: list[str], line: int) -> _Finding:
    numbers = cells[:4]
    if len(cells) < len(WORKLIST_HEADER) - 1 or not all(n.isascii() and n.isdigit() and len(n) < 16 for n in numbers):
        raise WorklistBroken(name=path.name, line=line, reason="un nombre manque")
    row, of_line, start, end = map(int, numbers)
    category = _CODES.get(cells[4])
    if category is None or start >= end:
        raise WorklistBroken(name=path.name, line=line, reason="catégorie ou position inconnue")
    decision = cells[7].strip().lower() if len(cells) > WORKLIST_HEADER.index(DECISION) else ""
    if decision and decision not in _KEEP:
        raise WorklistBroken(name=path.name, line=line, reason=f"décision « {decision[:20]} » inconnue")
    span = Span(start=start, end=end, categories=frozenset({category}))
    return _Finding(row=row, line=of_line, span=span, is_kept=bool(decision))
