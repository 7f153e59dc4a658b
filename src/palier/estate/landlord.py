"""The landlord as its tenants meet it: its name, who answers, where to pay."""

from dataclasses import dataclass
from datetime import date

from palier.estate.models import Landlord
from palier.foundation.errors import Refusal
from palier.foundation.reading import fetch, fetch_one


class LandlordNotSetUp(Refusal):
    """L’organisme n’est pas encore enregistré : aucune page ne peut le nommer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LandlordFacts:
    name: str
    phone: str
    opening_hours: str
    iban: str
    bic: str


def whom_to_call() -> tuple[str, str]:
    """The telephone and its hours, as a page may say them before anyone is known."""
    return Landlord.objects.order_by("id").values_list("phone", "opening_hours").first() or ("", "")


def landlord_facts() -> LandlordFacts:
    """The one landlord of this database. Raises LandlordNotSetUp."""
    found = fetch_one(
        LandlordFacts, "SELECT name, phone, opening_hours, iban, bic FROM estate_landlord ORDER BY id LIMIT 1", {}
    )
    if found is None:
        raise LandlordNotSetUp
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIban:
    """A bank account of the landlord, and the days between which its notices bore it: none, since always or still."""

    iban: str
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Replaced:
    before: str
    after: str
    on: date


def own_ibans() -> list[OwnIban]:
    """Every IBAN that two people ever put in force, in compact form, the oldest first, and the one of today.

    Asked for or refused, a number is not one of the landlord's.
    """
    changes = fetch(
        _Replaced,
        """SELECT before, after, (decided_at AT TIME ZONE 'Europe/Paris')::date AS on FROM estate_landlordchange
           WHERE subject = 'IBAN' AND state = 'APPLIED' ORDER BY decided_at, id""",
        {},
    )
    days: dict[str, tuple[date | None, date | None]] = {}
    for change in changes:
        before, after = _compact(change.before), _compact(change.after)
        if before:
            days[before] = (days.get(before, (None, None))[0], change.on)
        days[after] = (days.get(after, (change.on, None))[0], None)
    present = _compact(landlord_facts().iban)
    if present:
        days[present] = (days.get(present, (None, None))[0], None)
    return [OwnIban(iban=iban, first_day=first, last_day=last) for iban, (first, last) in days.items()]


def _compact(iban: str) -> str:
    return iban.replace(" ", "")
