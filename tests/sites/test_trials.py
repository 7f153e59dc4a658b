"""A grid tried from the desk: as the command tries it, kept without small numbers, and nothing put in force."""

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.applications import HERS, HIS, SECRETARY, clone_application, write_applications
from tests.landlord import Landlord

from palier.demandes.operations.scoring import Asked
from palier.demandes.operations.simulating import simulate
from palier.demandes.operations.trials import MayNotTry, run_trial
from palier.demandes.rules.grids import parse_grid
from palier.foundation.clock import now, today

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

TRIALS = reverse("desk:score_trials")
POINTS = reverse("desk:score_trial_weights") + "?grille=DEMO.FIRST"


class Unshown:
    """No one looks at the progress."""

    def at(self, phase: str, done: int, total: int) -> None:
        """Nothing to tell."""


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Inès and twenty like her, a lone parent; Noël and twenty like him, alone."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        session.execute("UPDATE demandes_wish SET commune = '00100'")
        clone_application(session, HERS, 20, first=1_000)
        clone_application(session, HIS, 20, first=2_000)
        yield session


@pytest.fixture
def secretary(superuser: psycopg.Connection, client_as: "ClientAs") -> Client:
    return client_as("secretaire")


def points(client: Client, **changed: int) -> dict[str, str]:
    """Every number of the form as it stands, but those."""
    page = client.get(POINTS).content.decode()
    standing = dict(re.findall(r'<input type="number" name="([^"]+)" value="(-?\d+)"', page))
    assert len(standing) > 20
    return standing | {key.replace("__", "."): str(value) for key, value in changed.items()}


def run(page: str) -> None:
    number = int(page.rstrip("/").rpartition("/")[2])
    run_trial(trial_id=number, asked_by=SECRETARY, operator="test", at=now, shown=Unshown())


def said(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    plain = re.sub(r"<[^>]+>", " ", re.sub("[\u00a0\u202f]", " ", answer.content.decode()).partition("<main")[2])
    return " ".join(unescape(plain).replace("\u00a0", " ").split())


def test_other_points_are_tried_as_the_command_tries_them(secretary: Client, superuser: psycopg.Connection) -> None:
    # A lone parent gains ten points; refusing costs more: nobody here has refused.
    asked = secretary.post(POINTS, points(secretary, PARENT_SEUL=15, REFUS=-20))
    assert asked.status_code == 302
    page = asked["Location"]
    assert "En attente d’un exécutant" in said(secretary, page)
    assert superuser.execute("SELECT args ->> 'asked_by' FROM procrastinate_jobs").fetchone() == (str(SECRETARY),)
    run(page)
    # A job killed after it wrote, then started again, leaves one set of figures.
    run(page)
    told = said(secretary, page)
    assert "Adulte seul avec un ou plusieurs enfants Composition du foyer 15 points, au lieu de 5 points" in told
    assert "−20 points, au lieu de −10 points" in told
    assert "Demandes pesées 42 Gagnent 21 Perdent 0 Sans changement 21" in told
    # One adult, one child: a lone parent is of the third category.
    assert "Catégorie 1 21 0 0 0,00 Catégorie 3 21 21 0 +10,00" in told
    assert "2 pièces 42 21 0 +5,00" in told
    assert "Érable" not in told
    grid = parse_grid(secretary.get(f"{page}grille.toml").content.decode(), file="essai.toml")
    found = simulate(grid, on=today(), asked=Asked(operator="test"))
    assert (found.applications, found.winners, found.losers) == (42, 21, 0)
    rows = b"".join(secretary.get(f"{page}essai.csv")).decode("utf-8-sig").splitlines()
    assert len(rows) == 2 + len(found.groups)
    assert "foyer;2 personnes;21;21;0;+10,00" in rows
    assert superuser.execute("SELECT count(*) FROM demandes_standing").fetchone() == (0,)


def test_who_could_be_found_is_hidden(secretary: Client, superuser: psycopg.Connection) -> None:
    superuser.execute("DELETE FROM demandes_wish WHERE application_id >= 2010")
    page = secretary.post(POINTS, points(secretary, PARENT_SEUL=15))["Location"]
    run(page)
    assert "Gagnent – Perdent 0 Sans changement –" in said(secretary, page)
    assert "foyer;1 personne;;;;" in b"".join(secretary.get(f"{page}essai.csv")).decode()


def test_a_file_is_refused_at_its_line_or_for_another_grid(secretary: Client, superuser: psycopg.Connection) -> None:
    text = secretary.get(secretary.post(POINTS, points(secretary, PARENT_SEUL=6))["Location"] + "grille.toml")
    superuser.execute("TRUNCATE procrastinate_jobs CASCADE")

    def given(content: str) -> str:
        sent = {"grid": "DEMO.FIRST", "file": SimpleUploadedFile("neuve.toml", content.encode())}
        answer = secretary.post(TRIALS, sent)
        assert answer.status_code in (302, 422)
        return unescape(answer.content.decode()) if answer.status_code == 422 else answer["Location"]

    good = text.content.decode()
    line = good.splitlines().index('code = "PARENT_SEUL"') + 1
    assert f"ligne {line}, rubrique FOYER, critère PARENT_SEUL" in given(good.replace("points = 6\n", 'points = "6"\n'))
    assert "ligne 1, colonne" in given("territory : DEMO")
    assert "Ce fichier est la grille DEMO, mutation" in given(good.replace('"FIRST"', '"TRANSFER"'))
    assert "un caractère de commande" in given(good.replace('version = "ESSAI', r'version = "\u0000'))
    assert "Aucun point ne change" in unescape(secretary.post(POINTS, points(secretary)).content.decode())
    assert "ajoute pas de points" in unescape(secretary.post(POINTS, points(secretary, REFUS=5)).content.decode())
    assert given("# pour Mme Érable\n" + good).startswith(TRIALS)
    assert superuser.execute("SELECT count(*) FROM demandes_gridtrial WHERE text LIKE '%able%#%'").fetchone() == (0,)
    # One waits already.
    assert "Ce travail est déjà demandé" in given(good)


def test_who_does_not_prepare_the_commission_tries_nothing(
    secretary: Client, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    page = secretary.post(POINTS, points(secretary, PARENT_SEUL=15))["Location"]
    for person in ("attribution", "dpo", "gestionnaire_nord"):
        for path in (TRIALS, POINTS, page, f"{page}essai.csv", f"{page}grille.toml"):
            assert client_as(person).get(path).status_code == 404, (person, path)
    superuser.execute("UPDATE agents_agent SET role = 'rent_officer' WHERE id = %s", [SECRETARY])
    with pytest.raises(MayNotTry):
        run(page)
