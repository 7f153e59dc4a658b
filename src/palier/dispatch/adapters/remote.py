"""A provider asked over HTTPS with an OAuth 2 token: described in a file of its own, its secret in another."""

import base64
import json
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from django.conf import settings

from palier.dispatch.channels import Answer, Nature, Said
from palier.foundation.errors import Refusal
from palier.foundation.home import Home, SecretMissing, SecretUnreadable
from palier.foundation.outbound import Exchange, ServiceSilent, exchanged, is_safe_address, web_request

_CODE: Final = re.compile(r"[A-Za-z0-9_.:-]{1,30}")
# What the landlord must mend with the provider: tried again in an hour, nothing is lost.
_AN_HOUR: Final = 3_600


class ProviderMisdescribed(Refusal):
    """Le fichier {file} est mal rempli : {reason}. Corrigez-le, puis essayez de nouveau."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Where a provider answers, under which account. `kinds`: the documents that it is given, all when empty."""

    label: str
    address: str
    token_address: str
    client_id: str
    secret: str
    is_simulated: bool
    kinds: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def nature(self) -> Nature:
        """No real provider was ever asked: written to public descriptions."""
        return Nature.SIMULATED if self.is_simulated else Nature.NOT_VERIFIED


def described(file: str, *, secret: str = "") -> Description | None:
    """The provider described under PALIER_HOME, or None when there is none; without its secret when none is named.

    Raises ProviderMisdescribed.
    """
    try:
        told = tomllib.loads((settings.PALIER_HOME / file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProviderMisdescribed(file=file, reason="ce n’est pas du TOML") from error
    named = {}
    for name in ("label", "address", "token_address", "client_id"):
        word = told.get(name)
        if not isinstance(word, str) or not 0 < len(word) <= 200:
            raise ProviderMisdescribed(file=file, reason=f"{name} manque, ou il est trop long")
        named[name] = word.rstrip("/")
    if not (is_safe_address(named["address"]) and is_safe_address(named["token_address"])):
        raise ProviderMisdescribed(file=file, reason="les adresses doivent être en HTTPS")
    kinds, is_simulated = told.get("kinds", []), told.get("is_simulated", False)
    if not isinstance(kinds, list) or not isinstance(is_simulated, bool):
        raise ProviderMisdescribed(file=file, reason="kinds est une liste, is_simulated vaut true ou false")
    try:
        kept = Home(settings.PALIER_HOME).secret(secret) if secret else ""
    except (SecretMissing, SecretUnreadable) as closed:
        raise ProviderMisdescribed(file=file, reason=f"son secret, secrets/{secret}, ne se lit pas") from closed
    extra = {name: word for name, word in told.items() if isinstance(word, str) and name not in named}
    return Description(**named, secret=kept, is_simulated=is_simulated, kinds=tuple(map(str, kinds)), extra=extra)


class Remote:
    """Calls to one provider. A token that expired is renewed once; a call that was not answered is not repeated."""

    def __init__(self, there: Description, headers: Mapping[str, str] | None = None) -> None:
        self._there = there
        self._headers = dict(headers or {})
        self._token = ""

    def call(self, method: str, path: str, body: bytes | None = None, *, content_type: str = "") -> Exchange:
        """What the provider answers. Raises ServiceSilent."""
        if not self._token:
            self._token = self._renewed()
        told = self._asked(method, path, body, content_type)
        if told.status == 401:
            # Refused at the door: nothing was done, it may be said again.
            self._token = self._renewed()
            told = self._asked(method, path, body, content_type)
        return told

    def _asked(self, method: str, path: str, body: bytes | None, content_type: str) -> Exchange:
        headers = {**self._headers, "Accept": "application/json", "Authorization": f"Bearer {self._token}"}
        if content_type:
            headers["Content-Type"] = content_type
        return exchanged(web_request(f"{self._there.address}{path}", body, headers=headers, method=method))

    def _renewed(self) -> str:
        pair = base64.b64encode(f"{self._there.client_id}:{self._there.secret}".encode()).decode()
        told = exchanged(
            web_request(
                self._there.token_address,
                urlencode({"grant_type": "client_credentials"}).encode(),
                headers={
                    **self._headers,
                    "Authorization": f"Basic {pair}",
                    "Content-Type": "application/x-www-form-urlencoded",
                },
                method="POST",
            )
        )
        token = (told.json() or {}).get("access_token")
        return token if told.status == 200 and isinstance(token, str) else "none"


def json_body(told: Mapping[str, object]) -> bytes:
    """The bytes of an object."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def multipart(fields: Mapping[str, Mapping[str, object]], *, file: str, name: str, content: bytes) -> tuple[bytes, str]:
    """One PDF and JSON fields as a form of several parts; its bytes and its type."""
    boundary = f"palier-{secrets.token_hex(16)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{part}"\r\n'
        f"Content-Type: application/json\r\n\r\n{json.dumps(told, ensure_ascii=False)}\r\n".encode()
        for part, told in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{file}"; filename="{name}"\r\n'
    parts.append(f"{head}Content-Type: application/pdf\r\n\r\n".encode() + content + b"\r\n")
    return b"".join((*parts, f"--{boundary}--\r\n".encode())), f"multipart/form-data; boundary={boundary}"


def said_no(told: Exchange) -> Answer:
    """What an answer that is not a yes means."""
    word = (told.json() or {}).get("code")
    code = f"HTTP_{told.status}" + (f"_{word}" if isinstance(word, str) and _CODE.fullmatch(word) else "")
    if told.status == 429:
        return Answer(said=Said.LATER, code=code, wait_seconds=told.retry_after_seconds or 60)
    if told.status in (401, 403):
        return Answer(said=Said.LATER, code=code, wait_seconds=told.retry_after_seconds or _AN_HOUR)
    if told.status >= 500 or told.status < 400:
        # It may have done it before it failed, or before its answer was cut.
        return Answer(said=Said.SILENT, code=code)
    return Answer(said=Said.REFUSED, code=code)


def word_of(told: Exchange, name: str) -> str:
    """A word of an answer, empty when it is not there."""
    word = (told.json() or {}).get(name)
    return word if isinstance(word, str) and 0 < len(word) <= 80 else ""


SILENCE: Final = Answer(said=Said.SILENT, code="SILENCE")
__all__ = [
    "SILENCE", "Description", "ProviderMisdescribed", "Remote", "ServiceSilent", "described", "json_body", "multipart",
    "said_no", "word_of",
]  # fmt: skip
