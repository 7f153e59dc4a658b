"""The rows that the population becomes, one class a table: its fields are the columns, in the order of the COPY."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, TypeVar, cast


class ResidenceRow(NamedTuple):
    id: int
    code: str
    name: str
    agency_id: int
    nature: str
    address: str
    address_as_given: str
    postcode: str
    city: str
    commune: str
    delivered_year: int
    rent_term: str
    is_qpv: bool
    zone_rls: int
    zone_ceiling: str
    zone_sls: str
    source_landlord: str


class BuildingRow(NamedTuple):
    id: int
    residence_id: int
    code: str
    address: str


class StaircaseRow(NamedTuple):
    id: int
    building_id: int
    code: str
    has_lift: bool


class ConventionRow(NamedTuple):
    id: int
    residence_id: int
    number: str
    signed_on: date
    financing: str
    max_rent_per_m2_cents: int
    coefficient: Decimal


class DwellingRow(NamedTuple):
    id: int
    residence_id: int
    staircase_id: int
    convention_id: int | None
    door: str
    floor: int | None
    rooms: int | None
    floor_area_m2: Decimal | None
    annex_area_m2: Decimal
    financing: str


class AnnexRow(NamedTuple):
    id: int
    residence_id: int
    dwelling_id: int | None
    kind: str
    number: str


class HouseholdRow(NamedTuple):
    id: int
    residence_id: int
    adults: int
    dependants: int
    is_couple: bool
    first_day: date
    last_day: date | None


class PersonRow(NamedTuple):
    id: int
    residence_id: int | None
    title: str
    first_name: str
    last_name: str
    birth_date: date


class HouseholdMemberRow(NamedTuple):
    id: int
    household_id: int
    person_id: int
    residence_id: int


class ContactRow(NamedTuple):
    id: int
    person_id: int
    residence_id: int
    channel: str
    value: str
    shared_with_caretaker: bool
    shared_at: datetime | None


class IncomeRow(NamedTuple):
    id: int
    household_id: int
    residence_id: int
    year: int
    rfr_cents: int
    monthly_resources_cents: int


class AccountRow(NamedTuple):
    id: int
    code: str
    label: str
    kind: str
    residence_id: int | None
    reference: str | None


class LeaseRow(NamedTuple):
    id: int
    reference: str
    kind: str
    dwelling_id: int
    residence_id: int
    account_id: int
    household_id: int
    starts_on: date
    ends_on: date | None
    notice_given_on: date | None
    deposit_cents: int
    payment_mode: str
    mandate_reference: str
    debit_day: int | None
    iban_last4: str


class MandateRow(NamedTuple):
    id: int
    reference: str
    account_id: int
    residence_id: int
    holder_name: str
    iban_sealed: bytes
    iban_digest: str
    iban_last4: str
    bic: str
    creditor_id: str
    signed_on: date
    debit_day: int
    notice_days: int
    last_used_on: date | None
    ended_on: date | None
    ended_why: str


class TermRow(NamedTuple):
    id: int
    lease_id: int
    residence_id: int
    kind: str
    label: str
    amount_cents: int
    basis: str
    annex_id: int | None
    first_day: date
    last_day: date | None


class OccupantRow(NamedTuple):
    id: int
    lease_id: int
    person_id: int
    residence_id: int
    dwelling_id: int
    role: str
    display_name: str
    door_name: str
    moved_in_on: date
    moved_out_on: date | None


class ConsentRow(NamedTuple):
    id: int
    lease_id: int
    residence_id: int
    person_id: int
    family: str
    word: str
    said_on: date
    means: str
    text_version: int
    text_sha256: str
    kept_at: datetime


class DatedAmountRow(NamedTuple):
    id: int
    lease_id: int
    residence_id: int
    kind: str
    amount_cents: int
    basis: str
    source: str
    notified_on: date
    first_day: date
    last_day: date | None


class SuspensionOrderRow(NamedTuple):
    id: int
    lease_id: int
    residence_id: int
    order_reference: str
    notified_on: date
    lifted_on: date | None


class EntryRow(NamedTuple):
    id: int
    journal: str
    number: int
    booked_on: date
    label: str
    residence_id: int
    source_kind: str
    source_id: int
    means: str
    posted_at: datetime
    posted_by: int


class PostingRow(NamedTuple):
    entry_id: int
    account_id: int
    residence_id: int | None
    booked_on: date
    amount_cents: int


Row = (
    ResidenceRow
    | BuildingRow
    | StaircaseRow
    | ConventionRow
    | DwellingRow
    | AnnexRow
    | HouseholdRow
    | PersonRow
    | HouseholdMemberRow
    | ContactRow
    | IncomeRow
    | AccountRow
    | LeaseRow
    | MandateRow
    | TermRow
    | OccupantRow
    | ConsentRow
    | DatedAmountRow
    | SuspensionOrderRow
    | EntryRow
    | PostingRow
)
RowOf = TypeVar(
    "RowOf",
    ResidenceRow,
    BuildingRow,
    StaircaseRow,
    ConventionRow,
    DwellingRow,
    AnnexRow,
    HouseholdRow,
    PersonRow,
    HouseholdMemberRow,
    ContactRow,
    IncomeRow,
    AccountRow,
    LeaseRow,
    MandateRow,
    TermRow,
    OccupantRow,
    ConsentRow,
    DatedAmountRow,
    SuspensionOrderRow,
    EntryRow,
    PostingRow,
)

# Parents before children: the order of the inserts.
TABLES: dict[type[Row], str] = {
    ResidenceRow: "estate_residence",
    BuildingRow: "estate_building",
    StaircaseRow: "estate_staircase",
    ConventionRow: "estate_convention",
    DwellingRow: "estate_dwelling",
    AnnexRow: "estate_annex",
    HouseholdRow: "people_household",
    PersonRow: "people_person",
    HouseholdMemberRow: "people_householdmember",
    ContactRow: "people_contact",
    IncomeRow: "people_income",
    AccountRow: "ledger_account",
    LeaseRow: "leases_lease",
    MandateRow: "banking_sepamandate",
    TermRow: "leases_term",
    OccupantRow: "leases_occupant",
    ConsentRow: "leases_consent",
    DatedAmountRow: "quittancement_datedamount",
    SuspensionOrderRow: "quittancement_suspensionorder",
    EntryRow: "ledger_entry",
    PostingRow: "ledger_posting",
}


class Rows:
    """The rows of some residences, table by table, and the next number of each table."""

    def __init__(self, *, last_ids: dict[type[Row], int] | None = None) -> None:
        self._kept: dict[type[Row], list[Row]] = {kind: [] for kind in TABLES}
        self._last_ids = {kind: (last_ids or {}).get(kind, 0) for kind in TABLES}

    def next_id(self, kind: type[Row]) -> int:
        self._last_ids[kind] += 1
        return self._last_ids[kind]

    def last_id(self, kind: type[Row]) -> int:
        return self._last_ids[kind]

    def add(self, row: Row) -> None:
        self._kept[type(row)].append(row)

    def of(self, kind: type[RowOf]) -> list[RowOf]:
        # `add` keeps each row under its own kind.
        return cast("list[RowOf]", self._kept[kind])

    def taken(self) -> dict[type[Row], list[Row]]:
        """What was kept, parents first, forgotten here once given."""
        kept, self._kept = self._kept, {kind: [] for kind in TABLES}
        return kept
