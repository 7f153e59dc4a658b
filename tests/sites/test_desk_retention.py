"""The DPO decides durations and holds on screen; nobody else finds those pages; the tenant reads their own clocks."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.conftest import ClientAs
from tests.landlord import Landlord

from palier.foundation.clock import PARIS, today
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.retention.models import Decision, Hold
from palier.retention.operations.purge import Asked, purge

CONSERVATION = "/bureau/conservation/"
FOYER = f"{CONSERVATION}durees/FOYER/"
SHORTER = {"active_months": "0", "archive_months": "12", "action": "ERASE", "status": "TO_CONFIRM", "replaces": "0"}


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " "))


def test_the_table_shows_every_duration_with_its_ground_and_its_state(landlord: Landlord, client_as: ClientAs) -> None:
    page = text_of(client_as("dpo"), CONSERVATION)
    assert "Composition du foyer" in page
    assert "Code de commerce, art. L123-22" in page
    assert "à confirmer" in page
    assert "officielle" in page


def test_a_decision_is_in_force_at_once_and_its_history_says_who(own_landlord: Landlord, client_as: ClientAs) -> None:
    dpo = client_as("dpo")
    answer = dpo.post(FOYER, SHORTER, follow=True)
    assert answer.status_code == 200
    page = text_of(dpo, FOYER)
    assert "12 mois à compter de : fin du bail" in page
    assert "agent n° 7" in page
    assert "décidée ici" in text_of(dpo, CONSERVATION)


def test_two_decisions_on_the_same_screen_do_not_overwrite_each_other(
    own_landlord: Landlord, client_as: ClientAs
) -> None:
    dpo = client_as("dpo")
    assert dpo.post(FOYER, SHORTER).status_code == 302
    second = dpo.post(FOYER, SHORTER | {"archive_months": "6"})
    assert second.status_code == 422
    assert "par quelqu’un d’autre" in second.content.decode()


@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        ("AVIS", {"archive_months": "12"}, "au moins 120"),
        ("FOYER", {"archive_months": "douze"}, "nombre entier"),
        ("FOYER", {"archive_months": ""}, "Tapez un nombre de mois"),
        ("FOYER", {"action": "ARCHIVE"}, "n’est plus dans la liste"),
        ("FOYER", {"archive_months": "36"}, "rien à décider"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_a_sentence(
    own_landlord: Landlord, client_as: ClientAs, code: str, typed: dict[str, str], said: str
) -> None:
    answer = client_as("dpo").post(f"{CONSERVATION}durees/{code}/", SHORTER | typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_hold_is_placed_and_lifted(own_landlord: Landlord, client_as: ClientAs) -> None:
    dpo = client_as("dpo")
    typed = {"person_id": "", "lease_id": "101", "ground": "LITIGATION", "first_day": "2026-11-01", "last_day": ""}
    assert dpo.post(f"{CONSERVATION}retenues/", typed).status_code == 302
    page = text_of(dpo, f"{CONSERVATION}retenues/")
    assert "Bail n° 101" in page
    assert re.search(r'<td data-l="Placée">[^<]*, Agent dpo</td>', page)
    with acting(Actor(role=Role.DPO, purpose="CONSERVATION", agent_id=7), screen="conservation"):
        held = Hold.objects.get()
    assert dpo.post(f"{CONSERVATION}retenues/{held.pk}/lever/").status_code == 302
    page = text_of(dpo, f"{CONSERVATION}retenues/")
    assert "levée" in page
    assert re.search(r'levée</span> <span class="soft">[^<]*, Agent dpo</span>', page)
    both = dpo.post(f"{CONSERVATION}retenues/", typed | {"person_id": "1"})
    assert both.status_code == 422
    assert "un seul" in both.content.decode()


def test_the_certificate_is_read_on_screen(own_landlord: Landlord, client_as: ClientAs) -> None:
    asked = Asked(
        day=date(2026, 11, 21),
        operator="essai",
        agent_id=None,
        at=datetime(2026, 11, 21, 9, tzinfo=PARIS),
        documents=Path(settings.DOCUMENT_ROOT),
    )
    assert purge(asked, today=today()).certificate == 1
    dpo = client_as("dpo")
    assert "CE-000001" in text_of(dpo, f"{CONSERVATION}certificats/")
    pdf = dpo.get(f"{CONSERVATION}certificats/1.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert dpo.get(f"{CONSERVATION}certificats/1.json").json()["certificate"] == "CE-000001"
    assert dpo.get(f"{CONSERVATION}certificats/2.pdf").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        CONSERVATION,
        FOYER,
        f"{CONSERVATION}retenues/",
        f"{CONSERVATION}certificats/",
        f"{CONSERVATION}certificats/1.pdf",
    ],
)
@pytest.mark.parametrize("intruder", ["siege", "gestionnaire_nord", "comptable", "admin_technique"])
def test_nobody_but_the_dpo_finds_these_pages(
    landlord: Landlord, client_as: ClientAs, path: str, intruder: str
) -> None:
    assert client_as(intruder).get(path).status_code == 404


def test_an_officer_cannot_decide_by_posting(own_landlord: Landlord, client_as: ClientAs) -> None:
    assert client_as("gestionnaire_nord").post(FOYER, SHORTER).status_code == 404
    with acting(Actor(role=Role.DPO, purpose="CONSERVATION", agent_id=7), screen="conservation"):
        assert Decision.objects.count() == 0


def test_a_tenant_reads_until_when_each_kind_of_data_is_kept(landlord: Landlord, client_as: ClientAs) -> None:
    page = text_of(client_as("locataire"), "/chez-moi/dossier/")
    assert "Vos ressources de 2024" in page
    assert "Gardé jusqu’au 31 décembre 2029, puis effacé" in page
    assert "Gardé tant que dure votre bail, et 3 ans après en archive, puis effacé" in page


def test_an_officer_reads_the_clocks_of_a_lease(landlord: Landlord, client_as: ClientAs) -> None:
    page = text_of(client_as("gestionnaire_nord"), "/bureau/baux/101/")
    assert "Conservation des données" in page
    assert "Gardé jusqu’au 31 décembre 2029, puis effacé" in page


def test_an_accountant_is_told_nothing_that_they_may_not_read(landlord: Landlord, client_as: ClientAs) -> None:
    page = text_of(client_as("comptable"), "/bureau/comptabilite/baux/101/")
    assert "Conservation des données" not in page
