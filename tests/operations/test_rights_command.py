"""`palier rights export`, on a landlord of the test's own: the ZIP, its figures, and what it refuses."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import outloud
import psycopg
import pytest
from django.db import connection
from tests.landlord import Landlord

import palier.cli
from palier.privacy.actor import Actor, acting
from palier.privacy.declare import Role

if TYPE_CHECKING:
    from tests.conftest import Cluster


@pytest.fixture
def superuser(
    cluster: "Cluster", own_landlord: Landlord, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection]:
    # The application is open already, as the web's login, which this cluster lets take the roles of jobs.
    monkeypatch.setenv("PALIER_PROCESS", "web")
    with cluster.as_superuser(connection.settings_dict["NAME"]) as session:
        yield session


def run(*arguments: str) -> int:
    return palier.cli.main(["rights", "export", *arguments])


def test_the_copy_holds_the_reading_that_a_rent_officer_has_just_made(
    superuser: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    officer = Actor(role=Role.RENT_OFFICER, purpose="COMPTABILITE", agent_id=1)
    with acting(officer, screen="compte", categories=("COMPTE",)) as reading:
        reading.saw([1])
    assert run("--person", "1", "--output", str(tmp_path / "copies"), "--json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["person"] == 1
    assert figures["readings"] == 1
    content = Path(figures["file"]).read_bytes()
    assert len(content) == figures["bytes"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        data = json.loads(archive.read("dossier.json"))
        pdf = tmp_path / "dossier.pdf"
        pdf.write_bytes(archive.read("dossier.pdf"))
    assert [(each["service"], each["fonction"], each["page"]) for each in data["lectures"]] == [
        ("Service", "rent_officer", "compte")
    ]
    found = outloud.check(str(pdf))
    assert found.error is None
    assert [str(each) for each in found.findings if each.severity == "error"] == []


def test_the_command_names_its_operator_and_the_agent_it_acts_for(
    superuser: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--person", "1", "--output", str(tmp_path), "--as", "dpo") == 0
    told = superuser.execute(
        "SELECT operator LIKE '%% pour Agent dpo', agent_id, motive, subjects FROM privacy_readevent"
    ).fetchall()
    assert told == [(True, 7, "DROITS", [1])]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--person", "99"), "Aucune personne n’a le numéro 99"),
        (("--person", "1", "--as", "comptable"), "délégué à la protection des données"),
        (("--person", "1", "--as", "personne"), "Aucun agent en fonction"),
        (("--person", "1", "--motive", "CURIOSITE"), "n’est pas dans la liste fermée"),
    ],
)
def test_what_is_refused_writes_no_file_and_says_why(
    superuser: psycopg.Connection,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert run(*arguments, "--output", str(tmp_path)) == 1
    assert said in capsys.readouterr().err
    assert list(tmp_path.glob("*.zip")) == []


def test_a_folder_that_is_a_file_is_refused_before_anyone_is_read(
    superuser: psycopg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "copies"
    taken.write_text("occupé", encoding="utf-8")
    assert run("--person", "1", "--output", str(taken)) == 1
    assert "ne reçoit pas la copie" in capsys.readouterr().err
    assert superuser.execute("SELECT count(*) FROM privacy_readevent").fetchone() == (0,)
