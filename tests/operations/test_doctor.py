"""`palier doctor`: each thing looked at says what it found and how to mend it, and a fault is told by the exit code."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.operations.installations import init, own_folder, palier

from palier.foundation.home import Home
from palier.foundation.postgres import ensure_running

pytestmark = pytest.mark.timeout(300)
NAMES = {
    "python", "settings", "secrets", "program", "disk", "locale", "postgres", "clock", "policy", "landlord", "journal",
    "ends", "worker", "mail", "antivirus", "documents", "fonts", "backup", "archive",
}  # fmt: skip


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with own_folder() as folder:
        init(folder / "home")
        yield folder / "home"


def examined(home: Path, **more: str) -> tuple[int, dict[str, dict[str, str]]]:
    ran = palier(home, "doctor", "--json", more=more)
    told = json.loads(ran.stdout)
    assert told["ok"] is (ran.returncode == 0)
    return ran.returncode, {check["name"]: check for check in told["checks"]}


def test_a_new_installation_lacks_only_its_jobs_and_its_backups(home: Path) -> None:
    code, checks = examined(home)
    assert code == 1
    assert set(checks) == NAMES
    assert {name for name, check in checks.items() if check["verdict"] == "FAILED"} == {"worker", "backup"}
    assert all(check["mend"] for check in checks.values() if check["verdict"] != "OK")
    # Without an IBAN nobody knows where to pay: to be known, not a breakdown.
    assert checks["landlord"]["verdict"] == "ADVICE"


def test_a_secret_left_open_is_named_and_the_installation_closes_it(home: Path) -> None:
    secret = home / "secrets" / "palier_owner"
    secret.chmod(0o644)
    _, checks = examined(home)
    assert checks["secrets"]["verdict"] == "FAILED"
    assert "secrets/palier_owner" in checks["secrets"]["told"]
    secret.chmod(0o600)
    assert examined(home)[1]["secrets"]["verdict"] == "OK"


def test_a_unit_that_keeps_the_sites_from_the_register_of_ends_is_named(home: Path) -> None:
    unit = home / "systemd" / "palier-web.service"
    written = unit.read_text(encoding="utf-8")
    unit.write_text(written.replace(f"ReadWritePaths=-{home}/journal/fins\n", ""), encoding="utf-8")
    assert unit.read_text(encoding="utf-8") != written
    _, checks = examined(home)
    assert checks["ends"]["verdict"] == "FAILED"
    assert "palier-web.service ne laisse pas y écrire" in checks["ends"]["told"]
    assert "palier init" in checks["ends"]["mend"]
    unit.write_text(written, encoding="utf-8")
    assert examined(home)[1]["ends"]["verdict"] == "OK"


def test_a_stopped_database_hides_what_needs_it_and_says_how_to_start_it(home: Path) -> None:
    assert palier(home, "database", "stop").returncode == 0
    code, checks = examined(home)
    assert code == 1
    assert checks["postgres"]["verdict"] == "FAILED"
    assert "palier database start" in checks["postgres"]["mend"]
    assert "policy" not in checks
    # Looking started nothing.
    assert json.loads(palier(home, "database", "status", "--json").stdout)["state"] == "STOPPED"
    palier(home, "database", "start")


def test_a_right_that_nobody_declared_is_a_difference(home: Path) -> None:

    server = ensure_running(Home(home), {})
    with psycopg.connect(server.administrator_conninfo(), autocommit=True) as connection:
        connection.execute("GRANT SELECT ON people_person TO palier_login")
        try:
            checks = examined(home)[1]
        finally:
            connection.execute("REVOKE SELECT ON people_person FROM palier_login")
    assert checks["policy"]["verdict"] == "FAILED"
    assert "palier policy apply" in checks["policy"]["mend"]


def test_a_backup_of_the_night_and_an_empty_folder_are_told_apart(home: Path, tmp_path: Path) -> None:
    empty = examined(home, PALIER_BACKUPS=str(tmp_path))[1]["backup"]
    assert (empty["verdict"], "aucune" in empty["told"]) == ("FAILED", True)
    key = tmp_path / "cle"
    assert palier(home, "backup", "key", "--output", str(key)).returncode == 0
    made = palier(home, "backup", "create", "--output", str(tmp_path / "nuit.palier"), "--as", "Aline Cormier")
    assert made.returncode == 0, made.stderr
    assert examined(home, PALIER_BACKUPS=str(tmp_path))[1]["backup"]["verdict"] == "OK"
