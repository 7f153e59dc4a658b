"""The books on screen: the accountant and headquarters read, number, move, close; nobody else finds the pages."""

import re
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from django.test import Client
from openpyxl import load_workbook
from tests.conftest import ClientAs
from tests.documents.test_render import text_of as text_of_pdf
from tests.landlord import Landlord
from tests.operations.books import a_movement_without_entry, with_bank

from palier.ledger.models import ChartNumber, ManualEntry, Period
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

BOOKS = "/bureau/comptabilite/"
PAGES = (
    BOOKS,
    f"{BOOKS}plan/",
    f"{BOOKS}ecritures/",
    f"{BOOKS}periodes/",
    f"{BOOKS}cloture/2026-10/",
    f"{BOOKS}compte/?code=PRD-LOYER&mois=2026-10",
)
STRANGERS = (
    "gestionnaire_nord", "responsable_nord", "dpo", "admin_technique", "auditeur", "travailleuse_sociale",
)  # fmt: skip


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " "))


def as_accountant() -> Actor:
    return Actor(role=Role.ACCOUNTANT, purpose="COMPTABILITE", agent_id=1)


@pytest.fixture
def landlord_with_bank(own_landlord: Landlord, superuser: psycopg.Connection) -> Landlord:
    with_bank(superuser)
    return own_landlord


@pytest.mark.parametrize("page", PAGES)
def test_the_accountant_and_headquarters_open_every_page(
    landlord_with_bank: Landlord, client_as: ClientAs, page: str
) -> None:
    for name in ("comptable", "siege"):
        assert client_as(name).get(page).status_code == 200


@pytest.mark.parametrize("name", STRANGERS)
def test_nobody_else_finds_the_books(landlord: Landlord, client_as: ClientAs, name: str) -> None:
    client = client_as(name)
    assert [client.get(page).status_code for page in PAGES] == [404] * len(PAGES)
    assert client.post(f"{BOOKS}cloture/2026-10/", {"acte": "CLORE"}).status_code == 404


def test_the_balance_shows_the_sums_of_the_month_and_no_name(landlord_with_bank: Landlord, client_as: ClientAs) -> None:
    # October by hand: three bills of 400,00 €.
    page = text_of(client_as("comptable"), f"{BOOKS}?mois=2026-10")
    assert "1 200,00" in page.replace("\u202f", " ")
    assert not [name for name in landlord_with_bank.nord_names + landlord_with_bank.sud_names if name in page]


def test_the_balance_leaves_as_a_sheet_and_as_a_pdf(
    landlord_with_bank: Landlord, client_as: ClientAs, tmp_path: Path
) -> None:
    client = client_as("comptable")
    sheet = client.get(f"{BOOKS}?mois=2026-10&format=xlsx")
    rows = list(load_workbook(BytesIO(b"".join(sheet.streaming_content))).worksheets[0].values)
    assert rows[0] == ("Numéro", "Compte", "Report", "Débit", "Crédit", "Solde")
    assert [float(row[3]) for row in rows[1:] if row[1] == "Locataires"] == [1200.0]
    pdf = client.get(f"{BOOKS}?mois=2026-10&format=pdf")
    assert pdf["Content-Type"] == "application/pdf"
    said = re.sub(r"\s+", " ", text_of_pdf(pdf.content, tmp_path))
    assert re.search(r"Ensemble 0,00 € ([0-9 ]+,[0-9]{2} €) \1 0,00 €", said)


def test_the_general_ledger_of_an_account_leaves_as_a_pdf(
    landlord_with_bank: Landlord, client_as: ClientAs, tmp_path: Path
) -> None:
    page = f"{BOOKS}compte/?code=PRD-LOYER&mois=2026-10"
    client = client_as("comptable")
    assert "format=pdf" in client.get(page).content.decode()
    pdf = client.get(f"{page}&format=pdf")
    assert pdf["Content-Disposition"] == 'attachment; filename="grand-livre-prd-loyer-2026-10.pdf"'
    said = text_of_pdf(pdf.content, tmp_path)
    # Three notices of 400.00, all to the credit.
    assert "Grand livre d’octobre 2026" in said
    assert said.count("QUIT-") == 3
    assert "1 200,00 €" in said
    assert not [name for name in landlord_with_bank.nord_names + landlord_with_bank.sud_names if name in said]
    assert client_as("gestionnaire_nord").get(f"{page}&format=pdf").status_code == 404


def test_the_reconciliation_of_a_month_leaves_as_a_pdf(
    landlord_with_bank: Landlord, client_as: ClientAs, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    place = f"{BOOKS}cloture/2026-10/"
    client = client_as("comptable")
    assert "format=pdf" in client.get(place).content.decode()
    silent = text_of_pdf(client.get(f"{place}?format=pdf").content, tmp_path)
    assert "elle n’en a donné aucun" in silent
    sent = {"acte": "SOLDE", "bank_account": "1", "on": "2026-10-30", "balance": "12,34"}
    assert client.post(place, sent).status_code == 302
    a_movement_without_entry(superuser, cents=1_234, on="2026-10-29")
    pdf = client.get(f"{place}?format=pdf")
    assert pdf["Content-Disposition"] == 'attachment; filename="rapprochement-2026-10.pdf"'
    said = re.sub(r" +", " ", text_of_pdf(pdf.content, tmp_path))
    assert "État de rapprochement d’octobre 2026" in said
    assert "Grand livre au 30/10/2026 0,00 €" in said
    assert "Banque au 30/10/2026 12,34 €" in said
    assert "Écart −12,34 €" in said
    assert "Mouvements sans écriture 1, 12,34 € en tout" in said
    assert "À la banque, pas en comptabilité" in said
    assert "29/10/2026" in said
    assert client_as("gestionnaire_nord").get(f"{place}?format=pdf").status_code == 404


def test_the_end_of_the_month_that_the_bank_has_not_stated_is_said(
    landlord_with_bank: Landlord, client_as: ClientAs
) -> None:
    client, place = client_as("comptable"), f"{BOOKS}cloture/2026-10/"
    assert "comptes qui diffèrent : 0, sans solde de fin de mois : 1" in text_of(client, place)
    client.post(place, {"acte": "SOLDE", "bank_account": "1", "on": "2026-10-30", "balance": "0,00"})
    assert "sans solde de fin de mois" not in text_of(client, place)


def test_a_tenants_account_is_not_opened_by_its_code(landlord_with_bank: Landlord, client_as: ClientAs) -> None:
    with acting(as_accountant(), categories=("COMPTE",)):
        from palier.ledger.models import Account

        code = Account.objects.get(pk=101).code
    assert client_as("comptable").get(f"{BOOKS}compte/?code={code}").status_code == 404


def test_a_manual_entry_is_passed_by_one_and_signed_by_another(
    landlord_with_bank: Landlord, client_as: ClientAs
) -> None:
    sent = {
        "reason": "BANK_FEES", "debit": "PRD-LOYER", "credit": "BNQ-COURANT", "amount": "1500,00",
        "booked_on": "2026-11-05",
    }  # fmt: skip
    accountant, headquarters = client_as("comptable"), client_as("siege")
    assert accountant.post(f"{BOOKS}ecritures/", sent).status_code == 302
    with acting(as_accountant(), categories=("COMPTE",)):
        made = ManualEntry.objects.get()
    assert made.entry_id is None
    refused = accountant.post(f"{BOOKS}ecritures/", {"signer": made.pk}, follow=True)
    assert "une autre personne doit la signer" in refused.content.decode()
    assert headquarters.post(f"{BOOKS}ecritures/", {"signer": made.pk}).status_code == 302
    with acting(as_accountant(), categories=("COMPTE",)):
        assert ManualEntry.objects.get().entry_id is not None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amount": "NaN"}, "Ce n’est pas un nombre"),
        ({"amount": "1000000000000000"}, "trop grand"),
        ({"debit": "RIEN"}, "n’existe pas"),
        ({"reason": "AUTRE"}, "n’est plus dans la liste"),
        ({"booked_on": "2026-02-30"}, "Ce n’est pas une date"),
    ],
)
def test_a_wrong_manual_entry_is_refused_with_a_sentence(
    landlord_with_bank: Landlord, client_as: ClientAs, changed: dict[str, str], said: str
) -> None:
    sent = {
        "reason": "BANK_FEES", "debit": "PRD-LOYER", "credit": "BNQ-COURANT", "amount": "15",
        "booked_on": "2026-11-05",
    }  # fmt: skip
    answer = client_as("comptable").post(f"{BOOKS}ecritures/", sent | changed)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_month_is_closed_on_screen_by_two_people_then_opened_again(
    landlord_with_bank: Landlord, client_as: ClientAs
) -> None:
    accountant, headquarters = client_as("comptable"), client_as("siege")
    place = f"{BOOKS}cloture/2026-10/"
    assert "La banque n’a rien dit" in text_of(accountant, place)
    early = accountant.post(place, {"acte": "CLORE"}, follow=True)
    assert "n’est pas prêt à clore" in early.content.decode()
    for item in ("NOTICES", "BACKUP"):
        assert accountant.post(place, {"acte": "ECARTER", "point": item, "motif": "NOT_CONCERNED"}).status_code == 302
    sent = {"acte": "SOLDE", "bank_account": "1", "on": "2026-10-30", "balance": "0,00"}
    assert accountant.post(place, sent).status_code == 302
    assert "rien ne manque" in text_of(accountant, place)
    for client in (accountant, headquarters):
        assert client.post(place, {"acte": "CLORE"}).status_code == 302
    with acting(as_accountant(), categories=("COMPTE",)):
        assert Period.objects.get().state == "CLOSED"
    for client in (headquarters, accountant):
        assert client.post(f"{BOOKS}periodes/", {"mois": "2026-10", "acte": "REOPEN"}).status_code == 302
    with acting(as_accountant(), categories=("COMPTE",)):
        assert Period.objects.get().state == "OPEN"
    assert "Réouverture d’octobre 2026" in text_of(accountant, f"{BOOKS}periodes/")


@pytest.mark.parametrize("balance", ["NaN", "", "1e9", "12345678901"])
def test_a_wrong_balance_is_refused_and_kept_nowhere(
    landlord_with_bank: Landlord, client_as: ClientAs, balance: str
) -> None:
    sent = {"acte": "SOLDE", "bank_account": "1", "on": "2026-10-30", "balance": balance}
    assert client_as("comptable").post(f"{BOOKS}cloture/2026-10/", sent).status_code == 422


def test_an_unknown_act_motive_or_month_does_not_exist(landlord_with_bank: Landlord, client_as: ClientAs) -> None:
    client = client_as("comptable")
    assert client.post(f"{BOOKS}cloture/2026-10/", {"acte": "AUTRE"}).status_code == 404
    wrong = {"acte": "ECARTER", "point": "BACKUP", "motif": "PARCE_QUE"}
    assert client.post(f"{BOOKS}cloture/2026-10/", wrong).status_code == 404
    assert client.get(f"{BOOKS}cloture/2026-13/").status_code == 404


def test_the_accountant_numbers_an_account_and_headquarters_do_not(
    landlord_with_bank: Landlord, client_as: ClientAs
) -> None:
    sent = {"code": "PRD-LOYER", "numero": "7043"}
    assert client_as("siege").post(f"{BOOKS}plan/", sent).status_code == 404
    assert client_as("comptable").post(f"{BOOKS}plan/", sent).status_code == 302
    with acting(as_accountant(), categories=("COMPTE",)):
        assert ChartNumber.objects.get().number == "7043"
    assert "donné ici" in text_of(client_as("comptable"), f"{BOOKS}plan/")
