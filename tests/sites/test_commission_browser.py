"""The commission in Chromium: accessible at both widths, and a decision given by the keys alone, without JavaScript."""

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from wsgiref.simple_server import make_server

import psycopg
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright
from tests.commission import write_commission
from tests.landlord import Landlord
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import bring_cookies, walked
from tests.sites.test_desk_commission import one, opened
from tests.sites.web_server import Quiet, Threaded

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]

pytestmark = pytest.mark.browser


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_commission(session, own_landlord)
        yield session


@pytest.fixture
def site(superuser: psycopg.Connection) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Threaded, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.timeout(400)
def test_the_commission_s_pages_are_accessible_and_fit_the_screen(
    site: str, superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    secretary, member = client_as("secretaire"), client_as("membre_locataires")
    sitting = opened(secretary, superuser)
    item = one(superuser, "SELECT id FROM attribution_item")
    pages = [
        (secretary, reverse("desk:sittings")),
        (secretary, reverse("desk:sitting_new")),
        (secretary, reverse("desk:commission")),
        (secretary, reverse("desk:sitting", args=[sitting])),
        (secretary, reverse("desk:commission_item", args=[item])),
        (secretary, reverse("desk:sitting_identities", args=[sitting])),
        (member, reverse("desk:my_sittings")),
        (member, reverse("desk:my_sitting", args=[sitting])),
        (member, reverse("desk:my_item", args=[item])),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints = [wrong for client, path in pages for wrong in walked(browser, site, client, [path])]
        context = browser.new_context(viewport={"width": 390, "height": 844})
        bring_cookies(context, member, site)
        page = context.new_page()
        page.goto(site + reverse("desk:my_item", args=[item]))
        # The last line of every candidate: a card each on a phone, a table that grows with the page on a desk.
        in_cards = page.locator("dt:visible", has_text="Points (une aide)").count()
        page.set_viewport_size({"width": 1366, "height": 768})
        beneath = page.evaluate("(each => each.scrollHeight - each.clientHeight)(document.querySelector('.t-wrap'))")
        browser.close()
    assert complaints == []
    assert (in_cards, beneath <= 1) == (3, True)


def test_a_decision_is_given_by_the_keys_without_javascript(
    site: str, superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    secretary = client_as("secretaire")
    opened(secretary, superuser)
    item = one(superuser, "SELECT id FROM attribution_item")
    sheet = one(superuser, "SELECT id FROM attribution_sheet ORDER BY pseudonym LIMIT 1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(java_script_enabled=False)
        bring_cookies(context, secretary, site)
        page = context.new_page()
        page.goto(site + reverse("desk:commission_item", args=[item]))
        page.locator(f"#s{sheet}_kind").focus()
        page.keyboard.press("2")
        page.keyboard.press("Tab")
        page.keyboard.type("1")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**#f{sheet}")
        assert page.locator(f"#f{sheet} summary").inner_text().endswith("attribution avec rang, rang 1")
        browser.close()
    kept = superuser.execute("SELECT kind, rank FROM attribution_decision").fetchall()
    assert kept == [("ATTRIBUTION_RANG", 1)]
