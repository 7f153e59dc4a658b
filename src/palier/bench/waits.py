"""What the sites' sessions wait for in the database, looked at ten times a second: a lock, a write, or nothing."""

import os
import threading
from collections import Counter
from dataclasses import dataclass, field

import psycopg

from palier.foundation.home import home_of
from palier.foundation.postgres import ensure_running
from palier.foundation.postgres.address import role_prefix_of

_EVERY_SECONDS = 0.1
# A transaction that waits for its own process is at work in Python; one that waits for nothing is at work here.
_WAITING = """
SELECT CASE WHEN state <> 'active' THEN 'python' WHEN wait_event_type IS NULL THEN 'at work'
            ELSE wait_event_type || ' ' || wait_event END, count(*)
FROM pg_stat_activity
WHERE usename = %(login)s AND datname = %(database)s AND state IN ('active', 'idle in transaction') GROUP BY 1
"""


@dataclass(slots=True)
class Watch:
    """Counts what is waited for while it is open. Sessions that are idle count for nothing."""

    seen: Counter[str] = field(default_factory=Counter)
    looks: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Watch":
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def told(self) -> dict[str, int]:
        """The most frequent first; `looks` is how many times it was looked at."""
        return {"looks": self.looks, **dict(self.seen.most_common(12))}

    def _watch(self) -> None:
        server = ensure_running(home_of(os.environ))
        facts = {"login": f"{role_prefix_of(os.environ)}_login", "database": os.environ["PALIER_DATABASE"]}
        with psycopg.connect(server.administrator_conninfo(database="postgres"), autocommit=True) as apart:
            while not self._stop.wait(_EVERY_SECONDS):
                self.looks += 1
                for name, count in apart.execute(_WAITING, facts).fetchall():
                    self.seen[name] += count
