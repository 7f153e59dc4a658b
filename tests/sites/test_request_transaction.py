"""One request, one actor, one transaction: what a page may show, write and leave behind, by the real middleware."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from tests.landlord import Landlord
from tests.operations.test_freezing import granted
from tests.sites.probe import probed

from palier.leases.models import Lease
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.rights.access import DataFrozen
from palier.web.middleware import CONTENT_SECURITY_POLICY

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _probed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with probed(monkeypatch):
        yield


def readings(landlord: Landlord) -> list[tuple[object, ...]]:
    dpo = Actor(role=Role.DPO, agent_id=landlord.agents["dpo"], purpose="PROTECTION_DONNEES")
    with acting(dpo), connection.cursor() as cursor:
        cursor.execute("SELECT agent_id, person_id, role, subjects, screen FROM privacy_readevent ORDER BY id")
        return list(cursor.fetchall())


def debit_day(landlord: Landlord) -> int | None:
    with acting(Actor(role=Role.HEADQUARTERS, agent_id=landlord.agents["siege"], purpose="GESTION_LOCATIVE")):
        return Lease.objects.values_list("debit_day", flat=True).get(pk=101)


@pytest.mark.parametrize(
    ("name", "page", "shown"),
    [
        ("gestionnaire_nord", "/bureau/noms/", "1:Lucie Amandier,Karim Bouleau,Ana Cerisier,"),
        ("gestionnaire_sud", "/bureau/noms/", "2:Paul Datura,"),
        ("gardien_nord", "/terrain/portes/", "Amandier"),
        ("locataire", "/chez-moi/noms/", "None:Lucie Amandier,Karim Bouleau,"),
        ("cotitulaire_partie", "/chez-moi/noms/", "None:"),
    ],
)
def test_each_page_shows_what_its_reader_may_see(
    own_landlord: Landlord, client_as: ClientAs, name: str, page: str, shown: str
) -> None:
    response = client_as(name).get(page)
    assert (response.status_code, response.content.decode()) == (200, shown)
    assert len(readings(own_landlord)) == 1


def test_the_reading_names_the_agent_and_the_persons_shown(own_landlord: Landlord, client_as: ClientAs) -> None:
    client_as("gestionnaire_nord").get("/bureau/noms/")
    assert readings(own_landlord) == [(1, None, "rent_officer", [1, 2, 3], "essai")]


def test_a_stranger_is_told_that_the_page_does_not_exist(own_landlord: Landlord, client_as: ClientAs) -> None:
    for name in ("gardien_nord", "dpo", "admin_technique", "comptable", "locataire"):
        assert client_as(name).get("/bureau/noms/").status_code == 404
    assert client_as("gestionnaire_sud").get("/bureau/bail/101/").status_code == 404
    assert client_as("gestionnaire_nord").get("/terrain/portes/").status_code == 404
    assert readings(own_landlord) == []


def test_a_text_that_no_database_holds_is_no_error_page(own_landlord: Landlord, client_as: ClientAs) -> None:
    assert client_as("gestionnaire_nord").get("/bureau/noms/?q=a%00b").status_code == 404
    assert client_as("gestionnaire_nord").get("/bureau/texte/a%00b/").status_code == 404
    assert readings(own_landlord) == []


def test_who_has_left_or_never_signed_in_is_sent_to_the_sign_in_page(
    own_landlord: Landlord, client_as: ClientAs
) -> None:
    for client in (client_as("gestionnaire_parti"), Client()):
        response = client.get("/bureau/bail/101/")
        assert response.status_code == 302
        assert response["Location"] == "/bureau/connexion/?next=%2Fbureau%2Fbail%2F101%2F"
    fragment = Client().get("/bureau/noms/", headers={"HX-Request": "true"})
    assert fragment["HX-Redirect"] == "/bureau/connexion/?next=%2Fbureau%2Fnoms%2F"


def test_the_session_of_a_site_opens_no_other(own_landlord: Landlord, client_as: ClientAs) -> None:
    client = client_as("gestionnaire_nord")
    del client.cookies["palier_desk"]
    assert client.get("/bureau/noms/").status_code == 302


def test_methods_that_are_not_declared_are_refused(own_landlord: Landlord, client_as: ClientAs) -> None:
    client = client_as("gestionnaire_nord")
    assert client.post("/bureau/noms/").status_code == 405
    assert client.get("/bureau/ecrire/").status_code == 405
    assert client.options("/bureau/noms/").status_code == 405
    assert client.head("/bureau/noms/").status_code == 200


def test_a_page_missing_from_the_table_does_not_exist(
    own_landlord: Landlord, client_as: ClientAs, caplog: pytest.LogCaptureFixture
) -> None:
    assert client_as("siege").get("/bureau/oubliee/").status_code == 404
    assert "desk:undeclared" in caplog.text


@pytest.mark.parametrize("page", ["panne", "panne-sql", "panne-tard", "flux", "ecrire-en-lisant"])
def test_a_page_that_breaks_shows_nothing_and_leaves_nothing(
    own_landlord: Landlord, client_as: ClientAs, page: str
) -> None:
    response = client_as("gestionnaire_nord").get(f"/bureau/{page}/")
    assert response.status_code == 500
    assert not any(name in response.content.decode() for name in own_landlord.nord_names)
    assert readings(own_landlord) == []
    assert debit_day(own_landlord) is None


def test_a_post_writes_and_a_refused_one_leaves_nothing(own_landlord: Landlord, client_as: ClientAs) -> None:
    client = client_as("gestionnaire_nord")
    refused = client.post("/bureau/ecrire/", {"fail": "1"})
    assert refused.status_code == 422
    assert "Rien à voir ici." in refused.content.decode()
    assert debit_day(own_landlord) is None
    assert client.post("/bureau/ecrire/").status_code == 302
    assert debit_day(own_landlord) == 8


def test_a_freeze_that_came_in_between_is_told_and_not_an_error_page(
    own_landlord: Landlord, client_as: ClientAs
) -> None:
    # The page does not look first: so is a page that looked just before the freeze was granted.
    granted()
    refused = client_as("gestionnaire_nord").post("/bureau/ecrire/")
    assert refused.status_code == 422
    assert str(DataFrozen()) in refused.content.decode()
    assert debit_day(own_landlord) is None


def test_a_stranger_changes_nothing_by_knowing_the_number(own_landlord: Landlord, client_as: ClientAs) -> None:
    client_as("gestionnaire_sud").post("/bureau/ecrire/")
    assert debit_day(own_landlord) is None


def test_every_answer_carries_the_strict_policy(landlord: Landlord) -> None:
    for response in (Client().get("/bureau/connexion/"), Client().get("/bureau/noms/"), Client().get("/rien/")):
        assert response["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["Cache-Control"] == "no-store"
        assert "geolocation=()" in response["Permissions-Policy"]


def test_the_journal_closed_closes_every_page(cluster: "Cluster", own_landlord: Landlord, client_as: ClientAs) -> None:
    pages = {"gestionnaire_nord": "/bureau/noms/", "gardien_nord": "/terrain/portes/", "locataire": "/chez-moi/noms/"}
    clients = {name: client_as(name) for name in pages}
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute(
            "REVOKE INSERT ON privacy_readevent FROM palier_rent_officer, palier_caretaker, palier_tenant"
        )
    for name, page in pages.items():
        response = clients[name].get(page)
        assert response.status_code == 503
        assert not any(known in response.content.decode() for known in (*own_landlord.nord_names, "Les Tilleuls"))
        assert "ne peut pas ouvrir cette page" in response.content.decode()


def test_an_absent_database_is_a_sentence(cluster: "Cluster", landlord: Landlord, client_as: ClientAs) -> None:
    client = client_as("gestionnaire_nord")
    with cluster.connected_to("palier_nowhere"):
        response = client.get("/bureau/noms/")
    assert response.status_code == 503
    assert "ne peut pas ouvrir cette page" in response.content.decode()
