"""`palier demo` as a person runs it: from an empty folder to a month run, and again after a kill."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.test import Client
from tests.places import PLACE

from palier.demo.accounts import APPLICANTS, STAFF, read_file
from palier.demo.commission import MEMBERS
from palier.foundation.home import Home
from palier.foundation.postgres import ensure_running

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made

pytestmark = pytest.mark.timeout(240)

STOLEN = ("PALIER_HOME", "PALIER_PROCESS", "PALIER_DATABASE", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in STOLEN}
    return kept | {"PALIER_HOME": str(home)}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "palier", *words]


def palier(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), env=environment(home), capture_output=True, text=True, check=False)


@contextmanager
def own_home() -> Iterator[Path]:
    # Not pytest's own folder: PostgreSQL's account must be able to cross it.
    home = Path(tempfile.mkdtemp(prefix="palier-d-", dir=PLACE))
    home.chmod(0o711)
    try:
        yield home
    finally:
        palier(home, "database", "stop")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Path, dict[str, object]]]:
    with own_home() as home:
        ran = palier(home, "demo", "--no-serve", "--dwellings", "20", "--month", "2026-11", "--json")
        assert ran.returncode == 0, ran.stderr
        yield home, json.loads(ran.stdout)


def asked(home: Path, question: str) -> tuple[object, ...]:
    """One row, read as the database's administrator: to look at what a command left, never to play it."""
    server = ensure_running(Home(home), environment(home))
    with psycopg.connect(server.administrator_conninfo(), autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return tuple(row)


def test_another_size_than_the_one_in_place_is_refused(made: tuple[Path, dict[str, object]]) -> None:
    home, _ = made
    ran = palier(home, "demo", "--no-serve", "--dwellings", "30")
    assert ran.returncode == 1
    said = "Cette démonstration a 20 logements\u00a0: pour 30, indiquez un autre dossier avec PALIER_HOME."
    assert said in ran.stderr


def test_from_an_empty_folder_to_a_sealed_month(made: tuple[Path, dict[str, object]]) -> None:
    home, figures = made
    assert (figures["month"], figures["dwellings"], figures["set_aside"]) == ("2026-11", 20, 1)
    assert (figures["next_month"], figures["next_month_state"], figures["reused"]) == ("2026-12", "COMPUTED", False)
    states = asked(home, "SELECT array_agg(state ORDER BY month) FROM quittancement_run")[0]
    assert states == ["SEALED", "SEALED", "COMPUTED"]
    assert asked(home, "SELECT bool_and(reviewed_by <> sealed_by) FROM quittancement_run WHERE state = 'SEALED'") == (
        True,
    )


def test_the_books_balance_and_the_showcase_s_debt_is_there(made: tuple[Path, dict[str, object]]) -> None:
    home, _ = made
    assert asked(home, "SELECT sum(amount_cents) FROM ledger_posting") == (0,)
    kept = read_file(home)
    assert kept is not None
    late = asked(
        home,
        f"""SELECT sum(amount_cents) FROM ledger_posting
            WHERE account_id = {kept.late_account_id} AND booked_on < '2026-11-30'""",
    )[0]
    assert int(str(late)) > 0


def test_every_role_has_an_account(made: tuple[Path, dict[str, object]]) -> None:
    home, _ = made
    kept = read_file(home)
    assert kept is not None
    # Three tenants, who is offered a dwelling, who helps a tenant; two employees and a supplier.
    assert len(kept.accounts) == len(STAFF) + 3 + len(APPLICANTS) + 2 + 3
    # The commission has members who only sit.
    assert asked(home, "SELECT count(DISTINCT role), count(*) FROM agents_agent") == (15, len(STAFF) + len(MEMBERS))
    assert asked(home, "SELECT count(*) FROM agents_mandate")[0] != 0


def test_asked_again_it_takes_up_what_is_there(made: tuple[Path, dict[str, object]]) -> None:
    home, figures = made
    before = asked(home, "SELECT count(*), max(id) FROM ledger_entry")
    again = palier(home, "demo", "--no-serve", "--json")
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert told["reused"] is True
    assert {name: told[name] for name in ("month", "leases", "lines", "total")} == {
        name: figures[name] for name in ("month", "leases", "lines", "total")
    }
    assert "déjà là" in again.stderr
    assert asked(home, "SELECT count(*), max(id) FROM ledger_entry") == before


def test_another_month_wants_another_folder(made: tuple[Path, dict[str, object]]) -> None:
    home, _ = made
    ran = palier(home, "demo", "--no-serve", "--month", "2026-03")
    assert ran.returncode == 1
    assert "novembre 2026" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--dwellings", "19"], 1, "de 20 à 120"),
        (["--dwellings", "beaucoup"], 2, "valeur refusée"),
        (["--landlord", "PARIS HABITAT"], 1, "--estate"),
        (["--estate", "/nulle/part.csv"], 1, "part.csv"),
        (["--month", "2026-13"], 1, "2026-13"),
    ],
)
def test_a_wrong_wish_is_refused_before_anything_is_installed(words: list[str], code: int, sentence: str) -> None:
    with own_home() as home:
        ran = palier(home, "demo", "--no-serve", *words)
        assert ran.returncode == code
        assert sentence in ran.stderr
        assert "Traceback" not in ran.stderr
        assert not (home / "postgres").exists()


def test_killed_in_the_middle_the_same_command_ends_the_work(ready_home: Path) -> None:
    with own_home() as home:
        # Tables and policy are not what is killed here.
        subprocess.run(["cp", "-a", f"{ready_home}/.", home], check=True)
        words = ("demo", "--no-serve", "--dwellings", "400", "--month", "2026-11", "--json")
        first = subprocess.Popen(
            command(*words), env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # The file is written just before the population commits: from here on, months are being made.
        deadline = time.monotonic() + 90
        while not (home / "demo.json").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        first.kill()
        first.wait()
        ran = palier(home, *words)
        assert ran.returncode == 0, ran.stderr
        assert json.loads(ran.stdout)["dwellings"] == 400
        assert asked(home, "SELECT count(*) FROM estate_dwelling") == (400,)
        assert asked(home, "SELECT count(*), sum(amount_cents) FROM ledger_posting WHERE amount_cents <> 0")[1] == 0
        entries = asked(home, "SELECT count(*), count(DISTINCT (journal, number)) FROM ledger_entry")
        assert entries[0] == entries[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
            return "Par quelle porte entrer" in page.read().decode()
    except OSError:
        return False


def children_of(number: int) -> dict[int, str]:
    found = {}
    for line in subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(number)], capture_output=True, text=True, check=False
    ).stdout.splitlines():
        pid, _, args = line.strip().partition(" ")
        found[int(pid)] = args
    return found


def until(condition: Callable[[], bool], seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_the_sites_are_served_a_killed_worker_comes_back_and_all_stops(made: tuple[Path, dict[str, object]]) -> None:
    home, _ = made
    port = free_port()
    serving = subprocess.Popen(
        command("serve", "--port", str(port), "--workers", "1"), env=environment(home), stderr=subprocess.DEVNULL
    )
    try:
        assert until(lambda: answers(port))
        taken = palier(home, "serve", "--port", str(port))
        assert (taken.returncode, "déjà pris" in taken.stderr) == (1, True)
        worker = next(pid for pid, args in children_of(serving.pid).items() if args.endswith("palier worker"))
        os.kill(worker, signal.SIGKILL)
        assert until(
            lambda: any(a.endswith("palier worker") and p != worker for p, a in children_of(serving.pid).items()), 2
        )
        left = list(children_of(serving.pid))
    finally:
        serving.send_signal(signal.SIGINT)
        assert serving.wait(30) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in left)


def test_a_supervisor_killed_outright_leaves_no_site_behind(made: tuple[Path, dict[str, object]]) -> None:
    home, _ = made
    port = free_port()
    serving = subprocess.Popen(
        command("serve", "--port", str(port), "--workers", "1"), env=environment(home), stderr=subprocess.DEVNULL
    )
    assert until(lambda: answers(port))
    left = list(children_of(serving.pid))
    serving.kill()
    serving.wait()
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in left), 25)


def test_a_job_whose_worker_was_killed_goes_back_to_the_queue(made: tuple[Path, dict[str, object]]) -> None:
    home, _ = made
    server = ensure_running(Home(home), environment(home))
    with psycopg.connect(server.administrator_conninfo(), autocommit=True) as connection:
        row = connection.execute(
            """INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)
               VALUES ('essai', 'tache.inconnue', '{}', 'doing', 0) RETURNING id"""
        ).fetchone()
        assert row is not None
        ran = palier(home, "worker", "--once", "--queue", "autre")
        assert ran.returncode == 0, ran.stderr
        state = connection.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", row).fetchone()
        connection.execute("DELETE FROM procrastinate_jobs WHERE id = %s", row)
    assert state == ("todo",)


def test_a_button_opens_the_site_of_its_account_and_no_other(world: "Made") -> None:
    client = Client()
    page = client.get("/")
    assert page.status_code == 200
    assert all(account.title in page.content.decode() for account in world.kept.accounts)
    answer = client.post("/entrer/", {"identifier": "gardien_nord@demo.example"})
    assert (answer.status_code, answer["Location"]) == (302, "/terrain/")
    cookies = {name: morsel["path"] for name, morsel in client.cookies.items() if morsel.value}
    assert cookies.get("palier_field") == "/terrain/"
    assert "palier_desk" not in cookies


def test_an_account_outside_the_list_opens_nothing(world: "Made") -> None:
    assert Client().post("/entrer/", {"identifier": "quelqu-un@demo.example"}).status_code == 404
    assert Client().get("/entrer/").status_code == 405


def test_without_a_form_token_no_button_opens_anything(world: "Made") -> None:
    answer = Client(enforce_csrf_checks=True).post("/entrer/", {"identifier": "siege@demo.example"})
    assert answer.status_code == 403


def test_outside_a_demonstration_the_page_does_not_exist(empty_db: "Cluster") -> None:
    answer = Client().get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/bureau/")
    assert Client().post("/entrer/", {"identifier": "siege@demo.example"}).status_code == 404
