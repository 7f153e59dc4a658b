"""A notice or a quittance proves itself: its file says whether its amounts hold, and its page what its data say.

No database, no network. Four proofs in turn: the data attached to the PDF are read and follow their schema; every
line is computed again from its inputs; the sums, the reference and the dates agree; the PDF is made again from the
data and must come out the same, byte for byte.
"""

import io
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

import pikepdf

from palier.estate.logo import is_our_drawing
from palier.foundation.errors import Refusal
from palier.mail import notice as notices
from palier.mail import receipt as receipts
from palier.mail.amounts import Finding, Recompute, findings_in
from palier.mail.notice import Notice
from palier.mail.receipt import Receipt
from palier.mail.receipt_amounts import findings_in_receipt
from palier.mail.render import made_with, render_frozen

__all__ = ["Finding", "Page", "Recompute", "Report", "check_bytes", "check_file"]

# A notice weighs about 50 kB, its data about 3 kB.
_LARGEST_FILE = 20_000_000
_LARGEST_DATA = 1_000_000

LOGO_FILE = "logo.svg"

# The data, the keywords, the drawing of the logo.
_Extracted: TypeAlias = tuple[bytes, frozenset[str], str]


class Page(StrEnum):
    """What is known of the printed page."""

    IDENTICAL = "identical"
    DIFFERENT = "different"
    NOT_VERIFIED = "not-verified"


class FileNotReadable(Refusal):
    """Le fichier « {name} » ne se lit pas : vérifiez son chemin et le droit de le lire."""


class FileIsAFolder(Refusal):
    """« {name} » est un dossier : donnez le fichier PDF d’un avis ou d’une quittance."""


class FileTooLarge(Refusal):
    """Ce fichier dépasse 20 Mo : un avis d’échéance pèse cent fois moins."""


class NotAPdf(Refusal):
    """Ce n’est pas un PDF entier : le fichier est d’une autre nature, abîmé ou incomplet."""


class PdfEncrypted(Refusal):
    """Ce PDF est chiffré : un avis de Palier ne l’est jamais, donnez le fichier tel qu’il a été reçu."""


class NoDataInside(Refusal):
    """Ce PDF ne porte pas de données d’avis d’échéance ni de quittance : ce n’est pas un document de Palier, ou ses
    données en ont été ôtées."""


class SeveralAttachments(Refusal):
    """Ce PDF porte {count} pièces jointes : un avis n’a que ses données, et le logo de l’organisme
    s’il en a un."""


class DataUnreadable(Refusal):
    """Les données jointes à ce PDF ne se lisent pas : elles sont abîmées ou démesurées."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the check found. `number` is None when the file gave no notice to read."""

    name: str
    number: str | None
    lines: int
    findings: tuple[Finding, ...]
    page: Page

    @property
    def data_hold(self) -> bool:
        """A notice was read, and every amount, sum and reference in its data agrees."""
        return self.number is not None and not any(finding.in_data for finding in self.findings)

    @property
    def proven(self) -> bool:
        """The data hold and the page was made from them, to the byte."""
        return self.data_hold and self.page is Page.IDENTICAL


def check_file(path: Path, recompute: Recompute) -> Report:
    """Check one file. What prevents reading it is a finding too: it never raises a Refusal."""
    try:
        pdf = _read(path)
    except Refusal as refusal:
        return _unread(path.name, refusal)
    return check_bytes(pdf, path.name, recompute)


def check_bytes(pdf: bytes, name: str, recompute: Recompute) -> Report:
    """Check the bytes of one PDF; `recompute` gives a line's amount in cents from its rule and inputs."""
    try:
        raw, keywords, logo = _extracted(pdf)
        document = _parsed(raw)
    except Refusal as refusal:
        return _unread(name, refusal)
    if isinstance(document, Notice):
        findings = list(findings_in(document, recompute))
    else:
        findings = list(findings_in_receipt(document, recompute))
    page, remark = _page(pdf, document, raw, keywords, logo)
    if remark is not None:
        findings.append(remark)
    return Report(name=name, number=document.number, lines=len(document.lines), findings=tuple(findings), page=page)


def _parsed(raw: bytes) -> Notice | Receipt:
    return Receipt.parse(raw) if f'"{receipts.SCHEMA}"'.encode() in raw else Notice.parse(raw)


def _unread(name: str, refusal: Refusal) -> Report:
    finding = Finding(code=type(refusal).__name__, where="fichier", message=str(refusal))
    return Report(name=name, number=None, lines=0, findings=(finding,), page=Page.NOT_VERIFIED)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            pdf = stream.read(_LARGEST_FILE + 1)
    except IsADirectoryError as error:
        raise FileIsAFolder(name=path.name) from error
    except (OSError, ValueError) as error:
        raise FileNotReadable(name=path.name) from error
    if len(pdf) > _LARGEST_FILE:
        raise FileTooLarge
    return pdf


def _extracted(pdf: bytes) -> _Extracted:
    """The attached data and the keywords. Raises one of the refusals above when they cannot be had."""
    try:
        # Without recovery: a file cut short must be said to be so, not mended in silence.
        with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False) as document:
            if document.is_encrypted:
                raise PdfEncrypted
            attached = [document.attachments[key] for key in document.attachments]
            logos = [each for each in attached if each.filename == LOGO_FILE]
            attached = [each for each in attached if each.filename != LOGO_FILE]
            if len(attached) > 1 or len(logos) > 1:
                raise SeveralAttachments(count=len(attached) + len(logos))
            if not attached or not attached[0].filename.endswith(".json"):
                raise NoDataInside
            raw = _inflated(attached[0].get_file().obj)
            logo = _drawing(_inflated(logos[0].get_file().obj)) if logos else ""
            keywords = str(document.docinfo.get("/Keywords", ""))
    except pikepdf.PasswordError as error:
        raise PdfEncrypted from error
    except (pikepdf.PdfError, zlib.error, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotAPdf from error
    if not any(f'"{schema}"'.encode() in raw for schema in (notices.SCHEMA, receipts.SCHEMA)):
        raise NoDataInside
    return raw, frozenset(word.strip() for word in keywords.split(",")), logo


def _drawing(raw: bytes) -> str:
    """The attached logo, when it is a drawing that Palier makes: the page engine is given no other."""
    text = raw.decode("ascii")
    if not is_our_drawing(text):
        raise DataUnreadable
    return text


def _inflated(stream: pikepdf.Object) -> bytes:
    """The content of an attachment, refusing to unpack a bomb."""
    packed = stream.read_raw_bytes()
    kind = stream.get("/Filter")
    if kind is None:
        raw = packed
    elif kind == pikepdf.Name.FlateDecode:
        raw = zlib.decompressobj().decompress(packed, _LARGEST_DATA + 1)
    else:
        raise DataUnreadable
    if len(raw) > _LARGEST_DATA:
        raise DataUnreadable
    return raw


def _page(
    pdf: bytes, document: Notice | Receipt, raw: bytes, keywords: frozenset[str], logo: str
) -> tuple[Page, Finding | None]:
    """Make the PDF again and compare; when another version made it, say that the page is not verified."""
    changed = [word.partition(":")[0] for word in made_with(type(document)).keywords() if word not in keywords]
    if changed:
        return Page.NOT_VERIFIED, Finding(
            code="OtherVersion",
            where="page",
            message="La page n’est pas vérifiée : ce fichier dit avoir été fait avec une autre version de Palier "
            f"({', '.join(changed)}). Ses données seules sont vérifiées.",
            in_data=False,
        )
    try:
        again = render_frozen(document, raw, logo=logo).pdf
    except Refusal as refusal:
        message = (
            f"La page imprimée ne correspond pas à ses données : elles ne peuvent pas donner ce document. {refusal}"
        )
        return Page.DIFFERENT, Finding(code="PageImpossible", where="page", message=message, in_data=False)
    if again == pdf:
        return Page.IDENTICAL, None
    message = f"La page imprimée ne correspond pas à ses données : {_what_differs(pdf, again)}."
    return Page.DIFFERENT, Finding(code="PageDiffers", where="page", message=message, in_data=False)


def _what_differs(pdf: bytes, again: bytes) -> str:
    try:
        with pikepdf.open(io.BytesIO(pdf)) as given, pikepdf.open(io.BytesIO(again)) as made:
            if len(given.pages) != len(made.pages):
                return f"pages : {len(given.pages)} au lieu de {len(made.pages)}"
            for rank, (one, other) in enumerate(zip(given.pages, made.pages, strict=True), start=1):
                if _drawn(one) != _drawn(other):
                    return f"ce qui est dessiné page {rank} n’est pas ce que les données donnent"
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError):
        return "le contenu des pages ne se lit pas"
    return "le fichier a été modifié ou réenregistré après sa fabrication (polices, métadonnées ou structure)"


def _drawn(page: pikepdf.Page) -> bytes:
    contents = page.obj["/Contents"]
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return b"\n".join(part.read_bytes() for part in parts)
