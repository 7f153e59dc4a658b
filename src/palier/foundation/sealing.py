"""Sealing a few bytes under a secret of the installation (AES-GCM), and digests that only its holder can compute."""

import hmac
import os
from collections.abc import Iterable
from functools import cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.conf import settings

from palier.foundation.errors import Refusal
from palier.foundation.home import Home

_NONCE_BYTES = 12


class SealBroken(Refusal):
    """Cette donnée scellée ne s’ouvre pas avec le secret de cette installation : restaurez le fichier {name} du
    dossier des secrets."""


def sealed(readable: bytes, *, under: str) -> bytes:
    """The bytes as the database holds them, under the secret file named `under` (made at the first need)."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(under).encrypt(nonce, readable, None)


def sealed_blocks(readable: Iterable[bytes], *, under: str) -> bytearray:
    """The same, of bytes that come block by block: what they make together is held once."""
    nonce = os.urandom(_NONCE_BYTES)
    seal = Cipher(AES(_key(under)), GCM(nonce)).encryptor()
    kept = bytearray(nonce)
    for block in readable:
        kept += seal.update(block)
    kept += seal.finalize() + seal.tag
    return kept


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
