"""An OpenID Connect provider as a way in: authorization code, PKCE, state, nonce; no account is ever made by it.

Described in `openid.toml` under PALIER_HOME, one table an audience ([agents], [tenants]). Tested against a provider on
this machine; not verified with a real one.
"""

import base64
import hashlib
import hmac
import secrets
import tomllib
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import jwt
from django.conf import settings

from palier.agents.models import User
from palier.foundation.errors import Refusal
from palier.foundation.home import Home
from palier.foundation.outbound import ServiceRefuses, ServiceSilent, is_safe_address, json_from, web_request

FILE: Final = "openid.toml"
# Signatures by a key pair only: a secret shared with the provider could sign in its place, « none » signs nothing.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
# A provider's clock and ours.
_LEEWAY_SECONDS: Final = 30
# What a provider says of how it knew its visitor (`amr`, RFC 8176), by kind of proof. What is not here proves nothing:
# a message by telephone (sms, tel), a place, a question (geo, kba), a presence (user).
_KNOWN: Final = frozenset({"pwd", "pin"})
_HELD: Final = frozenset({"otp", "hwk", "swk", "sc"})
_OF_THE_BODY: Final = frozenset({"fpt", "face", "iris", "retina", "vbm"})
# Enough by itself, unless the landlord declares others: it says in one word that two kinds were asked for.
_STRONG: Final = ("mfa",)


class ProviderMisdescribed(Refusal):
    """Le fichier openid.toml est mal rempli : {reason}. Corrigez-le, puis essayez de nouveau."""


class ProviderUnreachable(Refusal):
    """Le fournisseur d’identité ne répond pas. Essayez dans un moment, ou entrez avec votre identifiant."""


class ProviderAnswerRefused(Refusal):
    """La réponse du fournisseur d’identité n’est pas recevable : {reason}. Recommencez depuis cette page."""


class NoSuchAccount(Refusal):
    """Le fournisseur d’identité vous reconnaît, mais aucun compte ouvert de Palier ne vous correspond. Demandez à votre
    administrateur d’en ouvrir un : il ne s’en crée pas tout seul."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """What the landlord wrote of its provider."""

    label: str
    issuer: str
    client_id: str
    client_secret: str
    # "email": a verified address, compared with the identifier of the account; "sub": the provider's own number.
    account_claim: str
    # The provider always asks for a second factor, or says so in `amr` or `acr`: then Palier asks for no other.
    checks_second_factor: bool
    # The methods (`amr`) that are enough by themselves; the levels (`acr`) that the landlord accepts and asks for.
    strong_methods: tuple[str, ...] = _STRONG
    strong_levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the provider answers, as it publishes it."""

    authorization: str
    token: str
    keys: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What leaves with the visitor and must come back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """Who the provider says it is."""

    user: User
    has_second_factor: bool


def provider_for(audience: str) -> Provider | None:
    """The provider of that audience, or None when the landlord has none. Raises ProviderMisdescribed."""
    path = settings.PALIER_HOME / FILE
    try:
        with path.open("rb") as file:
            told = tomllib.load(file).get(audience)
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProviderMisdescribed(reason="ce n’est pas du TOML") from error
    if told is None:
        return None
    if not isinstance(told, dict):
        raise ProviderMisdescribed(reason=f"[{audience}] doit être une table")
    return _described(told)


def _described(told: dict[str, object]) -> Provider:
    words = {}
    for name in ("label", "issuer", "client_id", "client_secret_name"):
        word = told.get(name)
        if not isinstance(word, str) or not word:
            raise ProviderMisdescribed(reason=f"{name} manque")
        words[name] = word
    claim = told.get("account_claim", "email")
    if claim not in ("email", "sub"):
        raise ProviderMisdescribed(reason="account_claim vaut email ou sub")
    checks = told.get("checks_second_factor", False)
    if not isinstance(checks, bool):
        raise ProviderMisdescribed(reason="checks_second_factor vaut true ou false")
    return Provider(
        label=words["label"],
        issuer=_safe(words["issuer"]).rstrip("/"),
        client_id=words["client_id"],
        client_secret=Home(settings.PALIER_HOME).secret(words["client_secret_name"]),
        account_claim=str(claim),
        checks_second_factor=checks,
        strong_methods=_strong_methods(told),
        strong_levels=_words(told, "strong_levels", ()),
    )


def _strong_methods(told: dict[str, object]) -> tuple[str, ...]:
    """What the landlord declares enough: a password or a message by telephone never is. Raises ProviderMisdescribed."""
    declared = _words(told, "strong_methods", _STRONG)
    weak = [method for method in declared if method not in {*_STRONG, *_HELD, *_OF_THE_BODY}]
    if weak:
        raise ProviderMisdescribed(reason=f"strong_methods ne prend pas {weak[0][:20]}")
    return declared


def _words(told: dict[str, object], name: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    found = told.get(name, list(otherwise))
    if not isinstance(found, list) or not all(isinstance(word, str) and word.strip() == word != "" for word in found):
        raise ProviderMisdescribed(reason=f"{name} est une liste de mots")
    return tuple(str(word) for word in found)


def depart(provider: Provider, *, comes_back_to: str, is_shared: bool = False) -> Departure:
    """The address to send the visitor to. Raises ProviderUnreachable, ProviderAnswerRefused.

    On a shared computer the provider asks again who is there: its own session may be somebody else's.
    """
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": comes_back_to,
        "scope": "openid email",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if is_shared:
        asked["max_age"] = "0"
    if provider.strong_levels:
        asked["acr_values"] = " ".join(provider.strong_levels)
    place = _places(provider).authorization
    joint = "&" if urlsplit(place).query else "?"
    return Departure(address=f"{place}{joint}{urlencode(asked)}", state=state, nonce=nonce, verifier=verifier)


def recognise(
    provider: Provider, *, code: str, nonce: str, verifier: str, comes_back_to: str, at: datetime
) -> Recognised:
    """The open account of whoever the provider vouches for.

    Raises ProviderUnreachable, ProviderAnswerRefused, NoSuchAccount.
    """
    places = _places(provider)
    told = _token(provider, places, code=code, verifier=verifier, comes_back_to=comes_back_to)
    claims = _claims(provider, places, told, nonce=nonce, at=at)
    is_strong = provider.checks_second_factor or _says_two_factors(provider, claims)
    return Recognised(user=_account(provider, claims), has_second_factor=is_strong)


def _says_two_factors(provider: Provider, claims: dict[str, object]) -> bool:
    """True when the token says it: a level the landlord accepts, a strong method, or two proofs of different kinds."""
    if claims.get("acr") in provider.strong_levels:
        return True
    told = claims.get("amr")
    methods = {method for method in told if isinstance(method, str)} if isinstance(told, list) else set()
    kinds = [kind for kind in (_KNOWN, _HELD, _OF_THE_BODY) if methods & kind]
    return len(kinds) > 1 or not methods.isdisjoint(provider.strong_methods)


def _account(provider: Provider, claims: dict[str, object]) -> User:
    if provider.account_claim == "email":
        # An address that nobody verified is whatever its owner typed at the provider.
        if claims.get("email_verified") is not True:
            raise ProviderAnswerRefused(reason="votre adresse n’y est pas vérifiée")
        told = claims.get("email")
        # Accounts are named in small letters; an address is the same however it is typed.
        identifier = told.strip().lower() if isinstance(told, str) else None
    else:
        # A `sub` is compared as it is: two that differ by a capital are two people (OpenID Connect Core, 2).
        told = claims.get("sub")
        identifier = told if isinstance(told, str) else None
    if not identifier:
        raise ProviderAnswerRefused(reason="il ne dit pas qui vous êtes")
    user = User.objects.filter(identifier=identifier, is_active=True).first()
    if user is None:
        raise NoSuchAccount
    return user


def _claims(provider: Provider, places: Places, token: str, *, nonce: str, at: datetime) -> dict[str, object]:
    """What the identity token says, once its signature, sender, audience, dates and nonce are checked."""
    try:
        keys = jwt.PyJWKSet.from_dict(_fetched(web_request(_safe(places.keys))))
        name = jwt.get_unverified_header(token).get("kid")
        key = next(each for each in keys.keys if name is None or each.key_id == name)
        claims: dict[str, object] = jwt.decode(
            token,
            key,
            algorithms=_ALGORITHMS,
            audience=provider.client_id,
            issuer=[provider.issuer, f"{provider.issuer}/"],
            # Dates are compared below with the instant of the request, the only clock of the sites.
            options={"require": ["exp", "iat", "iss", "aud", "sub"], "verify_exp": False, "verify_iat": False},
        )
    except StopIteration as error:
        raise ProviderAnswerRefused(reason="sa signature est d’une clé inconnue") from error
    except jwt.PyJWTError as error:
        raise ProviderAnswerRefused(reason="sa signature ou son destinataire ne convient pas") from error
    ends, begins = claims["exp"], claims["iat"]
    if not isinstance(ends, int | float) or not isinstance(begins, int | float):
        raise ProviderAnswerRefused(reason="ses dates ne se lisent pas")
    if not begins - _LEEWAY_SECONDS <= at.timestamp() <= ends + _LEEWAY_SECONDS:
        raise ProviderAnswerRefused(reason="elle est périmée")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise ProviderAnswerRefused(reason="elle répond à une autre demande que la vôtre")
    return claims


def _token(provider: Provider, places: Places, *, code: str, verifier: str, comes_back_to: str) -> str:
    sent = urlencode(
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": comes_back_to,
            "client_id": provider.client_id,
            "code_verifier": verifier,
        }
    )
    # RFC 6749, 2.3.1: each half is encoded as in a form before both are joined.
    pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
    request = web_request(
        _safe(places.token),
        sent.encode("ascii"),
        headers={
            "Authorization": f"Basic {base64.b64encode(pair.encode()).decode('ascii')}",
            "Accept": "application/json",
        },
    )
    told = _fetched(request).get("id_token")
    if not isinstance(told, str):
        raise ProviderAnswerRefused(reason="il n’a pas remis d’identité")
    return told


def _places(provider: Provider) -> Places:
    """Read at each departure and return: a provider that moves is followed, and nothing is kept that could be stale."""
    told = _fetched(web_request(f"{provider.issuer}/.well-known/openid-configuration"))
    if str(told.get("issuer", "")).rstrip("/") != provider.issuer:
        raise ProviderAnswerRefused(reason="il se présente sous un autre nom")
    found = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(isinstance(place, str) for place in found):
        raise ProviderAnswerRefused(reason="il ne dit pas où le joindre")
    authorization, token, keys = (_safe(str(place)) for place in found)
    return Places(authorization=authorization, token=token, keys=keys)


def _fetched(request: urllib.request.Request) -> dict[str, object]:
    try:
        return json_from(request)
    except ServiceRefuses as refusal:
        raise ProviderAnswerRefused(reason=f"il répond {refusal.status}") from refusal
    except ServiceSilent as silence:
        raise ProviderUnreachable from silence


def _safe(address: str) -> str:
    """The address, when it is encrypted or stays on this machine. Raises ProviderMisdescribed."""
    if is_safe_address(address):
        return address
    raise ProviderMisdescribed(reason="une adresse n’est pas en HTTPS")
