"""Passkeys and the lodge's shared computer in Chromium: a virtual key, tabs that die, axe on each page."""

import re
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING
from wsgiref.simple_server import make_server

import pytest
from django.contrib.auth.hashers import make_password
from django.core.wsgi import get_wsgi_application
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import sideways, violations
from tests.sites.web_server import Quiet, Threaded

from palier.foundation.clock import now
from palier.web.totp import code_at, step_of

if TYPE_CHECKING:
    from tests.conftest import Cluster
    from tests.landlord import Landlord

PASSWORD = "trois rivieres et un pont"
SIZES = [(390, 844), (1366, 768)]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
]


@pytest.fixture
def site(cluster: "Cluster", own_landlord: "Landlord") -> Iterator[str]:
    """The real sites under the name that browsers give keys for."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute("UPDATE agents_user SET password = %s", [make_password(PASSWORD)])
    server = make_server("localhost", 0, get_wsgi_application(), Threaded, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def browser(site: str) -> Iterator[Browser]:
    # After the database and before it: while a browser is driven from here, Django refuses this thread any query.
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


def with_a_key(page: Page, *, knows_its_owner: bool = True) -> None:
    """Plug a key into the browser, which answers by itself."""
    plugged = page.context.new_cdp_session(page)
    plugged.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": knows_its_owner,
        "automaticPresenceSimulation": True,
    }
    plugged.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def type_password(page: Page, site: str, identifier: str = "siege") -> None:
    page.goto(f"{site}/bureau/entrer/")
    page.fill("[name=identifier]", identifier)
    page.fill("[name=password]", PASSWORD)
    page.click("button:has-text('Se connecter')")


def enrol_a_key(page: Page, site: str) -> None:
    type_password(page, site)
    page.click("text=Créer une clé d’accès")
    page.wait_for_selector("h1:has-text('Vos codes de secours')")
    page.click("text=Je les ai notés")
    page.wait_for_url(f"{site}/bureau/")


def look(page: Page, name: str) -> list[str]:
    """What axe and the width of the screen say of the page as it stands."""
    wrong: list[str] = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        against = violations(page)
        if against:
            wrong.append(f"{name} {width}: {against}")
        if sideways(page) > 0:
            wrong.append(f"{name} scrolls sideways at {width}")
    return wrong


def test_a_key_is_made_then_opens_the_desk_without_identifier_or_password(visitor: BrowserContext, site: str) -> None:
    page = visitor.new_page()
    with_a_key(page)
    enrol_a_key(page, site)
    page.goto(f"{site}/bureau/acces/cles/")
    assert "Chrome, Linux" in page.inner_text("main")
    page.click("main >> text=Se déconnecter")
    page.wait_for_url(f"{site}/bureau/entrer/")
    page.click("text=Entrer avec ma clé d’accès")
    page.wait_for_url(f"{site}/bureau/")
    page.goto(f"{site}/bureau/acces/sessions/")
    assert "Second facteur : clé d’accès" in page.inner_text("main").replace("\u00a0", " ")


def test_a_key_is_the_second_factor_after_a_password(visitor: BrowserContext, site: str) -> None:
    page = visitor.new_page()
    with_a_key(page)
    enrol_a_key(page, site)
    page.click("summary:has-text('siege')")
    page.click("details[open] >> text=Se déconnecter")
    type_password(page, site)
    page.wait_for_url(f"{site}/bureau/acces/second-facteur/")
    page.click("text=Me servir de ma clé d’accès")
    page.wait_for_url(f"{site}/bureau/")


def test_a_key_that_does_not_know_its_owner_or_belongs_to_nobody_opens_nothing(
    browser: Browser, visitor: BrowserContext, site: str
) -> None:
    owner = visitor.new_page()
    with_a_key(owner)
    enrol_a_key(owner, site)
    elsewhere = browser.new_context()
    stranger = elsewhere.new_page()
    with_a_key(stranger)
    type_password(stranger, site, "comptable")
    # Their own key is not the one that this account knows.
    stranger.click("text=Créer une clé d’accès")
    stranger.wait_for_selector("h1:has-text('Vos codes de secours')")
    type_password_again = elsewhere.new_page()
    elsewhere.clear_cookies()
    with_a_key(type_password_again)
    type_password(type_password_again, site)
    type_password_again.click("text=Me servir de ma clé d’accès")
    type_password_again.wait_for_selector("text=La clé d’accès n’a pas répondu")
    assert "/second-facteur/" in type_password_again.url
    elsewhere.close()
    careless = browser.new_context()
    page = careless.new_page()
    with_a_key(page, knows_its_owner=False)
    type_password(page, site, "responsable_nord")
    page.click("text=Créer une clé d’accès")
    page.wait_for_selector("text=La clé d’accès n’a pas répondu")
    careless.close()


def test_the_lodges_computer_shows_nothing_of_the_one_before(visitor: BrowserContext, site: str) -> None:
    """A caretaker signs out in one tab: the other empties itself, the way back leads to the sign-in page."""
    first = visitor.new_page()
    first.goto(f"{site}/terrain/connexion/")
    first.fill("[name=identifier]", "gardien_nord")
    first.fill("[name=password]", PASSWORD)
    first.check("[name=shared]")
    first.click("button:has-text('Se connecter')")
    first.click("text=Continuer avec un facteur simulé")
    first.wait_for_selector("text=Les Tilleuls")
    second = visitor.new_page()
    second.goto(f"{site}/terrain/residence/11/")
    assert "Amandier" in second.inner_text("body")
    first.click("summary:has-text('gardien_nord')")
    first.click("details[open] >> text=Se déconnecter")
    first.wait_for_url(re.compile("/terrain/connexion/"))
    second.wait_for_url(re.compile("/terrain/connexion/"))
    assert "Amandier" not in second.content()
    for page in (first, second):
        page.go_back()
        page.wait_for_load_state()
        assert "Amandier" not in page.content()
        assert "Tilleuls" not in page.content()
    # Without a script, an old tab still answers nothing.
    assert second.request.get(f"{site}/terrain/residence/11/", max_redirects=0).status == 302


def test_every_page_of_signing_in_is_accessible_and_fits_the_screen(
    browser: Browser, visitor: BrowserContext, site: str
) -> None:
    page = visitor.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "422" not in message.text else None)
    page.on("request", lambda request: complaints.append(request.url) if not request.url.startswith(site) else None)
    with_a_key(page)
    page.goto(f"{site}/bureau/entrer/")
    wrong = look(page, "sign_in")
    type_password(page, site)
    wrong += look(page, "enrol")
    page.click("text=Je ne peux pas scanner")
    secret = page.inner_text("details[open] .code").replace(" ", "")
    page.fill("[name=code]", "000000")
    page.click("text=Enregistrer l’application")
    wrong += look(page, "enrol refused")
    page.fill("[name=code]", code_at(secret, step_of(now())))
    page.click("text=Enregistrer l’application")
    page.wait_for_selector("h1:has-text('Vos codes de secours')")
    wrong += look(page, "recovery_codes")
    page.click("text=Je les ai notés")
    for name in ("sessions", "cles", "mot-de-passe", "choisir", "verifier"):
        page.goto(f"{site}/bureau/acces/{name}/")
        wrong += look(page, name)
    with page.expect_download():
        page.goto(f"{site}/bureau/acces/verifier/?next=/bureau/baux/export/csv")
        # The password alone no longer proves anything; the code just used does not serve twice.
        page.fill("[name=code]", code_at(secret, step_of(now()) + 1))
        page.click("text=Vérifier le code")
    wrong += look(page, "proved")
    other = browser.new_context().new_page()
    type_password(other, site)
    wrong += look(other, "second_factor")
    other.context.clear_cookies()
    type_password(other, site, "dpo")
    other.click("text=Continuer avec un facteur simulé")
    other.goto(f"{site}/bureau/comptes/?identifiant=siege")
    wrong += look(other, "sign_in_accounts")
    other.click("text=Réinitialiser le second facteur")
    other.wait_for_selector("text=Remettez ce lien")
    wrong += look(other, "reset")
    other.context.close()
    assert wrong == []
    assert complaints == []
