"""R2 on housing aid: files of the CAF imported while the process is killed: each row and each entry once, to the cent.

    ./dev drill aid_under_kills [--dwellings 200] [--kills 50] [--seed 1]

Each turn has a file of its own: an APL, a recall and an overpayment a lease. Two turns of three kill `palier aid
import`; the third gives the file as the page does and kills the worker that reads it. The work is then run to its end,
and the same file imported once more. What a kill leaves is all of the file or nothing of it. The last line is the
figure; the exit code is 1 when a row or an entry is lost, doubled, or half written.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
from tests.drills.kills.killing import SPOILT, Killing, drilled, whole

from palier.demo.caf_papers import LANDLORD_CODE, Paid, number_of, write_payments
from palier.foundation.periods import Month

# No notice of the landlord is that old: what is recalled for it is the tenant's, and makes an entry.
_RECALLED, _PAID = Month(2026, 6), Month(2026, 12)
_ROWS_OF_A_LEASE = 3
_ENTRIES_OF_A_LEASE = 2
# A job is given back to the queue by the worker that follows; its lock falls with the process that was killed.
_WORKERS_AT_MOST = 10
_COUNTS = """
SELECT (SELECT count(*) FROM aid_aidfile), (SELECT count(*) FROM aid_aidrow),
       (SELECT count(*) FROM ledger_entry WHERE source_kind = 'AID'),
       (SELECT count(DISTINCT source_id) FROM ledger_entry WHERE source_kind = 'AID'),
       (SELECT coalesce(sum(p.amount_cents), 0)::bigint FROM ledger_posting AS p
        JOIN ledger_entry AS e ON e.id = p.entry_id AND e.source_kind = 'AID'
        JOIN ledger_account AS a ON a.id = p.account_id WHERE a.kind = 'TENANT')
"""
_LEASES = "SELECT id, residence_id FROM leases_lease WHERE ends_on IS NULL ORDER BY id"
_WAITING = "SELECT count(*) FROM aid_givenaidfile WHERE state = 'WAITING'"
# Given, read, and its bytes forgotten.
_UNREAD = "SELECT count(*) FROM aid_givenaidfile WHERE state <> 'IMPORTED' OR content_sealed IS NOT NULL"


class Drill(Killing):
    """A file of the CAF a turn, each import killed once."""

    spoilt = 0
    given = 0

    def run(self) -> int:
        self.path = self.home.root / "caf.txt"
        with psycopg.connect(self.conninfo) as apart:
            self.leases = [(int(lease), int(residence)) for lease, residence in apart.execute(_LEASES).fetchall()]
            apart.execute("DELETE FROM aid_beneficiary")
        whole(self._link)
        self._write()
        by_command = whole(self._command)
        self._write()
        whole(self._give)
        by_job = whole(self._worker)
        turn = 0
        for turn in self.turns():
            if turn % 3:
                self._turn(self._command, by_command)
            else:
                self._turn(self._worker, by_job, first=self._give)
        figure = (
            f"{turn} files of {len(self.leases)} leases, {self.given} of them given to a worker, {self.hits} kills, "
            f"seed {self.args.seed}: {self.lost} lost, {self.doubled} doubled, {self.spoilt} spoilt"
        )
        return self.told(figure, self.lost, self.doubled, self.spoilt, not self.leases)

    def _turn(self, work: Callable[[], None], within: float, first: Callable[[], None] | None = None) -> None:
        before, total = self.row(_COUNTS), self._write()
        count = len(self.leases)
        expected = (1, count * _ROWS_OF_A_LEASE, count * _ENTRIES_OF_A_LEASE, count * _ENTRIES_OF_A_LEASE, total)
        if first is not None:
            whole(first)
            self.given += 1
        self.killed(work, within)
        self.spoilt += self._since(before) not in (expected, (0, 0, 0, 0, 0))
        self._to_its_end(work)
        self.spoilt += self._since(before) != expected
        # The same file once more, by the command: nothing is made of it.
        whole(self._command)
        files, rows, entries, sources, cents = self._since(before)
        self.lost += max(0, expected[1] - rows) + max(0, expected[2] - entries) + max(0, 1 - files)
        self.doubled += max(0, rows - expected[1]) + max(0, entries - sources) + max(0, files - 1)
        self.doubled += max(0, sources - expected[3])
        self.spoilt += (cents != total) + self.one(SPOILT) + self.one(_UNREAD)

    def _to_its_end(self, work: Callable[[], None]) -> None:
        whole(work)
        for _ in range(_WORKERS_AT_MOST):
            if not self.one(_WAITING):
                return
            whole(self._worker)

    def _since(self, before: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(now - then for now, then in zip(self.row(_COUNTS), before, strict=True))

    def _write(self) -> int:
        """The file of a turn; what it makes the tenants owe, in cents: what is withheld, less what is recalled."""
        rows, owed = [], 0
        for lease_id, _ in self.leases:
            number, recalled = number_of(lease_id), self.chance.randrange(1, 30_000)
            rows.append(Paid(number=number, month=_RECALLED, cents=recalled))
            withheld = self.chance.randrange(1, 9_000)
            rows.append(Paid(number=number, month=_PAID, cents=30_000, withheld_cents=withheld))
            owed += withheld - recalled
        write_payments(self.path, rows)
        return owed

    def _command(self) -> None:
        from palier.cli import main as palier

        palier(["aid", "import", str(Path(self.path)), "--json"])

    def _worker(self) -> None:
        from palier.cli import main as palier

        palier(["worker", "--once", "--queue", "imports"])

    def _give(self) -> None:
        """As headquarters do on the page, under their own role: in a process that signs in as the sites do."""
        from django.db import connections

        from palier.agents.models import User
        from palier.aid.operations.giving import Given, give_aid_file
        from palier.demo.accounts import email
        from palier.foundation.clock import now
        from palier.privacy.actor import Actor, acting
        from palier.privacy.declare import Role

        login = "palier_login"
        connections["default"].settings_dict |= {"USER": login, "PASSWORD": self.home.secret(login)}
        agent = User.objects.get_by_natural_key(email("siege")).agent_id
        actor = Actor(role=Role.HEADQUARTERS, purpose="QUITTANCEMENT", agent_id=agent)
        given = Given(name=self.path.name, blocks=[self.path.read_bytes()], largest_bytes=40_000_000)
        with acting(actor, screen="exercice", categories=()):
            give_aid_file(given, actor=actor, at=now())

    def _link(self) -> None:
        """Every lease has a number at the CAF, as after a takeover."""
        from django.db import transaction

        from palier.aid.numbers import number_digest, number_end
        from palier.aid.operations.linking import Link, link_numbers
        from palier.foundation.clock import now
        from palier.privacy.actor import batch
        from palier.privacy.declare import Batch

        links = [
            Link(
                lease_id=lease_id,
                residence_id=residence_id,
                number_digest=number_digest(LANDLORD_CODE, number_of(lease_id)),
                number_end=number_end(number_of(lease_id)),
            )
            for lease_id, residence_id in self.leases
        ]
        with batch(Batch.IMPORT, operator="drill", motive="REPRISE", command="drill"), transaction.atomic():
            link_numbers(links, by=0, at=now())


if __name__ == "__main__":
    sys.exit(drilled(Drill))
