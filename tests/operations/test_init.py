"""`palier init`: a home of one's own, three system accounts, and nothing that a site could open the database with."""

import grp
import json
import pwd
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError

import psycopg
import pytest
from tests.operations.installations import ENVIRONMENT, SOURCE, asked, init, own_folder, palier
from tests.own_home import TEST_HOME
from tests.places import as_root

from palier.foundation.home import SHARED_FOLDER, Home
from palier.foundation.installation.layout import SHARED_SECRETS
from palier.foundation.installation.units import Served, units
from palier.foundation.postgres import ensure_running
from palier.foundation.postgres.programs import connection_environment, postgres_program

if TYPE_CHECKING:
    from tests.conftest import Cluster

pytestmark = pytest.mark.timeout(300)
PORT = 8187


@pytest.fixture(scope="module")
def installed() -> Iterator[tuple[Path, dict[str, object]]]:
    with own_folder() as folder:
        yield folder / "home", init(folder / "home", "--port", str(PORT))


def mode(path: Path) -> str:
    found = path.stat()
    group = grp.getgrgid(found.st_gid).gr_name
    return f"{stat.S_IMODE(found.st_mode):o} {pwd.getpwuid(found.st_uid).pw_name}:{group}"


def run_as(account: str, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command under one of the services' accounts, as systemd would start it."""
    entry = pwd.getpwnam(account)
    return subprocess.run(
        command,
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[grp.getgrnam("palier-sites").gr_gid],
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **environment},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def python_for(account: str) -> str:
    """A Python of this version that the account may run: the tests' own may be under root's home."""
    minor = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for program in (sys.executable, f"/usr/bin/{minor}"):
        if run_as(account, "/usr/bin/test", "-x", program).returncode == 0:
            return program
    pytest.skip(f"no {minor} that the account {account} may run")


def surroundings(home: Path, **more: str) -> dict[str, str]:
    packages = sysconfig.get_path("purelib")
    return {"PALIER_HOME": str(home), "PYTHONPATH": f"{SOURCE}:{packages}", "PYTHONDONTWRITEBYTECODE": "1", **more}


def test_a_few_answers_make_a_landlord_with_its_first_administrator(
    installed: tuple[Path, dict[str, object]],
) -> None:
    home, told = installed
    assert told["landlord"] == "Habitat du Val Essai"
    assert told["administrator"] == "admin@val.example"
    assert told["created"] is True
    assert str(told["link"]).startswith(f"http://localhost:{PORT}/bureau/")
    server = ensure_running(Home(home), {})
    with psycopg.connect(server.administrator_conninfo()) as connection:
        assert connection.execute("SELECT name, siret, iban, is_demo FROM estate_landlord").fetchall() == [
            ("Habitat du Val Essai", "123 456 782 00010", "", False)
        ]
        assert connection.execute(
            """SELECT u.identifier, a.role, left(u.password, 1) FROM agents_user AS u
               JOIN agents_agent AS a ON a.id = u.agent_id"""
        ).fetchall() == [("admin@val.example", "technical_admin", "!")]
        assert connection.execute("SELECT subject, changed_by FROM agents_staffchange").fetchall() == [("ARRIVAL", 0)]
        assert connection.execute(
            "SELECT DISTINCT screen, motive FROM privacy_readevent ORDER BY screen"
        ).fetchall() == [("account invite", "INSTALLATION"), ("init", "INSTALLATION")]


def schema_of(home: Home, conninfo: str) -> list[str]:
    """The tables, functions and policies of a database, line by line.

    Without the lines that hold a number drawn for each dump, nor what a dump that is read again writes otherwise: casts
    of constants and the brackets around them.
    """
    ran = subprocess.run(
        [postgres_program(home, "pg_dump"), "--schema-only", "--no-owner", "--no-privileges"],
        env=connection_environment(conninfo),
        capture_output=True,
        text=True,
        check=True,
    )
    lines = (line for line in ran.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))
    return [re.sub(r"::(text|character varying)(\[\])?|[()]", "", line) for line in lines]


def test_the_first_tables_are_those_that_each_migration_makes_in_turn(
    cluster: "Cluster", installed: tuple[Path, dict[str, object]]
) -> None:
    home = Home(installed[0])
    quick = schema_of(home, ensure_running(home, {}).administrator_conninfo())
    # The tests' own tables were made by Django's command.
    assert len(quick) > 20_000
    assert quick == schema_of(Home(TEST_HOME), cluster.server.administrator_conninfo(database="palier_test"))


@as_root
def test_each_secret_is_open_to_its_account_and_to_no_other(installed: tuple[Path, dict[str, object]]) -> None:
    home, told = installed
    assert told["separate_accounts"] is True
    secrets = home / "secrets"
    assert mode(home) == "711 palier:palier"
    assert mode(secrets) == "710 palier:palier-sites"
    assert {path.name: mode(path) for path in secrets.iterdir()} == {
        "superuser": "600 palier:palier",
        "archive_mark": "600 palier:palier",
        "palier_owner": "600 palier:palier",
        "palier_login": "640 palier:palier-web",
        "palier_worker": "640 palier:palier-worker",
        "django_key": "640 palier:palier-sites",
        "document_key": "640 palier:palier-sites",
        "iban_key": "640 palier:palier-sites",
        "iban_digest_key": "640 palier:palier-sites",
        "aid_number_key": "640 palier:palier-sites",
        "piece_key": "640 palier:palier-sites",
        "nir_key": "640 palier:palier-sites",
        "access_letters_key": "640 palier:palier-sites",
        "card_gateway_key": "640 palier:palier-sites",
        "push_key": "640 palier:palier-sites",
    }
    assert mode(home / "documents") == "2770 palier-worker:palier-sites"
    assert mode(home / "documents" / "0f") == "2770 palier-worker:palier-sites"


@as_root
def test_the_sites_account_reads_neither_the_owners_secret_nor_the_jobs(
    installed: tuple[Path, dict[str, object]],
) -> None:
    home, _ = installed
    for name in ("palier_owner", "palier_worker", "superuser", "archive_mark"):
        refused = run_as("palier-web", "/bin/cat", str(home / "secrets" / name))
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "Permission denied" in refused.stderr
    assert run_as("palier-web", "/bin/cat", str(home / "secrets" / "palier_login")).returncode == 0
    assert run_as("palier-worker", "/bin/cat", str(home / "secrets" / "palier_login")).returncode == 1
    for folder in ("postgres", "logs", "courriels", "journal"):
        assert run_as("palier-web", "/bin/ls", str(home / folder)).returncode != 0


_CONNECT = """
import sys, psycopg
try:
    psycopg.connect(host=sys.argv[1], user=sys.argv[2], dbname="palier", password=sys.argv[3] or None)
except psycopg.OperationalError as refused:
    print(refused, file=sys.stderr)
    sys.exit(1)
"""


@as_root
@pytest.mark.parametrize("login", ["palier_owner", "palier_worker", "postgres"])
def test_the_sites_account_does_not_open_the_database_as_its_owner(
    installed: tuple[Path, dict[str, object]], login: str
) -> None:
    home, _ = installed
    python, around = python_for("palier-web"), surroundings(home)
    own = (home / "secrets" / "palier_login").read_text(encoding="ascii").strip()
    # Neither without a password, nor with the only one it holds.
    for password in ("", own):
        refused = run_as("palier-web", python, "-c", _CONNECT, str(home / "run"), login, password, **around)
        assert refused.returncode == 1
        assert "password" in refused.stderr
    assert (
        run_as("palier-web", python, "-c", _CONNECT, str(home / "run"), "palier_login", own, **around).returncode == 0
    )


@as_root
def test_the_sites_and_the_jobs_work_under_their_own_accounts(installed: tuple[Path, dict[str, object]]) -> None:
    home, _ = installed
    python, around = python_for("palier-web"), surroundings(home)
    entry = pwd.getpwnam("palier-web")
    with subprocess.Popen(
        [python, "-P", "-m", "palier", "serve", "--only", "web", "--port", str(PORT), "--workers", "1"],
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[grp.getgrnam("palier-sites").gr_gid],
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **around},
        cwd="/",
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        try:
            assert "Habitat du Val Essai" in first_page(serving)
        finally:
            serving.terminate()
            serving.wait(30)
    worked = run_as("palier-worker", python, "-P", "-m", "palier", "worker", "--once", "--all-but", "journal", **around)
    assert worked.returncode == 0, worked.stderr
    refused = run_as("palier-web", python, "-P", "-m", "palier", "worker", "--once", **around)
    assert refused.returncode == 1
    assert "n’est pas lisible par ce compte" in refused.stderr


def first_page(serving: "subprocess.Popen[str]") -> str:
    for _ in range(150):
        assert serving.poll() is None, serving.stderr.read() if serving.stderr else ""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/bureau/entrer/", timeout=60) as answer:
                return str(answer.read().decode())
        except (URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError("the sites did not answer")


@as_root
def test_the_units_name_three_accounts_and_systemd_reads_them(installed: tuple[Path, dict[str, object]]) -> None:
    home, told = installed
    units = {path.name: path.read_text(encoding="utf-8") for path in sorted((home / "systemd").iterdir())}
    users = {name: next(line for line in text.splitlines() if line.startswith("User=")) for name, text in units.items()}
    assert users == {
        "palier-database.service": "User=palier",
        "palier-keeper.service": "User=palier",
        "palier-web.service": "User=palier-web",
        "palier-worker.service": "User=palier-worker",
    }
    assert all("NoNewPrivileges=yes" in text for text in units.values())
    assert told["units_verified"] is (shutil.which("systemd-analyze") is not None)


@pytest.mark.parametrize(
    ("home", "line"),
    [
        ("/var/lib/palier", "PrivateTmp=yes"),
        (f"{SHARED_FOLDER}/essai", f"ReadWritePaths={SHARED_FOLDER}"),
    ],
)
def test_a_service_may_lay_a_file_down_while_the_rest_of_the_system_is_read_only(home: str, line: str) -> None:
    served = Served(owner="palier", web="palier-web", worker="palier-worker", port=8000, is_outside=True)
    texts = units(Home(Path(home)), served)
    assert {name for name, text in texts.items() if line in text.splitlines()} == {
        "palier-keeper.service",
        "palier-web.service",
        "palier-worker.service",
    }


@pytest.mark.parametrize(
    ("heads", "folder"),
    [("", "/var/lib/palier/journal/fins"), ("/srv/ailleurs/empreintes.jsonl", "/srv/ailleurs/fins")],
)
def test_each_service_may_add_to_the_register_of_ends_and_the_sites_to_the_documents(
    monkeypatch: pytest.MonkeyPatch, heads: str, folder: str
) -> None:
    monkeypatch.setenv("PALIER_JOURNAL_HEADS", heads)
    served = Served(owner="palier", web="palier-web", worker="palier-worker", port=8000, is_outside=True)
    texts = units(Home(Path("/var/lib/palier")), served)
    assert {name: f"ReadWritePaths=-{folder}" in text.splitlines() for name, text in texts.items()} == {
        "palier-keeper.service": True,
        "palier-web.service": True,
        "palier-worker.service": True,
    }
    lines = texts["palier-web.service"].splitlines()
    assert "ReadWritePaths=-/var/lib/palier/documents" in lines
    # The heads are the owner's alone.
    assert "ReadWritePaths=-/var/lib/palier/journal" not in lines
    assert "ReadWritePaths=-/srv/ailleurs" not in lines


def test_the_same_answers_again_change_nothing(installed: tuple[Path, dict[str, object]]) -> None:
    home, first = installed
    again = init(home, "--port", str(PORT))
    assert again["created"] is False
    # Nobody entered yet: another link, and the first one serves no more.
    assert again["link"] != first["link"]
    with psycopg.connect(ensure_running(Home(home), {}).administrator_conninfo()) as connection:
        assert connection.execute(
            """SELECT (SELECT count(*) FROM estate_landlord), (SELECT count(*) FROM agents_user),
                      (SELECT count(*) FROM web_passwordlink)"""
        ).fetchone() == (1, 1, 1)


def test_another_landlord_is_refused(installed: tuple[Path, dict[str, object]]) -> None:
    home, _ = installed
    refused = palier(home, "init", *asked(siret="987 654 324 00019"))
    assert refused.returncode == 1
    assert "déjà celle de « Habitat du Val Essai »" in refused.stderr.replace("\u00a0", " ")


def test_a_home_already_used_or_a_demonstrations_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lettres").mkdir()
    refused = palier(tmp_path, "init", *asked())
    assert (refused.returncode, "lettres" in refused.stderr) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lettres"]
    (tmp_path / "demo.json").write_text("{}", encoding="utf-8")
    assert "démonstration" in palier(tmp_path, "init", *asked()).stderr


def test_a_wrong_siret_or_a_missing_answer_is_a_sentence(tmp_path: Path) -> None:
    missing = palier(tmp_path / "home", "init", "--landlord", "Habitat du Val Essai", "--json")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "--siret" in missing.stderr
    wrong = palier(tmp_path / "home", "init", *asked(siret="123 456 782 00011"))
    assert wrong.returncode == 1
    assert "SIRET" in wrong.stderr
    assert not (tmp_path / "home").exists()


def test_answers_come_from_a_file(tmp_path: Path) -> None:
    answers = tmp_path / "reponses.toml"
    answers.write_text('landlord = "Habitat"\nsurname = "x"\n', encoding="utf-8")
    refused = palier(tmp_path / "home", "init", "--answers", str(answers))
    assert refused.returncode == 1
    assert "reponses.toml" in refused.stderr


def test_an_outside_postgresql_is_set_up_by_its_own_account_and_kept_from_the_sites() -> None:
    with own_folder() as folder:
        inside = ensure_running(Home(folder / "server"), {})
        with psycopg.connect(inside.administrator_conninfo(database="postgres"), autocommit=True) as connection:
            connection.execute("CREATE ROLE installeur LOGIN SUPERUSER PASSWORD 'clef-de-l-essai'")
        socket = inside.address.host.replace("/", "%2F")
        url = f"postgresql://installeur:clef-de-l-essai@{socket}/parc"
        home = folder / "home"
        told = init(home, more={"DATABASE_URL": url})
        assert told["created"] is True
        assert "palier-database.service" not in {path.name for path in (home / "systemd").iterdir()}
        settings = (home / "palier.env").read_text(encoding="utf-8")
        assert "clef-de-l-essai" not in settings
        assert f"DATABASE_URL=postgresql://{socket}/parc" in settings
        assert "clef-de-l-essai" in (home / "secrets" / "owner.env").read_text(encoding="utf-8")
        assert mode(home / "secrets" / "owner.env").startswith("600 ")
        # Without DATABASE_URL in the shell: the settings say where the database is.
        status = palier(home, "database", "status", "--json")
        assert json.loads(status.stdout)["database"] == "parc"
        checked = palier(home, "policy", "check", "--json")
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_secret_that_seals_is_drawn_at_the_installation() -> None:

    used = {
        found
        for path in (SOURCE / "palier").rglob("*.py")
        if "demo" not in path.parts
        for found in re.findall(r'^_?\w*UNDER = "(\w+)"', path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert used >= {"document_key", "iban_key"}
    assert used <= set(SHARED_SECRETS)


def test_nothing_of_the_environment_of_the_tests_reaches_the_program() -> None:
    assert not [name for name in ENVIRONMENT if name.startswith(("PALIER_", "DATABASE_"))]
