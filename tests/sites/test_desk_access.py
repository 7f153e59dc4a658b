"""Files outside the portfolio, replacements, protected addresses, quotas: the pages, as each function meets them."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.landlord import Landlord
from tests.sites.answers import text_of

from palier.foundation.clock import today

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]
OPEN = "/bureau/acces/"


def ask(client: Client, asked: str, motive: str = "RECLAMATION") -> tuple[int, str]:
    response = client.post(OPEN, {"asked": asked, "motive": motive})
    return response.status_code, response.headers.get("Location", response.content.decode())


def journal(cluster: "Cluster", what: str) -> list[psycopg.rows.TupleRow]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        return superuser.execute(f"SELECT {what} FROM privacy_readevent ORDER BY id").fetchall()


def test_a_file_of_another_agency_opens_for_a_motive_that_the_journal_keeps(
    cluster: "Cluster", own_landlord: Landlord, client_as: ClientAs
) -> None:
    officer = client_as("gestionnaire_sud")
    assert officer.get("/bureau/acces/dossiers/101/").status_code == 404
    assert ask(officer, "L101") == (302, "/bureau/acces/dossiers/101/")
    page = officer.get("/bureau/acces/dossiers/101/")
    assert page.status_code == 200
    assert "Amandier" in page.content.decode()
    assert "Réclamation à traiter" in page.content.decode()
    assert "Cerisier" not in page.content.decode()
    assert journal(cluster, "motive, screen, terms, subjects") == [
        ("RECLAMATION", "recherche hors portefeuille", "L101", []),
        ("RECLAMATION", "dossier hors portefeuille", "", [1, 2]),
    ]
    # Nothing else of that agency opens, and the file joins no list.
    assert officer.get(reverse("desk:lease", args=[101])).status_code == 404
    assert "Amandier" not in officer.get(reverse("desk:tenants")).content.decode()
    assert officer.get("/bureau/acces/dossiers/102/").status_code == 404


def test_the_intruder_does_not_read_what_a_colleague_opened(own_landlord: Landlord, client_as: ClientAs) -> None:
    ask(client_as("gestionnaire_sud"), "L101")
    assert client_as("responsable_sud").get("/bureau/acces/dossiers/101/").status_code == 404
    assert client_as("siege").get("/bureau/acces/dossiers/101/").status_code == 404


def test_a_search_that_finds_nobody_is_said_counted_and_journaled(
    cluster: "Cluster", own_landlord: Landlord, client_as: ClientAs
) -> None:
    status, said = ask(client_as("gestionnaire_sud"), "Personne Inconnue")
    assert status == 422
    assert "Aucun dossier ne répond exactement" in said
    assert "9\u00a0essais" in said
    assert journal(cluster, "terms, motive") == [("Personne Inconnue", "RECLAMATION")]


def test_an_emergency_is_read_apart_announced_to_the_dpo_and_told_to_the_person(
    own_landlord: Landlord, client_as: ClientAs
) -> None:
    officer = client_as("gestionnaire_sud")
    assert ask(officer, "L101", "URGENCE") == (302, "/bureau/acces/urgences/101/")
    assert officer.get("/bureau/acces/urgences/101/").status_code == 200
    assert officer.get("/bureau/acces/dossiers/101/").status_code == 404
    dpo = client_as("dpo")
    page = dpo.get("/bureau/donnees/politique/").content.decode()
    assert "Ouverture en urgence" in page
    assert "Amandier" not in page
    assert "rgence" in client_as("locataire").get("/chez-moi/dossier/lectures/").content.decode()
    alarm = page.partition("/bureau/donnees/politique/alertes/")[2].partition("/")[0]
    assert dpo.post(f"/bureau/donnees/politique/alertes/{alarm}/").status_code == 302
    # A second look, by someone who was late, is told and not an unknown page.
    assert dpo.post(f"/bureau/donnees/politique/alertes/{alarm}/").status_code == 302
    told = dpo.get("/bureau/donnees/politique/").content.decode()
    assert "quelqu’un l’a déjà vue" in told
    assert "Aucune alerte" in told


def test_the_dpo_changes_a_quota_and_its_history_says_who_and_when(own_landlord: Landlord, client_as: ClientAs) -> None:
    dpo = client_as("dpo")
    asked = {"kind": "quota", "code": "rent_officer", "value": "1"}
    assert dpo.post("/bureau/donnees/politique/", asked).status_code == 302
    page = dpo.get("/bureau/donnees/politique/").content.decode()
    assert "1 par jour" in page
    assert "Agent dpo" in page
    officer = client_as("gestionnaire_sud")
    assert ask(officer, "L101")[0] == 302
    status, said = ask(officer, "L102")
    assert status == 422
    assert "quota du jour est atteint" in said
    assert "Quota du jour atteint" in dpo.get("/bureau/donnees/politique/").content.decode()


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({"kind": "quota", "code": "rent_officer", "value": "201"}, 422),
        ({"kind": "quota", "code": "rent_officer", "value": "dix"}, 422),
        ({"kind": "quota", "code": "caretaker", "value": "2"}, 422),
        ({"kind": "motive", "code": "URGENCE", "value": "0"}, 422),
        ({"kind": "matrix", "code": "rent_officer", "value": "1"}, 404),
        ({}, 404),
    ],
)
def test_the_dpo_is_refused_what_is_not_a_setting(
    own_landlord: Landlord, client_as: ClientAs, posted: dict[str, str], status: int
) -> None:
    assert client_as("dpo").post("/bureau/donnees/politique/", posted).status_code == status


def test_a_motive_that_the_dpo_closed_leaves_the_list(own_landlord: Landlord, client_as: ClientAs) -> None:
    client_as("dpo").post("/bureau/donnees/politique/", {"kind": "motive", "code": "CONTROLE", "value": "0"})
    officer = client_as("gestionnaire_sud")
    assert 'value="CONTROLE"' not in officer.get(OPEN).content.decode()
    assert ask(officer, "L101", "CONTROLE")[0] == 422


def test_a_manager_hands_residences_to_a_colleague_and_takes_them_back(
    own_landlord: Landlord, client_as: ClientAs
) -> None:
    manager, colleague = client_as("responsable_nord"), client_as("gestionnaire_sud")
    asked = {
        "agent": "2",
        "residences": ["11"],
        "first_day": today().isoformat(),
        "last_day": (today() + timedelta(days=7)).isoformat(),
    }
    assert manager.post("/bureau/acces/remplacements/", asked).status_code == 302
    assert colleague.get(reverse("desk:lease", args=[101])).status_code == 200
    assert colleague.get(reverse("desk:lease", args=[102])).status_code == 404
    page = manager.get("/bureau/acces/remplacements/").content.decode()
    number = page.partition("/bureau/acces/remplacements/")[2].partition("/finir/")[0].rpartition("/")[2]
    assert colleague.post(f"/bureau/acces/remplacements/{number}/finir/").status_code == 404
    assert client_as("responsable_sud").post(f"/bureau/acces/remplacements/{number}/finir/").status_code == 404
    assert manager.post(f"/bureau/acces/remplacements/{number}/finir/").status_code == 302
    assert colleague.get(reverse("desk:lease", args=[101])).status_code == 404


class TestAProtectedAddress:
    @pytest.fixture
    def _protected(self, own_landlord: Landlord, client_as: ClientAs) -> None:
        asked = {"person": "1", "ground": "PLAINTE", "holders": [str(own_landlord.agents["travailleuse_sociale"])]}
        answer = client_as("responsable_nord").post("/bureau/acces/protections/nouvelle/101/", asked)
        assert answer.status_code == 302

    @pytest.mark.usefixtures("_protected")
    @pytest.mark.parametrize("name", ["gestionnaire_nord", "responsable_nord", "siege", "comptable"])
    def test_is_in_no_search_list_export_pdf_nor_error(self, client_as: ClientAs, name: str) -> None:
        client = client_as(name)
        twin = "accounts_" if name == "comptable" else ""
        paths = [
            reverse(f"desk:{twin}search") + "?q=amandier",
            reverse(f"desk:{twin}search") + "?q=L101",
            reverse(f"desk:{twin}tenants"),
            reverse(f"desk:{twin}tenants_export", args=["csv"]),
            reverse(f"desk:{twin}leases"),
            reverse(f"desk:{twin}leases_export", args=["csv"]),
            reverse(f"desk:{twin}lease", args=[101]),
            reverse(f"desk:{twin}account", args=[101]),
            reverse(f"desk:{twin}residence", args=[11]),
            reverse("desk:bill", args=[1101]),
            reverse("desk:month_bills", args=[1]),
            reverse("desk:month_anomalies", args=[2]),
        ]
        for path in paths:
            response = client.get(path)
            # What was typed is said back; nothing else is.
            text = text_of(response).replace("amandier", "")
            assert "Amandier" not in text, path
            assert "Bouleau" not in text, path
        assert client.get(reverse(f"desk:{twin}lease", args=[101])).status_code == 404
        assert client.get(reverse("desk:bill", args=[1101])).status_code == 404

    @pytest.mark.usefixtures("_protected")
    def test_is_not_on_the_caretakers_round(self, client_as: ClientAs) -> None:
        page = client_as("gardien_nord").get("/terrain/residence/11/").content.decode()
        assert "Amandier" not in page

    @pytest.mark.usefixtures("_protected")
    def test_opens_to_its_holders_on_its_own_page_and_to_the_person(
        self, cluster: "Cluster", client_as: ClientAs
    ) -> None:
        file = "/bureau/acces/protections/dossiers/101/"
        for name in ("responsable_nord", "travailleuse_sociale"):
            assert "Amandier" in client_as(name).get(file).content.decode()
            listed = client_as(name).get("/bureau/acces/protections/").content.decode()
            assert file in listed
            assert "Amandier" not in listed
        for name in ("siege", "gestionnaire_nord"):
            assert client_as(name).get(file).status_code == 404
            assert file not in client_as(name).get("/bureau/acces/protections/").content.decode()
        assert client_as("locataire").get("/chez-moi/dossier/").status_code == 200
        assert ("PROTECTION_VIOLENCES", "dossier protégé") in journal(cluster, "purpose, screen")

    @pytest.mark.usefixtures("_protected")
    def test_is_ended_by_those_who_hold_it_alone(self, client_as: ClientAs) -> None:
        manager = client_as("responsable_nord")
        page = manager.get("/bureau/acces/protections/").content.decode()
        number = page.partition("/finir/")[0].rpartition("/")[2]
        for name in ("responsable_sud", "siege"):
            assert client_as(name).post(f"/bureau/acces/protections/{number}/finir/").status_code == 404
        assert manager.post(f"/bureau/acces/protections/{number}/finir/").status_code == 302

    def test_is_declared_with_enough_holders(self, own_landlord: Landlord, client_as: ClientAs) -> None:
        manager = client_as("responsable_nord")
        assert manager.get("/bureau/acces/protections/nouvelle/101/").status_code == 200
        answer = manager.post("/bureau/acces/protections/nouvelle/101/", {"person": "1", "ground": "PLAINTE"})
        assert answer.status_code == 422
        assert client_as("responsable_sud").get("/bureau/acces/protections/nouvelle/101/").status_code == 404


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("gestionnaire_nord", "/bureau/donnees/"),
        ("auditeur", "/bureau/donnees/"),
        ("travailleuse_sociale", "/bureau/donnees/"),
        ("gardien_nord", "/terrain/qui-peut-voir/"),
        ("locataire", "/chez-moi/qui-peut-voir/"),
    ],
)
def test_who_sees_what_is_read_by_anyone_signed_in_from_the_same_policy(
    landlord: Landlord, client_as: ClientAs, name: str, path: str
) -> None:
    page = client_as(name).get(path)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Gestionnaire locatif" in text
    assert "Dossier ouvert pour un motif" in text
    assert "le dossier ouvert, et lui seul" in text
    assert ",," not in text
    assert Client().get(path).status_code == 302
