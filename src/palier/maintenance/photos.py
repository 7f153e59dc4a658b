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
MOST_PIXELS: Final = 60_000_000
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
    """Cette photo est trop lourde ou trop grande : prenez-la à nouveau, 12 Mo et 12 000 points de côté au plus."""


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
                if max(given.size) > LONGEST_SIDE or given.width * given.height > MOST_PIXELS:
                    raise PhotoTooLarge
                # A JPEG is decoded small at once.
                given.draft("RGB", (_KEPT_SIDE, _KEPT_SIDE))
                upright = ImageOps.exif_transpose(given)
                upright.thumbnail((_KEPT_SIDE, _KEPT_SIDE))
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
