"""Signing in: the second factor that nobody skips, codes that serve once, sessions that close, proofs asked again."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponseBase
from django.test import Client
from tests.conftest import Statement
from tests.sites.answers import bytes_of

from palier.foundation.clock import now
from palier.privacy.policy import declared_pages
from palier.web.sessions import PROVED_AT
from palier.web.totp import code_at, step_of

ClientAs = Callable[[str], Client]

PASSWORD = "trois rivieres et un pont"
ENTER = "/bureau/entrer/"
ENROL = "/bureau/acces/choisir/"
SECOND = "/bureau/acces/second-facteur/"
PROVE = "/bureau/acces/verifier/"
SESSIONS = "/bureau/acces/sessions/"
KEYS = "/bureau/acces/cles/"


@pytest.fixture
def superuser(statement: Statement) -> Statement:
    """A statement beside every policy, on the landlord of this test, whose accounts all have the same password."""

    statement("UPDATE agents_user SET password = %s", make_password(PASSWORD))
    return statement


def text(response: HttpResponseBase) -> str:
    return bytes_of(response).decode()


def enter(browser: Client, identifier: str = "siege", **more: str) -> HttpResponseBase:
    return browser.post(ENTER, {"identifier": identifier, "password": PASSWORD, **more})


def secret_shown(browser: Client) -> str:
    shown = re.search(
        r"Clé à taper dans l’application&nbsp;: <span class=\"code\">([A-Z2-7 ]+)<", text(browser.get(ENROL))
    )
    assert shown is not None
    return shown[1].replace(" ", "")


def code(secret: str, *, later: int = 0) -> str:
    """The code of now, or of the interval after: the page takes both, each once."""
    return code_at(secret, step_of(now()) + later)


def enrolled(browser: Client, identifier: str = "siege") -> tuple[str, list[str]]:
    """A first sign-in with an application: its secret, and the recovery codes shown."""
    enter(browser, identifier)
    secret = secret_shown(browser)
    answer = browser.post(ENROL, {"kind": "totp", "code": code(secret)})
    codes = re.findall(r'<li class="code">([A-Z0-9]{5}-[A-Z0-9]{5})</li>', text(answer))
    assert len(codes) == 10
    return secret, codes


# --- The second factor -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/bureau/", "/bureau/locataires/", "/bureau/donnees/", SESSIONS, KEYS, PROVE, "/bureau/acces/mot-de-passe/"],
)
def test_an_agent_chooses_a_second_factor_before_any_page_and_no_address_skips_it(
    superuser: Statement, path: str
) -> None:
    browser = Client()
    assert enter(browser)["Location"] == ENROL
    skipped = browser.get(path)
    assert (skipped.status_code, skipped["Location"].split("?")[0]) == (302, ENTER)
    assert superuser("SELECT 1 FROM web_opensession") == []


def test_the_password_alone_no_longer_opens_an_account_that_has_a_factor(superuser: Statement) -> None:
    enrolled(Client())
    thief = Client()
    assert enter(thief)["Location"] == SECOND
    assert thief.get("/bureau/").status_code == 302
    # Choosing a factor of their own beside the owner's is not offered either.
    assert thief.get(ENROL)["Location"] == SECOND
    assert thief.post(ENROL, {"kind": "totp", "code": "000000"})["Location"] == SECOND
    assert thief.get("/bureau/").status_code == 302


def test_an_application_is_enrolled_then_opens_the_page_that_was_asked_for(superuser: Statement) -> None:
    browser = Client()
    secret, _ = enrolled(browser)
    assert browser.get("/bureau/").status_code == 200
    elsewhere = Client()
    enter(elsewhere, next="/bureau/quittancement/")
    answer = elsewhere.post(SECOND, {"code": code(secret, later=1)})
    assert answer["Location"] == "/bureau/quittancement/"
    assert elsewhere.get("/bureau/").status_code == 200
    assert superuser("SELECT second_factor FROM web_opensession ORDER BY id") == [("TOTP",), ("TOTP",)]


def test_a_wrong_code_enrols_nothing(superuser: Statement) -> None:
    browser = Client()
    enter(browser)
    secret = secret_shown(browser)
    answer = browser.post(ENROL, {"kind": "totp", "code": code(secret, later=40)})
    assert answer.status_code == 422
    assert "Ce code n’est pas le bon" in text(answer)
    # The same drawing is shown again: the telephone that scanned it is right.
    assert secret_shown(browser) == secret
    assert superuser("SELECT 1 FROM web_secondfactor") == []


def test_a_code_that_was_overheard_opens_nothing_a_second_time(superuser: Statement) -> None:
    secret, _ = enrolled(Client())
    heard = code(secret, later=1)
    owner, thief = Client(), Client()
    enter(owner)
    assert owner.post(SECOND, {"code": heard}).status_code == 302
    enter(thief)
    replayed = thief.post(SECOND, {"code": heard})
    assert replayed.status_code == 422
    assert "a déjà servi" in text(replayed)
    assert thief.get("/bureau/").status_code == 302


def test_a_recovery_code_opens_once(superuser: Statement) -> None:
    _, codes = enrolled(Client())
    browser, again = Client(), Client()
    enter(browser)
    assert browser.post(SECOND, {"code": codes[0].lower()}).status_code == 302
    assert browser.get("/bureau/").status_code == 200
    enter(again)
    assert again.post(SECOND, {"code": codes[0]}).status_code == 422
    assert again.post(SECOND, {"code": codes[1]}).status_code == 302
    assert superuser("SELECT count(*) FROM web_secondfactor WHERE kind = 'RECOVERY'") == [(8,)]


def test_someone_elses_recovery_code_opens_nothing(superuser: Statement) -> None:
    enrolled(Client(), "siege")
    _, codes = enrolled(Client(), "comptable")
    browser = Client()
    enter(browser, "siege")
    assert browser.post(SECOND, {"code": codes[0]}).status_code == 422


def test_five_wrong_codes_close_the_door_even_to_the_right_one(superuser: Statement) -> None:
    secret, _ = enrolled(Client())
    browser = Client()
    enter(browser)
    for _ in range(5):
        assert browser.post(SECOND, {"code": "000000"}).status_code == 422
    answer = browser.post(SECOND, {"code": code(secret, later=1)})
    assert answer.status_code == 429
    assert "Réessayez après" in text(answer)


def test_nothing_kept_gives_a_factor_away(superuser: Statement) -> None:
    secret, codes = enrolled(Client())
    kept = str(superuser("SELECT secret FROM web_secondfactor"))
    assert secret not in kept
    assert not any(each in kept or each.replace("-", "") in kept for each in codes)


def test_who_is_waited_for_is_forgotten_after_another_password(superuser: Statement) -> None:
    browser = Client()
    enter(browser)
    superuser("UPDATE agents_user SET password = %s", make_password("un autre mot de passe"))
    assert browser.get(ENROL)["Location"] == ENTER


def test_a_tenant_enters_with_a_password_and_may_add_a_factor(superuser: Statement) -> None:
    browser = Client()
    typed = {"identifier": "locataire", "password": PASSWORD}
    assert browser.post("/chez-moi/connexion/", typed)["Location"] == "/chez-moi/"
    page = text(browser.get("/chez-moi/acces/choisir/"))
    shown = re.search(r'<span class="code">([A-Z2-7 ]{39})<', page)
    assert shown is not None
    secret = shown[1].replace(" ", "")
    assert browser.post("/chez-moi/acces/choisir/", {"kind": "totp", "code": code(secret)}).status_code == 200
    other = Client()
    assert other.post("/chez-moi/connexion/", typed)["Location"] == "/chez-moi/acces/second-facteur/"
    assert other.get("/chez-moi/").status_code == 302


# --- The demonstration's factor --------------------------------------------------------------------------------------


def test_in_a_demonstration_the_factor_may_be_simulated_and_says_so(superuser: Statement) -> None:
    browser = Client()
    enter(browser)
    assert "Facteur simulé" in text(browser.get(ENROL))
    assert browser.post(ENROL, {"kind": "simulated"})["Location"] == "/bureau/"
    assert "facteur simulé" in text(browser.get(SESSIONS))


def test_a_real_landlord_is_never_offered_it_nor_takes_it(superuser: Statement) -> None:
    superuser("UPDATE estate_landlord SET is_demo = false")
    browser = Client()
    enter(browser)
    assert "simulé" not in text(browser.get(ENROL))
    assert browser.post(ENROL, {"kind": "simulated"}).status_code == 404
    secret, _ = enrolled(Client())
    enter(browser)
    assert "simulé" not in text(browser.get(SECOND))
    assert browser.post(SECOND, {"kind": "simulated"}).status_code == 422
    assert browser.get("/bureau/").status_code == 302
    browser.post(SECOND, {"code": code(secret, later=1)})
    assert "simulé" not in text(browser.get(PROVE))
    assert browser.post(PROVE, {"kind": "simulated"}).status_code == 422


# --- Sessions --------------------------------------------------------------------------------------------------------


def test_a_stolen_session_opens_nothing_once_its_owner_closed_it(superuser: Statement, client_as: ClientAs) -> None:
    owner, thief = client_as("siege"), client_as("siege")
    assert thief.get("/bureau/").status_code == 200
    page = text(owner.get(SESSIONS))
    assert "Celle-ci" in page
    assert "Firefox, Linux" in page
    stolen = superuser("SELECT max(id) FROM web_opensession WHERE site = 'desk'")[0][0]
    assert owner.post(SESSIONS, {"fermer": str(stolen)})["Location"] == SESSIONS
    assert thief.get("/bureau/").status_code == 302
    assert owner.get("/bureau/").status_code == 200


def test_closing_all_the_others_leaves_this_one_alone(superuser: Statement, client_as: ClientAs) -> None:
    here, elsewhere = client_as("siege"), client_as("siege")
    here.post(SESSIONS, {"fermer": "autres"})
    assert superuser("SELECT count(*) FROM web_opensession") == [(1,)]
    assert (here.get("/bureau/").status_code, elsewhere.get("/bureau/").status_code) == (200, 302)


def test_nobody_closes_the_session_of_someone_else(superuser: Statement, client_as: ClientAs) -> None:
    victim, intruder = client_as("siege"), client_as("comptable")
    number = superuser(
        "SELECT s.id FROM web_opensession AS s JOIN agents_user AS u ON u.id = s.user_id"
        " WHERE u.identifier = 'siege' AND s.site = 'desk'"
    )[0][0]
    assert intruder.post(SESSIONS, {"fermer": str(number)}).status_code == 404
    assert victim.get("/bureau/").status_code == 200
    for nonsense in ("", "abc", "-1", "9" * 40, "²"):
        assert intruder.post(SESSIONS, {"fermer": nonsense}).status_code == 404


def test_a_session_ends_at_its_hour_and_with_its_account(superuser: Statement, client_as: ClientAs) -> None:
    browser, other = client_as("siege"), client_as("comptable")
    superuser("UPDATE web_opensession SET ends_at = now() - interval '1 second'")
    assert browser.get("/bureau/").status_code == 302
    superuser("UPDATE web_opensession SET ends_at = now() + interval '1 hour'")
    superuser("UPDATE agents_user SET is_active = false")
    assert other.get("/bureau/").status_code == 302
    answer = enter(Client())
    assert (answer.status_code, "ne vont pas ensemble" in text(answer)) == (422, True)


def test_a_session_without_its_second_factor_opens_nothing_to_an_agent(
    superuser: Statement, client_as: ClientAs
) -> None:
    agent, tenant = client_as("siege"), client_as("locataire")
    superuser("UPDATE web_opensession SET second_factor = 'NONE'")
    assert agent.get("/bureau/").status_code == 302
    assert tenant.get("/chez-moi/dossier/lectures/").status_code == 200


def test_signing_out_kills_the_session_and_tells_the_browser_to_forget(
    superuser: Statement, client_as: ClientAs
) -> None:
    browser = client_as("siege")
    stolen = Client()
    stolen.cookies["palier_desk"] = browser.cookies["palier_desk"].value
    answer = browser.post("/bureau/sortir/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert stolen.get("/bureau/").status_code == 302
    assert superuser("SELECT 1 FROM web_opensession WHERE site = 'desk'") == []


def test_the_pages_of_a_shared_computer_go_by_themselves_when_the_session_ends(
    superuser: Statement, client_as: ClientAs
) -> None:
    browser = Client()
    enter(browser, shared="on")
    browser.post(ENROL, {"kind": "simulated"})
    page = browser.get("/bureau/")
    seconds, where = page["Refresh"].split("; url=")
    assert 880 <= int(seconds) <= 900
    assert where == ENTER
    assert page["Cache-Control"] == "no-store"
    assert "Refresh" not in client_as("siege").get("/bureau/")


def test_another_password_closes_the_other_sessions(superuser: Statement, client_as: ClientAs) -> None:
    here, elsewhere = client_as("siege"), client_as("siege")
    page = "/bureau/acces/mot-de-passe/"
    assert here.post(page, {"present": "non", "wanted": "court", "again": "autre"}).status_code == 422
    new = "un pont et quatre rivieres"
    assert here.post(page, {"present": PASSWORD, "wanted": new, "again": new})["Location"] == page
    assert (here.get("/bureau/").status_code, elsewhere.get("/bureau/").status_code) == (200, 302)


# --- Factors of one's own --------------------------------------------------------------------------------------------


def test_an_agent_keeps_at_least_one_factor_and_nobody_takes_it_away(superuser: Statement, client_as: ClientAs) -> None:
    browser = Client()
    enrolled(browser)
    number = superuser("SELECT id FROM web_secondfactor WHERE kind = 'TOTP'")[0][0]
    assert client_as("comptable").post(KEYS, {"retirer": str(number)}).status_code == 404
    assert browser.post(KEYS, {"retirer": str(number)}).status_code == 302
    assert "votre seul second facteur" in text(browser.get(KEYS))
    assert superuser("SELECT count(*) FROM web_secondfactor WHERE kind = 'TOTP'") == [(1,)]


def test_new_recovery_codes_end_the_former_ones_and_ask_for_a_recent_proof(superuser: Statement) -> None:
    browser = Client()
    _, former = enrolled(browser)
    grow_old(browser)
    assert browser.post(KEYS, {"codes": "nouveaux"})["Location"].startswith(PROVE)
    assert browser.post(PROVE, {"code": former[0]}).status_code == 302
    assert text(browser.post(KEYS, {"codes": "nouveaux"})).count('<li class="code">') == 10
    other = Client()
    enter(other)
    assert other.post(SECOND, {"code": former[1]}).status_code == 422


def test_an_intruder_with_the_password_and_an_open_session_changes_no_lock(superuser: Statement) -> None:
    owner = Client()
    _, codes = enrolled(owner)
    intruder = Client()
    intruder.cookies["palier_desk"] = owner.cookies["palier_desk"].value
    grow_old(owner)
    page = text(intruder.get(PROVE))
    assert ("Vérifier le mot de passe" in page, "Vérifier le code" in page) == (False, True)
    refused = intruder.post(PROVE, {"password": PASSWORD, "next": ENROL})
    assert (refused.status_code, "le mot de passe ne suffit pas" in text(refused)) == (422, True)
    new = {"present": PASSWORD, "wanted": "un pont et quatre rivieres", "again": "un pont et quatre rivieres"}
    for path, posted in (
        (ENROL, {"kind": "totp", "code": "000000"}),
        (KEYS, {"codes": "nouveaux"}),
        ("/bureau/acces/mot-de-passe/", new),
    ):
        assert intruder.post(path, posted)["Location"].startswith(PROVE), path
    assert intruder.get("/bureau/acces/mot-de-passe/")["Location"].startswith(PROVE)
    assert superuser("SELECT count(*) FROM web_secondfactor WHERE kind <> 'RECOVERY'") == [(1,)]
    assert enter(Client())["Location"] == SECOND
    # Its owner, who holds a code, is let through.
    assert owner.post(PROVE, {"code": codes[0], "next": ENROL})["Location"] == ENROL
    assert owner.post("/bureau/acces/mot-de-passe/", new).status_code == 302


def test_the_password_is_enough_while_there_is_no_factor_to_ask_for(superuser: Statement, client_as: ClientAs) -> None:
    tenant = client_as("locataire")
    prove = "/chez-moi/acces/verifier/"
    assert "Vérifier le mot de passe" in text(tenant.get(prove))
    assert tenant.post(prove, {"password": PASSWORD}).status_code == 302


# --- A proof asked again ---------------------------------------------------------------------------------------------


def grow_old(browser: Client) -> None:
    """Eleven minutes pass since the last proof."""
    session = SessionStore(browser.cookies["palier_desk"].value)
    session[PROVED_AT] = (now() - timedelta(minutes=11)).isoformat()
    session.save()


def file_status(browser: Client) -> int:
    answer = browser.get("/bureau/baux/export/csv")
    answer.close()
    return answer.status_code


def test_an_export_asks_who_is_there_then_gives_the_file(superuser: Statement, client_as: ClientAs) -> None:
    browser = client_as("siege")
    wanted = "/bureau/baux/export/csv?statut=RUNNING"
    assert file_status(browser) == 200
    grow_old(browser)
    asked = browser.get(wanted)
    assert asked["Location"] == f"{PROVE}?next=%2Fbureau%2Fbaux%2Fexport%2Fcsv%3Fstatut%3DRUNNING"
    assert "Des données vont sortir" in text(browser.get(asked["Location"]))
    wrong = browser.post(PROVE, {"password": "autre chose", "next": wanted})
    assert (wrong.status_code, "Ce n’est pas votre mot de passe" in text(wrong)) == (422, True)
    assert browser.get(wanted).status_code == 302
    proved = text(browser.post(PROVE, {"password": PASSWORD, "next": wanted}))
    assert 'href="/bureau/baux/export/csv?statut=RUNNING"' in proved
    assert 'href="/bureau/baux/"' in proved
    assert file_status(browser) == 200


def test_every_export_of_personal_data_is_declared_so() -> None:
    exports = {name: page for name, page in declared_pages().items() if "export" in name and page.categories}
    assert len(exports) >= 8
    assert [name for name, page in exports.items() if not page.fresh_proof] == []
    # The copies of files that persons ask for, and what changes the locks.
    others = (
        *("home:request_package", "home:readings_file", "desk:rights_package", "desk:sign_in_accounts"),
        *("desk:landlord_iban", "desk:agent_new", "desk:agent", "desk:agent_invite", "desk:agent_leave"),
    )
    assert [name for name in others if not declared_pages()[name].fresh_proof] == []


@pytest.mark.parametrize(
    "wanted", ["https://ailleurs.example/", "//ailleurs.example/", "/chez-moi/", "javascript:alert(1)"]
)
def test_no_stage_leads_out_of_the_site(superuser: Statement, client_as: ClientAs, wanted: str) -> None:
    browser = Client()
    enter(browser, next=wanted)
    assert browser.post(ENROL, {"kind": "simulated"})["Location"] == "/bureau/"
    signed_in = client_as("siege")
    assert signed_in.post(PROVE, {"password": PASSWORD, "next": wanted})["Location"] == "/bureau/"


# --- Attempts --------------------------------------------------------------------------------------------------------


def test_forty_failures_close_the_door_to_an_address_of_origin_and_to_no_other(superuser: Statement) -> None:
    superuser("UPDATE agents_user SET password = '!'")
    browser = Client(REMOTE_ADDR="192.0.2.7")
    for number in range(40):
        assert enter(browser, f"essai{number}").status_code == 422
    closed = enter(browser, "essai-de-plus")
    assert (closed.status_code, "depuis ce réseau" in text(closed)) == (429, True)
    assert enter(Client(REMOTE_ADDR="192.0.2.8"), "essai-de-plus").status_code == 422
    kept = str(superuser("SELECT identifier_sha256 FROM agents_signinattempt"))
    assert "192.0.2" not in kept


def test_who_gets_in_is_not_counted_against_their_neighbours(superuser: Statement) -> None:
    for _ in range(3):
        enter(Client(REMOTE_ADDR="192.0.2.7"))
    assert superuser("SELECT 1 FROM agents_signinattempt") == []


def test_a_form_without_its_token_signs_nobody_in(superuser: Statement) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert enter(browser).status_code == 403
    for path in (SECOND, ENROL, "/bureau/acces/cle/"):
        assert browser.post(path, {}).status_code == 403


def test_a_key_that_nobody_asked_or_that_is_not_one_opens_nothing(superuser: Statement) -> None:
    browser = Client()
    for answer in ("", "null", "[]", "{", '{"id": 1}', "x" * 9_000, '{"id":"AA","rawId":"AA","type":"public-key"}'):
        refused = browser.post("/bureau/acces/cle/", {"credential": answer})
        assert refused.status_code in (422, 429), answer
        assert browser.get("/bureau/").status_code == 302
