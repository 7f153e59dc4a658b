"""Paying by card in Chromium: to the gateway's page and back without a script, and every page of it accessible."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from wsgiref.simple_server import make_server

import psycopg
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import sync_playwright
from tests.documents.sample_notices import full_month
from tests.operations.bank import balance, name_accounts, statement, transfer
from tests.operations.cards import Words, running_gateway, treat
from tests.operations.test_given_files import apply, give, read
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import BOTH, bring_cookies, walked
from tests.sites.web_server import Quiet, Threaded

from palier.demo.gateway import send
from palier.foundation.periods import Month

ClientAs = Callable[[str], Client]

pytestmark = pytest.mark.browser
STATES = ("ASKED", "PAID", "REFUSED", "EXPIRED", "DOUBT", "PARTLY_BACK", "CONTESTED")


@pytest.fixture
def words() -> Iterator[Words]:
    with running_gateway(sender=send) as gateway:
        yield gateway


@pytest.fixture
def site(superuser: psycopg.Connection, words: Words) -> Iterator[str]:
    """The real sites, on a landlord where the tenant of account 101 owes 400,00 € by a notice."""
    name_accounts(superuser)
    superuser.execute("SET session_replication_role = replica")
    notice = replace(full_month(), number="AE-2026-10-000101", month=Month(2026, 10))
    superuser.execute("UPDATE mail_document SET data = %s WHERE lease_id = 101", [notice.canonical()])
    superuser.execute("SET session_replication_role = origin")
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Threaded, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.timeout(300)
def test_a_tenant_goes_to_the_gateway_pays_and_comes_back_without_javascript(
    site: str, superuser: psycopg.Connection, client_as: ClientAs, words: Words
) -> None:
    tenant = client_as("locataire")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
        bring_cookies(context, tenant, site)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{site}/chez-moi/bail/101/payer/")
        page.get_by_role("button", name="Payer par carte").click()
        page.get_by_role("link", name="Aller à la page de paiement").click()
        assert page.url.startswith(f"{words.address}/page/")
        page.get_by_role("button", name="Payer", exact=True).click()
        # The gateway told our server before it sent the visitor back.
        assert page.url.startswith(f"{site}/chez-moi/carte/")
        assert page.get_by_role("heading", name="En attente").count() == 1
        # A worker: the browser holds this thread.
        worker = threading.Thread(target=treated)
        worker.start()
        worker.join(timeout=60)
        page.get_by_role("link", name="Actualiser").click()
        assert page.get_by_role("heading", name="Reçu").count() == 1
        browser.close()
    assert complaints == []
    assert balance(superuser, 101) == 0


def treated() -> None:
    try:
        treat()
    finally:
        connections.close_all()


@pytest.mark.timeout(300)
def test_pages_of_cards_and_of_the_bank_s_files_are_accessible_and_fit_the_screen(
    site: str, superuser: psycopg.Connection, client_as: ClientAs, tmp_path: Path
) -> None:
    tenant, desk = client_as("locataire"), client_as("comptable")
    mine = ["/chez-moi/bail/101/payer/", *card_pages(superuser)]
    theirs = [f"/bureau/banque/{each}" for each in ("", "cartes/", "cartes/?etat=DOUBT")]
    theirs += [f"/bureau/banque/fichiers/{each}/" for each in given_files(superuser, tmp_path)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints = [
            *walked(browser, site, tenant, mine, BOTH),
            *walked(browser, site, desk, theirs, BOTH),
        ]
        browser.close()
    assert complaints == []


def card_pages(superuser: psycopg.Connection) -> list[str]:
    """A payment in each state, and the pages that show it."""
    found = []
    for state in STATES:
        row = superuser.execute(
            """INSERT INTO banking_cardpayment (account_id, residence_id, amount_cents, reference, gateway,
                   is_simulated, asked_at, expires_at, opened_at, ended_at, state, reason, back_cents)
               VALUES (101, 11, 12000, 'CB-' || left(md5(%(state)s), 16), 'Passerelle de démonstration', true,
                       now(), now() + interval '30 minutes', now(), now(), %(state)s,
                       CASE %(state)s WHEN 'DOUBT' THEN 'AMOUNT' WHEN 'REFUSED' THEN 'FUNDS' ELSE '' END,
                       CASE %(state)s WHEN 'PARTLY_BACK' THEN 5000 WHEN 'CONTESTED' THEN 12000 ELSE 0 END)
               RETURNING id""",
            {"state": state},
        ).fetchone()
        assert row is not None
        found.append(f"/chez-moi/carte/{row[0]}/")
    return [*found, f"{found[0]}retour/"]


def given_files(superuser: psycopg.Connection, folder: Path) -> list[int]:
    """A file in each state: waiting, to look at, refused, applied."""
    wrong = folder / "virements-de-novembre-au-format-cfonb-240.txt"
    wrong.write_text(("0" * 240 + "\n") * 2)
    kinds = [give(statement(folder, transfer(100 + n, "?", rank=n), name=f"releve-{n}.xml")) for n in range(1, 4)]
    refused = give(wrong)
    for each in (*kinds[1:], refused):
        read(each)
    apply(kinds[2])
    # Those jobs were played here, and not by a worker.
    superuser.execute(
        "UPDATE foundation_jobprogress SET state = 'DONE' WHERE key NOT LIKE %s", [f"bankfile:{kinds[0]}/%"]
    )
    return [*kinds, refused]
