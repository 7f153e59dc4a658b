"""The landlord as its tenants meet it: its name, who answers, where to pay."""

from dataclasses import dataclass

from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch_one


class LandlordNotSetUp(Refusal):
    """L’organisme n’est pas encore enregistré : aucune page ne peut le nommer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LandlordFacts:
    name: str
    phone: str
    opening_hours: str
    iban: str
    bic: str


def landlord_facts() -> LandlordFacts:
    """The one landlord of this database. Raises LandlordNotSetUp."""
    found = fetch_one(
        LandlordFacts, "SELECT name, phone, opening_hours, iban, bic FROM estate_landlord ORDER BY id LIMIT 1", {}
    )
    if found is None:
        raise LandlordNotSetUp
    return found
