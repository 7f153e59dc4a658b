"""Lots to print: those made, what waits for one, the papers of one, the sheet of a mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection

from palier.dispatch.channels import HYBRID, PRINT
from palier.foundation.reading import fetch, fetch_count, fetch_one
from palier.mail.models import NOTICE_KIND

SHOWN_LOTS: Final = 100
_LOTS = """
SELECT l.id, l.number, l.family, l.is_protected, l.paper_count, l.sheet_count, l.sha256, l.made_at, l.taken_at,
       coalesce((SELECT first_name || ' ' || last_name FROM agents_agent AS a WHERE a.id = l.made_by), '') AS made_by
FROM dispatch_printlot AS l
WHERE (%(number)s = '' OR l.number = %(number)s)
  AND (NOT %(waiting)s OR l.taken_at IS NULL AND l.family NOT IN ('ACCESS', 'PAYSLIPS'))
ORDER BY l.number DESC LIMIT %(limit)s
"""
_PAPERS = """
SELECT s.print_rank AS rank, s.print_place AS place, s.document_id, s.kind, d.number, d.pdf_sha256, d.template_sha256,
       d.data, t.reference AS lease, s.lease_id, s.reference AS slip,
       d.withdrawn_on IS NOT NULL OR s.state = 'VOID' AS is_over,
       s.print_place > 0 AND first_value(d.withdrawn_on IS NOT NULL OR s.state = 'VOID') OVER envelope AS lacks_notice
FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
JOIN leases_lease AS t ON t.id = s.lease_id
WHERE s.print_lot_id = %(lot)s WINDOW envelope AS (PARTITION BY s.print_rank ORDER BY s.print_place)
ORDER BY s.print_rank, s.print_place
"""
# Made, still true, on paper, in no lot yet, and waiting for no notice.
_IN_NO_LOT: Final = """
FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
WHERE s.channel = 'PRINT' AND s.state = 'WAITING' AND s.print_lot_id IS NULL AND NOT s.goes_with_notice
  AND d.withdrawn_on IS NULL
"""
WAITING: Final = f"{_IN_NO_LOT} AND d.pdf_sha256 <> ''\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """A lot, and who had it made (empty for a command)."""

    id: int
    number: str
    family: str
    is_protected: bool
    paper_count: int
    sheet_count: int | None
    sha256: str
    made_at: datetime
    taken_at: datetime | None
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One paper of a lot: the rank of its envelope, its place in it from 0.

    `is_over`: it no longer says the truth. `lacks_notice`: the notice of its envelope no longer does, so there is none.
    """

    rank: int
    place: int
    document_id: int
    kind: str
    number: str
    pdf_sha256: str
    template_sha256: str
    data: bytes
    lease: str
    lease_id: int
    # Of a registered letter, where the carrier gave it before the lot left.
    slip: str
    is_over: bool
    lacks_notice: bool

    @property
    def is_posted(self) -> bool:
        """True when it is to be printed and posted."""
        return not (self.is_over or self.lacks_notice)


def print_lots() -> list[LotRow]:
    """The last lots made, the last first."""
    return fetch(LotRow, _LOTS, {"number": "", "waiting": False, "limit": SHOWN_LOTS})


def lots_not_taken() -> list[LotRow]:
    """Every lot of the outbox that nobody took out yet, the first made first."""
    return list(reversed(fetch(LotRow, _LOTS, {"number": "", "waiting": True, "limit": 100_000})))


def print_lot(number: str) -> LotRow | None:
    """One lot, or None."""
    return fetch_one(LotRow, _LOTS, {"number": number, "waiting": False, "limit": 1}) if number else None


def lot_papers(lot_id: int) -> list[PaperRow]:
    """The papers of a lot that whoever asks may see, in their order."""
    return fetch(PaperRow, _PAPERS, {"lot": lot_id})


def papers_waiting() -> int:
    """How many papers wait for a lot."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {WAITING}")
        found: tuple[int] = cursor.fetchone()
    return found[0]


def papers_to_make() -> int:
    """How many papers that will wait for a lot have no PDF yet."""
    return fetch_count(f"SELECT count(*) {_IN_NO_LOT} AND d.pdf_sha256 = ''", {})


def sheets_waiting_for_a_notice() -> int:
    """How many sheets wait for the next notice of their lease, of those that whoever asks may see."""
    return fetch_count("SELECT count(*) FROM dispatch_sending WHERE goes_with_notice AND state = 'WAITING'", {})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesOnPaper:
    """Where the notices on paper stand: how many wait for a lot, their last month, the day of their last lot."""

    waiting: int
    month: date | None
    last_lot_at: datetime | None


_NOTICES = f"""
SELECT (SELECT count(*)::int {WAITING} AND s.kind = '{NOTICE_KIND}') AS waiting,
       (SELECT month FROM dispatch_sending WHERE channel = 'PRINT' AND kind = '{NOTICE_KIND}'
        ORDER BY month DESC LIMIT 1) AS month,
       (SELECT max(made_at) FROM dispatch_printlot WHERE family = 'NOTICES') AS last_lot_at
"""


def notices_on_paper() -> NoticesOnPaper:
    """Where they stand, of those that whoever asks may see."""
    (found,) = fetch(NoticesOnPaper, _NOTICES, {})
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPlace:
    """Where some papers of a sender are: in one lot, waiting for one (no number), or given to hybrid mail.

    `with_notice`: in the envelope of the notice of their lease, or waiting for it. `is_moot`: what they propose has no
    object any more, so they leave no more.
    """

    channel: str
    number: str
    taken_at: datetime | None
    with_notice: bool
    is_moot: bool
    papers: int
    over: int


_PLACES = """
SELECT s.channel, coalesce(l.number, '') AS number, l.taken_at, s.goes_with_notice AS with_notice,
       s.state = 'VOID' AND s.print_lot_id IS NULL AND s.code IN ('NO_MORE', 'AGREED', 'ENDED') AS is_moot,
       count(*)::int AS papers, count(*) FILTER (WHERE d.withdrawn_on IS NOT NULL OR s.state = 'VOID')::int AS over
FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
LEFT JOIN dispatch_printlot AS l ON l.id = s.print_lot_id
WHERE s.channel = ANY (%(channels)s::text[]) AND d.number IN ({numbers})
GROUP BY s.channel, l.number, l.taken_at, s.goes_with_notice, is_moot
ORDER BY is_moot, l.number NULLS FIRST, s.channel, with_notice DESC
"""


def places_of(
    numbers: str, parameters: Mapping[str, object], *, channels: Sequence[str] = (PRINT, HYBRID)
) -> list[PaperPlace]:
    """Where the papers of a sender above are, of those that whoever asks may see. `numbers`: the sender's statement."""
    return fetch(PaperPlace, _PLACES.format(numbers=numbers), {**parameters, "channels": list(channels)})


@dataclass(frozen=True, slots=True, kw_only=True)
class TakingRow:
    """One time that a lot, or a sheet of it, was taken out; by whom is empty for a command."""

    rank: int | None
    sheet: int | None
    sha256: str
    taken_at: datetime
    taken_by: str


_TAKINGS = """
SELECT t.rank, t.sheet, t.sha256, t.taken_at,
       coalesce((SELECT first_name || ' ' || last_name FROM agents_agent AS a WHERE a.id = t.taken_by), '') AS taken_by
FROM dispatch_lottaking AS t WHERE t.lot_id = %(lot)s ORDER BY t.id DESC LIMIT 50
"""


def lot_takings(lot_id: int) -> list[TakingRow]:
    """The last times that a lot or a sheet of it was taken out, the last first."""
    return fetch(TakingRow, _TAKINGS, {"lot": lot_id})
