"""Ways in, accounts, the journal's keeping and the rules of access in Chromium: accessible, within both screens."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import bring_cookies, sideways, site, violations, walked

from palier.agents.models import User
from palier.foundation.clock import now
from palier.web.recovery import give_password_link

ClientAs = Callable[[str], Client]

__all__ = ["site"]

pytestmark = pytest.mark.browser
SIZES = ((390, 844), (1366, 768))
# Who looks at which pages; nobody for those of who has not entered yet. Tenants’: test_home_pages_browser.
WALKS: dict[str, tuple[str, ...]] = {
    "": ("desk:sign_in", "desk:forgotten", "field:sign_in", "field:forgotten"),
    "dpo": (
        "desk:journal_alarms", "desk:journal_seals", "desk:readings", "desk:policy", "desk:privacy", "desk:purposes",
        "desk:sign_in_accounts", "desk:prove", "desk:my_sessions", "desk:my_keys", "desk:my_password", "desk:enrol",
    ),
    "gestionnaire_nord": ("desk:open_file",),
    "responsable_nord": ("desk:replacements", "desk:protections"),
}  # fmt: skip


def wrong_with(page: Page) -> str:
    """What is wrong with what the page has become, or nothing."""
    against = violations(page)
    if against:
        return f"{page.url}: {against}"
    return f"{page.url} scrolls sideways" if sideways(page) > 0 else ""


@pytest.mark.timeout(420)
def test_the_pages_of_access_are_accessible_and_fit_the_screen(site: str, client_as: ClientAs) -> None:
    wrong: list[str] = []
    clients = {who: client_as(who) for who in WALKS if who}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for who, names in WALKS.items():
            wrong += walked(browser, site, clients.get(who), map(reverse, names))
        browser.close()
    assert wrong == []


@pytest.mark.timeout(300)
def test_a_password_is_forgotten_asked_for_and_chosen_without_a_fault(site: str) -> None:
    wrong: list[str] = []
    tokens = {
        width: give_password_link(User.objects.get(identifier=who).pk, lasts=timedelta(minutes=9), at=now())
        for (width, _), who in zip(SIZES, ("siege@demo.example", "comptable@demo.example"), strict=True)
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width, height in SIZES:
            context = browser.new_context(viewport={"width": width, "height": height})
            page = context.new_page()
            page.goto(site + reverse("desk:sign_in"))
            page.click("text=Mot de passe oublié")
            page.fill("#id_identifier", "siege@demo.example")
            page.click("main button[type=submit]")
            page.wait_for_selector("text=C’est demandé")
            wrong.append(wrong_with(page))
            page.goto(f"{site}{reverse('desk:choose_password')}?lien={tokens[width]}")
            assert urlsplit(page.url).query == ""
            page.fill("#id_wanted", "court")
            page.fill("#id_again", "court")
            page.click("main button[type=submit]")
            page.wait_for_selector("main .err")
            wrong.append(wrong_with(page))
            page.fill("#id_wanted", "un pont et quatre rivieres")
            page.fill("#id_again", "un pont et quatre rivieres")
            page.click("main button[type=submit]")
            page.wait_for_selector("text=Votre mot de passe est changé")
            wrong.append(wrong_with(page))
            page.goto(site + reverse("desk:choose_password"))
            assert "ne sert plus" in page.inner_text("main")
            context.close()
        browser.close()
    assert [each for each in wrong if each] == []


@pytest.mark.timeout(300)
def test_a_reset_a_threshold_and_a_quota_leave_pages_that_are_accessible(site: str, client_as: ClientAs) -> None:
    wrong: list[str] = []
    dpo = client_as("dpo")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width, height in SIZES:
            context = browser.new_context(viewport={"width": width, "height": height})
            bring_cookies(context, dpo, site)
            page = context.new_page()
            page.goto(f"{site}{reverse('desk:sign_in_accounts')}?identifiant=siege@demo.example")
            wrong.append(wrong_with(page))
            page.click("text=Réinitialiser le second facteur")
            page.wait_for_selector("text=Remettez ce lien")
            wrong.append(wrong_with(page))
            page.goto(site + reverse("desk:journal_alarms"))
            page.fill("#seuil-EXPORTS_A_DAY", str(width % 100 + 5))
            page.click("form:has(#seuil-EXPORTS_A_DAY) button")
            page.wait_for_selector("text=Décisions sur les seuils")
            page.wait_for_selector("text=Le seuil est en vigueur")
            wrong.append(wrong_with(page))
            page.goto(site + reverse("desk:policy"))
            page.fill("#quota-rent_officer", str(width % 100 + 5))
            page.click("form:has(#quota-rent_officer) button")
            page.wait_for_selector("text=La décision est en vigueur")
            wrong.append(wrong_with(page))
            context.close()
        browser.close()
    assert [each for each in wrong if each] == []
