"""Telling whoever wrote that an answer waits: a notice without content, where they agreed to be told, once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from palier.dispatch.channels import Answer, Channel
from palier.dispatch.operations.lots import MOTIVE
from palier.dispatch.operations.telling import BY, Waiting, forget_gone, is_over, parcels_of, say
from palier.foundation.clock import day_of
from palier.foundation.reading import fetch
from palier.privacy.actor import batch
from palier.privacy.declare import Batch

COMMAND: Final = "réponses annoncées"
_READ: Final = ("COORDONNEES", "BAIL", "ECHANGES")
# A notice of last week tells nothing: the answer has been read, or will be at the next visit.
_WORTH_TELLING: Final = timedelta(days=2)
_MOST: Final = 200
_UNTOLD: Final = """
FROM exchanges_message WHERE author = 'AGENCY' AND told_at IS NULL AND at > %(since)s
  AND lease_id <> ALL ((SELECT palier.hidden_leases())::bigint[])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Untold:
    id: int
    lease_id: int
    person_id: int


def tell_answers(channels: Iterable[Channel], *, operator: str, at: datetime) -> int:
    """Tell of the answers that nobody was told of yet; how many. Said twice after a kill, it is one notice."""
    since = {"since": at - _WORTH_TELLING}
    with (
        batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=()),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT EXISTS (SELECT {_UNTOLD})", since)
        (is_due,) = cursor.fetchone()
    if not is_due:
        return 0
    usable = [channel for channel in channels if channel.code in BY]
    with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=_READ):
        found = fetch(
            _Untold, f"SELECT id, lease_id, person_id {_UNTOLD} ORDER BY id LIMIT %(most)s", since | {"most": _MOST}
        )
        waiting = [Waiting(key=_key(each), lease_id=each.lease_id, person_id=each.person_id) for each in found]
        parcels = [(channel, parcels_of(waiting, channel.code, on=day_of(at))) for channel in usable]
    answers: list[tuple[str, Answer]] = []
    for channel, ready in parcels:
        answers += say(channel, ready).items()
    unsure = {key for key, answer in answers if not is_over(answer)}
    done = [each.id for each in found if _key(each) not in unsure]
    with batch(Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, categories=()):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE exchanges_message SET told_at = %s WHERE id = ANY (%s::bigint[])", [at, done])
        forget_gone([answer for _, answer in answers])
    return len(done)


def _key(each: _Untold) -> str:
    return f"reponse-{each.id}"
