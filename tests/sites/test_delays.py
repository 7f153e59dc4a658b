"""A delay of payment: asked by a tenant in two lists, answered by their agency, followed; nobody else's business."""

from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection
from tests.conftest import ClientAs, Statement
from tests.landlord import Landlord, pay

from palier.foundation.clock import today
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role
from palier.recovery.rules.delays import first_days

pytestmark = pytest.mark.usefixtures("own_landlord")

MINE, THEIRS = 101, 201
HERE = f"/chez-moi/bail/{MINE}/delai/"


def asked(parts: int = 4, key: str = "") -> dict[str, object]:
    return {"nombre": parts, "premier": first_days(today())[0].isoformat(), "envoi": key or str(uuid4())}


def request_of(statement: Statement) -> int:
    ((number,),) = statement("SELECT id FROM recovery_delay ORDER BY id DESC LIMIT 1")
    return int(number)


def test_a_tenant_asks_and_reads_until_when_the_answer_is_promised(client_as: ClientAs, statement: Statement) -> None:
    tenant = client_as("locataire")
    # 400 € are late since the end of October: written in tests/landlord.py.
    assert "400,00" in tenant.get(HERE).content.decode()
    key = str(uuid4())
    for _ in range(2):
        assert tenant.post(HERE, asked(4, key)).status_code == 302
    assert statement("SELECT lease_id, debt_cents, parts, state FROM recovery_delay") == [(MINE, 40_000, 4, "ASKED")]
    said = tenant.get(HERE).content.decode()
    assert "Nous répondons au plus tard le" in said
    assert said.count("100,00") == 4
    # Another one meanwhile is refused in words, and nothing is added.
    assert tenant.post(HERE, asked(2)).status_code == 422
    assert statement("SELECT count(*) FROM recovery_delay") == [(1,)]


@pytest.mark.parametrize("wrong", [{"nombre": 99}, {"premier": "2026-01-01"}, {"nombre": ""}, {"envoi": "x"}])
def test_what_is_not_in_the_lists_is_refused(
    client_as: ClientAs, statement: Statement, wrong: dict[str, object]
) -> None:
    assert client_as("locataire").post(HERE, asked() | wrong).status_code == 422
    assert statement("SELECT count(*) FROM recovery_delay") == [(0,)]


def test_the_agency_agrees_and_the_payments_move_the_plan(
    client_as: ClientAs, statement: Statement, superuser: psycopg.Connection
) -> None:
    tenant, agent = client_as("locataire"), client_as("gestionnaire_nord")
    tenant.post(HERE, asked(4))
    number = request_of(statement)
    assert "400,00" in agent.get("/bureau/delais/").content.decode()
    assert agent.post(f"/bureau/delais/{number}/accorder/").status_code == 302
    assert statement("SELECT rank, amount_cents FROM recovery_planpart ORDER BY rank") == [
        (1, 10_000), (2, 10_000), (3, 10_000), (4, 10_000),
    ]  # fmt: skip
    assert "0 paiement sur 4" in tenant.get(HERE).content.decode()
    pay(superuser, account=MINE, cents=25_000)
    said = tenant.get(HERE).content.decode()
    assert "2 paiements sur 4" in said
    assert said.count("<small>Payé</small>") == 2
    # Answered once: a second click changes nothing.
    assert agent.post(f"/bureau/delais/{number}/refuser/", {"ground": "TOO_LONG"}).status_code == 302
    assert statement("SELECT state FROM recovery_delay") == [("AGREED",)]


def test_another_delay_holds_once_the_tenant_accepts_it(client_as: ClientAs, statement: Statement) -> None:
    tenant, agent = client_as("locataire"), client_as("gestionnaire_nord")
    tenant.post(HERE, asked(10))
    number = request_of(statement)
    offered = {"nombre": 2, "premier": first_days(today())[1].isoformat()}
    assert agent.post(f"/bureau/delais/{number}/proposer/", offered).status_code == 302
    assert statement("SELECT state, parts FROM recovery_delay") == [("OFFERED", 2)]
    assert "Accepter ce délai" in tenant.get(HERE).content.decode()
    assert tenant.post(f"/chez-moi/delais/{number}/accepter/").status_code == 302
    assert statement("SELECT state FROM recovery_delay") == [("AGREED",)]
    assert agent.post(f"/bureau/delais/{number}/arreter/").status_code == 302
    assert "Votre plan est arrêté" in tenant.get(HERE).content.decode()


def test_a_refusal_says_why_to_the_tenant(client_as: ClientAs, statement: Statement) -> None:
    tenant, agent = client_as("locataire"), client_as("gestionnaire_nord")
    tenant.post(HERE, asked())
    number = request_of(statement)
    assert agent.post(f"/bureau/delais/{number}/refuser/", {"ground": ""}).status_code == 422
    assert agent.post(f"/bureau/delais/{number}/refuser/", {"ground": "TALK_FIRST"}).status_code == 302
    assert "Cette somme demande un rendez-vous" in tenant.get(HERE).content.decode()
    # Refused, another may be asked.
    assert tenant.post(HERE, asked(2)).status_code == 302


def test_a_delay_does_not_exist_for_a_neighbour_nor_for_another_agency(
    client_as: ClientAs, statement: Statement
) -> None:
    client_as("locataire").post(HERE, asked())
    number = request_of(statement)
    stranger, elsewhere = client_as("locataire_sud"), client_as("gestionnaire_sud")
    assert stranger.get(HERE).status_code == 404
    assert stranger.post(f"/chez-moi/delais/{number}/retirer/").status_code == 404
    assert elsewhere.get(f"/bureau/delais/{number}/").status_code == 404
    assert elsewhere.post(f"/bureau/delais/{number}/accorder/").status_code == 404
    assert client_as("gardien_nord").get("/bureau/delais/").status_code in (302, 404)
    assert statement("SELECT state FROM recovery_delay") == [("ASKED",)]


def test_the_database_lets_no_tenant_agree_to_their_own_request(
    client_as: ClientAs, statement: Statement, own_landlord: Landlord, superuser: psycopg.Connection
) -> None:
    client_as("locataire").post(HERE, asked())
    ((person,),) = superuser.execute("SELECT person_id FROM recovery_delay").fetchall()
    tenant = Actor(role=Role.TENANT, purpose="ESPACE_LOCATAIRE", person_id=person)
    for change in ("state = 'AGREED', closed_at = now()", "state = 'WITHDRAWN', answered_at = now()", "parts = 12"):
        with pytest.raises(DatabaseError), acting(tenant), connection.cursor() as cursor:
            cursor.execute(f"UPDATE recovery_delay SET {change}")
    assert statement("SELECT state, parts FROM recovery_delay") == [("ASKED", 4)]
