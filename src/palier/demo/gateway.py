"""A card gateway that is not one: the demonstration's page of payment, with the faults of real ones.

It asks for no card and moves no money. Its protocol is the one of `palier.banking.cards_gateway`: signed requests, a
page elsewhere, a signed word from server to server that may come twice, late, wrong, or never.
"""

import argparse
import json
import os
import threading
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

from palier.banking.cards_gateway import FILE, KEY_FILE
from palier.banking.cards_signing import DATE_HEADER, NOTICE, SIGNATURE_HEADER, is_signed, signature
from palier.foundation.clock import now
from palier.foundation.home import Home, home_of
from palier.foundation.money import euros_fr
from palier.foundation.outbound import web_request

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

MERCHANT: Final = "DEMONSTRATION"
LABEL: Final = "Passerelle de démonstration"
HOST: Final = "127.0.0.1"
_LONGEST: Final = 10_000

Answer: TypeAlias = tuple[HTTPStatus, Mapping[str, str | int] | str]
Clock: TypeAlias = Callable[[], datetime]
# Where a word goes, its bytes, its headers.
Sender: TypeAlias = Callable[[str, bytes, Mapping[str, str]], None]

# What a visitor of the page may choose, and in which words.
CHOICES: Final[Mapping[str, str]] = {
    "pay": "Payer",
    "refuse": "La banque refuse (provision insuffisante)",
    "leave": "Revenir sans payer",
}
FAULTS: Final[Mapping[str, str]] = {
    "twice": "Payer, et l’avis part deux fois",
    "never": "Payer, et l’avis ne part jamais",
    "unsigned": "Payer, et l’avis porte une fausse signature",
    "less": "Payer, et l’avis dit un euro",
    "dollars": "Payer, et l’avis est en dollars",
    "close": "Laisser la page se fermer",
}

_WRONG: Final[Mapping[str, Mapping[str, str | int]]] = {"less": {"amount_cents": 100}, "dollars": {"currency": "USD"}}


@dataclass(slots=True, kw_only=True)
class _Open:
    """One payment as the gateway keeps it."""

    reference: str
    amount_cents: int
    comes_back_to: str
    tells: str
    ends_at: int
    told: dict[str, str | int] | None = None
    refunds: dict[str, dict[str, str | int]] = field(default_factory=dict)


def send(address: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Say a word to the landlord's server; what it answers is its own business."""
    try:
        urllib.request.build_opener().open(web_request(address, body, headers=headers), timeout=5).close()
    except OSError:
        return


class FakeGateway:
    """The gateway as a WSGI application. Everything it knows is in memory, and goes with it."""

    def __init__(self, *, key: bytes, merchant: str = MERCHANT, clock: Clock = now, sender: Sender = send) -> None:
        self._key = key
        self._merchant = merchant
        self._clock = clock
        self._sender = sender
        self._payments: dict[str, _Open] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        method, path = str(environ["REQUEST_METHOD"]), str(environ.get("PATH_INFO", ""))
        length = str(environ.get("CONTENT_LENGTH") or "0")
        body = environ["wsgi.input"].read(min(int(length), _LONGEST)) if length.isdecimal() else b""
        with self._lock:
            status, told = self._answer(environ, method, path, body)
        headers = [("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
        if status is HTTPStatus.SEE_OTHER and isinstance(told, str):
            headers.append(("Location", told))
            told = ""
        is_page = isinstance(told, str)
        headers.append(("Content-Type", "text/html; charset=utf-8" if is_page else "application/json"))
        start_response(f"{status.value} {status.phrase}", headers)
        return [told.encode() if isinstance(told, str) else json.dumps(told).encode()]

    def _answer(self, environ: "WSGIEnvironment", method: str, path: str, body: bytes) -> Answer:
        if path.startswith(f"/page/{self._merchant}/"):
            return self._page(method, path.rpartition("/")[2], body)
        root = f"/merchants/{self._merchant}/payments"
        if not path.startswith(root):
            return HTTPStatus.NOT_FOUND, {"error": "UNKNOWN"}
        if not is_signed(
            self._key,
            purpose=f"{method} {path}",
            sent_at=str(environ.get("HTTP_" + DATE_HEADER.upper().replace("-", "_"), "")),
            body=body,
            given=str(environ.get("HTTP_" + SIGNATURE_HEADER.upper().replace("-", "_"), "")),
            at=self._clock(),
        ):
            return HTTPStatus.FORBIDDEN, {"error": "SIGNATURE"}
        parts = path.removeprefix(root).strip("/").split("/")
        if method == "POST" and parts == [""]:
            return self._open(json.loads(body))
        kept = self._payments.get(parts[0])
        if kept is None:
            return HTTPStatus.NOT_FOUND, {"error": "UNKNOWN"}
        if method == "POST" and parts[1:] == ["refunds"]:
            return self._refund(kept, json.loads(body), str(environ.get("HTTP_IDEMPOTENCY_KEY", "")))
        self._close(kept)
        return HTTPStatus.OK, kept.told or {"said": "OPEN", "reference": kept.reference}

    def _open(self, asked: Mapping[str, object]) -> Answer:
        reference, cents, ends_at = str(asked["reference"]), asked["amount_cents"], asked["expires_at"]
        if not isinstance(cents, int) or not isinstance(ends_at, int) or asked["currency"] != "EUR":
            return HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "SHAPE"}
        kept = self._payments.setdefault(
            reference,
            _Open(
                reference=reference,
                amount_cents=cents,
                comes_back_to=str(asked["return_address"]),
                tells=str(asked["notice_address"]),
                ends_at=ends_at,
            ),
        )
        if kept.amount_cents != cents:
            return HTTPStatus.CONFLICT, {"error": "OTHER_AMOUNT"}
        return HTTPStatus.OK, {"said": "OPEN", "reference": reference}

    def _refund(self, kept: _Open, asked: Mapping[str, object], key: str) -> Answer:
        cents = asked.get("amount_cents")
        given = sum(int(each["amount_cents"]) for each in kept.refunds.values())
        if key in kept.refunds:
            return HTTPStatus.OK, kept.refunds[key]
        is_paid = kept.told is not None and kept.told["said"] == "PAID"
        if not is_paid or not isinstance(cents, int) or not 0 < cents <= kept.amount_cents - given:
            return HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "NOT_REFUNDABLE"}
        told = self._word(kept, "REFUNDED", event=f"RMB{len(kept.refunds) + 1}-{kept.reference}", cents=cents)
        kept.refunds[key] = told
        return HTTPStatus.OK, told

    def _page(self, method: str, reference: str, body: bytes) -> Answer:
        kept = self._payments.get(reference)
        if kept is None:
            return HTTPStatus.NOT_FOUND, _shown("Page de paiement inconnue", "", "")
        self._close(kept)
        if kept.told is not None or method != "POST":
            return HTTPStatus.OK, self._shown(kept)
        chosen = parse_qs(body.decode("ascii", "replace")).get("choice", [""])[0]
        if chosen in {*CHOICES, *FAULTS} - {"leave"}:
            self._decide(kept, chosen)
        return HTTPStatus.SEE_OTHER, kept.comes_back_to

    def _decide(self, kept: _Open, chosen: str) -> None:
        if chosen == "close":
            kept.ends_at = 0
            self._close(kept)
        elif chosen == "refuse":
            kept.told = self._word(kept, "REFUSED", event=f"REF-{kept.reference}", cents=kept.amount_cents)
        else:
            kept.told = self._word(kept, "PAID", event=f"ENC-{kept.reference}", cents=kept.amount_cents)
        if chosen != "never" and kept.told is not None:
            wrong = _WRONG.get(chosen, {})
            for _ in range(2 if chosen == "twice" else 1):
                self._say(kept.tells, {**kept.told, **wrong}, is_signed=chosen != "unsigned")

    def _close(self, kept: _Open) -> None:
        """Past its time, what was not paid is not to be paid."""
        if kept.told is None and self._clock().timestamp() >= kept.ends_at:
            kept.told = self._word(kept, "EXPIRED", event=f"FIN-{kept.reference}", cents=kept.amount_cents)

    def _word(self, kept: _Open, said: str, *, event: str, cents: int) -> dict[str, str | int]:
        word: dict[str, str | int] = {
            "event": event,
            "reference": kept.reference,
            "said": said,
            "amount_cents": cents,
            "currency": "EUR",
            "on": self._clock().date().isoformat(),
        }
        return word | ({"reason": "FUNDS"} if said == "REFUSED" else {})

    def _say(self, address: str, word: Mapping[str, str | int], *, is_signed: bool) -> None:
        body = json.dumps(word, sort_keys=True).encode()
        second = int(self._clock().timestamp())
        signed = signature(self._key, purpose=f"{NOTICE} {self._merchant}", sent_at=second, body=body)
        headers = {
            "Content-Type": "application/json",
            DATE_HEADER: str(second),
            SIGNATURE_HEADER: signed if is_signed else "0" * len(signed),
        }
        self._sender(address, body, headers)

    def _shown(self, kept: _Open) -> str:
        if kept.told is not None:
            ended = {"PAID": "C’est payé", "REFUSED": "Paiement refusé"}.get(str(kept.told["said"]), "Page fermée")
            back = f'<p><a href="{escape(kept.comes_back_to)}">Revenir chez le bailleur</a></p>'
            return _shown(ended, euros_fr(kept.amount_cents), back)
        buttons = "".join(_button(code, label) for code, label in CHOICES.items())
        faults = "".join(_button(code, label) for code, label in FAULTS.items())
        hidden = f"<details><summary>Ce qui peut mal se passer</summary>{faults}</details>"
        form = f'<form method="post">{buttons}{hidden}</form>'
        return _shown("Page de paiement simulée", euros_fr(kept.amount_cents), form)


def _button(code: str, label: str) -> str:
    return f'<p><button name="choice" value="{code}">{escape(label)}</button></p>'


def _shown(title: str, amount: str, body: str) -> str:
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>body{{font:1.1rem/1.5 sans-serif;max-width:26rem;margin:2rem auto;"
        "padding:0 1rem;color:#1c1c1c;background:#fff}button{font:inherit;width:100%;padding:.7rem;text-align:left}"
        f"</style></head><body><main><h1>{escape(title)}</h1><p>{escape(amount)}</p>{body}"
        "<p>Démonstration&nbsp;: aucune carte n’est demandée, aucun argent ne bouge.</p></main></body></html>"
    )


def describe_gateway(home: Home, *, port: int) -> None:
    """Tell the sites of this installation where the simulated gateway answers, with a secret of their own."""
    home.ensure_secret(KEY_FILE)
    (home.root / FILE).write_text(
        f'label = "{LABEL}"\naddress = "http://{HOST}:{port}"\nmerchant = "{MERCHANT}"\nis_simulated = true\n',
        encoding="utf-8",
    )


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_told: object) -> None:
        pass


def main() -> None:
    """Answer on the port given until it is stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    key = home_of(os.environ).secret(KEY_FILE).encode("ascii")
    make_server(HOST, port, FakeGateway(key=key), handler_class=_Quiet).serve_forever()


if __name__ == "__main__":
    main()
