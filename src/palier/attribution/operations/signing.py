"""From an accepted offer to a signed lease: the draft, the signature, the radiation that follows (CCH R441-2-8)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from palier.attribution.models import Candidate, Offer, Orientation, SignedAttribution, Vacancy
from palier.attribution.operations.offers import OfferUnknown, condition_is_met
from palier.attribution.rules.words import RELOCATED
from palier.demandes.models import Application, Composition, Member, Priority
from palier.demandes.operations.life import radiate
from palier.demandes.queries.facts import facts_of
from palier.demandes.rules.facts import Proof
from palier.demandes.rules.indicators import is_first_quartile
from palier.estate.models import Residence
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.money import Cents
from palier.foundation.periods import day_fr
from palier.leases.models import Lease
from palier.leases.operations import (
    NewHousehold,
    NewLease,
    NewOccupant,
    NewTerm,
    create_lease,
    refuse_deposit,
    refuse_far_start,
)
from palier.privacy.actor import Actor


class OfferNotAccepted(Refusal):
    """Un bail se prépare sur une offre acceptée : celle-ci est « {state} »."""


class LeaseAlreadyWritten(Refusal):
    """Le bail de cette proposition est déjà écrit."""


class ConditionNotMet(Refusal):
    """L’attribution est sous condition : la pièce {piece} n’est pas reçue et valable. Le bail attend."""


class ApplicationEnded(Refusal):
    """La demande de cette proposition n’est plus active : le bail ne s’écrit pas."""


class SignedInTheFuture(Refusal):
    """La signature se note quand elle a eu lieu : le {signed_on} n’est pas encore venu."""


class SignedBeforeAcceptance(Refusal):
    """Le bail ne se signe pas avant l’acceptation de l’offre, le {answered_on}."""


class StartsBeforeSignature(Refusal):
    """Le bail commencerait le {starts_on}, avant sa signature le {signed_on}."""


class StartsBeforeFree(Refusal):
    """Le bail commencerait le {starts_on}, avant que le logement soit libre, le {available_on}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseDraft:
    """What the lease of an accepted offer will say. Amounts in cents a month."""

    offer_id: int
    vacancy_id: int
    dwelling_id: int
    rent_cents: Cents
    charges_cents: Cents
    available_on: date


def lease_draft(offer_id: int) -> LeaseDraft:
    """The draft, from the offer and its vacancy: nothing is written. Raises OfferUnknown, OfferNotAccepted."""
    offer = Offer.objects.filter(pk=offer_id).select_related("vacancy").first()
    if offer is None:
        raise OfferUnknown
    if offer.state != "ACCEPTED":
        raise OfferNotAccepted(state=offer.get_state_display())
    vacancy = offer.vacancy
    return LeaseDraft(
        offer_id=offer.pk,
        vacancy_id=vacancy.pk,
        dwelling_id=vacancy.dwelling_id,
        rent_cents=vacancy.rent_cents,
        charges_cents=vacancy.charges_cents,
        available_on=vacancy.available_on,
    )


def refuse_bad_signature(
    offer: Offer, draft: LeaseDraft, *, signed_on: date, starts_on: date, deposit_cents: Cents, on: date
) -> None:
    """What the form refuses at once and the job refuses again.

    Raises SignedInTheFuture, SignedBeforeAcceptance, StartsBeforeSignature, StartsBeforeFree, StartTooFar,
    DepositAboveOneMonth.
    """
    if signed_on > on:
        raise SignedInTheFuture(signed_on=day_fr(signed_on))
    if offer.answered_on is not None and signed_on < offer.answered_on:
        raise SignedBeforeAcceptance(answered_on=day_fr(offer.answered_on))
    if starts_on < signed_on:
        raise StartsBeforeSignature(starts_on=day_fr(starts_on), signed_on=day_fr(signed_on))
    if starts_on < draft.available_on:
        raise StartsBeforeFree(starts_on=day_fr(starts_on), available_on=day_fr(draft.available_on))
    refuse_far_start(starts_on, on=on)
    refuse_deposit(deposit_cents, draft.rent_cents)


def sign_lease(
    *, offer_id: int, signed_on: date, starts_on: date, deposit_cents: Cents, actor: Actor, at: datetime
) -> Lease:
    """Write the lease that was signed, radiate the application, free the other candidates; all or nothing.

    Called by a job: it writes leases and persons, which no officer of allocation may. Raises OfferUnknown,
    OfferNotAccepted, LeaseAlreadyWritten, ConditionNotMet, ApplicationEnded, and what `refuse_bad_signature` and
    `create_lease` raise.
    """
    with transaction.atomic():
        offer = Offer.objects.select_for_update().filter(pk=offer_id).first()
        if offer is None:
            raise OfferUnknown
        if offer.lease_id is not None:
            raise LeaseAlreadyWritten
        draft = lease_draft(offer_id)
        refuse_bad_signature(
            offer, draft, signed_on=signed_on, starts_on=starts_on, deposit_cents=deposit_cents, on=day_of(at)
        )
        if not condition_is_met(offer):
            raise ConditionNotMet(piece=offer.decision.condition_piece)
        application = offer.application
        if application is None or application.state != "ACTIVE":
            raise ApplicationEnded
        lease = create_lease(
            dwelling_id=draft.dwelling_id,
            lease=_new_lease(application, draft, starts_on=starts_on, deposit_cents=deposit_cents),
            actor=actor,
            at=at,
        )
        offer.lease_id = lease.pk
        offer.save(update_fields=["lease_id"])
        Vacancy.objects.filter(pk=draft.vacancy_id).update(state="LET", let_on=signed_on)
        Candidate.objects.filter(application=application, withdrawn_on=None).exclude(vacancy=draft.vacancy_id).update(
            withdrawn_on=signed_on, withdrawn_for="HOUSED"
        )
        _count(application, offer, signed_on=signed_on)
        radiate(application_id=application.pk, motive="ATTRIBUTION", on=signed_on, actor=actor, at=at)
        return lease


def _new_lease(application: Application, draft: LeaseDraft, *, starts_on: date, deposit_cents: Cents) -> NewLease:
    composition = Composition.objects.get(pk=application.pk)
    adults = Member.objects.filter(application=application, role__in=("APPLICANT", "COHOLDER")).order_by("id")
    terms = [NewTerm(kind="RENT", label="Loyer du logement", amount_cents=draft.rent_cents)]
    if draft.charges_cents:
        terms.append(
            NewTerm(kind="PROVISION_COMMON", label="Avance parties communes", amount_cents=draft.charges_cents)
        )
    return NewLease(
        starts_on=starts_on,
        deposit_cents=deposit_cents,
        terms=terms,
        occupants=[
            NewOccupant(
                role="HOLDER" if member.role == "APPLICANT" else "COHOLDER",
                title=member.person.title,
                first_name=member.person.first_name,
                last_name=member.person.last_name,
                birth_date=member.person.birth_date,
                person_id=member.person_id,
            )
            for member in adults.select_related("person")
            if member.person is not None
        ],
        household=NewHousehold(
            adults=composition.adults,
            dependants=composition.dependants + composition.shared_custody,
            is_couple=composition.spouses,
        ),
    )


def _count(application: Application, offer: Offer, *, signed_on: date) -> None:
    """The figures' own row, without the person (CCH L441-1)."""
    vacancy = Vacancy.objects.select_related("dwelling", "residence").get(pk=offer.vacancy_id)
    composition = Composition.objects.get(pk=application.pk)
    proved = set(Priority.objects.filter(application=application, proof=Proof.PROVED).values_list("code", flat=True))
    orientation = Orientation.objects.filter(vacancy=vacancy, released_on=None).select_related("holder").first()
    SignedAttribution.objects.create(
        vacancy=vacancy,
        residence=vacancy.residence,
        holder=orientation.holder if orientation else None,
        contingent=orientation.holder.contingent if orientation else "7",
        signed_on=signed_on,
        is_transfer=application.path == "TRANSFER",
        is_qpv=vacancy.residence.is_qpv,
        is_first_quartile=_of_first_quartile(application, vacancy.residence, on=signed_on),
        is_relocated=vacancy.withdrawn_for == RELOCATED,
        is_dalo="DALO" in proved,
        is_priority=bool(proved),
        persons=composition.adults + composition.dependants + composition.shared_custody + composition.unborn,
        waited_days=(signed_on - application.filed_on).days,
        rooms=vacancy.dwelling.rooms,
        financing=vacancy.dwelling.financing,
    )


def _of_first_quartile(application: Application, residence: Residence, *, on: date) -> bool | None:
    facts = facts_of([application.pk], on=on).get(application.pk)
    if facts is None:
        return None
    # One value for Île-de-France; elsewhere one an EPCI, none of which is known yet.
    territory = "IDF" if residence.zone_ceiling in ("PARIS", "IDF") else residence.commune
    return is_first_quartile(facts.resources.monthly_cents, facts.composition, territory=territory, on=on)
