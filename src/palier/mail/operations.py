"""Making the PDFs of frozen documents: any number of processes share the work, and each document is made once."""

from datetime import datetime

from django.db import connection

from palier.foundation.periods import Month
from palier.mail.keys import keys_of
from palier.mail.models import Document
from palier.mail.notice import Notice
from palier.mail.render import made_with, render_frozen
from palier.mail.store import DocumentStore

# One wait for the disk a batch; a kill loses at most these, and they are made again, byte for byte.
_BATCH = 250


def render_block(*, month: Month, store: DocumentStore, at: datetime) -> int:
    """Make the PDFs of the next documents of the month that have none; how many. 0: another process has the rest.

    Rows are held while their PDFs are made, and skipped by the other processes. The bytes are on the disk before the
    row says so. Raises DiskFull, RenderingFailed.
    """
    waiting = list(
        Document.objects.select_for_update(skip_locked=True)
        .filter(month=month.first_day, rendered_at=None)
        .order_by("id")[:_BATCH]
        .values_list("id", "data")
    )
    if not waiting:
        return 0
    made = [render_frozen(Notice.parse(bytes(data)), bytes(data)).pdf for _, data in waiting]
    keys = keys_of(number for number, _ in waiting)
    digests = store.keep_all(made, [keys.get(number) for number, _ in waiting])
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE mail_document AS d
               SET pdf_sha256 = m.digest, pdf_bytes = m.bytes, template_sha256 = %(template)s, rendered_at = %(at)s
               FROM unnest(%(ids)s::bigint[], %(digests)s::text[], %(bytes)s::int[]) AS m (id, digest, bytes)
               WHERE d.id = m.id""",
            {
                "ids": [number for number, _ in waiting],
                "digests": digests,
                "bytes": [len(pdf) for pdf in made],
                "template": made_with().template,
                "at": at,
            },
        )
    return len(waiting)


def left_to_render(*, month: Month) -> tuple[int, int]:
    """Documents of the month without their PDF, and all of them."""
    counts = Document.objects.filter(month=month.first_day)
    return counts.filter(rendered_at=None).count(), counts.count()
