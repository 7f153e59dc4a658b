"""What the drills under kills share: a small landlord, a work in a process of its own, the kill, the count of hits."""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator

import psycopg
from tests.drills.month.supervised import own_home

from palier.foundation.home import Home
from palier.foundation.postgres import ensure_running

MONTH = "2026-11"
# Entries that do not balance, numbers with a hole, payments that settle more than they are.
SPOILT = """
SELECT (SELECT count(*) FROM (SELECT entry_id FROM ledger_posting GROUP BY 1 HAVING sum(amount_cents) <> 0) AS e)
     + (SELECT count(*) FROM (SELECT journal FROM ledger_entry GROUP BY 1 HAVING max(number) <> count(*)) AS j)
     + (SELECT count(*) FROM (SELECT payment_id FROM banking_settlement AS s JOIN banking_payment AS p
                              ON p.id = s.payment_id GROUP BY payment_id, p.amount_cents
                              HAVING sum(s.amount_cents) > p.amount_cents) AS s)
"""


class Killing(ABC):
    """A work done again and again, each time killed at a drawn moment."""

    def __init__(self, home: Home, args: argparse.Namespace) -> None:
        self.args = args
        self.home = home
        self.chance = random.Random(args.seed)
        self.conninfo = ensure_running(home).administrator_conninfo()
        self.hits = self.lost = self.doubled = 0

    @abstractmethod
    def run(self) -> int:
        """Every turn, then the figure. The exit code."""

    def turns(self) -> Iterator[int]:
        """Turns, until enough kills have hit; at most eight for a kill that is wanted."""
        turn = 0
        while self.hits < self.args.kills and turn < self.args.kills * 8:
            turn += 1
            yield turn

    def killed(self, work: Callable[[], None], within: float) -> None:
        """Start the work, kill it within so many seconds: it is a hit when the work was not over."""
        self.hits += died(forked(work), self.chance.uniform(0, within))

    def told(self, figure: str, *wrong: int) -> int:
        """The figure said; the exit code, 1 when anything is wrong or when too few kills hit."""
        print(figure, flush=True)
        return int(any(wrong) or self.hits < self.args.kills)

    def one(self, statement: str) -> int:
        """The number that a statement answers, read beside every policy."""
        return self.row(statement)[0]

    def row(self, statement: str) -> tuple[int, ...]:
        with psycopg.connect(self.conninfo) as apart:
            found = apart.execute(statement).fetchone()
        return tuple(int(each) for each in found or ())

    def arrange(self, *statements: str) -> None:
        """Statements beside every policy, each committed."""
        with psycopg.connect(self.conninfo, autocommit=True) as apart:
            for statement in statements:
                apart.execute(statement)


def drilled(drill: type[Killing]) -> int:
    """Play a drill on a small landlord whose month is run, in a home of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--dwellings", type=int, default=200)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with own_home() as home:
        command = [sys.executable, "-m", "palier", "demo", "--no-serve", "--json", "--dwellings", str(args.dwellings)]
        made = subprocess.run([*command, "--month", MONTH], capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        # What a child would load: it is forked with the application in it, and no connection.
        os.environ["PALIER_PROCESS"] = "work"
        from palier.cli.application import open_application

        open_application()
        return drill(home, args).run()


def forked(work: Callable[[], None]) -> int:
    """Do the work in a child; its number."""
    child = os.fork()
    if child:
        return child
    try:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        work()
    finally:
        os._exit(0)


def died(child: int, after: float) -> bool:
    """Kill the child after so many seconds. False when it had ended by itself."""
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def whole(work: Callable[[], None]) -> float:
    """The work, to its end; how long it took."""
    started = time.monotonic()
    os.waitpid(forked(work), 0)
    return time.monotonic() - started
