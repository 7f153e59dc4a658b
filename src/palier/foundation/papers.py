"""A paper given by someone outside, made anew: an image from its pixels, a PDF from its pages. Nothing else is kept.

What was hidden beside them (place, device, author, scripts, attached files, forms) is gone. A file is what its first
bytes say, never what its name says; what is neither a JPEG, a PNG, a WebP nor a PDF is refused in one sentence.
"""

import io
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import Name
from pikepdf.settings import set_qpdf_limits

from palier.foundation.antivirus import AntivirusMisdescribed, AntivirusSilent, FileInfected, refuse_infected
from palier.foundation.errors import Refusal
from palier.foundation.paper_streams import MOST_UNFOLDED_IN_ALL, StreamTooLarge, cleaned
from palier.foundation.pictures import NotAPicture, PictureTooLarge, pixels_of

LARGEST_BYTES: Final = 8 * 1024 * 1024
MOST_PAGES: Final = 30
# An A4 page stays readable at two hundred points an inch.
_KEPT_SIDE: Final = 2_400
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_PDF: Final = b"%PDF-"
_PAGE_KEYS: Final = ("/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate")
# What a page or its drawings may carry that is not what one sees: actions, files, notes of the editor.
_BESIDE: Final = frozenset(("/AA", "/OpenAction", "/Annots", "/EF", "/AF", "/Metadata", "/PieceInfo", "/OPI", "/Ref"))
_MOST_OBJECTS: Final = 20_000
# A stream that qpdf must unfold to read a file: a table of objects takes a few kilobytes. Our own PDFs stay far below.
set_qpdf_limits(flate_max_memory=64 * 1024 * 1024, run_length_max_memory=64 * 1024 * 1024)


class PaperRefused(Refusal):
    """Ce fichier n’est pas pris : rien n’en est gardé."""


class PaperEmpty(PaperRefused):
    """Ce fichier est vide : choisissez-le de nouveau."""


class PaperTooHeavy(PaperRefused):
    """Ce fichier dépasse 8 Mo : donnez-le en plusieurs fois, ou photographié moins grand."""


class PaperTooLarge(PaperRefused):
    """Cette image est trop grande : donnez une photo ordinaire, en JPEG."""


class PaperTooLong(PaperRefused):
    """Ce document a {pages} pages ; 30 au plus : donnez seulement les pages demandées."""


class PaperLocked(PaperRefused):
    """Ce PDF est protégé par un mot de passe : donnez-le sans mot de passe, ou en photo."""


class PaperUnfolds(PaperRefused):
    """Ce PDF se déplie en trop de données : donnez-le en photo, ou imprimez-le de nouveau en PDF."""


class PaperInfected(PaperRefused):
    """L’antivirus refuse ce fichier : rien n’en est gardé. Donnez-en un autre, ou une photo du papier."""


class PaperUnchecked(PaperRefused):
    """L’antivirus ne répond pas : aucun fichier n’est pris pour l’instant, rien n’est gardé. Essayez dans un moment."""


class PaperUnreadable(PaperRefused):
    """Ce fichier ne se lit pas : donnez une photo (JPEG, PNG ou WebP) ou un PDF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A JPEG or a PDF of our own making."""

    content: bytes
    pages: int


def remade(given: bytes) -> Paper:
    """The same paper without a byte of the file given but its pixels and its pages.

    Raises PaperEmpty, PaperTooHeavy, PaperTooLarge, PaperTooLong, PaperLocked, PaperInfected, PaperUnchecked,
    PaperUnfolds, PaperUnreadable.
    """
    if not given:
        raise PaperEmpty
    if len(given) > LARGEST_BYTES:
        raise PaperTooHeavy
    try:
        refuse_infected(given)
    except FileInfected as error:
        raise PaperInfected from error
    except (AntivirusSilent, AntivirusMisdescribed) as error:
        raise PaperUnchecked from error
    if given.startswith(_PDF):
        return _pages(given)
    return _picture(given)


def content_type(content: bytes) -> str:
    """What a paper that is kept is: its own first bytes say so, we made them."""
    return "application/pdf" if content.startswith(_PDF) else "image/jpeg"


def _picture(given: bytes) -> Paper:
    try:
        pixels = pixels_of(given, formats=_FORMATS, kept_side=_KEPT_SIDE)
    except PictureTooLarge as error:
        raise PaperTooLarge from error
    except NotAPicture as error:
        raise PaperUnreadable from error
    out = io.BytesIO()
    pixels.save(out, "JPEG", quality=80, optimize=True)
    return Paper(content=out.getvalue(), pages=1)


def _pages(given: bytes) -> Paper:
    try:
        with pikepdf.open(io.BytesIO(given), attempt_recovery=False) as source:
            # Locked against changes alone, as the CAF's papers are, it opens without a word: what is made anew is not.
            return _rebuilt(source)
    except pikepdf.PasswordError as error:
        raise PaperLocked from error
    except StreamTooLarge as error:
        raise PaperUnfolds from error
    except (pikepdf.PdfError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise PaperUnreadable from error


def _rebuilt(source: pikepdf.Pdf) -> Paper:
    """A new document with the pages of the other: its catalogue, its information, its names stay behind."""
    count = len(source.pages)
    if not count:
        raise PaperUnreadable
    if count > MOST_PAGES:
        raise PaperTooLong(pages=count)
    with pikepdf.new() as document:
        for page in source.pages:
            for key in set(page.obj.keys()) - {*_PAGE_KEYS, "/Type", "/Parent"}:
                del page.obj[key]
            document.pages.append(page)
        if len(document.objects) > _MOST_OBJECTS:
            raise PaperUnreadable
        unfolded = 0
        for held in document.objects:
            _strip(held)
            unfolded += cleaned(held) if isinstance(held, pikepdf.Stream) else 0
        if unfolded > MOST_UNFOLDED_IN_ALL:
            raise PaperUnfolds
        out = io.BytesIO()
        # Only what the pages reach is written: what was stripped is left behind with what it led to.
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    if out.tell() > 2 * LARGEST_BYTES:
        raise PaperTooHeavy
    return Paper(content=out.getvalue(), pages=count)


def _strip(held: pikepdf.Object) -> None:
    """Take out of an object, and of the dictionaries inside it, what is not shown on the page."""
    waiting = [held]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Array):
            waiting += [inner for inner in list(each) if _is_direct(inner)]
            continue
        if isinstance(each, pikepdf.Stream):
            if each.get(Name.Subtype) == Name.PS:
                # A drawing written as a PostScript program.
                each.write(b"")
            each = each.stream_dict
        if isinstance(each, pikepdf.Dictionary):
            for key in set(each.keys()) & _BESIDE:
                del each[key]
            waiting += [inner for inner in each.as_dict().values() if _is_direct(inner)]


def _is_direct(inner: object) -> bool:
    """True for what is written inside its holder; an object with a number of its own is seen in its turn."""
    return isinstance(inner, (pikepdf.Dictionary, pikepdf.Array)) and not inner.is_indirect
