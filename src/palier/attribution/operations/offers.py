"""Offers and their clock: received, visited, answered, expired; the next rank follows by itself (CCH R441-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from palier.attribution.access import LetterNotFound
from palier.attribution.models import Notification, Offer, Vacancy
from palier.attribution.operations.notifying import (
    OPEN_TO_OFFER,
    make_offer_letter,
    may_be_offered,
    piece_came,
    ranks_of,
)
from palier.attribution.operations.vacancies import TAKEN_BACK
from palier.attribution.rules.offers import HOLDING, LEAST_DAYS, answer_by
from palier.attribution.rules.words import OFFER_REFUSALS
from palier.demandes.models import Event
from palier.estate.models import Residence
from palier.foundation.clock import day_of
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.privacy.actor import Actor


class OfferUnknown(Refusal):
    """Cette proposition n’existe pas, ou n’est pas de votre ressort."""


class ReceivedBeforeMade(Refusal):
    """Une lettre ne se reçoit pas avant d’être écrite : elle l’a été le {made_on}."""


class ReceivedInTheFuture(Refusal):
    """La réception se note quand elle a eu lieu : le {notified_on} n’est pas encore venu."""


class AlreadyReceived(Refusal):
    """La réception de cette lettre est déjà notée, le {notified_on}."""


class OfferAnswered(Refusal):
    """Cette proposition est déjà close : {state}."""


class AnswerTooLate(Refusal):
    """Le délai finissait le {expires_on} : une réponse du {answered_on} vient trop tard, l’offre est refusée."""


class AnswerBeforeOffer(Refusal):
    """Une réponse du {answered_on} précède la réception de l’offre, le {notified_on}."""


class AnswerInFuture(Refusal):
    """Une réponse ne se note pas avant le jour où elle vient : le {answered_on} est à venir."""


class VisitInPast(Refusal):
    """Une visite se fixe à venir : le {day} est passé."""


class VisitTooLate(Refusal):
    """La réponse est due le {expires_on} : fixez la visite avant."""


class NothingAccepted(Refusal):
    """On ne renonce qu’à une offre acceptée, avant le bail : celle-ci est « {state} »."""


class RenouncedBeforeAccepting(Refusal):
    """Une renonciation du {renounced_on} précède l’acceptation, le {answered_on}."""


class AnotherAccepted(Refusal):
    """Un autre logement est déjà accepté pour cette demande : il faut d’abord y renoncer."""


class TenantStays(Refusal):
    """Le locataire de ce logement reste : il n’est plus à louer, et cette proposition n’attend plus de réponse."""


class OfferNoLongerDue(Refusal):
    """Cette offre ne vaut plus : le logement est retiré, loué ou proposé à un autre, ou la demande est close. Sa
    réception n’ouvre aucun délai."""


class VisitedOutOfTime(Refusal):
    """La visite se note quand elle a eu lieu, entre la réception de l’offre, le {notified_on}, et ce jour."""


class RefusalWithoutMotive(Refusal):
    """Un refus dit pourquoi : choisissez un motif de la liste."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed:
    """What a night changed: offers left without an answer, conditions not met, letters made for the next ranks."""

    expired: int
    unmet: int
    next_letters: int


def note_receipt(*, notification_id: int, notified_on: date, means: str, actor: Actor, at: datetime) -> Notification:
    """Note when a letter reached its person and by what; an offer's clock starts that day.

    Raises LetterNotFound, AlreadyReceived, OfferNoLongerDue, ReceivedBeforeMade, ReceivedInTheFuture.
    """
    with transaction.atomic():
        letters = Notification.objects.select_for_update().defer("content")
        letter = letters.filter(pk=notification_id).first()
        if letter is None:
            raise LetterNotFound
        if letter.notified_on is not None:
            raise AlreadyReceived(notified_on=day_fr(letter.notified_on))
        if letter.kind == "OFFER":
            _refuse_void(letter)
        if notified_on < day_of(letter.made_at):
            raise ReceivedBeforeMade(made_on=day_fr(day_of(letter.made_at)))
        if notified_on > day_of(at):
            raise ReceivedInTheFuture(notified_on=day_fr(notified_on))
        letter.notified_on, letter.means = notified_on, means
        letter.save(update_fields=["notified_on", "means"])
        if letter.kind == "OFFER":
            _start(letter, notified_on)
        _tell(
            letter.application_id, "OFFER" if letter.kind == "OFFER" else "DECISION", on=notified_on, actor=actor, at=at
        )
        return letter


def _refuse_void(letter: Notification) -> None:
    """A slip may come back late: the dwelling withdrawn, let or offered to another, the application ended."""
    vacancy = Vacancy.objects.select_for_update(of=("self",)).get(item__sheet__decision=letter.decision_id)
    still = next((ranked for ranked in ranks_of(vacancy.pk) if ranked.decision_id == letter.decision_id), None)
    is_held = Offer.objects.filter(vacancy=vacancy, state__in=HOLDING).exists()
    if not may_be_offered(vacancy) or still is None or still.is_out or is_held:
        raise OfferNoLongerDue


def _start(letter: Notification, notified_on: date) -> None:
    decision = letter.decision
    vacancy = Vacancy.objects.get(item__sheet__decision=decision)
    postcode, commune = Residence.objects.values_list("postcode", "commune").get(pk=vacancy.residence_id)
    Offer.objects.create(
        decision=decision,
        vacancy=vacancy,
        application_id=letter.application_id,
        rank=decision.rank or 1,
        days=LEAST_DAYS,
        notified_on=notified_on,
        expires_on=answer_by(notified_on, postcode=postcode, commune=commune),
    )
    Vacancy.objects.filter(pk=vacancy.pk).update(state="OFFERED")


def note_visit(*, offer_id: int, visit_at: datetime, at: datetime) -> Offer:
    """Note the day and hour of the visit. Raises OfferUnknown, OfferAnswered, VisitInPast, VisitTooLate."""
    with transaction.atomic():
        offer = _open(offer_id)
        if visit_at < at:
            raise VisitInPast(day=day_fr(day_of(visit_at)))
        if day_of(visit_at) > offer.expires_on:
            raise VisitTooLate(expires_on=day_fr(offer.expires_on))
        offer.visit_at = visit_at
        offer.save(update_fields=["visit_at"])
        return offer


def note_visited(*, offer_id: int, visited_on: date, at: datetime) -> Offer:
    """Note that the dwelling was visited, whatever the answer. Raises OfferUnknown, VisitedOutOfTime."""
    with transaction.atomic():
        offer = Offer.objects.select_for_update().filter(pk=offer_id).first()
        if offer is None:
            raise OfferUnknown
        if not offer.notified_on <= visited_on <= day_of(at):
            raise VisitedOutOfTime(notified_on=day_fr(offer.notified_on))
        offer.visited_on = visited_on
        offer.save(update_fields=["visited_on"])
        return offer


def answer_offer(*, offer_id: int, accepts: bool, refusal: str, answered_on: date, actor: Actor, at: datetime) -> Offer:
    """Note the person's answer, at the desk or by themself. After a refusal a job gives the dwelling to the next rank.

    Raises OfferUnknown, OfferAnswered, AnswerInFuture, AnswerTooLate, AnswerBeforeOffer, RefusalWithoutMotive,
    AnotherAccepted, TenantStays.
    """
    with transaction.atomic():
        if accepts:
            _refuse_two(offer_id)
        offer = _open(offer_id)
        if Vacancy.objects.filter(pk=offer.vacancy_id, withdrawn_for=TAKEN_BACK).exists():
            raise TenantStays
        if answered_on > day_of(at):
            raise AnswerInFuture(answered_on=day_fr(answered_on))
        if answered_on > offer.expires_on:
            raise AnswerTooLate(expires_on=day_fr(offer.expires_on), answered_on=day_fr(answered_on))
        if answered_on < offer.notified_on:
            raise AnswerBeforeOffer(answered_on=day_fr(answered_on), notified_on=day_fr(offer.notified_on))
        if not accepts and (refusal not in OFFER_REFUSALS or refusal == "SILENCE"):
            raise RefusalWithoutMotive
        offer.state = "ACCEPTED" if accepts else "REFUSED"
        offer.refusal = "" if accepts else refusal
        offer.answered_on = answered_on
        offer.save(update_fields=["state", "refusal", "answered_on"])
        _tell(offer.application_id, "OFFER", on=answered_on, actor=actor, at=at, detail=offer.state)
        return offer


def renounce_offer(*, offer_id: int, motive: str, renounced_on: date, actor: Actor, at: datetime) -> Offer:
    """The person who accepted withdraws before the lease is signed: the dwelling goes to the next rank.

    Both answers stay in the life of the application. Raises OfferUnknown, NothingAccepted, RefusalWithoutMotive,
    AnswerInFuture, RenouncedBeforeAccepting.
    """
    with transaction.atomic():
        offer = Offer.objects.select_for_update().filter(pk=offer_id).first()
        if offer is None:
            raise OfferUnknown
        if offer.state != "ACCEPTED" or offer.lease_id is not None:
            raise NothingAccepted(state="louée" if offer.lease_id else offer.get_state_display())
        if motive not in OFFER_REFUSALS or motive == "SILENCE":
            raise RefusalWithoutMotive
        if renounced_on > day_of(at):
            raise AnswerInFuture(answered_on=day_fr(renounced_on))
        if offer.answered_on is not None and renounced_on < offer.answered_on:
            raise RenouncedBeforeAccepting(renounced_on=day_fr(renounced_on), answered_on=day_fr(offer.answered_on))
        offer.state, offer.refusal, offer.answered_on = "GIVEN_UP", motive, renounced_on
        offer.save(update_fields=["state", "refusal", "answered_on"])
        _free(offer.vacancy_id)
        _tell(offer.application_id, "OFFER", on=renounced_on, actor=actor, at=at, detail=offer.state)
        return offer


def lapse_offers(*, on: date, at: datetime) -> Lapsed:
    """Each night: silence is a refusal, a condition whose day is over is not met, the next rank gets its letter.

    Safe to run twice: a closed offer is not closed again, a letter is made once.
    """
    silent = Offer.objects.filter(state="SENT", expires_on__lt=on).values_list("id", flat=True)
    expired = sum(_close(number, was=("SENT",), state="EXPIRED", refusal="SILENCE", on=on) for number in silent)
    unmet = sum(
        _close(offer.pk, was=("SENT", "ACCEPTED"), state="LAPSED", refusal="", on=on)
        for offer in Offer.objects.filter(
            state__in=("SENT", "ACCEPTED"), lease_id=None, decision__condition_due_on__lt=on
        ).select_related("decision")
        # A piece that came and waits to be examined is the landlord's delay, not the person's.
        if not piece_came(offer.decision, offer.application_id)
    )
    # A refusal whose job was lost left its dwelling without an offer: it is free.
    running = Offer.objects.filter(vacancy=OuterRef("pk"), state__in=HOLDING)
    Vacancy.objects.filter(~Exists(running), state="OFFERED").update(state="AGENDA")
    # Every dwelling that waits, not only those freed tonight: a rank passed over before its letter was received, or a
    # letter that could not be made, is caught up.
    waiting = Vacancy.objects.filter(state__in=OPEN_TO_OFFER, item__sitting__state="SEALED").order_by("id").distinct()
    letters = sum(make_offer_letter(vacancy_id=vacancy.pk, by=None, at=at) for vacancy in waiting)
    return Lapsed(expired=expired, unmet=unmet, next_letters=letters)


def stop_offers_of_tenants_who_stay(*, on: date, actor: Actor, at: datetime) -> int:
    """A dwelling whose tenant took their notice back is offered no more: nobody's refusal. How many offers it stops."""
    running = Offer.objects.filter(state__in=HOLDING, lease_id=None, vacancy__withdrawn_for=TAKEN_BACK)
    stopped = 0
    for number, application_id in list(running.order_by("id").values_list("id", "application_id")):
        if _close(number, was=("SENT", "ACCEPTED"), state="STAYS", refusal="", on=on):
            _tell(application_id, "OFFER", on=on, actor=actor, at=at, detail="STAYS")
            stopped += 1
    return stopped


def offer_to_next(*, vacancy_id: int, by: int | None, at: datetime) -> bool:
    """After a refusal, the dwelling is free for the next rank, whose letter is made; False when there is none."""
    with transaction.atomic():
        vacancy = Vacancy.objects.select_for_update().get(pk=vacancy_id)
        if Offer.objects.filter(vacancy=vacancy_id, state__in=("SENT", "ACCEPTED")).exists():
            return False
        if vacancy.state == "OFFERED":
            Vacancy.objects.filter(pk=vacancy_id).update(state="AGENDA")
        return make_offer_letter(vacancy_id=vacancy_id, by=by, at=at)


def condition_is_met(offer: Offer) -> bool:
    """True when the decision had no condition, or when the piece came by its day and is valid (CCH R441-3)."""
    return piece_came(offer.decision, offer.application_id, states=("PROVED",))


def _open(offer_id: int) -> Offer:
    offer = Offer.objects.select_for_update().filter(pk=offer_id).first()
    if offer is None:
        raise OfferUnknown
    if offer.state != "SENT":
        raise OfferAnswered(state=offer.get_state_display())
    return offer


def _refuse_two(offer_id: int) -> None:
    """A person takes one dwelling; two answers at once are read one after the other."""
    application_id = Offer.objects.filter(pk=offer_id).values_list("application_id", flat=True).first()
    if application_id is None:
        return
    others = Offer.objects.filter(application=application_id).exclude(pk=offer_id)
    list(Offer.objects.select_for_update().filter(application=application_id, state="SENT").order_by("id"))
    if others.filter(state="ACCEPTED").exists():
        raise AnotherAccepted


def _close(offer_id: int, *, was: Sequence[str], state: str, refusal: str, on: date) -> bool:
    """False when somebody answered or signed meanwhile: what they wrote stays."""
    with transaction.atomic():
        offer = Offer.objects.select_for_update().get(pk=offer_id)
        if offer.state not in was or offer.lease_id is not None:
            return False
        offer.state, offer.refusal, offer.answered_on = state, refusal, on
        offer.save(update_fields=["state", "refusal", "answered_on"])
        _free(offer.vacancy_id)
        return True


def _free(vacancy_id: int) -> None:
    Vacancy.objects.filter(pk=vacancy_id, state="OFFERED").update(state="AGENDA")


def _tell(application_id: int | None, kind: str, *, on: date, actor: Actor, at: datetime, detail: str = "") -> None:
    if application_id is not None:
        Event.objects.bulk_create(
            [Event(application_id=application_id, kind=kind, detail=detail, on=on, at=at, agent_id=actor.agent_id)]
        )
