"""What a PDF carries inside its streams: pictures with a place and a device in them, and data that unfold without end.

A page is kept as it was drawn; a photograph inside it loses what was written beside its pixels, and a stream that
would unfold past a limit is refused before anybody opens the paper that we keep.
"""

import re
import zlib
from typing import Final

import pikepdf
from pikepdf import Name

MOST_UNFOLDED: Final = 96 * 1024 * 1024
MOST_UNFOLDED_IN_ALL: Final = 512 * 1024 * 1024
_MOST_PIXELS: Final = 60_000_000
_STEP: Final = 1024 * 1024
# Segments that say how to decode a JPEG's colours: JFIF, Adobe.
_KEPT_APPS: Final = (0xE0, 0xEE)
_SOS: Final = 0xDA
_EOI: Final = 0xD9
_COMMENT: Final = 0xFE
_ALONE: Final = (0x01, *range(0xD0, 0xD8))
# In coded data an FF is followed by zero or by a restart.
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
# The boxes of a JPEG 2000 that are its picture.
_KEPT_BOXES: Final = (b"jP  ", b"ftyp", b"jp2h", b"jp2c")
_FLATE: Final = ("/FlateDecode", "/Fl")


class StreamTooLarge(ValueError):
    """A stream that would unfold past what one reads."""


def cleaned(stream: pikepdf.Stream) -> int:
    """Take what is not pixels out of a picture; gives how many bytes the stream unfolds to, when it is deflated.

    Raises StreamTooLarge, ValueError.
    """
    filters = _filters(stream)
    if len(filters) > 1 and any(each in _FLATE for each in filters[1:]):
        # Deflated twice: a few kilobytes could ask for a terabyte, and no honest program writes so.
        raise StreamTooLarge
    _refuse_too_many_pixels(stream)
    if filters == ["/DCTDecode"]:
        stream.write(bare_jpeg(stream.read_raw_bytes()), filter=Name.DCTDecode, decode_parms=_parameters(stream))
    elif filters == ["/JPXDecode"]:
        stream.write(bare_jpeg_2000(stream.read_raw_bytes()), filter=Name.JPXDecode)
    elif len(filters) > 1 and filters[-1] in ("/DCTDecode", "/JPXDecode"):
        # A picture wrapped once more: what is beside its pixels is out of reach.
        raise ValueError
    elif filters and filters[0] in _FLATE:
        return _unfolded(stream.read_raw_bytes())
    return 0


def _filters(stream: pikepdf.Stream) -> list[str]:
    found = stream.get(Name.Filter)
    if found is None:
        return []
    return [str(each) for each in found] if isinstance(found, pikepdf.Array) else [str(found)]


def _parameters(stream: pikepdf.Stream) -> pikepdf.Dictionary | None:
    found = stream.get(Name.DecodeParms)
    return found if isinstance(found, pikepdf.Dictionary) else None


def _refuse_too_many_pixels(stream: pikepdf.Stream) -> None:
    if stream.get(Name.Subtype) == Name.Image:
        sides = (int(stream.get(Name.Width, 0)), int(stream.get(Name.Height, 0)))
        if min(sides) < 0 or sides[0] * sides[1] > _MOST_PIXELS:
            raise StreamTooLarge


def _unfolded(deflated: bytes) -> int:
    """How many bytes come out, counted a step at a time; damage counts as the end."""
    opened, count, waiting = zlib.decompressobj(), 0, deflated
    try:
        while waiting and not opened.eof:
            count += len(opened.decompress(waiting, _STEP))
            waiting = opened.unconsumed_tail
            if count > MOST_UNFOLDED:
                raise StreamTooLarge
    except zlib.error:
        return count
    return count


def bare_jpeg(given: bytes) -> bytes:
    """The same picture without what an application wrote in it: place, date, device, comments, and what follows it.

    Raises ValueError.
    """
    if not given.startswith(b"\xff\xd8"):
        raise ValueError
    kept, at = [b"\xff\xd8"], 2
    while at + 2 <= len(given) and given[at] == 0xFF:
        marker = given[at + 1]
        if marker == _EOI:
            return b"".join([*kept, b"\xff\xd9"])
        end = at + 2 + (0 if marker in _ALONE else int.from_bytes(given[at + 2 : at + 4]))
        if marker == 0xFF:
            end = at + 1
        elif marker == _SOS:
            scanned = _NEXT_MARKER.search(given, end)
            if scanned is None:
                raise ValueError
            end = scanned.start()
        if marker != 0xFF and not _is_written_beside(marker):
            kept.append(given[at:end])
        at = end
    raise ValueError


def _is_written_beside(marker: int) -> bool:
    """A comment, or the segment of an application that says nothing of how colours are decoded."""
    return marker == _COMMENT or (0xE0 <= marker <= 0xEF and marker not in _KEPT_APPS)


def bare_jpeg_2000(given: bytes) -> bytes:
    """The boxes that are the picture; a bare codestream has no other. Raises ValueError."""
    if given.startswith(b"\xff\x4f\xff\x51"):
        return given
    kept, at = list[bytes](), 0
    while at + 8 <= len(given):
        size, kind = int.from_bytes(given[at : at + 4]), given[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(given[at + 8 : at + 16])
        end = len(given) if size == 0 else at + size
        if end <= at + 7 or end > len(given):
            raise ValueError
        if kind in _KEPT_BOXES:
            kept.append(given[at:end])
        at = end
    if not kept:
        raise ValueError
    return b"".join(kept)
