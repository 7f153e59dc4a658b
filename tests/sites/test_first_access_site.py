"""A tenant's first access without a script: the letter's code, a second proof, a password and what goes with it."""

import email
import email.policy
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
import pymupdf
import pytest
from django.conf import settings
from django.db import ProgrammingError, connections
from django.http import HttpResponseBase
from django.test import Client
from tests.sites.answers import text_of
from tests.sites.browser import sign_in

from palier.admission.operations.letters import Asked, make_one_letter
from palier.admission.operations.printing import print_letters
from palier.admission.tasks import send_code
from palier.agents.models import User
from palier.foundation.clock import now, today
from palier.privacy.ended import End, Ends, kept_ends
from palier.web.recovery import Notice, note_for_owner
from palier.web.tasks import write_to_account
from palier.web.totp import code_at, step_of

OPEN = "/chez-moi/ouvrir/"
PROOF = "/chez-moi/ouvrir/preuve/"
CHOOSE = "/chez-moi/ouvrir/choisir/"
HOME = "/chez-moi/"
FILE = "/chez-moi/dossier/"
CHECKED = "/chez-moi/dossier/verifier/"
VAULT = "/chez-moi/documents/coffre-externe/"
LINK = "/chez-moi/acces/courriel/"
ARRIVE = "/chez-moi/acces/lien/"
PASSWORD = "trois rivieres et un pont"
TEXTS, MAILS = (Path(settings.PALIER_HOME) / folder for folder in ("sms", "courriels"))
CODE = re.compile(r"[A-HJ-NP-Z2-9]{4}(?:-[A-HJ-NP-Z2-9]{4}){3}")


@pytest.fixture
def office(superuser: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """Nobody among the tenants has an account; Lucie has a telephone and a mailbox."""
    superuser.execute("DELETE FROM agents_user WHERE person_id IS NOT NULL")
    superuser.execute("DELETE FROM people_contact")
    for channel, value in (("SMS", "06 39 98 00 01"), ("EMAIL", "lucie@courriel.example")):
        superuser.execute(
            """INSERT INTO people_contact (person_id, residence_id, channel, value, shared_with_caretaker)
               VALUES (1, 11, %s, %s, false)""",
            [channel, value],
        )
    _empty()
    yield superuser
    _empty()


def _empty() -> None:
    for folder in (TEXTS, MAILS):
        shutil.rmtree(folder, ignore_errors=True)


def letter() -> tuple[str, str]:
    """Lucie's letter as she reads it: its code, and her identifier."""
    make_one_letter(person_id=1, by_hand=False, by=Asked(operator="essai"), at=now())
    kept: dict[str, bytes] = {}
    print_letters(keep=kept.__setitem__, operator="essai", at=now())
    with pymupdf.open(stream=next(iter(kept.values()))) as document:
        text = "".join(page.get_text() for page in document)
    code, identifier = CODE.search(text), re.search(r"\b\d{8}\b", text)
    assert code is not None
    assert identifier is not None
    return code.group(), identifier.group()


def run_jobs(office: psycopg.Connection) -> None:
    tasks: dict[str, Callable[..., None]] = {
        "palier.admission.tasks.send_code": send_code,
        "palier.web.tasks.write_to_account": write_to_account,
    }
    rows = office.execute("SELECT task_name, args FROM procrastinate_jobs ORDER BY id").fetchall()
    office.execute("DELETE FROM procrastinate_jobs")
    for name, args in rows:
        tasks[name](**args)


def sent_code(office: psycopg.Connection) -> str:
    run_jobs(office)
    (path,) = TEXTS.glob("*.txt")
    found = re.search(r"(\d{3}) (\d{3})\.", path.read_text(encoding="utf-8"))
    assert found is not None
    path.unlink()
    return "".join(found.groups())


def up_to_the_choice(client: Client, code: str, office: psycopg.Connection) -> None:
    """The two proofs, given."""
    assert client.post(OPEN, {"code": code}).headers["Location"] == PROOF
    page = text_of(client.get(PROOF))
    assert "•• •• •• •• 01" in page
    assert "06 39" not in page
    (way,) = re.findall(
        r'name="envoyer" value="(\d+)"[^>]*>\s*<svg[^>]*>.*?</svg>\s*Par SMS', raw(client.get(PROOF)), re.DOTALL
    )
    assert "six chiffres" in text_of(client.post(PROOF, {"envoyer": way}))
    answer = client.post(PROOF, {"code": sent_code(office)})
    assert answer.headers["Location"] == CHOOSE


def raw(response: HttpResponseBase) -> str:
    return bytes(getattr(response, "content", b"")).decode()


def wanted(**more: str) -> dict[str, str]:
    return {"wanted": PASSWORD, "again": PASSWORD, **more}


def test_a_letter_and_a_second_proof_open_a_space_by_password_and_sheet(office: psycopg.Connection) -> None:
    code, identifier = letter()
    client = Client()
    assert "J’ai reçu une lettre" in text_of(client.get("/chez-moi/connexion/"))
    # Each stage skipped leads back to the first.
    for page in (PROOF, CHOOSE, f"{CHOOSE}feuille/"):
        assert client.get(page).headers["Location"] == OPEN
    assert client.post(OPEN, {"code": code[:-1] + "?"}).status_code == 422
    assert client.post(OPEN, {"code": code}).headers["Location"] == PROOF
    assert client.get(CHOOSE).status_code == 422
    up_to_the_choice(client, code, office)
    assert "Une clé d’accès" in text_of(client.get(CHOOSE))
    assert client.get(f"{CHOOSE}rien/").status_code == 404
    assert client.post(f"{CHOOSE}feuille/", {"wanted": "court", "again": "court"}).status_code == 422
    answer = client.post(f"{CHOOSE}feuille/", wanted())
    codes = re.findall(r'<li class="code">([A-Z2-9-]{11})</li>', raw(answer))
    assert len(codes) == 10
    home = client.get(FILE)
    assert home.status_code == 200
    assert "Amandier" in text_of(home)
    # The letter is used up, and what was known to send codes is gone.
    assert Client().post(OPEN, {"code": code}).status_code == 422
    assert office.execute("SELECT ended_by FROM admission_accessletter").fetchall() == [("USED",)]
    kinds = "SELECT array_agg(kind ORDER BY id) FROM admission_accessevent"
    # Twice: who skipped the second proof was sent back to the code.
    accepted = ["CODE_ACCEPTED", "CODE_ACCEPTED"]
    assert office.execute(kinds).fetchone() == (["INVITED", "CODE_SENT", *accepted, "FIRST_SIGN_IN"],)
    # The next time: the identifier of the letter, the password, one code of the sheet, once.
    again = Client()
    entered = again.post("/chez-moi/connexion/", {"identifier": identifier, "password": PASSWORD})
    assert entered.headers["Location"] == "/chez-moi/acces/second-facteur/"
    assert again.get(FILE).status_code == 302
    assert again.post("/chez-moi/acces/second-facteur/", {"code": codes[0]}).headers["Location"] == HOME
    assert again.get(FILE).status_code == 200
    third = Client()
    third.post("/chez-moi/connexion/", {"identifier": identifier, "password": PASSWORD})
    assert third.post("/chez-moi/acces/second-facteur/", {"code": codes[0]}).status_code == 422


def test_an_application_beside_the_password(office: psycopg.Connection) -> None:
    code, _ = letter()
    client = Client()
    up_to_the_choice(client, code, office)
    page = f"{CHOOSE}application/"
    secret = re.search(r'<span class="code">([A-Z2-7 ]+)</span>', raw(client.get(page)))
    assert secret is not None
    assert client.post(page, wanted(code="000000")).status_code == 422
    right = code_at(secret.group(1).replace(" ", ""), step_of(now()))
    assert "codes de secours" in text_of(client.post(page, wanted(code=right)))
    assert client.get(FILE).status_code == 200
    assert office.execute("SELECT second_factor FROM web_opensession").fetchall() == [("TOTP",)]


def with_a_mailbox(office: psycopg.Connection) -> str:
    """Lucie, who chose a password and a link by mail: her identifier."""
    code, identifier = letter()
    client = Client()
    up_to_the_choice(client, code, office)
    assert client.post(f"{CHOOSE}courriel/", wanted()).headers["Location"] == HOME
    return identifier


def at_the_second_proof(identifier: str) -> Client:
    client = Client()
    entered = client.post("/chez-moi/connexion/", {"identifier": identifier, "password": PASSWORD})
    assert entered.headers["Location"] == "/chez-moi/acces/second-facteur/"
    return client


def link_received(office: psycopg.Connection) -> str:
    run_jobs(office)
    (path,) = MAILS.glob("*.eml")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    path.unlink()
    body = message.get_body()
    assert body is not None
    assert str(message["To"]) == "lucie@courriel.example"
    found = re.search(r"https?://[^/]+(/chez-moi/acces/lien/\S+)", body.get_content())
    assert found is not None
    return found.group(1)


def test_a_link_by_mail_opens_in_the_browser_that_asked_once(office: psycopg.Connection) -> None:
    client = at_the_second_proof(with_a_mailbox(office))
    assert "Recevoir un lien" in text_of(client.get("/chez-moi/acces/second-facteur/"))
    # No code was ever given: none is asked for.
    assert "Code à six chiffres" not in text_of(client.get("/chez-moi/acces/second-facteur/"))
    client.post(LINK, {"acte": "envoyer"})
    link = link_received(office)
    assert client.post(LINK, {"acte": "continuer"}).status_code == 422
    assert client.get(link).headers["Location"] == ARRIVE
    # Looking opens nothing: a mail reader looks too.
    assert client.get(ARRIVE).status_code == 200
    assert client.get(FILE).status_code == 302
    assert client.post(ARRIVE).headers["Location"] == HOME
    assert client.get(FILE).status_code == 200
    assert office.execute("SELECT second_factor FROM web_opensession WHERE second_factor = 'EMAIL'").fetchall()
    again = Client()
    assert again.get(link).status_code == 302
    assert again.get(ARRIVE).status_code == 422


def test_a_link_opened_elsewhere_lets_the_first_screen_go_on_by_its_number(office: psycopg.Connection) -> None:
    identifier = with_a_mailbox(office)
    desktop, telephone = at_the_second_proof(identifier), Client()
    number = re.search(r"<bdi>(\d\d)</bdi>", raw(desktop.post(LINK, {"acte": "envoyer"})))
    assert number is not None
    telephone.get(link_received(office))
    assert "nombre qu’il affiche" in text_of(telephone.get(ARRIVE))
    wrong = "10" if number.group(1) != "10" else "11"
    assert telephone.post(ARRIVE, {"nombre": wrong}).status_code == 422
    assert telephone.post(ARRIVE, {"nombre": number.group(1)}).status_code == 200
    # The one that reads the mail is in nowhere; the one that gave the password goes on.
    assert telephone.get(FILE).status_code == 302
    assert desktop.post(LINK, {"acte": "continuer"}).headers["Location"] == HOME
    assert desktop.get(FILE).status_code == 200
    # A thief who has the password, and a reader who guesses the number: three times, then another link.
    thief, reader = at_the_second_proof(identifier), Client()
    number = re.search(r"<bdi>(\d\d)</bdi>", raw(thief.post(LINK, {"acte": "envoyer"})))
    assert number is not None
    reader.get(link_received(office))
    for guess in ("98", "97", "96"):
        reader.post(ARRIVE, {"nombre": guess if guess != number.group(1) else "95"})
    assert reader.post(ARRIVE, {"nombre": number.group(1)}).status_code == 422
    assert thief.post(LINK, {"acte": "continuer"}).status_code == 422
    # Without the password, the page that waits is nobody's.
    assert Client().get(LINK).headers["Location"] == "/chez-moi/connexion/"


def test_numbers_guessed_at_once_are_counted_one_by_one(office: psycopg.Connection) -> None:
    thief, reader = at_the_second_proof(with_a_mailbox(office)), Client()
    number = re.search(r"<bdi>(\d\d)</bdi>", raw(thief.post(LINK, {"acte": "envoyer"})))
    assert number is not None
    reader.get(link_received(office))
    wrong = "10" if number.group(1) != "10" else "11"

    def guess(_: int) -> int:
        alike = Client()
        alike.cookies = reader.cookies
        try:
            return alike.post(ARRIVE, {"nombre": wrong}).status_code
        finally:
            connections.close_all()

    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with ThreadPoolExecutor(3) as three:
        with office.transaction():
            office.execute("SELECT 1 FROM web_maillink FOR UPDATE")
            sent = [three.submit(guess, each) for each in range(3)]
            until = time.monotonic() + 10
            while office.execute(waiting).fetchone() != (3,):
                assert time.monotonic() < until
                time.sleep(0.02)
        assert [each.result() for each in sent] == [422, 422, 422]
    # None of the three read what another had not counted yet: the link is gone.
    assert office.execute("SELECT count(*) FROM web_maillink").fetchone() == (0,)


def test_a_mailbox_that_gives_the_link_does_not_give_the_password_too(office: psycopg.Connection) -> None:
    identifier = with_a_mailbox(office)
    run_jobs(office)
    for path in MAILS.glob("*.eml"):
        path.unlink()
    Client().post("/chez-moi/acces/oubli/", {"identifier": identifier})
    run_jobs(office)
    (path,) = MAILS.glob("*.eml")
    body = email.message_from_bytes(path.read_bytes(), policy=email.policy.default).get_body()
    assert body is not None
    assert "agence" in body.get_content()
    assert "http" not in body.get_content()
    assert office.execute("SELECT count(*) FROM web_passwordlink").fetchone() == (0,)


def of_what_opens() -> list[End]:
    return [each for each in kept_ends()[0] if each.kind in (Ends.FACTOR, Ends.DEVICE)]


def chosen_at_the_second_try(owner: Client, thief: Client) -> HttpResponseBase:
    """An application's code that is refused undoes everything: no end is told of what is still there."""
    told = len(of_what_opens())
    owner.get(f"{CHOOSE}application/")
    assert owner.post(f"{CHOOSE}application/", wanted(code="000000")).status_code == 422
    assert thief.get(FILE).status_code == 200
    assert len(of_what_opens()) == told
    codes = owner.post(f"{CHOOSE}feuille/", {"wanted": PASSWORD[::-1], "again": PASSWORD[::-1]})
    assert {each.kind for each in of_what_opens()[told:]} == {Ends.FACTOR, Ends.DEVICE}
    return codes


def test_another_letter_takes_the_account_back_from_whoever_had_it(office: psycopg.Connection) -> None:
    code, identifier = letter()
    thief = Client()
    up_to_the_choice(thief, code, office)
    thief.post(f"{CHOOSE}feuille/", wanted())
    assert thief.get(FILE).status_code == 200
    until = (today() + timedelta(days=90)).isoformat()
    given = {"name": "Complice Exemple", "link": "PROCHE", "until_on": until, "may_see": "on"}
    assert thief.post("/chez-moi/dossier/aidants/ajouter/", given).status_code == 200
    assert thief.post(VAULT, {"bail": "101", "acte": "CHOISIR", "numero": "VOL-0001"}).status_code == 302
    office.execute(
        "INSERT INTO dispatch_pushpoint (person_id, endpoint, made_at) VALUES (1, 'https://x.example', now())"
    )
    (account,) = office.execute("SELECT id FROM agents_user WHERE person_id = 1").fetchone() or (0,)
    note_for_owner(account, Notice.LETTER_ASKED, at=now())
    second, same = letter()
    assert same == identifier
    owner = Client()
    up_to_the_choice(owner, second, office)
    codes = chosen_at_the_second_try(owner, thief)
    # Its devices are told no more; what else the former left is the first page, with a button each.
    assert office.execute("SELECT count(*) FROM dispatch_pushpoint").fetchone() == (0,)
    assert f'href="{CHECKED}"' in raw(codes)
    sheet = re.findall(r'<li class="code">([A-Z2-9-]{11})</li>', raw(codes))
    first = raw(owner.get(CHECKED))
    for said in ("Complice Exemple", "VOL-0001", "Votre ancien mot de passe"):
        assert said in first, said
    # The page of the codes comes before, and tells it.
    assert "une nouvelle lettre d’accès" in text_of(codes)
    (end,) = re.findall(r'action="(/chez-moi/dossier/aidants/\d+/retirer/)"', first)
    assert owner.post(end).status_code == 302
    assert owner.post(VAULT, {"bail": "101", "acte": "RETIRER"}).status_code == 302
    left = raw(owner.get(CHECKED))
    assert "Complice Exemple" not in left
    assert "VOL-0001" not in left
    assert owner.get(FILE).status_code == 200
    assert thief.get(FILE).status_code == 302
    # Told as any change of the way in, and kept for the next time someone enters.
    run_jobs(office)
    assert office.execute("SELECT kind FROM web_accessnotice").fetchall() == [
        ("LETTER_ASKED",),
        ("ACCESS_CHANGED",),
    ]
    # Whoever enters first is not the only one to read that a letter was asked for; two months later, it is forgotten.
    for days in (59, 61):
        assert "une nouvelle lettre d’accès" in text_of(signed_in_by_password(identifier, sheet).get(FILE))
        office.execute("UPDATE web_accessnotice SET at = now() - make_interval(days => %s)", [days])
    assert "une nouvelle lettre d’accès" in text_of(signed_in_by_password(identifier, sheet).get(FILE))
    assert office.execute("SELECT count(*) FROM web_accessnotice").fetchone() == (0,)
    old = thief.post("/chez-moi/connexion/", {"identifier": identifier, "password": PASSWORD})
    assert old.status_code == 422
    assert office.execute("SELECT count(*) FROM agents_user WHERE person_id = 1").fetchone() == (1,)


def test_a_second_proof_serves_the_browser_that_gave_it_and_no_other(office: psycopg.Connection) -> None:
    with_a_mailbox(office)
    for path in TEXTS.glob("*.txt"):
        path.unlink()
    before = office.execute("SELECT password FROM agents_user WHERE person_id = 1").fetchone()
    code, _ = letter()
    thief, owner = Client(), Client()
    assert thief.post(OPEN, {"code": code}).headers["Location"] == PROOF
    up_to_the_choice(owner, code, office)
    # The letter is proved; the flatmate who opened the envelope waits for that.
    assert thief.get(CHOOSE).status_code == 422
    thief.post(OPEN, {"code": code})
    assert thief.post(f"{CHOOSE}feuille/", wanted()).status_code == 422
    assert thief.get(f"{CHOOSE}feuille/").status_code == 302
    assert office.execute("SELECT password FROM agents_user WHERE person_id = 1").fetchone() == before
    assert office.execute("SELECT kind FROM web_secondfactor").fetchall() == [("EMAIL",)]
    assert owner.post(f"{CHOOSE}feuille/", {"wanted": PASSWORD[::-1], "again": PASSWORD[::-1]}).status_code == 200
    # Each browser that typed the code is among the steps that the person reads.
    told = "SELECT count(*) FROM admission_accessevent WHERE kind = 'CODE_ACCEPTED'"
    assert office.execute(told).fetchone() == (4,)


def test_the_agency_follows_its_own_residence_and_sees_no_code(office: psycopg.Connection) -> None:
    code, identifier = letter()
    officer = signed_in("gestionnaire_nord")
    page = text_of(officer.get("/bureau/acces-locataires/11/"))
    assert "Amandier" in page
    assert "lettre imprimée" in page
    assert not [word for word in (code, code[:4], identifier) if word in page]
    # Their residences and the people in them, and none other; the caretaker has no such page.
    for path in (
        "/bureau/acces-locataires/21/",
        "/bureau/acces-locataires/11/4/bon/",
        "/bureau/acces-locataires/11/3/bon/",
    ):
        assert officer.get(path).status_code == 404
    for path in ("/bureau/acces-locataires/21/", "/bureau/acces-locataires/11/4/lettre/"):
        assert officer.post(path).status_code == 404
    assert signed_in("gardien_nord").get("/bureau/acces-locataires/11/").status_code == 404
    counts = text_of(signed_in("siege").get("/bureau/acces-locataires/"))
    assert "Les Tilleuls" in counts
    assert "Amandier" not in counts
    assert signed_in("siege").get("/bureau/acces-locataires/11/").status_code == 404
    slip = officer.post("/bureau/acces-locataires/11/1/bon/", {"piece": "CNI"})
    assert re.search(r"\d{4} \d{4}", text_of(slip)) is not None
    assert officer.post("/bureau/acces-locataires/11/1/bon/", {"piece": "acte de naissance"}).status_code == 422
    officer.post("/bureau/acces-locataires/11/1/lettre/")
    officer.post("/bureau/acces-locataires/11/")
    asked = office.execute("SELECT task_name, args ->> 'asked_by' FROM procrastinate_jobs ORDER BY id").fetchall()
    assert asked == [
        ("palier.admission.tasks.prepare_one_letter", "1"),
        ("palier.admission.tasks.prepare_letters", "1"),
    ]


def test_a_protected_person_without_a_contact_enters_by_the_slip_of_whoever_holds_the_protection(
    office: psycopg.Connection,
) -> None:
    office.execute("DELETE FROM people_contact")
    (manager, holder) = (
        office.execute("SELECT agent_id FROM agents_user WHERE identifier LIKE %s", [f"{name}%"]).fetchone() or (0,)
        for name in ("responsable_nord", "siege")
    )
    (protection,) = office.execute(
        """INSERT INTO agents_protectedperson (person_id, ground, first_day, declared_by_id)
           VALUES (1, 'ORDONNANCE', current_date - 1, %s) RETURNING id""",
        [manager[0]],
    ).fetchone() or (0,)
    office.execute(
        "INSERT INTO agents_protectionholder (protection_id, agent_id, first_day) VALUES (%s, %s, current_date - 1)",
        [protection, holder[0]],
    )
    make_one_letter(person_id=1, by_hand=True, by=Asked(operator="essai"), at=now())
    kept: dict[str, bytes] = {}
    print_letters(keep=kept.__setitem__, operator="essai", at=now())
    with pymupdf.open(stream=next(iter(kept.values()))) as document:
        code = CODE.search("".join(page.get_text() for page in document))
    assert code is not None
    slip = "/bureau/acces/protections/dossiers/101/bons/1/"
    # Their agency sees nobody there; who holds another lease's protection, or none, gives nothing either.
    assert signed_in("gestionnaire_nord").get("/bureau/acces-locataires/11/1/bon/").status_code == 404
    for stranger in ("gestionnaire_nord", "responsable_nord", "gestionnaire_sud"):
        assert signed_in(stranger).post(slip, {"piece": "CNI"}).status_code == 404
    siege = signed_in("siege")
    assert siege.post(slip.replace("/1/", "/4/"), {"piece": "CNI"}).status_code == 404
    assert slip in raw(siege.get("/bureau/acces/protections/dossiers/101/"))
    assert siege.post(slip, {"piece": "acte de naissance"}).status_code == 422
    siege.post(slip, {"piece": "CNI"})
    number = re.search(r"\d{4} \d{4}", text_of(siege.post(slip, {"piece": "CNI"})))
    assert number is not None
    tenant = Client()
    assert tenant.post(OPEN, {"code": code.group()}).headers["Location"] == PROOF
    assert tenant.post(PROOF, {"code": number.group()}).headers["Location"] == CHOOSE
    lines = office.execute("SELECT count(*) FROM admission_accessslip WHERE person_id = 1").fetchone()
    assert lines == (2,)


def signed_in_by_password(identifier: str, codes: list[str]) -> Client:
    """Somebody who knows the password and has the sheet; a code of it serves once."""
    client = Client()
    client.post("/chez-moi/connexion/", {"identifier": identifier, "password": PASSWORD[::-1]})
    assert client.post("/chez-moi/acces/second-facteur/", {"code": codes.pop()}).status_code == 302
    return client


def signed_in(identifier: str) -> Client:
    return sign_in(User.objects.get(identifier=identifier))


def test_the_login_makes_no_account_without_a_letter_that_was_proven(office: psycopg.Connection) -> None:
    letter()
    identifiers = office.execute("SELECT identifier FROM admission_accessletter").fetchone() or ("",)
    for person, identifier in ((1, identifiers[0]), (4, "12345678")):
        with pytest.raises(ProgrammingError, match="row-level security"):
            User.objects.create(person_id=person, identifier=identifier, password="!")
