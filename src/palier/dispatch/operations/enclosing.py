"""Sheets that leave inside the envelope of the next notice of their lease, so that no postage of their own is paid.

A sheet waits for that notice, and never for ever. It is void once its lease agreed to notices on line, once the lease
is over, once a holder wants no more proposals. It leaves alone, as a letter, after `MOST_DAYS` without a notice on
paper, or where notices are given to hybrid mail. One sheet an envelope: a notice of one page or two should stay within
the first step of weight. A sheet whose notice no longer holds before the lot is taken out is not posted: it waits again
(decision 0027).
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from palier.dispatch.adapters.hybrid import kinds_given_to_hybrid_mail
from palier.foundation.clock import day_of
from palier.leases.queries.consents import agreed_since_sql
from palier.mail.models import NOTICE_KIND, PROPOSALS

# Two monthly notices come within it: past it, none comes on paper.
MOST_DAYS: Final = 60
_FREE: Final = """
WITH freed AS (
    UPDATE dispatch_sending AS s
    SET state = 'WAITING', taken_at = NULL, print_lot_id = NULL, print_rank = NULL, print_place = 0
    FROM dispatch_sending AS n JOIN mail_document AS d ON d.id = n.document_id
    WHERE s.goes_with_notice AND s.state = 'TAKEN' AND s.print_place > 0
      AND n.print_lot_id = s.print_lot_id AND n.print_rank = s.print_rank AND n.print_place = 0
      AND (d.withdrawn_on IS NOT NULL OR n.state = 'VOID')
    RETURNING n.print_lot_id
)
UPDATE dispatch_printlot AS l SET paper_count = l.paper_count - f.sheets
FROM (SELECT print_lot_id, count(*) AS sheets FROM freed GROUP BY 1) AS f WHERE l.id = f.print_lot_id
"""
_WANTED_NO_MORE: Final = """
UPDATE dispatch_sending SET state = 'VOID', told_at = %(at)s, code = 'NO_MORE'
WHERE channel = 'PRINT' AND state = 'WAITING' AND kind = ANY (%(proposals)s::text[])
  AND lease_id = ANY ((SELECT palier.leases_proposed_no_more())::bigint[])
"""
_MOOT: Final = f"""
UPDATE dispatch_sending AS s SET state = 'VOID', told_at = %(at)s,
       code = CASE WHEN l.ends_on <= %(on)s THEN 'ENDED' ELSE 'AGREED' END
FROM leases_lease AS l
WHERE s.goes_with_notice AND s.state = 'WAITING' AND l.id = s.lease_id
  AND (l.ends_on <= %(on)s OR {agreed_since_sql(family="'NOTICES'", on="%(on)s::date")} IS NOT NULL)
"""
_ALONE: Final = """
UPDATE dispatch_sending SET goes_with_notice = false
WHERE goes_with_notice AND state = 'WAITING' AND (routed_at < %(since)s OR %(outside)s AND NOT is_protected)
"""
# The sheet that waited longest, behind the last notice of its lease that is about to enter a lot.
_IN_ENVELOPE: Final = """
CREATE TEMPORARY TABLE dispatch_in_envelope ON COMMIT DROP AS
SELECT DISTINCT ON (s.lease_id) s.id, o.id AS notice
FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
JOIN dispatch_in_order AS o ON o.lease_id = s.lease_id AND o.is_protected = s.is_protected AND o.family = 'NOTICES'
WHERE s.goes_with_notice AND s.state = 'WAITING' AND d.pdf_sha256 <> '' AND d.withdrawn_on IS NULL
ORDER BY s.lease_id, s.id, o.month DESC, o.id DESC
"""
_ENCLOSE: Final = """
UPDATE dispatch_sending AS s
SET print_lot_id = n.print_lot_id, print_rank = n.print_rank, print_place = 1, state = 'TAKEN', taken_at = n.taken_at
FROM dispatch_in_envelope AS e JOIN dispatch_sending AS n ON n.id = e.notice WHERE s.id = e.id
"""


def settle_enclosures(*, at: datetime) -> None:
    """End the waiting of the sheets that no notice is to take; free those whose notice no longer holds.

    Inside `batch`. Done twice, it changes nothing more.
    """
    with connection.cursor() as cursor:
        # What the making of lots counted, nobody ends before it is in its lot: the night waits for it.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.print_lots'))")
        cursor.execute(_FREE)
        cursor.execute(_WANTED_NO_MORE, {"at": at, "proposals": list(PROPOSALS)})
        cursor.execute(_MOOT, {"at": at, "on": day_of(at)})
        outside = NOTICE_KIND in kinds_given_to_hybrid_mail()
        cursor.execute(_ALONE, {"since": at - timedelta(days=MOST_DAYS), "outside": outside})


def choose_envelopes() -> bool:
    """Which sheet goes behind which notice of `dispatch_in_order`; whether any does. Inside the making of lots."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_ENVELOPE)
        # The planner would look through years of sendings for rows that it guesses.
        cursor.execute("ANALYZE dispatch_in_envelope")
        cursor.execute("SELECT EXISTS (SELECT FROM dispatch_in_envelope)")
        (found,) = cursor.fetchone()
        return bool(found)


def enclose() -> None:
    """Put the chosen sheets where their notices now are. Inside the making of lots."""
    with connection.cursor() as cursor:
        cursor.execute(_ENCLOSE)
