"""The DPO's page of the screen in Chromium, a text being tried: accessible, within the screen at both widths."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import as_it_stands, bring_cookies, look_at, site

ClientAs = Callable[[str], Client]

__all__ = ["site"]

pytestmark = pytest.mark.browser


@pytest.mark.timeout(300)
def test_the_page_of_the_screen_is_accessible_and_fits_the_screen(site: str, client_as: ClientAs) -> None:
    client = client_as("dpo")
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context()
        bring_cookies(context, client, site)
        page = context.new_page()
        wrong += look_at(page, f"{site}/bureau/filtrage/")
        page.fill("#texte", "Fuite sdb, Mr est cardiaque, il boit")
        page.click('main button:text-is("Essayer")')
        page.wait_for_selector("#verdict")
        wrong += as_it_stands(page)
        browser.close()
    assert wrong == []


@pytest.mark.timeout(300)
def test_the_form_that_asks_for_a_reason_is_accessible_and_fits_the_screen(site: str, client_as: ClientAs) -> None:
    client = client_as("gestionnaire_nord")
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context()
        bring_cookies(context, client, site)
        page = context.new_page()
        wrong += look_at(page, f"{site}/bureau/proximite/cles/")
        page.fill("#id_tag", "DIGI-4521")
        page.click('main button:text-is("Enregistrer")')
        page.wait_for_selector("select#id_justification")
        wrong += as_it_stands(page)
        assert page.locator("u", has_text="DIGI-4521").count()
        browser.close()
    assert wrong == []
