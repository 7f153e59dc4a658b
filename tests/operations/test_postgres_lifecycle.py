"""The private server's life: started twice, killed, misled by a stale file, put in awkward places."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.places import IS_ROOT, as_root, as_user

from palier.foundation.errors import Refusal
from palier.foundation.home import Home, HomeIsNotAFolder, HomeUnreachable, SecretMissing
from palier.foundation.postgres import Server, State, ensure_running, provision, status, stop
from palier.foundation.postgres.account import ClosedParent
from palier.foundation.postgres.address import DatabaseUrlMalformed, address_of
from palier.foundation.postgres.lifecycle import OutsideServerUnreachable

NO_ENVIRONMENT: dict[str, str] = {}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's account can cross, which pytest's own (0700 under root) is not."""
    made = Path(tempfile.mkdtemp(prefix="palier-test-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    for data in made.rglob("PG_VERSION"):
        if data.parent.name == "postgres":
            stop(Home(data.parent.parent), NO_ENVIRONMENT)
    shutil.rmtree(made)


def start(home: Home) -> Server:
    return ensure_running(home, NO_ENVIRONMENT)


def scalar(server: Server, statement: str) -> object:
    with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row[0]


def postmaster_pid(home: Home) -> int:
    return int((home.data / "postmaster.pid").read_text().split("\n")[0])


def kill_server(home: Home) -> int:
    pid = postmaster_pid(home)
    os.kill(pid, signal.SIGKILL)
    return pid


def test_starting_twice_finds_the_same_server_quickly(folder: Path) -> None:
    home = Home(folder / "home")
    assert status(home, NO_ENVIRONMENT) is State.ABSENT
    first = start(home)
    pid = postmaster_pid(home)
    began = time.monotonic()
    assert start(home) == first
    assert time.monotonic() - began < 0.5
    assert postmaster_pid(home) == pid
    assert status(home, NO_ENVIRONMENT) is State.RUNNING


def test_the_server_is_private_durable_and_keeps_names_out_of_its_logs(folder: Path) -> None:
    server = start(Home(folder / "home"))
    assert scalar(server, "SHOW listen_addresses") == ""
    assert scalar(server, "SHOW fsync") == "on"
    assert scalar(server, "SHOW data_checksums") == "on"
    assert scalar(server, "SHOW log_min_error_statement") == "panic"
    assert scalar(server, "SHOW log_error_verbosity") == "terse"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=server.address.host, user="postgres", password="deviné", dbname="postgres")


def test_two_starters_at_once_share_one_server(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from palier.foundation.home import Home;"
        "from palier.foundation.postgres import ensure_running; ensure_running(Home(Path(sys.argv[1])), {})"
    )
    home = Home(folder / "home")
    starters = [subprocess.Popen([sys.executable, "-c", program, str(home.root)]) for _ in range(3)]
    assert [starter.wait(60) for starter in starters] == [0, 0, 0]
    assert status(home, NO_ENVIRONMENT) is State.RUNNING


def test_after_a_kill_it_starts_again_with_what_was_committed(folder: Path) -> None:
    home = Home(folder / "home")
    server = start(home)
    with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    killed = kill_server(home)
    server = start(home)
    assert postmaster_pid(home) != killed
    assert scalar(server, "SELECT one FROM kept") == 1


def test_a_stale_pid_that_names_an_innocent_process_does_it_no_harm(folder: Path) -> None:
    home = Home(folder / "home")
    start(home)
    kill_server(home)
    # PostgreSQL itself refuses to start when the number is that of a live process of its own account.
    owner = pwd.getpwuid(home.data.stat().st_uid)
    innocent = subprocess.Popen(["sleep", "120"], user=owner.pw_uid if IS_ROOT else None)
    try:
        pid_file = home.data / "postmaster.pid"
        lines = pid_file.read_text().split("\n")
        pid_file.write_text("\n".join([str(innocent.pid), *lines[1:]]))
        assert status(home, NO_ENVIRONMENT) is State.STOPPED
        assert stop(home, NO_ENVIRONMENT) is False
        assert innocent.poll() is None
        start(home)
        assert innocent.poll() is None
        assert postmaster_pid(home) != innocent.pid
    finally:
        innocent.kill()
        innocent.wait()


def test_a_server_whose_socket_was_swept_away_is_reached_again(folder: Path) -> None:
    home = Home(folder / "home")
    server = start(home)
    (Path(server.address.host) / ".s.PGSQL.5432").unlink()
    assert scalar(start(home), "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_gets_a_short_recorded_folder(folder: Path) -> None:
    home = Home(folder / ("h" * 60) / ("o" * 60))
    server = start(home)
    try:
        assert len(server.address.host) < 60
        assert str(home.socket_directory) == server.address.host
        stop(home, NO_ENVIRONMENT)
        assert start(home).address.host == server.address.host
        stop(home, NO_ENVIRONMENT)
        shutil.rmtree(server.address.host)
        assert scalar(start(home), "SELECT 1") == 1
    finally:
        stop(home, NO_ENVIRONMENT)
        shutil.rmtree(home.socket_directory)


def test_initialising_cut_short_leaves_nothing_that_looks_like_data(folder: Path) -> None:
    home = Home(folder / "home")
    home.prepare()
    (home.root / "postgres.making").mkdir()
    (home.root / "postgres.making" / "PG_VERSION").write_text("18\n")
    assert status(home, NO_ENVIRONMENT) is State.ABSENT
    assert scalar(start(home), "SELECT 1") == 1


def test_data_of_a_version_without_programs_is_refused(folder: Path) -> None:
    home = Home(folder / "home")
    start(home)
    stop(home, NO_ENVIRONMENT)
    (home.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(Refusal, match="PostgreSQL 12"):
        start(home)
    (home.data / "PG_VERSION").write_text("18\n")


@as_root
def test_under_a_parent_closed_to_the_servers_account_root_is_told_and_nothing_is_made(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(ClosedParent, match="closed est fermé au compte"):
        start(Home(closed / "home"))
    assert list(closed.iterdir()) == []


@as_root
def test_as_root_the_server_and_its_data_belong_to_the_service_account(folder: Path) -> None:
    home = Home(folder / "home")
    server = start(home)
    service = pwd.getpwnam("palier").pw_uid
    assert Path(f"/proc/{postmaster_pid(home)}").stat().st_uid == service
    assert home.data.stat().st_uid == service
    assert home.root.stat().st_mode & 0o777 == 0o711
    provision(server, prefix="palier")
    for secret in home.secrets.iterdir():
        assert secret.stat().st_mode & 0o777 == 0o600
        assert secret.stat().st_uid == 0


@as_root
def test_root_runs_a_private_installation_for_the_account_that_owns_its_data(folder: Path) -> None:
    home = Home(folder / "home")
    start(home)
    stop(home, NO_ENVIRONMENT)
    nobody = pwd.getpwnam("nobody")
    for place in (home.data, *home.data.rglob("*"), home.logs, *home.logs.iterdir()):
        os.chown(place, nobody.pw_uid, nobody.pw_gid)
    assert scalar(start(home), "SELECT 1") == 1
    assert Path(f"/proc/{postmaster_pid(home)}").stat().st_uid == nobody.pw_uid


@as_user
def test_a_folder_that_this_account_cannot_write_is_a_sentence() -> None:
    with pytest.raises(HomeUnreachable, match="hors d’atteinte"):
        start(Home(Path("/proc/palier")))


def test_a_file_in_place_of_the_folder_is_a_sentence(folder: Path) -> None:
    (folder / "home").write_text("")
    with pytest.raises(HomeIsNotAFolder, match="n’est pas un dossier"):
        start(Home(folder / "home"))
    with pytest.raises(HomeIsNotAFolder, match="n’est pas un dossier"):
        start(Home(folder / "home" / "below"))


def test_provisioning_twice_gives_three_separate_logins(folder: Path) -> None:
    server = start(Home(folder / "home"))
    provision(server, prefix="nord")
    provision(server, prefix="nord")
    with psycopg.connect(server.conninfo("nord_owner")) as owner:
        owner.execute("CREATE SCHEMA palier")
        owner.execute("CREATE ROLE nord_accountant")
        owner.execute("SELECT similarity('a', 'b'), unaccent('é')")
    with psycopg.connect(server.conninfo("nord_login")) as login:
        assert login.execute("SHOW statement_timeout").fetchone() == ("15s",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            login.execute("SET ROLE nord_owner")
    with psycopg.connect(server.conninfo("nord_worker")) as worker:
        assert worker.execute("SHOW lock_timeout").fetchone() == ("5min",)
    for database in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(server.conninfo("nord_login", database=database))
    secrets = {name: server.home.secret(name) for name in ("superuser", "nord_owner", "nord_login", "nord_worker")}
    assert len(set(secrets.values())) == 4


def test_a_second_landlord_on_the_server_cannot_enter_the_first_ones_database(folder: Path) -> None:
    home = Home(folder / "home")
    start(home)
    north = ensure_running(home, {"PALIER_DATABASE": "nord"})
    south = ensure_running(home, {"PALIER_DATABASE": "sud"})
    provision(north, prefix="nord")
    provision(south, prefix="sud")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(north.conninfo("sud_owner"))


def test_two_readers_of_a_new_secret_get_the_same_one(folder: Path) -> None:
    home = Home(folder / "home")
    home.prepare()
    drawn: list[str] = []
    threads = [threading.Thread(target=lambda: drawn.append(home.ensure_secret("key"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(drawn)) == 1
    assert [path.name for path in home.secrets.iterdir()] == ["key"]


def test_a_secret_not_made_yet_is_a_sentence(folder: Path) -> None:
    with pytest.raises(SecretMissing, match="palier database start"):
        Home(folder).secret("palier_owner")


def test_database_url_wins_and_is_never_started_or_stopped(folder: Path) -> None:
    home = Home(folder / "home")
    environment = {"DATABASE_URL": "postgresql://admin:m%40t@127.0.0.1:1/parc?sslmode=disable"}
    address = address_of(environment, home)
    assert (address.host, address.port, address.database) == ("127.0.0.1", 1, "parc")
    assert (address.administrator, address.administrator_password) == ("admin", "m@t")
    assert status(home, environment) is State.OUTSIDE
    assert stop(home, environment) is False
    with pytest.raises(OutsideServerUnreachable, match="ne répond pas"):
        ensure_running(home, environment)
    assert not home.data.exists()


def test_an_outside_server_is_provisioned_by_the_account_of_its_address(folder: Path) -> None:
    inside = start(Home(folder / "server"))
    with psycopg.connect(inside.administrator_conninfo(database="postgres"), autocommit=True) as connection:
        connection.execute("CREATE ROLE administrator LOGIN CREATEDB CREATEROLE PASSWORD 'clef'")
    socket = inside.address.host.replace("/", "%2F")
    environment = {"DATABASE_URL": f"postgresql://administrator:clef@{socket}/parc"}
    server = ensure_running(Home(folder / "home"), environment)
    provision(server, prefix="est")
    provision(server, prefix="est")
    with psycopg.connect(server.conninfo("est_owner")) as owner:
        owner.execute("CREATE SCHEMA palier")
        owner.execute("CREATE ROLE est_accountant")


def test_a_malformed_database_url_is_a_sentence(folder: Path) -> None:
    for url in ("mysql://a@b/c", "postgresql:///palier", "postgresql://a@b:port/c"):
        with pytest.raises(DatabaseUrlMalformed, match="DATABASE_URL"):
            address_of({"DATABASE_URL": url}, Home(folder))
