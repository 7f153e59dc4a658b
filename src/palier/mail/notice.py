"""The facts of an avis d'échéance, schema "avis-echeance/1": frozen once, printed, shown and checked from these alone.

Amounts are integers in cents, signed as they add up; dates are ISO 8601. The words are the templates'. What each line
was computed from (`entrees`) travels with it, so that anyone can do the sum again.
Content asked for by the loi du 6 juillet 1989, art. 21, and CCH, art. L442-3 (rent and charges apart).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from palier.foundation.periods import Month
from palier.mail.canonical import Key, from_bytes, to_bytes

SCHEMA = "avis-echeance/1"
RENT_CODES = frozenset({"loyer", "redevance"})
# Above the framed amount: nothing due, a debit, a payment.
HEADLINES = ("Rien à payer ce mois-ci", "Prélèvement automatique", "À payer")

Code = Literal[
    "loyer", "redevance", "annexe", "sls", "provision", "travaux", "apl", "rls", "regul", "rappel", "autre"
]  # fmt: skip
Term = Literal["échu", "à échoir"]
Contract = Literal["bail", "occupation"]
Channel = Literal["papier", "espace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Landlord:
    """Who sends the notice. `logo`: the digest of the drawing that is printed (palier.estate.logo); none when empty."""

    name: Annotated[str, Key("nom")]
    form: Annotated[str, Key("forme")]
    address: Annotated[tuple[str, ...], Key("adresse")]
    siret: Annotated[str, Key("siret")]
    logo: Annotated[str, Key("logo", optional=True)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """The address in the envelope's window, already in the postal form of `palier.mail.address`."""

    address: Annotated[tuple[str, ...], Key("adresse")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dwelling:
    """What is let, in one line, and the number of the contract."""

    lease: Annotated[str, Key("bail")]
    summary: Annotated[str, Key("resume")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who answers."""

    telephone: Annotated[str, Key("telephone")]
    hours: Annotated[str, Key("horaires")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Paper by default; online only since a dated consent (loi du 6 juillet 1989, art. 21)."""

    channel: Annotated[Channel, Key("canal")]
    agreed_on: Annotated[date | None, Key("accord_le")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One amount owed or deducted, the rule that gives it and what the rule was given."""

    code: Annotated[Code, Key("code")]
    label: Annotated[str, Key("libelle")]
    reason: Annotated[str, Key("calcul")]
    rule: Annotated[str, Key("regle")]
    inputs: Annotated[Mapping[str, int], Key("entrees")]
    amount_cents: Annotated[int, Key("montant_cents")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A payment received since the last notice."""

    on: Annotated[date, Key("le")]
    means: Annotated[str, Key("moyen")]
    amount_cents: Annotated[int, Key("montant_cents")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStrip:
    """The account before, minus payments, plus the month: what is due. A negative balance is an advance."""

    before_on: Annotated[date, Key("avant_le")]
    before_cents: Annotated[int, Key("avant_cents")]
    payments: Annotated[tuple[Received, ...], Key("paiements")]
    payments_cents: Annotated[int, Key("paiements_cents")]
    late_cents: Annotated[int, Key("retard_cents")]
    due_cents: Annotated[int, Key("a_payer_cents")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """The account to pay to. `bic` may be absent (SEPA asks for none since 2016)."""

    holder: Annotated[str, Key("titulaire")]
    iban: Annotated[str, Key("iban")]
    bic: Annotated[str | None, Key("bic")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """The next direct debit; the notice is its advance notification, 14 days before or more."""

    on: Annotated[date, Key("preleve_le")]
    mandate: Annotated[str, Key("rum")]
    creditor: Annotated[str, Key("ics")]
    iban_end: Annotated[str, Key("iban_fin")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """How to pay: the lease account's own RF reference (ISO 11649), the transfer, and the debit when there is one."""

    reference: Annotated[str, Key("reference")]
    transfer: Annotated[Transfer, Key("virement")]
    debit: Annotated[Debit | None, Key("prelevement")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """All that an avis d'échéance says."""

    schema: Annotated[Literal["avis-echeance/1"], Key("schema")] = "avis-echeance/1"
    number: Annotated[str, Key("numero")]
    month: Annotated[Month, Key("periode")]
    first_day: Annotated[date, Key("du")]
    last_day: Annotated[date, Key("au")]
    term: Annotated[Term, Key("terme")]
    contract: Annotated[Contract, Key("contrat")]
    issued_on: Annotated[date, Key("emis_le")]
    due_on: Annotated[date, Key("exigible_le")]
    landlord: Annotated[Landlord, Key("bailleur")]
    recipient: Annotated[Recipient, Key("destinataire")]
    tenants: Annotated[tuple[str, ...], Key("locataires")]
    dwelling: Annotated[Dwelling, Key("logement")]
    contact: Annotated[Contact, Key("contact")]
    portal: Annotated[str, Key("espace")]
    delivery: Annotated[Delivery, Key("envoi")]
    lines: Annotated[tuple[Line, ...], Key("lignes")]
    total_cents: Annotated[int, Key("total_cents")]
    account: Annotated[AccountStrip, Key("compte")]
    payment: Annotated[Payment, Key("paiement")]

    @property
    def nothing_due(self) -> bool:
        """The account is settled, or in advance."""
        return self.account.due_cents <= 0

    @property
    def debited(self) -> bool:
        """We take the month from the tenant's account: no code to scan."""
        return self.payment.debit is not None and not self.nothing_due

    @property
    def beside_cents(self) -> int:
        """What was owed before the month, which no debit takes: to be paid another way. Zero without a debit."""
        return max(0, self.account.due_cents - self.total_cents) if self.debited else 0

    @property
    def asked_cents(self) -> int:
        """What the frame says: the debit, or all that is due. Negative: an advance."""
        return self.account.due_cents - self.beside_cents

    @property
    def advance_cents(self) -> int:
        """What the tenant has paid ahead, zero or more."""
        return max(0, -self.account.due_cents)

    @property
    def headline(self) -> str:
        """The words above the framed amount."""
        if self.nothing_due:
            return HEADLINES[0]
        return HEADLINES[1] if self.debited else HEADLINES[2]

    @property
    def pay_on(self) -> date | None:
        """The day to pay by, or of the debit; None when nothing is due."""
        if self.nothing_due:
            return None
        return self.payment.debit.on if self.payment.debit else self.due_on

    def canonical(self) -> bytes:
        """The bytes to freeze, to print from, and to attach."""
        return to_bytes(self)

    @classmethod
    def parse(cls, raw: bytes) -> "Notice":
        """The notice those bytes hold. Raises palier.mail.canonical.NotTheSchema or NotCanonical."""
        return from_bytes(cls, raw)
