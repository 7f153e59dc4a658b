"""Packs in a service that speaks S3: a wrong answer is asked again, then told; nothing counts as kept before it is."""

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.conf import settings
from tests.documents.test_packs import PAPERS

from palier.foundation.home import Home
from palier.mail.keys import wrapped
from palier.mail.store import DocumentAltered, DocumentMissing, DocumentStore, NotKeptNow, NotReadNow
from palier.mail.store.packs import check_pack, pack_all, shorten
from palier.mail.store.places import bucket_of
from palier.mail.store.s3 import Account, Bucket, StorageNotSafe, StorageRefuses, StorageSilent, signed_headers

KEY, SECRET = "CLE-DE-FICTION", "secret-de-fiction"


class Fake:
    """A bucket in memory: ranges, digests, lists by two. `faults` are taken one a request, each its own way to fail."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.faults: list[str] = []
        self.asked = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Of", (_Answering,), {"fake": self}))

    @property
    def account(self) -> Account:
        port = self.server.server_address[1]
        return Account(address=f"http://127.0.0.1:{port}/documents", region="fr-test", key=KEY, secret=SECRET)


class _Answering(BaseHTTPRequestHandler):
    fake: Fake
    protocol_version = "HTTP/1.1"

    def log_message(self, *_told: object) -> None:
        pass

    def _handled(self) -> None:
        self.fake.asked += 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.fake.faults.pop(0) if self.fake.faults else ""
        if fault in ("500", "503", "403"):
            return self._answer(int(fault), b"<Error/>")
        if fault == "silent":
            self.close_connection = True
            threading.Event().wait(0.6)
            return None
        if self.headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest() or not re.match(
            f"AWS4-HMAC-SHA256 Credential={KEY}/[0-9]{{8}}/fr-test/s3/aws4_request,SignedHeaders=[a-z0-9;-]*host",
            self.headers["Authorization"],
        ):
            return self._answer(403, b"<Error/>")
        name = unquote(urlsplit(self.path).path).removeprefix("/documents").lstrip("/")
        if self.command == "PUT":
            return self._put(name, body, fault)
        return self._delete(name) if self.command == "DELETE" else self._get(name, fault)

    def do_GET(self) -> None:
        self._handled()

    def do_PUT(self) -> None:
        self._handled()

    def do_DELETE(self) -> None:
        self._handled()

    def _put(self, name: str, body: bytes, fault: str) -> None:
        self.fake.held[name] = body
        if fault == "kept then 500":
            return self._answer(500, b"")
        if fault == "untold":
            return self._answer(200, b"")
        if fault == "lost":
            del self.fake.held[name]
            return self._answer(200, b"")
        received = base64.b64encode(b"other" if fault == "digest" else hashlib.sha256(body).digest()).decode()
        return self._answer(200, b"", told={"x-amz-checksum-sha256": received})

    def _delete(self, name: str) -> None:
        self._answer(204 if self.fake.held.pop(name, None) is not None else 404, b"")

    def _get(self, name: str, fault: str) -> None:
        if not name:
            return self._list()
        if name not in self.fake.held:
            return self._answer(404, b"")
        content = self.fake.held[name]
        asked = re.fullmatch(r"bytes=(\d*)-(\d+)", self.headers["Range"])
        assert asked is not None
        first, last = asked.groups()
        start = int(first) if first else max(0, len(content) - int(last))
        end = min(int(last), len(content) - 1) if first else len(content) - 1
        part = content[start : end + 1]
        told = f"bytes {start}-{end}/{len(content)}"
        return self._answer(206, part, cut=fault == "cut", told={"Content-Range": told})

    def _list(self) -> None:
        names = sorted(self.fake.held)
        after = parse_qs(urlsplit(self.path).query).get("continuation-token", [""])[0]
        following = [name for name in names if name > after]
        told = "".join(
            f"<Contents><Key>{name}</Key><LastModified>2026-11-23T10:00:00.000Z</LastModified></Contents>"
            for name in following[:2]
        )
        if len(following) > 2:
            told += f"<NextContinuationToken>{following[1]}</NextContinuationToken>"
        self._answer(200, f"<ListBucketResult>{told}</ListBucketResult>".encode())

    def _answer(self, status: int, body: bytes, *, cut: bool = False, told: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (told or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut


@contextmanager
def serving() -> Iterator[Fake]:
    fake = Fake()
    thread = threading.Thread(target=fake.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fake
    finally:
        fake.server.shutdown()
        thread.join()
        fake.server.server_close()


@pytest.fixture
def fake() -> Iterator[Fake]:
    with serving() as served:
        yield served


@pytest.fixture
def bucket(fake: Fake, tmp_path: Path) -> Bucket:
    return Bucket(tmp_path / "documents", fake.account, timeout_seconds=0.3, waits_seconds=(0.01, 0.01, 0.01))


@pytest.fixture
def store(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DocumentStore:
    """As the settings say it: the product finds the bucket by itself."""
    # The secret of the tests' own home is read once a process: never that of this folder.
    wrapped(b"k" * 32)
    home = Home(tmp_path)
    home.prepare()
    (home.secrets / "documents_s3").write_text(SECRET)
    monkeypatch.setattr(settings, "PALIER_HOME", tmp_path)
    monkeypatch.setattr(settings, "DOCUMENT_ROOT", home.documents)
    monkeypatch.setattr(settings, "PALIER_DOCUMENTS_S3", fake.account.address, raising=False)
    monkeypatch.setattr(settings, "PALIER_DOCUMENTS_S3_REGION", "fr-test", raising=False)
    monkeypatch.setattr(settings, "PALIER_DOCUMENTS_S3_KEY", KEY, raising=False)
    return DocumentStore(home.documents)


def test_a_signature_is_that_of_the_published_example() -> None:
    """Amazon S3 API Reference, « Authenticating Requests (AWS Signature Version 4) », example « GET Object »."""
    # In two pieces: what looks for forgotten keys would take the published example for one.
    account = Account(
        address="https://examplebucket.s3.amazonaws.com",
        region="us-east-1",
        key="AKIA" + "IOSFODNN7EXAMPLE",
        secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    )
    signed = signed_headers(
        account, "GET", "/test.txt", "", "examplebucket.s3.amazonaws.com", {"Range": "bytes=0-9"},
        body=b"", moment="20130524T000000Z",
    )  # fmt: skip
    assert signed["Authorization"].endswith("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")


def test_documents_go_to_the_bucket_of_the_settings_and_come_back(store: DocumentStore, fake: Fake) -> None:
    kept = store.deposit(PAPERS)
    assert list(fake.held) == [f"packs/{kept[0].pack[:2]}/{kept[0].pack}.pack"]
    assert not any(path.is_file() for path in (store.root / "drafts").iterdir())
    assert b"Amandier" not in b"".join(fake.held.values())
    assert [store.open(each) for each in kept] == PAPERS
    assert check_pack(store.shelf, kept[0].pack) == len(fake.held[next(iter(fake.held))])
    more = [store.deposit([paper])[0] for paper in PAPERS]
    assert {pack for pack, _ in store.shelf.packs()} == {kept[0].pack, *(each.pack for each in more)}
    assert shorten(store.shelf, kept[0].pack, {1}) > 0
    assert store.open(kept[1]) == PAPERS[1]
    shorten(store.shelf, kept[0].pack, ())
    with pytest.raises(DocumentMissing):
        store.open(kept[1])


@pytest.mark.parametrize("fault", ["500", "503", "silent", "digest", "kept then 500"])
def test_a_pack_that_is_not_surely_kept_is_asked_again_then_told(bucket: Bucket, fake: Fake, fault: str) -> None:
    fake.faults = [fault, fault]
    (packed,) = pack_all(bucket, [b"%PDF a"])
    assert (len(fake.held), fake.asked) == (1, 3)
    fake.faults, fake.asked = [fault] * 9, 0
    with pytest.raises(StorageSilent, match="rien n’est laissé à moitié"):
        list(pack_all(bucket, [b"%PDF b"]))
    # Asked four times in all, and not for ever; nobody was given the document of a pack that may not be there.
    assert fake.asked == 4
    assert list((bucket.root / "drafts").iterdir()) == []
    fake.faults = []
    assert check_pack(bucket, packed.pack) > 0


def test_a_service_that_does_not_say_what_it_received_is_read_back(bucket: Bucket, fake: Fake) -> None:
    fake.faults = ["untold"]
    (packed,) = pack_all(bucket, [b"%PDF a"])
    assert check_pack(bucket, packed.pack) > 0
    fake.faults = ["lost", "", "lost", "", "lost", "", "lost", ""]
    with pytest.raises(StorageSilent, match="n’y est pas"):
        list(pack_all(bucket, [b"%PDF b"]))


@pytest.mark.parametrize("fault", ["500", "503", "silent", "cut"])
def test_an_answer_cut_short_or_an_error_is_asked_again_and_never_taken(
    store: DocumentStore, bucket: Bucket, fake: Fake, fault: str
) -> None:
    (kept,) = store.deposit(PAPERS[2:])
    fake.faults = [fault, fault, ""]
    assert check_pack(bucket, kept.pack) > len(PAPERS[2])
    fake.faults = [fault] * 4
    with pytest.raises(StorageSilent):
        check_pack(bucket, kept.pack)


def test_a_byte_changed_over_there_is_found(store: DocumentStore, fake: Fake) -> None:
    (kept,) = store.deposit(PAPERS[:1])
    (name,) = fake.held
    sound = fake.held[name]
    fake.held[name] = sound[:30] + bytes([sound[30] ^ 1]) + sound[31:]
    with pytest.raises(DocumentAltered):
        store.open(kept)


def test_a_wrong_key_is_told_at_once_and_an_open_address_is_never_used(bucket: Bucket, fake: Fake) -> None:
    fake.faults = ["403"]
    with pytest.raises(StorageRefuses, match="403"):
        bucket.look()
    assert fake.asked == 1
    away = Account(address="http://stockage.example/documents", region="x", key=KEY, secret=SECRET)
    with pytest.raises(StorageNotSafe):
        Bucket(bucket.root, away).look()


def test_a_storage_badly_set_up_is_for_who_runs_it_and_never_for_who_gives_a_paper(
    store: DocumentStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (kept,) = store.deposit(PAPERS[:1])

    def refused(told: str) -> None:
        with pytest.raises(NotKeptNow):
            store.deposit_given(PAPERS[1:2])
        with pytest.raises(NotReadNow):
            store.open(kept)
        assert told in caplog.text
        assert SECRET not in caplog.text
        caplog.clear()

    (store.root.parent / "secrets" / "documents_s3").unlink()
    refused("documents_s3")
    (store.root.parent / "secrets" / "documents_s3").write_text(SECRET)
    monkeypatch.setattr(settings, "PALIER_DOCUMENTS_S3", "http://stockage.example/documents")
    refused("doit commencer par https")


def test_without_the_setting_the_folder_is_the_place(tmp_path: Path) -> None:
    assert bucket_of(tmp_path) is None
