"""Sealing a few bytes under a secret of the installation (AES-GCM), and digests that only its holder can compute."""

import hmac
import os
from functools import cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from palier.foundation.errors import Refusal
from palier.foundation.home import Home

_NONCE_BYTES = 12


class SealBroken(Refusal):
    """Cette donnée scellée ne s’ouvre pas avec le secret de cette installation : restaurez le fichier {name} du
    dossier des secrets."""


def sealed(readable: bytes | bytearray, *, under: str) -> bytes:
    """The bytes as the database holds them, under the secret file named `under` (made at the first need)."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(under).encrypt(nonce, readable, None)


def unsealed(kept: bytes | memoryview, *, under: str) -> bytes:
    """The bytes behind it. Raises SealBroken."""
    try:
        return _cipher(under).decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], None)
    except InvalidTag as error:
        raise SealBroken(name=under) from error


def keyed_digest(readable: bytes, *, under: str) -> str:
    """Sixty-four signs, always the same for the same bytes: to recognise them without keeping them."""
    return hmac.new(_key(under), readable, sha256).hexdigest()


@cache
def _cipher(name: str) -> AESGCM:
    return AESGCM(_key(name))


@cache
def _key(name: str) -> bytes:
    return sha256(Home(settings.PALIER_HOME).ensure_secret(name).encode("ascii")).digest()
