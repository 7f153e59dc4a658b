"""A photo of an equipment, drawn anew from its pixels: where and when it was taken is gone."""

import io
from dataclasses import dataclass
from typing import Final

from palier.foundation.antivirus import refuse_infected
from palier.foundation.errors import Refusal
from palier.foundation.pictures import NotAPicture, PictureTooLarge, pixels_of

LARGEST_BYTES: Final = 12 * 1024 * 1024
_KEPT_SIDE: Final = 1_280
_FORMATS: Final = ("JPEG", "PNG", "WEBP")


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

    Raises PhotoTooLarge, NotAPhoto, FileInfected, AntivirusSilent, AntivirusMisdescribed.
    """
    if len(content) > LARGEST_BYTES:
        raise PhotoTooLarge
    refuse_infected(content)
    try:
        pixels = pixels_of(content, formats=_FORMATS, kept_side=_KEPT_SIDE)
    except PictureTooLarge as error:
        raise PhotoTooLarge from error
    except NotAPicture as error:
        raise NotAPhoto from error
    out = io.BytesIO()
    pixels.save(out, "JPEG", quality=82, optimize=True)
    return Photo(image=out.getvalue(), width=pixels.width, height=pixels.height)
