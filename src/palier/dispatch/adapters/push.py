"""Web Push without a word: a knock at the device's address, signed (VAPID, RFC 8292), with an empty body.

What the device shows is the service worker's own sentence. The push service of the browser's maker learns that
something happened, never what. A knock heard twice is one notification: the same Topic replaces the one before.
"""

import base64
import hashlib
import json
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings

from palier.dispatch.adapters.remote import ProviderMisdescribed
from palier.dispatch.channels import PUSH, Answer, Nature, Parcel, Said
from palier.foundation.clock import now
from palier.foundation.home import Home
from palier.foundation.outbound import AddressNotOfTheWeb, ServiceSilent, exchanged, is_safe_address, web_request

FILE: Final = "push.toml"
KEY_FILE: Final = "push_key"
# Those of the browsers in use: what a device gives as its address is not asked of anybody else.
SERVICES: Final = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "notify.windows.com",
)
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_LASTS: Final = timedelta(hours=12)
_A_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSettings:
    """The services that may be knocked at, and the address where they may complain."""

    hosts: tuple[str, ...] = SERVICES
    contact: str = "mailto:contact@example.org"
    is_simulated: bool = False


def push_settings() -> PushSettings:
    """What push.toml says, or the services of the browsers in use. Raises ProviderMisdescribed."""
    try:
        told = tomllib.loads((settings.PALIER_HOME / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return PushSettings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProviderMisdescribed(file=FILE, reason="ce n’est pas du TOML") from error
    hosts = told.get("hosts", list(SERVICES))
    if not isinstance(hosts, list):
        raise ProviderMisdescribed(file=FILE, reason="hosts est une liste")
    return PushSettings(
        hosts=tuple(map(str, hosts)),
        contact=str(told.get("contact", "mailto:contact@example.org")),
        is_simulated=bool(told.get("is_simulated", False)),
    )


def is_allowed_endpoint(endpoint: str, hosts: tuple[str, ...]) -> bool:
    """True when a device's address is one of a known push service: nobody makes us call a machine of their choice."""
    if not (endpoint.startswith(("https://", "http://")) and endpoint.isascii() and endpoint.isprintable()):
        # Case counts: what is allowed here must be what the way out to the web takes.
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    # Another port only on this machine, which only push.toml can name.
    is_plain = "@" not in parts.netloc and (port is None or parts.scheme == "http")
    return is_plain and is_safe_address(endpoint) and any(host == k or host.endswith(f".{k}") for k in hosts)


def private_key() -> ec.EllipticCurvePrivateKey:
    """The landlord's key, drawn from a secret of the installation and as lasting. Raises SecretMissing."""
    secret = Home(settings.PALIER_HOME).secret(KEY_FILE)
    number = int.from_bytes(hashlib.sha512(b"palier push " + secret.encode("ascii")).digest(), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """What the browser is given when it subscribes (applicationServerKey)."""
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return _text(point)


def authorization(endpoint: str, *, key: ec.EllipticCurvePrivateKey, contact: str, at: datetime) -> str:
    """The header by which a push service knows us (RFC 8292, 2 and 3)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((at + _LASTS).timestamp()),
        "sub": contact,
    }
    head = _text(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
    signed = f"{head}.{_text(json.dumps(claims).encode())}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = _text(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={public_key(key)}"


@dataclass(frozen=True, slots=True)
class PushKnock:
    """The devices of whoever a document is for."""

    key: ec.EllipticCurvePrivateKey
    told: PushSettings
    code: str = PUSH
    label: str = "Notification sans contenu"

    @property
    def nature(self) -> Nature:
        return Nature.SIMULATED if self.told.is_simulated else Nature.NOT_VERIFIED

    def send(self, parcel: Parcel) -> Answer:
        """Knock at each device; those that are gone are told, for them to be forgotten."""
        if not parcel.reaches:
            return Answer(said=Said.REFUSED, code="GONE")
        gone: list[str] = []
        worst: Answer | None = None
        for endpoint in parcel.reaches:
            status, wait = self._knocked(endpoint, parcel.key)
            if status in (404, 410) or not is_allowed_endpoint(endpoint, self.told.hosts):
                gone.append(endpoint)
            elif status == 429:
                worst = Answer(said=Said.LATER, code="HTTP_429", wait_seconds=wait or 60)
            elif not 200 <= status < 300:
                worst = worst or Answer(said=Said.SILENT, code=f"HTTP_{status}" if status else "SILENCE")
        if worst is not None:
            return Answer(said=worst.said, code=worst.code, wait_seconds=worst.wait_seconds, gone=tuple(gone))
        if len(gone) == len(parcel.reaches):
            return Answer(said=Said.REFUSED, code="GONE", gone=tuple(gone))
        return Answer(said=Said.ACCEPTED, code="HTTP_201", gone=tuple(gone))

    def ask(self, _parcel: Parcel) -> Answer:
        """Nobody can be asked; a second knock replaces the first on the device."""
        return Answer(said=Said.NOTHING)

    def _knocked(self, endpoint: str, key: str) -> tuple[int, int]:
        if not is_allowed_endpoint(endpoint, self.told.hosts):
            return 0, 0
        topic = _text(hashlib.sha256(key.encode()).digest())[:32]
        headers = {
            "Authorization": authorization(endpoint, key=self.key, contact=self.told.contact, at=now()),
            "TTL": str(_A_DAY_SECONDS),
            "Topic": topic,
            "Urgency": "normal",
        }
        try:
            told = exchanged(web_request(endpoint, b"", headers=headers, method="POST"))
        except (ServiceSilent, AddressNotOfTheWeb):
            return 0, 0
        return told.status, told.retry_after_seconds


def push_knock() -> PushKnock:
    """The channel of notifications. Raises SecretMissing."""
    return PushKnock(private_key(), push_settings())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
