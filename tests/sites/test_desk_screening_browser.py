"""The DPO's page of the screen in Chromium, a text being tried: accessible, within the screen at both widths."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import bring_cookies, look_at, sideways, site

ClientAs = Callable[[str], Client]

__all__ = ["site"]

pytestmark = pytest.mark.browser


@pytest.mark.timeout(300)
def test_the_page_of_the_screen_is_accessible_and_fits_the_screen(site: str, client_as: ClientAs) -> None:
    client = client_as("dpo")
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width, height in ((390, 844), (1366, 768)):
            context = browser.new_context(viewport={"width": width, "height": height})
            bring_cookies(context, client, site)
            page = context.new_page()
            wrong.append(look_at(page, f"{site}/bureau/filtrage/"))
            page.fill("#texte", "Fuite sdb, Mr est cardiaque, il boit")
            page.click('main button:text-is("Essayer")')
            page.wait_for_selector("#verdict")
            found = Axe().run(page)
            wrong.append(found.generate_report() if found.violations_count else "")
            wrong.append("scrolls sideways" if sideways(page) > 0 else "")
        browser.close()
    assert [each for each in wrong if each] == []


@pytest.mark.timeout(300)
def test_the_form_that_asks_for_a_reason_is_accessible_and_fits_the_screen(site: str, client_as: ClientAs) -> None:
    client = client_as("gestionnaire_nord")
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width, height in ((390, 844), (1366, 768)):
            context = browser.new_context(viewport={"width": width, "height": height})
            bring_cookies(context, client, site)
            page = context.new_page()
            wrong.append(look_at(page, f"{site}/bureau/proximite/cles/"))
            page.fill("#id_tag", "DIGI-4521")
            page.click('main button:text-is("Enregistrer")')
            page.wait_for_selector("select#id_justification")
            found = Axe().run(page)
            wrong.append(found.generate_report() if found.violations_count else "")
            wrong.append("scrolls sideways" if sideways(page) > 0 else "")
            wrong.append("" if page.locator("u", has_text="DIGI-4521").count() else "nothing is underlined")
        browser.close()
    assert [each for each in wrong if each] == []
