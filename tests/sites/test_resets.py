"""A lost second factor: reset by the DPO or the administrator, found again by a link that serves once, journaled."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.http import HttpResponseBase
from django.test import Client
from tests.conftest import Statement
from tests.sites.answers import bytes_of

from palier.foundation.clock import now
from palier.web.totp import code_at, step_of

ClientAs = Callable[[str], Client]

PASSWORD = "trois rivieres et un pont"
PAGE = "/bureau/comptes/"
ENROL = "/bureau/acces/choisir/"


@pytest.fixture
def superuser(statement: Statement) -> Statement:
    statement("UPDATE agents_user SET password = %s", make_password(PASSWORD))
    return statement


def text(response: HttpResponseBase) -> str:
    return bytes_of(response).decode()


def enter(browser: Client, identifier: str = "siege") -> HttpResponseBase:
    return browser.post("/bureau/entrer/", {"identifier": identifier, "password": PASSWORD})


def enrol(browser: Client) -> HttpResponseBase:
    shown = re.search(r'<span class="code">([A-Z2-7 ]{39})<', text(browser.get(ENROL)))
    assert shown is not None
    return browser.post(ENROL, {"kind": "totp", "code": code_at(shown[1].replace(" ", ""), step_of(now()))})


def reset(by: Client, identifier: str = "siege") -> str:
    """The path of the link given."""
    answer = by.post(PAGE, {"identifiant": identifier, "acte": "reinitialiser"})
    link = re.search(r"testserver(/\S+\?lien=[\w-]+)", text(answer))
    assert link is not None
    return link[1]


@pytest.mark.parametrize("resetter", ["dpo", "admin_technique"])
def test_a_reset_account_is_entered_again_by_its_link_and_its_password(
    superuser: Statement, client_as: ClientAs, resetter: str
) -> None:
    owner = Client()
    enter(owner)
    assert enrol(owner).status_code == 200
    link = reset(client_as(resetter))
    assert owner.get("/bureau/").status_code == 302
    assert superuser("SELECT 1 FROM web_secondfactor") == []
    # The password alone, which may be stolen, chooses no new factor.
    thief = Client()
    refused = enter(thief)
    assert (refused.status_code, "entrez par le lien" in text(refused)) == (422, True)
    back = Client()
    back.get(link)
    assert enter(back)["Location"] == ENROL
    # Giving up half-way does not use the link up.
    again = Client()
    again.get(link)
    assert enter(again)["Location"] == ENROL
    assert enrol(again).status_code == 200
    assert again.get("/bureau/").status_code == 200
    assert superuser("SELECT 1 FROM web_enrolmentlink") == []


def test_the_link_serves_one_account_once_and_for_a_day(superuser: Statement, client_as: ClientAs) -> None:
    dpo = client_as("dpo")
    link, other_link = reset(dpo, "siege"), reset(dpo, "comptable")
    stranger = Client()
    stranger.get(other_link)
    assert enter(stranger, "siege").status_code == 422
    superuser("UPDATE web_enrolmentlink SET expires_at = now() - interval '1 second'")
    late = Client()
    late.get(link)
    assert enter(late, "siege").status_code == 422
    fresh = reset(dpo, "siege")
    assert fresh != link
    superseded = Client()
    superseded.get(link)
    assert enter(superseded, "siege").status_code == 422


def test_each_reset_is_a_line_of_the_journal_and_the_tenant_sees_it(superuser: Statement, client_as: ClientAs) -> None:
    reset(client_as("dpo"), "locataire")
    rows = superuser(
        "SELECT role, screen, terms, subjects FROM privacy_readevent WHERE screen = 'comptes de connexion'"
    )
    assert rows == [("dpo", "comptes de connexion", "second facteur réinitialisé : locataire", [1])]
    kept = str(superuser("SELECT token_sha256 FROM web_enrolmentlink"))
    assert "lien" not in kept


def test_a_closed_account_opens_nothing_until_it_is_opened_again(superuser: Statement, client_as: ClientAs) -> None:
    dpo, agent = client_as("dpo"), client_as("siege")
    assert "Fermé" in text(dpo.post(PAGE, {"identifiant": "siege", "acte": "fermer"}))
    assert agent.get("/bureau/").status_code == 302
    assert enter(Client()).status_code == 422
    dpo.post(PAGE, {"identifiant": "siege", "acte": "rouvrir"})
    assert enter(Client())["Location"] == ENROL


def test_the_sessions_of_a_stolen_telephone_are_closed_at_once(superuser: Statement, client_as: ClientAs) -> None:
    agent = client_as("gardien_nord")
    client_as("admin_technique").post(PAGE, {"identifiant": "gardien_nord", "acte": "sessions"})
    assert agent.get("/terrain/").status_code == 302


@pytest.mark.parametrize("act", ["reinitialiser", "sessions", "fermer", "rouvrir"])
def test_nobody_changes_the_locks_of_their_own_account(superuser: Statement, client_as: ClientAs, act: str) -> None:
    dpo = client_as("dpo")
    answer = dpo.post(PAGE, {"identifiant": "dpo", "acte": act})
    assert (answer.status_code, "demandez à un collègue" in text(answer)) == (422, True)
    assert dpo.get("/bureau/").status_code == 200


@pytest.mark.parametrize("intruder", ["siege", "gestionnaire_nord", "responsable_nord", "comptable"])
def test_no_one_else_resets_an_account(superuser: Statement, client_as: ClientAs, intruder: str) -> None:
    browser = client_as(intruder)
    assert browser.get(PAGE, {"identifiant": "dpo"}).status_code == 404
    assert browser.post(PAGE, {"identifiant": "dpo", "acte": "reinitialiser"}).status_code == 404
    assert superuser("SELECT 1 FROM web_enrolmentlink") == []


def test_an_unknown_account_or_act_is_told(superuser: Statement, client_as: ClientAs) -> None:
    dpo = client_as("dpo")
    assert "Aucun compte n’a l’identifiant" in text(dpo.get(PAGE, {"identifiant": "personne"}))
    assert dpo.post(PAGE, {"identifiant": "siege", "acte": "autre"}).status_code == 404
    # Looking an account up says how many factors it has and nothing that opens it.
    shown = text(dpo.get(PAGE, {"identifiant": " SIEGE "}))
    assert "Sessions ouvertes" in shown
    assert "argon2" not in shown
