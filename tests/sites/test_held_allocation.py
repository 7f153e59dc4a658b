"""Letters of the commission to a person whose address is protected: their holders hand them, nobody else sees one."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from tests.allocation import HER_DECISION, SITTING, write_sealed_sitting
from tests.applications import INES, SECRETARY, write_applications
from tests.landlord import Landlord, insert

from palier.attribution.operations.notifying import make_letters
from palier.attribution.tasks import note_held_answer, note_held_receipt
from palier.foundation.clock import now, today
from palier.privacy.actor import Actor, acting, batch
from palier.privacy.declare import Batch, Role

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

pytestmark = pytest.mark.timeout(240)

PAGE = "/bureau/acces/protections/attribution/"
HOLDERS = ("responsable_nord", "travailleuse_sociale")
FUNCTIONS = ("applications_i_hold()", "letters_i_hold()", "matches_i_hold()", "letter_i_hold({letter})")


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """Inès was decided on, then her address was protected, then the job made the letters."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_applications(session, own_landlord)
        write_sealed_sitting(session)
        first, second = (own_landlord.agents[name] for name in HOLDERS)
        insert(session, "agents_protectedperson", [
            {"id": 9, "person_id": INES, "ground": "ORDONNANCE", "first_day": today() - timedelta(days=1),
             "declared_by_id": first},
        ])  # fmt: skip
        insert(session, "agents_protectionholder", [
            {"protection_id": 9, "agent_id": agent, "first_day": today() - timedelta(days=1)}
            for agent in (first, second)
        ])  # fmt: skip
        with batch(Batch.LETTERS, operator="essai", motive="ATTRIBUTION", command="lettres"):
            make_letters(sitting_id=SITTING, by=SECRETARY, at=now())
        yield session


def number_of(session: psycopg.Connection, kind: str) -> int:
    row = session.execute(
        "SELECT id FROM attribution_notification WHERE decision_id = %s AND kind = %s", [HER_DECISION, kind]
    ).fetchone()
    assert row is not None
    return int(row[0])


def said(client_as: "ClientAs", name: str) -> str:
    answer = client_as(name).get(PAGE)
    assert answer.status_code == 200, name
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_a_holder_sees_hands_and_answers_and_each_reading_is_kept_for_her_alone(
    superuser: psycopg.Connection, client_as: "ClientAs", own_landlord: Landlord
) -> None:
    offer = number_of(superuser, "OFFER")
    holder, agent = client_as("travailleuse_sociale"), own_landlord.agents["travailleuse_sociale"]
    assert "Protection n° 9" in said(client_as, "travailleuse_sociale").replace("\u00a0", " ")
    assert "Érable" not in said(client_as, "travailleuse_sociale")
    pdf = holder.get(f"/bureau/acces/protections/lettres/{offer}/")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    handed = f"/bureau/acces/protections/lettres/{offer}/remise/"
    early = holder.post(handed, {"remise_le": (today() + timedelta(days=1)).isoformat()}, follow=True)
    assert "n’est pas encore venu" in unescape(early.content.decode())
    assert holder.post(handed, {"remise_le": today().isoformat()}).status_code == 302
    note_held_receipt(letter_id=offer, on=today().isoformat(), asked_by=agent)
    assert "réponse attendue au plus tard" in said(client_as, "travailleuse_sociale")
    answered = f"/bureau/acces/protections/lettres/{offer}/reponse/"
    assert holder.post(answered, {"reponse": "NON", "motif": ""}).status_code == 302
    assert holder.post(answered, {"reponse": "OUI", "motif": ""}).status_code == 302
    note_held_answer(letter_id=offer, accepts=True, refusal=None, asked_by=agent)
    assert "Proposition acceptée" in said(client_as, "travailleuse_sociale")
    read = superuser.execute(
        """SELECT DISTINCT screen, subjects, purpose FROM privacy_readevent
           WHERE agent_id = %s AND purpose = 'PROTECTION_VIOLENCES' ORDER BY 1""",
        [agent],
    ).fetchall()
    assert read == [
        ("attribution, adresses protégées", [INES], "PROTECTION_VIOLENCES"),
        ("lettre d’une personne protégée", [INES], "PROTECTION_VIOLENCES"),
    ]


def test_nobody_else_sees_a_letter_a_number_or_a_count(
    superuser: psycopg.Connection, client_as: "ClientAs", own_landlord: Landlord
) -> None:
    letter = number_of(superuser, "DECISION")
    for name in ("siege", "gestionnaire_nord", "responsable_sud"):
        page = said(client_as, name)
        assert "Protection n°" not in page.replace("\u00a0", " ")
        assert "DEC-" not in page
        assert client_as(name).get(f"/bureau/acces/protections/lettres/{letter}/").status_code == 404
        for act in ("remise", "reponse"):
            assert client_as(name).post(f"/bureau/acces/protections/lettres/{letter}/{act}/").status_code == 404
    for name in ("secretaire", "attribution", "dpo", "comptable", "auditeur"):
        assert client_as(name).get(PAGE).status_code == 404, name
        assert client_as(name).get(f"/bureau/acces/protections/lettres/{letter}/").status_code == 404, name
    letters = client_as("secretaire").get(f"/bureau/commissions/{SITTING}/lettres/").content.decode()
    assert f"{HER_DECISION:07d}" not in letters
    # A holder under another purpose, an officer under that one's name: no row.
    for role, purpose, who in (
        (Role.AGENCY_MANAGER, "GESTION_LOCATIVE", own_landlord.agents["responsable_nord"]),
        (Role.HEADQUARTERS, "PROTECTION_VIOLENCES", own_landlord.agents["siege"]),
        (Role.COMMISSION_SECRETARY, "ATTRIBUTION", SECRETARY),
    ):
        for function in FUNCTIONS:
            with acting(Actor(role=role, purpose=purpose, agent_id=who)), connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM palier.{function.format(letter=letter)}")
                assert cursor.fetchall() == [], (role, function)


def test_who_no_longer_holds_it_notes_nothing(
    superuser: psycopg.Connection, client_as: "ClientAs", own_landlord: Landlord
) -> None:
    letter = number_of(superuser, "DECISION")
    agent = own_landlord.agents["travailleuse_sociale"]
    superuser.execute("UPDATE agents_protectionholder SET last_day = %s WHERE agent_id = %s", [today(), agent])
    assert "Aucune attribution ne vous attend" in said(client_as, "travailleuse_sociale")
    for stranger in (agent, own_landlord.agents["siege"]):
        note_held_receipt(letter_id=letter, on=today().isoformat(), asked_by=stranger)
    assert superuser.execute("SELECT notified_on FROM attribution_notification WHERE id = %s", [letter]).fetchone() == (
        None,
    )
