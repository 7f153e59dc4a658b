"""R2 on debits: their file, and the payments of their day, made while the process is killed: each debit exactly once.

    ./dev drill debits_under_kills [--dwellings 200] [--kills 50] [--seed 1]

Each turn kills the command at a drawn moment, lets it run to its end, then reads the file and the tables. Turns go on
until enough kills have hit. The last line is the figure; the exit code is 1 when a debit is lost or doubled.
"""

import sys
from collections import Counter
from datetime import date

from lxml import etree
from tests.drills.kills.killing import MONTH, Killing, drilled, whole

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


class Drill(Killing):
    """The debits of one month, again and again, each time killed."""

    spoilt = 0

    def run(self) -> int:
        self.path = self.home.root / "prelevements.xml"
        expected = self._whole()
        self.arrange(*_FORGET)
        span = whole(self._command)
        for _ in self.turns():
            self.arrange(*_FORGET)
            self.path.unlink(missing_ok=True)
            self.killed(self._command, span)
            # A file is whole or absent, whenever the kill falls.
            if self.path.exists() and self._read().total() != expected.total():
                self.spoilt += 1
            self._judge(expected, self._whole())
        self._post(expected)
        figure = (
            f"{expected.total()} debits, {self.hits} kills, seed {self.args.seed}: "
            f"{self.lost} lost, {self.doubled} doubled, {self.spoilt} spoilt"
        )
        return self.told(figure, self.lost, self.doubled, self.spoilt)

    def _judge(self, expected: Counter[str], found: Counter[str]) -> None:
        accounts = Counter({reference.rpartition("-")[2]: count for reference, count in found.items()})
        wanted = Counter({reference.rpartition("-")[2]: count for reference, count in expected.items()})
        self.lost += (wanted - accounts).total()
        self.doubled += (accounts - wanted).total()
        self.doubled += self.one(_DOUBLED)

    def _post(self, expected: Counter[str]) -> None:
        """The day of the debits, killed too: each is credited once."""
        for _ in range(20):
            self.killed(_credit, 0.3)
        whole(_credit)
        credited = self.one("SELECT count(*) FROM banking_debit WHERE payment_id IS NOT NULL")
        entries = self.one(
            """SELECT count(*) FROM ledger_entry WHERE source_kind = 'PAYMENT'
               AND source_id IN (SELECT payment_id FROM banking_debit)"""
        )
        self.lost += max(0, expected.total() - credited)
        self.doubled += max(0, entries - expected.total())

    def _whole(self) -> Counter[str]:
        """The command run to its end, and what its file asks for."""
        self.path.unlink(missing_ok=True)
        whole(self._command)
        return self._read()

    def _read(self) -> Counter[str]:
        return Counter(str(one.text) for one in etree.parse(self.path).iter(_END_TO_END))

    def _command(self) -> None:
        from palier.cli import main as palier

        palier(["bank", "debits", "--month", MONTH, "--output", str(self.path), "--json"])


def _credit() -> None:
    from palier.banking.operations.debit_posting import post_due_debits
    from palier.foundation.clock import now
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    with batch(Batch.RENT, operator="drill", motive="PRELEVEMENTS", command="drill"):
        post_due_debits(on=date(2099, 1, 1), by=1, at=now())


if __name__ == "__main__":
    sys.exit(drilled(Drill))
