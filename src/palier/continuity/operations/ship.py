"""What an archive lacks is sealed into it: the closed files of the log, then the new files of the home."""

import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from palier.continuity.archiving import (
    SPOOL,
    Archive,
    ServerDoesNotArchive,
    archive_of,
    close_segment,
    waits_to_be_laid,
)
from palier.continuity.keys import recipient_of
from palier.continuity.operations.create import AT_THE_ROOT, FOLDERS, LEFT_OUT
from palier.continuity.package import files_of_home
from palier.continuity.segments import SUFFIX, Name, SegmentChanged, keep, mark_kept, mark_of
from palier.continuity.signing import ARCHIVE_MARK, signer_of
from palier.foundation.home import Home
from palier.foundation.postgres import ensure_running

_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """How many files of the log and of the home were sealed."""

    segments: int = 0
    files: int = 0


def ship(home: Home) -> Shipped:
    """Seal what waits; nothing when nothing is archived. Safe to run twice, and two at once.

    Raises SegmentChanged, DiskFull, HomeUnreachable, BackupKeyMissing.
    """
    archive = archive_of(home)
    if archive is None:
        return Shipped()
    return Shipped(segments=_ship_segments(home, archive), files=_ship_files(home, archive))


def ship_now(home: Home) -> Shipped:
    """The same, with what was written until now. Raises ServerDoesNotArchive too."""
    if archive_of(home) is None:
        return Shipped()
    server = ensure_running(home)
    close_segment(server)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while waits_to_be_laid(server):
        if time.monotonic() > deadline:
            raise ServerDoesNotArchive(seconds=_PATIENCE_SECONDS, path=home.root / SPOOL)
        time.sleep(0.1)
    return ship(home)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealing:
    """For whom files are sealed, who signs them, and what marks them."""

    recipient: X25519PublicKey
    signer: Ed25519PrivateKey
    secret: str


def _sealing(home: Home) -> _Sealing:
    return _Sealing(recipient=recipient_of(home), signer=signer_of(home), secret=home.ensure_secret(ARCHIVE_MARK))


def _ship_segments(home: Home, archive: Archive) -> int:
    sealing = _sealing(home)
    count = 0
    for path in sorted((home.root / SPOOL).glob("[0-9A-F]*")):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # another is sealing it too
        place = archive.wal / f"{path.name}{SUFFIX}"
        if mark_kept(place) not in (None, mark_of(content, sealing.secret)):
            raise SegmentChanged(name=path.name)
        count += _keep(place, content, Name(kind="WAL", name=path.name), sealing)
        path.unlink(missing_ok=True)
    return count


def _ship_files(home: Home, archive: Archive) -> int:
    sealing = _sealing(home)
    count = 0
    for path in files_of_home(home.root, folders=FOLDERS, patterns=AT_THE_ROOT):
        name = path.relative_to(home.root).as_posix()
        place = archive.home / f"{name}{SUFFIX}"
        # A document never changes under its name, and a pack only loses what nothing opens: a place is all to look at.
        if name.startswith(LEFT_OUT) or (name.startswith("documents/") and place.exists()):
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # its time ended meanwhile
        count += _keep(place, content, Name(kind="FILE", name=name), sealing)
    return count


def _keep(place: Path, content: bytes, name: Name, sealing: _Sealing) -> bool:
    return keep(
        place,
        content,
        name=name,
        recipient=sealing.recipient,
        signer=sealing.signer,
        mark=mark_of(content, sealing.secret),
    )
