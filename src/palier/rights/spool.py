"""Where copies of files wait to be fetched: one file a digest, closed to other accounts, gone when it expires.

A copy is sealed under a key of its own that its row holds: without the row its bytes are noise, here as in the store of
documents.
"""

import io
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french
from palier.mail.keys import KeyUnreadable, unwrapped, wrapped
from palier.mail.store.packs import KEY_BYTES, sealed, unsealed

KEPT: Final = timedelta(days=30)


class CopyGone(Refusal):
    """Cette copie n’est plus gardée : demandez-en une autre."""


@dataclass(frozen=True, slots=True)
class Spool:
    """The copies that wait, in a folder of their own under the documents."""

    documents: Path

    @property
    def folder(self) -> Path:
        return self.documents / "copies"

    def keep_sealed(self, copy: bytes, *, at: datetime) -> tuple[str, bytes]:
        """Write one copy: its digest, and the wrapped key without which it is noise. Those that expired are forgotten.

        Raises DiskFull.
        """
        digest, key = sha256(copy).hexdigest(), secrets.token_bytes(KEY_BYTES)
        self._write(f"{digest}.sealed", sealed(copy, key, digest), at)
        return digest, wrapped(key)

    def _write(self, name: str, content: bytes, at: datetime) -> None:
        with told_in_french(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.forget_expired(at)
            draft = self.folder / f"{name}.{secrets.token_hex(4)}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
            draft.replace(self.folder / name)

    def open_sealed(self, digest: str, key: bytes | None) -> BinaryIO:
        """The bytes of a copy, by the wrapped key of its row. Raises CopyGone."""
        try:
            block = (self.folder / f"{digest}.sealed").read_bytes()
            copy = unsealed(block, unwrapped(bytes(key)), digest) if key else None
        except (FileNotFoundError, KeyUnreadable) as error:
            raise CopyGone from error
        if copy is None:
            raise CopyGone
        return io.BytesIO(copy)

    def forget(self, digest: str) -> None:
        """Remove a copy before its time."""
        (self.folder / f"{digest}.sealed").unlink(missing_ok=True)

    def forget_expired(self, at: datetime) -> None:
        """Remove what is older at that instant than a copy is kept, and any ZIP from before they were sealed."""
        if not self.folder.is_dir():
            return
        oldest = at.timestamp() - KEPT.total_seconds()
        for file in self.folder.iterdir():
            # Another process may be forgetting it too.
            with suppress(FileNotFoundError):
                if file.suffix == ".zip" or file.stat().st_mtime < oldest:
                    file.unlink()
