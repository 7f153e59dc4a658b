"""R2 on dispatch: documents handed to a vault and to hybrid mail that misbehave, while the process is killed.

    ./dev drill dispatch [--dwellings 200] [--kills 50] [--seed 1]

One request in four is dropped, cut, refused, delayed or fails after it was obeyed. Each turn kills the worker at a
drawn moment, lets another go on to its end, then counts what each provider accepted, until enough kills have hit.
The last line is the figure; the exit code is 1 when a document is lost, doubled, or not known to be where it is.
"""

import sys
import threading
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import psycopg
from tests.agreements import agree
from tests.drills.kills.killing import Killing, drilled, whole

from palier.demo.providers import Providers, describe_providers, served
from palier.foundation.clock import now

_SHARE: Final = 25
_ROUNDS: Final = 400
# As if nothing had ever left: online to the vault, paper to the hybrid mail.
_FORGET: Final = """
DELETE FROM dispatch_sending;
INSERT INTO dispatch_sending (document_id, lease_id, residence_id, kind, month, channel, state, is_protected, routed_at,
                              tries, reference, code, return_reason)
SELECT d.id, d.lease_id, d.residence_id, d.kind, d.month, CASE WHEN v.id IS NULL THEN 'HYBRID' ELSE 'VAULT' END,
       'WAITING', false, now(), 0, '', '', ''
FROM mail_document AS d LEFT JOIN dispatch_vaultaccount AS v ON v.lease_id = d.lease_id
WHERE d.kind = 'AVIS_ECHEANCE' AND d.pdf_sha256 <> ''
"""
_VAULTS: Final = """
INSERT INTO dispatch_vaultaccount (lease_id, residence_id, person_id, member, chosen_on)
SELECT l.id, l.residence_id, min(o.person_id), 'membre-' || l.id, '2026-01-01'
FROM leases_lease AS l JOIN leases_occupant AS o ON o.lease_id = l.id AND o.role = 'HOLDER' AND o.moved_out_on IS NULL
WHERE l.id % 2 = 0 GROUP BY l.id, l.residence_id
"""
_OPEN: Final = "SELECT count(*) FROM dispatch_sending WHERE state IN ('WAITING', 'TAKEN', 'UNKNOWN')"
_UNTOLD: Final = "SELECT count(*) FROM dispatch_sending WHERE state NOT IN ('ACCEPTED', 'DELIVERED')"
_EXPECTED: Final = """
SELECT s.channel, d.number FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
"""


class Drill(Killing):
    """The same documents handed over again and again, each time killed."""

    untold = 0

    def run(self) -> int:
        providers = Providers()
        server = served(providers)
        describe_providers(self.home, port=server.server_port)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.arrange(_VAULTS)
        with psycopg.connect(self.conninfo, autocommit=True) as apart:
            leases = [number for (number,) in apart.execute("SELECT lease_id FROM dispatch_vaultaccount").fetchall()]
            agree(apart, *leases, families=["NOTICES", "VAULT"])
        self.arrange(_FORGET)
        expected = self._expected()
        span = whole(_hand_over)
        for turn in self.turns():
            self.arrange(_FORGET)
            providers.begin(share=_SHARE, seed=1_000 * self.args.seed + turn)
            self.killed(_hand_over, span)
            whole(_hand_over)
            self._judge(providers, expected)
        server.shutdown()
        documents = sum(map(len, expected.values()))
        figure = (
            f"{documents} documents, {self.hits} kills, seed {self.args.seed}: {self.lost} lost, "
            f"{self.doubled} doubled, {self.untold} untold"
        )
        return self.told(figure, self.lost, self.doubled, self.untold, not all(expected.values()))

    def _expected(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {"HYBRID": set(), "VAULT": set()}
        with psycopg.connect(self.conninfo) as apart:
            for channel, number in apart.execute(_EXPECTED).fetchall():
                found[channel].add(number)
        return found

    def _judge(self, providers: Providers, expected: dict[str, set[str]]) -> None:
        for channel, accepted in (("HYBRID", providers.posted), ("VAULT", providers.deposited)):
            self.lost += len(expected[channel] - set(accepted))
            self.doubled += len(accepted) - len(set(accepted))
        self.untold += self.one(_UNTOLD)


def _now_and(later: timedelta) -> datetime:
    return now() + later


def _hand_over() -> None:
    """What a worker does, again until nothing is open: it waits for no one longer than it is told to."""
    from django.db import connection

    from palier.dispatch.adapters.hybrid import hybrid_mail
    from palier.dispatch.adapters.vault import external_vault
    from palier.dispatch.operations.outbox import hand_over
    from palier.privacy.actor import batch
    from palier.privacy.declare import Batch

    channels = [channel for channel in (external_vault(), hybrid_mail()) if channel is not None]
    for rank in range(_ROUNDS):
        # An hour passes from one round to the next: a provider whose token is refused twice is left alone that long.
        later = timedelta(hours=rank)
        for channel in channels:
            hand_over(channel, operator="exercice", agent_id=None, clock=partial(_now_and, later), patience_seconds=0)
        with (
            batch(Batch.MAIL, operator="exercice", motive="COURRIER", command="exercice", categories=()),
            connection.cursor() as cursor,
        ):
            cursor.execute(_OPEN)
            (left,) = cursor.fetchone()
        if not left:
            return
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(drilled(Drill))
