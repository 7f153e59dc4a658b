"""A backup: the whole landlord in one sealed file, written whole or not at all."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg

from palier.continuity.archiving import archive_of
from palier.continuity.census import census_of, take_census
from palier.continuity.envelope import SealingStream
from palier.continuity.keys import FileInPlace, fingerprint, recipient_of
from palier.continuity.package import (
    FILES,
    MANIFEST,
    Closing,
    Form,
    Manifest,
    PackageWriter,
    files_of_home,
    writing,
)
from palier.continuity.schema import applied_migrations
from palier.continuity.signing import signer_of
from palier.foundation.errors import Refusal
from palier.foundation.home import told_in_french
from palier.foundation.postgres import Server
from palier.foundation.postgres.programs import connection_environment, postgres_program
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

# What a landlord loses with its home, beside the database. Not the logs, the programs, nor what is gathered again.
FOLDERS = ("secrets", "documents", "journal", "archives")
AT_THE_ROOT = ("*.toml", "demo.json", "backup-recipient")
# Rebuilt or waiting for minutes only: drafts of documents, copies that a person came to fetch.
LEFT_OUT = ("documents/drafts/", "documents/copies/")

Listener = Callable[[str, int, int], None]


class BackupFailed(Refusal):
    """La sauvegarde n’a pas pu être faite, rien n’est écrit dans {path} : {reason}"""


class WholeCopyNotPossible(Refusal):
    """Une copie des fichiers du serveur ne se fait qu’avec la base de Palier et l’archivage continu en marche : lancez
    « palier backup archive --folder DOSSIER », ou reprenez sans --form BASE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was written."""

    form: Form
    bytes: int
    files: int
    tables: int
    rows: int
    ledger: str
    recipient: str


def create(
    server: Server,
    output: Path,
    *,
    operator: str,
    motive: str,
    prefix: str,
    form: Form | None,
    clock: Callable[[], datetime],
    listener: Listener,
) -> Made:
    """Write one backup. Without a form: BASE when the log is archived, DUMP otherwise. Journaled as a reading of all.

    `clock` says the instant, asked for at the beginning and at the end. Raises BackupKeyMissing, FileInPlace,
    WholeCopyNotPossible, ProgramAbsent, BackupFailed, DiskFull, UnknownMotive, JournalClosed.
    """
    recipient = recipient_of(server.home)
    is_archived = archive_of(server.home) is not None and not server.address.outside
    chosen: Form = form or ("BASE" if is_archived else "DUMP")
    if chosen == "BASE" and not is_archived:
        raise WholeCopyNotPossible
    if not output.parent.is_dir():
        raise BackupFailed(path=output, reason="ce dossier n’existe pas.")
    if output.exists():
        raise FileInPlace(path=output)
    with batch(Batch.OPERATOR, operator=operator, motive=motive, command="backup create"):
        pass
    draft = output.with_name(f".{output.name}.part")
    made_at = clock().isoformat()
    facts = {"kind": chosen, "made_at": made_at, "database": server.address.database}
    with told_in_french(output):
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                with writing(SealingStream(file, recipient, facts)) as package:
                    manifest = _database(server, package, chosen, output, prefix=prefix, made_at=made_at)
                    files = _files(server.home.root, package, listener)
                    _close(server, package, manifest, clock)
                file.flush()
                os.fsync(file.fileno())
            # link() refuses a name that somebody took meanwhile; a rename would write over it.
            os.link(draft, output)
        except FileExistsError as error:
            raise FileInPlace(path=output) from error
        finally:
            draft.unlink(missing_ok=True)
        return Made(
            form=chosen,
            bytes=output.stat().st_size,
            files=files,
            tables=len(manifest.census.rows),
            rows=sum(manifest.census.rows.values()),
            ledger=manifest.census.ledger,
            recipient=fingerprint(recipient),
        )


def _database(
    server: Server, package: PackageWriter, form: Form, output: Path, *, prefix: str, made_at: str
) -> Manifest:
    """The manifest, then the database as it is in one snapshot (DUMP), or as its files are (BASE)."""
    # The administrator's account: row security keeps every other one, the owner included, from a whole copy.
    with psycopg.connect(server.administrator_conninfo()) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        manifest = Manifest(
            form=form,
            made_at=made_at,
            postgres=connection.info.server_version // 10000,
            database=server.address.database,
            prefix=prefix,
            roles=_roles(connection, prefix),
            migrations=applied_migrations(connection),
            census=take_census(connection),
        )
        package.add(MANIFEST, manifest.content())
        if form == "DUMP":
            _run_into(
                package, server, ["pg_dump", "--format=custom", "--no-password", f"--snapshot={snapshot}"], output
            )
    if form == "BASE":
        # The log of the copy's own minutes comes with it: it restores even when the archive is lost.
        options = ["--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast", "--gzip", "--no-password"]
        _run_into(package, server, ["pg_basebackup", *options], output)
    return manifest


def _roles(connection: psycopg.Connection, prefix: str) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) AND NOT rolcanlogin ORDER BY 1", [f"{prefix}_"]
    )
    return tuple(name for (name,) in rows)


def _run_into(package: PackageWriter, server: Server, command: list[str], output: Path) -> None:
    name, *options = command
    with _started(
        [str(postgres_program(server.home, name)), *options], connection_environment(server.administrator_conninfo())
    ) as program:
        package.add_stream(_piped(program.stdout))
        said = _piped(program.stderr).read().decode(errors="replace").strip().splitlines()
        if program.wait() != 0:
            raise BackupFailed(path=output, reason=said[-1] if said else f"code {program.returncode}.")


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A program whose output is read while it runs, and that does not outlive a failure."""
    # What it says on its way is short: a pipe holds it until the end.
    program = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield program
    finally:
        if program.poll() is None:
            program.kill()
        program.communicate()


def _piped(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise AssertionError("the program was started without its pipes")
    return pipe


def _files(root: Path, package: PackageWriter, listener: Listener) -> int:
    """What is taken after the database: a row of the snapshot has its file already, a file too many harms nobody."""
    count = 0
    for path in files_of_home(root, folders=FOLDERS, patterns=AT_THE_ROOT):
        name = path.relative_to(root).as_posix()
        if name.startswith(LEFT_OUT):
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue  # its time ended meanwhile
        package.add(f"{FILES}{name}", content)
        count += 1
        listener("Fichiers", count, 0)
    return count


def _close(server: Server, package: PackageWriter, manifest: Manifest, clock: Callable[[], datetime]) -> None:
    census = manifest.census
    if manifest.form == "BASE":
        # The landlord worked meanwhile: the copy lies between what was counted before and what is counted now.
        census = census_of(server)
    ended_at = clock().isoformat()
    closing = Closing(ended_at=ended_at, census=census, digests=dict(package.digests), total_bytes=package.total)
    package.close(closing, signer_of(server.home))
