"""Preparing the letters of first access: one a holder, one code each, never for a protected address.

Run by a job, under the role that prints: whoever asked sees that a letter was made, never its code. Nothing of it goes
through the notices, the rounds of the lodge or the documents of the tenant.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from palier.admission.models import AccessEvent, AccessLetter, KnownContact
from palier.admission.operations.digests import digest_of, new_code, new_number, sealed_code
from palier.admission.rules import LETTER_SERVES, SELECTOR, hint_of, same_way
from palier.agents.models import User
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.jobs import Progress
from palier.foundation.reading import fetch
from palier.privacy.actor import BY_COMMAND, Reading, batch
from palier.privacy.declare import Batch
from palier.privacy.ended import Ends, keep_ends

COMMAND: Final = "lettres d’accès"
MOTIVE: Final = "CONNEXION"
READ: Final = ("IDENTITE", "BAIL", "COORDONNEES", "CONNEXION")
_BLOCK: Final = 500
_IDENTIFIER_DIGITS: Final = 8
_TRIES: Final = 5


class NotAHolderNow(Refusal):
    """Cette personne n’est titulaire d’aucun bail en cours : elle n’a pas d’espace à ouvrir."""


class AddressIsProtected(Refusal):
    """L’adresse de cette personne est protégée : sa lettre lui est remise par l’un des agents qui tiennent la
    protection."""


class AccountClosed(Refusal):
    """Le compte de cette personne a été fermé : il se rouvre d’abord, puis la lettre se prépare."""


class NumbersExhausted(Refusal):
    """Aucun numéro libre n’a été tiré pour cette lettre : relancez la préparation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A holder of a lease that runs or begins, and what the house knows of their account.

    `waits`: a letter is on its way, or one came back and nobody looked at the address yet.
    """

    person_id: int
    lease_id: int
    residence_id: int
    account: str
    is_open: bool
    is_hidden: bool
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    id: int
    person_id: int
    channel: str
    value: str


# One row a person: the lease that began last. A lease signed for next month opens the space already.
_HOLDERS: Final = """
SELECT DISTINCT ON (o.person_id) o.person_id, o.lease_id, o.residence_id, coalesce(u.identifier, '') AS account,
       coalesce(u.is_active, true) AS is_open,
       o.person_id = ANY ((SELECT palier.hidden_persons())::bigint[]) AS is_hidden,
       coalesce(a.expires_at > %(at)s, false)
           OR EXISTS (SELECT FROM admission_accessletter AS b WHERE b.person_id = o.person_id
                      AND b.returned_at IS NOT NULL AND b.checked_at IS NULL) AS waits
FROM leases_occupant AS o JOIN leases_lease AS l ON l.id = o.lease_id
LEFT JOIN agents_user AS u ON u.person_id = o.person_id
LEFT JOIN admission_accessletter AS a ON a.person_id = o.person_id AND a.ended_at IS NULL
WHERE o.role IN ('HOLDER', 'COHOLDER') AND (o.moved_out_on IS NULL OR o.moved_out_on >= %(on)s)
  AND (l.ends_on IS NULL OR l.ends_on >= %(on)s)
  AND (%(residence)s::int IS NULL OR o.residence_id = %(residence)s)
  AND (%(person)s::bigint IS NULL OR o.person_id = %(person)s) AND o.person_id > %(after)s
ORDER BY o.person_id, l.starts_on DESC, l.id DESC LIMIT %(limit)s
"""
# What their file holds, less what somebody else of the same lease has too: a telephone that is shared proves nothing.
_WAYS: Final = """
SELECT c.id, c.person_id, c.channel, c.value FROM people_contact AS c
WHERE c.person_id = ANY (%(persons)s) OR c.person_id IN (
    SELECT other.person_id FROM leases_occupant AS mine JOIN leases_occupant AS other ON other.lease_id = mine.lease_id
    WHERE mine.person_id = ANY (%(persons)s)
)
ORDER BY c.id
"""
_TOGETHER: Final = """
SELECT mine.person_id, other.person_id AS other_id
FROM leases_occupant AS mine JOIN leases_occupant AS other
  ON other.lease_id = mine.lease_id AND other.person_id <> mine.person_id
WHERE mine.person_id = ANY (%(persons)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Together:
    person_id: int
    other_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who wants letters, as the journal names them."""

    operator: str
    agent_id: int | None = None


def make_letters(*, residence_id: int | None, by: Asked, at: datetime, progress: Progress | None = None) -> int:
    """A letter for each holder who has no account and whom none waits for; how many. Asked twice, it makes none again.

    Opens its own transactions: a kill loses at most the block in hand.
    """
    made, after = 0, 0
    while True:
        with _at_work(by) as reading:
            block = _holders(residence_id=residence_id, person_id=None, after=after, at=at)
            wanted = [each for each in block if not (each.account or each.is_hidden or each.waits)]
            made += _write(wanted, by=by, by_hand=False, at=at)
            reading.saw(each.person_id for each in wanted)
        if not block:
            return made
        after = block[-1].person_id
        if progress is not None:
            progress.at("Lettres préparées", made, made)


def make_one_letter(*, person_id: int, by_hand: bool, by: Asked, at: datetime) -> None:
    """Another letter for one holder: the former serves no more. An account that is there is entered again by it.

    `by_hand`: without an address, for who keeps one secret. Raises NotAHolderNow, AddressIsProtected, AccountClosed.
    """
    with _at_work(by) as reading:
        found = _holders(residence_id=None, person_id=person_id, after=0, at=at)
        if not found:
            raise NotAHolderNow
        holder = found[0]
        if holder.is_hidden and not by_hand:
            raise AddressIsProtected
        if not holder.is_open:
            raise AccountClosed
        end_letters([person_id], ended_by="REPLACED", at=at)
        _write([holder], by=by, by_hand=by_hand, at=at)
        reading.saw([person_id])


def end_letters(person_ids: Sequence[int], *, ended_by: str, at: datetime) -> None:
    """These letters serve no more; what was kept to send their codes goes with them."""
    live = AccessLetter.objects.filter(person_id__in=person_ids, ended_at__isnull=True)
    born = list(live.values_list("id", "made_at"))
    numbers = [number for number, _ in born]
    KnownContact.objects.filter(letter_id__in=numbers).delete()
    AccessLetter.objects.filter(pk__in=numbers).update(ended_at=at, ended_by=ended_by, sealed_code=None)
    keep_ends(Ends.LETTER, born, at=at, by=ended_by)


def _at_work(by: Asked) -> AbstractContextManager[Reading]:
    return batch(
        Batch.MAIL, operator=by.operator, motive=MOTIVE, command=COMMAND, agent_id=by.agent_id, categories=READ
    )


def _holders(*, residence_id: int | None, person_id: int | None, after: int, at: datetime) -> list[Holder]:
    asked = {
        "residence": residence_id,
        "person": person_id,
        "after": after,
        "on": day_of(at),
        "at": at,
        "limit": _BLOCK,
    }
    return fetch(Holder, _HOLDERS, asked)


def _write(holders: Sequence[Holder], *, by: Asked, by_hand: bool, at: datetime) -> int:
    if not holders:
        return 0
    # One that is past its time still holds the only place.
    end_letters([each.person_id for each in holders], ended_by="REPLACED", at=at)
    ways = _own_ways([each.person_id for each in holders])
    known: list[KnownContact] = []
    for holder in holders:
        letter = _drawn(holder, by=by, by_hand=by_hand, at=at)
        known += [
            KnownContact(
                letter_id=letter.pk,
                person_id=holder.person_id,
                contact_id=way.id,
                channel="EMAIL" if way.channel == "EMAIL" else "SMS",
                hint=hint_of(way.channel, way.value),
                value_sha256=digest_of("contact", same_way(way.channel, way.value)),
            )
            for way in ways.get(holder.person_id, [])
        ]
    KnownContact.objects.bulk_create(known)
    AccessEvent.objects.bulk_create(
        AccessEvent(
            person_id=each.person_id,
            residence_id=each.residence_id,
            kind="INVITED",
            at=at,
            by_agent=by.agent_id,
        )
        for each in holders
    )
    return len(holders)


def _drawn(holder: Holder, *, by: Asked, by_hand: bool, at: datetime) -> AccessLetter:
    """A letter whose first signs and whose identifier are nobody else's. Raises NumbersExhausted."""
    for _ in range(_TRIES):
        code = new_code()
        identifier = holder.account or new_number(_IDENTIFIER_DIGITS)
        if not holder.account and _is_taken(identifier):
            continue
        try:
            with transaction.atomic():
                return AccessLetter.objects.create(
                    person_id=holder.person_id,
                    lease_id=holder.lease_id,
                    residence_id=holder.residence_id,
                    selector=code[:SELECTOR],
                    code_sha256=digest_of("letter", code),
                    sealed_code=sealed_code(code),
                    identifier=identifier,
                    by_hand=by_hand,
                    made_at=at,
                    made_by=by.agent_id if by.agent_id is not None else BY_COMMAND,
                    expires_at=at + LETTER_SERVES,
                )
        except IntegrityError:
            continue
    raise NumbersExhausted


def _is_taken(identifier: str) -> bool:
    return (
        User.objects.filter(identifier=identifier).exists()
        or AccessLetter.objects.filter(identifier=identifier).exists()
    )


def _own_ways(person_ids: list[int]) -> dict[int, list[_Way]]:
    """What may carry a code to each: a mobile telephone or a mailbox that is theirs alone in the lease."""
    asked = {"persons": person_ids}
    others: dict[int, set[int]] = {person: set() for person in person_ids}
    for pair in fetch(_Together, _TOGETHER, asked):
        others[pair.person_id].add(pair.other_id)
    theirs: dict[int, list[_Way]] = {}
    spelt: dict[int, set[str]] = {}
    for way in fetch(_Way, _WAYS, asked):
        theirs.setdefault(way.person_id, []).append(way)
        spelt.setdefault(way.person_id, set()).add(same_way(way.channel, way.value))
    found: dict[int, list[_Way]] = {}
    for person in person_ids:
        shared = set().union(*(spelt.get(other, set()) for other in others[person]))
        kept: dict[str, _Way] = {}
        for way in theirs.get(person, []):
            told = same_way(way.channel, way.value)
            if carries_a_code(way.channel, way.value) and told not in shared:
                kept.setdefault(told, way)
        found[person] = list(kept.values())
    return found


def carries_a_code(channel: str, value: str) -> bool:
    """True of a mailbox, and of a telephone that takes a short message (06, 07)."""
    if channel == "EMAIL":
        return bool(hint_of(channel, value))
    told = same_way(channel, value)
    return len(told) == 9 and told[0] in "67"
