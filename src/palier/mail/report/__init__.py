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
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import typst

from palier.estate.logo import logo_digest
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
    """Whose report it is, as printed at its top. `logo`: its drawing (palier.estate.logo), or empty."""

    name: str
    address: tuple[str, ...]
    logo: str = ""


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
class Run:
    """Words set in one way. `is_break`: the line ends there."""

    text: str
    bold: bool = False
    italic: bool = False
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class Rich:
    """A paragraph some words of which are in bold or in italic."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class RichItems:
    """A list of such sentences; numbered when their order counts."""

    items: tuple[tuple[Run, ...], ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """An address: lines that follow each other."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and what they say."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its columns, their relative widths, those aligned on the right (figures), its rows.

    `row_mm`: the height of a row where a hand writes; 0 for one as high as what it holds.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    figures: frozenset[int] = frozenset()
    row_mm: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """What must not be missed: a title and a paragraph in a frame."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins a page."""


@dataclass(frozen=True, slots=True)
class Together:
    """What must not be cut by the end of a page: short enough to hold on one."""

    blocks: "tuple[Block, ...]"


Block: TypeAlias = Heading | Text | Items | Rich | RichItems | Lines | Facts | Grid | Notice | NewPage | Together


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
            "bailleur": {
                "nom": self.sender.name,
                "adresse": list(self.sender.address),
                **({"logo": logo_digest(self.sender.logo)} if self.sender.logo else {}),
            },
            "destinataire": list(self.recipient),
            "blocs": [_drawn(block) for block in self.blocks],
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def render_report(report: Report) -> bytes:
    """The PDF, PDF/A-3a and PDF/UA-1. Raises CharacterNotPrintable or ReportFailed."""
    return render_frozen_report(report.canonical(), logo=report.sender.logo)


def logo_named_in(raw: bytes) -> str:
    """The digest of the logo that a report's canonical bytes name; empty when they name none."""
    named: str = json.loads(raw)["bailleur"].get("logo", "")
    return named


def render_frozen_report(raw: bytes, *, logo: str = "") -> bytes:
    """The PDF of a report whose canonical bytes were kept: printed and attached as they are.

    `logo`: the drawing that the data name by its digest. Raises CharacterNotPrintable or ReportFailed.
    """
    document = raw.decode("utf-8")
    refuse_undrawable_json(document)
    said = json.loads(document)
    if logo_digest(logo) != said["bailleur"].get("logo", ""):
        raise ReportFailed(number=said["numero"], reason="son logo n’est pas celui que ses données nomment")
    quoted, drawn = (text.replace("\\", "\\\\").replace('"', '\\"') for text in (document, logo))
    source = f'#import "/mail/report/rapport.typ": report\n#report("{quoted}", logo: "{drawn}")\n'
    try:
        with _one_at_a_time:
            pdf = _compiler().compile(
                input=source.encode("utf-8"),
                format="pdf",
                pdf_standards=_STANDARDS,
                timestamp=datetime.combine(date.fromisoformat(said["emis_le"]), time(12), tzinfo=UTC),
            )
    except typst.TypstError as error:
        raise ReportFailed(number=said["numero"], reason=error.message) from error
    if not isinstance(pdf, bytes):
        raise ReportFailed(number=said["numero"], reason="le moteur n’a rien rendu")
    return pdf


@cache
def report_template() -> str:
    """The digest of the templates and fonts that turn a report's data into its page (sha256, hexadecimal)."""
    whole = sha256()
    folder = Path(__file__).parent
    for file in sorted((*folder.glob("*.typ"), *(folder.parent / "typst").glob("palier.typ"), *FONTS.glob("*.otf"))):
        whole.update(f"{file.name} {sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


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
        case Rich(runs):
            return {"genre": "riche", "suite": _runs(runs)}
        case RichItems(rich, is_numbered):
            return {"genre": "liste_riche", "numerotee": is_numbered, "elements": [_runs(item) for item in rich]}
        case Lines(lines):
            return {"genre": "adresse", "lignes": [_set(line) for line in lines]}
        case Facts(pairs):
            return {"genre": "faits", "paires": [[_set(label), _set(value)] for label, value in pairs]}
        case Grid(columns, rows, widths, figures, row_mm):
            return {
                "genre": "tableau",
                "colonnes": list(columns),
                "largeurs": list(widths or (1,) * len(columns)),
                "alignements": ["droite" if rank in figures else "gauche" for rank in range(len(columns))],
                "lignes": [[_set(cell) for cell in row] for row in rows],
                **({"hauteur": row_mm} if row_mm else {}),
            }
        case Notice(title, text):
            return {"genre": "encart", "titre": _set(title), "texte": _set(text)}
        case NewPage():
            return {"genre": "page"}
        case Together(blocks):
            return {"genre": "ensemble", "blocs": [_drawn(each) for each in blocks]}


def _runs(runs: tuple[Run, ...]) -> "list[Json]":
    return [{"texte": _set(run.text), "gras": run.bold, "italique": run.italic, "saut": run.is_break} for run in runs]


def _set(text: str) -> str:
    return printable(typeset(text))
