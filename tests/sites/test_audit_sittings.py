"""The auditor reads a sealed sitting: why the first came first, voices by seat, the replay; never who they are."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.db import connection
from tests.applications import HERS, HIS, INES, NOEL, SECRETARY
from tests.commission import (
    FIRST_VACANCY,
    SEAT_OF_NAMESAKE,
    SEAT_OF_PRESIDENT,
    SEAT_OF_TENANTS,
    ZOE,
    write_commission,
)
from tests.landlord import Landlord
from tests.operations.test_commission import as_secretary, decided, item_of, version_of
from tests.operations.test_occupation import make_review_due, voted
from tests.sites.test_audit import run_mission, said

from palier.attribution.models import Sheet
from palier.attribution.operations.agenda import make_sheets
from palier.attribution.operations.deciding import record_votes
from palier.attribution.operations.sittings import close_sitting
from palier.foundation.clock import now, today
from palier.oversight.tasks import compare_sitting
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

pytestmark = pytest.mark.timeout(240)

NUMBER = "2026-11"
LIST = "/bureau/audit/commissions/"
SITTING = f"{LIST}{NUMBER}/"
NAMES = ("Érable", "Figuier", "Genévrier", "Inès", "Noël", "Zoé", "Olivier", "Houx", "rue des Arbres")


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    """A sitting voted on and closed: its first sheet is allocated, the second ranked, the third not."""
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        write_commission(session, own_landlord)
        session.execute("INSERT INTO demandes_wish (application_id, commune, rank) "
                        "SELECT id, '00100', 9 FROM demandes_application")  # fmt: skip
        sitting = decided(FIRST_VACANCY)
        # The one set aside is recognised DALO, as neither of the two chosen is.
        session.execute("INSERT INTO demandes_priority (application_id, code, proof) "
                        "SELECT c.application_id, 'DALO', 'PROVED' FROM attribution_sheet AS s "
                        "JOIN attribution_candidate AS c ON c.id = s.candidate_id "
                        "ORDER BY s.pseudonym DESC LIMIT 1")  # fmt: skip
        voices = {SEAT_OF_PRESIDENT: "FOR", SEAT_OF_TENANTS: "FOR", SEAT_OF_NAMESAKE: "AGAINST"}
        with as_secretary():
            item = item_of(sitting)
            make_sheets(item_id=item.pk, at=now())
            item.refresh_from_db()
            sheet = Sheet.objects.filter(item=item).order_by("pseudonym")[0]
            record_votes(item_id=item.pk, version=item.version, sheet_id=sheet.pk, votes=voices, at=now())
            close_sitting(sitting_id=sitting, version=version_of(sitting), by=SECRETARY, at=now())
        yield session


@pytest.fixture
def mission(superuser: psycopg.Connection, client_as: "ClientAs", own_landlord: Landlord) -> str:
    return run_mission(client_as, own_landlord.agents["auditeur"])


def pseudonyms(session: psycopg.Connection) -> list[str]:
    return [name for (name,) in session.execute("SELECT pseudonym FROM attribution_sheet ORDER BY 1").fetchall()]


def test_a_decision_is_explained_without_a_name_and_its_reading_is_in_everyones_journal(
    mission: str, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    auditor = client_as("auditeur")
    first, second, third = pseudonyms(superuser)
    assert NUMBER in said(auditor, LIST)
    here, item = said(auditor, SITTING), said(auditor, f"{SITTING}1/")
    assert "3 candidats recalculés" in here
    assert "identique" in here
    assert "3 voix présentes ou représentées" in here
    assert f"{first} vient en premier" in item
    assert "2 voix pour, 1 contre, 0 abstention" in item
    # By number of seat, in the order of the sitting: president, namesake, tenants.
    assert "siège 1 pour, siège 2 contre, siège 3 pour" in item
    assert f"{second} attribution avec rang, rang 2" in item
    assert f"{third} n’est pas retenu : un candidat plus prioritaire a été retenu." in item.replace("\u00a0", " ")
    assert f"{third}, reconnu prioritaire (DALO)" in item.replace("\u00a0", " ")
    assert "grille" in item
    for page in (here, item):
        assert [name for name in NAMES if name in page] == []
        assert f"1110524000{HERS}" not in page
    read = superuser.execute(
        """SELECT subjects, categories, purpose FROM privacy_readevent
           WHERE role = 'auditor' AND screen = 'audit, séance de la commission' ORDER BY id"""
    ).fetchall()
    assert read == [([INES, NOEL, ZOE], ["EXAMEN"], "AUDIT")] * 2


def test_the_database_is_compared_by_a_job_that_names_what_changed_and_no_value(
    mission: str, superuser: psycopg.Connection, client_as: "ClientAs", own_landlord: Landlord
) -> None:
    auditor = client_as("auditeur")
    asked = {"number": mission, "sitting": NUMBER, "asked_by": own_landlord.agents["auditeur"]}
    assert auditor.post(f"{SITTING}comparer/").status_code == 302
    compare_sitting(**asked)
    assert "3 candidats comparés, tout est identique" in said(auditor, SITTING)
    superuser.execute("UPDATE demandes_resources SET n2_cents = 1600000 WHERE application_id = %s", [HERS])
    compare_sitting(**asked)
    told = said(auditor, SITTING)
    assert "différences : 1" in told.replace("\u00a0", " ")
    assert "dossier, ressources, revenu de l’année N-2" in told
    assert "arrêté" not in superuser.execute("SELECT state FROM foundation_jobprogress ORDER BY id DESC").fetchone()
    assert "16" + "\u202f" + "000" not in told
    assert "1600000" not in told


def test_opinions_are_those_that_the_sitting_froze_and_their_reading_is_in_the_tenants_journal(
    mission: str, superuser: psycopg.Connection, client_as: "ClientAs", own_landlord: Landlord
) -> None:
    make_review_due(superuser)
    voted()
    asked = {"number": mission, "sitting": "2026-12", "asked_by": own_landlord.agents["auditeur"]}
    assert client_as("auditeur").post(f"{LIST}2026-12/comparer/").status_code == 302
    compare_sitting(**asked)
    assert "0 candidats et 1 avis comparés, tout est identique" in said(client_as("auditeur"), f"{LIST}2026-12/")
    superuser.execute("UPDATE attribution_opinion SET opinion = 'STAY'")
    superuser.execute("DELETE FROM attribution_opinionvote")
    compare_sitting(**asked)
    told = said(client_as("auditeur"), f"{LIST}2026-12/")
    for named in ("voix, siège 1", "voix, siège 3", "avis en base, avis rendu"):
        assert named in told
    assert "identique 0 candidats et 1 avis recalculés" in told
    assert "2 0 0" in told.partition("Avis sur l’occupation")[2]
    assert "Amandier" not in told
    read = superuser.execute(
        "SELECT subjects, categories FROM privacy_readevent WHERE screen = 'audit, séance de la commission'"
    ).fetchall()
    assert read == [([1], ["EXAMEN", "OCCUPATION"])] * 2


def test_what_is_erased_is_said_and_keeps_its_digest(
    mission: str, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    auditor = client_as("auditeur")
    ((digest,),) = superuser.execute("SELECT digest FROM attribution_frozen").fetchall()
    superuser.execute("UPDATE attribution_frozen SET sealed = set_byte(sealed, 40, 1 + get_byte(sealed, 40) % 255)")
    assert "ont changé depuis" in said(auditor, SITTING)
    superuser.execute("UPDATE attribution_frozen SET sealed = NULL, wrapped = NULL, erased_on = %s", [today()])
    told = said(auditor, SITTING)
    assert "ont été effacées" in told
    assert digest in told
    assert auditor.get(f"{SITTING}1/").status_code == 404


def test_without_a_mission_and_to_anyone_else_no_sitting_exists(
    superuser: psycopg.Connection, client_as: "ClientAs", own_landlord: Landlord
) -> None:
    # None is declared yet.
    auditor_id = own_landlord.agents["auditeur"]
    for page in (LIST, SITTING, f"{SITTING}1/"):
        assert client_as("auditeur").get(page).status_code == 404, page
    assert opened_by(Role.AUDITOR, auditor_id) == []
    run_mission(client_as, auditor_id)
    assert len(opened_by(Role.AUDITOR, auditor_id)) == 1
    assert opened_by(Role.DPO, own_landlord.agents["dpo"]) == []
    for intruder in ("dpo", "siege", "secretaire", "gestionnaire_nord"):
        for page in (LIST, SITTING, f"{SITTING}1/"):
            assert client_as(intruder).get(page).status_code == 404, (intruder, page)
    assert client_as("auditeur").get(f"{LIST}INCONNUE/").status_code == 404
    assert client_as("auditeur").get(f"{SITTING}2/").status_code == 404
    assert str(HIS) not in str(opened_by(Role.AUDITOR, auditor_id)[0][2])


def opened_by(role: Role, agent_id: int) -> list[tuple[object, ...]]:
    with acting(Actor(role=role, purpose="AUDIT", agent_id=agent_id)), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM palier.audited_sitting(%s)", [NUMBER])
        return list(cursor.fetchall())
