"""R1: a month made while its workers and its server are killed: nothing lost, nothing doubled, nothing unbalanced.

    ./dev drill month_under_kills [--dwellings 1500] [--worker-kills 20] [--server-kills 3] [--seed 1] [--within 10]

Two workers race under the supervisor of `palier serve`; jobs are asked as a page asks them. The last line is the
figure; the exit code is 1 when anything is wrong or when the work took more than `--within` seconds to go on by itself.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.drills.month.supervised import Served, Visitor, own_home, served, supervise, until

from palier.foundation.periods import Month

SEALED, MONTH = Month(2026, 11), Month(2026, 12)
# Where the kills fall: computing can be asked again and again, sealing happens once, notices are the longest.
SHARES = {"compute": 0.35, "seal": 0.2}
PATIENCE = 120.0
FIGURES = """
SELECT r.lease_count, r.line_count, r.set_aside_count, r.total_cents,
       (SELECT md5(string_agg(l.lease_id || ':' || l.rank || ':' || l.kind || ':' || l.amount_cents, ' '
                              ORDER BY l.lease_id, l.rank)) FROM quittancement_line AS l WHERE l.run_id = r.id)
FROM quittancement_run AS r WHERE r.month = %s AND r.kind = 'MONTHLY'
"""


class NotWorking(AssertionError):
    """The product did not go on by itself."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dwellings", type=int, default=1500)
    parser.add_argument("--worker-kills", type=int, default=20)
    parser.add_argument("--server-kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--within", type=float, default=10.0, help="seconds the work may take to go on")
    parser.add_argument("--supervise", type=int, metavar="PORT", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.supervise:
        supervise(args.supervise)
        return 0
    with own_home() as home:
        started = time.monotonic()
        command = [sys.executable, "-m", "palier", "demo", "--no-serve", "--json", "--dwellings", str(args.dwellings)]
        made = subprocess.run([*command, "--month", str(SEALED)], capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        say(f"{args.dwellings} dwellings in {time.monotonic() - started:.0f} s, seed {args.seed}")
        with served(home) as landlord:
            try:
                return Drill(landlord, args).run()
            except NotWorking as stuck:
                say((home.root / "supervisor.log").read_text(encoding="utf-8", errors="replace")[-6000:])
                say(f"STUCK: {stuck}")
                return 1


def say(line: str) -> None:
    print(line, flush=True)


class Drill:
    """One month under kills. The chance is seeded; the moments also depend on how fast the machine is."""

    def __init__(self, landlord: Served, args: argparse.Namespace) -> None:
        self.landlord = landlord
        self.chance = random.Random(args.seed)
        self.args = args
        self.worker_kills = self.server_kills = self.hits = 0
        self.resumed: list[float] = []
        self.visitor = Visitor(landlord.port, str(MONTH))

    def run(self) -> int:
        from palier.cli.application import open_application

        open_application("web")
        if until(self.visitor.enter, PATIENCE) is None or until(lambda: len(self.landlord.workers()) == 2, 60) is None:
            raise NotWorking("the sites or the workers never started")
        started = time.monotonic()
        before = self.figures()
        self._compute()
        self._seal()
        self._notices()
        page = until(self.visitor.sees_the_month, PATIENCE)
        if page is None:
            raise NotWorking("the page of the month no longer answers")
        say(f"the month took {time.monotonic() - started:.0f} s; its page, opened before, answers")
        return self._judged(before)

    # --- The month, asked as its pages ask it -----------------------------------------------------------------------

    def _compute(self) -> None:
        workers, servers = self._share("compute"), 1 if self.args.server_kills else 0
        while True:
            job = self._asked("ask_compute", "siege", month=MONTH, kind="MONTHLY")
            self._kill_while(job, workers, servers, longest=1.2)
            workers, servers = self._share("compute") - self.worker_kills, servers - self.server_kills
            if workers <= 0 and servers <= 0:
                return

    def _seal(self) -> None:
        self._reviewed()
        job = self._asked("ask_seal", "comptable", run_id=self._run())
        done = self.worker_kills
        self._kill_while(job, self._share("seal"), int(self.args.server_kills > 1), longest=0.25)
        say(f"sealed after {self.worker_kills - done} worker kills")

    def _notices(self) -> None:
        job = self._asked("ask_notices", "comptable", run_id=self._run())
        self._kill_while(
            job,
            self.args.worker_kills - self.worker_kills,
            self.args.server_kills - self.server_kills,
            longest=2.0,
        )
        # When the notices were too few for so many kills, the same is asked again: all is already made.
        while self.worker_kills < self.args.worker_kills or self.server_kills < self.args.server_kills:
            job = self._asked("ask_notices", "comptable", run_id=self._run())
            self._kill_while(
                job,
                self.args.worker_kills - self.worker_kills,
                self.args.server_kills - self.server_kills,
                longest=1.0,
            )

    def _share(self, phase: str) -> int:
        return round(self.args.worker_kills * SHARES[phase])

    def _run(self) -> int:
        ((run,),) = self.landlord.ask(
            "SELECT id FROM quittancement_run WHERE month = %s AND kind = 'MONTHLY'", MONTH.first_day
        )
        return int(str(run))

    def figures(self) -> object:
        return self.landlord.ask(FIGURES, MONTH.first_day)

    def _asked(self, act: str, who: str, **what: object) -> int:
        from palier.foundation.clock import now
        from palier.quittancement.operations import asking

        with self._as(who) as actor:
            number: int = getattr(asking, act)(**what, actor=actor, at=now())
        return number

    def _reviewed(self) -> None:
        from palier.foundation.clock import now
        from palier.quittancement.models import Anomaly
        from palier.quittancement.operations.review import judge_anomaly, review_run

        run = self._run()
        with self._as("siege") as actor:
            for anomaly in Anomaly.objects.filter(run_id=run).values_list("id", flat=True):
                judge_anomaly(run_id=run, anomaly_id=anomaly, verdict="JUSTIFIED", actor=actor, at=now())
            review_run(run_id=run, actor=actor, at=now())

    @contextmanager
    def _as(self, who: str) -> Iterator[object]:
        """The connection is new each time: the drill is not what is tried."""
        from django.db import connections

        from palier.privacy.actor import Actor, acting
        from palier.privacy.declare import Role

        role = {"siege": Role.HEADQUARTERS, "comptable": Role.ACCOUNTANT}[who]
        ((agent,),) = self.landlord.ask("SELECT id FROM agents_agent WHERE role = %s", role.value)
        actor = Actor(role=role, purpose="QUITTANCEMENT", agent_id=int(str(agent)), name=who)
        connections.close_all()
        with acting(actor, categories=("COMPTE",), screen="exercice"):
            yield actor
        connections.close_all()

    # --- The kills --------------------------------------------------------------------------------------------------

    def _kill_while(self, job: int, workers: int, servers: int, *, longest: float) -> None:
        """Kill at random moments until the job has ended or the kills are spent, then let it end."""
        blows = ["server"] * servers + ["worker"] * workers
        self.chance.shuffle(blows)
        while blows and self.landlord.job(job)[0] != "succeeded":
            self._until(lambda: self._ended(job) or self.landlord.is_at_work(), "no worker takes the job")
            time.sleep(self.chance.uniform(0.0, longest))
            blow = blows.pop()
            struck = self.landlord.is_at_work()
            if blow == "server":
                self.landlord.kill_server()
                self.server_kills += 1
            else:
                both = blows.count("worker") and self.chance.random() < 0.4
                count = self.landlord.kill_workers(2 if both else 1, self.chance.choice)
                self.worker_kills += count
                for _ in range(count - 1):
                    blows.remove("worker")
            self.hits += struck
            time.sleep(0.1)
            self.resumed.append(self._until(lambda: self._ended(job) or self.landlord.is_at_work(), "nobody goes on"))
            if self.resumed[-1] > self.args.within:
                say(f"SLOW: {self.resumed[-1]:.1f} s after the {blow}, {len(blows)} blows before the end of job {job}")
        self._until(lambda: self._ended(job), "the job never ends")
        state, _ = self.landlord.job(job)
        if state != "succeeded":
            raise NotWorking(f"job {job} ended {state}")
        self._said_done(job)

    def _ended(self, job: int) -> bool:
        return self.landlord.job(job)[0] in ("succeeded", "failed", "aborted", "cancelled")

    def _said_done(self, job: int) -> None:
        told = self.landlord.ask(
            "SELECT state, message FROM foundation_jobprogress WHERE split_part(key, '/', 2) = %s", str(job)
        )
        if told != [("DONE", "")]:
            raise NotWorking(f"the page says of job {job}: {told}")

    def _until(self, condition: Callable[[], bool], otherwise: str) -> float:
        took = until(condition, PATIENCE)
        if took is None:
            raise NotWorking(otherwise)
        return took

    # --- The verdict ------------------------------------------------------------------------------------------------

    def _judged(self, before: object) -> int:
        import psycopg
        from tests.drills.month.integrity import findings

        from palier.foundation.postgres import ensure_running

        server = ensure_running(self.landlord.home, os.environ)
        with psycopg.connect(server.administrator_conninfo(), autocommit=True) as database:
            found = findings(database, month=MONTH, run_id=self._run(), documents=self.landlord.home.documents)
        if self.figures() != before:
            found.spoilt.append(f"figures {self.figures()} instead of {before} without kills")
        for wrong in found.all():
            say(f"WRONG: {wrong}")
        drafts = sum(1 for _ in self.landlord.home.documents.glob("drafts/*"))
        last, slowest = self.resumed[-1], max(self.resumed)
        say(f"{self.hits} blows of {len(self.resumed)} fell on a job at work; {drafts} drafts of documents left")
        say(f"resumed in {last:.1f} s after the last blow, {slowest:.1f} s at most")
        say(
            f"{self.worker_kills} worker kills, {self.server_kills} server kills, seed {self.args.seed}: "
            f"{len(found.lost)} lost, {len(found.doubled)} doubled, {len(found.unbalanced)} unbalanced, "
            f"{len(found.spoilt)} spoilt, resumed in {slowest:.1f} s"
        )
        return 1 if found.all() or slowest > self.args.within else 0


if __name__ == "__main__":
    sys.exit(main())
