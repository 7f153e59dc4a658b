"""What the tests of retention share: a purge of a day, and what is left of a table."""

from datetime import date, datetime
from pathlib import Path

import psycopg

from palier.foundation.clock import PARIS, today
from palier.privacy.actor import Actor
from palier.privacy.declare import Role
from palier.retention.operations.purge import Asked, Purged, purge

MADE = datetime(2026, 11, 21, 9, tzinfo=PARIS)


def asked(day: date, folder: Path, *, block_rows: int = 5_000) -> Asked:
    return Asked(
        day=day, operator="essai", agent_id=None, at=MADE, documents=folder / "documents", block_rows=block_rows
    )


def purged_on(day: date, folder: Path, *, block_rows: int = 5_000) -> Purged:
    return purge(asked(day, folder, block_rows=block_rows), today=today())


def by_table(purged: Purged) -> dict[str, int]:
    return {each.step.name: each.rows for each in purged.ended if each.rows}


def as_dpo() -> Actor:
    return Actor(role=Role.DPO, purpose="CONSERVATION", agent_id=7)


def count(direct: psycopg.Connection, table: str, where: str = "true") -> int:
    row = direct.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    assert row is not None
    return int(row[0])
