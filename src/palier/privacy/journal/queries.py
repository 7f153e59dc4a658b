"""The state of the seals, for whoever answers for the journal: numbers and instants, no reading."""

from dataclasses import dataclass
from datetime import datetime

from palier.foundation.reading import fetch, fetch_one


@dataclass(frozen=True, slots=True, kw_only=True)
class SealState:
    """The last seal, and how much is under seal. `number` 0 = nothing was ever sealed."""

    number: int
    head: str
    sealed_at: datetime | None
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRow:
    """One publication of a head. `refusal` empty = it was taken."""

    number: int
    channel: str
    at: datetime
    refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TombstoneRow:
    """One month that is gone."""

    month: str
    rows: int
    first_block: int
    last_block: int
    expired_at: datetime
    operator: str


def seal_state() -> SealState:
    """Where the seals are."""
    found = fetch_one(
        SealState,
        """SELECT coalesce(max(number), 0) AS number,
                  coalesce((array_agg(head ORDER BY number DESC))[1], '') AS head,
                  max(sealed_at) AS sealed_at, coalesce(sum(rows), 0)::bigint AS rows
           FROM privacy_journalblock""",
        {},
    )
    if found is None:
        raise LookupError("a count always answers one row")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Oldest:
    at: datetime | None


def oldest_unsealed() -> datetime | None:
    """When the oldest reading that waits for its seal was written; None when all are sealed."""
    found = fetch_one(
        _Oldest,
        """SELECT min(at) AS at FROM privacy_readevent
           WHERE id > coalesce((SELECT max(last_id) FROM privacy_journalblock), 0)""",
        {},
    )
    return found.at if found is not None else None


def publications(*, limit: int) -> list[PublicationRow]:
    """The latest first."""
    return fetch(
        PublicationRow,
        "SELECT number, channel, at, refusal FROM privacy_journalpublication ORDER BY id DESC LIMIT %(limit)s",
        {"limit": limit},
    )


def tombstones() -> list[TombstoneRow]:
    """The months that expired, the latest first."""
    return fetch(
        TombstoneRow,
        """SELECT month, rows, first_block, last_block, expired_at, operator FROM privacy_journaltombstone
           ORDER BY month DESC""",
        {},
    )
