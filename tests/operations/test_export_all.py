"""A landlord leaves whole and comes back equal: each table to the byte, ledger, documents; or nothing at all."""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg import sql
from tests.conftest import BLANK, TEST_HOME, Cluster
from tests.operations.backups import THE_OPERATOR, new_home, palier, server_of

from palier.continuity.census import ledger_hash, tables_of
from palier.continuity.operations.export_all import Exported, ExportFolderTaken, export_all
from palier.continuity.operations.import_all import (
    ExportBroken,
    Imported,
    LandlordNotEmpty,
    LinkBroken,
    NotAnExport,
    OtherKeyInPlace,
    OtherVersion,
    RowsRefused,
    import_all,
)
from palier.continuity.tables import LEFT_OUT, QUEUE_REASON
from palier.demo.operations import Made as Demonstration
from palier.foundation.clock import now
from palier.foundation.errors import Refusal
from palier.foundation.home import Home
from palier.foundation.postgres import Server
from palier.privacy.actor import OperatorNotNamed, UnknownMotive

# Written by the import itself, after the past of the landlord: its own line, and the seals that begin again.
AFTER = {"privacy_readevent", "privacy_journalblock", "privacy_journalmark", "privacy_journalpublication"}


def export(cluster: Cluster, folder: Path, *, operator: str = THE_OPERATOR, motive: str = "SAUVEGARDE") -> Exported:
    return export_all(
        server_of(cluster), folder, operator=operator, motive=motive, at=now(),
        listener=lambda _phase, _done, _total: None,
    )  # fmt: skip


def take_in(server: Server, folder: Path) -> Imported:
    return import_all(
        server, folder, operator=THE_OPERATOR, motive="REPRISE", at=now(), listener=lambda _phase, _done, _total: None
    )


@pytest.fixture(autouse=True)
def heads_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each landlord publishes its heads in its own place."""
    monkeypatch.setattr(settings, "PALIER_JOURNAL_HEADS", tmp_path / "empreintes.jsonl")


@pytest.fixture
def exported(cluster: Cluster, fresh_world: Demonstration, tmp_path: Path) -> Path:
    export(cluster, tmp_path / "export")
    return tmp_path / "export"


@contextmanager
def empty_landlord(cluster: Cluster, tmp_path: Path) -> Iterator[Server]:
    """An installed database with nobody in it, and a home of its own for what comes as files."""
    cluster.empty(BLANK)
    with cluster.own_copy(BLANK) as name:
        home = Home(tmp_path / "arrivee")
        home.prepare()
        for secret in ("superuser", "palier_owner", "palier_login", "palier_worker"):
            shutil.copy(Home(TEST_HOME).secrets / secret, home.secrets / secret)
        yield replace(server_of(cluster, name), home=home)


def contents(connection: psycopg.Connection) -> dict[str, str]:
    """Each table by what its rows say, told by the database itself and not by the export."""
    found = {}
    for name in tables_of(connection):
        row = connection.execute(
            sql.SQL("SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {} AS t").format(
                sql.Identifier(name)
            )
        ).fetchone()
        assert row is not None
        found[name] = row[0]
    return found


def rows_of(connection: psycopg.Connection, table: str) -> set[str]:
    return {
        text for (text,) in connection.execute(sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(table)))
    }


def told(folder: Path) -> dict[str, object]:
    manifest: dict[str, object] = json.loads((folder / "manifest.json").read_text())
    return manifest


def said_again(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    manifest = told(folder)
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def rewritten(folder: Path, table: str, change: Callable[[str], str]) -> None:
    """A file changed by a hand that knows about digests."""
    path = folder / "data" / f"{table}.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    def agree(manifest: dict[str, object]) -> None:
        tables = manifest["tables"]
        assert isinstance(tables, dict)
        tables[table]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()

    said_again(folder, agree)


# --- Leaving ---------------------------------------------------------------------------------------------------------


def test_an_export_has_every_table_its_schema_and_every_document_in_clear_and_is_journaled(
    cluster: Cluster, fresh_world: Demonstration, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    made = export(cluster, folder)
    manifest = told(folder)
    with cluster.as_superuser(server_of(cluster).address.database) as looking:
        counts = {
            name: (looking.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone() or (0,))[
                0
            ]
            for name in tables_of(looking)
        }
        digests = {digest for (digest,) in looking.execute("SELECT pdf_sha256 FROM mail_document")} - {""}
        ledger = ledger_hash(looking)
        trace = looking.execute(
            "SELECT operator, is_mass, screen FROM privacy_readevent ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert trace == (THE_OPERATOR, True, "export --all")
    tables, left_out = manifest["tables"], manifest["left_out"]
    assert isinstance(tables, dict)
    assert isinstance(left_out, dict)
    # Nothing is forgotten: a table is exported, or it is said why not.
    assert tables.keys() | left_out.keys() == counts.keys()
    assert left_out == {name: LEFT_OUT.get(name, QUEUE_REASON) for name in left_out}
    assert "web_secondfactor" in left_out
    assert {name: each["rows"] for name, each in tables.items()} == {name: counts[name] for name in tables}
    for name, each in tables.items():
        schema = json.loads((folder / "schema" / f"{name}.json").read_text())
        with (folder / "data" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        assert rows[0] == each["columns"] == schema["required"]
        assert len(rows) - 1 == each["rows"], name
    assert made.ledger == manifest["ledger_sha256"] == ledger
    papers = {path.stem: path for path in (folder / "documents").rglob("*.*")}
    assert papers.keys() >= digests
    assert {path.suffix for path in papers.values()} == {".pdf", ".jpg"}
    for digest, path in papers.items():
        paper = path.read_bytes()
        assert hashlib.sha256(paper).hexdigest() == digest
        assert paper.startswith(b"%PDF-" if path.suffix == ".pdf" else b"\xff\xd8\xff")
    # What opens sealed columns leaves with them; no password and no session does.
    assert {path.name for path in (folder / "keys").iterdir()} == {
        path.name for path in Home(TEST_HOME).secrets.glob("*_key") if path.name != "django_key"
    }
    assert (folder / "keys" / "document_key").exists()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, *folder.rglob("*")))


def test_closed_lists_are_told_with_their_words(exported: Path) -> None:
    schema = json.loads((exported / "schema" / "ledger_entry.json").read_text())
    assert schema["properties"]["journal"]["x-codes"]["QUIT"] == "quittancement"
    assert schema["properties"]["booked_on"] == {"type": "string", "format": "date", "x-sql": "date"}
    assert schema["properties"]["residence_id"]["type"] == ["integer", "null"]
    links = json.loads((exported / "schema" / "leases_lease.json").read_text())["x-references"]
    assert links["dwelling_id"] == "estate_dwelling.id"


@pytest.mark.parametrize(
    ("refused", "asking"), [(UnknownMotive, {"motive": "CURIOSITE"}), (OperatorNotNamed, {"operator": ""})]
)
def test_an_export_without_a_name_or_a_motive_is_not_made(
    cluster: Cluster, fresh_world: Demonstration, tmp_path: Path, refused: type[Refusal], asking: dict[str, str]
) -> None:
    with pytest.raises(refused):
        export(cluster, tmp_path / "export", **asking)
    assert not (tmp_path / "export").exists()


def test_an_export_never_writes_over_a_folder(cluster: Cluster, fresh_world: Demonstration, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "note").write_text("gardez-moi")
    with pytest.raises(ExportFolderTaken):
        export(cluster, tmp_path / "export")
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


# --- Coming back -----------------------------------------------------------------------------------------------------


@pytest.mark.timeout(300)
def test_a_landlord_comes_back_equal_table_by_table_ledger_and_documents(
    cluster: Cluster, exported: Path, tmp_path: Path
) -> None:
    with cluster.as_superuser(server_of(cluster).address.database) as looking:
        before, ledger = contents(looking), ledger_hash(looking)
    with empty_landlord(cluster, tmp_path) as server:
        taken = take_in(server, exported)
        with cluster.as_superuser(server.address.database) as looking:
            after = contents(looking)
            assert ledger_hash(looking) == ledger == taken.ledger
            line = looking.execute(
                "SELECT operator, motive FROM privacy_readevent WHERE screen = 'import --all'"
            ).fetchall()
            # What is added next is numbered after what came.
            (entry,) = looking.execute("SELECT max(id) FROM leases_lease").fetchone() or (0,)
            (following,) = looking.execute(
                "SELECT nextval(pg_get_serial_sequence('leases_lease', 'id'))"
            ).fetchone() or (0,)
        assert following > entry
        assert line == [(THE_OPERATOR, "REPRISE")]
        compared = before.keys() - LEFT_OUT.keys() - AFTER
        compared = {name for name in compared if not name.startswith("procrastinate_")}
        assert len(compared) > 60
        assert {name for name in compared if before[name] != after[name]} == set()
        # Sealed again, and each opens: a second export says the same documents, byte for byte.
        assert list(server.home.documents.rglob("*.pack"))
        export_all(
            server, tmp_path / "retour", operator=THE_OPERATOR, motive="SAUVEGARDE", at=now(),
            listener=lambda _phase, _done, _total: None,
        )  # fmt: skip
        assert told(tmp_path / "retour")["documents"] == told(exported)["documents"]
        assert told(tmp_path / "retour")["ledger_sha256"] == ledger


def test_an_export_is_never_taken_into_a_database_that_holds_something(
    cluster: Cluster, exported: Path, tmp_path: Path
) -> None:
    with empty_landlord(cluster, tmp_path) as server:
        with cluster.as_superuser(server.address.database) as arranging:
            arranging.execute("INSERT INTO estate_agency (code, name) VALUES ('NORD', 'Nord')")
        with pytest.raises(LandlordNotEmpty, match=r"lignes trouvées dans estate_agency\W+1\b"):
            take_in(server, exported)
        with cluster.as_superuser(server.address.database) as looking:
            assert looking.execute("SELECT count(*) FROM leases_lease").fetchone() == (0,)


def _another_version(folder: Path) -> None:
    said_again(folder, lambda manifest: manifest.update(shape="0" * 12))


def _a_byte(folder: Path) -> None:
    path = folder / "data" / "leases_lease.csv"
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


def _a_paper(folder: Path) -> None:
    path = next((folder / "documents").rglob("*.pdf"))
    path.write_bytes(path.read_bytes() + b" ")


def _a_missing_file(folder: Path) -> None:
    (folder / "data" / "people_person.csv").unlink()


def _a_file_too_many(folder: Path) -> None:
    (folder / "data" / "notes.csv").write_text("note\n")


def _a_password(folder: Path) -> None:
    """One that the digests vouch for, to be laid among the secrets of the machine that takes it in."""
    (folder / "keys" / "archive_mark").write_text("glissé")

    def agree(manifest: dict[str, object]) -> None:
        keys = manifest["keys"]
        assert isinstance(keys, dict)
        keys["archive_mark"] = hashlib.sha256("glissé".encode()).hexdigest()

    said_again(folder, agree)


def _a_table_less(folder: Path) -> None:
    def forget(manifest: dict[str, object]) -> None:
        tables = manifest["tables"]
        assert isinstance(tables, dict)
        del tables["leases_term"]

    said_again(folder, forget)


def _a_cut_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text()[:-500])


def _no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _an_orphan(folder: Path) -> None:
    rewritten(folder, "leases_term", lambda text: "\n".join([*text.splitlines()[:1], _orphaned(text), ""]))


def _orphaned(text: str) -> str:
    header, first = text.splitlines()[:2]
    cells = next(csv.reader([first]))
    cells[header.split(",").index("lease_id")] = "999999"
    return ",".join(f'"{cell}"' if cell else "" for cell in cells)


def _a_row_twice(folder: Path) -> None:
    rewritten(folder, "estate_agency", lambda text: text + text.splitlines()[1] + "\n")


def _no_number(folder: Path) -> None:
    rewritten(folder, "estate_agency", lambda text: text + "NaN,X,Y\n")


@pytest.mark.timeout(300)
def test_an_export_that_was_touched_is_refused_and_nothing_is_left_of_it(
    cluster: Cluster, exported: Path, tmp_path: Path
) -> None:
    faults: tuple[tuple[Callable[[Path], None], type[Refusal]], ...] = (
        (_another_version, OtherVersion),
        (_a_byte, ExportBroken),
        (_a_paper, ExportBroken),
        (_a_missing_file, ExportBroken),
        (_a_file_too_many, ExportBroken),
        (_a_password, ExportBroken),
        (_a_table_less, ExportBroken),
        (_a_cut_manifest, NotAnExport),
        (_no_manifest, NotAnExport),
        (_an_orphan, LinkBroken),
        (_a_row_twice, RowsRefused),
        (_no_number, RowsRefused),
    )
    with empty_landlord(cluster, tmp_path) as server:
        for spoil, refused in faults:
            folder = tmp_path / spoil.__name__
            shutil.copytree(exported, folder)
            spoil(folder)
            with pytest.raises(refused):
                take_in(server, folder)
            shutil.rmtree(folder)
            with cluster.as_superuser(server.address.database) as looking:
                filled = [
                    name for name in tables_of(looking)
                    if name not in LEFT_OUT
                    and looking.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(sql.Identifier(name))).fetchone()
                ]  # fmt: skip
            assert filled == [], spoil.__name__
            assert not list(server.home.documents.rglob("*.pack")), spoil.__name__
            for secret in ("document_key", "archive_mark"):
                assert not (server.home.secrets / secret).exists(), spoil.__name__
        # The same landlord, sound, is taken in at last.
        assert take_in(server, exported).rows > 0


def test_a_home_that_has_the_key_of_another_landlord_is_refused(
    cluster: Cluster, exported: Path, tmp_path: Path
) -> None:
    with empty_landlord(cluster, tmp_path) as server:
        (server.home.secrets / "document_key").write_text("une autre clé")
        with pytest.raises(OtherKeyInPlace, match="document_key"):
            take_in(server, exported)
        assert (server.home.secrets / "document_key").read_text() == "une autre clé"


@pytest.mark.timeout(400)
def test_the_two_commands_move_a_landlord_from_one_home_to_another(exported: Path, tmp_path: Path) -> None:
    with new_home() as home:
        taken = palier(home, "import", "--all", exported, "--as", THE_OPERATOR, "--motive", "REPRISE", "--json")
        assert taken.code == 0, taken.said
        figures = json.loads(taken.out)
        assert figures["equal"] is True
        assert figures["ledger"] == told(exported)["ledger_sha256"]
        again = palier(home, "export", "--all", "--output", tmp_path / "retour", "--as", THE_OPERATOR, "--json")
        assert again.code == 0, again.said
        assert told(tmp_path / "retour")["documents"] == told(exported)["documents"]
        verified = palier(home, "journal", "verify", "--json")
        assert verified.code == 0, verified.said
        refused = palier(home, "import", "--all", exported, "--as", THE_OPERATOR)
        assert refused.code == 1
        assert "n’est pas vide" in refused.said
        assert "Traceback" not in refused.said
