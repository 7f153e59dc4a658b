"""Where the exact bytes of documents are kept: one file a digest, written once, never changed.

documents/ab/<sha256>.pdf under PALIER_HOME: 256 folders, since a folder for each document would cost the disk more
than the document. The same bytes twice are one file. A file has its name only when it is whole and on the disk: a
crash or a full disk leaves nothing under a digest.

A document of a person is sealed (AES-256-GCM) by a key of its own, in <sha256>.sealed; its digest is that of the bytes
that a reader gets. A paper that names no one is kept as it is.
"""

import os
import re
import secrets
import time
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import repeat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french

_WAITING_TOGETHER = 8
# A draft lives for the seconds of its batch: what is older was left by a kill.
_DRAFT_SECONDS = 3600
_NONCE_BYTES = 12
_DIGEST = re.compile(r"[0-9a-f]{64}")


class DocumentMissing(Refusal):
    """Le document {digest} n’est pas dans le dossier des documents : restaurez-le depuis la sauvegarde."""


class DocumentAltered(Refusal):
    """Le document {digest} a changé depuis son enregistrement : restaurez-le depuis la sauvegarde."""


@dataclass(frozen=True, slots=True)
class DocumentStore:
    """Documents under one folder, usually `home.documents`."""

    root: Path

    def path(self, digest: str) -> Path:
        """Where the document of that digest is, or would be."""
        if not _DIGEST.fullmatch(digest):
            raise DocumentMissing(digest=digest)
        return self.root / digest[:2] / f"{digest}.pdf"

    def sealed_path(self, digest: str) -> Path:
        """The same for a document that a key seals."""
        return self.path(digest).with_suffix(".sealed")

    def keep(self, document: bytes) -> str:
        """Keep one document and return its digest. Raises DiskFull or HomeUnreachable."""
        return self.keep_all([document])[0]

    def keep_all(self, documents: Iterable[bytes], keys: Iterable[bytes | None] | None = None) -> list[str]:
        """Keep documents and return their digests; when it returns, all are on the disk. A key seals its document.

        The batch is written among the drafts, made durable in one go, then named. Raises DiskFull or HomeUnreachable:
        nothing half-written then bears a digest, and what was named before is whole and stays.
        """
        drafts: list[tuple[Path, Path]] = []
        digests: list[str] = []
        with told_in_french(self.root):
            self._forget_old_drafts()
            try:
                for document, key in zip(documents, repeat(None) if keys is None else keys, strict=keys is not None):
                    digest = sha256(document).hexdigest()
                    digests.append(digest)
                    place = self.path(digest) if key is None else self.sealed_path(digest)
                    if not _is_held(place, key, digest):
                        written = document if key is None else _sealed(document, key, digest)
                        drafts.append((self._drafted(place, written), place))
                _made_durable([draft for draft, _ in drafts])
                for draft, place in drafts:
                    draft.replace(place)
                _made_durable({folder for _, place in drafts for folder in (place.parent, self.root)})
            finally:
                for draft, _ in drafts:
                    draft.unlink(missing_ok=True)
        return digests

    def read(self, digest: str, *, key: bytes | None = None) -> bytes:
        """The exact bytes kept. Raises DocumentMissing, or DocumentAltered when they no longer have their digest.

        With the document's key; one that was kept before its account had a key is read as it is.
        """
        sealed = self.sealed_path(digest)
        try:
            if key is not None and sealed.exists():
                document = _opened(sealed.read_bytes(), key, digest)
            else:
                document = self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise DocumentMissing(digest=digest) from error
        if sha256(document).hexdigest() != digest:
            raise DocumentAltered(digest=digest)
        return document

    def forget(self, digests: Iterable[str]) -> None:
        """Remove the files of documents whose time is over. One that is already gone is no fault."""
        with told_in_french(self.root):
            for digest in digests:
                self.path(digest).unlink(missing_ok=True)
                self.sealed_path(digest).unlink(missing_ok=True)

    @property
    def _drafts(self) -> Path:
        return self.root / "drafts"

    def _drafted(self, place: Path, document: bytes) -> Path:
        for folder in (place.parent, self._drafts):
            folder.mkdir(parents=True, exist_ok=True)
        draft = self._drafts / f"{place.name}.{secrets.token_hex(4)}"
        # Read-only from the start: nothing has a reason to write into a document again.
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(document)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        return draft

    def _forget_old_drafts(self) -> None:
        if self._drafts.is_dir():
            oldest = time.time() - _DRAFT_SECONDS
            for draft in self._drafts.iterdir():
                # Another process may be naming it, or forgetting it too.
                with suppress(FileNotFoundError):
                    if draft.stat().st_mtime < oldest:
                        draft.unlink()


def _is_held(place: Path, key: bytes | None, digest: str) -> bool:
    """True when the document is there and its own key opens it: what that key cannot open is written again."""
    if not place.exists():
        return False
    if key is None:
        return True
    try:
        return sha256(_opened(place.read_bytes(), key, digest)).hexdigest() == digest
    except (DocumentAltered, FileNotFoundError):
        return False


def _sealed(document: bytes, key: bytes, digest: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    # Bound to its digest: the bytes of another document under this name do not open.
    return nonce + AESGCM(key).encrypt(nonce, document, digest.encode("ascii"))


def _opened(sealed: bytes, key: bytes, digest: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], digest.encode("ascii"))
    except InvalidTag as error:
        raise DocumentAltered(digest=digest) from error


def _made_durable(places: Collection[Path]) -> None:
    """Wait until all are on the disk. Together, so that the file system answers many with one write."""
    if places:
        with ThreadPoolExecutor(min(_WAITING_TOGETHER, len(places))) as pool:
            for _ in pool.map(_fsync, places):
                pass


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
