"""A tenant’s day on a telephone: by pointer, by keyboard alone, without any script, in Arabic.

First access by a letter and a passkey is test_first_access_browser’s; the card is test_cards_browser’s.
"""

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect, sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import bring_cookies, sideways
from tests.sites.test_first_access_browser import site

__all__ = ["site"]

ClientAs = Callable[[str], Client]
PHONE = {"width": 390, "height": 844}
# Where to leave screenshots, when somebody wants to look: a folder outside the repository.
SHOTS = os.environ.get("PALIER_SHOTS", "")

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def telephone(browser: Browser, site: str, client: Client, *, has_scripts: bool = True) -> BrowserContext:
    context = browser.new_context(viewport=PHONE, java_script_enabled=has_scripts, accept_downloads=True)
    bring_cookies(context, client, site)
    return context


def shown(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def photo() -> FilePayload:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "steelblue").save(out, "JPEG")
    return {"name": "fuite.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


# How a person goes on: they point, or they press Tab until what they want is lit, then Enter.
Act = Callable[[Page, str], None]


def by_pointer(page: Page, name: str) -> None:
    page.locator("a:visible, button:visible").filter(has_text=re.compile(re.escape(name))).first.click()
    page.wait_for_load_state()


def by_keyboard(page: Page, name: str) -> None:
    for _ in range(140):
        page.keyboard.press("Tab")
        lit = page.evaluate("(document.activeElement.labels?.[0] || document.activeElement).innerText || ''")
        if name in " ".join(lit.split()):
            # A form sent by the page’s own script changes the address without leaving the page: that counts too.
            with page.expect_navigation(timeout=15_000):
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} is not reached by Tab on {page.url}")


def chooses(page: Page, act: Act, name: str, value: str) -> None:
    """One answer of a question."""
    answer = page.locator(f'[name="{name}"][value="{value}"]')
    if act is by_keyboard:
        answer.focus()
        page.keyboard.press("Space")
    else:
        answer.check()


def the_day(page: Page, site: str, act: Act, folder: Path, *, name: str) -> None:
    """From the balance to the export, each page reached from the one before."""
    page.goto(f"{site}/chez-moi/")
    expect(page.locator("h1.said")).to_contain_text(re.compile("€|à jour"))
    shown(page, f"{name}-1-accueil")
    act(page, "Payer")
    expect(page.get_by_role("heading", name="Par virement")).to_be_visible()
    shown(page, f"{name}-2-payer")
    page.goto(f"{site}/chez-moi/")
    act(page, "Mes documents")
    shown(page, f"{name}-3-documents")
    notice = page.locator('a[href$="/avis.pdf"]').first.get_attribute("href") or ""
    kept = folder / f"{name}.pdf"
    kept.write_bytes(page.context.request.get(site + notice).body())
    assert proven(kept)
    reported(page, site, act, name)
    page.goto(f"{site}/chez-moi/")
    act(page, "Mon dossier")
    shown(page, f"{name}-6-dossier")
    act(page, "Qui a consulté mon dossier")
    expect(page.locator("h1")).to_contain_text("Qui a consulté")
    shown(page, f"{name}-7-lectures")
    agreed_and_withdrawn(page, site, name)
    page.goto(f"{site}/chez-moi/dossier/")
    act(page, "Tout exporter")
    act(page, "Envoyer ma demande")
    page.wait_for_url(re.compile(r"/dossier/droits/\d+/"))
    shown(page, f"{name}-9-export")
    assert sideways(page) <= 0


def proven(kept: Path) -> bool:
    """As anyone would, from the file alone."""
    asked = [sys.executable, "-m", "palier", "notice", "check", str(kept)]
    return subprocess.run(asked, check=False, capture_output=True).returncode == 0


def reported(page: Page, site: str, act: Act, name: str) -> None:
    page.goto(f"{site}/chez-moi/")
    act(page, "Signaler")
    act(page, "Eau, fuites")
    act(page, "Un robinet fuit")
    chooses(page, act, "since", "WEEK")
    chooses(page, act, "access", "PRESENT")
    page.locator('[name="photo1"]').set_input_files([photo()])
    shown(page, f"{name}-4-fuite")
    act(page, "Envoyer la demande")
    expect(page.get_by_text("Reçu. Réponse au plus tard le").first).to_be_visible(timeout=15_000)
    expect(page.locator('main img[src*="/signaler/photo/"]')).to_have_count(1)
    shown(page, f"{name}-5-suivi")


def agreed_and_withdrawn(page: Page, site: str, name: str) -> None:
    """One agreement given, then withdrawn."""
    for wanted, said in (("oui", "Accepté"), ("non", "Non")):
        page.goto(f"{site}/chez-moi/dossier/accords/")
        box = page.locator("section.box:has(input[name=famille][value=EMAIL])").first
        form = box.locator(f'form:has(input[name=accord][value="{wanted}"])')
        expect(form).to_have_count(1)
        if wanted == "oui":
            box.locator("summary").first.focus()
            page.keyboard.press("Enter")
        form.locator("button").focus()
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        box = page.locator("section.box:has(input[name=famille][value=EMAIL])").first
        expect(box.locator(".tag").first).to_have_text(said)
    shown(page, f"{name}-8-accords")


def in_arabic(page: Page, site: str) -> list[str]:
    """The same doors from right to left: none wider than the screen."""
    page.goto(f"{site}/chez-moi/")
    page.get_by_role("button", name="العربيّة").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    wide = []
    for rank, path in enumerate(("", "documents/", "signaler/", "dossier/", "dossier/lectures/", "dossier/accords/")):
        page.goto(f"{site}/chez-moi/{path}")
        shown(page, f"ar-{rank}")
        wide += [path] if sideways(page) > 0 else []
    return wide


@pytest.mark.parametrize(
    ("name", "act", "has_scripts"),
    [("fr", by_pointer, True), ("clavier", by_keyboard, True), ("sans-script", by_pointer, False)],
)
def test_a_day_from_the_balance_to_the_export(
    site: str, client_as: ClientAs, tmp_path: Path, name: str, act: Act, has_scripts: bool
) -> None:
    client = client_as("locataire_1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = telephone(browser, site, client, has_scripts=has_scripts)
        the_day(context.new_page(), site, act, tmp_path, name=name)
        if name == "fr":
            assert in_arabic(context.new_page(), site) == []
        browser.close()
