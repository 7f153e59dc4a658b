"""The round without network, in Chromium: the server is stopped for real, then started again on the same port."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import expect
from tests.landlord import Landlord
from tests.sites.phone import CACHES, HERE, Network, begin_round, opens_nothing, phone, sign_out

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]
KEPT_IN_CLEAR = """async () => {
  const cache = await caches.open("palier-tournee");
  const texts = await Promise.all((await cache.keys()).map(async (asked) => (await cache.match(asked)).text()));
  return texts.filter((text) => /Amandier|<main/.test(text)).length;
}"""
KEYS = """() => new Promise((resolve) => {
  const opening = indexedDB.open("palier-cle", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("cle");
  opening.onsuccess = () => {
    const asked = opening.result.transaction("cle").objectStore("cle").getAll();
    asked.onsuccess = () => { opening.result.close(); resolve(asked.result.map((k) => [k.type, k.extractable])); };
  };
})"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
]


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
        expect(page.locator("#reseau")).to_have_text("1 pointage en attente")
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
        sign_out(page)
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


def test_the_pages_are_kept_closed_and_their_key_goes_with_the_round(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        assert page.evaluate(KEPT_IN_CLEAR) == 0
        assert page.evaluate(KEYS) == [["secret", False]]
        page.get_by_role("button", name="Finir la tournée").click()
        expect(page.get_by_role("button", name="Commencer la tournée")).to_be_visible()
        assert page.evaluate(KEYS) == []


def test_without_their_key_the_pages_do_not_open(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        page.evaluate(KEYS.replace('transaction("cle")', 'transaction("cle", "readwrite")').replace("getAll", "clear")
                      .replace("asked.result.map((k) => [k.type, k.extractable])", "[]"))  # fmt: skip
        assert page.evaluate(CACHES) == ["palier-tournee"]
        network.goes()
        assert opens_nothing(page, network.site + HERE)


def test_a_page_closed_by_the_end_of_one_mandate_wipes_the_phone_at_once(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    superuser.execute("UPDATE agents_mandate SET last_day = NULL WHERE residence_id = 12")
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        superuser.execute("UPDATE agents_mandate SET last_day = palier.today() - 1 WHERE residence_id = 11")
        # The first contact is with a page of the residence that was left: it says nothing but that it is not there.
        page.goto(f"{network.site}{HERE}avis/")
        page.wait_for_timeout(500)
        assert page.evaluate(CACHES) == []
        assert page.evaluate(KEYS) == []
        network.goes()
        assert opens_nothing(page, network.site + HERE)
