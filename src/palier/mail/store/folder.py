"""Packs in a folder: packs/ab/<pack>.pack. A pack has its name only when it is whole and on the disk."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from palier.foundation.home import told_in_french
from palier.mail.store.packs import PackMissing

# A draft lives for the seconds of its batch: what is older was left by a kill.
_DRAFT_SECONDS: Final = 3600
_CHUNK: Final = 1024 * 1024
_PACK: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Folder:
    """Packs under the folder of the documents."""

    root: Path

    def path(self, pack: str) -> Path:
        """Where a pack is, or would be. Raises PackMissing for what is no name of a pack."""
        if not _PACK.fullmatch(pack):
            raise PackMissing(pack=pack)
        return self.root / "packs" / pack[:2] / f"{pack}.pack"

    def draft(self, pack: str) -> Path:
        """Where a pack is written before it has its name."""
        folder = self.root / "drafts"
        folder.mkdir(parents=True, exist_ok=True)
        forget_old_drafts(folder)
        return folder / f"{pack}.{os.getpid()}.part"

    def place(self, pack: str, draft: Path) -> None:
        """Give the draft, which is on the disk, its name."""
        place = self.path(pack)
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(place)
        for folder in (place.parent, place.parent.parent, self.root):
            made_durable(folder)

    def end(self, pack: str, length: int) -> tuple[bytes, int]:
        """The last bytes of a pack, and its whole size. Raises PackMissing."""
        with self._opened(pack) as descriptor:
            size = os.fstat(descriptor).st_size
            return os.pread(descriptor, length, max(0, size - length)), size

    def part(self, pack: str, offset: int, length: int) -> bytes:
        """Some bytes of a pack. Raises PackMissing."""
        with self._opened(pack) as descriptor:
            return os.pread(descriptor, length, offset)

    def chunks(self, pack: str) -> Iterator[bytes]:
        """All the bytes of a pack, in order. Raises PackMissing."""
        try:
            with self.path(pack).open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except FileNotFoundError as error:
            raise PackMissing(pack=pack) from error

    def packs(self) -> Iterator[tuple[str, float]]:
        """Every pack, with the instant of its writing in seconds."""
        for path in sorted((self.root / "packs").glob("[0-9a-f][0-9a-f]/*.pack")):
            with suppress(FileNotFoundError):
                yield path.stem, path.stat().st_mtime

    def forget(self, pack: str) -> None:
        """Remove a pack. One that is already gone is no fault."""
        with told_in_french(self.root):
            self.path(pack).unlink(missing_ok=True)

    @contextmanager
    def _opened(self, pack: str) -> Iterator[int]:
        try:
            descriptor = os.open(self.path(pack), os.O_RDONLY)
        except FileNotFoundError as error:
            raise PackMissing(pack=pack) from error
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def forget_old_drafts(folder: Path) -> None:
    """Remove what a kill left half written."""
    if folder.is_dir():
        oldest = time.time() - _DRAFT_SECONDS
        for draft in folder.iterdir():
            # Another process may be naming it, or forgetting it too.
            with suppress(FileNotFoundError):
                if draft.stat().st_mtime < oldest:
                    draft.unlink()


def made_durable(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
