"""« Qui a consulté mon dossier ? » through the sites: live, grouped, questioned, answered; nothing of anyone else."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import outloud
import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.landlord import Landlord
from tests.sites.answers import bytes_of

from palier.foundation.clock import now
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role
from palier.rights.operations.make import Operator, make_package

if TYPE_CHECKING:
    from tests.conftest import Cluster

ClientAs = Callable[[str], Client]
READINGS = "/chez-moi/dossier/lectures/"
LUCIE, PAUL = 1, 4


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        session.execute("UPDATE agents_agent SET service = 'Agence Nord', function = 'Gestionnaire' WHERE id = 1")
        yield session


@pytest.fixture
def locataire(superuser: psycopg.Connection, client_as: ClientAs) -> Client:
    return client_as("locataire")


def said(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    words = re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2])
    return " ".join(unescape(words).split())


def read(*persons: int, screen: str = "compte", purpose: str = "COMPTABILITE", motive: str = "") -> None:
    officer = Actor(role=Role.RENT_OFFICER, purpose=purpose, agent_id=1, motive=motive)
    with acting(officer, screen=screen, categories=("COMPTE",)) as reading:
        reading.saw(persons)


def readings_of(session: psycopg.Connection) -> list[int]:
    return [number for (number,) in session.execute("SELECT id FROM privacy_readevent ORDER BY id DESC")]


# --- the list ---------------------------------------------------------------------------------------------------------


def test_a_tenant_sees_at_once_the_account_that_an_officer_has_just_opened(
    locataire: Client, client_as: ClientAs
) -> None:
    assert "Agence Nord" not in said(locataire, READINGS)
    opened = client_as("gestionnaire_nord").get(reverse("desk:account", args=[101]))
    assert opened.status_code == 200
    page = said(locataire, READINGS)
    assert "Aujourd’hui" in page
    assert "Agence Nord, gestionnaire" in page
    assert "votre relevé de compte" in page
    assert "gestionnaire_nord" not in page


def test_the_readings_of_a_day_by_one_function_for_one_purpose_are_told_as_one(locataire: Client) -> None:
    for screen in ("compte", "bail", "compte", "avis"):
        read(LUCIE, screen=screen)
    read(LUCIE, purpose="GESTION_LOCATIVE")
    page = said(locataire, READINGS)
    assert page.count("Agence Nord, gestionnaire") >= 2
    assert "4 consultations" in page
    assert "votre relevé de compte, la page de votre bail, un avis d’échéance" in page or (
        "un avis d’échéance, votre relevé de compte, la page de votre bail" in page
    )
    body = locataire.get(READINGS).content.decode()
    assert len(re.findall(r'href="/chez-moi/dossier/lectures/\d+/question/"', body)) == 5


def test_another_person_who_opens_their_own_file_is_not_a_reader_of_mine(
    locataire: Client, client_as: ClientAs
) -> None:
    with acting(Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=2), screen="mon dossier") as reading:
        reading.saw([LUCIE], "PORTE")
    assert "Personne n’a ouvert votre dossier depuis un an." in said(locataire, READINGS)


def test_the_list_is_filtered_by_month_and_by_kind_of_data(locataire: Client, superuser: psycopg.Connection) -> None:
    last_year = now() - timedelta(days=120)
    superuser.execute(
        """INSERT INTO privacy_readevent (at, agent_id, operator, role, purpose, motive, is_mass, subjects, categories,
                                          screen, terms)
           VALUES (%s, 1, '', 'rent_officer', 'GESTION_LOCATIVE', '', false, '{1}', '{BAIL}', 'bail', '')""",
        [last_year],
    )
    read(LUCIE)
    assert "Pour gérer votre bail" in said(locataire, READINGS)
    by_month = said(locataire, f"{READINGS}?mois={last_year:%Y-%m}")
    assert "Pour gérer votre bail" in by_month
    assert "Pour tenir votre compte" not in by_month
    by_data = said(locataire, f"{READINGS}?donnees=COMPTE")
    assert "Pour tenir votre compte" in by_data
    assert "Pour gérer votre bail" not in by_data
    for wrong in ("?mois=hier", "?donnees=HOROSCOPE", "?quoi=tout"):
        assert locataire.get(READINGS + wrong).status_code == 404, wrong


def test_a_processing_of_everyone_is_told_apart_and_may_be_questioned(locataire: Client) -> None:
    with batch(Batch.RENT, operator="Jeanne", motive="MOIS", command="rent run", agent_id=1):
        pass
    # Whoever asked for no dwelling had nothing read by the processing of applications.
    with batch(Batch.ALLOCATION, operator="Jeanne", motive="MOIS", command="demandes clocks", agent_id=1):
        pass
    page = said(locataire, READINGS)
    assert "Traitement du mois, sans lecture par une personne" in page
    assert "Traitement des demandes de logement" not in page
    assert "Je ne comprends pas cet accès" in page
    assert "Jeanne" not in page


@pytest.mark.parametrize("wanted", ["csv", "pdf"])
def test_the_list_is_taken_away_as_a_file_that_names_no_agent(locataire: Client, tmp_path: Path, wanted: str) -> None:
    read(LUCIE)
    answer = locataire.get(f"{READINGS}lectures.{wanted}")
    assert answer.status_code == 200
    content = bytes_of(answer)
    if wanted == "csv":
        assert "Agence Nord, gestionnaire" in content.decode("utf-8-sig")
        assert "gestionnaire_nord" not in content.decode("utf-8-sig")
        return
    file = tmp_path / "lectures.pdf"
    file.write_bytes(content)
    found = outloud.check(str(file))
    assert found.error is None
    assert [str(each) for each in found.findings if each.severity == "error"] == []


# --- one access questioned --------------------------------------------------------------------------------------------


def test_a_question_is_asked_with_one_button_answered_by_the_dpo_and_read_in_the_thread(
    locataire: Client, superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    read(LUCIE)
    (reading,) = readings_of(superuser)[:1]
    path = f"{READINGS}{reading}/question/"
    assert "Je ne connais pas ce service." in said(locataire, path)
    assert locataire.post(path, {"raison": "AUTRE CHOSE"}).status_code == 422
    asked = locataire.post(path, {"raison": "UNKNOWN_SERVICE"})
    assert asked.status_code == 302
    assert locataire.post(path, {"raison": "TOO_OFTEN"}).headers["Location"] == asked.headers["Location"]
    assert "Vous avez posé une question." in said(locataire, READINGS)
    number = int(asked.headers["Location"].rstrip("/").rpartition("/")[2])

    dpo = client_as("dpo")
    assert f"Question sur une lecture n° {number}" in said(dpo, reverse("desk:rights"))
    assert "Lucie Amandier" in said(dpo, reverse("desk:rights_request", args=[number]))
    answer = reverse("desk:rights_answer", args=[number])
    assert dpo.post(answer, {"decision": "JUSTIFIED", "identite": "NOT_GIVEN"}).status_code == 422
    given = {"decision": "JUSTIFIED", "phrases": ["ORDINARY_WORK"], "identite": "NOT_GIVEN"}
    assert dpo.post(answer, given).status_code == 302
    thread = said(locataire, asked.headers["Location"])
    assert "Cet accès était justifié." in thread
    assert "travail ordinaire" in thread
    assert "C-579/21" in thread
    assert dpo.post(answer, given).status_code == 422


def test_the_name_of_the_agent_is_given_by_letter_alone_when_the_dpo_decides_so(
    locataire: Client, superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    read(LUCIE)
    (reading,) = readings_of(superuser)[:1]
    where = locataire.post(f"{READINGS}{reading}/question/", {"raison": "NOTHING_ASKED"}).headers["Location"]
    number = int(where.rstrip("/").rpartition("/")[2])
    dpo = client_as("dpo")
    before = dpo.get(reverse("desk:rights_letter", args=[number]))
    assert before.content.startswith(b"%PDF-")
    given = {"decision": "NOT_JUSTIFIED", "phrases": ["NO_GROUND"], "identite": "GIVEN"}
    assert dpo.post(reverse("desk:rights_answer", args=[number]), given).status_code == 302
    assert "communiqué par lettre" in said(locataire, where)
    assert "gestionnaire_nord" not in said(locataire, where)
    assert dpo.get(reverse("desk:rights_letter", args=[number])).content.startswith(b"%PDF-")


def test_the_intruder_finds_neither_the_reading_nor_the_thread_of_another(
    locataire: Client, superuser: psycopg.Connection, client_as: ClientAs
) -> None:
    read(LUCIE)
    (reading,) = readings_of(superuser)[:1]
    where = locataire.post(f"{READINGS}{reading}/question/", {"raison": "TOO_OFTEN"}).headers["Location"]
    intruder = client_as("locataire_sud")
    assert intruder.get(f"{READINGS}{reading}/question/").status_code == 404
    assert intruder.post(f"{READINGS}{reading}/question/", {"raison": "TOO_OFTEN"}).status_code == 404
    assert intruder.get(where).status_code == 404
    number = int(where.rstrip("/").rpartition("/")[2])
    for trade in ("gestionnaire_nord", "siege", "admin_technique"):
        assert client_as(trade).get(reverse("desk:rights_request", args=[number])).status_code == 404, trade


# --- rights -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "posted"),
    [
        ("copie", {}),
        ("rectification", {"donnees": ["IDENTITE"]}),
        ("effacement", {"raison": "UNLAWFUL", "donnees": ["RESSOURCES"]}),
        ("limitation", {"raison": "NOT_ACCURATE", "donnees": ["COMPTE"]}),
        ("opposition", {"donnees": ["COORDONNEES"]}),
        ("portabilite", {}),
    ],
)
def test_each_right_is_asked_for_online_without_a_word_to_type(
    locataire: Client, way: str, posted: dict[str, str | list[str]]
) -> None:
    path = reverse("home:request_new", args=[way])
    assert "RGPD, art." in said(locataire, path)
    assert b"<textarea" not in locataire.get(path).content
    asked = locataire.post(path, posted)
    assert asked.status_code == 302
    assert "Réponse due avant le" in said(locataire, asked.headers["Location"])
    assert "bien reçue" in said(locataire, asked.headers["Location"])
    if posted:
        assert locataire.post(path, {}).status_code == 422


def test_a_right_that_does_not_exist_is_not_found(locataire: Client) -> None:
    assert locataire.get(reverse("home:request_new", args=["oubli"])).status_code == 404


def test_an_agent_writes_down_a_request_and_a_stranger_s_lease_is_not_found(
    locataire: Client, client_as: ClientAs
) -> None:
    officer = client_as("gestionnaire_nord")
    path = reverse("desk:rights_write_down", args=[101])
    assert "Lucie Amandier" in said(officer, path)
    posted = {"personne": "1", "droit": "ACCESS", "voie": "COUNTER", "preuve": "PAPER"}
    assert officer.post(path, posted | {"personne": "4"}).status_code == 422
    assert officer.post(path, posted).status_code == 302
    assert "au guichet" in said(locataire, reverse("home:request", args=[_only_request(locataire)]))
    assert client_as("gestionnaire_sud").get(path).status_code == 404
    assert client_as("gestionnaire_sud").post(path, posted).status_code == 404


def _only_request(client: Client) -> int:
    (number,) = set(re.findall(r"/dossier/droits/(\d+)/", client.get(reverse("home:requests")).content.decode()))
    return int(number)


def test_the_copy_is_fetched_by_its_person_once_answered_and_by_no_one_else(
    locataire: Client, client_as: ClientAs
) -> None:
    where = locataire.post(reverse("home:request_new", args=["copie"])).headers["Location"]
    number = int(where.rstrip("/").rpartition("/")[2])
    package = make_package(
        request_id=number,
        person_id=LUCIE,
        in_person=False,
        by=Operator(name="file d’attente", agent_id=7),
        at=now(),
        documents=Path(settings.DOCUMENT_ROOT),
    )
    fetch = reverse("home:request_package", args=[package])
    assert locataire.post(fetch).status_code == 404, "before the answer"
    given = {"decision": "GRANTED", "phrases": ["COPY_ONLINE"]}
    assert client_as("dpo").post(reverse("desk:rights_answer", args=[number]), given).status_code == 302
    answer = locataire.post(fetch)
    assert answer.status_code == 200
    assert bytes_of(answer).startswith(b"PK")
    assert "vous a été remise" in said(locataire, where)
    assert client_as("locataire_sud").post(fetch).status_code == 404


def test_the_dpo_asks_for_a_copy_and_the_job_leaves_it_in_the_thread(
    locataire: Client, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    from palier.rights.tasks import copy

    number = int(
        locataire.post(reverse("home:request_new", args=["copie"])).headers["Location"].rstrip("/").rpartition("/")[2]
    )
    dpo = client_as("dpo")
    assert dpo.post(reverse("desk:rights_copy", args=[number]), {"remise": "en-ligne"}).status_code == 302
    ((task, args),) = superuser.execute("SELECT task_name, args FROM procrastinate_jobs").fetchall()
    assert (task, args["person_id"], args["asked_by"]) == ("palier.rights.tasks.copy", LUCIE, 7)
    copy.func(**args)
    assert "Copie du" in said(dpo, reverse("desk:rights_request", args=[number]))


def test_the_job_refuses_an_agent_who_is_not_the_dpo(locataire: Client, superuser: psycopg.Connection) -> None:
    from palier.rights.tasks import copy

    where = locataire.post(reverse("home:request_new", args=["copie"])).headers["Location"]
    number = int(where.rstrip("/").rpartition("/")[2])
    copy.func(request_id=number, person_id=LUCIE, in_person=False, asked_by=1)
    assert superuser.execute("SELECT count(*) FROM rights_package").fetchone() == (0,)
    assert superuser.execute("SELECT state FROM foundation_jobprogress").fetchone() == ("FAILED",)


def test_a_freeze_is_shown_on_the_lease_and_its_changes_are_refused_until_it_is_lifted(
    locataire: Client, client_as: ClientAs, superuser: psycopg.Connection
) -> None:
    where = locataire.post(
        reverse("home:request_new", args=["limitation"]), {"raison": "NOT_ACCURATE", "donnees": ["BAIL"]}
    ).headers["Location"]
    number = int(where.rstrip("/").rpartition("/")[2])
    dpo, officer = client_as("dpo"), client_as("gestionnaire_nord")
    lease, ends = reverse("desk:lease", args=[101]), reverse("desk:lease_end", args=[101])
    assert "Données gelées" not in said(officer, lease)
    given = {"decision": "GRANTED", "phrases": ["FROZEN"]}
    assert dpo.post(reverse("desk:rights_answer", args=[number]), given).status_code == 302
    assert "Données gelées" in said(officer, lease)
    seen = re.search(r'name="seen" value="(\d*)"', officer.get(ends).content.decode())
    assert seen is not None
    posted = {"seen": seen.group(1), "notice_given_on": "2026-11-02", "ends_on": "2027-02-02"}
    refused = officer.post(ends, posted)
    assert refused.status_code == 422
    assert "gelées à sa demande" in unescape(refused.content.decode())
    assert superuser.execute("SELECT ends_on FROM leases_lease WHERE id = 101").fetchone() == (None,)
    assert dpo.post(reverse("desk:rights_lift", args=[number])).status_code == 302
    assert officer.post(ends, posted).status_code == 302
    assert "levé" in said(locataire, where)
    # The tenant stays: the notice is taken back from the same page.
    latest = re.search(r'name="seen" value="(\d*)"', officer.get(ends).content.decode())
    assert latest is not None
    assert "Reprendre le congé" in said(officer, ends)
    # A number that nobody sends, and one that is out of date, are told of the lease as it stands.
    assert officer.post(ends, {"seen": "9" * 5_000, "acte": "REPRISE"}).status_code == 302
    assert "le voici tel qu’il est" in said(officer, lease)
    assert officer.post(ends, {"seen": latest.group(1), "acte": "REPRISE"}).status_code == 302
    assert "repris : le bail continue" in said(officer, lease)
    assert superuser.execute("SELECT ends_on FROM leases_lease WHERE id = 101").fetchone() == (None,)
    superuser.execute("UPDATE leases_lease SET notice_given_on = '2026-02-02', ends_on = starts_on + 30 WHERE id = 101")
    assert "Reprendre le congé" not in said(officer, ends)
