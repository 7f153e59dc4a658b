"""Papers put in lots: of one family, by postcode and address, 250 envelopes at most; protected addresses apart.

A sheet that goes with a notice is in its envelope: the same rank, the place after it.
"""

from datetime import datetime
from typing import Final

from django.db import connection

from palier.dispatch.operations.enclosing import choose_envelopes, enclose, settle_enclosures
from palier.dispatch.operations.numbering import year_and_last
from palier.dispatch.operations.routing import route
from palier.dispatch.queries.lots import WAITING
from palier.foundation.jobs import Progress
from palier.foundation.periods import Month
from palier.mail.models import NOTICE_KIND, RECEIPT_KINDS
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

COMMAND: Final = "lots à imprimer"
MOTIVE: Final = "COURRIER"
READ: Final = ("IDENTITE", "BAIL", "DOCUMENTS")
# Envelopes: what a mail room folds in an hour, what one compile makes in two seconds.
MOST_PAPERS: Final = 250
# Those whose data say their channel: whoever asks for lots need not have routed them.
SAY_THEIR_CHANNEL: Final = (NOTICE_KIND, *RECEIPT_KINDS)
_ADDRESS: Final = """
CASE jsonb_typeof(convert_from(d.data, 'UTF8')::jsonb -> 'destinataire')
    WHEN 'array' THEN convert_from(d.data, 'UTF8')::jsonb -> 'destinataire'
    ELSE convert_from(d.data, 'UTF8')::jsonb -> 'destinataire' -> 'adresse' END
"""
# The post's order: postcode and town, then the street, then the rest of the address.
_ORDERED: Final = f"""
CREATE TEMPORARY TABLE dispatch_in_order ON COMMIT DROP AS
SELECT id, family, is_protected, lease_id, month,
       row_number() OVER (PARTITION BY family, is_protected ORDER BY address ->> -1, address ->> -2, address::text, id)
           - 1 AS place
FROM (
    SELECT s.id, s.is_protected, s.lease_id, s.month, {_ADDRESS} AS address,
           CASE WHEN s.is_registered THEN 'RECORDED' WHEN s.kind = '{NOTICE_KIND}' THEN 'NOTICES'
                WHEN s.kind = ANY (%(receipts)s) THEN 'RECEIPTS' ELSE 'LETTERS' END AS family
    {WAITING} AND (%(month)s::date IS NULL OR s.month = %(month)s)
) AS w
"""
_PROTECTED_SINCE: Final = """
UPDATE dispatch_sending SET is_protected = true
WHERE channel = 'PRINT' AND state = 'WAITING' AND NOT is_protected
  AND lease_id = ANY ((SELECT palier.hidden_leases())::bigint[])
"""
_LOTS: Final = """
WITH cut AS (
    SELECT o.family, o.is_protected, o.place / %(most)s AS share, count(*) + count(e.id) AS papers,
           row_number() OVER (ORDER BY o.is_protected, o.family, o.place / %(most)s) AS rank
    FROM dispatch_in_order AS o LEFT JOIN dispatch_in_envelope AS e ON e.notice = o.id GROUP BY 1, 2, 3
)
INSERT INTO dispatch_printlot (number, family, is_protected, paper_count, sha256, made_by, made_at)
SELECT 'LOT-' || %(year)s || '-' || lpad((%(last)s + rank)::text, 6, '0'), family, is_protected, papers, '',
       %(by)s, %(at)s
FROM cut ORDER BY rank
RETURNING number
"""
_FILL: Final = """
WITH cut AS (
    SELECT family, is_protected, place / %(most)s AS share,
           row_number() OVER (ORDER BY is_protected, family, place / %(most)s) AS rank
    FROM dispatch_in_order GROUP BY 1, 2, 3
), lot AS (
    SELECT c.family, c.is_protected, c.share, l.id FROM cut AS c
    JOIN dispatch_printlot AS l ON l.number = 'LOT-' || %(year)s || '-' || lpad((%(last)s + c.rank)::text, 6, '0')
)
UPDATE dispatch_sending AS s
SET print_lot_id = lot.id, print_rank = o.place %% %(most)s + 1, state = 'TAKEN', taken_at = %(at)s
FROM dispatch_in_order AS o
JOIN lot ON lot.family = o.family AND lot.is_protected = o.is_protected AND lot.share = o.place / %(most)s
WHERE s.id = o.id
"""


def make_print_lots(
    *,
    by: int,
    operator: str,
    agent_id: int | None,
    at: datetime,
    month: Month | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Put every paper that waits (of one month, or of all) in lots; their numbers, none when nothing waits.

    One transaction: a paper enters one lot, once, and a kill leaves none half made. The month's notices, quittances and
    reçus that were not routed yet are routed first. What waits for a notice goes with it, whatever the month asked for.
    """
    with (
        batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, agent_id=agent_id, categories=READ),
        connection.cursor() as cursor,
    ):
        # The second of two at once finds nothing left, or the next papers. Numbers have a lock of their own: a release
        # of payslips, which needs one too, does not wait for a whole month's routing.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.print_lots'))")
        # Nobody ends a paper between the count and the lot.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.receipt_numbers'))")
        if progress is not None:
            progress.at("Papiers dans l’ordre postal", 0, 1)
        route(month=month, kinds=SAY_THEIR_CHANNEL, at=at)
        settle_enclosures(at=at)
        # After: a sheet freed from its lot is of an address as protected as it is today.
        cursor.execute(_PROTECTED_SINCE)
        cursor.execute(_ORDERED, {"receipts": list(RECEIPT_KINDS), "month": month.first_day if month else None})
        with_sheets = choose_envelopes()
        year, last = year_and_last(at)
        cut: dict[str, str | int | datetime] = {"most": MOST_PAPERS, "year": year, "last": last, "by": by, "at": at}
        cursor.execute(_LOTS, cut)
        made = [number for (number,) in cursor.fetchall()]
        cursor.execute(_FILL, cut)
        if with_sheets:
            enclose()
    if progress is not None:
        progress.at("Lots faits", len(made), len(made))
    return sorted(made)
