"""Where the exact bytes of documents are kept, written once and never changed.

A document of a person is sealed (AES-256-GCM) under a key of its own and put in a pack with others of its batch
(packs.py). Its key, wrapped by the installation's secret, is in its row: without the row its bytes are noise. Its
digest is that of the bytes that a reader gets.

A paper that names no one is a file of its own, documents/ab/<sha256>.pdf; the same bytes twice are one file. Before the
packs, a person's document was such a file too, <sha256>.sealed, under a key of its account and year: it is still read,
until it is moved.
"""

import logging
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from palier.foundation.errors import Refusal
from palier.foundation.home import DiskFull, HomeUnreachable, SecretMissing, SecretUnreadable, told_in_french
from palier.mail.keys import KeyUnreadable, unwrapped, wrapped
from palier.mail.store.folder import forget_old_drafts, made_durable
from palier.mail.store.packs import PackAltered, PackMissing, Shelf, pack_all, sealed_in, unsealed
from palier.mail.store.places import shelf_of
from palier.mail.store.s3 import StorageRefuses, StorageSilent

_WAITING_TOGETHER = 8
_DIGEST = re.compile(r"[0-9a-f]{64}")
# That of the S3 service: who looks after the machine puts it back.
_NO_SECRET: Final = (SecretMissing, SecretUnreadable)

logger = logging.getLogger("palier.documents")


class DocumentMissing(Refusal):
    """Le document {digest} n’est pas dans le dossier des documents : restaurez-le depuis la sauvegarde."""


class DocumentAltered(Refusal):
    """Le document {digest} a changé depuis son enregistrement : restaurez-le depuis la sauvegarde."""


class DocumentShredded(Refusal):
    """Le document {digest} a été détruit : sa clé n’existe plus. Son empreinte et ses preuves restent."""


class NotKeptNow(Refusal):
    """Aucun fichier ne peut être gardé pour l’instant : rien n’est enregistré. Recommencez dans quelques minutes."""


class NotReadNow(Refusal):
    """Ce document ne peut pas être lu pour l’instant. Réessayez dans une heure."""


# What a page or a job that gives a document expects, and goes on without it. What it says is for who runs the store.
UNREADABLE: Final = (DocumentMissing, DocumentAltered, NotReadNow, KeyUnreadable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a document is and what opens it: the columns of its row. No pack: it is kept the way of before."""

    digest: str
    size: int
    wrapped: bytes
    pack: str
    slot: int


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
        """The same for a document of before the packs, under a key of its account."""
        return self.path(digest).with_suffix(".sealed")

    def keep(self, document: bytes) -> str:
        """Keep one document and return its digest. Raises DiskFull or HomeUnreachable."""
        return self.keep_all([document])[0]

    def keep_all(self, documents: Iterable[bytes]) -> list[str]:
        """Keep papers that name no one and return their digests; when it returns, all are on the disk.

        The batch is written among the drafts, made durable in one go, then named. Raises DiskFull or HomeUnreachable:
        nothing half-written then bears a digest, and what was named before is whole and stays.
        """
        drafts: list[tuple[Path, Path]] = []
        digests: list[str] = []
        with told_in_french(self.root):
            forget_old_drafts(self._drafts)
            try:
                for document in documents:
                    digest = sha256(document).hexdigest()
                    digests.append(digest)
                    place = self.path(digest)
                    if not place.exists():
                        drafts.append((self._drafted(place, document), place))
                _made_durable([draft for draft, _ in drafts])
                for draft, place in drafts:
                    draft.replace(place)
                _made_durable({folder for _, place in drafts for folder in (place.parent, self.root)})
            finally:
                for draft, _ in drafts:
                    draft.unlink(missing_ok=True)
        return digests

    def deposit(self, documents: Iterable[bytes], *, wrap: Callable[[bytes], bytes] = wrapped) -> list[Kept]:
        """Keep documents of persons, each sealed under a key of its own; when it returns, all are on the disk.

        What is given back goes to the documents' rows: without it their bytes are noise. Raises DiskFull or
        HomeUnreachable: what was being written bears no name, and no row knows the packs before it.
        """
        with told_in_french(self.root):
            return [
                Kept(digest=one.digest, size=one.size, wrapped=wrap(one.key), pack=one.pack, slot=one.slot)
                for one in pack_all(self.shelf, documents)
            ]

    def deposit_given(self, documents: Iterable[bytes]) -> list[Kept]:
        """The same for what a person gives on a page. Raises NotKeptNow: what the store lacks is for who runs it."""
        try:
            return self.deposit(documents)
        except (DiskFull, HomeUnreachable, StorageSilent, StorageRefuses, *_NO_SECRET) as fault:
            logger.error("a file given on a page is not kept: %s", fault)
            raise NotKeptNow from fault

    def open(self, kept: Kept) -> bytes:
        """The exact bytes of a document. Raises one of UNREADABLE, or DocumentShredded."""
        if not kept.pack:
            return self.read(kept.digest, key=unwrapped(kept.wrapped) if kept.wrapped else None)
        if not kept.wrapped:
            raise DocumentShredded(digest=kept.digest)
        key = unwrapped(kept.wrapped)
        # Once more: a pack made shorter between its index and its bytes gives those of another document.
        document = self._in_pack(kept, key) or self._in_pack(kept, key)
        if document is None or sha256(document).hexdigest() != kept.digest:
            raise DocumentAltered(digest=kept.digest)
        return document

    @property
    def shelf(self) -> Shelf:
        """Where the packs are."""
        return shelf_of(self.root)

    def _in_pack(self, kept: Kept, key: bytes) -> bytes | None:
        try:
            return unsealed(sealed_in(self.shelf, kept.pack, kept.slot), key, kept.digest)
        except PackMissing as error:
            raise DocumentMissing(digest=kept.digest) from error
        except PackAltered as error:
            raise DocumentAltered(digest=kept.digest) from error
        except (StorageSilent, StorageRefuses, *_NO_SECRET) as fault:
            logger.error("the document %s is not read: %s", kept.digest, fault)
            raise NotReadNow from fault

    def read(self, digest: str, *, key: bytes | None = None) -> bytes:
        """The exact bytes kept. Raises DocumentMissing, or DocumentAltered when they no longer have their digest.

        The key is that of a document of before the packs; older still, it is read as it is.
        """
        sealed = self.sealed_path(digest)
        try:
            if key is not None and sealed.exists():
                opened = unsealed(sealed.read_bytes(), key, digest)
                if opened is None:
                    raise DocumentAltered(digest=digest)
                document = opened
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


def _made_durable(places: Collection[Path]) -> None:
    """Wait until all are on the disk. Together, so that the file system answers many with one write."""
    if places:
        with ThreadPoolExecutor(min(_WAITING_TOGETHER, len(places))) as pool:
            for _ in pool.map(made_durable, places):
                pass
