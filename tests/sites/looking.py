"""Pages looked at in Chromium: the real sites on a database, a client's cookies, axe, nothing beyond the screen."""

import threading
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from wsgiref.simple_server import make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from tests.sites.web_server import Quiet, Threaded

if TYPE_CHECKING:
    from palier.demo.operations import Made


def sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture
def site(lived_world: "Made") -> Iterator[str]:
    """The real sites, on the demonstration's database."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Threaded, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def bring_cookies(context: BrowserContext, client: Client, site: str) -> None:
    """Signed in as that client: its cookies are the browser's."""
    kept: SimpleCookie = client.cookies
    context.add_cookies([{"name": name, "value": morsel.value, "url": site} for name, morsel in kept.items()])


def look_at(page: Page, address: str) -> str:
    """What is wrong with the page, or nothing."""
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        return f"{address} answers {answer and answer.status}"
    found = Axe().run(page)
    if found.violations_count:
        return f"{address}: {found.generate_report()}"
    return f"{address} scrolls sideways" if sideways(page) > 0 else ""
