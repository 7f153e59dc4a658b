"""A password forgotten: a link by mail that serves once, says of no account that it exists, leaves the factor due."""

import email
import email.policy
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpResponseBase
from django.test import Client
from tests.conftest import Statement
from tests.sites.answers import text_of

from palier.foundation.clock import now
from palier.web.account_mail import FOLDER
from palier.web.tasks import write_to_account
from palier.web.totp import code_at, step_of

ClientAs = Callable[[str], Client]

PASSWORD = "trois rivieres et un pont"
NEW = "un pont et quatre rivieres"
FORGOTTEN = "/bureau/acces/oubli/"
TENANTS = "/chez-moi/acces/oubli/"
ENTER = "/bureau/entrer/"
ENROL = "/bureau/acces/choisir/"
SECOND = "/bureau/acces/second-facteur/"
ADDRESS = "siege@demo.example"


@pytest.fixture
def superuser(statement: Statement) -> Statement:
    """A statement beside every policy; every account has the same password, one agent and one tenant an address."""

    statement("UPDATE agents_user SET password = %s", make_password(PASSWORD))
    statement("UPDATE agents_user SET identifier = %s WHERE identifier = 'siege'", ADDRESS)
    statement("DELETE FROM people_contact WHERE channel = 'EMAIL'")
    statement(
        "INSERT INTO people_contact (person_id, residence_id, channel, value, shared_with_caretaker)"
        " SELECT id, residence_id, 'EMAIL', 'lucie@courriel.example', false FROM people_person WHERE id = 1"
    )
    return statement


@pytest.fixture
def mailbox() -> Iterator[Path]:
    folder = Path(settings.PALIER_HOME) / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def text(response: HttpResponseBase) -> str:
    return text_of(response)


def jobs(superuser: Statement) -> list[dict[str, object]]:
    """What waits to be written; taken off the queue."""
    rows = superuser(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'palier.web.tasks.write_to_account' ORDER BY id"
    )
    superuser("DELETE FROM procrastinate_jobs")
    return [row[0] for row in rows]


def written(superuser: Statement, mailbox: Path) -> list[tuple[str, str]]:
    """Run the jobs that wait: to whom each message went and what it says."""
    for args in jobs(superuser):
        write_to_account(**args)
    found = []
    for path in sorted(mailbox.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body()
        assert body is not None
        found.append((str(message["To"]), body.get_content()))
        assert path.stat().st_mode & 0o077 == 0
        path.unlink()
    return found


def link_in(body: str) -> str:
    """The path of the link of a message."""
    link = re.search(r"http://testserver(/\S+\?lien=[\w-]+)", body)
    assert link is not None
    return link[1]


def ask(identifier: str, *, page: str = FORGOTTEN, browser: Client | None = None) -> HttpResponseBase:
    return (browser or Client()).post(page, {"identifier": identifier})


def choose(link: str, wanted: str = NEW) -> HttpResponseBase:
    """Follow a link in a new browser and choose a password there."""
    browser = Client()
    page = browser.get(link)["Location"]
    return browser.post(page, {"wanted": wanted, "again": wanted})


def enter(browser: Client, password: str, identifier: str = ADDRESS) -> HttpResponseBase:
    return browser.post(ENTER, {"identifier": identifier, "password": password})


def enrolled(browser: Client) -> str:
    enter(browser, PASSWORD)
    shown = re.search(r'<span class="code">([A-Z2-7 ]{39})<', text(browser.get(ENROL)))
    assert shown is not None
    secret = shown[1].replace(" ", "")
    assert browser.post(ENROL, {"kind": "totp", "code": code_at(secret, step_of(now()))}).status_code == 200
    return secret


def test_an_agent_chooses_another_password_and_still_owes_the_second_factor(
    superuser: Statement, mailbox: Path
) -> None:
    open_elsewhere = Client()
    secret = enrolled(open_elsewhere)
    assert "C’est demandé" in text(ask(f" {ADDRESS.upper()} "))
    [(to, body)] = written(superuser, mailbox)
    assert to == ADDRESS
    answer = choose(link_in(body))
    assert answer["Location"] == ENTER
    # Whoever had a session with the former password has none any more.
    assert open_elsewhere.get("/bureau/").status_code == 302
    assert enter(Client(), PASSWORD).status_code == 422
    browser = Client()
    assert enter(browser, NEW)["Location"] == SECOND
    assert browser.get("/bureau/").status_code == 302
    assert browser.get(ENROL)["Location"] == SECOND
    assert browser.post(SECOND, {"code": code_at(secret, step_of(now()) + 1)}).status_code == 302
    assert "votre mot de passe a été changé par un lien" in text(browser.get("/bureau/"))
    assert "changé par un lien" not in text(browser.get("/bureau/"))
    [(to, body)] = written(superuser, mailbox)
    assert (to, "un nouveau mot de passe a été choisi" in body) == (ADDRESS, True)


def test_the_answer_is_the_same_whether_the_account_exists_or_not(superuser: Statement, mailbox: Path) -> None:
    superuser("UPDATE agents_user SET is_active = false WHERE identifier = 'comptable'")
    told = {
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text(ask(who)))
        # Someone, nobody, a closed account, one that enters by another site, one without an address.
        for who in (ADDRESS, "inconnu@demo.example", "comptable", "locataire", "dpo")
    }
    assert len(told) == 1
    # As many jobs as requests: the queue does not tell either.
    waiting = superuser("SELECT args ->> 'user_id' IS NOT NULL FROM procrastinate_jobs ORDER BY id")
    assert waiting == [(True,), (False,), (False,), (False,), (True,)]
    assert [to for to, _ in written(superuser, mailbox)] == [ADDRESS]


def test_a_job_holds_neither_a_name_nor_what_opens_anything(superuser: Statement, mailbox: Path) -> None:
    enrolled(Client())
    ask(ADDRESS)
    [args] = jobs(superuser)
    assert ADDRESS not in str(args)
    assert superuser("SELECT 1 FROM web_passwordlink") == []
    write_to_account(**args)
    [path] = mailbox.glob("*.eml")
    token = link_in(path.read_text(encoding="utf-8").replace("=\n", "").replace("=3D", "=")).rpartition("=")[2]
    assert token not in str(superuser("SELECT token_sha256 FROM web_passwordlink"))
    assert ADDRESS not in path.name


def test_a_mailbox_alone_does_not_open_an_agents_account(superuser: Statement, mailbox: Path) -> None:
    ask(ADDRESS)
    [(_, body)] = written(superuser, mailbox)
    assert "un courriel ne suffit pas" in body
    assert "lien=" not in body
    assert superuser("SELECT 1 FROM web_passwordlink") == []


def test_a_link_serves_once_for_half_an_hour_and_the_last_one_asked_for_alone(
    superuser: Statement, mailbox: Path
) -> None:
    enrolled(Client())
    ask(ADDRESS)
    ask(ADDRESS)
    first, last = (link_in(body) for _, body in written(superuser, mailbox))
    assert {choose(first).status_code, choose(last).status_code} == {302, 422}
    assert (choose(first).status_code, choose(last).status_code) == (422, 422)
    ask(ADDRESS)
    [link] = [link_in(body) for _, body in written(superuser, mailbox) if "lien=" in body]
    left = superuser("SELECT extract(epoch FROM expires_at - now())::int FROM web_passwordlink")
    assert 1700 < int(str(left[0][0])) <= 1800
    superuser("UPDATE web_passwordlink SET expires_at = now() - interval '1 second'")
    late = choose(link)
    assert (late.status_code, "Ce lien ne sert plus" in text(late)) == (422, True)
    assert enter(Client(), NEW)["Location"] == SECOND


def test_a_guessed_link_or_one_of_another_site_opens_nothing(superuser: Statement, mailbox: Path) -> None:
    ask("locataire", page=TENANTS)
    [(_, body)] = written(superuser, mailbox)
    link = link_in(body)
    for wrong in ("", "x" * 500, "é", "../../"):
        assert choose(f"/bureau/acces/nouveau/?lien={wrong or 'a'}").status_code == 422
    assert choose(link.replace("/chez-moi/", "/bureau/")).status_code == 422
    assert Client().get("/bureau/acces/nouveau/").status_code == 422
    assert enter(Client(), PASSWORD)["Location"] == ENROL


def test_a_weak_password_is_refused_and_the_link_still_serves(superuser: Statement, mailbox: Path) -> None:
    ask("locataire", page=TENANTS)
    [(_, body)] = written(superuser, mailbox)
    link = link_in(body)
    assert choose(link, "court").status_code == 422
    assert choose(link).status_code == 302


def test_a_tenant_without_a_factor_enters_with_the_password_chosen_and_sees_who_wrote(
    superuser: Statement, mailbox: Path
) -> None:
    ask("locataire", page=TENANTS)
    [(to, body)] = written(superuser, mailbox)
    assert to == "lucie@courriel.example"
    # The link is out of the address at once: neither history nor referrer keeps it.
    assert "lien" not in Client().get(link_in(body))["Location"]
    assert choose(link_in(body))["Location"] == "/chez-moi/connexion/"
    browser = Client()
    entered = browser.post("/chez-moi/connexion/", {"identifier": "locataire", "password": NEW})
    assert entered["Location"] == "/chez-moi/"
    assert "votre mot de passe a été changé par un lien" in text(browser.get("/chez-moi/dossier/"))
    rows = superuser(
        "SELECT role, operator, motive, is_mass, subjects, categories, screen FROM privacy_readevent"
        " WHERE screen = 'courriel de connexion'"
    )
    assert rows[0] == (
        "batch_operator", "file d’attente", "CONNEXION", False, [1], ["CONNEXION", "COORDONNEES"],
        "courriel de connexion",
    )  # fmt: skip
    assert "un message à propos de votre compte de connexion" in text(browser.get("/chez-moi/dossier/lectures/"))


def test_another_tenant_is_told_nothing_of_it(superuser: Statement, mailbox: Path, client_as: ClientAs) -> None:
    ask("locataire", page=TENANTS)
    written(superuser, mailbox)
    assert "courriel de connexion" not in text(client_as("locataire_sud").get("/chez-moi/dossier/lectures/"))
    assert "votre compte de connexion" not in text(client_as("locataire_sud").get("/chez-moi/dossier/lectures/"))


def test_a_tenant_without_an_address_is_told_to_go_to_the_agency(superuser: Statement, mailbox: Path) -> None:
    superuser("DELETE FROM people_contact")
    assert "Allez à votre agence" in text(Client().get(TENANTS))
    ask("locataire", page=TENANTS)
    assert written(superuser, mailbox) == []
    assert superuser("SELECT 1 FROM web_passwordlink") == []


def test_requests_are_counted_apart_from_passwords_tried(superuser: Statement, mailbox: Path) -> None:
    for _ in range(5):
        assert ask("inconnu").status_code == 200
    closed = ask("inconnu")
    assert (closed.status_code, "Trop de demandes" in text(closed)) == (429, True)
    assert ask("inconnu", browser=Client(REMOTE_ADDR="192.0.2.9")).status_code == 429
    # Nobody closes a colleague's door by asking for links in their name.
    assert enter(Client(), PASSWORD)["Location"] == ENROL
    neighbour = Client(REMOTE_ADDR="192.0.2.7")
    for number in range(40):
        assert ask(f"essai{number}", browser=neighbour).status_code == 200
    assert ask("un-de-plus", browser=neighbour).status_code == 429
    assert enter(neighbour, PASSWORD)["Location"] == ENROL


def test_a_request_without_its_token_asks_for_nothing(superuser: Statement) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(FORGOTTEN, {"identifier": ADDRESS}).status_code == 403
    assert jobs(superuser) == []


def test_a_link_never_leads_to_this_machine_when_the_landlord_has_a_name(
    superuser: Statement, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "palier.office.example"])
    Client().post(TENANTS, {"identifier": "locataire"}, HTTP_HOST="localhost")
    assert Client().post(TENANTS, {"identifier": "locataire"}, HTTP_HOST="ailleurs.example").status_code == 400
    [(_, body)] = written(superuser, mailbox)
    assert "http://palier.office.example/chez-moi/acces/nouveau/?lien=" in body


def test_the_owner_of_a_reset_account_is_told_by_mail_and_at_the_next_sign_in(
    superuser: Statement, mailbox: Path, client_as: ClientAs
) -> None:
    answer = client_as("admin_technique").post("/bureau/comptes/", {"identifiant": ADDRESS, "acte": "reinitialiser"})
    [(to, body)] = written(superuser, mailbox)
    assert (to, "le second facteur de votre compte a été réinitialisé" in body) == (ADDRESS, True)
    assert "lien=" not in body
    link = re.search(r"testserver(/\S+\?lien=[\w-]+)", text(answer))
    assert link is not None
    browser = Client()
    browser.get(link[1])
    enter(browser, PASSWORD)
    browser.post(ENROL, {"kind": "simulated"})
    assert "votre second facteur a été réinitialisé" in text(browser.get("/bureau/"))
    assert superuser("SELECT 1 FROM web_accessnotice") == []


@pytest.mark.parametrize("intruder", ["siege", "comptable", "gestionnaire_nord", "locataire"])
def test_no_role_of_the_sites_writes_to_an_account_in_anothers_name(superuser: Statement, intruder: str) -> None:
    from django.db import Error

    from palier.privacy.actor import Actor, acting
    from palier.privacy.declare import Role
    from palier.web.account_mail import Message, ask_to_write
    from palier.web.models import PasswordLink

    role = Role.DPO if intruder == "siege" else Role.HEADQUARTERS
    purpose = "PROTECTION_DONNEES" if role is Role.DPO else "GESTION_LOCATIVE"
    actor = Actor(role=role, purpose=purpose, agent_id=4)
    with pytest.raises(Error, match="in one's own name"), acting(actor):
        ask_to_write(Message.FACTOR_RESET, user_id=1, person_id=None, site="desk", asked_by=5)
    with pytest.raises(Error, match="permission denied"), acting(actor):
        list(PasswordLink.objects.values_list("user_id"))
