"""The language of an account: chosen once, found on the next device and in what is written; else French."""

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import psycopg
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from tests.sites.browser import sign_in
from tests.sites.test_home import superuser

from palier.agents.models import User
from palier.foundation.clock import now
from palier.web.account_mail import FOLDER, Message, write_to_account

__all__ = ["superuser"]

ClientAs = Callable[[str], Client]
SPEAKS = {"langue": "ar", "retour": "/chez-moi/"}


def language_of(client: Client) -> str:
    return str(client.get("/chez-moi/documents/").headers["Content-Language"])


def written_to(user: User) -> str:
    folder = Path(settings.PALIER_HOME) / FOLDER
    before = set(folder.glob("*.eml"))
    assert write_to_account(
        Message.ACCESS_CHANGED, user_id=user.pk, person_id=user.person_id, site="home", origin="", at=now()
    )
    (left,) = set(folder.glob("*.eml")) - before
    message = message_from_bytes(left.read_bytes(), policy=default)
    left.unlink()
    return f"{message['Subject']}\n{message.get_content()}"


def test_a_language_is_chosen_once_and_follows_the_account(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    user = User.objects.get(identifier="locataire")
    assert "Votre manière d’entrer a changé" in written_to(user)
    here, elsewhere = client_as("locataire"), sign_in(user)
    assert language_of(here) == "fr"
    assert here.post("/chez-moi/apparence/", SPEAKS).status_code == 303
    assert language_of(here) == "ar"
    assert superuser.execute("SELECT language FROM agents_user WHERE id = %s", [user.pk]).fetchone() == ("ar",)
    # The next device has no cookie of it. One that was open already goes on as it was opened.
    superuser.execute("UPDATE agents_user SET password = %s WHERE id = %s", [make_password("pluie fine"), user.pk])
    next_device = Client()
    typed = {"identifier": "locataire", "password": "pluie fine"}
    assert next_device.post("/chez-moi/connexion/", typed).headers["Location"] == "/chez-moi/"
    assert language_of(next_device) == "ar"
    assert language_of(elsewhere) == "fr"
    assert "تغيرت طريقة دخولكم" in written_to(user)
    # Somebody else, on the same device, is spoken to in their own.
    other = client_as("locataire_sud")
    other.cookies["palier_langue"] = "ar"
    assert other.post("/chez-moi/apparence/", SPEAKS | {"langue": "fr"}).status_code == 303
    assert language_of(other) == "fr"


def test_what_is_chosen_by_nobody_stays_on_the_device(superuser: psycopg.Connection) -> None:
    visitor = Client()
    assert visitor.post("/chez-moi/apparence/", SPEAKS).status_code == 303
    assert visitor.get("/chez-moi/connexion/").headers["Content-Language"] == "ar"
    assert visitor.post("/chez-moi/apparence/", SPEAKS | {"langue": "klingon"}).status_code == 400
    assert superuser.execute("SELECT count(*) FROM agents_user WHERE language <> ''").fetchone() == (0,)


def test_a_visitor_reads_why_they_are_refused_in_their_language(superuser: psycopg.Connection) -> None:
    visitor = Client()
    assert visitor.post("/chez-moi/apparence/", SPEAKS | {"langue": "en"}).status_code == 303
    pages = ("/chez-moi/ouvrir/", "/chez-moi/aider/")
    for answer in (visitor.post(page, {"code": "ABC"}) for page in pages):
        assert answer.status_code == 422
        assert "There is a typing mistake" in answer.content.decode()
        assert "faute de frappe" not in answer.content.decode()
    # Refused inside a form, with a fact.
    for _ in range(5):
        visitor.post("/chez-moi/connexion/", {"identifier": "personne", "password": "trois rivieres"})
    closed = visitor.post("/chez-moi/connexion/", {"identifier": "personne", "password": "trois rivieres"})
    assert "Five tries have failed for this identifier. Try again after" in closed.content.decode()


def test_the_desk_stays_french_whatever_a_tenant_chose(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    officer = client_as("gestionnaire_nord")
    officer.cookies["palier_langue"] = "ar"
    assert 'lang="fr"' in officer.get("/bureau/").content.decode()
