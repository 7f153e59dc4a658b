"""A photo of an equipment, drawn anew from its pixels: what the phone wrote beside them (place, date, device) is gone.

A file is what its first bytes decode to, never what its name says: an archive behind an image, a page behind an image
are left behind with every byte that is not a pixel.
"""

import io
import struct
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from palier.foundation.errors import Refusal

LARGEST_BYTES: Final = 12 * 1024 * 1024
LONGEST_SIDE: Final = 12_000
# A JPEG written line by line is decoded small at once, whatever its size. One in several passes, a PNG, a WebP are
# unrolled whole in memory first, up to sixteen bytes a pixel: a file of 1 MB could ask for hundreds.
MOST_PIXELS: Final = 60_000_000
MOST_PIXELS_IN_PASSES: Final = 16_000_000
MOST_PIXELS_UNROLLED: Final = 8_500_000
_SOS: Final = 0xDA
_KEPT_SIDE: Final = 1_280
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
# What Pillow raises on bytes that are no picture, or on a description of one that was damaged.
_DAMAGED = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    struct.error,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
)


class PhotoTooLarge(Refusal):
    """Cette photo est trop lourde ou trop grande : prenez-la avec l’appareil photo, en JPEG, 12 Mo au plus."""


class NotAPhoto(Refusal):
    """Ce fichier n’est pas une photo lisible (JPEG, PNG ou WebP) : prenez-la à nouveau."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A JPEG of our own making. Sides in pixels."""

    image: bytes
    width: int
    height: int


def redrawn(content: bytes) -> Photo:
    """The same picture, its longest side at 1 280 pixels, without a byte of the file given.

    The sides are read before any pixel is decoded. Raises PhotoTooLarge, NotAPhoto.
    """
    if len(content) > LARGEST_BYTES:
        raise PhotoTooLarge
    try:
        with warnings.catch_warnings():
            # Our own limit, below, is the one that counts.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as given:
                _refuse_too_large(given, content)
                given.draft("RGB", _smaller(given.size))
                # Small first, upright afterwards: turning a picture needs it twice in memory.
                given.thumbnail((_KEPT_SIDE, _KEPT_SIDE))
                upright = ImageOps.exif_transpose(given)
                pixels = Image.new("RGB", upright.size, "white")
                coloured = upright.convert("RGBA")
                pixels.paste(coloured, mask=coloured.getchannel("A"))
    except Image.DecompressionBombError as error:
        raise PhotoTooLarge from error
    except _DAMAGED as error:
        raise NotAPhoto from error
    out = io.BytesIO()
    pixels.save(out, "JPEG", quality=82, optimize=True)
    return Photo(image=out.getvalue(), width=pixels.width, height=pixels.height)


def _refuse_too_large(given: Image.Image, content: bytes) -> None:
    """From its description alone, before a pixel is decoded. Raises PhotoTooLarge."""
    most = MOST_PIXELS_UNROLLED
    if given.format == "JPEG":
        most = MOST_PIXELS_IN_PASSES if _is_in_passes(given, content) else MOST_PIXELS
    if max(given.size) > LONGEST_SIDE or given.width * given.height > most:
        raise PhotoTooLarge


def _is_in_passes(given: Image.Image, content: bytes) -> bool:
    """True unless the first pass of a JPEG visibly holds every colour, line by line. Doubt counts as passes."""
    if "progressive" in given.info:
        return True
    at = 2
    while content[at : at + 1] == b"\xff" and at + 4 < len(content):
        if content[at + 1] == _SOS:
            return content[at + 4] != len(given.getbands())
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return True


def _smaller(size: tuple[int, int]) -> tuple[int, int]:
    """The size to decode a JPEG towards, in its own proportions: a long narrow one is made small too."""
    longest = max(size)
    width, height = (max(1, side * _KEPT_SIDE // longest) for side in size)
    return width, height
