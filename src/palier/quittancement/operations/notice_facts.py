"""The facts of one notice, from the rows of a sealed month: pure, from what was read to what is frozen."""

from dataclasses import dataclass
from datetime import date, timedelta

from palier.banking.rules.sepa import debit_day
from palier.foundation.periods import Month
from palier.mail import notice as facts
from palier.mail.address import home_lines
from palier.mail.glyphs import printable
from palier.quittancement.rules.month import Line, LineInputs
from palier.quittancement.rules.wording import hint

_CODES: dict[str, facts.Code] = {
    "RENT": "loyer",
    "ANNEX": "annexe",
    "SLS": "sls",
    "ENERGY_WORKS": "travaux",
    "PROVISION_WATER": "provision",
    "PROVISION_HEATING": "provision",
    "PROVISION_COMMON": "provision",
    "ADJUSTMENT": "regul",
    "APL": "apl",
    "RLS": "rls",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The landlord, as every notice says it."""

    who: facts.Landlord
    contact: facts.Contact
    transfer: facts.Transfer
    portal: str
    creditor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledLease:
    """One row of `_BILLS`, in its order."""

    lease_id: int
    account_id: int
    residence_id: int
    first_day: date
    last_day: date
    due_on: date
    total_cents: int
    number: int
    lease: str
    kind: str
    payment_mode: str
    mandate: str
    debit_day: int | None
    # How long before the debit its mandate wants it announced.
    notice_days: int
    iban_end: str
    # Since when every holder agrees to have this document online; None: paper.
    online_since: date | None
    reference: str
    rent_term: str
    residence: str
    address: str
    postcode: str
    city: str
    building: str
    staircase: str
    door: str
    floor: int | None
    rooms: int | None
    entry_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """An account once the month is posted, since the notice before. `late_cents`: what fell due before its day."""

    due_cents: int
    late_cents: int
    before_on: date | None
    payments: tuple[facts.Received, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFacts:
    """What the notices of one block are made from."""

    month: Month
    issued_on: date
    # The day they are frozen: a debit is announced so many days after it, not after the sealing.
    told_on: date
    landlord: Sender
    lines: dict[int, list[Line]]
    tenants: dict[int, list[tuple[str, str, str]]]
    accounts: dict[int, AccountState]


def notice_of(bill: BilledLease, known: KnownFacts) -> facts.Notice:
    """What the notice of one bill says, from the facts read for its whole block."""
    is_contract = bill.kind == "OCCUPANCY"
    tenants = known.tenants[bill.lease_id]
    landlord = known.landlord
    return facts.Notice(
        number=notice_number_of(bill, known.month),
        month=known.month,
        first_day=bill.first_day,
        last_day=bill.last_day,
        term=term_of(bill),
        contract="occupation" if is_contract else "bail",
        issued_on=known.issued_on,
        due_on=bill.due_on,
        landlord=landlord.who,
        recipient=recipient_of(bill, tenants),
        tenants=tuple(name_of(tenant) for tenant in tenants),
        dwelling=dwelling_of(bill),
        contact=landlord.contact,
        portal=landlord.portal,
        delivery=delivery_of(bill),
        lines=tuple(printed_line(line, is_contract) for line in known.lines[bill.lease_id]),
        total_cents=bill.total_cents,
        account=_strip(bill, known.accounts[bill.account_id]),
        payment=_payment(bill, max(known.issued_on, known.told_on), landlord),
    )


def notice_number_of(bill: BilledLease, month: Month) -> str:
    """ "AE-2026-11-000123"."""
    return f"AE-{month}-{bill.number:06d}"


def term_of(bill: BilledLease) -> facts.Term:
    """In advance or in arrears, as the residence bills."""
    return "à échoir" if bill.rent_term == "ECHOIR" else "échu"


def delivery_of(bill: BilledLease) -> facts.Delivery:
    """Paper, unless every holder agreed to the online space (loi du 6 juillet 1989, art. 21)."""
    return facts.Delivery(channel="espace" if bill.online_since else "papier", agreed_on=bill.online_since)


def dwelling_of(bill: BilledLease) -> facts.Dwelling:
    """What is let, in one line."""
    return facts.Dwelling(lease=bill.lease, summary=printable(_summary(bill)))


def name_of(tenant: tuple[str, str, str]) -> str:
    """« Mme Camille Exemple », in letters that the font draws."""
    return printable(_full_name(*tenant))


def recipient_of(bill: BilledLease, tenants: list[tuple[str, str, str]]) -> facts.Recipient:
    """The address in the envelope's window."""
    return facts.Recipient(address=_address(bill, tenants))


def _address(bill: BilledLease, tenants: list[tuple[str, str, str]]) -> tuple[str, ...]:
    return home_lines(
        tenants,
        door=bill.door,
        floor=bill.floor,
        building=bill.building,
        residence=bill.residence,
        address=bill.address,
        postcode=bill.postcode,
        town=bill.city,
    )


def printed_line(line: Line, is_contract: bool) -> facts.Line:
    """One line of the bill as a document says it."""
    code = _CODES[line.kind]
    return facts.Line(
        code="redevance" if is_contract and code == "loyer" else code,
        label="Redevance" if is_contract and code == "loyer" else line.label,
        reason=hint(line),
        rule=line.rule,
        inputs=_inputs(line.inputs),
        amount_cents=line.amount_cents,
    )


def _inputs(inputs: LineInputs) -> dict[str, int]:
    return {name: value for name, value in inputs._asdict().items() if value is not None}


def _strip(bill: BilledLease, balance: AccountState) -> facts.AccountStrip:
    payments_cents = sum(payment.amount_cents for payment in balance.payments)
    before_cents = balance.due_cents - bill.total_cents + payments_cents
    return facts.AccountStrip(
        before_on=balance.before_on or bill.first_day,
        before_cents=before_cents,
        payments=balance.payments,
        payments_cents=payments_cents,
        late_cents=balance.late_cents,
        due_cents=balance.due_cents,
    )


def _payment(bill: BilledLease, told_on: date, landlord: Sender) -> facts.Payment:
    debit = None
    if bill.payment_mode == "PRELEVEMENT" and bill.mandate and bill.debit_day:
        debit = facts.Debit(
            on=debit_day(bill.debit_day, max(told_on + timedelta(days=bill.notice_days), bill.due_on)),
            mandate=bill.mandate,
            creditor=landlord.creditor,
            iban_end=bill.iban_end,
        )
    return facts.Payment(reference=bill.reference, transfer=landlord.transfer, debit=debit)


_TITLES = {"MME": "Mme", "M": "M."}


def _full_name(title: str, first_name: str, last_name: str) -> str:
    return " ".join(part for part in (_TITLES.get(title, ""), first_name, last_name) if part)


def _summary(bill: BilledLease) -> str:
    """« T3 n° 204, 2e étage, 8 rue des Échantillons, 00000 Villefictive »."""
    parts = [f"T{bill.rooms} n° {bill.door}" if bill.rooms else f"Logement n° {bill.door}"]
    if bill.floor is not None:
        parts.append(_floor(bill.floor))
    return ", ".join([*parts, bill.address, f"{bill.postcode} {bill.city}"])


def _floor(floor: int) -> str:
    if floor == 0:
        return "rez-de-chaussée"
    return f"{floor}{'er' if floor == 1 else 'e'} étage" if floor > 0 else f"sous-sol {-floor}"
