"""A landlord of its own, served as `palier serve` serves it, with two workers; and the ways to kill them."""

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from palier.foundation.home import Home, home_of
from palier.foundation.postgres import Server, stop
from palier.foundation.postgres.address import address_of
from palier.foundation.postgres.lifecycle import _postmaster, _processes_on
from palier.foundation.workers import _WORKERS

STOLEN = ("PALIER_HOME", "PALIER_PROCESS", "PALIER_DATABASE", "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
# A job is at work when its worker holds its lock; after a kill it is said « doing » until somebody sweeps.
_AT_WORK = f"""
SELECT count(*) FROM procrastinate_jobs AS job
JOIN pg_locks AS held ON held.locktype = 'advisory' AND held.classid = {_WORKERS} AND held.objid = job.worker_id::oid
WHERE job.status = 'doing'
"""


@contextmanager
def own_home() -> Iterator[Home]:
    """A home that PostgreSQL's account can cross, removed at the end with its server.

    Empty, or a copy of the one named by READY_HOME, whose database has its tables already.
    """
    folder = Path(tempfile.mkdtemp(prefix="palier-k-", dir="/tmp"))
    if ready := os.environ.get("READY_HOME"):
        subprocess.run(["cp", "-a", f"{ready}/.", folder], check=True)
    folder.chmod(0o711)
    for name in STOLEN:
        os.environ.pop(name, None)
    os.environ["PALIER_HOME"] = str(folder)
    home = Home(folder)
    try:
        yield home
    finally:
        stop(home)
        shutil.rmtree(folder, ignore_errors=True)


def supervise(port: int) -> None:
    """What `palier serve` does, with two workers that race."""
    from palier.cli.application import open_application
    from palier.cli.serve import Child, Supervisor, _web, _worker, gather_static_files

    open_application()
    gather_static_files()
    workers = [Child(name=f"worker {rank}", command=_worker().command, process="work") for rank in (1, 2)]
    Supervisor(home=home_of(os.environ), children=[_web(port, 1), *workers]).run()


@dataclass(slots=True, kw_only=True)
class Served:
    """The processes of a landlord, and an eye on its database that survives what happens to it."""

    home: Home
    process: "subprocess.Popen[bytes]"
    port: int
    _eye: psycopg.Connection | None = None

    def ask(self, question: str, *facts: object) -> list[tuple[object, ...]]:
        """Rows, as superuser. Raises psycopg.OperationalError while the server is down."""
        if self._eye is None or self._eye.closed:
            server = Server(address=address_of(os.environ, self.home), home=self.home)
            self._eye = psycopg.connect(server.administrator_conninfo(), autocommit=True)
        try:
            return self._eye.execute(question, facts).fetchall()
        except psycopg.OperationalError:
            self._eye.close()
            raise

    def is_at_work(self) -> bool:
        """A living worker is doing a job. False while the server is down."""
        with suppress(psycopg.OperationalError):
            return self.ask(_AT_WORK) != [(0,)]
        return False

    def job(self, number: int) -> tuple[str, int]:
        """The state of a job, and how many times it was taken again; ("unknown", 0) while the server is down."""
        with suppress(psycopg.OperationalError):
            for status, attempts in self.ask(
                "SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s", number
            ):
                return str(status), int(str(attempts))
        return "unknown", 0

    def workers(self) -> list[int]:
        """The process numbers of the workers that live."""
        return [pid for pid, words in _children(self.process.pid) if words.endswith("palier worker")]

    def kill_workers(self, how_many: int, chance: Callable[[list[int]], int]) -> int:
        """kill -9 some of the workers, and what they started; how many were there to kill."""
        alive = self.workers()
        killed = 0
        while alive and killed < how_many:
            pid = chance(alive)
            alive.remove(pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed += 1
        return killed

    def kill_server(self) -> None:
        """kill -9 PostgreSQL and each of its children."""
        postmaster = _postmaster(self.home.data)
        if postmaster is not None:
            os.kill(postmaster, signal.SIGKILL)
        for pid in _processes_on(self.home.data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def end(self) -> None:
        if self._eye is not None:
            self._eye.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


@contextmanager
def served(home: Home) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = (home.root / "supervisor.log").open("wb")
    command = [sys.executable, "-m", "tests.drills.month_under_kills", "--supervise", str(port)]
    process = subprocess.Popen(command, stdout=log, stderr=log)
    landlord = Served(home=home, process=process, port=port)
    try:
        yield landlord
    finally:
        landlord.end()
        log.close()


class Visitor:
    """Someone of headquarters, signed in once, who loads the page of the month."""

    def __init__(self, port: int, month: str) -> None:
        self._root = f"http://127.0.0.1:{port}"
        self._page = f"{self._root}/bureau/quittancement/{month}/"
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def enter(self) -> bool:
        """Sign in by the page of roles. False while the sites are not there."""
        with suppress(OSError):
            page = self._browser.open(f"{self._root}/", timeout=20).read().decode()
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            assert token is not None
            form = {"identifier": "siege@demo.example", "csrfmiddlewaretoken": token[1]}
            self._browser.open(f"{self._root}/entrer/", urllib.parse.urlencode(form).encode(), timeout=20)
            return True
        return False

    def sees_the_month(self) -> bool:
        """The page answers, to the session opened before the kills."""
        with suppress(OSError):
            answer = self._browser.open(self._page, timeout=20)
            # Sent to the sign-in page, the address would be another.
            return answer.status == 200 and answer.geturl() == self._page
        return False


def until(condition: Callable[[], bool], seconds: float) -> float | None:
    """How long it took to be true, None when it was not."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if condition():
            return time.monotonic() - started
        time.sleep(0.03)
    return None


def _children(number: int) -> list[tuple[int, str]]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                if parent == str(number):
                    words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                    found.append((int(entry.name), words))
    return found
