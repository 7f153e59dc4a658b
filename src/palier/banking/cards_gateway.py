"""The gateway where cards are typed: opened, asked, told to refund. Its page is elsewhere, and so is every card.

Described in `card_gateway.toml` under PALIER_HOME. The protocol is Palier's own, after what French hosted pages do;
tried against a simulated gateway on this machine, with no real one.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from palier.banking.cards_signing import DATE_HEADER, NOTICE, SIGNATURE_HEADER, is_signed, signature
from palier.banking.formats.document import LARGEST_CENTS
from palier.banking.rules.cards import Said
from palier.foundation.errors import Refusal
from palier.foundation.home import Home, SecretMissing, SecretUnreadable
from palier.foundation.money import Cents
from palier.foundation.outbound import ServiceRefuses, ServiceSilent, is_safe_address, json_from, web_request

FILE: Final = "card_gateway.toml"
# Of a landlord's making: the file of the secret, in the folder of secrets.
KEY_FILE: Final = "card_gateway_key"
_LONGEST_NOTICE: Final = 4_096
_SHORTEST_KEY: Final = 16
_EVENT: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_REFERENCE: Final = re.compile(r"[A-Z0-9-]{1,20}")
_MERCHANT: Final = re.compile(r"[A-Za-z0-9_-]{1,30}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_SAID: Final = frozenset(said.value for said in Said)
_REASONS: Final = ("FUNDS", "CARD", "PROOF", "OTHER")


class GatewayMisdescribed(Refusal):
    """Le fichier card_gateway.toml est mal rempli : {reason}. Corrigez-le, puis essayez de nouveau."""


class GatewayUnreachable(Refusal):
    """La page de paiement ne répond pas. Rien n’est débité : essayez dans un moment, ou payez par virement."""


class GatewayRefuses(Refusal):
    """La passerelle de paiement refuse la demande ({status}) : rien n’est débité. Prévenez votre bailleur."""


class NoticeNotSigned(Refusal):
    """L’avis de la passerelle n’est pas signé de son secret, ou il l’a été il y a plus de cinq minutes : rien n’est
    écrit."""


class NoticeUnreadable(Refusal):
    """L’avis de la passerelle ne se lit pas ({what}) : rien n’est écrit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the gateway says of one payment, in cents of `currency`; `reason` of a refusal."""

    event: str
    reference: str
    said: Said
    amount_cents: Cents
    currency: str
    reason: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A payment to open: the sum is that of our record, the addresses are ours."""

    reference: str
    amount_cents: Cents
    comes_back_to: str
    tells: str
    expires_at: datetime


class Gateway(Protocol):
    """Where a card is typed, whoever runs it."""

    @property
    def label(self) -> str: ...

    @property
    def is_simulated(self) -> bool: ...

    def page_of(self, reference: str) -> str:
        """The address of the page where that payment is made."""

    def open(self, opening: Opening, *, at: datetime) -> None:
        """Open the payment, once for a reference. Raises GatewayUnreachable, GatewayRefuses."""

    def ask(self, reference: str, *, at: datetime) -> Told | None:
        """What is known of the payment today; None while its payer is at it. Raises as `open`, NoticeUnreadable."""

    def refund(self, reference: str, *, cents: Cents, key: str, at: datetime) -> Told:
        """Give money back to the card, once for a key. Raises as `ask`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpGateway:
    """A gateway asked over HTTPS by signed requests."""

    label: str
    address: str
    merchant: str
    is_simulated: bool
    key: bytes

    def page_of(self, reference: str) -> str:
        # Made of the landlord's own description: what a gateway answers never says where to send someone.
        return f"{self.address}/page/{self.merchant}/{reference}"

    def open(self, opening: Opening, *, at: datetime) -> None:
        self._asked(
            "POST",
            "payments",
            {
                "reference": opening.reference,
                "amount_cents": opening.amount_cents,
                "currency": "EUR",
                "return_address": opening.comes_back_to,
                "notice_address": opening.tells,
                "expires_at": int(opening.expires_at.timestamp()),
            },
            key=opening.reference,
            at=at,
        )

    def ask(self, reference: str, *, at: datetime) -> Told | None:
        told = self._asked("GET", f"payments/{reference}", None, key="", at=at)
        return None if told.get("said") == "OPEN" else told_by(told)

    def refund(self, reference: str, *, cents: Cents, key: str, at: datetime) -> Told:
        body: dict[str, str | int] = {"amount_cents": cents, "currency": "EUR"}
        return told_by(self._asked("POST", f"payments/{reference}/refunds", body, key=key, at=at))

    def _asked(
        self, method: str, what: str, body: Mapping[str, str | int] | None, *, key: str, at: datetime
    ) -> dict[str, object]:
        path = f"/merchants/{self.merchant}/{what}"
        sent = b"" if body is None else json.dumps(body, sort_keys=True).encode()
        second = int(at.timestamp())
        request = web_request(
            f"{self.address}{path}",
            None if body is None else sent,
            method=method,
            headers={
                "Accept": "application/json",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
                DATE_HEADER: str(second),
                SIGNATURE_HEADER: signature(self.key, purpose=f"{method} {path}", sent_at=second, body=sent),
            },
        )
        try:
            return json_from(request)
        except ServiceRefuses as refusal:
            raise GatewayRefuses(status=refusal.status) from refusal
        except ServiceSilent as silence:
            raise GatewayUnreachable from silence


def gateway() -> HttpGateway | None:
    """The landlord's gateway, or None when it has none. Raises GatewayMisdescribed."""
    try:
        with (settings.PALIER_HOME / FILE).open("rb") as file:
            told = tomllib.load(file)
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GatewayMisdescribed(reason="ce n’est pas du TOML") from error
    words = {}
    for name in ("label", "address", "merchant"):
        word = told.get(name)
        if not isinstance(word, str) or not 0 < len(word) <= 60:
            raise GatewayMisdescribed(reason=f"{name} manque, ou il est trop long")
        words[name] = word
    address = words["address"].rstrip("/")
    parts = urlsplit(address)
    if not is_safe_address(address) or parts.query or parts.fragment or parts.username:
        raise GatewayMisdescribed(reason="address doit être une adresse en HTTPS, sans rien après le chemin")
    if not _MERCHANT.fullmatch(words["merchant"]):
        raise GatewayMisdescribed(reason="merchant n’a que des lettres, des chiffres et des tirets")
    is_simulated = told.get("is_simulated", False)
    if not isinstance(is_simulated, bool):
        raise GatewayMisdescribed(reason="is_simulated vaut true ou false")
    return HttpGateway(
        label=words["label"],
        address=address,
        merchant=words["merchant"],
        is_simulated=is_simulated,
        key=_key(),
    )


def _key() -> bytes:
    """The secret that both hold. Raises GatewayMisdescribed: with an empty one, anybody would sign for the gateway."""
    try:
        key = Home(settings.PALIER_HOME).secret(KEY_FILE)
    except (SecretMissing, SecretUnreadable, UnicodeDecodeError) as closed:
        raise GatewayMisdescribed(reason=f"son secret, le fichier secrets/{KEY_FILE}, ne se lit pas") from closed
    if len(key) < _SHORTEST_KEY:
        raise GatewayMisdescribed(
            reason=f"son secret, le fichier secrets/{KEY_FILE}, a moins de {_SHORTEST_KEY} signes"
        )
    return key.encode("ascii")


def read_notice(gateway_: HttpGateway, body: bytes, *, sent_at: str, signed: str, at: datetime) -> Told:
    """What a notification says, once it is known to be the gateway's. Raises NoticeNotSigned, NoticeUnreadable."""
    if len(body) > _LONGEST_NOTICE:
        raise NoticeUnreadable(what="il est trop long")
    purpose = f"{NOTICE} {gateway_.merchant}"
    if not is_signed(gateway_.key, purpose=purpose, sent_at=sent_at, body=body, given=signed, at=at):
        raise NoticeNotSigned
    try:
        told = json.loads(body)
    except ValueError as error:
        raise NoticeUnreadable(what="ce n’est pas du JSON") from error
    if not isinstance(told, dict):
        raise NoticeUnreadable(what="ce n’est pas un objet")
    return told_by(told)


def told_by(told: Mapping[str, object]) -> Told:
    """The facts of an answer or a notification, each of its exact shape. Raises NoticeUnreadable."""
    cents = told.get("amount_cents")
    # Of its own kind: True is an integer for Python.
    if type(cents) is not int or not 0 <= cents <= LARGEST_CENTS:
        raise NoticeUnreadable(what="amount_cents")
    said = told.get("said")
    if not isinstance(said, str) or said not in _SAID:
        raise NoticeUnreadable(what="said")
    try:
        on = date.fromisoformat(_word(told, "on", re.compile(r"\d{4}-\d{2}-\d{2}")))
    except ValueError as error:
        raise NoticeUnreadable(what="on") from error
    reason = str(told.get("reason"))
    return Told(
        event=_word(told, "event", _EVENT),
        reference=_word(told, "reference", _REFERENCE),
        said=Said(said),
        amount_cents=cents,
        currency=_word(told, "currency", _CURRENCY),
        reason=(reason if reason in _REASONS else "OTHER") if said == Said.REFUSED else "",
        on=on,
    )


def _word(told: Mapping[str, object], name: str, shape: re.Pattern[str]) -> str:
    word = told.get(name)
    if not isinstance(word, str) or not shape.fullmatch(word):
        raise NoticeUnreadable(what=name)
    return word
