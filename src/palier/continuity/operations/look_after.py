"""The backups of a folder: which there are, and which have had their time, with the log that none needs any more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from palier.continuity.archiving import Archive
from palier.continuity.envelope import NotAnEnvelope, read_header
from palier.foundation.errors import Refusal

SUFFIX = ".palier"


class FolderNotThere(Refusal):
    """Le dossier {path} n’existe pas, ou n’est pas lisible d’ici : indiquez celui des sauvegardes."""


class KeptTooShort(Refusal):
    """Les sauvegardes se gardent au moins un jour : choisissez avec --keep-days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A backup as its first lines tell it, without its key."""

    path: Path
    form: str
    made_at: datetime
    bytes: int
    recipient: str

    def age_days(self, at: datetime) -> int:
        return (at - self.made_at).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """What was removed, or would be."""

    backups: tuple[Path, ...]
    segments: int
    kept: int


def listed(folder: Path) -> list[Listed]:
    """The backups of a folder, the newest first; a file that is not one is passed over. Raises FolderNotThere."""
    if not folder.is_dir():
        raise FolderNotThere(path=folder)
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            with path.open("rb") as file:
                header = read_header(file, path)
            found.append(
                Listed(
                    path=path,
                    form=header.facts["kind"],
                    made_at=datetime.fromisoformat(header.facts["made_at"]),
                    bytes=path.stat().st_size,
                    recipient=header.recipient,
                )
            )
        except (NotAnEnvelope, KeyError, ValueError):
            continue
    return sorted(found, key=lambda each: each.made_at, reverse=True)


def expire(folder: Path, archive: Archive | None, *, keep_days: int, at: datetime, is_dry_run: bool = False) -> Expired:
    """Remove the backups older than so many days, and the log that ends before the oldest that is kept.

    The newest is kept whatever its age. Raises KeptTooShort, FolderNotThere.
    """
    if keep_days < 1:
        raise KeptTooShort
    backups = listed(folder)
    limit = at - timedelta(days=keep_days)
    gone = [each for each in backups[1:] if each.made_at < limit]
    kept = [each for each in backups if each not in gone]
    segments = _segments_before(archive, kept) if archive is not None else []
    if not is_dry_run:
        for path in (*(each.path for each in gone), *segments):
            path.unlink(missing_ok=True)
    return Expired(backups=tuple(each.path for each in gone), segments=len(segments), kept=len(kept))


def _segments_before(archive: Archive, kept: list[Listed]) -> list[Path]:
    """A file of the log that was whole before a copy began is of no use to it."""
    copies = [each.made_at for each in kept if each.form == "BASE"]
    if not copies:
        return []
    oldest = min(copies).timestamp()
    # The names tell timelines apart: those are needed for ever, and are a few bytes.
    return [
        path
        for path in archive.wal.glob("*.sealed")
        if path.stat().st_mtime < oldest and not path.name.endswith(".history.sealed")
    ]
