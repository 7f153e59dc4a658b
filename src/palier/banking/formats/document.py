"""What a bank's file says: movements in signed cents (positive: money comes in), balances, remarks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from palier.foundation.errors import Refusal
from palier.foundation.money import Cents, euros_fr

# Beyond ten billion euros, it is not a landlord's account but a spoilt file.
LARGEST_CENTS = 10**12
# Before the euro, or after everyone here: a spoilt date, and no month of the books.
FIRST_DAY, LAST_DAY = date(1999, 1, 1), date(2100, 12, 31)
REMARKS_KEPT = 20


class Format(StrEnum):
    """As stored on the file's row."""

    CAMT053 = "CAMT053"
    CAMT054 = "CAMT054"
    CFONB120 = "CFONB120"
    PAIN002 = "PAIN002"


class AmountUnreadable(Refusal):
    """{where} : « {value} » n’est pas un montant en euros ; demandez à votre banque un fichier juste, rien n’a été
    lu."""


class AmountTooLarge(Refusal):
    """{where} : le montant {value} dépasse ce qu’un compte de bailleur peut porter ; vérifiez le fichier avec votre
    banque."""


class OtherCurrency(Refusal):
    """{where} : un montant est en « {currency} » ; Palier ne tient que des comptes en euros, demandez à votre banque le
    relevé du compte en euros."""


class DateUnreadable(Refusal):
    """{where} : « {value} » n’est pas une date ; demandez à votre banque un fichier juste, rien n’a été lu."""


class FactMissing(Refusal):
    """{where} : il manque {what} ; demandez à votre banque un fichier complet, rien n’a été lu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something odd that does not forbid reading, at its line (0: the whole file)."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"Ligne {self.line} : {self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A balance the bank states. `code` is the bank's: OPBD, CLBD… for camt, 01 and 07 for CFONB."""

    line: int
    code: str
    cents: Cents
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One sum that entered or left an account: an entry of the statement, or one payment of a batch it details."""

    line: int
    # Rank of the Ntry (camt) or of the 04 record (CFONB) in the file, from 1: the parts of a batch share it.
    entry: int
    account_iban: str
    booked_on: date
    value_on: date | None
    amount_cents: Cents
    # False for what the bank announces but has not booked (camt PDNG, INFO): it moves no money yet.
    is_booked: bool = True
    operation: str = ""
    end_to_end_id: str = ""
    mandate_reference: str = ""
    rf_reference: str = ""
    # ISO reason (AM04, MD06…) in camt; two digits in CFONB, as the bank gives it.
    return_reason: str = ""
    wording: str = ""
    payer_name: str = ""
    payer_iban: str = ""
    is_reversal: bool = False
    bank_reference: str = ""
    # Of the whole entry (Ntry) that this movement is, or is one payment of.
    entry_reference: str = ""
    entry_cents: Cents = 0
    # Our own name of what the bank credits in one sum; no part of the movement's identity, not every file gives it.
    batch_reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One account over one period. Totals are those of its entries."""

    line: int
    account_iban: str
    currency: str
    opening: Balance | None
    closing: Balance | None
    entries: int
    total_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStatus:
    """What a bank answers (pain.002) of an order: of one payment, or of a whole batch or message.

    `status` is ISO's (ACCP, RJCT…), `reason` the ISO code of a refusal. `is_payment`: it speaks of one payment, even
    when the bank forgets to name it.
    """

    line: int
    is_payment: bool
    message_id: str
    batch_id: str
    end_to_end_id: str
    status: str
    reason: str
    amount_cents: Cents | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankDocument:
    """A file read to its end: `entries` counts camt Ntry, CFONB 04 records or pain.002 payments."""

    format: Format
    version: str
    statements: tuple[Statement, ...]
    entries: int
    total_cents: Cents
    warnings: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What is kept of a file while it streams past: sums, statements, the first remarks."""

    statements: list[Statement] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    remark_count: int = 0
    entries: int = 0
    total_cents: Cents = 0

    def remark(self, line: int, message: str) -> None:
        """Keep a remark, while there are few."""
        self.remark_count += 1
        if len(self.remarks) < REMARKS_KEPT:
            self.remarks.append(Remark(line=line, message=message))

    def add(self, cents: Cents) -> None:
        """Count one entry."""
        self.entries += 1
        self.total_cents += cents

    def warnings(self) -> tuple[str, ...]:
        """The remarks as sentences, in the order of the lines."""
        told = [str(remark) for remark in sorted(self.remarks, key=lambda remark: remark.line)]
        unsaid = self.remark_count - len(self.remarks)
        return (*told, f"Et {unsaid} autres remarques du même ordre.") if unsaid else tuple(told)


def bounded(cents: Cents, where: str) -> Cents:
    """The amount itself. Raises AmountTooLarge."""
    if abs(cents) > LARGEST_CENTS:
        raise AmountTooLarge(where=where, value=euros_fr(cents))
    return cents


def identified(movements: Iterator[Movement]) -> Iterator[tuple[Movement, int]]:
    """Each movement with its rank among the movements of the file that say exactly the same, from 1.

    Two equal payments on one day are two; the same file sent again gives the same ranks.
    """
    seen: dict[int, int] = {}
    for movement in movements:
        said = hash(saying(movement))
        seen[said] = seen.get(said, 0) + 1
        yield movement, seen[said]


def saying(movement: Movement) -> tuple[str, ...]:
    """All that the bank says of a movement, without where the file says it: what its identity is made of."""
    return (
        movement.account_iban,
        movement.booked_on.isoformat(),
        movement.value_on.isoformat() if movement.value_on else "",
        str(movement.amount_cents),
        movement.operation,
        movement.end_to_end_id,
        movement.mandate_reference,
        movement.return_reason,
        movement.wording,
        movement.payer_name,
        movement.payer_iban,
        movement.bank_reference,
    )
