"""One lease whole: facts, dated terms, who lives there, how to reach them, documents, history."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from palier.foundation.reading import fetch, fetch_one
from palier.leases.queries.consents import agreed_since_sql


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseFacts:
    """A lease and where it stands. Amounts in cents, areas in m²."""

    id: int
    reference: str
    kind: str
    account_id: int
    account_reference: str
    household_id: int | None
    starts_on: date
    ends_on: date | None
    notice_given_on: date | None
    deposit_cents: int
    payment_mode: str
    debit_day: int | None
    iban_last4: str
    notices_online_since: date | None
    residence_id: int
    residence: str
    address: str
    postcode: str
    city: str
    nature: str
    rent_term: str
    agency: str
    dwelling_id: int
    building: str
    staircase: str
    door: str
    floor: int | None
    rooms: int | None
    floor_area_m2: Decimal | None
    useful_area_m2: Decimal | None
    financing: str
    # The last change kept in the history: what a form started from.
    last_change_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    id: int
    kind: str
    label: str
    amount_cents: int
    basis: str
    first_day: date
    last_day: date | None

    def is_current(self, on: date) -> bool:
        return self.first_day <= on and (self.last_day is None or self.last_day >= on)


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupantRow:
    person_id: int
    role: str
    display_name: str
    door_name: str
    moved_in_on: date
    moved_out_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    id: int
    person_id: int
    channel: str
    value: str
    shared_with_caretaker: bool
    shared_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdRow:
    adults: int
    dependants: int
    is_couple: bool
    first_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    id: int
    kind: str
    number: str
    month: date
    issued_on: date
    pdf_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One change, with its values before and after, column by column."""

    id: int
    subject: str
    verb: str
    before: Mapping[str, object]
    after: Mapping[str, object]
    agent: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLease:
    """A lease of a dwelling, without anyone's name."""

    id: int
    reference: str
    kind: str
    starts_on: date
    ends_on: date | None


_FACTS = """
SELECT l.id, l.reference, l.kind, l.account_id, coalesce(a.reference, '') AS account_reference, l.household_id,
       l.starts_on, l.ends_on, l.notice_given_on, l.deposit_cents, l.payment_mode, l.debit_day, l.iban_last4,
       {online} AS notices_online_since,
       l.residence_id, r.name AS residence, r.address, r.postcode, r.city, r.nature, r.rent_term,
       g.name AS agency, d.id AS dwelling_id, b.code AS building, s.code AS staircase, d.door, d.floor, d.rooms,
       d.floor_area_m2, d.useful_area_m2, d.financing, {last_change} AS last_change_id
FROM leases_lease AS l JOIN ledger_account AS a ON a.id = l.account_id
JOIN estate_residence AS r ON r.id = l.residence_id JOIN estate_agency AS g ON g.id = r.agency_id
JOIN estate_dwelling AS d ON d.id = l.dwelling_id JOIN estate_staircase AS s ON s.id = d.staircase_id
JOIN estate_building AS b ON b.id = s.building_id
WHERE {which}
"""
_LAST_CHANGE = "(SELECT coalesce(max(c.id), 0) FROM leases_change AS c WHERE c.lease_id = l.id)"


def lease_facts(lease_id: int, *, with_history: bool) -> LeaseFacts | None:
    """The lease, or None when it is out of scope. `with_history`: the reader has a right on the history."""
    return _facts("l.id = %(id)s", lease_id, with_history=with_history)


def lease_of_account(account_id: int) -> LeaseFacts | None:
    """The lease of a tenant's account, or None when it is out of scope."""
    return _facts("l.account_id = %(id)s", account_id, with_history=False)


def _facts(which: str, number: int, *, with_history: bool) -> LeaseFacts | None:
    statement = _FACTS.format(
        which=which,
        last_change=_LAST_CHANGE if with_history else "0",
        online=agreed_since_sql(family="'NOTICES'", on="palier.today()"),
    )
    return fetch_one(LeaseFacts, statement, {"id": number})


def terms_of(lease_id: int) -> list[TermRow]:
    """Every amount of the lease, past and present, the newest of each kind first."""
    return fetch(
        TermRow,
        """SELECT id, kind, label, amount_cents, basis, first_day, last_day FROM leases_term WHERE lease_id = %(lease)s
           ORDER BY array_position(ARRAY['RENT', 'ANNEX', 'PROVISION_WATER', 'PROVISION_HEATING', 'PROVISION_COMMON',
                                         'ENERGY_WORKS'], kind::text), label, first_day DESC LIMIT 500""",
        {"lease": lease_id},
    )


def occupants_of(lease_id: int) -> list[OccupantRow]:
    """Who is in the lease, holders first."""
    return fetch(
        OccupantRow,
        """SELECT person_id, role, display_name, door_name, moved_in_on, moved_out_on FROM leases_occupant
           WHERE lease_id = %(lease)s ORDER BY array_position(ARRAY['HOLDER', 'COHOLDER', 'OCCUPANT'], role::text), id
           LIMIT 50""",
        {"lease": lease_id},
    )


def contacts_of(person_ids: list[int]) -> list[ContactRow]:
    """How to reach these persons."""
    return fetch(
        ContactRow,
        """SELECT id, person_id, channel, value, shared_with_caretaker, shared_at FROM people_contact
           WHERE person_id = ANY (%(people)s) ORDER BY person_id, id LIMIT 100""",
        {"people": person_ids},
    )


def household_of(household_id: int) -> HouseholdRow | None:
    return fetch_one(
        HouseholdRow,
        "SELECT adults, dependants, is_couple, first_day FROM people_household WHERE id = %(id)s",
        {"id": household_id},
    )


def documents_of(lease_id: int, *, limit: int = 36) -> list[DocumentRow]:
    """The latest documents of the lease."""
    return fetch(
        DocumentRow,
        """SELECT id, kind, number, month, issued_on, pdf_bytes FROM mail_document WHERE lease_id = %(lease)s
           ORDER BY month DESC, id DESC LIMIT %(limit)s""",
        {"lease": lease_id, "limit": limit},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeptChange:
    id: int
    subject: str
    verb: str
    before: str
    after: str
    agent: str
    role: str
    at: datetime


_CHANGES = """
SELECT c.id, c.subject, c.verb, coalesce(c.before, '{{}}') AS before, coalesce(c.after, '{{}}') AS after,
       coalesce(a.first_name || ' ' || a.last_name, '') AS agent, c.role, c.at
FROM leases_change AS c LEFT JOIN agents_agent AS a ON a.id = c.agent_id
WHERE ({which}) AND c.id > %(since)s ORDER BY c.id DESC LIMIT %(limit)s
"""


def changes_of(lease_id: int, person_ids: list[int], *, since: int = 0, limit: int = 60) -> list[ChangeRow]:
    """What changed on the lease, its terms, its occupants and their contacts, the newest first."""
    rows = fetch(
        _KeptChange,
        _CHANGES.format(which="c.lease_id = %(lease)s OR (c.subject = 'CONTACT' AND c.person_id = ANY (%(people)s))"),
        {"lease": lease_id, "people": person_ids, "since": since, "limit": limit},
    )
    return [
        ChangeRow(
            id=row.id,
            subject=row.subject,
            verb=row.verb,
            before=json.loads(row.before),
            after=json.loads(row.after),
            agent=row.agent,
            role=row.role,
            at=row.at,
        )
        for row in rows
    ]


def running_lease(leases: list[PastLease], *, on: date) -> PastLease | None:
    """The lease that has not ended that day, if any."""
    return next((lease for lease in leases if lease.ends_on is None or lease.ends_on >= on), None)


def leases_of_dwelling(dwelling_id: int) -> list[PastLease]:
    """Every lease that the dwelling has had, the newest first, without anyone's name."""
    return fetch(
        PastLease,
        """SELECT id, reference, kind, starts_on, ends_on FROM leases_lease WHERE dwelling_id = %(dwelling)s
           ORDER BY starts_on DESC LIMIT 60""",
        {"dwelling": dwelling_id},
    )
