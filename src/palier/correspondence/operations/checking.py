"""The dry run of a sending: each letter is written as it would leave, kept nowhere, and what stands in its way is told.

Safe to run again: a kill loses at most the block in hand.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection

from palier.correspondence.access import SendingNotFound
from palier.correspondence.models import Sending
from palier.correspondence.queries.sendings import SendingRow
from palier.correspondence.rules.fields import categories_of
from palier.correspondence.writing import Writing, refusal_code
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.reading import fetch, fetch_count
from palier.leases.listed import Listed
from palier.leases.queries.lists import LeaseFilter
from palier.privacy.actor import Reading, batch
from palier.privacy.declare import Batch

COMMAND: Final = "courrier sortant"
MOTIVE: Final = "COURRIER"
BLOCK: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a dry run found."""

    letters: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one lease of a block."""

    letter_id: int
    lease_id: int
    number: str = ""
    channel: str = "PAPER"
    refusal_code: str = ""
    refusal: str = ""
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One lease of a sending that waits for its turn."""

    id: int
    lease_id: int


# Those whom no list shows: chosen like the others, told to nobody but whoever holds their protection.
_PROTECTED = """
WITH chosen AS (
    INSERT INTO correspondence_letter (sending_id, lease_id, residence_id)
    SELECT %(sending)s, l.id, l.residence_id
    FROM leases_lease AS l JOIN estate_residence AS r ON r.id = l.residence_id
    WHERE l.id = ANY ((SELECT palier.hidden_leases())::bigint[])
      AND (%(own)s::bigint IS NULL OR r.agency_id = %(own)s) AND {where}
    ON CONFLICT DO NOTHING RETURNING 1
) SELECT count(*) FROM chosen
"""
_UNTRIED = """
SELECT id, lease_id FROM correspondence_letter
WHERE sending_id = %(sending)s AND number = '' AND refusal_code = '' AND NOT is_tried
ORDER BY lease_id LIMIT %(limit)s
"""
_TOLD = """
UPDATE correspondence_letter AS w
SET is_tried = true, channel = t.channel, number = t.number, refusal_code = t.code, refusal = t.refusal
FROM unnest(%(ids)s::bigint[], %(channels)s::text[], %(numbers)s::text[], %(codes)s::text[], %(refusals)s::text[])
     AS t (id, channel, number, code, refusal)
WHERE w.id = t.id
"""
_COUNTS = """
SELECT count(*) FILTER (WHERE refusal_code = '')::int AS letters,
       count(*) FILTER (WHERE refusal_code <> '')::int AS refused
FROM correspondence_letter WHERE sending_id = %(sending)s
"""


def try_letters(
    *, sending_id: int, operator: str, agent_id: int | None, at: datetime, progress: Progress | None = None
) -> Tried:
    """Try every letter of a chosen sending. Run again it goes on from where it stopped. Raises SendingNotFound.

    Opens its own transactions.
    """
    with at_work(operator, agent_id):
        sending = found(sending_id)
        if sending.state == "SELECTED" and not sending.is_single and sending.withdraws_id is None:
            _choose_protected(sending, on=at.date())
    done = 0
    while sending.state == "SELECTED":
        with at_work(operator, agent_id, *categories_of(sending.version.fields)):
            block = try_block(sending, on=at.date())
        if not block:
            break
        done += block
        if progress is not None:
            progress.at("Lettres essayées", min(done, sending.selected_count), sending.selected_count)
    with at_work(operator, agent_id):
        Sending.objects.filter(pk=sending_id, state="SELECTED").update(state="CHECKED", checked_at=at)
        (counts,) = fetch(Tried, _COUNTS, {"sending": sending_id})
    return counts


def try_block(sending: Sending, *, on: date) -> int:
    """Try the next letters; how many. 0: none is left. Inside `batch`."""
    waiting = fetch(Waiting, _UNTRIED, {"sending": sending.pk, "limit": BLOCK})
    if waiting:
        outcomes, _ = written_block(sending, waiting, on=on, first_rank=0)
        tell(outcomes, numbered=False)
    return len(waiting)


def written_block(
    sending: Sending, waiting: Sequence[Waiting], *, on: date, first_rank: int
) -> tuple[list[Outcome], Writing]:
    """Each letter of a block, written under the numbers that follow `first_rank`, or refused."""
    writing = Writing(sending, [each.lease_id for each in waiting], on=on)
    outcomes: list[Outcome] = []
    rank = first_rank
    for each in waiting:
        number = f"COURRIER-{on.year}-{rank + 1:06d}"
        try:
            letter = writing.letter(each.lease_id, number)
        except Refusal as refusal:
            outcome = Outcome(
                letter_id=each.id,
                lease_id=each.lease_id,
                refusal_code=refusal_code(refusal),
                refusal=str(refusal)[:300],
            )
        else:
            rank += 1
            outcome = Outcome(
                letter_id=each.id,
                lease_id=each.lease_id,
                number=number,
                channel=letter.channel,
                raw=letter.raw,
            )
        outcomes.append(outcome)
    return outcomes, writing


def tell(outcomes: Sequence[Outcome], *, numbered: bool) -> None:
    """Write what became of each; its number when it leaves."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TOLD,
            {
                "ids": [each.letter_id for each in outcomes],
                "channels": [each.channel for each in outcomes],
                "numbers": [each.number if numbered else "" for each in outcomes],
                "codes": [each.refusal_code for each in outcomes],
                "refusals": [each.refusal for each in outcomes],
            },
        )


def at_work(operator: str, agent_id: int | None, *categories: str) -> AbstractContextManager[Reading]:
    """The transaction of a block: journaled with the categories that the text reads, in the name of who asked."""
    return batch(
        Batch.MAIL, operator=operator, motive=MOTIVE, command=COMMAND, agent_id=agent_id, categories=categories
    )


def found(sending_id: int) -> Sending:
    """A sending with its version. Raises SendingNotFound."""
    sending = Sending.objects.select_related("version__template").filter(pk=sending_id).first()
    if sending is None:
        raise SendingNotFound
    return sending


def listed_of(row: Sending | SendingRow) -> Listed | None:
    """The list of the desk that a sending was chosen from; none, the list of leases."""
    if not row.list_code:
        return None
    return Listed(code=row.list_code, of=row.list_of, word=row.list_word, view=row.list_view, on=row.list_on)


def _choose_protected(sending: Sending, *, on: date) -> None:
    kept = LeaseFilter(
        state=sending.lease_state,
        payment_mode=sending.payment_mode,
        kind=sending.lease_kind,
        agency_id=sending.filter_agency_id,
        listed=listed_of(sending),
    )
    where, parameters = kept.where(of_tenants=False)
    facts = {**parameters, "today": on, "sending": sending.pk, "own": sending.agency_id}
    fetch_count(_PROTECTED.format(where=where), facts)
