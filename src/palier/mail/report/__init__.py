"""A report as an accessible PDF: headings, sentences, facts and tables, with their data attached.

Data first, as for a notice: the same report always gives the same bytes. Nothing in it is markup: texts are drawn as
they are, and a character that the font cannot draw is refused.
"""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TypeAlias

import typst

from palier.foundation.errors import Refusal
from palier.foundation.text import typeset
from palier.mail.glyphs import FONTS, printable, refuse_undrawable_json

# The reports' template imports the documents' own look: both lie under the package.
_ROOT = Path(__file__).parents[2]
_STANDARDS: "typst.PDFStandards" = ["a-3a", "ua-1"]
_one_at_a_time = threading.Lock()

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


class ReportFailed(Refusal):
    """Le document {number} n’a pas pu être mis en page : {reason}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose report it is, as printed at its top."""

    name: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 or 2 below the report's own title."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of short sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and what they say."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its columns, their relative widths, those aligned on the right (figures), its rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    figures: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Notice:
    """What must not be missed: a title and a paragraph in a frame."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins a page."""


Block: TypeAlias = Heading | Text | Items | Facts | Grid | Notice | NewPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is printed. `stamp` is said at the top of every page: « EXERCICE », for a rehearsal.

    `recipient`: the lines of a letter's address, for a window envelope (palier.mail.address); empty otherwise.
    """

    number: str
    title: str
    issued_on: date
    sender: Sender
    blocks: Sequence[Block]
    subtitle: str = ""
    stamp: str = ""
    recipient: tuple[str, ...] = ()

    def canonical(self) -> bytes:
        """The report's data as JSON bytes: keys sorted, no space; those that are attached."""
        document: Json = {
            "numero": self.number,
            "titre": _set(self.title),
            "sous-titre": _set(self.subtitle),
            "tampon": self.stamp,
            "emis_le": self.issued_on.isoformat(),
            "bailleur": {"nom": self.sender.name, "adresse": list(self.sender.address)},
            "destinataire": list(self.recipient),
            "blocs": [_drawn(block) for block in self.blocks],
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def render_report(report: Report) -> bytes:
    """The PDF, PDF/A-3a and PDF/UA-1. Raises CharacterNotPrintable or ReportFailed."""
    document = report.canonical().decode("utf-8")
    refuse_undrawable_json(document)
    quoted = document.replace("\\", "\\\\").replace('"', '\\"')
    source = f'#import "/mail/report/rapport.typ": report\n#report("{quoted}")\n'
    try:
        with _one_at_a_time:
            pdf = _compiler().compile(
                input=source.encode("utf-8"),
                format="pdf",
                pdf_standards=_STANDARDS,
                timestamp=datetime.combine(report.issued_on, time(12), tzinfo=UTC),
            )
    except typst.TypstError as error:
        raise ReportFailed(number=report.number, reason=error.message) from error
    if not isinstance(pdf, bytes):
        raise ReportFailed(number=report.number, reason="le moteur n’a rien rendu")
    return pdf


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(root=str(_ROOT), font_paths=fonts)


def _drawn(block: Block) -> Json:
    match block:
        case Heading(text, level):
            return {"genre": "titre", "niveau": level, "texte": _set(text)}
        case Text(text):
            return {"genre": "texte", "texte": _set(text)}
        case Items(items):
            return {"genre": "liste", "elements": [_set(item) for item in items]}
        case Facts(pairs):
            return {"genre": "faits", "paires": [[_set(label), _set(value)] for label, value in pairs]}
        case Grid(columns, rows, widths, figures):
            return {
                "genre": "tableau",
                "colonnes": list(columns),
                "largeurs": list(widths or (1,) * len(columns)),
                "alignements": ["droite" if rank in figures else "gauche" for rank in range(len(columns))],
                "lignes": [[_set(cell) for cell in row] for row in rows],
            }
        case Notice(title, text):
            return {"genre": "encart", "titre": _set(title), "texte": _set(text)}
        case NewPage():
            return {"genre": "page"}


def _set(text: str) -> str:
    return printable(typeset(text))
