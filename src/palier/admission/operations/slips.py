"""The slip handed over at the agency: who stands there showed a paper, and takes a number away.

The agent knows the slip and not the letter; the caretaker and the flatmate may find the letter and not the slip.
"""

from datetime import datetime

from palier.admission.models import PAPERS, AccessEvent, AccessSlip
from palier.admission.operations.digests import digest_of, new_number
from palier.admission.rules import SLIP_DIGITS, SLIP_SERVES
from palier.agents.access import agent_of
from palier.foundation.errors import Refusal
from palier.people.models import Person
from palier.privacy.actor import Actor
from palier.privacy.ended import Ends, keep_ends


class PaperNotTold(Refusal):
    """Dites quelle pièce d’identité vous a été montrée : rien d’autre n’en est gardé."""


class NobodyHere(Refusal):
    """Cette personne n’est pas parmi les titulaires que vous suivez."""


def give_slip(*, person_id: int, paper: str, actor: Actor, at: datetime, residence_id: int | None = None) -> str:
    """A number to write on a slip, told this once; the former serves no more. Inside `acting()`.

    `residence_id`: that of the lease, for a file which is read by itself. Raises PaperNotTold, NobodyHere.
    """
    if paper not in dict(PAPERS):
        raise PaperNotTold
    if residence_id is None:
        residence_id = Person.objects.filter(pk=person_id).values_list("residence_id", flat=True).first()
    if residence_id is None:
        raise NobodyHere
    number = new_number(SLIP_DIGITS)
    former = AccessSlip.objects.filter(person_id=person_id, ended_at__isnull=True)
    keep_ends(Ends.SLIP, former.values_list("id", "given_at"), at=at)
    former.update(ended_at=at)
    AccessSlip.objects.create(
        person_id=person_id,
        residence_id=residence_id,
        code_sha256=digest_of(f"slip {person_id}", number),
        paper=paper,
        given_at=at,
        given_by=agent_of(actor),
        expires_at=at + SLIP_SERVES,
    )
    AccessEvent.objects.create(
        person_id=person_id, residence_id=residence_id, kind="SLIP_GIVEN", at=at, by_agent=agent_of(actor)
    )
    return f"{number[:4]} {number[4:]}"
