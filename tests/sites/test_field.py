"""The caretakers' site: the doors of the residences under a mandate in force today, and no other."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import psycopg
import pytest
from django.test import Client
from tests.landlord import Landlord

from palier.field.views import buildings_shown
from palier.foundation.clock import today
from palier.leases.round import Behind, RoundDoor, SharedContact

ClientAs = Callable[[str], Client]
TILLEULS, PINS_ENDED, OLIVIERS_NOT_BEGUN = 11, 12, 21


def get(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_the_only_residence_opens_by_itself(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    response = client_as("gardien_nord").get("/terrain/")
    assert response.status_code == 302
    assert response["Location"] == f"/terrain/residence/{TILLEULS}/"


def test_several_residences_are_chosen_from(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    superuser.execute("UPDATE agents_mandate SET last_day = NULL")
    client = client_as("gardien_nord")
    page = get(client, "/terrain/")
    assert re.findall(r"/terrain/residence/(\d+)/", page) == ["12", "11"]
    assert "Les Pins" in get(client, f"/terrain/residence/{TILLEULS}/")


def test_without_a_mandate_there_is_nothing_to_see(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    client = client_as("gardien_sans_mandat")
    assert "Aucun mandat n’est en cours à votre nom." in get(client, "/terrain/")
    assert client.get(f"/terrain/residence/{TILLEULS}/").status_code == 404


def test_the_doors_show_the_name_the_floor_and_what_was_shared(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    page = get(client_as("gardien_nord"), f"/terrain/residence/{TILLEULS}/")
    for shown in ("Les Tilleuls", "Bâtiment A", "101", "201", "Vacant", "Amandier", "PHONE-Amandier", "01/01/2020"):
        assert shown in page, shown
    assert "Cette liste s’arrête là" in page
    assert "ni compte, ni dette, ni revenus, ni commentaire." in page


def test_who_has_left_is_no_longer_the_caretakers_business(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    assert "Bouleau" not in get(client_as("gardien_nord"), f"/terrain/residence/{TILLEULS}/")


@pytest.mark.parametrize("residence", [PINS_ENDED, OLIVIERS_NOT_BEGUN, 999_999])
def test_a_residence_out_of_a_mandate_does_not_exist(landlord: Landlord, client_as: ClientAs, residence: int) -> None:
    client = client_as("gardien_nord")
    assert client.get(f"/terrain/residence/{residence}/").status_code == 404
    assert client.post(f"/terrain/residence/{residence}/").status_code == 405


def test_a_mandate_that_ends_closes_the_page_the_next_day(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    client = client_as("gardien_nord")
    get(client, f"/terrain/residence/{TILLEULS}/")
    superuser.execute("UPDATE agents_mandate SET last_day = %s", [today() - timedelta(days=1)])
    assert client.get(f"/terrain/residence/{TILLEULS}/").status_code == 404


@pytest.mark.parametrize(
    "name", ["gestionnaire_nord", "responsable_nord", "siege", "comptable", "dpo", "admin_technique", "locataire"]
)
def test_others_have_no_page_here(landlord: Landlord, client_as: ClientAs, name: str) -> None:
    client = client_as(name)
    for path in ("/terrain/", f"/terrain/residence/{TILLEULS}/"):
        assert client.get(path).status_code == 404, path


def test_nobody_enters_without_signing_in(landlord: Landlord) -> None:
    response = Client().get(f"/terrain/residence/{TILLEULS}/")
    assert response.status_code == 302
    assert response["Location"].startswith("/terrain/connexion/?next=")


def test_the_round_is_a_reading_of_those_whose_names_it_shows(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    get(client_as("gardien_nord"), f"/terrain/residence/{TILLEULS}/")
    traces = superuser.execute("SELECT role, purpose, screen, subjects, categories FROM privacy_readevent").fetchall()
    assert traces == [("caretaker", "PROXIMITE", "tournée", [1], ["COORDONNEES", "PORTE"])]


def test_the_page_is_never_kept_by_the_lodges_computer(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    response = client_as("gardien_nord").get(f"/terrain/residence/{TILLEULS}/")
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")


# --- what the doors say -----------------------------------------------------------------------------------------------

ON = date(2026, 11, 21)


def door(code: str, *behind: Behind, building: str = "A", staircase: str = "1", floor: int | None = 1) -> RoundDoor:
    return RoundDoor(building=building, staircase=staircase, floor=floor, door=code, behind=behind)


def behind(name: str, came: date, leaves: date | None = None, *contacts: SharedContact) -> Behind:
    return Behind(door_name=name, moved_in_on=came, moved_out_on=leaves, contacts=contacts)


def test_an_arrival_and_a_departure_are_news_and_an_old_date_is_quiet() -> None:
    doors = [
        door("101", behind("Noyer", date(2009, 3, 1))),
        door("102", behind("Poirier", date(2026, 11, 12))),
        door("103", behind("Merisier", date(2012, 5, 2), date(2026, 12, 31)), behind("Aulne", date(2027, 1, 1))),
    ]
    (building,) = buildings_shown(doors, on=ON)
    (landing,) = building.floors[0].landings
    said = [
        [(name.name, name.since, [tag.label for tag in name.tags]) for name in each.names] for each in landing.doors
    ]
    assert said == [
        [("Noyer", "Depuis le 01/03/2009", [])],
        [("Poirier", "", ["Arrivée le 12\u00a0nov."])],
        [
            ("Merisier", "Depuis le 02/05/2012", ["Départ le 31\u00a0déc."]),
            ("Aulne", "", ["Arrivée le 01/01/2027"]),
        ],
    ]


def test_a_household_of_one_name_stands_on_one_line_with_all_that_it_shares() -> None:
    came = date(2015, 6, 1)
    phone, mail = SharedContact(channel="SMS", value="06 39 98 12 34"), SharedContact(channel="EMAIL", value="a@b.fr")
    doors = [door("301", behind("Frêne", came, None, phone), behind("Frêne", came), behind("Frêne", came, None, mail))]
    (building,) = buildings_shown(doors, on=ON)
    (name,) = building.floors[0].landings[0].doors[0].names
    assert [(reach.label, reach.url) for reach in name.contacts] == [
        ("Accepte un SMS", "sms:0639981234"),
        ("Accepte un courriel", "mailto:a@b.fr"),
    ]


def test_a_door_is_its_staircase_and_its_number() -> None:
    doors = [
        door("301", staircase="1", floor=3),
        door("302", staircase="1", floor=3),
        door("301", staircase="2", floor=3),
        door("S1", floor=None),
        door("101", building="B"),
    ]
    first, second = buildings_shown(doors, on=ON)
    said = [[(each.staircase, [one.code for one in each.doors]) for each in floor.landings] for floor in first.floors]
    assert said == [[("1", ["301", "302"]), ("2", ["301"])], [("1", ["S1"])]]
    # A single staircase is not worth a line.
    assert second.floors[0].landings[0].staircase == ""
    assert (second.code, second.floors[0].number) == ("B", 1)
