"""A breach of data from its opening to its closing: whom the journal names, what must follow, what is written."""

import json
import re
import subprocess
import zipfile
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import psycopg
import pytest
from django.db import connection
from tests.sites.answers import bytes_of

from palier.foundation.clock import now
from palier.oversight.operations.letters import known_for_letters, write_letters
from palier.oversight.tasks import letters

if TYPE_CHECKING:
    from django.http import HttpResponseBase
    from tests.conftest import ClientAs, Cluster
    from tests.landlord import Landlord

HERE = "/bureau/violations/"


def typed(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"


def opening(agent: int, **changed: str) -> dict[str, str]:
    return {
        "kind": "AGENT",
        "cause": "CURIOSITY",
        "aware_at": typed(now() - timedelta(minutes=1)),
        "agent_id": str(agent),
        "from_at": typed(now() - timedelta(days=1)),
        "until_at": typed(now()),
    } | changed


def text(answer: "HttpResponseBase") -> str:
    return re.sub(r"\s+", " ", bytes_of(answer).decode())


def words_of(pdf: bytes, folder: Path) -> str:
    place = folder / "read.pdf"
    place.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", str(place), "-"], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def curious(own_landlord: "Landlord", client_as: "ClientAs", cluster: "Cluster") -> tuple[int, list[int]]:
    """An officer who opened an account: their number, and those of the persons whom the journal names."""
    browser = client_as("gestionnaire_nord")
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        account, agent = superuser.execute(
            """SELECT l.account_id, a.id FROM leases_lease AS l JOIN estate_residence AS r ON r.id = l.residence_id
               JOIN agents_agent AS a ON a.agency_id = r.agency_id AND a.role = 'rent_officer' ORDER BY 1 LIMIT 1"""
        ).fetchone()
        assert browser.get(f"/bureau/baux/comptes/{account}/").status_code == 200
        seen = superuser.execute(
            "SELECT DISTINCT unnest(subjects) FROM privacy_readevent WHERE agent_id = %s ORDER BY 1", [agent]
        ).fetchall()
    assert seen
    return agent, [person for (person,) in seen]


def opened(client_as: "ClientAs", agent: int, **changed: str) -> str:
    # The form's minutes: the window must hold the reading that was just made.
    later = {"until_at": typed(now() + timedelta(minutes=1))} | changed
    answer = client_as("dpo").post(f"{HERE}ouvrir/", opening(agent, **later))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_the_persons_concerned_are_those_whom_the_journal_names(
    curious: tuple[int, list[int]], client_as: "ClientAs", cluster: "Cluster"
) -> None:
    agent, people = curious
    place = opened(client_as, agent)
    assert re.fullmatch(rf"{HERE}VD-\d{{4}}-001/", place)
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        kept = superuser.execute("SELECT person_id FROM oversight_incidentperson ORDER BY 1").fetchall()
    assert [person for (person,) in kept] == people
    page = text(client_as("dpo").get(place))
    assert "Compte locatif" in page
    assert "à évaluer" in page


def test_the_dpo_alone_opens_or_reads_a_breach(curious: tuple[int, list[int]], client_as: "ClientAs") -> None:
    agent, _ = curious
    place = opened(client_as, agent)
    for intruder in ("gestionnaire_nord", "responsable_nord", "siege", "comptable"):
        assert client_as(intruder).get(place).status_code == 404
        assert client_as(intruder).post(f"{HERE}ouvrir/", opening(agent)).status_code == 404


def test_nothing_closes_before_the_authority_and_the_persons_are_told(
    curious: tuple[int, list[int]], client_as: "ClientAs"
) -> None:
    agent, _ = curious
    place = opened(client_as, agent)
    dpo = client_as("dpo")
    assert "Évaluez d’abord le risque" in text(dpo.post(f"{place}clore/"))
    grid = {"ease": "MAXIMUM", "exposure": "NONE_KNOWN", "measures": ["ACCOUNT_CLOSED"]}
    assert dpo.post(f"{place}risque/", grid).status_code == 302
    assert "La CNIL et les personnes doivent être prévenues." in text(dpo.get(place))
    assert "la CNIL doit être notifiée" in text(dpo.post(f"{place}clore/"))
    assert dpo.post(f"{place}notifiee/", {"receipt": ""}).status_code == 422
    assert dpo.post(f"{place}notifiee/", {"receipt": "ZZ-000001"}).status_code == 302
    assert "les personnes doivent être informées" in text(dpo.post(f"{place}clore/"))
    dpo.post(f"{place}informees/")
    assert dpo.post(f"{place}clore/").status_code == 302
    assert "rien ne s’y ajoute" in text(dpo.post(f"{place}risque/", grid))


def test_the_draft_of_the_notification_holds_the_facts_and_no_name(
    curious: tuple[int, list[int]], client_as: "ClientAs", cluster: "Cluster", tmp_path: Path
) -> None:
    agent, people = curious
    place = opened(client_as, agent)
    answer = client_as("dpo").get(f"{place}notification.pdf")
    pdf = answer.content
    words = words_of(pdf, tmp_path)
    assert f"Personnes concernées : {len(people)}" in words
    assert "À notifier avant le" in words
    with pikepdf.open(BytesIO(pdf)) as document:
        attached = json.loads(next(iter(document.attachments.values())).get_file().read_bytes())
    assert attached["numero"].startswith("VD-")
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        names = superuser.execute("SELECT last_name FROM people_person WHERE id = ANY(%s)", [people]).fetchall()
    assert names
    assert not [name for (name,) in names if name in words]


def test_a_rehearsal_is_stamped_and_stays_out_of_the_register(
    curious: tuple[int, list[int]], client_as: "ClientAs", tmp_path: Path
) -> None:
    agent, _ = curious
    place = opened(client_as, agent, is_exercise="on")
    assert "/EX-" in place
    dpo = client_as("dpo")
    assert "EXERCICE" in words_of(dpo.get(f"{place}notification.pdf").content, tmp_path)
    register = words_of(dpo.get(f"{HERE}registre.pdf").content, tmp_path)
    assert "Aucune violation n’est inscrite." in register
    assert "EX-" not in register


def test_a_window_that_ends_before_it_starts_or_an_unknown_reading_is_a_sentence(
    curious: tuple[int, list[int]], client_as: "ClientAs"
) -> None:
    agent, _ = curious
    dpo = client_as("dpo")
    backwards = opening(agent, until_at=typed(now() - timedelta(days=2)))
    assert "La fin de la période doit suivre son début" in text(dpo.post(f"{HERE}ouvrir/", backwards))
    nobody = opening(agent, agent_id="", reading_id="999999999")
    assert "n’est pas dans le journal" in text(dpo.post(f"{HERE}ouvrir/", nobody))
    later = opening(agent, aware_at=typed(now() + timedelta(days=1)))
    assert "plus tard que maintenant" in text(dpo.post(f"{HERE}ouvrir/", later))
    assert "Donnez un agent et une période" in text(dpo.post(f"{HERE}ouvrir/", opening(agent, agent_id="")))


def test_a_step_is_never_rewritten(curious: tuple[int, list[int]], client_as: "ClientAs", cluster: "Cluster") -> None:
    agent, _ = curious
    opened(client_as, agent)
    with (
        cluster.as_superuser(connection.settings_dict["NAME"]) as superuser,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        superuser.execute("UPDATE oversight_incidentstep SET persons = 0")


def test_each_person_has_a_letter_and_reading_their_address_is_in_their_journal(
    curious: tuple[int, list[int]], client_as: "ClientAs", cluster: "Cluster", tmp_path: Path
) -> None:
    agent, people = curious
    place = opened(client_as, agent)
    number = place.rstrip("/").rsplit("/", 1)[-1]
    client_as("dpo").post(f"{place}risque/", {"ease": "MAXIMUM", "exposure": "NONE_KNOWN"})
    known, concerned = known_for_letters(number=number, operator="dpo")
    written = write_letters(
        known=known, people=concerned, output=tmp_path / "lettres", operator="dpo", at=now(), listener=lambda *_: None
    )
    files = sorted((tmp_path / "lettres").iterdir())
    assert written.made == len(files) == len(people) - len(written.without_address) > 0
    words = words_of(files[0].read_bytes(), tmp_path)
    assert "Nous vous présentons nos excuses." in words
    assert "votre compte locatif" in words
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        (readings,) = superuser.execute(
            "SELECT count(*) FROM privacy_readevent WHERE motive = 'VIOLATION' AND subjects <> '{}'"
        ).fetchone()
    assert readings == len(people)


def test_the_dpo_asks_for_the_letters_on_the_page_and_fetches_them(
    curious: tuple[int, list[int]], client_as: "ClientAs", cluster: "Cluster", tmp_path: Path
) -> None:
    agent, people = curious
    place = opened(client_as, agent)
    dpo = client_as("dpo")
    assert "Évaluez d’abord le risque" in text(dpo.post(f"{place}lettres/"))
    dpo.post(f"{place}risque/", {"ease": "MAXIMUM", "exposure": "NONE_KNOWN"})
    assert dpo.get(f"{place}lettres/").status_code == 404
    assert dpo.post(f"{place}lettres/").status_code == 302
    assert "Ce travail est déjà demandé" in text(dpo.post(f"{place}lettres/"))
    number = place.rstrip("/").rsplit("/", 1)[-1]
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        (asked,) = superuser.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'palier.oversight.tasks.letters'"
        ).fetchone()
    letters(**asked)
    package = bytes_of(dpo.get(f"{place}lettres/"))
    with zipfile.ZipFile(BytesIO(package)) as archive:
        made = [name for name in archive.namelist() if name.startswith(number)]
        lost = archive.read("sans-adresse.txt").decode().split()
    assert made
    assert len(made) + len(lost) == len(people)
    assert "Lettres préparées" in text(dpo.get(place))
    assert client_as("siege").get(f"{place}lettres/").status_code == 404
