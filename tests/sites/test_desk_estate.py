"""The desk on the stock, leases and accounts: as named people, with their intruders, their journal, their files."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.conftest import ClientAs, Cluster
from tests.landlord import Landlord
from tests.sites.answers import bytes_of

from palier.foundation.clock import today

DESK = "/bureau"
TWIN = f"{DESK}/comptabilite"
OWN = (
    "/recherche?q=amandier",
    "/patrimoine/",
    "/patrimoine/export/csv",
    "/patrimoine/residences/11/",
    "/patrimoine/residences/11/export/xlsx",
    "/patrimoine/a-completer/",
    "/patrimoine/logements/1102/",
    "/patrimoine/logements/1102/surface/",
    "/patrimoine/logements/1102/bail/",
    "/locataires/",
    "/locataires/export/csv",
    "/baux/",
    "/baux/export/xlsx",
    "/baux/101/",
    "/baux/101/montant/",
    "/baux/101/depart/",
    "/baux/comptes/101/",
    "/baux/comptes/101/?piece=101",
    "/baux/comptes/101/export/csv",
)
SOMEONE_ELSES = (
    "/patrimoine/residences/21/",
    "/patrimoine/residences/21/export/xlsx",
    "/patrimoine/residences/21/export/csv?vue=RETARD",
    "/patrimoine/logements/2101/",
    "/patrimoine/logements/2101/surface/",
    "/patrimoine/logements/2102/bail/",
    "/baux/201/",
    "/baux/201/montant/",
    "/baux/201/depart/",
    "/baux/comptes/201/",
    "/baux/comptes/201/?piece=201",
    "/baux/comptes/201/export/csv",
)
# Measured on the pages; a page that asks one question a row would pass far beyond.
# The lease page is the widest: its people, what they may see, how long it is kept, and whether it is frozen.
MOST_QUERIES = 25


@contextmanager
def superuser(cluster: Cluster) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(str(connection.settings_dict["NAME"])) as arranging:
        yield arranging


def last_reading(cluster: Cluster) -> dict[str, object]:
    with superuser(cluster) as looking:
        row = looking.execute(
            """SELECT screen, purpose, subjects, categories, terms, agent_id FROM privacy_readevent
               ORDER BY id DESC LIMIT 1"""
        ).fetchone()
    assert row is not None
    return dict(zip(("screen", "purpose", "subjects", "categories", "terms", "agent_id"), row, strict=True))


def readings(cluster: Cluster) -> int:
    with superuser(cluster) as looking:
        row = looking.execute("SELECT count(*) FROM privacy_readevent").fetchone()
    assert row is not None
    return int(row[0])


def text_of(response: HttpResponseBase) -> str:
    """What was answered, without the mark that opens a CSV for a spreadsheet."""
    return bytes_of(response).decode("utf-8-sig", errors="replace")


def bare(page: str) -> str:
    """The page without the marks of the letters found."""
    return page.replace("<mark>", "").replace("</mark>", "")


def table_of(client: Client, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(text_of(response)), delimiter=";"))


# --- Who may open what -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OWN)
@pytest.mark.parametrize("who", ["gestionnaire_nord", "responsable_nord", "siege"])
def test_those_who_manage_the_agency_open_its_pages(
    landlord: Landlord, client_as: ClientAs, who: str, path: str
) -> None:
    client = client_as(who)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(f"{DESK}{path}")
    response.close()
    assert response.status_code == 200
    assert len(asked) <= MOST_QUERIES


@pytest.mark.parametrize("path", SOMEONE_ELSES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_number_of_the_other_agency_does_not_exist(
    landlord: Landlord, client_as: ClientAs, method: str, path: str
) -> None:
    client = client_as("gestionnaire_nord")
    response = getattr(client, method)(f"{DESK}{path}")
    # A page that only shows answers 405 to a POST, before anything is read.
    assert response.status_code == 404 or (method == "post" and response.status_code == 405)
    assert "Datura" not in text_of(response)


def test_the_other_agencys_contact_is_not_shared_by_guessing_its_number(
    landlord: Landlord, client_as: ClientAs
) -> None:
    client = client_as("gestionnaire_nord")
    for path in ("/baux/201/contacts/7/", "/baux/101/contacts/7/", "/baux/101/contacts/999999/"):
        assert client.post(f"{DESK}{path}", {"partage": "oui"}).status_code == 404


@pytest.mark.parametrize("who", ["gardien_nord", "dpo", "admin_technique"])
@pytest.mark.parametrize("path", [*OWN, *(f"/comptabilite{path}" for path in OWN[:4])])
def test_caretakers_dpo_and_technicians_have_none_of_these_pages(
    landlord: Landlord, client_as: ClientAs, who: str, path: str
) -> None:
    response = client_as(who).get(f"{DESK}{path}")
    assert response.status_code == 404
    assert "Amandier" not in text_of(response)


def test_the_accountant_reads_accounts_and_leases_without_contact_or_household(
    landlord: Landlord, client_as: ClientAs
) -> None:
    client = client_as("comptable")
    lease = text_of(client.get(f"{TWIN}/baux/101/"))
    assert "Amandier" in lease
    assert "EMAIL-Amandier" not in lease
    assert "Foyer" not in lease
    assert "Modifier un montant" not in lease
    assert "400,00" in text_of(client.get(f"{TWIN}/baux/comptes/101/"))
    assert client.get(f"{DESK}/baux/101/").status_code == 404
    assert client.get(f"{DESK}/baux/101/montant/").status_code == 404
    for path in ("/patrimoine/", "/patrimoine/residences/11/", "/locataires/", "/baux/", "/recherche?q=amandier"):
        assert client.get(f"{TWIN}{path}").status_code == 200
    assert client_as("gestionnaire_nord").get(f"{TWIN}/baux/comptes/101/").status_code == 404


def test_the_lists_of_an_agency_name_nobody_of_the_other(landlord: Landlord, client_as: ClientAs) -> None:
    client = client_as("gestionnaire_nord")
    for path in (
        "/patrimoine/",
        "/patrimoine/?agence=2",
        "/locataires/",
        "/locataires/?agence=2",
        "/baux/",
        "/locataires/export/csv",
    ):
        page = text_of(client.get(f"{DESK}{path}"))
        assert "Datura" not in page
        assert "Oliviers" not in page


# --- The journal -----------------------------------------------------------------------------------------------------


def test_an_account_page_writes_who_it_showed_and_says_so(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster
) -> None:
    page = text_of(client_as("gestionnaire_nord").get(f"{DESK}/baux/comptes/101/"))
    assert last_reading(cluster) == {
        "screen": "compte",
        "purpose": "GESTION_LOCATIVE",
        "subjects": [1, 2],
        "categories": ["BAIL", "COMPTE", "IDENTITE"],
        "terms": "",
        "agent_id": own_landlord.agents["gestionnaire_nord"],
    }
    assert "Service, gestion locative, compte, aujourd’hui" in page


def test_a_lease_page_adds_the_categories_that_it_really_showed(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster
) -> None:
    client_as("gestionnaire_nord").get(f"{DESK}/baux/101/")
    assert last_reading(cluster)["categories"] == ["BAIL", "COORDONNEES", "DOCUMENTS", "FOYER", "IDENTITE"]
    client_as("comptable").get(f"{TWIN}/baux/101/")
    assert last_reading(cluster)["categories"] == ["BAIL", "DOCUMENTS", "IDENTITE"]


def test_an_export_writes_everyone_it_holds(own_landlord: Landlord, client_as: ClientAs, cluster: Cluster) -> None:
    client_as("siege").get(f"{DESK}/locataires/export/csv").close()
    reading = last_reading(cluster)
    assert reading["screen"] == "export des locataires"
    assert reading["subjects"] == [1, 2, 3, 4]


def test_a_page_refused_writes_nothing(own_landlord: Landlord, client_as: ClientAs, cluster: Cluster) -> None:
    client = client_as("gestionnaire_nord")
    before = readings(cluster)
    client.get(f"{DESK}/baux/comptes/201/")
    assert readings(cluster) == before


# --- Search ----------------------------------------------------------------------------------------------------------


def test_a_search_finds_without_accents_and_keeps_its_terms(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster
) -> None:
    page = text_of(client_as("gestionnaire_nord").get(f"{DESK}/recherche", {"q": "ÀMANDIER lucie"}))
    assert "<mark>Amandier</mark>" in page
    assert "Recherche inscrite au journal" in page
    reading = last_reading(cluster)
    assert (reading["screen"], reading["terms"], reading["subjects"]) == ("recherche", "ÀMANDIER lucie", [1])


def test_a_search_that_finds_nobody_is_kept_too(own_landlord: Landlord, client_as: ClientAs, cluster: Cluster) -> None:
    page = text_of(client_as("gestionnaire_nord").get(f"{DESK}/recherche", {"q": "datura"}))
    assert "Rien ne correspond" in page
    assert "Paul" not in page
    assert last_reading(cluster)["terms"] == "datura"


def test_under_two_letters_nothing_is_searched_and_nothing_is_written(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster
) -> None:
    client = client_as("gestionnaire_nord")
    before = readings(cluster)
    assert "au moins deux lettres" in text_of(client.get(f"{DESK}/recherche", {"q": "a"}))
    assert text_of(client.get(f"{DESK}/recherche", {"q": "a"}, headers={"HX-Request": "true"})) == ""
    assert readings(cluster) == before


def test_the_box_of_every_page_is_answered_by_a_fragment(landlord: Landlord, client_as: ClientAs) -> None:
    client = client_as("gestionnaire_nord")
    fragment = text_of(client.get(f"{DESK}/recherche", {"q": "amand"}, headers={"HX-Request": "true"}))
    assert "<html" not in fragment
    assert "/bureau/baux/comptes/101/" in fragment
    stranger = text_of(client.get(f"{DESK}/recherche", {"q": "datu"}, headers={"HX-Request": "true"}))
    assert "Datura" not in stranger


def _give_phone(cluster: Cluster, person: int, number: str) -> None:
    with superuser(cluster) as arranging:
        arranging.execute(
            "UPDATE people_contact SET value = %s WHERE person_id = %s AND channel = 'PHONE'", [number, person]
        )


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ("am", "Amandier"),
        ("rue des arbres 11", "Les Tilleuls"),
        ("75013 pins", "Les Pins"),
        ("L101", "RF101"),
        ("rf101", "L101"),
        ("34 56", "Amandier"),
        ("+33 6 39 98 34 56", "Amandier"),
    ],
)
def test_the_box_finds_by_name_address_lease_account_and_phone(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster, terms: str, found: str
) -> None:
    _give_phone(cluster, 1, "06 39 98 34 56")
    _give_phone(cluster, 4, "06 39 97 34 56")
    page = bare(text_of(client_as("gestionnaire_nord").get(f"{DESK}/recherche", {"q": terms})))
    assert found in page
    assert "Datura" not in page


def test_what_is_typed_is_never_a_wildcard(landlord: Landlord, client_as: ClientAs) -> None:
    client = client_as("siege")
    for terms in ("%%", "__", "a%b", "\\\\x"):
        assert "Amandier" not in text_of(client.get(f"{DESK}/recherche", {"q": terms}))


def test_the_accountants_search_reads_no_contact(own_landlord: Landlord, client_as: ClientAs, cluster: Cluster) -> None:
    _give_phone(cluster, 1, "06 39 98 34 56")
    assert "Amandier" not in text_of(client_as("comptable").get(f"{TWIN}/recherche", {"q": "3456"}))


# --- Lists and their files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "doors"),
    [
        ("", ["A-101", "A-201"]),
        ("?vue=SANS_PRELEVEMENT", ["A-101"]),
        ("?vue=RETARD", ["A-101"]),
        ("?vue=PREAVIS", []),
        ("?bat=A&tri=-porte", ["A-201", "A-101"]),
        ("?bat=Z", []),
    ],
)
def test_the_file_of_a_residence_is_the_screens_filter(
    landlord: Landlord, client_as: ClientAs, query: str, doors: list[str]
) -> None:
    client = client_as("gestionnaire_nord")
    rows = table_of(client, f"{DESK}/patrimoine/residences/11/export/csv{query}")
    page = text_of(client.get(f"{DESK}/patrimoine/residences/11/{query}"))
    assert [row["Porte"] for row in rows] == doors
    assert [door for door in ("A-101", "A-201") if f">{door}<" in page] == sorted(doors)


def test_a_residence_tells_the_month_the_balance_and_the_totals(landlord: Landlord, client_as: ClientAs) -> None:
    page = text_of(client_as("gestionnaire_nord").get(f"{DESK}/patrimoine/residences/11/"))
    assert "mois de novembre 2026, calculé" in page
    assert "Lucie Amandier" in page
    assert "−400,00" in page
    assert "Retard" in page
    assert "2\u00a0logements, 1\u00a0bail, 1\u00a0vacant" in page


def test_a_residence_of_a_hundred_doors_costs_the_queries_of_one_of_two(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster
) -> None:
    client = client_as("gestionnaire_nord")
    client.get(f"{DESK}/patrimoine/residences/11/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"{DESK}/patrimoine/residences/11/")
    with superuser(cluster) as arranging:
        arranging.execute(
            """INSERT INTO estate_dwelling (residence_id, staircase_id, door, floor, rooms, floor_area_m2,
                   annex_area_m2, financing)
               SELECT 11, 11, 'D' || n, n / 10, 3, 60, 0, 'PLUS' FROM generate_series(1, 300) AS n"""
        )
    with CaptureQueriesContext(connection) as many:
        first = text_of(client.get(f"{DESK}/patrimoine/residences/11/"))
    assert len(many) == len(few)
    assert "200 lignes sur 302" in first.replace("\u00a0", " ")


def test_a_list_is_walked_by_key_without_loss_nor_repeat(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster
) -> None:
    with superuser(cluster) as arranging:
        arranging.execute(
            """INSERT INTO people_person (id, residence_id, title, first_name, last_name)
               SELECT 2000 + n, 11, '', 'P', 'Homonyme' FROM generate_series(1, 130) AS n"""
        )
        arranging.execute(
            """INSERT INTO leases_occupant (lease_id, person_id, residence_id, dwelling_id, role, display_name,
                   door_name, moved_in_on) SELECT 101, 2000 + n, 11, 1101, 'COHOLDER', 'Homonyme P', 'H', '2020-01-01'
               FROM generate_series(1, 130) AS n"""
        )
    client = client_as("gestionnaire_nord")
    for sort in ("nom", "-nom", "entree"):
        seen: list[int] = []
        address = f"{DESK}/locataires/?tri={sort}"
        for _ in range(5):
            response = client.get(address)
            seen += _subjects(cluster)
            following = [link for link in text_of(response).split('"') if link.startswith("?") and "apres=" in link]
            if not following:
                break
            address = f"{DESK}/locataires/{following[0].replace('&amp;', '&')}"
        assert len(seen) == len(set(seen)) == 133, sort


def _subjects(cluster: Cluster) -> list[int]:
    subjects = last_reading(cluster)["subjects"]
    assert isinstance(subjects, list)
    return subjects


def test_a_cursor_of_another_list_is_refused_in_a_sentence(landlord: Landlord, client_as: ClientAs) -> None:
    response = client_as("siege").get(f"{DESK}/locataires/?apres=inventé")
    assert response.status_code == 422
    assert "n’est plus valable" in text_of(response)


# --- Writing ---------------------------------------------------------------------------------------------------------


def test_a_dwelling_gets_its_area_then_leaves_the_worklist(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster
) -> None:
    with superuser(cluster) as arranging:
        arranging.execute("UPDATE estate_dwelling SET floor_area_m2 = NULL, rooms = NULL WHERE id = 1102")
    client = client_as("gestionnaire_nord")
    assert "1 logement à compléter" in text_of(client.get(f"{DESK}/patrimoine/a-completer/"))
    typed = {"floor_area_m2": "62,40", "annex_area_m2": "8", "rooms": "3", "seen_area": "", "seen_annex": "0.00"}
    refused = client.post(f"{DESK}/patrimoine/logements/1102/surface/", {**typed, "floor_area_m2": "deux"})
    assert refused.status_code == 422
    assert "Ce n’est pas un nombre" in text_of(refused)
    saved = client.post(f"{DESK}/patrimoine/logements/1102/surface/", {**typed, "seen_rooms": ""})
    assert saved.status_code == 302
    page = text_of(client.get(f"{DESK}/patrimoine/logements/1102/"))
    assert "66,4\u00a0m²" in page
    again = client.post(f"{DESK}/patrimoine/logements/1102/surface/", {**typed, "floor_area_m2": "70"})
    assert again.status_code == 422
    assert "62,40\u00a0m² habitables" in text_of(again)
    forged = client.post(f"{DESK}/patrimoine/logements/1102/surface/", {**typed, "seen_rooms": "²"})
    assert forged.status_code == 422


NEW_LEASE = {
    "starts_on": "2026-12-01",
    "ends_on": "",
    "amount_RENT": "450,00",
    "amount_PROVISION_WATER": "25",
    "deposit": "450",
    "payment_mode": "VIREMENT",
    "holder_title": "M",
    "holder_last_name": "Érable",
    "holder_first_name": "Noé",
    "adults": "1",
    "dependants": "0",
}


def test_a_lease_written_on_screen_is_found_at_once(own_landlord: Landlord, client_as: ClientAs) -> None:
    client = client_as("gestionnaire_nord")
    ahead = {**NEW_LEASE, "starts_on": f"{today() + timedelta(days=30)}"}
    response = client.post(f"{DESK}/patrimoine/logements/1102/bail/", ahead)
    assert response.status_code == 302
    page = text_of(client.get(response["Location"]))
    assert "Érable Noé" in page
    assert "450,00" in page
    # What a lease to come will ask is its amounts, not some amounts to come.
    assert "Montants passés et à venir" not in page
    assert "Agent gestionnaire_nord" in page
    assert "Érable Noé" in bare(text_of(client.get(f"{DESK}/recherche", {"q": "erable"})))


def test_a_lease_refused_keeps_what_was_typed(landlord: Landlord, client_as: ClientAs) -> None:
    client = client_as("gestionnaire_nord")
    response = client.post(f"{DESK}/patrimoine/logements/1101/bail/", NEW_LEASE)
    page = text_of(response)
    assert response.status_code == 422
    assert "déjà loué par le bail L101" in page
    assert 'value="450,00"' in page
    assert 'value="Érable"' in page


def test_an_amount_saved_over_another_shows_the_difference_and_keeps_what_was_typed(
    own_landlord: Landlord, client_as: ClientAs
) -> None:
    address = f"{DESK}/baux/101/montant/"
    rent = {"which": "RENT:Loyer du logement", "basis": ""}
    first = client_as("gestionnaire_nord").post(
        address, {**rent, "amount": "410", "first_day": "2027-01-01", "seen": "0"}
    )
    assert first.status_code == 302
    late = {**rent, "amount": "420,50", "first_day": "2027-02-01", "seen": "0"}
    client = client_as("responsable_nord")
    refused = client.post(address, late)
    page = text_of(refused)
    assert refused.status_code == 422
    assert "a été modifié pendant que vous le lisiez" in page
    assert "jusqu’au\u00a0: aucun → 31/12/2026" in page
    assert "Agent gestionnaire_nord" in page
    assert 'value="420,50"' in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert client.post(address, {**late, "seen": seen}).status_code == 302
    assert "420,50" in text_of(client.get(f"{DESK}/baux/101/"))


def test_a_departure_shows_on_the_lease_and_in_the_view_of_notices(own_landlord: Landlord, client_as: ClientAs) -> None:
    client = client_as("gestionnaire_nord")
    typed = {"notice_given_on": "2026-11-20", "ends_on": "2026-12-20", "seen": "0"}
    assert client.post(f"{DESK}/baux/101/depart/", typed).status_code == 302
    assert "20/12/2026" in text_of(client.get(f"{DESK}/baux/101/"))
    rows = table_of(client, f"{DESK}/patrimoine/residences/11/export/csv?vue=PREAVIS")
    assert [(row["Porte"], row["Signaux"]) for row in rows] == [("A-101", "Retard, Départ, 20/12")]


def test_a_contact_is_shown_to_the_caretaker_by_a_post_only(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster
) -> None:
    with superuser(cluster) as looking:
        row = looking.execute("SELECT id FROM people_contact WHERE person_id = 1 AND channel = 'EMAIL'").fetchone()
    assert row is not None
    client = client_as("gestionnaire_nord")
    address = f"{DESK}/baux/101/contacts/{row[0]}/"
    assert client.get(address).status_code == 405
    assert client.post(address, {"partage": "oui"}).status_code == 302
    assert "montré au gardien depuis le" in text_of(client.get(f"{DESK}/baux/101/"))


# --- The account -----------------------------------------------------------------------------------------------------


def _draft_line(cluster: Cluster, inputs: str) -> None:
    with superuser(cluster) as arranging:
        arranging.execute(
            "UPDATE quittancement_line SET rule = 'rent-line/1', inputs = %s WHERE run_id = 2 AND lease_id = 101",
            [inputs],
        )


def test_an_amount_is_recomputed_before_ones_eyes(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster
) -> None:
    _draft_line(cluster, "40000 30 30 1 -")
    page = text_of(client_as("gestionnaire_nord").get(f"{DESK}/baux/comptes/101/?recalcul=1"))
    assert "1 lignes sur 1, identique au centime" in page


def test_an_amount_that_its_inputs_do_not_give_is_said(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster
) -> None:
    _draft_line(cluster, "40001 30 30 1 -")
    page = text_of(client_as("gestionnaire_nord").get(f"{DESK}/baux/comptes/101/?recalcul=1"))
    assert "400,01\u00a0€ au lieu de 400,00\u00a0€" in page


def test_a_line_of_another_account_is_not_opened_through_this_one(landlord: Landlord, client_as: ClientAs) -> None:
    client = client_as("siege")
    assert client.get(f"{DESK}/baux/comptes/101/?piece=201").status_code == 404
    assert client.get(f"{DESK}/baux/comptes/101/?piece=101").status_code == 200


def test_the_running_balance_carries_over_from_one_period_to_the_next(
    own_landlord: Landlord, client_as: ClientAs, cluster: Cluster
) -> None:
    with superuser(cluster) as arranging:
        arranging.execute(
            """INSERT INTO ledger_entry (id, journal, number, booked_on, label, residence_id, source_kind, source_id,
                   means, posted_at, posted_by)
               SELECT 5000 + n, 'BANK', n, date '2026-11-01' + n / 2, 'Virement reçu', 11, 'PAYMENT', n,
                   'VIREMENT', now(), 1 FROM generate_series(1, 30) AS n"""
        )
        arranging.execute(
            """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
               SELECT 5000 + n, a.id, 11, date '2026-11-01' + n / 2, a.sign * 1000
               FROM generate_series(1, 30) AS n, (VALUES (101, -1), (900, 1)) AS a (id, sign)"""
        )
    client = client_as("gestionnaire_nord")
    last = text_of(client.get(f"{DESK}/baux/comptes/101/"))
    # 400,00 owed, 30 payments of 10,00: 100,00 still owed at the end; 18 lines shown, so 13 lines carried over.
    assert "−100,00" in last
    assert "Report" in last
    assert "−280,00" in last
    rows = table_of(client, f"{DESK}/baux/comptes/101/export/csv")
    assert len(rows) == 31
    assert rows[-1]["Solde"] == "-100,00"


def test_the_rail_shows_only_what_one_may_open(landlord: Landlord, client_as: ClientAs) -> None:
    page = text_of(client_as("gestionnaire_nord").get(f"{DESK}/baux/"))
    assert "/bureau/imports/" not in page
    assert 'href="/bureau/patrimoine/"' in page
    twin = text_of(client_as("comptable").get(f"{TWIN}/baux/"))
    assert "/bureau/comptabilite/patrimoine/" in twin
    assert 'href="/bureau/patrimoine/"' not in twin
