"""Points explained to the officer who instructs and to the person; the grids that whoever allocates prints."""

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.applications import HERS, HIS, write_applications
from tests.landlord import Landlord

from palier.demandes.operations.scoring import Asked, score_stock
from palier.foundation.clock import today

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

GRIDS = reverse("desk:score_grids")
HER_POINTS = reverse("desk:application_score", args=[HERS])
HIS_POINTS = reverse("desk:application_score", args=[HIS])


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Inès, filed 200 days ago: 46 % of effort (12), a lone parent (5): 17 points; the territory's system says 20."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        session.execute("UPDATE demandes_wish SET commune = '00100'")
        session.execute(
            """INSERT INTO demandes_officialscore (application_id, territory, points, computed_on, source, received_at)
               VALUES (501, 'DEMO', 20, %s, 'portail du territoire', now())""",
            [today()],
        )
        score_stock(on=today(), asked=Asked(operator="test"))
        yield session


def _said(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    plain = re.sub(r"<[^>]+>", " ", re.sub("[\u00a0\u202f]", " ", answer.content.decode()).partition("<main")[2])
    return " ".join(unescape(plain).replace("\u00a0", " ").split())


def test_the_officer_reads_each_criterion_and_the_gap(superuser: psycopg.Connection, client_as: "ClientAs") -> None:
    page = _said(client_as("attribution"), HER_POINTS)
    assert "20 DEMO, portail du territoire" in page
    assert "Contrôle de Palier, Territoire de démonstration, premier accès" in page
    assert "Grille fictive" in page
    assert "le logement actuel prend 46 % des ressources (déclaré), 12 points." in page
    assert "un adulte seul avec 1 enfant, 5 points." in page
    assert "Total : 17" in page
    assert "Le contrôle trouve 17, le territoire 20" in page
    # Two applications in all: neither band is told, nor any wait.
    assert "moins de 11 demandes" in page
    assert "moins de 11 attributions" in page


def test_a_file_given_to_somebody_else_shows_no_line(superuser: psycopg.Connection, client_as: "ClientAs") -> None:
    page = _said(client_as("attribution"), HIS_POINTS)
    assert "Le détail se lit par l’agent à qui la demande est confiée." in page
    assert "46 %" not in page
    assert "Figuier" not in page


def test_whoever_does_not_allocate_reaches_nothing(superuser: psycopg.Connection, client_as: "ClientAs") -> None:
    for person in ("gestionnaire_nord", "comptable", "dpo"):
        for path in (GRIDS, HER_POINTS):
            assert client_as(person).get(path).status_code == 404, (person, path)


def test_the_grids_are_printed_with_their_points(superuser: psycopg.Connection, client_as: "ClientAs") -> None:
    page = _said(client_as("secretaire"), GRIDS)
    for told in (
        "Territoire de démonstration, mutations",
        "Grille fictive",
        "Reconnu prioritaire et à loger d’urgence (DALO)",
        "dès 33 %, 5 points ; dès 45 %, 12 points",
        "Refuser un logement adapté retire 10 points, à partir du refus n° 2, 3 fois au plus.",
    ):
        assert told in page, told


def test_the_person_reads_their_points_line_by_line(superuser: psycopg.Connection, client_as: "ClientAs") -> None:
    page = _said(client_as("demandeuse"), reverse("home:application"))
    assert "Calcul de contrôle, fait par nous avec une grille fictive" in page
    assert "un adulte seul avec 1 enfant, 5 points." in page
    assert "Total : 17 points." in page
    assert "Score officiel, reçu de portail du territoire" in page
    other = _said(client_as("autre_demandeur"), reverse("home:application"))
    assert "un adulte seul" not in other
    assert "Total : 12 points." in other
