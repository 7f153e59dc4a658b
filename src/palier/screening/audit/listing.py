"""The lists of an audit as CSV files: figures for the board; work lists for the few who hold the texts anyway."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from palier.foundation.tabular.writing import harmless
from palier.screening.audit.figures import Figures
from palier.screening.audit.rules import Shown
from palier.screening.audit.scanning import BlockJson, read_blocks, sample_of
from palier.screening.audit.words import CATEGORIES, SEVERITIES

WORKLIST = "a_relire.csv"
TEXTS = "textes_a_relire.csv"
SAMPLE = "echantillon.csv"
ASIDE = "lignes_ecartees.csv"
FIGURES = "chiffres.csv"
ANSWER = "à signaler ? (oui/non)"
DECISION = "décision (garder)"
WORKLIST_HEADER = ("rang", "ligne", "début", "fin", "catégorie", "gravité", "terme", DECISION)
SAMPLE_HEADER = ("rang", "ligne", "texte", ANSWER)
_UNLISTED_FIGURES = (
    ("rows", "Lignes lues"),
    ("comments", "Commentaires"),
    ("empty", "Commentaires vides"),
    ("aside", "Lignes écartées"),
    ("flagged", "Commentaires signalés"),
    ("blocked", "dont à effacer"),
    ("warned", "dont à vérifier"),
    ("average", "Longueur moyenne"),
    ("longest", "Plus long"),
)

Cell = int | str


class RowWriter(Protocol):
    """What `csv.writer` gives."""

    def writerow(self, row: Iterable[Cell], /) -> object: ...

    def writerows(self, rows: Iterable[Iterable[Cell]], /) -> object: ...


@contextmanager
def private_table(path: Path, header: Iterable[str]) -> Iterator[RowWriter]:
    """A CSV file for a French spreadsheet, that only the account of the audit reads."""
    path.touch(mode=0o600, exist_ok=False)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(header)
        yield writer


def write_lists(blocks: Path, folder: Path, *, sample_size: int) -> int:
    """The work list, its texts, the sample and the rows that could not be read; the last key of the draw."""
    with (
        private_table(folder / WORKLIST, WORKLIST_HEADER) as worklist,
        private_table(folder / TEXTS, ("rang", "ligne", "texte")) as texts,
        private_table(folder / ASIDE, ("ligne", "motif")) as aside,
    ):
        for block in read_blocks(blocks):
            worklist.writerows(_findings(block))
            texts.writerows((row, line, harmless(text)) for row, line, text in block["texts"])
            aside.writerows((line, reason) for line, reason in block["aside"])
    drawn = sample_of(blocks, sample_size)
    with private_table(folder / SAMPLE, SAMPLE_HEADER) as sample:
        sample.writerows((row, line, harmless(text), "") for _, row, line, text in drawn)
    return drawn[-1][0] if drawn else 0


def write_figures(figures: Figures, path: Path) -> None:
    """The figures of the report, one a line: table, line, column, value."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(("tableau", "ligne", "colonne", "valeur"))
        writer.writerows(_figure_rows(figures))


def _findings(block: BlockJson) -> Iterator[tuple[Cell, ...]]:
    for row, line, start, end, category, severity, term in block["findings"]:
        yield row, line, start, end, CATEGORIES[category], SEVERITIES[severity], harmless(term), ""


def _figure_rows(figures: Figures) -> Iterator[tuple[str, str, str, Shown]]:
    values: dict[str, Shown] = {
        "rows": figures["rows"],
        "comments": figures["comments"],
        "empty": figures["empty"],
        "aside": figures["aside"],
        "flagged": figures["flagged"],
        "blocked": figures["blocked"],
        "warned": figures["warned"],
        "average": figures["average"],
        "longest": figures["longest"],
    }
    for name, label in _UNLISTED_FIGURES:
        yield "Ensemble", label, "nombre", values[name]
    for category in figures["categories"]:
        yield "Catégories", category["label"], "commentaires signalés", category["flagged"]
    for table, groups in (("Années", figures["years"]), ("Sites", figures["sites"])):
        for group in groups:
            yield table, harmless(group["label"]), "commentaires", group["comments"]
            yield table, harmless(group["label"]), "commentaires signalés", group["flagged"]
    for year, counts in figures["crossed"].items():
        for code, count in counts.items():
            yield "Années et catégories", year, CATEGORIES[code], count
    if authors := figures["authors"]:
        yield "Auteurs", "Auteurs", "nombre", authors["authors"]
        yield "Auteurs", "Auteurs d’un commentaire signalé", "nombre", authors["flagged"]
        yield "Auteurs", "Auteurs de la moitié des commentaires signalés", "nombre", authors["half"]
    if review := figures["review"]:
        yield "Relecture", "Non signalés relus", "nombre", review["read"]
        yield "Relecture", "Oublis trouvés", "nombre", review["missed"]
        yield "Relecture", "Taux d’oubli à 95 %", "borne basse", review["low"]
        yield "Relecture", "Taux d’oubli à 95 %", "borne haute", review["high"]
