"""A pack: many sealed documents in one file, written by one batch, never changed afterwards.

    PALPACK1 | sealed 0 | sealed 1 | … | index: (offset, length) a document | end: index offset, count, sha256, PALPEND1

A document is named by its pack and its rank in it, its slot. Where its bytes are is in the index: a pack made shorter,
once most of its documents are noise, keeps the slots of the others. The digest at the end covers all that is before.
"""

import os
import secrets
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from palier.foundation.errors import Refusal

# A batch of the month is 250 notices, some 12 MB: one pack. What comes in larger numbers is cut.
MOST_DOCUMENTS: Final = 1_000
MOST_BYTES: Final = 64 * 1024 * 1024
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
_BEGINS: Final = b"PALPACK1"
_ENDS: Final = b"PALPEND1"
_ENTRY: Final = struct.Struct(">QL")
_END: Final = struct.Struct(">QL32s8s")
# The end of a pack as it is first read: with the index of a usual batch.
_TAIL_BYTES: Final = _END.size + 256 * _ENTRY.size


class PackMissing(Refusal):
    """Le paquet {pack} n’est pas dans le dossier des documents : restaurez-le depuis la sauvegarde."""


class PackAltered(Refusal):
    """Le paquet {pack} a changé depuis son écriture : restaurez-le depuis la sauvegarde."""


class Shelf(Protocol):
    """Where packs are: a folder, or a service that speaks S3."""

    def draft(self, pack: str) -> Path:
        """Where a pack is written before it has its name."""

    def place(self, pack: str, draft: Path) -> None:
        """Give the draft its name; when it returns, the pack is kept. Raises DiskFull, HomeUnreachable."""

    def end(self, pack: str, length: int) -> tuple[bytes, int]:
        """The last bytes of a pack, and its whole size. Raises PackMissing."""

    def part(self, pack: str, offset: int, length: int) -> bytes:
        """Some bytes of a pack. Raises PackMissing."""

    def chunks(self, pack: str) -> Iterator[bytes]:
        """All the bytes of a pack, in order. Raises PackMissing."""

    def packs(self) -> Iterator[tuple[str, float]]:
        """Every pack, with the instant of its writing in seconds."""

    def forget(self, pack: str) -> None:
        """Remove a pack. One that is already gone is no fault."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One document in its pack, with the key that opens it."""

    digest: str
    size: int
    key: bytes
    pack: str
    slot: int


class PackWriter:
    """A pack being written, under no name yet. Leaving it by a fault leaves nothing."""

    def __init__(self, shelf: Shelf, pack: str = "") -> None:
        self.pack = pack or new_pack()
        self._shelf = shelf
        self._draft = shelf.draft(self.pack)
        self._digest = sha256()
        self._at = 0
        self._entries: list[tuple[int, int]] = []
        # Read-only from the start: nothing has a reason to write into a pack again.
        self._file: BinaryIO = os.fdopen(os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440), "wb")
        self._write(_BEGINS)

    @property
    def is_full(self) -> bool:
        """True when the next document goes to another pack."""
        return len(self._entries) >= MOST_DOCUMENTS or self._at >= MOST_BYTES

    def add(self, document: bytes) -> Packed:
        """Seal one document under a key of its own, in the next slot."""
        packed = Packed(
            digest=sha256(document).hexdigest(),
            size=len(document),
            key=os.urandom(KEY_BYTES),
            pack=self.pack,
            slot=len(self._entries),
        )
        self.add_sealed(sealed(document, packed.key, packed.digest))
        return packed

    def add_sealed(self, block: bytes) -> None:
        """The next slot, sealed already. No bytes: the slot of a document that is gone."""
        self._entries.append((self._at, len(block)) if block else (0, 0))
        self._write(block)

    def close(self) -> None:
        """Finish the pack and have it kept under its name. Raises DiskFull, HomeUnreachable."""
        index = self._at
        self._write(b"".join(_ENTRY.pack(*entry) for entry in self._entries))
        self._file.write(_END.pack(index, len(self._entries), self._digest.digest(), _ENDS))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._shelf.place(self.pack, self._draft)

    def abandon(self) -> None:
        """Leave nothing of it."""
        # On a full disk, closing writes again what it could not.
        with suppress(OSError):
            self._file.close()
        self._draft.unlink(missing_ok=True)

    def _write(self, block: bytes) -> None:
        self._file.write(block)
        self._digest.update(block)
        self._at += len(block)


def new_pack() -> str:
    """A name that says nothing of what is inside."""
    return secrets.token_hex(16)


def pack_all(shelf: Shelf, documents: Iterable[bytes]) -> Iterator[Packed]:
    """Write documents in packs, each pack kept before its documents are given. A fault keeps the packs before it."""
    writer: PackWriter | None = None
    packed: list[Packed] = []
    try:
        for document in documents:
            writer = writer or PackWriter(shelf)
            packed.append(writer.add(document))
            if writer.is_full:
                writer.close()
                writer = None
                yield from packed
                packed.clear()
        if writer is not None:
            writer.close()
            writer = None
            yield from packed
    finally:
        if writer is not None:
            writer.abandon()


def pack_at(shelf: Shelf, pack: str, blocks: Mapping[int, tuple[bytes, bytes]]) -> None:
    """Write a pack of a given name again: by slot, each document and its key. What an import brings back."""
    writer = PackWriter(shelf, pack)
    try:
        for slot in range(max(blocks) + 1):
            document, key = blocks.get(slot, (b"", b""))
            writer.add_sealed(sealed(document, key, sha256(document).hexdigest()) if key else b"")
        writer.close()
    finally:
        writer.abandon()


def sealed_in(shelf: Shelf, pack: str, slot: int) -> bytes:
    """The sealed bytes of one slot; none when its document is gone. Raises PackMissing, PackAltered."""
    offset, length = _entry(shelf, pack, slot)
    return shelf.part(pack, offset, length) if length else b""


def check_pack(shelf: Shelf, pack: str) -> int:
    """Read a whole pack against its digest; its size. Raises PackMissing, PackAltered."""
    digest, size, held = sha256(), 0, b""
    for chunk in shelf.chunks(pack):
        size += len(chunk)
        held += chunk
        digest.update(held[: -_END.size])
        held = held[-_END.size :]
    if len(held) != _END.size:
        raise PackAltered(pack=pack)
    _, _, told, mark = _END.unpack(held)
    if mark != _ENDS or told != digest.digest():
        raise PackAltered(pack=pack)
    _index(shelf, pack)
    return size


def shorten(shelf: Shelf, pack: str, alive: Collection[int]) -> int:
    """Write a pack again without the documents that nothing opens any more; bytes won. Slots stay what they were.

    The shorter pack takes the name at once, whole: a reader finds the one or the other. Raises PackMissing,
    PackAltered.
    """
    before = check_pack(shelf, pack)
    if not alive:
        shelf.forget(pack)
        return before
    entries = _index(shelf, pack)
    writer = PackWriter(shelf, pack)
    try:
        for slot, (offset, length) in enumerate(entries[: max(alive) + 1]):
            writer.add_sealed(shelf.part(pack, offset, length) if slot in alive and length else b"")
        writer.close()
    finally:
        writer.abandon()
    return before - shelf.end(pack, _END.size)[1]


def bytes_in(shelf: Shelf, pack: str) -> dict[int, int]:
    """The sealed bytes of each slot that has some. Raises PackMissing, PackAltered."""
    return {slot: length for slot, (_, length) in enumerate(_index(shelf, pack)) if length}


def sealed(document: bytes, key: bytes, digest: str) -> bytes:
    """A document under its key, bound to its digest: the bytes of another one in its place do not open."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, document, digest.encode("ascii"))


def unsealed(block: bytes, key: bytes, digest: str) -> bytes | None:
    """The document behind it; None when this key does not open it, or when it changed."""
    try:
        return AESGCM(key).decrypt(block[:NONCE_BYTES], block[NONCE_BYTES:], digest.encode("ascii"))
    except (InvalidTag, ValueError):
        return None


def _entry(shelf: Shelf, pack: str, slot: int) -> tuple[int, int]:
    entries = _index(shelf, pack)
    if not 0 <= slot < len(entries):
        raise PackAltered(pack=pack)
    return entries[slot]


def _index(shelf: Shelf, pack: str) -> list[tuple[int, int]]:
    tail, size = shelf.end(pack, _TAIL_BYTES)
    if len(tail) < _END.size:
        raise PackAltered(pack=pack)
    at, count, _, mark = _END.unpack(tail[-_END.size :])
    length = count * _ENTRY.size
    if mark != _ENDS or at + length + _END.size != size:
        raise PackAltered(pack=pack)
    if length + _END.size > len(tail):
        tail, _ = shelf.end(pack, length + _END.size)
    index = tail[-_END.size - length : -_END.size]
    entries = list(_ENTRY.iter_unpack(index))
    if any(offset + taken > at for offset, taken in entries):
        raise PackAltered(pack=pack)
    return entries
