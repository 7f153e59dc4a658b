"""`palier rent`, as an operator types it: what it prints, what it leaves, who may sign."""

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from tests.conftest import TEST_HOME, Cluster

if TYPE_CHECKING:
    from palier.demo.operations import Made


def rent(*arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {
        "PALIER_HOME": str(TEST_HOME),
        "PALIER_PROCESS": "work",
        "PALIER_DATABASE": connection.settings_dict["NAME"],
    }
    return subprocess.run(
        [sys.executable, "-m", "palier", "rent", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def rows(cluster: Cluster, table: str) -> int:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        counted = superuser.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
    return int(counted[0]) if counted else 0


def test_a_dry_run_counts_and_writes_nothing_but_the_reading(fresh_world: "Made", cluster: Cluster) -> None:
    before = {table: rows(cluster, table) for table in ("quittancement_run", "quittancement_line", "privacy_readevent")}
    done = rent("run", "--month", "2027-01", "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["leases"] > 0
    assert figures["dry_run"] is True
    assert rows(cluster, "quittancement_run") == before["quittancement_run"]
    assert rows(cluster, "quittancement_line") == before["quittancement_line"]
    assert rows(cluster, "privacy_readevent") > before["privacy_readevent"]


def test_a_month_is_run_reviewed_sealed_and_printed_from_the_command_line(
    fresh_world: "Made", cluster: Cluster
) -> None:
    run = rent("run", "--month", "2026-12", "--as", "gestionnaire_nord", "--json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["leases"] > 0
    with cluster.as_superuser(connection.settings_dict["NAME"]) as superuser:
        superuser.execute("UPDATE quittancement_anomaly SET verdict = 'JUSTIFIED'")
    assert rent("seal", "--month", "2026-12", "--as", "comptable").returncode == 1
    assert rent("review", "--month", "2026-12", "--as", "siege").returncode == 0
    assert rent("seal", "--month", "2026-12", "--as", "siege").returncode == 1
    sealed = rent("seal", "--month", "2026-12", "--as", "comptable", "--json")
    assert json.loads(sealed.stdout)["state"] == "SEALED"
    again = rent("seal", "--month", "2026-12", "--as", "comptable")
    assert (again.returncode, again.stdout) == (1, "")
    assert "déjà scellé" in again.stderr
    issued = rent("notices", "--month", "2026-12", "--json")
    assert json.loads(issued.stdout)["notices"] == json.loads(run.stdout)["leases"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--month", "2026-13"), "n’est pas un mois"),
        (("run", "--month", "1950-01"), "Aucun bail"),
        (("run", "--month", "2026-11"), "déjà scellé"),
        (("run", "--month", "2026-12", "--scope", "PARIS"), "périmètre"),
        (("run", "--month", "2026-12", "--as", "personne"), "identifiant"),
        (("run", "--month", "2026-12", "--as", "comptable"), "ne permet pas"),
        (("seal", "--month", "2026-12"), "Dites qui signe"),
        (("seal", "--month", "2031-01", "--as", "comptable"), "calculez d’abord"),
        (("seal", "--month", "2026-12", "--as", "comptable"), "n’est pas relu"),
        (("notices", "--month", "2026-12"), "calculez d’abord"),
    ],
)
def test_a_wrong_command_is_one_french_sentence(world: "Made", arguments: tuple[str, ...], words: str) -> None:
    done = rent(*arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    sentence = done.stderr.strip().splitlines()[-1]
    assert words in sentence
    assert "Traceback" not in done.stderr
