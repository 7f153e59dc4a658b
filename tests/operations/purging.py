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


def end_and_settle(direct: psycopg.Connection) -> None:
    """Lucie Amandier's lease ended on 31 October 2026 and her account was settled on 15 November."""
    direct.execute("UPDATE leases_lease SET ends_on = '2026-10-31', mandate_reference = 'RUM101' WHERE id = 101")
    direct.execute(
        """INSERT INTO ledger_entry (id, journal, number, booked_on, label, residence_id, source_kind, source_id, means,
                                     posted_at, posted_by)
           VALUES (9001, 'BANK', 1, '2026-11-15', 'Virement', 11, 'PAYMENT', 1, 'VIREMENT', now(), 5)"""
    )
    direct.execute(
        """INSERT INTO ledger_posting (entry_id, account_id, residence_id, booked_on, amount_cents)
           VALUES (9001, 101, 11, '2026-11-15', -40000), (9001, 900, 11, '2026-11-15', 40000)"""
    )
