"""Packs in a service that speaks S3 (Amazon's protocol, as many hosts do): five requests, each signed, none followed.

A pack is written on the disk first, sent whole, and counts as kept once the service answers with the digest of what it
received. An answer cut short, an error of the service, a service that asks to slow down: asked again, three times.
"""

import hashlib
import hmac
import re
import time
import urllib.error
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from palier.foundation.errors import Refusal
from palier.foundation.outbound import is_safe_address, opened_without_redirection, web_request
from palier.mail.store.folder import Folder
from palier.mail.store.packs import PackMissing

# Before asking again: a service that is overwhelmed is left alone a little longer each time.
_WAITS_SECONDS: Final = (0.2, 0.8, 2.0)
_TIMEOUT_SECONDS: Final = 20.0
_CHUNK: Final = 8 * 1024 * 1024
_LISTED: Final = re.compile(r"<Key>([^<]*)</Key>\s*<LastModified>([^<]*)</LastModified>")
_NEXT: Final = re.compile(r"<NextContinuationToken>([^<]*)</NextContinuationToken>")
_PACK_KEY: Final = re.compile(r"packs/[0-9a-f]{2}/([0-9a-f]{32})\.pack")


class StorageSilent(Refusal):
    """Le stockage des documents {host} ne répond pas comme il faut ({reason}) : rien n’est laissé à moitié gardé.
    Recommencez dans quelques minutes ; si cela dure, prévenez l’hébergeur."""


class StorageRefuses(Refusal):
    """Le stockage des documents {host} refuse la demande ({status}) : vérifiez la clé, son secret et le compartiment
    dans les réglages."""


class StorageNotSafe(StorageRefuses):
    """L’adresse du stockage des documents doit commencer par https : corrigez PALIER_DOCUMENTS_S3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where the packs are, and what signs the requests. `address` ends with the bucket."""

    address: str
    region: str
    key: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    headers: Message
    body: bytes


class _TryAgain(Exception):
    """What may go better the next time."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Packs in a bucket; drafts on this machine's disk."""

    root: Path
    account: Account
    timeout_seconds: float = _TIMEOUT_SECONDS
    waits_seconds: tuple[float, ...] = _WAITS_SECONDS

    def draft(self, pack: str) -> Path:
        """Where a pack is written before it is sent."""
        return Folder(self.root).draft(pack)

    def place(self, pack: str, draft: Path) -> None:
        """Send the draft. Raises StorageSilent, StorageRefuses: then no pack bears the name, or the same bytes do."""
        content = draft.read_bytes()
        digest = b64encode(hashlib.sha256(content).digest()).decode("ascii")

        def is_whole(answer: _Answer) -> None:
            told = answer.headers.get("x-amz-checksum-sha256") or self._read_back(pack)
            if told != digest:
                raise _TryAgain("l’empreinte reçue n’est pas celle qui est partie")

        self._asked("PUT", _name(pack), body=content, headers={"x-amz-checksum-sha256": digest}, check=is_whole)
        draft.unlink()

    def end(self, pack: str, length: int) -> tuple[bytes, int]:
        """The last bytes of a pack, and its whole size. Raises PackMissing, StorageSilent, StorageRefuses."""
        answer = self._part(pack, f"bytes=-{length}")
        return answer.body, int((answer.headers.get("Content-Range") or "/0").rpartition("/")[2])

    def part(self, pack: str, offset: int, length: int) -> bytes:
        """Some bytes of a pack. Raises PackMissing, StorageSilent, StorageRefuses."""
        return self._part(pack, f"bytes={offset}-{offset + length - 1}").body

    def chunks(self, pack: str) -> Iterator[bytes]:
        """All the bytes of a pack, in order. Raises PackMissing, StorageSilent, StorageRefuses."""
        _, size = self.end(pack, 1)
        for offset in range(0, size, _CHUNK):
            yield self.part(pack, offset, min(_CHUNK, size - offset))

    def packs(self) -> Iterator[tuple[str, float]]:
        """Every pack, with the instant of its writing in seconds. Raises StorageSilent, StorageRefuses."""
        token = ""
        while True:
            asked = {"list-type": "2", "prefix": "packs/"} | ({"continuation-token": token} if token else {})
            listed = self._asked("GET", "", query=asked).body.decode("utf-8", "replace")
            for key, written in _LISTED.findall(listed):
                if named := _PACK_KEY.fullmatch(key):
                    yield named.group(1), datetime.fromisoformat(written).timestamp()
            following = _NEXT.search(listed)
            if following is None:
                return
            token = following.group(1)

    def forget(self, pack: str) -> None:
        """Remove a pack. One that is already gone is no fault. Raises StorageSilent, StorageRefuses."""
        self._asked("DELETE", _name(pack), accepted=(200, 204, 404))

    def look(self) -> None:
        """Ask for one name, to know that the bucket answers. Raises StorageSilent, StorageRefuses."""
        self._asked("GET", "", query={"list-type": "2", "prefix": "packs/", "max-keys": "1"})

    def _read_back(self, pack: str) -> str:
        """The digest of what is over there, for a service that does not say what it received."""
        digest = hashlib.sha256()
        try:
            for chunk in self.chunks(pack):
                digest.update(chunk)
        except PackMissing as missing:
            raise _TryAgain("le paquet n’y est pas") from missing
        return b64encode(digest.digest()).decode("ascii")

    def _part(self, pack: str, wanted: str) -> _Answer:
        def is_whole(answer: _Answer) -> None:
            told = re.fullmatch(r"bytes (\d+)-(\d+)/\d+", answer.headers.get("Content-Range") or "")
            if told is None or len(answer.body) != int(told.group(2)) - int(told.group(1)) + 1:
                raise _TryAgain("la réponse est coupée")

        answer = self._asked("GET", _name(pack), headers={"Range": wanted}, accepted=(206, 404), check=is_whole)
        if answer.status == 404:
            raise PackMissing(pack=pack)
        return answer

    def _asked(
        self,
        verb: str,
        name: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        accepted: tuple[int, ...] = (200,),
        check: Callable[[_Answer], None] | None = None,
    ) -> _Answer:
        if not is_safe_address(self.account.address):
            raise StorageNotSafe
        reason = ""
        for wait in (0.0, *self.waits_seconds):
            time.sleep(wait)
            try:
                answer = self._once(verb, name, query or {}, body, headers or {})
                if answer.status >= 500:
                    raise _TryAgain(f"erreur {answer.status}")
                if answer.status in accepted:
                    if check is not None and answer.status != 404:
                        check(answer)
                    return answer
            except (OSError, HTTPException, _TryAgain) as fault:
                reason = f"{fault}" if isinstance(fault, _TryAgain) else "pas de réponse, ou une réponse coupée"
                continue
            raise StorageRefuses(host=self._host, status=answer.status)
        raise StorageSilent(host=self._host, reason=reason)

    def _once(self, verb: str, name: str, query: Mapping[str, str], body: bytes, headers: Mapping[str, str]) -> _Answer:
        path = "/".join(part for part in (urlsplit(self.account.address).path.strip("/"), name) if part)
        target = f"/{quote(path)}"
        asked = urlencode(sorted(query.items()), quote_via=quote, safe="")
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        signed = signed_headers(self.account, verb, target, asked, self._host, headers, body=body, moment=moment)
        parts = urlsplit(self.account.address)
        request = web_request(
            f"{parts.scheme}://{parts.netloc}{target}" + (f"?{asked}" if asked else ""),
            body if verb == "PUT" else None,
            headers=signed,
            method=verb,
        )
        try:
            with opened_without_redirection(request, timeout=self.timeout_seconds) as answer:
                return _Answer(status=answer.status, headers=answer.headers, body=answer.read())
        except urllib.error.HTTPError as error:
            error.close()
            return _Answer(status=error.code, headers=error.headers, body=b"")

    @property
    def _host(self) -> str:
        return urlsplit(self.account.address).netloc


def signed_headers(
    account: Account,
    verb: str,
    target: str,
    query: str,
    host: str,
    headers: Mapping[str, str],
    *,
    body: bytes,
    moment: str,
) -> dict[str, str]:
    """The headers of a request with its signature (AWS Signature Version 4), over every one of them and the body."""
    digest = hashlib.sha256(body).hexdigest()
    held = {**headers, "Host": host, "x-amz-content-sha256": digest, "x-amz-date": moment}
    lowered = sorted((name.lower(), value.strip()) for name, value in held.items())
    names = ";".join(name for name, _ in lowered)
    canonical = "\n".join([verb, target, query, *(f"{name}:{value}" for name, value in lowered), "", names, digest])
    scope = f"{moment[:8]}/{account.region}/s3/aws4_request"
    told = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{account.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, told.encode(), "sha256").hexdigest()
    credential = f"{account.key}/{scope}"
    authorization = f"AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={names},Signature={signature}"
    return held | {"Authorization": authorization}


def _name(pack: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{32}", pack):
        raise PackMissing(pack=pack)
    return f"packs/{pack[:2]}/{pack}.pack"
