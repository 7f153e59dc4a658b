"""A new lease on a vacant dwelling: its account, its household, its occupants, its first amounts, in one piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction

from palier.estate.access import dwelling_in_scope
from palier.estate.models import Dwelling
from palier.foundation.errors import Refusal
from palier.foundation.fields import check_values
from palier.foundation.money import Cents, euros_fr
from palier.foundation.periods import day_fr
from palier.leases.models import Lease, Occupant, Term
from palier.leases.operations.rents import refuse_rent_above_convention
from palier.ledger.models import Account
from palier.ledger.rules import creditor_reference
from palier.people.models import Contact, Household, HouseholdMember, Person
from palier.privacy.actor import Actor

FARTHEST_START = timedelta(days=366)


class DwellingWithoutArea(Refusal):
    """Le logement {door} n’a pas de surface : complétez-le avant de le louer."""


class DwellingAlreadyLet(Refusal):
    """Le logement {door} est déjà loué par le bail {reference}, du {starts_on} {until}. Rien n’a été enregistré."""


class RentMissing(Refusal):
    """Un bail a un loyer du logement, plus grand que zéro."""


class DepositAboveOneMonth(Refusal):
    """Le dépôt de garantie de {deposit} dépasse un mois de loyer hors charges, {most} (loi du 6 juillet 1989,
    art. 22)."""


class HolderMissing(Refusal):
    """Un bail a un titulaire et un seul ; les autres signataires sont cotitulaires."""


class StartTooFar(Refusal):
    """Un bail ne s’écrit pas plus d’un an à l’avance : {starts_on} est après le {latest}."""


class EndsBeforeStart(Refusal):
    """Le bail finirait le {ends_on}, avant de commencer le {starts_on}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTerm:
    """One monthly amount, from the first day of the lease."""

    kind: str
    label: str
    amount_cents: Cents
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOccupant:
    """A person who enters. `role` is HOLDER, COHOLDER or OCCUPANT."""

    role: str
    title: str
    last_name: str
    first_name: str
    birth_date: date | None = None
    phone: str = ""
    email: str = ""
    # Someone whom the landlord knows already (an applicant, a tenant who moves): their file follows them.
    person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHousehold:
    adults: int
    dependants: int
    is_couple: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLease:
    """What the form says of a lease. Amounts in cents."""

    starts_on: date
    ends_on: date | None = None
    deposit_cents: Cents = 0
    payment_mode: str = "VIREMENT"
    terms: Sequence[NewTerm]
    occupants: Sequence[NewOccupant]
    household: NewHousehold

    @property
    def rent_cents(self) -> Cents:
        return sum(term.amount_cents for term in self.terms if term.kind == "RENT")


def create_lease(*, dwelling_id: int, lease: NewLease, actor: Actor, at: datetime) -> Lease:
    """Write the lease whole. Two at once on a dwelling: the second is refused by the database.

    Raises DwellingNotFound, DwellingWithoutArea, DwellingAlreadyLet, RentMissing, DepositAboveOneMonth,
    RentAboveConvention, HolderMissing, StartTooFar, EndsBeforeStart.
    """
    dwelling = dwelling_in_scope(dwelling_id)
    _check(dwelling, lease, on=at.date())
    _refuse_overlap(dwelling, lease)
    try:
        with transaction.atomic():
            return _write(dwelling, lease)
    except IntegrityError as error:
        if "one_lease_at_a_time_per_dwelling" not in str(error):
            raise
        _refuse_overlap(dwelling, lease)
        raise


def refuse_far_start(starts_on: date, *, on: date) -> None:
    """Raises StartTooFar."""
    if starts_on > on + FARTHEST_START:
        raise StartTooFar(starts_on=day_fr(starts_on), latest=day_fr(on + FARTHEST_START))


def refuse_deposit(deposit_cents: Cents, rent_cents: Cents) -> None:
    """One month of rent without charges at most (loi du 6 juillet 1989, art. 22). Raises DepositAboveOneMonth."""
    if deposit_cents > rent_cents:
        raise DepositAboveOneMonth(deposit=euros_fr(deposit_cents), most=euros_fr(rent_cents))


def _check(dwelling: Dwelling, lease: NewLease, *, on: date) -> None:
    if dwelling.floor_area_m2 is None:
        raise DwellingWithoutArea(door=dwelling.door)
    if sum(occupant.role == "HOLDER" for occupant in lease.occupants) != 1:
        raise HolderMissing
    refuse_far_start(lease.starts_on, on=on)
    if lease.ends_on is not None and lease.ends_on < lease.starts_on:
        raise EndsBeforeStart(starts_on=day_fr(lease.starts_on), ends_on=day_fr(lease.ends_on))
    if lease.rent_cents <= 0:
        raise RentMissing
    refuse_deposit(lease.deposit_cents, lease.rent_cents)
    refuse_rent_above_convention(dwelling, lease.rent_cents, on=lease.starts_on)


def _refuse_overlap(dwelling: Dwelling, lease: NewLease) -> None:
    others = Lease.objects.filter(dwelling=dwelling)
    if lease.ends_on is not None:
        others = others.filter(starts_on__lte=lease.ends_on)
    other = others.exclude(ends_on__lt=lease.starts_on).order_by("starts_on").first()
    if other is not None:
        until = f"au {day_fr(other.ends_on)}" if other.ends_on else "et sans fin prévue"
        raise DwellingAlreadyLet(
            door=dwelling.door, reference=other.reference, starts_on=day_fr(other.starts_on), until=until
        )


def _write(dwelling: Dwelling, new: NewLease) -> Lease:
    holder = next(occupant for occupant in new.occupants if occupant.role == "HOLDER")
    number = _next_number()
    code = f"411{number:07d}"
    residence = dwelling.residence
    account = Account(
        code=code,
        label=f"{holder.last_name} {holder.first_name}",
        kind="TENANT",
        residence=residence,
        reference=creditor_reference(code),
    )
    check_values(account)
    account.save(force_insert=True)
    household = Household.objects.create(
        residence=residence,
        adults=new.household.adults,
        dependants=new.household.dependants,
        is_couple=new.household.is_couple,
        first_day=new.starts_on,
    )
    lease = Lease(
        reference=f"{new.starts_on.year}-{number:06d}",
        # Elsewhere than in « logement familial » one occupies by contract, without RLS (leases-and-rent, §12).
        kind="LEASE" if residence.nature == "FAMILIAL" else "OCCUPANCY",
        dwelling=dwelling,
        residence=residence,
        account=account,
        household=household,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        deposit_cents=new.deposit_cents,
        payment_mode=new.payment_mode,
    )
    check_values(lease)
    lease.save(force_insert=True)
    for term in new.terms:
        add_term(lease, term, first_day=new.starts_on)
    for occupant in new.occupants:
        _move_in(lease, household, occupant)
    return lease


def add_term(lease: Lease, term: NewTerm, *, first_day: date, last_day: date | None = None) -> Term:
    """Write one amount of the lease."""
    row = Term(
        lease=lease,
        residence_id=lease.residence_id,
        kind=term.kind,
        label=term.label,
        amount_cents=term.amount_cents,
        basis=term.basis,
        first_day=first_day,
        last_day=last_day,
    )
    check_values(row)
    row.save(force_insert=True)
    return row


def _move_in(lease: Lease, household: Household, entering: NewOccupant) -> None:
    person = _person(lease, entering)
    HouseholdMember.objects.create(household=household, person=person, residence_id=lease.residence_id)
    Occupant.objects.create(
        lease=lease,
        person=person,
        residence_id=lease.residence_id,
        dwelling_id=lease.dwelling_id,
        role=entering.role,
        display_name=f"{entering.last_name} {entering.first_name}",
        door_name=entering.last_name.upper(),
        moved_in_on=lease.starts_on,
        moved_out_on=lease.ends_on,
    )
    for channel, value in (("PHONE", entering.phone), ("EMAIL", entering.email)):
        if value:
            Contact.objects.create(person=person, residence_id=lease.residence_id, channel=channel, value=value)


def _person(lease: Lease, entering: NewOccupant) -> Person:
    if entering.person_id is not None:
        known = Person.objects.select_for_update().get(pk=entering.person_id)
        known.residence_id = lease.residence_id
        known.save(update_fields=["residence_id"])
        Contact.objects.filter(person=known).update(residence_id=lease.residence_id)
        return known
    person = Person(
        residence_id=lease.residence_id,
        title=entering.title,
        first_name=entering.first_name,
        last_name=entering.last_name,
        birth_date=entering.birth_date,
    )
    check_values(person)
    person.save(force_insert=True)
    return person


def _next_number() -> int:
    # The landlord's own sequence: an agency does not see the other leases, so it cannot count them.
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('palier.lease_numbers')")
        return int(cursor.fetchone()[0])
