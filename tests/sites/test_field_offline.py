"""The round without network, in Chromium: the server is stopped for real, then started again on the same port."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIServer, make_server

import psycopg
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from playwright.sync_api import Error, Page, expect, sync_playwright
from tests.landlord import Landlord
from tests.sites.test_home_field_browser import _Quiet, _Threaded, cookies
from tests.sites.test_web_browser import CHROMIUM, FLAGS

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]
HERE = "/terrain/residence/11/"
CACHES = "async () => (await caches.keys()).filter((name) => name === 'palier-tournee')"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: no browser to look with"),
]


class Network:
    """The site on one port, there or not."""

    def __init__(self) -> None:
        self.server: WSGIServer | None = None
        self.thread: threading.Thread | None = None
        self.port = 0
        self.comes_back()

    @property
    def site(self) -> str:
        return f"http://localhost:{self.port}"

    def comes_back(self) -> None:
        self.server = make_server("localhost", self.port, get_wsgi_application(), _Threaded, _Quiet)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def goes(self) -> None:
        if self.server is None or self.thread is None:
            return
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        self.server = self.thread = None


@pytest.fixture
def network(own_landlord: Landlord) -> Iterator[Network]:
    there = Network()
    yield there
    there.goes()


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        session.execute("INSERT INTO maintenance_routine (residence_id, code, weekdays) VALUES (11, 'BINS_OUT', 127)")
        yield session


@contextmanager
def phone(network: Network, client: Client) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 390, "height": 844})
        context.add_cookies(cookies(client, network.site))  # type: ignore[arg-type]  # the four keys it needs
        yield context.new_page()
        browser.close()


def begin_round(page: Page, network: Network) -> None:
    page.goto(network.site + HERE)
    page.get_by_role("button", name="Commencer la tournée").click()
    expect(page.locator("#reseau")).to_have_text("Prêt sans réseau", timeout=30_000)


def opens_nothing(page: Page, address: str) -> bool:
    """Without network: the notice, or the browser's own error; never a door."""
    try:
        page.goto(address)
    except Error:
        return True
    return "Amandier" not in page.content()


def test_the_round_goes_on_without_network_and_what_was_ticked_counts_once(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        network.goes()
        page.reload()
        expect(page.get_by_text("Amandier", exact=True)).to_be_visible()
        page.get_by_role("button", name="Fait : Sortir les bacs").click()
        expect(page.get_by_text("Noté sans réseau, sera envoyé")).to_be_visible()
        expect(page.locator("#reseau")).to_have_text("1 envoi en attente")
        page.goto(f"{network.site}{HERE}cles/")
        expect(page.get_by_role("heading", name="Clés", exact=True)).to_be_visible()
        assert opens_nothing(page, f"{network.site}/terrain/moi/")
        assert superuser.execute("SELECT count(*) FROM maintenance_routinedone").fetchone() == (0,)
        network.comes_back()
        page.goto(network.site + HERE)
        expect(page.get_by_text("Aujourd’hui, 1 sur 1 faites")).to_be_visible(timeout=20_000)
        # Opened again, nothing is left to send.
        page.reload()
        expect(page.locator("#reseau")).to_have_text("Prêt sans réseau", timeout=20_000)
        for table in ("maintenance_routinedone", "maintenance_sending"):
            assert superuser.execute(f"SELECT count(*) FROM {table}").fetchone() == (1,), table


def test_at_the_end_of_the_round_the_phone_keeps_nothing(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        assert page.evaluate(CACHES) == ["palier-tournee"]
        page.get_by_role("button", name="Finir la tournée").click()
        expect(page.get_by_role("button", name="Commencer la tournée")).to_be_visible()
        assert page.evaluate(CACHES) == []
        network.goes()
        assert opens_nothing(page, network.site + HERE)


def test_signing_out_wipes_the_phone(superuser: psycopg.Connection, network: Network, client_as: ClientAs) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        page.locator("details.menu summary").click()
        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url(re.compile("/terrain/connexion/"))
        assert page.evaluate(CACHES) == []
        network.goes()
        assert opens_nothing(page, network.site + HERE)


def test_a_session_closed_from_elsewhere_wipes_the_phone(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        superuser.execute("DELETE FROM web_opensession")
        page.goto(network.site + HERE)
        page.wait_for_url(re.compile("/terrain/connexion/"))
        page.wait_for_timeout(300)
        assert page.evaluate(CACHES) == []


def test_a_mandate_that_ends_wipes_the_phone(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        superuser.execute("UPDATE agents_mandate SET last_day = palier.today() - 1")
        page.goto(f"{network.site}/terrain/")
        expect(page.get_by_text("Aucune résidence aujourd’hui")).to_be_visible()
        page.wait_for_timeout(500)
        network.goes()
        assert opens_nothing(page, network.site + HERE)


def test_a_round_past_its_hour_is_forgotten_even_without_network(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        superuser.execute("UPDATE maintenance_round SET until_at = now() + interval '4 seconds'")
        page.reload()
        page.wait_for_timeout(1_000)
        network.goes()
        page.wait_for_timeout(5_000)
        assert opens_nothing(page, network.site + HERE)


def test_nothing_is_kept_without_a_round(superuser: psycopg.Connection, network: Network, client_as: ClientAs) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        page.goto(network.site + HERE)
        page.wait_for_timeout(1_000)
        assert page.evaluate(CACHES) == []
        network.goes()
        assert opens_nothing(page, network.site + HERE)
