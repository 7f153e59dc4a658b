"""From frozen data to PDF bytes: PDF/A-3a and PDF/UA-1, always the same bytes from the same data.

The date inside the PDF is the notice's own, never the clock's; the data are attached byte for byte; digests of the
template and the fonts, and the engine's version, are written in the keywords for whoever checks the document later.
"""

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

import typst

from palier.estate.logo import logo_digest
from palier.foundation.errors import Refusal
from palier.mail.glyphs import FONTS, refuse_undrawable_json
from palier.mail.notice import Notice
from palier.mail.payment_code import transfer_svg
from palier.mail.receipt import Receipt

TEMPLATES = Path(__file__).parent / "typst"
_STANDARDS: "typst.PDFStandards" = ["a-3a", "ua-1"]

# A compiler is one working set of caches: two threads in it would only wait for each other.
_one_at_a_time = threading.Lock()


class RenderingFailed(Refusal):
    """Le document {number} n’a pas pu être mis en page : {reason}."""


class LogoNotTheOneNamed(Refusal):
    """Le document {number} nomme un autre logo que celui qui est joint : sa page ne peut pas être refaite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeWith:
    """What turns data into bytes: change one and the bytes may change. Digests are sha256 in hexadecimal."""

    template: str
    fonts: str
    engine: str

    def keywords(self) -> tuple[str, str, str]:
        """How a PDF carries it."""
        return f"gabarit:{self.template}", f"polices:{self.fonts}", f"moteur:{self.engine}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A document's exact bytes and their digest (sha256, hexadecimal)."""

    pdf: bytes
    sha256: str


_SHARED = "palier.typ"
_IMPORTS: Final[Mapping[type[Notice | Receipt], str]] = {
    Notice: '#import "/avis-echeance.typ": notice\n',
    Receipt: '#import "/quittance.typ": receipt\n',
}


def made_with(kind: type[Notice | Receipt] = Notice) -> MadeWith:
    """The template, fonts and engine of this version of Palier, for one kind of document."""
    return _made_with("avis-echeance.typ" if kind is Notice else "quittance.typ")


@cache
def _made_with(template: str) -> MadeWith:
    return MadeWith(
        template=_digest(TEMPLATES / name for name in (_SHARED, template)),
        fonts=_digest(FONTS.glob("*.otf")),
        engine=f"typst-{version('typst')}+zxing-cpp-{version('zxing-cpp')}",
    )


def render(document: Notice | Receipt, *, logo: str = "") -> Rendered:
    """The PDF of a notice, of a quittance or a reçu.

    `logo`: the drawing that the landlord's data name by its digest, printed and attached. Raises CharacterNotPrintable,
    TransferAmountOutOfRange, LogoNotTheOneNamed or RenderingFailed.
    """
    return render_frozen(document, document.canonical(), logo=logo)


def render_frozen(document: Notice | Receipt, raw: bytes, *, logo: str = "") -> Rendered:
    """The PDF of a document whose canonical bytes are already at hand: they are printed and attached as they are."""
    pdf = _compiled(document, f"{_IMPORTS[type(document)]}{_call(document, raw, logo)}".encode())
    return Rendered(pdf=pdf, sha256=sha256(pdf).hexdigest())


def render_together(documents: Sequence[tuple[Notice | Receipt, bytes, str]]) -> bytes:
    """Many documents, each with its canonical bytes and its logo, one after the other in one compile: for a print lot.

    One that takes several pages is two that only name it there: its own PDF is to be bound. Raises as `render`. It
    proves nothing: the PDF of each document does.
    """
    kinds = dict.fromkeys(type(document) for document, _, _ in documents)
    calls = (_call(document, raw, logo, more=", together: true") for document, raw, logo in documents)
    return _compiled(documents[0][0], "".join((*(_IMPORTS[kind] for kind in kinds), *calls)).encode())


def _call(document: Notice | Receipt, raw: bytes, logo: str, more: str = "") -> str:
    data = raw.decode("utf-8")
    refuse_undrawable_json(data)
    if logo_digest(logo) != document.landlord.logo:
        raise LogoNotTheOneNamed(number=document.number)
    drawn = f", logo: {_literal(logo)}" if logo else ""
    keywords = ", ".join(_literal(word) for word in made_with(type(document)).keywords())
    if isinstance(document, Notice):
        return f"#notice({_literal(data)}, {_literal(transfer_svg(document))}, ({keywords}){drawn}{more})\n"
    return f"#receipt({_literal(data)}, ({keywords}){drawn}{more})\n"


def _compiled(document: Notice | Receipt, source: bytes) -> bytes:
    try:
        with _one_at_a_time:
            pdf = _compiler().compile(
                input=source,
                format="pdf",
                pdf_standards=_STANDARDS,
                timestamp=datetime.combine(document.issued_on, time(12), tzinfo=UTC),
            )
    except typst.TypstError as error:
        raise RenderingFailed(number=document.number, reason=error.message) from error
    if not isinstance(pdf, bytes):
        raise RenderingFailed(number=document.number, reason="le moteur n’a rien rendu")
    return pdf


@cache
def _compiler() -> typst.Compiler:
    """One for the whole process: it keeps the fonts and the evaluated template from one notice to the next."""
    # A notice is too small to share between threads: one process a core, and 5 % less waiting in each.
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(root=str(TEMPLATES), font_paths=fonts)


def _literal(text: str) -> str:
    """A Typst string. Only these two characters end or alter one, and canonical JSON holds no control character."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _digest(files: Iterable[Path]) -> str:
    whole = sha256()
    for file in sorted(files):
        whole.update(f"{file.name} {sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
