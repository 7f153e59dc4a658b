"""The envelope of a backup: what went in comes out, and nothing that was touched, moved or cut ever opens."""

import io
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.backups import version_1

from palier.continuity.envelope import (
    CHUNK,
    EnvelopeAltered,
    EnvelopeCut,
    NotAnEnvelope,
    OpeningStream,
    OtherKey,
    SealingStream,
    read_header,
)
from palier.continuity.keys import (
    BackupKeyInPlace,
    BackupKeyMissing,
    BackupKeyOfAnotherMachine,
    BackupKeyUnreadable,
    FileInPlace,
    make_key,
    read_key,
    recipient_of,
    recipient_path,
)
from palier.continuity.segments import FileElsewhere, Name, keep, mark_of, read_kept, write_sparse
from palier.continuity.signing import NotSignedByTheMachine, signer_of
from palier.foundation.home import Home

HERE = Path("essai.palier")
SEALED_CHUNK = CHUNK + 16
SEGMENT = Name(kind="WAL", name="000000010000000000000001")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("cle")
    made = Home(root / "home")
    make_key(made, root / "cle", replaces=False)
    return made


def laid(home: Home, place: Path, content: bytes, *, mark: str = "m", name: Name = SEGMENT) -> bool:
    return keep(place, content, name=name, recipient=recipient_of(home), signer=signer_of(home), mark=mark)


def key_of(home: Home) -> Path:
    return home.root.parent / "cle"


def sealed(home: Home, content: bytes, *, by: int = 700_001) -> bytes:
    file = io.BytesIO()
    stream = SealingStream(file, recipient_of(home), {"kind": "ESSAI"})
    for start in range(0, len(content), by):
        stream.write(content[start : start + by])
    stream.finish()
    return file.getvalue()


def opened(home: Home, envelope: bytes) -> bytes:
    return io.BufferedReader(OpeningStream(io.BytesIO(envelope), HERE, read_key(key_of(home)).opening)).read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17])
def test_what_was_sealed_comes_out_whatever_its_length(home: Home, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    assert opened(home, sealed(home, content[:size])) == content[:size]


def test_the_same_content_is_never_sealed_twice_the_same(home: Home) -> None:
    assert sealed(home, b"loyer") != sealed(home, b"loyer")


def test_the_header_is_read_without_a_key_and_says_what_it_was_told(home: Home) -> None:
    header = read_header(io.BytesIO(sealed(home, b"")), HERE)
    assert header.facts == {"kind": "ESSAI"}
    assert len(header.recipient) == 16


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_byte_that_changed_anywhere_is_found(home: Home, data: st.DataObject) -> None:
    envelope = bytearray(sealed(home, b"x" * (CHUNK + 4_000)))
    at = data.draw(st.integers(0, len(envelope) - 1))
    envelope[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((EnvelopeAltered, EnvelopeCut, NotAnEnvelope, OtherKey)):
        opened(home, bytes(envelope))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_file_cut_anywhere_is_refused(home: Home, data: st.DataObject) -> None:
    envelope = sealed(home, b"x" * (2 * CHUNK + 4_000))
    with pytest.raises((EnvelopeAltered, EnvelopeCut, NotAnEnvelope)):
        opened(home, envelope[: data.draw(st.integers(0, len(envelope) - 1))])


def test_a_file_cut_between_two_chunks_is_said_to_be_cut(home: Home) -> None:
    envelope = sealed(home, b"x" * (2 * CHUNK + 4_000))
    header = read_header(io.BytesIO(envelope), HERE)
    with pytest.raises(EnvelopeCut):
        opened(home, envelope[: header.length + SEALED_CHUNK])


def test_chunks_that_changed_places_or_came_from_another_file_do_not_open(home: Home) -> None:
    first, second = sealed(home, b"a" * (3 * CHUNK)), sealed(home, b"b" * (3 * CHUNK))
    start = read_header(io.BytesIO(first), HERE).length
    chunks = [first[start + rank * SEALED_CHUNK : start + (rank + 1) * SEALED_CHUNK] for rank in range(3)]
    for wrong in ([chunks[1], chunks[0], chunks[2]], [chunks[0], chunks[0], chunks[2]], [chunks[0], chunks[2]]):
        with pytest.raises(EnvelopeAltered):
            opened(home, first[:start] + b"".join(wrong))
    with pytest.raises(EnvelopeAltered):
        opened(home, first[:start] + second[start:])
    with pytest.raises((EnvelopeAltered, EnvelopeCut)):
        opened(home, first + b"suite")


def test_another_key_is_told_by_its_fingerprint(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "home")
    make_key(other, tmp_path / "cle", replaces=False)
    envelope = sealed(home, b"loyer")
    with pytest.raises(OtherKey, match=read_header(io.BytesIO(envelope), HERE).recipient):
        io.BufferedReader(OpeningStream(io.BytesIO(envelope), HERE, read_key(tmp_path / "cle").opening)).read()


@pytest.mark.parametrize("content", [b"", b"PGDMP", b"palier-envelope-1\n", b"palier-envelope-1\n{}\n",
                                     b"palier-envelope-1\n[1]\n", b"palier-envelope-1\n" + b"x" * 100_000])  # fmt: skip
def test_what_is_not_an_envelope_is_a_sentence(home: Home, content: bytes) -> None:
    with pytest.raises(NotAnEnvelope):
        opened(home, content)


def test_the_private_key_leaves_the_machine_and_nothing_of_it_stays(home: Home) -> None:
    private = key_of(home).read_text()
    assert key_of(home).stat().st_mode & 0o077 == 0
    for path in home.root.rglob("*"):
        assert not path.is_file() or private.split()[1] not in path.read_text()


def test_a_key_is_not_replaced_without_saying_so_and_never_writes_over_a_file(home: Home, tmp_path: Path) -> None:
    with pytest.raises(BackupKeyInPlace):
        make_key(home, tmp_path / "autre", replaces=False)
    with pytest.raises(FileInPlace):
        make_key(Home(tmp_path / "home"), key_of(home), replaces=False)
    assert not (tmp_path / "autre").exists()
    with pytest.raises(BackupKeyMissing):
        recipient_of(Home(tmp_path / "vide"))


@pytest.mark.parametrize("text", ["", "bonjour", "palier-backup-key-1 AAAA\n", "palier-backup-key-1 é\n"])
def test_a_file_that_is_no_key_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "cle").write_text(text, encoding="utf-8")
    with pytest.raises(BackupKeyUnreadable):
        read_key(tmp_path / "cle")


def test_the_public_key_is_not_taken_for_the_private_one(home: Home) -> None:
    with pytest.raises(BackupKeyUnreadable):
        read_key(recipient_path(home))


def test_a_file_of_the_log_is_kept_once_and_given_back_without_its_zeros_on_the_disk(
    home: Home, tmp_path: Path
) -> None:
    content = b"wal" * 1_000 + bytes(16 * CHUNK - 3_000)
    place = tmp_path / "wal" / "000000010000000000000001.sealed"
    for is_new in (True, False):
        mark = mark_of(content, "secret")
        assert laid(home, place, content, mark=mark) is is_new
    assert place.stat().st_size < 2_000
    assert read_kept(place, read_key(key_of(home)), name=SEGMENT) == content
    write_sparse(tmp_path / "000000010000000000000001", content)
    assert (tmp_path / "000000010000000000000001").read_bytes() == content
    assert (tmp_path / "000000010000000000000001").stat().st_blocks * 512 < CHUNK


# --- Names and senders -----------------------------------------------------------------------------------------------


def old_segment(home: Home, place: Path, content: bytes, name: Name) -> None:
    """A file of an archive as a Palier without signatures wrote it."""
    with place.open("wb") as file:
        facts = {"kind": name.kind, "name": name.name, "mark": "m", "bytes": str(len(content))}
        stream = SealingStream(file, recipient_of(home), facts)
        stream.write(zlib.compress(content))
        stream.finish()


def test_two_files_of_an_archive_that_were_swapped_are_refused(home: Home, tmp_path: Path) -> None:
    second = Name(kind="WAL", name="000000010000000000000002")
    places = [tmp_path / f"{name.name}.sealed" for name in (SEGMENT, second)]
    for place, name in zip(places, (SEGMENT, second), strict=True):
        laid(home, place, name.name.encode(), name=name)
    places[0].rename(tmp_path / "aside")
    places[1].rename(places[0])
    (tmp_path / "aside").rename(places[1])
    for place, name in zip(places, (SEGMENT, second), strict=True):
        with pytest.raises(FileElsewhere, match="échangés ou renommés"):
            read_kept(place, read_key(key_of(home)), name=name)
    with pytest.raises(FileElsewhere):
        read_kept(places[1], read_key(key_of(home)), name=Name(kind="FILE", name=SEGMENT.name))


def test_a_name_written_over_in_the_header_opens_nothing(home: Home, tmp_path: Path) -> None:
    place = tmp_path / "un.sealed"
    laid(home, place, b"journal")
    second = Name(kind="WAL", name="000000010000000000000002")
    place.write_bytes(place.read_bytes().replace(SEGMENT.name.encode(), second.name.encode()))
    with pytest.raises(EnvelopeAltered):
        read_kept(place, read_key(key_of(home)), name=second)


def test_a_file_sealed_by_another_machine_is_refused(home: Home, tmp_path: Path) -> None:
    place, intruder = tmp_path / "un.sealed", Home(tmp_path / "intrus")
    intruder.prepare()
    forged = signer_of(intruder)
    keep(place, b"faux", name=SEGMENT, recipient=recipient_of(home), signer=forged, mark="m")
    with pytest.raises(NotSignedByTheMachine, match="vient d’ailleurs"):
        read_kept(place, read_key(key_of(home)), name=SEGMENT)


def test_an_archive_of_before_signatures_is_read_by_the_key_of_its_time_alone(home: Home, tmp_path: Path) -> None:
    place = tmp_path / "un.sealed"
    old_segment(home, place, b"journal", SEGMENT)
    key = version_1(key_of(home), tmp_path / "cle-1")
    assert read_kept(place, read_key(key), name=SEGMENT) == b"journal"
    with pytest.raises(NotSignedByTheMachine, match="la clé de son époque"):
        read_kept(place, read_key(key_of(home)), name=SEGMENT)
    # Its name was bound already.
    with pytest.raises(FileElsewhere):
        read_kept(place, read_key(key), name=Name(kind="WAL", name="000000010000000000000002"))
    # What is signed today is read by the key of then.
    laid(home, tmp_path / "deux.sealed", b"journal")
    assert read_kept(tmp_path / "deux.sealed", read_key(key), name=SEGMENT) == b"journal"


def test_the_public_key_of_another_machine_is_told_before_anything_is_sealed(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "ailleurs")
    other.prepare()
    recipient_path(other).write_text(recipient_path(home).read_text())
    with pytest.raises(BackupKeyOfAnotherMachine, match="autre machine"):
        recipient_of(other)
