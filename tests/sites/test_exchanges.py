"""« Écrire »: a question of a tenant, its promised day, the answer, the end; read by those two and by nobody else."""

import re
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection
from tests.agreements import agree
from tests.conftest import ClientAs, Statement
from tests.landlord import Landlord
from tests.sites.answers import text_of

from palier.dispatch.adapters.notices import EmailNotice
from palier.exchanges.operations.telling import tell_answers
from palier.foundation.clock import now
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

pytestmark = pytest.mark.usefixtures("own_landlord")

DOOR = "/chez-moi/ecrire/"
ASKED = "Pourquoi mes charges ont-elles augmenté ?"


def typed(text: str = ASKED, *, lease: int = 101, key: str = "", **more: object) -> dict[str, object]:
    return {"texte": text, "bail": lease, "envoi": key or str(uuid4()), **more}


def asked(client_as: ClientAs, subject: str = "RENT", text: str = ASKED, who: str = "locataire") -> int:
    """A question asked on the page; the number of its thread."""
    lease = 201 if who == "locataire_sud" else 101
    sent = client_as(who).post(f"{DOOR}sujet/{subject}/", typed(text, lease=lease))
    assert sent.status_code == 302
    return int(sent["Location"].rstrip("/").rsplit("/", 1)[1])


def test_a_tenant_is_told_who_answers_and_by_when_before_and_after_sending(
    client_as: ClientAs, statement: Statement
) -> None:
    tenant = client_as("locataire")
    before = tenant.get(f"{DOOR}sujet/RENT/").content.decode()
    number = asked(client_as)
    ((day, lease, subject),) = statement("SELECT answer_by, lease_id, subject FROM exchanges_thread")
    assert (lease, subject) == (101, "RENT")
    assert isinstance(day, date)
    assert day.weekday() < 5
    promise = f"{day.day}" if day.day > 1 else "1er"
    for page in (before, tenant.get(f"{DOOR}{number}/").content.decode(), tenant.get(DOOR).content.decode()):
        assert "Nous vous répondons avant la fin du" in page
        assert promise in page
    # One form sent twice, as a browser back online does, is one message.
    key = str(uuid4())
    for _ in range(2):
        assert tenant.post(f"{DOOR}{number}/repondre/", typed("Et le chauffage ?", key=key)).status_code == 302
        assert tenant.post(f"{DOOR}sujet/OTHER/", typed(key=key)).status_code == 302
    assert statement("SELECT count(*) FROM exchanges_message WHERE thread_id = %s", number) == [(2,)]
    assert statement("SELECT count(*) FROM exchanges_thread") == [(2,)]


@pytest.mark.parametrize("wrong", [{"texte": ""}, {"texte": "a" * 2_001}, {"bail": 201}, {"envoi": "x"}])
def test_what_cannot_be_sent_is_said_and_nothing_is_kept(
    client_as: ClientAs, statement: Statement, wrong: dict[str, object]
) -> None:
    assert client_as("locataire").post(f"{DOOR}sujet/RENT/", typed() | wrong).status_code == 422
    assert client_as("locataire").post(f"{DOOR}sujet/REPAIRS/", typed()).status_code == 404
    assert statement("SELECT count(*) FROM exchanges_thread") == [(0,)]


def test_what_one_says_of_oneself_is_shown_then_chosen_and_of_others_is_never_kept(
    client_as: ClientAs, statement: Statement
) -> None:
    tenant, ill = client_as("locataire"), "Je suis dépressif et je demande un autre appartement."
    shown = tenant.post(f"{DOOR}sujet/HOUSEHOLD/", typed(ill))
    assert shown.status_code == 422
    assert "qui est sensible" in shown.content.decode()
    assert ill in shown.content.decode()
    assert tenant.post(f"{DOOR}sujet/HOUSEHOLD/", typed(ill, choix="on")).status_code == 302
    assert statement("SELECT body, is_chosen FROM exchanges_message") == [(ill, True)]
    of_others = typed("Mon voisin est alcoolique et crie la nuit.", choix="on")
    assert tenant.post(f"{DOOR}sujet/NEIGHBOURS/", of_others).status_code == 422
    assert statement("SELECT count(*) FROM exchanges_message") == [(1,)]


def test_a_thread_ends_and_opens_again_within_its_term(client_as: ClientAs, statement: Statement) -> None:
    tenant, number = client_as("locataire"), asked(client_as)
    assert tenant.post(f"{DOOR}{number}/regle/").status_code == 302
    assert statement("SELECT state, answer_by FROM exchanges_thread") == [("CLOSED", None)]
    assert tenant.post(f"{DOOR}{number}/repondre/", typed()).status_code == 422
    assert tenant.post(f"{DOOR}{number}/rouvrir/").status_code == 302
    assert statement("SELECT state, answer_by IS NULL FROM exchanges_thread") == [("OPEN", False)]
    tenant.post(f"{DOOR}{number}/regle/")
    statement("UPDATE exchanges_thread SET closed_at = closed_at - interval '31 days'")
    tenant.post(f"{DOOR}{number}/rouvrir/")
    assert statement("SELECT state FROM exchanges_thread") == [("CLOSED",)]


def test_a_late_answer_is_said_late_with_an_apology(client_as: ClientAs, statement: Statement) -> None:
    number = asked(client_as)
    statement("UPDATE exchanges_thread SET answer_by = '2026-01-05'")
    page = client_as("locataire").get(f"{DOOR}{number}/").content.decode()
    assert "lundi 5" in page
    assert "nous vous en demandons pardon" in page


def test_a_thread_does_not_exist_for_the_others(
    client_as: ClientAs, statement: Statement, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    number = asked(client_as)
    stranger = client_as("locataire_sud")
    assert stranger.get(f"{DOOR}{number}/").status_code == 404
    for way in ("repondre", "regle", "rouvrir"):
        assert stranger.post(f"{DOOR}{number}/{way}/", typed(lease=201)).status_code == 404
    # Neither the lodge, nor headquarters, nor who keeps the accounts, nor a co-holder of another household.
    for role, name in ((Role.CARETAKER, "gardien_nord"), (Role.HEADQUARTERS, "siege"), (Role.ACCOUNTANT, "comptable")):
        someone = Actor(role=role, purpose="PROTECTION_DONNEES", agent_id=own_landlord.agents[name])
        with pytest.raises(DatabaseError), acting(someone), connection.cursor() as cursor:
            cursor.execute("SELECT body FROM exchanges_message")
    tenant = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=own_landlord.holder)
    for change in ("answered_at = now()", "agent_id = 1", "subject = 'OTHER'"):
        with pytest.raises(DatabaseError), acting(tenant), connection.cursor() as cursor:
            cursor.execute(f"UPDATE exchanges_thread SET {change}")
    assert statement("SELECT count(*) FROM exchanges_message") == [(1,)]


def answer(text: str = "", sentence: str = "", **more: object) -> dict[str, object]:
    return {"text": text, "sentence": sentence, "envoi": str(uuid4()), **more}


def test_the_agency_answers_and_the_tenant_reads_it_once_told_new(client_as: ClientAs, statement: Statement) -> None:
    tenant, agent, number = client_as("locataire"), client_as("gestionnaire_nord"), asked(client_as)
    here = f"/bureau/echanges/{number}/"
    assert "Amandier" in agent.get("/bureau/echanges/").content.decode()
    assert "Pourquoi mes charges" in agent.get(here).content.decode()
    assert "message de locataires à répondre" in agent.get("/bureau/").content.decode()
    # Neither nothing, nor a judgement on the person, nor a sentence of another subject.
    for wrong in (answer(), answer("Madame est alcoolique."), answer(sentence="PAPERS_POST")):
        assert agent.post(f"{here}repondre/", wrong).status_code == 422
    sent = answer("Le décompte est détaillé page 2.", "RENT_SETTLED")
    for _ in range(2):
        assert agent.post(f"{here}repondre/", sent).status_code == 302
    assert statement("SELECT count(*) FROM exchanges_message WHERE author = 'AGENCY'") == [(1,)]
    assert statement("SELECT answer_by FROM exchanges_thread") == [(None,)]
    # Fetched ahead by a browser, it was before nobody's eyes.
    tenant.get(f"{DOOR}{number}/", headers={"Sec-Purpose": "prefetch"})
    assert "Nouveau" in tenant.get(DOOR).content.decode()
    page = tenant.get(f"{DOOR}{number}/").content.decode()
    assert "Les charges sont régularisées une fois par an." in page
    assert "Le décompte est détaillé page 2." in page
    assert "Nouveau" not in tenant.get(DOOR).content.decode()
    # Written to again, an answer is owed again.
    tenant.post(f"{DOOR}{number}/repondre/", typed("Merci, mais encore ?"))
    assert statement("SELECT answer_by IS NULL FROM exchanges_thread") == [(False,)]


def test_an_answer_is_put_off_for_a_reason_and_handed_over_within_the_agency(
    client_as: ClientAs, statement: Statement, own_landlord: Landlord
) -> None:
    agent, number = client_as("gestionnaire_nord"), asked(client_as)
    here = f"/bureau/echanges/{number}/"
    ((promised,),) = statement("SELECT answer_by FROM exchanges_thread")
    monday = promised + timedelta(days=14 - promised.weekday())
    later = {"envoi": str(uuid4()), "motive": "RESEARCH", "due_on": monday.isoformat()}
    for wrong in (
        {"motive": ""},
        {"due_on": promised.isoformat()},
        {"due_on": (monday - timedelta(days=1)).isoformat()},
    ):
        assert agent.post(f"{here}repousser/", later | wrong).status_code == 422
    assert agent.post(f"{here}repousser/", later).status_code == 302
    assert statement("SELECT answer_by FROM exchanges_thread") == [(monday,)]
    page = client_as("locataire").get(f"{DOOR}{number}/").content.decode()
    assert "Notre réponse est repoussée au lundi" in page
    assert "Votre question demande des recherches." in page
    manager, elsewhere = own_landlord.agents["responsable_nord"], own_landlord.agents["gestionnaire_sud"]
    assert agent.post(f"{here}confier/", {"agent": elsewhere}).status_code == 422
    assert agent.post(f"{here}confier/", {"agent": manager}).status_code == 302
    by = own_landlord.agents["gestionnaire_nord"]
    assert statement("SELECT agent_id, handed_by FROM exchanges_thread") == [(manager, by)]
    assert "Amandier" in client_as("responsable_nord").get("/bureau/echanges/?vue=MINE").content.decode()
    assert "Amandier" not in agent.get("/bureau/echanges/?vue=MINE").content.decode()
    assert agent.post(f"{here}terminer/").status_code == 302
    assert agent.post(f"{here}repondre/", answer("Encore un mot.")).status_code == 422
    assert "Amandier" in agent.get("/bureau/echanges/?vue=CLOSED").content.decode()


def test_another_agency_and_the_lodge_find_nothing(client_as: ClientAs) -> None:
    number = asked(client_as)
    elsewhere = client_as("gestionnaire_sud")
    assert "Amandier" not in elsewhere.get("/bureau/echanges/?vue=OPEN").content.decode()
    assert elsewhere.get(f"/bureau/echanges/{number}/").status_code == 404
    for way, sent in (("repondre", answer("Bonjour")), ("confier", {"agent": 1}), ("terminer", {}), ("repousser", {})):
        assert elsewhere.post(f"/bureau/echanges/{number}/{way}/", sent).status_code == 404
    for name in ("siege", "comptable", "dpo"):
        assert client_as(name).get(f"/bureau/echanges/{number}/").status_code == 404


def test_an_answer_is_told_outside_once_without_a_word_to_those_who_agreed(
    client_as: ClientAs, statement: Statement, superuser: psycopg.Connection, tmp_path: Path
) -> None:
    def told() -> int:
        return tell_answers([EmailNotice(tmp_path)], operator="essai", at=now())

    for who in ("locataire", "locataire_sud"):
        number = asked(client_as, who=who)
        agent = "gestionnaire_nord" if who == "locataire" else "gestionnaire_sud"
        client_as(agent).post(f"/bureau/echanges/{number}/repondre/", answer("Voici la réponse."))
    statement("DELETE FROM people_contact WHERE channel = 'EMAIL'")
    for person, residence in ((1, 11), (4, 21)):
        statement(
            "INSERT INTO people_contact (person_id, residence_id, channel, value, shared_with_caretaker)"
            " VALUES (%s, %s, 'EMAIL', %s, false)",
            person, residence, f"personne{person}@example.org",
        )  # fmt: skip
    agree(superuser, 101, families=("EMAIL",))
    assert (told(), told()) == (2, 0)
    (message,) = tmp_path.iterdir()
    said = message_from_bytes(message.read_bytes(), policy=default)
    assert said["To"] == "personne1@example.org"
    for word in ("Amandier", "charges", "Voici", "http"):
        assert word not in said.get_content()


def test_long_lists_of_threads_are_cut_by_key_on_both_sides(client_as: ClientAs, statement: Statement) -> None:
    asked(client_as)
    statement(
        """INSERT INTO exchanges_thread (lease_id, residence_id, person_id, key, subject, state, opened_at, last_at,
                                         answer_by, closed_at)
           SELECT lease_id, residence_id, person_id, gen_random_uuid(), subject,
                  CASE WHEN n > 80 THEN 'CLOSED' ELSE 'OPEN' END, opened_at, last_at - make_interval(days => n),
                  CASE WHEN n <= 20 THEN answer_by END, CASE WHEN n > 80 THEN last_at END
           FROM exchanges_thread, generate_series(1, 120) AS n"""
    )
    for client, start, link, whole in (
        (client_as("locataire"), DOOR, re.compile(r"ecrire/(\d+)/"), 121),
        (client_as("gestionnaire_nord"), "/bureau/echanges/?vue=OPEN", re.compile(r"echanges/(\d+)/"), 81),
    ):
        first = text_of(client.get(start))
        seen, page = [link.findall(first)], first
        while following := re.search(r'rel="next" href="([^"]+)"', page):
            page = text_of(client.get(start.split("?")[0] + unescape(following[1])))
            seen.append(link.findall(page))
        numbers = [number for each in seen for number in dict.fromkeys(each)]
        assert len(numbers) == len(set(numbers)) == whole
        back = re.search(r'rel="prev" href="([^"]+)"', page)
        assert back is not None
        before = text_of(client.get(start.split("?")[0] + unescape(back[1])))
        assert list(dict.fromkeys(link.findall(before))) == list(dict.fromkeys(seen[-2]))
