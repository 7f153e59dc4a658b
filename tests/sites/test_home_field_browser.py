"""The tenants' and the caretakers' pages in Chromium: accessible, within the screen, nothing asked outside."""

import re
import threading
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Literal
from wsgiref.simple_server import make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import BrowserContext, Page, sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.test_web_browser import sideways
from tests.sites.web_server import Quiet, Threaded

if TYPE_CHECKING:
    from palier.demo.operations import Made

ClientAs = Callable[[str], Client]

pytestmark = pytest.mark.browser


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


def paths(client: Client, *starts: str) -> list[str]:
    """The pages that these lead to: every link of theirs within the site, files left out."""
    found = dict.fromkeys(starts)
    for start in starts:
        body = client.get(start, follow=True).content.decode()
        found |= dict.fromkeys(re.findall(r'href="(/(?:chez-moi|terrain)/[^"#?]*)"', body))
    return [path for path in found if not path.endswith((".pdf", ".csv", ".webmanifest"))]


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


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("who", "starts"),
    [
        (
            "locataire_1",
            ("/chez-moi/", "/chez-moi/documents/", "/chez-moi/dossier/lectures/", "/chez-moi/dossier/droits/"),
        ),
        (
            "gardien_nord",
            ("/terrain/", "/terrain/moi/", "/terrain/hors-reseau/", "/terrain/connexion/"),
        ),
    ],
)
def test_every_page_is_accessible_and_fits_the_screen(
    site: str, client_as: ClientAs, who: str, starts: tuple[str, ...]
) -> None:
    client = client_as(who)
    walked = paths(client, *starts)
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            for width, height in ((390, 844), (1366, 768)):
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                bring_cookies(context, client, site)
                page = context.new_page()
                page.on("console", lambda message: complaints.append(message.text))
                page.on("request", lambda asked: complaints.append(asked.url) if site not in asked.url else None)
                complaints.extend(wrong for path in walked if (wrong := look_at(page, site + path)))
                context.close()
        browser.close()
    assert len(walked) > len(starts)
    assert complaints == []


def test_the_contact_is_shared_from_a_phone_without_javascript(site: str, client_as: ClientAs) -> None:
    client = client_as("locataire_1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
        bring_cookies(context, client, site)
        page = context.new_page()
        page.goto(f"{site}/chez-moi/dossier/")
        page.locator("#coordonnees button", has_text="Partager avec le gardien").first.click()
        assert page.locator("#coordonnees .tag", has_text="Partagé avec le gardien").count() == 1
        page.locator("#coordonnees button", has_text="Ne plus partager").click()
        assert page.locator("#coordonnees .tag").count() == 0
        browser.close()
