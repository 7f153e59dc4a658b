"""What the tests of cards share: the simulated gateway on this machine, described to the sites, its words kept."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, build_opener
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings
from django.test import Client
from tests.own_home import HOME

from palier.banking.cards_gateway import FILE, HttpGateway, gateway
from palier.banking.operations.card_notices import treat_notices
from palier.banking.tasks import ask_about_cards
from palier.demo.gateway import FakeGateway, Sender, describe_gateway
from palier.foundation.clock import now
from palier.foundation.outbound import web_request
from palier.privacy.actor import Actor, batch
from palier.privacy.declare import Batch, Role

NOTICE = "/chez-moi/carte/avis/"
LOCATAIRE = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", name="Lucie Amandier", person_id=1)


class _Stays(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_told: object) -> None:
        pass


@dataclass(slots=True, kw_only=True)
class Words:
    """What the gateway would have said to the landlord's server, in order."""

    said: list[tuple[bytes, Mapping[str, str]]] = field(default_factory=list)
    # How far its clock is ahead of the landlord's.
    ahead: timedelta = timedelta(0)
    address: str = ""

    def clock(self) -> datetime:
        return now() + self.ahead

    def keep(self, _address: str, body: bytes, headers: Mapping[str, str]) -> None:
        self.said.append((body, headers))

    def deliver(self, browser: Client) -> list[int]:
        """Say everything that is kept to the sites; what each was answered."""
        told, self.said = self.said, []
        return [say(browser, body, headers) for body, headers in told]

    def choose(self, reference: str, choice: str) -> None:
        """What a visitor of its page does."""
        request = web_request(f"{self.address}/page/DEMONSTRATION/{reference}", urlencode({"choice": choice}).encode())
        try:
            build_opener(_Stays).open(request, timeout=10).close()
        except HTTPError as sent_back:
            # The visitor is sent back to the landlord, which no server plays here.
            sent_back.close()


def say(browser: Client, body: bytes, headers: Mapping[str, str]) -> int:
    """One word to the sites, as the gateway's server sends it; the status of the answer."""
    named = {name: value for name, value in headers.items() if name != "Content-Type"}
    return browser.post(NOTICE, body, content_type="application/json", headers=named).status_code


@contextmanager
def running_gateway(sender: Sender | None = None) -> Iterator[Words]:
    """The simulated gateway, known to the sites until it leaves; its words are kept, unless a sender says them."""
    words = Words()
    key = HOME.ensure_secret("card_gateway_key").encode("ascii")
    fake = FakeGateway(key=key, clock=words.clock, sender=sender or words.keep)
    server = make_server("127.0.0.1", 0, fake, handler_class=_Quiet)
    words.address = f"http://127.0.0.1:{server.server_port}"
    describe_gateway(HOME, port=server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield words
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        (Path(settings.PALIER_HOME) / FILE).unlink()


def the_gateway() -> HttpGateway:
    there = gateway()
    assert there is not None
    return there


def treat() -> int:
    with batch(Batch.RENT, operator="essai", motive="PRELEVEMENTS", command="essai"):
        return treat_notices(by=0, at=now())


def ask_again() -> None:
    """The job of every two minutes."""
    ask_about_cards(timestamp=0)
