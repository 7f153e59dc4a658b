"""Import of Palier's own lease file: persons, households, accounts, leases, their terms and occupants, in one go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction

from palier.foundation.errors import Refusal
from palier.foundation.staging import columns_of, copy_rows, insert_rows, next_ids
from palier.foundation.tabular.outcome import Outcome, Verdict
from palier.foundation.tabular.records import Table
from palier.leases.imports.lease_file import (
    KnownDwelling,
    KnownLease,
    LeaseFacts,
    LeaseReader,
    LeaseReading,
    Tenant,
    is_updated,
)
from palier.leases.operations.consents import take_over_consents
from palier.leases.operations.known_leases import KnownDwellings, known_references
from palier.mail.payment_code import rf_reference

# One import at a time: two would both believe that a dwelling is free.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('palier leases import'))"
# What is kept in memory before it is written, still in one transaction.
WRITTEN_AT_ONCE = 20_000
USUAL_PAYMENT_MODE = "VIREMENT"


class LeaseIsFrozen(Refusal):
    """Le bail {reference} est gelé à la demande d’une personne (RGPD, art. 18) : retirez-le du fichier, ou attendez que
    le délégué à la protection des données lève ce gel. Rien n’a été repris."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _New:
    """A lease to write, with the numbers reserved for its rows."""

    lease: LeaseFacts
    dwelling: KnownDwelling
    lease_id: int
    account_id: int
    household_id: int | None
    person_ids: tuple[int, ...]
    # The main residence of its people today; none once the lease is over.
    main_residence_id: int | None

    @property
    def tenants(self) -> tuple[Tenant, ...]:
        return (self.lease.holder, self.lease.coholder) if self.lease.coholder else (self.lease.holder,)

    @property
    def reference(self) -> str:
        return self.lease.reference or f"{self.lease.starts_on.year}-{self.lease_id:06d}"

    @property
    def account_code(self) -> str:
        return f"411{self.lease_id:07d}"


@dataclass(slots=True)
class _Changes:
    new: list[tuple[LeaseFacts, KnownDwelling]] = field(default_factory=list)
    changed: list[tuple[LeaseFacts, KnownLease]] = field(default_factory=list)

    def write(self, on: date) -> None:
        """Write what was kept, and forget it."""
        _write_new(_numbered(self.new, on), on)
        _write_changed(self.changed)
        self.new.clear()
        self.changed.clear()


def import_leases(table: Table, *, on: date, dry_run: bool = False, keeps_records: bool = False) -> Outcome:
    """Import a table of leases: its accepted rows all together, the refused ones given back.

    Called inside `batch()` or `acting()`. `on` tells the leases that are over. A known lease takes from the file its
    end and its means of payment, nothing else. With `dry_run` everything is counted and nothing is kept.
    Raises LeaseIsFrozen, and a Refusal when the table is not one of leases.
    """
    outcome = Outcome(header=table.header, file_warnings=table.warnings, keeps_records=keeps_records)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        reader = LeaseReader(table, KnownDwellings().of, known_references(), on)
        changes = _Changes()
        for reading in reader.readings():
            _judge(reading, changes, outcome)
            if len(changes.new) + len(changes.changed) >= WRITTEN_AT_ONCE:
                changes.write(on)
        changes.write(on)
        transaction.set_rollback(dry_run)
    return outcome


def _judge(reading: LeaseReading, changes: _Changes, outcome: Outcome) -> None:
    lease, dwelling, remarks = reading.lease, reading.dwelling, reading.checking.remarks
    if lease is None or dwelling is None:
        outcome.refuse(reading.record, remarks)
        return
    if reading.twin is None:
        verdict = Verdict.CREATE
        changes.new.append((lease, dwelling))
        outcome.added += 1
    elif is_updated(lease, reading.twin):
        verdict = Verdict.UPDATE
        changes.changed.append((lease, reading.twin))
    else:
        verdict = Verdict.UNCHANGED
    outcome.accept(reading.record, verdict, remarks, key=f"{' '.join(lease.dwelling)} {lease.starts_on}")


def _numbered(leases: Sequence[tuple[LeaseFacts, KnownDwelling]], on: date) -> list[_New]:
    lease_ids = next_ids("leases_lease", len(leases))
    account_ids = next_ids("ledger_account", len(leases))
    household_ids = iter(next_ids("people_household", sum(lease.household is not None for lease, _ in leases)))
    person_ids = iter(next_ids("people_person", sum(2 if lease.coholder else 1 for lease, _ in leases)))
    return [
        _New(
            lease=lease,
            dwelling=dwelling,
            lease_id=lease_id,
            account_id=account_id,
            household_id=next(household_ids) if lease.household else None,
            person_ids=tuple(next(person_ids) for _ in range(2 if lease.coholder else 1)),
            main_residence_id=None if lease.ends_on and lease.ends_on < on else dwelling.residence_id,
        )
        for (lease, dwelling), lease_id, account_id in zip(leases, lease_ids, account_ids, strict=True)
    ]


def _write_new(new: Sequence[_New], on: date) -> None:
    _write_people(new)
    insert_rows(
        "ledger_account",
        ("id", "code", "label", "kind", "residence_id", "reference"),
        (
            (
                *(one.account_id, one.account_code, _name(one.lease.holder)[:120], "TENANT"),
                *(one.dwelling.residence_id, rf_reference(one.account_code)),
            )
            for one in new
        ),
    )
    insert_rows(
        "leases_lease",
        (
            *("id", "reference", "kind", "dwelling_id", "residence_id", "account_id", "household_id", "starts_on"),
            *("ends_on", "deposit_cents", "payment_mode", "mandate_reference", "iban_last4"),
        ),
        (
            (
                # Outside « logement familial », people live under a contract of occupation.
                *(one.lease_id, one.reference, "LEASE" if one.dwelling.nature == "FAMILIAL" else "OCCUPANCY"),
                *(one.dwelling.id, one.dwelling.residence_id, one.account_id, one.household_id, one.lease.starts_on),
                *(one.lease.ends_on, one.lease.deposit_cents, one.lease.payment_mode or USUAL_PAYMENT_MODE, "", ""),
            )
            for one in new
        ),
    )
    insert_rows(
        "leases_term",
        ("lease_id", "residence_id", "kind", "label", "amount_cents", "basis", "first_day"),
        (
            (
                *(one.lease_id, one.dwelling.residence_id, amount.kind, amount.label, amount.cents, ""),
                one.lease.starts_on,
            )
            for one in new
            for amount in one.lease.amounts
        ),
    )
    insert_rows(
        "leases_occupant",
        (
            *("lease_id", "person_id", "residence_id", "dwelling_id", "role", "display_name", "door_name"),
            *("moved_in_on", "moved_out_on"),
        ),
        (row for one in new for row in _occupants(one)),
    )
    take_over_consents(
        [
            (one.lease_id, one.person_ids, one.dwelling.residence_id, one.lease.agreed_on)
            for one in new
            if one.lease.agreed_on is not None
        ],
        kept_on=on,
    )


def _write_people(new: Sequence[_New]) -> None:
    insert_rows(
        "people_person",
        ("id", "residence_id", "title", "first_name", "last_name", "birth_date"),
        (
            (person_id, one.main_residence_id, tenant.title, tenant.first_name, tenant.last_name, tenant.birth_date)
            for one in new
            for person_id, tenant in zip(one.person_ids, one.tenants, strict=True)
        ),
    )
    insert_rows(
        "people_contact",
        ("person_id", "residence_id", "channel", "value", "shared_with_caretaker"),
        (
            (one.person_ids[0], one.main_residence_id, channel, value, False)
            for one in new
            for channel, value in (("PHONE", one.lease.phone), ("EMAIL", one.lease.email))
            if value
        ),
    )
    insert_rows(
        "people_household",
        ("id", "residence_id", "adults", "dependants", "is_couple", "first_day", "last_day"),
        (
            (
                *(one.household_id, one.dwelling.residence_id, household.adults, household.dependants),
                *(household.is_couple, one.lease.starts_on, one.lease.ends_on),
            )
            for one in new
            if (household := one.lease.household)
        ),
    )
    insert_rows(
        "people_householdmember",
        ("household_id", "person_id", "residence_id"),
        (
            (one.household_id, person_id, one.dwelling.residence_id)
            for one in new
            if one.household_id is not None
            for person_id in one.person_ids
        ),
    )


def _occupants(one: _New) -> Iterator[tuple[object, ...]]:
    door_name = " / ".join(dict.fromkeys(tenant.last_name for tenant in one.tenants))[:80]
    for role, person_id, tenant in zip(("HOLDER", "COHOLDER"), one.person_ids, one.tenants, strict=False):
        yield (
            *(one.lease_id, person_id, one.dwelling.residence_id, one.dwelling.id, role, _name(tenant), door_name),
            *(one.lease.starts_on, one.lease.ends_on),
        )


def _write_changed(changed: Sequence[tuple[LeaseFacts, KnownLease]]) -> None:
    if not changed:
        return
    stage = columns_of("leases_lease", ("id", "ends_on", "payment_mode"), into="changed_lease")
    copy_rows(
        stage,
        ((twin.id, lease.ends_on or twin.ends_on, lease.payment_mode or twin.payment_mode) for lease, twin in changed),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT l.reference FROM leases_lease AS l JOIN changed_lease AS c ON c.id = l.id
               WHERE palier.is_frozen('LEASE', l.id) ORDER BY l.id LIMIT 1"""
        )
        frozen = cursor.fetchone()
        if frozen is not None:
            raise LeaseIsFrozen(reference=frozen[0])
        cursor.execute(
            """UPDATE leases_lease AS l SET ends_on = c.ends_on, payment_mode = c.payment_mode
               FROM changed_lease AS c WHERE c.id = l.id"""
        )
        # People leave with their lease, unless one of them had already left.
        cursor.execute(
            """UPDATE leases_occupant AS o SET moved_out_on = c.ends_on
               FROM changed_lease AS c
               WHERE c.id = o.lease_id AND c.ends_on IS NOT NULL AND coalesce(o.moved_out_on, 'infinity') > c.ends_on"""
        )
        cursor.execute("DROP TABLE changed_lease")


def _name(tenant: Tenant) -> str:
    return f"{tenant.last_name} {tenant.first_name}"
