"""Whole files kept in a column: packed, then sealed; and written out again block by block."""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from palier.foundation.sealing import sealed_blocks, unsealed

_BLOCK = 1 << 20


def pack(blocks: Iterable[bytes], *, under: str, level: int = 6) -> bytearray:
    """The bytes as the database holds them, packed at that zlib level under the secret file named `under`."""
    return sealed_blocks(_packed(blocks, level), under=under)


def pack_file(path: Path, *, under: str, level: int = 6) -> bytearray:
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


def _packed(blocks: Iterable[bytes], level: int) -> Iterator[bytes]:
    packed = zlib.compressobj(level)
    for block in blocks:
        yield packed.compress(block)
    yield packed.flush()
