"""Reads of order files as things that leave for the bank, or do not. Amounts in cents."""

from dataclasses import dataclass
from datetime import datetime

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """A file made for the bank, kept or not: a count and a sum, nobody. `run_id`: that of its debits."""

    message_id: str
    kind: str
    run_id: int | None
    count: int
    total_cents: int
    made_at: datetime
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidRow:
    """The voiding of a file, where it stands."""

    message_id: str
    reason: str
    asked_by: int
    asked_at: datetime
    signed_at: datetime | None
    done_at: datetime | None


def order_named(message_id: str) -> OrderRow | None:
    """The file of that name: its run tells that of debits, the kept file or its refunds that of refunds."""
    return fetch_one(
        OrderRow,
        """SELECT r.message_id, 'DEBITS' AS kind, r.id AS run_id, r.count, r.total_cents, r.written_at AS made_at,
                  EXISTS (SELECT FROM banking_orderfile AS o WHERE o.message_id = r.message_id) AS is_kept
           FROM banking_debitrun AS r WHERE r.message_id = %(named)s AND r.written_at IS NOT NULL
           UNION ALL
           SELECT message_id, kind, NULL, count, total_cents, made_at, true
           FROM banking_orderfile WHERE message_id = %(named)s AND kind = 'REFUNDS'
           UNION ALL
           SELECT message_id, 'REFUNDS', NULL, count(*), sum(amount_cents)::bigint, min(written_at), false
           FROM banking_refund AS f WHERE message_id = %(named)s AND message_id <> ''
             AND NOT EXISTS (SELECT FROM banking_orderfile AS o WHERE o.message_id = f.message_id)
           GROUP BY message_id""",
        {"named": message_id},
    )


def void_of(message_id: str) -> VoidRow | None:
    """The voiding that stands for that file; one that was given up does not."""
    return fetch_one(
        VoidRow,
        """SELECT message_id, reason, asked_by, asked_at, signed_at, done_at FROM banking_ordervoid
           WHERE message_id = %(named)s AND dropped_at IS NULL""",
        {"named": message_id},
    )


def voids_of_refunds() -> dict[str, VoidRow]:
    """The voidings that stand for files of refunds, by file, the latest hundred."""
    found = fetch(
        VoidRow,
        """SELECT message_id, reason, asked_by, asked_at, signed_at, done_at FROM banking_ordervoid
           WHERE kind = 'REFUNDS' AND dropped_at IS NULL ORDER BY id DESC LIMIT 100""",
        {},
    )
    return {row.message_id: row for row in found}
