"""Where copies of files wait to be fetched: one ZIP a digest, closed to other accounts, gone when it expires."""

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

    def keep(self, copy: bytes, *, at: datetime) -> str:
        """Write one copy and return its digest; forget those that have expired. Raises DiskFull."""
        digest = sha256(copy).hexdigest()
        with told_in_french(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.forget_expired(at)
            draft = self.folder / f"{digest}.{secrets.token_hex(4)}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(copy)
            draft.replace(self.folder / f"{digest}.zip")
        return digest

    def open(self, digest: str) -> BinaryIO:
        """The bytes of a copy. Raises CopyGone."""
        try:
            return (self.folder / f"{digest}.zip").open("rb")
        except FileNotFoundError as error:
            raise CopyGone from error

    def forget_expired(self, at: datetime) -> None:
        """Remove what is older at that instant than a copy is kept."""
        oldest = at.timestamp() - KEPT.total_seconds()
        for file in self.folder.iterdir():
            # Another process may be forgetting it too.
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < oldest:
                    file.unlink()
