"""Vacancies, reservations and public figures in Chromium: accessible, within the screen at both widths and schemes."""

from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright
from tests.conftest import ClientAs
from tests.sites.chromium import CHROMIUM, FLAGS
from tests.sites.looking import BOTH, site, walked

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made

__all__ = ["site"]

pytestmark = pytest.mark.browser
# A large landlord's year, some of it hidden.
_FIGURES = """
INSERT INTO attribution_publishedfigure (year, family, code, "of", counted, target, median_days, computed_at)
VALUES (2021, 'ALL', '', 842, NULL, 0, NULL, now()), (2021, 'OUTSIDE_QPV', '', 560, 131, 25, NULL, now()),
       (2021, 'IN_QPV', '', 282, 190, 50, NULL, now()), (2021, 'PRIORITY', '2', 240, 240, 0, NULL, now()),
       (2021, 'PRIORITY', '3', 320, NULL, 25, NULL, now()), (2021, 'PRIORITY', '7', NULL, NULL, 25, NULL, now()),
       (2021, 'DELAY', '1', 400, NULL, 0, 1210, now()), (2021, 'DELAY', '6', NULL, NULL, 0, NULL, now())
"""


@pytest.fixture
def lived_world(fresh_world: "Made") -> "Made":
    """What is looked at here is made with the demonstration itself: no need of the months that follow."""
    return fresh_world


@pytest.mark.timeout(400)
def test_the_pages_of_vacancies_are_accessible_and_fit_the_screen(
    cluster: "Cluster", site: str, client_as: ClientAs
) -> None:
    client = client_as("attribution")
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as session:
        session.execute(_FIGURES)
        paths = [*of_allocation(session, client), reverse("home:allocation_figures") + "?annee=2021"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        complaints = walked(browser, site, client, paths, BOTH)
        browser.close()
    assert complaints == []


def of_allocation(session: psycopg.Connection, client: Client) -> list[str]:
    """The list, a dwelling to orient, one that is oriented, one that is let; the reservations; the figures."""
    vacancies = session.execute("SELECT DISTINCT ON (state) id FROM attribution_vacancy ORDER BY state, id").fetchall()
    (residence,) = session.execute("SELECT min(id) FROM estate_residence").fetchone() or (0,)
    return [
        reverse("desk:vacancies"),
        f"{reverse('desk:vacancies')}?etat=LET",
        f"{reverse('desk:vacancy_new')}?residence={residence}",
        *(reverse("desk:vacancy", args=[number]) for (number,) in vacancies),
        reverse("desk:reservations"),
        reverse("desk:equity"),
        f"{reverse('desk:equity')}?annee=2021",
    ]
