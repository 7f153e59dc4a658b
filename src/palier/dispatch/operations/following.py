"""What hybrid mail accepted, asked about until it says that the post has it, or that it gave up. Nothing is sent here.

What the provider gives up waits for a lot of ours; what it no longer knows is told, and never sent again by itself.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from palier.dispatch.channels import ACCEPTED, CHANNEL_LABELS, DELIVERED, HYBRID, REFUSED, Answer, Channel, Parcel, Said
from palier.dispatch.operations.outbox import BACK_TO_PAPER, alone_at, at_work
from palier.foundation.jobs import Progress

# Accepted, and unknown to the provider since.
LOST: Final = "LOST"
_BLOCK: Final = 100
# It prints once a day: more often would be noise. A silence is asked about again as soon.
_EVERY: Final = timedelta(hours=1)
# Past this, what it never said posted is for its support: it shows among what stopped.
_MONTHS: Final = 2
_DUE: Final = """
SELECT s.id, d.number, s.reference FROM dispatch_sending AS s JOIN mail_document AS d ON d.id = s.document_id
WHERE s.channel = 'HYBRID' AND s.state = 'ACCEPTED' AND s.code <> 'LOST' AND s.id > %(after)s
  AND s.month >= date_trunc('month', %(at)s::timestamptz)::date - make_interval(months => %(months)s)
  AND s.told_at <= %(asked)s AND (s.due_at IS NULL OR s.due_at <= %(at)s)
ORDER BY s.id LIMIT %(most)s
"""
_WRITE: Final = """
UPDATE dispatch_sending AS s
SET state = a.state, told_at = %(at)s, code = CASE WHEN a.code = '' THEN s.code ELSE a.code END,
    due_at = CASE WHEN a.wait > 0 THEN %(at)s::timestamptz + a.wait * interval '1 second' END
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(codes)s::text[], %(waits)s::int[]) AS a (id, state, code, wait)
WHERE s.id = a.id AND s.state = 'ACCEPTED'
"""


def follow_up(
    channel: Channel,
    *,
    operator: str,
    agent_id: int | None,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> dict[str, int]:
    """Ask what became of each letter that was accepted; how many the provider posted, refused, or lost, by state.

    Opens its own transactions, a block at a time; done twice, it asks twice and changes nothing more.
    """
    told: Counter[str] = Counter()
    if channel.code != HYBRID:
        return {}
    with alone_at(channel.code) as is_alone:
        after = 0
        while is_alone:
            with at_work(operator, agent_id):
                parcels = _due(after, clock())
            if not parcels:
                break
            answers = [(parcel, channel.ask(parcel)) for parcel in parcels]
            with at_work(operator, agent_id):
                _write(answers, at=clock())
            told.update(_state(answer) for _, answer in answers)
            after = parcels[-1].sending_id
            if progress is not None:
                progress.at(f"Suivi, {CHANNEL_LABELS[HYBRID]}", told.total(), told.total())
    return dict(told)


def _due(after: int, at: datetime) -> list[Parcel]:
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"after": after, "at": at, "asked": at - _EVERY, "months": _MONTHS, "most": _BLOCK})
        return [
            Parcel(sending_id=sending, key=number, label=number, reference=reference)
            for sending, number, reference in cursor.fetchall()
        ]


def _state(answer: Answer) -> str:
    """A provider that is busy, silent, or will not answer us changes nothing: it accepted the letter, and has it.

    Only what it says of that letter by its own reference counts: printed here for less, it would leave twice.
    """
    return (
        {Said.DELIVERED: DELIVERED, Said.REFUSED: REFUSED}.get(answer.said, ACCEPTED) if answer.reference else ACCEPTED
    )


def _code(answer: Answer) -> str:
    if answer.said is Said.NOTHING:
        return LOST
    return answer.code[:40] if answer.reference else ""


def _write(answers: list[tuple[Parcel, Answer]], *, at: datetime) -> None:
    ids = [parcel.sending_id for parcel, _ in answers]
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "at": at,
                "ids": ids,
                "states": [_state(answer) for _, answer in answers],
                "codes": [_code(answer) for _, answer in answers],
                "waits": [answer.wait_seconds if answer.said is Said.LATER else 0 for _, answer in answers],
            },
        )
        cursor.execute(BACK_TO_PAPER, {"at": at, "ids": ids})
