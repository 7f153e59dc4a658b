"""Whole files kept in a column: packed, then sealed; and written out again block by block."""

import zlib
from collections.abc import Iterable
from pathlib import Path

from palier.foundation.sealing import sealed, unsealed

_BLOCK = 1 << 20


def pack(blocks: Iterable[bytes], *, under: str, level: int = 6) -> bytes:
    """The bytes as the database holds them, packed at that zlib level under the secret file named `under`."""
    packed = zlib.compressobj(level)
    content = bytearray()
    for block in blocks:
        content += packed.compress(block)
    content += packed.flush()
    return sealed(content, under=under)


def pack_file(path: Path, *, under: str, level: int = 6) -> bytes:
    """The same, of a file that is read block by block."""
    with path.open("rb") as file:
        return pack(iter(lambda: file.read(_BLOCK), b""), under=under, level=level)


def unpack_to(path: Path, kept: bytes | memoryview, *, under: str) -> None:
    """Write the bytes behind it, never more than a block of them in memory. Raises SealBroken."""
    unpacked = zlib.decompressobj()
    packed = unsealed(kept, under=under)
    with path.open("wb") as copy:
        while packed:
            copy.write(unpacked.decompress(packed, _BLOCK))
            packed = unpacked.unconsumed_tail
        copy.write(unpacked.flush())
