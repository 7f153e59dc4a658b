"""The landlord's logo: drawn anew, printed, attached; a document proves itself with it, and with no other."""

import io
import random
import struct
import zlib
from dataclasses import replace
from typing import TypeVar

import pikepdf
import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from tests.documents.sample_notices import full_month
from tests.documents.sample_receipts import paid_in_full
from tests.documents.test_check import checked, messages, saved

from palier.estate.logo import (
    Logo,
    LogoIsADrawing,
    LogoNotReadable,
    LogoTooHeavy,
    LogoTooSmall,
    is_our_drawing,
    redrawn_logo,
)
from palier.foundation.errors import Refusal
from palier.mail.canonical import NotCanonical
from palier.mail.check import Page
from palier.mail.notice import Notice
from palier.mail.receipt import Receipt
from palier.mail.render import LogoNotTheOneNamed, render
from palier.mail.report import Report, Sender, Text, logo_named_in, render_frozen_report


def picture(side: tuple[int, int] = (900, 400), *, kind: str = "PNG", secret: str = "") -> bytes:
    image = Image.new("RGBA" if kind == "PNG" else "RGB", side)
    ImageDraw.Draw(image).ellipse((0, 0, side[1] - 1, side[1] - 1), fill="#b03050")
    out = io.BytesIO()
    if secret:
        info = PngInfo()
        info.add_text("Author", secret)
        image.save(out, kind, pnginfo=info)
    else:
        image.save(out, kind)
    return out.getvalue()


def noise() -> bytes:
    """A picture of 800 points in which no two are alike: what weighs the most."""
    image = Image.frombytes("RGB", (800, 800), random.Random(7).randbytes(800 * 800 * 3))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def huge_png() -> bytes:
    """A few bytes that say 60,000 points by 60,000."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


Document = TypeVar("Document", Notice, Receipt)


def with_logo(document: Document, logo: Logo) -> Document:
    return replace(document, landlord=replace(document.landlord, logo=logo.digest))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_drawn_anew_small_and_light(kind: str) -> None:
    logo = redrawn_logo(picture(kind=kind))
    assert (logo.width, logo.height) == (320, 142)
    assert is_our_drawing(logo.drawing)
    with Image.open(io.BytesIO(logo.png)) as kept:
        assert (kept.format, kept.mode, kept.info.get("Author")) == ("PNG", "P", None)


def test_what_was_written_beside_the_picture_is_gone() -> None:
    given = picture(secret="Rose Lilas, poste de travail 12")
    assert b"Rose Lilas" in given
    assert b"Rose Lilas" not in redrawn_logo(given + b"<script>Rose Lilas</script>").png


def test_the_heaviest_logo_stays_light() -> None:
    logo = redrawn_logo(noise())
    assert len(logo.png) <= 16_000
    assert logo.width >= 64


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", LogoIsADrawing),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>", LogoIsADrawing),
        (b"%PDF-1.7", LogoIsADrawing),
        (b"", LogoNotReadable),
        (b"GIF89a\x01\x00", LogoNotReadable),
        (picture()[:60], LogoNotReadable),
        (picture((30, 20)), LogoTooSmall),
        (huge_png(), LogoTooHeavy),
        (bytes(2 * 1024 * 1024 + 1), LogoTooHeavy),
    ],
    ids=["svg", "xml", "pdf", "empty", "gif", "cut short", "small", "bomb", "heavy"],
)
def test_anything_else_is_refused_in_a_sentence(content: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        redrawn_logo(content)


@pytest.mark.parametrize("document", [full_month(), paid_in_full()], ids=["notice", "quittance"])
def test_a_document_with_a_logo_proves_itself_from_its_file_alone(document: Notice | Receipt) -> None:
    logo = redrawn_logo(picture())
    with_it = with_logo(document, logo)
    pdf = render(with_it, logo=logo.drawing).pdf
    assert pdf == render(with_it, logo=logo.drawing).pdf
    assert len(pdf) != len(render(document).pdf)
    report = checked(pdf)
    assert (report.findings, report.page) == ((), Page.IDENTICAL)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert sorted(opened.attachments) == sorted([f"{document.number}.json", "logo.svg"])


def test_another_logo_in_the_file_is_betrayed() -> None:
    logo, other = redrawn_logo(picture()), redrawn_logo(noise())
    pdf = render(with_logo(full_month(), logo), logo=logo.drawing).pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.attachments["logo.svg"] = pikepdf.AttachedFileSpec(
            opened, other.drawing.encode(), filename="logo.svg", mime_type="image/svg+xml"
        )
        report = checked(saved(opened))
    assert report.page is Page.DIFFERENT
    assert "nomme un autre logo" in messages(report)


def test_a_drawing_that_is_not_ours_is_never_given_to_the_page_engine() -> None:
    logo = redrawn_logo(picture())
    pdf = render(with_logo(full_month(), logo), logo=logo.drawing).pdf
    for hostile in ('<svg><image href="/etc/passwd"/></svg>', logo.drawing.replace("/></svg>", "/><script/></svg>")):
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            opened.attachments["logo.svg"] = pikepdf.AttachedFileSpec(
                opened, hostile.encode(), filename="logo.svg", mime_type="image/svg+xml"
            )
            report = checked(saved(opened))
        assert "ne se lisent pas" in messages(report)
        assert not report.proven


def test_a_page_is_never_made_with_another_logo_than_the_one_named() -> None:
    logo = redrawn_logo(picture())
    with pytest.raises(LogoNotTheOneNamed):
        render(full_month(), logo=logo.drawing)
    with pytest.raises(LogoNotTheOneNamed):
        render(with_logo(full_month(), logo))


def test_data_without_a_logo_are_what_they_were() -> None:
    raw = full_month().canonical()
    assert b'"logo"' not in raw
    assert Notice.parse(raw).landlord.logo == ""
    with pytest.raises(NotCanonical):
        Notice.parse(raw.replace(b',"nom":"Habitat', b',"logo":"","nom":"Habitat'))


def test_a_letter_carries_the_logo_that_its_data_name() -> None:
    logo = redrawn_logo(picture())
    letter = Report(
        number="RL-2026-000001",
        title="Votre loyer au 1er janvier",
        issued_on=full_month().issued_on,
        sender=Sender(
            name="Habitat du Val Serein", address=("1 place du Modèle", "00000 Villefictive"), logo=logo.drawing
        ),
        recipient=("MME CAMILLE EXEMPLE", "8 RUE DES ECHANTILLONS", "00000 VILLEFICTIVE"),
        blocks=(Text("Votre loyer change."),),
    )
    raw = letter.canonical()
    assert logo_named_in(raw) == logo.digest
    with pikepdf.open(io.BytesIO(render_frozen_report(raw, logo=logo.drawing))) as opened:
        assert len(opened.pages[0].Resources.XObject) >= 1
    with pytest.raises(Refusal, match="logo"):
        render_frozen_report(raw)
