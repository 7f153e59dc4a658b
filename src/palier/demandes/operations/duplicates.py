"""Duplicates: two applications that a strong key brings together are proposed; an agent who has both says.

A strong key is the same person, or the same names with the same day of birth: an empty field brings nobody together.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from palier.agents.access import agent_of
from palier.demandes.models import Duplicate
from palier.demandes.operations.holding import changed, held_active, note
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.privacy.actor import Actor

_SAME_PERSON = """
INSERT INTO demandes_duplicate (first_id, second_id, key, state)
SELECT a.id, b.id, 'PERSON', 'PROPOSED'
FROM demandes_application AS a JOIN demandes_application AS b ON b.person_id = a.person_id AND b.id > a.id
WHERE a.state = 'ACTIVE' AND b.state = 'ACTIVE'
ON CONFLICT (first_id, second_id) DO NOTHING
"""
_SAME_NAMES_AND_BIRTH = """
INSERT INTO demandes_duplicate (first_id, second_id, key, state)
SELECT a.id, b.id, 'NAME_BIRTH', 'PROPOSED'
FROM people_person AS p
JOIN people_person AS q ON q.sort_name = p.sort_name AND q.birth_date = p.birth_date AND q.id <> p.id
JOIN demandes_application AS a ON a.person_id = p.id AND a.state = 'ACTIVE'
JOIN demandes_application AS b ON b.person_id = q.id AND b.state = 'ACTIVE' AND b.id > a.id
WHERE btrim(p.first_name) <> '' AND btrim(p.last_name) <> '' AND btrim(q.first_name) <> '' AND btrim(q.last_name) <> ''
ON CONFLICT (first_id, second_id) DO NOTHING
"""


class DuplicateNotFound(Refusal):
    """Ce rapprochement n’existe pas, ou l’une des deux demandes n’est pas visible pour vous."""


class AlreadyDecided(Refusal):
    """Ce rapprochement est déjà décidé : relisez la liste."""


class KeptIsNeither(Refusal):
    """La demande gardée est l’une des deux qui sont rapprochées : choisissez-la."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """How many new pairs were found, by key."""

    same_person: int
    same_names_and_birth: int


def propose_duplicates() -> Proposed:
    """Look through the active applications; what was proposed or decided before is not proposed again.

    Called inside `batch(Batch.IMPORT)`, which alone compares names.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SAME_PERSON)
        same_person = cursor.rowcount
        cursor.execute(_SAME_NAMES_AND_BIRTH)
        return Proposed(same_person=same_person, same_names_and_birth=cursor.rowcount)


def keep_apart(*, duplicate_id: int, actor: Actor, at: datetime) -> None:
    """The two are distinct. Raises DuplicateNotFound, AlreadyDecided."""
    with transaction.atomic():
        _decide(duplicate_id, "DISTINCT", actor=actor, at=at)


def merge(*, duplicate_id: int, kept_id: int, actor: Actor, at: datetime) -> int:
    """One application stays, with its number and the oldest seniority; the other is radiated for it. Gives the other.

    The agent instructs both. Raises DuplicateNotFound, AlreadyDecided, KeptIsNeither, and what `held_active` raises.
    """
    with transaction.atomic():
        duplicate = _decide(duplicate_id, "MERGED", actor=actor, at=at)
        pair = {duplicate.first_id, duplicate.second_id}
        if kept_id not in pair:
            raise KeptIsNeither
        (other_id,) = pair - {kept_id}
        # In the order of their numbers: two who merge at once do not wait for each other in a ring.
        first, second = (held_active(number) for number in sorted(pair))
        kept, other = (first, second) if first.pk == kept_id else (second, first)
        changed(kept, filed_on=min(kept.filed_on, other.filed_on))
        note(kept.pk, "MERGED", actor=actor, at=at)
        changed(other, state="RADIATED", radiated_on=day_of(at), radiation_motive="FUSION", merged_into_id=kept.pk)
        note(other.pk, "RADIATED", actor=actor, at=at, detail="FUSION")
    return other_id


def _decide(duplicate_id: int, state: str, *, actor: Actor, at: datetime) -> Duplicate:
    duplicate = Duplicate.objects.select_for_update().filter(pk=duplicate_id).first()
    if duplicate is None:
        raise DuplicateNotFound
    if duplicate.state != "PROPOSED":
        raise AlreadyDecided
    Duplicate.objects.filter(pk=duplicate_id).update(state=state, decided_by_id=agent_of(actor), decided_at=at)
    return duplicate
