"""From frozen data to PDF bytes: PDF/A-3a and PDF/UA-1, always the same bytes from the same data.

The date inside the PDF is the notice's own, never the clock's; the data are attached byte for byte; digests of the
template and the fonts, and the engine's version, are written in the keywords for whoever checks the document later.
"""

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import typst

from palier.foundation.errors import Refusal
from palier.mail.glyphs import FONTS, refuse_undrawable_json
from palier.mail.notice import Notice
from palier.mail.payment_code import transfer_svg

TEMPLATES = Path(__file__).parent / "typst"
_STANDARDS: "typst.PDFStandards" = ["a-3a", "ua-1"]

# A compiler is one working set of caches: two threads in it would only wait for each other.
_one_at_a_time = threading.Lock()


class RenderingFailed(Refusal):
    """L’avis {number} n’a pas pu être mis en page : {reason}."""


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
class RenderedNotice:
    """A notice's exact bytes and their digest (sha256, hexadecimal)."""

    pdf: bytes
    sha256: str


@cache
def made_with() -> MadeWith:
    """The template, fonts and engine of this version of Palier."""
    return MadeWith(
        template=_digest(TEMPLATES.glob("*.typ")),
        fonts=_digest(FONTS.glob("*.otf")),
        engine=f"typst-{version('typst')}+zxing-cpp-{version('zxing-cpp')}",
    )


def render(notice: Notice) -> RenderedNotice:
    """The PDF of a notice. Raises CharacterNotPrintable, TransferAmountOutOfRange or RenderingFailed."""
    return render_frozen(notice, notice.canonical())


def render_frozen(notice: Notice, raw: bytes) -> RenderedNotice:
    """The PDF of a notice whose canonical bytes are already at hand: they are printed and attached as they are."""
    document = raw.decode("utf-8")
    refuse_undrawable_json(document)
    keywords = ", ".join(_literal(word) for word in made_with().keywords())
    source = (
        '#import "/avis-echeance.typ": notice\n'
        f"#notice({_literal(document)}, {_literal(transfer_svg(notice))}, ({keywords}))\n"
    )
    pdf = _compiled(notice, source.encode("utf-8"))
    return RenderedNotice(pdf=pdf, sha256=sha256(pdf).hexdigest())


def _compiled(notice: Notice, source: bytes) -> bytes:
    try:
        with _one_at_a_time:
            pdf = _compiler().compile(
                input=source,
                format="pdf",
                pdf_standards=_STANDARDS,
                timestamp=datetime.combine(notice.issued_on, time(12), tzinfo=UTC),
            )
    except typst.TypstError as error:
        raise RenderingFailed(number=notice.number, reason=error.message) from error
    if not isinstance(pdf, bytes):
        raise RenderingFailed(number=notice.number, reason="le moteur n’a rien rendu")
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
