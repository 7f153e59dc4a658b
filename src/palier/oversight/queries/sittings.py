"""The sealed sittings of the commission as an auditor reads them: counts, then what one froze, under its pseudonyms."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import DatabaseError

from palier.attribution.operations.freezing import read_sealed
from palier.attribution.rules.frozen import FrozenSitting
from palier.foundation.reading import fetch, fetch_one
from palier.privacy.actor import JournalClosed

_SITTINGS = """
SELECT s.number, s.held_on, f.digest, f.frozen_at, f.erased_on,
       (SELECT count(*) FROM attribution_item AS i WHERE i.sitting_id = s.id AND NOT i.is_postponed) AS dwellings,
       (SELECT count(*) FROM attribution_item AS i JOIN attribution_sheet AS h ON h.item_id = i.id
        WHERE i.sitting_id = s.id AND NOT i.is_postponed) AS candidates
FROM attribution_frozen AS f JOIN attribution_sitting AS s ON s.id = f.sitting_id
WHERE (SELECT palier.my_mission()) IS NOT NULL
ORDER BY s.held_on DESC, s.number DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedSitting:
    """A sitting that froze what it decided on; `erased_on`: only its digest is left."""

    number: str
    held_on: date
    digest: str
    frozen_at: datetime
    erased_on: date | None
    dwellings: int
    candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    sealed: bytes | None
    wrapped: bytes | None
    digest: str
    erased_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSitting:
    """What a sitting froze; nothing once it is erased."""

    frozen: FrozenSitting | None
    digest: str
    erased_on: date | None


def audited_sittings(*, limit: int = 500) -> list[AuditedSitting]:
    """Those that are frozen, the latest first; none without a mission that runs."""
    return fetch(AuditedSitting, _SITTINGS, {"limit": limit})


def audited_sitting(number: str) -> OpenedSitting | None:
    """One of them, opened; None when it does not exist or no mission runs. Traced by the database.

    Raises JournalClosed, FrozenBroken, KeyUnreadable.
    """
    try:
        kept = fetch_one(_Sealed, "SELECT * FROM palier.audited_sitting(%(number)s)", {"number": number})
    except DatabaseError as error:
        raise JournalClosed from error
    if kept is None:
        return None
    frozen = (
        None
        if kept.sealed is None or kept.wrapped is None
        else read_sealed(bytes(kept.sealed), bytes(kept.wrapped), digest=kept.digest)
    )
    return OpenedSitting(frozen=frozen, digest=kept.digest, erased_on=kept.erased_on)
