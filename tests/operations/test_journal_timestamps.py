"""RFC 3161 against an authority of our own, made with openssl, and against those that answer wrongly."""

import socketserver
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import tsp
from django.conf import settings
from tests.landlord import Landlord

from palier.foundation.clock import now
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.privacy.journal import timestamps
from palier.privacy.journal.operations import seal_and_publish
from palier.privacy.journal.timestamps import (
    AnswerUnreadable,
    AuthoritySilent,
    AuthorityUnknown,
    SignatureNotTheirs,
    TimestampOfAnother,
    TimestampRefused,
    ask_for_timestamp,
)
from palier.privacy.models import JournalPublication

DIGEST = bytes(range(32))
Answering = Callable[[bytes], bytes]

_CONFIGURATION = """
[tsa]
default_tsa = tsa_here
[tsa_here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/tsa.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""


class Authority:
    """openssl as a time-stamping authority, and its certificates."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificate = folder / "ca.pem"
        (folder / "ts.cnf").write_text(_CONFIGURATION.format(folder=folder), encoding="utf-8")
        (folder / "tsa.ext").write_text("extendedKeyUsage=critical,timeStamping\n", encoding="utf-8")
        self._run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Autorite d'essai", "-days", "2",
                  "-keyout", "ca.key", "-out", "ca.pem")  # fmt: skip
        self._run("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Horodateur d'essai", "-keyout", "tsa.key",
                  "-out", "tsa.csr")  # fmt: skip
        self._run("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "7",
                  "-days", "2", "-extfile", "tsa.ext", "-out", "tsa.pem")  # fmt: skip

    def answer(self, request: bytes) -> bytes:
        (self.folder / "request.tsq").write_bytes(request)
        self._run("ts", "-reply", "-config", "ts.cnf", "-queryfile", "request.tsq", "-out", "answer.tsr")
        return (self.folder / "answer.tsr").read_bytes()

    def _run(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@contextmanager
def served(answering: Answering, *, status: int = 200) -> Iterator[str]:
    """An address on this machine that answers every request so."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answering(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: object = "-", size: object = "-") -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_timestamp_is_asked_checked_and_readable_by_openssl(authority: Authority, tmp_path: Path) -> None:
    with served(authority.answer) as url:
        token = ask_for_timestamp(url, DIGEST, authority=authority.certificate)
    (tmp_path / "token.der").write_bytes(token)
    ran = subprocess.run(
        ["openssl", "ts", "-verify", "-digest", DIGEST.hex(), "-token_in", "-in", str(tmp_path / "token.der"),
         "-CAfile", str(authority.certificate)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in ran.stdout


def _with_other_nonce(request: bytes) -> bytes:
    asked = tsp.TimeStampReq.load(request)
    asked["nonce"] = 12345
    return bytes(asked.dump(force=True))


def _with_other_hash(request: bytes) -> bytes:
    asked = tsp.TimeStampReq.load(request)
    asked["message_imprint"]["hashed_message"] = bytes(32)
    return bytes(asked.dump(force=True))


def _without_certificate(request: bytes) -> bytes:
    asked = tsp.TimeStampReq.load(request)
    asked["cert_req"] = False
    return bytes(asked.dump(force=True))


@pytest.mark.parametrize("change", [_with_other_nonce, _with_other_hash])
def test_a_timestamp_of_something_else_is_refused(authority: Authority, change: Answering) -> None:
    with served(lambda request: authority.answer(change(request))) as url, pytest.raises(TimestampOfAnother):
        ask_for_timestamp(url, DIGEST, authority=authority.certificate)


def test_a_timestamp_altered_on_its_way_is_refused(authority: Authority) -> None:
    def altered(request: bytes) -> bytes:
        answer = bytearray(authority.answer(request))
        answer[-5] ^= 1
        return bytes(answer)

    with served(altered) as url, pytest.raises(SignatureNotTheirs):
        ask_for_timestamp(url, DIGEST, authority=authority.certificate)


def test_a_timestamp_of_another_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path)
    with served(other.answer) as url, pytest.raises(SignatureNotTheirs):
        ask_for_timestamp(url, DIGEST, authority=authority.certificate)


@pytest.mark.parametrize(
    "answer", [b"", b"<html>bonjour</html>", b"\x30\x03\x02\x01", b"\x30\x82\xff\xff" + bytes(200)]
)
def test_what_is_not_an_answer_is_refused(authority: Authority, answer: bytes) -> None:
    with served(lambda _request: answer) as url, pytest.raises(AnswerUnreadable):
        ask_for_timestamp(url, DIGEST, authority=authority.certificate)


def test_an_answer_without_the_signers_certificate_is_refused(authority: Authority) -> None:
    bare = served(lambda request: authority.answer(_without_certificate(request)))
    with bare as url, pytest.raises((SignatureNotTheirs, AnswerUnreadable)):
        ask_for_timestamp(url, DIGEST, authority=authority.certificate)


def test_a_refusal_is_told(authority: Authority) -> None:
    # A status of 2, and no token.
    refused = bytes.fromhex("30053003020102")
    with served(lambda _request: refused) as url, pytest.raises(TimestampRefused, match="rejection"):
        ask_for_timestamp(url, DIGEST, authority=authority.certificate)


def test_silence_is_told_within_the_time_allowed(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timestamps, "TIMEOUT_SECONDS", 0.2)
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as never:
        url = f"http://127.0.0.1:{never.server_address[1]}/"
        with pytest.raises(AuthoritySilent):
            ask_for_timestamp(url, DIGEST, authority=authority.certificate)
    for wrong in (url, "file:///etc/hostname"):
        with pytest.raises(AuthoritySilent):
            ask_for_timestamp(wrong, DIGEST, authority=authority.certificate)
    with served(lambda _request: b"", status=500) as failing, pytest.raises(AuthoritySilent, match="500"):
        ask_for_timestamp(failing, DIGEST, authority=authority.certificate)


def test_without_the_authoritys_certificate_nothing_is_asked(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("bonjour", encoding="utf-8")
    for path in (None, tmp_path / "absent.pem", tmp_path / "ca.pem"):
        with pytest.raises(AuthorityUnknown):
            ask_for_timestamp("http://127.0.0.1:9/", DIGEST, authority=path)


def test_the_seal_stands_whatever_the_authority_does(
    own_landlord: Landlord, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PALIER_JOURNAL_HEADS", tmp_path / "empreintes.jsonl")
    monkeypatch.setattr(settings, "PALIER_JOURNAL_TIMESTAMP_CA", authority.certificate)
    officer = Actor(role=Role.RENT_OFFICER, purpose="COMPTABILITE", agent_id=1, agency_id=1)
    for answering, expected in ((authority.answer, ""), (lambda _request: b"", "AnswerUnreadable")):
        with acting(officer, screen="compte", categories=("COMPTE",)) as reading:
            reading.saw([1])
        with served(answering) as url:
            monkeypatch.setattr(settings, "PALIER_JOURNAL_TIMESTAMP_URL", url)
            assert seal_and_publish(operator="Aline Cormier", at=now()).sealed.rows == 1
        with batch(Batch.JOURNAL, operator="essai", motive="VERIFICATION", command="essai", categories=()):
            kept = JournalPublication.objects.filter(channel="TIMESTAMP").order_by("-id").first()
            assert kept is not None
            assert (kept.refusal, bool(kept.proof)) == (expected, not expected)
