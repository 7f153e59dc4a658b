"""The archive takes what is new, once, sealed; what it cannot take waits in the spool and is lost by nobody."""

import os
import threading
from datetime import datetime
from pathlib import Path

import pytest

from palier.continuity.archiving import SPOOL, Archive, archive_of, recovery_settings
from palier.continuity.keys import BackupKeyMissing, make_key, read_key, recipient_path
from palier.continuity.operations.ship import Shipped, ship
from palier.continuity.segments import Name, SegmentChanged, read_kept
from palier.foundation.clock import PARIS
from palier.foundation.home import Home

SEGMENT = "0000000100000000000000"
SECRET = Name(kind="FILE", name="secrets/document_key")
DOCUMENT = Name(kind="FILE", name="documents/ab/ab12.pdf")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that archives into a folder beside it."""
    made = Home(tmp_path / "home")
    make_key(made, tmp_path / "cle", replaces=False)
    (made.root / SPOOL).mkdir()
    (made.root / "archiving.json").write_text(f'{{"folder": "{tmp_path / "archive"}"}}')
    return made


def archive(home: Home) -> Archive:
    found = archive_of(home)
    assert found is not None
    return found


def lay(home: Home, rank: int, content: bytes) -> Path:
    path = home.root / SPOOL / f"{SEGMENT}{rank:02d}"
    path.write_bytes(content)
    return path


def document(home: Home, name: str, content: bytes = b"%PDF-") -> Path:
    path = home.documents / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_log_and_the_new_files_are_sealed_once_and_the_spool_is_emptied(home: Home, tmp_path: Path) -> None:
    lay(home, 1, b"un" * 5_000)
    lay(home, 2, b"deux" * 5_000)
    (home.root / SPOOL / f".{SEGMENT}03.part").write_bytes(b"trois")
    document(home, "ab/ab12.sealed")
    document(home, "drafts/brouillon")
    document(home, "copies/copie.zip")
    (home.secrets / "document_key").write_text("clé de l’essai")
    assert ship(home) == Shipped(segments=2, files=4)
    kept = archive(home)
    assert sorted(path.name for path in kept.wal.iterdir()) == [f"{SEGMENT}01.sealed", f"{SEGMENT}02.sealed"]
    assert {path.relative_to(kept.home).as_posix() for path in kept.home.rglob("*.sealed")} == {
        "documents/ab/ab12.sealed.sealed", "secrets/document_key.sealed", "secrets/archive_mark.sealed",
        "backup-recipient.sealed",
    }  # fmt: skip
    assert [path.name for path in (home.root / SPOOL).iterdir()] == [f".{SEGMENT}03.part"]
    key = read_key(tmp_path / "cle")
    assert (
        read_kept(kept.wal / f"{SEGMENT}02.sealed", key, name=Name(kind="WAL", name=f"{SEGMENT}02")) == b"deux" * 5_000
    )
    assert read_kept(kept.home / "secrets" / "document_key.sealed", key, name=SECRET) == "clé de l’essai".encode()
    assert "clé de l’essai".encode() not in (kept.home / "secrets" / "document_key.sealed").read_bytes()
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept.folder.rglob("*") if path.is_file())
    assert ship(home) == Shipped()


def test_a_file_that_changed_is_sealed_again_and_a_document_never(home: Home, tmp_path: Path) -> None:
    (home.secrets / "document_key").write_text("avant")
    place = document(home, "ab/ab12.pdf", b"%PDF- avant")
    ship(home)
    (home.secrets / "document_key").write_text("apres")
    place.write_bytes(b"%PDF- apres")
    assert ship(home) == Shipped(files=1)
    key = read_key(tmp_path / "cle")
    assert read_kept(archive(home).home / "secrets" / "document_key.sealed", key, name=SECRET) == b"apres"
    assert read_kept(archive(home).home / f"{DOCUMENT.name}.sealed", key, name=DOCUMENT) == b"%PDF- avant"


def test_a_segment_laid_again_is_kept_once_and_another_under_its_name_waits_and_is_said(home: Home) -> None:
    lay(home, 1, b"un")
    ship(home)
    lay(home, 1, b"un")
    assert ship(home) == Shipped()
    waiting = lay(home, 1, b"autre")
    with pytest.raises(SegmentChanged, match=f"{SEGMENT}01"):
        ship(home)
    assert waiting.read_bytes() == b"autre"


def test_two_at_once_seal_each_file_once(home: Home) -> None:
    for rank in range(1, 30):
        lay(home, rank, os.urandom(20_000))
    done: list[Shipped] = []
    threads = [threading.Thread(target=lambda: done.append(ship(home))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 3
    assert len(list(archive(home).wal.glob("*.sealed"))) == 29
    assert list((home.root / SPOOL).iterdir()) == []
    assert not list(archive(home).folder.rglob("*.part"))


def test_without_an_archive_there_is_nothing_to_do_and_without_a_key_nothing_leaves(home: Home) -> None:
    lay(home, 1, b"un")
    recipient_path(home).unlink()
    with pytest.raises(BackupKeyMissing):
        ship(home)
    assert not archive(home).wal.exists()
    (home.root / "archiving.json").unlink()
    assert ship(home) == Shipped()


def test_the_server_is_told_where_and_until_when_whatever_the_folder_is_called() -> None:
    to = datetime(2028, 2, 29, 10, 30, tzinfo=PARIS)
    settings = recovery_settings(Path("/srv/l’été à 100 %"), to=to)
    assert settings["restore_command"] == "cp '/srv/l’été à 100 %%'/%f %p"
    assert settings["recovery_target_time"] == "2028-02-29 10:30:00+01:00"
    assert "recovery_target_time" not in recovery_settings(Path("/srv/a"), to=None)
