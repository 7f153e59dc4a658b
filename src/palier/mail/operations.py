"""Making the PDFs of frozen documents: any number of processes share the work, and each document is made once."""

from datetime import datetime

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from palier.foundation.errors import Refusal
from palier.foundation.periods import Month
from palier.mail.models import NOTICE_KIND, RECEIPT_KINDS, Document
from palier.mail.notice import Notice
from palier.mail.receipt import Receipt
from palier.mail.render import made_with, render_frozen
from palier.mail.report import logo_named_in, render_frozen_report, report_template
from palier.mail.sender import logo_drawing
from palier.mail.store import DocumentStore
from palier.mail.vault.noting import Noted, Owner, note

# One wait for the disk a batch; a kill loses at most these, and they are made again, byte for byte.
_BATCH = 250


class DocumentsHeldElsewhere(Refusal):
    """Un autre travail tient encore des documents de ce mois et ne les rend pas : relancez l’édition dans quelques
    minutes, ou redémarrez le travailleur. Aucun papier n’est perdu."""


def render_block(
    *, month: Month, store: DocumentStore, at: datetime, kind: str = NOTICE_KIND, waits: bool = False
) -> int:
    """Make the PDFs of the next documents of the month that have none; how many. 0: another process has the rest.

    With `waits`, what another process holds is waited for and made here when that one died with it. 0 then says that
    nothing is left to make.

    Notices and receipts have templates of their own; every other kind is the frozen data of a report.

    Rows are held while their PDFs are made, and skipped by the other processes. The bytes are on the disk before the
    row says so. Raises DiskFull, RenderingFailed, DocumentsHeldElsewhere.
    """
    waiting = _held(month, kind, waits=waits)
    if not waiting:
        return 0
    made = [_pdf(kind, data) for _, data, _, _ in waiting]
    kept = store.deposit(made)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE mail_document AS d
               SET pdf_sha256 = m.digest, pdf_bytes = m.bytes, template_sha256 = %(template)s, rendered_at = %(at)s,
                   kept_key = m.key, kept_pack = m.pack, kept_slot = m.slot
               FROM unnest(%(ids)s::bigint[], %(digests)s::text[], %(bytes)s::int[], %(keys)s::bytea[],
                           %(packs)s::text[], %(slots)s::int[]) AS m (id, digest, bytes, key, pack, slot)
               WHERE d.id = m.id""",
            {
                "ids": [number for number, *_ in waiting],
                "digests": [each.digest for each in kept],
                "bytes": [each.size for each in kept],
                "keys": [each.wrapped for each in kept],
                "packs": [each.pack for each in kept],
                "slots": [each.slot for each in kept],
                "template": _template(kind),
                "at": at,
            },
        )
    note(
        (
            Noted(kind="DEPOSITED", sha256=each.digest, owner=Owner(lease_id=lease, residence_id=residence))
            for each, (_, _, lease, residence) in zip(kept, waiting, strict=True)
        ),
        by="JOB",
        at=at,
    )
    return len(waiting)


def left_to_render(*, month: Month, kind: str = NOTICE_KIND) -> tuple[int, int]:
    """Documents of the month and kind without their PDF, and all of them."""
    counts = Document.objects.filter(month=month.first_day, kind=kind)
    return counts.filter(rendered_at=None).count(), counts.count()


def _held(month: Month, kind: str, *, waits: bool) -> list[tuple[int, bytes, int, int]]:
    """The next documents without their PDF, held until the transaction ends, in one order for everybody: each with its
    data, its lease and its residence."""
    left = Document.objects.select_for_update(skip_locked=not waits).filter(
        month=month.first_day, kind=kind, rendered_at=None
    )
    try:
        found = left.order_by("id")[:_BATCH].values_list("id", "data", "lease_id", "residence_id")
        return [(number, bytes(data), lease, residence) for number, data, lease, residence in found]
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise DocumentsHeldElsewhere from error
        raise


def _template(kind: str) -> str:
    if kind == NOTICE_KIND:
        return made_with(Notice).template
    return made_with(Receipt).template if kind in RECEIPT_KINDS else report_template()


def _pdf(kind: str, data: bytes) -> bytes:
    if kind == NOTICE_KIND or kind in RECEIPT_KINDS:
        document = Notice.parse(data) if kind == NOTICE_KIND else Receipt.parse(data)
        return render_frozen(document, data, logo=logo_drawing(document.landlord.logo)).pdf
    return render_frozen_report(data, logo=logo_drawing(logo_named_in(data)))
