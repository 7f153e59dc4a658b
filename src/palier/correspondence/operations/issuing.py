"""The letters of a launched sending: numbered and frozen by blocks, made on every core, then given to the outbox.

Safe to run again. A kill loses at most the block in hand, whose numbers are taken again: a letter has one number, a
number one letter.
"""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from django.db import connection

from palier.correspondence.models import Letter, Sending
from palier.correspondence.operations.checking import (
    BLOCK,
    Outcome,
    Waiting,
    at_work,
    found,
    tell,
    written_block,
)
from palier.correspondence.operations.signing import AlreadySent
from palier.correspondence.rules.fields import categories_of
from palier.correspondence.writing import Writing
from palier.dispatch.operations.routing import route_letters, void
from palier.foundation.jobs import Progress
from palier.foundation.periods import Month
from palier.foundation.reading import fetch
from palier.foundation.staging import insert_rows
from palier.mail.models import LETTER_KIND
from palier.quittancement.operations.issuing import render_kind

_COLUMNS: Final = (
    "kind", "number", "lease_id", "account_id", "residence_id", "month", "issued_on", "data", "data_sha256",
    "template_sha256", "pdf_sha256", "frozen_at",
)  # fmt: skip
_TO_WRITE = """
SELECT id, lease_id FROM correspondence_letter
WHERE sending_id = %(sending)s AND number = '' AND refusal_code = '' ORDER BY lease_id LIMIT %(limit)s
"""
_LAST = "SELECT coalesce(max(right(number, 6)::int), 0) FROM correspondence_letter WHERE number LIKE %s"
_WITHDRAWN = (
    """UPDATE mail_document AS d SET withdrawn_on = %(on)s
       FROM correspondence_letter AS n JOIN correspondence_letter AS o ON o.id = n.withdraws_id
       WHERE n.id = ANY (%(ids)s) AND n.number <> '' AND d.number = o.number AND d.withdrawn_on IS NULL""",
    """UPDATE correspondence_letter AS o SET withdrawn_on = %(on)s FROM correspondence_letter AS n
       WHERE n.id = ANY (%(ids)s) AND n.number <> '' AND o.id = n.withdraws_id AND o.withdrawn_on IS NULL""",
)
_WITHDRAWN_DOCUMENTS = """
SELECT d.id FROM correspondence_letter AS n JOIN correspondence_letter AS o ON o.id = n.withdraws_id
JOIN mail_document AS d ON d.number = o.number WHERE n.id = ANY (%(ids)s) AND n.number <> ''
"""
_TO_ROUTE = """
SELECT d.id, w.channel FROM correspondence_letter AS w JOIN mail_document AS d ON d.number = w.number
WHERE w.sending_id = %(sending)s AND w.number <> ''
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Letters that left under a number, and leases refused before or meanwhile."""

    letters: int
    refused: int


def issue_letters(
    *, sending_id: int, operator: str, agent_id: int | None, at: datetime, progress: Progress | None = None
) -> Issued:
    """Write and make every letter of a launched sending; run again, it goes on from where it stopped.

    Opens its own transactions. Raises SendingNotFound, AlreadySent, DiskFull.
    """
    with at_work(operator, agent_id):
        sending = found(sending_id)
        on = sending.issued_on
        if sending.state not in ("LAUNCHED", "MADE") or on is None:
            raise AlreadySent
    done = 0
    while sending.state == "LAUNCHED":
        with at_work(operator, agent_id, "DOCUMENTS", *categories_of(sending.version.fields)):
            block = write_block(sending_id=sending_id, at=at)
        if not block:
            break
        done += block
        if progress is not None:
            progress.at("Lettres numérotées", min(done, sending.selected_count), sending.selected_count)
    render_kind(Month.of(on), LETTER_KIND, "PDF du courrier", operator, agent_id, progress)
    with at_work(operator, agent_id, "IDENTITE", "BAIL", "DOCUMENTS"):
        if Sending.objects.filter(pk=sending_id, state="LAUNCHED").update(state="MADE", made_at=at):
            _given_to_the_outbox(sending_id, at)
        letters = Letter.objects.filter(sending_id=sending_id)
        written = letters.exclude(number="").count()
        return Issued(letters=written, refused=letters.count() - written)


def write_block(*, sending_id: int, at: datetime) -> int:
    """Number and freeze the next letters of a launched sending; how many leases were looked at. Inside `batch`."""
    with connection.cursor() as cursor:
        # One register: a number is taken once, and a block that is rolled back leaves no gap.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('palier.outgoing_numbers'))")
    sending = found(sending_id)
    on = sending.issued_on
    if sending.state != "LAUNCHED" or on is None:
        return 0
    waiting = fetch(Waiting, _TO_WRITE, {"sending": sending_id, "limit": BLOCK})
    if not waiting:
        return 0
    outcomes, writing = written_block(sending, waiting, on=on, first_rank=_last_rank(on))
    tell(outcomes, numbered=True)
    insert_rows("mail_document", _COLUMNS, [_document(each, writing, on, at) for each in outcomes if each.number])
    if sending.withdraws_id is not None:
        with connection.cursor() as cursor:
            ids = [each.letter_id for each in outcomes]
            for statement in _WITHDRAWN:
                cursor.execute(statement, {"on": on, "ids": ids})
            cursor.execute(_WITHDRAWN_DOCUMENTS, {"ids": ids})
            void(document_ids=[document for (document,) in cursor.fetchall()], at=at)
    return len(waiting)


def _given_to_the_outbox(sending_id: int, at: datetime) -> None:
    """All at once, in the transaction that says them made: a lot of paper sorts the whole sending by address."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_ROUTE, {"sending": sending_id})
        channels = dict(cursor.fetchall())
    route_letters(
        document_ids=list(channels),
        online_ids=[document for document, channel in channels.items() if channel == "ONLINE"],
        registered={document: "" for document, channel in channels.items() if channel == "REGISTERED"},
        kinds=(LETTER_KIND,),
        at=at,
    )


def _document(outcome: Outcome, writing: Writing, on: date, at: datetime) -> tuple[object, ...]:
    home = writing.homes[outcome.lease_id]
    digest = sha256(outcome.raw).hexdigest()
    return (
        LETTER_KIND, outcome.number, home.lease_id, home.account_id, home.residence_id, Month.of(on).first_day, on,
        outcome.raw, digest, "", "", at,
    )  # fmt: skip


def _last_rank(on: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [f"COURRIER-{on.year}-%"])
        (rank,) = cursor.fetchone()
        return int(rank)
