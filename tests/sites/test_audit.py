"""The outside auditor: pseudonyms while a mission runs, nothing before or after; no name by page or by SQL."""

import hmac
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.test import Client
from tests.landlord import Landlord, insert

from palier.foundation.clock import today
from palier.oversight.tasks import audit_pack
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

if TYPE_CHECKING:
    from tests.conftest import ClientAs, Cluster

HOME = "/bureau/audit/"
PAGES = ("lectures/", "lectures/une-a-une/", "residences/", "residences/11/", "textes/", "conservation/", "dossier/")
NAMES = ("Amandier", "Bouleau", "Cerisier", "Datura", "Lucie", "Karim", "Ana", "gestionnaire_nord")
PSEUDONYM = re.compile(r"\b([PBCA]-[0-9a-f]{16})\b")


@pytest.fixture
def superuser(cluster: "Cluster", own_landlord: Landlord) -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        yield session


@pytest.fixture
def auditor_id(own_landlord: Landlord) -> int:
    return own_landlord.agents["auditeur"]


@pytest.fixture
def running(superuser: psycopg.Connection, client_as: "ClientAs", auditor_id: int) -> str:
    """A mission that the DPO declared and headquarters confirmed, through their pages."""
    return run_mission(client_as, auditor_id)


def run_mission(client_as: "ClientAs", auditor_id: int, *, days: int = 30) -> str:
    asked = {
        "auditeur": str(auditor_id),
        "objet": "YEARLY",
        "du": f"{today():%Y-%m-%d}",
        "au": f"{today() + timedelta(days=days):%Y-%m-%d}",
    }
    assert client_as("dpo").post("/bureau/audit/missions/declarer/", asked).status_code == 302
    listed = client_as("siege").get("/bureau/audit/missions/").content.decode()
    number = re.findall(r"missions/(AM-\d{4}-\d{3})/confirmer/", listed)[0]
    assert client_as("siege").post(f"/bureau/audit/missions/{number}/confirmer/").status_code == 302
    return str(number)


def said(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2])).split())


def as_auditor(auditor_id: int) -> Actor:
    return Actor(role=Role.AUDITOR, purpose="AUDIT", agent_id=auditor_id)


def rows(auditor_id: int, statement: str) -> list[tuple[object, ...]]:
    """What the auditor gets who writes their own SQL under their own role."""
    with acting(as_auditor(auditor_id)), connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def pseudonyms_of_tilleuls(auditor_id: int) -> set[str]:
    return {str(person) for (person,) in rows(auditor_id, "SELECT person FROM palier.audited_leases(11)")}


# --- the pages --------------------------------------------------------------------------------------------------------


def test_during_the_mission_every_page_opens_and_none_says_a_name(running: str, client_as: "ClientAs") -> None:
    assert client_as("gestionnaire_nord").get("/bureau/baux/comptes/101/").status_code == 200
    auditor = client_as("auditeur")
    assert running in said(auditor, HOME)
    for page in PAGES:
        words = said(auditor, HOME + page)
        assert [name for name in NAMES if name in words] == [], page
        # Nor a street, nor a door, nor an account number.
        assert "rue des Arbres" not in words
        assert "FR76" not in words
    assert PSEUDONYM.findall(said(auditor, f"{HOME}residences/11/"))


@pytest.mark.parametrize("ending", ["declared", "ended", "passed", "to come"])
def test_without_a_running_mission_nothing_is_shown(
    ending: str, superuser: psycopg.Connection, client_as: "ClientAs", auditor_id: int
) -> None:
    number = run_mission(client_as, auditor_id)
    if ending == "ended":
        assert client_as("dpo").post(f"/bureau/audit/missions/{number}/finir/").status_code == 302
    superuser.execute(
        {
            "declared": "UPDATE oversight_auditmission SET confirmed_at = NULL, confirmed_by_id = NULL",
            "ended": "SELECT 1",
            "passed": "UPDATE oversight_auditmission SET first_day = first_day - 40, last_day = last_day - 31",
            "to come": "UPDATE oversight_auditmission SET first_day = first_day + 1",
        }[ending]
    )
    auditor = client_as("auditeur")
    assert "Aucune mission en cours" in said(auditor, HOME)
    for page in (*PAGES, "dossier/dossier-audit.zip"):
        assert auditor.get(HOME + page).status_code == 404, page
    assert auditor.post(f"{HOME}dossier/").status_code == 404
    for function in ("leases(11)", "facts(11)", "readings('', '', '', false, NULL, 50)", "reading_counts()",
                     "refusals()", "forecast()"):  # fmt: skip
        assert rows(auditor_id, f"SELECT * FROM palier.audited_{function}") == []


def test_other_functions_find_no_page_of_the_auditor_and_no_row(
    running: str, client_as: "ClientAs", own_landlord: Landlord
) -> None:
    for intruder in ("dpo", "siege", "gestionnaire_nord", "comptable", "admin_technique"):
        for page in ("", *PAGES):
            assert client_as(intruder).get(HOME + page).status_code == 404, (intruder, page)
    for name, role in (("dpo", Role.DPO), ("siege", Role.HEADQUARTERS)):
        actor = Actor(role=role, purpose="AUDIT", agent_id=own_landlord.agents[name])
        with acting(actor), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM palier.audited_leases(11)")
            assert cursor.fetchall() == []


def test_readings_outside_a_portfolio_are_counted_and_opened_line_by_line(running: str, client_as: "ClientAs") -> None:
    motive = "RECLAMATION"
    with acting(Actor(role=Role.RENT_OFFICER, purpose="GESTION_LOCATIVE", agent_id=1, motive=motive)) as reading:
        reading.saw([4], "BAIL")
    auditor = client_as("auditeur")
    counted = said(auditor, f"{HOME}lectures/")
    assert "Réclamation à traiter hors portefeuille" in counted
    opened = said(auditor, f"{HOME}lectures/une-a-une/?role=rent_officer&motif={motive}&hors=1")
    found = PSEUDONYM.findall(opened)
    assert [each[0] for each in found] == ["A", "P"]
    assert auditor.get(f"{HOME}lectures/une-a-une/?role=roi").status_code == 404


# --- pseudonyms -------------------------------------------------------------------------------------------------------


def test_a_pseudonym_is_stable_in_a_mission_and_of_no_use_in_another(
    running: str, client_as: "ClientAs", auditor_id: int
) -> None:
    first = pseudonyms_of_tilleuls(auditor_id)
    assert len(first) == 2
    assert pseudonyms_of_tilleuls(auditor_id) == first
    assert client_as("dpo").post(f"/bureau/audit/missions/{running}/finir/").status_code == 302
    run_mission(client_as, auditor_id)
    assert pseudonyms_of_tilleuls(auditor_id) & first == set()


def test_two_auditors_at_once_cannot_join_what_they_read(
    running: str, superuser: psycopg.Connection, client_as: "ClientAs", auditor_id: int
) -> None:
    insert(superuser, "agents_agent", [{"id": 90, "first_name": "Autre", "last_name": "Cabinet", "service": "Audit",
                                        "function": "Auditeur", "role": "auditor"}])  # fmt: skip
    run_mission(client_as, 90)
    assert pseudonyms_of_tilleuls(90) & pseudonyms_of_tilleuls(auditor_id) == set()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT last_name FROM people_person",
        "SELECT id FROM people_person",
        "SELECT * FROM leases_occupant",
        "SELECT reference FROM leases_lease",
        "SELECT subjects FROM privacy_readevent",
        "SELECT id FROM privacy_readevent",
        "SELECT person_id FROM people_codedfact",
        "SELECT address FROM estate_residence",
        "SELECT amount_cents FROM ledger_posting",
        "SELECT opened_by FROM privacy_helpwindow",
        "SELECT inner_pad FROM oversight_auditmission",
        "SELECT outer_pad FROM oversight_auditmission",
    ],
)
def test_the_auditor_s_own_sql_gets_no_name_no_number_and_no_key(running: str, auditor_id: int, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"):
        rows(auditor_id, statement)


def test_nobody_reads_the_key_and_no_function_gives_the_pseudonym_of_a_number(
    running: str, superuser: psycopg.Connection, own_landlord: Landlord, auditor_id: int
) -> None:
    for name, role in (("dpo", Role.DPO), ("siege", Role.HEADQUARTERS)):
        actor = Actor(role=role, purpose="AUDIT", agent_id=own_landlord.agents[name])
        with pytest.raises(DatabaseError, match="permission denied"), acting(actor), connection.cursor() as cursor:
            cursor.execute("SELECT inner_pad FROM oversight_auditmission")
    # Without the key, the digest that one may compute is not the one that the mission gives.
    ((guessed,),) = rows(auditor_id, "SELECT palier.pseudonym('', '', 'P', 1)")
    assert guessed not in pseudonyms_of_tilleuls(auditor_id)
    (lengths,) = superuser.execute(
        "SELECT octet_length(inner_pad), octet_length(outer_pad) FROM oversight_auditmission"
    ).fetchall()
    assert lengths == (64, 64)


def test_the_pseudonym_is_the_hmac_of_the_key(running: str, superuser: psycopg.Connection, auditor_id: int) -> None:
    (inner,) = superuser.execute("SELECT inner_pad FROM oversight_auditmission").fetchone() or (b"",)
    key = bytes(byte ^ 0x36 for byte in inner[:32])
    assert f"P-{hmac.digest(key, b'P1', 'sha256').hex()[:16]}" in pseudonyms_of_tilleuls(auditor_id)


def test_a_protected_address_is_in_no_list_of_the_auditor(
    running: str, superuser: psycopg.Connection, auditor_id: int
) -> None:
    before = pseudonyms_of_tilleuls(auditor_id)
    insert(superuser, "agents_protectedperson", [{"person_id": 1, "ground": "DEMANDE", "first_day": today(),
                                                  "declared_by_id": 3}])  # fmt: skip
    after = pseudonyms_of_tilleuls(auditor_id)
    assert after < before
    with acting(Actor(role=Role.RENT_OFFICER, purpose="COMPTABILITE", agent_id=1)) as reading:
        reading.saw([1], "COMPTE")
    found = rows(
        auditor_id, "SELECT persons, person_count FROM palier.audited_readings('', 'COMPTABILITE', '', false, NULL, 9)"
    )
    assert found == [([], 1)]


# --- the journal ------------------------------------------------------------------------------------------------------


def test_what_the_auditor_reads_is_journaled_under_the_persons_own_numbers_and_shown_to_them(
    running: str, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    assert client_as("auditeur").get(f"{HOME}residences/11/").status_code == 200
    kept = superuser.execute(
        "SELECT subjects, categories, purpose FROM privacy_readevent WHERE role = 'auditor' ORDER BY id"
    ).fetchall()
    assert kept == [([1, 2], ["BAIL", "COMPTE"], "AUDIT"), ([], ["SIGNALEMENTS"], "AUDIT")]
    page = said(client_as("locataire"), "/chez-moi/dossier/lectures/")
    assert "Pour vérifier que les règles sont suivies, sans lire les noms" in page
    assert "Pour vérifier" not in said(client_as("locataire_sud"), "/chez-moi/dossier/lectures/")


def test_sql_written_by_hand_leaves_the_same_trace(
    running: str, superuser: psycopg.Connection, auditor_id: int
) -> None:
    pseudonyms_of_tilleuls(auditor_id)
    assert superuser.execute("SELECT agent_id, subjects FROM privacy_readevent WHERE role = 'auditor'").fetchall() == [
        (auditor_id, [1, 2])
    ]


def test_a_journal_that_cannot_be_written_closes_the_auditor_s_pages(
    running: str, superuser: psycopg.Connection, client_as: "ClientAs"
) -> None:
    superuser.execute("REVOKE INSERT ON privacy_readevent FROM palier_scope, palier_auditor")
    auditor = client_as("auditeur")
    for page in ("lectures/", "lectures/une-a-une/", "residences/11/"):
        assert auditor.get(HOME + page).status_code == 503, page


# --- four eyes --------------------------------------------------------------------------------------------------------


def test_a_mission_needs_the_dpo_and_someone_else(
    superuser: psycopg.Connection, client_as: "ClientAs", auditor_id: int
) -> None:
    asked = {"auditeur": str(auditor_id), "objet": "BOARD", "du": f"{today()}", "au": f"{today()}"}
    dpo, siege, place = client_as("dpo"), client_as("siege"), "/bureau/audit/missions/"
    for intruder in ("siege", "gestionnaire_nord", "auditeur", "comptable"):
        assert client_as(intruder).post(f"{place}declarer/", asked).status_code == 404
    assert dpo.post(f"{place}declarer/", asked).status_code == 302
    (number,) = superuser.execute("SELECT number FROM oversight_auditmission").fetchone() or ("",)
    for intruder in ("dpo", "auditeur", "comptable"):
        assert client_as(intruder).post(f"{place}{number}/confirmer/").status_code == 404
    # A second one at the same dates, a wrong window, someone who is no auditor.
    assert "a déjà une mission" in dpo.post(f"{place}declarer/", asked).content.decode()
    assert dpo.post(f"{place}declarer/", asked | {"du": "2020-01-01", "au": "2020-02-01"}).status_code == 422
    assert dpo.post(f"{place}declarer/", asked | {"auditeur": "1"}).status_code == 422
    assert siege.post(f"{place}{number}/confirmer/").status_code == 302
    assert "n’attend plus" in siege.post(f"{place}{number}/confirmer/").content.decode()


def test_the_database_refuses_a_mission_confirmed_by_whoever_declared_it(
    running: str, superuser: psycopg.Connection
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="mission_is_confirmed_by_another"):
        superuser.execute("UPDATE oversight_auditmission SET confirmed_by_id = declared_by_id")
    with pytest.raises(psycopg.errors.CheckViolation, match="mission_is_confirmed_by_another"):
        superuser.execute("UPDATE oversight_auditmission SET confirmed_by_id = auditor_id")


# --- the pack ---------------------------------------------------------------------------------------------------------


def test_the_auditor_fetches_the_pack_of_their_mission(
    running: str, superuser: psycopg.Connection, client_as: "ClientAs", auditor_id: int
) -> None:
    auditor = client_as("auditeur")
    assert auditor.get(f"{HOME}dossier/dossier-audit.zip").status_code == 404
    assert auditor.post(f"{HOME}dossier/").status_code == 302
    asked = superuser.execute("SELECT task_name, args FROM procrastinate_jobs").fetchall()
    assert asked == [("palier.oversight.tasks.audit_pack", {"number": running, "asked_by": auditor_id})]
    audit_pack(number=running, asked_by=auditor_id)
    answer = auditor.get(f"{HOME}dossier/dossier-audit.zip")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        names = set(archive.namelist())
        words = b"".join(archive.read(name) for name in names if name.endswith(".csv")).decode()
    assert {"dossier-auditeur.pdf", "lectures.csv", "hors-portefeuille.csv", "recalculer.json"} <= names
    assert [name for name in NAMES if name in words] == []
    # On the disk it is noise, and one kept before packs were sealed is gone.
    (digest,) = superuser.execute("SELECT pack_sha256 FROM oversight_auditmission").fetchone() or ("",)
    copies = Path(settings.DOCUMENT_ROOT) / "copies"
    assert not zipfile.is_zipfile(copies / f"{digest}.sealed")
    assert not (copies / f"{digest}.zip").exists()
    superuser.execute("UPDATE oversight_auditmission SET pack_key = NULL")
    assert auditor.get(f"{HOME}dossier/dossier-audit.zip").status_code == 404


def test_the_pack_of_another_s_mission_is_not_made(
    running: str, superuser: psycopg.Connection, own_landlord: Landlord
) -> None:
    audit_pack(number=running, asked_by=own_landlord.agents["gestionnaire_nord"])
    kept = superuser.execute("SELECT pack_sha256 FROM oversight_auditmission").fetchall()
    assert kept == [("",)]
