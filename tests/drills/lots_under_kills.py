"""R2 on print lots: papers put in lots and taken out while the process is killed, with sheets that go with the notices.

    ./dev drill lots_under_kills [--dwellings 200] [--kills 50] [--seed 1]

Every lease on paper has a survey that waits for its notice. Each turn kills the work at a drawn moment, lets it run to
its end, then reads the manifests: each paper is in one envelope, once, each survey behind the notice of its own lease,
and the totals are those of the lots. The last line is the figure; the exit code is 1 when a paper is lost, doubled, or
in the wrong envelope.
"""

import json
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import psycopg
from tests.drills.kills.killing import Killing, drilled, whole

# Beside every policy: a campaign whose surveys are to be written.
_ARRANGE: Final = (
    """INSERT INTO adoption_campaign (means, seed, control_percent, opened_on, opened_by, opened_at, survey_on)
       VALUES ('ENCLOSED', 'exercice', 0, current_date, 1, now(), current_date)""",
    """INSERT INTO adoption_invitee (campaign_id, lease_id, residence_id, person_id, cohort, code)
       SELECT (SELECT max(id) FROM adoption_campaign), l.id, l.residence_id, min(o.person_id), 'INVITED',
              lpad(l.id::text, 8, '0')
       FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id AND o.role = 'HOLDER'
       WHERE l.ends_on IS NULL GROUP BY l.id, l.residence_id""",
)
# As if no lot had ever been made of them.
_FORGET: Final = (
    "SET session_replication_role = replica",
    "DELETE FROM dispatch_lottaking WHERE lot_id IN (SELECT print_lot_id FROM dispatch_sending)",
    "DELETE FROM dispatch_printlot WHERE id IN (SELECT print_lot_id FROM dispatch_sending)",
    """UPDATE dispatch_sending SET state = 'WAITING', taken_at = NULL, told_at = NULL, print_lot_id = NULL,
              print_rank = NULL, print_place = 0, sheets = NULL, return_reason = '', returned_at = NULL,
              returned_by = NULL, goes_with_notice = kind = 'QUESTIONNAIRE'
       WHERE channel = 'PRINT' AND state <> 'VOID'""",
    "SET session_replication_role = DEFAULT",
)
_PAPERS: Final = """
SELECT d.number, s.lease_id, s.kind, s.goes_with_notice
FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
WHERE s.print_lot_id IS NOT NULL AND s.state <> 'VOID' AND d.withdrawn_on IS NULL
"""
_TOTALS: Final = """
SELECT count(*), count(*) FILTER (WHERE s.print_place = 0), coalesce(sum(s.sheets), 0),
       (SELECT coalesce(sum(l.sheet_count), 0) FROM dispatch_printlot AS l
        WHERE l.id IN (SELECT print_lot_id FROM dispatch_sending))
FROM dispatch_sending AS s WHERE s.sheets IS NOT NULL
"""


class Drill(Killing):
    """The same papers put in lots again and again, each time killed."""

    misplaced = 0

    def run(self) -> int:
        self.arrange(*_ARRANGE)
        self.folder = self.home.root / "lots-exercice"
        whole(_write_surveys)
        self._forget()
        span = whole(self._work)
        expected = self._papers()
        enclosed = sum(with_notice for _, _, with_notice in expected.values())
        for _ in self.turns():
            self._forget()
            self.killed(self._work, span)
            whole(self._work)
            self._judge(expected)
        figure = (
            f"{len(expected)} papers, {enclosed} with a notice, {self.hits} kills, seed {self.args.seed}: "
            f"{self.lost} lost, {self.doubled} doubled, {self.misplaced} misplaced"
        )
        return self.told(figure, self.lost, self.doubled, self.misplaced, not enclosed)

    def _judge(self, expected: dict[str, tuple[int, str, bool]]) -> None:
        told = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.folder.glob("*.json"))]
        folds = [fold for lot in told for fold in lot["plis"]]
        inside = [(fold["document"], each["document"]) for fold in folds for each in fold.get("avec", ())]
        posted = Counter([fold["document"] for fold in folds] + [second for _, second in inside])
        self.lost += len(expected.keys() - posted.keys())
        self.doubled += sum(times - 1 for times in posted.values())
        # Those that go with a notice are behind it, and nothing else is behind anything.
        self.misplaced += len({second for _, second in inside} ^ {each for each, row in expected.items() if row[2]})
        for first, second in inside:
            (lease, kind, _), (lease_inside, _, _) = expected[first], expected[second]
            self.misplaced += (lease, kind) != (lease_inside, "AVIS_ECHEANCE")
        totals = tuple(sum(lot[name] for lot in told) for name in ("papiers", "enveloppes", "feuilles"))
        self.misplaced += self.row(_TOTALS) != (*totals, totals[-1])

    def _papers(self) -> dict[str, tuple[int, str, bool]]:
        with psycopg.connect(self.conninfo) as apart:
            return {number: (lease, kind, put) for number, lease, kind, put in apart.execute(_PAPERS).fetchall()}

    def _forget(self) -> None:
        self.arrange(*_FORGET)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def _work(self) -> None:
        _put_and_take_out(self.folder)


def _write_surveys() -> None:
    from palier.adoption.operations.leaving import send_out_all
    from palier.foundation.clock import now

    send_out_all(operator="exercice", at=now())


def _put_and_take_out(folder: Path) -> None:
    """What `palier rent print` does: lots made, then written, each before it is said taken."""
    from palier.dispatch.operations.lots import make_print_lots
    from palier.dispatch.operations.taking_out import take_out_all
    from palier.foundation.clock import now
    from palier.privacy.actor import BY_COMMAND

    at = now()
    make_print_lots(by=BY_COMMAND, operator="exercice", agent_id=None, at=at)
    take_out_all(folder, by=BY_COMMAND, operator="exercice", agent_id=None, at=at, listener=_unheard)


def _unheard(_phase: str, _done: int, _total: int) -> None:
    """Nobody listens to a drill."""


if __name__ == "__main__":
    sys.exit(drilled(Drill))
