"""A file of the payroll: its pages' texts, and each run of pages as a PDF of its own.

Kept are the pages as they came: same drawing, same text. Around them everything is made anew, since a page taken out of
its file would otherwise carry what it hid beside: scripts, attached files, links, forms, the other employees' names in
the bookmarks. A file with a script is refused whole: a payroll has no use for one.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Name

from palier.foundation.errors import Refusal
from palier.foundation.jobs import Listener

LARGEST_BYTES: Final = 200 * 1024 * 1024
MOST_PAGES: Final = 20_000
_PAGE_KEYS: Final = frozenset(("/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate"))
_BESIDE: Final = frozenset(("/AA", "/OpenAction", "/Annots", "/EF", "/AF", "/Metadata", "/PieceInfo", "/OPI", "/Ref"))
_ACTIONS: Final = frozenset(("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute"))
_LEAST_TEXT: Final = 20


class PayFileRefused(Refusal):
    """Ce fichier de la paie n’est pas pris : rien n’en est gardé."""


class PayFileTooHeavy(PayFileRefused):
    """Ce fichier dépasse 200 Mo : demandez à la paie de le couper en deux lots."""


class PayFileNotPdf(PayFileRefused):
    """Ce fichier n’est pas un PDF : la paie doit l’éditer en PDF, un seul fichier pour tout le lot."""


class PayFileTruncated(PayFileRefused):
    """Ce PDF est incomplet ou abîmé{where} : demandez-le de nouveau à la paie, rien n’en est gardé."""


class PayFileLocked(PayFileRefused):
    """Ce PDF est protégé par un mot de passe, dès sa page 1 : demandez à la paie un fichier sans mot de passe."""


class PayFileWithScript(PayFileRefused):
    """Ce PDF porte un programme{where} : un bulletin n’en a pas besoin. Demandez à la paie un fichier sans script."""


class PageWithoutText(PayFileRefused):
    """La page {page} est une image sans texte : aucun matricule ne peut y être lu. Demandez à la paie le fichier édité
    par son logiciel, pas un papier numérisé."""


class PayFileTooLong(PayFileRefused):
    """Ce fichier a {pages} pages, {most} au plus : coupez le lot."""


@dataclass(slots=True)
class PayFile:
    """An open file: its texts were read, its pages wait to be cut."""

    source: pikepdf.Pdf
    texts: Sequence[str]

    def cut(self, first_page: int, pages: int) -> bytes:
        """The pages of one slip, counted from 1, as a PDF of their own; the same pages always give the same bytes."""
        with pikepdf.new() as made:
            for page in self.source.pages[first_page - 1 : first_page - 1 + pages]:
                made.pages.append(page)
            for held in made.objects:
                _strip(held)
            out = io.BytesIO()
            made.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


@contextmanager
def open_pay_file(content: bytes, listener: Listener | None = None) -> Iterator[PayFile]:
    """Read a whole file before anything is kept of it. Raises PayFileRefused and its kinds, each with the page."""
    if len(content) > LARGEST_BYTES:
        raise PayFileTooHeavy
    if not content.startswith(b"%PDF-"):
        raise PayFileNotPdf
    try:
        source = pikepdf.open(io.BytesIO(content), attempt_recovery=False)
    except pikepdf.PasswordError as error:
        raise PayFileLocked from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise PayFileTruncated(where="") from error
    with source:
        if source.is_encrypted:
            raise PayFileLocked
        _refuse_scripts(source)
        yield PayFile(source, _texts(content, len(source.pages), listener))


def _refuse_scripts(source: pikepdf.Pdf) -> None:
    count = len(source.pages)
    if not count:
        raise PayFileTruncated(where="")
    if count > MOST_PAGES:
        raise PayFileTooLong(pages=count, most=MOST_PAGES)
    names = source.Root.get("/Names")
    scripts = isinstance(names, pikepdf.Dictionary) and "/JavaScript" in names
    if scripts or _is_action(source.Root.get("/OpenAction")) or "/AA" in source.Root:
        raise PayFileWithScript(where=", joué à l’ouverture de la page 1")
    for rank, page in enumerate(source.pages, start=1):
        try:
            if "/AA" in page.obj or any(_acts(note) for note in _notes(page)):
                raise PayFileWithScript(where=f", page {rank}")
        except (pikepdf.PdfError, ValueError, TypeError, AttributeError) as error:
            raise PayFileTruncated(where=f", page {rank}") from error


def _notes(page: pikepdf.Page) -> list[pikepdf.Object]:
    notes = page.obj.get("/Annots")
    return list(notes) if isinstance(notes, pikepdf.Array) else []


def _acts(note: pikepdf.Object) -> bool:
    if not isinstance(note, pikepdf.Dictionary):
        return False
    return "/AA" in note or _is_action(note.get("/A"))


def _is_action(action: object) -> bool:
    return isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in _ACTIONS


def _texts(content: bytes, count: int, listener: Listener | None) -> list[str]:
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise PayFileTruncated(where="") from error
    try:
        texts = []
        for rank in range(1, count + 1):
            texts.append(_text_of(document, rank))
            if listener is not None:
                listener("Pages lues", rank, count)
        return texts
    finally:
        document.close()


def _text_of(document: "pdfium.PdfDocument", rank: int) -> str:
    try:
        page = document[rank - 1]
        told = page.get_textpage()
        text = str(told.get_text_bounded())
        told.close()
        page.close()
    except (pdfium.PdfiumError, IndexError) as error:
        raise PayFileTruncated(where=f", page {rank}") from error
    if len(text.strip()) < _LEAST_TEXT:
        raise PageWithoutText(page=rank)
    return text


def _strip(held: pikepdf.Object) -> None:
    """Take out of an object what is not drawn: a page keeps its drawing and its size, a drawing its own resources."""
    inner = held.stream_dict if isinstance(held, pikepdf.Stream) else held
    if not isinstance(inner, pikepdf.Dictionary):
        return
    hidden = set(inner.keys()) & _BESIDE
    if inner.get("/Type") == Name.Page:
        hidden |= set(inner.keys()) - _PAGE_KEYS
    for key in hidden:
        del inner[key]
