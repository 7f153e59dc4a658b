"""What every test shares: a database server of its own, the landlords that tests work on, people who sign in.

`empty_db`     an empty database, policy applied.
`landlord`     two agencies written by hand (tests/landlord.py), read only, ids known: row security, journal, sites.
`own_landlord` the same in a database of the test's own, to write in.
`superuser`    a connection to it that no policy holds back.
`statement`    one statement on it at a time, beside every policy, while the pages of the test go on.
`world`        the demonstration's landlord with a month sealed and its notices, read only.
`fresh_world`  the same in a database of the test's own.
`lived_world`  a `fresh_world` whose landlord moved in, collects, revises and closes: a row of every kind.
`ready_home`   a stopped home with tables and policy, to copy: no migrations for each home of one’s own.
`client_as`    a browser signed in as an account: client_as("gestionnaire_nord").

Transactions are real ones. The connection is the web's login; the test cluster lets it take the job roles too, so that
one process plays the sites and the commands.
"""

# First: the settings are read once, when Django is set up.
from tests.own_home import HOME, READY_HOME, TEST_HOME

# isort: split
import atexit
import fcntl
import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import setup_test_environment
from tests import landlord as by_hand

from palier.agents.models import User
from palier.foundation.clock import PARIS
from palier.foundation.postgres import Server, ensure_running, provision, stop
from palier.foundation.postgres.programs import connection_environment, postgres_program
from palier.privacy.operations import apply_policy

if TYPE_CHECKING:
    from palier.demo.operations import Made

setup_test_environment()

ClientAs = Callable[[str], Client]
# SQL and its values; what it answers.
Statement = Callable[..., list[tuple[Any, ...]]]
BLANK, BY_HAND, WORLD, LIVED = "palier_test", "palier_by_hand", "palier_world", "palier_lived"
BY_HAND_TO_READ, WORLD_TO_READ = "palier_by_hand_to_read", "palier_world_to_read"
WORLD_DWELLINGS = 60
# Of a minute or more a test: they begin while the other process has short ones to do, so that neither ends long after.
LONG = ("test_allocation_path", "test_backup_loss", "test_bench", "test_demo", "test_export_all", "test_ledger_states",
        "test_money_under_kills", "test_month_under_kills")  # fmt: skip
WORLD_MADE_AT = datetime(2026, 11, 21, 9, tzinfo=PARIS)
_SOURCE = Path(__file__).parents[1] / "src"
_MIGRATE = """
import gc
gc.disable()
import django
django.setup()
from django.core.management import call_command
call_command("migrate", database="owner", verbosity=0)
"""
_ranks = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    long = [item for item in items if item.path.stem in LONG]
    short = [item for item in items if item.path.stem not in LONG]
    # Where the second process of two begins, those that wait for no tables: the first is making them for both.
    asks = [item for item in short if "cluster" in getattr(item, "fixturenames", ())]
    asks_nothing = [item for item in short if "cluster" not in getattr(item, "fixturenames", ())]
    half = max(0, len(items) // 2 - len(long))
    items[:] = [*long, *asks[:half], *asks_nothing, *asks[half:]]


def pytest_collectstart() -> None:
    # Thousands of modules and cases, of which nothing is thrown away.
    gc.disable()


def pytest_collection_finish() -> None:
    # What the listing made stays to the end: garbage is looked for among what the tests make, and less often.
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


def _leave_nothing() -> None:
    connections.close_all()
    stop(HOME)
    for folder in (TEST_HOME, READY_HOME):
        shutil.rmtree(folder, ignore_errors=True)


# And not pytest's own hook, which is not called when the tests cannot even be collected.
atexit.register(_leave_nothing)


class Cluster:
    """The test server: databases are cloned from one another, and the application's connections moved between them."""

    def __init__(self, server: Server) -> None:
        self.server = server

    @contextmanager
    def as_superuser(self, database: str) -> Iterator[psycopg.Connection]:
        """A connection that no policy holds back: to arrange a test, never to play the application."""
        with psycopg.connect(self.server.administrator_conninfo(database=database), autocommit=True) as connection:
            yield connection

    def clone(self, template: str, name: str) -> None:
        connections.close_all()
        with self.as_superuser("postgres") as connection:
            # Files, not pages written to the log one by one: half the work, and most tests begin by this.
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER palier_owner STRATEGY FILE_COPY")
            # Who may connect is not cloned with the rest.
            connection.execute(
                """UPDATE pg_database SET datacl = (SELECT datacl FROM pg_database WHERE datname = %s)
                   WHERE datname = %s""",
                [template, name],
            )

    def drop(self, name: str) -> None:
        connections.close_all()
        with self.as_superuser("postgres") as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def connected_to(self, name: str) -> Iterator[None]:
        before = str(settings.DATABASES["default"]["NAME"])
        self._move(name)
        try:
            yield
        finally:
            self._move(before)

    @contextmanager
    def own_copy(self, template: str) -> Iterator[str]:
        name = f"{template}_{next(_ranks)}"
        self.clone(template, name)
        try:
            with self.connected_to(name):
                yield name
        finally:
            self.drop(name)

    def _move(self, name: str) -> None:
        connections.close_all()
        for alias in connections:
            # Threads make their connections from this one description.
            connections.settings[alias]["NAME"] = name

    def empty(self, name: str) -> None:
        with self.as_superuser(name) as connection:
            # The triggers that keep entries and readings would refuse even this.
            connection.execute("SET session_replication_role = replica")
            rows = connection.execute(
                """SELECT quote_ident(relname) FROM pg_class
                   WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                     AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')"""
            ).fetchall()
            some = " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM {t})" for (t,) in rows)
            filled = [t for (t,) in connection.execute(some)]
            if filled:
                connection.execute(f"TRUNCATE {', '.join(filled)} RESTART IDENTITY CASCADE")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    server = ensure_running(HOME)
    provision(server, prefix="palier")
    made = Cluster(server)
    with made.as_superuser("postgres") as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    # With several processes, each has its folder in that of the run.
    of_the_run = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else TEST_HOME
    _make_tables(server, of_the_run)
    apply_policy(connections["owner"])
    _put_aside(made)
    with made.as_superuser("postgres") as connection:
        connection.execute("GRANT palier_worker TO palier_login WITH INHERIT TRUE")
    yield made
    connections.close_all()


def _make_tables(server: Server, of_the_run: Path) -> None:
    """Migrate, from the tables that a former run kept where PALIER_TEST_TABLES says, when their migrations still hold.

    Whoever runs a few tests often waits a minute less each time; of the processes of one run, one migrates for all.
    """
    kept = Path(os.environ.get("PALIER_TEST_TABLES") or of_the_run)
    kept.mkdir(parents=True, exist_ok=True)
    with (kept / "tables.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _migrate(server, kept)


def _migrate(server: Server, kept: Path) -> None:
    dump, draft = kept / "tables.sql", kept / f"tables.{os.getpid()}"
    told = connection_environment(server.administrator_conninfo(database=BLANK))
    migrations = _migrations()
    is_known = dump.exists() and _told_by(dump).items() <= migrations.items()
    if is_known:
        psql = postgres_program(HOME, "psql")
        subprocess.run([psql, "-qX", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", "-f", dump], env=told, check=True)
    # Apart, and without looking for garbage: a third of the time, and the memory is given back.
    subprocess.run([sys.executable, "-c", _MIGRATE], env=os.environ | {"PYTHONPATH": str(_SOURCE)}, check=True)
    if kept != TEST_HOME and not is_known:
        with draft.open("wb") as file:
            file.write(b"-- " + json.dumps(migrations).encode() + b"\n")
            file.flush()
            subprocess.run([postgres_program(HOME, "pg_dump")], env=told, stdout=file, check=True)
        draft.replace(dump)


def _told_by(dump: Path) -> dict[str, str]:
    """The migrations that made kept tables: the first line says them."""
    with dump.open(encoding="utf-8") as file:
        told: dict[str, str] = json.loads(file.readline().removeprefix("-- "))
        return told


def _migrations() -> dict[str, str]:
    """What makes the tables: each migration and each of the statements that they run, with its digest."""
    files = (*_SOURCE.glob("palier/*/migrations/*.py"), *_SOURCE.glob("palier/**/*.sql"))
    return {file.relative_to(_SOURCE).as_posix(): sha256(file.read_bytes()).hexdigest() for file in files}


def _put_aside(cluster: Cluster) -> None:
    """Copy the stopped server, its database named as in any home, its settings the product’s own."""
    cluster.clone(BLANK, "palier")
    stop(HOME)
    READY_HOME.mkdir(mode=0o711)
    # With owners and modes: as root the data are those of the server's own account.
    subprocess.run(["cp", "-a", HOME.data, HOME.secrets, READY_HOME], check=True)
    (READY_HOME / HOME.data.name / "postgresql.auto.conf").write_text("", encoding="utf-8")
    ensure_running(HOME)
    cluster.drop("palier")


@pytest.fixture(scope="session")
def ready_home(cluster: Cluster) -> Path:
    return READY_HOME


@pytest.fixture
def empty_db(cluster: Cluster) -> Iterator[Cluster]:
    cluster.empty(BLANK)
    yield cluster
    connections.close_all()


@pytest.fixture(scope="session")
def _by_hand(cluster: Cluster) -> by_hand.Landlord:
    cluster.empty(BLANK)
    cluster.clone(BLANK, BY_HAND)
    with cluster.as_superuser(BY_HAND) as connection:
        return by_hand.write(connection)


@pytest.fixture(scope="session")
def _by_hand_to_read(cluster: Cluster, _by_hand: by_hand.Landlord) -> by_hand.Landlord:
    # Apart from the template: pages that only read still write the journal, and a clone must not begin with it.
    cluster.clone(BY_HAND, BY_HAND_TO_READ)
    return _by_hand


@pytest.fixture
def landlord(cluster: Cluster, _by_hand_to_read: by_hand.Landlord) -> Iterator[by_hand.Landlord]:
    with cluster.as_superuser(BY_HAND_TO_READ) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("TRUNCATE privacy_readevent")
    with cluster.connected_to(BY_HAND_TO_READ):
        yield _by_hand_to_read


@pytest.fixture
def own_landlord(cluster: Cluster, _by_hand: by_hand.Landlord) -> Iterator[by_hand.Landlord]:
    with cluster.own_copy(BY_HAND):
        yield _by_hand


@pytest.fixture
def superuser(cluster: Cluster, own_landlord: by_hand.Landlord) -> Iterator[psycopg.Connection]:
    """Beside every policy, on the landlord of this test: to arrange it, and to look at what is left."""
    with cluster.as_superuser(str(connections["default"].settings_dict["NAME"])) as connection:
        yield connection


@pytest.fixture
def statement(cluster: Cluster, own_landlord: by_hand.Landlord) -> Statement:
    def run(sql: str, *values: object) -> list[tuple[Any, ...]]:
        with cluster.as_superuser(str(settings.DATABASES["default"]["NAME"])) as opened:
            ran = opened.execute(sql, values)
            return ran.fetchall() if ran.description else []

    return run


@pytest.fixture(scope="session")
def _world(cluster: Cluster) -> "Made":
    # Only here: the tests of one room do not wait for all the others to load.
    from palier.demo.operations import Wish, make
    from palier.foundation.periods import Month

    cluster.empty(BLANK)
    cluster.clone(BLANK, WORLD)
    wish = Wish(month=Month(2026, 11), dwellings=WORLD_DWELLINGS, seed=20)
    with cluster.connected_to(WORLD):
        return make(wish, home=HOME, at=WORLD_MADE_AT, listener=lambda _phase, _done, _total: None)


@pytest.fixture(scope="session")
def _world_to_read(cluster: Cluster, _world: "Made") -> "Made":
    cluster.clone(WORLD, WORLD_TO_READ)
    return _world


@pytest.fixture
def world(cluster: Cluster, _world_to_read: "Made") -> Iterator["Made"]:
    with cluster.connected_to(WORLD_TO_READ):
        yield _world_to_read


@pytest.fixture
def fresh_world(cluster: Cluster, _world: "Made") -> Iterator["Made"]:
    with cluster.own_copy(WORLD):
        yield _world


@pytest.fixture(scope="session")
def _lived(cluster: Cluster, _world: "Made") -> "Made":
    from tests.sites.lived import live_on

    cluster.clone(WORLD, LIVED)
    with cluster.connected_to(LIVED), cluster.as_superuser(LIVED) as superuser:
        live_on(_world, superuser=superuser, at=WORLD_MADE_AT)
    return _world


@pytest.fixture
def lived_world(cluster: Cluster, _lived: "Made") -> Iterator["Made"]:
    with cluster.own_copy(LIVED):
        yield _lived


@pytest.fixture
def client_as() -> ClientAs:
    """Signed in without the sign-in page, on every site: each has its own cookie. Forgets nothing between requests."""

    def signed_in(identifier: str) -> Client:
        from tests.sites.browser import sign_in

        # The demonstration's accounts are addresses; the landlord written by hand says the trade alone.
        return sign_in(User.objects.get(identifier__in=[identifier, f"{identifier}@demo.example"]))

    return signed_in
