"""A whole landlord from its exported files into an empty database: equal to what was exported, or nothing at all.

Every file is proven by its digest before anything is touched; every table is written out again once it is in, and must
be the same byte for byte, before anything is kept.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict

import psycopg
from psycopg import sql

from palier.continuity.census import ledger_hash
from palier.continuity.documents import keep_again, take_back
from palier.continuity.operations.export_all import DATA, DOCUMENTS, FORMAT, KEYS, MANIFEST, PAPER, PHOTO, SCHEMA
from palier.continuity.operations.finish import bring_up_to_date
from palier.continuity.schema import applied_migrations, shape_of
from palier.continuity.tables import TEXT_SETTINGS, Table, digest_of, exported_tables, references
from palier.foundation.errors import Refusal
from palier.foundation.home import Home, told_in_french
from palier.foundation.installation.layout import SEALING_SECRETS
from palier.foundation.postgres import Server
from palier.mail.store import DocumentStore
from palier.privacy.actor import batch
from palier.privacy.declare import Batch
from palier.privacy.journal.operations import prepare_months, seal_and_publish

_BLOCK = 1024 * 1024

Listener = Callable[[str, int, int], None]


class NotAnExport(Refusal):
    """Le dossier {path} n’est pas un export entier de Palier : donnez celui que « palier export --all » a écrit."""


class OtherVersion(Refusal):
    """Cet export vient d’une autre version de Palier (tables {theirs}, ici {ours}) : exportez et importez avec la même
    version, puis mettez le programme à jour."""


class ExportBroken(Refusal):
    """Le fichier {name} de l’export {reason} : rien n’a été repris. Refaites l’export, ou sa copie."""


class LandlordNotEmpty(Refusal):
    """Cette base n’est pas vide (lignes trouvées dans {table} : {count}) : un export entier ne se reprend que dans une
    base neuve, rien n’a été touché. Indiquez un autre dossier avec PALIER_HOME."""


class OtherKeyInPlace(Refusal):
    """Le secret {name} de cette installation n’est pas celui de l’export : rien n’a été repris. Indiquez un dossier
    neuf avec PALIER_HOME."""


class LinkBroken(Refusal):
    """Dans l’export, {count} lignes de {table} renvoient à des lignes de {into} qui n’y sont pas ({name}) : rien n’a
    été repris. Refaites l’export."""


class RowsRefused(Refusal):
    """La table {table} de l’export a des lignes que la base refuse ({reason}) : rien n’a été repris. Refaites
    l’export."""


class NotEqual(Refusal):
    """Une fois reprise, la table {table} n’est plus celle de l’export : rien n’a été gardé. Signalez-le à qui
    tient le programme."""


class AdministratorNeeded(Refusal):
    """Reprendre un export demande le compte administrateur du serveur PostgreSQL : celui de DATABASE_URL n’en a pas les
    droits."""


class _TableTold(TypedDict):
    rows: int
    sha256: str
    schema_sha256: str
    columns: list[str]


class _Manifest(TypedDict):
    format: int
    shape: str
    ledger_sha256: str
    tables: dict[str, _TableTold]
    sequences: dict[str, int]
    documents: dict[str, int]
    keys: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What is in place, equal to what was exported."""

    tables: int
    rows: int
    documents: int
    ledger: str


def import_all(
    server: Server, folder: Path, *, operator: str, motive: str, at: datetime, listener: Listener
) -> Imported:
    """Take everything in. Journaled in the landlord's own journal, after its own past.

    Raises NotAnExport, OtherVersion, ExportBroken, LandlordNotEmpty, OtherKeyInPlace, LinkBroken, RowsRefused,
    NotEqual, AdministratorNeeded, DiskFull.
    """
    manifest = _manifest(folder)
    bring_up_to_date()
    with psycopg.connect(server.administrator_conninfo()) as connection:
        ours = shape_of(applied_migrations(connection))
        if manifest["shape"] != ours:
            raise OtherVersion(theirs=manifest["shape"], ours=ours)
        tables = exported_tables(connection)
        _check_empty(connection, tables)
        _check_files(folder, manifest, tables, listener)
    written_keys = _take_keys(folder, manifest, server.home)
    store, placed = DocumentStore(server.home.documents), list[str]()
    is_kept = False
    try:
        # All in one transaction: it is committed on the way out of this block, or never.
        with psycopg.connect(server.administrator_conninfo()) as connection:
            _take_tables(connection, folder, manifest, tables, listener)
            _take_documents(connection, folder, manifest, store, placed)
        is_kept = True
    finally:
        if not is_kept:
            take_back(store, placed)
            for path in written_keys:
                path.unlink(missing_ok=True)
    seal_and_publish(operator=operator, at=at, is_restored=True)
    prepare_months(at=at)
    with batch(Batch.OPERATOR, operator=operator, motive=motive, command="import --all"):
        pass
    return Imported(
        tables=len(tables),
        rows=sum(told["rows"] for told in manifest["tables"].values()),
        documents=len(manifest["documents"]),
        ledger=manifest["ledger_sha256"],
    )


# --- Before anything is touched --------------------------------------------------------------------------------------


def _manifest(folder: Path) -> _Manifest:
    try:
        told: _Manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if told["format"] != FORMAT or not told["tables"] or not _are_dicts(told["documents"], told["keys"]):
            raise NotAnExport(path=folder)
        _ = told["shape"], told["ledger_sha256"], told["sequences"], told["keys"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotAnExport(path=folder) from error
    return told


def _are_dicts(*values: object) -> bool:
    return all(isinstance(value, dict) for value in values)


def _check_empty(connection: psycopg.Connection, tables: list[Table]) -> None:
    for table in tables:
        (count,) = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.name))
        ).fetchone() or (0,)
        if count:
            raise LandlordNotEmpty(table=table.name, count=count)


def _check_files(folder: Path, manifest: _Manifest, tables: list[Table], listener: Listener) -> None:
    """Each file has the digest that the manifest says, and none lacks or is too many."""
    # A package comes from elsewhere: it leaves among the secrets of this machine what seals columns, and nothing more.
    for name in sorted(manifest["keys"].keys() - SEALING_SECRETS):
        raise ExportBroken(name=f"{KEYS}/{name}", reason="n’est pas une clé de Palier")
    wanted = {f"{DATA}/{name}.csv": told["sha256"] for name, told in manifest["tables"].items()}
    wanted |= {f"{SCHEMA}/{name}.json": told["schema_sha256"] for name, told in manifest["tables"].items()}
    wanted |= {f"{KEYS}/{name}": digest for name, digest in manifest["keys"].items()}
    wanted |= {_place(folder, digest).relative_to(folder).as_posix(): digest for digest in manifest["documents"]}
    names = {table.name for table in tables}
    for name in sorted(names ^ manifest["tables"].keys()):
        raise ExportBroken(name=f"{DATA}/{name}.csv", reason="manque ou est de trop")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(present ^ {*wanted, MANIFEST}):
        raise ExportBroken(name=name, reason="manque" if name in wanted else "est de trop")
    for rank, (name, digest) in enumerate(wanted.items()):
        if _digest(folder / name) != digest:
            raise ExportBroken(name=name, reason="a changé depuis son écriture")
        listener("Fichiers vérifiés", rank + 1, len(wanted))


def _place(folder: Path, digest: str) -> Path:
    """Where a document of the package stands: a photo keeps its name of a photo."""
    photo = folder / DOCUMENTS / digest[:2] / f"{digest}{PHOTO}"
    return photo if photo.exists() else photo.with_suffix(PAPER)


def _digest(path: Path) -> str:
    with told_in_french(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _take_keys(folder: Path, manifest: _Manifest, home: Home) -> list[Path]:
    """The secrets of the sealed columns, beside those of this machine; which were written."""
    for name, digest in manifest["keys"].items():
        place = home.secrets / name
        if place.exists() and _digest(place) != digest:
            raise OtherKeyInPlace(name=name)
    made = []
    for name in manifest["keys"]:
        place = home.secrets / name
        if not place.exists():
            with told_in_french(place):
                place.touch(mode=0o600)
                place.write_bytes((folder / KEYS / name).read_bytes())
            made.append(place)
    return made


# --- In one transaction ----------------------------------------------------------------------------------------------


def _take_tables(
    connection: psycopg.Connection, folder: Path, manifest: _Manifest, tables: list[Table], listener: Listener
) -> None:
    try:
        # Rows come in any order: their links are looked at once all are there, and their triggers have no say.
        connection.execute("SET LOCAL session_replication_role = replica")
    except psycopg.errors.InsufficientPrivilege as error:
        raise AdministratorNeeded from error
    for setting in TEXT_SETTINGS:
        connection.execute(setting.encode())
    for rank, table in enumerate(tables):
        try:
            with (
                (folder / DATA / f"{table.name}.csv").open("rb") as file,
                connection.cursor() as cursor,
                cursor.copy(table.copy_in()) as copy,
            ):
                while block := file.read(_BLOCK):
                    copy.write(block)
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            raise RowsRefused(table=table.name, reason=type(error).__name__) from error
        listener("Tables reprises", rank + 1, len(tables))
    _check_links(connection)
    for rank, table in enumerate(tables):
        if digest_of(connection, table) != manifest["tables"][table.name]["sha256"]:
            raise NotEqual(table=table.name)
        listener("Tables comparées", rank + 1, len(tables))
    if ledger_hash(connection) != manifest["ledger_sha256"]:
        raise NotEqual(table="ledger_posting")
    for name, reached in manifest["sequences"].items():
        connection.execute("SELECT setval(%s::regclass, %s)", [f'public."{name}"', reached])


def _check_links(connection: psycopg.Connection) -> None:
    for link in references(connection):
        mine = [sql.Identifier("mine", column) for column in link.columns]
        pairs = [
            sql.SQL("{} = {}").format(own, sql.Identifier("theirs", target))
            for own, target in zip(mine, link.into_columns, strict=True)
        ]
        row = connection.execute(
            sql.SQL(
                "SELECT count(*) FROM {} AS mine WHERE {} AND NOT EXISTS (SELECT FROM {} AS theirs WHERE {})"
            ).format(
                sql.Identifier(link.table),
                sql.SQL(" AND ").join(sql.SQL("{} IS NOT NULL").format(own) for own in mine),
                sql.Identifier(link.into),
                sql.SQL(" AND ").join(pairs),
            )
        ).fetchone()
        if row is not None and row[0]:
            raise LinkBroken(count=row[0], table=link.table, into=link.into, name=link.name)


def _take_documents(
    connection: psycopg.Connection, folder: Path, manifest: _Manifest, store: DocumentStore, placed: list[str]
) -> None:
    """Sealed again under the keys of their rows."""

    def read(digest: str) -> bytes:
        return _place(folder, digest).read_bytes()

    keep_again(connection, store, list(manifest["documents"]), read, placed)
