"""Commands cut short: killed at any moment, run twice at once, out of disk. Nothing half done, then done again."""

import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from tests.places import disk_of_one_megabyte

if TYPE_CHECKING:
    from tests.conftest import Cluster

    from palier.demo.operations import Made

SEED = 20
Process = subprocess.Popen[str]
Figures = dict[str, object]
_started: list[Process] = []


def palier(*words: str) -> Process:
    """A command on the test's own database, under the worker's login."""
    environment = {**os.environ, "PALIER_PROCESS": "work", "PALIER_DATABASE": str(connection.settings_dict["NAME"])}
    connection.close()
    process = subprocess.Popen(
        [sys.executable, "-m", "palier", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _started.append(process)
    return process


@pytest.fixture(autouse=True)
def nothing_outlives_its_test() -> Iterator[None]:
    yield
    while _started:
        with _started.pop() as process:
            process.kill()


def ended(process: Process) -> tuple[int, str, str]:
    out, said = process.communicate(timeout=50)
    assert "Traceback" not in said, said
    # Narrow and plain no-break spaces alike: what is tried here is the sentence.
    return process.returncode, out, re.sub("[\u00a0\u202f]", " ", said)


def figures(process: Process) -> Figures:
    code, out, said = ended(process)
    assert code == 0, said
    told: Figures = json.loads(out)
    return {name: told[name] for name in ("leases", "lines", "total", "set_aside")}


@pytest.fixture
def superuser(fresh_world: "Made", cluster: "Cluster") -> Iterator[psycopg.Connection]:
    with cluster.as_superuser(connection.settings_dict["NAME"]) as made:
        yield made


def number(superuser: psycopg.Connection, question: str) -> int:
    row = superuser.execute(question).fetchone()
    assert row is not None
    return int(row[0])


def until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@contextmanager
def held(superuser: psycopg.Connection, table: str) -> Iterator[None]:
    """Nobody else enters this table: a command stops where it comes to it, and stays there."""
    with superuser.transaction():
        superuser.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def waiting(superuser: psycopg.Connection, *, at_least: int = 1) -> bool:
    # Not pg_stat_activity: inside a transaction it says for ever what it said first.
    question = """
        SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN
            (SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))
    """
    return number(superuser, question) >= at_least


def workers_gone(superuser: psycopg.Connection) -> bool:
    return not number(
        superuser,
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'palier_worker' AND datname = current_database()",
    )


JANUARY = "FROM quittancement_run WHERE month = '2027-01-01'"
DRAFTS = f"""
SELECT (SELECT count(*) {JANUARY})
     + (SELECT count(*) FROM quittancement_bill WHERE month = '2027-01-01')
     + (SELECT count(*) FROM quittancement_line WHERE run_id NOT IN (SELECT id FROM quittancement_run))
     + (SELECT count(*) FROM quittancement_line WHERE run_id IN (SELECT id {JANUARY}))
     + (SELECT count(*) FROM quittancement_setaside WHERE run_id IN (SELECT id {JANUARY}))
"""
LINES = f"""
SELECT md5(string_agg(concat_ws('|', lease_id, rank, kind, label, amount_cents, rule, inputs, basis), E'\\n'
           ORDER BY lease_id, rank)) FROM quittancement_line WHERE run_id IN (SELECT id {JANUARY})
"""


def test_rent_run_killed_anywhere_leaves_nothing_and_gives_the_same_afterwards(superuser: psycopg.Connection) -> None:
    january = ("rent", "run", "--month", "2027-01", "--json")
    expected = figures(palier(*january, "--dry-run"))
    assert number(superuser, DRAFTS) == 0
    # The first bill, the end of the staging, the last act before the commit.
    for table in ("quittancement_bill", "quittancement_setaside", "privacy_readevent"):
        with held(superuser, table):
            run = palier(*january)
            until(lambda: waiting(superuser), f"the command never came to {table}")
            run.kill()
            run.communicate()
        until(lambda: workers_gone(superuser), "the killed command is still connected")
        assert number(superuser, DRAFTS) == 0, table
    chance = random.Random(SEED)
    run = palier(*january)
    until(lambda: not workers_gone(superuser), "the command never connected")
    time.sleep(chance.uniform(0, 0.3))
    run.kill()
    run.communicate()
    until(lambda: workers_gone(superuser), "the killed command is still connected")
    # At a moment of chance it may already have ended: all is there, or nothing.
    assert number(superuser, f"SELECT count(*) {JANUARY}") == 1 or number(superuser, DRAFTS) == 0

    assert figures(palier(*january)) == expected
    lines = superuser.execute(LINES).fetchone()
    assert figures(palier(*january)) == expected
    assert superuser.execute(LINES).fetchone() == lines
    assert number(superuser, f"SELECT count(*) {JANUARY}") == 1


def test_the_page_does_not_say_for_ever_that_a_killed_command_runs(superuser: psycopg.Connection) -> None:
    told = "SELECT state, message FROM foundation_jobprogress WHERE key = 'month:2027-01'"
    with held(superuser, "quittancement_bill"):
        run = palier("rent", "run", "--month", "2027-01")
        until(lambda: waiting(superuser), "the command never came to the bills")
        sweeping = palier("worker", "--once")
        assert ended(sweeping)[0] == 0
        # Alive, though it says nothing: it is not taken for dead.
        assert superuser.execute(told).fetchone() == ("RUNNING", "")
        run.kill()
        run.communicate()
    assert ended(palier("worker", "--once"))[0] == 0
    row = superuser.execute(told).fetchone()
    assert row is not None
    assert row[0] == "FAILED"
    assert row[1].startswith("Interrompu avant la fin")


def test_two_rent_runs_at_once_wait_for_each_other_and_agree(superuser: psycopg.Connection) -> None:
    january = ("rent", "run", "--month", "2027-01", "--json")
    with held(superuser, "quittancement_setaside"):
        both = [palier(*january), palier(*january)]
        until(lambda: waiting(superuser, at_least=2), "the second command does not wait for the first")
    first, second = (figures(run) for run in both)
    assert first == second
    assert number(superuser, f"SELECT count(*) {JANUARY}") == 1
    assert number(superuser, "SELECT count(*) FROM quittancement_bill WHERE month = '2027-01-01'") == first["leases"]


def test_two_rent_seals_at_once_seal_once_and_one_says_so(superuser: psycopg.Connection) -> None:
    superuser.execute(
        """UPDATE quittancement_run SET state = 'REVIEWED', reviewed_at = now(), reviewed_by =
               (SELECT id FROM agents_agent WHERE role = 'headquarters') WHERE month = '2026-12-01'"""
    )
    before = number(superuser, "SELECT count(*) FROM ledger_entry")
    with held(superuser, "ledger_entry"):
        both = [palier("rent", "seal", "--month", "2026-12", "--as", "comptable@demo.example") for _ in range(2)]
        until(lambda: waiting(superuser, at_least=2), "the second command does not wait for the first")
    answers = sorted(ended(seal) for seal in both)
    assert [code for code, _, _ in answers] == [0, 1]
    assert re.fullmatch(
        r"Le mois de décembre 2026 est déjà scellé depuis le [\d/]{10}\. Rien n’a été changé\.\n", answers[1][2]
    )
    bills = number(superuser, "SELECT lease_count FROM quittancement_run WHERE month = '2026-12-01'")
    assert number(superuser, "SELECT count(*) FROM ledger_entry") == before + bills
    unbalanced = (
        "SELECT count(*) FROM (SELECT FROM ledger_posting GROUP BY entry_id HAVING sum(amount_cents) <> 0) AS u"
    )
    assert number(superuser, unbalanced) == 0


def test_the_database_fallen_under_a_command_is_a_sentence(superuser: psycopg.Connection) -> None:
    with held(superuser, "quittancement_setaside"):
        run = palier("rent", "run", "--month", "2027-01")
        until(lambda: waiting(superuser), "the command never came to the end of the staging")
        superuser.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE usename = 'palier_worker' AND datname = current_database()"""
        )
        code, _, said = ended(run)
    assert code == 1
    assert said.splitlines()[-1].startswith("La base de données s’est arrêtée pendant le travail : rien")
    assert number(superuser, DRAFTS) == 0


def test_a_job_whose_twin_waits_is_not_done_twice_after_a_kill(superuser: psycopg.Connection) -> None:
    """The worker is gone and the same work was asked again meanwhile: one of the two is enough."""
    asked = """INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, lock, queueing_lock)
               VALUES ('essai', 'tache.inconnue', '{}', %s, 'mois', 'jumeau') RETURNING id"""
    (gone,), (twin,) = (superuser.execute(asked, [status]).fetchone() or () for status in ("doing", "todo"))
    assert ended(palier("worker", "--once", "--queue", "autre"))[0] == 0
    states = dict(superuser.execute("SELECT id, status::text FROM procrastinate_jobs").fetchall())
    assert (states[gone], states[twin]) == ("aborted", "todo")


# --- The disk --------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of one megabyte in the place of the documents."""
    with disk_of_one_megabyte(Path(settings.DOCUMENT_ROOT)) as place:
        yield place


def test_a_disk_full_during_notices_is_a_sentence_and_the_same_command_ends_the_work(
    superuser: psycopg.Connection, small_disk: Path
) -> None:
    superuser.execute("UPDATE mail_document SET rendered_at = NULL, pdf_sha256 = '' WHERE month = '2026-11-01'")
    all_of_them = number(superuser, "SELECT count(*) FROM mail_document WHERE month = '2026-11-01'")
    left = "SELECT count(*) FROM mail_document WHERE month = '2026-11-01' AND rendered_at IS NULL"
    command = ("rent", "notices", "--month", "2026-11", "--as", "comptable@demo.example", "--json")
    code, _, said = ended(palier(*command))
    assert code == 1
    assert said.splitlines()[-1].startswith("Il n’y a plus de place sur le disque qui porte")
    kept = [path for path in small_disk.rglob("*") if path.is_file()]
    # Nothing half-written bears a digest, and no draft is left to fill the disk.
    assert kept == []
    assert number(superuser, left) == all_of_them
    told = superuser.execute(
        "SELECT state, message FROM foundation_jobprogress WHERE key = 'notices:2026-11'"
    ).fetchone()
    assert told is not None
    assert told[0] == "FAILED"
    assert "plus de place" in told[1]

    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    code, out, said = ended(palier(*command))
    assert code == 0, said
    assert json.loads(out)["notices"] == all_of_them
    assert number(superuser, left) == 0
    for pack, size in superuser.execute(
        "SELECT kept_pack, sum(pdf_bytes) FROM mail_document WHERE month = '2026-11-01' GROUP BY kept_pack"
    ).fetchall():
        assert (small_disk / "packs" / pack[:2] / f"{pack}.pack").stat().st_size > size
