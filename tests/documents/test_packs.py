"""Packs: many sealed documents in a file, whole or not at all; a byte that changed is found, wherever it is."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from tests.documents.test_store import files_under

from palier.foundation.errors import Refusal
from palier.mail.keys import wrapped
from palier.mail.store import DocumentAltered, DocumentMissing, DocumentShredded, DocumentStore, Kept
from palier.mail.store.packs import MOST_DOCUMENTS, PackAltered, bytes_in, check_pack, pack_at, shorten

PAPERS = [b"%PDF of Lucie Amandier", b"%PDF of Bilal Cerisier", b"%PDF of Nadia Tilleul" * 40]


def as_it_is(key: bytes) -> bytes:
    """A wrapping for what has no installation; `palier.mail.keys` has the product's."""
    return key


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(tmp_path / "documents")


def pack_file(store: DocumentStore, kept: Kept) -> Path:
    return store.root / "packs" / kept.pack[:2] / f"{kept.pack}.pack"


def test_a_batch_is_one_pack_and_each_document_opens_by_its_row(store: DocumentStore) -> None:
    kept = store.deposit(PAPERS)
    assert [each.digest for each in kept] == [sha256(paper).hexdigest() for paper in PAPERS]
    assert [each.size for each in kept] == [len(paper) for paper in PAPERS]
    assert {each.pack for each in kept} == {kept[0].pack}
    assert len({each.wrapped for each in kept}) == 3
    assert [store.open(each) for each in kept] == PAPERS
    assert files_under(store.root) == [f"packs/{kept[0].pack[:2]}/{kept[0].pack}.pack"]
    assert b"Amandier" not in pack_file(store, kept[0]).read_bytes()


def test_more_than_a_pack_holds_goes_in_several(store: DocumentStore) -> None:
    kept = store.deposit(b"%d" % rank for rank in range(MOST_DOCUMENTS + 2))
    assert len({each.pack for each in kept}) == 2
    assert (kept[-1].slot, store.open(kept[-1])) == (1, b"%d" % (MOST_DOCUMENTS + 1))
    assert store.open(kept[MOST_DOCUMENTS - 1]) == b"%d" % (MOST_DOCUMENTS - 1)


def test_without_its_key_a_document_is_noise_and_another_key_does_not_open_it(store: DocumentStore) -> None:
    first, second, _ = store.deposit(PAPERS)
    with pytest.raises(DocumentShredded):
        store.open(replace(first, wrapped=b""))
    with pytest.raises(DocumentAltered):
        store.open(replace(first, wrapped=second.wrapped))
    with pytest.raises(DocumentAltered):
        store.open(replace(first, slot=second.slot))
    with pytest.raises(DocumentMissing):
        store.open(replace(first, pack="0" * 32))
    with pytest.raises(DocumentMissing):
        store.open(replace(first, pack="../../../etc/passwd/00000000000"))


def test_a_byte_flipped_anywhere_is_found(store: DocumentStore) -> None:
    (kept, *_) = store.deposit(PAPERS, wrap=as_it_is)
    path = pack_file(store, kept)
    sound = path.read_bytes()
    path.chmod(0o600)
    chance = random.Random(2026)
    places = {0, 7, 8, len(sound) - 1, len(sound) - 40, len(sound) - 60, *chance.sample(range(len(sound)), 200)}
    for at in places:
        path.write_bytes(sound[:at] + bytes([sound[at] ^ (1 << chance.randrange(8))]) + sound[at + 1 :])
        with pytest.raises(PackAltered):
            check_pack(store.shelf, kept.pack)
    for cut in (0, 10, 60, len(sound) - 1):
        path.write_bytes(sound[:cut])
        with pytest.raises(PackAltered):
            check_pack(store.shelf, kept.pack)
    path.write_bytes(sound)
    assert check_pack(store.shelf, kept.pack) == len(sound)


def test_a_pack_made_shorter_loses_what_nothing_opens_and_moves_nobody(store: DocumentStore) -> None:
    kept = store.deposit(PAPERS)
    before = pack_file(store, kept[0]).read_bytes()
    third = before.index(store.shelf.part(kept[2].pack, 8, 20))
    won = shorten(store.shelf, kept[0].pack, {1})
    after = pack_file(store, kept[0]).read_bytes()
    assert won == len(before) - len(after) > 800
    assert store.open(kept[1]) == PAPERS[1]
    assert set(bytes_in(store.shelf, kept[0].pack)) == {1}
    assert before[third : third + 20] not in after
    for gone in (kept[0], kept[2]):
        with pytest.raises(DocumentAltered):
            store.open(gone)
    assert shorten(store.shelf, kept[0].pack, ()) == len(after)
    assert files_under(store.root) == []


def test_an_import_writes_a_pack_again_under_its_name_and_slots(store: DocumentStore) -> None:
    pack, key = "ab" * 16, b"k" * 32
    pack_at(store.shelf, pack, {3: (PAPERS[0], key), 5: (PAPERS[1], key)})
    assert set(bytes_in(store.shelf, pack)) == {3, 5}
    digest = sha256(PAPERS[1]).hexdigest()
    kept = Kept(digest=digest, size=len(PAPERS[1]), wrapped=wrapped(key), pack=pack, slot=5)
    assert store.open(kept) == PAPERS[1]


def test_a_full_disk_leaves_no_pack_and_no_draft(store: DocumentStore) -> None:
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from palier.foundation.errors import Refusal\n"
        "from palier.mail.store import DocumentStore\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    DocumentStore(Path(sys.argv[1])).deposit([b'a' * 100, b'b' * 50_000], wrap=bytes)\n"
        "except Refusal as refusal:\n"
        "    print(type(refusal).__name__)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(store.root)], capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.strip() in {"DiskFull", "HomeUnreachable"}
    assert files_under(store.root) == []


def test_a_kill_in_the_middle_leaves_nothing_under_a_name(store: DocumentStore) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from palier.mail.store import DocumentStore\n"
        "def papers():\n"
        "    for rank in range(400):\n"
        "        yield os.urandom(5_000)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "DocumentStore(Path(sys.argv[1])).deposit(papers(), wrap=bytes)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(store.root)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert list(store.shelf.packs()) == []
    (draft,) = (store.root / "drafts").iterdir()
    # The next batch, an hour later, removes it.
    long_ago = time.time() - 7_200
    os.utime(draft, (long_ago, long_ago))
    store.deposit(PAPERS)
    assert not draft.exists()


def test_a_closed_folder_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file where the folder should be")
    with pytest.raises(Refusal):
        DocumentStore(tmp_path / "documents").deposit(PAPERS)
