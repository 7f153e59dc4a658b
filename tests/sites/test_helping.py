"""A helper: what a tenant lets them do, on an account of their own; told at each page, journaled, ended at once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponseBase
from django.test import Client
from tests.sites.answers import text_of
from tests.sites.browser import sign_in
from tests.sites.test_repairs import photo

from palier.admission.rules import LETTERS, typed_code
from palier.agents.models import User
from palier.foundation.clock import today
from palier.mail.vault.noting import doer
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.privacy.policy import declared_pages

HOME = "/chez-moi/"
HELPING = "/chez-moi/dossier/aidants/"
TAKE = "/chez-moi/aider/"
SHEET = "/chez-moi/ouvrir/choisir/feuille/"
DOCUMENTS = "/chez-moi/documents/"
PASSWORD = "un pont et deux rivieres"
CODE = re.compile(r"[A-HJ-NP-Z2-9]{4}(?:-[A-HJ-NP-Z2-9]{4}){3}")


def raw(response: HttpResponseBase) -> str:
    return bytes(getattr(response, "content", b"")).decode()


def signed_in(identifier: str = "locataire") -> Client:
    return sign_in(User.objects.get(identifier=identifier))


def let(tenant: Client, *, days: int = 30, name: str = "Rose Genêt", **given: str) -> HttpResponseBase:
    until = (today() + timedelta(days=days)).isoformat()
    return tenant.post(f"{HELPING}ajouter/", {"name": name, "link": "PROCHE", "until_on": until, **given})


def code_given(tenant: Client, **given: str) -> str:
    found = CODE.search(raw(let(tenant, **given)))
    assert found is not None
    return found.group()


def come_in(code: str) -> Client:
    helper = Client()
    assert helper.post(TAKE, {"code": code}).headers["Location"] == "/chez-moi/ouvrir/choisir/"
    assert "dix codes" in text_of(helper.get(SHEET)) or helper.get(SHEET).status_code == 200
    assert helper.post(SHEET, {"wanted": PASSWORD, "again": PASSWORD}).status_code == 200
    return helper


def test_a_helper_sees_what_was_opened_and_nothing_else(superuser: psycopg.Connection) -> None:
    tenant = signed_in()
    code = code_given(tenant, may_see="on")
    assert code not in text_of(tenant.get(HELPING))
    helper = come_in(code)
    # The code is used up.
    assert Client().post(TAKE, {"code": code}).status_code == 422
    for path in (HOME, DOCUMENTS):
        page = text_of(helper.get(path))
        assert "Vous aidez <strong>Mme Lucie Amandier</strong>" in page
        assert "Datura" not in page
    # No way to a page that is not theirs.
    assert "attestation" not in text_of(helper.get(DOCUMENTS))
    (mine,) = superuser.execute("SELECT id FROM mail_document WHERE lease_id = 101").fetchone() or (0,)
    (theirs,) = superuser.execute("SELECT id FROM mail_document WHERE lease_id = 201").fetchone() or (0,)
    assert helper.get(f"{DOCUMENTS}{theirs}/").status_code == 404
    assert helper.get("/chez-moi/bail/201/pourquoi/").status_code == 404
    assert helper.get(f"{DOCUMENTS}{mine}/").status_code != 404
    opened = {name for name, page in declared_pages().items() if Role.HELPER in page.roles}
    # Neither a consent, a payment, the readings, the rights, the helpers, nor a way in.
    assert opened <= {
        "home:home", "home:why", "home:documents", "home:document", "home:document_pdf",
    } | {name for name in opened if declared_pages()[name].helps == "REPORTS"}  # fmt: skip
    for path in (HELPING, "/chez-moi/dossier/", "/chez-moi/dossier/lectures/", "/chez-moi/dossier/droits/"):
        assert helper.get(path).status_code == 404
    # Each visit is told to the person, as their helper's.
    assert helper.get("/chez-moi/signaler/").status_code == 404
    told = text_of(tenant.get("/chez-moi/dossier/lectures/"))
    assert "Votre aidant" in told
    assert "Pour vous aider, comme vous l’avez permis." in told
    assert "votre propre dossier" not in told


def test_a_help_that_is_withdrawn_ends_at_once_in_the_open_session_and_in_the_database(
    superuser: psycopg.Connection,
) -> None:
    tenant = signed_in()
    helper = come_in(code_given(tenant, may_see="on"))
    number, person = superuser.execute("SELECT id, person_id FROM admission_helper").fetchone() or (0, 0)
    under = Actor(role=Role.HELPER, purpose="ESPACE_LOCATAIRE", person_id=person, help_id=number)
    # What they deposit or read is told as theirs in the journal of documents.
    assert doer(under) == "HELPER"
    seen = "SELECT count(*) FROM leases_lease"
    with acting(under) as reading, connection.cursor() as cursor:
        reading.showed_nothing()
        cursor.execute(seen)
        assert cursor.fetchone() == (1,)
    # Under the number of another person, the database answers nothing.
    other = Actor(role=Role.HELPER, purpose="ESPACE_LOCATAIRE", person_id=4, help_id=number)
    with pytest.raises(DatabaseError, match="this help is over"), acting(other), connection.cursor() as cursor:
        cursor.execute(seen)
    # A stranger withdraws nobody's helper.
    assert signed_in("locataire_sud").post(f"{HELPING}{number}/retirer/").status_code == 404
    assert helper.get(DOCUMENTS).status_code == 200
    tenant.post(f"{HELPING}{number}/retirer/")
    assert helper.get(DOCUMENTS).headers["Location"].startswith("/chez-moi/connexion/")
    with pytest.raises(DatabaseError, match="this help is over"), acting(under), connection.cursor() as cursor:
        cursor.execute(seen)
    assert "retiré" in text_of(tenant.get(HELPING))
    # Told once and the session closed: no page leads back to another for ever.
    told = helper.get(HOME, follow=True)
    assert "Cette aide est finie" in text_of(told)
    assert len(told.redirect_chain) == 1
    assert "Cette aide est finie" not in text_of(helper.get("/chez-moi/connexion/"))


def test_a_wrong_code_does_not_give_back_life_to_what_is_being_withdrawn(superuser: psycopg.Connection) -> None:
    code = code_given(signed_in(), may_see="on")
    ends = (first + last for first in LETTERS for last in LETTERS if first != code[-2])
    wrong = next(code[:-2] + end for end in ends if typed_code(code[:-2] + end))
    with ThreadPoolExecutor(1) as trying:
        with superuser.transaction():
            superuser.execute("UPDATE admission_helper SET ended_at = now()")
            answer = trying.submit(typed_elsewhere, wrong)
            waits = (
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            for _ in range(100):
                superuser.execute("SELECT pg_stat_clear_snapshot()")
                if superuser.execute(waits).fetchone() == (1,):
                    break
                sleep(0.05)
        assert answer.result(20) == 422
    assert superuser.execute("SELECT count(*) FROM admission_helper WHERE ended_at IS NULL").fetchone() == (0,)
    assert Client().post(TAKE, {"code": code}).status_code == 422


def typed_elsewhere(code: str) -> int:
    try:
        return Client().post(TAKE, {"code": code}).status_code
    finally:
        connection.close()


def test_a_helper_who_may_only_report_sees_no_account(superuser: psycopg.Connection) -> None:
    helper = come_in(code_given(signed_in(), may_report="on"))
    assert "Vous aidez" in text_of(helper.get(HOME))
    assert helper.get(DOCUMENTS).status_code == 404
    assert "Vous aidez" in text_of(helper.get("/chez-moi/signaler/"))
    assert "reste" not in text_of(helper.get(HOME))
    # What they report, with its photo, they follow.
    sent = {"envoi": str(uuid4()), "bail": "101", "danger": "", "since": "WEEK", "access": "PRESENT"}
    done = helper.post("/chez-moi/signaler/probleme/TAP_LEAKS/", sent | {"photo1": photo()})
    assert done.status_code == 302, text_of(done)
    (shown,) = re.findall(r"/chez-moi/signaler/photo/\d+\.jpg", raw(helper.get(done.headers["Location"])))
    assert helper.get(shown).status_code == 200


SEEN = ("ledger_posting", "mail_document", "leases_term", "quittancement_bill")
REPORTED = ("maintenance_repairrequest", "maintenance_ticket")


@pytest.mark.parametrize(("given", "opens", "closes"), [("may_see", SEEN, REPORTED), ("may_report", REPORTED, SEEN)])
def test_the_database_itself_separates_seeing_from_reporting(
    superuser: psycopg.Connection, given: str, opens: tuple[str, ...], closes: tuple[str, ...]
) -> None:
    tenant = signed_in()
    sent = {"envoi": str(uuid4()), "bail": "101", "danger": "", "since": "WEEK", "access": "PRESENT"}
    assert tenant.post("/chez-moi/signaler/probleme/TAP_LEAKS/", sent).status_code == 302
    come_in(code_given(tenant, **{given: "on"}))
    number, person = superuser.execute("SELECT id, person_id FROM admission_helper").fetchone() or (0, 0)
    under = Actor(role=Role.HELPER, purpose="ESPACE_LOCATAIRE", person_id=person, help_id=number)

    def read(table: str) -> int:
        with acting(under) as reading, connection.cursor() as cursor:
            reading.showed_nothing()
            cursor.execute(f"SELECT count(*) FROM {table}")
            return int(cursor.fetchone()[0])

    assert [table for table in closes if read(table)] == []
    assert [table for table in opens if not read(table)] == []
    assert read("leases_lease") == 1


def test_what_is_asked_of_the_tenant_is_bounded(superuser: psycopg.Connection) -> None:
    tenant = signed_in()
    for wrong in ({"days": 0}, {"days": 400}, {"name": "<b>1</b>"}):
        assert let(tenant, may_see="on", **wrong).status_code == 422
    assert let(tenant).status_code == 422
    for _ in range(3):
        code_given(tenant, may_see="on")
    assert let(tenant, may_see="on").status_code == 422


def test_who_helps_and_is_a_tenant_keeps_two_accounts(superuser: psycopg.Connection) -> None:
    code = code_given(signed_in(), may_see="on")
    helper = signed_in("locataire_sud")
    helper.post(TAKE, {"code": code})
    helper.post(SHEET, {"wanted": PASSWORD, "again": PASSWORD})
    assert "Vous aidez <strong>Mme Lucie Amandier</strong>" in text_of(helper.get(HOME))
    accounts = superuser.execute("SELECT person_id FROM agents_user WHERE is_helper OR person_id = 4 ORDER BY 1")
    assert accounts.fetchall() == [(4,), (None,)]
    assert "Vous aidez" not in text_of(signed_in("locataire_sud").get(DOCUMENTS))
