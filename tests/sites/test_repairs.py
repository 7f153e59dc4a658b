"""A repair in the browser of each: reported in a few taps, followed by a neighbour, answered by the agency."""

import io
import re
from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest
from django.test import Client
from PIL import Image
from tests.landlord import Landlord

from palier.foundation.clock import today
from palier.home.repair_words import promised
from palier.maintenance.queries.tenant import own_promises
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

ClientAs = Callable[[str], Client]


@pytest.fixture
def here(own_landlord: Landlord) -> Landlord:
    return own_landlord


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def photo() -> io.BytesIO:
    out = io.BytesIO()
    image, exif = Image.new("RGB", (60, 40), "blue"), Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    image.save(out, "JPEG", exif=exif)
    out.seek(0)
    out.name = "fuite.jpg"
    return out


@pytest.mark.usefixtures("here")
def test_a_leak_is_reported_with_a_photo_and_answered(client_as: ClientAs, superuser: psycopg.Connection) -> None:
    tenant, officer = client_as("locataire"), client_as("gestionnaire_nord")
    door = page(tenant, "/chez-moi/signaler/")
    # Danger first, then the families of troubles.
    assert door.index("tel:0800473333") < door.index("Eau, fuites, humidité")
    assert "Un robinet fuit" in page(tenant, "/chez-moi/signaler/famille/WATER/")
    asked = page(tenant, "/chez-moi/signaler/probleme/TAP_LEAKS/")
    assert "Nous répondons avant la fin du" in asked
    assert "pas ceux d’une loi" in asked
    sent = {"envoi": str(uuid4()), "bail": "101", "danger": "", "since": "WEEK", "access": "PRESENT"}
    address = "/chez-moi/signaler/probleme/TAP_LEAKS/"
    assert tenant.post(address, sent | {"since": ""}).status_code == 422
    done = tenant.post(address, sent | {"photo1": photo()})
    again = tenant.post(address, sent | {"photo1": photo()})
    assert (done.status_code, again.headers["Location"]) == (302, done.headers["Location"])
    (number,) = re.findall(r"/signaler/(\d+)/", done.headers["Location"])
    mine = page(tenant, done.headers["Location"])
    assert "Reçu. Nous répondons avant la fin du" in mine
    (shown,) = re.findall(r"/chez-moi/signaler/photo/\d+\.jpg", mine)
    image = tenant.get(shown)
    assert Image.open(io.BytesIO(image.content)).getexif() == {}
    # The neighbour of another agency: neither the request, nor the photo.
    stranger = client_as("locataire_sud")
    page(stranger, done.headers["Location"], 404)
    page(stranger, shown, 404)
    (ticket,) = superuser.execute("SELECT ticket_id FROM maintenance_repairrequest").fetchone() or (0,)
    listed = page(officer, "/bureau/proximite/")
    assert "Robinet, mitigeur\u00a0: fuit" in listed
    one = f"/bureau/proximite/demandes/{ticket}/"
    assert "Amandier" in page(officer, one)
    for strange in ("gestionnaire_sud", "comptable"):
        page(client_as(strange), one, 404)
    _answered(tenant, officer, done.headers["Location"], one, int(number))


def _answered(tenant: Client, officer: Client, mine: str, one: str, number: int) -> None:
    """Given to a trade, an appointment taken, closed, judged, and opened again."""
    assert officer.post(f"{one}confier/", {"trade": "PLUMBER"}).status_code == 302
    later = today().replace(year=today().year + 1).isoformat()
    slots = {"bail": "101", "day1": later, "part1": "MORNING", "part2": "MORNING", "part3": "MORNING"}
    assert officer.post(f"{one}rendez-vous/", slots).status_code == 302
    waiting = page(tenant, mine)
    (accept,) = re.findall(r"/chez-moi/signaler/rendez-vous/\d+/accepter/", waiting)
    assert tenant.post(accept).status_code == 302
    assert "Rendez-vous le" in page(tenant, mine)
    # It stands: the agency moves it with a reason, and proposes no other beside it.
    shown = page(officer, one)
    assert "Déplacer ce rendez-vous" in shown
    assert "Proposer un rendez-vous" not in shown
    assert officer.post(f"{one}rendez-vous/", slots).status_code == 422
    assert officer.post(f"{one}clore/", {"closing": "REPAIRED", "envoi": str(uuid4())}).status_code == 302
    assert "C’est réglé" in page(tenant, mine)
    assert tenant.post(f"/chez-moi/signaler/{number}/avis/", {"complaint": "CAME_BACK"}).status_code == 302
    assert tenant.post(f"/chez-moi/signaler/{number}/avis/", {"rating": "YES"}).status_code == 422
    assert tenant.post(f"/chez-moi/signaler/{number}/rouvrir/").status_code == 302
    assert "Demande rouverte" in page(tenant, mine)


@pytest.mark.usefixtures("here")
def test_an_answer_that_did_not_come_on_its_day_is_told_late(
    client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    tenant = client_as("locataire")
    sent = {"envoi": str(uuid4()), "bail": "101", "danger": "", "since": "WEEK", "access": "PRESENT"}
    mine = tenant.post("/chez-moi/signaler/probleme/TAP_LEAKS/", sent).headers["Location"]
    superuser.execute("UPDATE maintenance_ticket SET answer_by = now() - interval '2 days'")
    late = "Elle est en retard, et nous vous en demandons pardon."
    for path in ("/chez-moi/signaler/", mine):
        assert late in page(tenant, path), path
    # On the first page, from the day after on.
    with acting(Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=1)) as reading:
        (owed,) = own_promises()
        reading.saw([1])
    assert late in promised(owed, on=today())
    assert late not in promised(owed, on=owed.due_on)


@pytest.mark.usefixtures("here")
def test_what_is_said_on_the_phone_is_written_down_for_a_tenant_of_ones_own(client_as: ClientAs) -> None:
    officer = client_as("gestionnaire_nord")
    address = "/bureau/baux/101/demande-technique/"
    assert address in page(officer, "/bureau/baux/101/")
    page(officer, address)
    sent = {"envoi": str(uuid4()), "person": "1", "source": "PHONE", "problem": "LIFT_DOWN", "since": "TODAY"}
    assert officer.post(address, sent | {"access": "NONE", "danger": "STUCK"}).status_code == 302
    assert officer.post("/bureau/baux/201/demande-technique/", sent | {"access": "NONE"}).status_code == 404
    tenant = client_as("locataire")
    assert "Ascenseur\u00a0: ne marche plus" in page(tenant, "/chez-moi/signaler/")


@pytest.mark.usefixtures("here")
def test_delays_are_told_to_everyone_and_few_are_told_to_no_one(
    client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    nobody = Client()
    assert "pas encore assez" in page(nobody, "/chez-moi/signaler/delais/")
    superuser.execute(
        """INSERT INTO maintenance_ticket (residence_id, place, equipment, symptom, urgency, state, trade, opened_by_id,
                                           opened_at, closed_at, closing)
           SELECT 11, 'LIFT', 'LIFT', 'BROKEN', 'TODAY', 'CLOSED', '', 1, now() - interval '3 days', now(), 'REPAIRED'
           FROM generate_series(1, 5)"""
    )
    told = page(nobody, "/chez-moi/signaler/delais/?residence=11")
    assert "Les Tilleuls" in told
    assert "3 jours" in told.replace("\u00a0", " ")
    page(nobody, "/chez-moi/signaler/delais/?residence=21", 404)
    assert "Les Tilleuls" in page(client_as("gestionnaire_nord"), "/bureau/proximite/delais/")
