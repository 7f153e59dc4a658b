"""The landlord's logo: any picture given is drawn anew, small and in few colours, as a drawing that documents print.

Documents name the drawing by its digest. It is an SVG of our own making around a PNG of our own making: text, as all
that the page engine is given; nothing of the file remains but its pixels, on white.
"""

import base64
import io
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from palier.foundation.errors import Refusal
from palier.foundation.pictures import NotAPicture, PictureTooLarge, pixels_of

LARGEST_BYTES: Final = 2 * 1024 * 1024
FORMATS: Final = ("PNG", "JPEG")
_SMALLEST_SIDE: Final = 40
# 13 mm at 600 points an inch. Each notice carries the drawing twice, printed and attached: it stays light.
_SIDES: Final = (320, 256, 192, 128)
_MOST_KEPT_BYTES: Final = 16_000
_COLOURS: Final = 128
_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    '<image width="{width}" height="{height}" href="data:image/png;base64,{pixels}"/></svg>'
)
_OURS: Final = re.compile(
    r'<svg xmlns="http://www\.w3\.org/2000/svg" width="(\d{1,3})" height="(\d{1,3})">'
    r'<image width="\1" height="\2" href="data:image/png;base64,[A-Za-z0-9+/=]{1,24000}"/></svg>'
)


class LogoTooHeavy(Refusal):
    """Ce logo est trop lourd ou trop grand : donnez une image de 2 Mo et de 2 900 points de côté au plus."""


class LogoNotReadable(Refusal):
    """Ce fichier n’est pas une image PNG ou JPEG lisible : exportez le logo en PNG, puis donnez-le de nouveau."""


class LogoIsADrawing(Refusal):
    """Un logo en SVG ou en PDF peut porter autre chose qu’une image : exportez-le en PNG, puis donnez-le de nouveau."""


class LogoTooSmall(Refusal):
    """Ce logo a moins de 40 points de côté : il serait flou une fois imprimé. Donnez une image plus grande."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A PNG of our own making. Sides in pixels."""

    png: bytes
    width: int
    height: int

    @property
    def drawing(self) -> str:
        """The SVG that documents print."""
        pixels = base64.b64encode(self.png).decode("ascii")
        return _SVG.format(width=self.width, height=self.height, pixels=pixels)

    @property
    def digest(self) -> str:
        """What documents name it by."""
        return logo_digest(self.drawing)


def logo_digest(drawing: str) -> str:
    """What documents name a drawing by (sha256, hexadecimal); empty for none."""
    return sha256(drawing.encode("utf-8")).hexdigest() if drawing else ""


def redrawn_logo(content: bytes) -> Logo:
    """The logo drawn anew, without a byte of the file given.

    Raises LogoTooHeavy, LogoIsADrawing, LogoNotReadable, LogoTooSmall.
    """
    if len(content) > LARGEST_BYTES:
        raise LogoTooHeavy
    head = content[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<", b"%pdf")):
        raise LogoIsADrawing
    try:
        pixels = pixels_of(content, formats=FORMATS, kept_side=_SIDES[0])
    except PictureTooLarge as error:
        raise LogoTooHeavy from error
    except NotAPicture as error:
        raise LogoNotReadable from error
    if max(pixels.size) < _SMALLEST_SIDE:
        raise LogoTooSmall
    made = Logo(png=b"", width=0, height=0)
    for side in _SIDES:
        smaller = pixels.copy()
        smaller.thumbnail((side, side))
        out = io.BytesIO()
        smaller.quantize(_COLOURS).save(out, "PNG", optimize=True)
        made = Logo(png=out.getvalue(), width=smaller.width, height=smaller.height)
        if len(made.png) <= _MOST_KEPT_BYTES:
            break
    return made


def is_our_drawing(text: str) -> bool:
    """True for a drawing that only `Logo.drawing` makes: a file from outside may carry any other."""
    return _OURS.fullmatch(text) is not None
