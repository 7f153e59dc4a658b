"""Changes of a lease in force: a new dated amount, its end, what the tenant lets the caretaker know.

Each starts from what its form had shown: if the history moved meanwhile, nothing is written and the difference is told.
"""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from palier.estate.access import dwelling_in_scope
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.periods import day_fr
from palier.leases.access import LeaseNotFound
from palier.leases.models import Change, Lease, Occupant, Term
from palier.leases.operations.create import NewTerm, RentMissing, add_term
from palier.leases.operations.rents import refuse_rent_above_convention
from palier.people.models import Contact
from palier.people.operations import set_sharing
from palier.privacy.actor import Actor


class LeaseChangedMeanwhile(Refusal):
    """Ce bail a été modifié pendant que vous le lisiez : voyez la différence ci-dessous, puis enregistrez à nouveau.
    Rien n’a été changé."""


class LeaseAlreadyEnded(Refusal):
    """Le bail {reference} est fini depuis le {ends_on} : il ne se modifie plus."""


class TermOutsideLease(Refusal):
    """Un montant du bail {reference} s’applique entre le {starts_on} et le {ends_on}, pas le {first_day}."""


class LaterTermExists(Refusal):
    """Un montant « {label} » commence déjà le {first_day} : modifiez celui-là, ou choisissez une date plus tardive."""


class SameAmount(Refusal):
    """Le montant « {label} » est déjà celui-là à cette date. Rien n’a été changé."""


class EndBeforeStart(Refusal):
    """Le bail ne peut pas finir le {ends_on} : il commence le {starts_on}."""


class EndBeforeNotice(Refusal):
    """Le bail ne peut pas finir le {ends_on}, avant le congé donné le {notice_given_on}."""


class NoticeInTheFuture(Refusal):
    """Un congé se note quand il est reçu : le {notice_given_on} n’est pas encore venu."""


class NoNotice(Refusal):
    """Aucun congé n’est noté au bail {reference} : il n’y a rien à reprendre."""


class LetToTheNext(Refusal):
    """Un autre bail est déjà écrit pour ce logement, après le {ends_on} : le congé ne se reprend plus. Rien n’a été
    changé."""


class ContactNotFound(Refusal):
    """Ce moyen de contact n’est pas celui d’un occupant de ce bail."""


def change_term(
    *, lease_id: int, term: NewTerm, first_day: date, seen_change_id: int, actor: Actor, at: datetime
) -> Term:
    """A new amount from a day on; the one before is closed the day before. On the same day, it is corrected.

    Raises LeaseNotFound, LeaseChangedMeanwhile, LeaseAlreadyEnded, TermOutsideLease, LaterTermExists, SameAmount,
    RentMissing, RentAboveConvention.
    """
    with transaction.atomic():
        lease = _held(lease_id, seen_change_id=seen_change_id)
        _refuse_ended(lease, on=at.date())
        if first_day < lease.starts_on or (lease.ends_on is not None and first_day > lease.ends_on):
            raise TermOutsideLease(
                reference=lease.reference,
                starts_on=day_fr(lease.starts_on),
                ends_on=day_fr(lease.ends_on) if lease.ends_on else "jour du départ",
                first_day=day_fr(first_day),
            )
        if term.kind == "RENT":
            if term.amount_cents <= 0:
                raise RentMissing
            refuse_rent_above_convention(dwelling_in_scope(lease.dwelling_id), term.amount_cents, on=first_day)
        return _follow(lease, term, first_day)


def _follow(lease: Lease, term: NewTerm, first_day: date) -> Term:
    """Close the amount in force and open the new one."""
    same = Term.objects.select_for_update().filter(lease=lease, kind=term.kind, label=term.label)
    later = same.filter(first_day__gt=first_day).order_by("first_day").first()
    if later is not None:
        raise LaterTermExists(label=term.label, first_day=day_fr(later.first_day))
    running = same.filter(first_day__lte=first_day).exclude(last_day__lt=first_day).first()
    if running is None:
        return add_term(lease, term, first_day=first_day)
    if running.amount_cents == term.amount_cents:
        raise SameAmount(label=term.label)
    if running.first_day == first_day:
        running.amount_cents, running.basis = term.amount_cents, term.basis
        check_values(running)
        running.save(update_fields=["amount_cents", "basis"])
        return running
    last_day, running.last_day = running.last_day, first_day - timedelta(days=1)
    running.save(update_fields=["last_day"])
    return add_term(lease, term, first_day=first_day, last_day=last_day)


def end_lease(
    *, lease_id: int, notice_given_on: date, ends_on: date, seen_change_id: int, actor: Actor, at: datetime
) -> Lease:
    """Note the notice received and the last day of the lease; its occupants leave that day.

    The rent runs until that day included: the month of the departure is prorated by the rule. Dates may be changed
    until the lease has ended. Raises LeaseNotFound, LeaseChangedMeanwhile, LeaseAlreadyEnded, EndBeforeStart,
    EndBeforeNotice, NoticeInTheFuture.
    """
    with transaction.atomic():
        lease = _held(lease_id, seen_change_id=seen_change_id)
        _refuse_ended(lease, on=at.date())
        if ends_on < lease.starts_on:
            raise EndBeforeStart(ends_on=day_fr(ends_on), starts_on=day_fr(lease.starts_on))
        if ends_on < notice_given_on:
            raise EndBeforeNotice(ends_on=day_fr(ends_on), notice_given_on=day_fr(notice_given_on))
        if notice_given_on > at.date():
            raise NoticeInTheFuture(notice_given_on=day_fr(notice_given_on))
        staying = Q(moved_out_on=None)
        if lease.ends_on is not None:
            staying |= Q(moved_out_on=lease.ends_on)
        Occupant.objects.filter(staying, lease=lease).update(moved_out_on=ends_on)
        lease.notice_given_on, lease.ends_on = notice_given_on, ends_on
        lease.save(update_fields=["notice_given_on", "ends_on"])
        return lease


def take_notice_back(*, lease_id: int, seen_change_id: int, actor: Actor, at: datetime) -> Lease:
    """The tenant who gave notice stays, as the landlord agrees: the lease goes on as before, and its occupants with it.

    A contract with a term of its own finds it again. Raises LeaseNotFound, LeaseChangedMeanwhile, NoNotice,
    LeaseAlreadyEnded, LetToTheNext.
    """
    with transaction.atomic():
        lease = _held(lease_id, seen_change_id=seen_change_id)
        if lease.notice_given_on is None or lease.ends_on is None:
            raise NoNotice(reference=lease.reference)
        _refuse_ended(lease, on=at.date())
        left_on, before = lease.ends_on, _end_before_notice(lease)
        lease.notice_given_on, lease.ends_on = None, before
        try:
            with transaction.atomic():
                lease.save(update_fields=["notice_given_on", "ends_on"])
        except IntegrityError as error:
            # Told by the database: the next lease may be out of sight of who writes.
            if "one_lease_at_a_time_per_dwelling" not in str(error):
                raise
            raise LetToTheNext(ends_on=day_fr(left_on)) from error
        Occupant.objects.filter(lease=lease, moved_out_on=left_on).update(moved_out_on=before)
        return lease


def share_contact(*, lease_id: int, contact_id: int, shared: bool, actor: Actor, at: datetime) -> Contact:
    """Note that the tenant lets the caretaker see a contact, or no longer does.

    Raises LeaseNotFound, ContactNotFound.
    """
    with transaction.atomic():
        lease = _held(lease_id, seen_change_id=None)
        people = Occupant.objects.filter(lease=lease).values("person_id")
        contact = Contact.objects.select_for_update().filter(pk=contact_id, person_id__in=people).first()
        if contact is None:
            raise ContactNotFound
        set_sharing(contact, shared=shared, at=at)
        return contact


def _held(lease_id: int, *, seen_change_id: int | None) -> Lease:
    """The lease, held until the end of the transaction, as the form had shown it."""
    lease = Lease.objects.select_for_update().filter(pk=lease_id).first()
    if lease is None:
        raise LeaseNotFound
    if seen_change_id is not None:
        latest = Change.objects.filter(lease_id=lease_id).aggregate(latest=Max("id"))["latest"] or 0
        if latest != seen_change_id:
            raise LeaseChangedMeanwhile
    return lease


def _end_before_notice(lease: Lease) -> date | None:
    """The end that the lease had before its notice, as the history kept it; none when it had none, or came with it."""
    noted = Change.objects.filter(subject="LEASE", row_id=lease.pk, verb="UPDATE", before__notice_given_on=None)
    before = noted.order_by("-id").values_list("before", flat=True).first() or {}
    # Only what the notice changed is there: a contract may end on the day that it said.
    ended_on = before.get("ends_on") if "ends_on" in before or not before else str(lease.ends_on)
    return date.fromisoformat(ended_on) if ended_on else None


def _refuse_ended(lease: Lease, *, on: date) -> None:
    if lease.ends_on is not None and lease.ends_on < on:
        raise LeaseAlreadyEnded(reference=lease.reference, ends_on=day_fr(lease.ends_on))
