"""What waits for an outside channel, handed over: each document once, whatever stops in between.

A document is written as taken before anything is said outside. One that is found taken, or without an answer, is asked
about by our key before it is sent: a kill or a cut line sends nothing twice.
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from palier.dispatch.channels import CHANNEL_LABELS, EMAIL, HYBRID, PUSH, VAULT, Answer, Channel, Parcel, Said
from palier.dispatch.operations.lots import MOTIVE
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.turns import alone
from palier.leases.consents import Family
from palier.leases.queries.consents import told_persons
from palier.mail.documents import kept_of
from palier.mail.models import DOCUMENT_KINDS, INVITATION_KIND
from palier.mail.store import DocumentStore
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

logger = logging.getLogger(__name__)

COMMAND: Final = "remise aux prestataires"
_READ: Final = ("IDENTITE", "COORDONNEES", "BAIL", "DOCUMENTS")
# A kill leaves at most these to be asked about; each block is one line of the journal of readings.
_BLOCK: Final = 100
# A silence is not asked about at once: the provider may still be at it.
PATIENCE_SECONDS: Final = 60
_LABELS: Final = dict(DOCUMENT_KINDS)
_STATES: Final = {
    Said.ACCEPTED: "ACCEPTED",
    Said.DELIVERED: "DELIVERED",
    Said.RETURNED: "RETURNED",
    Said.REFUSED: "REFUSED",
    Said.LATER: "WAITING",
    Said.SILENT: "UNKNOWN",
    # Asked, and it never had it: nothing was sent since.
    Said.NOTHING: "WAITING",
}
_DUE: Final = """
FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
    WHERE s.channel = %(channel)s AND s.state IN ('WAITING', 'TAKEN', 'UNKNOWN') AND NOT s.is_protected
      AND (s.due_at IS NULL OR s.due_at <= %(at)s) AND d.withdrawn_on IS NULL
      AND (NOT %(needs_pdf)s OR d.pdf_sha256 <> '')
      -- What may have left before a protection began is still asked about, and sent no more.
      AND (s.lease_id <> ALL ((SELECT palier.hidden_leases())::bigint[]) OR s.state <> 'WAITING' OR s.tries > 0)
"""
# An address protected since it was routed: what did not leave yet stays inside, on paper if paper it was. Of what was
# tried, the provider says first that it never had it.
_STAYS_INSIDE: Final = (
    """INSERT INTO dispatch_sending (document_id, lease_id, residence_id, kind, month, channel, state, is_protected,
                                      routed_at, tries, reference, code, return_reason)
       SELECT document_id, lease_id, residence_id, kind, month, 'PRINT', 'WAITING', true, %(at)s, 0, '', '', ''
       FROM dispatch_sending AS s
       WHERE s.channel = 'HYBRID' AND s.channel = %(channel)s AND s.state = 'WAITING' AND s.tries = 0
         AND s.lease_id = ANY ((SELECT palier.hidden_leases())::bigint[])
       ON CONFLICT (document_id, channel) DO NOTHING""",
    """UPDATE dispatch_sending AS s SET state = 'VOID', code = 'PROTECTED', told_at = %(at)s
       WHERE s.channel = %(channel)s AND s.state = 'WAITING' AND s.tries = 0
         AND s.lease_id = ANY ((SELECT palier.hidden_leases())::bigint[])""",
)
_TAKE: Final = f"""
WITH due AS (
    SELECT s.id, s.state, s.tries {_DUE}
    ORDER BY s.id LIMIT %(most)s FOR UPDATE OF s SKIP LOCKED
)
UPDATE dispatch_sending AS s
SET state = 'TAKEN', taken_at = %(at)s, tries = least(due.tries + 1, 30000), due_at = NULL
FROM due, mail_document AS d
WHERE s.id = due.id AND d.id = s.document_id
RETURNING s.id, d.id, d.number, d.kind, d.data, s.lease_id, s.reference, due.tries > 0 OR due.state <> 'WAITING',
          s.lease_id <> ALL ((SELECT palier.hidden_leases())::bigint[])
"""
_WRITE: Final = """
UPDATE dispatch_sending AS s
SET state = a.state, told_at = %(at)s, code = a.code, tries = CASE WHEN a.is_nowhere THEN 0 ELSE s.tries END,
    reference = CASE WHEN a.reference = '' THEN s.reference ELSE a.reference END,
    due_at = CASE WHEN a.wait > 0 THEN %(at)s::timestamptz + a.wait * interval '1 second' END
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(codes)s::text[], %(references)s::text[], %(waits)s::int[],
            %(nowhere)s::boolean[]) AS a (id, state, code, reference, wait, is_nowhere)
WHERE s.id = a.id AND s.state = 'TAKEN'
"""
_LEAVE: Final = """
UPDATE dispatch_sending AS s
SET state = CASE WHEN a.asked THEN 'UNKNOWN' ELSE 'WAITING' END, tries = CASE WHEN a.asked THEN s.tries ELSE 0 END,
    code = 'DOCUMENT', due_at = %(at)s::timestamptz + interval '1 hour'
FROM unnest(%(ids)s::bigint[], %(asked)s::boolean[]) AS a (id, asked)
WHERE s.id = a.id AND s.state = 'TAKEN'
"""
# By lease, whoever agreed to it for themselves, and where they are reached.
FAMILIES: Final = {EMAIL: Family.EMAIL, PUSH: Family.DEVICE, VAULT: Family.VAULT}
REACHES: Final = {
    EMAIL: """SELECT c.person_id, c.value, coalesce((SELECT u.language FROM agents_user AS u
                     WHERE u.person_id = c.person_id AND u.is_active ORDER BY u.id LIMIT 1), '')
              FROM people_contact AS c WHERE c.person_id = ANY (%s) AND c.channel = 'EMAIL' ORDER BY c.id""",
    PUSH: "SELECT person_id, endpoint, '' FROM dispatch_pushpoint WHERE person_id = ANY (%s) ORDER BY id",
    VAULT: "SELECT person_id, member, '' FROM dispatch_vaultaccount WHERE person_id = ANY (%s) AND ended_on IS NULL",
}
# Who is invited agreed to nothing yet: reached where their file says, once, with nothing about them.
_INVITED: Final = """
SELECT o.lease_id, c.value, coalesce((SELECT u.language FROM agents_user AS u
                                      WHERE u.person_id = c.person_id AND u.is_active ORDER BY u.id LIMIT 1), '')
FROM leases_occupant AS o JOIN people_contact AS c ON c.person_id = o.person_id
WHERE o.lease_id = ANY (%s) AND o.role = 'HOLDER' AND c.channel = 'EMAIL' ORDER BY c.id
"""
# What the provider refuses to print never left, nor an invitation without an address: they wait for a lot of ours.
BACK_TO_PAPER: Final = """
INSERT INTO dispatch_sending (document_id, lease_id, residence_id, kind, month, channel, state, is_protected, routed_at,
                              tries, reference, code, return_reason)
SELECT document_id, lease_id, residence_id, kind, month, 'PRINT', 'WAITING', is_protected, %(at)s, 0, '', '', ''
FROM dispatch_sending WHERE id = ANY (%(ids)s::bigint[]) AND state = 'REFUSED'
  AND (channel = 'HYBRID' OR channel = 'EMAIL' AND kind = 'INVITATION')
ON CONFLICT (document_id, channel) DO NOTHING
"""
_NEEDS_PDF: Final = (VAULT, HYBRID)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """What was said of the documents of one channel, by state; `is_busy` when another process is at that channel."""

    states: dict[str, int]
    is_busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """A document in hand: asked about first when it may have left, never sent once its address is protected."""

    parcel: Parcel
    must_ask: bool
    may_send: bool


def hand_over(
    channel: Channel,
    *,
    operator: str,
    agent_id: int | None,
    clock: Callable[[], datetime],
    patience_seconds: int = PATIENCE_SECONDS,
    progress: Progress | None = None,
) -> HandedOver:
    """Hand over what is due on one channel, until nothing is. Opens its own transactions, a block at a time.

    One process at a channel at once: what is found taken was left by one that was killed.
    """
    told: Counter[str] = Counter()
    with alone_at(channel.code) as is_alone:
        if not is_alone:
            return HandedOver(states={}, is_busy=True)
        while True:
            with at_work(operator, agent_id):
                is_due = _is_due(channel.code, clock())
            if not is_due:
                # Nothing is read of anyone when nothing leaves.
                return HandedOver(states=dict(told))
            with at_work(operator, agent_id, *_READ):
                taken = _taken(channel.code, clock())
            answers = [(each.parcel, _answer(channel, each)) for each in taken]
            with at_work(operator, agent_id):
                _write(answers, at=clock(), patience_seconds=patience_seconds)
            told.update(_STATES[answer.said] for _, answer in answers)
            if progress is not None:
                progress.at(CHANNEL_LABELS[channel.code], told.total(), told.total())


def _answer(channel: Channel, taken: _Taken) -> Answer:
    if taken.must_ask:
        known = channel.ask(taken.parcel)
        if known.said is Said.REFUSED and not known.reference:
            # The question was refused: whether the document is there is still unknown.
            return replace(known, said=Said.SILENT)
        if known.said is not Said.NOTHING or not taken.may_send:
            return known
    return channel.send(taken.parcel)


def alone_at(code: str) -> AbstractContextManager[bool]:
    """True for one process at a channel at once."""
    return alone(f"palier.dispatch.{code}")


@contextmanager
def at_work(operator: str, agent_id: int | None, *categories: str) -> Iterator[None]:
    """The transaction of a block, journaled with what it reads of people."""
    with batch(
        Batch.MAIL,
        operator=operator,
        motive=MOTIVE,
        command=COMMAND,
        agent_id=agent_id,
        categories=categories,
    ):
        yield


def _is_due(code: str, at: datetime) -> bool:
    with connection.cursor() as cursor:
        for statement in _STAYS_INSIDE:
            cursor.execute(statement, {"channel": code, "at": at})
        cursor.execute(f"SELECT EXISTS (SELECT {_DUE})", {"channel": code, "at": at, "needs_pdf": code in _NEEDS_PDF})
        (found,) = cursor.fetchone()
        return bool(found)


def _taken(code: str, at: datetime) -> list[_Taken]:
    """The next documents due, written as taken, each with whether it must be asked about first."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"channel": code, "at": at, "most": _BLOCK, "needs_pdf": code in _NEEDS_PDF})
        rows = cursor.fetchall()
        invited = [row[5] for row in rows if row[3] == INVITATION_KIND and row[8]]
        reaches = _reaches(cursor, code, [row[5] for row in rows if row[3] != INVITATION_KIND and row[8]], at)
        called = _places(cursor, invited) if code == EMAIL else {}
    pdfs: dict[int, bytes] = {}
    if code in _NEEDS_PDF:
        # A question needs no bytes.
        pdfs = _opened(row[1] for row in rows if row[8])
        _left_for_later([(row[0], row[7]) for row in rows if row[8] and row[1] not in pdfs], at)
        rows = [row for row in rows if not row[8] or row[1] in pdfs]
    taken = []
    for sending, document, number, kind, data, lease_id, reference, must_ask, may_send in rows:
        places = (called if kind == INVITATION_KIND else reaches).get(lease_id, ())
        parcel = Parcel(
            sending_id=sending,
            key=number,
            label=f"{_LABELS[kind].capitalize()} {number}",
            pdf=pdfs.get(document, b""),
            address=_address(bytes(data)) if code == HYBRID and may_send else (),
            reaches=tuple(place for place, _ in places),
            spoken=tuple(said for _, said in places),
            reference=reference,
            kind=kind,
        )
        taken.append(_Taken(parcel=parcel, must_ask=must_ask, may_send=may_send))
    return taken


def _opened(documents: Iterable[int]) -> dict[int, bytes]:
    """The exact PDFs, but those that the store cannot give: one damaged paper keeps no other from leaving."""
    store = DocumentStore(Path(settings.DOCUMENT_ROOT))
    pdfs: dict[int, bytes] = {}
    for document, place in kept_of(documents).items():
        try:
            pdfs[document] = store.open(place)
        except Refusal as fault:
            logger.error("%s", fault)
    return pdfs


def _left_for_later(damaged: list[tuple[int, bool]], at: datetime) -> None:
    """Nothing was said outside of these: what had never left waits as before, what may have left stays unknown."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LEAVE, {"ids": [number for number, _ in damaged], "asked": [asked for _, asked in damaged], "at": at}
        )


def _reaches(cursor: CursorWrapper, code: str, leases: list[int], at: datetime) -> dict[int, list[tuple[str, str]]]:
    """By lease, where those are reached who agreed to it, and in what language, as it stands when it is sent."""
    if code not in REACHES or not leases:
        return {}
    told = told_persons(leases, FAMILIES[code], on=day_of(at))
    cursor.execute(REACHES[code], [sorted({person for persons in told.values() for person in persons})])
    places: dict[int, list[tuple[str, str]]] = {}
    for person, place, language in cursor.fetchall():
        places.setdefault(person, []).append((place, language))
    return {lease: [place for person in persons for place in places.get(person, ())] for lease, persons in told.items()}


def _places(cursor: CursorWrapper, leases: list[int]) -> dict[int, list[tuple[str, str]]]:
    if not leases:
        return {}
    cursor.execute(_INVITED, [leases])
    places: dict[int, list[tuple[str, str]]] = {}
    for lease, place, language in cursor.fetchall():
        places.setdefault(lease, []).append((place, language))
    return places


def _address(data: bytes) -> tuple[str, ...]:
    addressee = json.loads(data)["destinataire"]
    return tuple(addressee if isinstance(addressee, list) else addressee["adresse"])


def _write(answers: list[tuple[Parcel, Answer]], *, at: datetime, patience_seconds: int) -> None:
    waits = [
        answer.wait_seconds if answer.said is Said.LATER else patience_seconds if answer.said is Said.SILENT else 0
        for _, answer in answers
    ]
    gone = [place for _, answer in answers for place in answer.gone]
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "at": at,
                "ids": [parcel.sending_id for parcel, _ in answers],
                "states": [_STATES[answer.said] for _, answer in answers],
                "codes": [answer.code[:40] for _, answer in answers],
                "references": [answer.reference[:80] for _, answer in answers],
                "waits": waits,
                "nowhere": [answer.said is Said.NOTHING for _, answer in answers],
            },
        )
        cursor.execute(BACK_TO_PAPER, {"at": at, "ids": [parcel.sending_id for parcel, _ in answers]})
        if gone:
            cursor.execute("DELETE FROM dispatch_pushpoint WHERE endpoint = ANY (%s::text[])", [gone])
