"""Every page of the tenants’ and partners’ sites in Chromium, by the tables of pages: a new one is walked by itself.

At both widths and in both schemes. The tenants’ site again in Arabic, less the rules of colours: the direction moves
what is on a page, and changes none of its colours.
"""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve
from playwright.sync_api import sync_playwright
from tests.allocation import write_sealed_sitting
from tests.applications import write_applications
from tests.landlord import Landlord
from tests.operations.test_offers import offered
from tests.own_home import HOME
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.crawl import addresses, numbers_of_person
from tests.sites.looking import BOTH, BUT_COLOURS, site, walked
from tests.sites.phone import Network
from tests.sites.test_first_access_browser import TEXTS, code_sent, elsewhere, printed_code
from tests.sites.test_own_offer import page_of

from palier.agents.models import User
from palier.demo.accounts import password_of
from palier.foundation.clock import now
from palier.home.pages import PAGES as HOME_PAGES
from palier.partner.pages import PAGES as PARTNER_PAGES
from palier.web.factors import Proof, add_application, add_plain_factor
from palier.web.recovery import give_password_link
from palier.web.totp import code_at, new_secret, step_of

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]

__all__ = ["site"]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
# Who has not entered.
NOBODY = ""
# Pages that differ by a word alone (a family of troubles, a subject): as many are enough.
ALIKE = 2
# What a table declares and is not opened here: a way through, a picture, what only a link of a mail opens.
NO_PAGE: Mapping[str, str] = {
    "home:mail_arrive": "what the link of a mail opens",
    "partner:mail_arrive": "what the link of a mail opens",
    "home:provider": "leads to the landlord’s provider, when there is one",
    "home:provider_return": "leads on from the provider",
    "home:repair_photo": "a picture in a page",
    "home:application_piece": "the file that was given",
    "home:own_offer": "looked at below, on an application that was examined",
    "home:own_offer_slip": "a file",
    "home:own_decision_letter": "a file",
    "home:own_letter": "a file",
    "partner:provider": "leads to the landlord’s provider, when there is one",
    "partner:provider_return": "leads on from the provider",
    "partner:home": "leads to the first page of whoever is signed in",
}


@dataclass(slots=True)
class Found:
    """What somebody can open in a site: their pages by name, and the names of their files."""

    client: Client
    prefix: str
    pages: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    @property
    def paths(self) -> list[str]:
        return [path for each in self.pages.values() for path in each]

    def opens(self, path: str) -> Iterator[str]:
        """Open a path of the site; where it leads."""
        name = resolve(path).url_name or ""
        known = self.pages.get(name, [])
        if name in self.files or len(known) >= ALIKE or path in known:
            return
        answer = self.client.get(path)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        body = b"".join(answer).decode("utf-8", "replace")
        answer.close()
        if answer.status_code != 200:
            return
        if not is_page:
            self.files.add(name)
            return
        self.pages[name] = [*known, path]
        yield from (found for found in re.findall(r'href="(/[^"#?]*)', body) if found.startswith(self.prefix))


def found_by(client: Client, namespace: str, numbers: Mapping[str, object]) -> Found:
    """From each address that needs no number, or one of their own, and by the links of each page."""
    found = Found(client, {"home": "/chez-moi/", "partner": "/partenaires/"}[namespace])
    waiting = [
        each.path(numbers)
        for each in addresses()
        if each.name.startswith(f"{namespace}:") and set(each.asks) <= numbers.keys()
    ]
    while waiting:
        waiting += found.opens(waiting.pop(0))
    return found


@pytest.fixture
def superuser(cluster: "Cluster", site: str) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        yield session


def own_numbers(superuser: psycopg.Connection, who: str) -> Mapping[str, object]:
    row = superuser.execute(
        "SELECT person_id FROM agents_user WHERE identifier = %s AND person_id IS NOT NULL", [f"{who}@demo.example"]
    ).fetchone()
    return numbers_of_person(superuser, row[0]) if row else {}


def on_the_way_in(prefix: str, who: str) -> list[tuple[Client, list[str]]]:
    """Half signed in, a password given and no second proof; and, from a link, a password to choose again."""
    identifier, here = f"{who}@demo.example", f"{prefix}acces/"
    half, again = Client(), Client()
    user = User.objects.get(identifier=identifier)
    secret = new_secret()
    add_application(user, secret=secret, code=code_at(secret, step_of(now())), at=now())
    add_plain_factor(user, Proof.EMAIL, at=now())
    told = {"identifier": identifier, "password": password_of(HOME)}
    assert half.post(f"{prefix}connexion/", told).status_code == 302
    link = give_password_link(user.pk, lasts=timedelta(minutes=9), at=now())
    assert again.get(f"{here}nouveau/?lien={link}").status_code == 302
    return [(half, [f"{here}second-facteur/", f"{here}courriel/"]), (again, [f"{here}nouveau/"])]


def with_a_letter(superuser: psycopg.Connection) -> Client:
    """The newcomer, whose letter’s code is good."""
    shutil.rmtree(TEXTS, ignore_errors=True)
    (person,) = superuser.execute("SELECT person_id FROM admission_accessletter").fetchone() or (0,)
    client = Client()
    assert client.post("/chez-moi/ouvrir/", {"code": printed_code(person)}).status_code == 302
    return client


def proven(client: Client, database: str, cluster: "Cluster") -> list[str]:
    """The second proof given; the pages that come next."""
    (way,) = re.findall(r'name="envoyer" value="(\d+)"', client.get("/chez-moi/ouvrir/preuve/").content.decode())[:1]
    client.post("/chez-moi/ouvrir/preuve/", {"envoyer": way})
    assert client.post("/chez-moi/ouvrir/preuve/", {"code": code_sent(database, cluster)}).status_code == 302
    here = "/chez-moi/ouvrir/choisir/"
    return [path for path in (here, f"{here}application/", f"{here}feuille/") if client.get(path).status_code == 200]


def in_arabic(client: Client, path: str) -> None:
    assert client.post("/chez-moi/apparence/", {"langue": "ar", "retour": path}).status_code == 303
    assert b'dir="rtl"' in client.get(path).content


def lacking(namespace: str, table: Mapping[str, object], known: set[str]) -> list[str]:
    """The names of a table that nobody opened."""
    return [name for name in table if name not in known and f"{namespace}:{name}" not in NO_PAGE]


def test_every_page_of_the_tenants_site_is_accessible_and_fits_the_screen_in_arabic_too(
    site: str, superuser: psycopg.Connection, client_as: ClientAs, cluster: "Cluster"
) -> None:
    database = str(connection.settings_dict["NAME"])
    tenant = client_as("locataire_1")
    assert tenant.post("/chez-moi/dossier/droits/demander/copie/", {}).status_code == 302
    people = {who: client_as(who) if who else Client() for who in ("locataire_1", NOBODY, "demandeur_1", "aidant_1")}
    walks: list[tuple[Client, list[str]]] = []
    known: set[str] = set()
    for who, client in people.items():
        found = found_by(client, "home", own_numbers(superuser, who))
        # The first page and the file are another person’s otherwise; the rest is the tenant’s.
        walks.append((client, [path for name, paths in found.pages.items() for path in paths
                               if name not in known or name in ("home", "file", "documents", "repairs")]))  # fmt: skip
        known |= found.pages.keys() | found.files
    walks += on_the_way_in("/chez-moi/", "locataire_2")
    newcomer = with_a_letter(superuser)
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints += walked(browser, site, newcomer, ["/chez-moi/ouvrir/preuve/"], BOTH)
        walks.append((newcomer, elsewhere(lambda: proven(newcomer, database, cluster))))
        for client, paths in walks:
            complaints += walked(browser, site, client, paths, BOTH)
            # One of each: the words alone change from those like it.
            ones = list({resolve(path).url_name: path for path in reversed(paths)}.values())
            elsewhere(partial(in_arabic, client, ones[0]))
            complaints += walked(browser, site, client, ones, BUT_COLOURS)
        browser.close()
    known |= {resolve(path).url_name or "" for _, paths in walks for path in paths} | {"open_proof"}
    print(sum(len(paths) for _, paths in walks), "pages")
    assert complaints == []
    assert lacking("home", {name: page for name, page in HOME_PAGES.items() if "GET" in page.methods}, known) == []


def test_every_page_of_the_partners_site_is_accessible_and_fits_the_screen(
    site: str, superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    walks = on_the_way_in("/partenaires/", "salarie_1")
    known = {resolve(path).url_name or "" for _, paths in walks for path in paths}
    for client in (Client(), client_as("salarie_1"), client_as("fournisseur_1")):
        found = found_by(client, "partner", {})
        walks.append((client, [path for name, paths in found.pages.items() for path in paths if name not in known]))
        known |= found.pages.keys() | found.files
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints = [each for client, paths in walks for each in walked(browser, site, client, paths, BOTH)]
        browser.close()
    assert complaints == []
    assert (
        lacking("partner", {name: page for name, page in PARTNER_PAGES.items() if "GET" in page.methods}, known) == []
    )


@pytest.fixture
def examined(cluster: "Cluster", own_landlord: Landlord) -> Iterator[str]:
    """The address, on the sites, of the dwelling that a commission proposes to Inès."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        write_sealed_sitting(session)
        number = offered(session)
    network = Network()
    yield f"{network.site}{page_of(number)}"
    network.goes()


def test_a_proposed_dwelling_is_accessible_and_fits_the_screen_in_arabic_too(
    examined: str, client_as: ClientAs
) -> None:
    client, (site, path) = client_as("demandeuse"), examined.split("/chez-moi", 1)
    paths = [f"/chez-moi{path}", "/chez-moi/demande/"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints = walked(browser, site, client, paths, BOTH)
        elsewhere(lambda: in_arabic(client, paths[0]))
        complaints += walked(browser, site, client, paths, BUT_COLOURS)
        browser.close()
    assert complaints == []
