"""The facts of a quittance, a reçu, or the withdrawal of one, schema "quittance/1": frozen once, printed, checked.

Amounts are integers in cents, signed as they add up; dates are ISO 8601. Loi du 6 juillet 1989, art. 21: free; what was
paid is detailed, rent and charges apart; a partial payment gives a reçu, never a quittance.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from palier.foundation.periods import Month
from palier.mail.canonical import Key, from_bytes, to_bytes
from palier.mail.notice import Contact, Contract, Delivery, Dwelling, Landlord, Line, Received, Recipient, Term

SCHEMA = "quittance/1"
_OF_RENT, _OF_FEE, _PARTIAL = "Quittance de loyer", "Quittance de redevance", "Reçu d’un paiement partiel"
_BACK, _PARTIAL_BACK = "Quittance retirée", "Reçu retiré"
TITLES = (_OF_RENT, _OF_FEE, _PARTIAL, _BACK, _PARTIAL_BACK)

Nature = Literal["quittance", "reçu", "retrait"]
Reason = Literal["", "complété", "paiement reparti", "avis annulé"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was paid of one term, by which payments, and what credits of the account settled of it.

    `payments` holds the part of each payment that settled this term; `credits`, of what the landlord owed and that was
    set off against it (Code civil, art. 1347): nothing that was received. `paid_cents` sums the payments. `replaces`
    names the paper that this one ends, `reason` says why. A withdrawal leaves no paper that proves the payment.
    """

    schema: Annotated[Literal["quittance/1"], Key("schema")] = "quittance/1"
    nature: Annotated[Nature, Key("nature")]
    number: Annotated[str, Key("numero")]
    notice: Annotated[str, Key("avis")]
    month: Annotated[Month, Key("periode")]
    first_day: Annotated[date, Key("du")]
    last_day: Annotated[date, Key("au")]
    term: Annotated[Term, Key("terme")]
    contract: Annotated[Contract, Key("contrat")]
    issued_on: Annotated[date, Key("emis_le")]
    landlord: Annotated[Landlord, Key("bailleur")]
    recipient: Annotated[Recipient, Key("destinataire")]
    tenants: Annotated[tuple[str, ...], Key("locataires")]
    dwelling: Annotated[Dwelling, Key("logement")]
    contact: Annotated[Contact, Key("contact")]
    portal: Annotated[str, Key("espace")]
    delivery: Annotated[Delivery, Key("envoi")]
    lines: Annotated[tuple[Line, ...], Key("lignes")]
    total_cents: Annotated[int, Key("total_cents")]
    payments: Annotated[tuple[Received, ...], Key("paiements")]
    paid_cents: Annotated[int, Key("paye_cents")]
    credits: Annotated[tuple[Received, ...], Key("avoirs")]
    left_cents: Annotated[int, Key("reste_cents")]
    replaces: Annotated[tuple[str, ...], Key("remplace")]
    reason: Annotated[Reason, Key("motif")]

    @property
    def credited_cents(self) -> int:
        """What credits settled of the term."""
        return sum(each.amount_cents for each in self.credits)

    @property
    def title(self) -> str:
        """« Quittance de loyer », « Reçu d’un paiement partiel », « Quittance retirée »."""
        if self.nature == "quittance":
            return _OF_FEE if self.contract == "occupation" else _OF_RENT
        if self.nature == "reçu":
            return _PARTIAL
        return _PARTIAL_BACK if self.replaces and self.replaces[0].startswith("RE-") else _BACK

    def canonical(self) -> bytes:
        """The bytes to freeze, to print from, and to attach."""
        return to_bytes(self)

    @classmethod
    def parse(cls, raw: bytes) -> "Receipt":
        """The paper those bytes hold. Raises palier.mail.canonical.NotTheSchema or NotCanonical."""
        return from_bytes(cls, raw)
