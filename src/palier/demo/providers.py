"""Providers that are not: a printer of hybrid mail, an external vault, a push service, on this machine, with the
faults of real ones.

They print, keep and notify nothing. Their protocols are those of `palier.dispatch.adapters`. Everything that they know
is in memory, and goes with them. What each accepted is counted, so that a test says: once, or twice.
"""

import argparse
import json
import random
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from palier.dispatch.adapters import hybrid, push, vault
from palier.foundation.home import Home

HOST: Final = "127.0.0.1"
# In the order in which a drawn number takes them.
FAULTS: Final = ("dropped", "failed", "cut", "busy", "expired", "failed_before")
# They strike once the deed is done.
_AFTER: Final = frozenset({"dropped", "failed", "cut"})
_KEY: Final = re.compile(rb'"(?:external_reference|custom_id)": "([A-Za-z0-9-]+)"')
_LONGEST: Final = 5_000_000

Answer = tuple[int, Mapping[str, object]]


@dataclass(slots=True)
class _Draft:
    custom_id: str
    status: str = "DRAFT"
    documents: int = 0
    recipients: list[Mapping[str, object]] = field(default_factory=list)


class Providers:
    """What the three of them know. `share`: how many requests in a hundred meet a fault, drawn from the seed."""

    def __init__(self, *, share: int = 0, seed: int = 1) -> None:
        self._lock = threading.Lock()
        self.begin(share=share, seed=seed)

    def begin(self, *, share: int, seed: int) -> None:
        """Nothing accepted yet."""
        self.share = share
        # The faults to come, before those that are drawn: for a test that wants one.
        self.next_faults: list[str] = []
        # What each accepted, under our keys, as often as it did.
        self.posted: list[str] = []
        self.deposited: list[str] = []
        self.knocked: list[str] = []
        self.gone: set[str] = set()
        self._renewals = 1
        self._drafts: dict[str, _Draft] = {}
        self._kept: dict[tuple[str, str], str] = {}
        self._chance = random.Random(seed)

    def fault(self) -> str:
        """The fault of this request, or none."""
        with self._lock:
            if self.next_faults:
                return self.next_faults.pop(0)
            if self._chance.randrange(100) >= self.share:
                return ""
            return self._chance.choice(FAULTS)

    def answer(self, method: str, path: str, body: bytes, token: str) -> Answer:
        """What one request does and is answered, its fault apart."""
        with self._lock:
            where = urlsplit(path)
            asked = parse_qs(where.query)
            parts = [unquote(part) for part in where.path.strip("/").split("/")]
            if parts[-1] == "token":
                return 200, {"access_token": self.token, "expires_in": 300}
            if parts[0] == "push":
                return self._knock(parts[1])
            if token != self.token:
                return 401, {"code": "TOKEN_EXPIRED"}
            if parts[:2] == ["mail", "v2"]:
                return self._mail(method, parts[3:], asked, body)
            return self._vault(method, parts[3], asked, body)

    def post(self, status: str = "PROCESSED") -> None:
        """The printer gives what was submitted to the post, or gives it up."""
        with self._lock:
            for draft in self._drafts.values():
                if draft.status != "DRAFT":
                    draft.status = status

    def forget(self, *, but: int) -> None:
        """The printer loses what it was given, but for the first of it."""
        with self._lock:
            self._drafts = dict(list(self._drafts.items())[:but])

    def renew(self) -> None:
        """The token in use expires."""
        with self._lock:
            self._renewals += 1

    @property
    def token(self) -> str:
        """The token that opens today; the one before it does not any more."""
        return f"jeton-{self._renewals}"

    @property
    def drafts(self) -> list[str]:
        """The letters begun and never submitted, by our keys."""
        return [draft.custom_id for draft in self._drafts.values() if draft.status == "DRAFT"]

    def _mail(self, method: str, parts: list[str], asked: Mapping[str, list[str]], body: bytes) -> Answer:
        if not parts:
            return self._sendings(method, asked, body)
        draft = self._drafts.get(parts[0])
        if draft is None:
            return 404, {"code": "NOT_FOUND"}
        if method == "DELETE":
            if draft.status != "DRAFT":
                return 409, {"code": "ALREADY_SUBMITTED"}
            del self._drafts[parts[0]]
            return 204, {}
        if draft.status != "DRAFT":
            return 409, {"code": "ALREADY_SUBMITTED"}
        if parts[1] == "documents":
            draft.documents += b"%PDF" in body
            return 201, {"id": f"doc-{draft.documents}"}
        if parts[1] == "recipients":
            draft.recipients.append(json.loads(body))
            return 201, {"id": f"dest-{len(draft.recipients)}"}
        if draft.documents != 1 or len(draft.recipients) != 1:
            return 400, {"code": "INCOMPLETE"}
        draft.status = "PENDING"
        self.posted.append(draft.custom_id)
        return 200, {}

    def _sendings(self, method: str, asked: Mapping[str, list[str]], body: bytes) -> Answer:
        if method == "POST":
            number = f"env-{len(self._drafts) + len(self.posted) + self._chance.randrange(10**9)}"
            self._drafts[number] = _Draft(custom_id=str(json.loads(body)["custom_id"]))
            return 201, {"id": number, "status": "DRAFT"}
        wanted = asked.get("custom_id", [""])[0]
        found = [
            {"id": number, "custom_id": draft.custom_id, "status": draft.status}
            for number, draft in self._drafts.items()
            if draft.custom_id == wanted
        ]
        return 200, {"sendings": found}

    def _vault(self, method: str, member: str, asked: Mapping[str, list[str]], body: bytes) -> Answer:
        if method == "GET":
            wanted = asked.get("external_reference", [""])[0]
            number = self._kept.get((member, wanted))
            found = [{"id": number, "external_reference": wanted}] if number else []
            return 200, {"documents": found}
        said = _KEY.search(body)
        if said is None or b"%PDF" not in body:
            return 400, {"code": "INCOMPLETE"}
        key = said.group(1).decode()
        if (member, key) in self._kept:
            return 409, {"code": "DUPLICATE", "id": self._kept[member, key]}
        self._kept[member, key] = f"cfn-{len(self._kept) + 1}"
        self.deposited.append(key)
        return 201, {"id": self._kept[member, key]}

    def _knock(self, device: str) -> Answer:
        if device in self.gone:
            return 410, {}
        self.knocked.append(device)
        return 201, {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    providers: Providers

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, *_told: object) -> None:
        pass

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(min(int(length), _LONGEST)) if length.isdecimal() else b""
        fault = "" if self.path.endswith("/token") else self.providers.fault()
        if fault == "expired":
            self.providers.renew()
        if fault == "busy":
            return self._say(429, {"code": "TOO_MANY"}, {"Retry-After": "1"})
        if fault == "refused":
            return self._say(422, {"code": "ADDRESS"})
        if fault == "failed_before":
            return self._say(500, {})
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        status, told = self.providers.answer(self.command, self.path, body, token)
        if fault not in _AFTER:
            return self._say(status, told)
        if fault == "failed":
            return self._say(500, {})
        if fault == "cut":
            # Half of what it says, and the line goes down.
            raw = json.dumps(told).encode()
            self._head(status, {"Content-Length": str(len(raw) + 40)})
            self.wfile.write(raw[: len(raw) // 2])
        self.close_connection = True
        return None

    def _say(self, status: int, told: Mapping[str, object], headers: Mapping[str, str] | None = None) -> None:
        raw = b"" if status == 204 else json.dumps(told).encode()
        self._head(status, {**(headers or {}), "Content-Length": str(len(raw))})
        self.wfile.write(raw)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def served(providers: Providers, *, port: int = 0) -> ThreadingHTTPServer:
    """The providers on a port of this machine, not yet answering: `serve_forever` is the caller's."""
    handler = type("_OfThese", (_Handler,), {"providers": providers})
    return ThreadingHTTPServer((HOST, port), handler)


def describe_providers(home: Home, *, port: int, hybrid_kinds: tuple[str, ...] = ()) -> None:
    """Tell the jobs of this installation where the simulated providers answer."""
    place = f"http://{HOST}:{port}"
    for file, secret, label, kinds in (
        (hybrid.FILE, hybrid.KEY_FILE, "Courrier hybride de démonstration", hybrid_kinds),
        (vault.FILE, vault.KEY_FILE, "Coffre externe de démonstration", ()),
    ):
        home.ensure_secret(secret)
        (home.root / file).write_text(
            f'label = "{label}"\naddress = "{place}"\ntoken_address = "{place}/oauth/token"\n'
            f'client_id = "demonstration"\nis_simulated = true\nkinds = {json.dumps(kinds)}\n',
            encoding="utf-8",
        )
    home.ensure_secret(push.KEY_FILE)
    (home.root / push.FILE).write_text(f'hosts = ["{HOST}"]\nis_simulated = true\n', encoding="utf-8")


def main() -> None:
    """Answer on the port given until it is stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    served(Providers(), port=parser.parse_args().port).serve_forever()


if __name__ == "__main__":
    main()
