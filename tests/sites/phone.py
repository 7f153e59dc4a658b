"""A caretaker's phone in Chromium, and a network that comes, goes, and answers badly on demand."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal
from wsgiref.simple_server import WSGIServer, make_server

from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import Error, Page, expect, sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import bring_cookies
from tests.sites.web_server import Quiet, Threaded

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

HERE = "/terrain/residence/11/"
CACHES = "async () => (await caches.keys()).filter((name) => name === 'palier-tournee')"


class Network:
    """The site on one port, there or not. `ill` gives, by path, the status that is answered instead of the page."""

    def __init__(self) -> None:
        self.server: WSGIServer | None = None
        self.thread: threading.Thread | None = None
        self.port = 0
        self.ill: dict[str, str] = {}
        self.application = get_wsgi_application()
        self.comes_back()

    @property
    def site(self) -> str:
        return f"http://localhost:{self.port}"

    def answer(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        status = self.ill.get(str(environ["PATH_INFO"]))
        if status is None:
            return self.application(environ, start_response)
        start_response(status, [("Content-Type", "text/html; charset=utf-8")])
        return [b"<main><h1>Le serveur est malade</h1></main>"]

    def comes_back(self) -> None:
        self.server = make_server("localhost", self.port, self.answer, Threaded, Quiet)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def goes(self) -> None:
        if self.server is None or self.thread is None:
            return
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        self.server = self.thread = None


@contextmanager
def phone(network: Network, client: Client, *, keeps_pages: bool = True) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        workers: Literal["allow", "block"] = "allow" if keeps_pages else "block"
        context = browser.new_context(viewport={"width": 390, "height": 844}, service_workers=workers)
        bring_cookies(context, client, network.site)
        yield context.new_page()
        browser.close()


def handed_to(page: Page, network: Network, client: Client) -> None:
    """Someone else uses the phone: the session changes, what the phone kept stays."""
    page.context.clear_cookies()
    bring_cookies(page.context, client, network.site)
    page.goto(network.site + HERE)


def begin_round(page: Page, network: Network) -> None:
    page.goto(network.site + HERE)
    page.get_by_role("button", name="Commencer la tournée").click()
    expect(page.locator("#reseau")).to_have_text("Prêt sans réseau", timeout=30_000)


def sign_out(page: Page) -> None:
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Se déconnecter", exact=True).click()


def opens_nothing(page: Page, address: str) -> bool:
    """Without network: the notice, or the browser's own error; never a door."""
    try:
        page.goto(address)
    except Error:
        return True
    return "Amandier" not in page.content()
