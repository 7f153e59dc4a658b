"""The envelope of a backup: a stream sealed for one recipient, in chunks that each prove themselves and their place.

Format, version 1. A line `palier-envelope-1`; a line of JSON, readable without a key; then chunks of one mebibyte under
AES-256-GCM, the last one shorter. The key comes by HKDF-SHA-256 from an X25519 exchange between a pair drawn for this
file and the recipient; it is bound to the line of JSON. The nonce counts the chunks and says which one is the last:
a chunk moved, repeated, taken away or cut off does not open.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from palier.continuity.keys import fingerprint, public_bytes
from palier.foundation.errors import Refusal

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

MAGIC = b"palier-envelope-1\n"
CHUNK = 1024 * 1024
_TAG = 16
_LONGEST_HEADER = 64 * 1024


class NotAnEnvelope(Refusal):
    """Le fichier {path} n’est pas une sauvegarde de Palier, ou son début a changé : donnez celui que
    « palier backup create » a écrit."""


class OtherKey(Refusal):
    """Le fichier {path} est fermé par une autre clé (empreinte {wanted}) : donnez le fichier de celle-là avec
    --key."""


class EnvelopeAltered(Refusal):
    """Le fichier {path} a changé depuis son écriture, ou il est coupé (vers l’octet {offset}) : rien n’en est repris.
    Prenez une autre sauvegarde."""


class EnvelopeCut(Refusal):
    """Le fichier {path} est coupé : sa fin manque, rien n’en est repris. Prenez une autre sauvegarde."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What anyone may read of an envelope. `facts` hold no personal data."""

    recipient: str
    ephemeral: bytes
    facts: Mapping[str, str]
    line: bytes

    @property
    def length(self) -> int:
        return len(MAGIC) + len(self.line)


def read_header(file: BinaryIO, path: Path) -> Header:
    """The header of an envelope, the file being at its beginning. Raises NotAnEnvelope."""
    if file.read(len(MAGIC)) != MAGIC:
        raise NotAnEnvelope(path=path)
    line = file.readline(_LONGEST_HEADER)
    try:
        told = json.loads(line)
        facts = {str(name): str(value) for name, value in told["facts"].items()}
        return Header(
            recipient=str(told["recipient"]), ephemeral=bytes.fromhex(told["ephemeral"]), facts=facts, line=line
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAnEnvelope(path=path) from error


class SealingStream(io.RawIOBase):
    """Write into it what is to be sealed; closing it writes the last chunk. The file below is left open."""

    def __init__(self, file: BinaryIO, recipient: X25519PublicKey, facts: Mapping[str, str]) -> None:
        super().__init__()
        pair = X25519PrivateKey.generate()
        told = {
            "recipient": fingerprint(recipient),
            "ephemeral": public_bytes(pair.public_key()).hex(),
            "facts": dict(facts),
        }
        self.line = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._file = file
        self._cipher = _cipher(pair.exchange(recipient), self.line)
        self._waiting = bytearray()
        self._rank = 0
        file.write(MAGIC)
        file.write(self.line)

    def writable(self) -> bool:
        return True

    def write(self, content: "ReadableBuffer") -> int:
        view = memoryview(content)
        self._waiting += view
        # One chunk is kept back: only the end tells which is the last.
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return view.nbytes

    def finish(self) -> None:
        """Write the last chunk. An envelope that was not finished is a cut one."""
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()

    def _seal(self, content: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._rank, is_last=is_last), content, None))
        self._rank += 1


class OpeningStream(io.RawIOBase):
    """Read from it what was sealed. Raises OtherKey at once, EnvelopeAltered or EnvelopeCut where it happens."""

    def __init__(self, file: BinaryIO, path: Path, key: X25519PrivateKey) -> None:
        super().__init__()
        self.header = read_header(file, path)
        if fingerprint(key.public_key()) != self.header.recipient:
            raise OtherKey(path=path, wanted=self.header.recipient)
        self._file, self._path = file, path
        try:
            shared = key.exchange(X25519PublicKey.from_public_bytes(self.header.ephemeral))
        except ValueError as error:
            raise NotAnEnvelope(path=path) from error
        self._cipher = _cipher(shared, self.header.line)
        self._rank = 0
        self._sealed = file.read(CHUNK + _TAG)
        self._opened = memoryview(b"")
        self._is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._opened and not self._is_over:
            self._open_next()
        target = memoryview(buffer)
        count = min(len(target), len(self._opened))
        target[:count] = self._opened[:count]
        self._opened = self._opened[count:]
        return count

    def _open_next(self) -> None:
        following = self._file.read(CHUNK + _TAG)
        self._is_over = not following
        try:
            content = self._cipher.decrypt(_nonce(self._rank, is_last=self._is_over), self._sealed, None)
        except InvalidTag as error:
            raise self._why() from error
        self._opened, self._sealed = memoryview(content), following
        self._rank += 1

    def _why(self) -> Refusal:
        if self._is_over and (len(self._sealed) < _TAG or self._is_a_middle_chunk()):
            return EnvelopeCut(path=self._path)
        return EnvelopeAltered(path=self._path, offset=self.header.length + self._rank * (CHUNK + _TAG))

    def _is_a_middle_chunk(self) -> bool:
        try:
            self._cipher.decrypt(_nonce(self._rank, is_last=False), self._sealed, None)
        except InvalidTag:
            return False
        return True


def _cipher(shared: bytes, line: bytes) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=MAGIC, info=line).derive(shared)
    return AESGCM(derived)


def _nonce(rank: int, *, is_last: bool) -> bytes:
    return rank.to_bytes(11, "big") + (b"\x01" if is_last else b"\x00")
