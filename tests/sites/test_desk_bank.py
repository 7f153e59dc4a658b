"""The bank at the desk: who may open it, the list of movements with its reasons, the payments of an account."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.test import Client
from tests.operations.bank import REFERENCES, balance, imported, name_accounts, statement, transfer
from tests.sites.answers import text_of

if TYPE_CHECKING:
    from tests.landlord import Landlord

ClientAs = Callable[[str], Client]
LIST = "/bureau/banque/mouvements/"
PAYER = "FR7699998000020000000000189"


@pytest.fixture
def direct(superuser: psycopg.Connection) -> psycopg.Connection:
    name_accounts(superuser)
    return superuser


def number(direct: psycopg.Connection, cents: int) -> int:
    row = direct.execute("SELECT id FROM banking_bankentry WHERE amount_cents = %s", [cents]).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("stranger", ["gardien_nord", "gestionnaire_nord", "dpo", "locataire", "admin_technique"])
def test_the_bank_does_not_exist_for_those_who_do_not_keep_the_books(
    landlord: "Landlord", client_as: ClientAs, stranger: str
) -> None:
    browser = client_as(stranger)
    assert {browser.get(page).status_code for page in ("/bureau/banque/", LIST)} == {404}
    acts = ("/bureau/banque/fichiers/", f"{LIST}1/rapprocher/", f"{LIST}1/classer/", f"{LIST}1/defaire/")
    assert {browser.post(act).status_code for act in acts} == {404}


def test_payments_of_an_account_are_read_by_its_agency_and_by_no_other(
    landlord: "Landlord", client_as: ClientAs
) -> None:
    page = "/bureau/baux/comptes/101/paiements/"
    shown = client_as("gestionnaire_nord").get(page)
    assert shown.status_code == 200
    assert "Noter un paiement" not in text_of(shown)
    assert {client_as(each).get(page).status_code for each in ("gestionnaire_sud", "gardien_nord", "locataire")} == {
        404
    }
    assert client_as("gestionnaire_nord").post(f"{page}noter/").status_code == 404


def test_a_movement_comes_with_whom_it_could_be_for_and_why(
    direct: psycopg.Connection, client_as: ClientAs, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(100, REFERENCES[102], payer_iban=PAYER), name="un.xml"))
    imported(statement(tmp_path, transfer(39_000, "?", rank=2, payer_iban=PAYER), name="deux.xml"))
    browser = client_as("comptable")
    shown = text_of(browser.get(LIST))
    assert "Compte 102" in shown
    assert "Ce compte bancaire a déjà payé pour lui" in shown
    assert "retirer ce filtre" not in shown
    entry = number(direct, 39_000)
    browser.post(f"{LIST}{entry}/rapprocher/", {"compte": "102"})
    assert balance(direct, 102) == 900
    again = browser.post(f"{LIST}{entry}/rapprocher/", {"compte": "101"}, follow=True)
    assert "Ce mouvement a déjà été traité le" in text_of(again)
    assert "Rechargez" not in text_of(again)
    assert balance(direct, 101) == 40_000
    browser.post(f"{LIST}{entry}/defaire/")
    assert balance(direct, 102) == 39_900


def test_a_movement_already_put_to_an_account_is_read_in_the_file_of_its_payer(
    direct: psycopg.Connection, client_as: ClientAs, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(100, REFERENCES[102])))
    shown = text_of(client_as("comptable").get(LIST, {"etat": "MATCHED"}))
    assert "Compte 102" in shown
    (holder,) = direct.execute(
        "SELECT person_id FROM leases_occupant WHERE lease_id = 102 AND role = 'HOLDER'"
    ).fetchone() or (0,)
    assert direct.execute("SELECT subjects FROM privacy_readevent ORDER BY id DESC LIMIT 1").fetchone() == ([holder],)


def test_an_account_is_searched_by_its_lease_and_a_movement_classed(
    direct: psycopg.Connection, client_as: ClientAs, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(700, "?"), transfer(-300, "FRAIS", rank=2)))
    browser = client_as("siege")
    shown = text_of(browser.get(LIST, {"mouvement": number(direct, 700), "compte": "L201"}))
    assert "Compte 201" in shown
    fees = number(direct, -300)
    assert "Pour quel compte" not in text_of(browser.get(LIST, {"mouvement": fees}))
    said = text_of(browser.post(f"{LIST}{fees}/classer/", {"compte": "PRD-LOYER", "motif": "BANK_FEES"}, follow=True))
    assert "est classé sans locataire" in said
    assert direct.execute("SELECT state FROM banking_bankentry WHERE id = %s", [fees]).fetchone() == ("OTHER",)
    assert browser.get(LIST, {"etat": "OTHER"}).status_code == 200
    assert browser.get(LIST, {"mouvement": "999999"}).status_code == browser.get(LIST, {"etat": "X"}).status_code == 404


def test_a_movement_whose_class_is_to_sign_is_shown_as_waiting(
    direct: psycopg.Connection, client_as: ClientAs, tmp_path: Path
) -> None:
    imported(statement(tmp_path, transfer(200_000, "REMISE")))
    browser, entry = client_as("siege"), number(direct, 200_000)
    said = text_of(browser.post(f"{LIST}{entry}/classer/", {"compte": "PRL-ENCOURS", "motif": "TRANSFER"}, follow=True))
    assert "quand une autre personne aura signé" in said
    shown = text_of(browser.get(LIST, {"etat": "TO_SIGN"}))
    assert "attend la signature d’une autre personne" in shown
    assert "Mouvements à traiter" not in shown
    browser.post(f"{LIST}{entry}/defaire/")
    assert direct.execute("SELECT state FROM banking_bankentry").fetchone() == ("TO_REVIEW",)
    assert "attend la signature" not in text_of(browser.get(LIST, {"mouvement": entry}))


def test_a_cheque_is_noted_on_the_account_and_taken_back(direct: psycopg.Connection, client_as: ClientAs) -> None:
    browser = client_as("comptable")
    page = "/bureau/baux/comptes/101/paiements/"
    sent = {"means": "CHEQUE", "amount": "150,00", "received_on": "2026-11-05", "proof": "1234567", "indicated": ""}
    missing = browser.post(f"{page}noter/", sent | {"proof": ""})
    assert missing.status_code == 422
    assert "numéro du chèque manque" in text_of(missing)
    shown = text_of(browser.post(f"{page}noter/", sent, follow=True))
    assert "la plus ancienne" in shown
    assert balance(direct, 101) == 25_000
    (payment,) = [each for (each,) in direct.execute("SELECT id FROM banking_payment")]
    assert (
        browser.post(f"/bureau/baux/comptes/102/paiements/{payment}/reprendre/", {"motif": "BOUNCED"}).status_code
        == 404
    )
    after = text_of(browser.post(f"{page}{payment}/reprendre/", {"motif": "BOUNCED"}, follow=True))
    assert "chèque impayé" in after
    assert balance(direct, 101) == 40_000
