"""The whole landlord in open files: a CSV and a JSON Schema a table, documents that open, what reads sealed columns.

One snapshot of the database; a folder that is there whole or not at all. It leaves everything in clear: the operator is
named, and whoever holds the folder holds the landlord.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from palier.continuity.census import ledger_hash
from palier.continuity.documents import readable_documents
from palier.continuity.schema import applied_migrations, shape_of
from palier.continuity.tables import TEXT_SETTINGS, Table, exported_tables, json_schema, left_out, references, written
from palier.foundation.errors import Refusal
from palier.foundation.home import Home, told_in_french
from palier.foundation.installation.layout import SEALING_SECRETS
from palier.foundation.postgres import Server
from palier.mail.store import DocumentStore
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

FORMAT = 1
PAPER, PHOTO = ".pdf", ".jpg"
_JPEG = b"\xff\xd8\xff"
MANIFEST, DATA, SCHEMA, DOCUMENTS, KEYS = "manifest.json", "data", "schema", "documents", "keys"
_SEQUENCES = """
SELECT sequencename, last_value FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL AND NOT starts_with(sequencename, 'procrastinate_')
  AND NOT starts_with(sequencename, 'django_') AND NOT starts_with(sequencename, 'auth_') ORDER BY 1
"""

Listener = Callable[[str, int, int], None]


class ExportFolderTaken(Refusal):
    """Le dossier {path} existe déjà et n’est pas vide : choisissez un autre nom, rien n’a été écrit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written."""

    tables: int
    rows: int
    documents: int
    unreadable: int
    ledger: str
    shape: str


def export_all(
    server: Server,
    output: Path,
    *,
    operator: str,
    motive: str,
    at: datetime,
    listener: Listener,
) -> Exported:
    """Write everything. Journaled as a reading of all. Raises ExportFolderTaken, DiskFull, UnknownMotive."""
    with told_in_french(output):
        if output.exists() and (not output.is_dir() or any(output.iterdir())):
            raise ExportFolderTaken(path=output)
    with batch(Batch.OPERATOR, operator=operator, motive=motive, command="export --all"):
        pass
    draft = output.with_name(f".{output.name}.part")
    with told_in_french(output):
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        try:
            exported = _write(server, draft, at=at, listener=listener)
            if output.exists():
                output.rmdir()
            draft.rename(output)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return exported


def _write(server: Server, folder: Path, *, at: datetime, listener: Listener) -> Exported:
    for name in (DATA, SCHEMA, DOCUMENTS, KEYS):
        (folder / name).mkdir(mode=0o700)
    # The administrator's account: row security keeps every other one, the owner included, from a whole copy.
    with psycopg.connect(server.administrator_conninfo()) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for setting in TEXT_SETTINGS:
            connection.execute(setting.encode())
        tables = exported_tables(connection)
        links = references(connection)
        told: dict[str, dict[str, object]] = {}
        for rank, table in enumerate(tables):
            schema = json.dumps(json_schema(table, links), ensure_ascii=False, indent=1).encode()
            told[table.name] = _table(connection, table, folder) | {
                "schema_sha256": _file(folder / SCHEMA / f"{table.name}.json", [schema])[0]
            }
            listener("Tables", rank + 1, len(tables))
        migrations = applied_migrations(connection)
        ledger = ledger_hash(connection)
        documents, unreadable = _documents(connection, server.home, folder, listener)
        manifest = {
            "format": FORMAT,
            "made_at": at.isoformat(),
            "shape": shape_of(migrations),
            "migrations": [list(each) for each in migrations],
            "ledger_sha256": ledger,
            "tables": told,
            "left_out": left_out(connection),
            "sequences": dict(connection.execute(_SEQUENCES).fetchall()),
            "documents": documents,
            "keys": _keys(server.home, folder),
        }
    _file(folder / MANIFEST, [json.dumps(manifest, ensure_ascii=False, indent=1).encode()])
    return Exported(
        tables=len(tables),
        rows=sum(int(str(each["rows"])) for each in told.values()),
        documents=len(documents),
        unreadable=unreadable,
        ledger=ledger,
        shape=shape_of(migrations),
    )


def _table(connection: psycopg.Connection, table: Table, folder: Path) -> dict[str, object]:
    digest, size = _file(folder / DATA / f"{table.name}.csv", written(connection, table))
    row = connection.execute(
        psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(table.name))
    ).fetchone()
    return {
        "rows": row[0] if row else 0,
        "sha256": digest,
        "bytes": size,
        "columns": list(table.names),
        "order": list(table.key or table.names),
    }


def _documents(
    connection: psycopg.Connection, home: Home, folder: Path, listener: Listener
) -> tuple[dict[str, int], int]:
    """The documents by digest, with their sizes; and how many no key opens any more."""
    sizes: dict[str, int] = {}
    unreadable = 0
    for kept in readable_documents(connection, DocumentStore(home.documents)):
        if kept.content is None:
            unreadable += 1
            continue
        ending = PHOTO if kept.content.startswith(_JPEG) else PAPER
        place = folder / DOCUMENTS / kept.digest[:2] / f"{kept.digest}{ending}"
        place.parent.mkdir(mode=0o700, exist_ok=True)
        _file(place, [kept.content])
        sizes[kept.digest] = len(kept.content)
        listener("Documents", len(sizes), 0)
    return sizes, unreadable


def _keys(home: Home, folder: Path) -> dict[str, str]:
    """What opens the sealed columns, by name: its digest. The passwords of the server and of the services outside stay
    here."""
    return {
        path.name: _file(folder / KEYS / path.name, [path.read_bytes()])[0]
        for path in sorted(home.secrets.iterdir())
        if path.name in SEALING_SECRETS
    }


def _file(path: Path, blocks: Iterable[bytes]) -> tuple[str, int]:
    """Write one file, open to its account alone; its digest and its size."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for block in blocks:
            file.write(block)
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size
