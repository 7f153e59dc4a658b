"""The lettering of an account at the desk, its papers, and the same papers in the tenant's own space."""

from collections.abc import Callable

import psycopg
import pytest
from django.test import Client
from tests.operations.bank import ACCOUNTANT, AT, owe_september, provable_lines
from tests.operations.test_receipts import bounce, issue, pay
from tests.sites.answers import text_of

from palier.banking.operations.manual import enter_by_hand
from palier.privacy.actor import acting

ClientAs = Callable[[str], Client]
PAGE = "/bureau/baux/comptes/101/lettrage/"


@pytest.fixture
def direct(superuser: psycopg.Connection) -> psycopg.Connection:
    provable_lines(superuser)
    owe_september(superuser)
    return superuser


def number(direct: psycopg.Connection, statement: str) -> int:
    row = direct.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


def test_an_agency_reads_the_lettering_of_its_accounts_and_no_one_else_does(
    direct: psycopg.Connection, client_as: ClientAs
) -> None:
    pay(40_000)
    shown = text_of(client_as("gestionnaire_nord").get(PAGE))
    assert "la plus ancienne" in shown
    assert "Lettrer à la main" not in shown
    strangers = ("gestionnaire_sud", "gardien_nord", "dpo", "admin_technique", "locataire")
    assert {client_as(each).get(PAGE).status_code for each in strangers} == {404}


def test_only_bookkeepers_letter_and_part(direct: psycopg.Connection, client_as: ClientAs) -> None:
    payment = pay(40_000)
    sent = {"payment": payment, "debt": 101, "reason": "SAID"}
    for each in ("gestionnaire_nord", "gestionnaire_sud", "gardien_nord", "dpo", "locataire"):
        browser = client_as(each)
        assert browser.post(f"{PAGE}lettrer/", sent).status_code == 404
        assert browser.post(f"{PAGE}1/defaire/", {"motif": "MISTAKE"}).status_code == 404
    assert number(direct, "SELECT count(*) FROM quittancement_lettering") == 0


def test_an_accountant_letters_what_the_payer_said_and_parts_it_again(
    direct: psycopg.Connection, client_as: ClientAs
) -> None:
    payment = pay(40_000)
    browser = client_as("comptable")
    assert "Solde repris, 400,00" in text_of(browser.get(PAGE))
    shown = text_of(browser.post(f"{PAGE}lettrer/", {"payment": payment, "debt": 101, "reason": "SAID"}, follow=True))
    assert "lettrés" in shown
    assert "lettrée par un agent" in shown
    assert "le payeur l’a indiquée" in shown
    lettering = number(direct, "SELECT id FROM quittancement_lettering")
    after = text_of(browser.post(f"{PAGE}{lettering}/defaire/", {"motif": "REVOKED"}, follow=True))
    assert "Le lettrage est défait" in after
    assert "le payeur est revenu sur son indication" in after
    again = text_of(browser.post(f"{PAGE}{lettering}/defaire/", {"motif": "MISTAKE"}, follow=True))
    assert "déjà été défait" in again


def test_what_does_not_agree_or_is_not_there_is_refused(direct: psycopg.Connection, client_as: ClientAs) -> None:
    theirs = pay(40_000, account=102)
    mine = pay(40_000)
    browser = client_as("comptable")
    for sent in (
        {"payment": theirs, "debt": 101, "reason": "SAID"},
        {"payment": mine, "debt": 102, "reason": "SAID"},
        {"payment": mine, "debt": 101, "reason": "BECAUSE"},
        {"payment": "x", "debt": "", "reason": ""},
    ):
        assert browser.post(f"{PAGE}lettrer/", sent).status_code == 422
    assert browser.post(f"{PAGE}999999/defaire/", {"motif": "MISTAKE"}).status_code == 404
    assert browser.post(f"{PAGE}1/defaire/", {"motif": "X"}).status_code == 404
    assert number(direct, "SELECT count(*) FROM quittancement_lettering") == 0


def test_the_page_says_the_state_of_each_term_and_opens_its_paper(
    direct: psycopg.Connection, client_as: ClientAs
) -> None:
    pay(40_000)
    pay(15_000)
    issue()
    shown = client_as("comptable").get(PAGE)
    told = text_of(shown)
    assert "soldé" in told
    assert "réglé en partie" in told
    assert "Reçu RE-2026-10-000001" in told
    document = number(direct, "SELECT id FROM mail_document WHERE kind = 'RECU'")
    assert f"/documents/{document}.pdf" in shown.content.decode()
    reading = direct.execute("SELECT screen, categories FROM privacy_readevent ORDER BY id DESC LIMIT 1").fetchone()
    assert reading is not None
    assert reading[0] == "lettrage"
    assert client_as("gestionnaire_sud").get(f"/bureau/documents/{document}.pdf").status_code == 404


def test_the_month_asks_for_its_papers_by_a_job(direct: psycopg.Connection, client_as: ClientAs) -> None:
    page = "/bureau/quittancement/2026-10/"
    assert "Éditer les quittances et reçus" in text_of(client_as("siege").get(page))
    client_as("siege").post(f"{page}quittances/")
    asked = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'palier.quittancement.tasks.receipts'"
    assert number(direct, asked) == 1
    again = client_as("siege").post(f"{page}quittances/", follow=True)
    assert "déjà demandé" in text_of(again)
    assert client_as("gardien_nord").post(f"{page}quittances/").status_code == 404
    unsealed = client_as("siege").post("/bureau/quittancement/2026-11/quittances/", follow=True)
    assert unsealed.status_code == 200
    assert number(direct, asked) == 1


# --- In the tenant's own space ---------------------------------------------------------------------------------------


def test_a_tenant_reads_their_quittance_and_nobody_elses(direct: psycopg.Connection, client_as: ClientAs) -> None:
    pay(40_000, account=102)
    pay(40_000, account=201)
    cheque = pay(80_000)
    issue()
    browser = client_as("locataire")
    listed = text_of(browser.get("/chez-moi/documents/"))
    assert "Quittance d’octobre" in listed
    mine = number(direct, "SELECT id FROM mail_document WHERE kind = 'QUITTANCE' AND lease_id = 101")
    theirs = number(direct, "SELECT id FROM mail_document WHERE kind = 'QUITTANCE' AND lease_id = 201")
    page = text_of(browser.get(f"/chez-moi/documents/{mine}/"))
    assert "ce mois est soldé" in page
    assert "C’est gratuit" in page
    pdf = browser.get(f"/chez-moi/documents/{mine}/avis.pdf")
    assert pdf.headers["Content-Disposition"] == 'inline; filename="quittance-2026-10.pdf"'
    assert pdf.content.startswith(b"%PDF")
    assert {browser.get(f"/chez-moi/documents/{theirs}/{end}").status_code for end in ("", "avis.pdf")} == {404}
    bounce(cheque)
    issue()
    assert "n’est plus valable" in text_of(browser.get("/chez-moi/documents/"))
    assert "N’est plus valable depuis" in text_of(browser.get(f"/chez-moi/documents/{mine}/"))
    withdrawal = number(direct, "SELECT id FROM mail_document WHERE kind = 'RETRAIT'")
    assert "Un paiement est reparti" in text_of(browser.get(f"/chez-moi/documents/{withdrawal}/"))


def test_what_is_owed_to_the_tenant_is_shown_with_the_debt_that_it_settles(
    direct: psycopg.Connection, client_as: ClientAs
) -> None:
    with acting(ACCOUNTANT):
        enter_by_hand(
            reason="WAIVER",
            debit_code="PRD-LOYER",
            credit_code="411-101",
            amount_cents=45_000,
            booked_on=AT.date(),
            actor=ACCOUNTANT,
            at=AT,
        )
    shown = text_of(client_as("gestionnaire_nord").get(PAGE))
    assert "Sommes dues au locataire, sans paiement" in shown
    # 450.00: the 400.00 taken over, then 50.00 of October.
    assert "Solde repris&nbsp;: 400,00" in shown
    assert "remise accordée, du 06/11/2026&nbsp;: 50,00" in shown
    assert "réglé en partie" in shown
    assert "Sommes dues au locataire" not in text_of(client_as("gestionnaire_sud").get(PAGE.replace("101", "201")))
