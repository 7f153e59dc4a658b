"""Headquarters and the accountant sign a sheet and read the gaps; nobody else finds those pages."""

import re
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.conftest import ClientAs
from tests.landlord import Landlord, insert

REPRISE, DOUBLE = "/bureau/reprise/", "/bureau/marche-en-double/"
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def sheet(superuser: psycopg.Connection) -> int:
    insert(superuser, "takeover_sheet", [
        {"id": 1, "file_name": "comptes.csv", "file_sha256": "0" * 64, "made_at": AT, "made_by": 0},
        {"id": 2, "file_name": "faux.csv", "file_sha256": "1" * 64, "made_at": AT, "made_by": 0},
    ])  # fmt: skip
    insert(superuser, "takeover_sheetline", [
        {"sheet_id": 1, "residence_id": 11, "kind": "BALANCE", "file_count": 2, "file_cents": 10_050,
         "taken_count": 2, "taken_cents": 10_050},
        {"sheet_id": 2, "residence_id": None, "kind": "DEPOSIT", "file_count": 1, "file_cents": 700,
         "taken_count": 0, "taken_cents": 0},
    ])  # fmt: skip
    return 1


@pytest.fixture
def comparison(superuser: psycopg.Connection) -> int:
    insert(superuser, "takeover_comparison", [
        {"id": 1, "file_name": "lignes.csv", "file_sha256": "0" * 64, "first_month": date(2025, 12, 1),
         "last_month": date(2026, 11, 1), "lease_count": 2, "line_count": 24, "equal_count": 22,
         "theirs_cents": 1_000_000, "ours_cents": 998_900, "made_at": AT, "made_by": 0},
    ])  # fmt: skip
    for gap, lease, residence, heading, cause, detail in (
        (1_200, 101, 11, "ANNEX", "ANNEX_OVERCHARGE", "57,00 € demandés pour 45,00 € au bail"),
        (-100, 201, 21, "RENT", "INDEX", "IRL T1 2025 / T1 2024"),
    ):
        insert(superuser, "takeover_gap", [
            {"comparison_id": 1, "lease_id": lease, "residence_id": residence, "reference": f"L{lease}",
             "month": date(2026, 1, 1), "heading": heading, "theirs_cents": 5_700, "ours_cents": 5_700 - gap,
             "gap_cents": gap, "cause": cause, "detail": detail},
        ])  # fmt: skip
    return 1


def text_of(client: Client, path: str, *, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " ").replace("\u202f", " "))


def test_two_different_people_sign_and_the_same_one_is_told_so(sheet: int, client_as: ClientAs) -> None:
    address = f"{REPRISE}fiches/{sheet}/"
    siege, comptable = client_as("siege"), client_as("comptable")
    assert "n’a pas ses deux signatures" in text_of(siege, REPRISE)
    siege.post(f"{address}signer/")
    assert "La seconde signature est celle d’une autre personne" in text_of(siege, address)
    again = siege.post(f"{address}signer/", follow=True)
    assert "déjà signé" in again.content.decode()
    comptable.post(f"{address}signer/")
    assert "La fiche est signée" in text_of(comptable, address)


def test_a_sheet_that_differs_has_no_button_and_refuses_the_signature(sheet: int, client_as: ClientAs) -> None:
    siege = client_as("siege")
    page = text_of(siege, f"{REPRISE}fiches/2/")
    assert "Signer la fiche" not in page
    assert "Baux inconnus de Palier" in page
    answer = siege.post(f"{REPRISE}fiches/2/signer/", follow=True)
    assert "diffèrent" in answer.content.decode()


def test_the_sheet_and_the_report_are_documents(sheet: int, comparison: int, client_as: ClientAs) -> None:
    for path in (f"{REPRISE}fiches/{sheet}.pdf", f"{DOUBLE}{comparison}.pdf"):
        response = client_as("comptable").get(path)
        assert (response.status_code, response.content[:5]) == (200, b"%PDF-")


@pytest.mark.usefixtures("own_landlord")
def test_a_mapping_is_made_on_screen_by_versions(client_as: ClientAs) -> None:
    siege = client_as("siege")
    asked = text_of(siege, f"{REPRISE}correspondance/")
    assert ("« nature : dépôt »" in asked, "« nature : depot »" in asked) == (True, False)
    typed = {"source": "Ancien", "colonne_reference_bail": "Num contrat", "code_nature_solde": "*"}
    assert siege.post(f"{REPRISE}correspondance/", typed).status_code == 302
    assert siege.post(f"{REPRISE}correspondance/", typed).status_code == 302
    assert "Ancien, version 2 : 2 mots" in text_of(siege, REPRISE).replace("&nbsp;", " ")
    empty = siege.post(f"{REPRISE}correspondance/", {"source": "Ancien"})
    assert empty.status_code == 422
    assert "ne traduit rien" in empty.content.decode()


def test_what_is_owed_to_tenants_comes_first(comparison: int, client_as: ClientAs) -> None:
    comptable = client_as("comptable")
    page = text_of(comptable, f"{DOUBLE}{comparison}/")
    assert page.index("Annexe facturée en trop") < page.index("Indice de révision")
    assert "12,00" in page
    gaps = text_of(comptable, f"{DOUBLE}{comparison}/ecarts/")
    assert gaps.index("L101") < gaps.index("L201")
    only = text_of(comptable, f"{DOUBLE}{comparison}/ecarts/?cause=INDEX")
    assert "L201" in only
    assert "L101" not in only
    export = comptable.get(f"{DOUBLE}{comparison}/ecarts/?format=csv")
    assert export.status_code == 200
    export.close()


@pytest.mark.parametrize("role", ["gestionnaire_nord", "gardien_nord", "dpo", "admin_technique"])
@pytest.mark.parametrize(
    "path",
    [REPRISE, f"{REPRISE}fiches/1/", f"{REPRISE}fiches/1.pdf", f"{REPRISE}correspondance/", DOUBLE, f"{DOUBLE}1/",
     f"{DOUBLE}1/ecarts/", f"{DOUBLE}1.pdf"],
)  # fmt: skip
def test_a_stranger_finds_none_of_these_pages(
    sheet: int, comparison: int, client_as: ClientAs, role: str, path: str
) -> None:
    assert client_as(role).get(path).status_code in {302, 404}
    assert b"Annexe" not in client_as(role).get(path).content


def test_a_sheet_or_a_comparison_that_does_not_exist_is_a_404(landlord: Landlord, client_as: ClientAs) -> None:
    siege = client_as("siege")
    for path in (f"{REPRISE}fiches/99/", f"{REPRISE}fiches/99.pdf", f"{DOUBLE}99/", f"{DOUBLE}99.pdf"):
        assert siege.get(path).status_code == 404


def test_the_account_shows_what_was_taken_over_as_such(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    assert "repris de l’ancien logiciel" not in text_of(client_as("gestionnaire_nord"), "/bureau/baux/comptes/101/")
    for heading, cents in (("RENT", 41_000), ("PAYMENT", -39_900)):
        insert(superuser, "takeover_formerline", [
            {"lease_id": 101, "account_id": 101, "residence_id": 11, "month": date(2025, 3, 1), "heading": heading,
             "amount_cents": cents},
        ])  # fmt: skip
    page = text_of(client_as("gestionnaire_nord"), "/bureau/baux/comptes/101/")
    assert "repris de l’ancien logiciel" in page
    assert "Mars 2025" in page
    assert "410,00" in page
    assert "399,00" in page
    assert client_as("gestionnaire_sud").get("/bureau/baux/comptes/101/").status_code == 404


def test_a_file_of_accounts_is_given_looked_at_and_its_columns_are_ours(
    own_landlord: Landlord, client_as: ClientAs
) -> None:
    siege = client_as("siege")
    given = SimpleUploadedFile(
        "comptes.csv", b"nature;reference_bail;mois;montant\nsolde;L101;2026-10;10,00\nsolde;L999;2026-10;1,00\n"
    )
    answer = siege.post("/bureau/imports/donner/", {"kind": "ACCOUNTS", "file": given})
    assert answer.status_code == 302
    page = text_of(siege, answer.headers["Location"])
    assert "Appliquer 1 ligne, 1 refusée" in page
    assert "bail inconnu" in page
    comments = SimpleUploadedFile("c.csv", b"nature;reference_bail;commentaire\nsolde;L101;x\n")
    refused = siege.post("/bureau/imports/donner/", {"kind": "ACCOUNTS", "file": comments})
    assert refused.status_code == 422
    assert "palier comments audit" in refused.content.decode().replace("\u00a0", " ")


def test_a_lease_whose_holder_changed_is_listed_once(
    comparison: int, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    gaps = f"{DOUBLE}{comparison}/ecarts/"
    before = text_of(client_as("comptable"), gaps).count("L101")
    superuser.execute("UPDATE leases_occupant SET role = 'HOLDER' WHERE lease_id = 101")
    assert text_of(client_as("comptable"), gaps).count("L101") == before > 0
