"""Applications in Chromium, at the desk and at home: accessible, within the screen at both widths."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from wsgiref.simple_server import make_server

import psycopg
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright
from tests.applications import (
    HERS,
    HIS,
    HIS_NUMBER,
    MOTHER,
    OFFICER,
    SECRETARY,
    SON,
    clone_application,
    write_applications,
)
from tests.landlord import Landlord, insert
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import bring_cookies, walked
from tests.sites.web_server import Quiet, Threaded

from palier.attribution.operations.matching import match_vacancy
from palier.demandes.operations.trials import run_trial
from palier.demandes.queries.grids import grids_on
from palier.demandes.rules.trials import reweighed
from palier.desk.views_headings import HEADINGS
from palier.foundation.clock import now, today
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]

pytestmark = pytest.mark.browser
VACANCY, TRIAL = 71, 81


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """A file with something in every compartment."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        insert(session, "demandes_piece", [
            {"application_id": HERS, "member_id": member, "code": code, "state": state, "ground": ground,
             "asked_on": today(), "given_on": today() if state != "ASKED" else None, "content_sha256": ""}
            for member, code, state, ground in (
                (MOTHER, "IDENTITE", "ASKED", ""), (MOTHER, "AVIS_N2", "GIVEN", ""),
                (SON, "AVIS_N2", "PROVED", ""), (MOTHER, "BULLETINS_SALAIRE", "REJECTED", "PERIME"))
        ])  # fmt: skip
        insert(session, "demandes_refusedpaper", [
            {"application_id": HERS, "kind": "HEALTH", "outcome": "GIVEN_BACK", "at": now()},
        ])  # fmt: skip
        for code, proof in (("DALO", "DECLARED"), ("MAL_LOGE", "PROVED")):
            insert(session, "demandes_priority", [{"application_id": HERS, "code": code, "proof": proof}])
        insert(session, "demandes_need", [{"application_id": HERS, "code": "DOUCHE_ADAPTEE", "proof": "REJECTED"}])
        insert(session, "demandes_officialscore", [
            {"application_id": HERS, "territory": "DEMO", "points": "42.00", "computed_on": today(),
             "source": "SNE", "received_at": now()},
        ])  # fmt: skip
        session.execute("UPDATE demandes_application SET expires_on = %s, warned_on = %s, warned_for = 'NON_REPONSE'"
                        " WHERE id = %s", [today() - timedelta(days=3), today(), HERS])  # fmt: skip
        _matched(session)
        _tried(session)
        yield session


def _matched(session: psycopg.Connection) -> None:
    """A dwelling whose matching suits one of them and not the other; a pair to look at."""
    session.execute("UPDATE estate_residence SET commune = '93066' WHERE id = 11")
    session.execute("UPDATE demandes_resources SET n2_year = 2024")
    insert(session, "attribution_vacancy", [
        {"id": VACANCY, "dwelling_id": 1102, "residence_id": 11, "announced_on": today(), "expected_on": today(),
         "available_on": today(), "rent_cents": 40_000, "charges_cents": 5_000, "state": "ORIENTED",
         "withdrawn_for": "", "version": 1},
    ])  # fmt: skip
    insert(session, "attribution_candidate", [
        {"vacancy_id": VACANCY, "application_id": HERS, "source": "OFFICER", "added_on": today(),
         "added_by_id": OFFICER, "withdrawn_for": ""},
    ])  # fmt: skip
    insert(session, "demandes_duplicate", [
        {"first_id": HERS, "second_id": HIS, "key": "PERSON", "state": "PROPOSED"},
    ])  # fmt: skip
    with batch(Batch.ALLOCATION, operator="test", motive="ATTRIBUTION", command="test"):
        match_vacancy(vacancy_id=VACANCY, on=today(), at=now())


def _tried(session: psycopg.Connection) -> None:
    """A grid tried on forty-two applications."""
    session.execute("UPDATE demandes_wish SET commune = '00100' WHERE application_id = %s", [HIS])
    clone_application(session, HIS, 40, first=2_000)
    grid = grids_on(today())[0]
    points = {"JEUNE_COUPLE": 5, "ANCIENNETE.0": 4, "EFFORT.1": 6, "PARENT_SEUL": 12}
    tried = reweighed(grid, points, version="ESSAI-20261123-0417")
    insert(session, "demandes_gridtrial", [
        {"id": TRIAL, "territory": grid.territory, "path": grid.path.value, "version": tried.version,
         "text": tried.text, "asked_by_id": SECRETARY, "asked_at": now(), "on": today(), "before_version": ""},
    ])  # fmt: skip
    run_trial(trial_id=TRIAL, asked_by=SECRETARY, operator="test", at=now, shown=Unshown())


class Unshown:
    """No one looks at the progress."""

    def at(self, phase: str, done: int, total: int) -> None:
        """Nothing to tell."""


def _of_the_secretary() -> list[str]:
    return [
        reverse("desk:score_trials"),
        f"{reverse('desk:score_trial_weights')}?grille=DEMO.FIRST",
        reverse("desk:score_trial", args=[TRIAL]),
        reverse("desk:commission"),
    ]


@pytest.fixture
def site(superuser: psycopg.Connection) -> Iterator[str]:
    """The real sites, on this landlord's database."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Threaded, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def _at_the_desk() -> list[str]:
    names = (
        "applications",
        "applicants",
        "interview",
        "application_new",
        "application_clocks",
        "application_duplicates",
        "score_grids",
        "matchings",
    )
    of_files = ("application", "application_life", "application_score")
    return [
        *(reverse(f"desk:{name}") for name in names),
        *(reverse(f"desk:{name}", args=[number]) for name in of_files for number in (HERS, HIS)),
        reverse("desk:application_pieces", args=[HERS]),
        reverse("desk:application_matching", args=[HERS]),
        reverse("desk:matching", args=[VACANCY]),
        f"{reverse('desk:matching', args=[VACANCY])}?vue=toutes&numero={HIS_NUMBER}",
        *(reverse("desk:application_change", args=[HERS, heading]) for heading in HEADINGS),
    ]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("attribution", _at_the_desk()),
        ("secretaire", _of_the_secretary()),
        ("demandeuse", [reverse("home:home"), reverse("home:application")]),
    ],
)
def test_the_pages_of_applications_are_accessible_and_fit_the_screen(
    site: str, client_as: ClientAs, who: str, paths: list[str]
) -> None:
    client = client_as(who)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints = walked(browser, site, client, paths)
        browser.close()
    assert complaints == []


@pytest.mark.timeout(120)
def test_a_piece_is_given_from_a_phone(site: str, client_as: ClientAs, superuser: psycopg.Connection) -> None:
    client = client_as("demandeuse")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
        bring_cookies(context, client, site)
        page = context.new_page()
        page.goto(site + reverse("home:application"))
        chosen = {"name": "carte.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 rien"}
        page.set_input_files("input[type=file]", chosen)
        page.click("text=Donner cette pièce")
        told = page.inner_text("main")
        context.close()
        browser.close()
    assert "Ce fichier ne se lit pas" in told
    assert "Rien n’en est gardé." in told
    assert superuser.execute("SELECT count(*) FROM demandes_piece WHERE sealed IS NOT NULL").fetchone() == (0,)
