"""Who was paid the month before and is in no row of this one: the household waits in the queue until someone says why.

Only a file of a new month says who is absent. One that pays no month later than those already read (rappels alone, a
complement, another office of the CAF) holds whoever it concerns and nobody else: it queues no one, and takes out of the
queue those whom it pays.
"""

from collections.abc import Mapping, Set
from datetime import date

from django.db import connection

from palier.aid.models import AidFile, AidRow
from palier.aid.operations.matching import KnownLease, deducted, known_leases

# The month before is that of the latest file of the same landlord: its rows paid, whatever file they came in. Those of
# this file are set aside below: just written, they are one row to the planner, which would compare each with each.
_BEFORE = """
WITH latest AS (
    SELECT max(month) AS month FROM aid_aidfile WHERE landlord_code = %(landlord)s AND id <> %(file)s
)
SELECT DISTINCT r.number_digest, r.number_end, r.kind
FROM latest JOIN aid_aidfile AS f ON f.landlord_code = %(landlord)s AND f.month = latest.month
JOIN aid_aidrow AS r ON r.file_id = f.id AND r.month = f.month AND r.kind IN ('APL', 'RLS') AND r.amount_cents > 0
WHERE latest.month < %(month)s
ORDER BY r.number_end, r.number_digest, r.kind
"""
# Paid since, in full where the notice had given something: there is nothing left to ask.
_FOUND = """
UPDATE aid_aidrow AS a SET state = 'FOUND' FROM aid_aidrow AS paid
WHERE paid.file_id = %(file)s AND a.state = 'ABSENT' AND a.file_id <> paid.file_id
  AND a.number_digest = paid.number_digest AND a.month = paid.month
  AND (a.kind = paid.kind OR a.kind = 'APL' AND paid.kind = 'RAPPEL')
  AND paid.amount_cents >= coalesce(a.expected_cents, 0)
"""


def queue_absent(file: AidFile, *, present: Set[str]) -> int:
    """One row for each aid that a known lease received and that this file says nothing of; how many.

    `present`: the digests of the numbers that the file names.
    A lease that ended before the month has nothing to explain. Called inside the import of the file, once its rows are
    written.
    """
    facts: dict[str, str | int | date] = {"landlord": file.landlord_code, "file": file.pk, "month": file.month}
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, facts)
        cursor.execute(_BEFORE, facts)
        absent: list[tuple[str, str, str]] = [each for each in cursor.fetchall() if each[0] not in present]
    leases = known_leases(sorted({digest for digest, _, _ in absent}))
    running = {
        digest: lease for digest, lease in leases.items() if lease.ends_on is None or lease.ends_on >= file.month
    }
    rows = _rows(file, [each for each in absent if each[0] in running], running)
    AidRow.objects.bulk_create(rows, batch_size=2_000)
    return len(rows)


def _rows(file: AidFile, absent: list[tuple[str, str, str]], leases: Mapping[str, KnownLease]) -> list[AidRow]:
    billed = deducted(sorted({leases[digest].lease_id for digest, _, _ in absent}), file.month)
    last = AidRow.objects.filter(file=file).order_by("-rank").values_list("rank", flat=True).first() or 0
    return [
        AidRow(
            file=file,
            rank=rank,
            lease_id=leases[digest].lease_id,
            residence_id=leases[digest].residence_id,
            number_digest=digest,
            number_end=number_end,
            kind=kind,
            month=file.month,
            amount_cents=0,
            expected_cents=billed.get((leases[digest].lease_id, kind)),
            state="ABSENT",
        )
        for rank, (digest, number_end, kind) in enumerate(absent, last + 1)
    ]
