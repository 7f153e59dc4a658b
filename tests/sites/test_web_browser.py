"""The frames and the visual guide in Chromium: accessible, within the screen, nothing asked outside, keyboard."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import sideways, violations
from tests.sites.web_server import serving

RESIDENCE = "/residence/?batiment=A&bail=RUNNING"
PAGES = ["/?batiment=A", RESIDENCE, "/chez-moi/", "/terrain/", "/entrer/?refus=1", "/refus/422/", "/refus/503/"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving("tests.sites.web_sample_pages") as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def desk(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto(site + RESIDENCE)
    yield page
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_pages_are_accessible_fit_the_screen_and_ask_nothing_outside(
    browser: Browser, site: str, width: int, height: int, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith(site) else None)
    page.on("response", lambda response: complaints.append(response.url) if response.status >= 400 else None)
    for path in PAGES:
        page.goto(site + path)
        assert violations(page) == "", path
        assert sideways(page) <= 0, path
    assert complaints == []
    context.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1280])
def test_no_page_scrolls_sideways(browser: Browser, site: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    for path in PAGES:
        page.goto(site + path)
        assert sideways(page) <= 0, path
    context.close()


def test_a_residence_shows_eighteen_rows_under_a_bar_of_44_pixels(desk: Page) -> None:
    seen = desk.evaluate(
        """() => {
        const foot = document.querySelector("tfoot").getBoundingClientRect().top;
        const head = document.querySelector("thead tr").getBoundingClientRect().bottom;
        const rows = [...document.querySelectorAll("tbody tr")].map((row) => row.getBoundingClientRect());
        return {rows: rows.filter((row) => row.top >= head - 1 && row.bottom <= foot + 1).length, row: rows[0].height,
                bar: document.querySelector(".bar").offsetHeight,
                page: document.documentElement.scrollHeight - window.innerHeight};
        }"""
    )
    assert seen["rows"] >= 18
    assert (seen["row"], seen["bar"], seen["page"]) == (26, 44, 0)


def test_the_search_opens_by_keys_finds_while_typing_and_its_results_are_walked(desk: Page) -> None:
    desk.keyboard.press("Control+k")
    assert desk.evaluate("document.activeElement.id") == "q"
    desk.keyboard.type("saul")
    desk.wait_for_selector(".search .found a")
    assert violations(desk) == ""
    desk.keyboard.press("ArrowDown")
    assert "Thi-Lan" in desk.evaluate("document.activeElement.innerText")
    desk.keyboard.press("Escape")
    assert not desk.is_visible(".search .found")
    desk.keyboard.press("/")
    assert desk.evaluate("document.activeElement.id") == "q"


def test_rows_are_walked_ticked_and_opened_by_keys(desk: Page) -> None:
    desk.focus(".t-wrap")
    for key in ("ArrowDown", "ArrowDown", "Space"):
        desk.keyboard.press(key)
    assert desk.evaluate("document.activeElement.value") == "A-002"
    assert desk.inner_text("[data-chosen]") == "3"
    desk.keyboard.press("Enter")
    desk.wait_for_url("**#A-002")


def test_escape_closes_an_open_menu_and_gives_the_focus_back(desk: Page) -> None:
    desk.click("summary:has-text('Colonnes')")
    assert violations(desk) == ""
    desk.focus("text=Montrer ces colonnes")
    desk.keyboard.press("Escape")
    assert desk.locator("details[open]").count() == 0
    assert "Colonnes" in desk.evaluate("document.activeElement.innerText")


def test_columns_are_chosen_and_the_scheme_changed_without_any_script(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, java_script_enabled=False)
    page = context.new_page()
    page.goto(site + RESIDENCE)
    page.click("summary:has-text('Colonnes')")
    page.uncheck("label:has-text('Loyer') input")
    page.click("text=Montrer ces colonnes")
    assert page.locator("th:has-text('Loyer')").count() == 0
    assert page.locator("th:has-text('Solde')").count() == 1
    assert page.locator(".chip.on").count() == 2
    page.click(".bar summary:has-text('N. Ferrand')")
    page.click(".bar details[open] >> text=Sombre")
    assert page.get_attribute("html", "data-bs-theme") == "dark"
    assert "bail=RUNNING" in page.url
    context.close()


def test_a_refused_form_takes_the_focus_on_its_summary(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(site + "/entrer/?refus=1")
    assert "champs à corriger" in page.evaluate("document.activeElement.innerText")
    page.close()
