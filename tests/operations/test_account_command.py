"""`palier account`: who runs it and why are journaled, links serve once, and nobody but the owner learns what opens."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from tests.conftest import Statement

import palier.cli
from palier.foundation.clock import now
from palier.web.account_mail import FOLDER
from palier.web.totp import code_at, step_of

PASSWORD = "trois rivieres et un pont"
NEW = "un pont et quatre rivieres"
THE_OPERATOR = "Aline Cormier"
ENTER = "/bureau/entrer/"
ENROL = "/bureau/acces/choisir/"


@pytest.fixture
def superuser(statement: Statement, monkeypatch: pytest.MonkeyPatch) -> Iterator[Statement]:
    # The application is open already, as the web's login, which this cluster lets take the roles of jobs.
    monkeypatch.setenv("PALIER_PROCESS", "web")

    statement("UPDATE agents_user SET password = %s", make_password(PASSWORD))
    yield statement
    for path in (Path(settings.PALIER_HOME) / FOLDER).glob("*.eml"):
        path.unlink()


def account(*arguments: str) -> int:
    return palier.cli.main(["account", *arguments, "--as", THE_OPERATOR])


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def path_of(figures: dict[str, object]) -> str:
    link = str(figures["link"])
    assert link.startswith("https://palier.example/")
    return link.removeprefix("https://palier.example")


def traces(superuser: Statement) -> list[tuple[object, ...]]:
    return superuser(
        "SELECT operator, role, motive, is_mass, subjects, categories, screen, terms FROM privacy_readevent ORDER BY id"
    )


def enter(browser: Client, password: str, identifier: str = "siege") -> str:
    answer = browser.post(ENTER, {"identifier": identifier, "password": password})
    return str(answer.headers.get("Location", answer.status_code))


def enrol(browser: Client) -> str:
    shown = re.search(r'<span class="code">([A-Z2-7 ]{39})<', browser.get(ENROL).content.decode())
    assert shown is not None
    secret = shown[1].replace(" ", "")
    assert browser.post(ENROL, {"kind": "totp", "code": code_at(secret, step_of(now()))}).status_code == 200
    return secret


def test_the_list_names_accounts_and_nothing_that_opens_them(
    superuser: Statement, capsys: pytest.CaptureFixture[str]
) -> None:
    assert account("list", "--json") == 0
    figures = told(capsys)
    rows = {row["identifier"]: row for row in figures["accounts"]}
    assert figures["count"] == len(rows) == 15
    assert rows["dpo"] == {
        "identifier": "dpo", "role": "dpo", "person": None, "open": True, "left": False, "factors": 0, "sessions": 0,
    }  # fmt: skip
    assert rows["gestionnaire_parti"]["left"] is True
    assert traces(superuser) == [
        (THE_OPERATOR, "batch_operator", "CONNEXION", False, [], ["CONNEXION"], "account list", "")
    ]
    # The tenants' accounts are everybody's: everybody is told.
    assert account("list", "--tenants") == 0
    assert "locataire_sud\tPersonne n°" in capsys.readouterr().out
    assert traces(superuser)[1][3:7] == (True, [], ["CONNEXION"], "account list")


def test_who_is_invited_chooses_a_password_then_owes_a_second_factor(
    superuser: Statement, capsys: pytest.CaptureFixture[str]
) -> None:
    superuser("UPDATE agents_user SET password = '!' WHERE identifier = 'siege'")
    assert account("invite", "siege", "--address", "https://palier.example/", "--json") == 0
    page = Client()
    form = page.get(path_of(told(capsys)))["Location"]
    assert page.post(form, {"wanted": NEW, "again": NEW})["Location"] == ENTER
    assert page.post(form, {"wanted": NEW, "again": NEW}).status_code == 422
    browser = Client()
    assert enter(browser, NEW) == ENROL
    assert browser.get("/bureau/").status_code == 302
    assert traces(superuser)[0] == (
        THE_OPERATOR, "batch_operator", "CONNEXION", False, [], ["CONNEXION"], "account invite", "siege"
    )  # fmt: skip


def test_an_invitation_leaves_the_second_factor_due(superuser: Statement, capsys: pytest.CaptureFixture[str]) -> None:
    enter(owner := Client(), PASSWORD)
    enrol(owner)
    account("invite", "siege", "--address", "https://palier.example", "--json")
    page = Client()
    page.post(page.get(path_of(told(capsys)))["Location"], {"wanted": NEW, "again": NEW})
    assert enter(Client(), NEW) == "/bureau/acces/second-facteur/"


def test_a_reset_takes_the_factor_away_and_its_link_serves_with_the_password(
    superuser: Statement, capsys: pytest.CaptureFixture[str]
) -> None:
    superuser("UPDATE agents_user SET identifier = 'siege@demo.example' WHERE identifier = 'siege'")
    owner = Client()
    enter(owner, PASSWORD, "siege@demo.example")
    enrol(owner)
    assert account("reset", "siege@demo.example", "--address", "https://palier.example", "--json") == 0
    link = path_of(told(capsys))
    assert owner.get("/bureau/").status_code == 302
    assert enter(Client(), PASSWORD, "siege@demo.example") == "422"
    back = Client()
    back.get(link)
    assert enter(back, PASSWORD, "siege@demo.example") == ENROL
    back.post(ENROL, {"kind": "simulated"})
    assert "votre second facteur a été réinitialisé" in back.get("/bureau/").content.decode()
    [message] = (Path(settings.PALIER_HOME) / FOLDER).glob("*.eml")
    assert "siege@demo.example" in message.read_text(encoding="utf-8")


def test_a_closed_account_opens_nothing_nor_is_invited_until_it_is_opened_again(
    superuser: Statement, capsys: pytest.CaptureFixture[str]
) -> None:
    agent = Client()
    enter(agent, PASSWORD)
    enrol(agent)
    assert account("close", "siege", "--json") == 0
    assert told(capsys) == {"identifier": "siege", "open": False, "sessions_closed": 1}
    assert agent.get("/bureau/").status_code == 302
    assert enter(Client(), PASSWORD) == "422"
    assert account("invite", "siege") == 1
    assert "rouvrez-le d’abord" in capsys.readouterr().err
    assert account("open", "siege") == 0
    assert enter(Client(), PASSWORD) == "/bureau/acces/second-facteur/"


def test_a_tenant_sees_what_was_done_to_their_account_and_no_other_tenant_does(
    superuser: Statement, client_as: Callable[[str], Client], capsys: pytest.CaptureFixture[str]
) -> None:
    account("invite", "locataire", "--motive", "DEMANDE_LOCATAIRE")
    assert "/chez-moi/acces/nouveau/?lien=" in capsys.readouterr().out
    assert traces(superuser)[0][2:] == (
        "DEMANDE_LOCATAIRE", False, [1], ["CONNEXION"], "account invite", "locataire"
    )  # fmt: skip
    said = "un lien pour choisir votre mot de passe"
    assert said in client_as("locataire").get("/chez-moi/dossier/lectures/").content.decode()
    assert said not in client_as("locataire_sud").get("/chez-moi/dossier/lectures/").content.decode()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("reset", "personne"), "Aucun compte n’a l’identifiant"),
        (("close", "siege", "--motive", "CURIOSITE"), "n’est pas dans la liste fermée des motifs"),
    ],
)
def test_a_wrong_name_or_motive_is_refused_and_changes_nothing(
    superuser: Statement, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert account(*arguments) == 1
    assert said in capsys.readouterr().err
    assert superuser("SELECT 1 FROM agents_user WHERE NOT is_active") == []
    assert traces(superuser) == []


def test_a_command_without_an_operator_is_wrong_usage(superuser: Statement) -> None:
    with pytest.raises(SystemExit) as exit_:
        palier.cli.main(["account", "close", "siege"])
    assert exit_.value.code == 2


def test_the_operators_role_reads_the_address_of_one_person_and_no_password(superuser: Statement) -> None:
    from django.db import ProgrammingError

    from palier.agents.models import User
    from palier.people.models import Contact
    from palier.privacy.actor import seeing_to_an_account

    superuser("DELETE FROM people_contact")
    for person in (1, 4):
        superuser(
            "INSERT INTO people_contact (person_id, channel, value, shared_with_caretaker)"
            " VALUES (%s, 'EMAIL', %s, false)", person, f"{person}@courriel.example",
        )  # fmt: skip
    with seeing_to_an_account(1, operator=THE_OPERATOR, motive="CONNEXION", command="essai"):
        assert list(Contact.objects.values_list("value", flat=True)) == ["1@courriel.example"]
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        seeing_to_an_account(1, operator=THE_OPERATOR, motive="CONNEXION", command="essai"),
    ):
        list(User.objects.values_list("password"))
