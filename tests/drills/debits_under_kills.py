"""R2 on debits: their file, and the payments of their day, made while the process is killed: each debit exactly once.

    ./dev drill debits_under_kills [--dwellings 200] [--kills 50] [--seed 1]

Each turn kills the command at a drawn moment, lets it run to its end, then reads the file and the tables. Turns go on
until enough kills have hit. The last line is the figure; the exit code is 1 when a debit is lost or doubled.
"""

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date

import psycopg
from lxml import etree
from tests.drills.month.killed import MONTH, run_drill

from palier.foundation.home import Home
from palier.foundation.postgres import ensure_running

_END_TO_END = "{urn:iso:std:iso:20022:tech:xsd:pain.008.001.08}EndToEndId"
# Beside every policy: as if the month had never been debited.
_FORGET = (
    "SET session_replication_role = replica",
    "DELETE FROM banking_debit",
    "DELETE FROM banking_debitaside",
    "DELETE FROM banking_debitrun",
    "SET session_replication_role = DEFAULT",
)
_DOUBLED = "SELECT count(*) FROM (SELECT bill_entry_id FROM banking_debit GROUP BY 1 HAVING count(*) > 1) AS d"


def main() -> int:
    return run_drill(Drill)


class Drill:
    """The debits of one month, again and again, each time killed."""

    def __init__(self, home: Home, args: argparse.Namespace) -> None:
        self.args = args
        self.chance = random.Random(args.seed)
        self.path = home.root / "prelevements.xml"
        self.conninfo = ensure_running(home).administrator_conninfo()
        self.hits = self.lost = self.doubled = self.spoilt = 0

    def run(self) -> int:
        # What a child would load: it is forked with the application in it, and no connection.
        os.environ["PALIER_PROCESS"] = "work"
        from palier.cli.application import open_application

        open_application()
        expected = self._whole()
        span = self._timed()
        turn = 0
        while self.hits < self.args.kills and turn < self.args.kills * 8:
            turn += 1
            self._forget()
            self.hits += self._killed(self.chance.uniform(0, span))
            # A file is whole or absent, whenever the kill falls.
            if self.path.exists() and self._read().total() != expected.total():
                self.spoilt += 1
            self._judge(expected, self._whole())
        self._post(expected)
        figure = (
            f"{expected.total()} debits, {self.hits} kills, seed {self.args.seed}: "
            f"{self.lost} lost, {self.doubled} doubled, {self.spoilt} spoilt"
        )
        print(figure, flush=True)
        return int(bool(self.lost or self.doubled or self.spoilt or self.hits < self.args.kills))

    def _judge(self, expected: Counter[str], found: Counter[str]) -> None:
        accounts = Counter({reference.rpartition("-")[2]: count for reference, count in found.items()})
        wanted = Counter({reference.rpartition("-")[2]: count for reference, count in expected.items()})
        self.lost += (wanted - accounts).total()
        self.doubled += (accounts - wanted).total()
        with psycopg.connect(self.conninfo) as apart:
            self.doubled += self._one(apart, _DOUBLED)

    def _post(self, expected: Counter[str]) -> None:
        """The day of the debits, killed too: each is credited once."""
        for _ in range(20):
            if self.died(self.forked(_credit), self.chance.uniform(0, 0.3)):
                self.hits += 1
        self.wait(self.forked(_credit))
        with psycopg.connect(self.conninfo) as apart:
            credited = self._one(apart, "SELECT count(*) FROM banking_debit WHERE payment_id IS NOT NULL")
            entries = self._one(
                apart,
                """SELECT count(*) FROM ledger_entry WHERE source_kind = 'PAYMENT'
                   AND source_id IN (SELECT payment_id FROM banking_debit)""",
            )
        self.lost += max(0, expected.total() - credited)
        self.doubled += max(0, entries - expected.total())

    def _whole(self) -> Counter[str]:
        """The command run to its end, and what its file asks for."""
        self.path.unlink(missing_ok=True)
        self.wait(self.forked(self._command))
        return self._read()

    def _timed(self) -> float:
        self._forget()
        started = time.monotonic()
        self._whole()
        return time.monotonic() - started

    def _read(self) -> Counter[str]:
        return Counter(str(one.text) for one in etree.parse(self.path).iter(_END_TO_END))

    def _killed(self, after: float) -> bool:
        self.path.unlink(missing_ok=True)
        return self.died(self.forked(self._command), after)

    def _command(self) -> None:
        from palier.cli import main as palier

        palier(["bank", "debits", "--month", MONTH, "--output", str(self.path), "--json"])

    def _forget(self) -> None:
        with psycopg.connect(self.conninfo, autocommit=True) as apart:
            for statement in _FORGET:
                apart.execute(statement)

    @staticmethod
    def forked(work: Callable[[], None]) -> int:
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

    @staticmethod
    def died(child: int, after: float) -> bool:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])

    @staticmethod
    def wait(child: int) -> None:
        os.waitpid(child, 0)

    @staticmethod
    def _one(apart: psycopg.Connection, statement: str) -> int:
        row = apart.execute(statement).fetchone()
        return int(row[0]) if row else 0


def _credit() -> None:
    from palier.banking.operations.debit_posting import post_due_debits
    from palier.foundation.clock import now
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.RENT, operator="drill", motive="PRELEVEMENTS", command="drill"):
        post_due_debits(on=date(2099, 1, 1), by=1, at=now())


if __name__ == "__main__":
    sys.exit(main())
