"""Continuous archiving: the server lays each file of its log in a spool, we seal it into a folder on another disk.

The server's own account writes in the spool alone and needs no program of ours. What cannot be sealed waits there: a
folder out of reach loses nothing, it fills the disk.
"""

import json
import os
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from palier.continuity.keys import recipient_of
from palier.continuity.segments import SUFFIX
from palier.foundation.errors import Refusal
from palier.foundation.home import Home, told_in_french
from palier.foundation.postgres import Server, ensure_running, stop
from palier.foundation.postgres.account import server_account

# A file of the log is closed at least that often while the database is written to, and sealed as often by the job
# (palier.continuity.tasks): a loss costs the two together, at most.
SECONDS = 20
SPOOL = "wal-spool"
_CONFIGURATION = "archiving.conf"
_RECORD = "archiving.json"


class ArchivingElsewhere(Refusal):
    """L’archivage continu se règle sur le serveur PostgreSQL que DATABASE_URL indique, par qui le tient : ici, seules
    les sauvegardes entières sont faites."""


class FolderNotForArchives(Refusal):
    """Le dossier {path} contient déjà autre chose que des archives de Palier : choisissez-en un vide."""


class ServerDoesNotArchive(Refusal):
    """La base n’a pas donné la suite de son journal en {seconds} secondes : voyez si le disque de {path} est plein,
    puis recommencez."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The folder of an archive: `wal`, the log of the database; `home`, the files that appeared in the home since."""

    folder: Path

    @property
    def wal(self) -> Path:
        return self.folder / "wal"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def last_kept_at(self) -> datetime | None:
        """When the last file of the log was sealed: what was written before is safe."""
        times = [path.stat().st_mtime for path in self.wal.glob(f"[0-9A-F]*{SUFFIX}")]
        return datetime.fromtimestamp(max(times), tz=UTC) if times else None


def archive_of(home: Home) -> Archive | None:
    """The archive that this home writes to, if any."""
    try:
        return Archive(folder=Path(json.loads((home.root / _RECORD).read_text(encoding="utf-8"))["folder"]))
    except FileNotFoundError:
        return None


def start_archiving(home: Home, folder: Path) -> Archive:
    """Archive from now on; the private server is restarted. Safe to run again.

    Raises BackupKeyMissing, ArchivingElsewhere, FolderNotForArchives, DiskFull.
    """
    recipient_of(home)
    if ensure_running(home).address.outside:
        raise ArchivingElsewhere
    archive = Archive(folder=folder.absolute())
    with told_in_french(folder):
        if folder.exists() and {path.name for path in folder.iterdir()} - {"wal", "home"}:
            raise FolderNotForArchives(path=folder)
        for place in (archive.wal, archive.home):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
    spool = home.root / SPOOL
    with told_in_french(spool):
        spool.mkdir(mode=0o700, exist_ok=True)
        give_to_server(home, spool)
    write_settings(
        home,
        {
            "archive_mode": "on",
            "archive_timeout": f"{SECONDS}s",
            # Laid again after a fall, the same file takes its own place; its name appears only when it is whole.
            "archive_command": _command("cp %p {0}/.%f.part && sync {0}/.%f.part && mv -f {0}/.%f.part {0}/%f", spool),
        },
    )
    (home.root / _RECORD).write_text(json.dumps({"folder": str(archive.folder)}), encoding="utf-8")
    stop(home)
    ensure_running(home)
    return archive


def stop_archiving(home: Home) -> bool:
    """Archive no more; what was kept stays. False when nothing was archived."""
    if archive_of(home) is None:
        return False
    (home.root / _RECORD).unlink()
    write_settings(home, {})
    stop(home)
    ensure_running(home)
    return True


def recovery_settings(waiting: Path, *, to: datetime | None) -> dict[str, str]:
    """What the server is told to play its log again from a folder, to its end or to an instant."""
    settings = {"restore_command": _command("cp {0}/%f %p", waiting), "recovery_target_action": "promote"}
    return settings | ({"recovery_target_time": to.isoformat(sep=" ")} if to is not None else {})


def write_settings(home: Home, settings: dict[str, str]) -> None:
    """What the private server reads beside its own configuration; without settings the file goes."""
    place = home.data / _CONFIGURATION
    if not settings:
        place.unlink(missing_ok=True)
        return
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
    with told_in_french(place):
        place.write_text("".join(lines), encoding="utf-8")
        place.chmod(0o600)
        give_to_server(home, place)


def give_to_server(home: Home, place: Path) -> None:
    """The server reads, or writes, under an account of its own when we are root."""
    account = server_account(home.data)
    if account.switch is not None:
        os.chown(place, *account.switch)


def close_segment(server: Server) -> None:
    """Close the present file of the log, so that what was just written leaves without waiting for its time."""
    with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_switch_wal()")


def waits_to_be_laid(server: Server) -> bool:
    """Whether closed files of the log are not in the spool yet."""
    with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as connection:
        row = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready')"
        ).fetchone()
    return row is not None and bool(row[0])


def _command(shell: str, folder: Path) -> str:
    """For the server's shell. A % of the folder's name is not one of the server's own."""
    return shell.format(shlex.quote(str(folder)).replace("%", "%%"))
