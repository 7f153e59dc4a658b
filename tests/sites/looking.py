"""Pages looked at in Chromium: the real sites on a database, a client's cookies, axe, nothing beyond the screen."""

import threading
from collections.abc import Iterable, Iterator
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Literal
from wsgiref.simple_server import make_server

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from tests.sites.web_server import Quiet, Threaded

if TYPE_CHECKING:
    from palier.demo.operations import Made

Schemes = tuple[Literal["light", "dark"], ...]
WIDTHS = ((390, 844), (1366, 768))
BOTH: Schemes = ("light", "dark")
ONLY_LIGHT: Schemes = ("light",)
# Of pages looked at in both schemes already, and turned from right to left: no colour changes with a language.
BUT_COLOURS: Schemes = ()
_AXE = Axe().axe_script
_RUN = "asked => window.axe ? axe.run(asked).then((told) => told.violations) : null"
_ALL: dict[str, object] = {"resultTypes": ["violations"]}
# What a scheme changes of a page that stands: its colours, hence these two rules and no other. The names, the roles,
# the order and the sizes that the others read come from the same document, laid out alike.
_COLOUR_RULES = ("color-contrast", "link-in-text-block")
_COLOURS = {**_ALL, "runOnly": {"type": "rule", "values": _COLOUR_RULES}}
_BUT_COLOURS = {**_ALL, "rules": {rule: {"enabled": False} for rule in _COLOUR_RULES}}


def sideways(page: Page) -> int:
    # Between a click and the page that it leads to, there is no document to measure.
    page.wait_for_load_state()
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


def look_at(page: Page, address: str, schemes: Schemes = ONLY_LIGHT) -> list[str]:
    """What is wrong with a page, loaded once, at both widths; in each further scheme, with its colours."""
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        return [f"{address} answers {answer and answer.status}"]
    return as_it_stands(page, schemes)


def violations(page: Page, asked: dict[str, object] = _ALL) -> str:
    """What axe says against the page as it stands, or nothing.

    The script comes into a document once; what is right is not brought back: that was a quarter of the time.
    """
    page.wait_for_load_state()
    found = page.evaluate(_RUN, asked)
    if found is None:
        page.evaluate(_AXE)
        found = page.evaluate(_RUN, asked)
    return AxeResults({"violations": found}).generate_report() if found else ""


def as_it_stands(page: Page, schemes: Schemes = ONLY_LIGHT) -> list[str]:
    """What is wrong with what the page has become: every rule at each width, the colours in each further scheme."""
    wrong: list[str] = []
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        for rank, scheme in enumerate(schemes or ONLY_LIGHT):
            # A colour that fades from a scheme to the other would be measured half way.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            against = violations(page, _COLOURS if rank else _ALL if schemes else _BUT_COLOURS)
            if against:
                wrong.append(f"{page.url} {width} {scheme}: {against}")
        if sideways(page) > 0:
            wrong.append(f"{page.url} scrolls sideways at {width}")
    return wrong


def walked(
    browser: Browser, site: str, client: Client | None, paths: Iterable[str], schemes: Schemes = ONLY_LIGHT
) -> list[str]:
    """What is wrong with the pages that someone opens: looked at, what the console says, what is asked elsewhere."""
    context = browser.new_context()
    if client is not None:
        bring_cookies(context, client, site)
    # Once for all the pages: brought into each, it took a sixth of the time.
    context.add_init_script(_AXE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda asked: complaints.append(asked.url) if site not in asked.url else None)
    for path in paths:
        complaints += look_at(page, site + path, schemes)
    context.close()
    return complaints
