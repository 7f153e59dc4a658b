"""A restoration, up to the moment when the application may open the database: the whole landlord, or nothing at all.

What follows, and needs the application, is in `finish`.
"""

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from palier.continuity.archiving import Archive, give_to_server, recovery_settings, write_settings
from palier.continuity.census import Census, Compared, census_of, compare
from palier.continuity.keys import BackupKey
from palier.continuity.package import FILES, Closing, Manifest, Package, Parts
from palier.continuity.schema import check_known
from palier.continuity.segments import SUFFIX, Name, read_kept, write_sparse
from palier.foundation.errors import Refusal
from palier.foundation.home import DiskFull, Home, told_in_french
from palier.foundation.postgres import Server, ensure_running, provision, stop
from palier.foundation.postgres.account import server_account
from palier.foundation.postgres.address import address_of, role_prefix_of
from palier.foundation.postgres.lifecycle import ServerDidNotStart
from palier.foundation.postgres.programs import connection_environment, postgres_program
from palier.privacy.ended import REGISTER

_WAITING = "wal-restoring"
_RECOVERY_SECONDS = 6 * 3600
# Drawn again by any set-up: it signs the sessions, which a restored landlord keeps.
_SESSIONS = "django_key"
# Set up anew with a server, unless the server itself is copied.
_CLUSTER_SECRETS = ("superuser", "{prefix}_owner", "{prefix}_login", "{prefix}_worker")

Listener = Callable[[str, int, int], None]


class DatabaseNotEmpty(Refusal):
    """La base {database} contient déjà {count} tables : une sauvegarde ne se restaure que dans une base vide, rien n’a
    été touché. Indiquez un autre dossier avec PALIER_HOME, ou une autre base avec PALIER_DATABASE."""


class DataInPlace(Refusal):
    """Le dossier {path} contient déjà une base de données : cette sauvegarde ne se restaure que dans un dossier neuf,
    rien n’a été touché. Indiquez-en un autre avec PALIER_HOME."""


class OtherFileInPlace(Refusal):
    """Le fichier {path} existe déjà et n’est pas celui de la sauvegarde : rien n’a été restauré. Indiquez un dossier
    neuf avec PALIER_HOME."""


class NotOnThisServer(Refusal):
    """Cette sauvegarde est une copie des fichiers du serveur : elle se restaure dans la base de Palier, sans
    DATABASE_URL."""


class NoLogForThisBackup(Refusal):
    """Un instant (--to) ne s’atteint qu’avec une copie des fichiers du serveur et son archive : donnez les deux, ou
    reprenez sans --to."""


class BeforeTheBackup(Refusal):
    """Cette sauvegarde a été finie à {ended_at} : pour revenir à un instant d’avant, prenez-en une plus ancienne."""


class AfterTheArchive(Refusal):
    """L’archive ne va pas jusqu’à l’instant demandé : reprenez avec un instant plus ancien, ou sans --to pour aller
    jusqu’à sa fin."""


class OtherNames(Refusal):
    """Cette sauvegarde est celle de la base {database}, aux rôles {prefix} : donnez ces noms par PALIER_DATABASE et
    PALIER_ROLE_PREFIX, puis recommencez."""


class RestoreFailed(Refusal):
    """La restauration s’est arrêtée, rien n’est resté à moitié fait : {reason}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A backup, and the archive that goes on from it."""

    package: Package
    archive: Archive | None = None
    to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What is in place, against what was counted when the backup was made."""

    manifest: Manifest
    closing: Closing
    files: int
    # None when the log was played further than the backup: nothing was counted then.
    compared: Compared | None
    found: Census


def restore(source: Source, home: Home, *, environment: Mapping[str, str], listener: Listener) -> Restored:
    """Put a backup in place of nothing. The backup is read whole and proven before anything is touched.

    Raises EnvelopeAltered, EnvelopeCut, OtherKey, NotSignedByTheMachine, FileElsewhere, NewerSchema, DatabaseNotEmpty,
    DataInPlace, OtherFileInPlace, OtherNames, NotOnThisServer, NoLogForThisBackup, BeforeTheBackup, AfterTheArchive,
    DiskFull, RestoreFailed.
    """
    manifest = source.package.manifest()
    _check_place(source, manifest, home, environment)
    closing = source.package.check(listener)
    _check_content(source, manifest, closing, home)
    if manifest.form == "BASE":
        _restore_files_of_server(source.package, home, listener)
        server, files = _recovered(source, home, environment, listener)
    else:
        server = _restore_dump(source.package, manifest, home, environment, listener)
        files = _restore_files(source.package, home, manifest, listener)
    found = census_of(server)
    went_further = manifest.form == "BASE" and source.archive is not None
    return Restored(
        manifest=manifest,
        closing=closing,
        files=files,
        compared=None if went_further else compare(found, before=manifest.census, after=closing.census),
        found=found,
    )


def _check_place(source: Source, manifest: Manifest, home: Home, environment: Mapping[str, str]) -> None:
    """What is known at once, before the backup is read whole."""
    check_known(manifest.migrations)
    address = address_of(environment, home)
    if manifest.prefix != role_prefix_of(environment) or (
        manifest.form == "BASE" and manifest.database != address.database
    ):
        raise OtherNames(database=manifest.database, prefix=manifest.prefix)
    if source.to is not None and (manifest.form != "BASE" or source.archive is None):
        raise NoLogForThisBackup
    if manifest.form == "BASE":
        if address.outside:
            raise NotOnThisServer
        if home.data.exists():
            raise DataInPlace(path=home.root)
    elif address.outside or home.data.exists():
        _check_empty(ensure_running(home, environment))


def _check_content(source: Source, manifest: Manifest, closing: Closing, home: Home) -> None:
    if source.to is not None and source.to < datetime.fromisoformat(closing.ended_at):
        raise BeforeTheBackup(ended_at=closing.ended_at)
    for name, digest in closing.digests.items():
        place = home.root / name.removeprefix(FILES)
        is_secret = name.startswith(f"{FILES}secrets/") and place.name not in {*_cluster_secrets(manifest), _SESSIONS}
        # The keys of another landlord would be lost, and with them all that they sealed.
        if is_secret and place.exists() and hashlib.sha256(place.read_bytes()).hexdigest() != digest:
            raise OtherFileInPlace(path=place)


def _cluster_secrets(manifest: Manifest) -> set[str]:
    """The passwords of the server's own accounts: those of the copied server, or those of the one in place."""
    return {name.format(prefix=manifest.prefix) for name in _CLUSTER_SECRETS}


# --- What pg_dump wrote ----------------------------------------------------------------------------------------------


def _restore_dump(
    package: Package, manifest: Manifest, home: Home, environment: Mapping[str, str], listener: Listener
) -> Server:
    server = ensure_running(home, environment)
    provision(server, prefix=manifest.prefix)
    _make_roles(server, manifest)
    listener("Base de données", 0, 0)
    program_path = postgres_program(home, "pg_restore")
    command = [str(program_path), "--single-transaction", "--exit-on-error", "--no-password"]
    command += ["--dbname", server.address.database]
    running = subprocess.Popen(
        command,
        env=connection_environment(server.administrator_conninfo()),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        if running.stdin is not None:
            for block in package.database():
                running.stdin.write(block)
        _, said = running.communicate()
    except BrokenPipeError:
        _, said = running.communicate()
    finally:
        if running.poll() is None:
            running.kill()
            running.communicate()
    if running.returncode != 0:
        raise _refusal(said.decode(errors="replace"), home.data)
    return server


def _check_empty(server: Server) -> None:
    database = server.address.database
    with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
            return
    with psycopg.connect(server.administrator_conninfo(), autocommit=True) as connection:
        (count,) = connection.execute(
            """SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
               WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'palier')"""
        ).fetchone() or (0,)
    if count:
        raise DatabaseNotEmpty(database=server.address.database, count=count)


def _make_roles(server: Server, manifest: Manifest) -> None:
    """The roles that the dump's rights name, by the owner, who must be able to give them again."""
    with psycopg.connect(server.conninfo(f"{manifest.prefix}_owner"), autocommit=True) as connection:
        present = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for name in manifest.roles:
            if name not in present:
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOINHERIT").format(sql.Identifier(name)))


# --- A copy of the server's files, and its log -----------------------------------------------------------------------


def _restore_files_of_server(package: Package, home: Home, listener: Listener) -> None:
    """Extracted beside, then put in place whole: a copy cut short leaves nothing that looks like data."""
    account = server_account(home.data)
    account.check_can_cross(home.root)
    home.prepare()
    draft = home.root / "postgres.restoring"
    with told_in_french(home.data):
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        try:
            with tarfile.open(fileobj=io.BufferedReader(Parts(package.database())), mode="r|gz") as tar:
                for rank, member in enumerate(tar):
                    tar.extract(member, draft, filter="data")
                    listener("Fichiers de la base", rank + 1, 0)
            # Its archive is not ours to write to: a rehearsal would add to that of the landlord at work.
            (draft / "archiving.conf").unlink(missing_ok=True)
            if account.switch is not None:
                for place in (draft, *draft.rglob("*")):
                    os.chown(place, *account.switch, follow_symlinks=False)
            draft.rename(home.data)
        except tarfile.TarError as error:
            raise RestoreFailed(reason="la copie de la base ne se lit pas.") from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _recovered(source: Source, home: Home, environment: Mapping[str, str], listener: Listener) -> tuple[Server, int]:
    """The server, its log played to the end or to the instant; and how many files came with it."""
    manifest = source.package.manifest()
    is_played = False
    try:
        files = _restore_files(source.package, home, manifest, listener, cluster_too=True)
        if source.archive is not None:
            files += _restore_archived_files(source.archive, source.package.key, home, manifest)
            _ask_for_the_log(source, source.archive, home, listener)
        listener("Journal de la base rejoué", 0, 0)
        server = ensure_running(home, environment)
        _wait_for_the_end(server)
        # What was said for the recovery alone is forgotten.
        _forget_the_log(home)
        stop(home, environment)
        server = ensure_running(home, environment)
        is_played = True
    except (ServerDidNotStart, psycopg.OperationalError) as error:
        raise _why_it_stopped(home, str(error), to=source.to) from error
    finally:
        if not is_played:
            _take_away(home, environment)
    return server, files


def _ask_for_the_log(source: Source, archive: Archive, home: Home, listener: Listener) -> None:
    """The log since the copy began, opened into a folder of the home where the server takes it."""
    waiting = home.root / _WAITING
    with told_in_french(waiting):
        shutil.rmtree(waiting, ignore_errors=True)
        waiting.mkdir(mode=0o700)
        began = datetime.fromisoformat(source.package.manifest().made_at).timestamp()
        for rank, sealed in enumerate(sorted(archive.wal.glob(f"[0-9A-F]*{SUFFIX}"))):
            name = sealed.name.removesuffix(SUFFIX)
            # What was whole before the copy began is of no use to it; the names of timelines always are.
            if sealed.stat().st_mtime < began and not name.endswith(".history"):
                continue
            place = waiting / name
            write_sparse(place, read_kept(sealed, source.package.key, name=Name(kind="WAL", name=name)))
            give_to_server(home, place)
            listener("Fichiers du journal", rank + 1, 0)
        give_to_server(home, waiting)
    signal = home.data / "recovery.signal"
    signal.touch(mode=0o600)
    give_to_server(home, signal)
    write_settings(home, recovery_settings(waiting, to=source.to))


def _forget_the_log(home: Home) -> None:
    shutil.rmtree(home.root / _WAITING, ignore_errors=True)
    write_settings(home, {})


def _take_away(home: Home, environment: Mapping[str, str]) -> None:
    """Data that was not played to its end is not the landlord's: the same command begins again."""
    stop(home, environment)
    for place in (home.data, home.root / _WAITING):
        shutil.rmtree(place, ignore_errors=True)


def _wait_for_the_end(server: Server) -> None:
    deadline = time.monotonic() + _RECOVERY_SECONDS
    while time.monotonic() < deadline:
        with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as connection:
            (is_recovering,) = connection.execute("SELECT pg_is_in_recovery()").fetchone() or (True,)
        if not is_recovering:
            return
        time.sleep(0.2)
    raise RestoreFailed(reason="la base rejoue encore son journal après six heures.")


def _why_it_stopped(home: Home, said: str, *, to: datetime | None) -> Refusal:
    text = said + "".join(
        log.read_text(encoding="utf-8", errors="replace") for log in home.logs.iterdir() if log.is_file()
    )
    if to is not None and "recovery ended before configured recovery target was reached" in text:
        return AfterTheArchive()
    return _refusal(said, home.data)


# --- The files of the home -------------------------------------------------------------------------------------------


def _restore_files(
    package: Package, home: Home, manifest: Manifest, listener: Listener, *, cluster_too: bool = False
) -> int:
    """Documents, secrets and what lies beside. What is there already stays: it is the same, or it is newer."""
    cluster = _cluster_secrets(manifest)
    count = 0
    for path, content in package.files():
        place = home.root / path
        if path.parts[0] == "secrets" and path.name in cluster:
            if cluster_too:
                _put(place, content)
        elif not place.exists() or place.name == _SESSIONS:
            _put(place, content)
        count += 1
        listener("Fichiers", count, 0)
    return count


def _restore_archived_files(archive: Archive, key: BackupKey, home: Home, manifest: Manifest) -> int:
    """Those that the archive kept since: they win over the backup's, a document excepted, which never changes."""
    count = 0
    for sealed in sorted(archive.home.rglob(f"*{SUFFIX}")):
        path = sealed.relative_to(archive.home).with_name(sealed.name.removesuffix(SUFFIX))
        place = home.root / path
        if path.parts[0] == "secrets" and path.name in _cluster_secrets(manifest):
            continue
        if path.parts[0] != "documents" or not place.exists():
            content = read_kept(sealed, key, name=Name(kind="FILE", name=path.as_posix()))
            # What people ended is only ever added to: the longer register is the later one.
            if path.name == REGISTER and place.exists() and place.stat().st_size >= len(content):
                continue
            _put(place, content)
            count += 1
    return count


def _put(place: Path, content: bytes) -> None:
    with told_in_french(place):
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place.with_name(f".{place.name}.part")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)


def _refusal(said: str, place: Path) -> Refusal:
    if "No space left on device" in said:
        return DiskFull(path=place)
    lines = [line for line in said.strip().splitlines() if line.strip()]
    return RestoreFailed(reason=lines[-1] if lines else "aucune explication.")
