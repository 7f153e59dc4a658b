"""One allocation by the pages alone, in Chromium: from the notice to leave to the first notice of the new tenant.

Each person concerned opens their own session; jobs are done by a worker. Eleven other dwellings, with thirty-six
candidates, are made ready by the product's own operations: what is done once by hand is not done twelve times.
"""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psycopg
import pytest
from django.db import connection, connections
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.conftest import ClientAs
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import bring_cookies, sideways, site
from tests.sites.test_desk_bank_files import worker
from tests.sites.twelve_dwellings import CANDIDATES, OTHERS, decide_others, prepare_others

from palier.attribution.tasks import follow_vacancies
from palier.foundation.clock import today

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made

__all__ = ["site"]

pytestmark = pytest.mark.browser
T = TypeVar("T")
SITTING = "CAL-CHEMIN-1"
NOTICE_GIVEN_ON, LAST_DAY, FIRST_DAY, MONTH = date(2026, 11, 2), date(2026, 11, 30), date(2026, 12, 1), "2026-12"
SOON = 30_000
_LEAVES = """
SELECT l.id, l.dwelling_id FROM leases_lease AS l
JOIN estate_residence AS r ON r.id = l.residence_id JOIN estate_agency AS a ON a.id = r.agency_id
JOIN estate_dwelling AS d ON d.id = l.dwelling_id
WHERE l.ends_on IS NULL AND l.notice_given_on IS NULL AND a.code = 'NORD' AND d.rooms IN (2, 3) AND r.commune <> ''
  AND NOT EXISTS (SELECT FROM leases_occupant AS o JOIN agents_user AS u USING (person_id) WHERE o.lease_id = l.id)
  AND NOT EXISTS (SELECT FROM attribution_vacancy AS v WHERE v.dwelling_id = l.dwelling_id AND v.let_on IS NULL)
ORDER BY l.id LIMIT 1
"""
_HERS = """
SELECT a.number FROM demandes_application AS a JOIN agents_user AS u USING (person_id)
WHERE u.identifier = 'demandeur_1@demo.example'
"""
_SHEETS = """
SELECT h.id FROM attribution_sheet AS h JOIN attribution_candidate AS c ON c.id = h.candidate_id
JOIN demandes_application AS a ON a.id = c.application_id
WHERE h.item_id = %s ORDER BY a.number = %s, h.pseudonym
"""


@pytest.fixture
def lived_world(fresh_world: "Made") -> "Made":
    """The site is served on the demonstration as it is made: no need of the months that follow."""
    return fresh_world


@pytest.fixture
def look(cluster: "Cluster", lived_world: "Made") -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as session:
        yield session


@pytest.fixture
def jobs(lived_world: "Made") -> Iterator["subprocess.Popen[str]"]:
    """A worker beside the site, as long as the test lasts."""
    running = worker()
    yield running
    running.terminate()
    running.communicate(timeout=60)


@dataclass(slots=True)
class People:
    """A session of the browser for each person, opened when they first act; what their pages look like."""

    browser: Browser
    client_as: ClientAs
    site: str
    shots: Path
    opened: dict[str, Page] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def page(self, who: str) -> Page:
        if who not in self.opened:
            context = self.browser.new_context(viewport={"width": 1366, "height": 768}, locale="fr-FR")
            bring_cookies(context, aside(lambda: self.client_as(who)), self.site)
            page = context.new_page()
            page.set_default_timeout(SOON)
            page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: self.wrong.append(str(error)))
            self.opened[who] = page
            page.goto(f"{self.site}/{'chez-moi' if who.startswith('demandeur') else 'bureau'}/")
        return self.opened[who]

    def rail(self, who: str, label: str) -> Page:
        """The page to which an entry of the rail leads."""
        page = self.page(who)
        page.get_by_role("navigation").get_by_role("link", name=label, exact=True).first.click()
        return page

    def seen(self, page: Page, name: str) -> None:
        """Kept as it looks at both widths; a page that scrolls sideways is wrong."""
        for width, height in ((390, 844), (1366, 768)):
            page.set_viewport_size({"width": width, "height": height})
            if sideways(page) > 0:
                self.wrong.append(f"{page.url} scrolls sideways at {width}")
            page.screenshot(path=self.shots / f"{name}-{width}.png", full_page=True)


def aside(work: Callable[[], T]) -> T:
    """Away from this thread, which the browser holds."""

    def done() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(done).result(timeout=120)


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).first.click()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("main").get_by_role("link", name=name).first.click()


def says(page: Page, words: str) -> None:
    """The page says it, now or once its job is done."""
    expect(page.get_by_role("main")).to_contain_text(words.replace(" :", "\u00a0:"), timeout=SOON)


def number(session: psycopg.Connection, statement: str, *values: object) -> int:
    return int((session.execute(statement, values).fetchone() or (0,))[0])


def hers(look: psycopg.Connection) -> str:
    """The number of the application whose person signs in: she is the second rank."""
    return str((look.execute(_HERS).fetchone() or ("",))[0])


def leave(people: People, look: psycopg.Connection) -> int:
    """The rent officer notes the notice; in the night the dwelling is announced. Its vacancy."""
    lease, dwelling = look.execute(_LEAVES).fetchone() or (0, 0)
    page = people.page("gestionnaire_nord")
    page.goto(f"{people.site}/bureau/baux/{lease}/")
    follow(page, "Noter un congé")
    says(page, "annoncé à l’attribution")
    page.get_by_label("Congé reçu le").fill(NOTICE_GIVEN_ON.isoformat())
    page.get_by_label("Dernier jour du bail").fill(LAST_DAY.isoformat())
    press(page, "Enregistrer le départ")
    says(page, "est noté")
    aside(lambda: follow_vacancies(timestamp=0))
    return number(look, "SELECT id FROM attribution_vacancy WHERE dwelling_id = %s AND state = 'OPEN'", dwelling)


def match(people: People, look: psycopg.Connection, vacancy: int) -> None:
    """The officer orients the dwelling, asks who it suits, keeps three of them and adds a fourth by her number."""
    page = people.rail("attribution", "Vacances")
    follow(page, "À orienter")
    page.locator(f'main a[href="/bureau/vacances/{vacancy}/"]').first.click()
    says(page, "dû sur un flux")
    people.seen(page, "1-vacance")
    press(page, "Orienter")
    says(page, "à proposer au plus tard le")
    follow(page, "Rapprochement et candidats")
    press(page, "Lancer le rapprochement")
    expect(page.get_by_role("button", name="Relancer le rapprochement")).to_be_visible(timeout=SOON)
    for kept in range(1, 4):
        press(page, re.compile("^Retenir"))
        expect(page.get_by_role("button", name="Retirer")).to_have_count(kept)
    page.get_by_label("Numéro unique").first.fill(hers(look))
    page.get_by_label("Proposée par").select_option("OFFICER")
    press(page, "Ajouter cette demande")
    expect(page.get_by_role("button", name="Retirer")).to_have_count(4)
    people.seen(page, "2-rapprochement")
    follow(page, "séance de la commission")
    says(page, "Commission d’attribution")


def draw_up(people: People, look: psycopg.Connection, vacancy: int) -> int:
    """The secretary draws the agenda up, twelve dwellings and forty candidates, and convenes the members."""
    dwelling = number(look, "SELECT dwelling_id FROM attribution_vacancy WHERE id = %s", vacancy)
    vacancies = [vacancy, *aside(lambda: prepare_others(look, besides=dwelling, but=hers(look)))]
    page = people.rail("secretaire_caleol", "Commission")
    page.get_by_role("link", name="Nouvelle séance").click()
    page.get_by_label("Numéro").fill(SITTING)
    page.get_by_label("Le", exact=True).fill(today().isoformat())
    page.get_by_label("À", exact=True).fill("14:30")
    page.get_by_label("Lieu").fill("Salle du conseil")
    press(page, "Préparer la séance")
    for each in vacancies:
        page.get_by_label("Logement à examiner").select_option(str(each))
        press(page, "Inscrire, et établir ses fiches")
        says(page, "Logement inscrit")
    people.seen(page, "3-ordre-du-jour")
    press(page, "Convoquer les membres")
    says(page, "les fiches leur sont ouvertes")
    counted = look.execute("SELECT count(DISTINCT item_id), count(*) FROM attribution_sheet AS h JOIN attribution_item "
                           "AS i ON i.id = h.item_id JOIN attribution_sitting AS s ON s.id = i.sitting_id "
                           "WHERE s.number = %s", [SITTING]).fetchone()  # fmt: skip
    assert counted == (OTHERS + 1, CANDIDATES + 4)
    return number(look, "SELECT id FROM attribution_item WHERE vacancy_id = %s ORDER BY id DESC", vacancy)


def read_by_a_member(people: People) -> None:
    """A member reads the sheets of their points, one after the other, and no name."""
    page = people.page("membre_caleol")
    follow(page, re.compile(SITTING))
    follow(page, re.compile("porte"))
    says(page, "Taux d’effort, avant aide")
    people.seen(page, "4-fiches")
    assert "Jujubier" not in page.content()
    follow(page, "Point suivant")
    says(page, "Point 2")


def decide(people: People, look: psycopg.Connection, item: int) -> None:
    """Presences, the quorum, a recusal said aloud; then votes and decisions by the keys, the first dwelling whole."""
    page = people.page("secretaire_caleol")
    for each in page.locator("select[name^=presence-]").all():
        each.select_option("PRESENT")
    press(page, "Noter les présences")
    says(page, "Voix présentes ou représentées : 5.")
    page.get_by_label("Point dont il se déporte").select_option(index=11)
    press(page, "Noter un déport")
    says(page, "ce membre ne lit plus rien de ce point")
    people.seen(page, "5-presences")
    press(page, "Ouvrir la séance")
    follow(page, re.compile("porte"))
    first, *others, second = [row[0] for row in look.execute(_SHEETS, [item, hers(look)])]
    sheets = [first, second, *others]
    opened(page, first)
    for voice in page.locator(f"#f{first} select[name^=voix-]").all():
        voice.select_option("FOR")
    page.locator(f"#f{first}").get_by_role("button", name=re.compile("^Enregistrer les voix")).click()
    for rank, sheet in enumerate(sheets, start=1):
        opened(page, sheet)
        page.locator(f"#s{sheet}_kind").focus()
        page.keyboard.press("2" if rank < 3 else "4")
        page.keyboard.press("Tab")
        if rank < 3:
            page.keyboard.type(str(rank))
        else:
            page.keyboard.press("Tab")
            page.keyboard.type("un candidat plus prioritaire")
            page.keyboard.press("Tab")
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(f"#f{sheet} > summary")).not_to_contain_text("à décider")
    people.seen(page, "6-decisions")
    aside(lambda: decide_others(look, but=item))
    follow(page, f"Séance {SITTING}")


def opened(page: Page, sheet: int) -> None:
    """The candidate whose form is shown: one at a time."""
    if page.locator(f"#f{sheet}").get_attribute("open") is None:
        page.locator(f"#f{sheet} > summary").click()


def seal(people: People) -> None:
    """The sitting ends, its minutes are sealed and read."""
    page = people.page("secretaire_caleol")
    press(page, "Lever la séance")
    press(page, "Sceller le procès-verbal")
    link = page.get_by_role("link", name="Procès-verbal scellé (PDF)").get_attribute("href")
    minutes = page.request.get(f"{people.site}{link}").body()
    assert minutes.startswith(b"%PDF")
    (people.shots / "proces-verbal.pdf").write_bytes(minutes)
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=minutes, capture_output=True, check=True)
    told = read.stdout.decode()
    assert told.count("attribution avec rang") == 2
    assert told.count("un candidat plus prioritaire") == 2
    assert told.count("dossier incomplet") == CANDIDATES
    assert "Point 12" in told
    assert "Jujubier" not in told


def answer(people: People, look: psycopg.Connection) -> None:
    """Letters, the first rank refuses, the second has its letter by itself and accepts; the lease is signed."""
    page = people.page("secretaire_caleol")
    follow(page, "Lettres aux candidats")
    press(page, "Faire les lettres")
    offered = page.get_by_role("row").filter(has_text="OFF-")
    expect(offered).to_have_count(1, timeout=SOON)
    expect(page.get_by_role("row").filter(has_text="DEC-")).to_have_count(CANDIDATES + 4)
    people.seen(page, "7-lettres")
    receive(page, look)
    page.get_by_label("Réponse", exact=True).select_option("NON")
    page.get_by_label("Motif du refus").select_option(index=1)
    press(page, "Noter la réponse")
    says(page, "Le refus est noté")
    follow(page, "lettres de la séance")
    until(lambda: bool(page.reload()) and offered.count() == 2)
    receive(page, look)
    people.seen(page, "8-proposition")
    page.get_by_label("Réponse", exact=True).select_option("OUI")
    press(page, "Noter la réponse")
    page.get_by_label("Début du bail").fill(FIRST_DAY.isoformat())
    page.get_by_label("Dépôt de garantie").fill("300")
    press(page, "Le bail est signé")
    says(page, "Bail écrit")
    people.seen(page, "9-bail-ecrit")
    ended = look.execute(
        "SELECT state, radiation_motive FROM demandes_application WHERE number = %s", [hers(look)]
    ).fetchone()
    assert ended == ("RADIATED", "ATTRIBUTION")


def receive(page: Page, look: psycopg.Connection) -> None:
    """The letter that offers the dwelling reached its person: to the offer that runs from there."""
    waits = page.get_by_role("row").filter(has_text="OFF-").filter(has=page.get_by_role("button"))
    waits.get_by_role("button").click()
    says(page, "La réception est notée")
    follow(page, "Propositions")
    offer = number(look, "SELECT max(id) FROM attribution_offer")
    page.locator(f'main a[href="/bureau/propositions/{offer}/"]').click()
    page.wait_for_url(f"**/bureau/propositions/{offer}/")


def bill(people: People, look: psycopg.Connection) -> None:
    """The next month is computed again, read, sealed by someone else; the new tenant finds their first notice."""
    lease = number(look, "SELECT lease_id FROM attribution_offer WHERE state = 'ACCEPTED' ORDER BY id DESC")
    page = people.page("siege")
    page.goto(f"{people.site}/bureau/quittancement/{MONTH}/")
    press(page, "Recalculer")
    run = "SELECT count(*) FROM quittancement_bill WHERE lease_id = %s AND month = %s"
    until(lambda: number(look, run, lease, FIRST_DAY) == 1)
    page.goto(f"{people.site}/bureau/quittancement/{MONTH}/")
    review = page.get_by_role("button", name="Viser la relecture")
    while review.is_disabled():
        press(page, re.compile("^Justifiée"))
        page.wait_for_load_state("networkidle")
    review.click()
    page = people.page("comptable")
    page.goto(f"{people.site}/bureau/quittancement/{MONTH}/")
    follow(page, "Sceller le mois…")
    press(page, re.compile("^Sceller"))
    issue = page.get_by_role("button", name="Éditer les avis")
    expect(issue).to_be_enabled(timeout=SOON)
    issue.click()
    paper = "SELECT count(*) FROM mail_document WHERE lease_id = %s AND pdf_sha256 <> ''"
    until(lambda: number(look, paper, lease) == 1)
    page = people.page("demandeur_1")
    people.seen(page, "10-chez-moi")
    page.goto(f"{people.site}/chez-moi/documents/")
    says(page, "décembre 2026")
    people.seen(page, "11-documents")


def until(true: Callable[[], bool]) -> None:
    """What a job does is there within half a minute."""
    for _ in range(120):
        if true():
            return
        time.sleep(0.25)
    raise AssertionError


@pytest.mark.timeout(300)
def test_a_dwelling_goes_from_a_notice_to_leave_to_the_first_notice_of_its_next_tenant(
    site: str,
    look: psycopg.Connection,
    client_as: ClientAs,
    jobs: "subprocess.Popen[str]",
    tmp_path: Path,
) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        people = People(browser, client_as, site, tmp_path)
        vacancy = leave(people, look)
        match(people, look, vacancy)
        item = draw_up(people, look, vacancy)
        read_by_a_member(people)
        decide(people, look, item)
        seal(people)
        answer(people, look)
        bill(people, look)
        browser.close()
    assert people.wrong == []
