"""Documents kept by digest: written once, whole or not at all."""

import errno
import os
import resource
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from palier.foundation.errors import Refusal
from palier.foundation.home import DiskFull
from palier.mail.store import DocumentAltered, DocumentMissing, DocumentStore


def files_under(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_document_is_found_again_by_its_digest(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path)
    digest = store.keep(b"%PDF exact bytes")
    assert digest == sha256(b"%PDF exact bytes").hexdigest()
    assert files_under(tmp_path) == [f"{digest[:2]}/{digest}.pdf"]
    assert store.read(digest) == b"%PDF exact bytes"


def test_the_same_bytes_twice_are_one_file_untouched(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path)
    before = store.path(store.keep(b"one")).stat()
    assert len(set(store.keep_all([b"one", b"one", b"two", b"two"]))) == 2
    after = store.path(sha256(b"one").hexdigest()).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(files_under(tmp_path)) == 2


def test_a_document_changed_on_the_disk_is_not_given(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path)
    place = store.path(store.keep(b"sent"))
    place.chmod(0o600)
    place.write_bytes(b"forged")
    with pytest.raises(DocumentAltered):
        store.read(sha256(b"sent").hexdigest())


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", ""])
def test_an_absent_or_impossible_digest_is_a_sentence(tmp_path: Path, digest: str) -> None:
    with pytest.raises(DocumentMissing):
        DocumentStore(tmp_path).read(digest)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    """A small quota on the size of files stands for the disk: the system refuses the write in the middle of it."""
    store = DocumentStore(tmp_path)
    first = store.keep(b"kept before")
    script = (
        "import errno, os, resource, signal, sys\n"
        "from pathlib import Path\n"
        "from palier.foundation.errors import Refusal\n"
        "from palier.mail.store import DocumentStore\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    DocumentStore(Path(sys.argv[1])).keep_all([b'a' * 100, b'b' * 50_000])\n"
        "except Refusal as refusal:\n"
        "    print(type(refusal).__name__)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.strip() in {"DiskFull", "HomeUnreachable"}
    assert files_under(tmp_path) == [f"{first[:2]}/{first}.pdf"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 4096


def test_no_space_left_is_told_in_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system answers when the disk is full, at the moment of waiting for it."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="plus de place"):
        DocumentStore(tmp_path).keep_all([b"a", b"b", b"c"])
    assert files_under(tmp_path) == []


def test_a_closed_folder_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file where the folder should be")
    with pytest.raises(Refusal):
        DocumentStore(tmp_path / "documents").keep(b"x")


def test_a_document_of_before_the_keys_is_still_read(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path)
    digest = store.keep(b"%PDF of before")
    assert store.read(digest, key=b"k" * 32) == b"%PDF of before"


def test_what_is_forgotten_is_gone_and_forgetting_twice_is_no_fault(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path)
    plain = store.keep(b"plain")
    for _ in range(2):
        store.forget([plain])
    with pytest.raises(DocumentMissing):
        store.read(plain)
