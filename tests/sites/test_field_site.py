"""The caretaker's site beyond its doors, the agency's pages beside it, and what a person sees of their own facts."""

import io
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.landlord import Landlord

from palier.field.pages import PAGES
from palier.field.sender import stamp_of
from palier.foundation.clock import today
from palier.privacy.declare import Role

ClientAs = Callable[[str], Client]
HERE = "/terrain/residence/11/"
STRANGERS = ("gestionnaire_sud", "siege", "comptable", "dpo", "admin_technique", "locataire")


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def sent(client: Client, path: str, status: int = 302, **fields: object) -> str:
    response = client.post(path, {"envoi": str(uuid4()), "de": stamp(client), **fields})
    assert response.status_code == status, (path, response.content.decode()[-600:])
    return response.headers.get("Location", "")


def stamp(client: Client) -> str:
    """Whose act it is, as the caretaker's page says; nothing on the other sites."""
    answer = client.get("/terrain/jeton/")
    return str(answer.json()["de"]) if answer.status_code == 200 else ""


def photo() -> SimpleUploadedFile:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "TELEPHONE-DU-GARDIEN"
    Image.new("RGB", (60, 40), "red").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("hall.jpg", out.getvalue(), content_type="image/jpeg")


DEFECT = {"equipment": "CLOSER", "symptom": "DOES_NOT_CLOSE", "place": "HALL", "urgency": "WEEK"}


def reported(client: Client) -> str:
    response = client.post(f"{HERE}signaler/", {"envoi": str(uuid4()), "de": stamp(client), **DEFECT, "photo": photo()})
    assert response.status_code == 302
    return response.headers["Location"]


# --- the caretaker ----------------------------------------------------------------------------------------------------


def test_a_defect_goes_from_the_phone_to_the_agency_and_back(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    caretaker = client_as("gardien_nord")
    assert reported(caretaker) == f"{HERE}signaler/"
    (number,) = superuser.execute("SELECT id FROM maintenance_ticket").fetchone() or (0,)
    officer = client_as("gestionnaire_nord")
    assert "Groom de porte\u00a0: ne ferme plus" in page(officer, "/bureau/proximite/")
    (photo,) = superuser.execute("SELECT id FROM maintenance_ticketphoto").fetchone() or (0,)
    image = officer.get(f"/bureau/proximite/demandes/{number}/{photo}.jpg")
    assert (image.status_code, image.headers["Content-Type"]) == (200, "image/jpeg")
    assert b"TELEPHONE" not in image.content
    (size,) = superuser.execute('SELECT format(\'width="%s" height="%s"\', width, height) FROM maintenance_ticketphoto')
    assert size[0] in page(officer, f"/bureau/proximite/demandes/{number}/")
    sent(officer, f"/bureau/proximite/demandes/{number}/confier/", trade="LODGE")
    assert "Groom de porte" in page(caretaker, HERE)
    sent(caretaker, f"/terrain/demande/{number}/close/", closing="REPAIRED")
    assert "Réparé" in page(officer, "/bureau/proximite/?etat=CLOSED")


def test_a_file_that_is_no_photo_is_told_in_words_and_nothing_is_kept(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    wrong = SimpleUploadedFile("hall.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    caretaker = client_as("gardien_nord")
    fields = {"envoi": str(uuid4()), "de": stamp(caretaker), **DEFECT, "photo": wrong}
    response = caretaker.post(f"{HERE}signaler/", fields)
    assert response.status_code == 422
    assert "n’est pas une photo lisible" in response.content.decode()
    assert superuser.execute("SELECT count(*) FROM maintenance_ticket").fetchone() == (0,)


def test_a_report_has_no_box_where_one_can_type(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    for path in (HERE, f"{HERE}signaler/", f"{HERE}cles/", f"{HERE}avis/", "/terrain/moi/"):
        body = page(client_as("gardien_nord"), path)
        assert "<textarea" not in body, path
        assert 'type="text"' not in body, path


def test_a_tick_sent_ten_times_counts_once(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    sent(client_as("gestionnaire_nord"), "/bureau/proximite/taches/?residence=11", code="BINS_OUT", days=list(range(7)))
    caretaker = client_as("gardien_nord")
    assert "Aujourd’hui, 0 sur 1 faites" in page(caretaker, HERE)
    fields = {
        "envoi": str(uuid4()), "de": stamp(caretaker), "tache": "BINS_OUT", "jour": today().isoformat(), "fait": "oui",
    }  # fmt: skip
    for _ in range(10):
        assert caretaker.post(f"{HERE}tache/", fields).status_code == 302
    assert "Aujourd’hui, 1 sur 1 faites" in page(caretaker, HERE)
    assert superuser.execute("SELECT count(*) FROM maintenance_sending").fetchone() == (1,)


def test_a_key_changes_hands_and_the_register_says_so(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    officer, caretaker = client_as("gestionnaire_nord"), client_as("gardien_nord")
    sent(officer, "/bureau/proximite/cles/", residence=11, kind="COMMON", tag="A-006")
    (number,) = superuser.execute("SELECT id FROM maintenance_keyset").fetchone() or (0,)
    assert "À la loge" in page(caretaker, f"{HERE}cles/")
    assert sent(caretaker, f"/terrain/cle/{number}/", holder="CONTRACTOR:PAINTER") == f"{HERE}cles/"
    assert "Peintre" in page(officer, "/bureau/proximite/cles/")
    sent(officer, f"/bureau/proximite/cles/{number}/", holder="AGENCY")
    assert "À l’agence" in page(caretaker, f"{HERE}cles/")
    assert "Jamais un nom" in page(officer, "/bureau/proximite/cles/")
    sent(officer, "/bureau/proximite/cles/", 422, residence=11, kind="COMMON", tag="Mme A.")


def test_a_paper_is_ticked_and_the_agency_sees_what_came_back(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    officer, caretaker = client_as("responsable_nord"), client_as("gardien_nord")
    sent(officer, "/bureau/proximite/avis/", mois="2026-10")
    body = page(caretaker, f"{HERE}avis/")
    assert "Amandier" in body
    # 400,00 € in October: no amount reaches this site.
    assert "400" not in body
    assert "€" not in body
    (number,) = superuser.execute("SELECT id FROM maintenance_delivery WHERE residence_id = 11").fetchone() or (0,)
    sent(caretaker, f"/terrain/avis/{number}/", reason="NO_NAME")
    papers = page(officer, "/bureau/proximite/avis/")
    assert "Pas de nom sur la boîte" in papers
    assert f'<td data-l="Confiés le">{today():%d/%m/%Y}, ' in papers
    seen = superuser.execute(
        "SELECT subjects, categories FROM privacy_readevent WHERE screen = 'avis à distribuer'"
    ).fetchall()
    assert ([1], ["INTERVENTIONS", "PORTE"]) in seen


# --- whose act it is --------------------------------------------------------------------------------------------------

NOT_YOURS = "rien n’est enregistré en votre nom"


def everything_a_phone_sends(superuser: psycopg.Connection, officer: Client) -> dict[str, dict[str, object]]:
    """Each address of the site that writes, with a form that it would accept."""
    sent(officer, "/bureau/proximite/cles/", residence=11, kind="COMMON", tag="A-006")
    sent(officer, "/bureau/proximite/avis/", mois="2026-10")
    superuser.execute("INSERT INTO maintenance_routine (residence_id, code, weekdays) VALUES (11, 'BINS_OUT', 127)")
    superuser.execute(
        """INSERT INTO maintenance_ticket (residence_id, place, equipment, symptom, urgency, state, trade, opened_by_id,
                                           opened_at, assigned_at, closing)
           SELECT 11, 'HALL', 'CLOSER', 'DOES_NOT_CLOSE', 'WEEK', 'ASSIGNED', 'LODGE', agent_id, now(), now(), ''
           FROM agents_mandate LIMIT 1"""
    )

    def number(table: str) -> int:
        (found,) = superuser.execute(f"SELECT max(id) FROM maintenance_{table} WHERE residence_id = 11").fetchone() or (
            0,
        )
        return int(found)

    return {
        f"{HERE}tache/": {"tache": "BINS_OUT", "jour": today().isoformat(), "fait": "oui"},
        f"{HERE}signaler/": dict(DEFECT),
        f"/terrain/demande/{number('ticket')}/close/": {"closing": "REPAIRED"},
        f"/terrain/cle/{number('keyset')}/": {"holder": "AGENCY"},
        f"/terrain/avis/{number('delivery')}/": {"reason": ""},
    }


def test_what_another_caretaker_noted_is_refused_by_every_page_that_writes(
    superuser: psycopg.Connection, client_as: ClientAs, own_landlord: Landlord
) -> None:
    """Two caretakers of one residence, the same phone: the second one's session, the first one's acts."""
    superuser.execute(
        "INSERT INTO agents_mandate (agent_id, residence_id, first_day) VALUES (%s, 11, %s)",
        [own_landlord.agents["gardien_sans_mandat"], today()],
    )
    first, second = client_as("gardien_nord"), client_as("gardien_sans_mandat")
    forms = everything_a_phone_sends(superuser, client_as("responsable_nord"))
    yesterday = stamp_of(own_landlord.agents["gardien_sans_mandat"], today() - timedelta(days=1))
    for path, fields in forms.items():
        for wrong in (stamp(first), yesterday, "", "0" * 64):
            response = second.post(path, {"envoi": str(uuid4()), "de": wrong, **fields})
            assert response.status_code == 409, path
            assert NOT_YOURS in response.content.decode()
    assert superuser.execute("SELECT count(*) FROM maintenance_sending").fetchone() == (0,)
    for path, fields in forms.items():
        sent(second, path, **fields)
    assert superuser.execute("SELECT count(*) FROM maintenance_sending").fetchone() == (len(forms),)
    writing = {name for name, each in PAGES.items() if each.roles == (Role.CARETAKER,) and "POST" in each.methods}
    assert len(forms) == len(writing - {"round_start", "round_end"})


def test_the_stamp_of_a_page_names_no_one(
    superuser: psycopg.Connection, client_as: ClientAs, own_landlord: Landlord
) -> None:
    caretaker = client_as("gardien_nord")
    own = stamp(caretaker)
    assert len(own) == 64
    # The same in each session of the day: whoever signs in again sends what they had noted.
    assert stamp(client_as("gardien_nord")) == own
    assert own != stamp_of(own_landlord.agents["gardien_sans_mandat"], today())
    assert f'name="de" value="{own}"' in page(caretaker, f"{HERE}signaler/")


def test_the_pages_own_script_is_answered_in_one_word(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    caretaker = client_as("gardien_nord")
    fields = {"envoi": str(uuid4()), "de": stamp(caretaker), **DEFECT}
    answer = caretaker.post(f"{HERE}signaler/", fields, headers={"Accept": "application/json"})
    assert answer.json() == {"page": f"{HERE}signaler/"}
    assert "C’est signalé. L’agence le voit." in page(caretaker, f"{HERE}signaler/")


def test_a_round_that_ends_with_something_to_send_leaves_it_in_the_phone(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    caretaker = client_as("gardien_nord")
    sent(caretaker, "/terrain/tournee/commencer/")
    response = caretaker.post("/terrain/tournee/finir/", {"attente": "1"})
    assert "Clear-Site-Data" not in response.headers
    assert "que ce qui reste à envoyer" in page(caretaker, HERE)


@pytest.mark.parametrize("path", ["tache/", "signaler/", "cles/", "avis/"])
def test_a_residence_out_of_a_mandate_has_none_of_these_pages(
    landlord: Landlord, client_as: ClientAs, path: str
) -> None:
    caretaker = client_as("gardien_nord")
    for residence in (12, 21, 999_999):
        address = f"/terrain/residence/{residence}/{path}"
        answers = {caretaker.get(address).status_code, caretaker.post(address, {"envoi": str(uuid4())}).status_code}
        assert answers <= {404, 405}, address


def test_a_number_guessed_opens_nothing(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    reported(client_as("gardien_nord"))
    (number,) = superuser.execute("SELECT id FROM maintenance_ticket").fetchone() or (0,)
    other = client_as("gardien_sans_mandat")
    assert other.get(f"/terrain/demande/{number}/photo.jpg").status_code == 404
    sent(other, f"/terrain/demande/{number}/close/", 404, closing="REPAIRED")
    sent(other, "/terrain/cle/1/", 404, holder="LODGE")
    sent(other, "/terrain/avis/1/", 404, reason="")
    south = client_as("gestionnaire_sud")
    page(south, f"/bureau/proximite/demandes/{number}/", 404)
    page(south, f"/bureau/proximite/demandes/{number}/1.jpg", 404)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_others_have_none_of_the_caretakers_pages(landlord: Landlord, client_as: ClientAs, stranger: str) -> None:
    client = client_as(stranger)
    for path in (f"{HERE}signaler/", f"{HERE}cles/", f"{HERE}avis/", "/terrain/moi/", "/terrain/jeton/"):
        page(client, path, 404)


# --- the round --------------------------------------------------------------------------------------------------------


def test_the_phone_is_told_what_to_keep_during_a_round_and_to_forget_at_its_end(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    caretaker = client_as("gardien_nord")
    assert "data-until" not in page(caretaker, HERE)
    sent(caretaker, "/terrain/tournee/commencer/")
    body = page(caretaker, HERE)
    assert f'data-pages="{HERE} {HERE}signaler/ {HERE}cles/ {HERE}avis/"' in body
    response = caretaker.post("/terrain/tournee/finir/")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "data-until" not in page(caretaker, HERE)


def test_a_mandate_that_changes_changes_what_the_phone_keeps(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    caretaker = client_as("gardien_nord")
    sent(caretaker, "/terrain/tournee/commencer/")
    superuser.execute("UPDATE agents_mandate SET last_day = NULL WHERE residence_id = 12")
    body = page(caretaker, HERE)
    assert "/terrain/residence/12/ " in body
    assert "11 12" in body or "12 11" in body
    superuser.execute("UPDATE agents_mandate SET last_day = palier.today() - 1")
    assert "data-until" not in page(caretaker, "/terrain/")


def test_the_worker_the_manifest_and_the_notice_name_no_one(landlord: Landlord) -> None:
    visitor = Client()
    worker = visitor.get("/terrain/veilleur.js")
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert visitor.get("/terrain/application.webmanifest").json()["scope"] == "/terrain/"
    assert "Pas de réseau" in page(visitor, "/terrain/hors-reseau/")
    with_session = page(visitor, "/terrain/hors-reseau/")
    assert "gardien" not in with_session


def test_caretakers_see_their_own_readings_and_no_one_elses(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    caretaker = client_as("gardien_nord")
    page(caretaker, HERE)
    page(caretaker, HERE)
    page(client_as("gestionnaire_nord"), "/bureau/proximite/")
    body = page(caretaker, "/terrain/moi/")
    assert "Tournée" in body
    assert "2 fois" in body
    assert "Demandes techniques" not in body
    assert "1 an après l’enregistrement" in body


# --- coded facts ------------------------------------------------------------------------------------------------------


def test_a_fact_goes_from_the_person_to_the_caretaker_and_is_taken_back(
    superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    person, caretaker = client_as("locataire"), client_as("gardien_nord")
    sent(person, "/chez-moi/dossier/consignes/", code="INTERPRETE_UTILE", language="ARA")
    assert "Interprète utile\u00a0: arabe" in page(caretaker, HERE)
    categories = superuser.execute("SELECT categories FROM privacy_readevent WHERE screen = 'tournée'").fetchall()
    assert categories == [(["COORDONNEES", "PORTE", "SIGNALEMENTS"],)]
    (number,) = superuser.execute("SELECT id FROM people_codedfact").fetchone() or (0,)
    sent(client_as("locataire_sud"), f"/chez-moi/dossier/consignes/{number}/retirer/", 404)
    sent(person, f"/chez-moi/dossier/consignes/{number}/retirer/")
    assert "Interprète" not in page(caretaker, HERE)


def test_going_in_pairs_is_announced_contested_and_answered(superuser: psycopg.Connection, client_as: ClientAs) -> None:
    manager, person = client_as("responsable_nord"), client_as("locataire")
    officer = client_as("gestionnaire_nord")
    assert "INTERVENIR_A_DEUX" not in page(officer, "/bureau/baux/101/consignes/")
    sent(officer, "/bureau/baux/101/consignes/", 422, person=1, code="INTERVENIR_A_DEUX", reason="INCIDENT_RECENT")
    sent(manager, "/bureau/baux/101/consignes/", person=1, code="INTERVENIR_A_DEUX", reason="INCIDENT_RECENT")
    assert "À annoncer à la personne" in page(manager, "/bureau/proximite/consignes/")
    (number,) = superuser.execute("SELECT id FROM people_codedfact").fetchone() or (0,)
    sent(officer, f"/bureau/consignes/{number}/annoncer/", 404, way="LETTER")
    assert sent(manager, f"/bureau/consignes/{number}/annoncer/", way="LETTER", bail=101) == (
        "/bureau/baux/101/consignes/"
    )
    own = page(person, "/chez-moi/dossier/consignes/")
    assert "Intervenir à deux\u00a0: incident récent lors d’une visite" in own
    assert "le responsable de votre agence" in own
    sent(person, f"/chez-moi/dossier/consignes/{number}/contester/", ground="NOT_TRUE")
    assert "réponse due" in page(manager, "/bureau/proximite/consignes/")
    assert "Intervenir à deux, jusqu’au" in page(client_as("gardien_nord"), HERE)
    (contest,) = superuser.execute("SELECT id FROM people_factcontest").fetchone() or (0,)
    sent(manager, f"/bureau/consignes/contestation/{contest}/", answer="MISTAKE")
    assert "Intervenir à deux" not in page(client_as("gardien_nord"), HERE)
    assert "Retirée\u00a0: c’était une erreur".replace("\u00a0", " ") in page(
        person, "/chez-moi/dossier/consignes/"
    ).replace("\u00a0", " ")


@pytest.mark.parametrize("stranger", STRANGERS)
def test_strangers_see_no_fact_of_the_north(landlord: Landlord, client_as: ClientAs, stranger: str) -> None:
    page(client_as(stranger), "/bureau/baux/101/consignes/", 404)
    sent(client_as(stranger), "/bureau/consignes/1/retirer/", 404)
