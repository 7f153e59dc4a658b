"""R2 on the bank: statements imported while the process is killed: each movement once, the bank's account exact.

    ./dev drill statements_under_kills [--dwellings 200] [--kills 50] [--seed 1]

Each turn has a statement of its own, whose import is killed at a drawn moment, run to its end, and run once more. What
a kill leaves is all of the file or nothing of it. The last line is the figure; the exit code is 1 when a movement is
lost, doubled, or half written.
"""

import sys
from datetime import date
from pathlib import Path

import psycopg
from tests.drills.kills.killing import SPOILT, Killing, drilled, whole

from palier.bench.bank_files import payer_iban
from palier.demo.bank_papers import Transfer, write_transfers

_ON = date(2026, 11, 10)
_TRANSFERS = 400
_COUNTS = """
SELECT (SELECT count(*) FROM banking_bankentry), (SELECT count(*) FROM banking_bankfile),
       (SELECT count(*) FROM ledger_entry AS e JOIN banking_bankentry AS b ON b.entry_id = e.id),
       (SELECT coalesce(sum(p.amount_cents), 0)::bigint FROM ledger_posting AS p
        JOIN banking_bankentry AS b ON b.entry_id = p.entry_id
        JOIN banking_bankaccount AS k ON k.account_id = p.account_id)
"""


class Drill(Killing):
    """A statement a turn, each import killed once."""

    spoilt = 0

    def run(self) -> int:
        self.path = self.home.root / "releve.xml"
        with psycopg.connect(self.conninfo) as apart:
            (iban,) = apart.execute("SELECT iban FROM estate_landlord").fetchone() or ("",)
            self.iban = str(iban).replace(" ", "")
            self.references = [
                str(told) for (told,) in apart.execute("SELECT reference FROM ledger_account WHERE kind = 'TENANT'")
            ]
        self._write(0)
        span = whole(self._command)
        turn = 0
        for turn in self.turns():
            self._turn(turn, span)
        figure = (
            f"{turn} statements of {_TRANSFERS}, {self.hits} kills, seed {self.args.seed}: "
            f"{self.lost} lost, {self.doubled} doubled, {self.spoilt} spoilt"
        )
        return self.told(figure, self.lost, self.doubled, self.spoilt)

    def _turn(self, turn: int, span: float) -> None:
        before = self.row(_COUNTS)
        total = self._write(turn)
        self.killed(self._command, span)
        left = tuple(now - then for now, then in zip(self.row(_COUNTS), before, strict=True))
        if left not in ((0, 0, 0, 0), (_TRANSFERS, 1, _TRANSFERS, total)):
            self.spoilt += 1
        for _ in range(2):
            whole(self._command)
        entries, files, posted, cents = (now - then for now, then in zip(self.row(_COUNTS), before, strict=True))
        self.lost += max(0, _TRANSFERS - entries) + max(0, _TRANSFERS - posted)
        self.doubled += max(0, entries - _TRANSFERS) + max(0, posted - _TRANSFERS) + abs(files - 1)
        self.spoilt += cents != total
        self.spoilt += self.one(SPOILT)

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


if __name__ == "__main__":
    sys.exit(drilled(Drill))
