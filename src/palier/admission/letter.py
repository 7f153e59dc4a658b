"""The page of a letter of first access: a lot of them in one PDF, sorted for the post, one sheet each."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import typst

from palier.estate.models import Landlord
from palier.foundation.errors import Refusal
from palier.mail.glyphs import FONTS, refuse_undrawable_json
from palier.mail.payment_code import code_svg
from palier.mail.sender import LandlordNotDescribed, landlord_as_sender

PAGE = "/chez-moi/ouvrir/"
_ROOT = Path(__file__).parents[1]
_STANDARDS: "typst.PDFStandards" = ["a-3a", "ua-1"]
_one_at_a_time = threading.Lock()


class LettersFailed(Refusal):
    """Les lettres d’accès n’ont pas pu être mises en page : {reason}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPage:
    """What one page says. `address` empty: handed over by an agent, nothing is posted."""

    number: str
    name: str
    code: str
    identifier: str
    until: date
    address: tuple[str, ...]
    # « votre téléphone •• •• •• •• 12 »
    ways: tuple[str, ...]


def render_letters(lot: str, pages: Sequence[LetterPage], *, on: date) -> bytes:
    """The lot's PDF. Raises LandlordNotDescribed, CharacterNotPrintable, LettersFailed."""
    sender = landlord_as_sender()
    told = Landlord.objects.values_list("phone", "opening_hours", "tenant_site").order_by("id").first()
    if told is None:
        raise LandlordNotDescribed
    phone, hours, site = told
    landlord: dict[str, object] = {
        "nom": sender.name,
        "adresse": list(sender.address),
        "telephone": phone,
        "horaires": hours,
        "page": f"{site}{PAGE}",
    }
    letters = [_told(page, on) for page in pages]
    document = json.dumps({"lot": lot, "bailleur": landlord, "lettres": letters}, ensure_ascii=False, sort_keys=True)
    refuse_undrawable_json(document)
    return _compiled(document, logo=sender.logo, drawn=code_svg(f"https://{site}{PAGE}"), on=on)


def _told(page: LetterPage, on: date) -> dict[str, object]:
    return {
        "numero": page.number,
        "nom": page.name,
        "code": page.code,
        "identifiant": page.identifier,
        "jusqu_au": page.until.isoformat(),
        "le": on.isoformat(),
        "destinataire": list(page.address),
        "moyens": list(page.ways),
    }


def _compiled(document: str, *, logo: str, drawn: str, on: date) -> bytes:
    quoted, logo, drawn = (text.replace("\\", "\\\\").replace('"', '\\"') for text in (document, logo, drawn))
    source = (
        f'#import "/admission/typst/lettre-acces.typ": letters\n#letters("{quoted}", logo: "{logo}", qr: "{drawn}")\n'
    )
    try:
        with _one_at_a_time:
            pdf = _compiler().compile(
                input=source.encode("utf-8"),
                format="pdf",
                pdf_standards=_STANDARDS,
                timestamp=datetime.combine(on, time(12), tzinfo=UTC),
            )
    except typst.TypstError as error:
        raise LettersFailed(reason=error.message) from error
    if not isinstance(pdf, bytes):
        raise LettersFailed(reason="le moteur n’a rien rendu")
    return pdf


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(root=str(_ROOT), font_paths=fonts)
