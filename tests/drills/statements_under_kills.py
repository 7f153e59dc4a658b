"""R2 on the bank: statements imported while the process is killed: each movement once, the bank's account exact.

    ./dev drill statements_under_kills [--dwellings 200] [--kills 50] [--seed 1]

Each turn has a statement of its own, whose import is killed at a drawn moment, run to its end, and run once more. What
a kill leaves is all of the file or nothing of it. The last line is the figure; the exit code is 1 when a movement is
lost, doubled, or half written.
"""

import argparse
import os
import random
import sys
import time
from datetime import date
from pathlib import Path

import psycopg
from tests.drills.debits_under_kills import Drill as Forks
from tests.drills.month.killed import run_drill

from palier.bench.bank_files import payer_iban
from palier.demo.bank_papers import Transfer, write_transfers
from palier.foundation.home import Home
from palier.foundation.postgres import ensure_running

_ON = date(2026, 11, 10)
_TRANSFERS = 400
_COUNTS = """
SELECT (SELECT count(*) FROM banking_bankentry), (SELECT count(*) FROM banking_bankfile),
       (SELECT count(*) FROM ledger_entry AS e JOIN banking_bankentry AS b ON b.entry_id = e.id),
       (SELECT coalesce(sum(p.amount_cents), 0)::bigint FROM ledger_posting AS p
        JOIN banking_bankentry AS b ON b.entry_id = p.entry_id
        JOIN banking_bankaccount AS k ON k.account_id = p.account_id)
"""
_SPOILT = """
SELECT (SELECT count(*) FROM (SELECT entry_id FROM ledger_posting GROUP BY 1 HAVING sum(amount_cents) <> 0) AS e)
     + (SELECT count(*) FROM (SELECT journal FROM ledger_entry GROUP BY 1 HAVING max(number) <> count(*)) AS j)
     + (SELECT count(*) FROM (SELECT payment_id FROM banking_settlement AS s JOIN banking_payment AS p
                              ON p.id = s.payment_id GROUP BY payment_id, p.amount_cents
                              HAVING sum(s.amount_cents) > p.amount_cents) AS s)
"""


def main() -> int:
    return run_drill(Drill)


class Drill:
    """A statement a turn, each import killed once."""

    def __init__(self, home: Home, args: argparse.Namespace) -> None:
        self.args = args
        self.chance = random.Random(args.seed)
        self.path = home.root / "releve.xml"
        self.conninfo = ensure_running(home).administrator_conninfo()
        self.hits = self.lost = self.doubled = self.spoilt = 0

    def run(self) -> int:
        # What a child would load: it is forked with the application in it, and no connection.
        os.environ["PALIER_PROCESS"] = "work"
        from palier.cli.application import open_application

        open_application()
        with psycopg.connect(self.conninfo) as apart:
            (iban,) = apart.execute("SELECT iban FROM estate_landlord").fetchone() or ("",)
            self.iban = str(iban).replace(" ", "")
            self.references = [
                str(told) for (told,) in apart.execute("SELECT reference FROM ledger_account WHERE kind = 'TENANT'")
            ]
        span = self._timed()
        turn = 0
        while self.hits < self.args.kills and turn < self.args.kills * 8:
            turn += 1
            self._turn(turn, span)
        figure = (
            f"{turn} statements of {_TRANSFERS}, {self.hits} kills, seed {self.args.seed}: "
            f"{self.lost} lost, {self.doubled} doubled, {self.spoilt} spoilt"
        )
        print(figure, flush=True)
        return int(bool(self.lost or self.doubled or self.spoilt or self.hits < self.args.kills))

    def _turn(self, turn: int, span: float) -> None:
        before = self._counts()
        total = self._write(turn)
        self.hits += Forks.died(Forks.forked(self._command), self.chance.uniform(0, span))
        left = tuple(now - then for now, then in zip(self._counts(), before, strict=True))
        if left not in ((0, 0, 0, 0), (_TRANSFERS, 1, _TRANSFERS, total)):
            self.spoilt += 1
        for _ in range(2):
            Forks.wait(Forks.forked(self._command))
        entries, files, posted, cents = (now - then for now, then in zip(self._counts(), before, strict=True))
        self.lost += max(0, _TRANSFERS - entries) + max(0, _TRANSFERS - posted)
        self.doubled += max(0, entries - _TRANSFERS) + max(0, posted - _TRANSFERS) + abs(files - 1)
        self.spoilt += cents != total
        with psycopg.connect(self.conninfo) as apart:
            (found,) = apart.execute(_SPOILT).fetchone() or (1,)
        self.spoilt += int(found)

    def _timed(self) -> float:
        """How long an import takes, from its first to its last moment."""
        self._write(0)
        started = time.monotonic()
        Forks.wait(Forks.forked(self._command))
        return time.monotonic() - started

    def _write(self, turn: int) -> int:
        """The statement of a turn; its total in cents. Most name their account, some do not."""
        return write_transfers(
            self.path,
            self.iban,
            [
                Transfer(
                    cents=self.chance.randrange(1, 90_000),
                    on=_ON,
                    bank_reference=f"T{turn:04d}-{rank:05d}",
                    wording=self.chance.choice(self.references) if rank % 10 else "LOYER",
                    payer_name=f"Payeur {rank}",
                    payer_iban=payer_iban(rank),
                )
                for rank in range(_TRANSFERS)
            ],
        )

    def _command(self) -> None:
        from palier.cli import main as palier

        palier(["bank", "import", str(Path(self.path)), "--json"])

    def _counts(self) -> tuple[int, ...]:
        with psycopg.connect(self.conninfo) as apart:
            row = apart.execute(_COUNTS).fetchone()
        return tuple(int(each) for each in row or ())


if __name__ == "__main__":
    sys.exit(main())
