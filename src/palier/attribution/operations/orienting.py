"""To whom a vacancy goes: what the counters propose, or another for a coded reason; given back when time is over."""

from datetime import date

from django.db import IntegrityError, transaction

from palier.attribution.models import Holder, Orientation, ReservationConvention, Vacancy
from palier.attribution.operations.reservations import HolderNotFound, landlord_holder
from palier.attribution.operations.vacancies import VacancyNotFound, open_vacancy
from palier.attribution.queries.reservations import Advised, advised
from palier.attribution.rules.flow import LANDLORD, UNRESERVED, propose_by
from palier.attribution.rules.words import CHOICES
from palier.estate.models import Residence
from palier.foundation.errors import Refusal
from palier.foundation.periods import day_fr
from palier.privacy.actor import Actor

# A holder without convention, the préfet for a share that nobody holds any more, has the month of CCH L441-1.
WITHIN_WITHOUT_CONVENTION = 30


class NobodyOrients(Refusal):
    """Une orientation porte le nom d’un agent : personne n’agit ici."""


class NotToOrient(Refusal):
    """Ce logement n’est plus à orienter : il l’est déjà, ou il est hors du flux."""


class ChoiceNeedsReason(Refusal):
    """Un autre réservataire que celui des compteurs se choisit avec un motif de la liste."""


class NotOriented(Refusal):
    """Ce logement n’est pas orienté : il n’y a rien à remettre à disposition."""


class CandidatesKept(Refusal):
    """Des candidats sont déjà retenus pour ce logement : il ne se remet plus à disposition."""


class OrientedBeforeAnnounced(Refusal):
    """Le {day} vient avant l’annonce de cette vacance, le {announced}."""


def advice_for(vacancy: Vacancy, *, on: date) -> Advised:
    """What the counters propose for a vacancy on a day; its year is that of its availability."""
    postcode, commune = Residence.objects.values_list("postcode", "commune").get(pk=vacancy.residence_id)
    return advised(postcode=postcode, commune=commune, year=vacancy.available_on.year, on=on)


def orient_vacancy(
    *, vacancy_id: int, holder_id: int | None, chosen_for: str, by: Actor, on: date, version: int
) -> Orientation:
    """Give a vacancy to the holder that the counters propose (`holder_id` None), or to another for a coded reason.

    Raises NobodyOrients, VacancyNotFound, VacancyClosed, VacancyChanged, NotToOrient, OrientedBeforeAnnounced,
    HolderNotFound, ChoiceNeedsReason.
    """
    if by.agent_id is None:
        raise NobodyOrients
    with transaction.atomic():
        vacancy = open_vacancy(vacancy_id, version=version)
        if vacancy.state != "OPEN" or vacancy.withdrawn_for:
            raise NotToOrient
        if on < vacancy.announced_on:
            raise OrientedBeforeAnnounced(day=day_fr(on), announced=day_fr(vacancy.announced_on))
        found = advice_for(vacancy, on=on)
        proposed = _holder_of(found)
        holder = proposed if holder_id is None else Holder.objects.filter(pk=holder_id).first()
        if holder is None:
            raise HolderNotFound
        is_other = holder.pk != proposed.pk
        if is_other and chosen_for not in CHOICES:
            raise ChoiceNeedsReason
        convention = _convention_of(holder, found, is_other=is_other, on=on)
        orientation = Orientation(
            vacancy=vacancy,
            holder=holder,
            convention=convention,
            proposed_holder=proposed,
            reason="CHOSEN" if is_other else found.proposal.reason.value,
            chosen_for=chosen_for if is_other else "",
            decided_on=on,
            decided_by_id=by.agent_id,
            due_on=propose_by(
                told_on=on,
                within_days=convention.propose_within_days if convention else WITHIN_WITHOUT_CONVENTION,
                is_tense=_is_tense(vacancy),
            ),
        )
        try:
            with transaction.atomic():
                orientation.save(force_insert=True)
        except IntegrityError:
            raise NotToOrient from None
        _turn(vacancy, "ORIENTED")
    return orientation


def release_vacancy(*, vacancy_id: int, on: date) -> None:
    """The holder gives the dwelling back (« remis à disposition »): it is to orient again.

    Raises VacancyNotFound, VacancyClosed, NotOriented, CandidatesKept.
    """
    with transaction.atomic():
        vacancy = open_vacancy(vacancy_id)
        running = Orientation.objects.filter(vacancy=vacancy, released_on=None).first()
        if running is None:
            raise NotOriented
        if vacancy.state != "ORIENTED":
            raise CandidatesKept
        running.released_on = on
        running.save(update_fields=["released_on"])
        _turn(vacancy, "OPEN")


def release_overdue(*, on: date) -> int:
    """Give back every dwelling whose holder let its delay go without a candidate. How many. Safe to run twice.

    The landlord has no delay against itself.
    """
    late = (
        Orientation.objects.filter(released_on=None, due_on__lt=on, vacancy__state="ORIENTED")
        .exclude(holder__contingent=UNRESERVED)
        .order_by("pk")
        .values_list("vacancy_id", flat=True)
    )
    released = 0
    for vacancy_id in list(late):
        try:
            release_vacancy(vacancy_id=vacancy_id, on=on)
        except (NotOriented, CandidatesKept, VacancyNotFound):
            # Someone acted since the list was read.
            continue
        released += 1
    return released


def _holder_of(found: Advised) -> Holder:
    if found.proposal.holder == LANDLORD:
        return landlord_holder()
    return Holder.objects.get(code=found.proposal.holder)


def _convention_of(holder: Holder, found: Advised, *, is_other: bool, on: date) -> ReservationConvention | None:
    if not is_other:
        return None if found.convention is None else ReservationConvention.objects.get(pk=found.convention.id)
    return (
        ReservationConvention.objects.filter(holder=holder, managed_in="FLOW", first_day__lte=on)
        .exclude(last_day__lt=on)
        .order_by("-first_day")
        .first()
    )


def _is_tense(vacancy: Vacancy) -> bool:
    # Paris and Île-de-France; other tense communes (décret 2013-392) are not known of the stock: to confirm.
    return Residence.objects.values_list("zone_ceiling", flat=True).get(pk=vacancy.residence_id) != "OTHER"


def _turn(vacancy: Vacancy, state: str) -> None:
    vacancy.state, vacancy.version = state, vacancy.version + 1
    vacancy.save(update_fields=["state", "version"])
