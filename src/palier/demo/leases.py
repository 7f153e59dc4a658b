"""A tenancy: the lease, who holds it, its dated terms, and the housing benefits and supplements that go with it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from palier.banking.identifiers import ending
from palier.demo.benefits import Aids
from palier.demo.contacts import contacts_of
from palier.demo.draws import pick
from palier.demo.estate import Place
from palier.demo.flats import Flat
from palier.demo.households import Adult, Composition
from palier.demo.mandates import DEBIT_DAY, fictional_iban, mandate_of
from palier.demo.rents import terms_of
from palier.demo.rows import (
    AccountRow,
    ConsentRow,
    DatedAmountRow,
    HouseholdMemberRow,
    HouseholdRow,
    IncomeRow,
    LeaseRow,
    MandateRow,
    OccupantRow,
    PersonRow,
    Rows,
    SuspensionOrderRow,
    TermRow,
)
from palier.demo.targets import DIRECT_DEBIT_SHARE
from palier.foundation.clock import PARIS
from palier.foundation.periods import Month
from palier.leases.consents import Family
from palier.mail.payment_code import rf_reference


class Situation(StrEnum):
    """What makes a tenancy worth showing, or worth stumbling on."""

    ORDINARY = "ORDINARY"
    AIDED = "AIDED"  # APL and RLS
    IN_ARREARS = "IN_ARREARS"
    ARRIVES = "ARRIVES"  # in the middle of the month
    LEAVES = "LEAVES"  # in the middle of the month
    RENT_MISSING = "RENT_MISSING"  # an error of the desk: the run sets the lease aside
    SUSPENDED = "SUSPENDED"  # an order stops the rent
    SUPPLEMENT = "SUPPLEMENT"  # SLS
    RENT_JUMP = "RENT_JUMP"  # an amount typed wrong this month
    ABOVE_MAXIMUM = "ABOVE_MAXIMUM"  # of the convention


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenancy:
    """One household in one dwelling between two days."""

    place: Place
    flat: Flat
    composition: Composition
    adults: list[Adult]
    # The principal rent of the month, in cents.
    rent_cents: int
    aids: Aids
    situation: Situation
    starts_on: date
    ends_on: date | None = None


_ONLINE_SHARE = 0.15
_OTHER_MODES = (("VIREMENT", 0.5), ("CHEQUE", 0.21), ("CARTE", 0.2), ("ESPECES", 0.09))


def write_tenancy(rng: Random, rows: Rows, tenancy: Tenancy, *, month: Month) -> LeaseRow:
    """Every row of a tenancy, in the tables of people, leases, ledger and the month's facts."""
    place = tenancy.place
    household = HouseholdRow(
        id=rows.next_id(HouseholdRow),
        residence_id=place.id,
        adults=tenancy.composition.adults,
        dependants=tenancy.composition.children,
        is_couple=tenancy.composition.is_couple,
        first_day=tenancy.starts_on,
        last_day=tenancy.ends_on,
    )
    rows.add(household)
    rows.add(
        IncomeRow(
            id=rows.next_id(IncomeRow),
            household_id=household.id,
            residence_id=place.id,
            year=month.year - 2,
            rfr_cents=tenancy.aids.taxable_income_cents,
            monthly_resources_cents=tenancy.aids.monthly_resources_cents,
        )
    )
    lease = _lease(rng, rows, tenancy, household, month=month)
    agreed_on = _agreed_on(rng, tenancy.starts_on, month) if rng.random() < _ONLINE_SHARE else None
    _write_persons(rng, rows, tenancy, household, lease, agreed_on=agreed_on, month=month)
    for term in terms_of(
        rows, place, tenancy.flat, tenancy.composition, lease, rent_cents=tenancy.rent_cents, month=month
    ):
        if not (tenancy.situation is Situation.RENT_MISSING and term.kind == "RENT"):
            rows.add(term)
    if tenancy.situation is Situation.RENT_JUMP:
        _mistype_rent(rows, lease, month=month)
    _write_facts(rows, tenancy, lease)
    if tenancy.situation is Situation.SUSPENDED:
        notified = month.previous().previous().first_day + timedelta(days=rng.randint(3, 25))
        number = rows.next_id(SuspensionOrderRow)
        order = f"Arrêté {notified.year}-{number:04d}"
        rows.add(SuspensionOrderRow(number, lease.id, place.id, order, notified, None))
    return lease


def _lease(rng: Random, rows: Rows, tenancy: Tenancy, household: HouseholdRow, *, month: Month) -> LeaseRow:
    serial, holder = rows.next_id(LeaseRow), tenancy.adults[0]
    account_code = f"411{serial:07d}"
    account = AccountRow(
        id=rows.next_id(AccountRow),
        code=account_code,
        label=f"{holder.last_name} {holder.first_name}",
        kind="TENANT",
        residence_id=tenancy.place.id,
        reference=rf_reference(account_code),
    )
    rows.add(account)
    debited = rng.random() < DIRECT_DEBIT_SHARE
    iban = fictional_iban(serial * 10_000 + rng.randrange(10_000)) if debited else ""
    years = max(0, month.year - tenancy.starts_on.year)
    lease = LeaseRow(
        id=serial,
        reference=f"{tenancy.starts_on.year}-{serial:06d}",
        kind="LEASE" if tenancy.place.is_family else "OCCUPANCY",
        dwelling_id=tenancy.flat.door.id,
        residence_id=tenancy.place.id,
        account_id=account.id,
        household_id=household.id,
        starts_on=tenancy.starts_on,
        ends_on=tenancy.ends_on,
        notice_given_on=_notice_given_on(rng, tenancy),
        # One month of the rent of the day of entry, never revised since (loi du 6 juillet 1989, art. 22).
        deposit_cents=round(tenancy.rent_cents * max(0.45, 1 - 0.015 * years)),
        payment_mode="PRELEVEMENT" if debited else pick(_OTHER_MODES, rng.random()),
        mandate_reference=f"DEMO-RUM-{serial:07d}" if debited else "",
        debit_day=DEBIT_DAY if debited else None,
        iban_last4=ending(iban),
    )
    rows.add(lease)
    if debited:
        holder_name = f"{holder.last_name} {holder.first_name}"
        rows.add(mandate_of(rows.next_id(MandateRow), lease, holder=holder_name, iban=iban, month=month))
    return lease


def _notice_given_on(rng: Random, tenancy: Tenancy) -> date | None:
    """One to three months before the end (loi du 6 juillet 1989, art. 15)."""
    if tenancy.ends_on is None:
        return None
    return max(tenancy.starts_on, tenancy.ends_on - timedelta(days=rng.randint(30, 92)))


def _agreed_on(rng: Random, starts_on: date, month: Month) -> date:
    earliest = max(starts_on, date(2022, 1, 1))
    latest = max(earliest, month.previous().first_day)
    return earliest + timedelta(days=rng.randint(0, (latest - earliest).days))


def _write_persons(
    rng: Random,
    rows: Rows,
    tenancy: Tenancy,
    household: HouseholdRow,
    lease: LeaseRow,
    *,
    agreed_on: date | None,
    month: Month,
) -> None:
    place = tenancy.place
    door_name = ", ".join(dict.fromkeys(adult.last_name for adult in tenancy.adults))[:80]
    # A person's row carries the residence of their dwelling, none once they are gone.
    gone = tenancy.ends_on is not None and tenancy.ends_on < month.first_day
    for rank, adult in enumerate(tenancy.adults):
        person = PersonRow(
            id=rows.next_id(PersonRow),
            residence_id=None if gone else place.id,
            title=adult.title,
            first_name=adult.first_name,
            last_name=adult.last_name,
            birth_date=adult.birth_date,
        )
        rows.add(person)
        rows.add(HouseholdMemberRow(rows.next_id(HouseholdMemberRow), household.id, person.id, place.id))
        role = "HOLDER" if rank == 0 else "COHOLDER" if tenancy.composition.is_couple else "OCCUPANT"
        rows.add(
            OccupantRow(
                id=rows.next_id(OccupantRow),
                lease_id=lease.id,
                person_id=person.id,
                residence_id=place.id,
                dwelling_id=lease.dwelling_id,
                role=role,
                display_name=f"{adult.last_name} {adult.first_name}",
                door_name=door_name,
                moved_in_on=tenancy.starts_on,
                moved_out_on=tenancy.ends_on,
            )
        )
        if agreed_on is not None and role != "OCCUPANT":
            _agree(rows, lease, person, agreed_on)
        for contact in contacts_of(rng, rows, person, place.id, starts_on=tenancy.starts_on, month=month):
            rows.add(contact)


def _agree(rows: Rows, lease: LeaseRow, person: PersonRow, agreed_on: date) -> None:
    """What the former system knew: a day, without the text."""
    for family in (Family.NOTICES, Family.RECEIPTS):
        rows.add(
            ConsentRow(
                id=rows.next_id(ConsentRow),
                lease_id=lease.id,
                residence_id=lease.residence_id,
                person_id=person.id,
                family=family.value,
                word="GIVEN",
                said_on=agreed_on,
                means="TAKEOVER",
                text_version=0,
                text_sha256="",
                kept_at=datetime.combine(agreed_on, time(12), PARIS),
            )
        )


def _mistype_rent(rows: Rows, lease: LeaseRow, *, month: Month) -> None:
    """From this month on the rent is a third higher: two figures exchanged, which the review must catch."""
    terms = rows.of(TermRow)
    last = max(rank for rank, term in enumerate(terms) if term.lease_id == lease.id and term.kind == "RENT")
    right = terms[last]
    if right.first_day >= month.first_day:
        return
    terms[last] = right._replace(last_day=month.previous().last_day)
    rows.add(
        right._replace(
            id=rows.next_id(TermRow), amount_cents=right.amount_cents * 4 // 3, basis="", first_day=month.first_day
        )
    )


def _write_facts(rows: Rows, tenancy: Tenancy, lease: LeaseRow) -> None:
    for fact in tenancy.aids.facts(starts_on=tenancy.starts_on, ends_on=tenancy.ends_on):
        rows.add(
            DatedAmountRow(
                id=rows.next_id(DatedAmountRow),
                lease_id=lease.id,
                residence_id=tenancy.place.id,
                kind=fact.kind,
                amount_cents=fact.amount_cents,
                basis=fact.basis,
                source="SURVEY" if fact.kind == "SLS" else "CAF",
                notified_on=fact.notified_on,
                first_day=fact.first_day,
                last_day=fact.last_day,
            )
        )
