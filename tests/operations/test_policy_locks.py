"""The policy is applied while the server vacuums: who comes later waits, and nobody waits for the other."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
from django.db import connections
from tests.conftest import BLANK, Cluster

from palier.privacy.operations import apply_policy

TABLE = "estate_dwelling"


def _applied() -> None:
    try:
        apply_policy(connections["owner"])
    finally:
        connections.close_all()


def _until_someone_waits_for(watcher: psycopg.Connection) -> None:
    for _ in range(600):
        waiting = watcher.execute(
            "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [TABLE]
        ).fetchone()
        if waiting is not None:
            return
        time.sleep(0.05)
    raise AssertionError("the policy never asked for the table")


def test_a_first_policy_and_a_vacuum_of_the_same_table_do_not_wait_for_each_other(empty_db: Cluster) -> None:
    with (
        empty_db.own_copy(BLANK) as name,
        empty_db.as_superuser(name) as vacuum,
        empty_db.as_superuser(name) as watcher,
    ):
        # As on the day when a table is new: no policy of its own to take away first.
        for (policy,) in watcher.execute("SELECT policyname FROM pg_policies WHERE tablename = %s", [TABLE]).fetchall():
            watcher.execute(
                psycopg.sql.SQL("DROP POLICY {} ON {}").format(*map(psycopg.sql.Identifier, (policy, TABLE)))
            )
        with ThreadPoolExecutor(1) as pool, vacuum.transaction():
            vacuum.execute(f"LOCK TABLE {TABLE} IN SHARE UPDATE EXCLUSIVE MODE")
            applied = pool.submit(_applied)
            _until_someone_waits_for(watcher)
            # What a vacuum ends with: its own line of pg_class.
            vacuum.execute(f"ALTER TABLE {TABLE} SET (autovacuum_enabled = true)")
        applied.result(60)
