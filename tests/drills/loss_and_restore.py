"""R11: everything is lost while people work; a backup, its archive and a key kept elsewhere bring it back.

    ./dev drill loss_and_restore [--dwellings 200] [--seed 1] [--rpo 60] [--rto 900]

A backup is made, then a month is sealed and readings go on each half second while the archive follows. The server is
killed and the whole home removed. What cannot be restored is refused with a sentence and leaves nothing. The landlord
is then restored twice: to an instant chosen before, and to the end of the archive. The last line is the figure; the
exit code is 1 when a figure is beyond its limit or anything differs.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from tests.drills.month.supervised import Visitor, own_home, served, until

from palier.continuity.census import Census, census_of
from palier.foundation.clock import now
from palier.foundation.home import Home
from palier.foundation.periods import Month
from palier.foundation.postgres import Server, stop
from palier.foundation.postgres.address import address_of
from palier.foundation.postgres.lifecycle import _postmaster, _processes_on

SEALED, MONTH = Month(2026, 11), Month(2026, 12)
MARK_SECONDS = 0.5
COMMANDS_AT_MOST = 10
WHO = "Aline Cormier"


class NotAsExpected(AssertionError):
    """Something did not come back."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dwellings", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rpo", type=float, default=60.0, help="seconds of work that a loss may cost")
    parser.add_argument("--rto", type=float, default=900.0, help="seconds until the sites answer again")
    args = parser.parse_args()
    with own_home() as home, elsewhere() as folder:
        drill = Drill(home=home, folder=folder, chance=random.Random(args.seed))
        try:
            return drill.run(args)
        except NotAsExpected as wrong:
            say(f"WRONG: {wrong}")
            return 1
        finally:
            drill.end()


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def elsewhere() -> Iterator[Path]:
    """What outlives the machine: the key, the backup, the archive; and the places to restore in."""
    folder = Path(tempfile.mkdtemp(prefix="palier-l-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True, kw_only=True)
class Drill:
    """A landlord at work, then nothing, then the landlord."""

    home: Home
    folder: Path
    chance: random.Random
    typed: list[str] = field(default_factory=list)
    _worker: "subprocess.Popen[bytes] | None" = None

    def run(self, args: argparse.Namespace) -> int:
        started = time.monotonic()
        self.palier("demo", "--no-serve", "--dwellings", args.dwellings, "--month", SEALED)
        say(f"{args.dwellings} dwellings in {time.monotonic() - started:.0f} s, seed {args.seed}")
        backup, key, archive = (self.folder / name for name in ("landlord.palier", "key", "archive"))
        self.type("backup", "key", "--output", key)
        self.type("backup", "archive", "--folder", archive)
        made = self.type("backup", "create", "--output", backup, "--as", WHO)
        say(f"backup {made['form']}, {int(str(made['bytes'])) / 1e6:.1f} MB")
        self._worker = subprocess.Popen([sys.executable, "-m", "palier", "worker", "--queue", "journal"])
        marks = Marks(server_of(self.home))
        self._month()
        time.sleep(2 * MARK_SECONDS)
        chosen, at_chosen = now(), census_of(server_of(self.home))
        time.sleep(45 + self.chance.uniform(0, 20))
        at_loss = census_of(server_of(self.home))
        lost_at = self._lose(marks)
        say(f"lost {len(marks.committed)} readings, {len(at_loss.rows)} tables, the ledger of two months")
        self._refusals(backup, key, archive)
        back_at = self._back(backup, key, archive, chosen, at_chosen, marks)
        recovery, seconds = self._back_at_the_end(backup, key, archive, at_loss, marks, lost_at)
        rto = max(seconds, back_at)
        say(
            f"RPO {recovery:.1f} s, RTO {rto:.1f} s, ledger equal, {len(set(self.typed))} commands, "
            f"{args.dwellings} dwellings, seed {args.seed}"
        )
        return 1 if recovery > args.rpo or rto > args.rto or len(set(self.typed)) > COMMANDS_AT_MOST else 0

    # --- Before -----------------------------------------------------------------------------------------------------

    def palier(self, *arguments: object, home: Home | None = None) -> dict[str, object]:
        """What a command prints. Raises NotAsExpected when it refuses."""
        environment = os.environ | {"PALIER_HOME": str((home or self.home).root)}
        command = [sys.executable, "-m", "palier", *map(str, arguments), "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NotAsExpected(f"{' '.join(command[2:])}: {done.stderr[-2000:]}{done.stdout[-500:]}")
        told: dict[str, object] = json.loads(done.stdout)
        return told

    def type(self, *arguments: object, home: Home | None = None) -> dict[str, object]:
        """The same, counted: somebody has to type it on the day."""
        self.typed.append(" ".join(str(word) for word in arguments[:2] if not str(word).startswith("/")))
        return self.palier(*arguments, home=home)

    def _month(self) -> None:
        """The ledger moves after the backup: the next month is reviewed and sealed."""
        from palier.cli.application import open_application

        open_application("web")
        from django.db import connections

        from palier.privacy.actor import Actor, acting
        from palier.privacy.declare import Role
        from palier.quittancement.models import Anomaly, Run
        from palier.quittancement.operations.review import judge_anomaly, review_run

        ((agent,),) = asked(server_of(self.home), "SELECT id FROM agents_agent WHERE role = 'headquarters'")
        actor = Actor(role=Role.HEADQUARTERS, purpose="QUITTANCEMENT", agent_id=int(str(agent)), name="siege")
        with acting(actor, categories=("COMPTE",), screen="exercice"):
            run = Run.objects.get(month=MONTH.first_day, kind="MONTHLY").pk
            for anomaly in Anomaly.objects.filter(run_id=run).values_list("id", flat=True):
                judge_anomaly(run_id=run, anomaly_id=anomaly, verdict="JUSTIFIED", actor=actor, at=now())
            review_run(run_id=run, actor=actor, at=now())
        connections.close_all()
        self.palier("rent", "seal", "--month", MONTH, "--as", "comptable@demo.example")
        self.palier("rent", "notices", "--month", MONTH)

    # --- The loss ---------------------------------------------------------------------------------------------------

    def _lose(self, marks: "Marks") -> datetime:
        postmaster = _postmaster(self.home.data)
        lost_at = now()
        for pid in ({postmaster} if postmaster else set()) | _processes_on(self.home.data):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.home.root)
        marks.stop()
        self.end()
        return lost_at

    def end(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
            self._worker = None

    # --- After ------------------------------------------------------------------------------------------------------

    def _refusals(self, backup: Path, key: Path, archive: Path) -> None:
        """Instants out of reach, a log that was touched, a place that is taken: a sentence, and nothing left."""
        touched = self.folder / "touched"
        shutil.copytree(archive, touched)
        path = sorted((touched / "wal").glob("*.sealed"))[-2]
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        home = Home(self.folder / "refused")
        for said, options in (
            ("L’archive ne va pas jusqu’à", ("--archive", archive, "--to", (now() + timedelta(days=1)).isoformat())),
            ("prenez-en une plus ancienne", ("--archive", archive, "--to", (now() - timedelta(days=1)).isoformat())),
            ("a changé depuis son écriture", ("--archive", touched)),
        ):
            self._refused(said, "restore", backup, "--key", key, "--as", WHO, *options, home=home)
            if home.data.exists() or (home.root / "wal-restoring").exists():
                raise NotAsExpected(f"a refused restoration left its data ({said})")
        home.data.mkdir(parents=True)
        self._refused("rien n’a été touché", "restore", backup, "--key", key, "--as", WHO, home=home)
        shutil.rmtree(home.root)
        shutil.rmtree(touched)
        say("4 impossible restorations refused with a sentence, nothing left of them")

    def _refused(self, said: str, *arguments: object, home: Home) -> None:
        try:
            self.palier(*arguments, home=home)
        except NotAsExpected as refused:
            if said not in str(refused) or "Traceback" in str(refused):
                raise
            return
        raise NotAsExpected(f"not refused: {said}")

    def _back(
        self, backup: Path, key: Path, archive: Path, chosen: datetime, expected: Census, marks: "Marks"
    ) -> float:
        """To the instant chosen: the ledger of then, the readings of before and none of after."""
        home = Home(self.folder / "then")
        started = time.monotonic()
        told = self.type("restore", backup, "--key", key, "--archive", archive, "--to", chosen.isoformat(),
                         "--as", WHO, home=home)  # fmt: skip
        seconds = time.monotonic() - started
        try:
            self._check(told, expected)
            found = [int(str(number)) for (number,) in asked(server_of(home), MARKS)]
            wanted = [number for number, at in marks.committed if at <= chosen]
            if found[: len(wanted)] != wanted or len(found) > len(wanted) + 1:
                raise NotAsExpected(f"{len(found)} readings came back, {len(wanted)} were there at that instant")
        finally:
            stop(home, {})
            shutil.rmtree(home.root)
        say(f"back to {chosen:%H:%M:%S} in {seconds:.1f} s, {len(wanted)} readings, ledger equal")
        return seconds

    def _back_at_the_end(
        self, backup: Path, key: Path, archive: Path, expected: Census, marks: "Marks", lost_at: datetime
    ) -> tuple[float, float]:
        """To the end of the archive, in the very place that was lost, until the sites answer."""
        started = time.monotonic()
        self.home.root.mkdir(mode=0o711)
        told = self.type("restore", backup, "--key", key, "--archive", archive, "--as", WHO)
        self.typed.append("serve")
        with served(self.home) as landlord:
            visitor = Visitor(landlord.port, str(MONTH))
            if until(visitor.enter, 300) is None or until(visitor.sees_the_month, 60) is None:
                raise NotAsExpected("the sites do not answer")
            seconds = time.monotonic() - started
            self._check(told, expected)
            found = {int(str(number)) for (number,) in asked(server_of(self.home), MARKS)}
        came_back = [at for number, at in marks.committed if number in found]
        missing = [number for number, at in marks.committed if number not in found and at <= came_back[-1]]
        if missing:
            raise NotAsExpected(f"{len(missing)} readings are missing before the last one that came back")
        say(f"back to the end in {seconds:.1f} s, {len(came_back)} of {len(marks.committed)} readings")
        return (lost_at - came_back[-1]).total_seconds(), seconds

    def _check(self, told: dict[str, object], expected: Census) -> None:
        if told["holds"] is not True or told["missing_documents"] != 0:
            raise NotAsExpected(f"the restoration says {told}")
        if told["ledger"] != expected.ledger:
            raise NotAsExpected("the ledger is not that of the instant")


MARKS = """
SELECT substr(operator, 8)::int FROM privacy_readevent
WHERE screen = 'exercice' AND operator LIKE 'marque %' ORDER BY id
"""


class Marks:
    """Readings that are written one after the other, each noted once it is committed."""

    def __init__(self, server: Server) -> None:
        self.committed: list[tuple[int, datetime]] = []
        self._server = server
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join(30)

    def _write(self) -> None:
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(self._server.administrator_conninfo(), autocommit=True) as connection,
        ):
            number = 0
            while not self._is_over.wait(MARK_SECONDS):
                number += 1
                connection.execute(
                    """INSERT INTO privacy_readevent (at, operator, role, purpose, motive, is_mass, subjects,
                                                      categories, screen, terms)
                       VALUES (now(), %s, 'batch_operator', 'EXPLOITATION', 'SAUVEGARDE', true, '{}', '{}',
                               'exercice', '')""",
                    [f"marque {number}"],
                )
                self.committed.append((number, now()))


def server_of(home: Home) -> Server:
    return Server(address=address_of(os.environ | {"PALIER_HOME": str(home.root)}, home), home=home)


def asked(server: Server, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.administrator_conninfo(), autocommit=True) as connection:
        return connection.execute(question.encode()).fetchall()


if __name__ == "__main__":
    sys.exit(main())
