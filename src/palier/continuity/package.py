"""What a backup holds, in order, inside its envelope: a tar of `manifest.json`, the database in parts, the files of the
home, `closing.json` with what was counted at the end and the digest of each part, and the machine's `signature`.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from palier.continuity.census import Census
from palier.continuity.envelope import EnvelopeAltered, NotAnEnvelope, OpeningStream, SealingStream, read_header
from palier.continuity.keys import BackupKey
from palier.continuity.signing import check_signature, of_backup
from palier.foundation.errors import Refusal

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FORMAT = 1
PART_BYTES = 8 * 1024 * 1024
MANIFEST, CLOSING, DATABASE, FILES = "manifest.json", "closing.json", "database/", "home/"
SIGNATURE = "signature"

Form = Literal["DUMP", "BASE"]


class OtherFormat(Refusal):
    """La sauvegarde {path} est du format {format}, que cette version de Palier ne lit pas : restaurez-la avec celle
    qui l’a faite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What must be known before anything is restored. DUMP: what pg_dump writes; BASE: a copy of the server's files."""

    form: Form
    made_at: str
    postgres: int
    database: str
    prefix: str
    roles: tuple[str, ...]
    # (room, migration), ours only.
    migrations: tuple[tuple[str, str], ...]
    census: Census
    format: int = FORMAT

    def content(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What was known at the end only."""

    ended_at: str
    census: Census
    digests: Mapping[str, str]
    total_bytes: int

    def content(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()


@dataclass(slots=True)
class PackageWriter:
    """Adds members to the tar and keeps their digests."""

    tar: tarfile.TarFile
    line: bytes
    digests: dict[str, str] = field(default_factory=dict)
    total: int = 0

    def add(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self.tar.addfile(member, io.BytesIO(content))
        self.digests[name] = hashlib.sha256(content).hexdigest()
        self.total += len(content)

    def close(self, closing: Closing, signer: Ed25519PrivateKey) -> None:
        """What was known at the end, and the machine's signature on it: it covers every digest."""
        content = closing.content()
        self.add(CLOSING, content)
        self.add(SIGNATURE, signer.sign(of_backup(self.line, content)))

    def add_stream(self, file: IO[bytes]) -> int:
        """The database, in parts since nobody knows its length before its end; how many parts."""
        rank = 0
        while part := file.read(PART_BYTES):
            self.add(f"{DATABASE}{rank:08d}", part)
            rank += 1
        return rank


@contextmanager
def writing(stream: SealingStream) -> Iterator[PackageWriter]:
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        yield PackageWriter(tar, stream.line)
    stream.finish()


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A backup, to be read from end to end as often as it takes."""

    path: Path
    key: BackupKey

    def manifest(self) -> Manifest:
        """Its first member. Raises NotAnEnvelope, OtherKey, OtherFormat, EnvelopeAltered."""
        for name, content in self._members():
            if name != MANIFEST:
                break
            return self._manifest(content.read())
        raise NotAnEnvelope(path=self.path)

    def check(self, listener: Callable[[str, int, int], None] | None = None) -> Closing:
        """Read all of it, compare each member with its digest, and the whole with its signature.

        Raises EnvelopeAltered, EnvelopeCut, OtherKey, NotSignedByTheMachine.
        """
        found: dict[str, str] = {}
        ended, signature = b"", b""
        for name, content in self._members():
            if name == CLOSING:
                ended = content.read()
                continue
            if name == SIGNATURE:
                signature = content.read()
                continue
            digest = hashlib.sha256()
            while block := content.read(PART_BYTES):
                digest.update(block)
            found[name] = digest.hexdigest()
            if listener is not None:
                listener("Parties vérifiées", len(found), 0)
        if not ended:
            raise EnvelopeAltered(path=self.path, offset=0)
        closing = self._closing(ended)
        if dict(closing.digests) != found:
            raise EnvelopeAltered(path=self.path, offset=0)
        check_signature(self.key.sender, signature, of_backup(self._line(), ended), self.path)
        return closing

    def database(self) -> Iterator[bytes]:
        """The bytes of the database, in order."""
        for name, content in self._members():
            if name.startswith(FILES):
                return
            if name.startswith(DATABASE):
                while block := content.read(PART_BYTES):
                    yield block

    def files(self) -> Iterator[tuple[PurePosixPath, bytes]]:
        """The files of the home, each by its path inside it."""
        for name, content in self._members():
            if name.startswith(FILES):
                path = PurePosixPath(name.removeprefix(FILES))
                if path.is_absolute() or ".." in path.parts:
                    # Whoever has the public key can write an envelope: nothing leaves the home.
                    raise EnvelopeAltered(path=self.path, offset=0)
                yield path, content.read()

    def _line(self) -> bytes:
        with self.path.open("rb") as file:
            return read_header(file, self.path).line

    def _members(self) -> Iterator[tuple[str, IO[bytes]]]:
        with self.path.open("rb") as file:
            stream = io.BufferedReader(OpeningStream(file, self.path, self.key.opening), PART_BYTES)
            try:
                with tarfile.open(fileobj=stream, mode="r|") as tar:
                    for member in tar:
                        content = tar.extractfile(member) if member.isreg() else None
                        if content is None:
                            raise EnvelopeAltered(path=self.path, offset=0)
                        yield member.name, content
                # What follows the tar is the envelope's end: it proves that nothing was cut.
                while stream.read(PART_BYTES):
                    pass
            except tarfile.TarError as error:
                raise NotAnEnvelope(path=self.path) from error

    def _manifest(self, content: bytes) -> Manifest:
        try:
            told = json.loads(content)
            if told["format"] != FORMAT:
                raise OtherFormat(path=self.path, format=told["format"])
            told["census"] = Census(**told["census"])
            for name in ("roles", "migrations"):
                told[name] = tuple(tuple(each) if isinstance(each, list) else each for each in told[name])
            return Manifest(**told)
        except (ValueError, KeyError, TypeError) as error:
            raise NotAnEnvelope(path=self.path) from error

    def _closing(self, content: bytes) -> Closing:
        try:
            told = json.loads(content)
            return Closing(**told | {"census": Census(**told["census"])})
        except (ValueError, KeyError, TypeError) as error:
            raise NotAnEnvelope(path=self.path) from error


class Parts(io.RawIOBase):
    """Blocks of bytes as a file: what `tarfile` and a pipe ask for."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        super().__init__()
        self._blocks = blocks
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._held:
            self._held = memoryview(next(self._blocks, b""))
        target = memoryview(buffer)
        count = min(len(target), len(self._held))
        target[:count] = self._held[:count]
        self._held = self._held[count:]
        return count


def files_of_home(root: Path, *, folders: Sequence[str], patterns: Sequence[str]) -> Iterator[Path]:
    """The files of a home that a backup takes, in order: whole folders, then what lies at its root."""
    for folder in folders:
        yield from sorted(path for path in (root / folder).rglob("*") if path.is_file() and not path.is_symlink())
    for pattern in patterns:
        yield from sorted(path for path in root.glob(pattern) if path.is_file() and not path.is_symlink())
