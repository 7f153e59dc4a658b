"""The keeping of the journal on screen: alarms and their answers, seals, months gone, windows of help."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.conftest import ClientAs, Cluster
from tests.landlord import Landlord

from palier.agents.queries import thresholds_in_force
from palier.foundation.clock import now
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.privacy.journal.alarms import THRESHOLDS, raise_alarms
from palier.privacy.journal.help_windows import open_window
from palier.privacy.journal.operations import looking_after, seal_and_publish
from palier.privacy.models import AlarmKind

PAGES = ("/bureau/donnees/alarmes/", "/bureau/donnees/sceaux/")


@pytest.fixture
def dpo(client_as: ClientAs) -> Client:
    return client_as("dpo")


def read_files(landlord: Landlord, subjects: range, *, screen: str = "compte", terms: str = "") -> None:
    officer = Actor(
        role=Role.RENT_OFFICER, purpose="COMPTABILITE", agent_id=landlord.agents["gestionnaire_nord"], agency_id=1
    )
    for subject in subjects:
        with acting(officer, screen=screen, categories=("COMPTE",)) as reading:
            reading.saw([] if terms else [subject])
            reading.searched(terms)


def alarms_raised() -> int:
    with looking_after("essai", "journal alarms"):
        return raise_alarms(thresholds=thresholds_in_force(), at=now())


def kinds(cluster: Cluster) -> list[str]:
    with cluster.as_superuser(str(settings.DATABASES["default"]["NAME"])) as looking:
        return [kind for (kind,) in looking.execute("SELECT kind FROM privacy_journalalarm ORDER BY kind").fetchall()]


@pytest.mark.parametrize("trade", ["gestionnaire_nord", "responsable_nord", "siege", "comptable", "admin_technique"])
@pytest.mark.parametrize("page", PAGES)
def test_nobody_but_the_dpo_opens_the_keeping_of_the_journal(
    landlord: Landlord, client_as: ClientAs, trade: str, page: str
) -> None:
    assert client_as(trade).get(page).status_code == 404


def test_files_read_in_the_order_of_their_numbers_raise_one_alarm(own_landlord: Landlord, cluster: Cluster) -> None:
    read_files(own_landlord, range(1, THRESHOLDS[AlarmKind.CONSECUTIVE_FILES] + 1))
    assert alarms_raised() == 0, "one step short of the threshold"
    read_files(own_landlord, range(100, 103))
    assert alarms_raised() == 1
    assert alarms_raised() == 0, "the same window is told once"
    assert kinds(cluster) == ["CONSECUTIVE_FILES"]


def test_exports_and_searches_without_result_are_counted(own_landlord: Landlord, cluster: Cluster) -> None:
    read_files(own_landlord, range(0, 2 * THRESHOLDS[AlarmKind.EXPORTS_A_DAY], 2), screen="baux (export)")
    read_files(own_landlord, range(THRESHOLDS[AlarmKind.EMPTY_SEARCHES]), screen="recherche", terms="martin")
    alarms_raised()
    assert kinds(cluster) == ["EMPTY_SEARCHES", "EXPORTS_A_DAY"]


def test_many_readings_and_many_persons_are_counted(own_landlord: Landlord, cluster: Cluster) -> None:
    with cluster.as_superuser(str(settings.DATABASES["default"]["NAME"])) as connection:
        connection.execute(
            """INSERT INTO privacy_readevent (at, agent_id, operator, role, purpose, motive, is_mass, subjects,
                                              categories, screen, terms)
               SELECT now(), 2, '', 'rent_officer', 'COMPTABILITE', '', false, ARRAY[n * 3], '{COMPTE}', 'compte', ''
               FROM generate_series(1, %s) AS n""",
            [THRESHOLDS[AlarmKind.READINGS_A_DAY]],
        )
    alarms_raised()
    assert kinds(cluster) == ["PERSONS_A_DAY", "READINGS_AN_HOUR", "READINGS_A_DAY"]


def test_the_dpo_answers_once_from_the_closed_list(own_landlord: Landlord, dpo: Client, cluster: Cluster) -> None:
    read_files(own_landlord, range(1, THRESHOLDS[AlarmKind.CONSECUTIVE_FILES] + 2))
    alarms_raised()
    page = dpo.get(PAGES[0])
    assert page.status_code == 200
    content = page.content.decode()
    assert "des dossiers lus dans l’ordre de leurs numéros" in content
    with cluster.as_superuser(str(settings.DATABASES["default"]["NAME"])) as looking:
        ((number,),) = looking.execute("SELECT id FROM privacy_journalalarm").fetchall()
        where = f"{PAGES[0]}{number}/"
        assert dpo.post(where, {"reponse": "autre chose"}).status_code == 422
        assert dpo.post(where, {"reponse": "USUAL_WORK"}).status_code == 302
        assert dpo.post(where, {"reponse": "INCIDENT"}).status_code == 422, "an answer is given once"
        kept = looking.execute("SELECT answer, answered_by FROM privacy_journalalarm").fetchall()
    assert kept == [("USUAL_WORK", own_landlord.agents["dpo"])]
    assert "travail habituel" in dpo.get(PAGES[0]).content.decode()


def test_an_intruder_does_not_answer_an_alarm(own_landlord: Landlord, client_as: ClientAs, cluster: Cluster) -> None:
    read_files(own_landlord, range(1, THRESHOLDS[AlarmKind.CONSECUTIVE_FILES] + 2))
    alarms_raised()
    assert client_as("gestionnaire_nord").post(f"{PAGES[0]}1/", {"reponse": "USUAL_WORK"}).status_code == 404
    with cluster.as_superuser(str(settings.DATABASES["default"]["NAME"])) as looking:
        assert looking.execute("SELECT DISTINCT answer FROM privacy_journalalarm").fetchall() == [("",)]


def decide(browser: Client, kind: str, value: str) -> int:
    return browser.post(PAGES[0], {"code": kind, "value": value}).status_code


def test_the_dpo_moves_a_threshold_and_the_next_count_follows_it(
    own_landlord: Landlord, dpo: Client, cluster: Cluster
) -> None:
    read_files(own_landlord, range(1, 12))
    assert alarms_raised() == 0
    assert decide(dpo, "CONSECUTIVE_FILES", "10") == 302
    assert alarms_raised() == 1
    with cluster.as_superuser(str(settings.DATABASES["default"]["NAME"])) as looking:
        kept = looking.execute("SELECT kind, count, threshold FROM privacy_journalalarm").fetchall()
    assert kept == [("CONSECUTIVE_FILES", 10, 10)]
    assert decide(dpo, "CONSECUTIVE_FILES", "40") == 302
    content = dpo.get(PAGES[0]).content.decode()
    assert 'id="seuil-CONSECUTIVE_FILES" type="number" name="value" min="5" max="250" value="40"' in content
    # Each decision stays readable, with who took it; the page of quotas keeps to its own.
    decided = content.partition("Décisions sur les seuils, les dernières")[2]
    assert decided.count("Des dossiers lus dans l’ordre de leurs numéros") == 2
    assert "dpo" in decided.lower()
    assert "ordre de leurs numéros" not in dpo.get("/bureau/donnees/politique/").content.decode()


@pytest.mark.parametrize("value", ["4", "251", "0", "-1", "", "dix", "9999999999", "1.5"])
def test_a_threshold_beyond_its_bounds_is_refused_with_them(own_landlord: Landlord, dpo: Client, value: str) -> None:
    answer = dpo.post(PAGES[0], {"code": "CONSECUTIVE_FILES", "value": value})
    assert (answer.status_code, "va de 5 à 250" in answer.content.decode()) == (422, True)
    assert "Aucune décision" in dpo.get(PAGES[0]).content.decode()


def test_a_setting_that_does_not_exist_is_refused(own_landlord: Landlord, dpo: Client) -> None:
    assert decide(dpo, "AUTRE", "10") == 422
    assert decide(dpo, "", "10") == 422


@pytest.mark.parametrize("trade", ["gestionnaire_nord", "responsable_nord", "siege", "admin_technique"])
def test_nobody_but_the_dpo_moves_a_threshold(own_landlord: Landlord, client_as: ClientAs, trade: str) -> None:
    assert decide(client_as(trade), "CONSECUTIVE_FILES", "200") == 404


def test_the_page_of_seals_shows_the_last_head_and_the_vendors_windows(
    own_landlord: Landlord, dpo: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "PALIER_JOURNAL_HEADS", tmp_path / "empreintes.jsonl")
    read_files(own_landlord, range(1, 3))
    done = seal_and_publish(operator="essai", at=now())
    with looking_after("essai", "help-window open"):
        open_window(
            vendor="Atelier du Midi", purpose="FAULT", until_at=now() + timedelta(hours=1), opened_by="essai", at=now()
        )
    content = dpo.get(PAGES[1]).content.decode()
    assert done.sealed.head in content
    assert "Atelier du Midi" in content
    assert "panne à réparer" in content


def test_a_table_taken_as_a_file_is_told_apart_in_the_journal(
    own_landlord: Landlord, dpo: Client, cluster: Cluster
) -> None:
    answer = dpo.get("/bureau/donnees/lectures/?format=csv")
    assert answer.status_code == 200
    answer.close()
    with cluster.as_superuser(str(settings.DATABASES["default"]["NAME"])) as looking:
        last = looking.execute("SELECT screen FROM privacy_readevent ORDER BY id DESC LIMIT 1").fetchone()
    assert last == ("journal des lectures (export)",)
