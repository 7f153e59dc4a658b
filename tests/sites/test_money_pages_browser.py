"""Money, letters, exchanges, payslips, setting up… in Chromium: accessible, within the screen, in both schemes."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import expect, sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.crawl import addresses, numbers_of
from tests.sites.looking import BOTH, bring_cookies, site, walked

from palier.desk import (
    pages_adoption,
    pages_aid,
    pages_bank,
    pages_books,
    pages_campaigns,
    pages_debits,
    pages_delays,
    pages_dispatch,
    pages_exchanges,
    pages_mail,
    pages_payroll,
    pages_settlement,
    pages_setup,
    pages_takeover,
)
from palier.privacy.declare import PageAccess, Role

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]

__all__ = ["site"]

pytestmark = pytest.mark.browser

PAGES: dict[str, PageAccess] = {
    name: page
    for module in (
        pages_adoption, pages_aid, pages_bank, pages_books, pages_campaigns, pages_debits, pages_delays, pages_dispatch,
        pages_exchanges, pages_mail, pages_payroll, pages_settlement, pages_setup, pages_takeover,
    )
    for name, page in module.PAGES.items()
    # How far a job is, a picture: pieces of the page that asked for them; papers of adoption are printed. The mail of a
    # protected file is open to who holds it alone (tests/sites/test_desk_mail.py).
    if "GET" in page.methods
    and not name.endswith(("_progress", "_image", "_leaflets", "_surveys"))
    and not name.startswith("protected_")
}  # fmt: skip
# What a page is with something asked of it: a movement already treated, a cause alone, the account of the books.
ASKED: dict[str, tuple[str, ...]] = {
    "bank_worklist": ("?etat=MATCHED", "?etat=OTHER", "?compte=mar"),
    "parallel_gaps": ("?cause=ANNEX_OVERCHARGE",),
    "books": ("?mois=2026-10",),
    "survey": ("?etat=TO_SEND",),
}
ONLY_ASKED: dict[str, str] = {"books_account": "?code=PRD-LOYER&mois=2026-10"}
WHO: dict[str, Role] = {
    "comptable": Role.ACCOUNTANT,
    "siege": Role.HEADQUARTERS,
    "gestionnaire_nord": Role.RENT_OFFICER,
    "admin_technique": Role.TECHNICAL_ADMIN,
    "paie": Role.PAYROLL,
}


def walked_by(who: str, client: Client, superuser: psycopg.Connection) -> Iterator[str]:
    """The pages of that function that are read on a screen, headquarters' own being those that no accountant has."""
    role, numbers = WHO[who], numbers_of(superuser, 1)
    for address in addresses():
        page = PAGES.get(address.name.removeprefix("desk:"))
        if not address.name.startswith("desk:") or page is None or role not in page.roles:
            continue
        if role is Role.HEADQUARTERS and Role.ACCOUNTANT in page.roles:
            continue
        name, path = address.name.removeprefix("desk:"), address.path(numbers)
        if name in ONLY_ASKED:
            yield path + ONLY_ASKED[name]
            continue
        answer = client.get(path)
        is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
        if is_page and b"<html" in answer.content:
            yield path
            yield from (path + asked for asked in ASKED.get(name, ()))
        answer.close()
        assert answer.status_code == 200, f"{who} {path}: {answer.status_code}"


@pytest.fixture
def superuser(cluster: "Cluster", site: str) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        yield session


@pytest.mark.timeout(900)
@pytest.mark.parametrize("who", WHO)
def test_the_pages_of_money_are_accessible_and_fit_the_screen(
    site: str, superuser: psycopg.Connection, client_as: ClientAs, who: str
) -> None:
    client = client_as(who)
    paths = list(walked_by(who, client, superuser))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints = walked(browser, site, client, paths, BOTH)
        browser.close()
    print(f"{who}: {len(paths)} pages")
    assert len(paths) > 5
    assert complaints == []


@pytest.mark.timeout(400)
def test_movements_are_walked_opened_and_given_to_an_account_by_keys(site: str, client_as: ClientAs) -> None:
    client = client_as("comptable")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        bring_cookies(context, client, site)
        page = context.new_page()
        page.goto(f"{site}/bureau/banque/mouvements/")
        rows = page.locator("tbody tr").count()
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url("**mouvement=*")
        # The likeliest account has the focus: it is accepted by the same key.
        expect(page.locator("#mouvement button.btn-primary").first).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Le mouvement est rapproché")
        assert page.locator("tbody tr").count() == rows - 1
        browser.close()
