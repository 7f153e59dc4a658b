"""Matching at the desk: the list by number with its reasons, a candidate kept, why not that one; nobody else enters."""

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.applications import HER_NUMBER, HERS, HIS, HIS_NUMBER, INES, write_applications
from tests.landlord import Landlord, insert

from palier.attribution.operations.matching import match_vacancy
from palier.foundation.clock import now
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

ON = date(2026, 11, 23)
VACANCY = 71
LIST = reverse("desk:matchings")
PAGE = reverse("desk:matching", args=[VACANCY])
ADD = reverse("desk:candidate_add", args=[VACANCY])
HER_DWELLINGS = reverse("desk:application_matching", args=[HERS])


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        session.execute("UPDATE estate_residence SET commune = '93066' WHERE id = 11")
        session.execute("UPDATE demandes_resources SET n2_year = 2024")
        insert(session, "attribution_vacancy", [
            {"id": VACANCY, "dwelling_id": 1102, "residence_id": 11, "announced_on": date(2026, 10, 1),
             "expected_on": date(2026, 11, 1), "available_on": date(2026, 12, 1), "rent_cents": 40_000,
             "charges_cents": 5_000, "state": "ORIENTED", "withdrawn_for": "", "version": 1},
        ])  # fmt: skip
        yield session


@pytest.fixture
def officer(superuser: psycopg.Connection, client_as: "ClientAs") -> Client:
    return client_as("attribution")


def _text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    plain = re.sub(r"<[^>]+>", " ", re.sub("[\u00a0\u202f]", " ", answer.content.decode()).partition("<main")[2])
    return " ".join(plain.split())


def _match() -> None:
    with batch(Batch.ALLOCATION, operator="essai", motive="ATTRIBUTION", command="rapprochement"):
        match_vacancy(vacancy_id=VACANCY, on=ON, at=now())


def test_a_protected_address_leaves_neither_a_place_nor_a_count(
    officer: Client, superuser: psycopg.Connection, own_landlord: Landlord, client_as: "ClientAs"
) -> None:
    # The same wish for both, so that two are examined and Inès is the first.
    superuser.execute("UPDATE demandes_wish SET commune = '93066'")
    superuser.execute("UPDATE demandes_application SET filed_on = filed_on - 10 WHERE id = %s", [HERS])
    superuser.execute("UPDATE demandes_composition SET dependants = 1, dependants_born_on = '{2016-05-06}'")
    _match()
    assert "2 examinées" in _text(officer, PAGE)
    holder = own_landlord.agents["travailleuse_sociale"]
    insert(superuser, "agents_protectedperson", [
        {"id": 9, "person_id": INES, "ground": "PLAINTE", "first_day": date(2026, 1, 1), "declared_by_id": holder},
    ])  # fmt: skip
    insert(superuser, "agents_protectionholder", [
        {"protection_id": 9, "agent_id": holder, "first_day": date(2026, 1, 1)},
    ])  # fmt: skip
    for client in (officer, client_as("secretaire")):
        page = _text(client, f"{PAGE}?vue=toutes")
        assert "1 examinée le" in page
        assert HER_NUMBER not in page
        assert f"1 {HIS_NUMBER}" in page
    held = _text(client_as("travailleuse_sociale"), reverse("desk:protected_allocation"))
    assert "400,00 € + 50,00 € de charges" in held


def test_the_list_says_who_suits_by_number_and_never_by_name(
    officer: Client, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    assert "à lancer" in _text(officer, LIST)
    assert "Rapprochement à lancer" in _text(officer, PAGE)
    _match()
    for client in (officer, client_as("attribution_sud"), client_as("secretaire")):
        page = _text(client, PAGE)
        assert HER_NUMBER in page
        assert "1 examinée" in page
        assert "Rien ne s’y oppose." in page
        for hidden in ("Érable", "Inès", "Théo", "15 000", "1 500"):
            assert hidden not in page, hidden
    read = superuser.execute(
        "SELECT subjects FROM privacy_readevent WHERE screen = 'rapprochement d’un logement' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert read == ([INES],)


def test_those_set_aside_are_shown_with_the_reason(officer: Client, superuser: psycopg.Connection) -> None:
    superuser.execute("UPDATE demandes_resources SET n2_cents = 9000000")
    _match()
    assert HER_NUMBER not in _text(officer, PAGE)
    others = _text(officer, f"{PAGE}?vue=toutes")
    assert HER_NUMBER in others
    assert "Ressources au-dessus du plafond." in others


def test_why_not_this_one_hides_eligibility_from_who_does_not_instruct(
    officer: Client, client_as: "ClientAs", superuser: psycopg.Connection
) -> None:
    mine = _text(officer, f"{PAGE}?numero={HER_NUMBER}")
    assert "Recevable" in mine
    theirs = _text(client_as("attribution_sud"), f"{PAGE}?numero={HER_NUMBER}")
    assert "Recevable" not in theirs
    assert "Ce dossier ne vous est pas confié" in theirs
    assert "La commune du logement n’est pas demandée." in _text(officer, f"{PAGE}?numero={HIS_NUMBER}")
    assert "Aucune demande n’a ce numéro." in _text(officer, f"{PAGE}?numero=111052400099")


def test_a_candidate_is_kept_then_withdrawn_with_its_motive(officer: Client, superuser: psycopg.Connection) -> None:
    _match()
    refused = officer.post(ADD, {"number": HIS_NUMBER, "source": "MATCHING"})
    assert refused.status_code == 422
    assert "Le dernier rapprochement n’a pas retenu cette demande" in refused.content.decode()
    assert f'value="{HIS_NUMBER}"' in refused.content.decode()
    assert officer.post(ADD, {"number": HER_NUMBER, "source": "MATCHING"}).status_code == 302
    assert officer.post(ADD, {"number": HER_NUMBER, "source": "OFFICER"}).status_code == 422
    assert officer.post(ADD, {"number": HIS_NUMBER, "source": "HOLDER"}).status_code == 302
    page = _text(officer, PAGE)
    assert "Candidats retenus" in page
    rows = superuser.execute("SELECT id, application_id FROM attribution_candidate ORDER BY application_id").fetchall()
    assert [row[1] for row in rows] == [HERS, HIS]
    withdraw = reverse("desk:candidate_withdraw", args=[VACANCY, rows[1][0]])
    superuser.execute("UPDATE demandes_resources SET n2_cents = 9000000")
    assert "Non recevable : ressources au-dessus du plafond. La commission décide" in _text(officer, PAGE)
    assert [officer.post(withdraw, {"motive": motive}).status_code for motive in ("INVENTE", "")] == [422, 422]
    assert officer.post(withdraw, {"motive": "RENOUNCED"}).status_code == 302
    assert "a renoncé" in _text(officer, PAGE)


def test_asking_for_the_matching_shows_that_it_waits(officer: Client, superuser: psycopg.Connection) -> None:
    ask = reverse("desk:matching_ask", args=[VACANCY])
    assert officer.post(ask).status_code == 302
    assert officer.post(ask).status_code == 422
    assert "En attente" in _text(officer, PAGE) or "Rapprochement" in _text(officer, PAGE)
    assert officer.get(reverse("desk:matching_progress", args=[VACANCY])).status_code == 302


def test_the_dwellings_of_a_file_are_for_who_instructs_it(officer: Client, client_as: "ClientAs") -> None:
    page = _text(officer, HER_DWELLINGS)
    assert "Les Tilleuls, porte 201" in page
    assert "Convient" in page
    assert client_as("attribution_sud").get(HER_DWELLINGS).status_code == 404
    assert officer.get(reverse("desk:application_matching", args=[HIS])).status_code == 404


def test_a_file_without_a_dwelling_says_what_is_missing_and_leads_there(
    officer: Client, superuser: psycopg.Connection
) -> None:
    superuser.execute("UPDATE attribution_vacancy SET state = 'WITHDRAWN', withdrawn_for = 'VENTE'")
    assert "Aucun logement vacant n’est décrit en entier" in _text(officer, HER_DWELLINGS)
    superuser.execute("DELETE FROM demandes_situation WHERE application_id = %s", [HERS])
    assert "Le logement actuel n’est pas encore dit. Le dire" in _text(officer, HER_DWELLINGS)
    heading = reverse("desk:application_change", args=[HERS, "logement"])
    assert f'href="{heading}"' in officer.get(HER_DWELLINGS).content.decode()


def test_nobody_else_enters(superuser: psycopg.Connection, client_as: "ClientAs") -> None:
    for identifier in ("gestionnaire_nord", "gardien_nord", "comptable", "travailleuse_sociale", "responsable_nord"):
        client = client_as(identifier)
        for path in (LIST, PAGE, HER_DWELLINGS):
            assert client.get(path).status_code in (302, 404), (identifier, path)
        assert client.post(ADD, {"number": HER_NUMBER, "source": "OFFICER"}).status_code in (302, 404)


def test_a_vacancy_that_does_not_exist_is_not_found(officer: Client) -> None:
    assert officer.get(reverse("desk:matching", args=[999])).status_code == 404
    assert officer.post(reverse("desk:candidate_add", args=[999]), {}).status_code == 404
