"""What a caretaker notes without network, in Chromium: sent in their own name, or said to them; never lost quietly."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect
from tests.landlord import Landlord
from tests.sites.looking import violations
from tests.sites.phone import HERE, Network, begin_round, handed_to, phone, sign_out

from palier.foundation.clock import today

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]
TICK = f"{HERE}tache/"
ILL = "500 Internal Server Error"
# What is left in the phone, by store.
LEFT = """() => new Promise((resolve) => {
  const opening = indexedDB.open("palier-terrain");
  opening.onsuccess = () => {
    const names = [...opening.result.objectStoreNames];
    if (!names.length) { opening.result.close(); resolve(0); return; }
    const passing = opening.result.transaction(names);
    const counts = names.map((name) => passing.objectStore(name).count());
    passing.oncomplete = () => { opening.result.close(); resolve(counts.reduce((sum, each) => sum + each.result, 0)); };
  };
})"""
# The day of what waits is over.
DAY_OVER = """() => new Promise((resolve) => {
  const opening = indexedDB.open("palier-terrain");
  opening.onsuccess = () => {
    const passing = opening.result.transaction("envois", "readwrite");
    passing.objectStore("envois").openCursor().onsuccess = (event) => {
      const at = event.target.result;
      if (at) { at.update({ ...at.value, ends: "2026-01-01T00:00:00+01:00" }); at.continue(); }
    };
    passing.oncomplete = () => { opening.result.close(); resolve(true); };
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
    """Two caretakers of the same residence, with one thing to do and one set of keys."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        session.execute("INSERT INTO maintenance_routine (residence_id, code, weekdays) VALUES (11, 'BINS_OUT', 127)")
        session.execute(
            "INSERT INTO agents_mandate (agent_id, residence_id, first_day) VALUES (%s, 11, %s)",
            [own_landlord.agents["gardien_sans_mandat"], today()],
        )
        session.execute(
            """WITH made AS (INSERT INTO maintenance_keyset (residence_id, kind, tag) VALUES (11, 'COMMON', 'A-006')
                             RETURNING id)
               INSERT INTO maintenance_keymovement (key_set_id, residence_id, holder, trade, agent_id, at)
               SELECT id, 11, 'LODGE', '', %s, now() FROM made""",
            [own_landlord.agents["gardien_nord"]],
        )
        yield session


def done_by(superuser: psycopg.Connection) -> list[int]:
    return [agent for (agent,) in superuser.execute("SELECT agent_id FROM maintenance_routinedone").fetchall()]


def tick(page: Page) -> None:
    page.get_by_role("button", name="Fait : Sortir les bacs").click()
    expect(page.get_by_text(re.compile("^Noté")).first).to_be_visible()


def noted_without_network(page: Page, network: Network) -> None:
    begin_round(page, network)
    network.goes()
    tick(page)
    network.comes_back()


def waits(page: Page, count: int) -> None:
    """Nothing else is left in the phone, and the page has had time to try."""
    page.wait_for_timeout(1_500)
    assert page.evaluate(LEFT) == count


def test_what_one_caretaker_noted_never_leaves_in_the_name_of_the_next(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs, own_landlord: Landlord
) -> None:
    first, second = client_as("gardien_nord"), client_as("gardien_sans_mandat")
    with phone(network, first) as page:
        noted_without_network(page, network)
        handed_to(page, network, second)
        expect(page.locator("#restes")).to_contain_text("1 pointage noté par un autre agent attend sur ce téléphone")
        # Neither what it was, nor whose.
        expect(page.locator("#restes")).not_to_contain_text("Sortir les bacs")
        waits(page, 1)
        assert done_by(superuser) == []
        handed_to(page, network, first)
        expect(page.get_by_text("Aujourd’hui, 1 sur 1 faites")).to_be_visible(timeout=20_000)
        waits(page, 0)
    assert done_by(superuser) == [own_landlord.agents["gardien_nord"]]


def test_signing_out_says_what_would_be_lost_and_wipes_it_only_when_told_to(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    first, second = client_as("gardien_nord"), client_as("gardien_sans_mandat")
    with phone(network, first) as page:
        noted_without_network(page, network)
        handed_to(page, network, second)
        network.ill[TICK] = ILL
        tick(page)
        sign_out(page)
        asked = page.get_by_role("dialog")
        expect(asked).to_contain_text("2 pointages ne sont pas partis")
        expect(asked.get_by_role("listitem")).to_have_text(
            ["Sortir les bacs\u00a0: pas encore envoyé", "Noté par un autre agent sur ce téléphone"]
        )
        assert violations(page) == ""
        asked.get_by_role("button", name="Rester connecté").click()
        expect(asked).to_have_count(0)
        waits(page, 2)
        sign_out(page)
        asked.get_by_role("button", name="Se déconnecter et perdre").click()
        page.wait_for_url(re.compile("/terrain/connexion/"))
        waits(page, 0)
    assert done_by(superuser) == []


def test_the_page_of_ones_own_access_signs_out_by_the_same_door(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        network.ill[TICK] = ILL
        tick(page)
        page.goto(f"{network.site}/terrain/acces/sessions/")
        page.locator("main").get_by_role("button", name="Se déconnecter", exact=True).click()
        asked = page.get_by_role("dialog")
        expect(asked).to_contain_text("1 pointage n’est pas parti")
        asked.get_by_role("button", name="Se déconnecter et perdre").click()
        page.wait_for_url(re.compile("/terrain/connexion/"))
        waits(page, 0)


def test_a_phone_that_keeps_no_page_is_asked_from_there_too(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord"), keeps_pages=False) as page:
        page.goto(network.site + HERE)
        network.ill[TICK] = ILL
        tick(page)
        waits(page, 1)
        page.goto(f"{network.site}/terrain/acces/sessions/")
        page.locator("main").get_by_role("button", name="Se déconnecter", exact=True).click()
        asked = page.get_by_role("dialog")
        expect(asked).to_contain_text("1 pointage n’est pas parti")
        asked.get_by_role("button", name="Rester connecté").click()
        waits(page, 1)


def test_a_server_that_fails_is_tried_again_and_the_tick_counts_once(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        page.goto(network.site + HERE)
        network.ill[TICK] = ILL
        tick(page)
        expect(page.get_by_text("Noté, le serveur ne répond pas")).to_be_visible()
        page.reload()
        expect(page.locator("#reseau")).to_have_text("1 pointage en attente")
        # What concerns something else passes in front.
        page.goto(f"{network.site}{HERE}cles/")
        page.get_by_label("Qui tient A-006").select_option("AGENCY")
        page.get_by_role("button", name="Noter qui tient A-006").click()
        expect(page.locator("li .tag", has_text="À l’agence")).to_be_visible()
        expect(page.locator("#reseau")).to_have_text("1 pointage en attente")
        assert done_by(superuser) == []
        network.ill.clear()
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(1_000)
        page.goto(network.site + HERE)
        expect(page.get_by_text("Aujourd’hui, 1 sur 1 faites")).to_be_visible(timeout=20_000)
        waits(page, 0)
    assert len(done_by(superuser)) == 1


def test_a_server_that_fails_keeps_no_round_open(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        network.ill[TICK] = ILL
        tick(page)
        page.get_by_role("button", name="Finir la tournée").click()
        expect(page.get_by_text("Ce téléphone n’en garde que ce qui reste à envoyer.")).to_be_visible()
        expect(page.get_by_role("button", name="Commencer la tournée")).to_be_visible()
        waits(page, 1)
        network.ill.clear()
        page.reload()
        expect(page.get_by_text("Aujourd’hui, 1 sur 1 faites")).to_be_visible(timeout=20_000)
    assert len(done_by(superuser)) == 1


def test_what_no_longer_exists_is_told_until_it_was_read(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        page.goto(f"{network.site}{HERE}cles/")
        network.goes()
        page.get_by_label("Qui tient A-006").select_option("AGENCY")
        page.get_by_role("button", name="Noter qui tient A-006").click()
        expect(page.get_by_text("Noté sans réseau, sera envoyé")).to_be_visible()
        superuser.execute("DELETE FROM maintenance_keymovement")
        superuser.execute("DELETE FROM maintenance_keyset")
        network.comes_back()
        page.reload()
        told = page.locator("#restes")
        expect(told).to_contain_text("1 pointage n’a pas pu partir")
        expect(told.get_by_role("listitem")).to_have_text(
            "Clé A-006\u00a0: à l’agence\u00a0: cela n’existe plus, ou n’est plus dans vos résidences"
        )
        page.reload()
        expect(told).to_be_visible()
        assert violations(page) == ""
        told.get_by_role("button", name="Compris").click()
        expect(told).to_have_count(0)
        page.reload()
        waits(page, 0)
        expect(told).to_have_count(0)


def test_a_refusal_of_the_server_is_told_in_its_own_words(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        network.goes()
        tick(page)
        superuser.execute("DELETE FROM maintenance_routine")
        network.comes_back()
        page.reload()
        expect(page.locator("#restes li")).to_have_text(
            re.compile("Sortir les bacs\u00a0: Cette tâche n’est pas prévue ce jour-là dans cette résidence")
        )


def test_what_did_not_leave_by_the_end_of_the_day_is_told_and_not_sent(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        network.goes()
        tick(page)
        page.evaluate(DAY_OVER)
        network.comes_back()
        page.reload()
        expect(page.locator("#restes li")).to_have_text("Sortir les bacs\u00a0: pas parti avant la fin de la journée")
        waits(page, 1)
    assert done_by(superuser) == []


def test_signing_out_without_network_leaves_neither_pages_nor_names(
    superuser: psycopg.Connection, network: Network, client_as: ClientAs
) -> None:
    with phone(network, client_as("gardien_nord")) as page:
        begin_round(page, network)
        network.goes()
        sign_out(page)
        expect(page.get_by_text("Tout est effacé de ce téléphone.")).to_be_visible()
        assert "Amandier" not in page.content()
        assert page.evaluate("async () => (await caches.keys()).includes('palier-tournee')") is False
