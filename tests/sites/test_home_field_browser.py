"""The caretakers’ pages in Chromium: accessible, within the screen, nothing asked outside."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.crawl import paths
from tests.sites.looking import BOTH, bring_cookies, site, walked

__all__ = ["site"]

ClientAs = Callable[[str], Client]

pytestmark = pytest.mark.browser


@pytest.mark.timeout(300)
def test_every_page_of_the_lodge_is_accessible_and_fits_the_screen(site: str, client_as: ClientAs) -> None:
    """The tenants’ are walked by test_home_pages_browser."""
    client = client_as("gardien_nord")
    starts = ("/terrain/", "/terrain/moi/", "/terrain/hors-reseau/", "/terrain/connexion/")
    pages = paths(client, *starts)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints = walked(browser, site, client, pages, BOTH)
        browser.close()
    assert len(pages) > len(starts)
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
