"""Passkeys (WebAuthn level 2): what the browser is asked for, and what is believed of its answer. No database here.

A passkey is asked to know its owner (a finger, a face, a code): held and opened, it stands for both factors.
"""

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from palier.foundation.errors import Refusal

LONGEST_ANSWER: Final = 8_000
_NAME: Final = "Palier"
# What the library raises on bytes that are not an answer: it checks signatures, not shapes.
_NOT_AN_ANSWER: Final = (ValueError, LookupError, TypeError, AttributeError, AssertionError, struct.error)


class PasskeyRefused(Refusal):
    """Cette clé d’accès n’a pas été reconnue. Essayez encore, ou entrez d’une autre manière."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the browser stands: a key made for one place signs for no other."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is put to the browser, and what is kept to check its answer."""

    options: str
    state: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as it is kept."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def place_of(request: HttpRequest) -> Place:
    """The host was compared with ALLOWED_HOSTS before: nobody chooses it."""
    host = request.get_host()
    return Place(host=host.rsplit(":", 1)[0], origin=f"{request.scheme}://{host}")


def ask_for_a_new_key(place: Place, *, account_id: int, account_name: str, known: Sequence[bytes]) -> Asked:
    """The creation of a key by the browser; the keys already known are not made twice."""
    # The handle tells the key nothing of the account: neither its number nor its name.
    handle = salted_hmac("palier.web.passkeys", str(account_id), algorithm="sha256").digest()
    options, state = _server(place).register_begin(
        PublicKeyCredentialUserEntity(id=handle, name=account_name, display_name=account_name),
        [AttestedCredentialData(each) for each in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(options=_json(dict(options.public_key)), state=_kept(state))


def new_key(place: Place, state: dict[str, str], answer: str) -> Key:
    """The key that the browser made. Raises PasskeyRefused."""
    try:
        made = _server(place).register_complete(state, RegistrationResponse.from_dict(_parsed(answer)))
    except _NOT_AN_ANSWER as error:
        raise PasskeyRefused from error
    if made.credential_data is None:
        raise PasskeyRefused
    return Key(
        credential_id=made.credential_data.credential_id,
        public_key=bytes(made.credential_data),
        sign_count=made.counter,
    )


def ask_for_a_signature(place: Place, known: Sequence[bytes] | None) -> Asked:
    """A signature by one of these keys, or by any that the browser holds for this place."""
    credentials = None if known is None else [AttestedCredentialData(each) for each in known]
    options, state = _server(place).authenticate_begin(credentials, UserVerificationRequirement.REQUIRED)
    return Asked(options=_json(dict(options.public_key)), state=_kept(state))


def key_named_by(answer: str) -> bytes:
    """The number of the key that signed, not yet believed. Raises PasskeyRefused."""
    try:
        return AuthenticationResponse.from_dict(_parsed(answer)).raw_id
    except _NOT_AN_ANSWER as error:
        raise PasskeyRefused from error


def count_of_signature(place: Place, state: dict[str, str], answer: str, key: Key) -> int:
    """How often the key says it signed, once its signature is checked. Raises PasskeyRefused."""
    try:
        given = AuthenticationResponse.from_dict(_parsed(answer))
        _server(place).authenticate_complete(state, [AttestedCredentialData(key.public_key)], given)
    except _NOT_AN_ANSWER as error:
        raise PasskeyRefused from error
    count = given.response.authenticator_data.counter
    # A count that does not move forward is that of a copy; keys that never count say zero each time (WebAuthn 6.1.1).
    if (count or key.sign_count) and count <= key.sign_count:
        raise PasskeyRefused
    return count


def fingerprint(credential_id: bytes) -> str:
    """The first letters of a digest of the key's number, to tell two keys apart on screen."""
    return hashlib.sha256(credential_id).hexdigest()[:6]


def _server(place: Place) -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=place.host, name=_NAME),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == place.origin,
    )


def _kept(state: object) -> dict[str, str]:
    if not isinstance(state, dict):
        raise TypeError("the library keeps its state in a dict")
    return {str(name): str(value) for name, value in state.items()}


def _json(options: dict[str, object]) -> str:
    return json.dumps(options, default=_plain)


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _parsed(answer: str) -> dict[str, object]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("an answer that long is no key's")
    given = json.loads(answer)
    if not isinstance(given, dict):
        raise TypeError("an answer is an object")
    return given
