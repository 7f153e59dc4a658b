"""The CAF in the year that is measured: it pays what the notices deducted, but for one aid in five hundred."""

from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from palier.aid.numbers import number_digest, number_end
from palier.aid.operations.linking import Link, link_numbers
from palier.demo.caf_papers import LANDLORD_CODE, Paid, number_of, write_payments
from palier.foundation.periods import Month

_DIFFERS_EVERY = 500
_DIFFERENCE_CENTS = 100
_AIDED = """
SELECT DISTINCT l.id, l.residence_id FROM quittancement_datedamount AS d JOIN leases_lease AS l ON l.id = d.lease_id
WHERE d.kind = 'APL' ORDER BY l.id
"""
_DEDUCTED = """
SELECT k.lease_id, -sum(k.amount_cents)::bigint FROM quittancement_line AS k
JOIN quittancement_run AS r ON r.id = k.run_id AND r.state = 'SEALED' AND r.month = %(month)s
WHERE k.kind = 'APL' GROUP BY k.lease_id HAVING sum(k.amount_cents) < 0 ORDER BY k.lease_id
"""


def link_aided(*, by: int, at: datetime) -> None:
    """Give the CAF's numbers to their leases, as a takeover does. Called inside `batch()`."""
    with connection.cursor() as cursor:
        cursor.execute(_AIDED)
        links = [
            Link(
                lease_id=lease_id,
                residence_id=residence_id,
                number_digest=number_digest(LANDLORD_CODE, number_of(lease_id)),
                number_end=number_end(number_of(lease_id)),
            )
            for lease_id, residence_id in cursor.fetchall()
        ]
    with transaction.atomic():
        link_numbers(links, by=by, at=at)


def write_aid(path: Path, month: Month) -> None:
    """Write the CAF's file for a sealed month. Called inside `batch()`."""
    with connection.cursor() as cursor:
        cursor.execute(_DEDUCTED, {"month": month.first_day})
        rows = [
            Paid(
                number=number_of(lease_id), month=month, cents=cents + _DIFFERENCE_CENTS * (rank % _DIFFERS_EVERY == 0)
            )
            for rank, (lease_id, cents) in enumerate(cursor.fetchall(), 1)
        ]
    write_payments(path, rows)
