"""A picture given by someone, drawn anew from its pixels: what was written beside them (place, date, device) is gone.

A file is what its first bytes decode to, never what its name says: an archive behind an image, a page behind an image
are left behind with every byte that is not a pixel.
"""

import io
import struct
import warnings
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from palier.foundation.errors import Refusal

LONGEST_SIDE: Final = 12_000
# A JPEG written line by line is decoded small at once, whatever its size. One in several passes, a PNG, a WebP are
# unrolled whole in memory first, up to sixteen bytes a pixel: a file of 1 MB could ask for hundreds.
MOST_PIXELS: Final = 60_000_000
MOST_PIXELS_IN_PASSES: Final = 16_000_000
MOST_PIXELS_UNROLLED: Final = 8_500_000
_SOS: Final = 0xDA
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


class PictureTooLarge(Refusal):
    """Cette image est trop grande : donnez-en une plus petite."""


class NotAPicture(Refusal):
    """Ce fichier n’est pas une image lisible : vérifiez-le, ou exportez-le de nouveau."""


def pixels_of(content: bytes, *, formats: Sequence[str], kept_side: int) -> Image.Image:
    """The same picture upright on white, its longest side at `kept_side` pixels at most.

    The sides are read before any pixel is decoded. Raises PictureTooLarge, NotAPicture.
    """
    try:
        with warnings.catch_warnings():
            # Our own limit, below, is the one that counts.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(formats)) as given:
                _refuse_too_large(given, content)
                given.draft("RGB", _smaller(given.size, kept_side))
                # Small first, upright afterwards: turning a picture needs it twice in memory.
                given.thumbnail((kept_side, kept_side))
                upright = ImageOps.exif_transpose(given)
                pixels = Image.new("RGB", upright.size, "white")
                coloured = upright.convert("RGBA")
                pixels.paste(coloured, mask=coloured.getchannel("A"))
    except Image.DecompressionBombError as error:
        raise PictureTooLarge from error
    except _DAMAGED as error:
        raise NotAPicture from error
    return pixels


def _refuse_too_large(given: Image.Image, content: bytes) -> None:
    """From its description alone, before a pixel is decoded. Raises PictureTooLarge."""
    most = MOST_PIXELS_UNROLLED
    if given.format == "JPEG":
        most = MOST_PIXELS_IN_PASSES if _is_in_passes(given, content) else MOST_PIXELS
    if max(given.size) > LONGEST_SIDE or given.width * given.height > most:
        raise PictureTooLarge


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


def _smaller(size: tuple[int, int], kept_side: int) -> tuple[int, int]:
    """The size to decode a JPEG towards, in its own proportions: a long narrow one is made small too."""
    longest = max(size)
    width, height = (max(1, side * kept_side // longest) for side in size)
    return width, height
