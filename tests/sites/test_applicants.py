"""Who asks for a dwelling and has no lease: their own file, who read it, their rights; nothing of anyone else's."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from tests.landlord import Landlord, insert

from palier.foundation.clock import now, today
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

HERE = "/chez-moi/"
READINGS = f"{HERE}dossier/lectures/"
INES, OTHER, LUCIE = 5, 6, 1


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Two who ask for a dwelling, with an account each, and the officer of allocation."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        insert(session, "people_person", [{"id": OTHER, "residence_id": None, "title": "M.", "first_name": "Noël",
                                           "last_name": "Figuier"}])  # fmt: skip
        insert(session, "agents_agent", [{"id": 91, "first_name": "Agent", "last_name": "attribution",
                                          "service": "Siège, attribution", "function": "Chargée d’attribution",
                                          "role": "allocation_officer"}])  # fmt: skip
        for identifier, person, agent in (("demandeuse", INES, None), ("autre_demandeur", OTHER, None),
                                          ("attribution", None, 91)):  # fmt: skip
            session.execute(
                """INSERT INTO agents_user (identifier, person_id, agent_id, password, is_active, language)
                   SELECT %s, %s, %s, password, true, language FROM agents_user LIMIT 1""",
                [identifier, person, agent],
            )
        for person in (INES, OTHER):
            asks(session, person, by=91)
        yield session


def asks(session: psycopg.Connection, person: int, *, by: int) -> None:
    """An application of that person, given to that officer."""
    insert(session, "demandes_application", [{"id": person, "number": f"1110526{person:06d}TEST0", "person_id": person,
                                              "path": "FIRST", "filed_on": today(), "expires_on": today(),
                                              "state": "ACTIVE", "radiation_motive": "", "warned_for": "",
                                              "source": "COUNTER", "version": 1}])  # fmt: skip
    insert(session, "demandes_assignment", [{"application_id": person, "agent_id": by, "first_at": now(),
                                             "until_at": now() + timedelta(days=30)}])  # fmt: skip


@pytest.fixture
def demandeuse(superuser: psycopg.Connection, client_as: "ClientAs") -> Client:
    return client_as("demandeuse")


def said(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2])).split())


def test_an_applicant_sees_at_once_the_file_that_an_allocation_officer_has_just_opened(
    demandeuse: Client, client_as: "ClientAs"
) -> None:
    assert "Personne n’a ouvert votre dossier depuis un an." in said(demandeuse, HERE)
    opened = client_as("attribution").get(reverse("desk:applicant", args=[INES]))
    assert opened.status_code == 200
    assert "Érable" in opened.content.decode()
    page = said(demandeuse, READINGS)
    assert "Siège, attribution, chargée d’attribution" in page
    assert "Pour étudier votre demande de logement" in page
    assert "le dossier de votre demande de logement" in page
    assert "Siège, attribution" in said(demandeuse, HERE)
    # The intruder: another applicant reads none of it.
    assert "Siège, attribution" not in said(client_as("autre_demandeur"), READINGS)


def test_a_search_that_finds_the_applicant_is_shown_to_them_with_its_terms_kept(
    demandeuse: Client, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    found = said(client_as("attribution"), f"{reverse('desk:applicants')}?nom=erab")
    assert "Érable Inès" in found
    assert "Figuier" not in found
    assert superuser.execute("SELECT terms, subjects FROM privacy_readevent WHERE terms <> ''").fetchall() == [
        ("erab", [INES])
    ]
    assert "une recherche où votre nom est apparu" in said(demandeuse, READINGS)


def test_the_pages_show_what_applies_and_the_others_do_not_exist(demandeuse: Client) -> None:
    home = said(demandeuse, HERE)
    assert "Vous demandez un logement." in home
    assert "Payer" not in home
    assert "difficulté pour payer" not in home
    file = said(demandeuse, f"{HERE}dossier/")
    assert "Érable" in file
    assert "Combien de temps nous gardons" in file
    assert "Gardé tant que dure votre demande, et 1 an après" in file
    assert "Votre bail" not in file
    assert "Demandeur" in said(demandeuse, f"{HERE}qui-peut-voir/")
    for closed in ("documents/", "dossier/consignes/", "bail/101/", "bail/101/pourquoi/", "bail/101/payer/",
                   "documents/1/"):  # fmt: skip
        assert demandeuse.get(HERE + closed).status_code == 404, closed


def test_an_applicant_questions_a_reading_and_another_cannot(
    demandeuse: Client, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    client_as("attribution").get(reverse("desk:applicant", args=[INES]))
    (reading,) = superuser.execute("SELECT max(id) FROM privacy_readevent WHERE subjects = '{5}' AND role = "
                                   "'allocation_officer'").fetchone() or (0,)  # fmt: skip
    question = f"{READINGS}{reading}/question/"
    intruder = client_as("autre_demandeur")
    assert intruder.get(question).status_code == 404
    assert intruder.post(question, {"raison": "UNKNOWN_SERVICE"}).status_code == 404
    reasons = re.findall(r'name="raison" value="(\w+)"', demandeuse.get(question).content.decode())
    asked = demandeuse.post(question, {"raison": reasons[0]})
    assert asked.status_code == 302
    assert demandeuse.get(asked.headers["Location"]).status_code == 200
    assert intruder.get(asked.headers["Location"]).status_code == 404
    # It reaches the DPO's queue with its deadline, and the DPO reads who asks.
    (request_id,) = superuser.execute("SELECT id FROM rights_request").fetchone() or (0,)
    assert "Érable" in client_as("dpo").get(reverse("desk:rights_request", args=[request_id])).content.decode()


def test_an_applicant_asks_for_their_rights_over_what_is_held_of_them(
    demandeuse: Client, superuser: psycopg.Connection
) -> None:
    form = demandeuse.get(f"{HERE}dossier/droits/demander/effacement/").content.decode()
    assert 'value="IDENTITE"' in form
    assert 'value="COMPTE"' not in form
    assert 'value="BAIL"' not in form
    asked = demandeuse.post(f"{HERE}dossier/droits/demander/copie/", {})
    assert asked.status_code == 302
    assert superuser.execute("SELECT person_id, kind FROM rights_request").fetchall() == [(INES, "ACCESS")]
    with closing(demandeuse.get(f"{READINGS}lectures.csv")) as file:
        assert file.status_code == 200


def test_the_monthly_run_is_no_reading_of_who_asks_for_a_dwelling(demandeuse: Client, client_as: "ClientAs") -> None:
    with batch(Batch.RENT, operator="Jeanne", motive="MOIS", command="rent run"):
        pass
    with batch(Batch.OPERATOR, operator="Jeanne", motive="SAUVEGARDE", command="backup"):
        pass
    page = said(demandeuse, READINGS)
    assert "Traitement du mois" not in page
    assert "Sauvegarde ou intervention technique" in page
    assert "Traitement du mois" in said(client_as("locataire"), READINGS)


def test_an_allocation_officer_finds_no_tenant_and_others_find_no_applicant_s_page(
    superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    officer = client_as("attribution")
    for tenant in (1, 2, 3, 4):
        assert officer.get(reverse("desk:applicant", args=[tenant])).status_code == 404
    assert "Personne à ce nom" in said(officer, f"{reverse('desk:applicants')}?nom=amandier")
    for intruder in ("gestionnaire_nord", "siege", "dpo", "auditeur"):
        assert client_as(intruder).get(reverse("desk:applicant", args=[INES])).status_code == 404
    reader = Actor(role=Role.ALLOCATION_OFFICER, purpose="ATTRIBUTION", agent_id=91)
    with acting(reader), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person ORDER BY id")
        assert cursor.fetchall() == [(INES,), (OTHER,)]
        cursor.execute("SELECT DISTINCT person_id FROM people_contact WHERE person_id < 5")
        assert cursor.fetchall() == []
    # A file that is no longer theirs takes the person away with it.
    superuser.execute("UPDATE demandes_assignment SET until_at = now() WHERE application_id = %s", [OTHER])
    with acting(reader), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person ORDER BY id")
        assert cursor.fetchall() == [(INES,)]


def test_an_applicant_s_own_sql_gets_their_rows_alone(superuser: psycopg.Connection) -> None:
    me = Actor(role=Role.APPLICANT, purpose="ESPACE_LOCATAIRE", person_id=INES)
    with acting(me), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person")
        assert cursor.fetchall() == [(INES,)]
    for table in ("leases_lease", "leases_occupant", "ledger_account", "mail_document", "quittancement_bill"):
        with pytest.raises(DatabaseError, match="permission denied"), acting(me), connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM {table}")


def test_who_gets_a_lease_is_a_tenant_from_then_on(demandeuse: Client, superuser: psycopg.Connection) -> None:
    assert "Vous demandez un logement." in said(demandeuse, HERE)
    superuser.execute("UPDATE people_person SET residence_id = 11 WHERE id = 5")
    assert "Vous demandez un logement." not in said(demandeuse, HERE)


def test_nobody_under_a_role_asks_the_login_s_question(superuser: psycopg.Connection) -> None:
    officer = Actor(role=Role.RENT_OFFICER, purpose="GESTION_LOCATIVE", agent_id=1)
    with acting(officer), connection.cursor() as cursor:
        cursor.execute("SELECT palier.signs_in_as_applicant(5)")
        assert cursor.fetchone() == (False,)
