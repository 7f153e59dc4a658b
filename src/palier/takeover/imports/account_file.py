"""The accounts of an old suite: one row a fact, its nature in the first column.

Balances by term, deposits, mandates, instalments of a plan, history of the account, contacts, numbers at the CAF: each
reads its own columns and leaves the others empty. Amounts in signed cents: positive, the tenant owes it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from palier.aid.numbers import number_digest, number_end
from palier.banking.formats.sepa_text import sepa_identifier, sepa_name
from palier.banking.identifiers import person_bic, person_iban, without_ibans
from palier.foundation.errors import Refusal
from palier.foundation.periods import MalformedMonth, Month
from palier.foundation.tabular.checking import Checking
from palier.foundation.tabular.header import require_columns
from palier.foundation.tabular.records import Record, Table
from palier.leases.imports.lease_file import email_in, phone_in

EXPECTED: Final = ("nature", "reference_bail")
COLUMNS: Final = (
    *("nature", "reference_bail", "mois", "date", "rubrique", "montant", "plan", "rum", "iban", "bic", "titulaire"),
    *("jour_prelevement", "dernier_prelevement", "telephone", "courriel", "code_caf", "numero_allocataire"),
)
FIRST_DAY, LAST_DAY = date(1945, 1, 1), date(2100, 12, 31)


class Nature(StrEnum):
    """What a row says."""

    BALANCE = "BALANCE"
    DEPOSIT = "DEPOSIT"
    MANDATE = "MANDATE"
    INSTALMENT = "INSTALMENT"
    HISTORY = "HISTORY"
    CONTACT = "CONTACT"
    BENEFICIARY = "BENEFICIARY"


NATURES: Final = {
    "solde": "BALANCE",
    "depot": "DEPOSIT",
    "dépôt": "DEPOSIT",
    "mandat": "MANDATE",
    "echeance": "INSTALMENT",
    "échéance": "INSTALMENT",
    "historique": "HISTORY",
    "contact": "CONTACT",
    "allocataire": "BENEFICIARY",
}
HEADINGS: Final = {
    "loyer": "RENT",
    "annexe": "ANNEX",
    "sls": "SLS",
    "economies_energie": "ENERGY_WORKS",
    "provision_eau": "PROVISION_WATER",
    "provision_chauffage": "PROVISION_HEATING",
    "provision_communs": "PROVISION_COMMON",
    "regularisation": "ADJUSTMENT",
    "apl": "APL",
    "rls": "RLS",
    "paiement": "PAYMENT",
}
_SECRETS: Final = ("iban", "numero_allocataire")
_ENDING: Final = 4
# 1,000,000 € owed by one lease for one term is a slip of the keyboard.
HIGHEST_CENTS: Final = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLease:
    """A lease that a row can name."""

    id: int
    account_id: int
    residence_id: int
    holder_id: int | None
    main_residence_id: int | None
    starts_on: date
    deposit_cents: int


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What a lease owes for one term."""

    lease: KnownLease
    term_on: date
    cents: int


@dataclass(frozen=True, slots=True)
class DepositRow:
    """The deposit that a lease paid."""

    lease: KnownLease
    term_on: date
    cents: int


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A SEPA mandate signed with the landlord."""

    lease: KnownLease
    reference: str
    holder_name: str
    iban: str
    bic: str
    signed_on: date
    debit_day: int
    # A mandate lapses after 36 months without a debit: the old suite knows the last one.
    last_used_on: date | None


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """One payment promised by a plan."""

    lease: KnownLease
    plan: str
    due_on: date
    cents: int


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """What was billed or received under one heading."""

    lease: KnownLease
    month: date
    heading: str
    cents: int


@dataclass(frozen=True, slots=True)
class ContactRow:
    """How to reach the holder."""

    lease: KnownLease
    channels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BeneficiaryRow:
    """The number under which the CAF pays for a lease, as it is kept: recognised, never read."""

    lease: KnownLease
    number_digest: str
    number_end: str


Row: TypeAlias = BalanceRow | DepositRow | MandateRow | InstalmentRow | HistoryRow | ContactRow | BeneficiaryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReading:
    """A record and what was made of it: a row, or only remarks."""

    record: Record
    checking: Checking
    row: Row | None


@dataclass(slots=True)
class Totals:
    """What the file says, whatever was refused: count and cents by residence (None: unknown lease) and nature."""

    found: dict[tuple[int | None, str], tuple[int, int]] = field(default_factory=dict)
    # Amounts of balances or deposits that cannot be read: no total can hold them.
    unreadable: int = 0

    def add(self, residence_id: int | None, nature: str, cents: int) -> None:
        count, total = self.found.get((residence_id, nature), (0, 0))
        self.found[residence_id, nature] = count + (cents != 0), total + cents

    def cents(self, nature: str) -> int:
        """The file's total for one nature."""
        return sum(total for (_, kind), (_, total) in self.found.items() if kind == nature)


@dataclass(slots=True)
class AccountReader:
    """Reads the rows of one file in order. A balance given twice is known at the end only: both rows are refused."""

    table: Table
    leases: Mapping[str, KnownLease]
    # False while a file waits to be looked at: its rows are kept as they are, and neither an IBAN nor a number of the
    # CAF is ever kept in clear.
    with_secrets: bool = True
    totals: Totals = field(default_factory=Totals)

    def __post_init__(self) -> None:
        require_columns(self.table.columns, EXPECTED)

    def readings(self) -> Iterator[AccountReading]:
        """Every record with its row. Raises what its table raises."""
        for record in self.table.records:
            if not self.with_secrets:
                record = _without_secrets(record)
            checking = Checking(record)
            row = self._row(checking)
            yield AccountReading(record=record, checking=checking, row=None if checking.is_refused else row)

    def _row(self, checking: Checking) -> Row | None:
        nature = checking.choice("nature", NATURES)
        reference = checking.text("reference_bail", longest=20)
        lease = self.leases.get(reference)
        if lease is None and reference:
            checking.refuse("reference_bail", "bail inconnu : importez d’abord les baux")
        if nature in (Nature.BALANCE, Nature.DEPOSIT):
            return self._amount(checking, nature, lease)
        if lease is None:
            return None
        match nature:
            case Nature.MANDATE if not self.with_secrets:
                checking.refuse("iban", "un IBAN ne s’affiche pas ici : donnez les mandats à palier accounts import")
                return None
            case Nature.BENEFICIARY if not self.with_secrets:
                checking.refuse(
                    "numero_allocataire",
                    "un numéro d’allocataire ne s’affiche pas ici : donnez ces lignes à palier accounts import",
                )
                return None
            case Nature.MANDATE:
                return _mandate(checking, lease)
            case Nature.INSTALMENT:
                return _instalment(checking, lease)
            case Nature.HISTORY:
                return _history(checking, lease)
            case Nature.CONTACT:
                return _contact(checking, lease)
            case Nature.BENEFICIARY:
                return _beneficiary(checking, lease)
            case _:
                return None

    def _amount(self, checking: Checking, nature: str, lease: KnownLease | None) -> Row | None:
        is_balance = nature == Nature.BALANCE
        cents = checking.cents("montant", most=HIGHEST_CENTS, signed=is_balance)
        if cents is None:
            self.totals.unreadable += 1
        else:
            self.totals.add(lease.residence_id if lease else None, nature, cents)
        term_on = _month(checking) if is_balance else _day(checking)
        if cents is None or term_on is None or lease is None:
            return None
        if is_balance:
            return BalanceRow(lease, term_on, cents)
        if lease.deposit_cents not in (0, cents):
            checking.refuse("montant", "le bail porte un autre dépôt de garantie : accordez les deux fichiers")
        return DepositRow(lease, term_on, cents)


def _without_secrets(record: Record) -> Record:
    """The record as it may be kept: whatever their suite calls the column, no number of an account is in it."""
    cells = [without_ibans(cell) for cell in record.cells]
    for name in _SECRETS:
        if record.raw(name):
            cells[record.columns[name]] = f"…{record.raw(name)[-_ENDING:]}"
    return replace(record, cells=tuple(cells))


def _month(checking: Checking) -> date | None:
    written = checking.text("mois", longest=10)
    try:
        return Month.parse(written).first_day if written else None
    except MalformedMonth:
        checking.refuse("mois", "ce n’est pas un mois : écrivez-le 2026-11")
        return None


def _day(checking: Checking) -> date | None:
    return checking.day("date", first=FIRST_DAY, last=LAST_DAY)


def _mandate(checking: Checking, lease: KnownLease) -> MandateRow | None:
    reference = checking.text("rum", longest=35)
    holder_name = checking.text("titulaire", longest=70)
    bic = checking.text("bic", required=False, longest=14)
    try:
        bic = person_bic(bic)
    except Refusal as wrong:
        checking.refuse("bic", str(wrong))
    # What no file can carry to the bank is refused here: later, one mandate would stop the debits of all.
    for column, value, written_by in (("rum", reference, sepa_identifier), ("titulaire", holder_name, sepa_name)):
        try:
            if value:
                written_by(value)
        except Refusal as wrong:
            checking.refuse(column, str(wrong))
    signed_on = _day(checking)
    debit_day = checking.whole("jour_prelevement", least=1, most=28)
    last_used_on = checking.day("dernier_prelevement", first=FIRST_DAY, last=LAST_DAY, required=False)
    written = checking.text("iban", longest=42)
    iban = ""
    if written:
        try:
            iban = person_iban(written)
        except Refusal as wrong:
            checking.refuse("iban", str(wrong))
            # Neither the report nor the terminal repeats the number of a person's account.
            checking.remarks[-1] = replace(checking.remarks[-1], value=f"…{written[-_ENDING:]}")
    if signed_on is None:
        return None
    return MandateRow(lease, reference, holder_name, iban, bic, signed_on, debit_day, last_used_on)


def _instalment(checking: Checking, lease: KnownLease) -> InstalmentRow | None:
    plan = checking.text("plan", longest=20)
    due_on = _day(checking)
    cents = checking.cents("montant", most=HIGHEST_CENTS)
    if cents == 0:
        checking.refuse("montant", "une échéance ne peut pas être nulle")
    return None if due_on is None or cents is None else InstalmentRow(lease, plan, due_on, cents)


def _history(checking: Checking, lease: KnownLease) -> HistoryRow | None:
    month = _month(checking)
    heading = checking.choice("rubrique", HEADINGS)
    cents = checking.cents("montant", most=HIGHEST_CENTS, signed=True)
    return None if month is None or cents is None else HistoryRow(lease, month, heading, cents)


def _contact(checking: Checking, lease: KnownLease) -> ContactRow | None:
    channels = tuple(
        (channel, value) for channel, value in (("PHONE", phone_in(checking)), ("EMAIL", email_in(checking))) if value
    )
    if not channels and not checking.is_refused:
        checking.refuse("telephone", "ni téléphone ni courriel sur cette ligne")
    if lease.holder_id is None:
        checking.refuse("reference_bail", "ce bail n’a pas de titulaire")
    return ContactRow(lease, channels)


def _beneficiary(checking: Checking, lease: KnownLease) -> BeneficiaryRow:
    """Both as the CAF's own file writes them: the code it gave the landlord, the number it gave the tenant."""
    code = checking.text("code_caf", longest=12)
    number = checking.text("numero_allocataire", longest=15)
    return BeneficiaryRow(lease, number_digest(code, number), number_end(number))
