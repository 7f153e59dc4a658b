"""A tenant’s whole day on a telephone, in one chain: from the letter’s code to the file taken away, in a ZIP.

Three people live it on one landlord: one points, one has the keys alone, one has no script (an application’s codes
take the place of the passkey). No address is typed but the first: each page is reached from the one before.
"""

import io
import os
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.simple_server import make_server

import psycopg
import pytest
from django.core.wsgi import get_wsgi_application
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect, sync_playwright
from tests.conftest import WORLD, ClientAs
from tests.operations.cards import running_gateway, treat
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.keys import Keys, Pointer, Way
from tests.sites.looking import sideways
from tests.sites.test_first_access_browser import code_sent, elsewhere, printed_code
from tests.sites.test_passkeys_browser import with_a_key
from tests.sites.web_server import Quiet, Threaded

from palier.demo.gateway import send
from palier.foundation.clock import now, today
from palier.foundation.holidays import next_working_day
from palier.rights.tasks import copy as copy_file
from palier.web.totp import code_at, step_of

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made

PHONE = {"width": 390, "height": 844}
PASSWORD = "trois rivieres et un pont"
# Where to leave screenshots, when somebody wants to look: a folder outside the repository.
SHOTS = os.environ.get("PALIER_SHOTS", "")
# Alone on their lease, owing something that no debit takes, reached by a telephone of their own, with no account yet.
NEWCOMERS = """
SELECT o.person_id, l.id, u.identifier
FROM leases_occupant AS o
JOIN leases_lease AS l ON l.id = o.lease_id AND l.ends_on IS NULL
JOIN estate_residence AS r ON r.id = l.residence_id
JOIN agents_agent AS a ON a.agency_id = r.agency_id AND a.role = 'rent_officer'
JOIN agents_user AS u ON u.agent_id = a.id
WHERE o.role = 'HOLDER' AND o.moved_out_on IS NULL
  AND NOT EXISTS (SELECT FROM leases_occupant AS b WHERE b.lease_id = l.id AND b.role <> 'HOLDER')
  AND NOT EXISTS (SELECT FROM agents_user AS b WHERE b.person_id = o.person_id)
  AND NOT EXISTS (SELECT FROM agents_protectedperson AS b WHERE b.person_id = o.person_id)
  AND NOT EXISTS (SELECT FROM banking_sepamandate AS b WHERE b.account_id = l.account_id)
  AND EXISTS (SELECT FROM people_contact AS b WHERE b.person_id = o.person_id AND b.channel = 'SMS')
  AND EXISTS (SELECT FROM mail_document AS b WHERE b.lease_id = l.id AND b.pdf_sha256 <> '')
  AND (SELECT sum(b.amount_cents) FROM ledger_posting AS b WHERE b.account_id = l.account_id) > 0
ORDER BY o.person_id
"""

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@dataclass(slots=True)
class Town:
    """The landlord that the three share, served; who lives their day next."""

    site: str
    database: str
    newcomers: list[tuple[int, int, str]]


@dataclass(slots=True)
class Day:
    """One person’s day: how they act, and what it left."""

    page: Page
    way: Way
    town: Town
    cluster: "Cluster"
    client_as: ClientAs
    name: str
    lease: int
    officer: str
    opened: list[str] = field(default_factory=list)

    def goes(self, name: str) -> None:
        self.way.goes(self.page, name)
        self.opened.append(self.page.url)

    def goes_home(self) -> None:
        """The landlord’s name, at the top of every page."""
        self.goes("Chez moi")
        expect(self.page.locator("ul.doors")).to_be_visible()

    def shown(self, name: str) -> None:
        if SHOTS:
            self.page.screenshot(path=f"{SHOTS}/{self.name}-{name}.png", full_page=True)
        assert sideways(self.page) <= 0, self.page.url

    def is_told(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=15_000)

    def asked(self, statement: str) -> tuple[int, ...]:
        with self.cluster.as_superuser(self.town.database) as superuser:
            row: tuple[int, ...] | None = superuser.execute(statement.encode(), {"lease": self.lease}).fetchone()
        assert row is not None, statement
        return row


@pytest.fixture(scope="module")
def town(cluster: "Cluster", _world: "Made") -> Iterator[Town]:
    """The demonstration under the name that browsers give keys for, with its gateway."""
    with cluster.own_copy(WORLD) as database, cluster.as_superuser(database) as superuser:
        server = make_server("localhost", 0, get_wsgi_application(), Threaded, Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        found = [(int(person), int(lease), str(officer)) for person, lease, officer in superuser.execute(NEWCOMERS)]
        with running_gateway(sender=send):
            yield Town(site=f"http://localhost:{server.server_port}", database=database, newcomers=found)
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("name", "way", "has_scripts"),
    [("fr", Pointer(), True), ("clavier", Keys(), True), ("sans-script", Pointer(), False)],
)
def test_a_whole_day_from_the_letter_to_the_file_taken_away(
    town: Town, cluster: "Cluster", client_as: ClientAs, tmp_path: Path, name: str, way: Way, has_scripts: bool
) -> None:
    person, lease, officer = town.newcomers.pop(0)
    code = printed_code(person)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport=PHONE, java_script_enabled=has_scripts, accept_downloads=True)
        context.set_default_timeout(15_000)
        day = Day(context.new_page(), way, town, cluster, client_as, name, lease, officer)
        day.page.goto(f"{town.site}/chez-moi/connexion/")
        enters(day, code)
        if has_scripts:
            with_their_key(day)
        else:
            with_an_application(day)
        pays(day)
        keeps_a_notice(day, tmp_path / f"{name}.pdf")
        reports(day)
        reads_the_answer(day)
        looks_who_read(day)
        agrees_then_not(day)
        takes_all_away(day)
        if name == "fr":
            assert in_arabic(context, day) == []
        browser.close()


def enters(day: Day, code: str) -> None:
    """The letter’s code, then the one that a telephone receives."""
    day.goes("J’ai reçu une lettre avec un code")
    day.shown("01-lettre")
    day.way.types(day.page, "code", code.lower())
    day.goes("Continuer")
    day.is_told("Une seconde preuve")
    day.goes("Par SMS")
    day.is_told("Le code part maintenant")
    day.way.types(day.page, "code", elsewhere(lambda: code_sent(day.town.database, day.cluster)))
    day.shown("02-preuve")
    day.goes("Vérifier")
    day.is_told("Comment entrer ensuite")


def leaves(day: Day) -> None:
    day.way.opens(day.page, "Compte de")
    day.goes("Se déconnecter")
    day.page.wait_for_url("**/chez-moi/connexion/**")


def with_their_key(day: Day) -> None:
    """A passkey is made; gone and back, it alone opens."""
    with_a_key(day.page)
    day.shown("03-choisir")
    day.goes("Créer ma clé d’accès")
    expect(day.page.locator("ul.doors")).to_be_visible(timeout=15_000)
    leaves(day)
    day.goes("Entrer avec ma clé d’accès")
    expect(day.page.locator("ul.doors")).to_be_visible(timeout=15_000)


def with_an_application(day: Day) -> None:
    """Without a script no key can be asked: a password, and a telephone’s application."""
    day.goes("Une application à codes")
    account = day.page.locator('[autocomplete="username"]').get_attribute("value") or ""
    day.way.opens(day.page, "Je ne peux pas scanner")
    secret = day.page.inner_text("details[open] .code").replace(" ", "")
    day.way.types(day.page, "wanted", PASSWORD)
    day.way.types(day.page, "again", PASSWORD)
    day.way.types(day.page, "code", code_at(secret, step_of(now())))
    day.shown("03-choisir")
    day.goes("Ouvrir mon espace")
    day.is_told("Notez-les sur papier")
    day.goes("Je les ai notés")
    leaves(day)
    day.way.types(day.page, "identifier", account)
    day.way.types(day.page, "password", PASSWORD)
    day.goes("Se connecter")
    # The code just used does not serve twice.
    day.way.types(day.page, "code", code_at(secret, step_of(now()) + 1))
    day.goes("Vérifier")
    expect(day.page.locator("ul.doors")).to_be_visible()


def pays(day: Day) -> None:
    """The balance, then all of it by card at the simulated gateway, and back."""
    expect(day.page.locator("h1.said")).to_contain_text("€")
    day.shown("04-accueil")
    day.goes("Payer")
    day.shown("05-payer")
    day.goes("Payer par carte")
    day.goes("Aller à la page de paiement")
    day.goes("Payer")
    day.is_told("En attente")
    assert elsewhere(treat) == 1
    day.goes("Actualiser")
    day.is_told("Reçu")
    day.shown("06-paye")
    assert day.asked("SELECT count(*) FROM banking_cardpayment AS c JOIN leases_lease AS l USING (account_id)"
                     " WHERE l.id = %(lease)s AND state = 'PAID'") == (1,)  # fmt: skip


def keeps_a_notice(day: Day, kept: Path) -> None:
    """A notice is downloaded, and anyone proves it from the file alone."""
    day.goes_home()
    day.goes("Mes documents")
    day.shown("07-documents")
    day.goes("PDF : Avis")
    # The browser shows it; kept from there, as its own button does.
    kept.write_bytes(day.page.context.request.get(day.page.url).body())
    day.page.go_back()
    day.opened.pop()
    asked = [sys.executable, "-m", "palier", "notice", "check", str(kept)]
    told = subprocess.run(asked, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr


def photo() -> FilePayload:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "steelblue").save(out, "JPEG")
    return {"name": "fuite.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def reports(day: Day) -> None:
    """A leak, with its photo; the day of the answer is told at once."""
    day.goes_home()
    day.goes("Signaler")
    day.goes("Eau, fuites")
    day.goes("Un robinet fuit")
    day.way.chooses(day.page, "since", "WEEK")
    day.way.chooses(day.page, "access", "PRESENT")
    day.way.gives(day.page, "photo1", photo())
    day.shown("08-fuite")
    day.goes("Envoyer la demande")
    day.is_told("Reçu. Nous répondons avant la fin du")
    expect(day.page.locator('main img[src*="/signaler/photo/"]')).to_have_count(1)
    day.shown("09-suivi")


def reads_the_answer(day: Day) -> None:
    """The agency gives the leak to a plumber and proposes an appointment; the tenant reads it, and takes it."""
    elsewhere(lambda: answered(day))
    day.goes_home()
    day.goes("Signaler")
    day.goes("Robinet, mitigeur")
    day.is_told("Quel moment vous convient")
    day.shown("10-reponse")
    day.goes("de 10 h")
    day.is_told("Rendez-vous le")
    day.shown("11-rendez-vous")


def answered(day: Day) -> None:
    (ticket,) = day.asked("SELECT ticket_id FROM maintenance_repairrequest WHERE lease_id = %(lease)s ORDER BY id DESC")
    one, agent = f"/bureau/proximite/demandes/{ticket}/", day.client_as(day.officer)
    assert agent.get(one).status_code == 200
    assert agent.post(f"{one}confier/", {"trade": "PLUMBER"}).status_code == 302
    slot = {"day1": next_working_day(today() + timedelta(days=7)).isoformat(), "part1": "MORNING"}
    others = {"part2": "MORNING", "part3": "MORNING"}
    assert agent.post(f"{one}rendez-vous/", {"bail": day.lease, **slot, **others}).status_code == 302


def looks_who_read(day: Day) -> None:
    """The agent who just answered is in the list: an office and a trade, no name."""
    day.goes_home()
    day.goes("Mon dossier")
    day.shown("12-dossier")
    day.goes("Qui a consulté mon dossier")
    expect(day.page.locator("h1")).to_contain_text("Qui a consulté")
    expect(day.page.locator("main")).to_contain_text(re.compile("gestionnaire", re.IGNORECASE))
    day.shown("13-lectures")


def agrees_then_not(day: Day) -> None:
    """An agreement is given after its text is unfolded, then taken back."""
    day.goes_home()
    day.goes("Mon dossier")
    day.goes("Mes accords")
    agreed = day.page.locator("section.box .tag", has_text="Accepté")
    before = agreed.count()
    day.way.opens(day.page, "Lire le texte et accepter")
    day.goes("Je suis d’accord")
    expect(agreed).to_have_count(before + 1)
    day.shown("14-accord")
    day.goes("Retirer mon accord")
    expect(agreed).to_have_count(before)
    day.shown("15-retrait")
    said = day.asked("SELECT count(*) FILTER (WHERE word = 'GIVEN'), count(*) FILTER (WHERE word <> 'GIVEN')"
                     " FROM leases_consent WHERE lease_id = %(lease)s AND means = 'SPACE'")  # fmt: skip
    assert said == (1, 1)


def takes_all_away(day: Day) -> None:
    """All that is kept is asked for, prepared by the DPO, downloaded and opened."""
    day.goes_home()
    day.goes("Mon dossier")
    day.goes("Demander une copie de tout mon dossier, sous un mois")
    day.goes("Envoyer ma demande")
    day.page.wait_for_url(re.compile(r"/dossier/droits/\d+/"))
    day.shown("16-export")
    elsewhere(lambda: copied(day))
    day.goes("Mes droits")
    day.goes("du " + f"{today():%d/%m/%Y}")
    day.shown("17-copie")
    with zipfile.ZipFile(io.BytesIO(day.way.downloads(day.page, "Télécharger la copie"))) as archive:
        assert archive.testzip() is None
        names, whole = archive.namelist(), archive.read("dossier.json").decode()
        assert archive.read("dossier.pdf").startswith(b"%PDF-")
    assert any(name.startswith("documents/") for name in names), names
    # What was done that day is in it: the leak, the agreement, who read the file.
    for told in ("maintenance_repairrequest", "leases_consent", "Gestionnaire"):
        assert told in whole


def copied(day: Day) -> None:
    (number,) = day.asked("SELECT q.id FROM rights_request AS q JOIN leases_occupant AS o USING (person_id)"
                          " WHERE o.lease_id = %(lease)s ORDER BY q.id DESC")  # fmt: skip
    officer = day.client_as("dpo")
    asked = f"/bureau/donnees/demandes/{number}/"
    assert "votre réponse" in officer.get("/bureau/").content.decode()
    assert officer.post(f"{asked}copie/").status_code == 302
    with day.cluster.as_superuser(day.town.database) as superuser:
        copy_file(**last_job(superuser, copy_file.name))
    assert officer.post(f"{asked}repondre/", {"decision": "GRANTED", "phrases": ["COPY_ONLINE"]}).status_code == 302


def last_job(superuser: psycopg.Connection, name: str) -> dict[str, int]:
    (args,) = superuser.execute(
        "SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id DESC", [name]
    ).fetchone() or ({},)
    return dict(args)


def in_arabic(context: BrowserContext, day: Day) -> list[str]:
    """The pages of that day again, from right to left: none wider than the screen."""
    page = context.new_page()
    page.goto(f"{day.town.site}/chez-moi/")
    page.get_by_role("button", name="العربيّة").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    wide = []
    for rank, address in enumerate(dict.fromkeys(each for each in day.opened if each.startswith(day.town.site))):
        if "/connexion/" in address or "/ouvrir/" in address:
            continue
        page.goto(address)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/ar-{rank:02d}.png", full_page=True)
        wide += [address] if sideways(page) > 0 else []
    return wide
