"""`palier applications import` as a script calls it: the shape of its answer, its exit codes, its one sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import Cluster
from tests.imports.application_samples import APPLICANT, DWELLING, demande, exchange, written
from tests.own_home import TEST_HOME


@pytest.fixture
def landlord_database(own_landlord: object, cluster: Cluster) -> str:
    from django.conf import settings

    return str(settings.DATABASES["default"]["NAME"])


def _import(database: str, path: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PALIER_")}
    return subprocess.run(
        [sys.executable, "-m", "palier", "applications", "import", str(path), *options],
        env=environment | {"PALIER_HOME": str(TEST_HOME), "PALIER_DATABASE": database},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(120)
def test_the_answer_has_the_shape_that_scripts_read_and_the_second_time_is_nothing(
    landlord_database: str, tmp_path: Path
) -> None:
    alone = "<demandeur><nom>Ng</nom><prenom>Ó</prenom></demandeur>"
    path = written(tmp_path, exchange(demande(), demande(number="1110524000124TEST0", person=alone)))
    first = _import(landlord_database, path, "--json")
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout) == {
        "read": 2,
        "created": 2,
        "updated": 0,
        "refused": 0,
        "applications": [
            {
                "adults": 2,
                "children": 1,
                "shared_custody": 2,
                "unborn": 1,
                "current_dwelling": {"rooms": 3, "floor_area_m2": 60, "occupants": 4},
            },
            {
                "adults": 1,
                "children": 0,
                "shared_custody": 0,
                "unborn": 0,
                "current_dwelling": {"rooms": None, "floor_area_m2": None, "occupants": None},
            },
        ],
    }
    again = _import(landlord_database, path, "--json")
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert (told["read"], told["created"], told["updated"], len(told["applications"])) == (2, 0, 0, 2)


@pytest.mark.timeout(120)
def test_what_is_refused_is_said_at_its_line_and_written_in_the_report(landlord_database: str, tmp_path: Path) -> None:
    person = APPLICANT.replace('"SAL"', '"XYZ"') + DWELLING
    path = written(tmp_path, exchange(demande(number="TROP-COURT"), demande(person=person)))
    report = tmp_path / "compte-rendu.json"
    done = _import(landlord_database, path, "--json", "--report", str(report))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["refused"] == 1
    assert "Refusé, ligne 6, colonne « numUnique »" in done.stderr.replace("\u00a0", " ")
    told = json.loads(report.read_text(encoding="utf-8"))
    assert [one["line"] for one in told["refusals"]] == [6]
    assert "XYZ" in [one["value"] for one in told["warnings"]]
    nothing = _import(landlord_database, written(tmp_path, exchange(demande(number="TROP-COURT"))), "--json")
    assert nothing.returncode == 1
    assert "Traceback" not in nothing.stderr


@pytest.mark.timeout(120)
def test_a_trapped_file_imports_nothing_in_one_sentence(landlord_database: str, tmp_path: Path) -> None:
    bomb = '<!DOCTYPE interfaceNuu [<!ENTITY a "dix"><!ENTITY b "&a;&a;&a;&a;">]>\n<interfaceNuu'
    path = written(tmp_path, exchange().replace("<interfaceNuu", bomb))
    done = _import(landlord_database, path, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Ligne 2" in done.stderr
    assert _import(landlord_database, tmp_path / "absent.xml").returncode == 1
