"""What a page asks of a job about allocation: letters that need names, a lease that no officer may write."""

from contextlib import suppress
from datetime import date, datetime

from palier.attribution.models import OccupationReview, Offer, Sitting
from palier.attribution.operations.notifying import SittingNotSealed
from palier.attribution.operations.offers import OfferUnknown
from palier.attribution.operations.reviewing import ReviewNotFound, refuse_no_transfer
from palier.attribution.operations.signing import (
    LeaseAlreadyWritten,
    OfferNotAccepted,
    lease_draft,
    refuse_bad_signature,
)
from palier.attribution.operations.vacancies import refuse_still_let
from palier.demandes.rules.numbers import application_number
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.models import JobProgress
from palier.foundation.money import Cents
from palier.privacy.actor import Actor
from palier.privacy.declare import ROLE_LABELS, Role
from palier.privacy.deferring import AlreadyAsked, defer

QUEUE = "attribution"
MAY_ASK = (Role.ALLOCATION_OFFICER, Role.COMMISSION_SECRETARY)
MAKES_LETTERS = "palier.attribution.tasks.make_letters_of"
WRITES_LEASE = "palier.attribution.tasks.write_lease"
MAKES_NEXT = "palier.attribution.tasks.make_next_letter"
FILES_TRANSFER = "palier.attribution.tasks.file_transfer_of"


class MayNotAllocate(Refusal):
    """La fonction « {function} » ne conduit pas d’attribution."""


def require_allocation(role: Role) -> None:
    """Raises MayNotAllocate."""
    if role not in MAY_ASK:
        raise MayNotAllocate(function=ROLE_LABELS[role])


def letters_key(sitting_id: int, job: int | None = None) -> str:
    """The name under which the letters of a sitting show: "commission:12/57"."""
    return f"commission:{sitting_id}" if job is None else f"commission:{sitting_id}/{job}"


def lease_key(offer_id: int, job: int | None = None) -> str:
    """The name under which the lease of an offer shows: "offer-lease:12/57"."""
    return f"offer-lease:{offer_id}" if job is None else f"offer-lease:{offer_id}/{job}"


def ask_letters(*, sitting_id: int, actor: Actor, at: datetime) -> int:
    """Ask for the letters of a sealed sitting; the job's number.

    Raises MayNotAllocate, SittingNotSealed, AlreadyAsked.
    """
    require_allocation(Role(actor.role.value))
    sitting = Sitting.objects.get(pk=sitting_id)
    if sitting.state != "SEALED":
        raise SittingNotSealed(number=sitting.number)
    job = defer(
        MAKES_LETTERS,
        queue=QUEUE,
        lock=letters_key(sitting_id),
        queueing_lock=letters_key(sitting_id),
        args={"sitting_id": sitting_id, "asked_by": actor.agent_id},
    )
    _shown(letters_key(sitting_id, job), "Lettres de la commission", at)
    return job


def ask_next_letter(*, vacancy_id: int, actor: Actor) -> int:
    """Ask for the letter to the next rank. Raises MayNotAllocate, AlreadyAsked."""
    require_allocation(Role(actor.role.value))
    return defer(
        MAKES_NEXT,
        queue=QUEUE,
        lock=f"next-offer:{vacancy_id}",
        queueing_lock=f"next-offer:{vacancy_id}",
        args={"vacancy_id": vacancy_id, "asked_by": actor.agent_id},
    )


def ask_next_after_own(*, offer_id: int, at: datetime) -> None:
    """Ask for the letter to the next rank once a person refused by themself; one that waits already is enough.

    Raises OfferUnknown unless the offer is theirs and refused today.
    """
    refused = Offer.objects.filter(pk=offer_id, state="REFUSED", answered_on=day_of(at)).first()
    if refused is None:
        raise OfferUnknown
    key = f"next-offer:{refused.vacancy_id}"
    args = {"vacancy_id": refused.vacancy_id, "asked_by": None}
    with suppress(AlreadyAsked):
        defer(MAKES_NEXT, queue=QUEUE, lock=key, queueing_lock=key, args=args)


def ask_lease(
    *, offer_id: int, signed_on: date, starts_on: date, deposit_cents: Cents, actor: Actor, at: datetime
) -> int:
    """Ask for the lease that was signed to be written; the job's number.

    Raises MayNotAllocate, OfferUnknown, OfferNotAccepted, LeaseAlreadyWritten, StillLet, AlreadyAsked, and what
    `refuse_bad_signature` raises.
    """
    require_allocation(Role(actor.role.value))
    offer = Offer.objects.filter(pk=offer_id).first()
    if offer is None:
        raise OfferUnknown
    if offer.lease_id is not None:
        raise LeaseAlreadyWritten
    if offer.state != "ACCEPTED":
        raise OfferNotAccepted(state=offer.get_state_display())
    draft = lease_draft(offer_id)
    refuse_bad_signature(
        offer, draft, signed_on=signed_on, starts_on=starts_on, deposit_cents=deposit_cents, on=day_of(at)
    )
    refuse_still_let(draft.dwelling_id, on=starts_on)
    job = defer(
        WRITES_LEASE,
        queue=QUEUE,
        lock=f"offer-lease:{offer_id}",
        queueing_lock=f"offer-lease:{offer_id}",
        args={
            "offer_id": offer_id,
            "signed_on": signed_on.isoformat(),
            "starts_on": starts_on.isoformat(),
            "deposit_cents": deposit_cents,
            "asked_by": actor.agent_id,
        },
    )
    _shown(lease_key(offer_id, job), "Écriture du bail", at)
    return job


def transfer_key(review_id: int, job: int | None = None) -> str:
    """The name under which the transfer of a review shows: "transfer:12/57"."""
    return f"transfer:{review_id}" if job is None else f"transfer:{review_id}/{job}"


def ask_transfer(*, review_id: int, number: str, filed_on: date, actor: Actor, at: datetime) -> int:
    """Ask for the tenant's transfer to be filed under its national number; the job's number.

    Raises MayNotAllocate, ReviewNotFound, NoTransferAgreed, NotAnApplicationNumber, AlreadyAsked.
    """
    require_allocation(Role(actor.role.value))
    review = OccupationReview.objects.filter(pk=review_id).first()
    if review is None:
        raise ReviewNotFound
    refuse_no_transfer(review)
    job = defer(
        FILES_TRANSFER,
        queue=QUEUE,
        lock=f"transfer:{review_id}",
        queueing_lock=f"transfer:{review_id}",
        args={
            "review_id": review_id,
            "number": application_number(number),
            "filed_on": filed_on.isoformat(),
            "asked_by": actor.agent_id,
        },
    )
    _shown(transfer_key(review_id, job), "Dépôt de la mutation", at)
    return job


def _shown(key: str, label: str, at: datetime) -> None:
    JobProgress.objects.bulk_create([JobProgress(key=key, label=label, state="WAITING", updated_at=at)])
