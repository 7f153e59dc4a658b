"""The tenants’ site on a device, in Chromium: light, read without network, forgotten, in Arabic, by keyboard alone."""

import gzip
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Error, Page, Response, expect, sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import bring_cookies
from tests.sites.phone import Network, phone, sign_out
from tests.sites.test_home import Superuser, superuser

__all__ = ["superuser"]

ClientAs = Callable[[str], Client]
KEPT = "async () => (await (await caches.open('palier-chez-moi')).keys()).map((asked) => new URL(asked.url).pathname)"
CACHES = "async () => (await caches.keys()).filter((name) => name === 'palier-chez-moi')"
IN_CLEAR = """async () => {
  const cache = await caches.open("palier-chez-moi");
  const pages = (await cache.keys()).filter((asked) => new URL(asked.url).pathname.startsWith("/chez-moi/"));
  const texts = await Promise.all(pages.map(async (asked) => (await cache.match(asked)).text()));
  return texts.filter((text) => text.includes("<main")).length;
}"""
ALREADY_SMALL = ("font/", "image/png")

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def network(superuser: Superuser) -> Iterator[Network]:
    there = Network()
    yield there
    there.goes()


def until(page: Page, holds: Callable[[list[str]], bool]) -> None:
    """Wait for what the device keeps to become so."""
    for _ in range(100):
        if holds(page.evaluate(KEPT)):
            return
        page.wait_for_timeout(200)
    raise AssertionError(page.evaluate(KEPT))


def opened(page: Page, network: Network, *paths: str) -> None:
    """Pages opened one after the other, each kept before the next."""
    for path in ("/chez-moi/", *paths):
        page.goto(network.site + path)
        until(page, lambda kept, path=path: path in kept)


def shows_nothing(page: Page, address: str) -> bool:
    try:
        page.goto(address)
    except Error:
        return True
    return "Il vous reste" not in page.content()


def test_what_was_opened_is_read_without_network_dated_kept_closed_and_forgotten_at_sign_out(
    network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("locataire")) as page:
        opened(page, network, "/chez-moi/documents/")
        assert page.evaluate(IN_CLEAR) == 0
        network.goes()
        page.goto(f"{network.site}/chez-moi/")
        expect(page.get_by_text("Pas de réseau. Voici cette page comme elle était")).to_be_visible()
        expect(page.locator("#hors-reseau-quand")).not_to_be_empty()
        expect(page.locator("h1")).to_be_visible()
        # Never opened here: a sentence, and nothing of anyone.
        page.goto(f"{network.site}/chez-moi/dossier/")
        expect(page.get_by_role("heading", name="Pas de réseau")).to_be_visible()
        network.comes_back()
        page.goto(f"{network.site}/chez-moi/")
        expect(page.locator("#hors-reseau")).to_be_hidden()
        sign_out(page)
        page.wait_for_url("**/chez-moi/connexion/**")
        assert page.evaluate(CACHES) == []
        network.goes()
        assert shows_nothing(page, f"{network.site}/chez-moi/")


def test_another_person_on_the_device_finds_nothing(network: Network, client_as: ClientAs) -> None:
    other = client_as("locataire_sud")
    with phone(network, client_as("locataire")) as page:
        opened(page, network, "/chez-moi/documents/")
        page.context.clear_cookies()
        bring_cookies(page.context, other, network.site)
        page.goto(f"{network.site}/chez-moi/dossier/")
        until(page, lambda kept: "/chez-moi/documents/" not in kept)
        # Nor does someone who comes to open a space of their own, or to help.
        page.goto(f"{network.site}/chez-moi/aider/")
        until(page, lambda kept: not kept)


def test_the_first_page_weighs_less_than_100_kb_in_15_requests_in_a_browser(
    network: Network, client_as: ClientAs
) -> None:
    """The worker and what it keeps included, as a first visit has it; text as the server sends it, compressed."""
    with phone(network, client_as("locataire")) as page:
        answers: list[Response] = []

        def seen(answer: Response) -> None:
            answers.append(answer)

        page.context.on("response", seen)
        page.goto(f"{network.site}/chez-moi/")
        until(page, lambda kept: "/chez-moi/" in kept)
        page.wait_for_load_state("networkidle")
        weights = {}
        for answer in answers:
            if answer.from_service_worker or answer.url in weights:
                continue
            body, kind = answer.body(), answer.headers.get("content-type", "")
            weights[answer.url] = len(body) if kind.startswith(ALREADY_SMALL) else len(gzip.compress(body))
    assert sum(weights.values()) < 100_000, weights
    assert len(weights) <= 15, weights


def test_the_site_is_arabic_from_right_to_left_from_page_to_page(network: Network, client_as: ClientAs) -> None:
    client = client_as("locataire")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
        bring_cookies(context, client, network.site)
        page = context.new_page()
        page.goto(f"{network.site}/chez-moi/dossier/")
        # Chosen in the bar, and kept on the next pages.
        page.get_by_role("button", name="العربيّة").click()
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(page.locator("h1")).to_have_text("ملفّي")
        page.goto(f"{network.site}/chez-moi/documents/")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        browser.close()


def test_a_tenant_goes_from_the_first_page_to_their_rights_by_keyboard_alone(
    network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("locataire"), keeps_pages=False) as page:
        page.goto(f"{network.site}/chez-moi/")
        for name, heading in (("Mon dossier", "Mon dossier"), ("Mes droits et mes demandes", "Mes droits")):
            for _ in range(60):
                page.keyboard.press("Tab")
                if page.evaluate("document.activeElement.textContent").strip().startswith(name):
                    break
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()


def test_large_letters_and_contrast_are_chosen_without_a_script(network: Network, client_as: ClientAs) -> None:
    client = client_as("locataire")
    for name, word in (("lettres", "grandes"), ("contraste", "fort")):
        assert client.post("/chez-moi/apparence/", {name: word, "retour": "/chez-moi/"}).status_code == 303
    body = client.get("/chez-moi/").content.decode()
    assert 'data-letters="large"' in body
    assert 'data-contrast="more"' in body
